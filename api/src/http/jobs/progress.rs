//! How a job goes on, as server-sent events.

use std::convert::Infallible;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::{Stream, StreamExt as _, stream};
use serde::Serialize;

use super::{Served, parse_id, unknown};
use crate::http::access::Operator;
use crate::http::live::{HEARTBEAT, last_event_id};
use crate::http::problem::Problem;
use crate::http::state::ApiState;
use crate::jobs::{Entry, Followed, Heard, Listener};

/// `state` when the job goes on, an event of the craft for each step, `heartbeat` where there is nothing
/// to tell, and `end`, after which the stream ends. Whoever has all of it already, by `Last-Event-ID`,
/// gets 204, so that browsers do not ask again.
pub(in crate::http) async fn progress<C: Served>(
    State(state): State<ApiState>,
    Operator(_access): Operator,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id = parse_id(&id)?;
    let after = last_event_id(&headers)?.unwrap_or(0);
    let workshop = C::workshop(&state);
    let listener = workshop.listen(id, after);
    let listener = listener.ok_or_else(|| unknown::<C>(id))?;
    if listener.has_all() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Ok(Sse::new(events(listener).map(Ok::<_, Infallible>)).into_response())
}

fn events<C: Served>(listener: Listener<C>) -> impl Stream<Item = Event> {
    let heard = stream::unfold(listener, async |mut listener| {
        match listener.next(HEARTBEAT).await {
            Heard::Events(entries) => {
                let told = entries.iter().filter_map(|it| event(it, C::Watch::STEP));
                Some((told.collect::<Vec<Event>>(), listener))
            }
            Heard::Silence(job) => {
                let beat = Event::default().event("heartbeat");
                let beat = beat.json_data(&job.progress).ok();
                Some((Vec::from_iter(beat), listener))
            }
            Heard::End => None,
        }
    });
    heard.flat_map(stream::iter)
}

fn event<N: Serialize>(entry: &Entry<N>, step: &'static str) -> Option<Event> {
    Event::default()
        .event(entry.kind.name(step))
        .id(entry.number.to_string())
        .json_data(&entry.progress)
        .ok()
}
