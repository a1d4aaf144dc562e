//! Jobs as clients see them.

use axum::Json;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::value::RawValue;
use twin_core::Timestamp;

use crate::collection::Language;
use crate::collection::jobs::{JobId, JobView, PlanFile, PlanOrder, Progress};

/// A job.
#[derive(Debug, Serialize)]
pub(super) struct JobResponse<'a> {
    id: JobId,
    #[serde(flatten)]
    progress: &'a Progress,
    order: &'a PlanOrder,
    queued_at: Timestamp,
    began_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    /// What `twin plan day --json` prints.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'a RawValue>,
    links: Vec<JobLink>,
}

/// All jobs.
#[derive(Debug, Serialize)]
struct ListResponse<'a> {
    plans: Vec<JobResponse<'a>>,
}

/// What a job leads to.
#[derive(Debug, Serialize)]
struct JobLink {
    rel: &'static str,
    href: String,
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hreflang: Option<&'static str>,
}

impl<'a> JobResponse<'a> {
    /// A job without its outcome, as lists have it.
    fn short(view: &'a JobView) -> Self {
        Self {
            id: view.id,
            progress: &view.progress,
            order: &view.order,
            queued_at: view.queued_at,
            began_at: view.began_at,
            ended_at: view.ended_at,
            reason: view.reason.as_deref(),
            outcome: None,
            links: links(view),
        }
    }
}

/// A job with its outcome.
pub(super) fn job(view: &JobView) -> Response {
    let outcome = view.product.as_ref().map(|product| product.outcome());
    fresh(&JobResponse {
        outcome,
        ..JobResponse::short(view)
    })
}

/// All jobs without their outcomes.
pub(super) fn jobs(views: &[JobView]) -> Response {
    fresh(&ListResponse {
        plans: views.iter().map(JobResponse::short).collect(),
    })
}

/// Where a job is found.
pub(super) fn path(id: JobId) -> String {
    format!("/plans/{id}")
}

fn fresh(body: &impl Serialize) -> Response {
    ([(CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

fn links(view: &JobView) -> Vec<JobLink> {
    let path = path(view.id);
    let link = |rel, href, r#type| JobLink {
        rel,
        href,
        r#type,
        hreflang: None,
    };
    let mut links = vec![
        link("self", path.clone(), "application/json"),
        link("monitor", format!("{path}/progress"), "text/event-stream"),
    ];
    if view.product.is_none() {
        return links;
    }
    for file in PlanFile::ALL {
        let href = format!("{path}/{}", file.name());
        if !file.is_translated() {
            links.push(link("alternate", href, file.media_type()));
            continue;
        }
        links.extend(Language::ALL.map(|language| JobLink {
            hreflang: Some(language.code()),
            ..link(
                "alternate",
                format!("{href}?lang={}", language.code()),
                file.media_type(),
            )
        }));
    }
    links
}
