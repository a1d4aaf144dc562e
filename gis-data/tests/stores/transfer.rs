//! A journal copied into another, from one kind of database to the other, and looked at as a whole.

use gis_data::stores::{AsideLimits, Batch, Checkpoint, Journal, StoreError};
use rstest::rstest;
use twin_core::{Channel, Timestamp};

use crate::journal::{all, replayed};
use crate::places::{Kind, Place};
use crate::samples::{aside, at, batch, of, story, twin_after};

/// A journal with all that there can be in one, some of it forgotten.
fn fill(journal: &mut dyn Journal) {
    let entries = story(90);
    let kept = Checkpoint {
        name: "network".to_owned(),
        at: at(90),
        body: vec![0, 7, 255],
    };
    journal.set_meta("clock", "wall").unwrap();
    journal.append(&batch(&entries[..50])).unwrap();
    journal
        .save_snapshot(&twin_after(&entries[..50]).to_snapshot())
        .unwrap();
    journal.append(&batch(&entries[50..60])).unwrap();
    assert!(journal.forget(30, 1_000).unwrap() > 10);
    journal
        .append(&Batch {
            entries: entries[60..].to_vec(),
            checkpoints: vec![kept],
            set_aside: vec![aside(u64::MAX, 7), aside(3, 1)],
        })
        .unwrap();
}

#[rstest]
#[case::outgrown(Kind::Embedded, Kind::Server)]
#[case::backed_up(Kind::Server, Kind::Embedded)]
#[case::moved(Kind::Server, Kind::Server)]
#[case::copied(Kind::Embedded, Kind::Embedded)]
fn a_copy_has_all_that_the_journal_has_and_goes_on(#[case] from: Kind, #[case] to: Kind) {
    let (Some(from), Some(to)) = (Place::new(from), Place::new(to)) else {
        return;
    };
    let mut journal = from.open();
    fill(journal.as_mut());
    let extent = from.store().copy_to(&to.store()).unwrap();
    let (source, copy) = (from.reader(), to.reader());
    assert_eq!(extent.public_seq, source.last(Channel::Public).unwrap());
    let forgotten = source.forgotten(Channel::Public).unwrap();
    assert!(forgotten > 10);
    assert_eq!(copy.forgotten(Channel::Public).unwrap(), forgotten);
    let since = |channel, after| {
        [&source, &copy].map(|journal| journal.changes(channel, after, 1_000).unwrap())
    };
    for [kept, copied] in [
        since(Channel::Public, forgotten),
        since(Channel::Restricted, 0),
    ] {
        assert!(!kept.is_empty());
        assert_eq!(kept, copied);
    }
    assert_eq!(copy.snapshot().unwrap(), source.snapshot().unwrap());
    assert_eq!(replayed(copy.as_ref()), twin_after(&story(90)));
    assert_eq!(
        copy.checkpoint("network").unwrap(),
        source.checkpoint("network").unwrap()
    );
    let digests = [&source, &copy].map(|journal| {
        let asset = "container/c1".parse().unwrap();
        journal.digests(&asset, Timestamp::MIN, 100).unwrap()
    });
    assert!(!digests[0].is_empty());
    assert_eq!(digests[0], digests[1]);
    assert_eq!(copy.meta("clock").unwrap().as_deref(), Some("wall"));
    let [kept, copied] = [&source, &copy].map(|journal| journal.lineage().unwrap());
    assert!(kept.is_none() || kept != copied);
    let frames = [&source, &copy].map(|journal| {
        let frames = journal.set_aside(None, 0, 10).unwrap();
        frames
            .into_iter()
            .map(|(_no, frame)| frame)
            .collect::<Vec<_>>()
    });
    assert_eq!((frames[0].len(), &frames[0]), (2, &frames[1]));
    assert_eq!(to.store().verify().unwrap(), Some(extent));
    to.open().append(&batch(&story(100)[90..])).unwrap();
    assert_eq!(replayed(copy.as_ref()), twin_after(&story(100)));
}

#[test]
fn a_copy_is_of_one_moment_whatever_is_written_meanwhile() {
    let (Some(from), Some(to)) = (Place::new(Kind::Server), Place::new(Kind::Embedded)) else {
        return;
    };
    let entries = story(600);
    let mut journal = from.open();
    journal.append(&batch(&entries[..300])).unwrap();
    let extent = std::thread::scope(|scope| {
        let copying = scope.spawn(|| from.store().copy_to(&to.store()).unwrap());
        for entry in &entries[300..] {
            journal.append(&batch(std::slice::from_ref(entry))).unwrap();
        }
        copying.join().unwrap()
    });
    let copied = all(to.reader().as_ref());
    let public = |entries: &[_]| of(Channel::Public, entries).len() as u64;
    let ends: Vec<u64> = (300..=600).map(|end| public(&entries[..end])).collect();
    assert!(ends.contains(&extent.public_seq));
    let whole = all(from.reader().as_ref());
    assert_eq!(copied, whole[..copied.len()]);
}

#[rstest]
fn a_journal_in_which_something_is_takes_no_copy(
    #[values(Kind::Embedded, Kind::Server)] kind: Kind,
) {
    let (Some(from), Some(to)) = (Place::new(Kind::Server), Place::new(kind)) else {
        return;
    };
    fill(from.open().as_mut());
    let entries = story(10);
    to.open().append(&batch(&entries)).unwrap();
    let refused = from.store().copy_to(&to.store()).unwrap_err();
    assert!(
        matches!(refused, StoreError::NotEmpty { .. }),
        "{refused:?}"
    );
    assert_eq!(replayed(to.reader().as_ref()), twin_after(&entries));
}

#[rstest]
#[case::a_changed_change("UPDATE changes SET at = at + 1 WHERE channel = 0 AND seq = 60", 59)]
#[case::a_missing_change("DELETE FROM changes WHERE channel = 0 AND seq = 60", 59)]
#[case::a_missing_input("DELETE FROM inputs WHERE no = 70", 0)]
#[case::a_changed_input("UPDATE inputs SET body = body || ' ' WHERE no = 70", 0)]
#[case::a_fact("UPDATE meta SET value = 'simulated' WHERE key = 'clock'", 0)]
#[case::a_state("UPDATE checkpoints SET at = at + 1", 0)]
#[case::a_frame("UPDATE quarantine SET f_cnt = 8 WHERE f_cnt = 7", 0)]
fn damage_is_told_and_what_was_copied_of_it_is_no_journal(#[case] sql: &str, #[case] intact: u64) {
    let (Some(from), Some(to)) = (Place::new(Kind::Server), Place::new(Kind::Server)) else {
        return;
    };
    fill(from.open().as_mut());
    from.tamper(sql);
    for refused in [
        from.store().verify().unwrap_err(),
        from.store().copy_to(&to.store()).unwrap_err(),
    ] {
        let StoreError::Damaged { last_intact, .. } = refused else {
            panic!("{refused:?}");
        };
        assert!(last_intact >= intact, "{last_intact}");
    }
    let refused = to.try_open(AsideLimits::default()).err().unwrap();
    assert!(refused.to_string().contains("cut short"), "{refused}");
}
