//! The virtual network goes on after a crash: no number is missing, no frame is told twice.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use gis_data::stores::{JournalReader as _, SqliteReader};
use simulator::filling::FlowPlan;
use tempfile::TempDir;
use twin_core::{Action, Channel, Command, Effect, Input, Record, Timestamp};

use super::super::open::{DataDirectory, OpenRequest, open};
use super::support::{SENSORS, request, sensor};
use crate::ingest::{SOURCE, VirtualNetwork};

/// Opens the directory, lets its network run until `frames` more changes, and returns all of it.
async fn run(request: &OpenRequest, changes: u64) -> (DataDirectory, tokio::task::JoinHandle<()>) {
    let directory = open(request, SOURCE).unwrap();
    let engine = directory.engine.clone();
    let flows = FlowPlan::before_2023();
    let checkpoint = directory.checkpoint.as_ref();
    let mut network =
        VirtualNetwork::new(engine.clone(), &directory.origin, flows, checkpoint).unwrap();
    network.report_once().await.unwrap();
    let until = engine.twin().seq(Channel::Public) + changes;
    let running = tokio::spawn(network.run());
    let mut twins = engine.twins();
    let enough = twins.wait_for(|twin| twin.seq(Channel::Public) >= until);
    tokio::time::timeout(Duration::from_mins(2), enough)
        .await
        .unwrap()
        .unwrap();
    (directory, running)
}

/// Copies a directory as a crash would leave it. Its log is far too short to be folded into the
/// journal meanwhile.
fn crash(from: &Path, to: &Path) {
    std::fs::create_dir_all(to.join("pack")).unwrap();
    for name in ["journal.sqlite", "journal.sqlite-wal"] {
        std::fs::copy(from.join(name), to.join(name)).unwrap();
    }
    for file in std::fs::read_dir(from.join("pack")).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), to.join("pack").join(file.file_name())).unwrap();
    }
}

/// Each sensor's frames in the journal, by session, in the order they were told.
fn frames(data: &Path) -> BTreeMap<(String, String), Vec<u32>> {
    let reader = SqliteReader::open(&data.join("journal.sqlite")).unwrap();
    let changes = reader.changes(Channel::Public, 0, u32::MAX).unwrap();
    let mut frames = BTreeMap::<_, Vec<u32>>::new();
    for change in changes {
        if let Effect::SensorReported {
            sensor,
            frame: Some(frame),
            ..
        } = change.effect
        {
            let key = (sensor.key().to_owned(), frame.session.into());
            frames.entry(key).or_default().push(frame.f_cnt);
        }
    }
    frames
}

#[tokio::test(flavor = "multi_thread")]
async fn after_crashes_the_network_goes_on_without_a_gap_and_tells_no_frame_twice() {
    let folder = TempDir::new().unwrap();
    let mut request = OpenRequest {
        rate: 7_200.0,
        date: "2022-05-02T06:00:00Z".parse().ok(),
        ..request(folder.path(), true)
    };
    let mut last = Timestamp::MIN;
    let mut told = 0;
    for crashes in 0..3 {
        let (directory, running) = run(&request, 30).await;
        assert!(directory.engine.twin().at() >= last);
        let next = folder.path().join(format!("crashed-{crashes}"));
        crash(&request.data, &next);
        running.abort();
        drop(directory);
        request.data = next;
        let reader = SqliteReader::open(&request.data.join("journal.sqlite")).unwrap();
        // Reading all of it proves that no number is missing.
        let changes = reader.changes(Channel::Public, 0, u32::MAX).unwrap();
        assert!(changes.len() > told);
        told = changes.len();
        last = reader.latest().unwrap();
        let frames = frames(&request.data);
        assert_eq!(
            frames.len() as u64,
            SENSORS,
            "each has one session: {frames:?}"
        );
        for ((sensor, _session), counters) in frames {
            let is_rising = counters.windows(2).all(|pair| pair[0] < pair[1]);
            assert!(is_rising, "{sensor}: {counters:?}");
            assert_eq!(counters.first(), Some(&0), "{sensor}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_begins_anew_is_heard() {
    let folder = TempDir::new().unwrap();
    let request = OpenRequest {
        rate: 7_200.0,
        ..request(folder.path(), true)
    };
    let (mut directory, running) = run(&request, 10).await;
    running.abort();
    let before = frames(&request.data).len();
    let flows = FlowPlan::before_2023();
    directory.checkpoint = None;
    let engine = directory.engine.clone();
    let mut network = VirtualNetwork::new(engine, &directory.origin, flows, None).unwrap();
    network.report_once().await.unwrap();
    assert_eq!(frames(&request.data).len(), before * 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn sensors_that_people_put_and_remove_do_not_keep_the_network_from_coming_back() {
    let folder = TempDir::new().unwrap();
    let request = OpenRequest {
        rate: 3_600.0,
        ..request(folder.path(), true)
    };
    let (directory, running) = run(&request, 5).await;
    let engine = &directory.engine;
    let command = |action| {
        Input::Command(Command {
            received_at: engine.clock().now(),
            action,
        })
    };
    let removed = Action::Remove("sensor/s0".parse().unwrap());
    engine.submit(command(removed)).await.unwrap();
    let mut other = sensor(0);
    other.key = "s-new".into();
    other.detail.dev_eui = twin_core::DevEui(99);
    let put = Action::Put(Record::Sensor(other));
    engine.submit(command(put)).await.unwrap();
    running.abort();
    engine.stop().await;
    drop(directory);
    let (directory, running) = run(&request, 5).await;
    running.abort();
    assert_eq!(
        directory.engine.twin().inventory().sensors().iter().count() as u64,
        SENSORS
    );
}
