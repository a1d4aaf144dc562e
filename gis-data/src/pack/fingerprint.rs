//! What tells one pack from another.

use std::fmt;
use std::fs::File;
use std::io;
use std::path::Path;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

use super::folder::{RESTRICTED, file_name, io_error, layer_names};
use super::manifest;
use crate::error::{GisError, GisResult};

/// The SHA-256 digest of a pack's manifest and layer files; prints as 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

/// The fingerprint of the pack in `dir`: the bytes of `pack.toml` and of each layer's file that is
/// there. Other files of the folder do not count.
///
/// # Errors
///
/// A folder without a manifest, and files that cannot be read; their content is not looked into.
pub fn fingerprint(dir: &Path) -> GisResult<Fingerprint> {
    let mut whole = Sha256::new();
    add_file(&mut whole, dir, manifest::FILE)?;
    for layer in layer_names().chain([RESTRICTED]) {
        let name = file_name(layer);
        if dir.join(&name).exists() {
            add_file(&mut whole, dir, &name)?;
        }
    }
    Ok(Fingerprint(whole.finalize().into()))
}

/// Adds a file's name and digest: both of a known length, so that no two folders run together.
fn add_file(whole: &mut Sha256, dir: &Path, name: &str) -> GisResult<()> {
    let path = dir.join(name);
    let mut digest = Sha256::new();
    let mut file = File::open(&path).map_err(io_error("read", &path))?;
    io::copy(&mut file, &mut digest).map_err(io_error("read", &path))?;
    whole.update(Sha256::digest(name));
    whole.update(digest.finalize());
    Ok(())
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Fingerprint {
    type Err = GisError;

    fn from_str(text: &str) -> GisResult<Self> {
        let refused = || GisError::InvalidFingerprint { text: text.into() };
        if text.len() != 64 || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(refused());
        }
        let mut bytes = [0; 32];
        for (byte, at) in bytes.iter_mut().zip((0..64).step_by(2)) {
            *byte = u8::from_str_radix(&text[at..at + 2], 16).map_err(|_not_hex| refused())?;
        }
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_reads_back_as_it_prints() {
        let fingerprint = Fingerprint(Sha256::digest("pack").into());
        assert_eq!(
            fingerprint.to_string().parse::<Fingerprint>().unwrap(),
            fingerprint
        );
    }

    #[rstest::rstest]
    #[case::empty(String::new())]
    #[case::too_short("ab".repeat(31))]
    #[case::no_hex("xy".repeat(32))]
    #[case::not_ascii("é".repeat(32))]
    fn what_is_no_fingerprint_is_refused(#[case] text: String) {
        assert!(text.parse::<Fingerprint>().is_err());
    }
}
