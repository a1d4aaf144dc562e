//! How fast a clock runs.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::ApiError;

/// Seconds of the twin's clock per second of the wall clock, from 1 to [`ClockRate::MAX`].
///
/// ```
/// let rate: api::config::ClockRate = "60x".parse()?;
/// assert_eq!(rate.get(), 60);
/// # Ok::<(), api::ApiError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClockRate(u32);

impl ClockRate {
    /// The pace of the wall clock.
    pub const REAL: Self = Self(1);
    /// The fastest rate: a day in a second.
    pub const MAX: Self = Self(86_400);

    /// Twin seconds per wall second.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl Default for ClockRate {
    fn default() -> Self {
        Self::REAL
    }
}

impl fmt::Display for ClockRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x", self.0)
    }
}

impl FromStr for ClockRate {
    type Err = ApiError;

    fn from_str(text: &str) -> Result<Self, ApiError> {
        text.strip_suffix('x')
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|digits| digits.parse().ok())
            .filter(|rate| (Self::REAL.0..=Self::MAX.0).contains(rate))
            .map(Self)
            .ok_or_else(|| ApiError::InvalidClockRate {
                text: text.into(),
                max: Self::MAX.0,
            })
    }
}

impl TryFrom<String> for ClockRate {
    type Error = ApiError;

    fn try_from(text: String) -> Result<Self, ApiError> {
        text.parse()
    }
}

impl From<ClockRate> for String {
    fn from(rate: ClockRate) -> Self {
        rate.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::real("1x", 1)]
    #[case::a_minute_a_second("60x", 60)]
    #[case::fastest("86400x", 86_400)]
    fn a_rate_is_a_whole_number_and_an_x(#[case] text: &str, #[case] rate: u32) {
        let parsed: ClockRate = text.parse().unwrap();
        assert_eq!((parsed.get(), parsed.to_string().as_str()), (rate, text));
    }

    #[rstest::rstest]
    #[case::standing("0x")]
    #[case::too_fast("86401x")]
    #[case::beyond_any_number("99999999999x")]
    #[case::backwards("-1x")]
    #[case::signed("+1x")]
    #[case::broken("1.5x")]
    #[case::bare("60")]
    #[case::empty("")]
    #[case::only_x("x")]
    fn anything_else_is_refused(#[case] text: &str) {
        assert!(text.parse::<ClockRate>().is_err());
    }
}
