//! Whether a crew takes the breaks that it must.

use super::{Checked, Violation};
use crate::collection::{Act, BreakRule, Event};
use crate::numbers::index_u32;

/// Checks the working rule and the driving rule.
pub(super) fn check(checked: Checked<'_>, violations: &mut Vec<Violation>) {
    let (route, begun) = (checked.index, checked.begun());
    let events = &checked.route.timeline.0;
    if let Some(rule) = checked.class.breaks.work {
        // The break of the working rule is always taken as a whole.
        let whole = BreakRule {
            first_part: None,
            ..rule
        };
        let stretch = Stretch {
            rule: whole,
            ticks: begun.map_or(0, |begun| begun.worked.into()),
            ticks_in_parts: None,
            is_told: false,
        };
        let is_work = |act| act != Act::Break;
        for (event, ticks) in stretch.too_long(events, is_work) {
            violations.push(Violation::WorkTooLong {
                route,
                event,
                ticks,
                limit: rule.after,
            });
        }
    }
    if let Some(rule) = checked.class.breaks.driving {
        let driven = begun.map_or(0, |begun| begun.driven.into());
        let stretch = Stretch {
            rule,
            ticks: driven,
            ticks_in_parts: begun.filter(|begun| begun.first_part_taken).map(|_| driven),
            is_told: false,
        };
        let is_driving = |act| act == Act::Drive;
        for (event, ticks) in stretch.too_long(events, is_driving) {
            violations.push(Violation::DrivingTooLong {
                route,
                event,
                ticks,
                limit: rule.after,
            });
        }
    }
}

/// The time since the last break that satisfies a rule.
struct Stretch {
    rule: BreakRule,
    /// How much of what the rule counts lies in it.
    ticks: i64,
    /// The same where the last break that was long enough is read as a first part; it may be read
    /// otherwise, as it suits the crew.
    ticks_in_parts: Option<i64>,
    /// Whether it was already said to be too long.
    is_told: bool,
}

impl Stretch {
    /// The events at which a stretch becomes too long, one for each such stretch, and how long it is
    /// with them.
    fn too_long(mut self, events: &[Event], counts: impl Fn(Act) -> bool) -> Vec<(u32, i64)> {
        let mut found = Vec::new();
        let mut resting = None;
        for (index, event) in events.iter().enumerate() {
            let ticks = (i64::from(event.until) - i64::from(event.from)).max(0);
            if event.act == Act::Break {
                resting = Some(resting.unwrap_or(0) + ticks);
                continue;
            }
            if let Some(rest) = resting.take() {
                self.rest(rest);
            }
            if counts(event.act) {
                self.ticks += ticks;
                self.ticks_in_parts = self.ticks_in_parts.map(|sum| sum + ticks);
                let least = self.least();
                let limit = self.rule.after.into();
                self.ticks_in_parts = self.ticks_in_parts.filter(|&sum| sum <= limit);
                let is_too_long = ticks > 0 && least > limit;
                if is_too_long && !self.is_told {
                    self.is_told = true;
                    found.push((index_u32(index), least));
                }
            }
        }
        found
    }

    /// How long it is, read as it suits the crew.
    fn least(&self) -> i64 {
        self.ticks_in_parts
            .map_or(self.ticks, |ticks| ticks.min(self.ticks))
    }

    /// Takes a break of so many ticks. One break is never both the second part of one and the first
    /// of the next, but may be read as either.
    fn rest(&mut self, ticks: i64) {
        let length = i64::from(self.rule.length);
        if ticks >= length {
            self.begin_anew();
            self.ticks_in_parts = None;
            return;
        }
        let Some(first_part) = self.rule.first_part.map(i64::from) else {
            return;
        };
        let before = self.least();
        if self.ticks_in_parts.is_some() && ticks >= length - first_part {
            self.begin_anew();
        }
        if ticks >= first_part {
            self.ticks_in_parts = Some(before);
        }
    }

    fn begin_anew(&mut self) {
        self.ticks = 0;
        self.is_told = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Works and rests in turn, from tick 0 on; work first.
    fn in_turn(ticks: &[i32]) -> Vec<Event> {
        let acts = [Act::Drive, Act::Break].into_iter().cycle();
        let mut now = 0;
        let events = ticks.iter().zip(acts).map(|(ticks, act)| {
            let from = now;
            now += ticks;
            Event {
                act,
                place: 0,
                from,
                until: now,
            }
        });
        events.collect()
    }

    /// 45 after 270, or 15 and then 30.
    fn too_long(first_part: Option<i32>, events: &[Event]) -> Vec<(u32, i64)> {
        let stretch = Stretch {
            rule: BreakRule {
                after: 270,
                length: 45,
                first_part,
            },
            ticks: 0,
            ticks_in_parts: None,
            is_told: false,
        };
        stretch.too_long(events, |act| act == Act::Drive)
    }

    #[rstest::rstest]
    #[case::just_enough(&[270], &[])]
    #[case::a_tick_too_much(&[271], &[(0, 271)])]
    #[case::a_whole_break(&[270, 45, 270], &[])]
    #[case::a_break_too_short(&[270, 44, 1], &[(2, 271)])]
    #[case::two_parts(&[135, 15, 135, 30, 270], &[])]
    #[case::two_parts_the_other_way(&[135, 30, 135, 15, 1], &[(4, 271)])]
    #[case::a_longer_first_part_counts_as_15(&[135, 20, 135, 25, 1], &[(4, 271)])]
    #[case::a_first_part_too_short(&[135, 14, 135, 30, 1], &[(4, 271)])]
    #[case::a_second_part_too_short(&[135, 15, 135, 29, 1], &[(4, 271)])]
    #[case::a_short_break_between_the_parts(&[90, 15, 90, 5, 90, 30, 270], &[])]
    #[case::a_second_part_may_be_a_first_one_instead(&[10, 15, 10, 30, 200, 30, 71], &[])]
    #[case::a_second_part_is_no_first_one_as_well(
        &[10, 15, 10, 30, 251, 30, 71],
        &[(6, 322)],
    )]
    #[case::a_second_part_and_a_new_first_one(
        &[10, 15, 10, 30, 200, 15, 70, 30, 270],
        &[],
    )]
    #[case::told_once_until_the_next_break(
        &[271, 1, 1, 45, 271],
        &[(0, 271), (4, 271)],
    )]
    fn a_break_may_be_taken_in_two(#[case] ticks: &[i32], #[case] expected: &[(u32, i64)]) {
        assert_eq!(too_long(Some(15), &in_turn(ticks)), expected);
    }

    #[test]
    fn parts_are_no_break_where_it_may_not_be_taken_in_two() {
        let events = in_turn(&[135, 15, 135, 30, 1]);
        assert_eq!(too_long(None, &events), [(4, 271)]);
    }

    #[test]
    fn breaks_that_follow_each_other_are_one() {
        let events = in_turn(&[270, 20, 0, 25, 1]);
        assert_eq!(too_long(None, &events), [(4, 271)]);
        let without_drive: Vec<_> = events
            .into_iter()
            .filter(|event| event.from < event.until)
            .collect();
        assert_eq!(too_long(None, &without_drive), []);
    }
}
