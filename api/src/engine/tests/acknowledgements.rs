//! What is acknowledged is on disk; what is not on disk is neither acknowledged nor seen.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use futures_util::FutureExt as _;
use gis_data::stores::JournalReader as _;
use metrics_exporter_prometheus::PrometheusBuilder;
use tower::ServiceExt as _;
use twin_core::{Action, Asset, Channel, Command, DevEui, Ground, Input, Record, Sensor, decide};

use super::super::clock::TwinClock;
use super::super::error::SubmitError;
use super::super::handle::EngineRules;
use super::super::past::Past;
use super::support::{Bench, frame, pack, sensor, twin};
use crate::alarms::Carriers;
use crate::forecast::Foresight;
use crate::http::{
    ApiState, Listeners, ServedAddresses, ServedForecasts, ServedPlans, ServedRoads,
    ServedSimulations, Territory, Writers, app,
};
use crate::ingest::Codecs;

async fn readiness(bench: &Bench) -> StatusCode {
    let manifest = pack(false).manifest;
    let state = ApiState {
        plans: ServedPlans::new(bench.engine.clone(), "nowhere".into(), manifest.clone()),
        simulations: ServedSimulations::new(
            bench.engine.clone(),
            (Path::new("nowhere"), "nowhere".into()),
            manifest.clone(),
        ),
        past: Past::new(twin(), bench.engine.readers().clone()),
        engine: bench.engine.clone(),
        territory: Arc::new(Territory::new(manifest, Ground::default())),
        addresses: ServedAddresses::default(),
        forecasts: ServedForecasts::new(Foresight::new(bench.engine.clone())),
        roads: ServedRoads::new("nowhere".into(), false),
        codecs: Codecs::default(),
        alarm_rules: Arc::default(),
        carriers: Carriers::default(),
        listeners: Listeners::default(),
        writers: Writers(None),
        metrics: PrometheusBuilder::new().build_recorder().handle(),
    };
    let request = Request::get("/readyz").body(Body::empty()).unwrap();
    app(state).oneshot(request).await.unwrap().status()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_input_is_acknowledged_and_seen_only_after_its_commit() {
    let bench = Bench::new(TwinClock::wall(), EngineRules::default());
    let (reached, open) = bench.switch.hold_next();
    let now = bench.engine.clock().now();
    let mut outcome = bench.engine.hand_over(frame(0, 1, now)).await.unwrap();
    tokio::task::spawn_blocking(move || reached.recv().unwrap())
        .await
        .unwrap();
    assert!((&mut outcome).now_or_never().is_none());
    assert_eq!(bench.engine.twin().seq(Channel::Public), 0);
    open.send(()).unwrap();
    let receipt = outcome.await.unwrap();
    assert_eq!(receipt.changes as u64, receipt.seq);
    assert_eq!(bench.reader().last(Channel::Public).unwrap(), receipt.seq);
    assert_eq!(bench.engine.twin().seq(Channel::Public), receipt.seq);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_stored_is_said_so_and_leaves_the_twin_as_it_was() {
    let bench = Bench::new(TwinClock::wall(), EngineRules::default());
    let now = bench.engine.clock().now();
    bench.engine.submit(frame(0, 1, now)).await.unwrap();
    let before = bench.engine.twin();
    assert_eq!(readiness(&bench).await, StatusCode::OK);

    bench.switch.set_fails(true);
    for f_cnt in 2..4 {
        let refused = bench.engine.submit(frame(0, f_cnt, now)).await;
        assert!(
            matches!(refused, Err(SubmitError::NotStored)),
            "{refused:?}"
        );
        assert!(!bench.engine.is_healthy());
        assert_eq!(bench.engine.twin(), before);
    }
    assert_eq!(readiness(&bench).await, StatusCode::SERVICE_UNAVAILABLE);

    bench.switch.set_fails(false);
    let receipt = bench.engine.submit(frame(0, 2, now)).await.unwrap();
    assert!(receipt.seq > before.seq(Channel::Public));
    assert!(bench.engine.is_healthy());
    assert_eq!(readiness(&bench).await, StatusCode::OK);
    let told = bench.reader().changes(Channel::Public, 0, 100).unwrap();
    assert_eq!(told.len() as u64, receipt.seq);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_that_can_be_written_again_is_found_out_without_any_input() {
    let bench = Bench::new(TwinClock::wall(), EngineRules::default());
    bench.switch.set_fails(true);
    let now = bench.engine.clock().now();
    assert!(bench.engine.submit(frame(0, 1, now)).await.is_err());
    assert!(!bench.engine.is_healthy());
    bench.switch.set_fails(false);
    let healthy = async {
        while !bench.engine.is_healthy() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), healthy)
        .await
        .unwrap();
    assert_eq!(bench.engine.twin().seq(Channel::Public), 0);
}

fn put(sensor: Asset<Sensor>, bench: &Bench) -> Input {
    Input::Command(Command {
        received_at: bench.engine.clock().now(),
        action: Action::Put(Record::Sensor(sensor)),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_that_rests_on_what_was_not_stored_is_not_final() {
    let bench = Bench::new(TwinClock::wall(), EngineRules::default());
    // The first gets a number that the second wants to have, in the same group.
    let mut first = sensor(0);
    first.detail.dev_eui = DevEui(77);
    let mut second = sensor(1);
    second.detail.dev_eui = DevEui(77);
    assert!(decide(&twin(), &put(second.clone(), &bench)).is_ok());

    bench.switch.set_fails(true);
    let (reached, open) = bench.switch.hold_next();
    let now = bench.engine.clock().now();
    let held = bench.engine.hand_over(frame(2, 1, now)).await.unwrap();
    tokio::task::spawn_blocking(move || reached.recv().unwrap())
        .await
        .unwrap();
    let first = bench.engine.hand_over(put(first, &bench)).await.unwrap();
    let refused = bench
        .engine
        .hand_over(put(second.clone(), &bench))
        .await
        .unwrap();
    open.send(()).unwrap();
    for outcome in [held, first, refused] {
        let outcome = outcome.await;
        assert!(
            matches!(outcome, Err(SubmitError::NotStored)),
            "{outcome:?}"
        );
    }
    bench.switch.set_fails(false);
    bench.engine.submit(put(second, &bench)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_delivered_twice_is_acknowledged_twice_and_told_once() {
    let bench = Bench::new(TwinClock::wall(), EngineRules::default());
    let now = bench.engine.clock().now();
    let twice = [
        bench.engine.hand_over(frame(0, 1, now)).await.unwrap(),
        bench.engine.hand_over(frame(0, 1, now)).await.unwrap(),
    ];
    let [first, second] = twice;
    let (first, second) = (first.await.unwrap(), second.await.unwrap());
    assert!(first.changes > 0);
    assert_eq!((second.changes, second.seq), (0, first.seq));
    assert_eq!(bench.switch.entries().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_submits_to_a_stopped_twin_is_told_so() {
    let bench = Bench::new(TwinClock::wall(), EngineRules::default());
    bench.engine.stop().await;
    let now = bench.engine.clock().now();
    let refused = bench.engine.submit(frame(0, 1, now)).await;
    assert!(matches!(refused, Err(SubmitError::Stopping)), "{refused:?}");
    assert!(!bench.engine.is_healthy());
}
