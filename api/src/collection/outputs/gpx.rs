//! The calls and the ways of all vehicles as GPX 1.1, for the devices of drivers.

use std::fmt::Write as _;

use twin_core::LonLat;

use super::markup::escaped;
use crate::collection::words::Words;
use crate::collection::{Call, Round, Rounds, Tracks};

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
    <gpx version=\"1.1\" creator=\"Maquette\" xmlns=\"http://www.topografix.com/GPX/1/1\">\n";

/// A waypoint for each call with its arrival as time, then a track for each trip that drives. The
/// elements stand in the order that the schema wants.
pub(crate) fn gpx(rounds: &Rounds, tracks: &Tracks, words: &Words) -> String {
    let mut text = HEAD.to_owned();
    metadata(&mut text, rounds, words);
    for round in &rounds.vehicles {
        for call in &round.calls {
            waypoint(&mut text, round, call, words);
        }
    }
    let both = rounds.vehicles.iter().zip(&tracks.vehicles);
    let trips = both.flat_map(|(round, tracks)| std::iter::repeat(round).zip((1..).zip(tracks)));
    let driven = trips.filter(|(_, (_, track))| track.line.len() > 1);
    for (number, (round, (trip, track))) in (1..).zip(driven) {
        let name = words.filled(
            "gpx.trip",
            &[
                ("vehicle", &vehicle(round, words)),
                ("n", &trip.to_string()),
            ],
        );
        let _never_fails = writeln!(
            text,
            "<trk><name>{}</name><number>{number}</number><trkseg>",
            escaped(&name)
        );
        for &place in &track.line {
            let _never_fails = writeln!(text, "<trkpt {}/>", position(place));
        }
        text.push_str("</trkseg></trk>\n");
    }
    text.push_str("</gpx>\n");
    text
}

/// What people call a vehicle.
fn vehicle(round: &Round, words: &Words) -> String {
    format!("{} {}", words.class(&round.class), round.number)
}

fn metadata(text: &mut String, rounds: &Rounds, words: &Words) {
    let name = format!("{} {}", rounds.territory, rounds.date);
    let _never_fails = write!(text, "<metadata><name>{}</name>", escaped(&name));
    if rounds.is_synthetic {
        let synthetic = escaped(words.get("synthetic"));
        let _never_fails = write!(text, "<desc>{synthetic}</desc>");
    }
    text.push_str("</metadata>\n");
}

fn waypoint(text: &mut String, round: &Round, call: &Call, words: &Words) {
    let notes: Vec<String> = call.notes.iter().map(|note| words.note(*note)).collect();
    let mut parts = vec![
        format!("{}–{}", call.arrival.clock(), call.departure.clock()),
        words.get(&format!("kind.{}", call.kind.name())).to_owned(),
    ];
    parts.extend(words.by_stream(call));
    parts.extend(notes);
    let trip = words.filled(
        "gpx.trip",
        &[
            ("vehicle", &vehicle(round, words)),
            ("n", &call.trip.to_string()),
        ],
    );
    let _never_fails = writeln!(
        text,
        "<wpt {}><time>{}</time><name>{}</name><cmt>{}</cmt><desc>{}</desc><type>{}</type></wpt>",
        position(call.at),
        call.arrival.utc(),
        escaped(&format!("{} {}", call.sequence, call.name)),
        escaped(&trip),
        escaped(&parts.join("; ")),
        call.kind.name(),
    );
}

fn position(place: LonLat) -> String {
    format!("lat=\"{:.7}\" lon=\"{:.7}\"", place.lat(), place.lon())
}
