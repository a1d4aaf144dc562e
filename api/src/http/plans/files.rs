//! `GET /plans/{id}/{file}`: a plan in each of its formats.

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LANGUAGE, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

use crate::collection::Language;
use crate::collection::jobs::{PlanFile, Planning};
use crate::http::access::Operator;
use crate::http::jobs::{job_of, product_of};
use crate::http::problem::Problem;
use crate::http::query::{StrictQuery, bad_request, language};
use crate::http::state::ApiState;

/// The parameters of a file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct FileQuery {
    lang: Option<String>,
}

/// `GET /plans/{id}/{file}?lang=`: one of the files that a job's links name.
pub(in crate::http) async fn file(
    State(state): State<ApiState>,
    Operator(_access): Operator,
    Path((id, name)): Path<(String, String)>,
    StrictQuery(query): StrictQuery<FileQuery>,
) -> Result<Response, Problem> {
    let job = job_of::<Planning>(&state, &id)?;
    let file = parse_file(&name)?;
    let language = parse_language(&query, file)?;
    let bytes = product_of(&job)?.file(file, language);
    let bytes = bytes.ok_or_else(|| no_file(&name))?;
    let disposition = format!(
        "{}; filename=\"plan-{}-{}\"",
        if file == PlanFile::Sheet {
            "inline"
        } else {
            "attachment"
        },
        job.order.date.date(),
        file.name()
    );
    let headers = [
        (CONTENT_TYPE, file.media_type().to_owned()),
        (CONTENT_DISPOSITION, disposition),
        (CACHE_CONTROL, "private, no-cache".to_owned()),
    ];
    let mut response = (headers, Body::from(Bytes::from_owner(bytes))).into_response();
    if file.is_translated()
        && let Ok(code) = language.code().parse()
    {
        response.headers_mut().insert(CONTENT_LANGUAGE, code);
    }
    Ok(response)
}

fn parse_file(name: &str) -> Result<PlanFile, Problem> {
    let mut all = PlanFile::ALL.into_iter();
    all.find(|file| file.name() == name)
        .ok_or_else(|| no_file(name))
}

/// Only what has words has a language.
fn parse_language(query: &FileQuery, file: PlanFile) -> Result<Language, Problem> {
    if let Some(lang) = query.lang.as_deref()
        && !file.is_translated()
    {
        let detail = format!(
            "lang={lang}: {} has no words, expected no lang",
            file.name()
        );
        return Err(bad_request(detail));
    }
    language(query.lang.as_deref())
}

fn no_file(name: &str) -> Problem {
    let known = PlanFile::ALL.map(PlanFile::name).join(", ");
    Problem::new(StatusCode::NOT_FOUND).because(format!(
        "a plan has no file '{name}', expected one of {known}"
    ))
}
