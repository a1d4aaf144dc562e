//! The 3D viewer for browsers: what `make viewer-web` has built, embedded in the program as it is sent, compressed.

use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use rust_embed::RustEmbed;

use crate::http::Problem;

/// The folder that `make viewer-web` fills; empty where it was never run.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../viewer/dist"]
#[allow_missing = true]
struct Built;

/// What the viewer's page may do: as every page, and compile WebAssembly.
const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data: blob:; \
     style-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";

/// What `/viewer/` shows where the viewer was not built.
const NOT_BUILT: &str = "<!doctype html><html lang=\"fr\"><meta charset=\"utf-8\">\
    <meta name=\"viewport\" content=\"width=device-width\"><title>Maquette en 3D</title>\
    <body><h1>La vue 3D n’est pas construite</h1>\
    <p>Lancez <code>make viewer-web</code>, puis recompilez. <a href=\"/\">La carte</a> répond.</p>\
    <p lang=\"en\">Run <code>make viewer-web</code>, then compile again. <a href=\"/\">The map</a> answers.</p>";

/// How a file may be sent, the smaller first: the coding's name, and the ending of its file.
const CODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// Serves a file of the viewer by its path below `/viewer/`; the empty path is its page.
pub(super) fn file(path: &str, headers: &HeaderMap) -> Response {
    let path = if path.is_empty() { "index.html" } else { path };
    let mut answer = match (plain(path), compressed(path, headers)) {
        (Some(answer), _) | (None, Some(answer)) => answer,
        (None, None) if path == "index.html" => Html(NOT_BUILT).into_response(),
        (None, None) if is_built(path) => Problem::new(StatusCode::NOT_ACCEPTABLE)
            .because(format!(
                "/viewer/{path} is sent compressed: expected Accept-Encoding with br or gzip"
            ))
            .into_response(),
        (None, None) => Problem::new(StatusCode::NOT_FOUND)
            .because(format!("nothing answers to GET /viewer/{path}"))
            .into_response(),
    };
    let policy = HeaderValue::from_static(POLICY);
    answer.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    answer
}

fn plain(path: &str) -> Option<Response> {
    let file = Built::get(path)?;
    Some((kind_and_age(path), file.data.into_owned()).into_response())
}

fn compressed(path: &str, headers: &HeaderMap) -> Option<Response> {
    let (coding, ending) = CODINGS.into_iter().find(|(coding, ending)| {
        accepts(headers, coding) && Built::get(&format!("{path}{ending}")).is_some()
    })?;
    let file = Built::get(&format!("{path}{ending}"))?;
    let how = [
        (CONTENT_ENCODING, HeaderValue::from_static(coding)),
        (VARY, HeaderValue::from_static("accept-encoding")),
    ];
    Some((kind_and_age(path), how, file.data.into_owned()).into_response())
}

/// Whether there is any form of a file.
fn is_built(path: &str) -> bool {
    CODINGS
        .iter()
        .any(|(_, ending)| Built::get(&format!("{path}{ending}")).is_some())
}

/// Whether a client takes a coding (RFC 9110, 12.5.3).
fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    let told = headers.get_all(ACCEPT_ENCODING).iter();
    let listed = told
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    listed
        .map(|one| one.split(';').map(str::trim))
        .any(|mut one| {
            let is_named = one
                .next()
                .is_some_and(|name| name.eq_ignore_ascii_case(coding));
            is_named && !one.any(|weight| matches!(weight, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
        })
}

fn kind_and_age(path: &str) -> [(axum::http::HeaderName, HeaderValue); 2] {
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let kind = HeaderValue::from_str(kind.essence_str())
        .unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let age = HeaderValue::from_static("no-cache");
    [(CONTENT_TYPE, kind), (CACHE_CONTROL, age)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::a_browser("gzip, deflate, br, zstd", true)]
    #[case::with_weights("gzip;q=0.5, br;q=0.8", true)]
    #[case::in_capitals("BR", true)]
    #[case::refused("br;q=0, gzip", false)]
    #[case::another("gzip", false)]
    #[case::none("", false)]
    fn a_coding_is_sent_to_those_who_take_it(#[case] told: &str, #[case] is_taken: bool) {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_str(told).unwrap());
        assert_eq!(accepts(&headers, "br"), is_taken);
    }

    #[test]
    fn what_is_not_there_is_told() {
        let answer = file("nothing.js", &HeaderMap::new());
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        let page = file("", &HeaderMap::new());
        assert_eq!(page.status(), StatusCode::OK);
        let policy = page.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("'wasm-unsafe-eval'"));
    }
}
