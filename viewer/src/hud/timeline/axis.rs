//! The axis of the past days: where a time lies on it, and which moment a place on it stands for.

use twin_core::{Span, Timestamp};

use crate::server::Moment;
use crate::words::calendar::{hour_of_day, next_midnight};

/// How far it reaches back.
const REACH: Span = Span::from_hours(72);
const HOUR_MS: i64 = 3_600_000;
/// What hands can aim at.
const GRAIN_MS: i64 = HOUR_MS / 4;
/// Hours between two ticks; a day has a whole number of them.
const TICK_H: u8 = 6;

/// From some days ago to now.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Axis {
    from: Timestamp,
    now: Timestamp,
    /// Before this there is nothing to see.
    begin: Timestamp,
}

/// A day, as far as it lies on the axis; both 0–1 along it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Day {
    pub from: f32,
    pub to: f32,
    /// A time of it.
    pub time: Timestamp,
}

/// A full hour that has a tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Tick {
    pub at: f32,
    pub is_midnight: bool,
}

impl Axis {
    /// The axis up to now; there is nothing to see before `begin`, where that is known.
    pub(super) fn up_to(now: Timestamp, begin: Option<Timestamp>) -> Self {
        let from = now - REACH;
        let begin = begin.map_or(from, |begin| begin.clamp(from, now));
        Self { from, now, begin }
    }

    /// How far along it a time lies, 0–1.
    pub(super) fn share(&self, at: Timestamp) -> f32 {
        let passed = at.since(self.from).as_millis() as f32;
        (passed / REACH.as_millis() as f32).clamp(0.0, 1.0)
    }

    /// Where there begins to be something to see, 0–1.
    pub(super) fn begin(&self) -> f32 {
        self.share(self.begin)
    }

    /// The moment at a place 0–1 along it, on a quarter of an hour; at its end the present.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "milliseconds of three days fit an i64"
    )]
    pub(super) fn moment(&self, share: f32) -> Moment {
        let passed = f64::from(share.clamp(0.0, 1.0)) * REACH.as_millis() as f64;
        let aimed = self.from + Span::from_millis(passed as i64);
        let first = whole(self.begin, GRAIN_MS);
        if self.now.since(aimed).as_millis() < GRAIN_MS / 2 || first >= self.now {
            Moment::Live
        } else {
            let grain = (aimed.as_millis() + GRAIN_MS / 2).div_euclid(GRAIN_MS);
            let at = Timestamp::from_millis(grain * GRAIN_MS);
            Moment::At(at.clamp(first, self.now))
        }
    }

    /// The first whole hour of which there is something; the present where there is none.
    pub(super) fn first(&self) -> Moment {
        let first = whole(self.begin, HOUR_MS);
        if first < self.now {
            Moment::At(first)
        } else {
            Moment::Live
        }
    }

    /// A whole hour on: at the end the present, which stays there.
    pub(super) fn later(&self, from: Moment) -> Moment {
        let Moment::At(at) = from else {
            return Moment::Live;
        };
        let next = whole(at + Span::from_millis(1), HOUR_MS);
        if next < self.now {
            Moment::At(next)
        } else {
            Moment::Live
        }
    }

    /// A whole hour back, not beyond the beginning.
    pub(super) fn earlier(&self, from: Moment) -> Moment {
        let at = match from {
            Moment::Live => self.now,
            Moment::At(at) => at,
        };
        let before = (at.as_millis() - 1).div_euclid(HOUR_MS) * HOUR_MS;
        match self.first() {
            Moment::Live => from,
            Moment::At(first) => Moment::At(Timestamp::from_millis(before).max(first)),
        }
    }

    /// The days on it, in order.
    pub(super) fn days(&self) -> Vec<Day> {
        let mut days = Vec::new();
        let mut time = self.from;
        while time < self.now {
            let end = next_midnight(time);
            days.push(Day {
                from: self.share(time),
                to: self.share(end),
                time,
            });
            time = end;
        }
        days
    }

    /// The ticks on it, in order.
    pub(super) fn ticks(&self) -> Vec<Tick> {
        let hours = (0..REACH.as_millis() / HOUR_MS)
            .map(|n| whole(self.from, HOUR_MS) + Span::from_hours(n));
        let ticked = hours.filter(|time| hour_of_day(*time).is_multiple_of(TICK_H));
        ticked
            .map(|time| Tick {
                at: self.share(time),
                is_midnight: hour_of_day(time) == 0,
            })
            .collect()
    }
}

/// The next whole number of so many milliseconds; those of hours are whole in Paris, too.
fn whole(at: Timestamp, of_ms: i64) -> Timestamp {
    Timestamp::from_millis((at.as_millis() + of_ms - 1).div_euclid(of_ms) * of_ms)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn at(text: &str) -> Moment {
        Moment::At(time(text))
    }

    /// Up to a quarter past seven on a Monday evening.
    fn axis() -> Axis {
        Axis::up_to(time("2026-11-30T18:15:30Z"), None)
    }

    #[rstest::rstest]
    #[case::its_end(1.0, Moment::Live)]
    #[case::beyond(7.0, Moment::Live)]
    #[case::the_middle(0.5, at("2026-11-29T06:15:00Z"))]
    #[case::its_start(0.0, at("2026-11-27T18:30:00Z"))]
    #[case::before(-3.0, at("2026-11-27T18:30:00Z"))]
    fn a_place_stands_for_a_moment(#[case] share: f32, #[case] moment: Moment) {
        assert_eq!(axis().moment(share), moment);
    }

    #[rstest::rstest]
    #[case::from_now(Moment::Live, at("2026-11-30T18:00:00Z"), Moment::Live)]
    #[case::from_an_hour(
        at("2026-11-30T10:00:00Z"),
        at("2026-11-30T09:00:00Z"),
        at("2026-11-30T11:00:00Z")
    )]
    #[case::from_between(
        at("2026-11-30T10:15:00Z"),
        at("2026-11-30T10:00:00Z"),
        at("2026-11-30T11:00:00Z")
    )]
    #[case::from_the_last(at("2026-11-30T18:00:00Z"), at("2026-11-30T17:00:00Z"), Moment::Live)]
    #[case::from_the_first(
        at("2026-11-27T19:00:00Z"),
        at("2026-11-27T19:00:00Z"),
        at("2026-11-27T20:00:00Z")
    )]
    fn steps_are_of_an_hour(#[case] from: Moment, #[case] earlier: Moment, #[case] later: Moment) {
        assert_eq!((axis().earlier(from), axis().later(from)), (earlier, later));
    }

    #[test]
    fn nothing_before_the_beginning_can_be_reached() {
        let axis = Axis::up_to(axis().now, Some(time("2026-11-30T09:20:00Z")));
        assert_eq!(axis.first(), at("2026-11-30T10:00:00Z"));
        assert_eq!(axis.moment(0.1), at("2026-11-30T09:30:00Z"));
        assert_eq!(axis.earlier(at("2026-11-30T10:00:00Z")), axis.first());
        assert!(axis.begin() > 0.8);
    }

    #[test]
    fn without_history_there_is_only_the_present() {
        let axis = Axis::up_to(axis().now, Some(axis().now));
        assert_eq!(axis.first(), Moment::Live);
        assert_eq!(axis.moment(0.5), Moment::Live);
        assert_eq!(axis.earlier(Moment::Live), Moment::Live);
    }

    #[test]
    fn days_follow_each_other_from_midnight_to_midnight() {
        let days = axis().days();
        assert_eq!(days.len(), 4);
        approx::assert_relative_eq!(days[0].to, 4.741_667 / 72.0, epsilon = 1e-5);
        assert!(days.windows(2).all(|pair| pair[0].to == pair[1].from));
        assert_eq!((days[0].from, days[3].to), (0.0, 1.0));
        let midnights = axis().ticks().iter().filter(|it| it.is_midnight).count();
        assert_eq!((midnights, axis().ticks().len()), (3, 12));
    }

    proptest! {
        #[test]
        fn a_moment_lies_where_it_was_aimed_at(share in 0.01_f32..0.98) {
            let axis = axis();
            let Moment::At(at) = axis.moment(share) else {
                return Err(TestCaseError::fail("the present"));
            };
            let half_grain = 0.5 / (72.0 * 4.0) + 1e-5;
            prop_assert!((axis.share(at) - share).abs() <= half_grain);
        }
    }
}
