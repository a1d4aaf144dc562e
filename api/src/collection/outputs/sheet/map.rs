//! The map of a trip: quiet surroundings, the way with its direction, and marks.

use std::fmt::Write as _;

use twin_core::LonLat;

use super::frame::{Frame, WIDTH_MM};
use super::{SheetRequest, marks};
use crate::collection::outputs::markup::escaped;
use crate::collection::{Haul, Round, Track};

/// Streets are left out where a millimetre is more metres than this.
const STREETS_UP_TO_M: f64 = 70.0;
/// How far arrows are from each other, in millimetres.
const ARROW_EVERY_MM: f64 = 17.0;

/// Draws the map of a trip; a sentence where there is no way.
pub(super) fn map(
    html: &mut String,
    request: &SheetRequest<'_>,
    (round, haul, track): (&Round, &Haul, &Track),
) {
    let words = request.words;
    let calls = round.of_trip(haul.trip).map(|call| call.at);
    let places: Vec<LonLat> = track.line.iter().copied().chain(calls).collect();
    let Some(frame) = Frame::around(&places).filter(|_| track.line.len() > 1) else {
        let _never_fails = writeln!(html, "<p>{}</p>", escaped(words.get("map.none")));
        return;
    };
    let label = words.filled("map.label", &[("n", &haul.trip.to_string())]);
    let _never_fails = writeln!(
        html,
        "<figure><svg class=\"map\" viewBox=\"0 0 {WIDTH_MM} {:.1}\" role=\"img\" aria-label=\"{}\">",
        frame.height,
        escaped(&label)
    );
    surroundings(html, request, &frame);
    way(html, &frame, &track.line);
    super::marks::draw(html, request, (&frame, &marks(words, round, haul.trip)));
    scale(html, request, &frame);
    let _never_fails = writeln!(
        html,
        "</svg><figcaption>{}</figcaption></figure>",
        escaped(&words.filled(
            "map.legend",
            &[
                ("depot", words.get("mark.depot")),
                ("unload", words.get("mark.unload")),
            ],
        ))
    );
}

/// The class of a road on maps: its place in the order of drawing, and its name in the style sheet.
fn road_class(class: &str) -> Option<usize> {
    match class.trim_end_matches("_link") {
        "motorway" | "trunk" => Some(4),
        "primary" => Some(3),
        "secondary" => Some(2),
        "tertiary" => Some(1),
        "unclassified" | "residential" | "living_street" | "road" => Some(0),
        _ => None,
    }
}

fn surroundings(html: &mut String, request: &SheetRequest<'_>, frame: &Frame) {
    let mut water = String::new();
    for river in &request.ground.waterways {
        if matches!(&*river.class, "river" | "canal") {
            water += &frame.path(river.path.iter().copied(), 0.4);
        }
    }
    let mut roads: [String; 5] = Default::default();
    let has_streets = frame.mm_per_m * STREETS_UP_TO_M >= 1.0;
    for road in &request.ground.roads {
        let class = road_class(&road.class).filter(|&class| class > 0 || has_streets);
        if let Some(data) = class.and_then(|class| roads.get_mut(class)) {
            *data += &frame.path(road.path.iter().copied(), 0.3);
        }
    }
    let _never_fails = writeln!(html, "<path class=\"water\" d=\"{water}\"/>");
    for (class, data) in roads
        .iter()
        .enumerate()
        .filter(|(_, data)| !data.is_empty())
    {
        let _never_fails = writeln!(html, "<path class=\"r{class}\" d=\"{data}\"/>");
    }
}

fn way(html: &mut String, frame: &Frame, line: &[LonLat]) {
    let data = frame.path(line.iter().copied(), 0.15);
    let _never_fails = writeln!(
        html,
        "<path class=\"case\" d=\"{data}\"/><path class=\"way\" d=\"{data}\"/><g class=\"arrows\">"
    );
    let points: Vec<[f64; 2]> = line.iter().map(|&place| frame.at(place)).collect();
    let mut left = ARROW_EVERY_MM / 2.0;
    for pair in points.windows(2) {
        let &[one, other] = pair else { continue };
        let [dx, dy] = [other[0] - one[0], other[1] - one[1]];
        let length = dx.hypot(dy);
        let mut along = left;
        while along <= length {
            let share = along / length;
            let degrees = dy.atan2(dx).to_degrees();
            let _never_fails = write!(
                html,
                "<path d=\"M-1 -1L1.1 0L-1 1z\" transform=\"translate({:.1} {:.1})rotate({degrees:.0})\"/>",
                one[0] + dx * share,
                one[1] + dy * share
            );
            along += ARROW_EVERY_MM;
        }
        left = along - length;
    }
    html.push_str("</g>\n");
}

/// The scale in the lower left corner, and where north is, in the upper right one.
fn scale(html: &mut String, request: &SheetRequest<'_>, frame: &Frame) {
    let lengths = [100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10_000.0_f64];
    let mut fit = lengths
        .into_iter()
        .filter(|metres| metres * frame.mm_per_m <= 40.0);
    let metres = fit.next_back().unwrap_or(100.0);
    let (key, value) = if metres < 1000.0 {
        ("map.scale-m", metres)
    } else {
        ("map.scale-km", metres / 1000.0)
    };
    let text = request
        .words
        .filled(key, &[("n", &request.words.number(value, 0))]);
    let (x, y, long) = (4.0, frame.height - 4.0, metres * frame.mm_per_m);
    let _never_fails = writeln!(
        html,
        "<g class=\"scale\"><rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"7\" rx=\"1\"/>\
         <path d=\"M{x} {:.1}v1.6h{long:.2}v-1.6\"/><text x=\"{:.1}\" y=\"{:.1}\">{}</text></g>",
        x - 2.0,
        y - 5.0,
        long + 4.0,
        y - 1.6,
        x + long / 2.0,
        y - 0.9,
        escaped(&text)
    );
    let _never_fails = writeln!(
        html,
        "<g class=\"north\"><path d=\"M{right} 3l2 6l-2 -1.4l-2 1.4z\"/><text x=\"{right}\" y=\"12.6\">{}</text></g>",
        escaped(request.words.get("map.north")),
        right = WIDTH_MM - 6.0,
    );
}
