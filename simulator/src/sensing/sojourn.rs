//! A two-state process in continuous time, stationary from its start, walked forward only.

use twin_core::{Span, Timestamp};

use crate::numbers::trunc_i64;
use crate::random::Stream as Randomness;

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

impl Sojourns {
    /// The sojourn in which the process stands at `start`: exponential sojourns have no memory, so
    /// what is past of it and what is left of it are both exponential.
    pub(super) fn first(&self, randomness: &mut Randomness, start: Timestamp) -> Sojourn {
        randomness.seek(0);
        let is_on = randomness.chance(self.on_share);
        let since = start - self.length(randomness, is_on);
        let until = start + self.length(randomness, is_on);
        Sojourn {
            is_on,
            since,
            until,
            index: 0,
        }
    }

    /// The sojourn that holds `at`, which is not before `current`.
    pub(super) fn walk(
        &self,
        randomness: &mut Randomness,
        current: Sojourn,
        at: Timestamp,
    ) -> Sojourn {
        let mut sojourn = current;
        while sojourn.until <= at && sojourn.until < Timestamp::MAX {
            let (is_on, index) = (!sojourn.is_on, sojourn.index + 1);
            randomness.seek(index);
            let until = sojourn.until + self.length(randomness, is_on);
            sojourn = Sojourn {
                is_on,
                since: sojourn.until,
                until,
                index,
            };
        }
        sojourn
    }

    fn length(&self, randomness: &mut Randomness, is_on: bool) -> Span {
        let mean = if is_on { self.on_ms } else { self.off_ms() };
        // At least a second, so that a walk always comes to its end.
        Span::from_millis(trunc_i64(randomness.exponential(mean)).max(1000))
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
    use crate::random::{Model, Seed};

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
            let mut randomness = Seed(5).stream(Model::RadioState, entity);
            let mut sojourn = sojourns.first(&mut randomness, start);
            for hour in 0..1000 {
                sojourn = sojourns.walk(&mut randomness, sojourn, start + Span::from_hours(hour));
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
        let mut randomness = Seed(5).stream(Model::FaultState, 1);
        let first = sojourns.first(&mut randomness, start);
        let end = start + Span::from_hours(500);
        let straight = sojourns.walk(&mut randomness, first, end);
        let mut step = first;
        for hour in 0..=500 {
            step = sojourns.walk(&mut randomness, step, start + Span::from_hours(hour));
        }
        assert_eq!(step, straight);
    }

    #[test]
    fn without_any_time_on_it_stays_off() {
        let sojourns = Sojourns {
            on_ms: HOUR_MS,
            on_share: 0.0,
        };
        let mut randomness = Seed(5).stream(Model::FaultState, 1);
        let first = sojourns.first(&mut randomness, Timestamp::from_secs(0));
        assert!(!sojourns.walk(&mut randomness, first, Timestamp::MAX).is_on);
    }
}
