//! The walk through a route's steps, with every choice that can matter.

use super::label::{Label, Labels};
use super::plain::{Plain, plain};
use super::rules::ClockRules;
use super::step::{Span, Step};
use crate::collection::Window;

/// Where a walk writes down its choices, and what came too late; the search has no need of either.
pub(super) trait Ledger {
    /// Writes a choice down after those of `parent`, and says where.
    fn note(&mut self, parent: u32, choice: Choice) -> u32;
    /// Something that cannot be done at a step.
    fn miss(&mut self, step: usize, miss: Miss);
}

/// What is done at a place before the next way or work.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Choice {
    /// The break, if there is one: its shortest and its longest length, and whether the working
    /// rule is satisfied by it.
    pub(super) rest: Option<Rest>,
    /// When the work may start, where that is limited.
    pub(super) window: Option<Window>,
}

/// A break that was chosen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rest {
    pub(super) shortest: i32,
    pub(super) longest: i32,
    pub(super) is_reset: bool,
}

/// Why a label cannot go on, and by how many ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Miss {
    Window(i32),
    Driving(i32),
    Work(i32),
    End(i32),
}

/// Writes nothing down.
struct Silent;

impl Ledger for Silent {
    fn note(&mut self, _: u32, _: Choice) -> u32 {
        0
    }

    fn miss(&mut self, _: usize, _: Miss) {}
}

/// Finds the best timeline of routes, one after the other, without asking for memory each time.
#[derive(Clone, Debug, Default)]
pub struct Walker {
    labels: Labels,
    next: Labels,
}

impl Walker {
    /// What the best timeline of a route takes: the least in costs of time, then the earliest end.
    /// `None` where no timeline keeps the rules.
    ///
    /// The last step is the way to where the vehicle ends, with closing the day as its work.
    pub fn span(&mut self, rules: &ClockRules, steps: &[Step<'_>]) -> Option<Span> {
        match plain(rules, steps) {
            Plain::Fits(span) => Some(span),
            Plain::Hopeless => None,
            Plain::Undecided => {
                self.walk(rules, steps, rules.shift.close, &mut Silent);
                self.best(rules).map(|(_, span)| span)
            }
        }
    }

    /// Goes through the steps and keeps the labels at their end; none where nothing fits.
    pub(super) fn walk(
        &mut self,
        rules: &ClockRules,
        steps: &[Step<'_>],
        until: i32,
        ledger: &mut impl Ledger,
    ) {
        self.labels.clear();
        if rules.allow(&rules.start, until) {
            self.labels.insert(rules.start);
        } else {
            ledger.miss(0, why(rules, &rules.start, until));
        }
        for (index, &step) in steps.iter().enumerate() {
            let mut gap = Gap {
                rules,
                step,
                index,
                until,
                ledger,
            };
            if step.drive > 0 {
                gap.step.not_before = 0;
                self.pass(|label, next| gap.leave(label, step.not_before, next));
            }
            self.pass(|label, next| gap.arrive(label, next));
            if self.labels.is_empty() {
                return;
            }
        }
    }

    /// The best of the labels that are not on duty for too long.
    pub(super) fn best(&self, rules: &ClockRules) -> Option<(Label, Span)> {
        self.spans(rules)
            .filter(|(_, span)| span.duration <= rules.max_duration)
            .min_by_key(|(_, span)| rules.price(span))
    }

    /// The labels, with what they take of the day.
    pub(super) fn spans(&self, rules: &ClockRules) -> impl Iterator<Item = (Label, Span)> {
        self.labels.iter().map(|&label| (label, rules.span(&label)))
    }

    fn pass(&mut self, mut go: impl FnMut(&Label, &mut Labels)) {
        self.next.clear();
        for label in self.labels.iter() {
            go(label, &mut self.next);
        }
        std::mem::swap(&mut self.labels, &mut self.next);
    }
}

/// A place where a crew can wait and rest, before a way or before work.
///
/// # Where breaks are tried
///
/// Where the next activity would break a rule, and where there is waiting. Anywhere else a break
/// can be had later: what lies between moves forward by its length without having to wait, and the
/// clocks of both rules run for less long afterwards.
struct Gap<'s, 'p, L> {
    rules: &'s ClockRules,
    step: Step<'p>,
    index: usize,
    until: i32,
    ledger: &'s mut L,
}

impl<L: Ledger> Gap<'_, '_, L> {
    /// Drives the step's way.
    fn leave(&mut self, label: &Label, not_before: i32, next: &mut Labels) {
        let driven = label.drive(not_before, self.step.drive);
        let is_allowed = self.rules.allow(&driven, self.until);
        if is_allowed {
            self.keep(driven, Choice::default(), next);
            if label.now >= not_before {
                return;
            }
        } else if driven.now > self.until {
            self.ledger
                .miss(self.index, Miss::End(driven.now - self.until));
            return;
        }
        self.each_rest(label, |gap, rested, rest| {
            let driven = rested.drive(not_before, gap.step.drive);
            if gap.rules.allow(&driven, gap.until) {
                let choice = Choice { rest, window: None };
                gap.keep(driven, choice, next);
            } else if !is_allowed {
                gap.refuse(&driven, rest);
            }
        });
    }

    /// Does the step's work.
    fn arrive(&mut self, label: &Label, next: &mut Labels) {
        if self.work(label, None, next) {
            return;
        }
        self.each_rest(label, |gap, rested, rest| {
            gap.work(rested, rest, next);
        });
    }

    /// Works in each window that can matter. Whether there was neither waiting nor a refusal.
    fn work(&mut self, label: &Label, rest: Option<Rest>, next: &mut Labels) -> bool {
        let Step {
            windows,
            not_before,
            fixed,
            ..
        } = self.step;
        let Some(last) = windows.last() else {
            let worked = label.work(not_before, fixed);
            let is_allowed = self.offer(worked, Choice { rest, window: None }, next);
            return is_allowed && label.now >= not_before;
        };
        let from = label.now.max(not_before);
        if from > last.close {
            self.ledger
                .miss(self.index, Miss::Window(from - last.close));
            return false;
        }
        let mut is_smooth = true;
        for window in windows.iter().filter(|window| from <= window.close) {
            let worked = label.work_in(*window, not_before, fixed);
            let choice = Choice {
                rest,
                window: Some(*window),
            };
            let is_allowed = self.offer(worked, choice, next);
            is_smooth &= is_allowed && label.now >= window.open.max(not_before);
            let is_free = worked.latest_begin == label.latest_begin
                && worked.latest_reset == label.latest_reset;
            if is_free {
                break;
            }
        }
        is_smooth
    }

    /// Tries breaks of every length that makes a difference.
    fn each_rest(&mut self, label: &Label, mut go: impl FnMut(&mut Self, &Label, Option<Rest>)) {
        let rules = self.rules;
        for &shortest in rules.rests() {
            let (rested, longest) = rules.rest(label, shortest);
            let rest = Rest {
                shortest,
                longest,
                is_reset: rules.resets_work(shortest),
            };
            if rules.allow(&rested, self.until) {
                go(self, &rested, Some(rest));
            } else if rested.now > self.until {
                self.ledger
                    .miss(self.index, Miss::End(rested.now - self.until));
            }
        }
    }

    fn offer(&mut self, label: Label, choice: Choice, next: &mut Labels) -> bool {
        let is_allowed = self.rules.allow(&label, self.until);
        if is_allowed {
            self.keep(label, choice, next);
        } else {
            self.refuse(&label, choice.rest);
        }
        is_allowed
    }

    fn keep(&mut self, label: Label, choice: Choice, next: &mut Labels) {
        let node = self.ledger.note(label.node, choice);
        next.insert(Label { node, ..label });
    }

    /// Says why a label cannot go on, where no longer break would help.
    fn refuse(&mut self, label: &Label, rest: Option<Rest>) {
        let longest = self.rules.rests().last().copied();
        if label.now > self.until || rest.map(|rest| rest.shortest) == longest {
            let miss = why(self.rules, label, self.until);
            self.ledger.miss(self.index, miss);
        }
    }
}

fn why(rules: &ClockRules, label: &Label, until: i32) -> Miss {
    if label.now > until {
        Miss::End(label.now - until)
    } else if label.driven > rules.drive_after {
        Miss::Driving(label.driven - rules.drive_after)
    } else {
        let on_duty = label.worked.max(label.now - label.latest_reset);
        Miss::Work(on_duty - rules.work_after)
    }
}
