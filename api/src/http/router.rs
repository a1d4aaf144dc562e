//! Everything the server offers, in one list.

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::get;

use super::{health, problem};

/// Builds the whole service. It binds no port, so that tests can call it like a function.
pub fn app() -> Router {
    Router::new()
        .route("/healthz", get(health::healthz))
        .layer(from_fn(problem::tell_every_error))
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::{Method, Request, StatusCode, header};
    use serde_json::{Value, json};
    use tower::ServiceExt as _;

    use super::*;

    async fn ask(method: Method, path: &str) -> (StatusCode, axum::http::HeaderMap, Value) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .body(Body::empty())
            .unwrap();
        let response = app().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 65_536).await.unwrap();
        (
            parts.status,
            parts.headers,
            serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        )
    }

    #[tokio::test]
    async fn a_live_server_says_so() {
        let (status, headers, body) = ask(Method::GET, "/healthz").await;
        assert_eq!((status, body), (StatusCode::OK, json!({ "status": "ok" })));
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    }

    #[tokio::test]
    async fn what_is_not_there_is_a_problem_that_names_the_path() {
        let (status, headers, body) = ask(Method::GET, "/nowhere?x=1").await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert_eq!(headers[header::CONTENT_TYPE], "application/problem+json");
        let expected = json!({
            "type": "about:blank",
            "title": "Not Found",
            "status": 404,
            "detail": "nothing answers to GET /nowhere",
        });
        assert_eq!(body, expected);
    }

    #[tokio::test]
    async fn a_method_that_is_not_served_is_a_problem_that_keeps_the_allowed_ones() {
        let (status, headers, body) = ask(Method::DELETE, "/healthz").await;
        assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(headers[header::CONTENT_TYPE], "application/problem+json");
        assert_eq!(headers[header::ALLOW], "GET,HEAD");
        assert_eq!(body["detail"], "nothing answers to DELETE /healthz");
    }
}
