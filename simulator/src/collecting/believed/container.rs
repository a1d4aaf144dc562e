//! What is believed of one container.

use twin_core::{Span, Timestamp};

use super::Facts;
use crate::collecting::exposure::Exposure;
use crate::numbers::f64_of_i64;

/// How much a container differs from one with its catchment, before anything is known of it: the gamma
/// law with the coefficient of variation of the filling model's lognormal one, `1 / (e^(0.6²) − 1)`.
const PRIOR_SHAPE: f64 = 2.308;
/// How much a deposit tells of the rate: less than one of a plain Poisson process does, for volumes vary,
/// and days do.
const WORTH: f64 = 0.6;
/// No more deposits than that count of the past, so that a rate can change.
const MEMORY: f64 = 600.0;
/// The shape of the gamma effect by which days differ, as planners know it from experience.
const DAY_SHAPE: f64 = 20.0;
/// How old a measurement may be that a decision rests on.
const FRESH: Span = Span::from_hours(24);

/// What is believed of one container: a normal level, and a gamma-distributed factor on its typical rate
/// (the conjugate law of Poisson counts).
#[derive(Clone, Copy, Debug)]
pub(super) struct Belief {
    at: Timestamp,
    pub(super) litres: f64,
    pub(super) variance_l2: f64,
    shape: f64,
    weight: f64,
    /// Typical deposits since it was emptied.
    exposed: f64,
    emptied_on: Option<u32>,
    /// The account of its deposits when it was emptied last.
    deposits: u64,
    measured_at: Option<Timestamp>,
}

impl Belief {
    pub(super) fn new(facts: &Facts, at: Timestamp) -> Self {
        Self {
            at,
            litres: facts.capacity_l / 2.0,
            variance_l2: facts.capacity_l * facts.capacity_l / 12.0,
            shape: PRIOR_SHAPE,
            weight: PRIOR_SHAPE,
            exposed: 0.0,
            emptied_on: None,
            deposits: 0,
            measured_at: None,
        }
    }

    /// Deposits a mean day.
    pub(super) fn rate(&self, facts: &Facts) -> f64 {
        facts.typical * self.shape / self.weight
    }

    /// The variance of what so many deposits to come bring, in litres², for the rate is not known well.
    pub(super) fn rate_variance(&self, facts: &Facts, deposits: f64) -> f64 {
        let litres = deposits * facts.deposit.mean_l();
        litres * litres / self.shape
    }

    /// Mean and variance of the level at an instant that is not earlier.
    pub(super) fn ahead(&self, facts: &Facts, exposure: &Exposure, at: Timestamp) -> (f64, f64) {
        let days = exposure.between(facts.stream, self.at, at);
        let deposits = self.rate(facts) * days;
        let (mean, variance) = (facts.deposit.mean_l(), facts.deposit.variance_l2());
        let spread = deposits * (variance + mean * mean)
            + self.rate_variance(facts, deposits)
            + day_variance(facts, deposits, days);
        (self.litres + deposits * mean, self.variance_l2 + spread)
    }

    /// Lets time pass.
    pub(super) fn predict(&mut self, facts: &Facts, exposure: &Exposure, at: Timestamp) {
        if at <= self.at {
            return;
        }
        let (litres, variance_l2) = self.ahead(facts, exposure, at);
        self.exposed += facts.typical * exposure.between(facts.stream, self.at, at);
        (self.litres, self.variance_l2, self.at) = (litres, variance_l2, at);
    }

    /// Joins a measurement of so many litres with a variance: the mean of both, each by what it knows.
    pub(super) fn measure(&mut self, (litres, variance_l2): (f64, f64), least_l2: f64) {
        let gain = self.variance_l2 / (self.variance_l2 + variance_l2).max(f64::MIN_POSITIVE);
        self.litres += gain * (litres - self.litres);
        self.variance_l2 = ((1.0 - gain) * self.variance_l2).max(least_l2);
        self.measured_at = Some(self.at);
    }

    /// A crew found so many litres and took them away; `deposits` is the account of all that came.
    pub(super) fn empty(
        &mut self,
        facts: &Facts,
        (level_l, deposits): (f64, u64),
        (at, day): (Timestamp, u32),
    ) {
        if self.emptied_on.is_some() {
            let found = level_l / facts.deposit.mean_l().max(f64::MIN_POSITIVE);
            self.shape += WORTH * found;
            self.weight += WORTH * self.exposed;
            let excess = (self.weight / MEMORY).max(1.0);
            self.shape /= excess;
            self.weight /= excess;
        }
        (self.litres, self.variance_l2, self.exposed) = (0.0, 0.0, 0.0);
        self.at = self.at.max(at);
        self.emptied_on = Some(day);
        self.deposits = deposits;
    }

    pub(super) const fn deposits_then(&self) -> u64 {
        self.deposits
    }

    pub(super) fn days_since_emptied(&self, day: u32) -> Option<u32> {
        Some(day.saturating_sub(self.emptied_on?))
    }

    pub(super) fn is_fresh(&self, at: Timestamp) -> bool {
        let age = |measured| f64_of_i64(at.since(measured).as_millis());
        self.measured_at
            .is_some_and(|measured| age(measured) <= f64_of_i64(FRESH.as_millis()))
    }
}

/// The variance of what so many deposits over some days bring, in litres², for days differ: each has its
/// own gamma effect, so that their number counts.
pub(super) fn day_variance(facts: &Facts, deposits: f64, days: f64) -> f64 {
    let litres = deposits * facts.deposit.mean_l();
    litres * litres / (DAY_SHAPE * days.max(1.0))
}
