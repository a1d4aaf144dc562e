//! Sensors become stale and silent when nothing comes, each at its own time.

use std::time::Duration;

use twin_core::{
    Action, Channel, Command, Effect, Input, Record, SensorStatus, Span, Timestamp, Twin, decide,
    evolve,
};

use super::super::clock::TwinClock;
use super::super::deadlines::Deadlines;
use super::super::handle::EngineRules;
use super::support::{Bench, frame, sensor, twin};

const T0: Timestamp = Timestamp::from_secs(1_700_000_000);

const NOBODY: [u32; 0] = [];

fn hours(n: i64) -> Timestamp {
    T0 + Span::from_hours(n)
}

fn after(twin: &Twin, input: &Input) -> Twin {
    evolve(twin.clone(), &decide(twin, input).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn sensors_get_stale_then_silent_each_change_stamped_with_its_own_deadline() {
    // Ten hours a second.
    let bench = Bench::new(TwinClock::simulated(T0, 36_000.0), EngineRules::default());
    let minute = |n| T0 + Span::from_secs(60 * n);
    for n in 0..3 {
        let at = minute(i64::try_from(n).unwrap());
        bench.engine.submit(frame(n, 0, at)).await.unwrap();
    }
    let mut listener = bench.engine.changes_since(Channel::Public, 0);
    let mut told = Vec::new();
    let patient = async {
        while told.len() < 6 {
            let item = listener.recv().await.unwrap();
            for change in item.changes() {
                if let Effect::SensorStatusChanged { sensor, status, .. } = &change.effect
                    && *status != SensorStatus::Ok
                {
                    told.push((sensor.key().to_owned(), *status, change.at));
                }
            }
        }
    };
    tokio::time::timeout(Duration::from_mins(1), patient)
        .await
        .unwrap();
    told.sort_by_key(|(key, _, at)| (key.clone(), *at));
    let expected: Vec<_> = (0..3_i64)
        .flat_map(|n| {
            let stale = (SensorStatus::Stale, minute(n) + Span::from_hours(3));
            let silent = (SensorStatus::Silent, minute(n) + Span::from_hours(12));
            [stale, silent].map(|(status, at)| (format!("s{n}"), status, at))
        })
        .collect();
    assert_eq!(told, expected);
    let entries = bench.switch.entries();
    assert!(entries.iter().all(|entry| !entry.changes.is_empty()));
    for entry in entries {
        if let Input::Tick(tick) = entry.input {
            assert!(entry.changes.iter().all(|change| change.at <= tick.at));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tick_that_finds_nothing_due_is_not_journaled() {
    let bench = Bench::new(TwinClock::simulated(T0, 36_000.0), EngineRules::default());
    bench.engine.submit(frame(0, 0, T0)).await.unwrap();
    // The queue holds the deadline of this report; newer ones come in before it is over.
    for f_cnt in 1..12 {
        let at = hours(i64::from(f_cnt));
        tokio::time::sleep(bench.engine.clock().wait_until(at)).await;
        bench.engine.submit(frame(0, f_cnt, at)).await.unwrap();
    }
    let is_tick = |entry: &gis_data::stores::Entry| matches!(entry.input, Input::Tick(_));
    let entries = bench.switch.entries();
    let stale = entries.iter().filter(|entry| is_tick(entry)).count();
    let fresh = entries.iter().filter(|entry| !is_tick(entry)).count();
    assert_eq!(fresh, 12);
    // A machine that slept for three hours of the twin, 0.3 s, makes the sensor truly stale.
    assert!(
        entries.iter().all(|entry| !entry.changes.is_empty()),
        "{stale}"
    );
}

#[test]
fn a_deadline_that_comes_up_too_early_is_put_back() {
    let twin = after(&twin(), &frame(0, 0, T0));
    let mut deadlines = Deadlines::of(&twin);
    assert_eq!(deadlines.next(), Some(hours(3)));
    let twin = after(&twin, &frame(0, 1, hours(2)));
    deadlines.arm(&twin, 0);
    assert_eq!(deadlines.next(), Some(hours(3)));
    assert_eq!(deadlines.take_due(&twin, hours(3)), NOBODY);
    assert_eq!(deadlines.next(), Some(hours(5)));
    assert_eq!(deadlines.take_due(&twin, hours(5)), [0]);
    assert_eq!(deadlines.next(), None);
}

#[test]
fn a_stale_sensor_that_reports_again_is_waited_for_from_then_on() {
    let mut twin = after(&twin(), &frame(0, 0, T0));
    let mut deadlines = Deadlines::of(&twin);
    let due = deadlines.take_due(&twin, hours(3));
    let tick = Input::Tick(twin_core::Tick { at: hours(3), due });
    twin = after(&twin, &tick);
    deadlines.arm(&twin, 0);
    assert_eq!(deadlines.next(), Some(hours(12)));
    twin = after(&twin, &frame(0, 1, hours(4)));
    deadlines.arm(&twin, 0);
    assert_eq!(deadlines.next(), Some(hours(7)));
    assert_eq!(deadlines.take_due(&twin, hours(7)), [0]);
    // What was queued before no longer counts.
    assert_eq!(deadlines.take_due(&twin, hours(12)), NOBODY);
    assert_eq!(deadlines.next(), None);
}

#[test]
fn a_sensor_that_is_to_report_more_often_is_waited_for_less_long() {
    let twin = after(&twin(), &frame(0, 0, T0));
    let mut deadlines = Deadlines::of(&twin);
    let mut faster = sensor(0);
    faster.detail.expected_interval = Span::from_secs(600);
    let put = Input::Command(Command {
        received_at: T0,
        action: Action::Put(Record::Sensor(faster)),
    });
    let twin = after(&twin, &put);
    deadlines.arm(&twin, 0);
    assert_eq!(deadlines.next(), Some(T0 + Span::from_secs(1_800)));
}
