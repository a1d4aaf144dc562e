//! From when until when a scenario is followed.

use core::fmt;

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// A date, written `2022-05-02`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(pub Date);

impl Day {
    /// Not said: no file can hold this day.
    pub(super) const UNSAID: Self = Self(date(1, 1, 1));

    const fn unsaid() -> Self {
        Self::UNSAID
    }
}

impl TryFrom<String> for Day {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let numbers: Vec<Option<i16>> = text.split('-').map(|part| part.parse().ok()).collect();
        let parts = match numbers[..] {
            [Some(year), Some(month), Some(day)] if text.len() == 10 => Some((year, month, day)),
            _ => None,
        };
        let found = parts.and_then(|(year, month, day)| {
            Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
        });
        let is_known = |day: &Date| (date(1996, 1, 1)..date(2199, 1, 1)).contains(day);
        found.filter(is_known).map(Self).ok_or_else(|| {
            format!("'{text}' is no day, expected one like 2022-05-02, from 1996 to 2198")
        })
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl JsonSchema for Day {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Day".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "format": "date",
            "pattern": "^\\d{4}-\\d{2}-\\d{2}$",
            "description": "A date such as 2022-05-02, from 1996 to 2198."
        })
    }
}

/// From when until when a scenario is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// The first day whose figures count. Only a live scenario may leave it open: it is the day of the
    /// state then.
    #[serde(default = "Day::unsaid")]
    pub from: Day,
    /// How many days count, 1 to 1,100.
    pub days: u32,
    /// How many days are lived through before without routes, 14 to 400: until levels, beliefs and intervals
    /// are those of the policy.
    #[serde(default = "Period::usual_warm_up")]
    pub warm_up_days: u32,
    /// How many days before the first one are lived through with routes, 0 to 60, and do not count.
    #[serde(default = "Period::usual_run_in")]
    pub run_in_days: u32,
}

impl Period {
    const fn usual_warm_up() -> u32 {
        70
    }

    const fn usual_run_in() -> u32 {
        7
    }

    /// The day on which the warm-up begins.
    pub(crate) fn begins(&self) -> Date {
        self.before(self.warm_up_days + self.run_in_days)
    }

    /// The first day with routes.
    pub(crate) fn first_routes(&self) -> Date {
        self.before(self.run_in_days)
    }

    /// The first day after it.
    pub(crate) fn ends(&self) -> Date {
        self.from.0.saturating_add(i64::from(self.days).days())
    }

    fn before(&self, days: u32) -> Date {
        self.from.0.saturating_sub(i64::from(days).days())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::plain("2022-05-02", true)]
    #[case::no_such_day("2022-02-30", false)]
    #[case::too_early("1985-01-01", false)]
    #[case::too_late("2199-01-01", false)]
    #[case::with_time("2022-05-02T10:00", false)]
    #[case::short("2022-5-2", false)]
    #[case::words("tomorrow", false)]
    fn a_day_is_a_date_of_the_calendar(#[case] text: &str, #[case] is_day: bool) {
        assert_eq!(Day::try_from(text.to_owned()).is_ok(), is_day);
    }
}
