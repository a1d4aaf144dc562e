//! The option `ca=FILE` of an address: whose certificates are trusted, instead of the system's.

use std::path::PathBuf;

use percent_encoding::percent_decode_str;

/// Why what stands after `?` names no authorities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AuthoritiesProblem {
    /// Not percent-encoded UTF-8.
    Encoding,
    /// Another option, or one of encrypted connections where the connection is in the clear.
    Option,
}

/// The PEM file that the options of an address name, if any; the last one, where there are several.
pub(super) fn authorities(
    options: &str,
    is_encrypted: bool,
) -> Result<Option<PathBuf>, AuthoritiesProblem> {
    let mut ca = None;
    for option in options.split('&').filter(|option| !option.is_empty()) {
        match option.split_once('=') {
            Some(("ca", file)) if is_encrypted => {
                let file = percent_decode_str(file).decode_utf8();
                let file = file.map_err(|_not_text| AuthoritiesProblem::Encoding)?;
                ca = Some(PathBuf::from(file.as_ref()));
            }
            _ => return Err(AuthoritiesProblem::Option),
        }
    }
    Ok(ca)
}
