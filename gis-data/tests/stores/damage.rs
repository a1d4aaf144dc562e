//! Damage of every kind is told, with the last number before it, and never makes anything panic.

use std::path::{Path, PathBuf};

use gis_data::stores::{
    Batch, Checkpoint, Entry, Journal as _, SqliteJournal, SqliteReader, StoreError, recover,
    verify,
};
use rstest::rstest;
use rusqlite::Connection;
use tempfile::TempDir;
use twin_core::Channel;

use crate::journal::{all, replayed};
use crate::samples::{at, batch, changes, of, story, twin_after};

/// A closed journal of these entries with a snapshot, a fact and a source's state.
pub(crate) fn written(folder: &Path, entries: &[Entry]) -> PathBuf {
    let path = folder.join("journal.sqlite");
    let mut journal = SqliteJournal::open(&path).unwrap();
    journal.set_meta("clock", "wall").unwrap();
    let kept = Checkpoint {
        name: "network".to_owned(),
        at: at(3),
        body: b"some state".to_vec(),
    };
    journal
        .append(&Batch {
            entries: entries.to_vec(),
            checkpoints: vec![kept],
            ..Batch::default()
        })
        .unwrap();
    path
}

/// The files of a journal that is still open, as a SIGKILL would leave them.
fn killed(folder: &Path, batches: &[&[Entry]]) -> PathBuf {
    let open = folder.join("open.sqlite");
    let mut journal = SqliteJournal::open(&open).unwrap();
    for entries in batches {
        journal.append(&batch(entries)).unwrap();
    }
    let path = folder.join("journal.sqlite");
    std::fs::copy(&open, &path).unwrap();
    std::fs::copy(beside(&open, "-wal"), beside(&path, "-wal")).unwrap();
    path
}

pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Changes the journal behind its back.
pub(crate) fn tamper(path: &Path, sql: &str) {
    let raw = Connection::open(path).unwrap();
    raw.execute_batch(sql).unwrap();
    assert!(raw.changes() > 0, "{sql} changed nothing");
}

#[rstest]
#[case::text_of_a_change(
    "UPDATE changes SET body = body || ' ' WHERE channel = 0 AND seq = 17",
    "change 17 does not match its checksum",
    16
)]
#[case::time_of_a_change(
    "UPDATE changes SET at = at + 1 WHERE channel = 0 AND seq = 17",
    "change 17 does",
    16
)]
#[case::input_of_a_change(
    "UPDATE changes SET input = 3 WHERE channel = 0 AND seq = 30",
    "change 30 does",
    29
)]
#[case::asset_of_a_change(
    "UPDATE changes SET asset = asset + 1 WHERE channel = 0 AND seq = 2",
    "change 2 does",
    1
)]
#[case::text_that_is_a_number(
    "UPDATE changes SET body = 5 WHERE channel = 0 AND seq = 4",
    "change 4 does",
    3
)]
#[case::text_that_is_none(
    "UPDATE changes SET body = x'ff00fe' WHERE channel = 0 AND seq = 4",
    "body",
    3
)]
#[case::a_missing_change(
    "DELETE FROM changes WHERE channel = 0 AND seq = 23",
    "change 23 is missing",
    22
)]
#[case::a_missing_first(
    "DELETE FROM changes WHERE channel = 0 AND seq = 1",
    "change 1 is missing",
    0
)]
#[case::a_missing_end(
    "DELETE FROM changes WHERE channel = 0 AND seq > 40",
    "change 41 is missing",
    40
)]
#[case::no_change_left("DELETE FROM changes WHERE channel = 0", "change 1 is missing", 0)]
#[case::a_swapped_pair(
    "UPDATE changes SET seq = 99999 WHERE channel = 0 AND seq = 10;
     UPDATE changes SET seq = 10 WHERE channel = 0 AND seq = 11;
     UPDATE changes SET seq = 11 WHERE channel = 0 AND seq = 99999",
    "change 10 does not match its checksum",
    9
)]
#[case::no_table("DELETE FROM assets; DROP TABLE changes", "no such table", 0)]
fn a_damaged_change_is_told_with_the_last_intact_one(
    #[case] sql: &str,
    #[case] told: &str,
    #[case] intact: u64,
) {
    let folder = TempDir::new().unwrap();
    let path = written(folder.path(), &story(60));
    verify(&path).unwrap();
    tamper(&path, sql);
    let before = std::fs::read(&path).unwrap();
    let refused = SqliteJournal::open(&path).unwrap_err();
    let StoreError::Damaged {
        problem,
        last_intact,
        ..
    } = &refused
    else {
        panic!("{refused:?}");
    };
    assert!(problem.contains(told), "{problem}");
    assert_eq!(*last_intact, intact);
    assert!(refused.to_string().contains("twin doctor"), "{refused}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[rstest]
#[case::text_of_an_input("UPDATE inputs SET body = body || ' ' WHERE no = 9", "input 9")]
#[case::a_missing_input("DELETE FROM inputs WHERE no = 9", "input 9 is missing")]
#[case::a_missing_last_input("DELETE FROM inputs WHERE no = 60", "input 60 is missing")]
#[case::a_restricted_change(
    "DELETE FROM changes WHERE channel = 1 AND seq = 1",
    "change 1 is missing"
)]
#[case::a_restricted_end(
    "DELETE FROM changes WHERE channel = 1 AND seq >= 2",
    "change 2 is missing"
)]
#[case::the_note_of_the_end("UPDATE head SET public_seq = public_seq - 1", "note of its end")]
#[case::no_note_of_the_end("DELETE FROM head", "no rows")]
#[case::a_fact("UPDATE meta SET value = 'simulated'", "a fact about the journal")]
#[case::the_state_of_a_source("UPDATE checkpoints SET body = x'00'", "kept state of network")]
fn damage_beside_the_public_changes_is_told_too(#[case] sql: &str, #[case] told: &str) {
    let folder = TempDir::new().unwrap();
    let entries = story(60);
    let path = written(folder.path(), &entries);
    tamper(&path, sql);
    let refused = verify(&path).unwrap_err();
    let StoreError::Damaged {
        problem,
        last_intact,
        ..
    } = &refused
    else {
        panic!("{refused:?}");
    };
    assert!(problem.contains(told), "{problem}");
    assert_eq!(*last_intact, of(Channel::Public, &entries).len() as u64);
}

/// Whether `bytes` at `path` either read as what was written, or are refused as damaged; and
/// whether what can be saved of them is a true beginning.
fn is_whole_or_told(path: &Path, entries: &[Entry]) -> bool {
    let public = of(Channel::Public, entries);
    let last_intact = match verify(path) {
        Ok(_extent) => {
            let reader = SqliteReader::open(path).unwrap();
            assert!(all(&reader) == changes(entries));
            assert_eq!(replayed(&reader), twin_after(entries));
            public.len() as u64
        }
        Err(StoreError::Damaged { last_intact, .. }) => last_intact,
        Err(StoreError::TooNew { .. }) => return false,
        Err(error) => panic!("{error:?}"),
    };
    assert!(last_intact <= public.len() as u64);
    let saved = path.with_extension("saved");
    if let Ok(recovered) = recover(path, &saved) {
        assert!(recovered.public_seq <= public.len() as u64);
        let journal = SqliteJournal::open(&saved).unwrap();
        let told = all(journal.reader().unwrap().as_ref());
        assert!(told == changes(entries)[..told.len()]);
        let count = usize::try_from(recovered.public_seq + recovered.restricted_seq).unwrap();
        assert_eq!(told.len(), count);
        std::fs::remove_file(&saved).unwrap();
    }
    last_intact == public.len() as u64
}

#[test]
fn flipped_bytes_anywhere_in_the_file_either_read_or_are_told() {
    let folder = TempDir::new().unwrap();
    let entries = story(150);
    let path = written(folder.path(), &entries);
    let intact = std::fs::read(&path).unwrap();
    let mut told = 0;
    let offsets = (0..100).chain((100..intact.len()).step_by(389));
    for (offset, flip) in offsets.zip([0xff, 0x01, 0x80].into_iter().cycle()) {
        let mut bytes = intact.clone();
        bytes[offset] ^= flip;
        std::fs::write(&path, &bytes).unwrap();
        told += usize::from(!is_whole_or_told(&path, &entries));
        assert_eq!(std::fs::read(&path).unwrap(), bytes, "offset {offset}");
    }
    assert!(told > 50, "{told}");
}

#[test]
fn a_page_of_zeros_anywhere_either_reads_or_is_told() {
    let folder = TempDir::new().unwrap();
    let entries = story(100);
    let path = written(folder.path(), &entries);
    let intact = std::fs::read(&path).unwrap();
    for page in (0..intact.len()).step_by(4096) {
        let mut bytes = intact.clone();
        bytes[page..page + 4096].fill(0);
        std::fs::write(&path, &bytes).unwrap();
        is_whole_or_told(&path, &entries);
    }
}

#[test]
fn a_file_cut_short_is_told() {
    let folder = TempDir::new().unwrap();
    let entries = story(100);
    let path = written(folder.path(), &entries);
    let intact = std::fs::read(&path).unwrap();
    for length in (1..intact.len()).step_by(1_777) {
        std::fs::write(&path, &intact[..length]).unwrap();
        let told = verify(&path);
        assert!(
            matches!(told, Err(StoreError::Damaged { .. })),
            "{length}: {told:?}"
        );
        is_whole_or_told(&path, &entries);
    }
}

/// Ten batches of six entries, and the number of entries after each.
fn ten_batches(entries: &[Entry]) -> Vec<&[Entry]> {
    entries.chunks(6).collect()
}

/// Opens copies of a killed journal's files; how many entries they tell, if they do.
fn entries_told(path: &Path, entries: &[Entry]) -> Result<usize, StoreError> {
    drop(SqliteJournal::open(path)?);
    let told = all(&SqliteReader::open(path)?);
    let whole = (0..=entries.len()).find(|end| changes(&entries[..*end]) == told);
    Ok(whole.unwrap())
}

#[test]
fn a_log_cut_short_anywhere_leaves_whole_batches() {
    let folder = TempDir::new().unwrap();
    let entries = story(60);
    let path = killed(folder.path(), &ten_batches(&entries));
    let log = std::fs::read(beside(&path, "-wal")).unwrap();
    let main = std::fs::read(&path).unwrap();
    let copy = folder.path().join("copy.sqlite");
    let mut seen = std::collections::BTreeSet::new();
    for length in (0..=log.len()).rev().step_by(2_999).chain([0]) {
        std::fs::write(&copy, &main).unwrap();
        std::fs::write(beside(&copy, "-wal"), &log[..length]).unwrap();
        let told = entries_told(&copy, &entries);
        seen.insert(told.unwrap());
    }
    assert!(seen.iter().all(|count| count % 6 == 0), "{seen:?}");
    assert_eq!((seen.first(), seen.last()), (Some(&0), Some(&60)));
    assert!(seen.len() > 5, "{seen:?}");
}

#[test]
fn a_log_with_a_flipped_byte_is_told_unless_it_may_be_a_torn_end() {
    let folder = TempDir::new().unwrap();
    let entries = story(60);
    let path = killed(folder.path(), &ten_batches(&entries));
    let log = std::fs::read(beside(&path, "-wal")).unwrap();
    let main = std::fs::read(&path).unwrap();
    let copy = folder.path().join("copy.sqlite");
    let (mut told, mut read) = (0, 0);
    for offset in (0..log.len()).step_by(1_013) {
        let mut bytes = log.clone();
        bytes[offset] ^= 0x40;
        std::fs::write(&copy, &main).unwrap();
        std::fs::write(beside(&copy, "-wal"), &bytes).unwrap();
        match entries_told(&copy, &entries) {
            Ok(count) => {
                assert!(
                    count >= 54,
                    "{offset}: only {count} entries, and not a word"
                );
                read += 1;
            }
            Err(StoreError::Damaged { .. }) => {
                assert_eq!(std::fs::read(beside(&copy, "-wal")).unwrap(), bytes);
                assert_eq!(std::fs::read(&copy).unwrap(), main);
                told += 1;
            }
            Err(error) => panic!("{offset}: {error:?}"),
        }
    }
    assert!(told > 30 && read > 0, "{told} told, {read} read");
}

#[test]
fn a_log_without_its_journal_is_told() {
    let folder = TempDir::new().unwrap();
    let entries = story(12);
    let path = killed(folder.path(), &[&entries]);
    std::fs::write(&path, b"").unwrap();
    let refused = SqliteJournal::open(&path).unwrap_err();
    assert!(refused.to_string().contains("its log is not"), "{refused}");
    assert!(beside(&path, "-wal").exists());
}
