//! Measured values without frames: many at once over HTTP, and from files.

use std::process::Command;

use serde_json::{Value, json};
use tests::HarnessResult;
use tests::client::get_json;
use tests::server::{TwinServer, output_of, twin};
use twin_core::{Span, Timestamp};

use crate::small::{Answer, Small, TOKEN, now};

fn post(server: &TwinServer, query: &str, kind: &str, body: &str) -> Answer {
    let url = format!("{}/observations{query}", server.base_url());
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into();
    let request = agent
        .post(url)
        .header("authorization", format!("Bearer {TOKEN}"))
        .header("content-type", kind);
    let mut response = request.send(body).unwrap();
    Answer {
        status: response.status().as_u16(),
        challenge: None,
        body: response.body_mut().read_to_string().unwrap(),
    }
}

fn line(sensor: &str, phenomenon: &str, value: f64, at: Timestamp) -> String {
    let line = json!({
        "sensor": sensor, "phenomenon": phenomenon, "value": value, "observed_at": at,
    });
    format!("{line}\n")
}

fn fills(base: &str, container: &str, hours: u32) -> Vec<f64> {
    let url = format!("{base}/assets/container/{container}/history?hours={hours}");
    let history = get_json(&url).unwrap();
    let points = history["points"].as_array().unwrap().clone();
    let fill = |point: &Value| (point[1].as_f64().unwrap() * 100.0).round() / 100.0;
    points.iter().map(fill).collect()
}

#[test]
fn lines_are_taken_in_together_and_those_that_cannot_be_are_named() -> HarnessResult<()> {
    let small = Small::new(false);
    let server = small.serve("data")?;
    let at = now() - Span::from_hours(2);
    let body = [
        line("sensor/s0", "distance", 1100.0, at),
        line("sensor/s1", "fill", 0.25, at),
        line("sensor/nobody", "distance", 900.0, at),
        "{\"sensor\": 1}\n\n".to_owned(),
        line("sensor/s2", "fill", 1.5, at),
        line(
            "sensor/s3",
            "distance",
            900.0,
            at - Span::from_hours(24 * 30),
        ),
        line("sensor/s0", "battery", 0.8, at + Span::from_secs(1)),
    ];
    let told = post(&server, "", "application/x-ndjson", &body.concat()).json();
    assert_eq!(told["taken"], 3);
    assert_eq!(told["refused"], 4);
    let faults = told["faults"].as_array().unwrap();
    let named = |line: u64| {
        let fault = faults.iter().find(|fault| fault["line"] == line).unwrap();
        fault["why"].as_str().unwrap().to_owned()
    };
    assert!(named(3).contains("sensor/nobody"));
    assert!(named(4).contains("JSON"));
    assert!(named(6).contains("1.5"));
    assert!(named(7).contains("7 days"));
    let container = |key: &str| get_json(&format!("{}/assets/container/{key}", server.base_url()));
    assert_eq!(container("c0")?["properties"]["fill"], 0.5);
    assert_eq!(container("c1")?["properties"]["fill"], 0.25);
    let again = post(
        &server,
        "",
        "application/x-ndjson",
        &line("sensor/s1", "fill", 0.25, at),
    );
    assert_eq!(again.json()["known"], 1);
    assert_eq!(post(&server, "", "application/xml", "<a/>").status, 415);
    Ok(())
}

#[test]
fn the_past_is_told_without_touching_the_present() -> HarnessResult<()> {
    let small = Small::new(false);
    let server = small.serve("data")?;
    let now = now();
    let present = line("sensor/s0", "fill", 0.9, now - Span::from_secs(60));
    assert_eq!(
        post(&server, "", "application/json", &present).json()["taken"],
        1
    );
    let of_day = |day: u8| {
        let at = now - Span::from_hours(24 * i64::from(day));
        format!("{at},sensor/s0,fill,{}\n", f64::from(day) / 100.0)
    };
    let header = "observed_at,sensor,phenomenon,value\n".to_owned();
    let csv: String = std::iter::once(header)
        .chain((1..=100).rev().map(of_day))
        .collect();
    let told = post(&server, "?backfill=true", "text/csv", &csv).json();
    assert_eq!((&told["taken"], &told["refused"]), (&json!(100), &json!(0)));
    let base = server.base_url();
    let expected: Vec<f64> = (1..=100_u8)
        .rev()
        .map(|day| f64::from(day) / 100.0)
        .chain([0.9])
        .collect();
    assert_eq!(fills(base, "c0", 9_000), expected);
    let container = get_json(&format!("{base}/assets/container/c0"))?;
    assert_eq!(container["properties"]["fill"], 0.9);
    assert_eq!(container["properties"]["status"], "ok");
    Ok(())
}

fn ingest(small: &Small, arguments: &[&str], file: &str) -> HarnessResult<Command> {
    let mut command = twin(&["ingest", "--data"])?;
    command
        .arg(small.path("data"))
        .args(arguments)
        .arg(small.path(file));
    Ok(command)
}

#[test]
fn a_file_goes_into_a_directory_that_nobody_uses() -> HarnessResult<()> {
    let small = Small::new(false);
    let start = now() - Span::from_hours(24 * 20);
    let nth = |n: u32| {
        let at = start + Span::from_secs(i64::from(n));
        line(
            &format!("sensor/s{}", n % 20),
            "distance",
            f64::from(400 + n % 1_400),
            at,
        )
    };
    let lines: String = (0..5_000).map(nth).collect();
    std::fs::write(small.path("old.jsonl"), lines).unwrap();
    let early = ingest(&small, &[], "old.jsonl")?.output().unwrap();
    assert!(String::from_utf8_lossy(&early.stderr).contains("no data directory"));

    let server = small.serve("data")?;
    let in_use = ingest(&small, &["--backfill"], "old.jsonl")?
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&in_use.stderr).contains("in use"));
    drop(server);

    let refused = ingest(&small, &["--json"], "old.jsonl")?.output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    let told: Value = serde_json::from_slice(&refused.stdout).unwrap();
    assert_eq!(
        (&told["taken"], &told["refused"]),
        (&json!(0), &json!(5_000))
    );
    let output = output_of(ingest(&small, &["--backfill"], "old.jsonl")?)?;
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(told.contains("5000 values taken in"), "{output:?}");
    let server = small.serve("data")?;
    assert_eq!(fills(server.base_url(), "c7", 9_000).len(), 250);
    Ok(())
}
