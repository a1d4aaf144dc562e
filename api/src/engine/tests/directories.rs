//! A data directory keeps its territory, its kind of time and its clock, and has one twin.

use gis_data::import::embedded::Preset;
use gis_data::pack::{IfPresent, write};
use tempfile::TempDir;
use twin_core::{Channel, LonLat, Span, Timestamp, Twin};

use super::super::clock::{ClockKind, TwinClock};
use super::super::error::EngineError;
use super::super::open::{DataDirectory, OpenRequest, PackChoice, open};
use super::support::{asset, frame, pack, request};

/// Ends a twin, and waits until its directory is free.
async fn close(directory: DataDirectory) {
    directory.engine.stop().await;
    drop(directory);
}

fn refusal(request: &OpenRequest) -> String {
    match open(request, "network") {
        Ok(_) => panic!("it opened"),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn another_pack_is_refused_and_the_same_one_is_not() {
    let folder = TempDir::new().unwrap();
    let first = request(folder.path(), false);
    close(open(&first, "network").unwrap()).await;
    close(open(&first, "network").unwrap()).await;
    let kept = OpenRequest {
        pack: PackChoice::Kept,
        ..first.clone()
    };
    close(open(&kept, "network").unwrap()).await;

    let mut other = pack(false);
    other.manifest.name = "other".into();
    other.layers.sensors.pop();
    let place = folder.path().join("other");
    write(&place, &other, IfPresent::Refuse).unwrap();
    let told = refusal(&OpenRequest {
        pack: PackChoice::Folder(place),
        ..first.clone()
    });
    assert!(
        told.contains("'small'") && told.contains("'other'"),
        "{told}"
    );
    let told = refusal(&OpenRequest {
        pack: PackChoice::Embedded(Preset::default()),
        ..first
    });
    assert!(told.contains("the pack 'small'"), "{told}");
}

#[tokio::test]
async fn a_pack_that_was_changed_in_its_directory_is_refused() {
    let folder = TempDir::new().unwrap();
    let first = request(folder.path(), false);
    close(open(&first, "network").unwrap()).await;
    let mut other = pack(false);
    other.layers.sensors.pop();
    let kept = folder.path().join("data/pack");
    std::fs::remove_dir_all(&kept).unwrap();
    write(&kept, &other, IfPresent::Refuse).unwrap();
    let kept = OpenRequest {
        pack: PackChoice::Kept,
        ..first
    };
    let refused = open(&kept, "network").unwrap_err();
    assert!(
        matches!(refused, EngineError::OtherPack { .. }),
        "{refused}"
    );
}

#[tokio::test]
async fn a_newer_version_of_the_pack_is_told_to_the_twin_and_what_was_measured_stays() {
    let folder = TempDir::new().unwrap();
    let first = request(folder.path(), false);
    let directory = open(&first, "network").unwrap();
    assert!(directory.update.is_none());
    let now = directory.engine.clock().now();
    directory.engine.submit(frame(0, 1, now)).await.unwrap();
    let level = |twin: &Twin, key: &str| {
        let container = twin.inventory().containers().find(key)?;
        twin.level(container).map(|level| level.fill)
    };
    let measured = level(&directory.engine.twin(), "c0");
    assert!(measured.is_some());
    close(directory).await;

    let mut newer = pack(false);
    let gone = newer.layers.sensors.pop().unwrap();
    let moved = LonLat::new(6.9, 47.45).unwrap();
    newer.layers.sites[0].place = moved;
    let added = asset("another".to_owned(), newer.layers.sites[0].detail.clone());
    newer.layers.sites.push(added);
    let place = folder.path().join("newer");
    write(&place, &newer, IfPresent::Refuse).unwrap();
    let second = OpenRequest {
        pack: PackChoice::Folder(place),
        ..first.clone()
    };
    for is_first in [true, false] {
        let mut directory = open(&second, "network").unwrap();
        let update = directory.update.take();
        assert_eq!(update.is_some(), is_first);
        if let Some(update) = update {
            assert_eq!(update.apply(&directory.engine).await.unwrap(), 3);
        }
        let twin = directory.engine.twin();
        let sites = twin.inventory().sites();
        let first_site = sites.find(&newer.layers.sites[0].key).unwrap();
        assert_eq!(sites.get(first_site).unwrap().asset.place, moved);
        assert!(sites.find("another").is_some());
        assert_eq!(twin.inventory().sensors().find(&gone.key), None);
        assert_eq!(level(&twin, "c0"), measured);
        close(directory).await;
    }
}

#[tokio::test]
async fn a_newer_version_is_refused_where_sensors_are_simulated() {
    let folder = TempDir::new().unwrap();
    let first = request(folder.path(), true);
    close(open(&first, "network").unwrap()).await;
    let mut newer = pack(true);
    newer.layers.sensors.pop();
    let place = folder.path().join("newer");
    write(&place, &newer, IfPresent::Refuse).unwrap();
    let told = refusal(&OpenRequest {
        pack: PackChoice::Folder(place),
        ..first
    });
    assert!(told.contains("simulated sensors"), "{told}");
}

#[tokio::test]
async fn another_preset_is_refused_by_name() {
    let folder = TempDir::new().unwrap();
    let with = |preset| OpenRequest {
        data: folder.path().join("data"),
        pack: PackChoice::Embedded(preset),
        ..request(folder.path(), false)
    };
    let small: Preset = "demo-2022".parse().unwrap();
    close(open(&with(small), "network").unwrap()).await;
    let told = refusal(&with("as-built".parse().unwrap()));
    assert!(
        told.contains("preset 'demo-2022'") && told.contains("'as-built'"),
        "{told}"
    );
}

#[tokio::test]
async fn a_directory_cannot_change_between_real_and_simulated_time() {
    let folder = TempDir::new().unwrap();
    let real = request(folder.path(), false);
    let fast = OpenRequest {
        rate: 60.0,
        ..real.clone()
    };
    let directory = open(&real, "network").unwrap();
    assert_eq!(directory.engine.clock().kind(), ClockKind::Wall);
    close(directory).await;
    let told = refusal(&fast);
    assert!(
        told.contains("wall") && told.contains("simulated"),
        "{told}"
    );

    let other = TempDir::new().unwrap();
    let fast = OpenRequest {
        rate: 60.0,
        ..request(other.path(), false)
    };
    close(open(&fast, "network").unwrap()).await;
    refusal(&OpenRequest { rate: 1.0, ..fast });
}

#[tokio::test]
async fn a_directory_has_one_twin_at_a_time() {
    let folder = TempDir::new().unwrap();
    let request = request(folder.path(), false);
    let directory = open(&request, "network").unwrap();
    assert!(refusal(&request).contains("in use by another twin"));
    close(directory).await;
    close(open(&request, "network").unwrap()).await;
}

#[tokio::test]
async fn a_simulated_clock_starts_where_it_is_told_and_never_goes_back() {
    let folder = TempDir::new().unwrap();
    let date: Timestamp = "2022-05-01T00:00:00Z".parse().unwrap();
    let request = OpenRequest {
        rate: 3_600.0,
        date: Some(date),
        ..request(folder.path(), false)
    };
    let mut last = date;
    for f_cnt in 0..4 {
        let directory = open(&request, "network").unwrap();
        let clock: TwinClock = *directory.engine.clock();
        let now = clock.now();
        assert!(
            now >= last && now < last + Span::from_hours(10),
            "{now} after {last}"
        );
        directory.engine.submit(frame(0, f_cnt, now)).await.unwrap();
        tokio::time::sleep(clock.wait_until(now + Span::from_secs(600))).await;
        last = clock.now();
        close(directory).await;
    }
}

#[tokio::test]
async fn what_happened_is_still_so_after_a_restart() {
    let folder = TempDir::new().unwrap();
    let request = request(folder.path(), false);
    let mut before = None;
    for f_cnt in 0..5 {
        let directory = open(&request, "network").unwrap();
        let engine = &directory.engine;
        assert!(before.is_none_or(|before| before == engine.twin()));
        let now = engine.clock().now();
        let receipt = engine.submit(frame(1, f_cnt, now)).await.unwrap();
        assert_eq!(engine.twin().seq(Channel::Public), receipt.seq);
        before = Some(engine.twin());
        close(directory).await;
    }
}
