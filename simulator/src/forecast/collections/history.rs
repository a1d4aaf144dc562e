//! What is known of a site, and how forecasts went of late.

use jiff::civil::DateTime;

use super::{Sum, hours};
use crate::forecast::score::Baseline;
use crate::forecast::spread::quantile;
use crate::numbers::f64_of_index;

/// The collections of a site, in the order of time.
#[derive(Clone, Debug, Default)]
pub(super) struct Site {
    pub(super) hours: Vec<f64>,
    pub(super) fills: Vec<f64>,
    /// The hour of the day of each, 0 to 23.
    pub(super) clock: Vec<i8>,
    /// What was found less what was forecast.
    pub(super) errors: Vec<f64>,
    /// The same as `fills`, by size.
    sorted: Vec<f64>,
    all: Sum,
    weekdays: [Sum; 7],
    /// Percents an hour, of each interval.
    rates: Sum,
}

/// What is known of the last collections of a site.
#[derive(Clone, Copy, Debug)]
pub(super) struct LastOnes<'a> {
    pub(super) hours: &'a [f64],
    pub(super) fills: &'a [f64],
    pub(super) clock: &'a [i8],
    pub(super) errors: &'a [f64],
}

impl Site {
    /// How many collections a forecast looks back to.
    const MOST: usize = 256;
    /// The least that say within what most of them lie.
    const LEAST: usize = 5;
    /// The least of a weekday that say more than all.
    const LEAST_OF_WEEKDAY: f64 = 3.0;

    pub(super) const fn len(&self) -> usize {
        self.hours.len()
    }

    pub(super) fn last_ones(&self) -> LastOnes<'_> {
        let from = self.len().saturating_sub(Self::MOST);
        LastOnes {
            hours: &self.hours[from..],
            fills: &self.fills[from..],
            clock: &self.clock[from..],
            errors: &self.errors[from..],
        }
    }

    /// What was found on the weekday of a moment.
    pub(super) fn weekday(&self, at: DateTime) -> Sum {
        self.weekdays[weekday(at)]
    }

    /// Takes in a collection; the hours since the one before, where there is one earlier than it.
    pub(super) fn add(&mut self, at: DateTime, fill: f64, error: f64) -> Option<f64> {
        let now = hours(at);
        let interval = self.hours.last().map(|last| now - last);
        let interval = interval.filter(|&interval| interval > 0.0);
        if let Some(interval) = interval {
            self.rates.add(fill / interval);
        }
        self.hours.push(now);
        self.fills.push(fill);
        self.clock.push(at.time().hour());
        self.errors.push(error);
        let rank = self.sorted.partition_point(|&other| other < fill);
        self.sorted.insert(rank, fill);
        self.all.add(fill);
        self.weekdays[weekday(at)].add(fill);
        interval
    }

    /// What a rule of thumb says, in percent, of a site that was emptied before.
    pub(super) fn baseline(&self, baseline: Baseline, at: DateTime) -> f64 {
        let mean = self.all.mean_or(0.0);
        match baseline {
            Baseline::SiteMean => mean,
            Baseline::Last => self.fills.last().copied().unwrap_or(mean),
            Baseline::Rate => {
                let since = self.hours.last().map_or(0.0, |last| hours(at) - last);
                let rate = self.rates.sum / self.rates.count;
                if self.rates.count > 0.0 {
                    (rate * since).min(100.0)
                } else {
                    mean
                }
            }
            Baseline::Weekday => {
                let sum = self.weekday(at);
                if sum.count >= Self::LEAST_OF_WEEKDAY {
                    sum.mean_or(mean)
                } else {
                    mean
                }
            }
        }
    }

    /// Within what 80 % of all collections lay, in percent.
    pub(super) fn within_80(&self) -> Option<(f64, f64)> {
        let is_known = self.sorted.len() >= Self::LEAST;
        is_known.then(|| (quantile(&self.sorted, 0.1), quantile(&self.sorted, 0.9)))
    }
}

/// 0 on Mondays.
pub(super) fn weekday(at: DateTime) -> usize {
    usize::try_from(at.date().weekday().to_monday_zero_offset()).unwrap_or(0)
}

/// How forecasts went, in the order of time.
#[derive(Clone, Debug, Default)]
pub(super) struct Trail {
    hours: Vec<f64>,
    /// Sums of everything until then.
    surprises: Vec<f64>,
    errors: Vec<f64>,
}

/// What lies between two moments.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch {
    pub(super) count: f64,
    /// The sums of what was found less what the site had of late, and less what was forecast.
    pub(super) surprise: f64,
    pub(super) error: f64,
}

impl Trail {
    pub(super) fn add(&mut self, at: f64, surprise: f64, error: f64) {
        let sum = |sums: &[f64], more: f64| sums.last().map_or(more, |last| last + more);
        self.hours.push(at);
        self.surprises.push(sum(&self.surprises, surprise));
        self.errors.push(sum(&self.errors, error));
    }

    /// What was later than a moment.
    pub(super) fn since(&self, moment: f64) -> Stretch {
        let from = self.hours.partition_point(|&at| at <= moment);
        let until = |sums: &[f64]| {
            let before = from.checked_sub(1).map_or(0.0, |at| sums[at]);
            sums.last().map_or(0.0, |last| last - before)
        };
        Stretch {
            count: f64_of_index(self.hours.len() - from),
            surprise: until(&self.surprises),
            error: until(&self.errors),
        }
    }
}

impl Stretch {
    /// The mean surprise; 0 where there is none.
    pub(super) fn mean_surprise(self) -> f64 {
        self.surprise / self.count.max(1.0)
    }

    /// The mean error, drawn towards 0 as by so many forecasts without one.
    pub(super) fn mean_error(self, more: f64) -> f64 {
        self.error / (self.count + more)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn rules_of_thumb_are_as_they_are_defined() {
        let mut site = Site::default();
        // Wednesdays at noon, and a Thursday.
        for (day, fill) in [(1, 40.0), (8, 60.0), (15, 80.0), (16, 20.0)] {
            site.add(date(2016, 6, day).at(12, 0, 0, 0), fill, 0.0);
        }
        let on = |day, baseline| site.baseline(baseline, date(2016, 6, day).at(12, 0, 0, 0));
        approx::assert_abs_diff_eq!(on(22, Baseline::SiteMean), 50.0);
        approx::assert_abs_diff_eq!(on(22, Baseline::Last), 20.0);
        approx::assert_abs_diff_eq!(on(22, Baseline::Weekday), 60.0);
        approx::assert_abs_diff_eq!(on(23, Baseline::Weekday), 50.0);
        let rate = (60.0 / 168.0 + 80.0 / 168.0 + 20.0 / 24.0) / 3.0;
        approx::assert_abs_diff_eq!(on(17, Baseline::Rate), rate * 24.0, epsilon = 1e-9);
        approx::assert_abs_diff_eq!(on(30, Baseline::Rate), 100.0);
    }

    #[test]
    fn a_trail_tells_what_was_since() {
        let mut trail = Trail::default();
        for at in 0..10_u32 {
            trail.add(f64::from(at), f64::from(at), 1.0);
        }
        let stretch = trail.since(6.0);
        approx::assert_abs_diff_eq!(stretch.count, 3.0);
        approx::assert_abs_diff_eq!(stretch.mean_surprise(), 8.0);
        approx::assert_abs_diff_eq!(stretch.mean_error(3.0), 0.5);
        approx::assert_abs_diff_eq!(trail.since(99.0).mean_surprise(), 0.0);
        approx::assert_abs_diff_eq!(trail.since(-1.0).surprise, 45.0);
    }
}
