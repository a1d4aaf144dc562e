//! Fields in the JSON form of protocol buffers: numbers also as text, null for what is left out.

use std::borrow::Cow;
use std::fmt::Display;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

#[derive(Deserialize)]
#[serde(untagged)]
enum NumberOrText<'a> {
    Number(f64),
    #[serde(borrow)]
    Text(Cow<'a, str>),
}

/// A number that may be text; zero where it is null.
pub(super) fn number<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: Display> + Default,
{
    let digits = match Option::<NumberOrText<'de>>::deserialize(deserializer)? {
        None => return Ok(T::default()),
        Some(NumberOrText::Number(number)) => number.to_string(),
        Some(NumberOrText::Text(text)) => text.into_owned(),
    };
    digits
        .parse()
        .map_err(|why| D::Error::custom(format_args!("'{digits:.40}': {why}")))
}

/// Any value; its default where it is null.
pub(super) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
