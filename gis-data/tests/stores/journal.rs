//! Writing, reading, opening again; forgetting; what is refused.

use std::collections::BTreeMap;

use gis_data::stores::{
    Batch, Checkpoint, Digest, Entry, JournalReader, SqliteJournal, SqliteReader, StoreError,
};
use rstest::rstest;
use rusqlite::Connection;
use tempfile::TempDir;
use twin_core::{AssetId, Channel, Effect, Timestamp, Twin, evolve};

use crate::places::{Kind, Place};
use crate::samples::{at, batch, changes, of, origin, story, twin_after};

/// The twin that a journal tells of, as a restart makes it.
pub(crate) fn replayed(reader: &dyn JournalReader) -> Twin {
    let mut twin = match reader.snapshot().unwrap() {
        Some(snapshot) => {
            let changes = reader.structural_changes(&snapshot).unwrap();
            evolve(origin(), &changes).restored(snapshot)
        }
        None => origin(),
    };
    loop {
        let (public, restricted) = (twin.seq(Channel::Public), twin.seq(Channel::Restricted));
        let changes = reader.replay(public, restricted, 7).unwrap();
        if changes.is_empty() {
            return twin;
        }
        twin = evolve(twin, &changes);
    }
}

/// Every change of both channels.
pub(crate) fn all(reader: &dyn JournalReader) -> Vec<twin_core::Change> {
    reader.replay(0, 0, u32::MAX).unwrap()
}

#[rstest]
fn what_is_appended_reads_the_same_after_reopening(
    #[values(Kind::Embedded, Kind::Server)] kind: Kind,
) {
    let Some(place) = Place::new(kind) else {
        return;
    };
    let entries = story(60);
    for (start, end) in [(0, 1), (1, 20), (20, 60)] {
        let mut journal = place.open();
        journal.append(&batch(&entries[start..end])).unwrap();
        let reader = journal.reader().unwrap();
        assert_eq!(all(reader.as_ref()), changes(&entries[..end]));
    }
    let reader = place.reader();
    for channel in [Channel::Public, Channel::Restricted] {
        let expected = of(channel, &entries);
        assert!(!expected.is_empty());
        assert_eq!(reader.changes(channel, 0, 1_000).unwrap(), expected);
        assert_eq!(reader.last(channel).unwrap(), expected.len() as u64);
        let numbers: Vec<_> = expected.iter().map(|change| change.seq).collect();
        assert!(numbers.into_iter().eq(1..=expected.len() as u64));
    }
    assert_eq!(replayed(reader.as_ref()), twin_after(&entries));
    let times = entries.iter().flat_map(|entry| {
        let changes = entry.changes.iter().map(|change| change.at);
        changes.chain([entry.at])
    });
    assert_eq!(reader.latest().unwrap(), times.max().unwrap());
}

#[rstest]
fn a_reader_sees_what_is_committed_beside_the_writer_in_pieces_of_any_size(
    #[values(Kind::Embedded, Kind::Server)] kind: Kind,
) {
    let Some(place) = Place::new(kind) else {
        return;
    };
    let mut journal = place.open();
    let reader = journal.reader().unwrap();
    let entries = story(40);
    assert_eq!(reader.changes(Channel::Public, 0, 10).unwrap(), []);
    journal.append(&batch(&entries)).unwrap();
    let expected = of(Channel::Public, &entries);
    for limit in [1, 3, 1_000] {
        let mut read = Vec::new();
        loop {
            let after = read.len() as u64;
            let piece = reader.changes(Channel::Public, after, limit).unwrap();
            assert!(piece.len() <= limit as usize);
            if piece.is_empty() {
                break;
            }
            read.extend(piece);
        }
        assert_eq!(read, expected);
    }
}

#[rstest]
fn a_batch_with_a_number_out_of_order_leaves_nothing_behind(
    #[values(Kind::Embedded, Kind::Server)] kind: Kind,
) {
    let Some(place) = Place::new(kind) else {
        return;
    };
    let mut journal = place.open();
    let entries = story(20);
    journal.append(&batch(&entries[..5])).unwrap();
    let told = changes(&entries[..5]);
    let last = of(Channel::Public, &entries[..5]).len() as u64;
    for wrong in [[5, 10], [5, 4], [5, 5]] {
        let refused = journal.append(&batch(&wrong.map(|ix: usize| entries[ix].clone())));
        let Err(StoreError::OutOfOrder { expected, .. }) = refused else {
            panic!("{refused:?}");
        };
        assert!(expected > last);
        assert_eq!(all(journal.reader().unwrap().as_ref()), told);
    }
    journal.append(&batch(&entries[5..])).unwrap();
    drop(journal);
    let reader = place.reader();
    assert_eq!(all(reader.as_ref()), changes(&entries));
}

#[rstest]
fn a_camera_that_was_put_anew_is_not_aimed_by_what_came_before(
    #[values(Kind::Embedded, Kind::Server)] kind: Kind,
) {
    let Some(place) = Place::new(kind) else {
        return;
    };
    let entries = story(12);
    let mut journal = place.open();
    journal.append(&batch(&entries)).unwrap();
    let access = twin_core::OperatorAccess::granted();
    let twin = replayed(journal.reader().unwrap().as_ref());
    assert_eq!(of(Channel::Restricted, &entries).len(), 1);
    let camera = twin.inventory().cameras().find("k0").unwrap();
    let row = twin.inventory().cameras().get(camera).unwrap();
    assert_eq!(*row.asset.detail.aiming.reveal(access), None);
}

#[rstest]
fn what_a_snapshot_holds_can_be_forgotten_and_the_twin_stays_the_same(
    #[values(Kind::Embedded, Kind::Server)] kind: Kind,
) {
    let Some(place) = Place::new(kind) else {
        return;
    };
    let entries = story(90);
    let mut journal = place.open();
    journal.append(&batch(&entries[..50])).unwrap();
    assert_eq!(
        journal.forget(1_000, 1_000).unwrap(),
        0,
        "without a snapshot"
    );
    let snapshot = twin_after(&entries[..50]).to_snapshot();
    journal.save_snapshot(&snapshot).unwrap();
    journal.append(&batch(&entries[50..])).unwrap();
    assert_eq!(journal.forget(1_000, 10).unwrap(), 10);
    assert!(journal.forget(1_000, 1_000).unwrap() > 10);
    assert_eq!(journal.forget(1_000, 1_000).unwrap(), 0);
    drop(journal);

    let journal = place.open();
    let reader = journal.reader().unwrap();
    let forgotten = reader.forgotten(Channel::Public).unwrap();
    assert!(forgotten > 20 && forgotten <= snapshot.public_seq);
    assert_eq!(reader.forgotten(Channel::Restricted).unwrap(), 0);
    assert_eq!(replayed(reader.as_ref()), twin_after(&entries));
    let kept = reader.changes(Channel::Public, forgotten, 1_000).unwrap();
    assert_eq!(
        kept,
        of(Channel::Public, &entries)[usize::try_from(forgotten).unwrap()..]
    );
    let refused = reader.changes(Channel::Public, 0, 1_000).unwrap_err();
    assert!(
        refused.to_string().contains("change 1 is missing"),
        "{refused}"
    );
}

/// What digests say of a container: hour, readings, emptyings, lowest, highest, mean and last in thousandths.
type Told = (Timestamp, u32, u32, [i64; 4]);

fn thousandths(fill: f64) -> i64 {
    format!("{:.0}", fill * 1000.0).parse().unwrap()
}

fn digests_of(reader: &dyn JournalReader, asset: &AssetId) -> Vec<Told> {
    let digests = reader.digests(asset, Timestamp::MIN, 1_000).unwrap();
    let told = |it: &Digest| {
        let levels = [it.lowest, it.highest, it.mean, it.last];
        let levels = levels.map(|level| thousandths(level.get()));
        (it.start, it.readings, it.emptyings, levels)
    };
    digests.iter().map(told).collect()
}

/// The same from the changes themselves.
fn digested(changes: &[twin_core::Change], asset: &AssetId) -> Vec<Told> {
    let mut hours: BTreeMap<i64, (Vec<f64>, u32)> = BTreeMap::new();
    let hour = |at: Timestamp| at.as_secs().div_euclid(3600);
    for change in changes {
        match &change.effect {
            Effect::ContainerMeasured {
                container,
                fill,
                observed_at,
                ..
            } if container == asset => {
                hours
                    .entry(hour(*observed_at))
                    .or_default()
                    .0
                    .push(fill.get());
            }
            Effect::ContainerEmptied {
                container,
                observed_at,
                ..
            } if container == asset => {
                hours.entry(hour(*observed_at)).or_default().1 += 1;
            }
            _ => {}
        }
    }
    let told = |(hour, (fills, emptyings)): (i64, (Vec<f64>, u32))| {
        let lowest = fills.iter().copied().fold(f64::INFINITY, f64::min);
        let highest = fills.iter().copied().fold(0.0, f64::max);
        let mean = fills.iter().sum::<f64>() / fills.len() as f64;
        let levels = [lowest, highest, mean, *fills.last().unwrap()].map(thousandths);
        let start = Timestamp::from_secs(hour * 3600);
        (
            start,
            u32::try_from(fills.len()).unwrap(),
            emptyings,
            levels,
        )
    };
    hours.into_iter().map(told).collect()
}

/// An emptying of a container in the hour in which it was measured last.
fn emptying(story: &[Entry]) -> Entry {
    let told = of(Channel::Public, story);
    let measured = told.iter().rev().find_map(|change| match &change.effect {
        Effect::ContainerMeasured {
            container,
            sensor,
            fill,
            observed_at,
            ..
        } => Some((container.clone(), sensor.clone(), *fill, *observed_at)),
        _ => None,
    });
    let (container, sensor, from, observed_at) = measured.unwrap();
    let mut entry = story.last().unwrap().clone();
    entry.changes = vec![twin_core::Change {
        seq: told.last().unwrap().seq + 1,
        channel: Channel::Public,
        at: entry.at,
        effect: Effect::ContainerEmptied {
            container,
            sensor,
            from,
            observed_at,
        },
    }];
    entry
}

#[rstest]
fn a_digest_of_each_hour_is_left_of_what_is_forgotten(
    #[values(Kind::Embedded, Kind::Server)] kind: Kind,
) {
    let Some(place) = Place::new(kind) else {
        return;
    };
    let mut entries = story(240);
    entries.push(emptying(&entries));
    let mut journal = place.open();
    journal.append(&batch(&entries)).unwrap();
    let snapshot = twin_after(&entries).to_snapshot();
    journal.save_snapshot(&snapshot).unwrap();
    // In pieces that cut hours in two.
    while journal.forget(u64::MAX, 17).unwrap() > 0 {}
    let told = of(Channel::Public, &entries);
    let mut emptied = 0;
    for n in 0..3 {
        let asset = format!("container/c{n}").parse().unwrap();
        let digests = digests_of(journal.reader().unwrap().as_ref(), &asset);
        assert!(digests.len() > 10);
        assert_eq!(digests, digested(&told, &asset));
        emptied += digests.iter().map(|digest| digest.2).sum::<u32>();
    }
    assert_eq!(emptied, 1);
    let asset: AssetId = "container/c1".parse().unwrap();
    let before = digests_of(journal.reader().unwrap().as_ref(), &asset);
    let from = before[5].0;
    assert!(journal.forget_digests(from).unwrap() > 5);
    drop(journal);
    let reader = place.reader();
    assert_eq!(digests_of(reader.as_ref(), &asset), before[5..]);
    let later = reader.digests(&asset, before[7].0, 2).unwrap();
    assert_eq!(
        later.iter().map(|it| it.start).collect::<Vec<_>>(),
        [before[7].0, before[8].0]
    );
    place.tamper("UPDATE digests SET readings = readings + 1");
    assert!(matches!(
        reader.digests(&asset, from, 1),
        Err(StoreError::Damaged { .. })
    ));
}

#[rstest]
fn the_snapshot_of_a_time_is_the_newest_before_it(
    #[values(Kind::Embedded, Kind::Server)] kind: Kind,
) {
    let Some(place) = Place::new(kind) else {
        return;
    };
    let mut journal = place.open();
    let entries = story(60);
    journal.append(&batch(&entries)).unwrap();
    let snapshots = [20, 40, 60].map(|end| twin_after(&entries[..end]).to_snapshot());
    for snapshot in &snapshots {
        journal.save_snapshot(snapshot).unwrap();
    }
    let reader = journal.reader().unwrap();
    let seq_at = |at| {
        reader
            .snapshot_at(at)
            .unwrap()
            .map(|snapshot| snapshot.public_seq)
    };
    for snapshot in &snapshots {
        assert_eq!(seq_at(snapshot.at), Some(snapshot.public_seq));
    }
    assert_eq!(
        seq_at(snapshots[0].at - twin_core::Span::from_millis(1)),
        None
    );
    assert_eq!(seq_at(Timestamp::MAX), Some(snapshots[2].public_seq));
}

#[rstest]
fn a_journal_goes_on_after_forgetting(#[values(Kind::Embedded, Kind::Server)] kind: Kind) {
    let Some(place) = Place::new(kind) else {
        return;
    };
    let entries = story(120);
    for (start, end) in [(0, 30), (30, 60), (60, 90), (90, 120)] {
        let mut journal = place.open();
        journal.append(&batch(&entries[start..end])).unwrap();
        let snapshot = twin_after(&entries[..end]).to_snapshot();
        journal.save_snapshot(&snapshot).unwrap();
        journal.forget(snapshot.public_seq, 1_000).unwrap();
    }
    let reader = place.reader();
    assert_eq!(replayed(reader.as_ref()), twin_after(&entries));
}

#[rstest]
fn the_history_of_an_asset_is_its_own_and_in_order(
    #[values(Kind::Embedded, Kind::Server)] kind: Kind,
) {
    let Some(place) = Place::new(kind) else {
        return;
    };
    let mut journal = place.open();
    let entries = story(60);
    journal.append(&batch(&entries)).unwrap();
    let reader = journal.reader().unwrap();
    let asset = "container/c1".parse().unwrap();
    let from = at(20);
    let expected: Vec<_> = of(Channel::Public, &entries)
        .into_iter()
        .filter(|change| change.effect.subject().unwrap() == asset && change.at >= from)
        .collect();
    assert!(expected.len() > 5);
    assert_eq!(reader.history(&asset, from, 1_000).unwrap(), expected);
    assert_eq!(reader.history(&asset, from, 2).unwrap(), expected[..2]);
    let nobody = "container/nobody".parse().unwrap();
    assert_eq!(reader.history(&nobody, Timestamp::MIN, 10).unwrap(), []);
}

#[rstest]
fn the_state_of_a_source_is_replaced_with_its_batch(
    #[values(Kind::Embedded, Kind::Server)] kind: Kind,
) {
    let Some(place) = Place::new(kind) else {
        return;
    };
    let mut journal = place.open();
    let entries = story(2);
    for (n, entry) in entries.iter().enumerate() {
        let kept = Checkpoint {
            name: "network".to_owned(),
            at: at(100 + n as u64),
            body: vec![u8::try_from(n).unwrap(); 5],
        };
        let batch = Batch {
            entries: vec![entry.clone()],
            checkpoints: vec![kept.clone()],
            ..Batch::default()
        };
        journal.append(&batch).unwrap();
        let reader = journal.reader().unwrap();
        assert_eq!(reader.checkpoint("network").unwrap(), Some(kept));
        assert_eq!(reader.checkpoint("nobody").unwrap(), None);
        assert_eq!(reader.latest().unwrap(), at(100 + n as u64));
    }
}

#[rstest]
fn of_the_two_newest_snapshots_the_one_that_reads_is_taken(
    #[values(Kind::Embedded, Kind::Server)] kind: Kind,
) {
    let Some(place) = Place::new(kind) else {
        return;
    };
    let entries = story(30);
    let mut journal = place.open();
    for end in [10, 20, 30] {
        journal.append(&batch(&entries[end - 10..end])).unwrap();
        let snapshot = twin_after(&entries[..end]).to_snapshot();
        journal.save_snapshot(&snapshot).unwrap();
    }
    drop(journal);
    let newest = "public_seq = (SELECT max(public_seq) FROM snapshots)";
    let sql = format!("UPDATE snapshots SET body = replace(body, '0', '1') WHERE {newest}");
    place.tamper(&sql);
    let reader = place.reader();
    let snapshot = reader.snapshot().unwrap().unwrap();
    assert_eq!(snapshot, twin_after(&entries[..20]).to_snapshot());
    assert_eq!(replayed(reader.as_ref()), twin_after(&entries));
}

#[test]
fn a_journal_of_a_newer_version_is_refused_and_left_alone() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("journal.sqlite");
    drop(SqliteJournal::open(&path).unwrap());
    let raw = Connection::open(&path).unwrap();
    raw.execute_batch("PRAGMA user_version = 99").unwrap();
    drop(raw);
    let before = std::fs::read(&path).unwrap();
    let refused = SqliteJournal::open(&path).unwrap_err();
    assert!(
        matches!(
            refused,
            StoreError::TooNew {
                found: 99,
                known: 3,
                ..
            }
        ),
        "{refused:?}"
    );
    assert!(SqliteReader::open(&path).is_err());
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[rstest]
#[case::text(&b"this is no database, and nobody said so".repeat(200))]
#[case::zeros(&vec![0; 20_000])]
#[case::short(b"SQLite format 3\0")]
#[case::header_only(&[&b"SQLite format 3\0"[..], &[16, 0, 1, 1, 0, 64, 32, 32]].concat())]
fn a_file_that_is_no_journal_is_refused_and_left_alone(#[case] garbage: &[u8]) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("journal.sqlite");
    std::fs::write(&path, garbage).unwrap();
    let refused = SqliteJournal::open(&path).unwrap_err();
    assert!(
        matches!(refused, StoreError::Damaged { last_intact: 0, .. }),
        "{refused:?}"
    );
    assert_eq!(std::fs::read(&path).unwrap(), garbage);
}

#[test]
fn a_database_of_somebody_else_is_refused_and_left_alone() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("journal.sqlite");
    let raw = Connection::open(&path).unwrap();
    raw.execute_batch("CREATE TABLE recipes (name TEXT)")
        .unwrap();
    drop(raw);
    let before = std::fs::read(&path).unwrap();
    let refused = SqliteJournal::open(&path).unwrap_err();
    assert!(
        refused.to_string().contains("not one of the twin's"),
        "{refused}"
    );
    assert_eq!(std::fs::read(&path).unwrap(), before);
}
