//! `GET /live`: every change as it is committed, as server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::response::sse::{Event, Sse};
use futures_util::{Stream, StreamExt as _, stream};
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, interval_at};
use tokio_stream::wrappers::{IntervalStream, ReceiverStream};
use twin_core::{AssetId, AssetKind, Change, Channel, Effect, SensorStatus, Timestamp};

use super::access::Operator;
use super::problem::Problem;
use super::query::{StrictQuery, bad_request};
use super::state::ApiState;
use crate::engine::{Engine, StreamItem};

/// How often a sign of life is sent.
pub(super) const HEARTBEAT: Duration = Duration::from_secs(10);

/// The parameters of the stream.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LiveQuery {
    /// Number of the last change that the client has; `Last-Event-ID` goes before it.
    since: Option<u64>,
    /// Only changes of this kind of asset.
    kind: Option<String>,
}

/// `GET /live`: public changes, from the last one the client has.
pub(super) async fn public(
    State(state): State<ApiState>,
    headers: HeaderMap,
    StrictQuery(query): StrictQuery<LiveQuery>,
) -> Result<Response, Problem> {
    follow(state.engine, Channel::Public, &headers, &query)
}

/// `GET /live/restricted`: changes of restricted fields, for operators.
pub(super) async fn restricted(
    State(state): State<ApiState>,
    Operator(_access): Operator,
    headers: HeaderMap,
    StrictQuery(query): StrictQuery<LiveQuery>,
) -> Result<Response, Problem> {
    follow(state.engine, Channel::Restricted, &headers, &query)
}

fn follow(
    engine: Engine,
    channel: Channel,
    headers: &HeaderMap,
    query: &LiveQuery,
) -> Result<Response, Problem> {
    let kind = query
        .kind
        .as_deref()
        .map(str::parse::<AssetKind>)
        .transpose();
    let kind = kind.map_err(|error| bad_request(format!("kind: {error}")))?;
    let since = last_event_id(headers)?.or(query.since);
    let since = since.unwrap_or_else(|| engine.twin().seq(channel));
    let changes = ReceiverStream::new(engine.changes_since(channel, since))
        .filter_map(move |item| std::future::ready(event_of(item, kind)));
    let heartbeats = heartbeats(engine, channel).map(Some).boxed();
    // The stream ends with the changes: heartbeats alone would make a dead service look quiet.
    let ended = stream::once(async { None });
    let events = stream::select(changes.map(Some).chain(ended).boxed(), heartbeats)
        .take_while(|event| std::future::ready(event.is_some()))
        .filter_map(std::future::ready)
        .map(Ok::<_, Infallible>);
    Ok(Sse::new(events).into_response())
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

#[derive(Debug, Serialize)]
struct Heartbeat {
    at: Timestamp,
    seq: u64,
}

fn heartbeats(engine: Engine, channel: Channel) -> impl Stream<Item = Event> {
    IntervalStream::new(interval_at(Instant::now() + HEARTBEAT, HEARTBEAT)).filter_map(
        move |_tick| {
            let beat = Heartbeat {
                at: engine.clock().now(),
                seq: engine.twin().seq(channel),
            };
            std::future::ready(Event::default().event("heartbeat").json_data(beat).ok())
        },
    )
}

fn event_of(item: StreamItem, kind: Option<AssetKind>) -> Option<Event> {
    match item {
        StreamItem::Change(change) => {
            let told = ToldChange::of(&change)?;
            if kind.is_some_and(|kind| told.kind != kind) {
                return None;
            }
            Event::default()
                .event("change")
                .id(change.seq.to_string())
                .json_data(told)
                .ok()
        }
        StreamItem::Reset { seq } => {
            #[derive(Serialize)]
            struct Reset {
                seq: u64,
            }
            Event::default()
                .event("reset")
                .id(seq.to_string())
                .json_data(Reset { seq })
                .ok()
        }
    }
}

/// A change as listeners get it.
#[derive(Debug, Serialize)]
struct ToldChange<'a> {
    seq: u64,
    at: Timestamp,
    asset: AssetId,
    kind: AssetKind,
    #[serde(flatten)]
    what: What<'a>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "change", rename_all = "kebab-case")]
enum What<'a> {
    Reported {
        battery_pct: Option<f64>,
        temperature_c: Option<f64>,
        observed_at: Timestamp,
    },
    Measured {
        fill: f64,
        status: Option<SensorStatus>,
        sensor: &'a AssetId,
        observed_at: Timestamp,
    },
    Status {
        status: SensorStatus,
        container: &'a AssetId,
    },
    Put {
        lon: f64,
        lat: f64,
    },
    Removed,
    Aimed,
}

impl<'a> ToldChange<'a> {
    fn of(change: &'a Change) -> Option<Self> {
        let asset = change.effect.subject().ok()?;
        let kind = asset.kind();
        Some(Self {
            seq: change.seq,
            at: change.at,
            asset,
            kind,
            what: What::of(&change.effect),
        })
    }
}

impl<'a> What<'a> {
    fn of(effect: &'a Effect) -> Self {
        match effect {
            Effect::SensorReported { report, .. } => Self::Reported {
                battery_pct: report.reading.battery.map(|battery| battery.get() * 100.0),
                temperature_c: report.reading.temperature.map(twin_core::Celsius::get),
                observed_at: report.observed_at,
            },
            Effect::ContainerMeasured {
                sensor,
                fill,
                observed_at,
                ..
            } => Self::Measured {
                fill: fill.get(),
                status: None,
                sensor,
                observed_at: *observed_at,
            },
            Effect::SensorStatusChanged {
                container, status, ..
            } => Self::Status {
                status: *status,
                container,
            },
            Effect::AssetPut(record) => Self::Put {
                lon: record.place().lon(),
                lat: record.place().lat(),
            },
            Effect::AssetRemoved(_) => Self::Removed,
            Effect::CameraAimed { .. } => Self::Aimed,
        }
    }
}
