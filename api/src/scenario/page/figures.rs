//! The figures of two scenarios and their differences.

use std::fmt::Write as _;

use simulator::ensemble::{Better, Difference, Kpi};

use super::scale::{Scale, decimals};
use super::{Comparison, Side, Verdict};
use crate::collection::{Words, escaped};

/// The figures that an official asks for first.
const MAIN: [Kpi; 8] = [
    Kpi::KmPerDay,
    Kpi::HoursPerRoute,
    Kpi::Co2,
    Kpi::Emptyings,
    Kpi::Euros,
    Kpi::Fill,
    Kpi::Service,
    Kpi::OverflowHours,
];
/// The width of a drawing of differences, and the margins at its ends.
const WIDTH: f64 = 300.0;
const MARGIN: f64 = 26.0;

/// The main figures, with their differences drawn on one line of zero.
pub(super) fn main(html: &mut String, comparison: &Comparison<'_>, (a, b): (&Side<'_>, &Side<'_>)) {
    let words = &comparison.words;
    let of = |kpi| a.ensemble.difference(kpi, b.ensemble);
    let told: Vec<(Kpi, Difference)> = MAIN.iter().map(|kpi| (*kpi, of(*kpi))).collect();
    let scale = scale(&told, a);
    let _infallible = write!(
        html,
        "<h2>{}</h2><table class=\"main\"><thead><tr><th>{}</th><th class=\"n\">A</th><th class=\"n\">{}</th>\
         <th>{}<small>{}</small></th><th>{}</th></tr></thead><tbody>",
        escaped(words.get("table.title")),
        escaped(words.get("table.figure")),
        b.letter,
        escaped(words.get("table.difference")),
        escaped(words.get("table.note")),
        escaped(words.get("table.verdict")),
    );
    for (kpi, told) in &told {
        row(html, words, (*kpi, told, &scale), (a, b));
    }
    let _infallible = write!(
        html,
        "</tbody><tfoot><tr><td colspan=\"3\"></td><td>{}</td><td></td></tr></tfoot></table>",
        axis(words, &scale)
    );
}

fn row(
    html: &mut String,
    words: &Words,
    (kpi, told, scale): (Kpi, &Difference, &Scale),
    (a, b): (&Side<'_>, &Side<'_>),
) {
    let verdict = Verdict::of(told);
    let is_worse = matches!(
        (kpi.better(), verdict),
        (Better::Lower, Verdict::More) | (Better::Higher, Verdict::Less)
    );
    let class = if is_worse { "worse" } else { verdict.class() };
    let note = format!("note.{}", kpi.key());
    let unit = match words.get(&note) {
        missing if missing == note => unit_of(words, kpi),
        unit => unit.to_owned(),
    };
    let _infallible = write!(
        html,
        "<tr><th>{}<small>{}</small></th><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{}</td>\
         <td class=\"verdict {class}\">{}</td></tr>",
        escaped(words.get(&format!("kpi.{}", kpi.key()))),
        escaped(&unit),
        escaped(&shown(words, kpi, mean(kpi, a))),
        escaped(&shown(words, kpi, mean(kpi, b))),
        drawing(words, (kpi, told, scale), mean(kpi, a)),
        escaped(words.get(verdict.key())),
    );
}

/// A difference as a dot on its interval, in per cent of the first scenario.
fn drawing(words: &Words, (kpi, told, scale): (Kpi, &Difference, &Scale), base: f64) -> String {
    let percent = |value: f64| {
        if base.abs() > 0.0 {
            100.0 * value / base
        } else {
            0.0
        }
    };
    let zero = scale.at(0.0);
    let (low, middle, high) = (
        scale.at(percent(told.lo95)),
        scale.at(percent(told.mean)),
        scale.at(percent(told.hi95)),
    );
    let text = signed(words, kpi, told.mean);
    format!(
        "<svg viewBox=\"0 0 {WIDTH} 40\" class=\"{}\" role=\"img\" aria-label=\"{}\"><path class=\"zero\" \
         d=\"M{zero:.1} 0V40\"/><path class=\"reach\" d=\"M{low:.1} 27H{high:.1}\"/><circle cx=\"{middle:.1}\" \
         cy=\"27\" r=\"5.5\"/><text x=\"{:.1}\" y=\"15\">{}</text></svg>",
        Verdict::of(told).class(),
        escaped(&text),
        middle.clamp(MARGIN, WIDTH - MARGIN),
        escaped(&text),
    )
}

/// One axis for all figures: wide enough for every interval, but not for those that say nothing.
fn scale(told: &[(Kpi, Difference)], a: &Side<'_>) -> Scale {
    let ends = told.iter().flat_map(|(kpi, told)| {
        let base = mean(*kpi, a);
        [told.lo95, told.mean, told.hi95].map(|value| 100.0 * value / base)
    });
    let most = ends
        .filter(|end| end.is_finite())
        .map(f64::abs)
        .fold(1.0, f64::max)
        .min(100.0);
    Scale::new([-most, most], [MARGIN, WIDTH - MARGIN])
}

fn axis(words: &Words, scale: &Scale) -> String {
    let ticks = scale.ticks();
    let places = decimals(&ticks);
    let mut svg = format!("<svg viewBox=\"0 0 {WIDTH} 18\" class=\"axis\" aria-hidden=\"true\">");
    for tick in ticks {
        let sign = if tick > 0.0 { "+" } else { "" };
        let number = words.number(tick, places).replace('-', "−");
        let _infallible = write!(
            svg,
            "<text x=\"{:.1}\" y=\"13\">{sign}{number}</text>",
            scale.at(tick)
        );
    }
    svg + "</svg>"
}

/// All figures as numbers.
pub(super) fn all(html: &mut String, comparison: &Comparison<'_>, (a, b): (&Side<'_>, &Side<'_>)) {
    let words = &comparison.words;
    let _infallible = write!(
        html,
        "<h2>{}</h2><table><thead><tr><th>{}</th><th class=\"n\">A</th><th class=\"n\">{}</th>\
         <th class=\"n\">{} − A</th><th class=\"n\">{}</th><th class=\"n\">{}</th></tr></thead><tbody>",
        escaped(words.get("table.all")),
        escaped(words.get("table.figure")),
        b.letter,
        b.letter,
        escaped(words.get("table.interval")),
        escaped(words.get("table.probability")),
    );
    for kpi in Kpi::ALL {
        let told = a.ensemble.difference(*kpi, b.ensemble);
        let better = match kpi.better() {
            Better::Neutral => "–".to_owned(),
            _ => format!("{}\u{a0}%", words.number(100.0 * told.better, 0)),
        };
        let interval = if told.lo95.is_finite() {
            format!(
                "{} … {}",
                signed(words, *kpi, told.lo95),
                signed(words, *kpi, told.hi95)
            )
        } else {
            "–".to_owned()
        };
        let _infallible = write!(
            html,
            "<tr><th>{}<small>{}</small></th><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>\
             <td class=\"n\">{}</td><td class=\"n\">{better}</td></tr>",
            escaped(words.get(&format!("kpi.{}", kpi.key()))),
            escaped(&unit_of(words, *kpi)),
            escaped(&shown(words, *kpi, mean(*kpi, a))),
            escaped(&shown(words, *kpi, mean(*kpi, b))),
            escaped(&signed(words, *kpi, told.mean)),
            escaped(&interval),
        );
    }
    html.push_str("</tbody></table>");
}

pub(super) fn mean(kpi: Kpi, side: &Side<'_>) -> f64 {
    side.ensemble.summary(kpi).mean
}

fn unit_of(words: &Words, kpi: Kpi) -> String {
    words.get(&format!("unit.{}", kpi.unit())).to_owned()
}

/// As many decimals as tell a difference, not more; shares in per cent.
fn shown(words: &Words, kpi: Kpi, value: f64) -> String {
    let value = if kpi.unit() == "share" {
        100.0 * value
    } else {
        value
    };
    let places = match value.abs() {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        _ => 2,
    };
    let text = words.number(value.abs(), places);
    if value < 0.0 {
        format!("−{text}")
    } else {
        text
    }
}

fn signed(words: &Words, kpi: Kpi, value: f64) -> String {
    let sign = if value > 0.0 { "+" } else { "" };
    format!("{sign}{}", shown(words, kpi, value))
}
