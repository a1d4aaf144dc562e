use proptest::option;
use proptest::prelude::*;
use twin_core::{Celsius, Fraction};

use super::*;
use crate::radio::codec::tests::{error_of, hex, told};

fn decode(bytes: &str) -> Decoded {
    Milesight::EM400_MUD.decode(Some(85), &hex(bytes)).unwrap()
}

fn distance(distance_mm: u16) -> Reading {
    Reading {
        distance_mm: Some(distance_mm),
        ..Reading::default()
    }
}

const DOUBTFUL: Reading = Reading {
    distance_mm: None,
    is_distance_doubtful: true,
    temperature: None,
    battery: None,
    is_tilted: None,
};

#[test]
fn a_periodic_report_tells_all_four_values() {
    let bytes = "01755C0367010104824408050001";
    let reading = Reading {
        distance_mm: Some(2116),
        is_distance_doubtful: false,
        temperature: Some(Celsius::new(25.7).unwrap()),
        battery: Some(Fraction::new(0.92).unwrap()),
        is_tilted: Some(true),
    };
    let decoded = decode(bytes);
    assert_eq!(decoded.reading, reading);
    assert_eq!(decoded.warnings, []);
    let encoded = Milesight::EM400_MUD.encode(&reading);
    assert_eq!(encoded, Some(hex(bytes)));
}

#[rstest::rstest]
// The examples of the vendor's tables (`Milesight-IoT/SensorDecoders`).
#[case::em400(
    Milesight::EM400_TLD,
    "01755C 03670101 04824408 050001",
    r#"{"battery_pct":92,"temperature_c":25.7,"distance_mm":2116,"tilt":true}"#
)]
#[case::em400_alarms(
    Milesight::EM400_UDL, "8367E80001 8482410601",
    r#"{"temperature_c":23.2,"temperature_alarm":"threshold_alarm","distance_mm":1601,"distance_alarm":"threshold_alarm"}"#
)]
#[case::em400_payload_of_nb_iot(
    Milesight::EM400_MUD,
    "01756403670b0104823b01050001",
    r#"{"battery_pct":100,"temperature_c":26.7,"distance_mm":315,"tilt":true}"#
)]
// The examples of the user guide of the EM400-UDL, page 16.
#[case::distance_threshold(
    Milesight::EM400_UDL,
    "8482330701",
    r#"{"distance_mm":1843,"distance_alarm":"threshold_alarm"}"#
)]
#[case::temperature_threshold(
    Milesight::EM400_UDL,
    "8367220101",
    r#"{"temperature_c":29.0,"temperature_alarm":"threshold_alarm"}"#
)]
#[case::em500(
    Milesight::EM500_UDL,
    "01755C 03821E00",
    r#"{"battery_pct":92,"distance_mm":30}"#
)]
#[case::em500_change(
    Milesight::EM500_UDL,
    "83E9 E803 9CFF 02",
    r#"{"distance_mm":1000,"distance_change_mm":-100,"distance_alarm":"mutation_alarm"}"#
)]
#[case::em500_history(
    Milesight::EM500_UDL, "20CE 00105E5F 1E00 20CE 58115E5F FFFF 03821F00",
    r#"{"history":[{"time_s":1600000000,"distance_mm":30},{"time_s":1600000344}],"distance_mm":31}"#
)]
#[case::ws201(
    Milesight::WS201,
    "017564 03823E00 04D645",
    r#"{"battery_pct":100,"distance_mm":62,"fill_pct":69}"#
)]
// The example of The Things Network's device repository.
#[case::em410(
    Milesight::EM410_RDL,
    "017564 03671001 04822C01 050001 06C72003",
    r#"{"battery_pct":100,"temperature_c":27.2,"distance_mm":300,"tilt":true,"signal_db":8.0}"#
)]
#[case::em410_change(
    Milesight::EM410_RDL,
    "9482 2C01 6400 02",
    r#"{"distance_mm":300,"distance_change_mm":100,"distance_alarm":"mutation_alarm"}"#
)]
#[case::em410_end_of_an_exception(
    Milesight::EM410_RDL,
    "B482 2C01 00",
    r#"{"distance_mm":300,"distance_exception":"blind_alarm_release"}"#
)]
#[case::em410_history(
    Milesight::EM410_RDL,
    "20CE 00105E5F 2C01 CEFF 6400 60 20CE 00105E5F FDFF FEFF 6400 00",
    r#"{"history":[{"time_s":1600000000,"distance_mm":300,"temperature_c":-5.0,"distance_change_mm":100,"tilt":true},{"time_s":1600000000}]}"#
)]
fn a_frame_tells_what_it_has(
    #[case] codec: Milesight,
    #[case] bytes: &str,
    #[case] expected: &str,
) {
    assert_eq!(told(&codec, Some(85), bytes), expected);
}

#[rstest::rstest]
#[case::no_payload("", Reading::default())]
#[case::distance_alarm("8482410601", distance(1601))]
#[case::distance_alarm_dismissed("8482410600", distance(1601))]
#[case::join_report(
    "ff0bffff0101ff166329c42503920003ff090100ff0a0101ff0f00",
    Reading::default()
)]
#[case::join_report_before_a_value("ff090100ff0a010104824100", distance(65))]
#[case::reply_to_a_downlink("fe03580204824100", distance(65))]
#[case::location_is_passed_over("068800000000000000000004820101", distance(257))]
#[case::nothing_echoed("04820000", DOUBTFUL)]
#[case::all_ones("0482ffff", DOUBTFUL)]
#[case::negative_as_the_guide_has_it("0482fdff", DOUBTFUL)]
#[case::impossible_battery("0175ff04824100", distance(65))]
#[case::impossible_temperature("0367ff7f04824100", distance(65))]
#[case::impossible_position("05000204824100", distance(65))]
#[case::a_later_channel_that_is_not_known("048241000acf0102030405", distance(65))]
#[case::a_later_distance_that_is_one("0482ffff04824100", distance(65))]
fn a_reading_has_what_can_be_believed(#[case] bytes: &str, #[case] expected: Reading) {
    assert_eq!(decode(bytes).reading, expected);
}

#[rstest::rstest]
#[case::ends_with_an_unknown_channel(
    Milesight::EM400_MUD,
    "048241000acf01",
    "channel 0a type cf is unknown: the last 3 bytes"
)]
#[case::impossible_battery(Milesight::EM400_MUD, "0175ff", "no battery_pct: 255 is implausible")]
#[case::impossible_position(Milesight::EM400_MUD, "050002", "no tilt: 2 is implausible")]
#[case::impossible_temperature(Milesight::EM400_MUD, "0367ff7f", "no temperature_c: 3276.7")]
#[case::no_echo(Milesight::EM400_MUD, "04820000", "0x0000 stands for none")]
#[case::no_target(Milesight::EM410_RDL, "0482fdff", "sees no target")]
#[case::alarm(
    Milesight::EM400_MUD,
    "8482410601",
    "raises a distance threshold alarm"
)]
#[case::hot(
    Milesight::EM400_MUD,
    "8367e80001",
    "raises a temperature threshold alarm"
)]
#[case::change(
    Milesight::EM410_RDL,
    "94822c01640002",
    "raises a distance mutation alarm"
)]
#[case::blind(Milesight::EM410_RDL, "b482140001", "in the device's blind zone")]
#[case::gone(Milesight::EM410_RDL, "b482fdff02", "sees no target")]
#[case::broken(Milesight::EM410_RDL, "b482ffff03", "sensor does not work")]
#[case::more_than_full(Milesight::WS201, "04d665", "no fill_pct: 101 is implausible")]
fn what_is_odd_is_said(#[case] codec: Milesight, #[case] bytes: &str, #[case] expected: &str) {
    let decoded = codec.decode(Some(85), &hex(bytes)).unwrap();
    let [only] = &*decoded.warnings else {
        panic!("{:?}", decoded.warnings)
    };
    assert!(only.to_string().contains(expected), "{only}");
}

#[test]
fn a_frost_is_below_zero() {
    let reading = decode("0367ceff").reading;
    assert_eq!(reading.temperature, Some(Celsius::new(-5.0).unwrap()));
}

#[rstest::rstest]
#[case::unknown_at_the_start("0acf01", "does not know channel 0a type cf at byte 0")]
#[case::unknown_after_a_version("ff0101abcd", "does not know channel ab type cd at byte 3")]
#[case::half_a_channel("01755c04", "needs 2 bytes at byte 3, where 1 are left")]
#[case::half_a_distance("01755c048241", "needs 4 bytes at byte 3, where 3 are left")]
#[case::half_a_serial_number("ff166329", "needs 10 bytes at byte 0, where 4 are left")]
#[case::distance_of_an_em500("01756403821e00", "does not know channel 03 type 82 at byte 3")]
#[case::history_of_an_em500("01756420ce00000000", "does not know channel 20 type ce at byte 3")]
#[case::echo_of_a_radar("01756406c72003", "does not know channel 06 type c7 at byte 3")]
fn a_payload_that_cannot_be_read_is_refused_with_its_place(#[case] bytes: &str, #[case] why: &str) {
    let message = error_of(&Milesight::EM400_MUD, Some(85), bytes);
    assert!(message.contains(why), "{message}");
}

/// Each reply that the vendor documents is passed over by its length.
#[test]
fn replies_to_settings_are_passed_over() {
    let mut count = 0;
    for number in [0xf8, 0xfe, 0xff] {
        for kind in 0..=u8::MAX {
            let Some(len) = channels::setting_len(number, kind) else {
                continue;
            };
            let mut bytes = vec![number, kind];
            bytes.resize(2 + len, 0xab);
            bytes.extend([0x04, 0x82, 0x41, 0x00]);
            let decoded = Milesight::EM400_MUD.decode(Some(85), &bytes).unwrap();
            assert_eq!(decoded.reading, distance(65));
            assert_eq!(decoded.warnings, []);
            count += 1;
        }
    }
    assert_eq!(count, 41 + 33 + 7);
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        distance_mm in option::of(1_u16..=0x7fff),
        is_distance_doubtful: bool,
        temperature in option::of(-100.0..=200.0),
        battery in option::of(0.0..=1.0),
        is_tilted: Option<bool>,
    ) {
        let is_distance_doubtful = is_distance_doubtful && distance_mm.is_none();
        let reading = Reading {
            distance_mm,
            is_distance_doubtful,
            temperature: temperature.map(|t| Celsius::new(t).unwrap()),
            battery: battery.map(|b| Fraction::new(b).unwrap()),
            is_tilted,
        };
        let near = |a: Option<f64>, b: Option<f64>, step: f64| match (a, b) {
            (Some(a), Some(b)) => (a - b).abs() <= step / 2.0 + 1e-9,
            (a, b) => a == b,
        };
        for codec in [Milesight::EM400_MUD, Milesight::EM410_RDL] {
            let bytes = codec.encode(&reading).unwrap();
            let back = codec.decode(None, &bytes).unwrap().reading;
            prop_assert_eq!(back.distance_mm, distance_mm);
            prop_assert_eq!(back.is_distance_doubtful, is_distance_doubtful);
            prop_assert_eq!(back.is_tilted, is_tilted);
            prop_assert!(near(back.temperature.map(Celsius::get), temperature, 0.1));
            prop_assert!(near(back.battery.map(Fraction::get), battery, 0.01));
            prop_assert_eq!(codec.encode(&back), Some(bytes), "written twice is written alike");
        }
        for codec in [Milesight::EM500_UDL, Milesight::WS201] {
            let bytes = codec.encode(&reading).unwrap();
            let back = codec.decode(None, &bytes).unwrap().reading;
            prop_assert_eq!(back.distance_mm, distance_mm);
            prop_assert_eq!(back.is_distance_doubtful, is_distance_doubtful);
            prop_assert!(near(back.battery.map(Fraction::get), battery, 0.01));
            prop_assert_eq!((back.temperature, back.is_tilted), (None, None));
        }
    }
}
