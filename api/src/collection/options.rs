//! What a person writes for a day: its date, its policy, its rules.

use std::path::Path;
use std::str::FromStr;

use simulator::calendar::LocalDay;
use simulator::collection::day::Policy;
use simulator::collection::rules::Rules;
use twin_core::{Fraction, Timestamp};

use crate::error::{ApiError, ApiResult};

/// A policy by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PolicyName {
    /// By the probability that containers overflow.
    Prize,
    /// From a level on.
    Threshold,
    /// By the interval of their stream.
    Fixed,
    /// So many of the fullest.
    Fullest,
}

impl PolicyName {
    const ALL: [Self; 4] = [Self::Prize, Self::Threshold, Self::Fixed, Self::Fullest];

    /// As people write it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Prize => "prize",
            Self::Threshold => "threshold",
            Self::Fixed => "fixed",
            Self::Fullest => "fullest",
        }
    }
}

impl FromStr for PolicyName {
    type Err = ApiError;

    fn from_str(text: &str) -> Result<Self, ApiError> {
        let mut all = Self::ALL.into_iter();
        all.find(|policy| policy.name() == text)
            .ok_or_else(|| ApiError::InvalidOption {
                option: "the policy",
                value: text.into(),
                expected: "prize, threshold, fixed or fullest",
            })
    }
}

/// The name of a policy in answers.
pub(crate) const fn policy_name(policy: Policy) -> &'static str {
    match policy {
        Policy::Prize => PolicyName::Prize.name(),
        Policy::Threshold(_) => PolicyName::Threshold.name(),
        Policy::Fixed => PolicyName::Fixed.name(),
        Policy::Fullest(_) => PolicyName::Fullest.name(),
        Policy::Rolling(_) => "rolling",
        Policy::Listed => "listed",
    }
}

/// A policy by its name, with the one number that it may need.
pub(crate) const fn policy(name: PolicyName, threshold: Fraction, fullest: usize) -> Policy {
    match name {
        PolicyName::Prize => Policy::Prize,
        PolicyName::Threshold => Policy::Threshold(threshold),
        PolicyName::Fixed => Policy::Fixed,
        PolicyName::Fullest => Policy::Fullest(fullest),
    }
}

/// A date as `2022-05-17`.
pub(crate) fn parse_day(text: &str) -> ApiResult<LocalDay> {
    let invalid = || ApiError::InvalidOption {
        option: "the date",
        value: text.into(),
        expected: "a day like 2022-05-17, from 1996 to 2199",
    };
    let is_date = text.len() == "2022-05-17".len();
    // Noon in Greenwich belongs to the same day in Paris.
    let noon = format!("{text}T12:00:00Z").parse::<Timestamp>();
    let noon = noon.ok().filter(|_| is_date).ok_or_else(invalid)?;
    let day = LocalDay::containing(noon).ok();
    day.ok_or_else(invalid)
}

/// A share from 0 to 1.
pub(crate) fn parse_share(text: &str) -> ApiResult<Fraction> {
    let share = text.parse().ok();
    let share = share.and_then(|share| Fraction::new(share).ok());
    share.ok_or_else(|| ApiError::InvalidOption {
        option: "the threshold",
        value: text.into(),
        expected: "a share from 0 to 1",
    })
}

/// The rules of a file, or those that come with the program.
pub(crate) fn read_rules(path: Option<&Path>) -> ApiResult<Rules> {
    let Some(path) = path else {
        return Ok(Rules::built_in());
    };
    let text = std::fs::read_to_string(path).map_err(|source| gis_data::GisError::Io {
        action: "read",
        path: path.into(),
        source,
    })?;
    Rules::parse(&text).map_err(|source| ApiError::CollectionRules {
        path: path.into(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::a_day("2022-05-17", Some("2022-05-17"))]
    #[case::with_a_time("2022-05-17T10:00", None)]
    #[case::no_such_day("2022-02-30", None)]
    #[case::beyond_the_calendar("1995-12-31", None)]
    #[case::no_day("tomorrow", None)]
    fn a_day_is_a_date(#[case] text: &str, #[case] expected: Option<&str>) {
        let day = parse_day(text).ok().map(|day| day.date().to_string());
        assert_eq!(day.as_deref(), expected);
    }

    #[test]
    fn a_policy_is_read_by_its_name() {
        for policy in PolicyName::ALL {
            assert_eq!(policy.name().parse::<PolicyName>().unwrap(), policy);
        }
        assert!("luck".parse::<PolicyName>().is_err());
    }
}
