//! The secret that a write must present.

use std::fmt;

/// The operator's token. It comes from `TWIN_OPERATOR_TOKEN` only, and is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct OperatorToken(Box<str>);

impl OperatorToken {
    /// Takes `secret`; an empty one protects nothing and counts as none.
    pub fn new(secret: String) -> Option<Self> {
        (!secret.is_empty()).then(|| Self(secret.into()))
    }

    /// Whether `presented` is the token. The time this takes does not tell how much of it is right.
    pub fn is(&self, presented: &str) -> bool {
        let (own, other) = (self.0.as_bytes(), presented.as_bytes());
        let difference = own.iter().zip(other).fold(0, |sum, (a, b)| sum | (a ^ b));
        own.len() == other.len() && std::hint::black_box(difference) == 0
    }
}

impl fmt::Debug for OperatorToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OperatorToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::same("s3cret", true)]
    #[case::start_of_it("s3cre", false)]
    #[case::longer("s3cretx", false)]
    #[case::other("s3creT", false)]
    #[case::nothing("", false)]
    fn only_the_very_token_is_accepted(#[case] presented: &str, #[case] is_right: bool) {
        let token = OperatorToken::new("s3cret".to_owned()).unwrap();
        assert_eq!(token.is(presented), is_right);
    }

    #[test]
    fn an_empty_token_is_none() {
        assert_eq!(OperatorToken::new(String::new()), None);
    }
}
