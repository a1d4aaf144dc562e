//! Days and hours of Europe/Paris, without a time zone database.

use std::ops::RangeInclusive;

use jiff::SignedDuration;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use twin_core::Timestamp;

use crate::error::{SimError, SimResult};

/// The years that the rule of today covers: since 1996 summer time ends in October.
pub const CALENDAR_YEARS: RangeInclusive<i16> = 1996..=2199;

const HOUR_MS: i64 = 3_600_000;

/// One day in Europe/Paris.
///
/// ```
/// let day = simulator::calendar::LocalDay::containing("2022-03-27T12:00:00Z".parse().unwrap())?;
/// assert_eq!(day.start().to_string(), "2022-03-26T23:00:00.000Z");
/// assert_eq!(day.hours().len(), 23, "summer time begins");
/// # Ok::<(), simulator::SimError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalDay {
    date: Date,
    start: Timestamp,
    end: Timestamp,
}

impl LocalDay {
    /// The local day that an instant belongs to.
    pub fn containing(at: Timestamp) -> SimResult<Self> {
        Self::of(paris().to_datetime(instant(at)).date()).ok_or(SimError::OutsideCalendar { at })
    }

    /// The day of a date; `None` outside of [`CALENDAR_YEARS`].
    pub fn of(date: Date) -> Option<Self> {
        let start = local_midnight(date)?;
        let end = start_of(date.tomorrow().ok()?)?;
        Some(Self { date, start, end })
    }

    /// The day after; `None` at the end of the calendar.
    pub fn next(&self) -> Option<Self> {
        Self::of(self.date.tomorrow().ok()?)
    }

    /// Its date.
    pub const fn date(&self) -> Date {
        self.date
    }

    /// Its first instant.
    pub const fn start(&self) -> Timestamp {
        self.start
    }

    /// The first instant of the next day.
    pub const fn end(&self) -> Timestamp {
        self.end
    }

    /// When the clock shows that so many tenths of a second are over since midnight, and by how many
    /// seconds it is ahead of UTC then. From 24 hours on it shows days that follow; a time that the
    /// clock skips is told as before it does, and one that comes twice is the first.
    ///
    /// ```
    /// use simulator::calendar::LocalDay;
    ///
    /// let day = LocalDay::containing("2022-05-17T12:00:00Z".parse().unwrap())?;
    /// let (at, ahead_s) = day.at_clock(4 * 36_000 + 5);
    /// assert_eq!(at.to_string(), "2022-05-17T02:00:00.500Z");
    /// assert_eq!(ahead_s, 7_200);
    /// # Ok::<(), simulator::SimError>(())
    /// ```
    pub fn at_clock(&self, tenths: i32) -> (Timestamp, i32) {
        let since = SignedDuration::from_millis(i64::from(tenths) * 100);
        let shown = self.date.at(0, 0, 0, 0).saturating_add(since);
        let at = paris().to_ambiguous_zoned(shown).compatible();
        at.map_or((self.start, 0), |at| {
            let instant = Timestamp::from_millis(at.timestamp().as_millisecond());
            (instant, at.offset().seconds())
        })
    }

    /// Days since 1970-01-01.
    pub fn number(&self) -> u32 {
        let hours = self.date.duration_since(date(1970, 1, 1)).as_hours();
        u32::try_from(hours / 24).unwrap_or(0)
    }

    /// The local hour (0 to 23) of each of its 23, 24 or 25 hours, in order.
    pub fn hours(&self) -> Vec<u8> {
        let zone = paris();
        let (start, end) = (self.start.as_millis(), self.end.as_millis());
        (0..(end - start) / HOUR_MS)
            .map(|hour| zone.to_datetime(instant(Timestamp::from_millis(start + hour * HOUR_MS))))
            .map(|local| local.hour().unsigned_abs())
            .collect()
    }
}

/// Midnight in Europe/Paris at the beginning of a date; `None` outside of [`CALENDAR_YEARS`].
pub fn local_midnight(date: Date) -> Option<Timestamp> {
    if CALENDAR_YEARS.contains(&date.year()) {
        start_of(date)
    } else {
        None
    }
}

fn start_of(date: Date) -> Option<Timestamp> {
    let instant = paris().to_timestamp(date.at(0, 0, 0, 0)).ok()?;
    Some(Timestamp::from_millis(instant.as_millisecond()))
}

/// Directive 2000/84/EC: summer time from the last Sunday of March to the last of October, 01:00 UTC.
fn paris() -> TimeZone {
    use std::sync::OnceLock;
    static PARIS: OnceLock<TimeZone> = OnceLock::new();
    let rule = || TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").expect("a valid POSIX time zone");
    PARIS.get_or_init(rule).clone()
}

fn instant(at: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(at.as_millis())
        .expect("a timestamp lies between the years 1 and 9999")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::winter("2022-12-31T23:00:00Z", "2023-01-01", 24)]
    #[case::summer("2022-07-01T22:00:00Z", "2022-07-02", 24)]
    #[case::into_summer_time("2022-03-27T10:00:00Z", "2022-03-27", 23)]
    #[case::out_of_summer_time("2022-10-30T10:00:00Z", "2022-10-30", 25)]
    fn an_instant_belongs_to_its_local_day(
        #[case] at: &str,
        #[case] date: &str,
        #[case] hours: usize,
    ) {
        let day = LocalDay::containing(at.parse().unwrap()).unwrap();
        assert_eq!(day.date().to_string(), date);
        assert_eq!(day.hours().len(), hours);
    }

    #[test]
    fn days_follow_each_other_without_gap() {
        let mut day = LocalDay::of(date(2022, 1, 1)).unwrap();
        for _ in 0..800 {
            let next = day.next().unwrap();
            assert_eq!(day.end(), next.start());
            assert_eq!(day.number() + 1, next.number());
            day = next;
        }
    }

    #[test]
    fn a_time_outside_the_calendar_is_refused() {
        assert!(LocalDay::containing(Timestamp::MIN).is_err());
        assert!(LocalDay::containing(Timestamp::MAX).is_err());
    }
}
