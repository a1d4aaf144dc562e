//! Named values in the order in which a frame has them.

use std::borrow::Cow;

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

/// One measured value. In JSON: a number, a boolean, a text, or a list of objects.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Measured {
    /// A count, or a quantity that the device gives in whole units.
    Whole(i64),
    /// A quantity.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// A state that has a name, or an identifier.
    Text(Box<str>),
    /// Earlier values, each with its time.
    List(Vec<Measurements>),
}

impl Measured {
    /// The number, where it is one.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Whole(value) => Some(*value as f64),
            Self::Number(value) => Some(*value),
            _ => None,
        }
    }

    /// The yes or no, where it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Flag(value) => Some(*value),
            _ => None,
        }
    }

    /// `value` without the dust of binary arithmetic, as a whole number where it is one.
    pub(in crate::radio) fn rounded(value: f64) -> Self {
        /// Beyond nine decimals there is nothing but rounding errors.
        const STEPS: f64 = 1e9;
        /// Above this, doubles have no decimals to round.
        const LIMIT: f64 = 1e6;
        let rounded = if value.abs() < LIMIT {
            (value * STEPS).round() / STEPS
        } else {
            value
        };
        Self::Number(rounded)
    }
}

impl std::fmt::Display for Measured {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Whole(value) => value.fmt(f),
            Self::Number(value) => value.fmt(f),
            Self::Flag(true) => f.write_str("yes"),
            Self::Flag(false) => f.write_str("no"),
            Self::Text(text) => f.write_str(text),
            Self::List(entries) => write!(f, "{} entries", entries.len()),
        }
    }
}

macro_rules! whole_from {
    ($($kind:ty),*) => {$(
        impl From<$kind> for Measured {
            fn from(value: $kind) -> Self {
                Self::Whole(value.into())
            }
        }
    )*};
}

whole_from!(u8, u16, u32, i8, i16, i32, i64);

impl From<f64> for Measured {
    fn from(value: f64) -> Self {
        Self::Number(value)
    }
}

impl From<bool> for Measured {
    fn from(value: bool) -> Self {
        Self::Flag(value)
    }
}

impl From<&str> for Measured {
    fn from(value: &str) -> Self {
        Self::Text(value.into())
    }
}

/// Values by name. In JSON, an object.
///
/// ```
/// use gis_data::radio::{Measured, codec};
///
/// let codec = codec("milesight-ws201").unwrap();
/// let told = codec.decode(Some(85), &[0x03, 0x82, 0x3e, 0x00, 0x04, 0xd6, 0x45])?.measurements;
/// let names: Vec<&str> = told.iter().map(|(name, _)| name).collect();
/// assert_eq!(names, ["distance_mm", "fill_pct"]);
/// assert_eq!(told.get("fill_pct"), Some(&Measured::Whole(69)));
/// # Ok::<(), gis_data::radio::RadioError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measurements(Vec<(Cow<'static, str>, Measured)>);

impl Measurements {
    /// The value of that name.
    pub fn get(&self, name: &str) -> Option<&Measured> {
        let found = self.0.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value)
    }

    /// All of them, in the order of the frame.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Measured)> {
        self.0.iter().map(|(name, value)| (&**name, value))
    }

    /// There is nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Sets a value; an earlier one of that name goes, its place stays.
    pub(in crate::radio) fn put(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        value: impl Into<Measured>,
    ) {
        let (name, value) = (name.into(), value.into());
        match self.0.iter_mut().find(|(other, _)| *other == name) {
            Some((_, earlier)) => *earlier = value,
            None => self.0.push((name, value)),
        }
    }

    /// Adds to the list of that name.
    pub(in crate::radio) fn push(&mut self, name: &'static str, entry: Self) {
        match self.0.iter_mut().find(|(other, _)| *other == name) {
            Some((_, Measured::List(entries))) => entries.push(entry),
            _ => self.put(name, Measured::List(vec![entry])),
        }
    }

    pub(in crate::radio) fn remove(&mut self, name: &str) {
        self.0.retain(|(other, _)| other != name);
    }
}

impl Serialize for Measurements {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}
