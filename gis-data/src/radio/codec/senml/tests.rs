use proptest::prelude::*;
use twin_core::{Celsius, Fraction};

use super::*;
use crate::radio::codec::tests::hex;

fn told(pack: &[u8]) -> String {
    let decoded = Senml.decode(Some(1), pack).unwrap();
    serde_json::to_string(&decoded.measurements).unwrap()
}

fn error_of(pack: &[u8]) -> String {
    let error = Senml.decode(Some(1), pack).unwrap_err();
    let source = std::error::Error::source(&error).map(ToString::to_string);
    format!("{error}: {}", source.unwrap_or_default())
}

// Examples of RFC 8428, §5.1.1 to §5.1.3.
const ONE: &str = r#"[{"n":"urn:dev:ow:10e2073a01080063","u":"Cel","v":23.1}]"#;
const TWO: &str = r#"[
    {"bn":"urn:dev:ow:10e2073a01080063:","n":"voltage","u":"V","v":120.1},
    {"n":"current","u":"A","v":1.2}
]"#;
const SERIES: &str = r#"[
    {"bn":"urn:dev:ow:10e2073a0108006:","bt":1.276020076001e+09,"bu":"A","bver":5,"n":"voltage","u":"V","v":120.1},
    {"n":"current","t":-5,"v":1.2},
    {"n":"current","t":-4,"v":1.3},
    {"n":"current","v":1.7}
]"#;
const PLACE: &str = r#"[
    {"bn":"urn:dev:ow:10e2073a01080063","bt":1.320067464e+09,"bu":"%RH","v":20},
    {"u":"lon","v":24.30621},
    {"u":"lat","v":60.07965},
    {"t":60,"v":20.3}
]"#;

#[rstest::rstest]
#[case::one(ONE, r#"{"10e2073a01080063_c":23.1}"#)]
#[case::two(TWO, r#"{"voltage_v":120.1,"current_a":1.2}"#)]
#[case::series(
    SERIES,
    r#"{"voltage_v":120.1,"current_a":1.7,"time_s":1276020076.001,"history":[{"time_s":1276020071.001,"current_a":1.2},{"time_s":1276020072.001,"current_a":1.3}]}"#
)]
#[case::place(
    PLACE,
    r#"{"10e2073a01080063_lon":24.30621,"10e2073a01080063_lat":60.07965,"humidity_pct":20.3,"time_s":1320067524.0,"history":[{"time_s":1320067464.0,"humidity_pct":20.0}]}"#
)]
// The example of the domain's notes.
#[case::base_time_and_unit(
    r#"[{"bn":"urn:dev:mac:0024befffe804ff1:","bt":1.6e9,"bu":"Cel","n":"temp","v":21.5},{"n":"dist","u":"m","v":1.2}]"#,
    r#"{"temperature_c":21.5,"distance_mm":1200,"time_s":1600000000.0}"#
)]
#[case::base_value_and_sum(
    r#"[{"bn":"a/","bv":20,"bs":100,"bu":"Cel","n":"temp","v":1.5},{"n":"energy","s":3}]"#,
    r#"{"temperature_c":21.5,"energy_sum":103.0}"#
)]
#[case::flags_texts_and_data(
    r#"[{"n":"tilt","vb":true},{"n":"label","vs":"glass"},{"n":"raw","vd":"aGk"}]"#,
    r#"{"tilt":true,"label":"glass","raw":"aGk"}"#
)]
#[case::a_moment_ago(
    r#"[{"n":"dist","u":"cm","v":120.5,"t":-30}]"#,
    r#"{"distance_mm":1205,"time_offset_s":-30.0}"#
)]
#[case::two_devices(
    r#"[{"n":"a:temp","u":"Cel","v":1},{"n":"b:temp","u":"Cel","v":2}]"#,
    r#"{"temperature_c":1.0,"temperature_c_2":2.0}"#
)]
#[case::kelvin(r#"[{"n":"temp","u":"K","v":300}]"#, r#"{"temperature_c":26.85}"#)]
#[case::base_alone(
    r#"[{"bn":"a:","bu":"%"},{"n":"fill","v":40},{"n":"battery","v":90}]"#,
    r#"{"fill_pct":40.0,"battery_pct":90.0}"#
)]
fn a_pack_tells_what_it_has(#[case] pack: &str, #[case] expected: &str) {
    assert_eq!(told(pack.as_bytes()), expected);
}

#[rstest::rstest]
// The CBOR of RFC 8428, §6, of a pack with base fields and three values.
#[case::of_the_standard(
    "87a721781b75726e3a6465763a6f773a3130653230373361303130383030363a22fb41d303a15b00106223614120050067766f6c7461676501615602fb405e066666666666a3006763757272656e74062402fb3ff3333333333333a3006763757272656e74062302fb3ff4cccccccccccda3006763757272656e74062202fb3ff6666666666666a3006763757272656e74062102f93e00a3006763757272656e74062002fb3ff999999999999aa3006763757272656e74060002fb3ffb333333333333",
    r#"{"voltage_v":120.1,"current_a":1.7,"time_s":1276020076.001,"#
)]
#[case::half_precision("81a3006474656d70016343656c02f94d60", r#"{"temperature_c":21.5}"#)]
#[case::single_precision("81a3006464697374016 16d02fa3f99999a", r#"{"distance_mm":1200"#)]
#[case::decimal_fraction("81a3006464697374016 16d02c48221190 4b0", r#"{"distance_mm":120"#)]
#[case::whole("81a300646469737401626d6d021904b0", r#"{"distance_mm":1200}"#)]
#[case::negative("81a3006474656d70016343656c0224", r#"{"temperature_c":-5.0}"#)]
#[case::tagged_and_indefinite("d9d9f79fbf006474696c7404f5ffff", r#"{"tilt":true}"#)]
#[case::bytes("81a20063726177084201ff", r#"{"raw":"Af8"}"#)]
fn a_pack_in_cbor_tells_the_same(#[case] bytes: &str, #[case] expected: &str) {
    let told = told(&hex(bytes));
    assert!(told.starts_with(expected), "{told}");
}

#[rstest::rstest]
#[case::no_array(r#"{"n":"a","v":1}"#, "0x7b at byte 0, expected an array")]
#[case::no_json("[", "cannot read the payload as JSON: EOF")]
#[case::no_record("[1]", "cannot read the payload as JSON: invalid type")]
#[case::empty("[]", "record 1: the pack has no value")]
#[case::two_values(
    r#"[{"n":"a","v":1,"vs":"x"}]"#,
    "record 1: it has more than one value"
)]
#[case::no_value(
    r#"[{"n":"a","v":1},{"n":"b"}]"#,
    "record 2: it has neither value nor sum"
)]
#[case::no_name(r#"[{"v":1}]"#, "record 1: '' is no name of SenML")]
#[case::bad_name(r#"[{"n":"a b","v":1}]"#, "record 1: 'a b' is no name of SenML")]
#[case::wrong_kind(r#"[{"n":"a","v":"1"}]"#, "record 1: v cannot be '1'")]
#[case::version(r#"[{"bver":11,"n":"a","v":1}]"#, "record 1: bver cannot be 11")]
#[case::must_understand(r#"[{"n":"a","v":1,"x_":1}]"#, "record 1: the label 'x_' is unknown")]
fn a_pack_that_breaks_a_rule_is_refused(#[case] pack: &str, #[case] why: &str) {
    let message = error_of(pack.as_bytes());
    assert!(
        message.starts_with("senml") && message.contains(why),
        "{message}"
    );
}

#[rstest::rstest]
#[case::not_whole("81a2006161", "cannot read the payload as CBOR")]
#[case::more_behind("81a2006161020100", "8 bytes, expected 7 by its pack")]
#[case::no_map("8101", "record 1: a record is a map")]
#[case::infinite("81a200616102f97c00", "record 1: v cannot be")]
#[case::a_claimed_gigabyte("9b0000000040000000", "cannot read the payload as CBOR")]
#[case::deep(
    "8181818181818181818181818181818181818181",
    "cannot read the payload as CBOR"
)]
fn cbor_that_is_no_pack_is_refused(#[case] bytes: &str, #[case] why: &str) {
    let message = error_of(&hex(bytes));
    assert!(message.contains(why), "{message}");
}

#[test]
fn a_pack_is_bounded() {
    let many = format!("[{}]", vec![r#"{"n":"a","v":1}"#; 257].join(","));
    assert!(error_of(many.as_bytes()).contains("record 257: a pack has up to 256"));
    let long = format!("[{}]", " ".repeat(MAX_PACK));
    assert!(error_of(long.as_bytes()).contains("more than 16384"));
}

#[test]
fn unknown_labels_are_passed_over_with_a_warning() {
    let decoded = Senml.decode(None, br#"[{"n":"dist","u":"m","v":1,"x":[1]}]"#);
    let decoded = decoded.unwrap();
    assert_eq!(decoded.reading.distance_mm, Some(1000));
    assert_eq!(decoded.warnings[0].to_string(), "1 labels are not read");
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        distance_mm in proptest::option::of(1..=u16::MAX),
        tenths in proptest::option::of(-1000_i32..=2000),
        percent in proptest::option::of(0_u32..=100),
        is_tilted: Option<bool>,
    ) {
        let reading = Reading {
            distance_mm,
            is_distance_doubtful: false,
            temperature: tenths.map(|t| Celsius::new(f64::from(t) / 10.0).unwrap()),
            battery: percent.map(|p| Fraction::new(f64::from(p) / 100.0).unwrap()),
            is_tilted,
        };
        prop_assume!(reading != Reading::default());
        let bytes = Senml.encode(&reading).unwrap();
        prop_assert_eq!(Senml.decode(None, &bytes).unwrap().reading, reading);
    }

    #[test]
    fn no_text_makes_it_panic(text in r#"\[(\{("(bn|bt|n|v|vs|t|s|x_)":("?[a-z0-9.e-]{0,9}"?),?){0,4}\},?){0,4}\]"#) {
        let _ = Senml.decode(None, text.as_bytes());
    }
}
