//! The pack: a folder with a manifest and one FlatGeobuf file a layer, and the same in memory.

mod cell;
mod codec;
mod diff;
mod fgb;
mod fingerprint;
mod folder;
mod ground;
mod manifest;
mod record;
pub mod road_file;
mod schema;
mod shape;
mod terrain;

use twin_core::{Ground, Layers};

pub use self::diff::{
    Change, Changes, ComparedBy, Example, FieldChange, LayerDiff, PackDiff, changes, diff,
};
pub(crate) use self::fgb::{PointTable, read_points};
pub use self::fingerprint::{Fingerprint, fingerprint};
pub(crate) use self::folder::file_names;
pub use self::folder::{
    IfPresent, Survey, check_place, read, read_mapped_traffic, read_traffic, survey, write,
};
pub use self::ground::GroundLayer;
pub use self::manifest::{LayerInfo, Manifest, read as read_manifest};

/// A territory in memory: what it has, and where that comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Pack {
    /// Name, reference system and provenance.
    pub manifest: Manifest,
    /// Communes and assets.
    pub layers: Layers,
    /// What lies on the ground besides.
    pub ground: Ground,
}
