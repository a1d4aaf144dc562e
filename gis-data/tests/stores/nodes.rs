//! Several nodes on one database: one writes, whoever lost that writes nothing any more, and what a server
//! acknowledged it has.

use std::time::Duration;

use gis_data::stores::{
    AsideLimits, Journal as _, JournalReader as _, PostgresAddress, PostgresJournal,
    PostgresReader, PostgresWatch, StoreError,
};

use twin_core::{AssetId, AssetIx, AssetKind, Channel, LonLat, Twin};

use crate::journal::{all, replayed};
use crate::places::{Kind, Place, own_server};
use crate::samples::{batch, changes, origin, story, twin_after};

/// Ends the sessions of whoever writes, as the server does with one that is silent.
const END_WRITERS: &str = "SELECT count(pg_terminate_backend(pid)) FROM pg_locks \
    WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database \
    WHERE datname = current_database())";

fn writer(address: &PostgresAddress) -> PostgresJournal {
    PostgresJournal::open(address).unwrap()
}

#[test]
fn one_node_writes_and_the_others_read() {
    let Some(place) = Place::new(Kind::Server) else {
        return;
    };
    let entries = story(30);
    let mut first = writer(place.address());
    first.append(&batch(&entries[..10])).unwrap();
    let refused = place.try_open(AsideLimits::default()).err().unwrap();
    assert!(matches!(refused, StoreError::InUse { .. }), "{refused:?}");
    let reader = place.reader();
    assert_eq!(all(reader.as_ref()), changes(&entries[..10]));
    first.append(&batch(&entries[10..])).unwrap();
    assert_eq!(replayed(reader.as_ref()), twin_after(&entries));
    drop(first);
    assert_eq!(writer(place.address()).epoch(), 2);
}

#[test]
fn a_writer_after_which_another_came_writes_nothing() {
    let Some(place) = Place::new(Kind::Server) else {
        return;
    };
    let entries = story(40);
    let mut first = writer(place.address());
    first.append(&batch(&entries[..10])).unwrap();
    place.tamper(END_WRITERS);
    let mut second = writer(place.address());
    let first_of_two = first.append(&batch(&entries[10..20])).unwrap_err();
    let StoreError::Fenced { epoch, newest, .. } = first_of_two else {
        panic!("{first_of_two:?}");
    };
    assert_eq!((epoch, newest), (1, 2));
    second.append(&batch(&entries[10..30])).unwrap();
    drop(second);
    // Not even when nobody else writes any more.
    for _again in 0..2 {
        let refused = first.append(&batch(&entries[10..20])).unwrap_err();
        assert!(matches!(refused, StoreError::Fenced { .. }), "{refused:?}");
        let refused = first.set_meta("clock", "wall").unwrap_err();
        assert!(matches!(refused, StoreError::Fenced { .. }), "{refused:?}");
    }
    writer(place.address())
        .append(&batch(&entries[30..]))
        .unwrap();
    assert_eq!(all(place.reader().as_ref()), changes(&entries));
}

#[test]
fn a_writer_that_does_not_know_of_its_last_commit_is_told_to_read() {
    let Some(place) = Place::new(Kind::Server) else {
        return;
    };
    let entries = story(30);
    let mut journal = writer(place.address());
    journal.append(&batch(&entries[..10])).unwrap();
    // As if the answer to a commit had been lost: the rows are there, and the number is the same.
    place.tamper(END_WRITERS);
    writer(place.address())
        .append(&batch(&entries[10..20]))
        .unwrap();
    place.tamper("UPDATE head SET epoch = 1");
    let refused = journal.append(&batch(&entries[10..20])).unwrap_err();
    assert!(matches!(refused, StoreError::Behind { .. }), "{refused:?}");
    drop(journal);
    writer(place.address())
        .append(&batch(&entries[20..]))
        .unwrap();
    assert_eq!(all(place.reader().as_ref()), changes(&entries));
}

#[test]
fn a_writer_goes_on_after_its_connection_was_lost() {
    let Some(place) = Place::new(Kind::Server) else {
        return;
    };
    let entries = story(40);
    let mut journal = writer(place.address());
    let reader = journal.reader().unwrap();
    for (n, entry) in entries.iter().enumerate() {
        if n % 10 == 5 {
            place.tamper(END_WRITERS);
        }
        let one = batch(std::slice::from_ref(entry));
        journal.append(&one).unwrap();
    }
    assert_eq!(all(reader.as_ref()), changes(&entries));
    assert_eq!(journal.epoch(), 1);
}

#[test]
fn what_a_server_acknowledged_it_has_after_a_crash() {
    let Some((mut server, address)) = own_server() else {
        return;
    };
    let address = address.parse().unwrap();
    let entries = story(60);
    let mut journal = writer(&address);
    let reader = PostgresReader::open(&address).unwrap();
    for (n, piece) in entries.chunks(10).enumerate() {
        journal.append(&batch(piece)).unwrap();
        server.crash().unwrap();
        let so_far = &entries[..10 * (n + 1)];
        assert_eq!(all(&reader), changes(so_far));
        journal.set_meta("crashes", &n.to_string()).unwrap();
    }
    assert_eq!(reader.meta("crashes").unwrap().as_deref(), Some("5"));
    assert_eq!(replayed(&reader), twin_after(&entries));
}

#[test]
fn a_journal_keeps_its_lineage_and_a_copied_database_gets_another() {
    let Some((server, address)) = own_server() else {
        return;
    };
    let (place, name) = address.rsplit_once('/').unwrap();
    let copied: PostgresAddress = format!("{place}/copied").parse().unwrap();
    let address: PostgresAddress = address.parse().unwrap();
    let lineage = |address| {
        drop(writer(address));
        let reader = PostgresReader::open(address).unwrap();
        reader.lineage().unwrap().unwrap()
    };
    let first = lineage(&address);
    assert_eq!(lineage(&address), first);
    let copy = format!("CREATE DATABASE copied TEMPLATE {name}");
    let started = std::time::Instant::now();
    while server.sql("postgres", &copy).is_err() {
        assert!(started.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(50));
    }
    let second = lineage(&copied);
    assert_ne!(second, first);
    assert_eq!(lineage(&copied), second);
    assert_eq!(lineage(&address), first);
}

#[test]
fn who_waits_hears_of_what_another_writes() {
    let Some(place) = Place::new(Kind::Server) else {
        return;
    };
    let entries = story(20);
    let mut journal = writer(place.address());
    let watch = PostgresWatch::new(place.address()).unwrap();
    watch.wait(Duration::ZERO).unwrap();
    let (waited, heard) = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            let started = std::time::Instant::now();
            let heard = watch.wait(Duration::from_mins(1)).unwrap();
            (started.elapsed(), heard)
        });
        std::thread::sleep(Duration::from_millis(100));
        journal.append(&batch(&entries)).unwrap();
        waiting.join().unwrap()
    });
    assert!(waited < Duration::from_secs(30), "{waited:?}");
    let last = |channel| place.reader().last(channel).unwrap();
    let heard = heard.unwrap();
    assert_eq!(heard.public_seq, last(Channel::Public));
    assert_eq!(heard.restricted_seq, last(Channel::Restricted));
}

#[rstest::rstest]
#[case::a_missing_end(
    "DELETE FROM changes WHERE seq = (SELECT max(seq) FROM changes)",
    "missing"
)]
#[case::a_missing_input(
    "DELETE FROM inputs WHERE no = (SELECT max(no) FROM inputs)",
    "missing"
)]
#[case::another_end("UPDATE head SET public_seq = public_seq + 1", "checksum")]
#[case::no_end("DELETE FROM head", "beyond its end")]
fn damage_of_the_end_is_told_when_a_writer_comes(#[case] sql: &str, #[case] told: &str) {
    let Some(place) = Place::new(Kind::Server) else {
        return;
    };
    place.open().append(&batch(&story(20))).unwrap();
    place.tamper(sql);
    let refused = place.try_open(AsideLimits::default()).err().unwrap();
    assert!(matches!(refused, StoreError::Damaged { .. }), "{refused:?}");
    assert!(refused.to_string().contains(told), "{refused}");
}

#[test]
fn damage_among_the_changes_is_told_when_they_are_read() {
    let Some(place) = Place::new(Kind::Server) else {
        return;
    };
    place.open().append(&batch(&story(20))).unwrap();
    place.tamper("UPDATE changes SET at = at + 1 WHERE channel = 0 AND seq = 7");
    let refused = place.reader().replay(0, 0, 1_000).unwrap_err();
    let StoreError::Damaged { last_intact, .. } = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(last_intact, 6);
}

#[test]
fn tables_of_a_newer_version_are_refused_and_left_alone() {
    let Some(place) = Place::new(Kind::Server) else {
        return;
    };
    let entries = story(20);
    place.open().append(&batch(&entries)).unwrap();
    place.tamper("UPDATE format SET version = 99");
    let refused = place.try_open(AsideLimits::default()).err().unwrap();
    assert!(
        matches!(refused, StoreError::TooNew { found: 99, .. }),
        "{refused:?}"
    );
    assert!(PostgresReader::open(place.address()).is_err());
    place.tamper("UPDATE format SET version = 3");
    assert_eq!(all(place.reader().as_ref()), changes(&entries));
}

/// Undoes the last step.
const WITHOUT_PLACES: &str =
    "DROP VIEW container_levels; DROP TABLE places; ALTER TABLE format DROP COLUMN has_places; \
    DROP TABLE digests;
    ALTER TABLE snapshots DROP COLUMN at;
    UPDATE format SET version = 1";

#[test]
fn tables_of_an_earlier_version_are_brought_up_to_date() {
    let Some(place) = Place::new(Kind::Server) else {
        return;
    };
    let entries = story(40);
    place.open().append(&batch(&entries[..20])).unwrap();
    place.tamper(WITHOUT_PLACES);
    assert_eq!(all(place.reader().as_ref()), changes(&entries[..20]));
    place.open().append(&batch(&entries[20..])).unwrap();
    assert_eq!(place.ask("SELECT version FROM format"), "3");
    assert_eq!(replayed(place.reader().as_ref()), twin_after(&entries));
}

#[test]
fn places_and_levels_are_there_for_other_programs() {
    let Some(place) = Place::new(Kind::Server) else {
        return;
    };
    let entries = story(60);
    let mut journal = place.open();
    assert!(journal.wants_places().unwrap());
    journal.place(&places_of(&origin())).unwrap();
    assert!(!journal.wants_places().unwrap());
    for piece in entries.chunks(7) {
        journal.append(&batch(piece)).unwrap();
    }
    let twin = twin_after(&entries);
    let mut expected: Vec<String> = places_of(&twin)
        .iter()
        .map(|(asset, at)| format!("{asset}|{:.6}|{:.6}", at.lon(), at.lat()))
        .collect();
    expected.sort();
    let told = place.ask(
        "SELECT id, to_char(ST_X(place), 'FM90.000000'), to_char(ST_Y(place), 'FM90.000000')
         FROM places JOIN assets ON no = asset",
    );
    let mut told: Vec<_> = told.lines().collect();
    told.sort_unstable();
    assert_eq!(told, expected);
    let containers = twin.inventory().containers();
    for (ix, row) in containers.iter() {
        let level = twin.level(ix).map(|level| level.fill.get());
        let sql = format!(
            "SELECT fill FROM container_levels WHERE id = 'container/{}'",
            row.asset.key
        );
        assert_eq!(place.ask(&sql).parse::<f64>().ok(), level);
    }
}

fn places_of(twin: &Twin) -> Vec<(AssetId, LonLat)> {
    let inventory = twin.inventory();
    let of_kind = |kind: AssetKind| {
        let assets = (0..inventory.slots(kind)).map(move |ix| AssetIx { kind, ix });
        assets.filter_map(move |asset| {
            let id = AssetId::new(kind, inventory.key(asset)?).unwrap();
            Some((id, inventory.place(asset)?))
        })
    };
    let kinds = AssetKind::ALL.iter().map(|info| info.kind);
    kinds.flat_map(of_kind).collect()
}

#[test]
fn a_database_without_a_journal_is_refused_by_readers() {
    let Some(place) = Place::new(Kind::Server) else {
        return;
    };
    let refused = PostgresReader::open(place.address()).err().unwrap();
    assert!(refused.to_string().contains("no tables"), "{refused}");
}

#[rstest::rstest]
#[case::a_wrong_password("p%40ss%20w0rd", "s3cret-word")]
#[case::a_database_that_is_not_there("/journal", "/other")]
fn a_server_that_refuses_is_told_without_secrets(#[case] from: &str, #[case] to: &str) {
    let Some((_server, address)) = own_server() else {
        return;
    };
    let wrong = address.replace(from, to).parse().unwrap();
    let refused = PostgresJournal::open(&wrong).err().unwrap();
    let causes = format!("{refused:?} {refused}");
    assert!(causes.contains("cannot reach"), "{causes}");
    assert!(!causes.contains("w0rd") && !causes.contains("s3cret-word"));
}
