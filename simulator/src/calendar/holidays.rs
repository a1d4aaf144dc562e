//! Public holidays of metropolitan France, and the school holidays of zone A.

use std::ops::Range;

use jiff::ToSpan as _;
use jiff::civil::{Date, date};

/// Where the table of school holidays comes from.
pub const SCHOOL_HOLIDAYS_SOURCE: &str = "calendrier scolaire, zone A (Besançon)";

/// The dates that the table of school holidays covers; outside of it no day counts as one.
pub const SCHOOL_HOLIDAYS_KNOWN: Range<Date> = date(2021, 1, 1)..date(2026, 9, 1);

/// First day without school, and first day with school again.
const SCHOOL_HOLIDAYS: [[Date; 2]; 28] = [
    [date(2020, 12, 19), date(2021, 1, 4)],
    [date(2021, 2, 6), date(2021, 2, 22)],
    [date(2021, 4, 10), date(2021, 4, 26)],
    [date(2021, 7, 7), date(2021, 9, 2)],
    [date(2021, 10, 23), date(2021, 11, 8)],
    [date(2021, 12, 18), date(2022, 1, 3)],
    [date(2022, 2, 12), date(2022, 2, 28)],
    [date(2022, 4, 16), date(2022, 5, 2)],
    [date(2022, 7, 8), date(2022, 9, 1)],
    [date(2022, 10, 22), date(2022, 11, 7)],
    [date(2022, 12, 17), date(2023, 1, 3)],
    [date(2023, 2, 4), date(2023, 2, 20)],
    [date(2023, 4, 8), date(2023, 4, 24)],
    [date(2023, 7, 8), date(2023, 9, 4)],
    [date(2023, 10, 21), date(2023, 11, 6)],
    [date(2023, 12, 23), date(2024, 1, 8)],
    [date(2024, 2, 17), date(2024, 3, 4)],
    [date(2024, 4, 13), date(2024, 4, 29)],
    [date(2024, 7, 6), date(2024, 9, 2)],
    [date(2024, 10, 19), date(2024, 11, 4)],
    [date(2024, 12, 21), date(2025, 1, 6)],
    [date(2025, 2, 22), date(2025, 3, 10)],
    [date(2025, 4, 19), date(2025, 5, 5)],
    [date(2025, 7, 5), date(2025, 9, 1)],
    [date(2025, 10, 18), date(2025, 11, 3)],
    [date(2025, 12, 20), date(2026, 1, 5)],
    [date(2026, 2, 7), date(2026, 2, 23)],
    [date(2026, 4, 4), date(2026, 4, 20)],
];

/// The summer holidays of 2026, whose end is that of the table.
const LAST_SUMMER: Date = date(2026, 7, 4);

/// Whether schools of zone A are closed for holidays; `false` outside [`SCHOOL_HOLIDAYS_KNOWN`].
pub fn is_school_holiday(day: Date) -> bool {
    let is_known = SCHOOL_HOLIDAYS_KNOWN.contains(&day);
    let in_table = || {
        SCHOOL_HOLIDAYS
            .iter()
            .any(|[first, after]| (*first..*after).contains(&day))
    };
    is_known && (day >= LAST_SUMMER || in_table())
}

/// Whether a day is one of the eleven public holidays (Code du travail, L3133-1).
///
/// ```
/// use jiff::civil::date;
///
/// assert!(simulator::calendar::is_public_holiday(date(2022, 5, 26)), "Ascension");
/// assert!(!simulator::calendar::is_public_holiday(date(2022, 5, 27)));
/// ```
pub fn is_public_holiday(day: Date) -> bool {
    let fixed = [
        (1, 1),
        (5, 1),
        (5, 8),
        (7, 14),
        (8, 15),
        (11, 1),
        (11, 11),
        (12, 25),
    ];
    let after_easter = || {
        let easter = easter(day.year());
        [1, 39, 50]
            .iter()
            .any(|days| easter.checked_add(days.days()).ok() == Some(day))
    };
    fixed.contains(&(day.month(), day.day())) || ((3..=6).contains(&day.month()) && after_easter())
}

/// Easter Sunday of a Gregorian year, by the anonymous algorithm of 1876 (Meeus, "Astronomical
/// Algorithms", chapter 8).
pub fn easter(year: i16) -> Date {
    let year_number = i32::from(year);
    let (cycle, century) = (year_number.rem_euclid(19), year_number.div_euclid(100));
    let in_century = year_number.rem_euclid(100);
    let moon_shift = (8 * century + 13) / 25;
    let epact = (19 * cycle + century - century / 4 - moon_shift + 15).rem_euclid(30);
    let to_sunday =
        (32 + 2 * (century % 4) + 2 * (in_century / 4) - epact - in_century % 4).rem_euclid(7);
    let late = (cycle + 11 * epact + 22 * to_sunday) / 451;
    date(year, 3, 22).saturating_add((epact + to_sunday - 7 * late).days())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::earliest(1818, 3, 22)]
    #[case::latest(1943, 4, 25)]
    #[case::y2022(2022, 4, 17)]
    #[case::y2023(2023, 4, 9)]
    #[case::y2024(2024, 3, 31)]
    #[case::y2025(2025, 4, 20)]
    #[case::y2026(2026, 4, 5)]
    #[case::y2038(2038, 4, 25)]
    fn easter_is_where_the_almanac_has_it(#[case] year: i16, #[case] month: i8, #[case] day: i8) {
        assert_eq!(easter(year), date(year, month, day));
    }

    #[test]
    fn each_year_has_eleven_public_holidays_at_most_one_falling_on_another() {
        for year in 2000..2100 {
            let mut day = date(year, 1, 1);
            let mut count = 0;
            while day.year() == year {
                count += u32::from(is_public_holiday(day));
                day = day.tomorrow().unwrap();
            }
            assert!((10..=11).contains(&count), "{year}: {count}");
        }
    }

    #[rstest::rstest]
    #[case::first_day("2022-02-12", true)]
    #[case::back_to_school("2022-02-28", false)]
    #[case::last_school_day_before_summer("2022-07-07", false)]
    #[case::summer("2026-08-31", true)]
    #[case::beyond_the_table("2026-12-25", false)]
    fn school_holidays_follow_the_table(#[case] day: Date, #[case] is_holiday: bool) {
        assert_eq!(is_school_holiday(day), is_holiday);
    }

    #[test]
    fn the_table_is_in_order() {
        let flat: Vec<Date> = SCHOOL_HOLIDAYS.into_iter().flatten().collect();
        assert!(flat.is_sorted());
    }
}
