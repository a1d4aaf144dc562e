//! Rates and calendar by quasi-likelihood, each round's noise by its own residuals.
//!
//! The weight of what came between two visits is the inverse of its mean (Wedderburn, "Quasi-likelihood
//! functions, generalized linear models, and the Gauss–Newton method", Biometrika 61, 1974). With this
//! weight alone the slope is a sum of `found − expected`, which stays fair where a crew comes because a
//! container is full.

use jiff::civil::Date;

use super::days::{Days, FEATURES, MONTH_AT, PUBLIC_AT, Row, number_of, prior_sigma};
use super::solve::{Arrow, Square};
use super::spread::mean_above;
use super::stock::{Stock, Sums, Whitener};
use super::visits::{Group, Interval, Visits};
use crate::numbers::f64_of_index;

/// The noise of all rounds counts like so many visits of each.
const NOISE_SHARED: f64 = 3.0;
/// From so many groups on their rates are drawn towards each other.
const ALIKE_FROM: usize = 5;
/// The longest step of a logarithm.
const LONGEST_STEP: f64 = 1.0;

/// What was fitted so far.
#[derive(Clone, Debug)]
pub(super) struct Fit {
    /// By group: the logarithm of the rate before the calendar is set against its year.
    pub(super) theta: Vec<f64>,
    /// By feature: the logarithm of its multiplier.
    pub(super) beta: Row,
    /// By group: the noise, in units of what comes.
    pub(super) noise: Vec<f64>,
    pub(super) stock: Stock,
    /// By group: the variance of its own stock, as [`Stock::ratio`] has it.
    ratios: Vec<f64>,
    /// The noise of every group, where a stock hides each one's own.
    common_noise: Option<f64>,
    /// The mean of the rates' logarithms, and their variance around it.
    alike: (f64, f64),
    /// What is known of all this.
    pub(super) arrow: Arrow,
    pub(super) covariance: Square,
    /// The logarithm of the likelihood, each group's noise at its best.
    pub(super) log_likelihood: f64,
    /// Amounts that are five of their standard deviations off.
    pub(super) far_off: usize,
}

/// The visits of one stream, with their days.
#[derive(Clone, Debug)]
pub(super) struct Data<'v> {
    pub(super) visits: &'v Visits,
    pub(super) days: Days,
    /// The first day, since 1970.
    first: i64,
}

/// What a group's visits say of the fit as it stands.
struct Said {
    rate: f64,
    shared: Row,
    calendar: Square,
    rate_slope: f64,
    calendar_slope: Row,
    /// Squares of the whitened residuals.
    squares: f64,
    log_variances: f64,
    far_off: usize,
}

impl<'v> Data<'v> {
    pub(super) fn new(visits: &'v Visits, change: Option<Date>) -> Self {
        Self {
            visits,
            days: Days::new((visits.first, visits.last), (change, visits.has_seasons())),
            first: number_of(visits.first),
        }
    }

    /// The multipliers' sum over an interval, and its parts by feature.
    fn exposure(&self, interval: &Interval, factors: &[f64]) -> (f64, Row) {
        let (mut sum, mut parts) = (0.0, [0.0; FEATURES]);
        for day in interval.days.0..=interval.days.1 {
            let Ok(at) = usize::try_from(day - self.first) else {
                continue;
            };
            let came = interval.share(day) * factors[at];
            sum += came;
            for feature in self.days.kinds[at].features() {
                parts[*feature] += came;
            }
        }
        (sum.max(1e-6), parts)
    }

    fn start(&self) -> Fit {
        let beta = [0.0; FEATURES];
        let factors = self.days.factors(&beta);
        let rate = |group: &Group| {
            let (mut amount, mut days) = (0.0, 0.0);
            for interval in &group.intervals {
                amount += interval.amount;
                days += self.exposure(interval, &factors).0;
            }
            libm::log(amount / days)
        };
        let theta: Vec<f64> = self.visits.groups.iter().map(rate).collect();
        let groups = theta.len();
        Fit {
            alike: (theta.iter().sum::<f64>() / f64_of_index(groups), 1.0),
            // Any size will do to begin with: the first residuals replace it.
            noise: theta.iter().map(|theta| libm::exp(*theta)).collect(),
            theta,
            beta,
            stock: Stock::NONE,
            ratios: vec![0.0; groups],
            common_noise: None,
            arrow: Arrow::new(groups),
            covariance: Vec::new(),
            log_likelihood: f64::NEG_INFINITY,
            far_off: 0,
        }
    }

    /// The best fit; from another one, if that is at hand. `None` where rounding leaves none.
    pub(super) fn fit(&self, from: Option<&Fit>, rounds: usize) -> Option<Fit> {
        let mut fit = from.cloned().unwrap_or_else(|| self.start());
        for _ in 0..rounds {
            let moved = self.improve(&mut fit)?;
            if moved < 1e-6 {
                break;
            }
        }
        Some(fit)
    }

    /// Finds the stock that explains the residuals best, and fits with it.
    ///
    /// What a visit brings then tells the stock of its round, and sums over many visits of all rounds
    /// tell the noise: it is taken for the same everywhere, as that of deposits of the same kind is.
    ///
    /// A few years of rounds that leave much behind tell that noise badly. It is never less than
    /// `least`, which is what single deposits alone bring about.
    pub(super) fn fit_with_stock(&self, from: &Fit, least: f64) -> Option<Fit> {
        let mut fit = from.clone();
        for _ in 0..2 {
            let usual = fit.noise.iter().sum::<f64>() / f64_of_index(fit.noise.len());
            let (stock, scale) = self.sums(&fit, usual).law();
            if stock == Stock::NONE {
                return Some(from.clone());
            }
            let noise = (scale * usual).max(least);
            fit.stock = stock;
            fit.common_noise = Some(noise);
            fit.ratios = self.ratios(&fit, noise);
            fit = self.fit(Some(&fit), 40)?;
        }
        Some(fit)
    }

    /// The stock of each round, drawn a little towards that of all.
    fn ratios(&self, fit: &Fit, noise: f64) -> Vec<f64> {
        const SHARED: f64 = 10.0;
        let common = fit.stock.ratio;
        let ratio = |visits: Vec<(f64, f64)>| {
            let count = f64_of_index(visits.len());
            let squares: f64 = visits.iter().map(|(off, _)| off * off).sum();
            let came: f64 = visits.iter().map(|(_, mean)| mean).sum();
            let moved = (squares / (noise * came) - 1.0) / (2.0 * (1.0 - fit.stock.persistence));
            let own = moved.clamp(0.0, 20.0 * common);
            (count * own + SHARED * common) / (count + SHARED)
        };
        self.off(fit).map(ratio).collect()
    }

    /// By group: how far each visit is off, and its mean.
    fn off(&self, fit: &Fit) -> impl Iterator<Item = Vec<(f64, f64)>> {
        let factors = self.days.factors(&fit.beta);
        let groups = self.visits.groups.iter().zip(&fit.theta);
        groups.map(move |(group, theta)| {
            let rate = libm::exp(*theta);
            let visit = |interval: &Interval| {
                let mean = rate * self.exposure(interval, &factors).0;
                (interval.amount - mean, mean)
            };
            group.intervals.iter().map(visit).collect()
        })
    }

    fn sums(&self, fit: &Fit, noise: f64) -> Sums {
        let mut sums = Sums::default();
        self.off(fit).for_each(|visits| sums.add(&visits, noise));
        sums
    }

    /// How much shorter intervals are that brought more than the calendar says, in standard deviations:
    /// below zero where crews come because containers are full.
    pub(super) fn haste(&self, fit: &Fit) -> f64 {
        let factors = self.days.factors(&fit.beta);
        let (mut together, mut squares) = (0.0, 1e-9);
        let groups = self.visits.groups.iter().zip(&fit.theta).zip(&fit.noise);
        for ((group, theta), noise) in groups {
            let rate = libm::exp(*theta);
            let means = group.intervals.iter();
            let means = means.map(|interval| rate * self.exposure(interval, &factors).0);
            let means: Vec<f64> = means.collect();
            let logs = means.iter().map(|mean| libm::log(*mean));
            let usual = logs.sum::<f64>() / f64_of_index(means.len());
            for (interval, mean) in group.intervals.iter().zip(&means) {
                let off = Amount::of(interval, *mean, *noise).value - mean;
                let longer = libm::log(*mean) - usual;
                together += longer * off / libm::sqrt(noise * mean);
                squares += longer * longer;
            }
        }
        together / libm::sqrt(squares)
    }

    /// One step of rates and calendar, then of noise and likeness; answers the longest step.
    fn improve(&self, fit: &mut Fit) -> Option<f64> {
        let factors = self.days.factors(&fit.beta);
        let groups = self.visits.groups.len();
        let mut arrow = Arrow::new(groups);
        let (mut squares, mut far_off, mut likelihood) = (vec![0.0; groups], 0, 0.0);
        for (at, group) in self.visits.groups.iter().enumerate() {
            let stock = Stock {
                ratio: fit.ratios[at],
                ..fit.stock
            };
            let said = self.said(group, (fit.theta[at], fit.noise[at], stock), &factors);
            arrow.rates[at] = said.rate;
            arrow.shared[at] = said.shared;
            arrow.rate_slopes[at] = said.rate_slope;
            for (row, more) in arrow.calendar.iter_mut().zip(&said.calendar) {
                add(row, more);
            }
            add(&mut arrow.calendar_slopes, &said.calendar_slope);
            squares[at] = said.squares;
            far_off += said.far_off;
            likelihood += profile(group.intervals.len(), said.squares, said.log_variances);
        }
        let told = arrow.rates.clone();
        let is_seen: [bool; FEATURES] = std::array::from_fn(|at| arrow.calendar[at][at] > 0.0);
        fit.expect(&mut arrow);
        let covariance = arrow.covariance()?;
        let (rates, calendar) = arrow.step(&covariance);
        let mut moved: f64 = 0.0;
        let steps = rates.into_iter().chain(calendar);
        for (value, step) in fit.theta.iter_mut().chain(&mut fit.beta).zip(steps) {
            let step = step.clamp(-LONGEST_STEP, LONGEST_STEP);
            *value += step;
            moved = moved.max(step.abs());
        }
        fit.arrow = arrow;
        fit.covariance = covariance;
        fit.log_likelihood = likelihood;
        fit.far_off = far_off;
        self.renew_noise(fit, &squares);
        fit.recentre(&is_seen);
        fit.renew_likeness(&told);
        Some(moved)
    }

    fn renew_noise(&self, fit: &mut Fit, squares: &[f64]) {
        if let Some(common) = fit.common_noise {
            fit.noise.fill(common);
            return;
        }
        let counts = self.visits.groups.iter();
        let counts: Vec<f64> = counts.map(|g| f64_of_index(g.intervals.len())).collect();
        // A rate each is fitted, and the calendar.
        let apart: f64 = counts.iter().map(|count| (count - 1.0).max(0.0)).sum();
        let free = (apart - f64_of_index(FEATURES - 3).min(0.2 * apart)).max(1.0);
        let common = squares.iter().sum::<f64>() / free;
        let calendar = apart.max(1.0) / free;
        for ((noise, squares), count) in fit.noise.iter_mut().zip(squares).zip(&counts) {
            let own = (count - 1.0).max(0.0);
            *noise = (NOISE_SHARED * common + squares * calendar) / (NOISE_SHARED + own);
            *noise = noise.max(1e-9);
        }
    }

    fn said(&self, group: &Group, of: (f64, f64, Stock), factors: &[f64]) -> Said {
        let (theta, noise, stock) = of;
        let rate = libm::exp(theta);
        let exposures = group.intervals.iter();
        let exposures = exposures.map(|interval| self.exposure(interval, factors));
        let exposures: Vec<(f64, Row)> = exposures.collect();
        let means: Vec<f64> = exposures.iter().map(|(sum, _)| rate * sum).collect();
        let whitener = Whitener::new(stock, &means);
        let amounts = group.intervals.iter().zip(&means);
        let amounts: Vec<Amount> = amounts
            .map(|(i, mean)| Amount::of(i, *mean, noise))
            .collect();
        let off = whitener.whiten(amounts.iter().zip(&means).map(|(a, mean)| a.value - mean));
        let own = whitener.whiten(means.iter().copied());
        let mut parts = vec![[0.0; FEATURES]; means.len()];
        for feature in 0..FEATURES {
            let column = exposures.iter().map(|(_, parts)| rate * parts[feature]);
            for (row, value) in parts.iter_mut().zip(whitener.whiten(column)) {
                row[feature] = value;
            }
        }
        let mut said = Said {
            rate: 0.0,
            shared: [0.0; FEATURES],
            calendar: vec![[0.0; FEATURES]; FEATURES],
            rate_slope: 0.0,
            calendar_slope: [0.0; FEATURES],
            squares: 0.0,
            log_variances: whitener.log_variances,
            far_off: 0,
        };
        for (at, amount) in amounts.iter().enumerate() {
            said.add((off[at], own[at], &parts[at]), (amount, noise));
        }
        said
    }
}

impl Said {
    /// Adds a visit: its residual, and how its mean moves with rate and calendar, all whitened.
    fn add(&mut self, (off, own, parts): (f64, f64, &Row), (amount, noise): (&Amount, f64)) {
        let weight = amount.told / noise;
        self.rate += own * own * weight;
        self.rate_slope += own * off / noise;
        for (feature, part) in parts.iter().enumerate() {
            if *part == 0.0 {
                continue;
            }
            self.shared[feature] += own * part * weight;
            self.calendar_slope[feature] += part * off / noise;
            for (cell, other) in self.calendar[feature].iter_mut().zip(parts) {
                *cell += part * other * weight;
            }
        }
        self.squares += if amount.told < 1.0 {
            amount.square * noise
        } else {
            off * off
        };
        self.far_off += usize::from(off * off > 25.0 * noise);
    }
}

/// What is taken for the amount of a visit.
#[derive(Clone, Copy, Debug)]
struct Amount {
    value: f64,
    /// Which share of the information of a measured amount it has.
    told: f64,
    /// The expected square of its deviation, in variances; of bounds only.
    square: f64,
}

impl Amount {
    /// A bound stands for the mean of what lies above it.
    fn of(interval: &Interval, mean: f64, noise: f64) -> Self {
        if !interval.is_bound {
            return Self {
                value: interval.amount,
                told: 1.0,
                square: 0.0,
            };
        }
        let sigma = libm::sqrt(noise * mean);
        let bound = (interval.amount - mean) / sigma;
        let above = mean_above(bound);
        Self {
            value: mean + sigma * above,
            told: (1.0 - above * (above - bound)).clamp(0.0, 0.999),
            square: 1.0 + bound * above,
        }
    }
}

impl Fit {
    /// Adds what is expected before anything is measured.
    fn expect(&self, arrow: &mut Arrow) {
        let (mean, variance) = self.alike;
        let is_alike = self.theta.len() >= ALIKE_FROM;
        for (at, theta) in self.theta.iter().enumerate() {
            // Where rates are free, a trace of it still keeps a round of bounds from running away.
            let precision = if is_alike { 1.0 / variance } else { 1e-4 };
            arrow.rates[at] += precision;
            arrow.rate_slopes[at] -= precision * (theta - mean);
        }
        for feature in 0..FEATURES {
            let sigma = prior_sigma(feature);
            arrow.calendar[feature][feature] += 1.0 / (sigma * sigma);
            arrow.calendar_slopes[feature] -= self.beta[feature] / (sigma * sigma);
        }
    }

    /// Every day has one weekday and one month, so that what all of them share may as well be the rates':
    /// there it is no deviation, and costs nothing.
    fn recentre(&mut self, is_seen: &[bool; FEATURES]) {
        for kind in [0..MONTH_AT, MONTH_AT..PUBLIC_AT] {
            let seen: Vec<usize> = kind.filter(|at| is_seen[*at]).collect();
            let sum: f64 = seen.iter().map(|at| self.beta[*at]).sum();
            let shared = sum / f64_of_index(seen.len().max(1));
            for at in seen {
                self.beta[at] -= shared;
            }
            for theta in &mut self.theta {
                *theta += shared;
            }
            self.alike.0 += shared;
        }
    }

    /// How alike the rates are, by expectation and maximisation; `told` is what the visits alone say.
    fn renew_likeness(&mut self, told: &[f64]) {
        let (_, variance) = self.alike;
        let weights = told
            .iter()
            .map(|told| 1.0 / (variance + 1.0 / told.max(1e-9)));
        let weights: Vec<f64> = weights.collect();
        let all: f64 = weights.iter().sum();
        let sum: f64 = weights
            .iter()
            .zip(&self.theta)
            .map(|(w, theta)| w * theta)
            .sum();
        let mean = sum / all;
        let spread = self.theta.iter().zip(told).map(|(theta, told)| {
            let left = 1.0 / (told + 1.0 / variance);
            (theta - mean) * (theta - mean) + left
        });
        let count = f64_of_index(self.theta.len());
        self.alike = (mean, (spread.sum::<f64>() / count).clamp(1e-4, 25.0));
    }
}

/// How many residuals the noise of a group of so many visits stands on.
pub(super) fn degrees(visits: usize) -> f64 {
    NOISE_SHARED + f64_of_index(visits.saturating_sub(1))
}

fn add(row: &mut Row, more: &Row) {
    for (cell, more) in row.iter_mut().zip(more) {
        *cell += more;
    }
}

/// The logarithm of the likelihood of normal residuals whose common variance is the best one.
fn profile(count: usize, squares: f64, log_variances: f64) -> f64 {
    let count = f64_of_index(count);
    -0.5 * (count * libm::log((squares / count).max(1e-12)) + log_variances)
}
