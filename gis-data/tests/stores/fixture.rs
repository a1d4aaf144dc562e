//! What each format version wrote is read by this version, whichever that is.

use std::path::Path;

use gis_data::stores::{Journal as _, SqliteJournal};
use tempfile::TempDir;
use twin_core::{Change, Effect, Quality, Snapshot, Twin};

use crate::journal::{all, replayed};
use crate::samples::{at, batch, changes, story, twin_after};

/// What was told of a story before levels were judged.
fn unjudged(mut changes: Vec<Change>) -> Vec<Change> {
    for change in &mut changes {
        if let Effect::ContainerMeasured { quality, .. } = &mut change.effect {
            *quality = Quality::Good;
        }
    }
    changes
}

/// What was kept of a twin before anything was learned of its levels.
fn unlearned(twin: &Twin) -> Snapshot {
    Snapshot {
        tracks: Vec::new(),
        ..twin.to_snapshot()
    }
}

#[rstest::rstest]
#[case::before_frames_were_set_aside("journal-v1.sqlite", &[], false)]
#[case::with_frames_set_aside("journal-v2.sqlite", &[7], false)]
#[case::with_levels_judged("journal-v3.sqlite", &[7], true)]
fn a_journal_of_an_earlier_format_is_read_and_goes_on(
    #[case] name: &str,
    #[case] set_aside: &[u32],
    #[case] is_judged: bool,
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
    let told = changes(&entries[..45]);
    let kept = |twin: Twin| {
        if is_judged {
            twin.to_snapshot()
        } else {
            unlearned(&twin)
        }
    };
    let told = if is_judged { told } else { unjudged(told) };
    assert_eq!(all(reader.as_ref()), told);
    assert_eq!(
        reader.snapshot().unwrap().unwrap(),
        kept(twin_after(&entries[..30]))
    );
    assert_eq!(
        kept(replayed(reader.as_ref())),
        kept(twin_after(&entries[..45]))
    );
    assert_eq!(reader.meta("clock").unwrap().as_deref(), Some("simulated"));
    let checkpoint = reader.checkpoint("virtual-network").unwrap().unwrap();
    assert_eq!(
        (checkpoint.at, checkpoint.body.as_slice()),
        (at(45), &b"{}"[..])
    );
    let aside = reader.set_aside(None, 0, 10).unwrap();
    let counters = aside.iter().map(|(_no, frame)| frame.uplink.f_cnt);
    assert!(counters.eq(set_aside.iter().copied()));
    journal.append(&batch(&entries[45..])).unwrap();
    assert_eq!(kept(replayed(reader.as_ref())), kept(twin_after(&entries)));
}
