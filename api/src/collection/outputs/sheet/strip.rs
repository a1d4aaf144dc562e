//! The day of a vehicle at a glance: its trips, unloadings and breaks along the hours.

use std::fmt::Write as _;

use crate::collection::outputs::markup::escaped;
use crate::collection::words::Words;
use crate::collection::{CallKind, Moment, Round};

const WIDTH_MM: f64 = 186.0;
const TENTHS_PER_H: i32 = 36_000;

/// Draws the strip.
pub(super) fn strip(html: &mut String, words: &Words, round: &Round) {
    let first = round.on_duty.tenths().div_euclid(TENTHS_PER_H);
    let last = (round.off_duty.tenths() + TENTHS_PER_H - 1).div_euclid(TENTHS_PER_H);
    let hours = f64::from((last - first).max(1));
    let x = |moment: &Moment| {
        let since = moment.tenths() - first * TENTHS_PER_H;
        3.0 + f64::from(since) / f64::from(TENTHS_PER_H) * (WIDTH_MM - 6.0) / hours
    };
    let _never_fails = write!(
        html,
        "<svg class=\"strip\" viewBox=\"0 0 {WIDTH_MM} 15\" role=\"img\" aria-label=\"{}\">",
        escaped(words.get("day.strip"))
    );
    for hour in first..=last {
        let at = 3.0 + f64::from(hour - first) * (WIDTH_MM - 6.0) / hours;
        let _never_fails = write!(
            html,
            "<path d=\"M{at:.1} 1v9.5\"/><text x=\"{at:.1}\" y=\"14\">{}</text>",
            hour.rem_euclid(24)
        );
    }
    let mut bar = |class: &str, from: f64, until: f64| {
        let _never_fails = write!(
            html,
            "<rect class=\"{class}\" x=\"{from:.2}\" y=\"2.5\" width=\"{:.2}\" height=\"6\"/>",
            (until - from).max(0.2)
        );
    };
    bar("duty", x(&round.on_duty), x(&round.off_duty));
    for call in &round.calls {
        let class = match call.kind {
            CallKind::Stop => "stop",
            CallKind::Unload => "unload",
            CallKind::Break => "break",
            CallKind::Start | CallKind::End => continue,
        };
        bar(class, x(&call.begin), x(&call.departure));
    }
    for call in round
        .calls
        .iter()
        .filter(|call| matches!(call.kind, CallKind::Unload | CallKind::Break))
    {
        let key = if call.kind == CallKind::Break {
            "mark.break"
        } else {
            "mark.unload"
        };
        let middle = f64::midpoint(x(&call.begin), x(&call.departure));
        let _never_fails = write!(
            html,
            "<text class=\"{}\" x=\"{middle:.2}\" y=\"6.5\">{}</text>",
            call.kind.name(),
            escaped(words.get(key))
        );
    }
    html.push_str("</svg>\n");
}
