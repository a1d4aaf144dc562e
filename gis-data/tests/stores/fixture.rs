//! What each format version wrote is read by this version, whichever that is.

use std::path::Path;

use gis_data::stores::{Journal as _, SqliteJournal};
use tempfile::TempDir;

use crate::journal::{all, replayed};
use crate::samples::{at, batch, changes, story, twin_after};

#[rstest::rstest]
#[case::before_frames_were_set_aside("journal-v1.sqlite", &[])]
#[case::with_frames_set_aside("journal-v2.sqlite", &[7])]
fn a_journal_of_an_earlier_format_is_read_and_goes_on(
    #[case] name: &str,
    #[case] set_aside: &[u32],
) {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name);
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("journal.sqlite");
    std::fs::copy(fixture, &path).unwrap();
    let mut journal = SqliteJournal::open(&path).unwrap();
    let reader = journal.reader().unwrap();
    let entries = story(60);
    assert_eq!(all(reader.as_ref()), changes(&entries[..45]));
    assert_eq!(
        reader.snapshot().unwrap().unwrap(),
        twin_after(&entries[..30]).to_snapshot()
    );
    assert_eq!(replayed(reader.as_ref()), twin_after(&entries[..45]));
    assert_eq!(reader.meta("clock").unwrap().as_deref(), Some("simulated"));
    let kept = reader.checkpoint("virtual-network").unwrap().unwrap();
    assert_eq!((kept.at, kept.body.as_slice()), (at(45), &b"{}"[..]));
    let aside = reader.set_aside(None, 0, 10).unwrap();
    let counters = aside.iter().map(|(_no, frame)| frame.uplink.f_cnt);
    assert!(counters.eq(set_aside.iter().copied()));
    journal.append(&batch(&entries[45..])).unwrap();
    assert_eq!(replayed(reader.as_ref()), twin_after(&entries));
}
