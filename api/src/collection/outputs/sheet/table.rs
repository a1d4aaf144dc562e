//! The calls of a trip in their order.

use std::fmt::Write as _;

use twin_core::Stream;

use super::{SheetRequest, marks};
use crate::collection::outputs::markup::escaped;
use crate::collection::words::Words;
use crate::collection::{Call, CallKind, Haul, Round};

/// From when a wait is told, in tenths of a second.
const WAIT_FROM: i32 = 600;

/// Writes the table of a trip.
pub(super) fn table(html: &mut String, request: &SheetRequest<'_>, (round, haul): (&Round, &Haul)) {
    let words = request.words;
    html.push_str("<table><thead><tr>");
    for key in ["number", "time", "place", "empty", "load", "notes", "done"] {
        let name = escaped(words.get(&format!("table.{key}")));
        let _never_fails = write!(html, "<th class=\"{key}\">{name}</th>");
    }
    html.push_str("</tr></thead><tbody>\n");
    for (mark, call) in marks(words, round, haul.trip) {
        row(html, words, (&mark, call));
    }
    html.push_str("</tbody><tfoot>");
    let load = load(words, haul.load_m3, haul.load_kg);
    let _never_fails = writeln!(
        html,
        "<tr><td></td><td></td><td>{}</td><td class=\"empty\">{}</td><td class=\"load\">{load}</td><td></td><td></td></tr></tfoot></table>",
        escaped(words.get("table.total")),
        escaped(&words.count("count.containers", haul.containers)),
    );
}

fn row(html: &mut String, words: &Words, (mark, call): (&str, &Call)) {
    let kind = call.kind.name();
    let _never_fails = write!(
        html,
        "<tr class=\"{kind}\"><td class=\"number\"><b>{}</b></td><td class=\"time\">{}</td>",
        escaped(mark),
        call.arrival.clock()
    );
    let notes = escaped(&notes(words, call));
    if call.kind == CallKind::Break {
        let head = place(words, call, &notes);
        let _never_fails = writeln!(html, "<td colspan=\"5\">{head}</td></tr>");
        return;
    }
    let done = if matches!(call.kind, CallKind::Stop | CallKind::Unload) {
        "<i></i>"
    } else {
        ""
    };
    let _never_fails = writeln!(
        html,
        "<td>{}</td><td class=\"empty\">{}</td><td class=\"load\">{}</td><td class=\"notes\">{notes}</td>\
         <td class=\"done\">{done}</td></tr>",
        place(words, call, ""),
        streams(words, call),
        load(words, call.load_m3, call.load_kg),
    );
}

/// What happens where; of stops the street first, since a driver looks for that.
fn place(words: &Words, call: &Call, more: &str) -> String {
    let what = match call.kind {
        CallKind::Stop => None,
        CallKind::Break => {
            let minutes = (call.departure.tenths() - call.begin.tenths()) / 600;
            Some(words.filled("break.minutes", &[("n", &minutes.to_string())]))
        }
        CallKind::Start | CallKind::Unload | CallKind::End => {
            Some(words.get(&format!("kind.{}", call.kind.name())).to_owned())
        }
    };
    let commune = call
        .commune
        .as_deref()
        .filter(|it| !call.name.contains(*it));
    let mut small: Vec<String> = Vec::new();
    let head = match (&what, call.street.as_deref()) {
        (Some(what), _) => format!("<b>{}</b> {}", escaped(what), escaped(&call.name)),
        (None, Some(street)) => {
            small.push(escaped(&call.name));
            format!("<b>{}</b>", escaped(street))
        }
        (None, None) => format!("<b>{}</b>", escaped(&call.name)),
    };
    small.extend(commune.map(escaped));
    if call.kind == CallKind::Stop {
        let sites = call.sites.iter().filter(|site| ***site != *call.name);
        small.extend(sites.map(|site| format!("<b>{}</b>", escaped(site))));
    }
    small.extend((!more.is_empty()).then(|| more.to_owned()));
    format!("{head}<small>{}</small>", small.join(" · "))
}

fn streams(words: &Words, call: &Call) -> String {
    let lines = call.streams.iter().zip(words.by_stream(call));
    let lines = lines.map(|(&stream, text)| {
        format!(
            "<span class=\"s {}\">{}</span>",
            Stream::name(stream),
            escaped(&text)
        )
    });
    lines.collect::<Vec<_>>().join("<br>")
}

fn load(words: &Words, m3: f64, kg: u64) -> String {
    if m3 <= 0.0 && kg == 0 {
        return escaped(words.get("load.empty"));
    }
    let mass = words.mass(kg);
    let text = words.filled(
        "sheet.load",
        &[("m3", &words.number(m3, 1)), ("mass", &mass)],
    );
    escaped(&text)
}

fn notes(words: &Words, call: &Call) -> String {
    let mut notes: Vec<String> = call.notes.iter().map(|&note| words.note(note)).collect();
    let departure = [("time", call.departure.clock())];
    match call.kind {
        CallKind::Start => notes.push(words.filled("note.leave", &departure)),
        CallKind::End => notes.push(words.filled("note.off-duty", &departure)),
        CallKind::Stop | CallKind::Unload | CallKind::Break => {}
    }
    if call.begin.tenths() - call.arrival.tenths() >= WAIT_FROM {
        let time = call.begin.clock();
        notes.insert(0, words.filled("note.wait", &[("time", time)]));
    }
    notes.join(", ")
}
