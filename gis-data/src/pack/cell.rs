//! One value of one column, as it lies in a file, and the conversions that other tools make
//! necessary: what we write as an integer may come back as a float.

use std::borrow::Cow;
use std::fmt;

/// A value that is there; a value that is not there is a `None` around it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell<'a> {
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any number.
    Real(f64),
    /// Text, a time or JSON.
    Text(Cow<'a, str>),
}

/// The largest whole number up to which every whole number is a distinct `f64`.
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

impl Cell<'_> {
    /// The same, with nothing borrowed.
    pub(super) fn into_owned(self) -> Cell<'static> {
        match self {
            Self::Bool(value) => Cell::Bool(value),
            Self::Int(value) => Cell::Int(value),
            Self::Real(value) => Cell::Real(value),
            Self::Text(text) => Cell::Text(Cow::Owned(text.into_owned())),
        }
    }

    /// As text: whole numbers too, for tools take a column of codes for numbers.
    pub(super) fn to_text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(text) => Some(Cow::Borrowed(text)),
            Self::Int(number) => Some(Cow::Owned(number.to_string())),
            Self::Bool(_) | Self::Real(_) => None,
        }
    }

    /// All of it as text.
    pub(super) fn to_full_text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Bool(value) => Cow::Owned(value.to_string()),
            Self::Int(number) => Cow::Owned(number.to_string()),
            Self::Real(number) => Cow::Owned(number.to_string()),
        }
    }

    /// As a whole number.
    pub(super) fn to_integer(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            Self::Bool(value) => Some(i64::from(*value)),
            Self::Real(number) => whole(*number),
            Self::Text(text) => text.trim().parse().ok(),
        }
    }

    /// As a finite number.
    pub(super) fn to_real(&self) -> Option<f64> {
        let number = match self {
            Self::Real(number) => *number,
            #[expect(
                clippy::cast_precision_loss,
                reason = "whole numbers beyond 2^53 are no quantities"
            )]
            Self::Int(number) => *number as f64,
            Self::Text(text) => text.trim().parse().ok()?,
            Self::Bool(_) => return None,
        };
        number.is_finite().then_some(number)
    }

    /// As true or false: also 1 and 0, as words or numbers.
    pub(super) fn to_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            Self::Text(text) if &**text == "true" => Some(true),
            Self::Text(text) if &**text == "false" => Some(false),
            other => match other.to_integer()? {
                0 => Some(false),
                1 => Some(true),
                _ => None,
            },
        }
    }
}

fn whole(number: f64) -> Option<i64> {
    let is_whole = number.fract() == 0.0 && number.abs() <= MAX_EXACT;
    #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
    is_whole.then_some(number as i64)
}

impl fmt::Display for Cell<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// How much of a text a message quotes.
        const QUOTED: usize = 80;
        match self {
            Self::Bool(value) => value.fmt(f),
            Self::Int(value) => value.fmt(f),
            Self::Real(value) => value.fmt(f),
            Self::Text(text) => match text.char_indices().nth(QUOTED) {
                Some((end, _)) => write!(f, "{}…", &text[..end]),
                None => f.write_str(text),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::integer(Cell::Int(4000), Some(4000))]
    #[case::float_from_another_tool(Cell::Real(4000.0), Some(4000))]
    #[case::text_from_another_tool(Cell::Text("4000".into()), Some(4000))]
    #[case::fraction(Cell::Real(0.5), None)]
    #[case::too_large_to_be_exact(Cell::Real(1e300), None)]
    #[case::no_number(Cell::Real(f64::NAN), None)]
    fn a_whole_number_is_read_from_whatever_holds_one(
        #[case] cell: Cell<'_>,
        #[case] number: Option<i64>,
    ) {
        assert_eq!(cell.to_integer(), number);
    }

    #[rstest::rstest]
    #[case::integer(Cell::Int(1), Some(true))]
    #[case::word(Cell::Text("false".into()), Some(false))]
    #[case::neither(Cell::Int(2), None)]
    fn true_and_false_are_read_from_numbers_and_words(
        #[case] cell: Cell<'_>,
        #[case] value: Option<bool>,
    ) {
        assert_eq!(cell.to_bool(), value);
    }

    #[test]
    fn infinite_numbers_are_none() {
        assert_eq!(Cell::Real(f64::INFINITY).to_real(), None);
        assert_eq!(Cell::Text("inf".into()).to_real(), None);
    }

    #[test]
    fn a_message_quotes_the_beginning_of_a_long_text() {
        let long = Cell::Text("é".repeat(500).into()).to_string();
        assert_eq!(long.chars().count(), 81);
    }
}
