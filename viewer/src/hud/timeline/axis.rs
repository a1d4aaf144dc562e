//! The axis of the past days and of those that are forecast: where a time lies on it, and which moment a place on it stands for.

use twin_core::{Span, Timestamp};

use crate::server::Moment;
use crate::words::calendar::{hour_of_day, next_midnight};

/// How far it reaches back, and ahead.
const REACH: Span = Span::from_hours(72);
const AHEAD: Span = Span::from_hours(72);
const WHOLE: Span = Span::from_hours(144);
const HOUR_MS: i64 = 3_600_000;
/// What hands can aim at.
const GRAIN_MS: i64 = HOUR_MS / 4;
/// Hours between two ticks; a day has a whole number of them.
const TICK_H: u8 = 6;

/// From some days ago over now to some days ahead.
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
    /// The axis around now; there is nothing to see before `begin`, where that is known.
    pub(super) fn around(now: Timestamp, begin: Option<Timestamp>) -> Self {
        let from = now - REACH;
        let begin = begin.map_or(from, |begin| begin.clamp(from, now));
        Self { from, now, begin }
    }

    /// How far along it a time lies, 0–1.
    pub(super) fn share(&self, at: Timestamp) -> f32 {
        let passed = at.since(self.from).as_millis() as f32;
        (passed / WHOLE.as_millis() as f32).clamp(0.0, 1.0)
    }

    /// Where the present lies, 0–1.
    pub(super) fn present(&self) -> f32 {
        self.share(self.now)
    }

    /// The last moment that is forecast on it, on a quarter of an hour.
    fn last(&self) -> Timestamp {
        let end = self.now + AHEAD;
        Timestamp::from_millis(end.as_millis().div_euclid(GRAIN_MS) * GRAIN_MS)
    }

    /// Where there begins to be something to see, 0–1.
    pub(super) fn begin(&self) -> f32 {
        self.share(self.begin)
    }

    /// The moment at a place 0–1 along it, on a quarter of an hour; the present where it lies.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "milliseconds of six days fit an i64"
    )]
    pub(super) fn moment(&self, share: f32) -> Moment {
        let passed = f64::from(share.clamp(0.0, 1.0)) * WHOLE.as_millis() as f64;
        let aimed = self.from + Span::from_millis(passed as i64);
        let first = whole(self.begin, GRAIN_MS);
        let from_now = aimed.as_millis() - self.now.as_millis();
        let is_present = from_now.abs() < 2 * GRAIN_MS;
        if is_present || from_now < 0 && first >= self.now {
            return Moment::Live;
        }
        let grain = (aimed.as_millis() + GRAIN_MS / 2).div_euclid(GRAIN_MS);
        let at = Timestamp::from_millis(grain * GRAIN_MS);
        if from_now < 0 {
            Moment::At(at.clamp(first, self.now))
        } else {
            Moment::At(at.min(self.last()))
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

    /// A whole hour on: from the past to the present, from there to what is forecast, up to the end.
    pub(super) fn later(&self, from: Moment) -> Moment {
        let at = match from {
            Moment::Live => self.now,
            Moment::At(at) => at,
        };
        let next = whole(at + Span::from_millis(1), HOUR_MS);
        if at < self.now && next >= self.now {
            Moment::Live
        } else if next <= self.last() {
            Moment::At(next)
        } else {
            from
        }
    }

    /// A whole hour back, from what is forecast over the present, not beyond the beginning.
    pub(super) fn earlier(&self, from: Moment) -> Moment {
        let at = match from {
            Moment::Live => self.now,
            Moment::At(at) => at,
        };
        let before = (at.as_millis() - 1).div_euclid(HOUR_MS) * HOUR_MS;
        if at > self.now {
            let before = Timestamp::from_millis(before);
            return if before > self.now {
                Moment::At(before)
            } else {
                Moment::Live
            };
        }
        match self.first() {
            Moment::Live => from,
            Moment::At(first) => Moment::At(Timestamp::from_millis(before).max(first)),
        }
    }

    /// The days on it, in order.
    pub(super) fn days(&self) -> Vec<Day> {
        let mut days = Vec::new();
        let mut time = self.from;
        while time < self.now + AHEAD {
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
        let hours = (0..WHOLE.as_millis() / HOUR_MS)
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
        Axis::around(time("2026-11-30T18:15:30Z"), None)
    }

    #[rstest::rstest]
    #[case::its_end(1.0, at("2026-12-03T18:15:00Z"))]
    #[case::beyond(7.0, at("2026-12-03T18:15:00Z"))]
    #[case::half_way_ahead(0.75, at("2026-12-02T06:15:00Z"))]
    #[case::the_present(0.5, Moment::Live)]
    #[case::hardly_ahead(0.502, Moment::Live)]
    #[case::the_middle(0.25, at("2026-11-29T06:15:00Z"))]
    #[case::its_start(0.0, at("2026-11-27T18:30:00Z"))]
    #[case::before(-3.0, at("2026-11-27T18:30:00Z"))]
    fn a_place_stands_for_a_moment(#[case] share: f32, #[case] moment: Moment) {
        assert_eq!(axis().moment(share), moment);
    }

    #[rstest::rstest]
    #[case::from_now(Moment::Live, at("2026-11-30T18:00:00Z"), at("2026-11-30T19:00:00Z"))]
    #[case::from_the_first_ahead(
        at("2026-11-30T19:00:00Z"),
        Moment::Live,
        at("2026-11-30T20:00:00Z")
    )]
    #[case::from_ahead(
        at("2026-12-01T19:30:00Z"),
        at("2026-12-01T19:00:00Z"),
        at("2026-12-01T20:00:00Z")
    )]
    #[case::from_the_end(
        at("2026-12-03T18:00:00Z"),
        at("2026-12-03T17:00:00Z"),
        at("2026-12-03T18:00:00Z")
    )]
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
        let axis = Axis::around(axis().now, Some(time("2026-11-30T09:20:00Z")));
        assert_eq!(axis.first(), at("2026-11-30T10:00:00Z"));
        assert_eq!(axis.moment(0.1), at("2026-11-30T09:30:00Z"));
        assert_eq!(axis.earlier(at("2026-11-30T10:00:00Z")), axis.first());
        assert!(axis.begin() > 0.4);
    }

    #[test]
    fn without_history_there_is_the_present_and_what_is_forecast() {
        let axis = Axis::around(axis().now, Some(axis().now));
        assert_eq!(axis.first(), Moment::Live);
        assert_eq!(axis.moment(0.2), Moment::Live);
        assert!(matches!(axis.moment(0.7), Moment::At(_)));
        assert_eq!(axis.earlier(Moment::Live), Moment::Live);
    }

    #[test]
    fn days_follow_each_other_from_midnight_to_midnight() {
        let days = axis().days();
        assert_eq!(days.len(), 7);
        approx::assert_relative_eq!(days[0].to, 4.741_667 / 144.0, epsilon = 1e-5);
        assert!(days.windows(2).all(|pair| pair[0].to == pair[1].from));
        assert_eq!((days[0].from, days[6].to), (0.0, 1.0));
        let midnights = axis().ticks().iter().filter(|it| it.is_midnight).count();
        assert_eq!((midnights, axis().ticks().len()), (6, 24));
    }

    proptest! {
        #[test]
        fn a_moment_lies_where_it_was_aimed_at(share in 0.01_f32..0.98) {
            let axis = axis();
            let Moment::At(at) = axis.moment(share) else {
                prop_assert!((share - axis.present()).abs() < 0.004);
                return Ok(());
            };
            let half_grain = 0.5 / (144.0 * 4.0) + 1e-5;
            prop_assert!((axis.share(at) - share).abs() <= half_grain);
        }
    }
}
