//! Errors as clients see them: RFC 9457 `application/problem+json`, always.

use std::borrow::Cow;

use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::engine::SubmitError;

const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

/// The longest plain error text that is taken over as a detail, in bytes.
const MAX_DETAIL_BYTES: usize = 8 * 1024;

/// An error response. What is wrong stands in `detail`, for people; the status, and where they are known
/// `field` and `expected`, are for programs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Problem {
    r#type: &'static str,
    title: &'static str,
    #[serde(serialize_with = "as_number")]
    status: StatusCode,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// The member of the request that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<Cow<'static, str>>,
    /// What it may be instead, where that is a list.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    expected: Vec<String>,
}

impl Problem {
    /// A problem that says no more than its status.
    pub fn new(status: StatusCode) -> Self {
        let title = status.canonical_reason().unwrap_or("Error");
        Self {
            r#type: "about:blank",
            title,
            status,
            detail: None,
            field: None,
            expected: Vec::new(),
        }
    }

    /// The same problem with what is wrong, with the value, in one sentence.
    #[must_use]
    pub fn because(self, detail: impl Into<String>) -> Self {
        Self {
            detail: Some(detail.into()),
            ..self
        }
    }

    /// The same problem with the member of the request that is wrong.
    #[must_use]
    pub fn of_field(self, field: impl Into<Cow<'static, str>>) -> Self {
        Self {
            field: Some(field.into()),
            ..self
        }
    }

    /// The same problem with all that its field may be.
    #[must_use]
    pub fn expecting(self, expected: Vec<String>) -> Self {
        Self { expected, ..self }
    }
}

/// What the twin does not take in: for good, or for now.
impl From<SubmitError> for Problem {
    fn from(error: SubmitError) -> Self {
        let status = match error {
            SubmitError::Refused(_) => StatusCode::CONFLICT,
            _ => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self::new(status).because(error.to_string())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        (self.status, [(CONTENT_TYPE, PROBLEM_JSON)], Json(self)).into_response()
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that serde asks for"
)]
fn as_number<S: serde::Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}

/// Turns every error that is not yet a problem into one: unknown paths, methods that are not
/// served, and what an extractor refuses, whose text becomes the detail.
pub(super) async fn tell_every_error(request: Request, next: Next) -> Response {
    let asked_for = format!("{} {}", request.method(), request.uri().path());
    let response = next.run(request).await;
    if !is_error(response.status()) || is_problem(&response) {
        return response;
    }
    into_problem(response, &asked_for).await
}

fn is_error(status: StatusCode) -> bool {
    status.is_client_error() || status.is_server_error()
}

fn is_problem(response: &Response) -> bool {
    response.headers().get(CONTENT_TYPE) == Some(&PROBLEM_JSON)
}

/// Keeps the status and the headers, such as `Allow`; the body becomes the detail.
async fn into_problem(response: Response, asked_for: &str) -> Response {
    let (mut parts, body) = response.into_parts();
    let text = to_bytes(body, MAX_DETAIL_BYTES).await.unwrap_or_default();
    let detail = match std::str::from_utf8(&text) {
        Ok(text) if !text.is_empty() => text.to_owned(),
        _ => format!("nothing answers to {asked_for}"),
    };
    let (problem, body) = Problem::new(parts.status)
        .because(detail)
        .into_response()
        .into_parts();
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.extend(problem.headers);
    Response::from_parts(parts, Body::new(body))
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::extract::Query;
    use axum::middleware::from_fn;
    use axum::routing::get;
    use serde_json::Value;
    use tower::ServiceExt as _;

    use super::*;

    async fn ask(path: &str) -> (StatusCode, HeaderValue, Value) {
        let app = Router::new()
            .route(
                "/limit",
                get(async |Query(limit): Query<Vec<(String, u8)>>| format!("{limit:?}")),
            )
            .route(
                "/teapot",
                get(async || Problem::new(StatusCode::IM_A_TEAPOT).because("no coffee")),
            )
            .route("/silent", get(async || StatusCode::INTERNAL_SERVER_ERROR))
            .layer(from_fn(tell_every_error));
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        let (parts, body) = app.oneshot(request).await.unwrap().into_parts();
        let bytes = to_bytes(body, 65_536).await.unwrap();
        let kind = parts.headers[CONTENT_TYPE].clone();
        (parts.status, kind, serde_json::from_slice(&bytes).unwrap())
    }

    #[tokio::test]
    async fn what_an_extractor_refuses_is_a_problem_with_its_reason() {
        let (status, kind, body) = ask("/limit?n=300").await;
        assert_eq!((status, kind), (StatusCode::BAD_REQUEST, PROBLEM_JSON));
        assert!(
            body["detail"].as_str().unwrap().contains("query string"),
            "{body}"
        );
    }

    #[tokio::test]
    async fn a_problem_of_a_handler_passes_unchanged() {
        let (status, kind, body) = ask("/teapot").await;
        assert_eq!((status, kind), (StatusCode::IM_A_TEAPOT, PROBLEM_JSON));
        assert_eq!(
            (&body["status"], &body["detail"]),
            (&418.into(), &"no coffee".into())
        );
    }

    #[tokio::test]
    async fn an_error_without_a_word_still_is_a_problem() {
        let (status, kind, body) = ask("/silent").await;
        assert_eq!(
            (status, kind),
            (StatusCode::INTERNAL_SERVER_ERROR, PROBLEM_JSON)
        );
        assert_eq!(body["title"], "Internal Server Error");
    }
}
