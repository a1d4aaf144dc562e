//! `GET /readyz` and `GET /metrics`: whether the twin works, and how hard.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use gis_data::pack::{GroundLayer, LayerInfo};
use serde::Serialize;
use twin_core::{AssetKind, Channel, Timestamp, Twin};

use super::problem::Problem;
use super::state::ApiState;
use crate::engine::TwinClock;

/// What a ready twin says of itself.
#[derive(Debug, Serialize)]
pub(super) struct Readiness {
    ready: bool,
    role: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fan_out: Option<FanOutState>,
    seq: u64,
    clock: ClockState,
    pack: PackState,
    counts: BTreeMap<&'static str, usize>,
}

/// The other way for commits between nodes than the database.
#[derive(Debug, Serialize)]
struct FanOutState {
    way: &'static str,
    connected: bool,
}

#[derive(Debug, Serialize)]
struct ClockState {
    kind: &'static str,
    rate: f64,
    now: Timestamp,
    offset_s: f64,
}

#[derive(Debug, Serialize)]
struct PackState {
    name: String,
    title: String,
    preset: Option<String>,
    synthetic: bool,
    simulated_sensors: bool,
    notice: BTreeMap<String, String>,
    layers: Vec<LayerState>,
}

#[derive(Debug, Serialize)]
struct LayerState {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<usize>,
    #[serde(flatten)]
    info: LayerInfo,
}

/// `GET /readyz`: 200 with the state of the twin, 503 where its journal cannot be written.
pub(super) async fn readyz(State(state): State<ApiState>) -> Result<impl IntoResponse, Problem> {
    if !state.engine.is_healthy() {
        return Err(Problem::new(axum::http::StatusCode::SERVICE_UNAVAILABLE)
            .because("the journal cannot be written at the moment; reading still works"));
    }
    let twin = state.engine.twin();
    let ready = Readiness {
        ready: true,
        role: state.engine.role().name(),
        fan_out: state.engine.carrier().map(|carrier| FanOutState {
            way: carrier.name(),
            connected: carrier.is_connected(),
        }),
        seq: twin.seq(Channel::Public),
        clock: clock_state(state.engine.clock()),
        pack: pack_state(&state, &twin),
        counts: counts(&twin),
    };
    Ok(([(CACHE_CONTROL, "no-store")], Json(ready)))
}

fn clock_state(clock: &TwinClock) -> ClockState {
    ClockState {
        kind: clock.kind().name(),
        rate: clock.rate(),
        now: clock.now(),
        offset_s: clock.offset_s(),
    }
}

fn counts(twin: &Twin) -> BTreeMap<&'static str, usize> {
    AssetKind::ALL
        .iter()
        .map(|info| (info.name, twin.inventory().count(info.kind)))
        .collect()
}

fn pack_state(state: &ApiState, twin: &Twin) -> PackState {
    let manifest = state.territory.manifest();
    let layers = manifest.layers.iter().map(|(name, info)| LayerState {
        name: name.clone(),
        count: layer_count(state, twin, name),
        info: info.clone(),
    });
    PackState {
        name: manifest.name.clone(),
        title: manifest.title.clone(),
        preset: manifest.preset.clone(),
        synthetic: manifest.is_synthetic(),
        simulated_sensors: manifest.simulated_sensors,
        notice: manifest.notice.clone(),
        layers: layers.collect(),
    }
}

/// How much a layer of the pack holds: assets and communes of the twin, or
/// objects on the ground.
fn layer_count(state: &ApiState, twin: &Twin, name: &str) -> Option<usize> {
    let inventory = twin.inventory();
    let kind = AssetKind::ALL.iter().find(|info| info.layer == name);
    let ground = GroundLayer::ALL.into_iter().find(|it| it.name() == name);
    match (kind, ground) {
        (Some(info), _) => Some(inventory.count(info.kind)),
        (None, Some(layer)) => Some(state.territory.count(layer)),
        (None, None) => (name == "communes").then(|| inventory.communes().len()),
    }
}

/// `GET /metrics`: the counters of this process, in the text format of Prometheus.
pub(super) async fn metrics(State(state): State<ApiState>) -> impl IntoResponse {
    let twin = state.engine.twin();
    for info in AssetKind::ALL {
        metrics::gauge!("twin_assets", "kind" => info.name)
            .set(twin.inventory().count(info.kind) as f64);
    }
    metrics::gauge!("twin_seq").set(twin.seq(Channel::Public) as f64);
    let headers = [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (headers, state.metrics.render())
}
