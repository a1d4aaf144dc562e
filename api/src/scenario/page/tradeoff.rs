//! Distance and service of all scenarios: what is to be had for what.

use std::fmt::Write as _;

use simulator::ensemble::Kpi;

use super::scale::{Scale, decimals};
use super::{Comparison, Side};
use crate::collection::{Words, escaped};

const WIDTH: f64 = 320.0;
const HEIGHT: f64 = 210.0;
const LEFT: f64 = 44.0;
const FLOOR: f64 = 172.0;

/// A point of each scenario with both of its intervals; `shown` is the letter of the one that is looked at.
pub(super) fn tradeoff(html: &mut String, comparison: &Comparison<'_>, shown: char) {
    let words = &comparison.words;
    let points: Vec<(char, [f64; 3], [f64; 3])> = comparison.sides.iter().map(point).collect();
    let x = axis(points.iter().map(|(_, x, _)| x), [LEFT, WIDTH - 16.0]);
    let y = axis(points.iter().map(|(_, _, y)| y), [FLOOR, 18.0]);
    let title = escaped(words.get("tradeoff.title"));
    let _infallible = write!(
        html,
        "<h2>{title}</h2><svg class=\"tradeoff\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{title}\">\
         <path class=\"floor\" d=\"M{LEFT} {FLOOR}H{WIDTH}M{LEFT} {FLOOR}V8\"/>"
    );
    numbers(html, words, (&x, &y));
    for side in &comparison.sides {
        curve(html, side, (&x, &y));
    }
    for (letter, service, km) in &points {
        let (cx, cy) = (x.at(service[1]), y.at(km[1]));
        let class = if *letter == shown { "shown" } else { "other" };
        let _infallible = write!(
            html,
            "<g class=\"{class}\"><path d=\"M{:.1} {cy:.1}H{:.1}M{cx:.1} {:.1}V{:.1}\"/><circle cx=\"{cx:.1}\" cy=\"{cy:.1}\" r=\"8.5\"/>\
             <text x=\"{cx:.1}\" y=\"{:.1}\">{letter}</text></g>",
            x.at(service[0]),
            x.at(service[2]),
            y.at(km[0]),
            y.at(km[2]),
            cy + 4.0,
        );
    }
    let _infallible = write!(
        html,
        "<text class=\"start\" x=\"2\" y=\"8\">{}</text><text class=\"end\" x=\"{WIDTH}\" y=\"{:.0}\">{}</text></svg><ul class=\"sides\">",
        escaped(words.get("tradeoff.y")),
        FLOOR + 32.0,
        escaped(words.get("tradeoff.x")),
    );
    for side in &comparison.sides {
        let _infallible = write!(
            html,
            "<li><i>{}</i>{}</li>",
            side.letter,
            escaped(side.name)
        );
    }
    html.push_str("</ul>");
}

/// The numbers along both axes.
fn numbers(html: &mut String, words: &Words, (x, y): (&Scale, &Scale)) {
    for tick in x.ticks() {
        let number = words.number(tick, decimals(&x.ticks()));
        let _infallible = write!(
            html,
            "<text x=\"{:.1}\" y=\"{:.0}\">{number}</text>",
            x.at(tick),
            FLOOR + 16.0
        );
    }
    for tick in y.ticks() {
        let number = words.number(tick, decimals(&y.ticks()));
        let _infallible = write!(
            html,
            "<text class=\"end\" x=\"{:.0}\" y=\"{:.1}\">{number}</text>",
            LEFT - 6.0,
            y.at(tick) + 4.0
        );
    }
}

/// What else was tried of its policy, as far as it lies in the picture: a line through the means.
fn curve(html: &mut String, side: &Side<'_>, (x, y): (&Scale, &Scale)) {
    let tried = side.staged.tried.iter();
    let mut points: Vec<[f64; 2]> = tried
        .map(|trial| [x.at(100.0 * trial.service_level), y.at(trial.km_per_day)])
        .filter(|[x, y]| (LEFT..=WIDTH).contains(x) && (0.0..=FLOOR).contains(y))
        .collect();
    points.sort_by(|a, b| a[0].total_cmp(&b[0]));
    if points.len() < 2 {
        return;
    }
    html.push_str("<path class=\"tried\" d=\"");
    for (nth, [x, y]) in points.into_iter().enumerate() {
        let step = if nth == 0 { 'M' } else { 'L' };
        let _infallible = write!(html, "{step}{x:.1} {y:.1}");
    }
    html.push_str("\"/>");
}

/// The service level in per cent and the kilometres a day, each with its interval around the mean.
fn point(side: &Side<'_>) -> (char, [f64; 3], [f64; 3]) {
    let of = |kpi: Kpi, times: f64| {
        let told = side.ensemble.summary(kpi);
        let end = |value: f64| if value.is_finite() { value } else { told.mean };
        [end(told.lo95), told.mean, end(told.hi95)].map(|value| times * value)
    };
    (side.letter, of(Kpi::Service, 100.0), of(Kpi::KmPerDay, 1.0))
}

fn axis<'p>(points: impl Iterator<Item = &'p [f64; 3]>, to: [f64; 2]) -> Scale {
    let (mut low, mut high) = (f64::MAX, f64::MIN);
    for ends in points {
        low = low.min(ends[0]);
        high = high.max(ends[2]);
    }
    let room = ((high - low) * 0.12).max(0.02 * high.abs()).max(1e-6);
    Scale::new([low - room, high + room], to)
}
