//! What every handler may use.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::FromRef;
use gis_data::pack::{LineLayer, Manifest, MapLine};
use metrics_exporter_prometheus::PrometheusHandle;
use twin_core::AssetKind;

use super::geojson;
use crate::config::OperatorToken;
use crate::engine::Engine;

/// What every handler may use. Cloning it is cheap; nothing in it can be locked by a handler.
#[derive(Clone, Debug)]
pub struct ApiState {
    /// The running twin.
    pub engine: Engine,
    /// What does not change while it runs.
    pub territory: Arc<Territory>,
    /// Who may write.
    pub writers: Writers,
    /// The counters of this process.
    pub metrics: PrometheusHandle,
}

impl FromRef<ApiState> for Engine {
    fn from_ref(state: &ApiState) -> Self {
        state.engine.clone()
    }
}

impl FromRef<ApiState> for Writers {
    fn from_ref(state: &ApiState) -> Self {
        state.writers.clone()
    }
}

/// What a write must present; `None` refuses every write.
#[derive(Clone, Debug)]
pub struct Writers(pub Option<Arc<OperatorToken>>);

/// The pack, as far as clients see it.
#[derive(Debug)]
pub struct Territory {
    manifest: Manifest,
    drawn: [Bytes; LineLayer::ALL.len()],
    drawn_counts: [usize; LineLayer::ALL.len()],
}

impl Territory {
    /// Encodes what is only drawn, once.
    pub fn new(manifest: Manifest, lines: &[MapLine]) -> Self {
        let drawn = LineLayer::ALL
            .map(|layer| geojson::lines(lines.iter().filter(|line| line.layer == layer)).into());
        let drawn_counts =
            LineLayer::ALL.map(|layer| lines.iter().filter(|line| line.layer == layer).count());
        Self {
            manifest,
            drawn,
            drawn_counts,
        }
    }

    /// What the pack says of itself.
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Whether the assets of a kind are synthetic.
    pub fn is_synthetic(&self, kind: AssetKind) -> bool {
        self.is_layer_synthetic(kind.info().layer)
    }

    /// Whether a layer is synthetic.
    pub fn is_layer_synthetic(&self, layer: &str) -> bool {
        self.manifest
            .layers
            .get(layer)
            .is_some_and(|info| info.synthetic)
    }

    /// How many lines a drawn layer has.
    pub fn drawn_count(&self, layer: LineLayer) -> usize {
        self.drawn_counts[layer as usize]
    }

    /// A drawn layer as GeoJSON.
    pub fn drawn(&self, layer: LineLayer) -> Bytes {
        self.drawn[layer as usize].clone()
    }
}
