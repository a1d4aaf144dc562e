//! The pack that the first version wrote opens for ever.

use std::path::Path;

use gis_data::pack;

use crate::samples;

/// Write it again only for a new version of the format, into a folder of that version's own.
#[test]
fn the_pack_of_version_1_reads_as_what_was_written_then() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pack-v1");
    assert_eq!(pack::read(&dir).unwrap(), samples::pack());
    let restricted = dir.join("cameras_restricted.fgb");
    assert!(
        restricted.is_file(),
        "the fixture must show the restricted columns too"
    );
}
