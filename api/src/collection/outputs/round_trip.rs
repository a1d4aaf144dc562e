//! What is written is read again: the same calls in the same order at the same times, whatever
//! things are called.

use ::geojson::{FeatureCollection, GeoJson};
use proptest::prelude::*;
use simulator::calendar::LocalDay;
use simulator::collection::day::Reason;
use twin_core::{LonLat, Stream};

use super::{SheetRequest, csv, geojson, gpx, sheet};
use crate::collection::rounds::Emptied;
use crate::collection::{
    Call, CallKind, Haul, Language, Moment, Note, Round, Rounds, Track, Tracks, Words,
};

/// A call as every output tells it: kind, name, arrival and departure.
type Told = (String, String, String, String);

fn moment(tenths: i32) -> Moment {
    let day = LocalDay::containing("2022-05-17T12:00:00Z".parse().unwrap()).unwrap();
    Moment::new(&day, tenths)
}

fn kind(number: usize, last: usize) -> CallKind {
    match number {
        0 => CallKind::Start,
        _ if number == last => CallKind::End,
        _ if number.is_multiple_of(5) => CallKind::Break,
        _ => CallKind::Stop,
    }
}

fn call(number: usize, last: usize, name: &str) -> Call {
    let arrival = 162_000 + 6_003 * i32::try_from(number).unwrap();
    Call {
        trip: 1,
        sequence: number + 1,
        kind: kind(number, last),
        place: u32::try_from(number).unwrap(),
        at: LonLat::new(6.8 + 0.001 * number as f64, 47.5).unwrap(),
        sites: vec![name.into()],
        name: name.to_owned(),
        street: Some(name.into()),
        commune: Some(name.into()),
        streams: vec![Stream::Glass],
        containers: vec![Emptied {
            container: name.into(),
            stream: Stream::Glass,
            litres: 3000,
            kg: 990,
            reason: Reason::Prize,
        }],
        arrival: moment(arrival),
        begin: moment(arrival),
        departure: moment(arrival + 1_801),
        work: 1_801,
        way: None,
        load_m3: 3.0,
        load_kg: 990,
        load_share: 0.0,
        notes: vec![Note::OneSided, Note::OnFoot(20.0)],
    }
}

/// A vehicle that calls at places of these names, on a straight road.
fn sample(names: &[String]) -> (Rounds, Tracks) {
    let last = names.len().saturating_sub(1);
    let calls = names.iter().enumerate();
    let calls: Vec<Call> = calls
        .map(|(number, name)| call(number, last, name))
        .collect();
    let track = Track {
        line: calls.iter().map(|call| call.at).collect(),
        ..Track::default()
    };
    let hostile = names.first().cloned().unwrap_or_default();
    let round = Round {
        vehicle: hostile.clone(),
        class: hostile.as_str().into(),
        number: 1,
        class_number: 0,
        on_duty: moment(162_000),
        off_duty: moment(300_000),
        trips: vec![Haul {
            trip: 1,
            outfit: vec![vec![Stream::Glass]],
            filled: vec![0.5],
            stops: 1,
            containers: 1,
            load_m3: 3.0,
            load_kg: 990,
        }],
        calls,
    };
    let rounds = Rounds {
        territory: hostile,
        date: "2022-05-17".into(),
        weekday: 2,
        is_synthetic: true,
        vehicles: vec![round],
        unserved: Vec::new(),
    };
    let tracks = Tracks {
        vehicles: vec![vec![track]],
    };
    (rounds, tracks)
}

fn expected(rounds: &Rounds) -> Vec<Told> {
    let calls = rounds.vehicles.iter().flat_map(|round| &round.calls);
    let told = calls.map(|call| {
        (
            call.kind.name().to_owned(),
            call.name.clone(),
            call.arrival.local().to_owned(),
            call.departure.local().to_owned(),
        )
    });
    told.collect()
}

/// The cells of a table, as RFC 4180 has them read.
fn cells(text: &str) -> Vec<Vec<String>> {
    let (mut lines, mut line, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut letters = text.chars().peekable();
    let mut is_quoted = false;
    while let Some(letter) = letters.next() {
        match letter {
            '"' if is_quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => line.push(std::mem::take(&mut cell)),
            '\r' if !is_quoted => {
                assert_eq!(letters.next(), Some('\n'));
                line.push(std::mem::take(&mut cell));
                lines.push(std::mem::take(&mut line));
            }
            letter => cell.push(letter),
        }
    }
    assert!(!is_quoted && line.is_empty() && cell.is_empty());
    lines
}

/// A cell without what keeps it from being a formula.
fn unguarded(cell: &str) -> &str {
    let is_formula = cell
        .trim_start_matches('\'')
        .starts_with(['=', '+', '-', '@', '\t', '\r']);
    let behind = cell.strip_prefix('\'').filter(|_| is_formula);
    behind.unwrap_or(cell)
}

fn of_csv(text: &str) -> Vec<Told> {
    let lines = cells(text);
    let (head, lines) = lines.split_first().unwrap();
    let column = |name: &str| head.iter().position(|other| other == name).unwrap();
    let [kind, name, arrival, departure] = ["kind", "name", "arrival", "departure"].map(column);
    let told = lines.iter().map(|line| {
        assert_eq!(line.len(), head.len());
        let text = |ix: usize| line[ix].clone();
        (
            text(kind),
            unguarded(&line[name]).to_owned(),
            text(arrival),
            text(departure),
        )
    });
    told.collect()
}

fn of_geojson(text: &str) -> Vec<Told> {
    let GeoJson::FeatureCollection(FeatureCollection { features, bbox, .. }) =
        text.parse::<GeoJson>().unwrap()
    else {
        panic!("no collection");
    };
    assert_eq!(bbox.map(|bbox| bbox.len()), Some(4));
    let points = features
        .iter()
        .filter(|feature| feature.property("sequence").is_some());
    let told = points.map(|feature| {
        let text = |key| feature.property(key).unwrap().as_str().unwrap().to_owned();
        (
            text("kind"),
            text("name"),
            text("arrival"),
            text("departure"),
        )
    });
    told.collect()
}

/// The texts of all elements of a name, without those in them.
fn elements(text: &str, name: &str) -> Vec<String> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let parts = text.split(&open).skip(1);
    let inner = parts.map(|part| part.split_once(&close).unwrap().0);
    let unescaped = inner.map(|inner| {
        let pairs = [
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&quot;", "\""),
            ("&#39;", "'"),
            ("&#9;", "\t"),
            ("&#10;", "\n"),
            ("&#13;", "\r"),
            ("&amp;", "&"),
        ];
        pairs
            .iter()
            .fold(inner.to_owned(), |text, (from, to)| text.replace(from, to))
    });
    unescaped.collect()
}

/// Kind, name and arrival of each waypoint: GPX has no place for departures.
fn of_gpx(text: &str) -> Vec<(String, String, String)> {
    let points = text
        .split("<wpt ")
        .skip(1)
        .map(|part| part.split_once("</wpt>").unwrap().0);
    let told = points.map(|point| {
        let text = |name| elements(point, name).remove(0);
        let name = text("name");
        let (_, name) = name.split_once(' ').unwrap();
        (text("type"), name.to_owned(), text("time"))
    });
    told.collect()
}

/// Names with everything in them that some format has a meaning for.
fn names() -> impl Strategy<Value = Vec<String>> {
    let name = prop_oneof![
        "[=+@\\-'\"<>&,;\\r\\n\\t{}#\\]\\[/!\\\\ a-cé€-]{0,12}",
        Just("]]><script>alert(1)</script>".to_owned()),
        Just("</style><b>".to_owned()),
        Just("=HYPERLINK(\"x\",\"y\")".to_owned()),
    ];
    prop::collection::vec(name, 2..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn calls_come_back_from_every_file(names in names()) {
        let (rounds, tracks) = sample(&names);
        let expected = expected(&rounds);
        prop_assert_eq!(of_csv(&csv(&rounds)), expected.clone());
        prop_assert_eq!(of_geojson(&geojson(&rounds, &tracks)), expected.clone());
        let words = Words::new(Language::French);
        let calls = rounds.vehicles[0].calls.iter();
        let in_utc: Vec<_> = calls
            .map(|call| (call.kind.name().to_owned(), call.name.clone(), call.arrival.utc().to_owned()))
            .collect();
        prop_assert_eq!(of_gpx(&gpx(&rounds, &tracks, &words)), in_utc);
    }

    #[test]
    fn no_cell_is_a_formula(names in names()) {
        let (rounds, _) = sample(&names);
        for cell in cells(&csv(&rounds)).iter().flatten() {
            prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
        }
    }

    #[test]
    fn a_sheet_has_no_element_that_is_not_its_own(names in names()) {
        let words = Words::new(Language::French);
        let ground = twin_core::Ground::default();
        let html = |names: &[String]| {
            let (rounds, tracks) = sample(names);
            let place = LonLat::new(6.8, 47.5).unwrap();
            sheet(&SheetRequest {
                rounds: &rounds,
                tracks: &tracks,
                ground: &ground,
                names: &[(names[0].as_str(), place)],
                sources: &names[0],
                words: &words,
            })
        };
        // Tags and quotes are as many as with harmless names, whose parts of a row are as many.
        let harmless: Vec<String> = names.iter().map(|name| "x".repeat(name.chars().count())).collect();
        let count = |html: &str, what: char| html.matches(what).count();
        let (hostile, tame) = (html(&names), html(&harmless));
        for what in ['<', '>'] {
            // A name on the map may stand where another does not.
            prop_assert!(count(&hostile, what).abs_diff(count(&tame, what)) <= 2, "{what}");
        }
        prop_assert!(!hostile.contains("<script") && !hostile.contains("</style><b>"));
    }
}
