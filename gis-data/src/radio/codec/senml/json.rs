//! A pack in JSON (RFC 8428, §5).

use serde_json::{Map, Value};

use super::record::{Record, Scalar};
use super::{MAX_RECORDS, NAME, invalid};
use crate::radio::error::{RadioError, RadioResult};

/// The records of a pack.
pub(super) fn records(bytes: &[u8]) -> RadioResult<Vec<Record>> {
    let pack: Vec<Map<String, Value>> =
        serde_json::from_slice(bytes).map_err(|source| RadioError::NotJson {
            codec: NAME.into(),
            source,
        })?;
    if pack.len() > MAX_RECORDS {
        return Err(invalid(MAX_RECORDS, "a pack has up to 256"));
    }
    let read = |(at, fields): (usize, Map<String, Value>)| {
        let mut record = Record::default();
        for (label, value) in fields {
            record.set(at, &label, scalar(value))?;
        }
        Ok(record)
    };
    pack.into_iter().enumerate().map(read).collect()
}

fn scalar(value: Value) -> Scalar {
    match value {
        Value::Number(number) => number.as_f64().map_or(Scalar::Other, Scalar::number),
        Value::Bool(flag) => Scalar::Flag(flag),
        Value::String(text) => Scalar::Text(text),
        Value::Null | Value::Array(_) | Value::Object(_) => Scalar::Other,
    }
}
