//! Points in time and spans between them, in milliseconds; nothing here reads a clock.

use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{TwinError, TwinResult};

/// A point in time: milliseconds since 1970-01-01T00:00:00Z, between the years 1 and 9999.
///
/// Reads and prints RFC 3339, always in UTC:
/// ```
/// let t: twin_core::Timestamp = "2026-11-22T21:00:00+01:00".parse()?;
/// assert_eq!(t.to_string(), "2026-11-22T20:00:00.000Z");
/// # Ok::<(), twin_core::TwinError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The first instant that can be told.
    pub const MIN: Self = Self(-62_135_596_800_000);
    /// The last instant that can be told.
    pub const MAX: Self = Self(253_402_207_199_999);

    /// The point `millis` after 1970; clamped to [`Timestamp::MIN`] and [`Timestamp::MAX`].
    pub const fn from_millis(millis: i64) -> Self {
        if millis < Self::MIN.0 {
            Self::MIN
        } else if millis > Self::MAX.0 {
            Self::MAX
        } else {
            Self(millis)
        }
    }

    /// The point `secs` after 1970; clamped like [`Timestamp::from_millis`].
    pub const fn from_secs(secs: i64) -> Self {
        Self::from_millis(secs.saturating_mul(1000))
    }

    /// Milliseconds since 1970.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970, rounded down.
    pub const fn as_secs(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The span from `earlier` to here; zero where `earlier` is later.
    pub fn since(self, earlier: Self) -> Span {
        Span::from_millis((self.0 - earlier.0).max(0))
    }
}

impl Add<Span> for Timestamp {
    type Output = Self;

    fn add(self, span: Span) -> Self {
        Self::from_millis(self.0.saturating_add(span.0))
    }
}

impl Sub<Span> for Timestamp {
    type Output = Self;

    fn sub(self, span: Span) -> Self {
        Self::from_millis(self.0.saturating_sub(span.0))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let instant =
            jiff::Timestamp::from_millisecond(self.0).map_err(|_out_of_range| fmt::Error)?;
        write!(f, "{instant:.3}")
    }
}

impl FromStr for Timestamp {
    type Err = TwinError;

    fn from_str(text: &str) -> TwinResult<Self> {
        let instant: jiff::Timestamp =
            text.parse().map_err(|source| TwinError::InvalidTimestamp {
                text: text.into(),
                source,
            })?;
        Ok(Self::from_millis(instant.as_millisecond()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A length of time in milliseconds; never negative.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(from = "i64", into = "i64")]
pub struct Span(i64);

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// `millis` milliseconds; a negative number counts as zero.
    pub const fn from_millis(millis: i64) -> Self {
        Self(if millis < 0 { 0 } else { millis })
    }

    /// `secs` seconds; a negative number counts as zero.
    pub const fn from_secs(secs: i64) -> Self {
        Self::from_millis(secs.saturating_mul(1000))
    }

    /// `hours` hours; a negative number counts as zero.
    pub const fn from_hours(hours: i64) -> Self {
        Self::from_secs(hours.saturating_mul(3600))
    }

    /// Milliseconds.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Whole seconds, rounded down.
    pub const fn as_secs(self) -> i64 {
        self.0 / 1000
    }

    /// `n` times as long.
    #[must_use]
    pub const fn times(self, n: u16) -> Self {
        Self(self.0.saturating_mul(n as i64))
    }
}

impl From<i64> for Span {
    fn from(millis: i64) -> Self {
        Self::from_millis(millis)
    }
}

impl From<Span> for i64 {
    fn from(span: Span) -> Self {
        span.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::utc("2022-07-18T09:34:15.775023242+00:00", "2022-07-18T09:34:15.775Z")]
    #[case::summer_time("2022-07-18T11:34:15+02:00", "2022-07-18T09:34:15.000Z")]
    #[case::before_1970("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z")]
    fn what_is_read_is_printed_in_utc(#[case] text: &str, #[case] printed: &str) {
        assert_eq!(text.parse::<Timestamp>().unwrap().to_string(), printed);
    }

    #[test]
    fn the_outermost_instants_can_be_printed_and_read() {
        for t in [Timestamp::MIN, Timestamp::MAX] {
            assert_eq!(t.to_string().parse::<Timestamp>().unwrap(), t);
        }
        assert_eq!(
            Timestamp::from_millis(i64::MAX) + Span::from_hours(i64::MAX),
            Timestamp::MAX
        );
    }

    #[test]
    fn text_that_is_no_time_is_named_in_the_error() {
        let error = "mardi".parse::<Timestamp>().unwrap_err();
        assert!(error.to_string().contains("mardi"), "{error}");
    }
}
