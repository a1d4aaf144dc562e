//! A person starts the server, and it answers, refuses and ends as it says.

use rstest::rstest;
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::HarnessResult;
use tests::server::{TwinServer, output_of, twin};

/// A server on a free port with a data directory of its own.
fn start() -> HarnessResult<(TwinServer, TempDir)> {
    let data = tempfile::tempdir().unwrap();
    let mut command = twin(&["serve", "--listen", "127.0.0.1:0", "--data"])?;
    command.arg(data.path());
    Ok((TwinServer::start(command)?, data))
}

/// Status, content type and JSON body of a GET.
fn get(url: &str) -> (u16, String, Value) {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into();
    let mut response = agent.get(url).call().unwrap();
    let kind = response.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    let body = response.body_mut().read_to_string().unwrap();
    (
        response.status().as_u16(),
        kind,
        serde_json::from_str(&body).unwrap(),
    )
}

#[test]
fn a_server_on_a_free_port_tells_the_port_and_is_healthy() -> HarnessResult<()> {
    let (server, _data) = start()?;
    assert!(
        server.base_url().starts_with("http://127.0.0.1:"),
        "{}",
        server.base_url()
    );
    assert!(!server.base_url().ends_with(":0"), "{}", server.base_url());
    let (status, _, body) = get(&format!("{}/healthz", server.base_url()));
    assert_eq!((status, body), (200, json!({ "status": "ok" })));
    Ok(())
}

#[test]
fn what_is_not_there_is_told_as_problem_json() -> HarnessResult<()> {
    let (server, _data) = start()?;
    let (status, kind, body) = get(&format!("{}/nowhere", server.base_url()));
    assert_eq!((status, kind.as_str()), (404, "application/problem+json"));
    assert_eq!(
        (&body["status"], &body["title"]),
        (&json!(404), &json!("Not Found"))
    );
    Ok(())
}

#[rstest]
#[case::service_manager("TERM")]
#[case::keyboard("INT")]
fn a_server_that_is_told_to_stop_ends_without_error(#[case] signal: &str) -> HarnessResult<()> {
    let (mut server, _data) = start()?;
    get(&format!("{}/healthz", server.base_url()));
    server.signal(signal)?;
    assert_eq!(server.wait()?.code(), Some(0));
    Ok(())
}

#[test]
fn without_a_token_no_other_machine_is_served() -> HarnessResult<()> {
    let refusal = output_of(twin(&["serve", "--listen", "0.0.0.0:0"])?)?;
    let stderr = String::from_utf8_lossy(&refusal.stderr);
    assert_eq!(refusal.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("TWIN_OPERATOR_TOKEN"), "{stderr}");
    assert_eq!(refusal.stdout, b"");

    let data = tempfile::tempdir().unwrap();
    let mut command = twin(&["serve", "--listen", "0.0.0.0:0", "--data"])?;
    command
        .arg(data.path())
        .env("TWIN_OPERATOR_TOKEN", "s3cret");
    let server = TwinServer::start(command)?;
    assert!(
        server.base_url().starts_with("http://0.0.0.0:"),
        "{}",
        server.base_url()
    );
    Ok(())
}

#[test]
fn the_settings_are_shown_without_what_is_secret() -> HarnessResult<()> {
    let mut command = twin(&["serve", "--clock", "60x", "--print-config", "--json"])?;
    command
        .env("TWIN_OPERATOR_TOKEN", "s3cret")
        .env("TWIN_MQTT_URL", "mqtts://user:br0ker@broker.example")
        .env("TWIN_STORE", "postgres://user:d4tabase@db.example/twin")
        .env("TWIN_NATS_URL", "tls://user:m3ssages@nats.example")
        .env("TWIN_CLOCK", "2x")
        .env("TWIN_DATA", "/d");
    let shown = output_of(command)?;
    let settings: Value = serde_json::from_slice(&shown.stdout).unwrap();
    let expected = json!({
        "listen": "127.0.0.1:8080",
        "data": "/d",
        "clock": "60x",
        "keep_changes": 5_000_000,
        "keep_hours_for_days": 730,
        "operator_token": "set",
        "mqtt": "mqtts://broker.example:8883",
        "store": "postgres://db.example:5432/twin",
        "nats": "tls://nats.example:4222",
        "alarm_webhook": "not set",
        "alarm_relay": "not set",
    });
    assert_eq!(settings, expected);
    Ok(())
}

#[test]
fn two_servers_on_one_port_are_one_too_many() -> HarnessResult<()> {
    let (first, _data) = start()?;
    let address = first.base_url().trim_start_matches("http://");
    let data = tempfile::tempdir().unwrap();
    let mut second = twin(&["serve", "--listen", address, "--data"])?;
    second.arg(data.path());
    let refusal = output_of(second)?;
    let stderr = String::from_utf8_lossy(&refusal.stderr);
    assert_eq!(refusal.status.code(), Some(1), "{stderr}");
    assert!(
        stderr.contains(&format!("cannot listen on {address}")),
        "{stderr}"
    );
    Ok(())
}
