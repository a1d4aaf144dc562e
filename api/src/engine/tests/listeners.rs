//! Listeners get every change once, in order, wherever they begin and however slow they are.

use std::time::Duration;

use tokio::sync::mpsc;
use twin_core::{Channel, Timestamp};

use super::super::clock::TwinClock;
use super::super::handle::{Engine, EngineRules};
use super::super::stream::StreamItem;
use super::support::{Bench, SENSORS, frame, one_by_one};

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_mins(2);

async fn next(listener: &mut mpsc::Receiver<StreamItem>) -> StreamItem {
    let item = tokio::time::timeout(PATIENCE, listener.recv()).await;
    item.unwrap().unwrap()
}

/// The numbers that a listener gets up to `last`.
async fn numbers(mut listener: mpsc::Receiver<StreamItem>, last: u64) -> Vec<u64> {
    let mut numbers = Vec::new();
    while numbers.last().is_none_or(|number| *number < last) {
        let item = next(&mut listener).await;
        if let StreamItem::Reset { seq } = item {
            panic!("reset to {seq}");
        }
        numbers.extend(item.changes().iter().map(|change| change.seq));
    }
    numbers
}

/// Hands over frames `from..to` of every sensor; returns the last number.
async fn pour(engine: Engine, from: u32, to: u32) -> u64 {
    let mut last = 0;
    let mut outcomes = Vec::new();
    for f_cnt in from..to {
        for sensor in 0..SENSORS {
            let now = engine.clock().now();
            outcomes.push(engine.hand_over(frame(sensor, f_cnt, now)).await.unwrap());
        }
    }
    for outcome in outcomes {
        last = outcome.await.unwrap().seq.max(last);
    }
    last
}

#[tokio::test(flavor = "multi_thread")]
async fn listeners_that_begin_anywhere_while_inputs_pour_in_miss_nothing_and_get_nothing_twice() {
    let bench = Bench::new(
        TwinClock::wall(),
        EngineRules {
            group_window: Duration::from_millis(1),
            group_size: 16,
            ..EngineRules::default()
        },
    );
    pour(bench.engine.clone(), 0, 100).await;
    let pouring = tokio::spawn(pour(bench.engine.clone(), 100, 500));
    let mut listeners = Vec::new();
    for round in 0..12_u64 {
        // Never at the present, which may be the end: then nothing more would come.
        let since = bench.engine.twin().seq(Channel::Public) * round / 12;
        listeners.push((since, bench.engine.changes_since(Channel::Public, since)));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let last = pouring.await.unwrap();
    assert!(last >= 4 * 500);
    for (since, listener) in listeners {
        let told = numbers(listener, last).await;
        assert!(told.into_iter().eq(since + 1..=last), "since {since}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_back_goes_on_after_the_last_number() {
    let bench = Bench::new(TwinClock::wall(), EngineRules::default());
    let last = pour(bench.engine.clone(), 0, 50).await;
    let first = bench.engine.changes_since(Channel::Public, 0);
    let told = numbers(first, 30).await;
    assert!(told.into_iter().take(30).eq(1..=30));
    let again = bench.engine.changes_since(Channel::Public, 30);
    assert!(numbers(again, last).await.into_iter().eq(31..=last));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_that_lags_far_behind_still_gets_every_change_once() {
    let bench = Bench::new(TwinClock::wall(), one_by_one());
    let mut listener = bench.engine.changes_since(Channel::Public, 0);
    pour(bench.engine.clone(), 0, 1).await;
    let first = next(&mut listener).await;
    let told = first.last(Channel::Public).unwrap();
    assert_eq!(first.changes()[0].seq, 1);
    // More batches than the broadcast keeps, beyond more changes than may wait for the listener.
    let last = pour(bench.engine.clone(), 1, 400).await;
    assert!(last > 64 + 256 * 2, "{last}");
    assert!(
        numbers(listener, last)
            .await
            .into_iter()
            .eq(told + 1..=last)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_what_is_forgotten_is_reset_to_the_present_and_goes_on() {
    let rules = EngineRules {
        snapshot_every: 50,
        retained_changes: 20,
        ..EngineRules::default()
    };
    let bench = Bench::new(TwinClock::wall(), rules);
    pour(bench.engine.clone(), 0, 40).await;
    // Its answer comes after the house was kept.
    let present = pour(bench.engine.clone(), 40, 41).await;
    let mut listener = bench.engine.changes_since(Channel::Public, 3);
    let reset = next(&mut listener).await;
    assert!(matches!(reset, StreamItem::Reset { seq } if seq == present));
    let last = pour(bench.engine.clone(), 41, 45).await;
    assert!(
        numbers(listener, last)
            .await
            .into_iter()
            .eq(present + 1..=last)
    );
    let kept = bench.engine.changes_since(Channel::Public, present);
    assert!(numbers(kept, last).await.into_iter().eq(present + 1..=last));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_what_never_was_is_reset_to_the_present() {
    let bench = Bench::new(TwinClock::wall(), EngineRules::default());
    let present = pour(bench.engine.clone(), 0, 2).await;
    let mut listener = bench.engine.changes_since(Channel::Public, 1_000_000);
    let reset = next(&mut listener).await;
    assert!(matches!(reset, StreamItem::Reset { seq } if seq == present));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_when_the_twin_stops() {
    let bench = Bench::new(TwinClock::wall(), EngineRules::default());
    let at = Timestamp::from_millis(bench.engine.clock().now().as_millis());
    let mut listener = bench.engine.changes_since(Channel::Public, 0);
    bench.engine.submit(frame(0, 1, at)).await.unwrap();
    assert!(!next(&mut listener).await.changes().is_empty());
    bench.engine.stop().await;
    let end = async { while listener.recv().await.is_some() {} };
    tokio::time::timeout(PATIENCE, end).await.unwrap();
}
