//! What a log of collections says of the next one.
//!
//! A [`Forecaster`] sees collections in the order of time. It says how full a container will be found as a
//! linear model of what is known then: the site's level and rate, both drawn towards those of all sites while
//! little is known of it, the hours since its last collection, the hour and the weekday, and how far off it was
//! of late, there, in the street and everywhere. A second model says how far off that may be, and the errors of
//! the last forecasts give the chances of every outcome. Nothing later than a visit is used for it.

mod features;
mod history;

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::DateTime;

use self::features::{Features, SIZE};
use self::history::{Site, Trail};
use super::ridge::Ridge;
use super::score::Baseline;
use super::spread::{LEVELS, Spread};
use crate::numbers::f64_of_i64;

/// Where and when a container is emptied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The number of the site.
    pub site: u32,
    /// The number of what is collected there.
    pub content: u32,
    /// The number of the street, or of another small neighbourhood.
    pub street: u32,
    /// The local time.
    pub at: DateTime,
}

/// A container that was emptied.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Collection {
    /// Where and when.
    pub visit: Visit,
    /// How full it was found, 0 to 100 percent.
    pub fill_pct: f64,
}

/// How full a container will be found.
#[derive(Clone, Debug)]
pub struct Forecast {
    /// In percent, 0 to 100, at [`LEVELS`], in order.
    pub quantiles_pct: [f64; LEVELS.len()],
    features: Features,
    /// What the model of the level says, in percent.
    level: f64,
    /// What the model of its error says, in percent.
    error: f64,
}

impl Forecast {
    /// As likely to be found fuller as emptier, in percent.
    pub const fn median_pct(&self) -> f64 {
        self.quantiles_pct[10]
    }

    /// What it is found to be within in 80 % of all cases, in percent.
    pub const fn within_80_pct(&self) -> (f64, f64) {
        (self.quantiles_pct[2], self.quantiles_pct[18])
    }
}

/// A sum of some values, and how many they are.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sum {
    pub(super) sum: f64,
    pub(super) count: f64,
}

impl Sum {
    fn add(&mut self, value: f64) {
        self.sum += value;
        self.count += 1.0;
    }

    /// The mean; something else where there is no value.
    fn mean_or(self, other: f64) -> f64 {
        self.mean_with(0.0, other)
    }

    /// The mean with so many more values that are all alike; that value where there is none at all.
    fn mean_with(self, more: f64, value: f64) -> f64 {
        let count = self.count + more;
        if count > 0.0 {
            (self.sum + more * value) / count
        } else {
            value
        }
    }
}

/// Forecasts collections, and learns from each one that it sees.
#[derive(Clone, Debug)]
pub struct Forecaster {
    sites: BTreeMap<u32, Site>,
    contents: BTreeMap<u32, Sum>,
    streets: BTreeMap<u32, Trail>,
    everywhere: Trail,
    fills: Sum,
    /// Percents collected in all intervals, and their hours.
    pace: (f64, f64),
    level: Ridge,
    error: Ridge,
    spread: Spread,
    learned: usize,
    fitted: usize,
}

/// Where nothing is known.
const HALF_FULL: f64 = 50.0;

/// The typical error of a forecast, in percent.
const TYPICAL_ERROR: f64 = 15.0;

impl Default for Forecaster {
    fn default() -> Self {
        Self {
            sites: BTreeMap::new(),
            contents: BTreeMap::new(),
            streets: BTreeMap::new(),
            everywhere: Trail::default(),
            fills: Sum::default(),
            pace: (0.0, 0.0),
            level: Ridge::new(SIZE),
            error: Ridge::new(SIZE),
            spread: Spread::new(1.3),
            learned: 0,
            fitted: 0,
        }
    }
}

impl Forecaster {
    /// What a visit will find, from everything learned so far.
    pub fn forecast(&self, visit: &Visit) -> Forecast {
        let features = self.features(visit);
        let level = features.site_mean + self.level.value(&features.values);
        let level = level.clamp(0.0, 100.0);
        let error = TYPICAL_ERROR * libm::exp(self.error.value(&features.values));
        let error = error.clamp(2.0, 40.0);
        let quantile = |off: f64| (level + error * off).clamp(0.0, 100.0);
        Forecast {
            quantiles_pct: self.spread.quantiles().map(quantile),
            features,
            level,
            error,
        }
    }

    /// Takes in what was found, and what was forecast of it. To be called in the order of time, after the
    /// forecasts of all visits of the same moment.
    pub fn learn(&mut self, collection: &Collection, forecast: &Forecast) {
        let (visit, fill) = (&collection.visit, collection.fill_pct);
        let features = &forecast.features;
        let off = fill - forecast.level;
        self.level.add(&features.values, fill - features.site_mean);
        let log_error = libm::log((off.abs() + 1.0) / TYPICAL_ERROR);
        self.error.add(&features.values, log_error);
        self.spread.add(off / forecast.error);

        let at = hours(visit.at);
        let site = self.sites.entry(visit.site).or_default();
        if let Some(interval) = site.add(visit.at, fill, off) {
            self.pace.0 += fill;
            self.pace.1 += interval;
        }
        self.contents.entry(visit.content).or_default().add(fill);
        self.fills.add(fill);
        let surprise = fill - features.recent_mean;
        self.everywhere.add(at, surprise, off);
        let street = self.streets.entry(visit.street).or_default();
        street.add(at, surprise, off);

        self.learned += 1;
        let every = if self.learned < 256 { 8 } else { 64 };
        if self.learned - self.fitted >= every {
            self.level.fit();
            self.error.fit();
            self.fitted = self.learned;
        }
    }

    /// What a rule of thumb says, in percent.
    pub fn baseline_pct(&self, baseline: Baseline, visit: &Visit) -> f64 {
        let content = self.contents.get(&visit.content);
        let content = content.map_or(HALF_FULL, |sum| sum.mean_or(HALF_FULL));
        match self.sites.get(&visit.site) {
            Some(site) => site.baseline(baseline, visit.at),
            None => content,
        }
    }

    /// Hours after a collection until a level is reached, in percent: as one case in ten has it, as half of
    /// them have it, and as all but one in ten have it; `None` where that takes more than two weeks.
    pub fn hours_until(&self, last: &Visit, level_pct: f64) -> [Option<f64>; 3] {
        const STEP_H: i64 = 3;
        const MOST_H: i64 = 336;
        let mut found = [None; 3];
        for hour in (STEP_H..=MOST_H).step_by(3) {
            let Ok(at) = last.at.checked_add(hour.hours()) else {
                break;
            };
            let forecast = self.forecast(&Visit { at, ..*last });
            for (found, quantile) in found.iter_mut().zip([18, 10, 2]) {
                if forecast.quantiles_pct[quantile] >= level_pct {
                    found.get_or_insert(f64_of_i64(hour));
                }
            }
            if found[2].is_some() {
                break;
            }
        }
        found
    }

    /// How fast a site fills, in percent an hour, drawn towards all sites while little is known of it.
    pub fn rate_pct_per_hour(&self, site: u32) -> f64 {
        self.rate(self.sites.get(&site))
    }

    /// How many collections of a site are known, and within what 80 % of them lay, in percent; `None` where
    /// there are too few.
    pub fn known(&self, site: u32) -> (usize, Option<(f64, f64)>) {
        let site = self.sites.get(&site);
        site.map_or((0, None), |site| (site.len(), site.within_80()))
    }
}

/// Hours of the local clock.
fn hours(at: DateTime) -> f64 {
    let days = at.date().since(jiff::civil::date(1970, 1, 1));
    let days = days.map_or(0, |span| span.get_days());
    let time = at.time();
    let seconds =
        i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    let milliseconds = seconds * 1000 + i64::from(time.millisecond());
    f64::from(days) * 24.0 + f64_of_i64(milliseconds) / 3_600_000.0
}
