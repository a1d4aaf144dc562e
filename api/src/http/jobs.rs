//! Jobs over HTTP: watched, ended and removed, whatever their craft. How one is submitted is its own
//! affair.

mod progress;
mod view;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{LOCATION, RETRY_AFTER};
use axum::response::{IntoResponse as _, Response};

pub(super) use self::progress::progress;
pub(super) use self::view::JobLink;
use super::access::Operator;
use super::problem::Problem;
use super::state::ApiState;
use crate::error::{ApiResult, with_causes};
use crate::jobs::{Cancelled, Craft, JobId, JobView, NotTaken, Refused, Workshop};

/// A craft whose jobs are served.
pub(super) trait Served: Craft {
    /// Its path, without the slash; its jobs are called so in lists.
    const PATH: &'static str;
    /// Where its progress is told, below a job.
    const PROGRESS: &'static str;

    /// Who does the work.
    fn workshop(state: &ApiState) -> &Workshop<Self>;

    /// What a job leads to, besides itself and its progress.
    fn links(job: &JobView<Self>, path: &str) -> Vec<JobLink>;
}

/// Has a job done, where that may wait for the disk: 202 with the job, 429 where too many wait.
pub(super) async fn submit<C: Served>(
    state: &ApiState,
    order: C::Order,
) -> Result<Response, Problem> {
    let workshop = C::workshop(state).clone();
    let taken = blocking(move || workshop.submit(order)).await?;
    match taken {
        Ok(job) => {
            let location = [(LOCATION, path::<C>(job.id))];
            Ok((StatusCode::ACCEPTED, location, view::job(&job)).into_response())
        }
        Err(NotTaken::Refused(Refused::Full { retry_after_s })) => {
            let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS).because(format!(
                "as many {} as may wait for their turn do, try again later",
                C::PATH
            ));
            Ok(([(RETRY_AFTER, retry_after_s.to_string())], problem).into_response())
        }
        Err(NotTaken::Refused(Refused::Closed)) => {
            Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE)
                .because(format!("the server stops, and takes no more {}", C::PATH)))
        }
        Err(NotTaken::Failed(error)) => {
            Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR).because(with_causes(&error)))
        }
    }
}

/// All jobs, the newest first.
pub(super) async fn list<C: Served>(
    State(state): State<ApiState>,
    Operator(_access): Operator,
) -> Response {
    view::jobs(&C::workshop(&state).views())
}

/// One job, with its outcome where it has one.
pub(super) async fn find<C: Served>(
    State(state): State<ApiState>,
    Operator(_access): Operator,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    Ok(view::job(&job_of::<C>(&state, &id)?))
}

/// Ends a job that waits (200) or runs (202, it ends soon), or removes one that is over (204).
pub(super) async fn cancel<C: Served>(
    State(state): State<ApiState>,
    Operator(_access): Operator,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = parse_id(&id)?;
    let workshop = C::workshop(&state).clone();
    match blocking(move || workshop.cancel(id)).await? {
        Some(Cancelled::Stopped(job)) => Ok(view::job(&job)),
        Some(Cancelled::Stopping(job)) => {
            Ok((StatusCode::ACCEPTED, view::job(&job)).into_response())
        }
        Some(Cancelled::Removed) => Ok(StatusCode::NO_CONTENT.into_response()),
        None => Err(unknown::<C>(id)),
    }
}

/// The job with an id.
pub(super) fn job_of<C: Served>(state: &ApiState, id: &str) -> Result<JobView<C>, Problem> {
    let id = parse_id(id)?;
    C::workshop(state).view(id).ok_or_else(|| unknown::<C>(id))
}

/// What came of a job: 409 where it may still come, 404 where it never will.
pub(super) fn product_of<C: Served>(job: &JobView<C>) -> Result<&C::Product, Problem> {
    job.product.as_deref().ok_or_else(|| {
        let (status, when) = if job.progress.state.is_over() {
            (StatusCode::NOT_FOUND, "and gets none")
        } else {
            (StatusCode::CONFLICT, "yet")
        };
        Problem::new(status).because(format!("the job {} has no {} {when}", job.id, C::NOUN))
    })
}

/// Does what may wait for the disk or take a while, beside the threads that answer everybody.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_panicked| Problem::new(StatusCode::INTERNAL_SERVER_ERROR))
}

fn path<C: Served>(id: JobId) -> String {
    format!("/{}/{id}", C::PATH)
}

/// An id that can be one; what cannot is as unknown as one that is none.
fn parse_id(text: &str) -> Result<JobId, Problem> {
    let id: ApiResult<JobId> = text.parse();
    id.map_err(|error| Problem::new(StatusCode::NOT_FOUND).because(error.to_string()))
}

fn unknown<C: Served>(id: JobId) -> Problem {
    Problem::new(StatusCode::NOT_FOUND).because(format!(
        "there is no {} {id}: it never was, or is no longer kept",
        C::NOUN
    ))
}
