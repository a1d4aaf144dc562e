//! A length of time as people write it.

use std::str::FromStr;

use serde::Deserialize;
use twin_core::Span;

/// A length of time, written as `90 s`, `10 min`, `36 h` or `30 d`; up to ten years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Lapse(Span);

/// Text that is no length of time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is no length of time like \"90 s\", \"10 min\", \"36 h\" or \"30 d\"")]
pub(crate) struct NoLapse {
    text: String,
}

/// The units there are, and their seconds.
const UNITS: [(&str, i64); 4] = [("s", 1), ("min", 60), ("h", 3600), ("d", 86_400)];
/// The longest time, in seconds.
const LONGEST_S: i64 = 10 * 366 * 86_400;

impl Lapse {
    /// So many seconds.
    pub(crate) const fn secs(secs: i64) -> Self {
        Self(Span::from_secs(secs))
    }

    /// As the twin's clock counts it.
    pub(crate) const fn span(self) -> Span {
        self.0
    }
}

impl FromStr for Lapse {
    type Err = NoLapse;

    fn from_str(text: &str) -> Result<Self, NoLapse> {
        let refuse = || NoLapse { text: text.into() };
        let (number, unit) = text.trim().split_once(' ').ok_or_else(refuse)?;
        let is_digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let number: Option<i64> = number.parse().ok().filter(|_number| is_digits);
        let unit = UNITS.iter().find(|(name, _secs)| *name == unit.trim());
        let (number, (_name, secs)) = number.zip(unit).ok_or_else(refuse)?;
        let total = number.checked_mul(*secs).filter(|secs| *secs <= LONGEST_S);
        total.map(Self::secs).ok_or_else(refuse)
    }
}

impl TryFrom<String> for Lapse {
    type Error = NoLapse;

    fn try_from(text: String) -> Result<Self, NoLapse> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::seconds("90 s", 90)]
    #[case::minutes("10 min", 600)]
    #[case::hours("36 h", 129_600)]
    #[case::days("30 d", 2_592_000)]
    #[case::none("0 s", 0)]
    fn a_length_of_time_is_a_number_and_a_unit(#[case] text: &str, #[case] secs: i64) {
        assert_eq!(text.parse(), Ok(Lapse::secs(secs)));
    }

    #[rstest::rstest]
    #[case::bare("90")]
    #[case::unknown_unit("3 weeks")]
    #[case::negative("-3 s")]
    #[case::signed("+3 s")]
    #[case::a_fraction("1.5 h")]
    #[case::beyond_all("99999999999999999 d")]
    #[case::more_than_ten_years("3700 d")]
    fn anything_else_is_refused(#[case] text: &str) {
        assert!(text.parse::<Lapse>().is_err());
    }
}
