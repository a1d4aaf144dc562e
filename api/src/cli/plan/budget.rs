//! How long a person has a search take.

use std::str::FromStr;
use std::time::Duration;

use crate::collection::Limits;
use crate::error::{ApiError, ApiResult};

/// The longest time that can be asked for: eleven days.
const LONGEST_S: f64 = 1e6;

/// How much a search may take; it ends with the first of the limits.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
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

impl BudgetArgs {
    /// The limits that were given.
    pub(super) fn limits(&self) -> Limits {
        Limits {
            wall: self.seconds.map(|seconds| seconds.0),
            cpu: self.cpu_seconds.map(|seconds| seconds.0),
            iterations: self.iterations,
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

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
}
