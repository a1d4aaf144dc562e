//! Dragino: ultrasonic sensors (LDDS75, LDDS20, LDDS45) and the laser LLDS12.
//!
//! The layouts are those of the vendor's user manuals (chapters "Uplink payload") and of
//! `dragino/dragino-end-node-decoder`, big-endian:
//!
//! | bytes | LDDS75, LDDS20, LDDS45 | bytes | LLDS12 |
//! |---|---|---|---|
//! | 0–1 | battery in mV, 14 bits | 0–1 | battery in mV, 14 bits |
//! | 2–3 | distance in mm | 2–3 | temperature of a DS18B20 in tenths |
//! | 4 | sent by interrupt: 0 or 1 | 4–5 | distance in mm |
//! | 5–6 | temperature of a DS18B20 in tenths | 6–7 | strength of the echo |
//! | 7 | sensor found: 0 or 1 | 8 | sent by interrupt: 0 or 1 |
//! | | | 9 | temperature of the probe |
//! | | | 10 | 1 a measurement, 2 a reply to a setting |
//!
//! Firmware before 1.1.4 sends the first five bytes only. The decoder for the LDDS75 in The Things
//! Network's device repository puts the battery into the distance, and its example has four bytes,
//! which it takes for "no sensor": they are read here by the layout.

use twin_core::Reading;

use super::bytes::{be_i16, be_u16, steps_i16};
use super::{PayloadCodec, check_frame, check_port};
use crate::radio::decoded::{Decoded, Draft, Warning, names};
use crate::radio::error::{RadioError, RadioResult};

/// The codec of one model.
///
/// A distance of 0 says that no sensor is connected; one in the blind zone is none. A frame on
/// another port than 2, or with flags other than 0 and 1, is of another device.
///
/// A DS18B20 thermometer is an option, and 0.0 °C is what devices without one send, too: it is
/// among the measurements, and not in the reading.
///
/// ```
/// use gis_data::radio::{Dragino, PayloadCodec as _};
///
/// let bytes = [0x0d, 0x3b, 0x0a, 0xef, 0x00, 0xff, 0x3f, 0x01];
/// let decoded = Dragino::LDDS45.decode(Some(2), &bytes)?;
/// assert_eq!(decoded.reading.distance_mm, Some(2799));
/// assert_eq!(decoded.reading.temperature.map(|t| t.get()), Some(-19.3));
/// # Ok::<(), gis_data::radio::RadioError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Dragino {
    name: &'static str,
    /// From where to where it measures, in millimetres.
    range: (u16, u16),
    layout: Layout,
}

#[derive(Clone, Copy, Debug)]
enum Layout {
    Ultrasonic,
    Laser,
}

const PORT: u8 = 2;
const BATTERY_BITS: u16 = 0x3fff;
/// The cell's voltage for most of its life; a reading knows a charge, which tells nothing of it.
const NOMINAL_MV: u16 = 3600;
/// The manual calls echoes of up to 100, and the overexposed 65535, unreliable.
const WEAK_ECHO: u16 = 100;
const OVEREXPOSED: u16 = u16::MAX;
/// What the encoder writes for a good echo: the manual's example of one.
const GOOD_ECHO: u16 = 471;

impl Dragino {
    /// The ultrasonic sensor for up to 7.5 m.
    pub const LDDS75: Self = Self {
        name: "dragino-ldds75",
        range: (280, 7500),
        layout: Layout::Ultrasonic,
    };
    /// The ultrasonic sensor of liquids, through the wall of a tank.
    pub const LDDS20: Self = Self {
        name: "dragino-ldds20",
        range: (20, 2000),
        layout: Layout::Ultrasonic,
    };
    /// The ultrasonic sensor for up to 4.5 m.
    pub const LDDS45: Self = Self {
        name: "dragino-ldds45",
        range: (30, 4500),
        layout: Layout::Ultrasonic,
    };
    /// The laser sensor for up to 12 m.
    pub const LLDS12: Self = Self {
        name: "dragino-llds12",
        range: (100, 12_000),
        layout: Layout::Laser,
    };

    fn ultrasonic(&self, draft: &mut Draft, bytes: &[u8]) -> RadioResult<()> {
        let is_found = match bytes.len() {
            4 => {
                draft.warn(Warning::Short {
                    length: 4,
                    expected: 5,
                });
                true
            }
            5 => true,
            8 => self.flag(bytes, 7)?,
            _ => return Err(self.wrong_length(bytes, "8, or 5 of older firmware")),
        };
        battery(draft, bytes);
        match be_u16(bytes, 2) {
            0 => draft.no_distance(Warning::NoSensor),
            u16::MAX => draft.no_distance(Warning::NoDistance { raw: u16::MAX }),
            distance_mm => draft.distance_within(distance_mm, self.range),
        }
        if !is_found && be_u16(bytes, 2) != 0 {
            draft.doubt_distance(Warning::NoSensor);
        }
        if bytes.len() > 4 {
            draft.put("interrupt", self.flag(bytes, 4)?);
        }
        if bytes.len() == 8 {
            thermometer(draft, be_i16(bytes, 5));
        }
        Ok(())
    }

    fn laser(&self, draft: &mut Draft, bytes: &[u8]) -> RadioResult<()> {
        let &[_, _, _, _, _, _, _, _, _, probe_c, kind] = bytes else {
            return Err(self.wrong_length(bytes, "11"));
        };
        match kind {
            1 => {}
            2 => {
                draft.warn(Warning::SettingReply);
                return Ok(());
            }
            _ => return Err(self.unexpected(bytes, 10, "1 for a measurement or 2 for a reply")),
        }
        let is_interrupt = self.flag(bytes, 8)?;
        battery(draft, bytes);
        thermometer(draft, be_i16(bytes, 2));
        draft.distance_within(be_u16(bytes, 4), self.range);
        let strength = be_u16(bytes, 6);
        draft.put("signal_strength", strength);
        if strength <= WEAK_ECHO || strength == OVEREXPOSED {
            draft.doubt_distance(Warning::UnreliableEcho { strength });
        }
        draft.put("interrupt", is_interrupt);
        draft.put("probe_temperature_c", probe_c.cast_signed());
        Ok(())
    }

    fn flag(&self, bytes: &[u8], offset: usize) -> RadioResult<bool> {
        match bytes.get(offset) {
            Some(0) => Ok(false),
            Some(1) => Ok(true),
            _ => Err(self.unexpected(bytes, offset, "a flag of 0 or 1")),
        }
    }

    fn unexpected(&self, bytes: &[u8], offset: usize, expected: &str) -> RadioError {
        RadioError::UnexpectedValue {
            codec: self.name.into(),
            offset,
            found: bytes.get(offset).copied().unwrap_or_default().into(),
            expected: expected.into(),
        }
    }

    fn wrong_length(&self, bytes: &[u8], expected: &str) -> RadioError {
        RadioError::WrongLength {
            codec: self.name.into(),
            length: bytes.len(),
            expected: expected.into(),
        }
    }
}

impl PayloadCodec for Dragino {
    fn name(&self) -> &str {
        self.name
    }

    fn version(&self) -> u16 {
        1
    }

    fn default_port(&self) -> u8 {
        PORT
    }

    fn decode(&self, f_port: Option<u8>, bytes: &[u8]) -> RadioResult<Decoded> {
        let mut draft = Draft::default();
        if check_frame(self.name, f_port, bytes)? {
            return Ok(draft.finish());
        }
        check_port(self.name, f_port, PORT)?;
        match self.layout {
            Layout::Ultrasonic => self.ultrasonic(&mut draft, bytes)?,
            Layout::Laser => self.laser(&mut draft, bytes)?,
        }
        Ok(draft.finish())
    }

    /// Charge and tilt have no place in the format. A reading without distance is one of a device
    /// that finds no sensor, or whose echo is too weak.
    fn encode(&self, reading: &Reading) -> Option<Vec<u8>> {
        let distance_mm = match reading.distance_mm {
            Some(distance_mm) if !reading.is_distance_doubtful => distance_mm,
            _ => 0,
        };
        let tenths = reading.temperature.map_or(0.0, |t| t.get() * 10.0);
        let battery = NOMINAL_MV.to_be_bytes();
        let distance = distance_mm.to_be_bytes();
        let temperature = steps_i16(tenths).to_be_bytes();
        let is_found = u8::from(distance_mm > 0);
        Some(match self.layout {
            Layout::Ultrasonic => {
                [&battery[..], &distance, &[0], &temperature, &[is_found]].concat()
            }
            Layout::Laser => {
                let echo = if distance_mm > 0 { GOOD_ECHO } else { 0 };
                let probe = steps_i16(tenths / 10.0).clamp(-128, 127).to_be_bytes()[1];
                let echo = echo.to_be_bytes();
                [&battery[..], &temperature, &distance, &echo, &[0, probe, 1]].concat()
            }
        })
    }
}

fn battery(draft: &mut Draft, bytes: &[u8]) {
    let millivolts = be_u16(bytes, 0) & BATTERY_BITS;
    draft.put(names::BATTERY_V, f64::from(millivolts) / 1000.0);
}

/// The DS18B20's range is -55 to 125 °C; what lies beyond is a probe that is not there.
fn thermometer(draft: &mut Draft, tenths: i16) {
    let celsius = f64::from(tenths) / 10.0;
    draft.put_within(names::TEMPERATURE_C, celsius, (-55.0, 125.0));
    if tenths == 0 {
        draft.doubt_temperature();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use twin_core::Celsius;

    use super::*;
    use crate::radio::codec::tests::{error_of, hex, told};

    #[rstest::rstest]
    // The example of The Things Network's device repository, by the layout.
    #[case::ldds75_four_bytes(
        Dragino::LDDS75,
        "0E1C0B05",
        r#"{"battery_v":3.612,"distance_mm":2821}"#
    )]
    #[case::ldds75_older_firmware(
        Dragino::LDDS75,
        "0B450B0500",
        r#"{"battery_v":2.885,"distance_mm":2821,"interrupt":false}"#
    )]
    // The values of the examples in the vendor's manual, chapter 2.3.
    #[case::ldds75(
        Dragino::LDDS75,
        "0B450B05000105 01",
        r#"{"battery_v":2.885,"distance_mm":2821,"interrupt":false,"temperature_c":26.1}"#
    )]
    #[case::ldds75_frost_and_interrupt(
        Dragino::LDDS75,
        "0B490B0501FF3F01",
        r#"{"battery_v":2.889,"distance_mm":2821,"interrupt":true,"temperature_c":-19.3}"#
    )]
    #[case::two_bits_are_not_of_the_battery(
        Dragino::LDDS20,
        "CB45001400010501",
        r#"{"battery_v":2.885,"distance_mm":20,"interrupt":false,"temperature_c":26.1}"#
    )]
    // The examples of The Things Network's device repository.
    #[case::ldds45(
        Dragino::LDDS45,
        "0D3B0AEF00000001",
        r#"{"battery_v":3.387,"distance_mm":2799,"interrupt":false,"temperature_c":0.0}"#
    )]
    #[case::llds12(
        Dragino::LLDS12, "0D5C00000B1801B1001E01",
        r#"{"battery_v":3.42,"temperature_c":0.0,"distance_mm":2840,"signal_strength":433,"interrupt":false,"probe_temperature_c":30}"#
    )]
    #[case::llds12_frost(
        Dragino::LLDS12, "0B45FF3F0BEA01D701F801",
        r#"{"battery_v":2.885,"temperature_c":-19.3,"distance_mm":3050,"signal_strength":471,"interrupt":true,"probe_temperature_c":-8}"#
    )]
    fn a_frame_tells_what_it_has(
        #[case] codec: Dragino,
        #[case] bytes: &str,
        #[case] expected: &str,
    ) {
        assert_eq!(told(&codec, Some(2), bytes), expected);
    }

    #[rstest::rstest]
    #[case::no_sensor(Dragino::LDDS75, "0B450000000105 00", "finds no sensor")]
    #[case::blind_zone(
        Dragino::LDDS75,
        "0B450117000105 01",
        "279 mm lies in the blind zone below 280 mm"
    )]
    #[case::invalid_of_newer_firmware(
        Dragino::LDDS75,
        "0B450014000105 01",
        "20 mm lies in the blind zone"
    )]
    #[case::liquid(
        Dragino::LDDS20,
        "0B450013000105 01",
        "19 mm lies in the blind zone below 20 mm"
    )]
    #[case::blind_zone_of_the_laser(Dragino::LLDS12, "0D5C0000006301B1001E01", "99 mm lies in")]
    fn a_distance_that_is_none_is_not_told(
        #[case] codec: Dragino,
        #[case] bytes: &str,
        #[case] warning: &str,
    ) {
        let decoded = codec.decode(Some(2), &hex(bytes)).unwrap();
        assert!(decoded.measurements.get("distance_mm").is_none());
        assert!(decoded.reading.is_distance_doubtful);
        let [only] = &*decoded.warnings else {
            panic!("{:?}", decoded.warnings)
        };
        assert!(only.to_string().contains(warning), "{only}");
    }

    #[rstest::rstest]
    #[case::weak(Dragino::LLDS12, "0D5C00000B180064001E01", "signal strength of 100")]
    #[case::overexposed(Dragino::LLDS12, "0D5C00000B18FFFF001E01", "signal strength of 65535")]
    #[case::flagged_as_absent(Dragino::LDDS75, "0B450B05000105 00", "finds no sensor")]
    fn a_distance_that_is_not_to_be_relied_on_is_told_and_not_believed(
        #[case] codec: Dragino,
        #[case] bytes: &str,
        #[case] warning: &str,
    ) {
        let decoded = codec.decode(Some(2), &hex(bytes)).unwrap();
        assert!(decoded.measurements.get("distance_mm").is_some());
        assert!(decoded.reading.is_distance_doubtful && decoded.reading.distance_mm.is_none());
        assert!(decoded.warnings[0].to_string().contains(warning));
    }

    #[test]
    fn a_frost_of_no_thermometer_is_not_believed() {
        let decoded = Dragino::LDDS45.decode(Some(2), &hex("0D3B0AEF00000001"));
        assert_eq!(decoded.unwrap().reading.temperature, None);
        let decoded = Dragino::LDDS45.decode(Some(2), &hex("0D3B0AEF007FFF01"));
        let decoded = decoded.unwrap();
        assert_eq!(decoded.reading.temperature, None);
        assert!(decoded.measurements.get("temperature_c").is_none());
        assert_eq!(decoded.warnings.len(), 1);
    }

    #[rstest::rstest]
    #[case::another_port(Dragino::LDDS75, 42, "0E1C0B05", "does not use port 42, expected 2")]
    #[case::empty(Dragino::LDDS75, 2, "", "no frames of 0 bytes, expected 8, or 5")]
    #[case::six_bytes(Dragino::LDDS45, 2, "0D3B0AEF0000", "no frames of 6 bytes")]
    #[case::cayenne(
        Dragino::LDDS75,
        2,
        "03670110056700FF",
        "0xff at byte 7, expected a flag"
    )]
    #[case::no_interrupt_flag(Dragino::LDDS20, 2, "0B450B0502", "0x02 at byte 4, expected a flag")]
    #[case::laser_of_ultrasonic(Dragino::LLDS12, 2, "0D3B0AEF00000001", "expected 11")]
    #[case::decentlab(
        Dragino::LLDS12,
        2,
        "02012F000304D200010BB1",
        "0xb1 at byte 10, expected 1"
    )]
    fn a_frame_of_another_device_is_refused(
        #[case] codec: Dragino,
        #[case] port: u8,
        #[case] bytes: &str,
        #[case] why: &str,
    ) {
        let message = error_of(&codec, Some(port), bytes);
        assert!(message.contains(why), "{message}");
    }

    #[test]
    fn a_reply_to_a_setting_measures_nothing() {
        let decoded = Dragino::LLDS12.decode(Some(2), &hex("0300000000000000000002"));
        let decoded = decoded.unwrap();
        assert!(decoded.measurements.is_empty());
        assert_eq!(decoded.warnings, [Warning::SettingReply]);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            distance_mm in proptest::option::of(280_u16..2000),
            tenths in proptest::option::of(-550_i32..=1250),
        ) {
            let temperature = tenths
                .filter(|tenths| *tenths != 0)
                .map(|tenths| Celsius::new(f64::from(tenths) / 10.0).unwrap());
            let reading = Reading {
                distance_mm,
                is_distance_doubtful: distance_mm.is_none(),
                temperature,
                ..Reading::default()
            };
            for codec in [Dragino::LDDS75, Dragino::LDDS20, Dragino::LDDS45, Dragino::LLDS12] {
                let bytes = codec.encode(&reading).unwrap();
                let back = codec.decode(Some(2), &bytes).unwrap();
                prop_assert_eq!(back.reading, reading);
            }
        }
    }
}
