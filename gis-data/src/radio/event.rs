//! What the events of all network servers have in common: their limits, and the fields that mean the
//! same in each.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::de::DeserializeOwned;
use twin_core::DevEui;

use super::error::{RadioError, RadioResult};
use super::raw::MAX_PAYLOAD;

/// The longest event that is read, in bytes.
pub const MAX_EVENT: usize = 64 * 1024;
/// The most gateways that one event may list.
pub const MAX_GATEWAYS: usize = 64;
/// The most levels of objects and lists in each other.
const MAX_DEPTH: usize = 32;

/// Base64 with or without its padding.
const ANY_PADDING: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
/// The usual alphabet.
const BASE64: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, ANY_PADDING);
/// The alphabet for URLs, which protocol buffers allow too.
const BASE64_URL: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, ANY_PADDING);

/// Reads the JSON of an event that `server` is said to have sent.
pub(super) fn parse<T: DeserializeOwned>(body: &[u8], server: &'static str) -> RadioResult<T> {
    if body.len() > MAX_EVENT {
        return Err(RadioError::EventTooLong {
            length: body.len(),
            limit: MAX_EVENT,
        });
    }
    if depth(body) > MAX_DEPTH {
        return Err(RadioError::EventTooDeep { limit: MAX_DEPTH });
    }
    serde_json::from_slice(body).map_err(|source| RadioError::NotAnEvent { server, source })
}

/// How deep objects and lists lie in each other, brackets within text aside.
fn depth(json: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut is_text, mut is_escaped) = (false, false);
    for byte in json {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_text => is_escaped = true,
            b'"' => is_text = !is_text,
            _ if is_text => {}
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Refuses more receptions than gateways can hear one frame.
pub(super) fn check_gateways(count: usize) -> RadioResult<()> {
    if count > MAX_GATEWAYS {
        return Err(RadioError::TooManyGateways {
            count,
            limit: MAX_GATEWAYS,
        });
    }
    Ok(())
}

/// The device of `field`, which has to be there.
pub(super) fn dev_eui(field: &'static str, text: &str) -> RadioResult<DevEui> {
    if text.is_empty() {
        return Err(RadioError::MissingField { field });
    }
    text.parse()
        .map_err(|_no_eui| invalid(field, text, "device EUI of 16 hexadecimal digits"))
}

/// The device address of `field`, which has to be there, in lower case.
pub(super) fn dev_addr(field: &'static str, text: &str) -> RadioResult<Box<str>> {
    if text.is_empty() {
        return Err(RadioError::MissingField { field });
    }
    let is_address = text.len() == 8 && text.bytes().all(|b| b.is_ascii_hexdigit());
    if is_address {
        Ok(text.to_ascii_lowercase().into())
    } else {
        Err(invalid(
            field,
            text,
            "device address of 8 hexadecimal digits",
        ))
    }
}

/// The bytes that `field` holds in base64.
pub(super) fn base64(field: &'static str, text: &str) -> RadioResult<Vec<u8>> {
    BASE64
        .decode(text)
        .or_else(|_other_alphabet| BASE64_URL.decode(text))
        .map_err(|_no_base64| invalid(field, text, "base64"))
}

/// The payload that `field` holds in base64.
pub(super) fn payload(field: &'static str, text: &str) -> RadioResult<Vec<u8>> {
    let bytes = base64(field, text)?;
    match bytes.len() {
        length if length > MAX_PAYLOAD => Err(RadioError::PayloadTooLong {
            length,
            limit: MAX_PAYLOAD,
        }),
        _ => Ok(bytes),
    }
}

pub(super) fn invalid(field: &'static str, value: &str, expected: &'static str) -> RadioError {
    RadioError::InvalidField {
        field,
        value: value.chars().take(40).collect(),
        expected,
    }
}
