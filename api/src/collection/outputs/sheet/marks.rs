//! The marks of a map: what a trip calls at, and the names of communes.

use std::fmt::Write as _;

use super::SheetRequest;
use super::frame::{Frame, WIDTH_MM};
use super::place::{Spot, placed};
use crate::collection::outputs::markup::escaped;
use crate::collection::{Call, CallKind};

/// How far a disc reaches from its middle, in millimetres: of a few, of many, of a crowd.
const DISC_MM: [f64; 3] = [2.15, 1.9, 1.7];
/// The same of a square.
const SQUARE_MM: f64 = 2.6;

/// Something that is drawn: its mark, what it stands for, and where it is.
struct Mark<'a> {
    text: &'a str,
    kind: CallKind,
    spot: Spot,
}

/// Draws names, then a mark for each call but breaks. The marks of one place other than stops are
/// drawn once.
pub(super) fn draw(
    html: &mut String,
    request: &SheetRequest<'_>,
    (frame, calls): (&Frame, &[(String, &Call)]),
) {
    let marks = chosen(frame, calls);
    let spots: Vec<Spot> = marks.iter().map(|mark| mark.spot).collect();
    let is_free = |middle: [f64; 2], radius: f64| {
        let is_scale = middle[0] < 48.0 && middle[1] > frame.height - 12.0;
        let is_north = middle[0] > WIDTH_MM - 11.0 && middle[1] < 15.0;
        frame.holds(middle, [radius + 0.5; 2]) && !is_scale && !is_north
    };
    let middles = placed(&spots, is_free);
    names(html, request, (frame, &spots, &middles));
    html.push_str("<g class=\"marks\">\n");
    for (spot, &[x, y]) in spots.iter().zip(&middles) {
        let [from_x, from_y] = spot.at;
        if (from_x - x).hypot(from_y - y) > 0.1 {
            let _never_fails = write!(
                html,
                "<path class=\"lead\" d=\"M{from_x:.2} {from_y:.2}L{x:.2} {y:.2}\"/>\
                 <circle class=\"dot\" cx=\"{from_x:.2}\" cy=\"{from_y:.2}\" r=\".6\"/>"
            );
        }
    }
    for (mark, &middle) in marks.iter().zip(&middles) {
        draw_mark(html, mark, middle);
    }
    html.push_str("</g>\n");
}

/// What is drawn, what is no stop first.
fn chosen<'a>(frame: &Frame, calls: &'a [(String, &Call)]) -> Vec<Mark<'a>> {
    let is_stop = |call: &Call| call.kind == CallKind::Stop;
    let stops = calls.iter().filter(|(_, call)| is_stop(call));
    let [few, many, crowd] = DISC_MM;
    let disc = match stops.clone().count() {
        0..25 => few,
        25..45 => many,
        _ => crowd,
    };
    let mut places: Vec<u32> = Vec::new();
    let others = calls.iter().filter(|(_, call)| {
        let is_drawn =
            !is_stop(call) && call.kind != CallKind::Break && !places.contains(&call.place);
        if is_drawn {
            places.push(call.place);
        }
        is_drawn
    });
    let others: Vec<_> = others.collect();
    let all = others.into_iter().chain(stops);
    let mark = |(text, call): &'a (String, &Call)| Mark {
        text,
        kind: call.kind,
        spot: Spot {
            at: frame.at(call.at),
            radius: if is_stop(call) { disc } else { SQUARE_MM },
        },
    };
    all.map(mark).collect()
}

fn draw_mark(html: &mut String, mark: &Mark<'_>, [x, y]: [f64; 2]) {
    let radius = mark.spot.radius;
    let is_stop = mark.kind == CallKind::Stop;
    let (class, size) = if is_stop {
        ("n", radius * 1.22)
    } else {
        ("l", 2.9)
    };
    if is_stop {
        let _never_fails = write!(html, "<circle cx=\"{x:.2}\" cy=\"{y:.2}\" r=\"{radius}\"/>");
    } else {
        let side = 2.0 * radius - 0.6;
        let [left, top] = [x - side / 2.0, y - side / 2.0];
        let _never_fails = write!(
            html,
            "<rect x=\"{left:.2}\" y=\"{top:.2}\" width=\"{side:.1}\" height=\"{side:.1}\" rx=\".6\"/>"
        );
    }
    let _never_fails = writeln!(
        html,
        "<text class=\"{class}\" font-size=\"{size:.2}\" x=\"{x:.2}\" y=\"{:.2}\">{}</text>",
        y + size * 0.355,
        escaped(mark.text)
    );
}

/// Names where they cover no mark and no other name; a name that does is left out.
fn names(
    html: &mut String,
    request: &SheetRequest<'_>,
    (frame, spots, middles): (&Frame, &[Spot], &[[f64; 2]]),
) {
    let mut taken: Vec<([f64; 2], [f64; 2])> = Vec::new();
    let marks = spots.iter().zip(middles);
    taken.extend(marks.map(|(spot, &middle)| (middle, [spot.radius; 2])));
    html.push_str("<g class=\"names\">\n");
    for &(name, place) in request.names {
        let middle = frame.at(place);
        let half = [name.chars().count() as f64 * 0.82 + 0.6, 1.7];
        let covers = |&(other, size): &([f64; 2], [f64; 2])| {
            (middle[0] - other[0]).abs() < half[0] + size[0]
                && (middle[1] - other[1]).abs() < half[1] + size[1]
        };
        let is_corner = middle[1] > frame.height - 11.0 && middle[0] < 50.0 + half[0];
        if frame.holds(middle, half) && !is_corner && !taken.iter().any(covers) {
            let _never_fails = writeln!(
                html,
                "<text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                middle[0],
                middle[1] + 1.0,
                escaped(name)
            );
            taken.push((middle, half));
        }
    }
    html.push_str("</g>\n");
}
