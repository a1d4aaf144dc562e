//! `GET /route`: the quickest way between places.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use simulator::roads::RoadMetric;

use super::parameters::{Parameters, driver};
use super::refusal::Refusal;
use crate::http::assets::geo_json;
use crate::http::query::{StrictQuery, bad_request};
use crate::http::state::ApiState;
use crate::roads::{Answer, AreSeveral, Avoid, Place, RouteRequest, edits, loaded, routes};

/// The most places on the way.
const MAX_VIAS: usize = 25;
/// The most streets that are avoided.
const MAX_AVOIDS: usize = 20;
/// The most other routes.
const MAX_ALTERNATIVES: usize = 3;

/// The parameters that come once.
const ONCE: [&str; 7] = [
    "from",
    "to",
    "profile",
    "hour",
    "vehicle",
    "load_kg",
    "alternatives",
];

/// `GET /route?from=lon,lat&to=lon,lat&via=&avoid=&profile=&hour=&vehicle=&load_kg=&alternatives=`: a
/// GeoJSON feature; with alternatives a collection, the best first.
pub(in crate::http) async fn route(
    State(state): State<ApiState>,
    StrictQuery(pairs): StrictQuery<Vec<(String, String)>>,
) -> Result<Response, Refusal> {
    let asked = Parameters::new(pairs, &ONCE, &["via", "avoid"])?;
    let (profile, hour) = asked.who()?;
    let alternatives = alternatives(&asked)?;
    let request = RouteRequest {
        points: points(&asked)?,
        alternatives: alternatives.unwrap_or_default(),
    };
    let avoid: Vec<Avoid> = asked.all("avoid", MAX_AVOIDS)?;
    let load_kg = asked.number("load_kg", "a number of kilograms")?;
    let loaded = loaded(asked.get("vehicle"), load_kg, &profile)?;

    let roads = state.roads;
    let map = roads.map(&profile).await?;
    let jobs = roads.jobs().clone();
    let answer = jobs.run("route", move |stop| {
        let mut metric: Arc<RoadMetric> = roads.metric(&map, &profile, hour)?;
        if !avoid.is_empty() {
            stop.check()?;
            let edits = edits(&avoid, &metric)?;
            metric = Arc::new(map.metric(&profile, hour, &edits)?);
        }
        stop.check()?;
        let routes = routes(&request, &metric, stop)?;
        let are_several = AreSeveral::when(alternatives.is_some());
        let driver = driver((&profile, hour), loaded, &roads);
        Ok(Answer::new(&routes, are_several, &metric, &driver))
    });
    Ok(geo_json(&answer.await?))
}

fn points(asked: &Parameters) -> Result<Vec<twin_core::LonLat>, Refusal> {
    let (from, to) = (asked.place("from")?, asked.place("to")?);
    let vias: Vec<Place> = asked.all("via", MAX_VIAS)?;
    let all = std::iter::once(from).chain(vias).chain([to]);
    Ok(all.map(|place| place.0).collect())
}

fn alternatives(asked: &Parameters) -> Result<Option<usize>, Refusal> {
    let expected = "a whole number from 0 to 3";
    let count = asked.number("alternatives", expected)?;
    match count {
        Some(count) if count > MAX_ALTERNATIVES => {
            Err(bad_request(format!("alternatives={count}: expected {expected}")).into())
        }
        count => Ok(count),
    }
}
