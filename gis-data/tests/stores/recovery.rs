//! Saving what is intact: exactly the longest beginning, and nothing else is touched.

use std::path::Path;

use gis_data::stores::{Journal as _, SqliteJournal, SqliteReader, StoreError, recover};
use rstest::rstest;
use tempfile::TempDir;
use twin_core::Channel;

use crate::damage::{tamper, written};
use crate::journal::{all, replayed};
use crate::samples::{batch, changes, of, story, twin_after};

/// How many whole entries come before the first one that has this public change.
fn whole_entries_before(entries: &[gis_data::stores::Entry], seq: u64) -> usize {
    let has = |entry: &gis_data::stores::Entry| {
        let public = |change: &twin_core::Change| change.channel == Channel::Public;
        entry
            .changes
            .iter()
            .any(|change| public(change) && change.seq == seq)
    };
    entries.iter().position(has).unwrap()
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, std::fs::read(entry.path()).unwrap())
        })
        .collect();
    files.sort();
    files
}

#[rstest]
#[case::text(
    "UPDATE changes SET body = body || ' ' WHERE channel = 0 AND seq = 31",
    31
)]
#[case::a_missing_change("DELETE FROM changes WHERE channel = 0 AND seq = 31", 31)]
#[case::a_missing_end("DELETE FROM changes WHERE channel = 0 AND seq >= 50", 50)]
#[case::the_very_first("DELETE FROM changes WHERE channel = 0 AND seq = 1", 1)]
fn exactly_the_entries_before_the_damage_are_saved(#[case] sql: &str, #[case] damaged: u64) {
    let folder = TempDir::new().unwrap();
    let entries = story(60);
    let path = written(folder.path(), &entries);
    tamper(&path, sql);
    let before = files(folder.path());
    let new = TempDir::new().unwrap();
    let to = new.path().join("in/a/folder/journal.sqlite");
    let recovered = recover(&path, &to).unwrap();
    assert_eq!(files(folder.path()), before);

    let kept = &entries[..whole_entries_before(&entries, damaged)];
    assert_eq!(recovered.public_seq, of(Channel::Public, kept).len() as u64);
    assert_eq!(
        recovered.restricted_seq,
        of(Channel::Restricted, kept).len() as u64
    );
    let told = recovered.damage.unwrap();
    let change = format!("change {damaged} ");
    let input = format!("input {} is missing", kept.len() + 1);
    assert!(told.contains(&change) || told == input, "{told}");
    let names: Vec<_> = files(to.parent().unwrap())
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names, ["journal.sqlite"]);

    let mut journal = SqliteJournal::open(&to).unwrap();
    let reader = journal.reader().unwrap();
    assert_eq!(all(reader.as_ref()), changes(kept));
    assert_eq!(replayed(reader.as_ref()), twin_after(kept));
    assert_eq!(reader.meta("clock").unwrap().as_deref(), Some("wall"));
    assert!(reader.checkpoint("network").unwrap().is_some());
    journal.append(&batch(&entries[kept.len()..])).unwrap();
    assert_eq!(replayed(reader.as_ref()), twin_after(&entries));
}

#[rstest]
#[case::missing("DELETE FROM inputs WHERE no = 20", "input 20 is missing")]
#[case::text(
    "UPDATE inputs SET body = body || ' ' WHERE no = 20",
    "input 20 does not match"
)]
fn an_input_that_is_not_intact_ends_what_is_saved(#[case] sql: &str, #[case] told: &str) {
    let folder = TempDir::new().unwrap();
    let entries = story(60);
    let path = written(folder.path(), &entries);
    tamper(&path, sql);
    let to = folder.path().join("saved.sqlite");
    let recovered = recover(&path, &to).unwrap();
    let damage = recovered.damage.unwrap();
    assert!(damage.contains(told), "{damage}");
    assert_eq!(
        all(&SqliteReader::open(&to).unwrap()),
        changes(&entries[..19])
    );
}

#[test]
fn an_intact_journal_is_saved_whole() {
    let folder = TempDir::new().unwrap();
    let entries = story(60);
    let path = written(folder.path(), &entries);
    let to = folder.path().join("saved.sqlite");
    let recovered = recover(&path, &to).unwrap();
    assert_eq!(recovered.damage, None);
    assert_eq!(all(&SqliteReader::open(&to).unwrap()), changes(&entries));
    let refused = recover(&path, &to).unwrap_err();
    assert!(refused.to_string().contains("saved.sqlite"), "{refused}");
    assert_eq!(all(&SqliteReader::open(&to).unwrap()), changes(&entries));
}

#[test]
fn a_damaged_state_of_a_source_is_left_out() {
    let folder = TempDir::new().unwrap();
    let path = written(folder.path(), &story(10));
    tamper(&path, "UPDATE checkpoints SET body = x'00'");
    let to = folder.path().join("saved.sqlite");
    recover(&path, &to).unwrap();
    let journal = SqliteJournal::open(&to).unwrap();
    assert_eq!(
        journal.reader().unwrap().checkpoint("network").unwrap(),
        None
    );
}

#[test]
fn of_a_journal_that_forgot_the_snapshot_and_what_follows_are_saved() {
    let folder = TempDir::new().unwrap();
    let entries = story(90);
    let path = written(folder.path(), &entries[..60]);
    let mut journal = SqliteJournal::open(&path).unwrap();
    let snapshot = twin_after(&entries[..60]).to_snapshot();
    journal.save_snapshot(&snapshot).unwrap();
    assert!(journal.forget(snapshot.public_seq, 1_000).unwrap() > 50);
    journal.append(&batch(&entries[60..])).unwrap();
    drop(journal);
    let damaged = of(Channel::Public, &entries[..80]).len() as u64 + 1;
    tamper(
        &path,
        &format!("DELETE FROM changes WHERE channel = 0 AND seq = {damaged}"),
    );

    let to = folder.path().join("saved.sqlite");
    let recovered = recover(&path, &to).unwrap();
    assert_eq!(recovered.public_seq, damaged - 1);
    let journal = SqliteJournal::open(&to).unwrap();
    let reader = journal.reader().unwrap();
    assert_eq!(
        reader.forgotten(Channel::Public).unwrap(),
        recovered.forgotten
    );
    assert_eq!(replayed(reader.as_ref()), twin_after(&entries[..80]));
    drop(journal);

    tamper(&path, "DELETE FROM snapshots");
    let nowhere = folder.path().join("nowhere.sqlite");
    let refused = recover(&path, &nowhere).unwrap_err();
    assert!(matches!(refused, StoreError::Damaged { .. }), "{refused:?}");
    assert!(
        refused.to_string().contains("no snapshot is left"),
        "{refused}"
    );
    assert!(!nowhere.exists());
}

#[test]
fn of_garbage_nothing_is_saved_and_nothing_is_left() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("journal.sqlite");
    std::fs::write(&path, vec![7; 30_000]).unwrap();
    let before = files(folder.path());
    let refused = recover(&path, &folder.path().join("saved.sqlite")).unwrap_err();
    assert!(matches!(refused, StoreError::Damaged { .. }), "{refused:?}");
    assert!(
        refused.to_string().contains("journal.sqlite is damaged"),
        "{refused}"
    );
    assert_eq!(files(folder.path()), before);
}
