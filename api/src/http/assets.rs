//! `GET /assets` and `GET /assets/{kind}/{key}`: what exists, where, and how it is.

mod properties;
mod search;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use twin_core::{AssetId, AssetIx, AssetKind};

use self::properties::Properties;
use self::search::{Search, SearchQuery};
use super::access::Access;
use super::geojson::{Feature, FeatureCollection, Geometry};
use super::moment::{Moment, MomentQuery, moment};
use super::problem::Problem;
use super::query::StrictQuery;
use super::state::ApiState;

/// `GET /assets`: a page of assets by kind and place.
pub(in crate::http) async fn list(
    State(state): State<ApiState>,
    access: Access,
    RawQuery(raw): RawQuery,
    StrictQuery(query): StrictQuery<SearchQuery>,
) -> Result<Response, Problem> {
    let search = Search::new(&query)?;
    let moment = moment(&state, search.datetime()).await?;
    let found = search.run(&moment.twin);
    let page = search.page();
    let features = found
        .iter()
        .skip(page.offset)
        .take(page.limit)
        .filter_map(|asset| feature(&state, &moment, *asset, access));
    let features: Vec<_> = features.collect();
    let links = page.links("/assets", raw.as_deref().unwrap_or_default(), found.len());
    Ok(geo_json(&FeatureCollection::page(
        features,
        found.len(),
        links,
    )))
}

/// `GET /assets/{kind}/{key}`: one asset.
pub(super) async fn find(
    State(state): State<ApiState>,
    access: Access,
    Path((kind, key)): Path<(String, String)>,
    StrictQuery(query): StrictQuery<MomentQuery>,
) -> Result<Response, Problem> {
    let id = parse_id(&kind, &key)?;
    let moment = moment(&state, query.datetime.as_deref()).await?;
    let asset = moment.twin.inventory().find(&id);
    let found = asset.and_then(|asset| feature(&state, &moment, asset, access));
    found
        .map(|feature| geo_json(&feature))
        .ok_or_else(|| unknown(&id))
}

/// The id that a path names.
pub(super) fn parse_id(kind: &str, key: &str) -> Result<AssetId, Problem> {
    let not_found = |error: twin_core::TwinError| {
        Problem::new(StatusCode::NOT_FOUND).because(error.to_string())
    };
    AssetId::new(kind.parse::<AssetKind>().map_err(not_found)?, key).map_err(not_found)
}

/// The answer for an asset that is not there.
pub(super) fn unknown(id: &AssetId) -> Problem {
    Problem::new(StatusCode::NOT_FOUND).because(format!("{id} does not exist"))
}

/// One asset as a feature, with what the asker may see of it.
fn feature(
    state: &ApiState,
    Moment { twin, at }: &Moment,
    asset: AssetIx,
    access: Access,
) -> Option<Feature<Properties>> {
    let inventory = twin.inventory();
    let id = AssetId::new(asset.kind, inventory.key(asset)?).ok()?;
    let geometry = match inventory.fibre_links().get(asset.ix) {
        Some(row) if asset.kind == AssetKind::FibreLink => Geometry::line(&row.asset.detail.path),
        _ => Geometry::point(inventory.place(asset)?),
    };
    let is_synthetic = state.territory.is_synthetic(asset.kind);
    let properties = Properties::of(twin, asset, access, *at)?.marked(is_synthetic);
    Some(Feature::new(id.to_string(), geometry, properties))
}

const GEO_JSON: HeaderValue = HeaderValue::from_static("application/geo+json");

/// An answer in GeoJSON.
pub(super) fn geo_json<T: serde::Serialize>(body: &T) -> Response {
    let mut response = Json(body).into_response();
    response.headers_mut().insert(CONTENT_TYPE, GEO_JSON);
    response
}
