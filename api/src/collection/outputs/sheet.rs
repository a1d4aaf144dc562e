//! Sheets for drivers: one HTML file that needs nothing else, made to be printed on A4.

mod frame;
mod map;
mod marks;
mod place;
mod strip;
mod table;

use std::fmt::Write as _;

use twin_core::{Ground, LonLat};

use super::markup::escaped;
use crate::collection::words::Words;
use crate::collection::{CallKind, Haul, Moment, Round, Rounds, Track, Tracks};

const STYLE: &str = include_str!("sheet/sheet.css");

/// What the sheets of a day are made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SheetRequest<'a> {
    /// What the vehicles do.
    pub(crate) rounds: &'a Rounds,
    /// Their ways.
    pub(crate) tracks: &'a Tracks,
    /// What the maps show around these.
    pub(crate) ground: &'a Ground,
    /// The names on the maps and where they stand, the most important first.
    pub(crate) names: &'a [(&'a str, LonLat)],
    /// Where the roads come from.
    pub(crate) sources: &'a str,
    /// The language.
    pub(crate) words: &'a Words,
}

/// The sheets of all vehicles, each on pages of its own.
pub(crate) fn sheet(request: &SheetRequest<'_>) -> String {
    let words = request.words;
    let rounds = request.rounds;
    let foot = words.filled(
        "foot",
        &[("territory", &rounds.territory), ("date", &rounds.date)],
    );
    let synthetic = if rounds.is_synthetic {
        format!(" · {}", words.get("synthetic"))
    } else {
        String::new()
    };
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{} {}</title>\n\
         <style>\n{STYLE}\n@page{{@bottom-left{{content:\"{}\"}}}}\n</style></head><body>\n",
        words.language().code(),
        escaped(words.get("title")),
        escaped(&rounds.date),
        in_css(&format!("{foot}{synthetic}")),
    );
    if rounds.vehicles.is_empty() {
        let _never_fails = writeln!(html, "<p>{}</p>", escaped(words.get("empty")));
    }
    for (round, tracks) in rounds.vehicles.iter().zip(&request.tracks.vehicles) {
        vehicle(&mut html, request, (round, tracks));
    }
    html.push_str("</body></html>\n");
    html
}

/// A text in quotes of a style sheet, which lies in HTML.
fn in_css(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        if letter.is_alphanumeric() || " ,.·-".contains(letter) {
            out.push(letter);
        } else {
            let _never_fails = write!(out, "\\{:06x}", u32::from(letter));
        }
    }
    out
}

fn vehicle(html: &mut String, request: &SheetRequest<'_>, (round, tracks): (&Round, &[Track])) {
    html.push_str("<article>\n");
    head(html, request, round);
    let last = round.trips.len();
    for (haul, track) in round.trips.iter().zip(tracks) {
        html.push_str("<section>\n");
        trip_head(html, request, (round, haul, last));
        map::map(html, request, (round, haul, track));
        table::table(html, request, (round, haul));
        html.push_str("</section>\n");
    }
    crew(html, request);
    html.push_str("</article>\n");
}

fn head(html: &mut String, request: &SheetRequest<'_>, round: &Round) {
    let words = request.words;
    let name = format!("{} {}", words.class(&round.class), round.number);
    let synthetic = if request.rounds.is_synthetic {
        format!(
            "<span class=\"synth\">{}</span>",
            escaped(words.get("synthetic"))
        )
    } else {
        String::new()
    };
    let _never_fails = writeln!(
        html,
        "<header><p class=\"over\"><span>{}</span>{synthetic}<b>{}</b></p><h1>{}</h1>\
         <p class=\"lead\">{} {}</p>",
        escaped(words.get("title")),
        escaped(&date(request)),
        escaped(&name),
        escaped(&intro(request, round)),
        escaped(&totals(request, round)),
    );
    strip::strip(html, words, round);
    html.push_str("<dl class=\"crew\">");
    for key in [
        "crew.driver",
        "crew.mate",
        "crew.plate",
        "crew.km-from",
        "crew.km-until",
    ] {
        let _never_fails = write!(
            html,
            "<div><dt>{}</dt><dd></dd></div>",
            escaped(words.get(key))
        );
    }
    html.push_str("</dl></header>\n");
}

fn intro(request: &SheetRequest<'_>, round: &Round) -> String {
    let words = request.words;
    let depot = round.calls.first().map_or("", |call| &call.name);
    words.filled(
        "sheet.intro",
        &[
            ("depot", depot),
            ("from", &clock(words, &round.on_duty)),
            ("until", &clock(words, &round.off_duty)),
        ],
    )
}

fn totals(request: &SheetRequest<'_>, round: &Round) -> String {
    let words = request.words;
    let m3: f64 = round.trips.iter().map(|trip| trip.load_m3).sum();
    let mass = words.mass(round.trips.iter().map(|trip| trip.load_kg).sum());
    let load = words.filled(
        "sheet.load",
        &[("m3", &words.number(m3, 1)), ("mass", &mass)],
    );
    let containers = round.trips.iter().map(|trip| trip.containers).sum();
    let stops = round.trips.iter().map(|trip| trip.stops).sum();
    words.filled(
        "sheet.totals",
        &[
            ("trips", &words.count("count.trips", round.trips.len())),
            ("stops", &words.count("count.stops", stops)),
            ("containers", &words.count("count.containers", containers)),
            ("km", &words.number(round.length_m() as f64 / 1000.0, 0)),
            ("load", &load),
        ],
    )
}

fn trip_head(
    html: &mut String,
    request: &SheetRequest<'_>,
    (round, haul, last): (&Round, &Haul, usize),
) {
    let words = request.words;
    let calls = round.of_trip(haul.trip);
    let from = round.leaves(haul.trip).map_or("", Moment::clock);
    let until = calls
        .last()
        .map(|call| call.departure.clock())
        .unwrap_or_default();
    let ways = round.of_trip(haul.trip).filter_map(|call| call.way);
    let length_m: f64 = ways.map(|way| f64::from(way.length_m)).sum();
    let number = haul.trip.to_string();
    let title = words.filled("trip.title", &[("n", &number), ("of", &last.to_string())]);
    let line = words.filled(
        "trip.line",
        &[
            ("from", from),
            ("until", until),
            ("stops", &words.count("count.stops", haul.stops)),
            (
                "containers",
                &words.count("count.containers", haul.containers),
            ),
            ("km", &words.number(length_m / 1000.0, 0)),
        ],
    );
    let _never_fails = writeln!(
        html,
        "<h2>{}<small>{}</small></h2>",
        escaped(&title),
        escaped(&line)
    );
    let filled = (1..).zip(haul.outfit.iter().zip(&haul.filled));
    html.push_str("<p class=\"filled\">");
    for (number, (streams, share)) in filled {
        let streams: Vec<String> = streams.iter().map(|&it| words.stream(it)).collect();
        let percent = words.number(share * 100.0, 0);
        let text = words.filled(
            "trip.filled",
            &[
                ("n", &usize::to_string(&number)),
                ("streams", &streams.join(", ")),
                ("percent", &percent),
            ],
        );
        let _never_fails = write!(
            html,
            "<span><svg viewBox=\"0 0 20 2.6\" aria-hidden=\"true\"><rect class=\"room\" x=\".2\" y=\".2\" width=\"19.6\" \
             height=\"2.2\"/><rect x=\".2\" y=\".2\" width=\"{:.1}\" height=\"2.2\"/></svg>{}</span>",
            19.6 * share.clamp(0.0, 1.0),
            escaped(&text)
        );
    }
    html.push_str("</p>\n");
}

/// Room for what the driver has to say.
fn crew(html: &mut String, request: &SheetRequest<'_>) {
    let word = |key| escaped(request.words.get(key));
    let _never_fails = writeln!(
        html,
        "<section class=\"notes\"><h2>{}<small>{}</small></h2><div class=\"lines\"></div>\
         <div class=\"sign\"><p>{}</p><p>{}</p></div><p class=\"sources\">{}</p></section>",
        word("crew.notes"),
        word("crew.hint"),
        word("crew.sign-driver"),
        word("crew.sign-chief"),
        escaped(request.sources),
    );
}

/// A time in prose.
fn clock(words: &Words, moment: &Moment) -> String {
    let (hour, minute) = moment.clock().split_once(':').unwrap_or_default();
    let hour = hour.strip_prefix('0').unwrap_or(hour);
    words.filled("clock", &[("h", hour), ("m", minute)])
}

/// The date in words.
fn date(request: &SheetRequest<'_>) -> String {
    let words = request.words;
    let mut parts = request.rounds.date.split('-');
    let mut next = || parts.next().unwrap_or_default();
    let (year, month, day) = (next(), next(), next());
    let day = day.trim_start_matches('0');
    let month = format!("month.{}", month.trim_start_matches('0'));
    let weekday = format!("weekday.{}", request.rounds.weekday);
    words.filled(
        "sheet.date",
        &[
            ("weekday", words.get(&weekday)),
            (
                "day",
                if day == "1" {
                    words.get("day.first")
                } else {
                    day
                },
            ),
            ("month", words.get(&month)),
            ("year", year),
        ],
    )
}

/// The stops of a trip have numbers from 1, which the map and the table share; other calls have
/// letters.
fn marks<'a>(
    words: &Words,
    round: &'a Round,
    trip: usize,
) -> Vec<(String, &'a crate::collection::Call)> {
    let mut number = 0;
    let calls = round.of_trip(trip).map(|call| {
        let mark = match call.kind {
            CallKind::Stop => {
                number += 1;
                number.to_string()
            }
            CallKind::Start | CallKind::End => words.get("mark.depot").to_owned(),
            CallKind::Unload => words.get("mark.unload").to_owned(),
            CallKind::Break => words.get("mark.break").to_owned(),
        };
        (mark, call)
    });
    calls.collect()
}
