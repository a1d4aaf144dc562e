//! The 3D viewer shows a scenario of a running server beside the present, to operators.

use std::path::Path;

use serde_json::json;
use tests::HarnessResult;
use tests::client::SentEvents;
use tests::server::{TwinServer, twin};

use crate::small::{TOKEN, operate};
use crate::viewer::{Picture, has_driver, said, viewer};

/// What is written, by day, and the ground of sheets.
const INK: [u8; 3] = [0x13, 0x26, 0x2C];
const SURFACE: [u8; 3] = [0xFB, 0xFC, 0xFA];

/// A server of the embedded territory, to which an operator writes.
fn serve(data: &Path) -> HarnessResult<TwinServer> {
    let mut command = twin(&["serve", "--listen", "127.0.0.1:0", "--clock", "1x"])?;
    command
        .env("TWIN_LOG", "error")
        .env("TWIN_OPERATOR_TOKEN", TOKEN)
        .arg("--data")
        .arg(data);
    TwinServer::start(command)
}

/// Three days of glass from the live state on.
fn scenario(name: &str, edits: &serde_json::Value) -> serde_json::Value {
    json!({
        "format": 1,
        "name": {"fr": name, "en": name},
        "territory": {"live": true},
        "streams": ["glass"],
        "period": {"days": 3, "warm_up_days": 14},
        "policy": {"kind": "fixed"},
        "edits": edits,
    })
}

/// Has two scenarios compared, to the end; tells the number of the job.
pub(crate) fn compared(
    server: &TwinServer,
    scenarios: &[serde_json::Value],
) -> HarnessResult<String> {
    let url = |path: &str| format!("{}{path}", server.base_url());
    let body = json!({"scenarios": scenarios, "replications": 2}).to_string();
    let answer = operate("POST", &url("/simulations"), body.as_bytes());
    assert_eq!(answer.status, 202, "{}", answer.body);
    let id = answer.json()["id"].as_str().map(str::to_owned);
    let id = id.expect("jobs have an id");
    let events = url(&format!("/simulations/{id}/events"));
    let mut last = None;
    while last.as_deref() != Some("end") {
        let events = SentEvents::listen(&events, Some(TOKEN), None)?;
        last = events.map_while(Result::ok).last().map(|event| event.kind);
    }
    Ok(id)
}

fn first_site(server: &TwinServer) -> String {
    let url = format!("{}/live/snapshot", server.base_url());
    let snapshot = operate("GET", &url, b"").json();
    let id = snapshot["sites"]["id"][0].as_str().map(str::to_owned);
    let id = id.expect("there are sites");
    id.trim_start_matches("site/").to_owned()
}

fn draw(
    server: &TwinServer,
    folder: &Path,
    (name, more): (&str, &[&str]),
) -> HarnessResult<Picture> {
    let path = folder.join(format!("{name}.png"));
    let shot = path.to_string_lossy().into_owned();
    let token = folder.join("token").to_string_lossy().into_owned();
    let arguments = [
        &["--view", "split", "--shot", &shot, "--token-file", &token],
        more,
    ]
    .concat();
    let drawn = viewer(server.base_url(), &arguments)?;
    let said = said(&drawn);
    assert!(drawn.status.success(), "{said}");
    assert!(!said.contains("ERROR"), "{said}");
    Ok(Picture::read(&path))
}

fn near(one: [u8; 3], other: [u8; 3]) -> bool {
    let apart = one.iter().zip(other).map(|(a, b)| a.abs_diff(b));
    apart.max().unwrap_or(0) <= 6
}

/// How much of the line is drawn that would part a picture.
fn line_in_the_middle(picture: &Picture) -> usize {
    let rows = (0..360).map(|row| picture.at(320, row));
    rows.filter(|pixel| near(*pixel, INK)).count()
}

#[test]
fn a_scenario_stands_beside_the_present_and_says_what_it_changes() -> HarnessResult<()> {
    if !has_driver()? {
        return Ok(());
    }
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("token"), TOKEN).unwrap();
    let server = serve(&home.path().join("data"))?;
    let nothing = draw(&server, home.path(), ("nothing", &[]))?;
    let site = first_site(&server);
    let without = json!([{"remove-site": {"site": site}}]);
    let scenarios = [
        scenario("Fixed", &json!([])),
        scenario("Without one", &without),
    ];
    let id = compared(&server, &scenarios)?;
    let job = operate(
        "GET",
        &format!("{}/simulations/{id}", server.base_url()),
        b"",
    )
    .json();
    let keys = |n: usize| {
        job["outcome"]["scenarios"][n]["by_site"]["key"]
            .as_array()
            .cloned()
    };
    let (before, after) = (keys(0).unwrap(), keys(1).unwrap());
    assert!(before.contains(&site.as_str().into()) && !after.contains(&site.as_str().into()));
    let communes = &job["outcome"]["commune_differences"]["Without one"];
    assert!(
        communes
            .as_array()
            .is_some_and(|communes| communes.len() > 20),
        "{communes}"
    );

    let parted = draw(&server, home.path(), ("parted", &[]))?;
    let line = line_in_the_middle(&parted);
    assert!(
        line > 250,
        "a hard line parts the halves: {line} of 360 pixels"
    );
    let middle = (100..220).flat_map(|row| (20..300).map(move |column| (column, row)));
    let pairs = middle.map(|(column, row)| (parted.at(column, row), parted.at(column + 320, row)));
    let alike = pairs.filter(|(left, right)| near(*left, *right)).count();
    assert!(
        alike * 10 > 120 * 280 * 8,
        "both halves have the same view: {alike}"
    );
    assert!(parted.count(SURFACE) > nothing.count(SURFACE) / 4);

    let named = draw(
        &server,
        home.path(),
        ("named", &["--scenario", &id, "--compare", "difference"]),
    )?;
    let line = line_in_the_middle(&named);
    assert!(line < 60, "differences are one picture: {line}");
    Ok(())
}
