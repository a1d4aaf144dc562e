//! What people see of containers: on disk, told to everybody, set against sensors, an alarm where it matters.

use serde_json::{Value, json};
use tests::HarnessResult;
use tests::client::{LiveEvent, get_json};
use twin_core::Span;

use crate::alarms::AT_ONCE;
use crate::alarms::desk::{Desk, fill};
use crate::durability::whole_story;
use crate::small::{Answer, Small, ask, now, operate};

fn tell(desk: &Desk, body: &Value) -> Answer {
    tell_at(desk.server().base_url(), body)
}

/// Reports what somebody saw to a server.
pub(crate) fn tell_at(base: &str, body: &Value) -> Answer {
    operate(
        "POST",
        &format!("{base}/reports"),
        body.to_string().as_bytes(),
    )
}

fn container(desk: &Desk, n: u64) -> Value {
    let url = format!("{}/assets/container/c{n}", desk.server().base_url());
    get_json(&url).unwrap()["properties"].clone()
}

#[test]
fn what_a_crew_tells_is_an_alarm_until_it_is_in_order_also_through_a_kill() -> HarnessResult<()> {
    let small = Small::new(false);
    let mut desk = Desk::open(&small, AT_ONCE)?;
    let dumped = json!({ "container": "container/c3", "seen": "dumped-beside", "by": "resident" });
    assert_eq!(tell(&desk, &dumped).json()["changes"], 1);
    let alarms = desk.wait_for("what was dumped", |alarms| alarms.len() == 1);
    assert_eq!(
        (
            &alarms[0]["cause"],
            &alarms[0]["subject"],
            &alarms[0]["priority"]
        ),
        (&json!("dumped-beside"), &json!("container/c3"), &json!(3))
    );

    desk.kill()?;
    desk.serve_again()?;
    let reported = container(&desk, 3)["reported"]["dumped_beside"].clone();
    assert_eq!(reported["by"], "resident");
    assert_eq!(
        container(&desk, 3)["fill"],
        Value::Null,
        "nobody measured it"
    );
    let live = whole_story(desk.server().base_url())?;
    assert_eq!(
        (
            &live[0].data["change"],
            &live[0].data["seen"],
            &live[0].data["asset"]
        ),
        (
            &json!("seen"),
            &json!("dumped-beside"),
            &json!("container/c3")
        )
    );

    let order = json!({ "container": "container/c3", "seen": "in-order", "by": "crew" });
    assert_eq!(tell(&desk, &order).json()["changes"], 1);
    desk.wait_until("it to be in order", |desk| {
        desk.alarms("")
            .iter()
            .all(|alarm| alarm["state"] == "returned")
    });
    assert_eq!(container(&desk, 3)["reported"], json!({}));
    Ok(())
}

#[test]
fn a_crews_emptying_and_the_sensor_bear_each_other_out() -> HarnessResult<()> {
    let small = Small::new(false);
    let desk = Desk::open(&small, AT_ONCE)?;
    let at = |minutes: i64| now() - Span::from_secs(60 * (90 - minutes));
    desk.observe(&(fill(0, 0.80, at(0)) + &fill(0, 0.81, at(10)) + &fill(0, 0.82, at(20))));
    desk.observe(&(fill(1, 0.80, at(0)) + &fill(1, 0.81, at(10)) + &fill(1, 0.82, at(20))));
    assert!(container(&desk, 0)["trust"].as_f64().unwrap() > 0.9);
    for n in [0, 1] {
        let emptied = json!({
            "container": format!("container/c{n}"), "seen": "emptied", "by": "crew",
            "observed_at": at(30),
        });
        assert_eq!(tell(&desk, &emptied).status, 200);
    }
    desk.observe(&(fill(0, 0.02, at(40)) + &fill(1, 0.83, at(40))));
    let (seen, not_seen) = (container(&desk, 0), container(&desk, 1));
    assert_eq!(seen["doubts"], json!([]));
    assert_eq!(not_seen["doubts"], json!(["contradicted"]));
    assert!(not_seen["trust"].as_f64() < Some(0.6), "{not_seen}");
    assert!(seen["emptied_at"].is_string());
    let emptied = |event: &LiveEvent| event.data["change"] == "emptied";
    let story = whole_story(desk.server().base_url())?;
    let emptied: Vec<_> = story.into_iter().filter(emptied).collect();
    assert_eq!(emptied.len(), 1);
    assert_eq!(
        (&emptied[0].data["asset"], &emptied[0].data["from"]),
        (&json!("container/c0"), &json!(0.82))
    );
    Ok(())
}

#[rstest::rstest]
#[case::no_container(json!({ "container": "container/none", "seen": "full", "by": "crew" }), 404, "container/none")]
#[case::no_sight(json!({ "container": "container/c0", "seen": "stolen", "by": "crew" }), 400, "stolen")]
#[case::a_name(json!({ "container": "container/c0", "seen": "full", "by": "Jeanne" }), 400, "Jeanne")]
#[case::too_long_ago(json!({ "container": "container/c0", "seen": "full", "by": "crew", "observed_at": "2020-01-01T00:00:00Z" }), 409, "2020-01-01")]
#[case::words_of_their_own(json!({ "container": "container/c0", "seen": "full", "by": "crew", "note": "by the baker's" }), 400, "note")]
fn what_cannot_be_is_refused_by_name(
    #[case] body: Value,
    #[case] status: u16,
    #[case] named: &str,
) -> HarnessResult<()> {
    let small = Small::new(false);
    let desk = Desk::open(&small, AT_ONCE)?;
    let refused = tell(&desk, &body);
    assert_eq!(refused.status, status, "{}", refused.body);
    assert!(refused.body.contains(named), "{}", refused.body);
    let url = format!("{}/reports", desk.server().base_url());
    let stranger = ask("POST", &url, None, body.to_string().as_bytes()).unwrap();
    assert_eq!(stranger.status, 401);
    Ok(())
}
