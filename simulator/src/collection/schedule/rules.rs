//! What a class asks of a crew's clock.

use super::label::Label;
use super::step::Span;
use crate::collection::{VehicleClass, Window};

/// What the clock of a class' crews keeps to. Build it once for a class; it is small and plain.
#[derive(Clone, Debug)]
pub struct ClockRules {
    pub(super) shift: Window,
    pub(super) max_duration: i32,
    normal_duration: i32,
    priced: Priced,
    /// Ticks on duty between two breaks; the largest number without a rule.
    pub(super) work_after: i32,
    work_break: i32,
    /// Ticks of driving between two breaks; the largest number without a rule.
    pub(super) drive_after: i32,
    drive_break: i32,
    first_part: i32,
    second_part: i32,
    rests: [i32; 4],
    rests_count: usize,
    /// When a day under way can go on.
    pub(super) begun_at: Option<i32>,
    pub(super) start: Label,
}

/// What time costs, as far as it matters for choosing between timelines of a route.
#[derive(Clone, Copy, Debug)]
enum Priced {
    Duty,
    Overtime,
    Nothing,
}

impl ClockRules {
    /// The rules of a class. Of the working rule only the whole break counts, never a first part.
    pub fn new(class: &VehicleClass) -> Self {
        let mut rules = Self {
            shift: class.shift,
            max_duration: class.max_duration,
            normal_duration: class.normal_duration,
            priced: Priced::new(class),
            work_after: i32::MAX,
            work_break: i32::MAX,
            drive_after: i32::MAX,
            drive_break: i32::MAX,
            first_part: i32::MAX,
            second_part: i32::MAX,
            rests: [0; 4],
            rests_count: 0,
            begun_at: class.begun.as_ref().map(|begun| begun.at),
            start: Label::default(),
        };
        rules.take_breaks(class);
        rules.start = rules.start_of(class);
        rules
    }

    /// The lengths of breaks that can make a difference, from short to long.
    pub(super) fn rests(&self) -> &[i32] {
        &self.rests[..self.rests_count]
    }

    /// Whether a label breaks no rule up to now. `until` is the latest end of the duty.
    pub(super) const fn allow(&self, label: &Label, until: i32) -> bool {
        label.now <= until
            && label.worked <= self.work_after
            && label.driven <= self.drive_after
            && label.now - label.latest_reset <= self.work_after
    }

    /// The label after a break of `ticks`, and how long that break may become with the same effect
    /// on the driving rule.
    pub(super) fn rest(&self, label: &Label, ticks: i32) -> (Label, i32) {
        let mut rested = Label {
            now: label.now + ticks,
            duty: label.duty + ticks,
            ..*label
        };
        let longest = self.rest_driver(&mut rested, ticks);
        if self.resets_work(ticks) {
            rested.worked = 0;
            let latest_start = label.latest_reset.saturating_add(self.work_after);
            rested.latest_reset = latest_start.saturating_add(longest);
        } else {
            rested.worked += ticks;
        }
        (rested, longest)
    }

    /// Whether a break of `ticks` satisfies the working rule.
    pub(super) const fn resets_work(&self, ticks: i32) -> bool {
        ticks >= self.work_break
    }

    /// What of the day a label takes.
    pub(super) fn span(&self, label: &Label) -> Span {
        let duration = label.duration();
        Span {
            begins: self.begun_at.unwrap_or(label.now - duration),
            ends: label.now,
            duration,
            overtime: (duration - self.normal_duration).max(0),
        }
    }

    /// Orders spans as the objective does, then by their end.
    pub(super) fn price(&self, span: &Span) -> (i32, i32, i32) {
        let priced = match self.priced {
            Priced::Duty => span.duration,
            Priced::Overtime => span.overtime,
            Priced::Nothing => 0,
        };
        (priced, span.ends, span.duration)
    }

    /// Whether a day that lasts and drives so long is lawful without a break.
    pub(super) fn needs_no_break(&self, span: &Span, driven: i32) -> bool {
        let on_duty = match self.begun_at {
            Some(_) => span.ends - self.start.latest_reset,
            None => span.duration,
        };
        on_duty <= self.work_after && driven <= self.drive_after
    }

    fn rest_driver(&self, rested: &mut Label, ticks: i32) -> i32 {
        let is_second = rested.has_first_part && ticks >= self.second_part;
        if ticks >= self.drive_break || is_second {
            rested.driven = 0;
            rested.has_first_part = false;
            return i32::MAX;
        }
        let longest = match (self.drive_after, rested.has_first_part) {
            (i32::MAX, _) => i32::MAX,
            (_, true) => self.second_part - 1,
            (_, false) => self.drive_break - 1,
        };
        rested.has_first_part |= ticks >= self.first_part;
        longest
    }

    fn take_breaks(&mut self, class: &VehicleClass) {
        let mut rests = Vec::new();
        if let Some(rule) = class.breaks.work {
            self.work_after = rule.after;
            self.work_break = rule.length;
            rests.push(rule.length);
        }
        if let Some(rule) = class.breaks.driving {
            self.drive_after = rule.after;
            self.drive_break = rule.length;
            rests.push(rule.length);
            if let Some(part) = rule.first_part {
                self.first_part = part;
                self.second_part = rule.length - part;
                rests.extend([self.first_part, self.second_part]);
            }
        }
        rests.sort_unstable();
        rests.dedup();
        for (slot, rest) in self.rests.iter_mut().zip(&rests) {
            *slot = *rest;
        }
        self.rests_count = rests.len().min(self.rests.len());
    }

    /// Without a working rule its two numbers follow those of the duty, so that no label differs
    /// by them.
    fn start_of(&self, class: &VehicleClass) -> Label {
        let mut start = Label {
            now: class.shift.open + class.prepare,
            duty: class.prepare,
            latest_begin: class.shift.close,
            worked: class.prepare,
            latest_reset: class.shift.close,
            ..Label::default()
        };
        let Some(begun) = &class.begun else {
            return start;
        };
        start.now = begun.at;
        start.duty = begun.at - begun.on_duty_since;
        start.latest_begin = begun.on_duty_since;
        (start.worked, start.latest_reset) = match class.breaks.work {
            Some(_) => {
                // Who has worked too long already takes a break at once.
                let worked = begun.worked.min(self.work_after);
                (worked, begun.at - worked)
            }
            None => (start.duty, start.latest_begin),
        };
        if class.breaks.driving.is_some() {
            start.driven = begun.driven.min(self.drive_after);
            start.has_first_part = begun.first_part_taken && self.second_part < i32::MAX;
        }
        start
    }
}

impl Priced {
    fn new(class: &VehicleClass) -> Self {
        match (class.costs.per_tick, class.costs.per_overtime_tick) {
            (0, 0) => Self::Nothing,
            (0, _) => Self::Overtime,
            _ => Self::Duty,
        }
    }
}
