//! The secret that makes an operator of a viewer.

use std::fmt;

/// The operator's token. It is never shown: not in logs, not by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct OperatorToken(Box<str>);

/// A text is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected the operator's token: one line of visible ASCII characters")]
pub struct TokenError;

impl OperatorToken {
    /// Takes the token out of a text, without the white space around it.
    ///
    /// # Errors
    /// Where it is empty, or holds what no HTTP header can: every question would fail.
    pub fn new(text: &str) -> Result<Self, TokenError> {
        let token = text.trim();
        let is_sound = token.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        if token.is_empty() || !is_sound {
            return Err(TokenError);
        }
        Ok(Self(token.into()))
    }

    /// The header that presents it.
    pub(super) fn header(&self) -> (&'static str, String) {
        ("Authorization", format!("Bearer {}", self.0))
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
    #[case::plain("s3cret", Some("Bearer s3cret"))]
    #[case::a_line_of_a_file("s3cret\n", Some("Bearer s3cret"))]
    #[case::nothing(" \n", None)]
    #[case::two_lines("a\nHost: b", None)]
    #[case::no_header("schlüssel", None)]
    fn a_token_is_one_line(#[case] text: &str, #[case] header: Option<&str>) {
        let token = OperatorToken::new(text).ok();
        assert_eq!(token.map(|it| it.header().1).as_deref(), header);
    }

    #[test]
    fn it_is_never_shown() {
        let token = OperatorToken::new("s3cret").unwrap();
        assert!(!format!("{token:?}").contains("s3cret"));
    }
}
