//! `pack.toml`: what a pack is called, how it lies in the plane, and where each layer comes from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The content of `pack.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of the pack format; [`Manifest::VERSION`] for what this code writes.
    pub version: u32,
    /// Short name, fit for a file name, for example `pma`.
    pub name: String,
    /// Name for people, for example `Pays de Montbéliard Agglomération`.
    pub title: String,
    /// Planar reference system of index and drawing, for example `EPSG:2154`.
    pub crs: String,
    /// The preset it was generated from; absent for imported packs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset: Option<String>,
    /// What people must know before they use it, in French and English by language code.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub notice: BTreeMap<String, String>,
    /// Whether the readings of its sensors are simulated.
    #[serde(default)]
    pub simulated_sensors: bool,
    /// Provenance of each layer, by the layer's name.
    pub layers: BTreeMap<String, LayerInfo>,
}

impl Manifest {
    /// Version of the pack format that this code writes.
    pub const VERSION: u32 = 1;

    /// Whether any layer is synthetic.
    pub fn is_synthetic(&self) -> bool {
        self.layers.values().any(|layer| layer.synthetic)
    }
}

/// Where one layer comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerInfo {
    /// Who made the data, or by which method it was generated.
    pub source: String,
    /// Under which licence it may be used.
    pub licence: String,
    /// Of which date it is.
    pub vintage: String,
    /// Whether it was generated and does not describe real things.
    pub synthetic: bool,
}
