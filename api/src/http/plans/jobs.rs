//! `POST /plans`, `GET /plans`, `GET` and `DELETE /plans/{id}`.

use std::thread::available_parallelism;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{LOCATION, RETRY_AFTER};
use axum::response::{IntoResponse as _, Response};
use twin_core::AssetKind;

use super::body::{PlanBody, Terms};
use super::view;
use crate::collection::jobs::{Cancelled, JobId, Refused};
use crate::http::access::Operator;
use crate::http::problem::Problem;
use crate::http::state::ApiState;

/// The most threads that a search may have.
const MOST_THREADS: usize = 16;

/// `POST /plans`: has a day planned; 202 with the job, 429 where too many wait.
pub(in crate::http) async fn submit(
    State(state): State<ApiState>,
    Operator(_access): Operator,
    body: Result<Json<PlanBody>, JsonRejection>,
) -> Result<Response, Problem> {
    let Json(body) =
        body.map_err(|refusal| Problem::new(refusal.status()).because(refusal.body_text()))?;
    let threads = available_parallelism().map_or(1, std::num::NonZero::get);
    let terms = Terms {
        rules: state.plans.rules(),
        has_sensors: state.engine.twin().inventory().count(AssetKind::Sensor) > 0,
        now: state.engine.clock().now(),
        threads: u16::try_from(threads.min(MOST_THREADS)).unwrap_or(1),
    };
    let planner = state.plans.planner();
    let order = body.read(&terms, |id| planner.view(id)?.product?.day())?;
    match planner.submit(order) {
        Ok(job) => {
            let location = [(LOCATION, view::path(job.id))];
            Ok((StatusCode::ACCEPTED, location, view::job(&job)).into_response())
        }
        Err(Refused::Full { retry_after_s }) => {
            let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS)
                .because("as many plans as may wait for their turn do, try again later");
            Ok(([(RETRY_AFTER, retry_after_s.to_string())], problem).into_response())
        }
        Err(Refused::Closed) => Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE)
            .because("the server stops, and plans nothing more")),
    }
}

/// `GET /plans`: all jobs, the newest first.
pub(in crate::http) async fn list(
    State(state): State<ApiState>,
    Operator(_access): Operator,
) -> Response {
    view::jobs(&state.plans.planner().views())
}

/// `GET /plans/{id}`: one job, with its outcome where it has one.
pub(in crate::http) async fn find(
    State(state): State<ApiState>,
    Operator(_access): Operator,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = parse_id(&id)?;
    let found = state.plans.planner().view(id);
    found.map(|job| view::job(&job)).ok_or_else(|| unknown(id))
}

/// `DELETE /plans/{id}`: ends a job that waits (200) or runs (202, it ends with what is found), or
/// removes one that is over (204).
pub(in crate::http) async fn cancel(
    State(state): State<ApiState>,
    Operator(_access): Operator,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = parse_id(&id)?;
    match state.plans.planner().cancel(id) {
        Some(Cancelled::Stopped(job)) => Ok(view::job(&job)),
        Some(Cancelled::Stopping(job)) => {
            Ok((StatusCode::ACCEPTED, view::job(&job)).into_response())
        }
        Some(Cancelled::Removed) => Ok(StatusCode::NO_CONTENT.into_response()),
        None => Err(unknown(id)),
    }
}

/// An id that can be one; what cannot is as unknown as one that is none.
pub(super) fn parse_id(text: &str) -> Result<JobId, Problem> {
    let id = text.parse::<JobId>();
    id.map_err(|error| Problem::new(StatusCode::NOT_FOUND).because(error.to_string()))
}

pub(super) fn unknown(id: JobId) -> Problem {
    Problem::new(StatusCode::NOT_FOUND).because(format!(
        "there is no plan {id}: it never was, or is no longer kept"
    ))
}
