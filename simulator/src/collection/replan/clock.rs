//! What the clocks of the breaks stand at in the middle of a timeline.

use crate::collection::{Act, Begun, BreakRule, Event, VehicleClass};

/// A clock of one rule.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    rule: Option<BreakRule>,
    /// Ticks that the rule counts since the last break that satisfies it.
    pub(super) ticks: i32,
    /// Whether the first part of a break in two was taken since then.
    pub(super) has_first_part: bool,
    /// Ticks of the break under way.
    resting: Option<i32>,
}

/// What a break was good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rested {
    /// Nothing, or a first part.
    InPart,
    /// The rule.
    Whole,
    /// The rule, but only with the first part taken before.
    InTwo,
}

impl Clock {
    /// The clock of the working rule when a crew sets out.
    pub(super) fn of_work(class: &VehicleClass) -> Self {
        let begun = class.begun.as_ref();
        // Its break is always taken as a whole.
        let rule = class.breaks.work.map(|rule| BreakRule {
            first_part: None,
            ..rule
        });
        Self::new(rule, begun.map_or(0, |begun| begun.worked), false)
    }

    /// The clock of the driving rule when a crew sets out.
    pub(super) fn of_driving(class: &VehicleClass) -> Self {
        let begun = class.begun.as_ref();
        let has_first_part = begun.is_some_and(|begun: &Begun| begun.first_part_taken);
        let driven = begun.map_or(0, |begun| begun.driven);
        Self::new(class.breaks.driving, driven, has_first_part)
    }

    fn new(rule: Option<BreakRule>, ticks: i32, has_first_part: bool) -> Self {
        Self {
            rule,
            ticks,
            has_first_part,
            resting: None,
        }
    }

    /// Lets something happen for so many ticks, which the rule counts or not. A break that ends counts
    /// once something else follows it.
    pub(super) fn pass(&mut self, event: &Event, ticks: i32, counts: bool) {
        if event.act == Act::Break {
            self.resting = Some(self.resting.unwrap_or(0).saturating_add(ticks));
            return;
        }
        self.rest();
        if counts {
            self.ticks = self.ticks.saturating_add(ticks);
        }
    }

    /// Ends the break under way, if there is one.
    pub(super) fn rest(&mut self) -> Rested {
        let (Some(rule), Some(ticks)) = (self.rule, self.resting.take()) else {
            return Rested::InPart;
        };
        let taken = rule.first_part.filter(|_| self.has_first_part).unwrap_or(0);
        if ticks >= rule.length - taken {
            self.ticks = 0;
            self.has_first_part = false;
            return if ticks >= rule.length {
                Rested::Whole
            } else {
                Rested::InTwo
            };
        }
        self.has_first_part |= rule.first_part.is_some_and(|part| ticks >= part);
        Rested::InPart
    }
}
