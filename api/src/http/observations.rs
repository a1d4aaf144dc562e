//! `POST /observations`: measured values of sources that have no frames, many at once.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use gis_data::import::observations::{Measurements, ObservationFormat};
use serde::Deserialize;

use super::access::Operator;
use super::problem::Problem;
use super::query::StrictQuery;
use super::radio::check_clock;
use crate::engine::Engine;
use crate::ingest::{Reception, Tally, observe};

/// Largest body, in bytes: some 60,000 values.
pub(super) const MAX_BODY: usize = 8 * 1024 * 1024;

/// How the values are to be understood.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ObservationsQuery {
    /// What is told is the past, however long ago.
    #[serde(default)]
    backfill: bool,
}

/// `POST /observations`: takes in measured values, one in each line: JSON, or with `text/csv` values
/// separated by commas below the names of their columns. Answers once all that is counted as taken is on
/// disk, and tells why the others cannot be.
pub(super) async fn submit(
    State(engine): State<Engine>,
    Operator(_access): Operator,
    StrictQuery(query): StrictQuery<ObservationsQuery>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Tally>, Problem> {
    check_clock(&engine)?;
    let reception = if query.backfill {
        Reception::ThenAndThere
    } else {
        Reception::Now
    };
    let lines = Measurements::new(&*body, format_of(&headers)?);
    Ok(Json(observe(&engine, lines, reception, |_line| {}).await?))
}

fn format_of(headers: &HeaderMap) -> Result<ObservationFormat, Problem> {
    let told = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let kind = told.map(|told| told.split(';').next().unwrap_or_default().trim());
    match kind {
        Some("text/csv") => Ok(ObservationFormat::Csv),
        None | Some("application/x-ndjson" | "application/jsonl" | "application/json") => {
            Ok(ObservationFormat::Lines)
        }
        Some(other) => Err(
            Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE).because(format!(
                "Content-Type: {other}: expected application/x-ndjson or text/csv"
            )),
        ),
    }
}
