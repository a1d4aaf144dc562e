//! What stays in the containers between two visits.

use crate::numbers::f64_of_index;

/// The law of the stock: autoregressive around its mean. A visit brings what came, and what the stock
/// gives up: `amount = came + stock before − stock after`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stock {
    /// How much of its deviation is left at the next visit, 0 to 1.
    pub(super) persistence: f64,
    /// Its variance beside that of what comes between two visits in the mean.
    pub(super) ratio: f64,
}

impl Stock {
    /// Everything is taken at every visit.
    pub(super) const NONE: Self = Self {
        persistence: 0.0,
        ratio: 0.0,
    };

    /// The laws that are tried: fine enough that the noise beside the stock is right within a tenth.
    fn candidates() -> Vec<Self> {
        let mut all = Vec::new();
        for persistence in [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9] {
            let mut ratio = 0.1;
            while ratio < 200.0 {
                all.push(Self { persistence, ratio });
                ratio *= 1.08;
            }
        }
        all
    }
}

/// Over so many visits sums are compared.
const LAGS: [usize; 10] = [1, 2, 3, 4, 6, 9, 13, 19, 28, 40];
/// How much better a stock must explain them, as a sum of squared standard deviations.
const WORTH: f64 = 15.0;

/// How far what came is off in the sum over a few visits: what a stock moves is gained at one visit and
/// lost at another, and the rest adds up.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums([Lag; LAGS.len()]);

#[derive(Clone, Copy, Debug, Default)]
struct Lag {
    /// Squares of sums, in variances of one visit.
    squares: f64,
    /// What independent visits would have.
    apart: f64,
    windows: f64,
    /// Sums that do not overlap.
    independent: f64,
}

impl Sums {
    /// Adds a round: how far each visit is off, its mean, and the noise.
    pub(super) fn add(&mut self, visits: &[(f64, f64)], noise: f64) {
        let count = visits.len();
        let all = f64_of_index(count.max(1));
        let mean = visits.iter().map(|(_, mean)| mean).sum::<f64>() / all;
        for (lag, width) in self.0.iter_mut().zip(LAGS) {
            if 3 * width > count {
                break;
            }
            let share = f64_of_index(width) / all;
            for window in visits.windows(width) {
                let off: f64 = window.iter().map(|(off, _)| off).sum();
                let came: f64 = window.iter().map(|(_, mean)| mean).sum();
                lag.squares += off * off / (noise * mean);
                // The rate was fitted to the same visits: their sum is level by construction.
                lag.apart += came / mean * (1.0 - share);
                lag.windows += 1.0;
            }
            lag.independent += 1.0 / share;
        }
    }

    /// The law that explains the sums best, and how large the noise is under it beside that of `add`.
    pub(super) fn law(&self) -> (Stock, f64) {
        let none = (self.misfit(Stock::NONE), Stock::NONE);
        let tried = Stock::candidates().into_iter();
        let tried = tried.map(|stock| (self.misfit(stock), stock));
        let best = tried.min_by(|one, other| one.0.total_cmp(&other.0));
        let best = best.filter(|best| best.0 + WORTH < none.0).unwrap_or(none);
        (best.1, self.scale(best.1))
    }

    /// Lags with their widths, where there is something to see.
    fn lags(&self) -> impl Iterator<Item = (&Lag, f64)> {
        let lags = self.0.iter().zip(LAGS.map(f64_of_index));
        lags.filter(|(lag, _)| lag.windows > 0.0)
    }

    fn expected((lag, width): (&Lag, f64), stock: Stock) -> f64 {
        let kept = libm::pow(stock.persistence, width);
        lag.apart + 2.0 * stock.ratio * (1.0 - kept) * lag.windows
    }

    /// The noise at which a law fits best: long sums count like short ones, for rates stand on them.
    fn scale(&self, stock: Stock) -> f64 {
        let (mut sum, mut weights) = (0.0, 0.0);
        for (lag, width) in self.lags() {
            let ratio = lag.squares / Self::expected((lag, width), stock);
            let weight = lag.independent;
            sum += weight * libm::log(ratio.max(1e-9));
            weights += weight;
        }
        if weights > 0.0 {
            libm::exp(sum / weights)
        } else {
            1.0
        }
    }

    fn misfit(&self, stock: Stock) -> f64 {
        let scale = self.scale(stock);
        let lags = self.lags();
        let misfit = lags.map(|(lag, width)| {
            let ratio = lag.squares / (scale * Self::expected((lag, width), stock));
            let off = libm::log(ratio.max(1e-9));
            0.5 * lag.independent * off * off
        });
        misfit.sum()
    }
}

/// Makes the amounts of a round independent of each other and equally uncertain: the innovations of
/// Kalman, "A new approach to linear filtering and prediction problems", 1960, for any linear column.
#[derive(Clone, Debug)]
pub(super) struct Whitener {
    /// By visit: 1 / the standard deviation of the innovation, and how the stock's mean moves:
    /// `innovation = (value − release × mean) × weight`, then `mean = persistence × mean + gain × innovation`.
    steps: Vec<(f64, f64)>,
    persistence: f64,
    /// The sum of the logarithms of the variances.
    pub(super) log_variances: f64,
}

impl Whitener {
    /// From the variance of each amount by itself, in any unit, in order.
    pub(super) fn new(stock: Stock, variances: &[f64]) -> Self {
        let count = f64_of_index(variances.len().max(1));
        let mean = variances.iter().sum::<f64>() / count;
        let rho = stock.persistence;
        let release = 1.0 - rho;
        let stationary = stock.ratio * mean;
        let shock = stationary * (1.0 - rho * rho);
        let mut uncertain = stationary;
        let mut steps = Vec::with_capacity(variances.len());
        let mut log_variances = 0.0;
        for variance in variances {
            let variance = variance + release * release * uncertain + shock;
            let shared = rho * release * uncertain - shock;
            log_variances += libm::log(variance);
            let weight = 1.0 / libm::sqrt(variance);
            steps.push((weight, shared * weight));
            uncertain = (rho * rho * uncertain + shock - shared * shared / variance).max(0.0);
        }
        Self {
            steps,
            persistence: rho,
            log_variances,
        }
    }

    /// Whitens one column in place.
    pub(super) fn whiten(&self, column: impl Iterator<Item = f64>) -> Vec<f64> {
        let release = 1.0 - self.persistence;
        let mut mean = 0.0;
        let steps = self.steps.iter().zip(column);
        let step = |(&(weight, gain), value): (&(f64, f64), f64)| {
            let innovation = (value - release * mean) * weight;
            mean = self.persistence * mean + gain * innovation;
            innovation
        };
        steps.map(step).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The covariance of amounts, from their definition.
    fn covariance(stock: Stock, variances: &[f64]) -> Vec<Vec<f64>> {
        let n = variances.len();
        let mean = variances.iter().sum::<f64>() / f64_of_index(n);
        let of_stock = |i: usize, j: usize| {
            let apart = i32::try_from(i.abs_diff(j)).unwrap();
            let power = (0..apart).fold(1.0, |power, _| power * stock.persistence);
            stock.ratio * mean * power
        };
        let cell = |i: usize, j: usize| {
            let own = if i == j { variances[i] } else { 0.0 };
            own + of_stock(i, j) + of_stock(i + 1, j + 1) - of_stock(i, j + 1) - of_stock(i + 1, j)
        };
        (0..n)
            .map(|i| (0..n).map(|j| cell(i, j)).collect())
            .collect()
    }

    #[rstest::rstest]
    #[case::none(Stock::NONE)]
    #[case::forgotten_at_once(Stock { persistence: 0.0, ratio: 2.0 })]
    #[case::persistent(Stock { persistence: 0.9, ratio: 8.0 })]
    fn whitened_amounts_are_independent_and_of_variance_one(#[case] stock: Stock) {
        let variances = [1.0, 2.0, 0.5, 1.5, 1.0];
        let whitener = Whitener::new(stock, &variances);
        let cov = covariance(stock, &variances);
        // Whitening is linear: W cov Wᵀ must be the unit matrix.
        let n = variances.len();
        let unit = |at: usize| (0..n).map(move |i| if i == at { 1.0 } else { 0.0 });
        let columns: Vec<Vec<f64>> = (0..n).map(|at| whitener.whiten(unit(at))).collect();
        for a in 0..n {
            for b in 0..n {
                let mut cell = 0.0;
                for i in 0..n {
                    for j in 0..n {
                        cell += columns[i][a] * cov[i][j] * columns[j][b];
                    }
                }
                let expected = if a == b { 1.0 } else { 0.0 };
                approx::assert_abs_diff_eq!(cell, expected, epsilon = 1e-9);
            }
        }
    }
}
