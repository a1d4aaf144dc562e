//! A two-state process in continuous time, stationary from its start, walked forward only.

use twin_core::{Span, Timestamp};

use crate::numbers::trunc_i64;
use crate::random::{Address, Model, Seed, exponential_of, first_draws, unit};

/// How long the process stays in either state, in the mean, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sojourns {
    pub(super) on_ms: f64,
    /// Share of the time in which it is on, 0 to just below 1.
    pub(super) on_share: f64,
}

/// One sojourn of one entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sojourn {
    pub(super) is_on: bool,
    pub(super) since: Timestamp,
    pub(super) until: Timestamp,
    /// Counted from the first one.
    pub(super) index: u64,
}

/// Whose sojourns they are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whose {
    pub(super) seed: Seed,
    pub(super) model: Model,
    pub(super) entity: u32,
}

impl Whose {
    fn draws(self, index: u64) -> [u64; 8] {
        let address = Address::first(self.model, self.entity, index);
        first_draws(self.seed, address)
    }
}

impl Sojourns {
    /// The sojourn in which the process stands at `start`: exponential sojourns have no memory, so
    /// what is past of it and what is left of it are both exponential.
    pub(super) fn first(&self, whose: Whose, start: Timestamp) -> Sojourn {
        let [state, past, left, ..] = whose.draws(0);
        let is_on = unit(state) < self.on_share;
        Sojourn {
            is_on,
            since: start - self.length(past, is_on),
            until: start + self.length(left, is_on),
            index: 0,
        }
    }

    /// The sojourn that holds `at`, which is not before `current`.
    pub(super) fn walk(&self, whose: Whose, current: Sojourn, at: Timestamp) -> Sojourn {
        let mut sojourn = current;
        while sojourn.until <= at && sojourn.until < Timestamp::MAX {
            let (is_on, index) = (!sojourn.is_on, sojourn.index + 1);
            let [length, ..] = whose.draws(index);
            sojourn = Sojourn {
                is_on,
                since: sojourn.until,
                until: sojourn.until + self.length(length, is_on),
                index,
            };
        }
        sojourn
    }

    fn length(&self, bits: u64, is_on: bool) -> Span {
        let mean = if is_on { self.on_ms } else { self.off_ms() };
        // At least a second, so that a walk always comes to its end.
        Span::from_millis(trunc_i64(exponential_of(bits, mean)).max(1000))
    }

    /// Without any time on, the process never leaves its off state.
    fn off_ms(&self) -> f64 {
        if self.on_share > 0.0 {
            self.on_ms * (1.0 - self.on_share) / self.on_share
        } else {
            f64::INFINITY
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whose(model: Model, entity: u32) -> Whose {
        Whose {
            seed: Seed(5),
            model,
            entity,
        }
    }

    const HOUR_MS: f64 = 3_600_000.0;

    #[test]
    fn the_share_of_time_on_is_the_one_asked_for() {
        let sojourns = Sojourns {
            on_ms: 24.0 * HOUR_MS,
            on_share: 0.07,
        };
        let start = Timestamp::from_secs(1_650_000_000);
        let (mut on, mut all) = (0_u32, 0_u32);
        for entity in 0..500 {
            let whose = whose(Model::RadioState, entity);
            let mut sojourn = sojourns.first(whose, start);
            for hour in 0..1000 {
                sojourn = sojourns.walk(whose, sojourn, start + Span::from_hours(hour));
                on += u32::from(sojourn.is_on);
                all += 1;
            }
        }
        // 500 entities over 1000 h hold some 21 independent times each: a standard error of 0.0025.
        let share = f64::from(on) / f64::from(all);
        assert!((share - 0.07).abs() < 0.0075, "{share}");
    }

    #[test]
    fn one_walk_ends_where_many_do() {
        let sojourns = Sojourns {
            on_ms: HOUR_MS,
            on_share: 0.4,
        };
        let start = Timestamp::from_secs(0);
        let whose = whose(Model::FaultState, 1);
        let first = sojourns.first(whose, start);
        let end = start + Span::from_hours(500);
        let straight = sojourns.walk(whose, first, end);
        let mut step = first;
        for hour in 0..=500 {
            step = sojourns.walk(whose, step, start + Span::from_hours(hour));
        }
        assert_eq!(step, straight);
    }

    #[test]
    fn without_any_time_on_it_stays_off() {
        let sojourns = Sojourns {
            on_ms: HOUR_MS,
            on_share: 0.0,
        };
        let whose = whose(Model::FaultState, 1);
        let first = sojourns.first(whose, Timestamp::from_secs(0));
        assert!(!sojourns.walk(whose, first, Timestamp::MAX).is_on);
    }
}
