//! Dates and times of day in the territory, which lies in France.
//!
//! The browser has no table of time zones for us: the rule of the European Union is written out. It
//! holds for all years from 1996 on.

use twin_core::Timestamp;

use super::Words;

const HOUR_S: i64 = 3600;
const DAY_S: i64 = 24 * HOUR_S;
const MARCH: u8 = 3;
const OCTOBER: u8 = 10;

/// A point in time on the clocks and calendars of Paris.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct WallClock {
    year: i64,
    month: u8,
    day: u8,
    /// From 0, a Sunday.
    weekday: u8,
    hour: u8,
    minute: u8,
}

impl WallClock {
    fn at(time: Timestamp) -> Self {
        let seconds = time.as_secs() + offset_h(time) * HOUR_S;
        let days = seconds.div_euclid(DAY_S);
        let (year, month, day) = date(days);
        let minutes = seconds.rem_euclid(DAY_S) / 60;
        Self {
            year,
            month,
            day,
            weekday: weekday(days),
            hour: small(minutes / 60),
            minute: small(minutes % 60),
        }
    }
}

/// The hour on the clocks of Paris, 0–23.
pub(crate) fn hour_of_day(time: Timestamp) -> u8 {
    WallClock::at(time).hour
}

/// The day in Paris as the server names it: "2026-11-30".
pub(crate) fn day_of(time: Timestamp) -> String {
    let seconds = time.as_secs() + offset_h(time) * HOUR_S;
    let (year, month, day) = date(seconds.div_euclid(DAY_S));
    format!("{year:04}-{month:02}-{day:02}")
}

/// When the day after that of `time` begins in Paris. Clocks are changed after midnight, so that
/// it is as many hours ahead of UTC as the evening before.
pub(crate) fn next_midnight(time: Timestamp) -> Timestamp {
    let wall_s = time.as_secs() + offset_h(time) * HOUR_S;
    let midnight_s = (wall_s.div_euclid(DAY_S) + 1) * DAY_S;
    let evening = Timestamp::from_secs(midnight_s - 3 * HOUR_S);
    Timestamp::from_secs(midnight_s - offset_h(evening) * HOUR_S)
}

impl Words {
    /// A time of day in France, without minutes where it is a whole hour: "18 h", "18 h 30".
    pub fn hour(&self, time: Timestamp) -> String {
        let WallClock { hour, minute, .. } = WallClock::at(time);
        if minute > 0 {
            return self.time_of_day(time);
        }
        let (plain, padded) = (hour.to_string(), format!("{hour:02}"));
        self.fill("date.hour", &[("h", &plain), ("hh", &padded)])
    }

    /// The day of the week: "mardi", "Tuesday".
    pub fn weekday(&self, time: Timestamp) -> String {
        let weekday = format!("weekday.{}", WallClock::at(time).weekday);
        self.say(&weekday).to_owned()
    }

    /// The time of day: "14 h 32", "14:32".
    pub fn time_of_day(&self, time: Timestamp) -> String {
        let WallClock { hour, minute, .. } = WallClock::at(time);
        let values = [
            ("h", hour.to_string()),
            ("hh", format!("{hour:02}")),
            ("m", format!("{minute:02}")),
        ];
        self.fill(
            "date.time",
            &values
                .each_ref()
                .map(|(name, value)| (*name, value.as_str())),
        )
    }

    /// The time of day as a clock on a wall shows it: "14:32", "07:05".
    pub fn clock(&self, time: Timestamp) -> String {
        let WallClock { hour, minute, .. } = WallClock::at(time);
        let (hour, minute) = (format!("{hour:02}"), format!("{minute:02}"));
        self.fill("date.clock", &[("hh", &hour), ("m", &minute)])
    }

    /// The day: "mardi 24 novembre", "Tuesday 24 November".
    pub fn day(&self, time: Timestamp) -> String {
        let WallClock {
            month,
            day,
            weekday,
            ..
        } = WallClock::at(time);
        let number = day.to_string();
        let weekday = format!("weekday.{weekday}");
        let month = format!("month.{month}");
        let values = [
            ("weekday", self.say(&weekday)),
            (
                "day",
                if day == 1 {
                    self.say("date.first")
                } else {
                    &number
                },
            ),
            ("month", self.say(&month)),
        ];
        self.fill("date.day", &values)
    }

    /// The day with its year: "24 novembre 2028", "24 November 2028".
    pub fn date(&self, time: Timestamp) -> String {
        let WallClock {
            year, month, day, ..
        } = WallClock::at(time);
        let (number, year) = (day.to_string(), year.to_string());
        let month = format!("month.{month}");
        let day = if day == 1 {
            self.say("date.first")
        } else {
            &number
        };
        let values = [("day", day), ("month", self.say(&month)), ("year", &year)];
        self.fill("date.date", &values)
    }

    /// Day and time: "mardi 24 novembre, 14 h 32".
    pub fn day_and_time(&self, time: Timestamp) -> String {
        let values = [
            ("day", &*self.day(time)),
            ("time", &*self.time_of_day(time)),
        ];
        self.fill("date.at", &values)
    }
}

/// Every midnight in Paris after a time and before another one.
pub(crate) fn midnights(from: Timestamp, to: Timestamp) -> Vec<Timestamp> {
    let next = |midnight: &Timestamp| Some(next_midnight(*midnight));
    std::iter::successors(Some(next_midnight(from)), next)
        .take_while(|midnight| *midnight < to)
        .collect()
}

/// How many hours the clocks of Paris are ahead of UTC: two from the last Sunday of March to that of
/// October, at one o'clock UTC, and one else.
fn offset_h(time: Timestamp) -> i64 {
    let seconds = time.as_secs();
    let (year, ..) = date(seconds.div_euclid(DAY_S));
    let turn = |month| last_sunday(year, month) * DAY_S + HOUR_S;
    if (turn(MARCH)..turn(OCTOBER)).contains(&seconds) {
        2
    } else {
        1
    }
}

/// The last Sunday of a month of 31 days, in days since 1970.
fn last_sunday(year: i64, month: u8) -> i64 {
    let last = days(year, month, 31);
    last - i64::from(weekday(last))
}

/// The day of the week, from 0, a Sunday; 1970 began on a Thursday.
fn weekday(days: i64) -> u8 {
    small((days + 4).rem_euclid(7))
}

/// Days from 1970 to a date of the Gregorian calendar. Years are counted from March, so that the
/// leap day is the last of its year.
fn days(year: i64, month: u8, day: u8) -> i64 {
    let year = year - i64::from(month < MARCH);
    let month = (i64::from(month) + 9) % 12;
    let before = 365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    before + (153 * month + 2) / 5 + i64::from(day) - 1 - FROM_YEAR_0
}

/// Days from 1 March of the year 0 to 1970.
const FROM_YEAR_0: i64 = 719_468;

/// Year, month and day of a number of days since 1970; undoes [`days`].
fn date(days: i64) -> (i64, u8, u8) {
    const ERA_DAYS: i64 = 146_097;
    let days = days + FROM_YEAR_0;
    let (era, of_era) = (days.div_euclid(ERA_DAYS), days.rem_euclid(ERA_DAYS));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / (ERA_DAYS - 1)) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = small((month + 2) % 12 + 1);
    (
        era * 400 + year + i64::from(month < MARCH),
        month,
        small(day),
    )
}

/// A number that is known to fit.
fn small(number: i64) -> u8 {
    u8::try_from(number).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::words::Language;

    fn at(time: &str) -> Timestamp {
        time.parse().unwrap()
    }

    #[rstest::rstest]
    #[case::winter("2026-01-15T12:00:00Z", 1)]
    #[case::summer("2026-07-15T12:00:00Z", 2)]
    #[case::before_spring("2026-03-29T00:59:59Z", 1)]
    #[case::from_spring_on("2026-03-29T01:00:00Z", 2)]
    #[case::before_autumn("2026-10-25T00:59:59Z", 2)]
    #[case::from_autumn_on("2026-10-25T01:00:00Z", 1)]
    #[case::last_of_the_month_is_a_sunday("2024-03-31T01:00:00Z", 2)]
    #[case::another_year("2027-10-31T00:59:59Z", 2)]
    #[case::new_year_in_paris("2026-12-31T23:30:00Z", 1)]
    fn clocks_follow_the_rule_of_the_union(#[case] time: &str, #[case] offset: i64) {
        assert_eq!(offset_h(at(time)), offset);
    }

    #[rstest::rstest]
    #[case::afternoon(
        "2026-11-24T13:32:10Z",
        "mardi 24 novembre, 14\u{a0}h\u{a0}32",
        "Tuesday 24 November, 14:32"
    )]
    #[case::morning(
        "2026-07-01T05:05:00Z",
        "mercredi 1er juillet, 7\u{a0}h\u{a0}05",
        "Wednesday 1 July, 07:05"
    )]
    #[case::next_day(
        "2026-08-31T22:10:00Z",
        "mardi 1er septembre, 0\u{a0}h\u{a0}10",
        "Tuesday 1 September, 00:10"
    )]
    #[case::leap_day(
        "2028-02-29T11:00:00Z",
        "mardi 29 février, 12\u{a0}h\u{a0}00",
        "Tuesday 29 February, 12:00"
    )]
    fn dates(#[case] time: &str, #[case] fr: &str, #[case] en: &str) {
        assert_eq!(Words::new(Language::Fr).day_and_time(at(time)), fr);
        assert_eq!(Words::new(Language::En).day_and_time(at(time)), en);
    }

    #[rstest::rstest]
    #[case::late_on_new_years_eve("2028-12-31T23:30:00Z", "1er janvier 2029", "1 January 2029")]
    #[case::any_day("2028-11-24T12:00:00Z", "24 novembre 2028", "24 November 2028")]
    fn a_day_has_its_year(#[case] time: &str, #[case] fr: &str, #[case] en: &str) {
        assert_eq!(Words::new(Language::Fr).date(at(time)), fr);
        assert_eq!(Words::new(Language::En).date(at(time)), en);
    }

    #[rstest::rstest]
    #[case::by_day("2026-11-30T12:00:00Z", "2026-11-30")]
    #[case::in_the_night_it_is_the_next_one("2026-11-30T23:00:00Z", "2026-12-01")]
    #[case::in_summer("2026-07-01T22:00:00Z", "2026-07-02")]
    fn a_day_has_its_name(#[case] time: &str, #[case] name: &str) {
        assert_eq!(day_of(at(time)), name);
    }

    #[rstest::rstest]
    #[case::winter("2026-11-24T13:00:00Z", "2026-11-26T13:00:00Z", &["2026-11-24T23:00:00Z", "2026-11-25T23:00:00Z"])]
    #[case::when_clocks_change("2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z", &["2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"])]
    #[case::in_spring("2026-03-28T12:00:00Z", "2026-03-30T12:00:00Z", &["2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"])]
    #[case::of_one_day("2026-11-24T13:00:00Z", "2026-11-24T14:00:00Z", &[])]
    fn days_begin_at_midnight_in_paris(
        #[case] from: &str,
        #[case] to: &str,
        #[case] told: &[&str],
    ) {
        let told: Vec<Timestamp> = told.iter().map(|it| at(it)).collect();
        assert_eq!(midnights(at(from), at(to)), told);
    }

    #[rstest::rstest]
    #[case::winter("2026-11-30T08:00:00Z", "2026-11-30T23:00:00Z")]
    #[case::summer("2026-06-30T23:00:00Z", "2026-07-01T22:00:00Z")]
    #[case::at_midnight("2026-11-30T23:00:00Z", "2026-12-01T23:00:00Z")]
    #[case::before_spring("2026-03-28T12:00:00Z", "2026-03-28T23:00:00Z")]
    #[case::on_the_day_of_spring("2026-03-29T00:30:00Z", "2026-03-29T22:00:00Z")]
    #[case::on_the_day_of_autumn("2026-10-25T00:30:00Z", "2026-10-25T23:00:00Z")]
    fn the_next_day_begins_at_midnight_in_paris(#[case] time: &str, #[case] next: &str) {
        assert_eq!(next_midnight(at(time)), at(next));
    }

    #[test]
    fn a_clock_shows_two_digits_each() {
        let words = Words::new(Language::Fr);
        assert_eq!(words.clock(at("2026-07-01T05:05:00Z")), "07:05");
    }

    proptest! {
        #[test]
        fn a_date_leads_back_to_its_day(number in -700_000_i64..2_900_000) {
            let (year, month, day) = date(number);
            prop_assert!((1..=12).contains(&month) && (1..=31).contains(&day));
            prop_assert_eq!(days(year, month, day), number);
        }
    }
}
