//! Numbers, lengths and spans of time as each language writes them.

use twin_core::Span;

use super::{Language, Words};

/// Holds a number and its unit together, and groups digits in French; our fonts have no narrow one.
const NBSP: char = '\u{a0}';
const MINUTE_S: i64 = 60;
const HOUR_S: i64 = 60 * MINUTE_S;
const DAY_S: i64 = 24 * HOUR_S;

impl Words {
    /// A number with at most `digits` decimals: "1 234,5", "1,234.5".
    pub fn number(&self, value: f64, digits: usize) -> String {
        let (group, point) = match self.language {
            Language::Fr => (NBSP, ','),
            Language::En => (',', '.'),
        };
        let written = format!("{:.digits$}", value.abs());
        let (whole, decimals) = written.split_once('.').unwrap_or((&written, ""));
        let decimals = decimals.trim_end_matches('0');
        let is_zero = whole == "0" && decimals.is_empty();
        let mut said = String::from(if value < 0.0 && !is_zero { "−" } else { "" });
        for (n, digit) in whole.chars().enumerate() {
            if n > 0 && (whole.len() - n).is_multiple_of(3) {
                said.push(group);
            }
            said.push(digit);
        }
        if !decimals.is_empty() {
            said.push(point);
            said.push_str(decimals);
        }
        said
    }

    /// A number with its sign, which nothing has not: "+12", "−3,4", "0".
    pub fn signed(&self, value: f64, digits: usize) -> String {
        let said = self.number(value, digits);
        let is_more = value > 0.0 && said != "0";
        if is_more { format!("+{said}") } else { said }
    }

    /// A length in its unit: "500 m", "2 km".
    pub fn length(&self, metres: f64) -> String {
        let (key, value) = if metres < 1000.0 {
            ("length.m", metres)
        } else {
            ("length.km", metres / 1000.0)
        };
        self.fill(key, &[("n", &self.number(value, 1))])
    }

    /// A span of time in its largest one or two units: "8 s", "12 min", "3 h 10", "2 jours".
    pub fn span(&self, span: Span) -> String {
        let seconds = span.as_secs();
        let one = |key: &str, n: i64| self.fill(key, &[("n", &n.to_string())]);
        if seconds < MINUTE_S {
            return one("duration.s", seconds);
        }
        if seconds < HOUR_S {
            return one("duration.min", seconds / MINUTE_S);
        }
        if seconds >= 2 * DAY_S {
            let days = usize::try_from(seconds / DAY_S).unwrap_or(usize::MAX);
            return self.count("duration.d", days);
        }
        let (hours, minutes) = (seconds / HOUR_S, seconds % HOUR_S / MINUTE_S);
        if hours >= 10 || minutes == 0 {
            return one("duration.h", hours);
        }
        let minutes = format!("{minutes:02}");
        self.fill("duration.hm", &[("h", &hours.to_string()), ("m", &minutes)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::grouped(1234.5, 1, "1\u{a0}234,5", "1,234.5")]
    #[case::no_more_digits_than_there_are(2.0, 1, "2", "2")]
    #[case::rounded(2.06, 1, "2,1", "2.1")]
    #[case::million(1_000_000.0, 0, "1\u{a0}000\u{a0}000", "1,000,000")]
    #[case::below_zero(-3.0, 0, "−3", "−3")]
    #[case::rounded_to_nothing(-0.04, 1, "0", "0")]
    #[case::three_digits(999.0, 0, "999", "999")]
    fn numbers(#[case] value: f64, #[case] digits: usize, #[case] fr: &str, #[case] en: &str) {
        assert_eq!(Words::new(Language::Fr).number(value, digits), fr);
        assert_eq!(Words::new(Language::En).number(value, digits), en);
    }

    #[rstest::rstest]
    #[case::metres(500.0, "500\u{a0}m")]
    #[case::kilometres(2000.0, "2\u{a0}km")]
    #[case::between(1500.0, "1,5\u{a0}km")]
    fn lengths(#[case] metres: f64, #[case] said: &str) {
        assert_eq!(Words::default().length(metres), said);
    }

    #[rstest::rstest]
    #[case::seconds(8, "8\u{a0}s")]
    #[case::minutes(12 * 60 + 59, "12\u{a0}min")]
    #[case::hours_and_minutes(3 * 3600 + 10 * 60, "3\u{a0}h\u{a0}10")]
    #[case::whole_hours(3 * 3600, "3\u{a0}h")]
    #[case::many_hours(26 * 3600 + 600, "26\u{a0}h")]
    #[case::days(50 * 3600, "2\u{a0}jours")]
    fn spans(#[case] seconds: i64, #[case] said: &str) {
        assert_eq!(Words::default().span(Span::from_secs(seconds)), said);
    }
}
