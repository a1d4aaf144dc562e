//! `GET /matrix` and `POST /matrix`: times between many places.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use simulator::roads::{HourClass, Profile};
use twin_core::LonLat;

use super::parameters::{Parameters, driver, who};
use super::refusal::Refusal;
use crate::error::{ApiError, ApiResult};
use crate::http::problem::Problem;
use crate::http::query::{StrictQuery, bad_request};
use crate::http::state::ApiState;
use crate::roads::{Place, Table, TableRequest};

/// The most places on either side.
const MAX_POINTS: usize = 1_000;
/// The most pairs of places.
const MAX_ENTRIES: usize = 250_000;
/// Room for the most places on both sides, with all digits that a number can have.
pub(in crate::http) const MAX_BODY: usize = 128 * 1024;

/// The body of `POST /matrix`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct MatrixBody {
    from: Vec<[f64; 2]>,
    to: Option<Vec<[f64; 2]>>,
    profile: Option<String>,
    hour: Option<String>,
}

/// `GET /matrix?from=lon,lat;lon,lat&to=&profile=&hour=`: the short form for a few places.
pub(in crate::http) async fn matrix(
    State(state): State<ApiState>,
    StrictQuery(pairs): StrictQuery<Vec<(String, String)>>,
) -> Result<Response, Refusal> {
    let asked = Parameters::new(pairs, &["from", "to", "profile", "hour"], &[])?;
    let request = TableRequest {
        from: list(asked.need("from")?)?,
        to: asked.get("to").map(list).transpose()?,
    };
    answer(state, request, asked.who()?).await
}

/// `POST /matrix` with the places as JSON.
pub(in crate::http) async fn matrix_of_body(
    State(state): State<ApiState>,
    body: Result<Json<MatrixBody>, JsonRejection>,
) -> Result<Response, Refusal> {
    let Json(body) =
        body.map_err(|refusal| Problem::new(refusal.status()).because(refusal.body_text()))?;
    let request = TableRequest {
        from: places(&body.from)?,
        to: body.to.as_deref().map(places).transpose()?,
    };
    let who = who(body.profile.as_deref(), body.hour.as_deref())?;
    answer(state, request, who).await
}

async fn answer(
    state: ApiState,
    request: TableRequest,
    (profile, hour): (Profile, HourClass),
) -> Result<Response, Refusal> {
    check_size(&request)?;
    let roads = state.roads;
    let map = roads.map(&profile).await?;
    let jobs = roads.jobs().clone();
    let json = jobs.run("matrix", move |stop| {
        let metric = roads.metric(&map, &profile, hour)?;
        let driver = driver((&profile, hour), None, &roads);
        encode(&Table::new(&request, &metric, &driver, stop)?)
    });
    let headers = [(CONTENT_TYPE, "application/json")];
    Ok((headers, json.await?).into_response())
}

/// A quarter of a million numbers take some milliseconds: not on the threads that answer everybody.
fn encode(table: &Table) -> ApiResult<Bytes> {
    let json = serde_json::to_vec(table).map_err(|error| ApiError::Run {
        action: "write a matrix as JSON",
        source: error.into(),
    })?;
    Ok(json.into())
}

fn check_size(request: &TableRequest) -> Result<(), Refusal> {
    let from = request.from.len();
    let to = request.to.as_ref().map_or(from, Vec::len);
    for (side, count) in [("from", from), ("to", to)] {
        if !(1..=MAX_POINTS).contains(&count) {
            let detail = format!("{side} has {count} places, expected 1 to {MAX_POINTS}");
            return Err(bad_request(detail).into());
        }
    }
    if from * to > MAX_ENTRIES {
        let detail = format!("{from} × {to} places, expected at most {MAX_ENTRIES} pairs");
        return Err(bad_request(detail).into());
    }
    Ok(())
}

fn list(text: &str) -> ApiResult<Vec<LonLat>> {
    let places = text.split(';').map(|place| Ok(place.parse::<Place>()?.0));
    places.collect()
}

fn places(pairs: &[[f64; 2]]) -> ApiResult<Vec<LonLat>> {
    let place = |&[lon, lat]: &[f64; 2]| {
        let invalid = |_refusal| ApiError::InvalidPlace {
            text: format!("{lon},{lat}").into(),
        };
        LonLat::new(lon, lat).map_err(invalid)
    };
    pairs.iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::few(3, Some(2), true)]
    #[case::square(500, None, true)]
    #[case::too_many_pairs(501, None, false)]
    #[case::one_to_many(1, Some(1_000), true)]
    #[case::too_many_on_a_side(1, Some(1_001), false)]
    #[case::none(0, None, false)]
    #[case::to_none(1, Some(0), false)]
    fn a_matrix_is_bounded(
        #[case] from: usize,
        #[case] to: Option<usize>,
        #[case] is_computed: bool,
    ) {
        let places = |count| vec![LonLat::new(6.8, 47.5).unwrap(); count];
        let request = TableRequest {
            from: places(from),
            to: to.map(places),
        };
        assert_eq!(check_size(&request).is_ok(), is_computed);
    }
}
