//! A network server's broker delivers frames: each is taken in once, whoever dies meanwhile.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::HarnessResult;
use tests::broker::Broker;
use tests::client::get_json;
use tests::server::{TwinServer, output_of};
use twin_core::{Span, Timestamp};

use crate::durability::{item, whole_story};
use crate::nodes::database;
use crate::small::{SENSORS, Small, device, event, mounting, now, operate};

/// How long the twin may take to have all that was delivered.
const PATIENCE: Duration = Duration::from_mins(1);
/// Frames of each sensor.
const FRAMES: u64 = 400;
/// From this frame on, a sensor that joined again counts from zero.
const JOINED_AT: u64 = 200;

fn serve(small: &Small, broker: &Broker) -> HarnessResult<TwinServer> {
    serve_from(small, broker, None)
}

fn serve_from(small: &Small, broker: &Broker, store: Option<&str>) -> HarnessResult<TwinServer> {
    let mut command = small.command("data")?;
    command.env("TWIN_MQTT_URL", broker.url());
    command.envs(store.map(|store| ("TWIN_STORE", store)));
    TwinServer::start(command)
}

fn metric(base: &str, name: &str) -> f64 {
    let text = operate("GET", &format!("{base}/metrics"), b"").body;
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.map_or(0.0, |value| value.trim().parse().unwrap())
}

fn wait_until(mut is_so: impl FnMut() -> HarnessResult<bool>, what: &str) -> HarnessResult<()> {
    let started = Instant::now();
    while !is_so()? {
        assert!(started.elapsed() < PATIENCE, "waiting for {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

fn connected(base: &str) -> HarnessResult<()> {
    wait_until(
        || Ok(metric(base, "twin_mqtt_connected") > 0.5),
        "the connection to the broker",
    )
}

fn topic(sensor: u64) -> String {
    format!("application/0b5a/device/{}/event/up", device(sensor))
}

/// A frame, and what it says: when, and how full.
fn frame(sensor: u64, nth: u64, start: Timestamp) -> (Vec<u8>, (String, String)) {
    let millis = i64::try_from(nth * 1_000 + sensor).unwrap();
    let at = start + Span::from_millis(millis);
    let distance = u16::try_from(400 + (sensor * 31 + nth * 7) % 1_400).unwrap();
    let has_joined = sensor == 0 && nth >= JOINED_AT;
    let counter = if has_joined { nth - JOINED_AT } else { nth };
    let mut body = event(sensor, u32::try_from(counter).unwrap(), distance, at);
    if has_joined {
        let text = String::from_utf8(body).unwrap();
        body = text.replace("00189440", "00189441").into_bytes();
    }
    let fill = mounting().fill_at(distance).get();
    let name = format!("container/c{sensor} at {at}");
    (body, (name, format!("{fill:.9}")))
}

/// What a broker delivers of some frames of a sensor: one in four twice, one in twenty late.
fn deliveries(sensor: u64, frames: std::ops::Range<u64>, start: Timestamp) -> Vec<Vec<u8>> {
    let mut order: Vec<u64> = frames.clone().collect();
    for late in (5..order.len().saturating_sub(4)).step_by(20) {
        order[late..late + 4].rotate_left(1);
    }
    let mut bodies = Vec::new();
    for nth in order {
        let body = frame(sensor, nth, start).0;
        if nth % 4 == 1 {
            bodies.push(body.clone());
        }
        bodies.push(body);
    }
    bodies
}

#[test]
fn ten_thousand_deliveries_give_each_observation_once_through_kills_and_restarts()
-> HarnessResult<()> {
    ten_thousand_deliveries(None)
}

#[test]
fn ten_thousand_deliveries_give_each_observation_once_in_a_database_too() -> HarnessResult<()> {
    match database()? {
        Some((_server, store)) => ten_thousand_deliveries(Some(&store)),
        None => Ok(()),
    }
}

fn ten_thousand_deliveries(store: Option<&str>) -> HarnessResult<()> {
    let small = Small::new(false);
    let Some(mut broker) = Broker::start(&small.path("broker"))? else {
        return Ok(());
    };
    let start = now() - Span::from_hours(1);
    let publish = |broker: &Broker, frames: std::ops::Range<u64>| {
        let of_sensor =
            |sensor| broker.publish(&topic(sensor), &deliveries(sensor, frames.clone(), start));
        std::thread::scope(|scope| {
            let of_sensor = &of_sensor;
            let all: Vec<_> = (0..SENSORS)
                .map(|sensor| scope.spawn(move || of_sensor(sensor)))
                .collect();
            all.into_iter().try_for_each(|one| one.join().unwrap())
        })
    };
    let mut server = serve_from(&small, &broker, store)?;
    connected(server.base_url())?;
    publish(&broker, 0..150)?;
    server.signal("KILL")?;
    server.wait()?;
    publish(&broker, 150..280)?;
    broker.restart()?;
    let mut server = serve_from(&small, &broker, store)?;
    connected(server.base_url())?;
    server.signal("KILL")?;
    server.wait()?;
    let server = serve_from(&small, &broker, store)?;
    connected(server.base_url())?;
    broker.restart()?;
    connected(server.base_url())?;
    publish(&broker, 280..FRAMES)?;

    let expected: BTreeMap<String, String> = (0..SENSORS)
        .flat_map(|sensor| (0..FRAMES).map(move |nth| frame(sensor, nth, start).1))
        .collect();
    let started = Instant::now();
    loop {
        let story = whole_story(server.base_url())?;
        let told: Vec<(String, String)> = story.iter().filter_map(item).collect();
        let count = told.len();
        let told: BTreeMap<String, String> = told.into_iter().collect();
        assert_eq!(told.len(), count, "each is told once");
        if told == expected {
            return Ok(());
        }
        let missing = expected
            .iter()
            .filter(|(name, _)| !told.contains_key(*name));
        let missing: Vec<_> = missing.take(5).collect();
        assert!(
            started.elapsed() < PATIENCE && (!missing.is_empty() || count < expected.len()),
            "{count} of {}, without {missing:?}",
            expected.len()
        );
        std::thread::sleep(Duration::from_millis(500));
    }
}

/// The same frame as The Things Stack tells it.
fn things_stack(sensor: u64, body: &[u8]) -> Value {
    let event: Value = serde_json::from_slice(body).unwrap();
    json!({
        "end_device_ids": { "device_id": "pav", "dev_eui": device(sensor).to_string() },
        "uplink_message": {
            "session_key_id": "AXA50tHUGUucuzS/bCGMNw==",
            "f_port": event["fPort"], "f_cnt": event["fCnt"], "frm_payload": event["data"],
            "received_at": event["time"],
        },
    })
}

#[test]
fn what_is_no_frame_is_passed_over_and_both_servers_are_understood() -> HarnessResult<()> {
    let small = Small::new(false);
    let Some(broker) = Broker::start(&small.path("broker"))? else {
        return Ok(());
    };
    let server = serve(&small, &broker)?;
    let base = server.base_url();
    connected(base)?;
    let start = now() - Span::from_millis(60_000);
    let tell = |topic: &str, body: &[u8]| broker.publish(topic, &[body.to_vec()]);
    tell(&topic(1), b"no event")?;
    tell(&topic(1), &frame(2, 1, start).0)?;
    let of_device = |sensor: u64, fields: &str| {
        let device = device(sensor);
        format!(r#"{{"deviceInfo": {{"devEui": "{device}"}}, "time": "{start}"{fields}}}"#)
    };
    let joined = of_device(1, "");
    tell(&topic(1).replace("/up", "/join"), joined.as_bytes())?;
    let told = of_device(5, r#", "batteryLevel": 62.5, "margin": 7"#);
    tell(&topic(5).replace("/up", "/status"), told.as_bytes())?;
    let told = of_device(5, r#", "level": "ERROR", "code": "UPLINK_MIC""#);
    tell(&topic(5).replace("/up", "/log"), told.as_bytes())?;
    // Nobody speaks for another device.
    tell(&topic(5).replace("/up", "/status"), joined.as_bytes())?;
    let told = things_stack(3, &frame(3, 1, start).0);
    tell("v3/pma@ttn/devices/pav/up", told.to_string().as_bytes())?;
    let mut tried = told;
    tried["simulated"] = true.into();
    tried["uplink_message"]["f_cnt"] = 9.into();
    tell("v3/pma@ttn/devices/pav/up", tried.to_string().as_bytes())?;
    tell("v3/pma@ttn/devices/other/up", tried.to_string().as_bytes())?;
    tell(&topic(4), &frame(4, 1, start).0)?;
    tell(
        &topic(4).replace(&device(4).to_string(), "24e1247100000000"),
        b"{}",
    )?;

    let fate = |name: &str| {
        metric(
            base,
            &format!("twin_mqtt_messages_total{{fate=\"{name}\"}}"),
        )
    };
    wait_until(
        || Ok(fate("taken") >= 3.0 && fate("unreadable") >= 5.0),
        "all messages",
    )?;
    let counts = ["taken", "passed_over", "unreadable", "refused"].map(fate);
    assert_eq!(counts.map(|count| format!("{count}")), ["3", "3", "5", "0"]);
    for name in ["joined", "status", "log-error"] {
        let name = format!("twin_radio_notices_total{{notice=\"{name}\"}}");
        assert_eq!(format!("{}", metric(base, &name)), "1", "{name}");
    }
    let sensor = get_json(&format!("{base}/assets/sensor/s5"))?;
    assert_eq!(sensor["properties"]["battery_pct"], 62.5, "{sensor}");
    for (sensor, is_known) in [(1, false), (2, false), (3, true), (4, true)] {
        let container = get_json(&format!("{base}/assets/container/c{sensor}"))?;
        let fill = &container["properties"]["fill"];
        assert_eq!(fill.is_number(), is_known, "container {sensor}: {fill}");
    }
    Ok(())
}

#[test]
fn what_sensor_things_clients_create_is_taken_in_once() -> HarnessResult<()> {
    let small = Small::new(false);
    let Some(broker) = Broker::start(&small.path("broker"))? else {
        return Ok(());
    };
    let server = serve(&small, &broker)?;
    let base = server.base_url();
    connected(base)?;
    let at = now() - Span::from_secs(60);
    let create = |stream: &str, body: Value| {
        let topic = format!("v1.1/Datastreams('{stream}')/Observations");
        broker.publish(&topic, &[body.to_string().into_bytes()])
    };
    for _delivery in 0..2 {
        create("s6:fill", json!({ "result": 0.5, "phenomenonTime": at }))?;
    }
    create(
        "s7:temperature",
        json!({ "result": 21.5, "phenomenonTime": at }),
    )?;
    create("nobody:fill", json!({ "result": 0.5 }))?;
    create("s7:smell", json!({ "result": 0.5 }))?;
    create("s7:fill", json!({ "result": "half" }))?;
    let fate = |name: &str| {
        metric(
            base,
            &format!("twin_mqtt_messages_total{{fate=\"{name}\"}}"),
        )
    };
    wait_until(
        || Ok(fate("taken") >= 3.0 && fate("unreadable") >= 2.0 && fate("refused") >= 1.0),
        "all messages",
    )?;
    let of = |path: &str| get_json(&format!("{base}/assets/{path}"));
    assert_eq!(of("container/c6")?["properties"]["fill"], 0.5);
    assert_eq!(of("sensor/s7")?["properties"]["temperature_c"], 21.5);
    let told = whole_story(base)?;
    assert_eq!(
        told.iter().filter_map(item).count(),
        1,
        "the second delivery is none"
    );
    Ok(())
}

#[test]
fn a_broker_is_refused_in_simulated_time_without_a_word_of_its_password() -> HarnessResult<()> {
    let small = Small::new(true);
    let mut command = small.command("data")?;
    command.env("TWIN_MQTT_URL", "mqtt://user:br0ker@127.0.0.1:1");
    let refused = output_of(command)?;
    let told = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success());
    assert!(
        told.contains("TWIN_MQTT_URL") && told.contains("simulated time"),
        "{told}"
    );
    assert!(!told.contains("br0ker"), "{told}");
    Ok(())
}
