//! Whether the process answers at all.

use axum::Json;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use serde_json::json;

/// `GET /healthz`: the process is alive and answers.
pub(super) async fn healthz() -> impl IntoResponse {
    (
        [(CACHE_CONTROL, "no-store")],
        Json(json!({ "status": "ok" })),
    )
}
