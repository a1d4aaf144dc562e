//! Everybody sees where the trucks of a demonstration are by its plan; those of true vehicles are for operators.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::HarnessResult;
use tests::client::get_json;
use tests::server::{TwinServer, twin};
use twin_core::Timestamp;

use crate::small::{Small, TOKEN, ask, operate};

/// A Tuesday outside of holidays.
const TUESDAY: &str = "2022-05-17";

fn time(of: &Value) -> Timestamp {
    of.as_str().unwrap().parse().unwrap()
}

/// The rounds of the server's day, once they are planned.
fn planned(base: &str) -> HarnessResult<Value> {
    let begun = Instant::now();
    loop {
        let rounds = get_json(&format!("{base}/rounds/today"))?;
        if rounds["state"] != "being-planned" {
            return Ok(rounds);
        }
        assert_eq!(rounds["vehicles"], json!([]));
        assert!(begun.elapsed() < Duration::from_mins(5), "{rounds}");
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// Each vehicle's ways and calls follow each other without a gap.
fn assert_joined(vehicle: &Value) {
    let calls = vehicle["calls"].as_array().unwrap();
    let drives = vehicle["drives"].as_array().unwrap();
    assert!(!drives.is_empty());
    let mut last = time(&vehicle["on_duty"]);
    for drive in drives {
        let column = |name: &str| drive[name].as_array().unwrap();
        let leaves = time(&drive["departure"]);
        assert!(leaves >= last, "{leaves} is before {last}");
        assert!(calls.iter().any(|call| time(&call["departure"]) == leaves));
        let times: Vec<f64> = column("at_s").iter().filter_map(Value::as_f64).collect();
        assert!(times.is_sorted() && times.len() == column("lon").len());
        assert_eq!(times.len(), column("lat").len());
        let arrives_ms = leaves.as_millis() as f64 + times.last().unwrap() * 1000.0;
        let is_met =
            |call: &Value| (time(&call["arrival"]).as_millis() as f64 - arrives_ms).abs() < 1.0;
        let call = calls.iter().find(|call| is_met(call)).unwrap();
        last = time(&call["arrival"]);
    }
    assert!(last <= time(&vehicle["off_duty"]));
    for call in calls {
        let share = call["load_share"].as_f64().unwrap();
        assert!((0.0..=1.0).contains(&share), "{call}");
        if call["kind"] == "unload" {
            assert_eq!(call["load_kg"], 0, "{call}");
        }
    }
}

#[test]
fn a_demonstration_plans_its_day_and_tells_everybody_where_trucks_are() -> HarnessResult<()> {
    let data = tempfile::tempdir().unwrap();
    let mut command = twin(&["serve", "--listen", "127.0.0.1:0", "--preset", "demo-2022"])?;
    command.args(["--date", "2022-05-17T04:00:00Z", "--data"]);
    command.arg(data.path()).env("TWIN_LOG", "error");
    command.env("TWIN_OPERATOR_TOKEN", TOKEN);
    let server = TwinServer::start(command)?;
    let base = server.base_url();
    let rounds = planned(base)?;
    assert_eq!(rounds["state"], "planned", "{rounds}");
    assert_eq!(
        (&rounds["date"], &rounds["synthetic"]),
        (&json!(TUESDAY), &json!(true))
    );
    let vehicles = rounds["vehicles"].as_array().unwrap();
    assert!(!vehicles.is_empty());
    vehicles.iter().for_each(assert_joined);
    let stops = vehicles
        .iter()
        .flat_map(|it| it["calls"].as_array().unwrap());
    let loaded = stops.filter(|call| call["kind"] == "stop" && call["load_kg"] != 0);
    assert!(loaded.count() > 10);
    let text = rounds.to_string();
    assert!(
        !text.contains("crew") && !text.contains("driver"),
        "nobody is named"
    );

    // The day has its own name, too, and is not sent again to whoever has it.
    let url = format!("{base}/rounds/{TUESDAY}");
    assert_eq!(get_json(&url)?, rounds);
    let first = ureq::get(&url).call().unwrap();
    let tag = first.headers()["etag"].to_str().unwrap().to_owned();
    let again = ureq::get(&url)
        .header("If-None-Match", &tag)
        .call()
        .unwrap();
    assert_eq!(again.status(), 304);

    // Another day has not been planned: nobody pays for that but who has it done.
    let other = get_json(&format!("{base}/rounds/2022-05-18"))?;
    assert_eq!(
        (&other["state"], &other["vehicles"]),
        (&json!("none"), &json!([]))
    );
    for nonsense in ["2022-02-30", "tomorrow", "1"] {
        let refused = ask("GET", &format!("{base}/rounds/{nonsense}"), None, b"").unwrap();
        assert_eq!(refused.status, 400, "{nonsense}");
    }
    let jobs = operate("GET", &format!("{base}/plans"), b"").json();
    assert_eq!(jobs["plans"], json!([]), "it is no job of an operator");
    Ok(())
}

#[test]
fn an_operators_plan_takes_the_place_of_the_servers_own() -> HarnessResult<()> {
    let data = tempfile::tempdir().unwrap();
    let mut command = twin(&["serve", "--listen", "127.0.0.1:0", "--preset", "demo-2022"])?;
    command.args(["--date", "2022-05-16T18:00:00Z", "--data"]);
    command.arg(data.path()).env("TWIN_LOG", "error");
    command.env("TWIN_OPERATOR_TOKEN", TOKEN);
    let server = TwinServer::start(command)?;
    let base = server.base_url();
    let url = format!("{base}/rounds/{TUESDAY}");
    assert_eq!(get_json(&url)?["state"], "none", "it is not today");
    let body = json!({"date": TUESDAY, "iterations": 200, "seconds": 300, "streams": ["glass"]});
    let taken = operate(
        "POST",
        &format!("{base}/plans"),
        body.to_string().as_bytes(),
    );
    assert_eq!(taken.status, 202, "{}", taken.body);
    let begun = Instant::now();
    let rounds = loop {
        let rounds = get_json(&url)?;
        if rounds["state"] == "planned" {
            break rounds;
        }
        assert!(begun.elapsed() < Duration::from_mins(5), "{rounds}");
        std::thread::sleep(Duration::from_millis(200));
    };
    let vehicles = rounds["vehicles"].as_array().unwrap();
    let calls = vehicles
        .iter()
        .flat_map(|it| it["calls"].as_array().unwrap());
    let streams = calls.flat_map(|call| call["streams"].as_array().unwrap());
    assert!(streams.into_iter().all(|stream| stream == "glass"));
    Ok(())
}

#[test]
fn rounds_of_true_vehicles_are_for_operators() -> HarnessResult<()> {
    let small = Small::new(false);
    let server = small.serve("data")?;
    let url = format!("{}/rounds/today", server.base_url());
    assert_eq!(ask("GET", &url, None, b"").unwrap().status, 401);
    let told = operate("GET", &url, b"");
    assert_eq!(told.status, 200, "{}", told.body);
    let told = told.json();
    assert_eq!(
        (&told["state"], &told["vehicles"]),
        (&json!("none"), &json!([]))
    );
    assert!(
        told["reason"]
            .as_str()
            .unwrap()
            .contains("nobody has planned")
    );
    Ok(())
}

#[test]
fn a_demonstration_that_cannot_be_planned_says_so() -> HarnessResult<()> {
    let small = Small::new(true);
    let server = small.serve("data")?;
    let rounds = planned(server.base_url())?;
    assert_eq!(
        (&rounds["state"], &rounds["vehicles"]),
        (&json!("none"), &json!([]))
    );
    assert!(
        rounds["reason"]
            .as_str()
            .unwrap()
            .contains("could not be planned"),
        "{rounds}"
    );
    Ok(())
}
