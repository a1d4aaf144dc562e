//! A time of the day's clock, as people and programs read it.

use serde::{Serialize, Serializer};
use simulator::calendar::LocalDay;
use twin_core::Timestamp;

/// A time of a day, in tenths of a second after midnight on the clock; it shows as a local time of
/// RFC 3339, with tenths only where there are some.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    tenths: i32,
    utc: String,
    local: String,
}

impl Moment {
    /// The time of `day` at which its clock shows so many tenths of a second after midnight.
    pub(crate) fn new(day: &LocalDay, tenths: i32) -> Self {
        let (at, ahead_s) = day.at_clock(tenths);
        let shown = Timestamp::from_millis(at.as_millis() + i64::from(ahead_s) * 1000);
        let sign = if ahead_s < 0 { '-' } else { '+' };
        let minutes = ahead_s.unsigned_abs() / 60;
        Self {
            tenths,
            utc: short(at) + "Z",
            local: format!(
                "{}{sign}{:02}:{:02}",
                short(shown),
                minutes / 60,
                minutes % 60
            ),
        }
    }

    /// Tenths of a second after midnight.
    pub(crate) const fn tenths(&self) -> i32 {
        self.tenths
    }

    /// As a local time with its distance from UTC, like `2022-05-17T06:12:00+02:00`.
    pub(crate) fn local(&self) -> &str {
        &self.local
    }

    /// The same in UTC, like `2022-05-17T04:12:00Z`.
    pub(crate) fn utc(&self) -> &str {
        &self.utc
    }

    /// What a clock shows, without seconds: `06:12`.
    pub(crate) fn clock(&self) -> &str {
        self.local.get(11..16).unwrap_or("")
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.local)
    }
}

/// Date and time, without zeros behind the point.
fn short(at: Timestamp) -> String {
    let text = at.to_string();
    let text = text.trim_end_matches('Z').trim_end_matches('0');
    text.trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::summer(
        "2022-05-17",
        223_200,
        "2022-05-17T06:12:00+02:00",
        "2022-05-17T04:12:00Z"
    )]
    #[case::with_tenths(
        "2022-05-17",
        5,
        "2022-05-17T00:00:00.5+02:00",
        "2022-05-16T22:00:00.5Z"
    )]
    #[case::winter(
        "2022-01-04",
        360_000,
        "2022-01-04T10:00:00+01:00",
        "2022-01-04T09:00:00Z"
    )]
    #[case::next_day(
        "2022-05-17",
        864_000,
        "2022-05-18T00:00:00+02:00",
        "2022-05-17T22:00:00Z"
    )]
    #[case::summer_begins(
        "2022-03-27",
        108_000,
        "2022-03-27T03:00:00+02:00",
        "2022-03-27T01:00:00Z"
    )]
    fn a_moment_is_what_the_clock_shows(
        #[case] date: &str,
        #[case] tenths: i32,
        #[case] local: &str,
        #[case] utc: &str,
    ) {
        let noon = format!("{date}T12:00:00Z").parse().unwrap();
        let day = LocalDay::containing(noon).unwrap();
        let moment = Moment::new(&day, tenths);
        assert_eq!((moment.local(), moment.utc()), (local, utc));
        assert_eq!(moment.clock(), &local[11..16]);
    }
}
