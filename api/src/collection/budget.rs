//! When a search ends, and how often it looks whether it must.

use std::time::{Duration, Instant};

use serde::Serialize as _;

use crate::effort::thread_cpu_time;

/// How long a search takes where nothing is said.
const USUAL: Duration = Duration::from_secs(30);

/// How much a search may take; it ends with the first of the limits.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize)]
pub(crate) struct Limits {
    /// So long; half a minute where no limit is given.
    #[serde(rename = "seconds", serialize_with = "seconds")]
    pub(crate) wall: Option<Duration>,
    /// So much processor time, of each thread.
    #[serde(rename = "cpu_seconds", serialize_with = "seconds")]
    pub(crate) cpu: Option<Duration>,
    /// So many steps; alone, the same seed gives the same plan.
    pub(crate) iterations: Option<u64>,
}

#[expect(clippy::ref_option, reason = "the signature that serde asks for")]
fn seconds<S: serde::Serializer>(
    duration: &Option<Duration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    duration
        .map(|duration| duration.as_secs_f64())
        .serialize(serializer)
}

/// What a search may take, from a moment on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    began: Instant,
    wall: Option<Duration>,
    cpu: Option<Duration>,
    iterations: Option<u64>,
}

impl Budget {
    /// The budget of a search that began at a moment.
    pub(crate) fn new(limits: &Limits, began: Instant) -> Self {
        let is_unlimited = limits.cpu.is_none() && limits.iterations.is_none();
        Self {
            began,
            wall: limits.wall.or_else(|| is_unlimited.then_some(USUAL)),
            cpu: limits.cpu,
            iterations: limits.iterations,
        }
    }

    /// How much of it a thread has spent after so many steps: 1 and more where it must end. To be
    /// asked on that thread.
    pub(crate) fn spent(&self, iterations: u64) -> f64 {
        let wall = self.wall.map(|limit| ratio(self.began.elapsed(), limit));
        let cpu = self.cpu.map(|limit| ratio(thread_cpu_time(), limit));
        let steps = self.iterations;
        let steps = steps.map(|limit| Self::float(iterations) / Self::float(limit));
        [wall, cpu, steps].into_iter().flatten().fold(0.0, f64::max)
    }

    /// How many steps to take before the first look.
    pub(crate) fn pace(&self) -> Pace {
        match self.iterations {
            Some(limit) => Pace::Fixed {
                steps: (limit / 1000).clamp(1, MOST_STEPS_UNSEEN),
                limit,
            },
            None => Pace::Timed { steps: 1 },
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a share need not be exact, and is 1 where both are the same"
    )]
    fn float(steps: u64) -> f64 {
        steps as f64
    }
}

/// How many steps are taken at once where their number is the limit.
const MOST_STEPS_UNSEEN: u64 = 256;
/// How long a batch of steps should take: looking at the clocks costs a thousandth of it, and a
/// person who stops the search does not wait.
const BATCH: Duration = Duration::from_millis(5);

/// How many steps to take until the next look at clocks and at who wants the search to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// So many each time, up to a limit in all: what a seed gives does not depend on the clock.
    Fixed {
        /// Each time.
        steps: u64,
        /// In all.
        limit: u64,
    },
    /// As many as the clock showed to be right.
    Timed {
        /// Next time.
        steps: u64,
    },
}

impl Pace {
    /// How many steps to take after so many.
    pub(crate) fn steps(self, taken: u64) -> u64 {
        match self {
            Self::Fixed { steps, limit } => steps.min(limit.saturating_sub(taken)),
            Self::Timed { steps } => steps,
        }
    }

    /// The pace after a batch that took so long.
    pub(crate) fn after(self, took: Duration) -> Self {
        match self {
            Self::Timed { steps } if took < BATCH / 2 => Self::Timed {
                steps: steps.saturating_mul(2),
            },
            Self::Timed { steps } if took > BATCH * 2 => Self::Timed {
                steps: (steps / 2).max(1),
            },
            pace => pace,
        }
    }
}

fn ratio(spent: Duration, limit: Duration) -> f64 {
    spent.as_secs_f64() / limit.as_secs_f64()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn budget(seconds: Option<f64>, iterations: Option<u64>) -> Budget {
        let limits = Limits {
            wall: seconds.map(Duration::from_secs_f64),
            cpu: None,
            iterations,
        };
        Budget::new(&limits, Instant::now())
    }

    #[test]
    fn steps_alone_do_not_look_at_a_clock() {
        let budget = budget(None, Some(200));
        assert_eq!((budget.wall, budget.cpu), (None, None));
        assert_eq!(budget.spent(50), 0.25);
        assert_eq!(budget.spent(200), 1.0);
    }

    #[test]
    fn without_limits_a_search_takes_half_a_minute() {
        assert_eq!(budget(None, None).wall, Some(USUAL));
    }

    #[test]
    fn the_first_limit_ends_a_search() {
        let mut budget = budget(Some(1000.0), Some(1_000_000));
        assert!(budget.spent(1) < 0.1);
        assert!(budget.spent(1_000_000) >= 1.0);
        budget.cpu = Some(Duration::from_nanos(1));
        assert!(budget.spent(1) >= 1.0);
    }

    #[rstest]
    #[case::few(3, 0, 1)]
    #[case::many(1_000_000, 0, 256)]
    #[case::the_rest(1_000_000, 999_990, 10)]
    #[case::none_left(1_000_000, 1_000_000, 0)]
    fn a_number_of_steps_is_met_exactly(
        #[case] limit: u64,
        #[case] taken: u64,
        #[case] steps: u64,
    ) {
        let pace = budget(None, Some(limit)).pace();
        assert_eq!(pace.steps(taken), steps);
        assert_eq!(pace.after(Duration::from_secs(1)), pace);
    }

    #[rstest]
    #[case::quick(1, 16)]
    #[case::right(5, 8)]
    #[case::slow(11, 4)]
    fn batches_grow_and_shrink_with_the_clock(#[case] took_ms: u64, #[case] steps: u64) {
        let pace = Pace::Timed { steps: 8 }.after(Duration::from_millis(took_ms));
        assert_eq!(pace, Pace::Timed { steps });
    }
}
