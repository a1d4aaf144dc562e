//! Lengths and counts as people write them into tags.

/// A foot, in metres.
const FOOT_M: f64 = 0.3048;
/// An inch, in metres.
const INCH_M: f64 = 0.0254;

/// A length in metres: `12`, `12 m`, `12,5`, `1.2 km`, `40 ft`, `5'6"`; `None` for anything else.
pub(super) fn length_m(text: &str) -> Option<f64> {
    let text = text.trim();
    if let Some(metres) = feet_and_inches(text) {
        return Some(metres);
    }
    let unit_at = text.find(|c: char| c.is_alphabetic()).unwrap_or(text.len());
    let (amount, unit) = text.split_at(unit_at);
    let metres = match unit.trim_end_matches('.').to_ascii_lowercase().as_str() {
        "" | "m" | "metre" | "metres" | "meter" | "meters" | "mètres" => 1.0,
        "cm" => 0.01,
        "km" => 1000.0,
        "ft" | "foot" | "feet" => FOOT_M,
        "in" | "inch" | "inches" => INCH_M,
        _ => return None,
    };
    Some(number(amount)? * metres)
}

/// `5'6"`, `5'`, `66"`, with either sort of signs.
fn feet_and_inches(text: &str) -> Option<f64> {
    let feet_signs = ['\'', '′', '’'];
    let inch_signs = ['"', '″', '”'];
    let (feet, inches) = match text.split_once(feet_signs) {
        Some((feet, inches)) => (number(feet)?, inches.trim()),
        None => (0.0, text),
    };
    let is_bare = inches.is_empty() && text.ends_with(feet_signs);
    let inches = match inches.strip_suffix(inch_signs) {
        Some(inches) => number(inches)?,
        None if is_bare => 0.0,
        None => return None,
    };
    Some(feet * FOOT_M + inches * INCH_M)
}

/// A number with a decimal point or comma; never a sign of infinity, an exponent, or a group of
/// thousands.
pub(super) fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_plain = digits
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '.' | ','));
    let points = digits.matches(['.', ',']).count();
    let is_number = is_plain && points < 2 && digits.contains(|c: char| c.is_ascii_digit());
    let number: f64 = is_number.then(|| text.replace(',', ".").parse().ok())??;
    number.is_finite().then_some(number)
}

#[cfg(test)]
mod tests {
    use approx::assert_relative_eq;
    use proptest::prelude::*;

    use super::*;

    #[rstest::rstest]
    #[case::bare("12", 12.0)]
    #[case::with_its_unit("12 m", 12.0)]
    #[case::without_a_blank("3.5m", 3.5)]
    #[case::decimal_comma("12,5", 12.5)]
    #[case::kilometres("0.5 km", 500.0)]
    #[case::feet("40 ft", 12.192)]
    #[case::feet_and_inches("5'6\"", 1.6764)]
    #[case::typographic("5′6″", 1.6764)]
    #[case::feet_alone("5'", 1.524)]
    #[case::inches_alone("66\"", 1.6764)]
    #[case::below_the_ground("-2", -2.0)]
    fn a_length_is_read_in_metres(#[case] text: &str, #[case] metres: f64) {
        assert_relative_eq!(length_m(text).unwrap(), metres, epsilon = 1e-12);
    }

    #[rstest::rstest]
    #[case::nothing("")]
    #[case::a_word("high")]
    #[case::a_range("10-12")]
    #[case::two_values("10;12")]
    #[case::about("~12")]
    #[case::storeys("3 levels")]
    #[case::infinite("inf")]
    #[case::exponent("1e9")]
    #[case::thousands("1.234,5")]
    #[case::a_sign_alone("-")]
    #[case::a_quote_alone("'")]
    #[case::no_inches("5'6")]
    fn what_is_no_length_is_not_guessed(#[case] text: &str) {
        assert_eq!(length_m(text), None);
    }

    proptest! {
        #[test]
        fn whatever_the_text_a_length_is_a_number(text in ".{0,12}") {
            prop_assert!(length_m(&text).is_none_or(f64::is_finite));
        }

        #[test]
        fn a_number_is_read_as_it_is_written(number in 0.0_f64..10_000.0) {
            let text = format!("{number:.3} m");
            prop_assert!((length_m(&text).unwrap() - number).abs() < 1e-3);
        }
    }
}
