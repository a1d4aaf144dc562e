//! `POST /reports`: what crews, officers and residents saw of containers.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use serde::Deserialize;
use twin_core::{AssetId, Input, Report, Sighting, Timestamp, Witness};

use super::access::Operator;
use super::problem::Problem;
use super::query::bad_request;
use super::writes::Written;
use crate::engine::Engine;

/// What somebody saw.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Told {
    container: AssetId,
    seen: Sighting,
    by: Witness,
    /// When; now, where it is not told.
    observed_at: Option<Timestamp>,
}

/// `POST /reports`: takes in what somebody saw of a container, and answers once it is on disk. Who it was is
/// told by their part alone, and nothing else of them is kept.
pub(super) async fn submit(
    State(engine): State<Engine>,
    Operator(_access): Operator,
    told: Result<Json<Told>, JsonRejection>,
) -> Result<Json<Written>, Problem> {
    let Json(told) = told.map_err(|refusal| bad_request(refusal.body_text()))?;
    if engine.twin().inventory().find(&told.container).is_none() {
        return Err(super::assets::unknown(&told.container));
    }
    let received_at = engine.clock().now();
    let report = Report {
        container: told.container,
        sighting: told.seen,
        witness: told.by,
        observed_at: told.observed_at.unwrap_or(received_at),
        received_at,
    };
    Ok(Json(engine.submit(Input::Report(report)).await?.into()))
}
