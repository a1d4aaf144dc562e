//! The day of a route without breaks: one pass, and for most routes the whole answer.

use super::rules::ClockRules;
use super::step::{Span, Step};

/// What one pass without breaks tells.
pub(super) enum Plain {
    /// The best timeline has no break, and this span.
    Fits(Span),
    /// No timeline keeps the rules.
    Hopeless,
    /// A break is due, or waiting could be saved by a later window.
    Undecided,
}

/// Goes through the steps as early as possible.
///
/// Breaks and later windows only ever make it later and longer. So what is too late here is too
/// late; and what is lawful here without a break is best where it waits for nothing, or where there
/// was no later window to choose.
pub(super) fn plain(rules: &ClockRules, steps: &[Step<'_>]) -> Plain {
    let until = rules.shift.close;
    let mut label = rules.start;
    let mut has_choice = false;
    if !rules.allow(&label, until) {
        return Plain::Hopeless;
    }
    for step in steps {
        label.now = label.now.max(step.not_before) + step.drive;
        label.duty += step.drive;
        label.driven += step.drive;
        if label.now > until {
            return Plain::Hopeless;
        }
        if let Some(last) = step.windows.last() {
            let met = step.windows.iter().find(|w| label.now <= w.close);
            let Some(window) = met else {
                return Plain::Hopeless;
            };
            has_choice |= window.close < last.close;
            label.now = label.now.max(window.open);
            label.latest_begin = label.latest_begin.min(window.close - label.duty);
        }
        label.now += step.fixed;
        label.duty += step.fixed;
        if label.now > until {
            return Plain::Hopeless;
        }
    }
    let span = rules.span(&label);
    let is_shortest = span.duration == label.duty || !has_choice || rules.begun_at.is_some();
    if label.duty > rules.max_duration {
        Plain::Hopeless
    } else if !is_shortest || !rules.needs_no_break(&span, label.driven) {
        Plain::Undecided
    } else if span.duration > rules.max_duration {
        Plain::Hopeless
    } else {
        Plain::Fits(span)
    }
}
