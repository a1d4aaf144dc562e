//! What is known of a visit before it, as the numbers of a linear model.

use super::history::{LastOnes, Site, Stretch, weekday};
use super::{Forecaster, HALF_FULL, Sum, Visit, hours};
use crate::numbers::f64_of_index;

/// How many features there are.
pub(super) const SIZE: usize = 43;

/// The features of a visit; each is about 1.
#[derive(Clone, Debug)]
pub(super) struct Features {
    pub(super) values: [f64; SIZE],
    /// What the site was found to have on average, in percent.
    pub(super) site_mean: f64,
    /// The same of late.
    pub(super) recent_mean: f64,
}

/// What is known of the site of a visit, all in percent.
#[derive(Clone, Copy, Debug)]
struct Levels {
    mean: f64,
    recent: f64,
    /// By the rate of late, and by that of always.
    by_recent_rate: f64,
    by_rate: f64,
    last: f64,
    /// On the same weekday, at about the same hour of the day, and after about the same time.
    on_weekday: f64,
    at_hour: f64,
    after_interval: f64,
    /// The logarithm of the interval in typical ones; 0 where there is none.
    log_interval: f64,
    has_interval: bool,
}

/// How many typical collections the mean of all sites counts as, and how many hours its rate.
const PEERS: f64 = 3.0;
const PEER_HOURS: f64 = 120.0;
/// What is longer ago by these hours counts for 1/e.
const FADING_HOURS: f64 = 240.0;
/// The typical interval where none is known, in hours.
const TYPICAL_INTERVAL: f64 = 45.0;
/// The width of the kernel over logarithms of intervals.
const KERNEL: f64 = 0.3;
/// Intervals are not shorter, in hours.
const LEAST_INTERVAL: f64 = 0.01;
/// Rates that lead further than that say no more.
const BRIM_FULL: f64 = 150.0;

impl Forecaster {
    pub(super) fn features(&self, visit: &Visit) -> Features {
        let now = hours(visit.at);
        let levels = self.levels(visit, now);
        let mut values = [0.0; SIZE];
        let mut slots = values.iter_mut();
        let mut push = |value: f64| {
            if let Some(slot) = slots.next() {
                *slot = value;
            }
        };
        push(1.0);
        of_levels(&levels).into_iter().for_each(&mut push);
        self.of_late(visit, now).into_iter().for_each(&mut push);
        let known = self.sites.get(&visit.site).map_or(0, Site::len);
        push(f64_of_index(known.min(30)) / 20.0);
        for day in 0..7 {
            push(if weekday(visit.at) == day { 2.6 } else { 0.0 });
        }
        for three_hours in 0..8 {
            let is_now = visit.at.time().hour() / 3 == three_hours;
            push(if is_now { 2.8 } else { 0.0 });
        }
        Features {
            values,
            site_mean: levels.mean,
            recent_mean: levels.recent,
        }
    }

    fn levels(&self, visit: &Visit, now: f64) -> Levels {
        let peers = self.fills.mean_or(HALF_FULL);
        let Some(site) = self.sites.get(&visit.site) else {
            return Levels::unknown(peers);
        };
        let known = site.last_ones();
        let sum = |fills: &[f64]| Sum {
            sum: fills.iter().sum(),
            count: f64_of_index(fills.len()),
        };
        let mean = sum(known.fills).mean_with(PEERS, peers);
        let interval = now - known.hours.last().copied().unwrap_or(now);
        let interval = interval.max(LEAST_INTERVAL);
        let rate = self.rate(Some(site));
        let (recent, recent_rate) = recent(&known, now, (mean, rate));
        let typical = typical_interval(known.hours);
        Levels {
            mean,
            recent,
            by_recent_rate: (recent_rate * interval).min(100.0),
            by_rate: (rate * interval).min(BRIM_FULL),
            last: known.fills.last().copied().unwrap_or(mean),
            on_weekday: site.weekday(visit.at).mean_with(PEERS / 2.0, mean),
            at_hour: at_hour(&known, visit.at.time().hour(), mean),
            after_interval: after_interval(&known, interval, mean),
            log_interval: libm::log(interval / typical),
            has_interval: true,
        }
    }

    /// How fast a site fills, in percent an hour, drawn towards all sites.
    pub(super) fn rate(&self, site: Option<&Site>) -> f64 {
        let pace = if self.pace.1 > 0.0 {
            self.pace.0 / self.pace.1
        } else {
            1.0
        };
        let Some(site) = site else { return pace };
        let known = site.last_ones();
        let filled: f64 = known.fills.iter().skip(1).sum();
        let first = known.hours.first().copied().unwrap_or(0.0);
        let passed = known.hours.last().map_or(0.0, |last| last - first);
        (filled + pace * PEER_HOURS) / (passed + PEER_HOURS)
    }

    /// How things went of late: at the site, in the street and everywhere.
    fn of_late(&self, visit: &Visit, now: f64) -> [f64; 10] {
        let everywhere = |hours: f64| self.everywhere.since(now - hours);
        let street = self.streets.get(&visit.street);
        let street = |hours: f64| street.map(|trail| trail.since(now - hours));
        let street_error =
            |hours, more| street(hours).map_or(0.0, |stretch| stretch.mean_error(more));
        let week = street(168.0).map_or(0.0, Stretch::mean_surprise);
        let site = self.sites.get(&visit.site);
        let errors = site.map_or(&[][..], |site| site.last_ones().errors);
        let last_errors = &errors[errors.len().saturating_sub(5)..];
        let site_error = last_errors.iter().sum::<f64>() / (f64_of_index(last_errors.len()) + 3.0);
        [
            everywhere(72.0).mean_surprise() / 5.0,
            everywhere(24.0).mean_surprise() / 5.0,
            everywhere(4.0).mean_surprise() / 8.0,
            week / 6.0,
            everywhere(0.25).mean_error(3.0) / 5.0,
            everywhere(1.0).mean_error(3.0) / 5.0,
            everywhere(24.0).mean_error(3.0) / 5.0,
            street_error(6.0, 1.0) / 10.0,
            street_error(48.0, 2.0) / 10.0,
            site_error / 10.0,
        ]
    }
}

impl Levels {
    const fn unknown(peers: f64) -> Self {
        Self {
            mean: peers,
            recent: peers,
            by_recent_rate: peers,
            by_rate: peers,
            last: peers,
            on_weekday: peers,
            at_hour: peers,
            after_interval: peers,
            log_interval: 0.0,
            has_interval: false,
        }
    }
}

fn of_levels(levels: &Levels) -> [f64; 16] {
    let Levels { mean, by_rate, .. } = *levels;
    let log = levels.log_interval;
    // What is thrown in beside a full container is not in it.
    let saturated = 100.0 * (1.0 - libm::exp(-by_rate / 100.0));
    [
        mean / 80.0,
        levels.recent / 80.0,
        levels.by_recent_rate / 80.0,
        by_rate / 80.0,
        saturated / 50.0,
        levels.last / 80.0,
        levels.on_weekday / 80.0,
        levels.at_hour / 80.0,
        levels.after_interval / 80.0,
        log / 0.7,
        log.max(0.0) / 0.5,
        if levels.has_interval { 1.0 } else { 0.0 },
        mean * log / 50.0,
        mean * mean / 6000.0,
        by_rate * by_rate / 7000.0,
        levels.by_recent_rate * mean / 6000.0,
    ]
}

/// The mean of late in percent, and the rate of late in percent an hour, both drawn towards those of always.
fn recent(known: &LastOnes<'_>, now: f64, (mean, rate): (f64, f64)) -> (f64, f64) {
    let mut recent = Sum::default();
    let (mut filled, mut passed) = (0.0, 0.0);
    let mut before = None;
    for (&at, &fill) in known.hours.iter().zip(known.fills) {
        let weight = libm::exp((at - now) / FADING_HOURS);
        recent.sum += weight * fill;
        recent.count += weight;
        if let Some(before) = before {
            filled += weight * fill;
            passed += weight * (at - before);
        }
        before = Some(at);
    }
    let rate = (filled + rate * PEER_HOURS / 2.0) / (passed + PEER_HOURS / 2.0);
    (recent.mean_with(2.0, mean), rate)
}

/// The median of the intervals, in hours.
fn typical_interval(hours: &[f64]) -> f64 {
    if hours.len() < 3 {
        return TYPICAL_INTERVAL;
    }
    let pairs = hours.windows(2);
    let mut intervals: Vec<f64> = pairs.map(|pair| pair[1] - pair[0]).collect();
    intervals.sort_unstable_by(f64::total_cmp);
    crate::forecast::spread::quantile(&intervals, 0.5).max(LEAST_INTERVAL)
}

/// The mean of collections within two hours of the same hour of the day.
fn at_hour(known: &LastOnes<'_>, hour: i8, mean: f64) -> f64 {
    let mut sum = Sum::default();
    for (&other, &fill) in known.clock.iter().zip(known.fills) {
        let apart = (other - hour).abs();
        if apart.min(24 - apart) <= 2 {
            sum.add(fill);
        }
    }
    sum.mean_with(PEERS, mean)
}

/// The mean of collections after intervals of about the same length.
fn after_interval(known: &LastOnes<'_>, interval: f64, mean: f64) -> f64 {
    let mut sum = Sum::default();
    if known.hours.len() < 3 {
        return mean;
    }
    for (pair, &fill) in known.hours.windows(2).zip(&known.fills[1..]) {
        let other = (pair[1] - pair[0]).max(LEAST_INTERVAL);
        let apart = libm::log(other / interval) / KERNEL;
        let weight = libm::exp(-0.5 * apart * apart);
        sum.sum += weight * fill;
        sum.count += weight;
    }
    sum.mean_with(1.0, mean)
}
