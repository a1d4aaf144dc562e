//! Months: the step in which the roll-out is planned and told.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer};
use twin_core::Timestamp;

/// A month, counted from January of the year 0. What is delivered in it counts from its 25th on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) struct Month(u32);

/// Days from 1 March of the year 0 to 1 January 1970, in the Gregorian calendar.
const DAYS_TO_1970: i64 = 719_468;
const DAY_OF_DELIVERY: i64 = 25;

impl Month {
    /// A month after all others, for what is never planned.
    pub(super) const LAST: Self = Self(9998 * 12);

    /// The month `count` months later.
    pub(super) const fn plus(self, count: u32) -> Self {
        Self(self.0.saturating_add(count))
    }

    /// The month `count` months earlier.
    pub(super) const fn minus(self, count: u32) -> Self {
        Self(self.0.saturating_sub(count))
    }

    /// Months from `earlier` to here; 0 where `earlier` is later.
    pub(super) const fn since(self, earlier: Self) -> u32 {
        self.0.saturating_sub(earlier.0)
    }

    /// Midnight UTC at the beginning of its 25th day.
    pub(super) fn delivery(self) -> Timestamp {
        let (year, month) = (i64::from(self.0 / 12), i64::from(self.0 % 12));
        // Years that begin in March have their leap day last, and months of a regular pattern.
        let (year, month) = if month < 2 {
            (year - 1, month + 10)
        } else {
            (year, month - 2)
        };
        let days = 365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
        let day = days + (153 * month + 2) / 5 + DAY_OF_DELIVERY - 1 - DAYS_TO_1970;
        Timestamp::from_secs(day * 86_400)
    }
}

impl FromStr for Month {
    type Err = NoMonth;

    fn from_str(text: &str) -> Result<Self, NoMonth> {
        let parts = text.split_once('-');
        let numbers = parts.and_then(|(year, month)| {
            let is_plain = year.len() == 4 && month.len() == 2;
            let is_plain = is_plain && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
            Some((year.parse::<u32>().ok()?, month.parse::<u32>().ok()?)).filter(|_| is_plain)
        });
        match numbers {
            Some((year, month @ 1..=12)) => Ok(Self(year * 12 + month - 1)),
            _ => Err(NoMonth(text.into())),
        }
    }
}

/// Text that names no month.
#[derive(Debug)]
pub(in super::super) struct NoMonth(Box<str>);

impl fmt::Display for NoMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' is no month like 2021-10", self.0)
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::october_2021("2021-10", "2021-10-25T00:00:00.000Z")]
    #[case::february_of_a_leap_year("2024-02", "2024-02-25T00:00:00.000Z")]
    #[case::march_of_a_leap_year("2024-03", "2024-03-25T00:00:00.000Z")]
    #[case::january("2000-01", "2000-01-25T00:00:00.000Z")]
    #[case::before_1970("1969-12", "1969-12-25T00:00:00.000Z")]
    fn a_month_delivers_on_its_25th(#[case] month: &str, #[case] day: &str) {
        let month: Month = month.parse().unwrap();
        assert_eq!(month.delivery().to_string(), day);
    }

    #[rstest::rstest]
    #[case::no_month("2021-13")]
    #[case::month_zero("2021-00")]
    #[case::a_day("2021-10-31")]
    #[case::signed("+021-10")]
    #[case::nothing("")]
    fn what_is_no_month_is_refused(#[case] text: &str) {
        let error = text.parse::<Month>().unwrap_err();
        assert!(error.to_string().contains("is no month"), "{error}");
    }

    #[test]
    fn months_are_counted_across_years() {
        let [a, b]: [Month; 2] = ["2020-11", "2021-02"].map(|text| text.parse().unwrap());
        assert_eq!(
            (a.plus(3), b.minus(3), b.since(a), a.since(b)),
            (b, a, 3, 0)
        );
    }
}
