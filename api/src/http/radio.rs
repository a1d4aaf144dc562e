//! `POST /ingest/chirpstack`: where a ChirpStack v4 server delivers its events over HTTP.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use twin_core::Refusal;

use super::access::Operator;
use super::problem::Problem;
use super::query::{StrictQuery, bad_request};
use crate::engine::{ClockKind, Engine, SubmitError};
use crate::error::with_causes;
use crate::ingest::Door;

/// The name of this source in the journal.
const SOURCE: &str = "chirpstack";
/// What a ChirpStack server tells beside frames; nothing of it concerns the twin.
const OTHER_EVENTS: [&str; 7] = [
    "join",
    "status",
    "ack",
    "txack",
    "log",
    "location",
    "integration",
];

/// Which kind of event the body holds.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EventQuery {
    event: String,
}

/// `POST /ingest/chirpstack?event=up`: takes in a frame, and answers 204 once what it did is on
/// disk; a frame that was delivered before does nothing. Events that are no frames are answered
/// 204 and passed over.
pub(super) async fn chirpstack(
    State(engine): State<Engine>,
    Operator(_access): Operator,
    StrictQuery(query): StrictQuery<EventQuery>,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    if engine.clock().kind() == ClockKind::Simulated {
        return Err(Problem::new(StatusCode::CONFLICT).because(
            "this data directory lives in simulated time, where real sources are refused: serve \
             one whose pack has no simulated sensors, with --clock 1x",
        ));
    }
    match query.event.as_str() {
        "up" => take_up(&engine, &body).await,
        other if OTHER_EVENTS.contains(&other) => Ok(StatusCode::NO_CONTENT),
        other => Err(bad_request(format!(
            "event={other}: expected up, or one of {}",
            OTHER_EVENTS.join(", ")
        ))),
    }
}

async fn take_up(engine: &Engine, body: &[u8]) -> Result<StatusCode, Problem> {
    let unprocessable = |error: &dyn std::error::Error| {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY).because(with_causes(error))
    };
    let input = Door::new(SOURCE)
        .read_up(&engine.twin(), body, engine.clock().now())
        .map_err(|error| unprocessable(&error))?;
    match engine.submit(input).await {
        Ok(_receipt) => Ok(StatusCode::NO_CONTENT),
        Err(SubmitError::Refused(refusal @ Refusal::Invalid(_))) => Err(unprocessable(&refusal)),
        Err(SubmitError::Refused(refusal)) => {
            Err(Problem::new(StatusCode::CONFLICT).because(refusal.to_string()))
        }
        Err(error) => Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE).because(error.to_string())),
    }
}
