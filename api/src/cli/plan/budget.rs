//! When a search ends, and how often it looks whether it must.

use std::str::FromStr;
use std::time::{Duration, Instant};

use crate::cli::effort::thread_cpu_time;
use crate::error::{ApiError, ApiResult};

/// How long a search takes where nothing is said.
const USUAL: Duration = Duration::from_secs(30);
/// The longest time that can be asked for: eleven days.
const LONGEST_S: f64 = 1e6;

/// How much a search may take; it ends with the first of the limits.
#[derive(Clone, Copy, Debug, Default, clap::Args, serde::Serialize)]
pub(super) struct BudgetArgs {
    /// Search for so long; 30 where no limit is given
    #[arg(long, value_name = "S")]
    seconds: Option<Seconds>,

    /// Search for so many seconds of processor time, of each thread
    #[arg(long, value_name = "S")]
    cpu_seconds: Option<Seconds>,

    /// Take so many steps; alone, the same seed gives the same plan
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    iterations: Option<u64>,
}

/// A time in seconds, above 0.
#[derive(Clone, Copy, Debug)]
struct Seconds(Duration);

impl serde::Serialize for Seconds {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0.as_secs_f64())
    }
}

impl FromStr for Seconds {
    type Err = ApiError;

    fn from_str(text: &str) -> ApiResult<Self> {
        let seconds = text.parse::<f64>().ok();
        let seconds = seconds.filter(|&seconds| seconds > 0.0 && seconds <= LONGEST_S);
        let duration = seconds.map(Duration::from_secs_f64);
        duration.map(Self).ok_or_else(|| ApiError::InvalidOption {
            option: "a time",
            value: text.into(),
            expected: "seconds above 0, at most 1000000",
        })
    }
}

/// What a search may take, from a moment on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    began: Instant,
    wall: Option<Duration>,
    cpu: Option<Duration>,
    iterations: Option<u64>,
}

impl BudgetArgs {
    /// The budget of a command that began at a moment.
    pub(super) fn from(&self, began: Instant) -> Budget {
        let wall = self.seconds.map(|seconds| seconds.0);
        let is_unlimited = self.cpu_seconds.is_none() && self.iterations.is_none();
        Budget {
            began,
            wall: wall.or_else(|| is_unlimited.then_some(USUAL)),
            cpu: self.cpu_seconds.map(|seconds| seconds.0),
            iterations: self.iterations,
        }
    }
}

impl Budget {
    /// How much of it a thread has spent after so many steps: 1 and more where it must end. To be
    /// asked on that thread.
    pub(super) fn spent(&self, iterations: u64) -> f64 {
        let wall = self.wall.map(|limit| ratio(self.began.elapsed(), limit));
        let cpu = self.cpu.map(|limit| ratio(thread_cpu_time(), limit));
        let steps = self.iterations;
        let steps = steps.map(|limit| Self::float(iterations) / Self::float(limit));
        [wall, cpu, steps].into_iter().flatten().fold(0.0, f64::max)
    }

    /// How many steps to take before the first look.
    pub(super) fn pace(&self) -> Pace {
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
pub(super) enum Pace {
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
    pub(super) fn steps(self, taken: u64) -> u64 {
        match self {
            Self::Fixed { steps, limit } => steps.min(limit.saturating_sub(taken)),
            Self::Timed { steps } => steps,
        }
    }

    /// The pace after a batch that took so long.
    pub(super) fn after(self, took: Duration) -> Self {
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
        let seconds = seconds.map(|seconds| Seconds(Duration::from_secs_f64(seconds)));
        let args = BudgetArgs {
            seconds,
            iterations,
            ..BudgetArgs::default()
        };
        args.from(Instant::now())
    }

    #[rstest]
    #[case::none("0")]
    #[case::negative("-1")]
    #[case::no_number("nan")]
    #[case::endless("inf")]
    #[case::too_long("1e7")]
    #[case::word("soon")]
    fn a_time_that_is_none_is_refused(#[case] text: &str) {
        assert!(text.parse::<Seconds>().is_err());
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
