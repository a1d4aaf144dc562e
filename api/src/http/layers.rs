//! `GET /layers/{name}`: roads and water, only to be drawn.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use gis_data::pack::LineLayer;

use super::problem::Problem;
use super::state::ApiState;

/// `GET /layers/{name}`: a drawn layer as GeoJSON.
pub(super) async fn layer(
    State(state): State<ApiState>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let layer = LineLayer::ALL
        .into_iter()
        .find(|layer| layer.name() == name)
        .ok_or_else(|| {
            let names = LineLayer::ALL.map(LineLayer::name).join(", ");
            Problem::new(StatusCode::NOT_FOUND).because(format!(
                "layer '{name}' does not exist: expected one of {names}"
            ))
        })?;
    let headers = [
        (CONTENT_TYPE, "application/geo+json"),
        (CACHE_CONTROL, "max-age=300"),
    ];
    Ok((headers, state.territory.drawn(layer)).into_response())
}
