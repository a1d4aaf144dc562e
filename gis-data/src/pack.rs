//! The pack: a folder with a manifest and one FlatGeobuf file a layer, and the same in memory.

mod cell;
mod codec;
mod fgb;
mod fingerprint;
mod folder;
mod manifest;
mod record;
mod schema;
mod shape;

use twin_core::{Layers, LonLat};

pub use self::fingerprint::{Fingerprint, fingerprint};
pub use self::folder::{IfPresent, check_place, read, write};
pub use self::manifest::{LayerInfo, Manifest, read as read_manifest};

/// A territory in memory: what it has, and where that comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Pack {
    /// Name, reference system and provenance.
    pub manifest: Manifest,
    /// Communes and assets.
    pub layers: Layers,
    /// What is only drawn: roads and water.
    pub lines: Vec<MapLine>,
}

/// A road or a river as it is drawn on a map.
#[derive(Clone, Debug, PartialEq)]
pub struct MapLine {
    /// The layer it is drawn in.
    pub layer: LineLayer,
    /// Its class in OpenStreetMap's words: `motorway`, `primary`, `residential`, `river`, `stream`, …
    pub class: Box<str>,
    /// Its name.
    pub name: Option<Box<str>>,
    /// Its course, two points at least.
    pub path: Vec<LonLat>,
}

/// Which drawn layer a [`MapLine`] belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LineLayer {
    /// Roads and paths.
    Roads,
    /// Rivers, brooks and canals.
    Water,
}

impl LineLayer {
    /// Every drawn layer, in order.
    pub const ALL: [Self; 2] = [Self::Roads, Self::Water];

    /// The layer's name in the pack and in URLs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Roads => "roads",
            Self::Water => "water",
        }
    }
}
