//! Every run as a dot.

use std::fmt::Write as _;

use simulator::ensemble::Kpi;

use super::scale::{Scale, decimals};
use super::{Comparison, Side, Verdict};
use crate::collection::escaped;

/// The drawing, in its own units.
const WIDTH: f64 = 640.0;
const FLOOR: f64 = 96.0;
const STEP: f64 = 9.0;

/// The differences in distance, one dot a run, piled up where they agree.
pub(super) fn dots(html: &mut String, comparison: &Comparison<'_>, (a, b): (&Side<'_>, &Side<'_>)) {
    let words = &comparison.words;
    let verdict = Verdict::of(&a.ensemble.difference(Kpi::KmPerDay, b.ensemble));
    let pairs = a.ensemble.runs.iter().zip(&b.ensemble.runs);
    let mut values: Vec<f64> = pairs
        .map(|(a, b)| Kpi::KmPerDay.of(b) - Kpi::KmPerDay.of(a))
        .collect();
    values.sort_by(f64::total_cmp);
    let low = values.first().copied().unwrap_or_default().min(0.0);
    let high = values.last().copied().unwrap_or_default().max(0.0);
    let room = (high - low).max(1e-9) * 0.06;
    let scale = Scale::new([low - room, high + room], [20.0, WIDTH - 20.0]);
    let title = words.filled("dots.title", &[("runs", &values.len().to_string())]);
    let _infallible = write!(
        html,
        "<h3>{}</h3><svg class=\"dots {}\" viewBox=\"0 0 {WIDTH} 126\" role=\"img\" aria-label=\"{}\">",
        escaped(&title),
        verdict.class(),
        escaped(&title),
    );
    let zero = scale.at(0.0);
    let (anchor, beside) = if zero > WIDTH / 2.0 {
        ("end", -6.0)
    } else {
        ("start", 6.0)
    };
    let _infallible = write!(
        html,
        "<path class=\"zero\" d=\"M{zero:.1} 4V{FLOOR}\"/><text class=\"{anchor}\" x=\"{:.1}\" y=\"12\">{}</text>\
         <path class=\"floor\" d=\"M0 {FLOOR}H{WIDTH}\"/>",
        zero + beside,
        escaped(words.get("dots.none")),
    );
    pile(html, &scale, &values);
    let ticks = scale.ticks();
    let places = decimals(&ticks);
    for tick in &ticks {
        let number = words.number(*tick, places).replace('-', "−");
        let _infallible = write!(
            html,
            "<text x=\"{:.1}\" y=\"{:.0}\">{number}</text>",
            scale.at(*tick),
            FLOOR + 16.0
        );
    }
    let _infallible = write!(
        html,
        "<text class=\"end\" x=\"{WIDTH}\" y=\"{:.0}\">{}</text></svg>",
        FLOOR + 28.0,
        escaped(words.get("dots.unit"))
    );
}

/// The runs, each on top of those that agree with it.
fn pile(html: &mut String, scale: &Scale, values: &[f64]) {
    let mut piles: std::collections::BTreeMap<i64, u32> = std::collections::BTreeMap::new();
    for value in values {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a place within the drawing"
        )]
        let column = (scale.at(*value) / STEP).round() as i64;
        let height = piles.entry(column).or_insert(0);
        let y = FLOOR - 5.0 - STEP * f64::from(*height);
        *height += 1;
        let _infallible = write!(
            html,
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"3.6\"/>",
            column as f64 * STEP,
            y.max(4.0)
        );
    }
}
