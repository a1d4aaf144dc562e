//! How many mean days an interval of time counts for, by the calendar of each stream.

use jiff::civil::Date;
use twin_core::{Stream, Timestamp};

use crate::calendar::{Calendar, LocalDay, Weather};
use crate::error::{SimError, SimResult};
use crate::numbers::{f64_of_i64, floor_u64};

/// The calendar's multipliers of some days, added up, so that an interval costs two look-ups.
///
/// It knows what planners know: days of the week, seasons and holidays, but not the weather to come.
#[derive(Clone, Debug)]
pub struct Exposure {
    start: Timestamp,
    /// By stream, the mean days from the start to each midnight.
    sums: Vec<Vec<f64>>,
    /// The same midnights.
    midnights: Vec<Timestamp>,
}

impl Exposure {
    /// Of the days from `first`, so many of them.
    ///
    /// # Errors
    /// [`SimError::OutsideCalendar`] for days without a calendar.
    pub fn new(calendar: &Calendar, first: Date, days: u32) -> SimResult<Self> {
        let outside = || SimError::OutsideCalendar { at: Timestamp::MIN };
        let mut day = LocalDay::of(first).ok_or_else(outside)?;
        let start = day.start();
        let mut midnights = vec![start];
        let mut sums = vec![vec![0.0]; Stream::ALL.len()];
        let weather = Weather::default();
        for _ in 0..days {
            for (stream, sums) in Stream::ALL.iter().zip(&mut sums) {
                let so_far = sums.last().copied().unwrap_or_default();
                sums.push(so_far + calendar.day_factor(*stream, day.date(), &weather));
            }
            midnights.push(day.end());
            day = day.next().ok_or_else(outside)?;
        }
        Ok(Self {
            start,
            sums,
            midnights,
        })
    }

    /// The mean days of a stream between two instants; 0 where the second is not later. Beyond the days
    /// that it was made of, each day counts one.
    pub fn between(&self, stream: Stream, from: Timestamp, to: Timestamp) -> f64 {
        (self.until(stream, to) - self.until(stream, from)).max(0.0)
    }

    fn until(&self, stream: Stream, at: Timestamp) -> f64 {
        const DAY_MS: f64 = 86_400_000.0;
        let sums = &self.sums[stream as usize];
        let days = f64_of_i64(at.since(self.start).as_millis()) / DAY_MS;
        if days <= 0.0 {
            return days;
        }
        // Days of 23 or 25 hours move midnights by an hour: the day before or after is looked at too.
        let near = usize::try_from(floor_u64(days)).unwrap_or(usize::MAX);
        let first = near.saturating_sub(1).min(self.midnights.len() - 1);
        let after = self.midnights[first..].iter().take(4);
        let passed = after.take_while(|midnight| **midnight <= at).count();
        let day = (first + passed).saturating_sub(1);
        let into = f64_of_i64(at.since(self.midnights[day]).as_millis());
        match (self.midnights.get(day + 1), sums.get(day + 1)) {
            (Some(next), Some(sum)) => {
                let length = f64_of_i64(next.since(self.midnights[day]).as_millis());
                sums[day] + (sum - sums[day]) * (into / length)
            }
            _ => sums[day] + into / DAY_MS,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use twin_core::Span;

    use super::*;
    use crate::calendar::CalendarProfile;

    #[test]
    fn parts_of_days_add_up_over_the_change_of_the_clock() {
        let calendar = Calendar::new(&CalendarProfile::default()).unwrap();
        let exposure = Exposure::new(&calendar, date(2022, 3, 20), 20).unwrap();
        let from = LocalDay::of(date(2022, 3, 20)).unwrap().start();
        let to = LocalDay::of(date(2022, 4, 3)).unwrap().start();
        let whole = exposure.between(Stream::Glass, from, to);
        let hours = (to.since(from).as_millis()) / 3_600_000;
        let parts: f64 = (0..hours)
            .map(|hour| {
                let at = from + Span::from_hours(hour);
                exposure.between(Stream::Glass, at, at + Span::from_hours(1))
            })
            .sum();
        approx::assert_abs_diff_eq!(parts, whole, epsilon = 1e-9);
        let weather = Weather::default();
        let mut expected = 0.0;
        let mut day = LocalDay::of(date(2022, 3, 20)).unwrap();
        while day.date() < date(2022, 4, 3) {
            expected += calendar.day_factor(Stream::Glass, day.date(), &weather);
            day = day.next().unwrap();
        }
        approx::assert_abs_diff_eq!(whole, expected, epsilon = 1e-9);
    }

    #[test]
    fn beyond_its_days_each_counts_one() {
        let calendar = Calendar::new(&CalendarProfile::default()).unwrap();
        let exposure = Exposure::new(&calendar, date(2022, 3, 1), 3).unwrap();
        let end = LocalDay::of(date(2022, 3, 4)).unwrap().start();
        let later = end + Span::from_hours(48);
        approx::assert_abs_diff_eq!(exposure.between(Stream::Glass, end, later), 2.0);
        approx::assert_abs_diff_eq!(exposure.between(Stream::Glass, later, end), 0.0);
    }
}
