//! How far off forecasts were, and so how far off the next one may be.

use std::collections::VecDeque;

/// The levels of the quantiles that a forecast has.
pub const LEVELS: [f64; 21] = [
    0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8,
    0.85, 0.9, 0.95, 0.98,
];

/// Quantiles of the normal distribution at [`LEVELS`].
pub(super) const NORMAL: [f64; 21] = [
    -2.053_749, -1.644_854, -1.281_552, -1.036_433, -0.841_621, -0.674_490, -0.524_401, -0.385_320,
    -0.253_347, -0.125_661, 0.0, 0.125_661, 0.253_347, 0.385_320, 0.524_401, 0.674_490, 0.841_621,
    1.036_433, 1.281_552, 1.644_854, 2.053_749,
];

/// The quantiles of the last forecasts' errors, as they came out: conformal intervals need no more than
/// that errors to come are like those of late (Vovk, Gammerman and Shafer, 2005, sections 2 and 4).
#[derive(Clone, Debug)]
pub(super) struct Spread {
    errors: VecDeque<f64>,
    most: usize,
    since: usize,
    quantiles: [f64; 21],
}

impl Spread {
    /// How many errors count.
    const MOST: usize = 1500;
    /// With fewer errors they say too little.
    const LEAST: usize = 50;
    /// After how many new ones the quantiles are read off again.
    const EVERY: usize = 32;

    /// Before anything is known errors are normal, with a standard deviation.
    pub(super) fn new(deviation: f64) -> Self {
        Self::of_last(deviation, Self::MOST)
    }

    /// The same with so many errors that count, [`MOST`](Self::MOST) at least.
    pub(super) fn of_last(deviation: f64, most: usize) -> Self {
        Self {
            errors: VecDeque::new(),
            most: most.max(Self::MOST),
            since: 0,
            quantiles: NORMAL.map(|quantile| quantile * deviation),
        }
    }

    /// The quantiles of errors at [`LEVELS`].
    pub(super) const fn quantiles(&self) -> &[f64; 21] {
        &self.quantiles
    }

    /// Takes in an error.
    pub(super) fn add(&mut self, error: f64) {
        self.keep(error);
        let is_due = self.since >= Self::EVERY || self.errors.len() == Self::LEAST;
        if is_due {
            self.read_off();
        }
    }

    /// Takes in several errors at once.
    pub(super) fn add_all(&mut self, errors: &[f64]) {
        for error in errors {
            self.keep(*error);
        }
        if !errors.is_empty() {
            self.read_off();
        }
    }

    fn keep(&mut self, error: f64) {
        if self.errors.len() == self.most {
            self.errors.pop_front();
        }
        self.errors.push_back(error);
        self.since += 1;
    }

    fn read_off(&mut self) {
        if self.errors.len() >= Self::LEAST {
            self.since = 0;
            let mut sorted: Vec<f64> = self.errors.iter().copied().collect();
            sorted.sort_unstable_by(f64::total_cmp);
            self.quantiles = LEVELS.map(|level| quantile(&sorted, level));
        }
    }
}

/// The quantile of numbers in order, between two of them where need be; 0 of none.
pub(super) fn quantile(sorted: &[f64], level: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return 0.0;
    };
    let at = level * crate::numbers::f64_of_index(last);
    let below = usize::try_from(crate::numbers::floor_u64(at)).unwrap_or(last);
    let (low, high) = (sorted[below.min(last)], sorted[(below + 1).min(last)]);
    low + (high - low) * (at - libm::floor(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_lie_between_numbers() {
        let numbers = [1.0, 2.0, 4.0];
        for (level, expected) in [(0.0, 1.0), (0.25, 1.5), (0.5, 2.0), (0.75, 3.0), (1.0, 4.0)] {
            approx::assert_abs_diff_eq!(quantile(&numbers, level), expected);
        }
        approx::assert_abs_diff_eq!(quantile(&[], 0.5), 0.0);
    }

    #[test]
    fn a_spread_is_that_of_the_last_errors() {
        let mut spread = Spread::new(20.0);
        approx::assert_abs_diff_eq!(spread.quantiles()[18], 25.631, epsilon = 0.001);
        for at in 0..4000 {
            spread.add(if at < 2000 { 1e6 } else { f64::from(at % 101) });
        }
        approx::assert_abs_diff_eq!(spread.quantiles()[10], 50.0, epsilon = 1.5);
        approx::assert_abs_diff_eq!(spread.quantiles()[2], 10.0, epsilon = 1.5);
    }
}
