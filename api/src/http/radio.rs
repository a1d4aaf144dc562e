//! `POST /ingest/chirpstack` and `/ingest/things-stack`: where network servers deliver their events over HTTP.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};

use super::access::Operator;
use super::problem::Problem;
use super::query::{StrictQuery, bad_request};
use super::state::ApiState;
use crate::engine::{ClockKind, Engine};
use crate::error::with_causes;
use crate::ingest::{
    CHIRPSTACK, CHIRPSTACK_OTHERS, Delivery, Door, Fate, IN_SIMULATED_TIME, THINGS_STACK,
};

/// Which kind of event the body holds.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EventQuery {
    event: String,
}

/// A frame that is kept, and not taken in yet.
#[derive(Debug, Serialize)]
struct Aside {
    set_aside: &'static str,
    why: String,
}

/// `POST /ingest/chirpstack?event=up`: takes in a frame, and answers 204 once what it did is on
/// disk; a frame that was delivered before does nothing. One of a device that nobody knows, or whose
/// payload is not read, is kept aside: 202. One whose counter or time cannot be is refused: 409. Events that are no frames are answered
/// 204 and passed over.
pub(super) async fn chirpstack(
    State(state): State<ApiState>,
    Operator(_access): Operator,
    StrictQuery(query): StrictQuery<EventQuery>,
    body: Bytes,
) -> Result<Response, Problem> {
    check_clock(&state.engine)?;
    match query.event.as_str() {
        "up" => {
            let now = state.engine.clock().now();
            let delivery = Door::new(CHIRPSTACK, &state.codecs)
                .read_up(&state.engine.twin(), &body, now)
                .map_err(|error| unprocessable(&error))?;
            take(&state.engine, &delivery).await
        }
        other if CHIRPSTACK_OTHERS.contains(&other) => {
            let now = state.engine.clock().now();
            let delivery = Door::new(CHIRPSTACK, &state.codecs)
                .read_notice(&state.engine.twin(), (other, &body), now)
                .map_err(|error| unprocessable(&error))?;
            take(&state.engine, &delivery).await
        }
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
    State(state): State<ApiState>,
    Operator(_access): Operator,
    body: Bytes,
) -> Result<Response, Problem> {
    check_clock(&state.engine)?;
    let now = state.engine.clock().now();
    let delivery = Door::new(THINGS_STACK, &state.codecs)
        .read_message(&state.engine.twin(), &body, now)
        .map_err(|error| unprocessable(&error))?;
    take(&state.engine, &delivery).await
}

/// Refuses real sources where sensors are simulated.
pub(super) fn check_clock(engine: &Engine) -> Result<(), Problem> {
    if engine.clock().kind() == ClockKind::Simulated {
        return Err(Problem::new(StatusCode::CONFLICT).because(IN_SIMULATED_TIME));
    }
    Ok(())
}

fn unprocessable(error: &dyn std::error::Error) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY).because(with_causes(error))
}

async fn take(engine: &Engine, delivery: &Delivery) -> Result<Response, Problem> {
    let Some(outcome) = delivery.hand_over(engine).await? else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let told = outcome.await.map(|_receipt| ());
    match delivery.fate(told)? {
        Fate::Taken => Ok(StatusCode::NO_CONTENT.into_response()),
        Fate::Aside(cause, why) => {
            let set_aside = cause.name();
            Ok((StatusCode::ACCEPTED, Json(Aside { set_aside, why })).into_response())
        }
        Fate::Refused(why) => Err(Problem::new(StatusCode::CONFLICT).because(why)),
    }
}
