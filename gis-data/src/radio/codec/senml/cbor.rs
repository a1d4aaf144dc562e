//! A pack in CBOR (RFC 8428, §6): the same records, with numbers for labels.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ciborium::Value;

use super::record::{Record, Scalar};
use super::{MAX_RECORDS, NAME, invalid};
use crate::radio::error::{RadioError, RadioResult};

/// How deep a pack may nest: an array of maps, which may hold decimal fractions and, under labels
/// that are passed over, anything.
const MAX_DEPTH: usize = 16;
/// The tag that says nothing but "this is CBOR".
const SELF_DESCRIBED: u64 = 55_799;
/// The tag of a power of ten and what it is multiplied by.
const DECIMAL_FRACTION: u64 = 4;

/// The records of a pack.
pub(super) fn records(bytes: &[u8]) -> RadioResult<Vec<Record>> {
    let mut rest = bytes;
    let pack = ciborium::de::from_reader_with_recursion_limit(&mut rest, MAX_DEPTH);
    let pack: Value = pack.map_err(|source| RadioError::NotCbor {
        codec: NAME.into(),
        source: source.to_string().into(),
    })?;
    if !rest.is_empty() {
        return Err(RadioError::WrongLength {
            codec: NAME.into(),
            length: bytes.len(),
            expected: format!("{} by its pack", bytes.len() - rest.len()).into(),
        });
    }
    let pack = match pack {
        Value::Tag(SELF_DESCRIBED, pack) => *pack,
        pack => pack,
    };
    let Value::Array(pack) = pack else {
        return Err(invalid(0, "a pack is an array of maps"));
    };
    if pack.len() > MAX_RECORDS {
        return Err(invalid(MAX_RECORDS, "a pack has up to 256"));
    }
    let read = |(at, record)| read(at, record);
    pack.into_iter().enumerate().map(read).collect()
}

fn read(at: usize, record: Value) -> RadioResult<Record> {
    let Value::Map(fields) = record else {
        return Err(invalid(at, "a record is a map"));
    };
    let mut record = Record::default();
    for (label, value) in fields {
        match label {
            Value::Text(label) => record.set(at, &label, scalar(value))?,
            Value::Integer(number) => match label_of(number.into()) {
                Some(label) => record.set(at, label, scalar(value))?,
                None => record.ignored += 1,
            },
            _ => return Err(invalid(at, "a label is a text or a whole number")),
        }
    }
    Ok(record)
}

/// RFC 8428, table 6.
fn label_of(number: i128) -> Option<&'static str> {
    Some(match number {
        -1 => "bver",
        -2 => "bn",
        -3 => "bt",
        -4 => "bu",
        -5 => "bv",
        -6 => "bs",
        0 => "n",
        1 => "u",
        2 => "v",
        3 => "vs",
        4 => "vb",
        5 => "s",
        6 => "t",
        7 => "ut",
        8 => "vd",
        _ => return None,
    })
}

fn scalar(value: Value) -> Scalar {
    match value {
        Value::Integer(number) => whole(number.into()).map_or(Scalar::Other, Scalar::number),
        Value::Float(number) => Scalar::number(number),
        Value::Bool(flag) => Scalar::Flag(flag),
        Value::Text(text) => Scalar::Text(text),
        // Only `vd` has bytes; in JSON they are base64, and so they are told.
        Value::Bytes(bytes) => Scalar::Text(BASE64_URL_SAFE_NO_PAD.encode(bytes)),
        Value::Tag(DECIMAL_FRACTION, parts) => {
            fraction(&parts).map_or(Scalar::Other, Scalar::number)
        }
        _ => Scalar::Other,
    }
}

fn whole(number: i128) -> Option<f64> {
    i64::try_from(number).ok().map(|number| number as f64)
}

fn fraction(parts: &Value) -> Option<f64> {
    let [Value::Integer(power), Value::Integer(times)] = parts.as_array()?.as_slice() else {
        return None;
    };
    let power = i32::try_from(i128::from(*power)).ok()?;
    let times = whole((*times).into())?;
    // Dividing by a power of ten is exact where multiplying by its inverse is not.
    Some(if power < 0 {
        times / libm::pow(10.0, f64::from(power).abs())
    } else {
        times * libm::pow(10.0, f64::from(power))
    })
}
