//! `POST /simulations`, and what a simulation leads to.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::body;
use crate::error::with_causes;
use crate::http::access::Operator;
use crate::http::jobs::{self, JobLink, Served, blocking, job_of, product_of};
use crate::http::problem::Problem;
use crate::http::query::{StrictQuery, bad_request, language};
use crate::http::state::ApiState;
use crate::jobs::{JobView, Workshop};
use crate::scenario::jobs::Simulating;

/// Largest body of a request, in bytes: several scenarios with long lists of edits.
pub(in crate::http) const MAX_BODY: usize = 2 * 1024 * 1024;
/// The page of a comparison, below its job.
const REPORT: &str = "report.html";

/// The parameters of a page.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct ReportQuery {
    lang: Option<String>,
}

/// `POST /simulations`: has a scenario followed, or several compared; 202 with the job, 429 where too
/// many wait. Territories and edits are looked at before, and the live state is taken where that is asked
/// for.
pub(in crate::http) async fn submit(
    State(state): State<ApiState>,
    Operator(_access): Operator,
    body: Result<Json<Box<RawValue>>, JsonRejection>,
) -> Result<Response, Problem> {
    let Json(body) =
        body.map_err(|refusal| Problem::new(refusal.status()).because(refusal.body_text()))?;
    let source = state.simulations.source().clone();
    let prepared = blocking(move || {
        let order = source.prepare(body::read(body.get())?);
        order.map_err(|error| bad_request(with_causes(&error)))
    });
    jobs::submit::<Simulating>(&state, prepared.await??).await
}

/// `GET /simulations/{id}/report.html?lang=`: the page of a comparison.
pub(in crate::http) async fn report(
    State(state): State<ApiState>,
    Operator(_access): Operator,
    Path(id): Path<String>,
    StrictQuery(query): StrictQuery<ReportQuery>,
) -> Result<Response, Problem> {
    let job = job_of::<Simulating>(&state, &id)?;
    let language = language(query.lang.as_deref())?;
    let page = product_of(&job)?.page(language).ok_or_else(|| {
        Problem::new(StatusCode::NOT_FOUND)
            .because("one scenario has no page, expected a comparison of several")
    })?;
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "private, no-cache"),
        (CONTENT_LANGUAGE, language.code()),
    ];
    Ok((headers, page.to_string()).into_response())
}

impl Served for Simulating {
    const PATH: &'static str = "simulations";
    const PROGRESS: &'static str = "events";

    fn workshop(state: &ApiState) -> &Workshop<Self> {
        state.simulations.workshop()
    }

    fn links(job: &JobView<Self>, path: &str) -> Vec<JobLink> {
        if !job.order.is_comparison() {
            return Vec::new();
        }
        JobLink::translated(&format!("{path}/{REPORT}"), "text/html").collect()
    }
}
