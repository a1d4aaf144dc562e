//! SenML (RFC 8428): packs of records in JSON or CBOR, for any device.

mod cbor;
mod json;
mod record;
mod resolve;

use ciborium::Value;
use twin_core::Reading;

use self::record::Record;
use super::bytes::percent;
use super::{PayloadCodec, check_frame};
use crate::radio::decoded::{Decoded, Draft};
use crate::radio::error::{RadioError, RadioResult};

/// The codec of SenML, in whichever of its two forms a pack is.
///
/// Values are named after the end of their name, behind the last `:` or `/`, with the unit in the
/// name: `dist` in `m` is `distance_mm`, `pressure` in `hPa` is `pressure_hpa`. Of several values
/// of one name the newest is told, and the others in `history`. Times are told as `time_s`, or
/// as `time_offset_s` where they are relative to the sending (less than 2^28, §4.5.3).
///
/// A pack of more than 16 KiB or 256 records is refused; frames of LoRaWAN carry 242 bytes.
///
/// ```
/// use gis_data::radio::{PayloadCodec as _, Senml};
///
/// let decoded = Senml.decode(None, br#"[{"n":"dist","u":"m","v":1.2}]"#)?;
/// assert_eq!(decoded.reading.distance_mm, Some(1200));
/// # Ok::<(), gis_data::radio::RadioError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Senml;

const NAME: &str = "senml";
/// The longest pack that is read, in bytes.
const MAX_PACK: usize = 16 * 1024;
/// The labels of a number and of a yes or no in CBOR.
const VALUE: i64 = 2;
const FLAG: i64 = 4;
/// The most records of a pack.
const MAX_RECORDS: usize = 256;

impl PayloadCodec for Senml {
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
        if check_frame(NAME, f_port, &[])? && bytes.is_empty() {
            return Ok(draft.finish());
        }
        if bytes.len() > MAX_PACK {
            return Err(RadioError::PayloadTooLong {
                length: bytes.len(),
                limit: MAX_PACK,
            });
        }
        resolve::tell(&mut draft, &records(bytes)?)?;
        Ok(draft.finish())
    }

    /// A pack in CBOR. A doubtful distance is one that is not told.
    fn encode(&self, reading: &Reading) -> Option<Vec<u8>> {
        let record = |name: &str, unit: Option<&str>, (label, value): (i64, Value)| {
            let mut entries = vec![(Value::from(0), Value::from(name))];
            entries.extend(unit.map(|unit| (Value::from(1), Value::from(unit))));
            entries.push((Value::from(label), value));
            Value::Map(entries)
        };
        let distance_mm = reading
            .distance_mm
            .filter(|_| !reading.is_distance_doubtful);
        let records = [
            distance_mm.map(|mm| record("distance", Some("mm"), (VALUE, mm.into()))),
            reading.temperature.map(|temperature| {
                let tenths = (temperature.get() * 10.0).round() / 10.0;
                record("temperature", Some("Cel"), (VALUE, tenths.into()))
            }),
            { reading.battery }
                .map(|battery| record("battery", Some("%EL"), (VALUE, percent(battery).into()))),
            { reading.is_tilted }.map(|is| record("tilt", None, (FLAG, is.into()))),
        ];
        let pack = Value::Array(records.into_iter().flatten().collect());
        let mut bytes = Vec::new();
        // Writing to memory does not fail.
        ciborium::into_writer(&pack, &mut bytes).ok()?;
        Some(bytes)
    }
}

fn records(bytes: &[u8]) -> RadioResult<Vec<Record>> {
    let is_blank = |byte: &&u8| byte.is_ascii_whitespace();
    let first = bytes.iter().find(|byte| !is_blank(byte));
    // A pack is an array: '[' in JSON, major type 4 in CBOR, here with or without the tag that
    // only says "this is CBOR".
    match first {
        Some(b'[') => json::records(bytes),
        Some(0x80..=0x9f | 0xd9) => cbor::records(bytes),
        other => Err(RadioError::UnexpectedValue {
            codec: NAME.into(),
            offset: 0,
            found: other.copied().unwrap_or_default().into(),
            expected: "an array, in JSON or CBOR".into(),
        }),
    }
}

/// Refuses a record.
fn invalid(record: usize, reason: impl Into<Box<str>>) -> RadioError {
    RadioError::InvalidRecord {
        codec: NAME.into(),
        record: record + 1,
        reason: reason.into(),
    }
}

#[cfg(test)]
mod tests;
