//! The date of a file, as manifests write it.

use std::time::SystemTime;

use twin_core::Timestamp;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// `2026-11-20` where the server told when the file was last changed, else the day of today.
pub(super) fn vintage(last_modified: Option<&str>) -> String {
    let today = || {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let millis = since.map_or(0, |since| since.as_millis());
        let now = Timestamp::from_millis(i64::try_from(millis).unwrap_or(i64::MAX));
        let text = now.to_string();
        let day = text.split('T').next().unwrap_or(&text);
        format!("téléchargé le {day}")
    };
    last_modified.and_then(day_of).unwrap_or_else(today)
}

/// `2026-11-20` of `Fri, 20 Nov 2026 04:01:02 GMT` (RFC 9110, 5.6.7).
fn day_of(date: &str) -> Option<String> {
    let mut words = date.split_once(", ")?.1.split(' ');
    let day: u32 = words.next()?.parse().ok()?;
    let name = words.next()?;
    let month = MONTHS.iter().position(|it| *it == name)? + 1;
    let year: u32 = words.next()?.parse().ok()?;
    let is_date = (1..=31).contains(&day) && (1970..=9999).contains(&year);
    is_date.then(|| format!("{year:04}-{month:02}-{day:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::usual("Fri, 20 Nov 2026 04:01:02 GMT", Some("2026-11-20"))]
    #[case::first_of_a_month("Tue, 01 Jan 2019 00:00:00 GMT", Some("2019-01-01"))]
    #[case::no_month("Fri, 20 Brumaire 2026 04:01:02 GMT", None)]
    #[case::another_form("2026-11-20", None)]
    #[case::no_day("Fri, 99 Nov 2026 04:01:02 GMT", None)]
    fn the_day_is_read_out_of_a_date_of_http(#[case] date: &str, #[case] day: Option<&str>) {
        assert_eq!(day_of(date).as_deref(), day);
    }

    #[test]
    fn a_file_without_a_date_is_of_the_day_it_came() {
        assert!(vintage(None).starts_with("téléchargé le 20"));
    }
}
