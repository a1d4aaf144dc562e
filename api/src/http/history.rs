//! `GET /assets/container/{key}/history`: how a container filled in the last hours.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use twin_core::{AssetId, AssetKind, Effect, Span, Timestamp};

use super::assets::{parse_id, unknown};
use super::problem::Problem;
use super::query::{StrictQuery, bad_request};
use super::state::ApiState;

/// Hours told unless asked otherwise.
const DEFAULT_HOURS: i64 = 72;
/// Most hours told: 400 days.
const MAX_HOURS: i64 = 9_600;
/// Most changes read for one answer.
const MOST_CHANGES: u32 = 50_000;

/// The parameters of the history.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HistoryQuery {
    hours: Option<i64>,
}

/// Measured levels in the order of their measurement.
#[derive(Debug, Serialize)]
pub(super) struct History {
    asset: AssetId,
    from: Timestamp,
    to: Timestamp,
    /// Seconds since 1970, and the fill from 0 to 1.
    points: Vec<(i64, f64)>,
}

/// `GET /assets/{kind}/{key}/history`: the measured levels of a container.
pub(super) async fn history(
    State(state): State<ApiState>,
    Path((kind, key)): Path<(String, String)>,
    StrictQuery(query): StrictQuery<HistoryQuery>,
) -> Result<Json<History>, Problem> {
    let asset = parse_id(&kind, &key)?;
    if asset.kind() != AssetKind::Container
        || state.engine.twin().inventory().find(&asset).is_none()
    {
        return Err(unknown(&asset));
    }
    let hours = query.hours.unwrap_or(DEFAULT_HOURS);
    if !(1..=MAX_HOURS).contains(&hours) {
        return Err(bad_request(format!(
            "hours={hours}: expected 1 to {MAX_HOURS}"
        )));
    }
    let to = state.engine.clock().now();
    let from = to - Span::from_hours(hours);
    let id = asset.clone();
    let read = state
        .engine
        .readers()
        .read(move |reader| reader.history(&id, from, MOST_CHANGES));
    let changes = read.await.map_err(|error| {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "a history cannot be read"
        );
        Problem::new(StatusCode::SERVICE_UNAVAILABLE)
            .because("the journal cannot be read at the moment")
    })?;
    let mut points: Vec<_> = changes
        .iter()
        .filter_map(|change| match &change.effect {
            Effect::ContainerMeasured {
                fill, observed_at, ..
            } if *observed_at >= from => Some((*observed_at, fill.get())),
            _ => None,
        })
        .collect();
    // What was told last of a moment holds: its frame was read anew.
    points.reverse();
    points.sort_by_key(|(at, _fill)| *at);
    points.dedup_by_key(|(at, _fill)| *at);
    let seconds = |(at, fill): (Timestamp, f64)| (at.as_secs(), fill);
    let points = points.into_iter().map(seconds).collect();
    Ok(Json(History {
        asset,
        from,
        to,
        points,
    }))
}
