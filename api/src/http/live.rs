//! `GET /live` and `/live/ws`: every change as it is committed, as server-sent events or over a WebSocket.

mod filter;
mod follow;
mod form;
mod told;

use axum::extract::State;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use twin_core::Channel;

use self::filter::LiveFilter;
pub(super) use self::filter::LiveQuery;
pub use self::follow::Listeners;
use self::follow::{Listening, Start};
use self::form::Form;
use super::access::Operator;
use super::problem::Problem;
use super::query::{StrictQuery, bad_request};
use super::state::ApiState;

pub(super) use self::follow::HEARTBEAT;

/// Longest message that a listener may send over a WebSocket, in bytes; there is nothing to tell.
const MAX_MESSAGE: usize = 4 * 1024;

/// `GET /live`: public changes, from the last one the client has.
pub(super) async fn public(
    State(state): State<ApiState>,
    headers: HeaderMap,
    StrictQuery(query): StrictQuery<LiveQuery>,
) -> Result<Response, Problem> {
    sent_events(&state, Channel::Public, &headers, &query)
}

/// `GET /live/restricted`: changes of restricted fields, for operators.
pub(super) async fn restricted(
    State(state): State<ApiState>,
    Operator(_access): Operator,
    headers: HeaderMap,
    StrictQuery(query): StrictQuery<LiveQuery>,
) -> Result<Response, Problem> {
    sent_events(&state, Channel::Restricted, &headers, &query)
}

/// `GET /live/ws`: public changes over a WebSocket, a message for each commit.
pub(super) async fn socket(
    State(state): State<ApiState>,
    headers: HeaderMap,
    StrictQuery(query): StrictQuery<LiveQuery>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Problem> {
    let listening = listen(&state, Channel::Public, Form::Message, (&headers, &query))?;
    let upgrade = upgrade.max_message_size(MAX_MESSAGE);
    Ok(upgrade.on_upgrade(move |socket: WebSocket| listening.over(socket)))
}

fn sent_events(
    state: &ApiState,
    channel: Channel,
    headers: &HeaderMap,
    query: &LiveQuery,
) -> Result<Response, Problem> {
    let listening = listen(state, channel, Form::SentEvents, (headers, query))?;
    let told = [
        (CONTENT_TYPE, "text/event-stream"),
        (CACHE_CONTROL, "no-cache"),
    ];
    Ok((told, listening.into_body()).into_response())
}

fn listen(
    state: &ApiState,
    channel: Channel,
    form: Form,
    (headers, query): (&HeaderMap, &LiveQuery),
) -> Result<Listening, Problem> {
    let filter = LiveFilter::new(query, &state.engine.twin())?;
    let since = last_event_id(headers)?.or(query.since());
    let start = Start {
        channel,
        since: since.unwrap_or_else(|| state.engine.twin().seq(channel)),
    };
    state.listeners.follow(&state.engine, start, (form, filter))
}

/// The number of the last event that a client has.
pub(super) fn last_event_id(headers: &HeaderMap) -> Result<Option<u64>, Problem> {
    let Some(header) = headers.get("last-event-id") else {
        return Ok(None);
    };
    let number = header
        .to_str()
        .ok()
        .and_then(|text| text.trim().parse().ok());
    let refuse = || bad_request("Last-Event-ID: expected the number of an event");
    number.map(Some).ok_or_else(refuse)
}
