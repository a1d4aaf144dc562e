//! Looking back: the state at a time, levels by the hour, day and week, and what is left of what was forgotten.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tests::HarnessResult;
use tests::client::get_json;
use tests::server::TwinServer;
use twin_core::{Span, Timestamp};

use crate::alarms::desk::fill;
use crate::reports::tell_at;
use crate::small::{Small, ask, now, operate, site};

fn tell(base: &str, lines: &str) {
    let told = operate(
        "POST",
        &format!("{base}/observations?backfill=true"),
        lines.as_bytes(),
    );
    assert_eq!(
        (told.status, &told.json()["refused"]),
        (200, &json!(0)),
        "{}",
        told.body
    );
}

fn minutes(n: i64) -> Span {
    Span::from_secs(60 * n)
}

/// Everything that is told of all assets at a time.
fn state(base: &str, query: &str) -> Value {
    let mut all = get_json(&format!("{base}/assets?limit=10000{query}")).unwrap();
    // The links repeat the question.
    all["links"].take();
    all
}

fn without_ages(mut all: Value) -> Value {
    for feature in all["features"].as_array_mut().unwrap() {
        for aging in ["age_s", "trust", "doubts"] {
            feature["properties"][aging].take();
        }
    }
    all
}

#[test]
fn the_past_is_told_as_it_was_known_then_also_after_a_restart() -> HarnessResult<()> {
    let small = Small::new(false);
    let mut server = small.serve("data")?;
    let base = server.base_url().to_owned();
    let mut known = Vec::new();
    for round in 0..4_u32 {
        let at = now() - minutes(40) + minutes(10 * i64::from(round));
        let lines: String = (0..10)
            .map(|n| fill(n, 0.1 * f64::from(round + 1), at))
            .collect();
        let told = operate("POST", &format!("{base}/observations"), lines.as_bytes());
        assert_eq!(told.json()["refused"], 0);
        let place = site(&format!("new{round}"), "Neuf", 6.8);
        operate("PUT", &format!("{base}/assets/site/new{round}"), &place);
        tell_at(
            &base,
            &json!({ "container": "container/c3", "seen": "full", "by": "crew" }),
        );
        std::thread::sleep(std::time::Duration::from_millis(30));
        known.push((now(), without_ages(state(&base, ""))));
        std::thread::sleep(std::time::Duration::from_millis(30));
    }
    operate("DELETE", &format!("{base}/assets/site/new1"), b"");
    server.signal("KILL")?;
    server.wait()?;
    let server = small.serve("data")?;
    let base = server.base_url();
    for (at, expected) in &known {
        let told = without_ages(state(base, &format!("&datetime={at}")));
        assert_eq!(told, *expected, "at {at}");
    }
    let (second, _) = &known[1];
    let one = |path: &str| ask("GET", &format!("{base}{path}"), None, b"").unwrap();
    assert_eq!(one("/assets/site/new1").status, 404);
    assert_eq!(
        one(&format!("/assets/site/new1?datetime={second}")).status,
        200
    );
    assert_eq!(
        one(&format!("/assets/site/new2?datetime={second}")).status,
        404
    );
    let snapshot = one(&format!("/live/snapshot?datetime={second}")).json();
    assert_eq!(
        (&snapshot["at"], &snapshot["containers"]["fill"][0]),
        (&json!(second), &json!(0.2))
    );
    let id = snapshot["containers"]["id"][0].as_str().unwrap();
    let told = one(&format!("/assets/{id}?datetime={second}")).json();
    assert_eq!(
        snapshot["containers"]["container_type"][0],
        told["properties"]["container_type"]
    );
    for (datetime, status) in [("2999-01-01T00:00:00Z", 400), ("tomorrow", 400)] {
        let refused = one(&format!("/assets?datetime={datetime}"));
        assert_eq!(refused.status, status);
        assert!(refused.body.contains(datetime), "{}", refused.body);
    }
    Ok(())
}

/// What is told of a container by a span.
fn summary(base: &str, by: &str, interval: &str) -> BTreeMap<String, Value> {
    let url = format!("{base}/assets/container/c0/history?by={by}&datetime={interval}");
    let answer = get_json(&url).unwrap();
    let spans = answer["spans"].as_array().unwrap().iter();
    spans
        .map(|span| (span["start"].as_str().unwrap().to_owned(), span.clone()))
        .collect()
}

/// A level every ten minutes of eight days, up to yesterday, emptied every two days.
fn eight_days(until: Timestamp) -> Vec<(Timestamp, f64)> {
    let level = |n: i64| {
        let at = until - minutes(8 * 24 * 60) + minutes(10 * n);
        let since_emptied = f64::from(u32::try_from(n % 288).unwrap());
        (at, (since_emptied / 320.0 * 1000.0).round() / 1000.0)
    };
    (0..8 * 144).map(level).collect()
}

fn serve_that_forgets(small: &Small) -> HarnessResult<TwinServer> {
    let mut command = small.command("data")?;
    command.env("TWIN_KEEP_CHANGES", "1000");
    TwinServer::start(command)
}

#[test]
fn levels_by_the_hour_day_and_week_are_the_same_once_their_changes_are_forgotten()
-> HarnessResult<()> {
    let small = Small::new(false);
    let server = small.serve("data")?;
    let until = now() - minutes(24 * 60);
    let levels = eight_days(until);
    let line = |n: u64| {
        levels
            .iter()
            .map(move |(at, level)| fill(n, *level, *at))
            .collect::<String>()
    };
    tell(server.base_url(), &line(0));
    let interval = format!("{}/{until}", until - minutes(9 * 24 * 60));
    let told = |base: &str| ["hour", "day", "week"].map(|by| summary(base, by, &interval));
    let in_full = told(server.base_url());
    assert_eq!(
        in_full[0]
            .values()
            .map(|it| it["readings"].as_u64().unwrap())
            .sum::<u64>(),
        8 * 144
    );
    let emptyings = |spans: &BTreeMap<String, Value>| {
        spans
            .values()
            .map(|it| it["emptyings"].as_u64().unwrap())
            .sum::<u64>()
    };
    assert_eq!(in_full.each_ref().map(emptyings), [3; 3]);
    assert!((1..=3).contains(&in_full[2].len()) && (8..=10).contains(&in_full[1].len()));
    drop(server);

    // So many more that the first are forgotten.
    let server = serve_that_forgets(&small)?;
    let base = server.base_url();
    for round in 0..3 {
        for n in 1..20 {
            let at = |(at, level): &(Timestamp, f64)| fill(n, *level, *at + Span::from_secs(round));
            tell(base, &levels.iter().map(at).collect::<String>());
        }
    }
    let gone = ask(
        "GET",
        &format!("{base}/assets?datetime={}", until - minutes(60)),
        None,
        b"",
    )
    .unwrap();
    assert_eq!(gone.status, 410, "{}", gone.body);
    assert_eq!(told(base), in_full);
    let url = format!("{base}/assets/container/c0/history?datetime={interval}");
    assert_eq!(get_json(&url)?["points"], json!([]), "they are forgotten");
    Ok(())
}
