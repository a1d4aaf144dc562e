//! Everything the server offers, in one list.

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::from_fn;
use axum::routing::{get, post, put};
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

use super::state::ApiState;
use super::{
    addresses, alarms, assets, communes, forecast, health, history, jobs, layers, live,
    observations, plans, problem, quarantine, radio, ready, reports, roads, rounds, simulations,
    snapshot, tiles, writes,
};
use crate::collection::jobs::Planning;
use crate::scenario::jobs::Simulating;
use crate::web;

/// Largest body of a request, in bytes.
const MAX_BODY: usize = 64 * 1024;
/// Longest time an answer may take to begin.
const TIMEOUT: Duration = Duration::from_secs(30);
/// What a page may load: only what this server serves. The 3D viewer says its own.
const POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; \
     style-src 'self' 'unsafe-inline'; connect-src 'self'; object-src 'none'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'";

/// Builds the whole service. It binds no port, so that tests can call it like a function.
pub fn app(state: ApiState) -> Router {
    Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(ready::readyz))
        .route("/metrics", get(ready::metrics))
        .route("/communes", get(communes::list))
        .route("/addresses", get(addresses::find))
        .route("/assets", get(assets::list))
        .route(
            "/assets/{kind}/{key}",
            get(assets::find).put(writes::put).delete(writes::remove),
        )
        .route("/assets/{kind}/{key}/history", get(history::history))
        .route("/assets/{kind}/{key}/forecast", get(forecast::of_container))
        .route("/forecast", get(forecast::of_all))
        .route("/assets/camera/{key}/aiming", put(writes::aim))
        .route("/reports", post(reports::submit))
        .route("/layers/{name}", get(layers::layer))
        .route(
            "/tiles/WebMercatorQuad/{zoom}/{row}/{column}",
            get(tiles::ground),
        )
        .route("/tiles/terrain/{zoom}/{row}/{column}", get(tiles::terrain))
        .route("/route", get(roads::route))
        .route("/isochrone", get(roads::isochrone))
        .route("/live", get(live::public))
        .route("/live/restricted", get(live::restricted))
        .route("/live/ws", get(live::socket))
        .route("/live/snapshot", get(snapshot::live_snapshot))
        .merge(planned())
        .merge(radio())
        .merge(alarm_routes())
        .fallback_service(get(web::file))
        .layer(RequestBodyLimitLayer::new(MAX_BODY))
        .merge(matrix())
        .merge(scenarios())
        .merge(measured_values())
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            TIMEOUT,
        ))
        .layer(from_fn(problem::tell_every_error))
        .layer(CompressionLayer::new())
        .layer(unless_told(CONTENT_SECURITY_POLICY, POLICY))
        .layer(always(X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(always(REFERRER_POLICY, "no-referrer"))
        .with_state(state)
}

/// What was planned and simulated.
fn planned() -> Router<ApiState> {
    Router::new()
        .route("/plans", get(jobs::list::<Planning>).post(plans::submit))
        .route(
            "/plans/{id}",
            get(jobs::find::<Planning>).delete(jobs::cancel::<Planning>),
        )
        .route("/plans/{id}/progress", get(jobs::progress::<Planning>))
        .route("/plans/{id}/{file}", get(plans::file))
        .route("/rounds/{day}", get(rounds::of_day))
        .route(
            "/simulations/{id}",
            get(jobs::find::<Simulating>).delete(jobs::cancel::<Simulating>),
        )
        .route(
            "/simulations/{id}/events",
            get(jobs::progress::<Simulating>),
        )
        .route("/simulations/{id}/report.html", get(simulations::report))
}

/// What asks for a person, and what operators say of it.
fn alarm_routes() -> Router<ApiState> {
    Router::new()
        .route("/alarms", get(alarms::list))
        .route("/alarms/history", get(alarms::history))
        .route("/alarms/figures", get(alarms::told_figures))
        .route("/alarms/{id}", get(alarms::find))
        .route("/alarms/{id}/acknowledge", post(alarms::acknowledge))
        .route("/alarms/{id}/shelve", post(alarms::shelve))
        .route("/alarms/{id}/unshelve", post(alarms::unshelve))
        .route("/assets/camera/{key}/status", put(alarms::tell_camera))
}

/// What network servers deliver, and what of that is set aside.
fn radio() -> Router<ApiState> {
    Router::new()
        .route("/ingest/chirpstack", post(radio::chirpstack))
        .route("/ingest/things-stack", post(radio::things_stack))
        .route("/quarantine", get(quarantine::list))
        .route(
            "/quarantine/{dev_eui}",
            get(quarantine::find).delete(quarantine::forget),
        )
        .route("/quarantine/{dev_eui}/adopt", post(quarantine::adopt))
        .route("/quarantine/{dev_eui}/reread", post(quarantine::reread))
}

/// A route whose body may be larger: it holds many places.
fn matrix() -> Router<ApiState> {
    Router::new()
        .route("/matrix", get(roads::matrix).post(roads::matrix_of_body))
        .layer(RequestBodyLimitLayer::new(roads::MAX_MATRIX_BODY))
}

/// A route whose body may be larger: it holds scenarios.
fn scenarios() -> Router<ApiState> {
    Router::new()
        .route(
            "/simulations",
            get(jobs::list::<Simulating>).post(simulations::submit),
        )
        .layer(RequestBodyLimitLayer::new(simulations::MAX_BODY))
}

/// A route whose body may be larger: it holds many values.
fn measured_values() -> Router<ApiState> {
    Router::new()
        .route("/observations", post(observations::submit))
        .layer(DefaultBodyLimit::max(observations::MAX_BODY))
        .layer(RequestBodyLimitLayer::new(observations::MAX_BODY))
}

/// Puts a header on every answer.
fn always(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
}

/// Puts a header on every answer that does not say its own.
fn unless_told(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}
