//! Frames that are set aside: kept once each, within limits, through restarts, until they are let go of.

use gis_data::stores::{
    AsideLimits, Batch, FrameKey, Journal as _, JournalReader, SetAside, SqliteJournal,
    SqliteReader, StoreError, recover,
};
use rstest::rstest;
use rusqlite::Connection;
use tempfile::TempDir;
use twin_core::DevEui;

use crate::places::{Kind, Place};
use crate::samples::{aside, at};

fn batch(frames: Vec<SetAside>) -> Batch {
    Batch {
        set_aside: frames,
        ..Batch::default()
    }
}

fn counters(reader: &dyn JournalReader, device: u64) -> Vec<u32> {
    let frames = reader.set_aside(Some(DevEui(device)), 0, 1_000).unwrap();
    let counter = |(_no, frame): &(u64, SetAside)| frame.uplink.f_cnt;
    frames.iter().map(counter).collect()
}

#[rstest]
fn a_frame_is_kept_once_as_it_came_until_it_is_let_go_of(
    #[values(Kind::Embedded, Kind::Server)] kind: Kind,
) {
    let Some(place) = Place::new(kind) else {
        return;
    };
    // The highest device number is a negative number to the database.
    let frames = vec![aside(u64::MAX, 7), aside(3, 1), aside(u64::MAX, 8)];
    let mut journal = place.open();
    journal.append(&batch(frames.clone())).unwrap();
    journal.append(&batch(frames.clone())).unwrap();
    drop(journal);
    let mut journal = place.open();
    let reader = place.reader();
    let all = reader.set_aside(None, 0, 10).unwrap();
    let kept: Vec<SetAside> = all.iter().map(|(_no, frame)| frame.clone()).collect();
    assert_eq!(kept, frames);
    let rest = reader.set_aside(None, all[0].0, 1).unwrap();
    assert_eq!(rest, all[1..2]);
    let devices = reader.aside_devices(10).unwrap();
    let told: Vec<_> = devices.iter().map(|of| (of.dev_eui.0, of.frames)).collect();
    assert_eq!(told, [(u64::MAX, 2), (3, 1)]);
    assert_eq!((devices[0].first_at, devices[0].last_at), (at(7), at(8)));

    let keys: Vec<_> = frames.iter().map(|one| FrameKey::of(&one.uplink)).collect();
    assert_eq!(journal.release(&keys[..2]).unwrap(), 2);
    assert_eq!(journal.release(&keys[..2]).unwrap(), 0);
    assert_eq!(counters(reader.as_ref(), u64::MAX), [8]);
}

#[rstest]
fn beyond_the_limits_the_oldest_go(#[values(Kind::Embedded, Kind::Server)] kind: Kind) {
    let Some(place) = Place::new(kind) else {
        return;
    };
    let limits = AsideLimits {
        of_device: 3,
        in_all: 5,
    };
    let open = || place.try_open(limits).unwrap();
    let mut journal = open();
    let of_one: Vec<_> = (0..10).map(|n| aside(1, n)).collect();
    journal.append(&batch(of_one)).unwrap();
    let reader = place.reader();
    assert_eq!(counters(reader.as_ref(), 1), [7, 8, 9]);
    journal
        .append(&batch(vec![aside(2, 0), aside(3, 0)]))
        .unwrap();
    drop(journal);
    open().append(&batch(vec![aside(4, 0)])).unwrap();
    assert_eq!(counters(reader.as_ref(), 1), [8, 9]);
    let devices = reader.aside_devices(10).unwrap();
    assert_eq!(devices.iter().map(|of| of.frames).sum::<u64>(), 5);
}

#[test]
fn damage_shows_and_what_is_intact_is_saved() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("journal.sqlite");
    let mut journal = SqliteJournal::open(&path).unwrap();
    journal
        .append(&batch(vec![aside(1, 1), aside(1, 2)]))
        .unwrap();
    drop(journal);
    Connection::open(&path)
        .unwrap()
        .execute("UPDATE quarantine SET why = 'else' WHERE f_cnt = 1", [])
        .unwrap();
    let refused = SqliteJournal::open(&path).unwrap_err();
    assert!(matches!(refused, StoreError::Damaged { .. }), "{refused}");
    let saved = folder.path().join("saved.sqlite");
    recover(&path, &saved).unwrap();
    assert_eq!(counters(&SqliteReader::open(&saved).unwrap(), 1), [2]);
}
