//! How good forecasts are, beside rules of thumb that know the same.

use std::collections::BTreeMap;

use super::collections::{Collection, Forecast, Forecaster};
use super::spread::{LEVELS, Spread};
use crate::numbers::f64_of_index;

/// A rule of thumb that forecasts what will be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Baseline {
    /// The mean of the site so far; that of its content where it has none, and 50 % where that has none.
    SiteMean,
    /// What was found the last time; else the site's mean.
    Last,
    /// The mean of the rates of past intervals, for the hours since the last collection, 100 % at most;
    /// else the site's mean.
    Rate,
    /// The mean of the site on the same weekday, of three collections or more; else the site's mean.
    Weekday,
}

impl Baseline {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::SiteMean, Self::Last, Self::Rate, Self::Weekday];

    /// Its name in outcomes.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SiteMean => "site_mean",
            Self::Last => "last",
            Self::Rate => "rate",
            Self::Weekday => "weekday",
        }
    }
}

/// A collection that was forecast.
#[derive(Clone, Debug)]
pub struct Scored {
    /// The number of its site.
    pub site: u32,
    /// How full it was found, in percent.
    pub found_pct: f64,
    /// How full it was forecast to be.
    pub forecast: Forecast,
    /// What rules of thumb said, in percent, in the order of [`Baseline::ALL`].
    pub baselines_pct: [f64; 4],
    /// How many collections of its site were known.
    pub known: usize,
    /// Within what 80 % of them lay, in percent; `None` for fewer than five.
    pub site_within_80_pct: Option<(f64, f64)>,
    /// The continuous ranked probability score of the forecast, in percent.
    pub crps_pct: f64,
    /// The same of the rules of thumb, with chances by what they were off so far.
    pub baselines_crps_pct: [f64; 4],
}

/// A collection, and its place among those that are asked for.
type Asked<'c> = (&'c Collection, Option<usize>);

/// Forecasts each collection of `test`, in its order, from everything in both lists that is strictly
/// earlier. The lists may be in any order; a collection in both is one.
pub fn score(train: &[Collection], test: &[Collection]) -> Vec<Scored> {
    let asked = test.iter().enumerate();
    let all = train.iter().map(|collection| (collection, None));
    let mut all: Vec<Asked<'_>> = all
        .chain(asked.map(|(at, collection)| (collection, Some(at))))
        .collect();
    let mut judge = Judge::default();
    let mut scored: Vec<Option<Scored>> = vec![None; test.len()];
    for moment in moments(&mut all) {
        for (row, &(_, asked)) in judge.judge(moment).into_iter().zip(moment) {
            if let Some(at) = asked {
                scored[at] = Some(row);
            }
        }
    }
    scored.into_iter().flatten().collect()
}

/// What has learned all collections of a list, which may be in any order.
pub fn learned(collections: &[Collection]) -> Forecaster {
    let mut all: Vec<Asked<'_>> = collections.iter().map(|row| (row, None)).collect();
    let mut judge = Judge::default();
    for moment in moments(&mut all) {
        judge.judge(moment);
    }
    judge.forecaster
}

/// Collections in the order of time, those of the same moment together.
fn moments<'a, 'c>(all: &'a mut [Asked<'c>]) -> impl Iterator<Item = &'a [Asked<'c>]> {
    all.sort_by(|(one, at), (other, place)| {
        let (first, second) = (&one.visit, &other.visit);
        let by_visit = (first.at, first.site).cmp(&(second.at, second.site));
        let by_fill = one.fill_pct.total_cmp(&other.fill_pct);
        by_visit.then(by_fill).then(at.cmp(place))
    });
    all.chunk_by(|(one, _), (other, _)| one.visit.at == other.visit.at)
}

/// A forecaster and what rules of thumb were off so far.
#[derive(Debug)]
struct Judge {
    forecaster: Forecaster,
    spreads: [Spread; 4],
}

impl Default for Judge {
    fn default() -> Self {
        Self {
            forecaster: Forecaster::default(),
            spreads: std::array::from_fn(|_| Spread::new(20.0)),
        }
    }
}

impl Judge {
    /// Forecasts all collections of a moment, then learns them.
    fn judge(&mut self, moment: &[Asked<'_>]) -> Vec<Scored> {
        let rows = moment
            .iter()
            .map(|(collection, _)| judged(&self.forecaster, &self.spreads, collection));
        let rows: Vec<Scored> = rows.collect();
        for (at, (row, &(collection, _))) in rows.iter().zip(moment).enumerate() {
            let is_known = at > 0 && *moment[at - 1].0 == *collection;
            if is_known {
                continue;
            }
            self.forecaster.learn(collection, &row.forecast);
            for (spread, said) in self.spreads.iter_mut().zip(row.baselines_pct) {
                spread.add(row.found_pct - said);
            }
        }
        rows
    }
}

fn judged(forecaster: &Forecaster, spreads: &[Spread; 4], collection: &Collection) -> Scored {
    let (visit, found_pct) = (&collection.visit, collection.fill_pct);
    let forecast = forecaster.forecast(visit);
    let baselines_pct = Baseline::ALL.map(|baseline| forecaster.baseline_pct(baseline, visit));
    let (known, site_within_80_pct) = forecaster.known(visit.site);
    let mut baselines_crps_pct = [0.0; 4];
    for (at, crps) in baselines_crps_pct.iter_mut().enumerate() {
        let quantiles = spreads[at].quantiles();
        let quantiles = quantiles.map(|error| (baselines_pct[at] + error).clamp(0.0, 100.0));
        *crps = crps_of(&quantiles, found_pct);
    }
    Scored {
        site: visit.site,
        found_pct,
        baselines_pct,
        known,
        site_within_80_pct,
        crps_pct: crps_of(&forecast.quantiles_pct, found_pct),
        baselines_crps_pct,
        forecast,
    }
}

/// What a quantile costs: little where it is exceeded as seldom as its level says.
pub(super) fn pinball(level: f64, quantile: f64, found: f64) -> f64 {
    let off = found - quantile;
    f64::max(level * off, (level - 1.0) * off)
}

/// The continuous ranked probability score: twice the mean of all quantiles' pinball losses (Gneiting and
/// Raftery, "Strictly proper scoring rules", JASA 102, 2007, equation 22 and after).
pub(super) fn crps_of(quantiles: &[f64; LEVELS.len()], found: f64) -> f64 {
    let losses = LEVELS.iter().zip(quantiles);
    let losses = losses.map(|(&level, &quantile)| pinball(level, quantile, found));
    2.0 * losses.sum::<f64>() / f64_of_index(LEVELS.len())
}

/// How good forecasts were.
#[derive(Clone, Debug)]
pub struct Score {
    /// How many there were.
    pub n: usize,
    /// The mean absolute error of the median, in percent of a container, as everything below.
    pub mae_pct: f64,
    /// The share that was found within the 80 % interval, 0 to 1.
    pub coverage80: f64,
    /// The mean width of the interval.
    pub width80: f64,
    /// The mean pinball loss of the quantiles 0.1, 0.5 and 0.9.
    pub pinball: f64,
    /// The mean continuous ranked probability score.
    pub crps: f64,
    /// The share within the interval of the third with the shortest history of its site, of the second,
    /// and of the third with the longest.
    pub coverage80_by_history: [f64; 3],
    /// Of collections whose site has five earlier ones: the mean width of the interval, and that of the
    /// site's empirical one from 10 to 90 %; `None` where there is no such collection.
    pub widths_of_known: Option<(f64, f64)>,
    /// The mean absolute errors of the rules of thumb, and their scores, in the order of [`Baseline::ALL`].
    pub baselines: [(f64, f64); 4],
    /// The chance that forecasts are not better than the rule with the best score: Diebold and Mariano, 1995,
    /// with the errors of a site taken as one; `None` for fewer than two sites.
    pub p_of_no_better: Option<f64>,
}

impl Score {
    /// `None` where nothing was forecast.
    pub fn of(rows: &[Scored]) -> Option<Self> {
        if rows.is_empty() {
            return None;
        }
        let baselines: [(f64, f64); 4] = std::array::from_fn(|at| {
            let error = |row: &Scored| (row.found_pct - row.baselines_pct[at]).abs();
            (
                mean(rows, error),
                mean(rows, |row| row.baselines_crps_pct[at]),
            )
        });
        let best = (0..4).min_by(|&one, &other| baselines[one].1.total_cmp(&baselines[other].1));
        let mut by_history: Vec<&Scored> = rows.iter().collect();
        by_history.sort_by_key(|row| row.known);
        let third = |at: usize| {
            let part = at * rows.len() / 3..(at + 1) * rows.len() / 3;
            mean(by_history[part].iter().copied(), is_within)
        };
        Some(Self {
            n: rows.len(),
            mae_pct: mean(rows, |row| {
                (row.found_pct - row.forecast.median_pct()).abs()
            }),
            coverage80: mean(rows, is_within),
            width80: mean(rows, width),
            pinball: mean(rows, three_quantiles),
            crps: mean(rows, |row| row.crps_pct),
            coverage80_by_history: [third(0), third(1), third(2)],
            widths_of_known: widths_of_known(rows),
            baselines,
            p_of_no_better: best.and_then(|best| p_of_no_better(rows, best)),
        })
    }
}

fn mean<'r>(rows: impl IntoIterator<Item = &'r Scored>, value: impl Fn(&Scored) -> f64) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for row in rows {
        sum += value(row);
        count += 1.0;
    }
    if count > 0.0 { sum / count } else { 0.0 }
}

fn is_within(row: &Scored) -> f64 {
    let (low, high) = row.forecast.within_80_pct();
    if (low..=high).contains(&row.found_pct) {
        1.0
    } else {
        0.0
    }
}

fn width(row: &Scored) -> f64 {
    let (low, high) = row.forecast.within_80_pct();
    high - low
}

fn three_quantiles(row: &Scored) -> f64 {
    let (low, high) = row.forecast.within_80_pct();
    let quantiles = [(0.1, low), (0.5, row.forecast.median_pct()), (0.9, high)];
    let losses = quantiles.map(|(level, quantile)| pinball(level, quantile, row.found_pct));
    losses.iter().sum::<f64>() / 3.0
}

fn widths_of_known(rows: &[Scored]) -> Option<(f64, f64)> {
    let known = || rows.iter().filter(|row| row.site_within_80_pct.is_some());
    let site = |row: &Scored| row.site_within_80_pct.map_or(0.0, |(low, high)| high - low);
    known().next()?;
    Some((mean(known(), width), mean(known(), site)))
}

fn p_of_no_better(rows: &[Scored], baseline: usize) -> Option<f64> {
    let gain = |row: &Scored| row.baselines_crps_pct[baseline] - row.crps_pct;
    let mean_gain = mean(rows, gain);
    let mut sites: BTreeMap<u32, f64> = BTreeMap::new();
    for row in rows {
        *sites.entry(row.site).or_default() += gain(row) - mean_gain;
    }
    let variance: f64 = sites.values().map(|sum| sum * sum).sum();
    let count = f64_of_index(rows.len());
    let is_told = sites.len() > 1 && variance > 0.0;
    is_told.then(|| {
        let z = mean_gain * count / variance.sqrt();
        0.5 * libm::erfc(z / core::f64::consts::SQRT_2)
    })
}

#[cfg(test)]
mod tests;
