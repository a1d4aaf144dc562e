//! `POST /plans`, and what a plan leads to.

use std::thread::available_parallelism;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::response::Response;

use super::body::{PlanBody, Terms};
use crate::collection::jobs::{PlanFile, Planning};
use crate::http::access::Operator;
use crate::http::jobs::{self, JobLink, Served};
use crate::http::problem::Problem;
use crate::http::state::ApiState;
use crate::jobs::{JobView, Workshop};

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
        has_sensors: state.has_sensors(),
        now: state.engine.clock().now(),
        threads: u16::try_from(threads.min(MOST_THREADS)).unwrap_or(1),
    };
    let workshop = state.plans.workshop();
    let order = body.read(&terms, |id| workshop.view(id)?.product?.day())?;
    jobs::submit::<Planning>(&state, order).await
}

impl Served for Planning {
    const PATH: &'static str = "plans";
    const PROGRESS: &'static str = "progress";

    fn workshop(state: &ApiState) -> &Workshop<Self> {
        state.plans.workshop()
    }

    fn links(_: &JobView<Self>, path: &str) -> Vec<JobLink> {
        let mut links = Vec::new();
        for file in PlanFile::ALL {
            let href = format!("{path}/{}", file.name());
            if file.is_translated() {
                links.extend(JobLink::translated(&href, file.media_type()));
            } else {
                links.push(JobLink::alternate(href, file.media_type()));
            }
        }
        links
    }
}
