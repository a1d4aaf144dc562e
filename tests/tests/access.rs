//! Who may write, and what the public never learns.

use std::io::{BufRead as _, BufReader};

use rstest::rstest;
use serde_json::Value;
use tests::HarnessResult;
use tests::client::{changes, get_json};
use tests::server::TwinServer;

use crate::small::{
    HANGS_AT, LOOKS_TO, Small, TOKEN, aiming, ask, device, event, now, operate, site,
};

/// Requests that only operators may make.
const WRITES: [(&str, &str); 28] = [
    ("PUT", "/assets/site/w"),
    ("DELETE", "/assets/site/p"),
    ("PUT", "/assets/camera/k/aiming"),
    ("POST", "/ingest/chirpstack?event=up"),
    ("POST", "/ingest/things-stack"),
    ("POST", "/observations"),
    ("POST", "/reports"),
    ("GET", "/quarantine"),
    ("GET", "/quarantine/24e124713daa0001"),
    ("DELETE", "/quarantine/24e124713daa0001"),
    ("POST", "/quarantine/24e124713daa0001/adopt"),
    ("POST", "/quarantine/24e124713daa0001/reread"),
    ("GET", "/live/restricted"),
    ("GET", "/alarms"),
    ("GET", "/alarms/1"),
    ("GET", "/alarms/history"),
    ("GET", "/alarms/figures"),
    ("POST", "/alarms/1/acknowledge"),
    ("POST", "/alarms/1/shelve"),
    ("POST", "/alarms/1/unshelve"),
    ("PUT", "/assets/camera/k/status"),
    ("POST", "/plans"),
    ("GET", "/plans"),
    ("GET", "/plans/1"),
    ("DELETE", "/plans/1"),
    ("GET", "/plans/1/progress"),
    ("GET", "/plans/1/sheets.html"),
    ("GET", "/rounds/today"),
];

#[test]
fn without_a_token_on_the_server_every_write_is_refused_and_says_so() -> HarnessResult<()> {
    let small = Small::new(false);
    let mut command = small.command("data")?;
    command.env_remove("TWIN_OPERATOR_TOKEN");
    let server = TwinServer::start(command)?;
    for (method, path) in WRITES {
        for token in [None, Some(TOKEN)] {
            let url = format!("{}{path}", server.base_url());
            let refused = ask(method, &url, token, b"{}").unwrap();
            assert_eq!(refused.status, 403, "{method} {path}");
            assert!(
                refused.body.contains("TWIN_OPERATOR_TOKEN"),
                "{}",
                refused.body
            );
        }
    }
    assert_eq!(
        get_json(&format!("{}/readyz", server.base_url()))?["seq"],
        0
    );
    Ok(())
}

#[test]
fn a_wrong_token_is_refused_for_writes_and_reads_alike() -> HarnessResult<()> {
    let small = Small::new(false);
    let server = small.serve("data")?;
    let base = server.base_url();
    let almost = &TOKEN[..TOKEN.len() - 1];
    for (method, path) in WRITES {
        for token in [None, Some("wrong"), Some(almost), Some("")] {
            let refused = ask(method, &format!("{base}{path}"), token, b"{}").unwrap();
            assert_eq!(refused.status, 401, "{method} {path} with {token:?}");
            assert!(refused.challenge.unwrap().starts_with("Bearer"));
        }
    }
    for path in [
        "/assets?kind=camera",
        "/assets/camera/k",
        "/live/restricted",
    ] {
        let refused = ask("GET", &format!("{base}{path}"), Some("wrong"), b"").unwrap();
        assert_eq!(refused.status, 401, "{path}");
    }
    assert_eq!(get_json(&format!("{base}/readyz"))?["seq"], 0);
    Ok(())
}

/// What must not be in anything that the public gets.
fn secrets() -> Vec<String> {
    let [lon, lat] = HANGS_AT.map(|degrees| degrees.to_string());
    let devices = (0..3).map(|n| device(n).to_string());
    ["aiming", "dev_eui", "devEui", "azimuth", "Hidden-1"]
        .map(str::to_owned)
        .into_iter()
        .chain([lon, lat, LOOKS_TO.to_string(), 77.125.to_string()])
        .chain(devices)
        .collect()
}

fn assert_public(what: &str, text: &str) {
    let told = text.to_lowercase();
    for secret in secrets() {
        assert!(
            !told.contains(&secret.to_lowercase()),
            "{what} tells {secret}: {text}"
        );
    }
}

/// Aims the camera, and puts a sensor whose device another one has.
fn stir(base: &str) -> u64 {
    let mut restricted = 0;
    for n in 0..5 {
        let put = site(&format!("w{n}"), "Place", 6.7);
        assert_eq!(
            operate("PUT", &format!("{base}/assets/site/w{n}"), &put).status,
            200
        );
        let body = serde_json::to_vec(&aiming(77.125)).unwrap();
        let aimed = operate("PUT", &format!("{base}/assets/camera/k/aiming"), &body);
        assert_eq!(aimed.status, 200, "{}", aimed.body);
        restricted += aimed.json()["changes"].as_u64().unwrap();
        assert_eq!(aimed.json()["seq"], n + 1, "aiming has no public number");
        let sent = event(n, 0, 900, now());
        let url = format!("{base}/ingest/chirpstack?event=up");
        // Two changes or three: it reported, measured, and is no longer unknown.
        if n == 4 {
            assert_eq!(operate("POST", &url, &sent).status, 204);
        }
    }
    restricted
}

#[test]
fn restricted_fields_are_in_no_public_answer() -> HarnessResult<()> {
    let small = Small::new(false);
    let server = small.serve("data")?;
    let base = server.base_url();
    stir(base);
    let paths = [
        "/assets?kind=camera",
        "/assets?kind=sensor",
        "/assets?limit=1000",
        "/assets/camera/k",
        "/assets/sensor/s1",
        "/assets/sensor/nobody",
        "/assets?kind=camera&near=6.798123,47.510567&radius=1",
        "/live/snapshot",
        "/readyz",
        "/metrics",
        "/assets/container/c4/history",
        "/assets/container/c4/forecast",
        "/forecast",
    ];
    for path in paths {
        let answer = ask("GET", &format!("{base}{path}"), None, b"").unwrap();
        // The question itself may come back in the links of a page.
        let told = answer.body.replace("near=6.798123,47.510567", "");
        assert_public(path, &told);
    }
    let near = get_json(&format!("{base}{}", paths[6]))?;
    assert_eq!(
        near["numberMatched"], 0,
        "a filter tells where the camera hangs"
    );
    let last = get_json(&format!("{base}/readyz"))?["seq"]
        .as_u64()
        .unwrap();
    for event in changes(base, 0, |event| event.seq == last)? {
        assert_public("/live", &event.data.to_string());
    }
    let camera = operate("GET", &format!("{base}/assets/camera/k"), b"").json();
    assert_eq!(camera["properties"]["aiming"]["azimuth"], 77.125);
    let sensor = operate("GET", &format!("{base}/assets/sensor/s1"), b"").json();
    assert_eq!(sensor["properties"]["dev_eui"], device(1).to_string());
    Ok(())
}

#[test]
fn restricted_changes_have_numbers_of_their_own() -> HarnessResult<()> {
    let small = Small::new(false);
    let server = small.serve("data")?;
    let base = server.base_url();
    let restricted = stir(base);
    assert_eq!(restricted, 5);
    let last = get_json(&format!("{base}/readyz"))?["seq"]
        .as_u64()
        .unwrap();
    let told = changes(base, 0, |event| event.seq == last)?;
    assert!(told.iter().map(|event| event.seq).eq(1..=last));
    assert!(told.iter().all(|event| event.data["kind"] != "camera"));

    let agent: ureq::Agent = ureq::Agent::config_builder().build().into();
    let mut stream = agent
        .get(format!("{base}/live/restricted"))
        .header("Authorization", format!("Bearer {TOKEN}"))
        .header("Last-Event-ID", "0")
        .call()
        .unwrap();
    let lines = BufReader::new(stream.body_mut().as_reader()).lines();
    let changes: Vec<Value> = lines
        .map_while(Result::ok)
        .filter_map(|line| serde_json::from_str(line.strip_prefix("data: ")?).ok())
        .take(5)
        .collect();
    for (change, n) in changes.iter().zip(1..) {
        assert_eq!(
            (&change["seq"], &change["change"]),
            (&n.into(), &"aimed".into())
        );
        assert_eq!(change["asset"], "camera/k");
    }
    assert_eq!(changes.len(), 5);
    Ok(())
}

#[rstest]
#[case::unknown_event("event=nonsense", b"{}", 400, "nonsense")]
#[case::no_event("", b"{}", 400, "event")]
#[case::another_event(
    "event=join",
    br#"{"deviceInfo": {"devEui": "24e1247100000001"}}"#,
    204,
    ""
)]
#[case::nobody_joined("event=join", b"{}", 422, "devEui")]
#[case::no_json("event=up", b"frame", 422, "not what ChirpStack sends")]
#[case::no_device("event=up", b"{}", 422, "devEui")]
fn an_event_that_cannot_be_taken_in_is_told_why(
    #[case] query: &str,
    #[case] body: &[u8],
    #[case] status: u16,
    #[case] told: &str,
) -> HarnessResult<()> {
    let small = Small::new(false);
    let server = small.serve("data")?;
    let url = format!("{}/ingest/chirpstack?{query}", server.base_url());
    let answer = operate("POST", &url, body);
    assert_eq!(answer.status, status, "{}", answer.body);
    assert!(answer.body.contains(told), "{}", answer.body);
    Ok(())
}

#[test]
fn frames_are_taken_in_once_and_those_of_strangers_kept_aside() -> HarnessResult<()> {
    let small = Small::new(false);
    let server = small.serve("data")?;
    let url = format!("{}/ingest/chirpstack?event=up", server.base_url());
    let frame = event(3, 7, 1_100, now());
    for _delivery in 0..3 {
        let answer = operate("POST", &url, &frame);
        assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    }
    let container = get_json(&format!("{}/assets/container/c3", server.base_url()))?;
    assert_eq!(container["properties"]["fill"], 0.5);
    assert_eq!(container["properties"]["status"], "ok");
    let seq = get_json(&format!("{}/readyz", server.base_url()))?["seq"].as_u64();
    assert_eq!(seq, Some(3));

    let stranger = operate("POST", &url, &event(4_000, 0, 900, now()));
    assert_eq!(stranger.status, 202, "{}", stranger.body);
    assert!(
        stranger.body.contains(&device(4_000).to_string()),
        "{}",
        stranger.body
    );
    let late = twin_core::Timestamp::from_secs(1_600_000_000);
    let old = operate("POST", &url, &event(3, 8, 900, late));
    assert_eq!(old.status, 409, "{}", old.body);
    let long = operate("POST", &url, &vec![b' '; 65 * 1024]);
    assert_eq!(long.status, 413, "{}", long.body);
    Ok(())
}

#[test]
fn real_sources_are_refused_in_simulated_time() -> HarnessResult<()> {
    let small = Small::new(true);
    let server = small.serve("data")?;
    let url = format!("{}/ingest/chirpstack?event=up", server.base_url());
    let refused = operate("POST", &url, &event(0, 100, 900, now()));
    assert_eq!(refused.status, 409, "{}", refused.body);
    assert!(
        refused.body.contains("real sources are refused"),
        "{}",
        refused.body
    );
    Ok(())
}
