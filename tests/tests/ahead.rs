//! Looking ahead: how full containers will be, from what their sensors told so far.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::HarnessResult;
use twin_core::{Span, Timestamp};

use crate::alarms::desk::fill;
use crate::small::{Answer, Small, ask, now, operate};

/// Readings are four hours apart.
const EVERY_H: i64 = 4;
/// Sensors that told their levels for ten days.
const KNOWN: u64 = 12;

fn tell(base: &str, lines: &str) {
    let told = operate(
        "POST",
        &format!("{base}/observations?backfill=true"),
        lines.as_bytes(),
    );
    let refused = &told.json()["refused"];
    assert_eq!((told.status, refused), (200, &json!(0)), "{}", told.body);
}

/// A level of a sensor that fills by a tenth a day and is emptied at 60 %, some hours before now; of the last
/// eight hours no emptying.
fn level(sensor: u64, hours_ago: i64) -> f64 {
    let hours = i64::try_from(4 * sensor).unwrap() + 240 - hours_ago;
    0.02 + f64::from(u16::try_from(hours.rem_euclid(144)).unwrap()) / 240.0
}

/// The levels of some sensors in the order of time, up to a time.
fn levels(sensors: std::ops::Range<u64>, until: Timestamp) -> String {
    let line = |hours_ago: i64| {
        let at = until - Span::from_hours(hours_ago);
        let lines = sensors.clone().map(move |sensor| {
            let apart = Span::from_secs(i64::try_from(sensor).unwrap());
            fill(sensor, level(sensor, hours_ago), at - apart)
        });
        lines.collect::<String>()
    };
    (0..=240 / EVERY_H)
        .rev()
        .map(|nth| line(nth * EVERY_H))
        .collect()
}

fn get(base: &str, path: &str) -> Answer {
    ask("GET", &format!("{base}{path}"), None, b"").unwrap()
}

fn forecast(base: &str, container: u64) -> Answer {
    get(base, &format!("/assets/container/c{container}/forecast"))
}

/// The forecast of a container, as soon as it is what is waited for.
fn wait_for(base: &str, container: u64, is_there: impl Fn(&Answer) -> bool) -> Answer {
    let begun = Instant::now();
    loop {
        let answer = forecast(base, container);
        if is_there(&answer) {
            return answer;
        }
        assert!(begun.elapsed() < Duration::from_mins(1), "{}", answer.body);
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn readings(answer: &Answer) -> Option<u64> {
    (answer.status == 200).then(|| answer.json()["basis"]["readings"].as_u64())?
}

/// The quantiles of the steps, in order.
fn steps(told: &Value) -> Vec<(i64, Vec<f64>)> {
    let step = |step: &Value| {
        let loads = step[1].as_array().unwrap().iter();
        let loads = loads.map(|load| load.as_f64().unwrap()).collect();
        (step[0].as_i64().unwrap(), loads)
    };
    told["steps"].as_array().unwrap().iter().map(step).collect()
}

#[test]
fn levels_to_come_are_told_with_their_doubt_also_after_a_restart() -> HarnessResult<()> {
    let small = Small::with_sensors(16, Span::from_hours(EVERY_H));
    let server = small.serve("data")?;
    let base = server.base_url().to_owned();
    let until = now();
    tell(&base, &levels(0..KNOWN, until));
    let answer = wait_for(&base, 3, |answer| readings(answer) == Some(61));
    let told = answer.json();
    assert_eq!(told["condition"], "no-collection");
    assert_eq!(told["quantiles"], json!([0.05, 0.25, 0.5, 0.75, 0.95]));
    let steps = steps(&told);
    assert_eq!(steps.len(), 57);
    assert_eq!(steps[56].0 - steps[0].0, 7 * 86_400);
    assert!(steps.iter().all(|(_, loads)| loads.is_sorted()));
    let present = level(3, 0);
    let (tomorrow, next) = (steps[8].1[2], steps[0].1[2]);
    assert!((next - present).abs() < 0.08, "{next} {present}");
    assert!((tomorrow - present - 0.1).abs() < 0.08, "{tomorrow}");
    assert!(told["basis"]["emptied_at"].is_string(), "{told}");
    let full = &told["full"];
    assert!(full["earliest_at"].as_str() < full["median_at"].as_str());
    assert!(full["median_at"].as_str() < full["latest_at"].as_str());

    let before = get(&base, "/forecast?ahead=P2D").json();
    drop(server);
    let server = small.serve("data")?;
    let base = server.base_url();
    wait_for(base, 3, |answer| readings(answer) == Some(61));
    let after = get(base, "/forecast?ahead=P2D").json();
    for column in ["low", "median", "high"] {
        let pairs = [&before, &after].map(|it| it[column].as_array().unwrap().clone());
        for (one, other) in pairs[0].iter().zip(&pairs[1]) {
            let off = one.as_i64().zip(other.as_i64()).map(|(a, b)| (a - b).abs());
            assert!(off.is_none_or(|off| off <= 10), "{one} {other}");
            assert_eq!(one.is_null(), other.is_null());
        }
    }
    Ok(())
}

#[test]
fn all_containers_are_forecast_in_the_order_of_the_snapshot() -> HarnessResult<()> {
    let small = Small::with_sensors(16, Span::from_hours(EVERY_H));
    let server = small.serve("data")?;
    let base = server.base_url();
    tell(base, &levels(0..KNOWN, now()));
    wait_for(base, KNOWN - 1, |answer| readings(answer) == Some(61));
    let snapshot = get(base, "/live/snapshot").json();
    let ids = snapshot["containers"]["id"].as_array().unwrap();
    let told = get(base, "/forecast?ahead=PT24H").json();
    for column in ["low", "median", "high"] {
        assert_eq!(told[column].as_array().unwrap().len(), ids.len());
    }
    assert_eq!(told["full"]["forecast"], KNOWN);
    for (nth, id) in ids.iter().enumerate() {
        let number: u64 = id.as_str().unwrap()["container/c".len()..].parse().unwrap();
        let median = told["median"][nth].as_f64();
        assert_eq!(median.is_some(), number < KNOWN, "{id}");
        if let Some(median) = median {
            let expected = 1000.0 * (level(number, 0) + 0.1);
            assert!(
                (median - expected).abs() < 90.0,
                "{id}: {median} {expected}"
            );
        }
    }
    // The same moment by its name, and the digest that says whose columns these are.
    let of = told["forecast_of"].as_str().unwrap();
    let named = get(base, &format!("/forecast?datetime={of}")).json();
    assert_eq!(
        (&named["forecast_of"], &named["numbering"]),
        (&told["forecast_of"], &told["numbering"])
    );
    operate("DELETE", &format!("{base}/assets/container/c15"), b"");
    let other = get(base, "/forecast?ahead=PT25H").json();
    let shorter = other["median"].as_array().unwrap().len();
    if shorter < ids.len() {
        assert_ne!(other["numbering"], told["numbering"]);
    }
    Ok(())
}

#[test]
fn where_too_little_is_known_a_sentence_says_so() -> HarnessResult<()> {
    let small = Small::with_sensors(16, Span::from_hours(EVERY_H));
    let server = small.serve("data")?;
    let base = server.base_url();
    let until = now();
    tell(base, &levels(0..KNOWN, until));
    wait_for(base, 0, |answer| readings(answer) == Some(61));
    let short = (0..3).map(|n| fill(13, 0.3, until - Span::from_hours(8 - 4 * n)));
    tell(base, &short.collect::<String>());
    let short = wait_for(base, 13, |answer| answer.body.contains("3 levels")).json();
    assert_eq!(short["unforeseen"], "too-little");
    let because = short["because"].as_str().unwrap();
    assert!(because.contains("a forecast needs 6"), "{because}");
    let unread = forecast(base, 14).json();
    assert_eq!(unread["unforeseen"], "unread");
    assert!(unread["because"].as_str().unwrap().contains("no level"));

    // What is told of the past is learned too, only later.
    tell(base, &levels(14..15, until - Span::from_secs(60)));
    wait_for(base, 14, |answer| readings(answer) == Some(61));

    for (path, status) in [
        ("/assets/container/nobody/forecast", 404),
        ("/assets/sensor/s1/forecast", 404),
        ("/assets/container/c1/forecast?hours=3", 400),
        ("/forecast?ahead=PT0H", 400),
        ("/forecast?ahead=P8D", 400),
        ("/forecast?ahead=soon", 400),
        ("/forecast?datetime=2020-01-01T00:00:00Z", 400),
        ("/forecast?ahead=PT3H&datetime=2020-01-01T00:00:00Z", 400),
    ] {
        let refused = get(base, path);
        assert_eq!(refused.status, status, "{path}: {}", refused.body);
        assert!(refused.json()["detail"].is_string(), "{path}");
    }
    Ok(())
}
