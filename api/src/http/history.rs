//! `GET /assets/container/{key}/history`: how a container filled, level by level, or by the hour, day or week.

mod spans;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use twin_core::{AssetId, AssetKind, Change, Effect, Span, Timestamp};

use self::spans::{By, Spans};
use super::assets::{parse_id, unknown};
use super::problem::Problem;
use super::query::{StrictQuery, bad_request};
use super::state::ApiState;
use crate::engine;

/// Hours told unless asked otherwise.
const DEFAULT_HOURS: i64 = 72;
/// Most hours told level by level or by the hour: 400 days.
const MAX_HOURS: i64 = 9_600;
/// Most hours told by the day or week: ten years.
const MAX_HOURS_BY_DAY: i64 = 24 * 3_653;
/// Most changes read for one answer.
const MOST_CHANGES: u32 = 200_000;

/// The parameters of the history.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HistoryQuery {
    hours: Option<i64>,
    /// An interval as `2026-11-01T00:00:00Z/2026-11-08T00:00:00Z`; either end may be `..`.
    datetime: Option<String>,
    by: Option<By>,
}

/// Measured levels in the order of their measurement.
#[derive(Debug, Serialize)]
struct History {
    asset: AssetId,
    from: Timestamp,
    to: Timestamp,
    /// Seconds since 1970, and the fill from 0 to 1.
    points: Vec<(i64, f64)>,
    /// When it was first seen emptied, in seconds since 1970, and the fill before.
    emptyings: Vec<(i64, f64)>,
}

/// Levels by the hour, day or week.
#[derive(Debug, Serialize)]
struct Summary {
    asset: AssetId,
    from: Timestamp,
    to: Timestamp,
    by: By,
    /// Those in which something was measured, in order.
    spans: Spans,
}

/// `GET /assets/{kind}/{key}/history`: the measured levels of a container.
pub(super) async fn history(
    State(state): State<ApiState>,
    Path((kind, key)): Path<(String, String)>,
    StrictQuery(query): StrictQuery<HistoryQuery>,
) -> Result<Response, Problem> {
    let asset = parse_id(&kind, &key)?;
    if asset.kind() != AssetKind::Container
        || state.engine.twin().inventory().find(&asset).is_none()
    {
        return Err(unknown(&asset));
    }
    let (from, to) = interval(&query, state.engine.clock().now())?;
    let Some(by) = query.by else {
        let changes = changes(&state, &asset, (from, to)).await?;
        return Ok(Json(level_by_level(asset, &changes, (from, to))).into_response());
    };
    // Whole hours, days and weeks, also the first.
    let start = by.start(from).ok_or_else(|| too_far(from))?;
    let id = asset.clone();
    let readers = state.engine.readers();
    let digests = readers.read(move |reader| reader.digests(&id, start, MOST_CHANGES));
    let digests = digests.await.map_err(|error| unreadable(&error))?;
    let changes = changes(&state, &asset, (start, to)).await?;
    let digests = digests.iter().filter(|digest| digest.start <= to);
    Ok(Json(Summary {
        spans: Spans::of(
            by,
            digests,
            &levels(&changes, (start, to)),
            &emptyings(&changes, (start, to)),
        ),
        asset,
        from: start,
        to,
        by,
    })
    .into_response())
}

fn too_far(at: Timestamp) -> Problem {
    bad_request(format!("{at} is outside of the calendar"))
}

/// From when to when is asked.
fn interval(query: &HistoryQuery, now: Timestamp) -> Result<(Timestamp, Timestamp), Problem> {
    let most = match query.by {
        Some(By::Day | By::Week) => MAX_HOURS_BY_DAY,
        Some(By::Hour) | None => MAX_HOURS,
    };
    let (from, to) = match (&query.datetime, query.hours) {
        (Some(_), Some(_)) => return Err(bad_request("expected hours or datetime, not both")),
        (Some(text), None) => ends(text, now)?,
        (None, hours) => {
            let hours = hours.unwrap_or(DEFAULT_HOURS);
            if !(1..=most).contains(&hours) {
                return Err(bad_request(format!("hours={hours}: expected 1 to {most}")));
            }
            (now - Span::from_hours(hours), now)
        }
    };
    if to.since(from) > Span::from_hours(most) {
        return Err(bad_request(format!(
            "{from} to {to}: expected at most {most} hours"
        )));
    }
    Ok((from, to))
}

fn ends(text: &str, now: Timestamp) -> Result<(Timestamp, Timestamp), Problem> {
    let malformed = || {
        bad_request(format!(
            "datetime={text}: expected an interval as 2026-11-01T00:00:00Z/2026-11-08T00:00:00Z, either end may be .."
        ))
    };
    let (from, to) = text.split_once('/').ok_or_else(malformed)?;
    let end = |part: &str, open: Timestamp| match part {
        ".." | "" => Ok(open),
        part => part.parse().map_err(|_unreadable| malformed()),
    };
    let to = end(to, now)?;
    let from = end(from, to - Span::from_hours(DEFAULT_HOURS))?;
    if from >= to {
        return Err(malformed());
    }
    Ok((from, to))
}

/// What is kept in full of a container, measured or told from a time on.
async fn changes(
    state: &ApiState,
    asset: &AssetId,
    (from, _to): (Timestamp, Timestamp),
) -> Result<Vec<Change>, Problem> {
    let id = asset.clone();
    let readers = state.engine.readers();
    let read = readers.read(move |reader| reader.history(&id, from, MOST_CHANGES));
    read.await.map_err(|error| unreadable(&error))
}

fn unreadable(error: &engine::EngineError) -> Problem {
    engine::warn_of_past(error);
    Problem::new(StatusCode::SERVICE_UNAVAILABLE)
        .because("the journal cannot be read at the moment")
}

/// Levels within a time, in the order of their measurement; what was told last of a moment holds: its frame
/// was read anew.
fn levels(changes: &[Change], (from, to): (Timestamp, Timestamp)) -> Vec<(Timestamp, f64)> {
    let level = |change: &Change| match &change.effect {
        Effect::ContainerMeasured {
            fill, observed_at, ..
        } if (from..=to).contains(observed_at) => Some((*observed_at, fill.get())),
        _ => None,
    };
    let mut levels: Vec<_> = changes.iter().filter_map(level).collect();
    levels.reverse();
    levels.sort_by_key(|(at, _fill)| *at);
    levels.dedup_by_key(|(at, _fill)| *at);
    levels
}

fn emptyings(changes: &[Change], (from, to): (Timestamp, Timestamp)) -> Vec<(Timestamp, f64)> {
    let emptying = |change: &Change| match &change.effect {
        Effect::ContainerEmptied {
            from: before,
            observed_at,
            ..
        } if (from..=to).contains(observed_at) => Some((*observed_at, before.get())),
        _ => None,
    };
    changes.iter().filter_map(emptying).collect()
}

fn level_by_level(
    asset: AssetId,
    changes: &[Change],
    (from, to): (Timestamp, Timestamp),
) -> History {
    let seconds = |(at, fill): (Timestamp, f64)| (at.as_secs(), fill);
    History {
        asset,
        from,
        to,
        points: levels(changes, (from, to))
            .into_iter()
            .map(seconds)
            .collect(),
        emptyings: emptyings(changes, (from, to))
            .into_iter()
            .map(seconds)
            .collect(),
    }
}
