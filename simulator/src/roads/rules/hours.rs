//! A small part of OpenStreetMap's opening hours: days of the week and spans of the clock, such as
//! `Mo-Fr 07:00-09:00,16:00-18:00; Sa off`. Whatever goes beyond it is not read.

use crate::roads::HourClass;

const DAYS: [&str; 7] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];
const MINUTES_PER_DAY: u16 = 1_440;

/// Whether hours hold at the moment that stands for an hour class; `None` if they cannot be read.
///
/// The moment is on a working day outside of holidays, so that `PH` and `SH` never hold. A later
/// rule that names the day takes the place of an earlier one.
pub(super) fn is_open(text: &str, hour: HourClass) -> Option<bool> {
    let moment = Moment {
        day: hour.weekday(),
        minute: hour.minute(),
    };
    let mut is_open = false;
    for rule in text.split(';').filter(|rule| !rule.trim().is_empty()) {
        is_open = Cursor { rest: rule.trim() }.rule(&moment)?.after(is_open);
    }
    (!text.trim().is_empty()).then_some(is_open)
}

struct Moment {
    /// Days since Monday.
    day: usize,
    /// Minutes since midnight.
    minute: u16,
}

/// What a rule says of a moment.
enum Said {
    Open,
    Closed,
    /// Nothing: the rule is about other days.
    Nothing,
}

impl Said {
    const fn after(&self, is_open: bool) -> bool {
        match self {
            Self::Open => true,
            Self::Closed => false,
            Self::Nothing => is_open,
        }
    }
}

struct Cursor<'a> {
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    /// One rule: groups of days and times, joined by commas, and perhaps `off` at the end.
    fn rule(&mut self, moment: &Moment) -> Option<Said> {
        if self.rest == "24/7" {
            return Some(Said::Open);
        }
        let (mut is_its_day, mut is_its_time) = (false, false);
        loop {
            let days = self.days(moment)?;
            let spans = self.spans()?;
            is_its_day |= days[0];
            is_its_time |= holds(&spans, days, moment.minute);
            if !self.take(",") {
                break;
            }
        }
        match self.rest {
            "" | "open" if is_its_time => Some(Said::Open),
            "" | "open" if is_its_day => Some(Said::Closed),
            "off" | "closed" if is_its_time => Some(Said::Closed),
            "" | "open" | "off" | "closed" => Some(Said::Nothing),
            _ => None,
        }
    }

    /// Whether the days named hold on the moment's day and on the day before; all days where none
    /// is named.
    fn days(&mut self, moment: &Moment) -> Option<[bool; 2]> {
        let mut week = [false; 7];
        let mut is_named = false;
        loop {
            if self.take("PH") || self.take("SH") {
                is_named = true;
            } else if let Some(first) = self.day() {
                is_named = true;
                let last = if self.take("-") { self.day()? } else { first };
                for offset in 0..=(last + 7 - first) % 7 {
                    *week.get_mut((first + offset) % 7)? = true;
                }
            } else if is_named {
                return None;
            } else {
                return Some([true; 2]);
            }
            if !self.take(",") {
                let before = (moment.day + 6) % 7;
                return Some([*week.get(moment.day)?, *week.get(before)?]);
            }
        }
    }

    /// Spans of minutes, the end past midnight where it is before the start; the whole day where
    /// there is none.
    fn spans(&mut self) -> Option<Vec<(u16, u16)>> {
        let mut spans = Vec::new();
        while self.rest.starts_with(|c: char| c.is_ascii_digit()) {
            let start = self.clock()?;
            if !self.take("-") {
                return None;
            }
            let end = self.clock()?;
            let is_past_midnight = end <= start;
            spans.push((
                start,
                end + if is_past_midnight { MINUTES_PER_DAY } else { 0 },
            ));
            let next = self.rest.strip_prefix(',').map(str::trim_start);
            match next {
                Some(next) if next.starts_with(|c: char| c.is_ascii_digit()) => self.rest = next,
                _ => break,
            }
        }
        if spans.is_empty() {
            spans.push((0, MINUTES_PER_DAY));
        }
        Some(spans)
    }

    fn day(&mut self) -> Option<usize> {
        DAYS.iter().position(|day| self.take(day))
    }

    /// `07:00` in minutes; up to 24:00.
    fn clock(&mut self) -> Option<u16> {
        let (hours, rest) = self.rest.split_once(':')?;
        let minutes = rest.get(..2)?;
        let hours: u16 = hours.parse().ok().filter(|hours| *hours <= 24)?;
        let minutes: u16 = minutes.parse().ok().filter(|minutes| *minutes < 60)?;
        self.rest = rest.get(2..)?.trim_start();
        Some(hours * 60 + minutes).filter(|all| *all <= MINUTES_PER_DAY)
    }

    /// Steps over a word, and says whether it was there.
    fn take(&mut self, word: &str) -> bool {
        let rest: Option<&'a str> = self.rest.strip_prefix(word);
        if let Some(rest) = rest {
            self.rest = rest.trim_start();
        }
        rest.is_some()
    }
}

fn holds(spans: &[(u16, u16)], [today, day_before]: [bool; 2], minute: u16) -> bool {
    let in_span = |minute: u16| move |span: &(u16, u16)| (span.0..span.1).contains(&minute);
    let is_now = today && spans.iter().any(in_span(minute));
    is_now || day_before && spans.iter().any(in_span(minute + MINUTES_PER_DAY))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Tuesday, 8:00.
    #[rstest::rstest]
    #[case::a_working_day("Mo-Fr 07:00-09:00", Some(true))]
    #[case::the_end_is_outside("Mo-Fr 07:00-08:00", Some(false))]
    #[case::two_spans("Mo-Fr 05:00-06:00, 07:30-09:00", Some(true))]
    #[case::another_day("Sa,Su 07:00-09:00", Some(false))]
    #[case::days_around_the_week("Sa-Tu 07:00-09:00", Some(true))]
    #[case::with_holidays("Mo-Fr,PH 07:00-09:00", Some(true))]
    #[case::holidays_alone("PH", Some(false))]
    #[case::every_day("07:00-09:00", Some(true))]
    #[case::the_whole_day("Tu", Some(true))]
    #[case::over_midnight("22:00-08:30", Some(true))]
    #[case::over_midnight_of_another_day("We 22:00-08:30", Some(false))]
    #[case::over_midnight_of_the_day_before("Mo 22:00-08:30", Some(true))]
    #[case::a_second_group("Sa 07:00-09:00, Tu 07:00-09:00", Some(true))]
    #[case::off("07:00-09:00; Tu off", Some(false))]
    #[case::off_on_another_day("07:00-09:00; We off", Some(true))]
    #[case::a_later_rule("Mo-Fr 07:00-09:00; Tu 10:00-11:00", Some(false))]
    #[case::always("24/7", Some(true))]
    #[case::from_sunrise("sunrise-09:00", None)]
    #[case::open_ended("07:00+", None)]
    #[case::a_season("Apr-Oct 07:00-09:00", None)]
    #[case::no_such_time("07:99-09:00", None)]
    #[case::nothing("", None)]
    fn hours_are_read(#[case] text: &str, #[case] expected: Option<bool>) {
        assert_eq!(is_open(text, HourClass::Peak), expected);
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in "[MoTuWeThFrSaSuPH0-9:,;+ -]{0,40}") {
            let read = is_open(&text, HourClass::Peak);
            prop_assert!(read.is_none() || !text.trim().is_empty());
        }
    }
}
