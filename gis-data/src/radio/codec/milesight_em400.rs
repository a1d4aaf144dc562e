//! Milesight EM400: distance sensors for containers, by ultrasound (MUD, UDL) or laser (TLD).
//!
//! A payload is a row of channels: number, type, data, little-endian. The layout is the vendor's
//! published one (user guide §6.1.1; table "Payload" of `Milesight-IoT/SensorDecoders`).

use twin_core::{Celsius, Fraction, Reading};

use super::{PayloadCodec, check_port};
use crate::radio::error::{RadioError, RadioResult};

/// The codec of the EM400 family, whose models share one layout.
///
/// What it makes of a payload that is not as expected:
/// * **An unknown channel** has an unknown length, so nothing behind it can be read: newer
///   firmware adds channels at the end. What was read before it stands; where that is nothing,
///   the payload is refused. The frame's bytes are kept, for a later version to read again.
/// * **A channel cut off** refuses the payload: frames are authenticated as a whole, so this is
///   another device's layout.
/// * **Distance 0, or 32768 and more**, is no distance: the vendor gives the field as a signed
///   number, and no model sees that far. The reading then has no distance and says that it is
///   doubtful. The vendor publishes no list of error values.
/// * **A battery above 100 %, a temperature out of any weather, a position other than 0 and 1**
///   are left out of the reading.
///
/// The alarm channels (`83`, `84`) hold the value with the state of its threshold; only the value
/// is read. The port is the operator's choice (85 by default) and not checked beyond 1 to 223.
///
/// ```
/// use gis_data::radio::{MilesightEm400, PayloadCodec as _};
/// use twin_core::Reading;
///
/// let reading = Reading { distance_mm: Some(1601), is_tilted: Some(false), ..Reading::default() };
/// let bytes = MilesightEm400::MUD.encode(&reading);
/// assert_eq!(bytes, [0x04, 0x82, 0x41, 0x06, 0x05, 0x00, 0x00]);
/// assert_eq!(MilesightEm400::MUD.decode(Some(85), &bytes)?, reading);
/// # Ok::<(), gis_data::radio::RadioError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MilesightEm400 {
    name: &'static str,
}

impl MilesightEm400 {
    /// The multi-functional ultrasonic distance sensor, for bins among others.
    pub const MUD: Self = Self {
        name: "milesight-em400-mud",
    };
    /// The ultrasonic distance and level sensor.
    pub const UDL: Self = Self {
        name: "milesight-em400-udl",
    };
    /// The laser distance sensor.
    pub const TLD: Self = Self {
        name: "milesight-em400-tld",
    };
}

const BATTERY: (u8, u8) = (0x01, 0x75);
const TEMPERATURE: (u8, u8) = (0x03, 0x67);
const DISTANCE: (u8, u8) = (0x04, 0x82);
const POSITION: (u8, u8) = (0x05, 0x00);
const LOCATION: (u8, u8) = (0x06, 0x88);
const TEMPERATURE_ALARM: (u8, u8) = (0x83, 0x67);
const DISTANCE_ALARM: (u8, u8) = (0x84, 0x82);

/// What the encoder writes for a distance that could not be measured.
const NO_DISTANCE: u16 = u16::MAX;
/// The distances that are ones, in millimetres.
const DISTANCES: std::ops::RangeInclusive<u16> = 1..=0x7fff;

impl PayloadCodec for MilesightEm400 {
    fn name(&self) -> &'static str {
        self.name
    }

    fn version(&self) -> u16 {
        1
    }

    fn default_port(&self) -> u8 {
        85
    }

    fn decode(&self, f_port: Option<u8>, bytes: &[u8]) -> RadioResult<Reading> {
        check_port(self.name, f_port)?;
        let mut reading = Reading::default();
        let mut offset = 0;
        while let Some(rest @ [_, ..]) = bytes.get(offset..) {
            match self.channel(rest, offset) {
                Ok(channel) => {
                    read_channel(&mut reading, channel);
                    offset += channel.len();
                }
                Err(RadioError::UnknownChannel { .. }) if reading != Reading::default() => break,
                Err(error) => return Err(error),
            }
        }
        Ok(reading)
    }

    fn encode(&self, reading: &Reading) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(14);
        if let Some(battery) = reading.battery {
            bytes.extend([BATTERY.0, BATTERY.1, percent(battery)]);
        }
        if let Some(temperature) = reading.temperature {
            push_u16(&mut bytes, TEMPERATURE, tenths(temperature).cast_unsigned());
        }
        if let Some(distance_mm) = reported_distance(reading) {
            push_u16(&mut bytes, DISTANCE, distance_mm);
        }
        if let Some(is_tilted) = reading.is_tilted {
            bytes.extend([POSITION.0, POSITION.1, u8::from(is_tilted)]);
        }
        bytes
    }
}

impl MilesightEm400 {
    /// The channel that `rest` starts with: number, type and data.
    fn channel<'a>(&self, rest: &'a [u8], offset: usize) -> RadioResult<&'a [u8]> {
        let truncated = |needed| RadioError::TruncatedChannel {
            codec: self.name,
            offset,
            needed,
            left: rest.len(),
        };
        let &[channel, kind, ..] = rest else {
            return Err(truncated(2));
        };
        let unknown = RadioError::UnknownChannel {
            codec: self.name,
            channel,
            kind,
            offset,
        };
        let needed = 2 + data_len(channel, kind).ok_or(unknown)?;
        rest.get(..needed).ok_or_else(|| truncated(needed))
    }
}

/// How many bytes of data a channel has, where that is known.
fn data_len(channel: u8, kind: u8) -> Option<usize> {
    match (channel, kind) {
        BATTERY | POSITION => Some(1),
        TEMPERATURE | DISTANCE => Some(2),
        TEMPERATURE_ALARM | DISTANCE_ALARM => Some(3),
        LOCATION => Some(9),
        (0xff, _) => attribute_len(kind).or_else(|| setting_len(kind)),
        (0xfe, _) => setting_len(kind),
        _ => None,
    }
}

/// What a device tells of itself when it joins: versions, class, serial number.
fn attribute_len(kind: u8) -> Option<usize> {
    match kind {
        0x01 | 0x0b | 0x0f | 0xfe => Some(1),
        0x09 | 0x0a | 0xff => Some(2),
        0x16 => Some(8),
        _ => None,
    }
}

/// What a device repeats of a setting that it was sent.
fn setting_len(kind: u8) -> Option<usize> {
    match kind {
        0x10 | 0x13 | 0x28 | 0x3e | 0x4a | 0x56 | 0x71 => Some(1),
        0x02 | 0x03 | 0x1c | 0x70 | 0x77 => Some(2),
        0x06 => Some(9),
        _ => None,
    }
}

fn read_channel(reading: &mut Reading, channel: &[u8]) {
    match *channel {
        [0x01, 0x75, percent] => reading.battery = Fraction::new(f64::from(percent) / 100.0).ok(),
        [0x03 | 0x83, 0x67, low, high, ..] => {
            let tenths = i16::from_le_bytes([low, high]);
            reading.temperature = Celsius::new(f64::from(tenths) / 10.0).ok();
        }
        [0x04 | 0x84, 0x82, low, high, ..] => {
            let distance_mm = u16::from_le_bytes([low, high]);
            reading.distance_mm = DISTANCES.contains(&distance_mm).then_some(distance_mm);
            reading.is_distance_doubtful = reading.distance_mm.is_none();
        }
        [0x05, 0x00, position @ 0..=1] => reading.is_tilted = Some(position == 1),
        _ => {}
    }
}

fn push_u16(bytes: &mut Vec<u8>, (channel, kind): (u8, u8), value: u16) {
    bytes.extend([channel, kind]);
    bytes.extend(value.to_le_bytes());
}

/// The distance as a device reports it: one it does not trust it does not tell.
fn reported_distance(reading: &Reading) -> Option<u16> {
    if reading.is_distance_doubtful {
        Some(NO_DISTANCE)
    } else {
        reading.distance_mm
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a fraction is 0 to 100 percent"
)]
fn percent(battery: Fraction) -> u8 {
    (battery.get() * 100.0).round() as u8
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a temperature is -1000 to 2000 tenths of a degree"
)]
fn tenths(temperature: Celsius) -> i16 {
    (temperature.get() * 10.0).round() as i16
}

#[cfg(test)]
mod tests {
    use proptest::option;
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::radio::{codec, shared};

    fn decode(bytes: &[u8]) -> RadioResult<Reading> {
        MilesightEm400::MUD.decode(Some(85), bytes)
    }

    fn from_hex(hex: &str) -> Vec<u8> {
        let digit = |b: u8| u8::try_from(char::from(b).to_digit(16).unwrap()).unwrap();
        hex.as_bytes()
            .chunks_exact(2)
            .map(|pair| digit(pair[0]) << 4 | digit(pair[1]))
            .collect()
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
        let bytes = from_hex("01755C0367010104824408050001");
        let reading = Reading {
            distance_mm: Some(2116),
            is_distance_doubtful: false,
            temperature: Some(Celsius::new(25.7).unwrap()),
            battery: Some(Fraction::new(0.92).unwrap()),
            is_tilted: Some(true),
        };
        assert_eq!(decode(&bytes).unwrap(), reading);
        assert_eq!(MilesightEm400::MUD.encode(&reading), bytes);
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
    fn a_payload_says_what_can_be_read(#[case] hex: &str, #[case] expected: Reading) {
        assert_eq!(decode(&from_hex(hex)).unwrap(), expected);
    }

    #[test]
    fn a_frost_is_below_zero() {
        let reading = decode(&from_hex("0367ceff")).unwrap();
        assert_eq!(reading.temperature, Some(Celsius::new(-5.0).unwrap()));
    }

    #[rstest::rstest]
    #[case::unknown_at_the_start("0acf01", "does not know channel 0a type cf at byte 0")]
    #[case::unknown_after_a_version("ff0101abcd", "does not know channel ab type cd at byte 3")]
    #[case::half_a_channel("01755c04", "needs 2 bytes at byte 3, where 1 are left")]
    #[case::half_a_distance("01755c048241", "needs 4 bytes at byte 3, where 3 are left")]
    #[case::half_a_serial_number("ff166329", "needs 10 bytes at byte 0, where 4 are left")]
    fn a_payload_that_cannot_be_read_is_refused_with_its_place(
        #[case] hex: &str,
        #[case] why: &str,
    ) {
        let message = decode(&from_hex(hex)).unwrap_err().to_string();
        assert!(
            message.starts_with("milesight-em400-mud") && message.contains(why),
            "{message}"
        );
    }

    #[rstest::rstest]
    #[case::mac_commands(0)]
    #[case::certification(224)]
    #[case::reserved(255)]
    fn a_port_that_is_not_the_applications_is_refused(#[case] port: u8) {
        let error = MilesightEm400::TLD.decode(Some(port), &[]).unwrap_err();
        assert!(matches!(error, RadioError::NotAnApplicationPort { port: p, .. } if p == port));
    }

    #[test]
    fn the_vendors_examples_read_as_the_vendor_reads_them() {
        let Some(text) = shared::read("data/sensors/codecs/codec_examples.json") else {
            return;
        };
        let examples: Vec<Value> = serde_json::from_slice(&text).unwrap();
        let mut count = 0;
        for example in examples {
            let Some(codec) = example["device"].as_str().and_then(codec) else {
                continue;
            };
            let bytes = from_hex(example["bytes"].as_str().unwrap());
            let port = u8::try_from(example["fPort"].as_u64().unwrap()).unwrap();
            let reading = codec.decode(Some(port), &bytes).unwrap();
            assert_eq!(
                as_the_vendor_says(&reading),
                without_alarms(&example["data"]),
                "{example}"
            );
            count += 1;
        }
        assert_eq!(count, 3);
    }

    fn as_the_vendor_says(reading: &Reading) -> Value {
        let mut data = serde_json::Map::new();
        if let Some(battery) = reading.battery {
            data.insert("battery".into(), percent(battery).into());
        }
        if let Some(temperature) = reading.temperature {
            data.insert("temperature".into(), temperature.get().into());
        }
        if let Some(distance_mm) = reading.distance_mm {
            data.insert("distance".into(), distance_mm.into());
        }
        if let Some(is_tilted) = reading.is_tilted {
            data.insert(
                "position".into(),
                if is_tilted { "tilt" } else { "normal" }.into(),
            );
        }
        data.into()
    }

    fn without_alarms(data: &Value) -> Value {
        let fields = data
            .as_object()
            .unwrap()
            .iter()
            .filter(|(key, _)| !key.ends_with("_alarm"));
        Value::Object(
            fields
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect(),
        )
    }

    prop_compose! {
        /// A distance that is one, a doubtful one, or none.
        fn distances()(distance_mm in option::of(DISTANCES), is_doubtful: bool) -> (Option<u16>, bool) {
            if is_doubtful { (None, true) } else { (distance_mm, false) }
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back_to_the_resolution(
            (distance_mm, is_distance_doubtful) in distances(),
            temperature in option::of(-100.0..=200.0),
            battery in option::of(0.0..=1.0),
            is_tilted: Option<bool>,
        ) {
            let reading = Reading {
                distance_mm,
                is_distance_doubtful,
                temperature: temperature.map(|t| Celsius::new(t).unwrap()),
                battery: battery.map(|b| Fraction::new(b).unwrap()),
                is_tilted,
            };

            let bytes = MilesightEm400::MUD.encode(&reading);
            let back = decode(&bytes).unwrap();

            let near = |a: Option<f64>, b: Option<f64>, step: f64| match (a, b) {
                (Some(a), Some(b)) => (a - b).abs() <= step / 2.0 + 1e-9,
                (a, b) => a == b,
            };
            prop_assert_eq!(back.distance_mm, distance_mm);
            prop_assert_eq!(back.is_distance_doubtful, is_distance_doubtful);
            prop_assert_eq!(back.is_tilted, is_tilted);
            prop_assert!(near(back.temperature.map(Celsius::get), temperature, 0.1));
            prop_assert!(near(back.battery.map(Fraction::get), battery, 0.01));
            prop_assert_eq!(MilesightEm400::MUD.encode(&back), bytes, "written twice is written alike");
        }
    }
}
