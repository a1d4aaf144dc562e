//! Frames that cannot be taken in are kept: until their device is adopted, until their codec is corrected.

use std::path::Path;

use serde_json::{Value, json};
use tests::HarnessResult;
use tests::client::get_json;
use tests::server::TwinServer;
use twin_core::{DevEui, Span, Timestamp};

use crate::small::{Answer, Small, device, event, event_of, now, operate, site};

/// A device that no sensor has.
pub(crate) const STRANGER: DevEui = DevEui(0x24e1_2471_3daa_0001);

/// Delivers an event as the network server does.
pub(crate) fn deliver(server: &TwinServer, event: &[u8]) -> Answer {
    let url = format!("{}/ingest/chirpstack?event=up", server.base_url());
    operate("POST", &url, event)
}

fn quarantine(server: &TwinServer) -> Value {
    let answer = operate("GET", &format!("{}/quarantine", server.base_url()), b"");
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["devices"].clone()
}

fn adopt(server: &TwinServer, device: DevEui, how: &Value) -> Answer {
    let url = format!("{}/quarantine/{device}/adopt", server.base_url());
    operate("POST", &url, how.to_string().as_bytes())
}

/// The fills that a container is told to have had.
pub(crate) fn fills(server: &TwinServer, container: &str) -> Vec<f64> {
    let url = format!("{}/assets/container/{container}/history", server.base_url());
    let history = get_json(&url).unwrap();
    let points = history["points"].as_array().unwrap().clone();
    let fill = |point: &Value| (point[1].as_f64().unwrap() * 1_000.0).round() / 1_000.0;
    points.iter().map(fill).collect()
}

/// Adds a container without a sensor.
pub(crate) fn put_container(server: &TwinServer, key: &str) {
    let put = operate(
        "PUT",
        &format!("{}/assets/site/q", server.base_url()),
        &site("q", "Quai", 6.81),
    );
    assert_eq!(put.status, 200, "{}", put.body);
    let record = json!({
        "kind": "container", "key": key, "place": [6.81, 47.5],
        "detail": {
            "site": "site/q", "container_type": "column", "stream": "glass",
            "volume": null, "max_load": null,
        },
    });
    let url = format!("{}/assets/container/{key}", server.base_url());
    let put = operate("PUT", &url, record.to_string().as_bytes());
    assert_eq!(put.status, 200, "{}", put.body);
}

fn refuses_what_no_sensor_can_be(server: &TwinServer, how: &Value) {
    for (field, value) in [
        ("codec", json!("nobodys")),
        ("container", json!("container/none")),
        ("full_mm", json!(1900)),
        ("interval_s", json!(0)),
    ] {
        let mut wrong = how.clone();
        wrong[field] = value.clone();
        let refused = adopt(server, STRANGER, &wrong);
        assert_eq!(refused.status, 400, "{field}: {}", refused.body);
        assert!(
            refused.body.contains(value.to_string().trim_matches('"')),
            "{}",
            refused.body
        );
        assert_eq!(refused.json()["field"], field, "{}", refused.body);
    }
    let mut wrong = how.clone();
    wrong["codec"] = json!("nobodys");
    let expected = adopt(server, STRANGER, &wrong).json()["expected"].clone();
    let codecs = expected.as_array().unwrap();
    assert!(codecs.contains(&how["codec"]), "{expected}");
    // What cannot be read at all is named, too; what is missing has no name of its own.
    wrong["empty_mm"] = json!(70_000);
    let refused = adopt(server, STRANGER, &wrong);
    assert_eq!(
        (refused.status, &refused.json()["field"]),
        (400, &json!("empty_mm"))
    );
    let refused = adopt(server, STRANGER, &json!({}));
    assert_eq!(
        (refused.status, &refused.json()["field"]),
        (400, &Value::Null)
    );
}

fn keeps_one_sensor_in_a_container(server: &TwinServer, how: &Value) {
    let second = DevEui(STRANGER.0 + 1);
    assert_eq!(
        deliver(server, &event_of(second, 0, 900, now())).status,
        202
    );
    let second_one = adopt(server, second, how);
    assert_eq!(
        (second_one.status, &second_one.json()["field"]),
        (409, &json!("container"))
    );
    let mut elsewhere = how.clone();
    elsewhere["container"] = json!("container/c0");
    elsewhere["key"] = json!("new");
    let taken = adopt(server, second, &elsewhere);
    assert_eq!(taken.status, 409, "{}", taken.body);
    assert!(taken.body.contains("another device"), "{}", taken.body);
    assert_eq!(taken.json()["field"], "key");
    let gone = format!("{}/quarantine/{second}", server.base_url());
    assert_eq!(operate("DELETE", &gone, b"").status, 204);
    assert_eq!(operate("GET", &gone, b"").status, 404);
}

#[test]
fn a_device_that_nobody_knows_is_kept_until_somebody_adopts_it() -> HarnessResult<()> {
    let small = Small::new(false);
    let mut server = small.serve("data")?;
    put_container(&server, "new");
    let start = now() - Span::from_hours(10);
    let at = |n: u32| start + Span::from_hours(i64::from(n));
    let frame = |n: u32| event_of(STRANGER, n, 1800 - 140 * u16::try_from(n).unwrap(), at(n));
    for n in 0..5 {
        let kept = deliver(&server, &frame(n));
        assert_eq!(
            (kept.status, &kept.json()["set_aside"]),
            (202, &json!("unknown-device"))
        );
    }
    // Delivered twice, and through a kill: once.
    assert_eq!(deliver(&server, &frame(2)).status, 202);
    server.signal("KILL")?;
    server.wait()?;
    let server = small.serve("data")?;
    let listed = quarantine(&server);
    assert_eq!(listed[0]["dev_eui"], STRANGER.to_string());
    assert_eq!(
        (&listed[0]["frames"], &listed[0]["sensor"]),
        (&json!(5), &Value::Null)
    );

    let url = format!("{}/quarantine/{STRANGER}", server.base_url());
    let shown = operate("GET", &url, b"").json();
    assert_eq!(shown["frames"].as_array().unwrap().len(), 5);
    assert_eq!(shown["frames"][4]["f_cnt"], 4);
    let best = &shown["readings"][0];
    assert_eq!(best["codec"], "milesight-em400-mud");
    assert_eq!(best["measurements"]["distance_mm"], 1240);

    let how = json!({
        "container": "container/new", "codec": "milesight-em400-mud",
        "empty_mm": 1800, "full_mm": 400, "interval_s": 3600,
    });
    refuses_what_no_sensor_can_be(&server, &how);
    let adopted = adopt(&server, STRANGER, &how);
    assert_eq!(adopted.status, 200, "{}", adopted.body);
    assert_eq!(
        adopted.json()["frames"],
        json!({ "taken": 5, "refused": 0, "left": 0 })
    );
    // Its number is for operators only, so its name is another.
    assert_eq!(adopted.json()["sensor"], "sensor/new");
    assert_eq!(fills(&server, "new"), [0.0, 0.1, 0.2, 0.3, 0.4]);
    assert_eq!(quarantine(&server), json!([]));
    // From now on it is a sensor like any other, and knows its old frames again.
    assert_eq!(deliver(&server, &frame(4)).status, 204);
    assert_eq!(deliver(&server, &frame(5)).status, 204);
    assert_eq!(fills(&server, "new"), [0.0, 0.1, 0.2, 0.3, 0.4, 0.5]);
    keeps_one_sensor_in_a_container(&server, &how);
    assert_eq!(operate("GET", &format!("{url}x"), b"").status, 400);
    Ok(())
}

/// A profile that reads the distance of the sensors' frames, times `scale`.
fn declare(data: &Path, version: u16, scale: f64) {
    let text = format!(
        "name = \"acme-level\"\nversion = {version}\nport = 85\n[[field]]\nname = \"distance\"\n\
         unit = \"mm\"\noffset = 0\nafter = \"0482\"\ntype = \"u16\"\nbyte_order = \"little\"\n\
         scale = {scale}\n"
    );
    std::fs::create_dir_all(data.join("profiles")).unwrap();
    std::fs::write(data.join("profiles/acme.toml"), text).unwrap();
}

/// Waits until the container is told to have had these fills.
fn wait_for_fills(server: &TwinServer, expected: &[f64]) {
    for _try in 0..100 {
        if fills(server, "c0") == expected {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    assert_eq!(fills(server, "c0"), expected);
}

#[test]
fn what_a_corrected_codec_reads_takes_the_place_of_what_was_read_before() -> HarnessResult<()> {
    let small = Small::new(false);
    let data = small.path("data");
    let server = small.serve("data")?;
    // The sensor has a codec that does not exist yet.
    let url = format!("{}/assets/sensor/s0", server.base_url());
    let record = json!({
        "kind": "sensor", "key": "s0", "place": [6.8, 47.51],
        "detail": {
            "container": "container/c0", "dev_eui": device(0).to_string(), "codec": "acme-level",
            "mounting": [1800, 400], "expected_interval": 3_600_000,
        },
    });
    let put = operate("PUT", &url, record.to_string().as_bytes());
    assert_eq!(put.status, 200, "{}", put.body);
    let start = now() - Span::from_hours(5);
    let at = |n: u32| -> Timestamp { start + Span::from_hours(i64::from(n)) };
    let kept = deliver(&server, &event(0, 0, 1240, at(0)));
    assert_eq!(
        (kept.status, &kept.json()["set_aside"]),
        (202, &json!("unknown-codec"))
    );
    drop(server);

    declare(&data, 1, 0.5);
    let server = small.serve("data")?;
    wait_for_fills(&server, &[0.843]);
    assert_eq!(deliver(&server, &event(0, 1, 1240, at(1))).status, 204);
    assert_eq!(fills(&server, "c0"), [0.843, 0.843]);
    let unread = deliver(
        &server,
        &String::from_utf8(event(0, 2, 1240, at(2)))
            .unwrap()
            .replace("\"fPort\":85", "\"fPort\":2")
            .into_bytes(),
    );
    assert_eq!(
        (unread.status, &unread.json()["set_aside"]),
        (202, &json!("unreadable"))
    );
    drop(server);

    declare(&data, 2, 1.0);
    let server = small.serve("data")?;
    wait_for_fills(&server, &[0.4, 0.4]);
    let container = get_json(&format!("{}/assets/container/c0", server.base_url()))?;
    assert_eq!(container["properties"]["fill"], 0.4);
    let listed = quarantine(&server);
    assert_eq!(
        (&listed[0]["frames"], &listed[0]["sensor"]),
        (&json!(1), &json!("sensor/s0"))
    );
    let reread = format!("{}/quarantine/{}/reread", server.base_url(), device(0));
    let told = operate("POST", &reread, b"").json();
    assert_eq!(told, json!({ "taken": 0, "refused": 0, "left": 1 }));
    Ok(())
}
