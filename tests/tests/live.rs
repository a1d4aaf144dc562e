//! Listeners get what they ask for, over server-sent events and over a WebSocket alike.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tests::HarnessResult;
use tests::client::{LiveEvent, SentEvents, all_features, changes, get_json};
use tests::server::{TwinServer, twin};
use tungstenite::Message;

use crate::small::{Small, event, now, operate, site};

/// The numbers of the changes up to `last` that a filtered stream tells; it ends with the sign of life that
/// says how far the listener has got.
fn told(base: &str, filter: &str, last: u64) -> HarnessResult<Vec<u64>> {
    let mut told = Vec::new();
    for event in SentEvents::listen(&format!("{base}/live?{filter}"), None, Some(0))? {
        let event = event?;
        let id = event.id.unwrap();
        match event.kind.as_str() {
            "change" if id <= last => told.push(id),
            "heartbeat" if id >= last => return Ok(told),
            _ => {}
        }
    }
    panic!("the stream ended");
}

/// Where each asset is, and in which commune.
type Places = BTreeMap<String, ([f64; 2], String)>;
/// Whether a change is wanted, by its kind, place and commune.
type Wants<'a> = Box<dyn Fn(&str, [f64; 2], &str) -> bool + Sync + 'a>;

fn places(base: &str) -> HarnessResult<Places> {
    let place = |feature: &Value| {
        let at = &feature["geometry"]["coordinates"];
        let lonlat = [0, 1].map(|i| at[i].as_f64().unwrap());
        let commune = feature["properties"]["commune"]
            .as_str()
            .unwrap_or_default();
        let id = feature["id"].as_str().unwrap().to_owned();
        (id, (lonlat, commune.to_owned()))
    };
    let features = all_features(base, "/assets?kind=container,sensor,site&limit=5000")?;
    Ok(features.iter().map(place).collect())
}

fn place(places: &Places, event: &LiveEvent) -> ([f64; 2], String) {
    places[event.data["asset"].as_str().unwrap()].clone()
}

/// Filters, and what they let through by kind, place and commune.
fn cases(commune: &str) -> Vec<(String, Wants<'_>)> {
    // A box and a triangle around the middle of all.
    let [west, south, east, north] = [6.75, 47.45, 6.85, 47.52];
    let in_box =
        move |[lon, lat]: [f64; 2]| (west..=east).contains(&lon) && (south..=north).contains(&lat);
    let in_triangle = move |[lon, lat]: [f64; 2]| {
        let along = (lon - west) / (east - west) + (lat - south) / (north - south);
        lat >= south && lon >= west && along <= 1.0
    };
    let triangle =
        format!("POLYGON(({west}%20{south},{east}%20{south},{west}%20{north},{west}%20{south}))");
    vec![
        (
            "kind=container".into(),
            Box::new(|kind, _at, _commune| kind == "container"),
        ),
        (
            format!("kind=sensor,container&commune={commune}"),
            Box::new(move |_kind, _at, within| within == commune),
        ),
        (
            format!("bbox={west},{south},{east},{north}"),
            Box::new(move |_kind, at, _commune| in_box(at)),
        ),
        (
            format!("kind=sensor&within={triangle}"),
            Box::new(move |kind, at, _commune| kind == "sensor" && in_triangle(at)),
        ),
        (
            format!("commune={commune}&bbox=0,0,1,1"),
            Box::new(|_kind, _at, _commune| false),
        ),
    ]
}

#[test]
fn a_filtered_stream_tells_what_an_unfiltered_one_tells_of_the_area() -> HarnessResult<()> {
    let data = tempfile::tempdir().unwrap();
    let mut command = twin(&["serve", "--listen", "127.0.0.1:0", "--preset", "demo-2022"])?;
    command.arg("--data").arg(data.path());
    let server = TwinServer::start(command)?;
    let base = server.base_url();
    let last = get_json(&format!("{base}/readyz"))?["seq"]
        .as_u64()
        .unwrap();
    let all = changes(base, 0, |event| event.seq >= last)?;
    let places = places(base)?;
    let commune = place(&places, &all[0]).1;
    let cases = cases(&commune);
    std::thread::scope(|scope| {
        for (filter, wants) in &cases {
            let (all, places) = (&all, &places);
            scope.spawn(move || {
                let is_wanted = |event: &&LiveEvent| {
                    let (lonlat, commune) = place(places, event);
                    let kind = event.data["kind"].as_str().unwrap();
                    event.seq <= last && wants(kind, lonlat, &commune)
                };
                let expected = all.iter().filter(is_wanted);
                let expected: Vec<u64> = expected.map(|event| event.seq).collect();
                assert_eq!(expected.is_empty(), filter.ends_with("0,0,1,1"), "{filter}");
                assert!(expected.len() < all.len());
                assert_eq!(told(base, filter, last).unwrap(), expected, "{filter}");
            });
        }
    });
    for wrong in [
        "commune=99999",
        "bbox=1,2",
        "within=POINT(1%202)",
        "kind=dragon",
        "color=red",
    ] {
        let answer = operate("GET", &format!("{base}/live?{wrong}"), b"");
        assert!(
            [400, 403].contains(&answer.status),
            "{wrong}: {}",
            answer.body
        );
    }
    Ok(())
}

#[test]
fn what_moves_is_told_to_those_who_see_it_leave_and_those_who_see_it_come() -> HarnessResult<()> {
    let small = Small::new(false);
    let server = small.serve("data")?;
    let base = server.base_url();
    let url = format!("{base}/assets/site/w");
    let listen = |west: f64| {
        let filter = format!("kind=site&bbox={west},47,{},48&since=0", west + 0.1);
        SentEvents::listen(&format!("{base}/live?{filter}"), None, None).unwrap()
    };
    let (mut west, mut east) = (listen(6.6), listen(6.8));
    assert_eq!(operate("PUT", &url, &site("w", "Gare", 6.65)).status, 200);
    assert_eq!(operate("PUT", &url, &site("w", "Gare", 6.85)).status, 200);
    assert_eq!(operate("DELETE", &url, b"").status, 200);
    let next = |of: &mut SentEvents| of.next().unwrap().unwrap().id.unwrap();
    assert_eq!([next(&mut west), next(&mut west)], [1, 2]);
    assert_eq!([next(&mut east), next(&mut east)], [2, 3]);
    Ok(())
}

/// The changes up to `last` that a WebSocket tells from after `since`.
fn over_socket(base: &str, since: u64, last: u64) -> BTreeMap<u64, Value> {
    let url = format!("{}/live/ws?since={since}", base.replace("http://", "ws://"));
    let (mut socket, _answer) = tungstenite::connect(url).unwrap();
    let mut told = BTreeMap::new();
    loop {
        let Message::Text(text) = socket.read().unwrap() else {
            continue;
        };
        let message: Value = serde_json::from_str(&text).unwrap();
        if message["event"] != "changes" {
            continue;
        }
        for change in message["changes"].as_array().unwrap() {
            told.insert(change["seq"].as_u64().unwrap(), change.clone());
        }
        assert_eq!(message["seq"].as_u64(), told.keys().last().copied());
        if told.keys().last() >= Some(&last) {
            socket.close(None).unwrap();
            return told;
        }
    }
}

#[test]
fn a_socket_tells_the_same_and_resumes() -> HarnessResult<()> {
    let small = Small::new(false);
    let server = small.serve("data")?;
    let base = server.base_url();
    let deliver = |frames: std::ops::Range<u32>| {
        for n in frames {
            let url = format!("{base}/ingest/chirpstack?event=up");
            let body = event(u64::from(n) % 5, n, 900, now());
            assert_eq!(operate("POST", &url, &body).status, 204);
        }
        get_json(&format!("{base}/readyz")).unwrap()["seq"]
            .as_u64()
            .unwrap()
    };
    let middle = deliver(0..20);
    let first = over_socket(base, 0, middle);
    let listening = std::thread::scope(|scope| {
        let second = scope.spawn(|| over_socket(base, middle, middle + 40));
        let last = deliver(20..40);
        assert_eq!(last, middle + 40);
        second.join().unwrap()
    });
    let over_sse = changes(base, 0, |event| event.seq >= middle + 40)?;
    let told: BTreeMap<u64, Value> = first.into_iter().chain(listening).collect();
    let expected = over_sse
        .into_iter()
        .map(|event| (event.seq, event.data))
        .collect();
    assert_eq!(told, expected);
    let numbers: BTreeSet<u64> = told.into_keys().collect();
    assert!(numbers.into_iter().eq(1..=middle + 40));
    Ok(())
}
