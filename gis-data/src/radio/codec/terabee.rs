//! Terabee: the laser LoRa Level Monitoring XL.
//!
//! Six bytes, big-endian: distance in mm, level in percent, battery in mV, errors. The layout is
//! that of the vendor's user manual (2021, pages 31 and 32) and of The Things Network's device
//! repository (`vendor/terabee`), which takes a distance of 1 for an invalid one, too; the manual
//! has every distance below 500 mm for impossible.

use twin_core::Reading;

use super::bytes::be_u16;
use super::{PayloadCodec, check_frame};
use crate::radio::decoded::{Decoded, Draft, Warning, names};
use crate::radio::error::{RadioError, RadioResult};

/// The codec of the LM-XL.
///
/// A frame with an error tells what it is; the value that it is about is not told, the others are.
///
/// ```
/// use gis_data::radio::{PayloadCodec as _, TerabeeLmXl};
///
/// let decoded = TerabeeLmXl.decode(Some(1), &[0x07, 0xd0, 50, 0x0b, 0xb8, 0])?;
/// assert_eq!(decoded.reading.distance_mm, Some(2000));
/// # Ok::<(), gis_data::radio::RadioError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct TerabeeLmXl;

const NAME: &str = "terabee-lm-xl";
/// From where to where it measures, in millimetres.
const RANGE: (u16, u16) = (500, 60_000);
const TOO_CLOSE: u16 = 0;
const TOO_FAR: u16 = u16::MAX;
const INVALID: u16 = 1;
const NO_LEVEL: u8 = 255;
const NO_BATTERY: u8 = 0b0100;
const NO_LASER: u8 = 0b1000;
/// The voltage of the vendor's example; a reading knows a charge, which tells nothing of it.
const NOMINAL_MV: u16 = 3600;

/// The errors, by their bit.
const ERRORS: [(u8, &str); 4] = [
    (0b0001, "it was restarted by its watchdog"),
    (0b0010, "its radio failed to sleep"),
    (NO_BATTERY, "it failed to measure its battery"),
    (NO_LASER, "its laser did not answer"),
];

impl PayloadCodec for TerabeeLmXl {
    fn name(&self) -> &str {
        NAME
    }

    fn version(&self) -> u16 {
        1
    }

    fn default_port(&self) -> u8 {
        1
    }

    fn decode(&self, f_port: Option<u8>, bytes: &[u8]) -> RadioResult<Decoded> {
        let mut draft = Draft::default();
        if check_frame(NAME, f_port, bytes)? {
            return Ok(draft.finish());
        }
        let &[_, _, level, _, _, errors] = bytes else {
            return Err(RadioError::WrongLength {
                codec: NAME.into(),
                length: bytes.len(),
                expected: "6".into(),
            });
        };
        let unexpected = |offset, found: u8, expected: &str| RadioError::UnexpectedValue {
            codec: NAME.into(),
            offset,
            found: found.into(),
            expected: expected.into(),
        };
        if !matches!(level, 0..=100 | NO_LEVEL) {
            return Err(unexpected(2, level, "a level of 0 to 100, or 255 for none"));
        }
        if errors & 0xf0 != 0 {
            return Err(unexpected(5, errors, "errors in the lower four bits"));
        }
        match be_u16(bytes, 0) {
            _ if errors & NO_LASER != 0 => draft.no_distance(Warning::SensorFault),
            TOO_CLOSE => draft.no_distance(Warning::BlindZone),
            TOO_FAR => draft.no_distance(Warning::NoTarget),
            raw @ INVALID => draft.no_distance(Warning::NoDistance { raw }),
            distance_mm => draft.distance_within(distance_mm, RANGE),
        }
        if level == NO_LEVEL {
            draft.warn(Warning::Invalid {
                name: names::FILL_PCT.into(),
                raw: level.into(),
            });
        } else {
            draft.put(names::FILL_PCT, level);
        }
        if errors & NO_BATTERY == 0 {
            let volts = f64::from(be_u16(bytes, 3)) / 1000.0;
            draft.put(names::BATTERY_V, volts);
        }
        for (bit, error) in ERRORS {
            if errors & bit != 0 {
                draft.warn(Warning::DeviceError { error });
            }
        }
        Ok(draft.finish())
    }

    /// Only distances have a place in the format; the level is the device's own, and no reading
    /// knows it.
    fn encode(&self, reading: &Reading) -> Option<Vec<u8>> {
        let distance_mm = match reading.distance_mm {
            Some(distance_mm) if !reading.is_distance_doubtful => distance_mm,
            _ => INVALID,
        };
        let battery = NOMINAL_MV.to_be_bytes();
        let bytes = [&distance_mm.to_be_bytes()[..], &[NO_LEVEL], &battery, &[0]];
        Some(bytes.concat())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::radio::codec::tests::{error_of, hex, told};

    #[rstest::rstest]
    // The examples of The Things Network's device repository.
    #[case::empty("05DC000E1000", r#"{"distance_mm":1500,"fill_pct":0,"battery_v":3.6}"#)]
    #[case::half(
        "07D0320BB800",
        r#"{"distance_mm":2000,"fill_pct":50,"battery_v":3.0}"#
    )]
    // What the manual says of the values.
    #[case::too_close("0000640BB800", r#"{"fill_pct":100,"battery_v":3.0}"#)]
    #[case::too_far("FFFF000BB800", r#"{"fill_pct":0,"battery_v":3.0}"#)]
    #[case::invalid("0001FF0BB800", r#"{"battery_v":3.0}"#)]
    #[case::nearer_than_it_can("01F3320BB800", r#"{"fill_pct":50,"battery_v":3.0}"#)]
    #[case::laser_silent("07D0320BB808", r#"{"fill_pct":50,"battery_v":3.0}"#)]
    #[case::battery_unknown("07D032000004", r#"{"distance_mm":2000,"fill_pct":50}"#)]
    #[case::restarted(
        "07D0320BB801",
        r#"{"distance_mm":2000,"fill_pct":50,"battery_v":3.0}"#
    )]
    fn a_frame_tells_what_it_has(#[case] bytes: &str, #[case] expected: &str) {
        assert_eq!(told(&TerabeeLmXl, Some(1), bytes), expected);
    }

    #[test]
    fn what_a_device_reports_of_itself_is_a_warning() {
        let warnings = |bytes| {
            let decoded = TerabeeLmXl.decode(Some(1), &hex(bytes)).unwrap();
            let texts = decoded.warnings.iter().map(ToString::to_string);
            texts.collect::<Vec<_>>().join("; ")
        };
        assert_eq!(warnings("05DC000E1000"), "");
        let all = warnings("07D0FF0BB80F");
        for part in [
            "sensor does not work",
            "no fill_pct: 255",
            "watchdog",
            "sleep",
            "battery",
        ] {
            assert!(all.contains(part), "{all}");
        }
    }

    #[rstest::rstest]
    #[case::short("05DC000E10", "no frames of 5 bytes, expected 6")]
    #[case::level("05DC650E1000", "0x65 at byte 2, expected a level of 0 to 100")]
    #[case::errors("05DC000E1010", "0x10 at byte 5, expected errors")]
    fn a_frame_of_another_device_is_refused(#[case] bytes: &str, #[case] why: &str) {
        let message = error_of(&TerabeeLmXl, Some(1), bytes);
        assert!(message.contains(why), "{message}");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(distance_mm in proptest::option::of(500_u16..=60_000)) {
            let reading = Reading {
                distance_mm,
                is_distance_doubtful: distance_mm.is_none(),
                ..Reading::default()
            };
            let bytes = TerabeeLmXl.encode(&reading).unwrap();
            prop_assert_eq!(TerabeeLmXl.decode(None, &bytes).unwrap().reading, reading);
        }
    }
}
