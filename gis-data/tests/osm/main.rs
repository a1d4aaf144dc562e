//! OpenStreetMap extracts become packs: real ones as an independent reader counts them, and
//! hostile ones without a panic.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "the helpers of the tests are tests too, and a skipped one says so"
)]

mod ground;
mod hostile;
mod pbf;
mod random;
mod real;
mod virtual_layers;
mod within;

use std::path::Path;

use gis_data::GisResult;
use gis_data::import::Report;
use gis_data::import::osm::{self, OsmOptions};
use gis_data::pack::Pack;

/// Imports bytes as if they were a file.
fn import(bytes: &[u8]) -> (GisResult<Pack>, Report) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.osm.pbf");
    std::fs::write(&path, bytes).unwrap();
    import_file(&path)
}

fn import_file(path: &Path) -> (GisResult<Pack>, Report) {
    let mut report = Report::default();
    let pack = osm::read(path, &OsmOptions::default(), &mut report);
    (pack, report)
}

/// A shared file; `None`, said aloud, where it is absent and need not be there.
fn shared(name: &str) -> Option<std::path::PathBuf> {
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
