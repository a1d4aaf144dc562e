//! What leaves the house: signed, in French, once, and without a secret.

use hmac::{Hmac, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use tests::HarnessResult;
use twin_core::Span;

use super::desk::{Desk, fill, line};
use super::post::{Posted, decoded, receiver, relay};
use crate::small::{Small, now};

const KEY: &str = "a-key-that-nobody-sees";
const PATH: &str = "/hook/path-that-nobody-sees";

fn environment(webhook: u16, relay: u16) -> Vec<(&'static str, String)> {
    vec![
        (
            "TWIN_ALARM_WEBHOOK",
            format!("http://127.0.0.1:{webhook}{PATH}"),
        ),
        ("TWIN_ALARM_WEBHOOK_SECRET", KEY.to_owned()),
        ("TWIN_ALARM_RELAY", format!("smtp://127.0.0.1:{relay}")),
        (
            "TWIN_ALARM_MAIL_FROM",
            "Maquette <twin@pma.example>".to_owned(),
        ),
        (
            "TWIN_ALARM_MAIL_TO",
            "a@pma.example,b@pma.example".to_owned(),
        ),
    ]
}

/// Insists on a signature, and returns what was posted.
fn checked(posted: &Posted) -> Value {
    assert_eq!(posted.line.trim_end(), format!("POST {PATH} HTTP/1.1"));
    let timestamp = &posted.headers["maquette-timestamp"];
    let seconds: i64 = timestamp.parse().unwrap();
    assert!((now().as_secs() - seconds).abs() < 120, "{seconds}");
    let mut mac = Hmac::<Sha256>::new_from_slice(KEY.as_bytes()).unwrap();
    mac.update(timestamp.as_bytes());
    mac.update(b".");
    mac.update(&posted.body);
    let hex = posted.headers["maquette-signature"]
        .strip_prefix("sha256=")
        .unwrap();
    let bytes: Vec<u8> = (0..hex.len() / 2)
        .map(|n| u8::from_str_radix(&hex[2 * n..2 * n + 2], 16).unwrap())
        .collect();
    mac.verify_slice(&bytes).unwrap();
    serde_json::from_slice(&posted.body).unwrap()
}

#[test]
fn a_webhook_and_people_are_told_once_in_french_and_also_through_a_kill() -> HarnessResult<()> {
    let (webhook, posts) = receiver(&[503, 302]);
    let (relay, letters) = relay();
    let small = Small::new(false);
    let mut desk = Desk::open_with(&small, super::AT_ONCE, environment(webhook, relay))?;
    let at = now() - Span::from_secs(600);
    desk.observe(&line("sensor/s1", "temperature", 90.0, at));

    // Twice it did not get through: it came again, under the same number.
    let posted = posts.wait_for(3);
    for (post, status) in posted.iter().zip([503, 302, 204]) {
        let told = checked(post);
        assert_eq!(
            (post.status, &post.headers["maquette-delivery"][..]),
            (status, "1")
        );
        assert_eq!(
            (&told["no"], &told["cause"], &told["count"]),
            (&json!(1), &json!("fire"), &json!(1))
        );
        assert_eq!(
            told["title"],
            "Agir tout de suite : Feu dans un conteneur, Marché"
        );
        assert!(
            told["text"].as_str().unwrap().contains("appeler le 18"),
            "{told}"
        );
        assert_eq!(told["alarms"][0]["value"], 90.0);
    }
    let letter = decoded(&letters.wait_for(1)[0]);
    for part in [
        "MAIL FROM:<twin@pma.example>",
        "RCPT TO:<a@pma.example>",
        "RCPT TO:<b@pma.example>",
        "Subject: [Maquette] Agir tout de suite : Feu dans un conteneur, Marché\r\n",
        "• Marché (sensor/s1), 90 °C, depuis le ",
        "À faire : appeler le 18, éloigner le public",
    ] {
        assert!(letter.contains(part), "{part} is not in: {letter}");
    }
    desk.wait_until("figures that tell it", |desk| {
        let out = desk.figures()["out"].clone();
        out["webhook"]["sent"] == 1 && out["mail"]["sent"] == 1
    });
    let out = desk.figures()["out"].clone();
    assert_eq!(
        (
            &out["webhook"]["failed_attempts"],
            &out["webhook"]["given_up"]
        ),
        (&json!(2), &json!(0))
    );

    desk.kill()?;
    desk.serve_again()?;
    desk.observe(&fill(0, 0.99, now() - Span::from_secs(5)));
    let posted = posts.wait_for(4);
    assert_eq!(checked(&posted[3])["cause"], "container-full");
    assert_eq!(posted[3].headers["maquette-delivery"], "2");
    // One of priority 3 is not mailed, and the fire is not told again.
    std::thread::sleep(std::time::Duration::from_secs(2));
    assert_eq!((posts.all().len(), letters.all().len()), (4, 1));
    Ok(())
}

#[test]
fn where_nobody_listens_the_twin_goes_on_and_says_so_without_a_secret() -> HarnessResult<()> {
    let (webhook, posts) = receiver(&[400]);
    let small = Small::new(false);
    // Nobody is at port 9.
    let desk = Desk::open_with(&small, super::AT_ONCE, environment(webhook, 9))?;
    let at = now() - Span::from_secs(600);
    desk.observe(&line("sensor/s1", "temperature", 90.0, at));
    desk.wait_until("failures", |desk| {
        let out = desk.figures()["out"].clone();
        out["webhook"]["given_up"] == 1 && out["mail"]["failed_attempts"].as_u64() >= Some(2)
    });
    // What the receiver does not like is not told again; the next one is.
    desk.observe(&fill(0, 0.99, at));
    let posted = posts.wait_for(2);
    assert_eq!(checked(&posted[1])["cause"], "container-full");
    let out = desk.figures()["out"].to_string();
    assert!(
        out.contains("status 400") || out.contains("\"last_failure\":null"),
        "{out}"
    );
    for secret in [KEY, "nobody-sees"] {
        assert!(!out.contains(secret), "{out}");
    }
    Ok(())
}

#[test]
fn printed_settings_tell_who_is_told_but_no_secret() -> HarnessResult<()> {
    let small = Small::new(false);
    let mut command = small.command("data")?;
    command
        .envs(environment(1, 2))
        .env("TWIN_ALARM_RELAY", "smtps://pma:secret-word@relay.example")
        .arg("--print-config");
    let printed = tests::server::output_of(command)?;
    let told = String::from_utf8_lossy(&printed.stdout).into_owned();
    assert!(printed.status.success(), "{told}");
    for part in [
        "alarm_mail_to = \"a@pma.example,b@pma.example\"",
        "TWIN_ALARM_WEBHOOK is http://127.0.0.1:1/…",
        "TWIN_ALARM_RELAY is smtps://relay.example:465",
    ] {
        assert!(told.contains(part), "{part} is not in: {told}");
    }
    for secret in [KEY, "nobody-sees", "secret-word"] {
        assert!(!told.contains(secret), "{told}");
    }
    let mut command = small.command("data")?;
    command.env("TWIN_ALARM_WEBHOOK", format!("http://127.0.0.1:1{PATH}"));
    let refused = tests::server::output_of(command)?;
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        !refused.status.success() && why.contains("TWIN_ALARM_WEBHOOK_SECRET"),
        "{why}"
    );
    assert!(!why.contains("nobody-sees"), "{why}");
    Ok(())
}
