//! How busy the hours of a week are, learned from what containers of a stream took in.

use twin_core::Timestamp;

use crate::calendar::LocalDay;
use crate::numbers::{f64_of_i64, floor_u64};

const HOUR_MS: i64 = 3_600_000;
const DAY_H: f64 = 24.0;
/// A weekday counts as an average one that was seen on so many containers' days.
const DAYS_BEFORE: f64 = 4.0;
/// An hour counts as an average one that was seen for so many days.
const HOURS_BEFORE: f64 = 0.5;
/// What is left of a count after a day.
const FADING: f64 = 0.995;

/// What was seen, and what would have been seen if all weekdays, or all hours, were alike.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    seen: f64,
    alike: f64,
}

/// The weights of the weekdays and of the hours, each 1 in the mean, at first all alike.
///
/// Hours are those of the local clock at the beginning of a time, counted on: where the clock is changed
/// within it, they are off by one.
#[derive(Clone, Debug)]
pub(super) struct Rhythm {
    week: [f64; 7],
    hours: [f64; 24],
    weekdays_seen: [Tally; 7],
    hours_seen: [Tally; 24],
}

impl Default for Rhythm {
    fn default() -> Self {
        Self {
            week: [1.0; 7],
            hours: [1.0; 24],
            weekdays_seen: [Tally::default(); 7],
            hours_seen: [Tally::default(); 24],
        }
    }
}

/// A part of some time within one hour: weekday, hour, days.
type Piece = (usize, usize, f64);

impl Rhythm {
    /// The time from one instant to another in days, busy ones counted longer.
    pub(super) fn days(&self, from: Timestamp, to: Timestamp) -> f64 {
        pieces(from, to).map(|piece| self.weighed(piece)).sum()
    }

    /// The hours after an instant one by one, up to `most`, in days as [`days`](Self::days) counts them.
    pub(super) fn hourly(&self, from: Timestamp, most: usize) -> impl Iterator<Item = f64> + '_ {
        let clock = Clock::at(from);
        let hour = move |nth: usize| {
            let piece = clock.piece(f64_of_i64(HOUR_MS) * crate::numbers::f64_of_index(nth), 1.0);
            self.weighed(piece)
        };
        (0..most).map(hour)
    }

    /// Takes in that a container took as much as in `busy` average days, between two instants, at some weight.
    /// What came when within them is shared out by the rhythm so far: Dempster, Laird and Rubin, "Maximum
    /// likelihood from incomplete data via the EM algorithm", 1977.
    pub(super) fn learn(&mut self, (from, to): (Timestamp, Timestamp), (busy, weight): (f64, f64)) {
        let expected = self.days(from, to);
        if expected <= 0.0 {
            return;
        }
        for piece in pieces(from, to) {
            let (weekday, hour, days) = piece;
            let seen = weight * busy * self.weighed(piece) / expected;
            let (of_week, of_hour) = (self.week[weekday], self.hours[hour]);
            let day = &mut self.weekdays_seen[weekday];
            day.seen += seen;
            day.alike += weight * of_hour * days;
            let hour = &mut self.hours_seen[hour];
            hour.seen += seen;
            hour.alike += weight * of_week * days;
        }
    }

    /// At the end of a day: weights follow what was seen.
    pub(super) fn settle(&mut self) {
        self.week = settled(&mut self.weekdays_seen, DAYS_BEFORE);
        self.hours = settled(&mut self.hours_seen, HOURS_BEFORE);
    }

    fn weighed(&self, (weekday, hour, days): Piece) -> f64 {
        self.week[weekday] * self.hours[hour] * days
    }
}

fn settled<const N: usize>(tallies: &mut [Tally; N], before: f64) -> [f64; N] {
    for tally in tallies.iter_mut() {
        tally.seen *= FADING;
        tally.alike *= FADING;
    }
    let weight = |tally: Tally| ((tally.seen + before) / (tally.alike + before)).clamp(0.02, 8.0);
    let weights = tallies.map(weight);
    let mean = weights.iter().sum::<f64>() / crate::numbers::f64_of_index(N);
    weights.map(|weight| weight / mean)
}

/// The local clock from some instant on.
#[derive(Clone, Copy, Debug)]
struct Clock {
    weekday: u64,
    into_day_ms: f64,
}

impl Clock {
    /// Outside of the calendar every instant is the beginning of a Monday.
    fn at(from: Timestamp) -> Self {
        LocalDay::containing(from).map_or(
            Self {
                weekday: 0,
                into_day_ms: 0.0,
            },
            |day| Self {
                weekday: u64::from(day.date().weekday().to_monday_zero_offset().unsigned_abs()),
                into_day_ms: f64_of_i64(from.since(day.start()).as_millis()),
            },
        )
    }

    fn piece(self, after_ms: f64, hours: f64) -> Piece {
        let hour = floor_u64((self.into_day_ms + after_ms) / f64_of_i64(HOUR_MS));
        let index = |number: u64| usize::try_from(number).unwrap_or(0);
        let weekday = index((self.weekday + hour / 24) % 7);
        (weekday, index(hour % 24), hours / DAY_H)
    }
}

/// A time cut at the full hours.
fn pieces(from: Timestamp, to: Timestamp) -> impl Iterator<Item = Piece> {
    let clock = Clock::at(from);
    let length_ms = f64_of_i64(to.since(from).as_millis());
    let hour_ms = f64_of_i64(HOUR_MS);
    let mut after_ms = 0.0;
    std::iter::from_fn(move || {
        let rest_ms = length_ms - after_ms;
        if rest_ms <= 0.0 {
            return None;
        }
        let into_hour = (clock.into_day_ms + after_ms) % hour_ms;
        let part_ms = rest_ms.min(hour_ms - into_hour);
        let piece = clock.piece(after_ms, part_ms / hour_ms);
        after_ms += part_ms;
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use twin_core::Span;

    use super::*;

    /// A Monday, 00:30 in Montbéliard.
    const MONDAY: &str = "2022-05-01T22:30:00Z";

    #[test]
    fn before_anything_is_known_a_day_is_a_day() {
        let from: Timestamp = MONDAY.parse().unwrap();
        let rhythm = Rhythm::default();
        for hours in [1, 7, 24, 200] {
            let days = rhythm.days(from, from + Span::from_hours(hours));
            approx::assert_abs_diff_eq!(days, f64_of_i64(hours) / 24.0, epsilon = 1e-9);
        }
        approx::assert_abs_diff_eq!(rhythm.days(from, from), 0.0);
    }

    #[test]
    fn busy_saturdays_and_quiet_nights_are_learned() {
        let start: Timestamp = MONDAY.parse().unwrap();
        let mut rhythm = Rhythm::default();
        for day in 0..120 {
            for part in 0..6 {
                let from = start + Span::from_hours(24 * day + 4 * part);
                let weekday = if day % 7 == 5 { 2.0 } else { 5.0 / 6.0 };
                // Nothing from half past midnight to half past eight, evenly thereafter.
                let busy = if part < 2 { 0.0 } else { weekday / 4.0 };
                for _ in 0..20 {
                    rhythm.learn((from, from + Span::from_hours(4)), (busy, 1.0));
                }
            }
            rhythm.settle();
        }
        let day = |n: i64| start + Span::from_hours(24 * n);
        let (friday, saturday) = (rhythm.days(day(4), day(5)), rhythm.days(day(5), day(6)));
        assert!(
            (saturday / friday - 2.4).abs() < 0.15,
            "{saturday} {friday}"
        );
        let night = rhythm.days(day(1), day(1) + Span::from_hours(7));
        assert!(night < 0.05, "{night}");
        let week: f64 = rhythm.hourly(start, 168).sum();
        approx::assert_abs_diff_eq!(week, rhythm.days(start, day(7)), epsilon = 0.02);
        approx::assert_abs_diff_eq!(week, 7.0, epsilon = 0.01);
    }
}
