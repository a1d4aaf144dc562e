//! Numbers of a file, each refused with its line where it cannot be used.

use super::document::{Section, Token};
use super::error::{VrplibError, VrplibResult};
use crate::numbers::floor_u64;

/// Any finite number.
pub(super) fn finite(token: Token<'_>, field: &str) -> VrplibResult<f64> {
    within(token, field, (f64::MIN, f64::MAX), "a finite number")
}

/// A finite number that is not negative.
pub(super) fn not_negative(token: Token<'_>, field: &str) -> VrplibResult<f64> {
    within(token, field, (0.0, f64::MAX), "a number of 0 or more")
}

/// A whole number from `least` up to `most`.
pub(super) fn whole(token: Token<'_>, field: &str, (least, most): (u32, u32)) -> VrplibResult<u32> {
    let range = (f64::from(least), f64::from(most));
    let expected = format!("a whole number from {least} to {most}");
    let value = within(token, field, range, &expected)?;
    u32::try_from(floor_u64(value))
        .ok()
        .filter(|&whole| f64::from(whole) == value)
        .ok_or_else(|| VrplibError::value(token.line, field, token.text, expected))
}

fn within(
    token: Token<'_>,
    field: &str,
    (least, most): (f64, f64),
    expected: &str,
) -> VrplibResult<f64> {
    let number = token.text.parse::<f64>().ok();
    number
        .filter(|number| (least..=most).contains(number))
        .ok_or_else(|| VrplibError::value(token.line, field, token.text, expected))
}

/// The words of a row, each with its line.
pub(super) fn words(row: Token<'_>) -> impl Iterator<Item = Token<'_>> {
    let line = row.line;
    let words = row.text.split_whitespace();
    words.map(move |text| Token { line, text })
}

/// What a section says of one node.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Row<'t, const N: usize> {
    /// Where it stands.
    pub(super) line: usize,
    /// What follows the number of the node.
    pub(super) words: [Token<'t>; N],
}

/// The rows of a section that has one for each node: its number, from 1, and `N` words. They may stand
/// in any order, and come back in that of the nodes.
pub(super) fn of_nodes<'t, const N: usize>(
    section: &Section<'t>,
    field: &str,
    nodes: u32,
) -> VrplibResult<Vec<Row<'t, N>>> {
    let found = section.rows.len();
    if found != nodes as usize {
        return Err(count(
            section.line,
            field,
            ("rows", found),
            u64::from(nodes),
        ));
    }
    let mut rows: Vec<Option<Row<'t, N>>> = vec![None; found];
    for &row in &section.rows {
        let line = row.line;
        let all: Vec<_> = words(row).take(N + 2).collect();
        let parts = all.split_first().and_then(|(node, words)| {
            let words = <[Token<'t>; N]>::try_from(words).ok()?;
            Some((*node, words))
        });
        let Some((node, words)) = parts else {
            let found = row.text.split_whitespace().count();
            return Err(count(line, field, ("numbers", found), N as u64 + 1));
        };
        let node = whole(node, field, (1, nodes))?;
        let Some(slot @ None) = rows.get_mut(node as usize - 1) else {
            let field = format!("node {node} of {field}").into();
            return Err(VrplibError::Repeated { line, field });
        };
        *slot = Some(Row { line, words });
    }
    Ok(rows.into_iter().flatten().collect())
}

/// Other than so many rows or numbers.
pub(super) fn count(
    line: usize,
    field: &str,
    (what, found): (&'static str, usize),
    expected: u64,
) -> VrplibError {
    VrplibError::Count {
        line,
        field: field.into(),
        what,
        found,
        expected,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::document::Document;
    use super::*;

    #[rstest]
    #[case::plain("206", Some(206))]
    #[case::with_a_point("206.0", Some(206))]
    #[case::broken("206.5", None)]
    #[case::negative("-1", None)]
    #[case::nothing("", None)]
    #[case::no_number("nan", None)]
    #[case::endless("inf", None)]
    #[case::far_too_many("1e300", None)]
    #[case::words("two", None)]
    fn a_whole_number_is_one_in_its_range(#[case] text: &str, #[case] expected: Option<u32>) {
        let read = whole(Token { line: 1, text }, "CAPACITY", (1, 1000));
        assert_eq!(read.ok(), expected);
    }

    #[test]
    fn rows_come_back_in_the_order_of_the_nodes() {
        let document = Document::parse("DEMAND_SECTION\n2 b\n1 a").unwrap();
        let section = document.section("DEMAND").unwrap();
        let rows = of_nodes::<1>(section, "DEMAND_SECTION", 2).unwrap();
        let texts: Vec<_> = rows.iter().map(|row| row.words[0].text).collect();
        assert_eq!(texts, ["a", "b"]);
    }

    #[rstest]
    #[case::missing("1 0", "line 1: DEMAND_SECTION has 1 rows, expected 2")]
    #[case::too_long("1 0\n2 0 0 0", "line 3: DEMAND_SECTION has 4 numbers, expected 2")]
    #[case::too_short("1 0\n2", "line 3: DEMAND_SECTION has 1 numbers, expected 2")]
    #[case::twice(
        "1 0\n1 0",
        "line 3: node 1 of DEMAND_SECTION a second time, expected it once"
    )]
    #[case::unknown(
        "1 0\n3 0",
        "line 3: DEMAND_SECTION is '3', expected a whole number from 1 to 2"
    )]
    #[case::from_zero(
        "0 0\n1 0",
        "line 2: DEMAND_SECTION is '0', expected a whole number from 1 to 2"
    )]
    fn rows_that_do_not_fit_the_nodes_are_refused(#[case] rows: &str, #[case] told: &str) {
        let text = format!("DEMAND_SECTION\n{rows}");
        let document = Document::parse(&text).unwrap();
        let section = document.section("DEMAND").unwrap();
        let refused = of_nodes::<1>(section, "DEMAND_SECTION", 2).unwrap_err();
        assert_eq!(refused.to_string(), told);
    }
}
