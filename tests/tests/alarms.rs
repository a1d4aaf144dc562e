//! Alarms: raised once, grouped, bearable in a storm, kept through a kill, and never public.

pub(crate) mod desk;
mod foresight;
pub(crate) mod post;
mod told;

use std::time::Duration;

use serde_json::{Value, json};
use tests::HarnessResult;
use tests::client::SentEvents;
use twin_core::{Span, Timestamp};

use self::desk::{Desk, fill, line};
use crate::quarantine::deliver;
use crate::small::{Small, ask, event, now, operate};

/// Rules without delays, so that what is told is so at once.
pub(crate) const AT_ONCE: &str = "[container-full]\non_delay = \"0 s\"\noff_delay = \"0 s\"\n\
                       [gateway-out]\non_delay = \"0 s\"\noff_delay = \"0 s\"\n\
                       [fire]\noff_delay = \"0 s\"\n[tilt]\non_delay = \"0 s\"\n";

/// A container becomes full, and its alarm is looked at.
fn fills_up(desk: &Desk, at: Timestamp) -> u64 {
    desk.observe(&fill(0, 0.97, at));
    let alarms = desk.wait_for("a full container", |alarms| alarms.len() == 1);
    let alarm = &alarms[0];
    assert_eq!(
        (
            &alarm["cause"],
            &alarm["subject"],
            &alarm["state"],
            &alarm["priority"]
        ),
        (
            &json!("container-full"),
            &json!("container/c0"),
            &json!("unacknowledged"),
            &json!(3)
        )
    );
    assert_eq!(
        (&alarm["where"]["name"], &alarm["value"]),
        (&json!("Marché"), &json!(0.97))
    );
    assert_eq!(
        (
            &alarm["where"]["container"],
            &alarm["where"]["stream"],
            &alarm["where"]["number"]
        ),
        (&json!("container/c0"), &json!("glass"), &json!(1))
    );
    let id = alarm["id"].as_u64().unwrap();
    desk.wait_for("its annunciation", |alarms| {
        alarms[0]["annunciated_at"].is_string()
    });
    id
}

#[test]
fn a_full_container_is_one_alarm_from_first_to_last_also_through_a_kill() -> HarnessResult<()> {
    let small = Small::new(false);
    let mut desk = Desk::open(&small, AT_ONCE)?;
    let start = now() - Span::from_hours(1);
    let at = |n: i64| start + Span::from_secs(n * 60);
    let id = fills_up(&desk, at(0));
    // Fuller, and a little less full: the same alarm.
    desk.observe(&(fill(0, 0.99, at(1)) + &fill(0, 0.90, at(2)) + &fill(0, 0.96, at(3))));
    let known = desk.order(id, "acknowledge", &json!({}));
    assert_eq!(
        (known.status, &known.json()["state"]),
        (200, &json!("acknowledged"))
    );

    desk.kill()?;
    desk.serve_again()?;
    desk.observe(&fill(1, 0.99, at(4)));
    let alarms = desk.wait_for("another container", |alarms| alarms.len() == 2);
    let kept = alarms
        .iter()
        .find(|alarm| alarm["id"] == json!(id))
        .unwrap();
    assert_eq!(
        (&kept["state"], &kept["occurrences"]),
        (&json!("acknowledged"), &json!(1))
    );
    desk.wait_until("two annunciations", |desk| {
        desk.figures()["annunciations"] == 2
    });

    ends(&desk, id, at(5));
    Ok(())
}

/// Of two full containers, the one that somebody knows of becomes history.
fn ends(desk: &Desk, id: u64, at: Timestamp) {
    // In the deadband it stands; below it is over, and the first one is history, for somebody knew.
    desk.observe(&(fill(0, 0.88, at) + &fill(1, 0.5, at)));
    let alarms = desk.wait_for("a return", |alarms| {
        alarms.iter().any(|alarm| alarm["state"] == "returned")
    });
    assert_eq!(alarms.len(), 2);
    desk.observe(&fill(0, 0.4, at + Span::from_secs(60)));
    desk.wait_for("the end of it", |alarms| alarms.len() == 1);
    let past = desk.get("/alarms/history")["alarms"].clone();
    assert_eq!(
        (&past[0]["id"], past.as_array().unwrap().len()),
        (&json!(id), 1)
    );
    let steps = desk.steps(id);
    assert_eq!(
        steps,
        [
            "raised",
            "annunciated",
            "acknowledged",
            "returned",
            "closed"
        ]
    );
    let over = desk.order(id, "acknowledge", &json!({}));
    assert_eq!(over.status, 409, "{}", over.body);
}

/// Delivers the frames of some sensors, all of which one gateway hears, as measured at `at`.
fn report(desk: &Desk, sensors: std::ops::Range<u64>, f_cnt: u32, at: Timestamp) {
    for sensor in sensors {
        let delivered = deliver(desk.server(), &event(sensor, f_cnt, 1500, at));
        assert_eq!(delivered.status, 204, "{}", delivered.body);
    }
}

#[test]
fn a_gateway_that_is_out_is_one_alarm_and_not_sixty() -> HarnessResult<()> {
    let small = Small::with_sensors(64, Span::from_secs(3));
    let mut desk = Desk::open(&small, AT_ONCE)?;
    report(&desk, 0..60, 0, now());
    // Four were not heard by it, and report no more either: they fail by themselves, and stay.
    desk.observe(&(60..64).map(|n| fill(n, 0.2, now())).collect::<String>());
    let alarms = desk.wait_for("the gateway", |alarms| {
        alarms
            .iter()
            .any(|alarm| alarm["cause"] == "gateway-out" && alarm["members"] == 60)
    });
    assert_eq!(alarms[0]["subject"], "gateway/0016c001f153a14c");
    let alarms = desk.wait_for("four silent sensors", |alarms| alarms.len() >= 5);
    let failing = |alarms: &[Value]| -> Vec<String> {
        let failing = alarms
            .iter()
            .filter(|alarm| alarm["cause"] == "sensor-failing");
        failing
            .map(|alarm| alarm["subject"].as_str().unwrap().to_owned())
            .collect()
    };
    let mut alone = failing(&alarms);
    alone.sort();
    assert_eq!(
        alone,
        ["sensor/s60", "sensor/s61", "sensor/s62", "sensor/s63"]
    );
    // Twelve intervals are long over: all sixty would be silent by now.
    std::thread::sleep(Duration::from_secs(4));
    assert_eq!(desk.alarms("").len(), 5);
    let gateway = alarms
        .iter()
        .find(|alarm| alarm["cause"] == "gateway-out")
        .unwrap();
    let whole = desk.get(&format!("/alarms/{}", gateway["id"]));
    assert_eq!(whole["member_ids"].as_array().unwrap().len(), 60);

    desk.kill()?;
    desk.serve_again()?;
    // It is known who heard whom: nothing comes in addition, nothing is told again.
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(desk.alarms("").len(), 5);
    let annunciations = desk.figures()["annunciations"].as_u64().unwrap();
    assert!(annunciations <= 5, "{annunciations} annunciations");
    report(&desk, 0..60, 1, now());
    desk.wait_for("the gateway's return", |alarms| {
        alarms
            .iter()
            .any(|it| it["cause"] == "gateway-out" && it["state"] == "returned")
    });
    Ok(())
}

/// When somebody was told of what: the time in milliseconds, and the numbers of the alarms.
fn annunciations(desk: &Desk, count: usize) -> HarnessResult<Vec<(i64, Vec<u64>)>> {
    let url = format!("{}/live/restricted", desk.server().base_url());
    let mut told = Vec::new();
    for sent in SentEvents::listen(&url, Some(crate::small::TOKEN), Some(0))? {
        let sent = sent?;
        let step = &sent.data["step"]["annunciated"];
        if !step.is_object() {
            continue;
        }
        let at: Timestamp = sent.data["at"].as_str().unwrap().parse().unwrap();
        let alarms = sent.data["alarms"].as_array().unwrap();
        told.push((
            at.as_millis(),
            alarms.iter().filter_map(Value::as_u64).collect(),
        ));
        if told.len() == count {
            break;
        }
    }
    Ok(told)
}

fn tells_the_most_frequent_by_name(figures: &Value) {
    let worst = &figures["most_frequent"][0];
    assert_eq!(
        (&worst["where"]["name"], &worst["where"]["stream"]),
        (&json!("Marché"), &json!("glass")),
        "by name: {worst}"
    );
}

#[test]
fn in_a_storm_ten_annunciations_at_most_and_the_fire_at_once() -> HarnessResult<()> {
    const SENSORS: u64 = 200;
    const FLAPPING: u64 = SENSORS * 3 / 10;
    const WINDOW_MS: i64 = 4_000;
    // Ten minutes are four seconds here: the storm goes on for three windows.
    let rules = format!(
        "{AT_ONCE}[flood]\nwindow = \"4 s\"\ngather = \"1 s\"\n[escalation]\nfirst = \"0 s\"\n\
         second = \"0 s\"\n"
    );
    let small = Small::with_sensors(SENSORS, Span::from_hours(1));
    let desk = Desk::open(&small, &rules)?;
    let began = now();
    let mut burning_since = None;
    let mut round = 0_i64;
    while now().since(began) < Span::from_secs(12) {
        let at = now();
        let level = if round % 2 == 0 { 0.98 } else { 0.55 };
        let flapping: String = (0..FLAPPING).map(|n| fill(n, level, at)).collect();
        desk.observe(&flapping);
        if burning_since.is_none() && at.since(began) > Span::from_secs(5) {
            desk.observe(&line("sensor/s7", "temperature", 81.0, at));
            burning_since = Some(at);
        }
        // Somebody acknowledges whatever stands, so that all that flaps is raised anew.
        if round % 4 == 1 {
            desk.acknowledge_all_but_fires();
        }
        round += 1;
        std::thread::sleep(Duration::from_millis(100));
    }
    let figures = desk.figures();
    assert!(
        figures["raised"].as_u64().unwrap() > 2 * FLAPPING,
        "a storm: {figures}"
    );
    tells_the_most_frequent_by_name(&figures);
    let count = usize::try_from(figures["annunciations"].as_u64().unwrap()).unwrap();
    let told = annunciations(&desk, count)?;
    for (n, (from, _alarms)) in told.iter().enumerate() {
        let within = told[n..]
            .iter()
            .take_while(|(at, _)| at - from < WINDOW_MS)
            .count();
        assert!(within <= 10, "{within} annunciations from {from}: {told:?}");
    }
    let most = told.iter().map(|(_at, alarms)| alarms.len()).max().unwrap();
    assert!(most >= 20, "of many at once: {told:?}");
    let first = &desk.alarms("?priority=1")[0];
    assert_eq!(
        (&first["cause"], &first["state"]),
        (&json!("fire"), &json!("unacknowledged"))
    );
    assert_eq!(
        desk.alarms("")[0]["id"],
        first["id"],
        "the most pressing comes first"
    );
    let fire = first["id"].as_u64().unwrap();
    let (told_at, _alone) = told.iter().find(|(_at, alarms)| *alarms == [fire]).unwrap();
    let waited = told_at - burning_since.unwrap().as_millis();
    assert!((0..1_000).contains(&waited), "{waited} ms");
    Ok(())
}

#[test]
fn the_public_learns_nothing_of_alarms() -> HarnessResult<()> {
    let small = Small::new(false);
    let desk = Desk::open(&small, AT_ONCE)?;
    let base = desk.server().base_url().to_owned();
    let at = now() - Span::from_secs(600);
    desk.observe(&(fill(0, 0.99, at) + &line("sensor/s1", "temperature", 90.0, at)));
    let down = operate(
        "PUT",
        &format!("{base}/assets/camera/k/status"),
        b"{\"state\": \"down\"}",
    );
    assert_eq!((down.status, &down.json()["state"]), (200, &json!("down")));
    desk.wait_for("three alarms", |alarms| {
        alarms.len() == 3
            && alarms
                .iter()
                .all(|alarm| alarm["annunciated_at"].is_string())
    });
    desk.observe(&fill(2, 0.1, at));

    let listened = tests::client::changes(&base, 0, |change| {
        change.data["asset"] == "container/c2" && change.data["change"] == "measured"
    })?;
    let seqs: Vec<u64> = listened.iter().map(|change| change.seq).collect();
    let dense: Vec<u64> = (1..=seqs.len() as u64).collect();
    assert_eq!(seqs, dense, "nothing is missing between");
    let mut told = vec![format!("{listened:?}")];
    for path in [
        "/live/snapshot",
        "/assets/container/c0",
        "/assets/container/c0/history",
        "/assets/sensor/s1",
        "/assets/camera/k",
        "/assets?kind=camera,container&limit=100",
        "/readyz",
        "/metrics",
    ] {
        let answer = ask("GET", &format!("{base}{path}"), None, b"").unwrap();
        assert_eq!(answer.status, 200, "{path}");
        told.push(answer.body);
    }
    for text in told {
        for word in [
            "alarm",
            "camera-down",
            "annunciat",
            "container-full",
            "\"fire\"",
        ] {
            assert!(!text.to_lowercase().contains(word), "{word} in {text}");
        }
    }
    for token in [None, Some("wrong")] {
        let refused = ask("GET", &format!("{base}/alarms"), token, b"").unwrap();
        assert_eq!(refused.status, 401);
        assert!(!refused.body.contains("container"), "{}", refused.body);
    }
    Ok(())
}

#[test]
fn operators_put_alarms_away_and_ask_for_those_they_want() -> HarnessResult<()> {
    let small = Small::new(false);
    let desk = Desk::open(&small, AT_ONCE)?;
    let at = now() - Span::from_secs(600);
    desk.observe(&(fill(0, 0.99, at) + &fill(1, 0.99, at) + &line("sensor/s1", "tilt", 1.0, at)));
    desk.observe(&line("sensor/s2", "temperature", 90.0, at));
    let alarms = desk.wait_for("four alarms", |alarms| alarms.len() == 4);
    assert_eq!(alarms[0]["cause"], "fire");
    let id_of = |cause: &str| {
        let alarms = desk.alarms(&format!("?cause={cause}"));
        alarms.last().unwrap()["id"].as_u64().unwrap()
    };
    let (fire, full) = (id_of("fire"), id_of("container-full"));

    let why = json!({ "minutes": 30, "reason": "Rue barrée" });
    assert_eq!(desk.order(fire, "shelve", &why).status, 409, "never");
    for wrong in [
        json!({ "minutes": 30 }),
        json!({ "reason": "x" }),
        json!({ "minutes": 30, "until": now(), "reason": "x" }),
        json!({ "minutes": 30, "reason": " " }),
        json!({ "minutes": 100_000, "reason": "x" }),
        json!({ "until": now() - Span::from_secs(1), "reason": "x" }),
    ] {
        assert_eq!(desk.order(full, "shelve", &wrong).status, 400, "{wrong}");
    }
    let shelved = desk.order(full, "shelve", &why);
    assert_eq!(
        shelved.json()["shelf"]["reason"],
        "Rue barrée",
        "{}",
        shelved.body
    );
    let list = desk.get("/alarms");
    assert_eq!(
        (&list["matched"], &list["shelved"], &list["standing"]),
        (&json!(3), &json!(1), &json!(4))
    );
    assert_eq!(desk.alarms("?state=shelved").len(), 1);
    assert_eq!(
        desk.order(full, "unshelve", &json!({})).json()["state"],
        "unacknowledged"
    );

    assert_eq!(desk.alarms("?priority=1,2").len(), 1);
    assert_eq!(desk.alarms("?cause=tilt,fire&limit=1").len(), 1);
    assert_eq!(desk.get("/alarms?limit=3")["next"], 3);
    assert_eq!(desk.alarms("?limit=3&offset=3").len(), 1);
    for (query, value) in [
        ("state=loud", "state=loud"),
        ("priority=4", "priority=4"),
        ("cause=rain", "container-full"),
        ("commune=99999", "commune=99999"),
        ("limit=0", "limit=0"),
        ("colour=red", "colour"),
    ] {
        let url = format!("{}/alarms?{query}", desk.server().base_url());
        let refused = operate("GET", &url, b"");
        assert_eq!(refused.status, 400, "{query}");
        assert!(refused.body.contains(value), "{}", refused.body);
    }
    assert_eq!(desk.order(99, "acknowledge", &json!({})).status, 404);
    Ok(())
}

#[test]
fn a_frame_that_is_sent_again_raises_an_alarm_in_the_commit_that_sets_it_aside() -> HarnessResult<()>
{
    let small = Small::new(false);
    let mut desk = Desk::open(&small, "")?;
    let at = now() - Span::from_secs(60);
    for f_cnt in [500, 3] {
        deliver(desk.server(), &event(0, f_cnt, 1500, at));
    }
    desk.kill()?;
    desk.serve_again()?;
    let alarms = desk.wait_for("the replay", |alarms| alarms.len() == 1);
    assert_eq!(
        (
            &alarms[0]["cause"],
            &alarms[0]["subject"],
            &alarms[0]["priority"]
        ),
        (&json!("replay"), &json!("sensor/s0"), &json!(2))
    );
    // Time and again it is the same alarm.
    deliver(desk.server(), &event(0, 4, 1500, at));
    assert_eq!(desk.alarms("").len(), 1);
    Ok(())
}

#[test]
fn rules_that_cannot_be_keep_a_server_from_starting_and_say_where() -> HarnessResult<()> {
    let small = Small::new(false);
    std::fs::create_dir_all(small.path("data")).unwrap();
    std::fs::write(
        small.path("data").join("alarms.toml"),
        "[fire]\n\nraise_at_c = \"hot\"\n",
    )
    .unwrap();
    let refused = tests::server::output_of(small.command("data")?)?;
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success(), "{told}");
    for part in ["alarms.toml", "line 3", "hot"] {
        assert!(told.contains(part), "{part} is not in: {told}");
    }
    Ok(())
}
