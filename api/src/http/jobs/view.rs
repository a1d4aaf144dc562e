//! Jobs as clients see them.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::value::RawValue;
use twin_core::Timestamp;

use super::{Served, path};
use crate::collection::Language;
use crate::jobs::{JobId, JobView, Made as _, ProgressOf};

/// A job.
#[derive(Serialize)]
#[serde(bound = "")]
struct JobResponse<'a, C: Served> {
    id: JobId,
    #[serde(flatten)]
    progress: &'a ProgressOf<C>,
    order: &'a C::Order,
    queued_at: Timestamp,
    began_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    /// What the command line prints as JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'a RawValue>,
    links: Vec<JobLink>,
}

/// What a job leads to.
#[derive(Debug, Serialize)]
pub(in crate::http) struct JobLink {
    rel: &'static str,
    href: String,
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hreflang: Option<&'static str>,
}

impl JobLink {
    /// The same in another form.
    pub(in crate::http) const fn alternate(href: String, r#type: &'static str) -> Self {
        Self {
            rel: "alternate",
            href,
            r#type,
            hreflang: None,
        }
    }

    /// The same in another form, which has words: one link for each language.
    pub(in crate::http) fn translated(
        href: &str,
        r#type: &'static str,
    ) -> impl Iterator<Item = Self> {
        Language::ALL.into_iter().map(move |language| Self {
            hreflang: Some(language.code()),
            ..Self::alternate(format!("{href}?lang={}", language.code()), r#type)
        })
    }
}

impl<'a, C: Served> JobResponse<'a, C> {
    /// A job without its outcome, as lists have it.
    fn short(view: &'a JobView<C>) -> Self {
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
pub(super) fn job<C: Served>(view: &JobView<C>) -> Response {
    let outcome = view.product.as_ref().map(|product| product.outcome());
    fresh(&JobResponse {
        outcome,
        ..JobResponse::short(view)
    })
}

/// All jobs without their outcomes.
pub(super) fn jobs<C: Served>(views: &[JobView<C>]) -> Response {
    let jobs: Vec<_> = views.iter().map(JobResponse::short).collect();
    fresh(&BTreeMap::from([(C::PATH, jobs)]))
}

fn fresh(body: &impl Serialize) -> Response {
    ([(CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

fn links<C: Served>(view: &JobView<C>) -> Vec<JobLink> {
    let path = path::<C>(view.id);
    let link = |rel, href, r#type| JobLink {
        rel,
        ..JobLink::alternate(href, r#type)
    };
    let progress = format!("{path}/{}", C::PROGRESS);
    let mut links = vec![
        link("self", path.clone(), "application/json"),
        link("monitor", progress, "text/event-stream"),
    ];
    if view.product.is_some() {
        links.extend(C::links(view, &path));
    }
    links
}
