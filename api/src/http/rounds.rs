//! `GET /rounds/{day}`: where vehicles are on a day by the plan, for maps.

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use simulator::calendar::LocalDay;

use super::access::{Access, AccessRefused};
use super::plans::DayRounds;
use super::query::bad_request;
use super::state::ApiState;
use super::tiles::names;
use crate::collection::parse_day;

/// The day of which nothing can be told, and why.
#[derive(Debug, Serialize)]
struct NoRounds {
    date: String,
    state: &'static str,
    reason: &'static str,
    vehicles: [(); 0],
}

/// Why nothing is told.
#[derive(Debug)]
pub(super) enum Refusal {
    /// It is not for everybody.
    Access(AccessRefused),
    /// This is no day.
    Day(String),
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Access(refused) => refused.into_response(),
            Self::Day(day) => bad_request(format!(
                "day={day}: expected today, or a day like 2022-05-17, from 1996 to 2199"
            ))
            .into_response(),
        }
    }
}

/// `GET /rounds/{day}`: the rounds of the newest plan of a day, `today` or a date. Those of a demonstration
/// are open, and planned when somebody first asks for today's; those of true vehicles are for operators.
pub(super) async fn of_day(
    State(state): State<ApiState>,
    access: Access,
    Path(day): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    if !state.plans.are_rounds_open() {
        access
            .of_operator(&state.writers)
            .map_err(Refusal::Access)?;
    }
    let today = LocalDay::containing(state.engine.clock().now()).ok();
    let date = match &*day {
        "today" => today.clone(),
        date => parse_day(date).ok(),
    };
    let date = date.ok_or(Refusal::Day(day))?;
    let is_today = today.is_some_and(|today| today.date() == date.date());
    let has_sensors = state.has_sensors();
    let rounds = state.plans.rounds(&date, is_today, has_sensors);
    Ok(match rounds {
        DayRounds::Planned { tag, json } => planned(&state, tag, json, &headers),
        DayRounds::BeingPlanned => nothing(&date, "being-planned", "this day is being planned"),
        DayRounds::Failed => nothing(&date, "none", "this day could not be planned"),
        DayRounds::None => nothing(&date, "none", "nobody has planned this day"),
    })
}

fn planned(state: &ApiState, tag: String, json: Bytes, headers: &HeaderMap) -> Response {
    let cache = if state.plans.are_rounds_open() {
        "public, no-cache"
    } else {
        "private, no-cache"
    };
    let known = headers.get(IF_NONE_MATCH).and_then(|it| it.to_str().ok());
    let is_known = known.is_some_and(|known| names(known, &tag));
    let told = [(ETAG, tag), (CACHE_CONTROL, cache.to_owned())];
    if is_known {
        return (StatusCode::NOT_MODIFIED, told).into_response();
    }
    let content = [(CONTENT_TYPE, "application/json")];
    (told, content, Body::from(json)).into_response()
}

fn nothing(date: &LocalDay, state: &'static str, reason: &'static str) -> Response {
    let body = NoRounds {
        date: date.date().to_string(),
        state,
        reason,
        vehicles: [],
    };
    ([(CACHE_CONTROL, "no-store")], Json(body)).into_response()
}
