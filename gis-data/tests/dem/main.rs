//! Files of heights become a terrain: real tiles and those that GDAL wrote, height by height as
//! GDAL reads them, and hostile ones without a panic.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the heights and posts of the tests are small"
)]
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "the helpers of the tests are tests too, and a skipped one says so"
)]

mod formats;
mod gdal;
mod hostile;
mod joined;
mod real;

use std::fs;
use std::path::{Path, PathBuf};

use gis_data::GisResult;
use gis_data::import::dem::{self, Dem};
use gis_data::import::{Report, WarningCode};
use tempfile::TempDir;
use twin_core::LonLatBox;

/// Posts along a side of a tile of three seconds of arc.
const SIDE: usize = 1201;

/// Reads files, within an extent if there is one.
fn read(files: &[PathBuf], extent: Option<LonLatBox>) -> (GisResult<Dem>, Report) {
    let mut report = Report::default();
    let dem = dem::read(files, extent, &mut report);
    (dem, report)
}

/// Reads files of which nothing but voids may be told.
fn read_well(files: &[PathBuf], extent: Option<LonLatBox>) -> Dem {
    let (dem, report) = read(files, extent);
    let told: Vec<_> = report.warnings().map(ToString::to_string).collect();
    let only_voids = report
        .counts()
        .all(|(code, _)| code == WarningCode::HeightsFilled);
    assert!(only_voids, "{told:?}");
    dem.unwrap()
}

fn count_filled(dem: &Dem) -> usize {
    dem.terrain.is_filled().iter().filter(|it| **it).count()
}

/// A folder with a tile whose heights are those of `height`, by column and row.
fn tile(name: &str, height: impl Fn(usize, usize) -> i16) -> (TempDir, PathBuf) {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join(name);
    fs::write(&path, tile_bytes(height)).unwrap();
    (home, path)
}

fn tile_bytes(height: impl Fn(usize, usize) -> i16) -> Vec<u8> {
    let posts = (0..SIDE).flat_map(|row| (0..SIDE).map(move |column| (column, row)));
    posts
        .flat_map(|(column, row)| height(column, row).to_be_bytes())
        .collect()
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
