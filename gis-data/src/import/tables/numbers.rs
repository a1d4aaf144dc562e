//! Numbers as people write them: `1 234,5`, `3.2 m3`.

/// A number with a decimal comma or point, blanks between thousands, and any unit behind it.
pub(in crate::import) fn number(text: &str) -> Option<f64> {
    let (digits, _unit) = split(text);
    let is_comma_decimal = digits.contains(',') && !digits.contains('.');
    let digits = if is_comma_decimal {
        digits.replacen(',', ".", 1)
    } else {
        digits.replace(',', "")
    };
    digits
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite())
}

/// The digits without blanks, and the unit in small letters.
pub(in crate::import) fn split(text: &str) -> (String, String) {
    let text = text.trim();
    let is_number = |c: char| c.is_ascii_digit() || "+-.,eE".contains(c) || c.is_whitespace();
    let end = text.find(|c| !is_number(c)).unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let digits = digits.chars().filter(|c| !c.is_whitespace()).collect();
    (digits, unit.trim().to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::point("6.7981", Some(6.7981))]
    #[case::comma("47,5103", Some(47.5103))]
    #[case::blanks_and_comma("6 719 088,23", Some(6_719_088.23))]
    #[case::no_break_space("6\u{a0}719\u{202f}088", Some(6_719_088.0))]
    #[case::english_thousands("985,752.5", Some(985_752.5))]
    #[case::unit("3,2 m3", Some(3.2))]
    #[case::negative("-1,5", Some(-1.5))]
    #[case::word("inconnu", None)]
    #[case::nothing("", None)]
    #[case::two_points("1.2.3", None)]
    #[case::not_finite("1e999", None)]
    fn numbers_are_read_as_people_write_them(#[case] text: &str, #[case] expected: Option<f64>) {
        assert_eq!(number(text), expected);
    }
}
