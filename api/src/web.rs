//! The pages: what `make web` and `make viewer-web` have built, embedded in the program.

mod viewer;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use rust_embed::RustEmbed;

use crate::http::Problem;

/// The folder that `make web` fills; empty where it was never run.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../assets/web/dist"]
#[allow_missing = true]
struct Built;

/// What `/` shows where the page was not built.
const NOT_BUILT: &str = "<!doctype html><html lang=\"fr\"><meta charset=\"utf-8\">\
    <meta name=\"viewport\" content=\"width=device-width\"><title>Maquette</title>\
    <body style=\"font:16px/1.5 system-ui;margin:10vh auto;max-width:34rem;padding:0 1rem\">\
    <h1>La page n’est pas construite</h1>\
    <p>Ce programme a été compilé sans la page. Lancez <code>make web</code>, puis recompilez. \
    Les données répondent : <a href=\"/readyz\">/readyz</a>, <a href=\"/communes\">/communes</a>, \
    <a href=\"/assets\">/assets</a>.</p>\
    <p lang=\"en\">This program was compiled without the page. Run <code>make web</code>, then \
    compile again. The data answers.</p>";

/// Serves a file of the page; `/` is its start, `/viewer/` that of the 3D viewer.
pub(crate) async fn file(uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path == "viewer" {
        return Redirect::permanent("/viewer/").into_response();
    }
    if let Some(path) = path.strip_prefix("viewer/") {
        return viewer::file(path, &headers);
    }
    let path = if path.is_empty() { "index.html" } else { path };
    match (Built::get(path), path) {
        (Some(file), _) => {
            let kind = mime_guess::from_path(path).first_or_octet_stream();
            let kind = HeaderValue::from_str(kind.essence_str())
                .unwrap_or(HeaderValue::from_static("application/octet-stream"));
            let headers = [(CONTENT_TYPE, kind), (CACHE_CONTROL, keep_for(path))];
            (headers, file.data.into_owned()).into_response()
        }
        (None, "index.html") => axum::response::Html(NOT_BUILT).into_response(),
        (None, _) => Problem::new(StatusCode::NOT_FOUND)
            .because(format!("nothing answers to GET {}", uri.path()))
            .into_response(),
    }
}

/// Files with a hash in their name never change; all others are asked for each time.
fn keep_for(path: &str) -> HeaderValue {
    if path.starts_with("assets-web/") {
        HeaderValue::from_static("public, max-age=31536000, immutable")
    } else {
        HeaderValue::from_static("no-cache")
    }
}
