//! `GET /tiles/…`: the ground as vector tiles, the terrain as heights, for maps.

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use gis_data::export::tiles::TileId;
use sha2::{Digest as _, Sha256};

use super::problem::Problem;
use super::state::ApiState;

/// A tile may be shown again without asking for so long; then it is asked for by its tag.
const FRESH: &str = "public, max-age=300";

/// `GET /tiles/WebMercatorQuad/{zoom}/{row}/{column}`: the ground as a Mapbox Vector Tile, 204 where
/// there is nothing to draw.
pub(super) async fn ground(
    State(state): State<ApiState>,
    Path(address): Path<(u8, u32, u32)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id = tile_id(address)?;
    let territory = state.territory;
    let bytes = on_worker(move || Ok(territory.tiles().tile(id))).await?;
    Ok(answer(
        bytes,
        "application/vnd.mapbox-vector-tile",
        &headers,
    ))
}

/// `GET /tiles/terrain/{zoom}/{row}/{column}`: heights as a PNG in the encoding "terrarium", 204
/// beyond the terrain.
pub(super) async fn terrain(
    State(state): State<ApiState>,
    Path(address): Path<(u8, u32, u32)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id = tile_id(address)?;
    let territory = state.territory;
    let bytes = on_worker(move || territory.terrain_tile(id)).await?;
    Ok(answer(bytes.unwrap_or_default(), "image/png", &headers))
}

/// Addresses come as in OGC API Tiles: zoom, row, column.
fn tile_id((zoom, row, column): (u8, u32, u32)) -> Result<TileId, Problem> {
    TileId::new(zoom, column, row).ok_or_else(|| {
        Problem::new(StatusCode::NOT_FOUND).because(format!(
            "tile {zoom}/{row}/{column} does not exist: expected a zoom of 0 to {}, a row and a column below 2^zoom",
            TileId::MAX_ZOOM
        ))
    })
}

/// Cutting a tile takes milliseconds: not on the threads that answer everybody.
async fn on_worker<T: Send + 'static>(
    cut: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T, Problem> {
    let failed = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, "a tile cannot be made");
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR)
    };
    match tokio::task::spawn_blocking(cut).await {
        Ok(Ok(tile)) => Ok(tile),
        Ok(Err(error)) => Err(failed(&error)),
        Err(error) => Err(failed(&error)),
    }
}

fn answer(bytes: Vec<u8>, content_type: &'static str, headers: &HeaderMap) -> Response {
    if bytes.is_empty() {
        return (StatusCode::NO_CONTENT, [(CACHE_CONTROL, FRESH)]).into_response();
    }
    let tag = tag_of(&bytes);
    let known = headers.get(IF_NONE_MATCH).and_then(|it| it.to_str().ok());
    let told = [(ETAG, tag.clone()), (CACHE_CONTROL, FRESH.to_owned())];
    if known.is_some_and(|known| names(known, &tag)) {
        return (StatusCode::NOT_MODIFIED, told).into_response();
    }
    (told, [(CONTENT_TYPE, content_type)], bytes).into_response()
}

/// A weak tag: the bytes may leave compressed.
fn tag_of(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let start = digest.iter().take(8);
    let number = start.fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("W/\"{number:016x}\"")
}

/// Whether a list of tags, or `*`, names this one (RFC 9110, 13.1.2: weak comparison).
pub(super) fn names(list: &str, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    list.split(',')
        .any(|one| one.trim() == "*" || opaque(one) == opaque(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::the_same("W/\"ab\"", true)]
    #[case::strong("\"ab\"", true)]
    #[case::in_a_list("\"x\", W/\"ab\"", true)]
    #[case::anything("*", true)]
    #[case::another("W/\"cd\"", false)]
    fn a_known_tile_is_not_sent_again(#[case] list: &str, #[case] is_known: bool) {
        assert_eq!(names(list, "W/\"ab\""), is_known);
    }
}
