//! Observations as clients of OGC SensorThings 1.1 create them over MQTT: a result for a datastream.
//!
//! A datastream is what one sensor measures of one phenomenon; its id is the sensor's key, a colon, and the
//! phenomenon: `Datastreams('s12:distance')`.

use serde::Deserialize;
use serde_json::Value;
use twin_core::{AssetId, AssetKind, Observation, Phenomenon, Quality, Timestamp};

/// The longest message, in bytes.
pub const MAX_MESSAGE: usize = 64 * 1024;

/// Why a message creates no observation.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CreationError {
    /// Longer than any observation.
    #[error("{0} bytes, expected at most {MAX_MESSAGE}")]
    TooLong(usize),

    /// The id is none of a datastream.
    #[error(
        "datastream '{id}': expected a sensor's key, a colon and a phenomenon, as s12:distance"
    )]
    Datastream {
        /// The id.
        id: String,
    },

    /// Not JSON, or not of an observation.
    #[error("no observation in JSON")]
    Json(#[from] serde_json::Error),

    /// A value that its property cannot have.
    #[error("{property} '{text}': expected {expected}")]
    Value {
        /// The property.
        property: &'static str,
        /// The value.
        text: String,
        /// What was expected.
        expected: &'static str,
    },
}

/// An observation as it is created. What else a client tells of it does not concern the twin.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Creation {
    result: Value,
    phenomenon_time: Option<String>,
    result_quality: Option<Value>,
}

/// The observation that a message creates in a datastream. It holds at its `phenomenonTime`, an interval at its
/// end, and where none is told, at the time it was received.
///
/// # Errors
/// What is no such message, and what is no datastream.
pub fn read_creation(
    datastream: &str,
    body: &[u8],
    received_at: Timestamp,
) -> Result<Observation, CreationError> {
    if body.len() > MAX_MESSAGE {
        return Err(CreationError::TooLong(body.len()));
    }
    let (sensor, phenomenon) = datastream_of(datastream)?;
    let creation: Creation = serde_json::from_slice(body)?;
    let observed_at = match &creation.phenomenon_time {
        Some(text) => end_of(text)?,
        None => received_at,
    };
    Ok(Observation {
        sensor,
        phenomenon,
        value: number(&creation.result)?,
        observed_at,
        received_at,
        quality: quality(creation.result_quality.as_ref())?,
    })
}

fn datastream_of(id: &str) -> Result<(AssetId, Phenomenon), CreationError> {
    let parts = id.rsplit_once(':');
    let found = parts.and_then(|(key, phenomenon)| {
        let sensor = AssetId::new(AssetKind::Sensor, key).ok()?;
        Some((sensor, phenomenon.parse().ok()?))
    });
    found.ok_or_else(|| CreationError::Datastream { id: id.to_owned() })
}

fn end_of(text: &str) -> Result<Timestamp, CreationError> {
    let end = text.rsplit_once('/').map_or(text, |(_start, end)| end);
    end.parse().map_err(|_unreadable| CreationError::Value {
        property: "phenomenonTime",
        text: text.to_owned(),
        expected: "an instant or an interval (ISO 8601)",
    })
}

fn number(result: &Value) -> Result<f64, CreationError> {
    let number = match result {
        Value::Number(number) => number.as_f64(),
        Value::Bool(yes) => Some(u8::from(*yes).into()),
        _ => None,
    };
    number.ok_or_else(|| CreationError::Value {
        property: "result",
        text: result.to_string(),
        expected: "a number, or true or false",
    })
}

fn quality(told: Option<&Value>) -> Result<Quality, CreationError> {
    let Some(told) = told.filter(|told| !told.is_null()) else {
        return Ok(Quality::Good);
    };
    let known = told.as_str().and_then(|name| name.parse().ok());
    known.ok_or_else(|| CreationError::Value {
        property: "resultQuality",
        text: told.to_string(),
        expected: "good or doubtful",
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at() -> Timestamp {
        "2026-11-30T08:00:00Z".parse().unwrap()
    }

    #[rstest::rstest]
    #[case::a_distance(
        "s0:distance",
        r#"{"result": 900, "phenomenonTime": "2026-11-30T07:59:00Z"}"#,
        900.0,
        "2026-11-30T07:59:00.000Z"
    )]
    #[case::an_interval("s0:temperature", r#"{"result": -3.5, "phenomenonTime": "2026-11-30T07:00:00Z/2026-11-30T07:30:00Z"}"#, -3.5, "2026-11-30T07:30:00.000Z")]
    #[case::no_time(
        "a:b:tilt",
        r#"{"result": true, "parameters": {"by": "FROST"}, "resultQuality": null}"#,
        1.0,
        "2026-11-30T08:00:00.000Z"
    )]
    fn what_a_client_creates_is_an_observation(
        #[case] id: &str,
        #[case] body: &str,
        #[case] value: f64,
        #[case] observed_at: &str,
    ) {
        let observation = read_creation(id, body.as_bytes(), at()).unwrap();
        assert_eq!(observation.value, value);
        assert_eq!(observation.observed_at.to_string(), observed_at);
        let key = id.rsplit_once(':').unwrap().0;
        assert_eq!(observation.sensor.to_string(), format!("sensor/{key}"));
    }

    #[rstest::rstest]
    #[case::no_phenomenon("s0", "{}", "s0")]
    #[case::unknown_phenomenon("s0:smell", "{}", "s0:smell")]
    #[case::no_result("s0:fill", "{}", "JSON")]
    #[case::words("s0:fill", r#"{"result": "half"}"#, "half")]
    #[case::a_time("s0:fill", r#"{"result": 1, "phenomenonTime": "mardi"}"#, "mardi")]
    #[case::a_quality("s0:fill", r#"{"result": 1, "resultQuality": "so-so"}"#, "so-so")]
    fn what_is_none_is_named(#[case] id: &str, #[case] body: &str, #[case] told: &str) {
        let refused = read_creation(id, body.as_bytes(), at()).unwrap_err();
        assert!(refused.to_string().contains(told), "{refused}");
    }

    proptest! {
        #[test]
        fn no_message_is_too_much(id in ".{0,40}", body in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read_creation(&id, &body, at());
        }
    }
}
