//! Texts of which no sign needs escaping in an address.

use twin_core::Timestamp;

/// A moment without the signs that an address escapes: "20261130T080000Z".
pub(super) fn short(at: Timestamp) -> String {
    let at = at.to_string().replace(".000Z", "Z");
    at.chars()
        .filter(|sign| !matches!(sign, '-' | ':'))
        .collect()
}

/// The moment of such a text.
pub(super) fn long(text: &str) -> Option<Timestamp> {
    let (date, rest) = text.split_once('T')?;
    let time = rest.strip_suffix('Z')?;
    let (clock, part) = time.split_at_checked(6)?;
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if date.len() != 8 || !is_digits(date) || !is_digits(clock) {
        return None;
    }
    let [year, month, day] = [date.get(..4)?, date.get(4..6)?, date.get(6..)?];
    let [hour, minute, second] = [clock.get(..2)?, clock.get(2..4)?, clock.get(4..)?];
    let text = format!("{year}-{month}-{day}T{hour}:{minute}:{second}{part}Z");
    text.parse().ok()
}

/// A text of which all but letters, digits and hyphens is written as `%XX`.
pub(crate) fn escaped(text: &str) -> String {
    let mut told = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || byte == b'-' {
            told.push(char::from(byte));
        } else {
            told.push('%');
            told.extend([byte >> 4, byte & 15].map(hex_digit));
        }
    }
    told
}

/// A number below 16 as a hexadecimal digit.
fn hex_digit(half: u8) -> char {
    char::from_digit(u32::from(half), 16)
        .unwrap_or('0')
        .to_ascii_uppercase()
}

pub(super) fn unescaped(text: &str) -> Option<String> {
    let mut told = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        if *byte == b'%' {
            let ([high, low], after) = after.split_first_chunk::<2>()?;
            let hex = [*high, *low];
            told.push(u8::from_str_radix(str::from_utf8(&hex).ok()?, 16).ok()?);
            rest = after;
        } else {
            told.push(*byte);
            rest = after;
        }
    }
    String::from_utf8(told).ok()
}
