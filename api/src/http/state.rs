//! What every handler may use.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::FromRef;
use gis_data::export::terrain;
use gis_data::export::tiles::{GroundTiles, TileId};
use gis_data::pack::{GroundLayer, Manifest};
use metrics_exporter_prometheus::PrometheusHandle;
use twin_core::{AssetKind, Ground, Terrain};

use super::addresses::ServedAddresses;
use super::forecast::ServedForecasts;
use super::geojson;
use super::live::Listeners;
use super::plans::ServedPlans;
use super::roads::ServedRoads;
use super::simulations::ServedSimulations;
use crate::alarms::{AlarmRules, Carriers};
use crate::config::OperatorToken;
use crate::engine::{Engine, Past};
use crate::ingest::Codecs;

/// What every handler may use. Cloning it is cheap; nothing in it can be locked by a handler.
#[derive(Clone, Debug)]
pub struct ApiState {
    /// The running twin.
    pub engine: Engine,
    /// The twin as it was.
    pub past: Past,
    /// What does not change while it runs.
    pub territory: Arc<Territory>,
    /// Its addresses, to be found.
    pub addresses: ServedAddresses,
    /// Levels to come.
    pub forecasts: ServedForecasts,
    /// Its roads, to be searched.
    pub roads: ServedRoads,
    /// Its days, to be planned.
    pub plans: ServedPlans,
    /// Scenarios, to be followed.
    pub simulations: ServedSimulations,
    /// What frames are read with.
    pub codecs: Codecs,
    /// When an alarm is raised, and how pressing it is.
    pub(crate) alarm_rules: Arc<AlarmRules>,
    /// How those do who are told of them.
    pub(crate) carriers: Carriers,
    /// Room for those who listen.
    pub listeners: Listeners,
    /// Who may write.
    pub writers: Writers,
    /// The counters of this process.
    pub metrics: PrometheusHandle,
}

impl ApiState {
    /// Whether anything measures levels.
    pub(super) fn has_sensors(&self) -> bool {
        self.engine.twin().inventory().count(AssetKind::Sensor) > 0
    }
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
    drawn: [Bytes; Territory::DRAWN.len()],
    tiles: GroundTiles,
    terrain: Option<Terrain>,
    counts: [usize; GroundLayer::ALL.len()],
}

impl Territory {
    /// The layers that are drawn as lines.
    pub const DRAWN: [GroundLayer; 2] = [GroundLayer::Roads, GroundLayer::Water];

    /// Encodes what is drawn whole, once, and indexes what is drawn in tiles.
    pub fn new(manifest: Manifest, ground: Ground) -> Self {
        Self {
            manifest,
            drawn: [
                geojson::roads(&ground.roads).into(),
                geojson::waterways(&ground.waterways).into(),
            ],
            tiles: GroundTiles::new(&ground),
            counts: GroundLayer::ALL.map(|layer| layer.count(&ground)),
            terrain: ground.terrain,
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

    /// How many objects a layer of the ground has.
    pub fn count(&self, layer: GroundLayer) -> usize {
        self.counts[layer as usize]
    }

    /// The ground, to be cut into tiles.
    pub const fn tiles(&self) -> &GroundTiles {
        &self.tiles
    }

    /// A tile of the terrain as PNG; `None` where there is none.
    ///
    /// # Errors
    /// When the picture cannot be encoded.
    pub fn terrain_tile(&self, id: TileId) -> std::io::Result<Option<Vec<u8>>> {
        match &self.terrain {
            Some(terrain) => terrain::tile(terrain, id),
            None => Ok(None),
        }
    }

    /// A layer of [`Territory::DRAWN`] as GeoJSON.
    pub fn drawn(&self, name: &str) -> Option<Bytes> {
        let ix = Self::DRAWN.iter().position(|layer| layer.name() == name)?;
        Some(self.drawn[ix].clone())
    }
}
