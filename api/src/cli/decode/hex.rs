//! Bytes as people write them down.

use crate::error::{ApiError, ApiResult};

/// The bytes of hexadecimal digits in any case, with or without `0x`, and with spaces, colons,
/// commas or hyphens between bytes or rows of them.
pub(super) fn bytes(arguments: &[String]) -> ApiResult<Vec<u8>> {
    let mut bytes = Vec::new();
    let is_between = |letter: char| letter.is_whitespace() || ":,-".contains(letter);
    for argument in arguments {
        for row in argument.split(is_between) {
            let digits = row.strip_prefix("0x").or_else(|| row.strip_prefix("0X"));
            read_row(digits.unwrap_or(row), &mut bytes)?;
        }
    }
    if bytes.is_empty() {
        return Err(ApiError::NoBytes);
    }
    Ok(bytes)
}

fn read_row(digits: &str, bytes: &mut Vec<u8>) -> ApiResult<()> {
    /// How much of a wrong row is shown.
    const SHOWN: usize = 40;
    let shown = || digits.chars().take(SHOWN).collect::<String>().into();
    if let Some(letter) = digits.chars().find(|letter| !letter.is_ascii_hexdigit()) {
        return Err(ApiError::NotHexadecimal {
            letter,
            text: shown(),
        });
    }
    if !digits.len().is_multiple_of(2) {
        return Err(ApiError::HalfAByte {
            count: digits.len(),
            text: shown(),
        });
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).unwrap_or_default();
    for pair in digits.as_bytes().chunks_exact(2) {
        if let &[high, low] = pair {
            let byte = u8::try_from(digit(high) << 4 | digit(low));
            bytes.extend(byte);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(texts: &[&str]) -> ApiResult<Vec<u8>> {
        let texts: Vec<String> = texts.iter().map(ToString::to_string).collect();
        bytes(&texts)
    }

    #[rstest::rstest]
    #[case::plain(&["01755C"])]
    #[case::small(&["01755c"])]
    #[case::spaces(&[" 01 75 5C "])]
    #[case::arguments(&["01", "755C"])]
    #[case::colons(&["01:75:5c"])]
    #[case::prefixed(&["0x01755C"])]
    #[case::each_prefixed(&["0x01, 0X75, 0x5c"])]
    fn bytes_are_read_however_they_are_written(#[case] texts: &[&str]) {
        assert_eq!(of(texts).unwrap(), [0x01, 0x75, 0x5c]);
    }

    #[rstest::rstest]
    #[case::no_digit("01755G", "'G' in '01755G' is no hexadecimal digit")]
    #[case::not_ascii("01é5", "'é' in '01é5' is no hexadecimal digit")]
    #[case::half_a_byte("01755", "'01755' has 5 digits, expected two for each byte")]
    #[case::halves("1:2", "'1' has 1 digits")]
    #[case::nothing(" ", "the frame has no bytes")]
    #[case::only_a_prefix("0x", "the frame has no bytes")]
    fn what_is_no_hexadecimal_is_refused(#[case] text: &str, #[case] why: &str) {
        let message = of(&[text]).unwrap_err().to_string();
        assert!(message.contains(why), "{message}");
    }
}
