//! `GET /layers/{name}`: roads and water, only to be drawn.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use gis_data::pack::GroundLayer;

use super::problem::Problem;
use super::state::{ApiState, Territory};

/// `GET /layers/{name}`: a drawn layer as GeoJSON.
pub(super) async fn layer(
    State(state): State<ApiState>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let drawn = state.territory.drawn(&name).ok_or_else(|| {
        let names = Territory::DRAWN.map(GroundLayer::name).join(", ");
        Problem::new(StatusCode::NOT_FOUND).because(format!(
            "layer '{name}' does not exist: expected one of {names}"
        ))
    })?;
    let headers = [
        (CONTENT_TYPE, "application/geo+json"),
        (CACHE_CONTROL, "max-age=300"),
    ];
    Ok((headers, drawn).into_response())
}
