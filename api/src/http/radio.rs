//! `POST /ingest/chirpstack` and `/ingest/things-stack`: where network servers deliver their events over HTTP.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use twin_core::{Input, Refusal};

use super::access::Operator;
use super::problem::Problem;
use super::query::{StrictQuery, bad_request};
use crate::engine::{ClockKind, Engine, SubmitError};
use crate::error::with_causes;
use crate::ingest::{
    CHIRPSTACK, CHIRPSTACK_OTHERS, Delivery, Door, IN_SIMULATED_TIME, THINGS_STACK,
};

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
    check_clock(&engine)?;
    match query.event.as_str() {
        "up" => {
            let input = Door::new(CHIRPSTACK)
                .read_up(&engine.twin(), &body, engine.clock().now())
                .map_err(|error| unprocessable(&error))?;
            take(&engine, input).await
        }
        other if CHIRPSTACK_OTHERS.contains(&other) => Ok(StatusCode::NO_CONTENT),
        other => Err(bad_request(format!(
            "event={other}: expected up, or one of {}",
            CHIRPSTACK_OTHERS.join(", ")
        ))),
    }
}

/// `POST /ingest/things-stack`: takes in a message of a webhook of The Things Stack v3, and answers 204
/// once what it did is on disk; a frame that was delivered before does nothing. Messages that are no
/// frames, and frames that nobody sent, are answered 204 and passed over.
pub(super) async fn things_stack(
    State(engine): State<Engine>,
    Operator(_access): Operator,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    check_clock(&engine)?;
    let delivery = Door::new(THINGS_STACK)
        .read_message(&engine.twin(), &body, engine.clock().now())
        .map_err(|error| unprocessable(&error))?;
    match delivery {
        Delivery::Frame(input) => take(&engine, *input).await,
        Delivery::Other => Ok(StatusCode::NO_CONTENT),
    }
}

fn check_clock(engine: &Engine) -> Result<(), Problem> {
    if engine.clock().kind() == ClockKind::Simulated {
        return Err(Problem::new(StatusCode::CONFLICT).because(IN_SIMULATED_TIME));
    }
    Ok(())
}

fn unprocessable(error: &dyn std::error::Error) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY).because(with_causes(error))
}

async fn take(engine: &Engine, input: Input) -> Result<StatusCode, Problem> {
    match engine.submit(input).await {
        Ok(_receipt) => Ok(StatusCode::NO_CONTENT),
        Err(SubmitError::Refused(refusal @ Refusal::Invalid(_))) => Err(unprocessable(&refusal)),
        Err(SubmitError::Refused(refusal)) => {
            Err(Problem::new(StatusCode::CONFLICT).because(refusal.to_string()))
        }
        Err(error) => Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE).because(error.to_string())),
    }
}
