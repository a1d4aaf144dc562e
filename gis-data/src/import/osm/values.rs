//! Values of a key, as a row of a table has them.

/// Some values of a key, with a blank between two.
#[derive(Debug)]
pub(super) enum Values {
    /// Only these.
    These(&'static str),
    /// Any that is not empty, without these.
    AllBut(&'static str),
}

impl Values {
    /// Whether a value is one of them.
    pub(super) fn has(&self, value: &str) -> bool {
        let is_in = |words: &str| words.split(' ').any(|word| word == value);
        match self {
            Self::These(words) => !value.is_empty() && is_in(words),
            Self::AllBut(words) => !value.is_empty() && !is_in(words),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Values::{self, AllBut, These};

    #[rstest::rstest]
    #[case::one_of_them(These("park garden"), "garden", true)]
    #[case::another(These("park garden"), "pitch", false)]
    #[case::two_at_once(These("park garden"), "park garden", false)]
    #[case::nothing(These("park garden"), "", false)]
    #[case::any(AllBut("no vacant"), "bakery", true)]
    #[case::a_refused_one(AllBut("no vacant"), "vacant", false)]
    #[case::nothing_at_all(AllBut("no vacant"), "", false)]
    fn a_value_is_one_word(#[case] values: Values, #[case] value: &str, #[case] is: bool) {
        assert_eq!(values.has(value), is);
    }
}
