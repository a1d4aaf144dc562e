//! The open registers of France become layers of a pack: in the layouts in which they are
//! published, as real excerpts have them, and hostile ones without a panic.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "the helpers of the tests are tests too, and a skipped one says so"
)]

mod addresses;
mod health;
mod hostile;
mod points;
mod premises;
mod replacing;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use geo_types::{LineString, MultiPolygon, Polygon};
use gis_data::GisResult;
use gis_data::import::Report;
use gis_data::import::registers::{Registers, add_to};
use gis_data::pack::{Manifest, Pack};
use tempfile::TempDir;
use twin_core::{Commune, Ground, Layers, LonLat};

/// Files that live as long as the test.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn add(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

/// A pack of nothing but communes.
fn pack(communes: Vec<Commune>) -> Pack {
    Pack {
        manifest: Manifest {
            version: Manifest::VERSION,
            name: "ours".to_owned(),
            title: "Ours".to_owned(),
            crs: "EPSG:2154".to_owned(),
            preset: None,
            notice: BTreeMap::new(),
            simulated_sensors: false,
            layers: BTreeMap::new(),
        },
        layers: Layers {
            communes,
            ..Layers::default()
        },
        ground: Ground::default(),
    }
}

/// A commune that is a tenth of a degree wide, around a place.
fn commune(code: &str, [lon, lat]: [f64; 2]) -> Commune {
    let (west, south, east, north) = (lon - 0.05, lat - 0.05, lon + 0.05, lat + 0.05);
    let ring = vec![
        (west, south),
        (east, south),
        (east, north),
        (west, north),
        (west, south),
    ];
    Commune {
        code: code.into(),
        name: code.into(),
        population: None,
        area: None,
        center: LonLat::new(lon, lat).unwrap(),
        fibre_zone: None,
        member_from: None,
        member_until: None,
        outline: MultiPolygon::new(vec![Polygon::new(LineString::from(ring), Vec::new())]),
    }
}

/// Around the castle of Montbéliard.
const MONTBELIARD: [f64; 2] = [6.7979, 47.5103];

fn montbeliard() -> Vec<Commune> {
    vec![commune("25388", MONTBELIARD)]
}

/// What registers make of a pack.
struct Outcome {
    pack: Pack,
    notes: Vec<String>,
    report: Report,
}

impl Outcome {
    /// Every warning on a line, without its file.
    fn told(&self) -> Vec<String> {
        let warnings = self.report.warnings();
        warnings
            .map(|it| format!("{} {}: {}", it.code, it.object, it.message))
            .collect()
    }

    fn places<T>(assets: &[twin_core::Asset<T>]) -> Vec<[f64; 2]> {
        assets.iter().map(|it| it.place.into()).collect()
    }

    fn keys<T>(assets: &[twin_core::Asset<T>]) -> Vec<&str> {
        assets.iter().map(|it| &*it.key).collect()
    }
}

fn try_import(mut pack: Pack, registers: &Registers) -> (GisResult<Vec<String>>, Pack, Report) {
    let mut report = Report::default();
    let notes = add_to(&mut pack, registers, &mut report);
    (notes, pack, report)
}

fn import(pack: Pack, registers: &Registers) -> Outcome {
    let (notes, pack, report) = try_import(pack, registers);
    let notes = notes.unwrap();
    Outcome {
        pack,
        notes,
        report,
    }
}

/// A shared file; `None`, said aloud, where it is absent and need not be there.
fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/data")
        .join(name);
    if path.exists() {
        return Some(path);
    }
    let is_required = std::env::var("TWIN_REQUIRE_SHARED").is_ok_and(|value| value == "1");
    assert!(!is_required, "{} is required and absent", path.display());
    eprintln!("SKIPPED: {} is absent", path.display());
    None
}

/// Text as older files have it.
fn latin_1(text: &str) -> Vec<u8> {
    text.chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect()
}
