//! `GET /isochrone`: how far one comes in some minutes.

use axum::extract::State;
use axum::response::Response;

use super::parameters::{Parameters, driver};
use super::refusal::Refusal;
use crate::http::assets::geo_json;
use crate::http::query::StrictQuery;
use crate::http::state::ApiState;
use crate::roads::{Isochrone, IsochroneRequest};

/// `GET /isochrone?at=lon,lat&minutes=5,10&profile=&hour=`: a GeoJSON collection of areas.
pub(in crate::http) async fn isochrone(
    State(state): State<ApiState>,
    StrictQuery(pairs): StrictQuery<Vec<(String, String)>>,
) -> Result<Response, Refusal> {
    let asked = Parameters::new(pairs, &["at", "minutes", "profile", "hour"], &[])?;
    let (profile, hour) = asked.who()?;
    let request = IsochroneRequest {
        at: asked.place("at")?.0,
        minutes: IsochroneRequest::parse_minutes(asked.need("minutes")?)?,
    };
    let roads = state.roads;
    let map = roads.map(&profile).await?;
    let jobs = roads.jobs().clone();
    let answer = jobs.run("isochrone", move |stop| {
        let metric = roads.metric(&map, &profile, hour)?;
        let driver = driver((&profile, hour), None, &roads);
        Isochrone::new(&request, &metric, &driver, stop)
    });
    Ok(geo_json(&answer.await?))
}
