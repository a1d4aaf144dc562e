//! `pack.toml`: what a pack is called, how it lies in the plane, and where each layer comes from.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::folder::io_error;
use crate::error::{GisError, GisResult};

/// The manifest's file in a pack.
pub(super) const FILE: &str = "pack.toml";

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

/// Where the manifest of the pack in `dir` is.
pub(super) fn path(dir: &Path) -> PathBuf {
    dir.join(FILE)
}

/// Reads the manifest of the pack in `dir`, without its layers.
pub fn read(dir: &Path) -> GisResult<Manifest> {
    /// What every version has.
    #[derive(Deserialize)]
    struct Versioned {
        version: i64,
    }

    let path = path(dir);
    let text = fs::read_to_string(&path).map_err(io_error("read", &path))?;
    let refused = |error: toml::de::Error| GisError::InvalidManifest {
        path: path.clone(),
        line: line_of(&text, &error),
        reason: error.message().into(),
    };
    let Versioned { version } = toml::from_str(&text).map_err(refused)?;
    check_version(version, &path)?;
    toml::from_str(&text).map_err(refused)
}

/// Writes the manifest of the pack in `dir`, which people know as `shown`.
pub(super) fn write(dir: &Path, shown: &Path, manifest: &Manifest) -> GisResult<()> {
    let shown = path(shown);
    check_version(i64::from(manifest.version), &shown)?;
    let text = toml::to_string(manifest).map_err(std::io::Error::other);
    let text = text.map_err(io_error("write", &shown))?;
    File::create_new(path(dir))
        .and_then(|mut file| {
            file.write_all(text.as_bytes())
                .and_then(|()| file.sync_all())
        })
        .map_err(io_error("write", &shown))
}

fn check_version(version: i64, path: &Path) -> GisResult<()> {
    if version == i64::from(Manifest::VERSION) {
        return Ok(());
    }
    Err(GisError::PackVersion {
        path: path.into(),
        version,
        known: Manifest::VERSION,
    })
}

/// The line that an error is about, from 1; the last one where it does not tell.
fn line_of(text: &str, error: &toml::de::Error) -> usize {
    let before = error
        .span()
        .and_then(|span| text.get(..span.start))
        .unwrap_or(text);
    before.matches('\n').count() + 1
}
