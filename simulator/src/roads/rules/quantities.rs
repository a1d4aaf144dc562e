//! Numbers with units as mappers write them: `3.5 t`, `12'6"`, `30 mph`, `01:20`. What cannot be
//! read is `None`; no text is walked more than once.

/// Kilometres an hour in a mile an hour, exact.
const KMH_PER_MPH: f64 = 1.609_344;
/// Kilometres an hour in a knot, exact.
const KMH_PER_KNOT: f64 = 1.852;
/// Metres in a foot, exact.
const M_PER_FOOT: f64 = 0.304_8;
/// Tonnes in a pound, exact.
const TONNES_PER_POUND: f64 = 0.000_453_592_37;
/// Tonnes in an American ton of 2,000 pounds.
const TONNES_PER_SHORT_TON: f64 = 2_000.0 * TONNES_PER_POUND;
/// No number on a road sign has more characters.
const MAX_DIGITS: usize = 12;
/// A number at the beginning, decimals after a point or a comma, and what follows it, trimmed.
///
/// It is never negative and always finite.
pub(super) fn number(text: &str) -> Option<(f64, &str)> {
    let text = text.trim_start();
    let is_part = |c: char| c.is_ascii_digit() || c == '.' || c == ',';
    let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    if digits.len() > MAX_DIGITS {
        return None;
    }
    let value = match digits.split_once(',') {
        None => digits.parse::<f64>(),
        Some((whole, decimals)) => format!("{whole}.{decimals}").parse(),
    };
    Some((value.ok()?, rest.trim()))
}

/// A speed in km/h, more than 0; `walk` is 6 km/h, as French signs put it.
pub(super) fn speed_kmh(text: &str) -> Option<f64> {
    if text == "walk" {
        return Some(6.0);
    }
    let (value, unit) = number(text)?;
    let factor = match unit {
        "" | "km/h" | "kmh" | "kph" => 1.0,
        "mph" => KMH_PER_MPH,
        "knots" => KMH_PER_KNOT,
        _ => return None,
    };
    (value > 0.0).then_some(value * factor)
}

/// A length in metres; feet and inches as `12'6"`, `12 ft 6 in`.
pub(super) fn length_m(text: &str) -> Option<f64> {
    let (value, unit) = number(text)?;
    match unit {
        "" | "m" | "metres" | "meters" => Some(value),
        "cm" => Some(value / 100.0),
        "km" => Some(value * 1_000.0),
        "in" | "\"" => Some(value / 12.0 * M_PER_FOOT),
        _ => {
            let inches = unit.strip_prefix('\'').or(unit.strip_prefix("ft"))?.trim();
            Some((value + inches_of(inches)? / 12.0) * M_PER_FOOT)
        }
    }
}

fn inches_of(text: &str) -> Option<f64> {
    if text.is_empty() {
        return Some(0.0);
    }
    match number(text)? {
        (inches, "" | "\"" | "in" | "''") => Some(inches),
        _ => None,
    }
}

/// A mass in tonnes.
pub(super) fn mass_t(text: &str) -> Option<f64> {
    let (value, unit) = number(text)?;
    let factor = match unit {
        "" | "t" | "tonnes" | "tons" => 1.0,
        "kg" => 0.001,
        "st" => TONNES_PER_SHORT_TON,
        "lbs" | "lb" => TONNES_PER_POUND,
        _ => return None,
    };
    Some(value * factor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[rstest::rstest]
    #[case::plain("50", Some(50.0))]
    #[case::with_its_unit("50 km/h", Some(50.0))]
    #[case::miles("30 mph", Some(48.280_32))]
    #[case::miles_without_a_space("30mph", Some(48.280_32))]
    #[case::knots("10 knots", Some(18.52))]
    #[case::at_walking_pace("walk", Some(6.0))]
    #[case::nothing_at_all("0", None)]
    #[case::below_zero("-30", None)]
    #[case::a_word("signals", None)]
    #[case::two_of_them("50;30", None)]
    #[case::endless("9999999999999999999", None)]
    #[case::points_only("..", None)]
    fn speeds_are_read_in_any_unit(#[case] text: &str, #[case] expected: Option<f64>) {
        assert_eq!(speed_kmh(text), expected);
    }

    #[rstest::rstest]
    #[case::plain("3.8", Some(3.8))]
    #[case::metres("3.8 m", Some(3.8))]
    #[case::french_decimals("3,8", Some(3.8))]
    #[case::feet_and_inches("12'6\"", Some(3.81))]
    #[case::in_words("12 ft 6 in", Some(3.81))]
    #[case::feet_only("12'", Some(3.657_6))]
    #[case::centimetres("380 cm", Some(3.8))]
    #[case::unknown("default", None)]
    #[case::broken("12'x", None)]
    #[case::two_commas("1,2,3", None)]
    fn lengths_are_read_in_any_unit(#[case] text: &str, #[case] expected: Option<f64>) {
        let found = length_m(text);
        assert_eq!(found.is_some(), expected.is_some());
        approx::assert_abs_diff_eq!(
            found.unwrap_or(0.0),
            expected.unwrap_or(0.0),
            epsilon = 1e-9
        );
    }

    #[rstest::rstest]
    #[case::plain("3.5", Some(3.5))]
    #[case::tonnes("3.5 t", Some(3.5))]
    #[case::without_a_space("3.5t", Some(3.5))]
    #[case::kilograms("3500 kg", Some(3.5))]
    #[case::american("10 st", Some(9.071_847_4))]
    #[case::a_word("none", None)]
    fn masses_are_read_in_any_unit(#[case] text: &str, #[case] expected: Option<f64>) {
        assert_eq!(mass_t(text), expected);
    }

    proptest! {
        #[test]
        fn no_text_gives_a_number_that_cannot_be_used(text in "\\PC{0,24}") {
            let read = [speed_kmh(&text), length_m(&text), mass_t(&text)];
            for value in read.into_iter().flatten() {
                prop_assert!(value.is_finite() && value >= 0.0);
            }
        }
    }
}
