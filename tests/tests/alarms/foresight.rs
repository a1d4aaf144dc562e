//! Alarms of what is not yet so: an overflow before the next visit, an authorisation that ends.

use serde_json::{Value, json};
use tests::HarnessResult;
use twin_core::{Span, Timestamp};

use super::desk::{Desk, fill};
use crate::small::{Small, now, operate};

const RULES: &str = "[overflow-soon]\non_delay = \"0 s\"\noff_delay = \"0 s\"\n";
const DAY: i64 = 86_400;

/// Puts a camera on file whose authorisation ends then, or never.
fn authorise(desk: &Desk, until: Option<Timestamp>) {
    let record = json!({
        "kind": "camera", "key": "a", "place": [6.8, 47.51],
        "detail": {
            "street": "Rue Cuvier", "camera_type": "dome", "purposes": [], "responsible": null,
            "authorisation": null, "authorised_at": null, "expires_at": until, "retention": null,
            "has_sign": null,
        },
    });
    let url = format!("{}/assets/camera/a", desk.server().base_url());
    let put = operate("PUT", &url, record.to_string().as_bytes());
    assert_eq!(put.status, 200, "{}", put.body);
}

fn first<'a>(alarms: &'a [Value], cause: &str) -> Option<&'a Value> {
    alarms.iter().find(|alarm| alarm["cause"] == cause)
}

#[test]
fn an_authorisation_that_ends_gets_more_pressing_and_is_over_once_it_is_renewed()
-> HarnessResult<()> {
    let small = Small::new(false);
    let desk = Desk::open(&small, "")?;
    authorise(&desk, Some(now() + Span::from_secs(100 * DAY)));
    authorise(&desk, Some(now() + Span::from_secs(60 * DAY + 60)));
    let alarms = desk.wait_for("an early word", |alarms| alarms.len() == 1);
    let id = alarms[0]["id"].as_u64().unwrap();
    let told = |alarm: &Value| (alarm["priority"].clone(), alarm["value"].clone());
    assert_eq!(told(&alarms[0]), (json!(3), json!(60.0)));
    assert_eq!(alarms[0]["subject"], "camera/a");
    assert_eq!(desk.order(id, "acknowledge", &json!({})).status, 200);

    authorise(&desk, Some(now() - Span::from_secs(60)));
    let alarms = desk.wait_for("a pressing one", |alarms| alarms[0]["priority"] == 2);
    assert_eq!((&alarms[0]["id"], alarms.len()), (&json!(id), 1));
    assert_eq!(
        alarms[0]["state"], "unacknowledged",
        "it is another matter now"
    );
    authorise(&desk, Some(now() + Span::from_secs(5 * 365 * DAY)));
    desk.wait_for("its return", |alarms| alarms[0]["state"] == "returned");
    Ok(())
}

#[test]
fn a_container_that_fills_fast_is_told_of_before_it_overflows() -> HarnessResult<()> {
    let small = Small::new(false);
    let mut desk = Desk::open(&small, RULES)?;
    let ago = |hours: i64| now() - Span::from_hours(hours);
    // Crews are there sixteen hours from now at the earliest: tomorrow afternoon.
    let fast: String = [(10, 0.60), (7, 0.68), (4, 0.76), (1, 0.84)]
        .map(|(hours, level)| fill(0, level, ago(hours)))
        .concat();
    let slow: String = [(10, 0.600), (7, 0.601), (4, 0.602), (1, 0.603)]
        .map(|(hours, level)| fill(1, level, ago(hours)))
        .concat();
    desk.observe(&(fast + &slow));
    let alarms = desk.wait_for("what comes", |alarms| !alarms.is_empty());
    let soon = first(&alarms, "overflow-soon").unwrap();
    assert_eq!(
        (&soon["subject"], &soon["value"]),
        (&json!("container/c0"), &json!(0.84))
    );
    let id = soon["id"].as_u64().unwrap();

    // Its trend is read from the journal after a kill, and it is the same alarm.
    desk.kill()?;
    desk.serve_again()?;
    desk.observe(&fill(0, 0.85, ago(0)));
    std::thread::sleep(std::time::Duration::from_secs(1));
    let alarms = desk.alarms("");
    assert_eq!((alarms.len(), &alarms[0]["id"]), (1, &json!(id)));
    assert_eq!(alarms[0]["state"], "unacknowledged");
    desk.observe(&fill(0, 0.05, now()));
    desk.wait_for("the visit", |alarms| alarms[0]["state"] == "returned");
    Ok(())
}
