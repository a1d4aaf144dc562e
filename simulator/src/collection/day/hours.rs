//! When a stop may be served: by the noise of its stream, and by what closes its street.

use jiff::civil::Date;

use crate::calendar::{is_public_holiday, is_school_holiday};
use crate::collection::Window;
use crate::collection::rules::{Hours, SchoolRules};

/// The last tick of a day.
const MIDNIGHT: i32 = 864_000;

/// The hours at which a street of a school is closed on a date; none on days without school.
pub(super) fn closed(schools: &SchoolRules, street: Option<&str>, date: Date) -> Vec<Hours> {
    let is_named = street.is_some_and(|street| {
        let mut streets = schools.streets.iter();
        streets.any(|other| other.to_lowercase() == street.to_lowercase())
    });
    let is_free = is_public_holiday(date) || is_school_holiday(date);
    if is_named && !is_free && schools.days.contains(&date.weekday().into()) {
        schools.closed.clone()
    } else {
        Vec::new()
    }
}

/// When serving may begin so that it ends within `hours` and outside of `closed`, if it takes so many
/// ticks. `None` where there is no time for it; empty where it may begin at any time.
pub(super) fn windows(hours: &[Hours], closed: &[Hours], takes: i32) -> Option<Vec<Window>> {
    if hours.is_empty() && closed.is_empty() {
        return Some(Vec::new());
    }
    let whole = Window {
        open: 0,
        close: MIDNIGHT,
    };
    let mut windows: Vec<Window> = hours.iter().map(|hours| hours.window()).collect();
    if windows.is_empty() {
        windows.push(whole);
    }
    for closed in closed {
        windows = windows
            .into_iter()
            .flat_map(|window| without(window, closed.window()))
            .collect();
    }
    let ends = |window: Window| Window {
        close: window.close.saturating_sub(takes),
        ..window
    };
    let windows: Vec<Window> = windows
        .into_iter()
        .map(ends)
        .filter(|window| window.open <= window.close)
        .collect();
    (!windows.is_empty()).then_some(windows)
}

/// What is left of a window: before and after what is closed.
fn without(window: Window, closed: Window) -> impl Iterator<Item = Window> {
    let before = Window {
        open: window.open,
        close: window.close.min(closed.open),
    };
    let after = Window {
        open: window.open.max(closed.close),
        close: window.close,
    };
    [before, after]
        .into_iter()
        .filter(|part| part.open < part.close)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::collection::rules::{Clock, Rules};

    fn hours(from: &str, to: &str) -> Hours {
        Hours(clock(from), clock(to))
    }

    fn clock(text: &str) -> Clock {
        Clock::try_from(text.to_owned()).unwrap()
    }

    #[rstest::rstest]
    #[case::any_time(&[], &[], 600, Some(&[][..]))]
    #[case::noise(&[("07:00", "22:00")], &[], 600, Some(&[[252_000, 791_400]][..]))]
    #[case::school(&[], &[("08:00", "09:00")], 0, Some(&[[0, 288_000], [324_000, 864_000]][..]))]
    #[case::both(&[("07:00", "22:00")], &[("06:00", "07:30")], 0, Some(&[[270_000, 792_000]][..]))]
    #[case::ends_too_late(&[("07:00", "07:05")], &[], 3001, None)]
    fn serving_ends_within_the_hours(
        #[case] open: &[(&str, &str)],
        #[case] closed: &[(&str, &str)],
        #[case] takes: i32,
        #[case] expected: Option<&[[i32; 2]]>,
    ) {
        let all = |list: &[(&str, &str)]| -> Vec<Hours> {
            list.iter().map(|(from, to)| hours(from, to)).collect()
        };
        let found = windows(&all(open), &all(closed), takes);
        let found = found.map(|list| -> Vec<[i32; 2]> {
            list.iter()
                .map(|window| [window.open, window.close])
                .collect()
        });
        assert_eq!(found.as_deref(), expected);
    }

    #[rstest::rstest]
    #[case::a_school_day(date(2022, 5, 17), Some("Rue des Écoles"), 4)]
    #[case::other_letters(date(2022, 5, 17), Some("RUE DES ÉCOLES"), 4)]
    #[case::another_street(date(2022, 5, 17), Some("Rue du Port"), 0)]
    #[case::no_street(date(2022, 5, 17), None, 0)]
    #[case::wednesday(date(2022, 5, 18), Some("Rue des Écoles"), 0)]
    #[case::holidays(date(2022, 7, 19), Some("Rue des Écoles"), 0)]
    #[case::ascension(date(2022, 5, 26), Some("Rue des Écoles"), 0)]
    fn streets_of_schools_close_on_school_days(
        #[case] date: Date,
        #[case] street: Option<&str>,
        #[case] count: usize,
    ) {
        let mut schools = Rules::built_in().schools;
        schools.streets = vec!["Rue des Écoles".into()];
        assert_eq!(closed(&schools, street, date).len(), count);
    }

    proptest! {
        #[test]
        fn windows_are_in_order_and_within(
            cuts in proptest::collection::btree_set(0_u16..=1440, 2..12),
            is_open in any::<bool>(),
            takes in 0..20_000_i32,
        ) {
            let text = |minutes: &u16| clock(&format!("{:02}:{:02}", minutes / 60, minutes % 60));
            let cuts: Vec<Clock> = cuts.iter().map(text).collect();
            let all: Vec<Hours> = cuts
                .chunks_exact(2)
                .map(|pair| Hours(pair[0], pair[1]))
                .collect();
            let (open, closed) = if is_open { (&all[..], &[][..]) } else { (&[][..], &all[..]) };
            for window in windows(open, closed, takes).unwrap_or_default() {
                prop_assert!(0 <= window.open && window.open <= window.close);
                for tick in [window.open, window.close + takes] {
                    prop_assert!(tick <= MIDNIGHT);
                    let inside = |hours: &&Hours| {
                        let of = hours.window();
                        of.open < tick && tick < of.close || of.open == tick || of.close == tick
                    };
                    if is_open {
                        prop_assert!(all.iter().any(|hours| inside(&hours)));
                    } else {
                        let strictly = |hours: &Hours| {
                            hours.window().open < tick && tick < hours.window().close
                        };
                        prop_assert!(!all.iter().any(strictly));
                    }
                }
            }
            let found = windows(open, closed, takes).unwrap_or_default();
            prop_assert!(found.windows(2).all(|pair| pair[0].close < pair[1].open));
        }
    }
}
