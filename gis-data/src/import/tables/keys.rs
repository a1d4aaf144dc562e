//! Numbers of other people's tables as keys of assets.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};
use twin_core::{AssetId, LonLat};

/// A number of the table as a key: what a key cannot hold becomes `~` and its hexadecimal bytes.
pub(in crate::import) fn key_of(text: &str) -> Box<str> {
    let mut key = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || "-_.:".contains(c) {
            key.push(c);
        } else {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                // Writing to a string cannot fail.
                let _ = write!(key, "~{byte:02x}");
            }
        }
    }
    fitting(key)
}

/// The key of what has no number: from its place, to a tenth of a metre.
pub(in crate::import) fn key_of_place(place: LonLat) -> Box<str> {
    let text = format!("{:.6},{:.6}", place.lon(), place.lat());
    format!("at-{}", digest(&text)).into()
}

/// A key that is not too long: the beginning of a longer one, and a digest of the whole.
pub(in crate::import) fn fitting(key: String) -> Box<str> {
    const KEPT: usize = 80;
    if key.len() <= AssetId::MAX_KEY_LEN {
        return key.into();
    }
    format!("{}-{}", &key[..KEPT], digest(&key)).into()
}

/// 64 bits of SHA-256, as hexadecimal digits.
fn digest(text: &str) -> String {
    let bytes = Sha256::digest(text);
    bytes
        .iter()
        .take(8)
        .fold(String::new(), |mut digits, byte| {
            let _ = write!(digits, "{byte:02x}");
            digits
        })
}

#[cfg(test)]
mod tests {
    use twin_core::AssetKind;

    use super::*;

    #[rstest::rstest]
    #[case::plain("25388-0012", "25388-0012")]
    #[case::blank_and_accent("PAV é 1", "PAV~20~c3~a9~201")]
    #[case::the_escape_itself("a~b", "a~7eb")]
    fn any_number_makes_a_key(#[case] text: &str, #[case] key: &str) {
        assert_eq!(&*key_of(text), key);
        assert!(AssetId::new(AssetKind::Site, &key_of(text)).is_ok());
    }

    #[test]
    fn long_numbers_keep_apart() {
        let keys = ["x", "y"].map(|end| key_of(&("z".repeat(300) + end)));
        assert!(keys[0] != keys[1] && keys[0].len() <= AssetId::MAX_KEY_LEN);
    }
}
