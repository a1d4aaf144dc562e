//! The file that declares a profile, and whether it makes sense.

use serde::Deserialize;
use toml::Spanned;

use super::Profile;
use super::field::{ByteOrder, Conditions, Field, Kind, Line, Place};
use crate::radio::codec::units::{Standard, standard, standard_flag};
use crate::radio::error::{RadioError, RadioResult};
use crate::radio::raw::MAX_PAYLOAD;

/// The longest file, in bytes.
const MAX_FILE: usize = 64 * 1024;
/// The most fields.
const MAX_FIELDS: usize = 64;
/// The longest name.
const MAX_NAME: usize = 64;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawProfile {
    name: Spanned<String>,
    #[serde(default = "first")]
    version: u16,
    port: Option<Spanned<u8>>,
    #[serde(default)]
    byte_order: ByteOrder,
    #[serde(default)]
    lengths: Vec<usize>,
    starts_with: Option<Spanned<String>>,
    #[serde(default)]
    field: Vec<Spanned<RawField>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawField {
    name: String,
    #[serde(default)]
    unit: String,
    offset: i32,
    after: Option<String>,
    r#type: Kind,
    byte_order: Option<ByteOrder>,
    bits: Option<(u32, u32)>,
    #[serde(default = "one")]
    scale: f64,
    #[serde(default)]
    add: f64,
    range: Option<(f64, f64)>,
    #[serde(default)]
    invalid: Vec<f64>,
    #[serde(default)]
    if_length: Vec<usize>,
    #[serde(default)]
    if_first_byte: Vec<u8>,
    #[serde(default)]
    optional: bool,
}

fn first() -> u16 {
    1
}

fn one() -> f64 {
    1.0
}

/// The profile that a file's text declares.
pub(super) fn parse(text: &str) -> RadioResult<Profile> {
    if text.len() > MAX_FILE {
        return Err(refused(1, format!("a profile has up to {MAX_FILE} bytes")));
    }
    let raw: RawProfile = toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(text.len(), |span| span.start);
        refused(line_of(text, start), error.message())
    })?;
    let at = |start: usize| move |reason: String| refused(line_of(text, start), reason);
    check_name(raw.name.get_ref()).map_err(at(raw.name.span().start))?;
    if let Some(port) = &raw.port
        && !(1..=223).contains(port.get_ref())
    {
        let reason = format!("port is {}, expected 1 to 223", port.get_ref());
        return Err(at(port.span().start)(reason));
    }
    let starts_with = match &raw.starts_with {
        Some(text) => bytes_of(text.get_ref()).map_err(at(text.span().start))?,
        None => Vec::new(),
    };
    if raw.field.is_empty() || raw.field.len() > MAX_FIELDS {
        let count = raw.field.len();
        let reason = format!("it has {count} fields, expected 1 to {MAX_FIELDS}");
        return Err(at(text.len())(reason));
    }
    let order = raw.byte_order;
    let fields = raw.field.into_iter().map(|field| {
        let start = field.span().start;
        checked(field.into_inner(), order).map_err(at(start))
    });
    Ok(Profile {
        fields: fields.collect::<RadioResult<_>>()?,
        name: raw.name.into_inner().into(),
        version: raw.version,
        port: raw.port.map(Spanned::into_inner),
        lengths: raw.lengths,
        starts_with,
    })
}

/// A field as it is read, or why it makes no sense.
fn checked(raw: RawField, order: ByteOrder) -> Result<Field, String> {
    check_name(&raw.name)?;
    check(&raw).map_err(|reason| format!("field '{}': {reason}", raw.name))?;
    let after = raw.after.as_deref().map_or(Ok(Vec::new()), bytes_of)?;
    let standard = if raw.r#type == Kind::Bool {
        Standard {
            name: standard_flag(&raw.name),
            scale: 1.0,
            add: 0.0,
        }
    } else {
        standard(&raw.name, &raw.unit)
    };
    Ok(Field {
        name: standard.name,
        place: Place {
            after,
            offset: raw.offset,
        },
        kind: raw.r#type,
        order: raw.byte_order.unwrap_or(order),
        bits: raw.bits,
        invalid: raw.invalid,
        declared: Line {
            scale: raw.scale,
            add: raw.add,
        },
        range: raw.range,
        standard: Line {
            scale: standard.scale,
            add: standard.add,
        },
        conditions: Conditions {
            lengths: raw.if_length,
            first_bytes: raw.if_first_byte,
            is_optional: raw.optional,
        },
    })
}

/// Why a field makes no sense, whatever its name.
fn check(raw: &RawField) -> Result<(), String> {
    let farthest = i32::try_from(MAX_PAYLOAD).unwrap_or(i32::MAX);
    if !(-farthest..farthest).contains(&raw.offset) {
        return Err(format!(
            "offset is {}, and a frame has up to {MAX_PAYLOAD} bytes",
            raw.offset
        ));
    }
    if raw.offset < 0 && raw.after.is_some() {
        return Err("an offset from the end is not after anything".into());
    }
    if let Some((lowest, count)) = raw.bits {
        let all = raw.r#type.bits();
        let all = all.ok_or("bits of a number with a point mean nothing")?;
        let ends_at = lowest.checked_add(count);
        if count == 0 || ends_at.is_none_or(|end| end > all) {
            return Err(format!("bits [{lowest}, {count}] are not of {all}"));
        }
    }
    let is_finite = [raw.scale, raw.add].iter().all(|number| number.is_finite());
    if !is_finite || raw.scale == 0.0 {
        return Err("scale and add are finite, and scale is not 0".into());
    }
    match raw.range {
        Some((least, most)) if least > most || least.is_nan() || most.is_nan() => {
            Err(format!("range [{least}, {most}] has nothing in it"))
        }
        _ => Ok(()),
    }
}

fn check_name(name: &str) -> Result<(), String> {
    let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if name.is_empty() || name.len() > MAX_NAME || !name.bytes().all(is_allowed) {
        let shown: String = name.chars().take(MAX_NAME).collect();
        return Err(format!(
            "the name '{shown}' is not of 1 to {MAX_NAME} letters, digits, - and _"
        ));
    }
    Ok(())
}

/// The bytes that hexadecimal digits stand for; at least one.
fn bytes_of(text: &str) -> Result<Vec<u8>, String> {
    let wrong = || format!("'{text}' is no row of bytes in hexadecimal digits");
    let digit = |b: u8| {
        char::from(b)
            .to_digit(16)
            .and_then(|d| u8::try_from(d).ok())
    };
    let pair = |pair: &[u8]| match *pair {
        [high, low] => Some(digit(high)? << 4 | digit(low)?),
        _ => None,
    };
    let bytes: Option<Vec<u8>> = text.as_bytes().chunks(2).map(pair).collect();
    let bytes = bytes.ok_or_else(wrong)?;
    if bytes.is_empty() || bytes.len() > MAX_PAYLOAD {
        return Err(wrong());
    }
    Ok(bytes)
}

fn refused(line: usize, reason: impl Into<Box<str>>) -> RadioError {
    RadioError::InvalidProfile {
        line,
        reason: reason.into(),
    }
}

/// The line of the byte at `start`, from 1.
fn line_of(text: &str, start: usize) -> usize {
    let before = text.get(..start).unwrap_or(text);
    before.matches('\n').count() + 1
}
