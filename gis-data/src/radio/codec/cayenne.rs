//! Cayenne Low Power Payload: a row of channel, type and big-endian data, for any device.
//!
//! A type is the number of an IPSO object less 3200. The types are those of myDevices' definition
//! and of the extension that most libraries share (`ElectronicCats/CayenneLPP`); the latter has
//! what containers need, a distance.

use std::borrow::Cow;

use twin_core::Reading;

use super::bytes::{be_number, percent, signed, steps_i16};
use super::{PayloadCodec, check_frame};
use crate::radio::decoded::{Decoded, Draft, Measured, Measurements, names};
use crate::radio::error::{RadioError, RadioResult};

/// The codec of Cayenne LPP.
///
/// The first value of a kind has the kind's name alone. Where a frame has several, each stands
/// under the name with its channel, too: `temperature_c`, `temperature_c_ch3`, `temperature_c_ch5`.
///
/// ```
/// use gis_data::radio::{CayenneLpp, PayloadCodec as _};
///
/// let decoded = CayenneLpp.decode(Some(1), &[0x03, 0x67, 0x01, 0x10, 0x05, 0x67, 0x00, 0xff])?;
/// assert_eq!(decoded.measurements.get("temperature_c_ch5").unwrap().as_f64(), Some(25.5));
/// # Ok::<(), gis_data::radio::RadioError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct CayenneLpp;

const NAME: &str = "cayenne-lpp";

/// One number of a type: so many bytes, in steps of `1 / per_unit`.
#[derive(Clone, Copy, Debug)]
struct Field {
    name: &'static str,
    bytes: u8,
    is_signed: bool,
    per_unit: u16,
}

const fn field(name: &'static str, bytes: u8, per_unit: u16) -> Field {
    Field {
        name,
        bytes,
        is_signed: false,
        per_unit,
    }
}

const fn signed_field(name: &'static str, bytes: u8, per_unit: u16) -> Field {
    Field {
        name,
        bytes,
        is_signed: true,
        per_unit,
    }
}

const DIGITAL_INPUT: u8 = 0;
const PRESENCE: u8 = 102;
const TEMPERATURE: u8 = 103;
const PERCENTAGE: u8 = 120;
const DISTANCE: u8 = 130;
const SWITCH: u8 = 142;

/// The numbers that each type consists of.
const TYPES: &[(u8, &[Field])] = &[
    (DIGITAL_INPUT, &[field("digital_input", 1, 1)]),
    (1, &[field("digital_output", 1, 1)]),
    (2, &[signed_field("analog_input", 2, 100)]),
    (3, &[signed_field("analog_output", 2, 100)]),
    (100, &[field("generic", 4, 1)]),
    (101, &[field("illuminance_lux", 2, 1)]),
    (PRESENCE, &[field("presence", 1, 1)]),
    (TEMPERATURE, &[signed_field(names::TEMPERATURE_C, 2, 10)]),
    (104, &[field(names::HUMIDITY_PCT, 1, 2)]),
    (
        113,
        &[
            signed_field("acceleration_x_g", 2, 1000),
            signed_field("acceleration_y_g", 2, 1000),
            signed_field("acceleration_z_g", 2, 1000),
        ],
    ),
    (115, &[field("pressure_hpa", 2, 10)]),
    (116, &[field("voltage_v", 2, 100)]),
    (117, &[field("current_a", 2, 1000)]),
    (118, &[field("frequency_hz", 4, 1)]),
    (PERCENTAGE, &[field("percentage_pct", 1, 1)]),
    (121, &[signed_field("height_m", 2, 1)]),
    (125, &[field("concentration_ppm", 2, 1)]),
    (128, &[field("power_w", 2, 1)]),
    (DISTANCE, &[field(names::DISTANCE_MM, 4, 1)]),
    (131, &[field("energy_kwh", 4, 1000)]),
    (132, &[field("direction_deg", 2, 1)]),
    (133, &[field("time_s", 4, 1)]),
    (
        134,
        &[
            signed_field("rotation_x_dps", 2, 100),
            signed_field("rotation_y_dps", 2, 100),
            signed_field("rotation_z_dps", 2, 100),
        ],
    ),
    (
        135,
        &[
            field("colour_red", 1, 1),
            field("colour_green", 1, 1),
            field("colour_blue", 1, 1),
        ],
    ),
    (
        136,
        &[
            signed_field("latitude_deg", 3, 10_000),
            signed_field("longitude_deg", 3, 10_000),
            signed_field("altitude_m", 3, 100),
        ],
    ),
    (SWITCH, &[field("switch", 1, 1)]),
];

/// The numbers of a type; none where it is unknown.
fn fields(kind: u8) -> &'static [Field] {
    let found = TYPES.iter().find(|(own, _)| *own == kind);
    found.map_or(&[], |(_, fields)| fields)
}

impl Field {
    fn read(&self, bytes: &[u8]) -> Measured {
        let raw = be_number(bytes);
        let raw = if self.is_signed {
            signed(raw, 8 * u32::from(self.bytes))
        } else {
            i64::from(raw)
        };
        match Measured::Whole(raw) {
            whole if self.per_unit == 1 => whole,
            whole => {
                let steps = whole.as_f64().unwrap_or_default();
                Measured::rounded(steps / f64::from(self.per_unit))
            }
        }
    }
}

/// A value with the channel that it came in.
struct Sample {
    channel: u8,
    name: &'static str,
    value: Measured,
}

/// Reads the channels one after the other.
fn samples(bytes: &[u8]) -> RadioResult<Vec<Sample>> {
    let mut samples = Vec::new();
    let mut offset = 0;
    while let Some(rest @ [_, ..]) = bytes.get(offset..) {
        let truncated = |needed| RadioError::TruncatedChannel {
            codec: NAME.into(),
            offset,
            needed,
            left: rest.len(),
        };
        let &[channel, kind, ref data @ ..] = rest else {
            return Err(truncated(2));
        };
        let fields = fields(kind);
        if fields.is_empty() {
            return Err(RadioError::UnknownChannel {
                codec: NAME.into(),
                channel,
                kind,
                offset,
            });
        }
        let len = fields.iter().map(|field| usize::from(field.bytes)).sum();
        let mut data = data.get(..len).ok_or_else(|| truncated(2 + len))?;
        for field in fields {
            let (own, others) = data.split_at(field.bytes.into());
            samples.push(Sample {
                channel,
                name: field.name,
                value: field.read(own),
            });
            data = others;
        }
        offset += 2 + len;
    }
    Ok(samples)
}

impl PayloadCodec for CayenneLpp {
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
        check_frame(NAME, f_port, bytes)?;
        let samples = samples(bytes)?;
        let mut draft = Draft::default();
        let mut told = Measurements::default();
        for sample in &samples {
            if told.get(sample.name).is_none() {
                told.put(sample.name, true);
                draft.tell(sample.name.into(), sample.value.clone());
            }
        }
        for Sample {
            channel,
            name,
            value,
        } in &samples
        {
            if samples.iter().filter(|other| other.name == *name).count() > 1 {
                let name = Cow::Owned(format!("{name}_ch{channel}"));
                draft.tell(name, value.clone());
            }
        }
        Ok(draft.finish())
    }

    /// Distance and temperature in the channels 1 and 2. A charge and a tilt are told as a
    /// percentage and a digital input, which no reading takes them from: the format does not say
    /// what those are of.
    fn encode(&self, reading: &Reading) -> Option<Vec<u8>> {
        let mut bytes = Vec::with_capacity(16);
        if let Some(distance_mm) = reading
            .distance_mm
            .filter(|_| !reading.is_distance_doubtful)
        {
            bytes.extend([1, DISTANCE]);
            bytes.extend(u32::from(distance_mm).to_be_bytes());
        }
        if let Some(temperature) = reading.temperature {
            bytes.extend([2, TEMPERATURE]);
            bytes.extend(steps_i16(temperature.get() * 10.0).to_be_bytes());
        }
        if let Some(battery) = reading.battery {
            bytes.extend([3, PERCENTAGE, percent(battery)]);
        }
        if let Some(is_tilted) = reading.is_tilted {
            bytes.extend([4, DIGITAL_INPUT, is_tilted.into()]);
        }
        Some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use twin_core::Celsius;

    use super::*;
    use crate::radio::codec::tests::{error_of, told};

    #[rstest::rstest]
    // The examples of myDevices' definition.
    #[case::two_temperatures(
        "03670110 056700FF",
        r#"{"temperature_c":27.2,"temperature_c_ch3":27.2,"temperature_c_ch5":25.5}"#
    )]
    #[case::frost_and_acceleration(
        "0167FFD7 067104D2FB2E0000",
        r#"{"temperature_c":-4.1,"acceleration_x_g":1.234,"acceleration_y_g":-1.234,"acceleration_z_g":0.0}"#
    )]
    #[case::place(
        "018806765FF2960A0003E8",
        r#"{"latitude_deg":42.3519,"longitude_deg":-87.9094,"altitude_m":10.0}"#
    )]
    // One of each other type, from its resolution.
    #[case::digital("000001 010100", r#"{"digital_input":1,"digital_output":0}"#)]
    #[case::analog("0002FF38 010300C8", r#"{"analog_input":-2.0,"analog_output":2.0}"#)]
    #[case::climate(
        "01650064 02660103685B 047327A7",
        r#"{"illuminance_lux":100,"presence":1,"humidity_pct":45.5,"pressure_hpa":1015.1}"#
    )]
    #[case::rotation(
        "0186 0064FF9C0000",
        r#"{"rotation_x_dps":1.0,"rotation_y_dps":-1.0,"rotation_z_dps":0.0}"#
    )]
    #[case::distance_and_voltage(
        "01 82 00000641 02 74 0168 03 78 5C",
        r#"{"distance_mm":1601,"voltage_v":3.6,"percentage_pct":92}"#
    )]
    #[case::nothing("", "{}")]
    fn a_frame_tells_what_it_has(#[case] bytes: &str, #[case] expected: &str) {
        assert_eq!(told(&CayenneLpp, Some(1), bytes), expected);
    }

    #[rstest::rstest]
    #[case::unknown("03670110 05C8", "does not know channel 05 type c8 at byte 4")]
    #[case::half_a_channel("0367011005", "needs 2 bytes at byte 4, where 1 are left")]
    #[case::half_a_place("0188067650", "needs 11 bytes at byte 0, where 5 are left")]
    fn a_frame_of_another_device_is_refused(#[case] bytes: &str, #[case] why: &str) {
        let message = error_of(&CayenneLpp, Some(1), bytes);
        assert!(message.contains(why), "{message}");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            distance_mm in proptest::option::of(1..=u16::MAX),
            tenths in proptest::option::of(-1000_i32..=2000),
        ) {
            let reading = Reading {
                distance_mm,
                temperature: tenths.map(|t| Celsius::new(f64::from(t) / 10.0).unwrap()),
                ..Reading::default()
            };
            let bytes = CayenneLpp.encode(&reading).unwrap();
            prop_assert_eq!(CayenneLpp.decode(None, &bytes).unwrap().reading, reading);
        }
    }
}
