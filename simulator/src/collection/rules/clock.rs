//! Times of day and days of the week, as a file tells them.

use jiff::civil;
use serde::Deserialize;

use crate::collection::Window;

/// Ticks of a day's problem in a minute: tenths of a second.
const TICKS_PER_MINUTE: i32 = 600;

/// A local time of day, written `HH:MM`, from `00:00` to `24:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Clock(u16);

impl Clock {
    /// Minutes since midnight.
    pub const fn minutes(self) -> u16 {
        self.0
    }

    /// Tenths of a second since midnight.
    pub const fn ticks(self) -> i32 {
        self.0 as i32 * TICKS_PER_MINUTE
    }

    /// The share of a day of 24 hours, 0–1.
    pub fn share_of_day(self) -> f64 {
        f64::from(self.0) / 1440.0
    }
}

impl TryFrom<String> for Clock {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let two = |digits: &str| {
            let is_two = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
            is_two.then(|| digits.parse::<u16>().ok()).flatten()
        };
        let parts = text.split_once(':');
        let parts = parts.and_then(|(hour, minute)| Some((two(hour)?, two(minute)?)));
        let minutes = parts
            .filter(|&(_, minute)| minute < 60)
            .map(|(hour, minute)| hour * 60 + minute)
            .filter(|&minutes| minutes <= 1440);
        minutes.map(Self).ok_or_else(|| {
            format!("'{text}' is no time of day, expected HH:MM from 00:00 to 24:00")
        })
    }
}

/// From one time of day to a later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Hours(pub Clock, pub Clock);

impl Hours {
    /// The same in ticks of a problem.
    pub const fn window(self) -> Window {
        Window {
            open: self.0.ticks(),
            close: self.1.ticks(),
        }
    }
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each is what its name says")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl From<civil::Weekday> for Weekday {
    fn from(day: civil::Weekday) -> Self {
        match day {
            civil::Weekday::Monday => Self::Monday,
            civil::Weekday::Tuesday => Self::Tuesday,
            civil::Weekday::Wednesday => Self::Wednesday,
            civil::Weekday::Thursday => Self::Thursday,
            civil::Weekday::Friday => Self::Friday,
            civil::Weekday::Saturday => Self::Saturday,
            civil::Weekday::Sunday => Self::Sunday,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::midnight("00:00", Some(0))]
    #[case::morning("04:30", Some(162_000))]
    #[case::end_of_day("24:00", Some(864_000))]
    #[case::beyond("24:01", None)]
    #[case::no_minute("07:60", None)]
    #[case::one_digit("7:00", None)]
    #[case::signed("+7:00", None)]
    #[case::no_time("noon", None)]
    #[case::empty("", None)]
    fn a_time_of_day_has_two_digits_each(#[case] text: &str, #[case] ticks: Option<i32>) {
        let clock = Clock::try_from(text.to_owned()).ok();
        assert_eq!(clock.map(Clock::ticks), ticks);
    }
}
