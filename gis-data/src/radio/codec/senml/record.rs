//! One record of a pack, as it stands there.

use super::invalid;
use crate::radio::error::RadioResult;

/// The fields of a record. Labels are those of RFC 8428, §4.3.
#[derive(Clone, Debug, Default)]
pub(super) struct Record {
    pub(super) base_name: Option<String>,
    pub(super) base_time: Option<f64>,
    pub(super) base_unit: Option<String>,
    pub(super) base_value: Option<f64>,
    pub(super) base_sum: Option<f64>,
    pub(super) name: Option<String>,
    pub(super) unit: Option<String>,
    pub(super) value: Option<Content>,
    pub(super) sum: Option<f64>,
    pub(super) time: Option<f64>,
    /// How many labels are unknown, and may be.
    pub(super) ignored: usize,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Content {
    Number(f64),
    Flag(bool),
    Text(String),
}

/// A value of either form, with nothing in it that a record may not have.
#[derive(Clone, Debug)]
pub(super) enum Scalar {
    Number(f64),
    Flag(bool),
    Text(String),
    Other,
}

/// The highest version of SenML that is read (§4.4).
const VERSION: f64 = 10.0;

impl Record {
    /// Takes in a field of record number `at`, from 0.
    pub(super) fn set(&mut self, at: usize, label: &str, scalar: Scalar) -> RadioResult<()> {
        match (label, scalar) {
            ("bn", Scalar::Text(text)) => self.base_name = Some(text),
            ("bu", Scalar::Text(text)) => self.base_unit = Some(text),
            ("n", Scalar::Text(text)) => self.name = Some(text),
            ("u", Scalar::Text(text)) => self.unit = Some(text),
            ("bt", Scalar::Number(number)) => self.base_time = Some(number),
            ("bv", Scalar::Number(number)) => self.base_value = Some(number),
            ("bs", Scalar::Number(number)) => self.base_sum = Some(number),
            ("s", Scalar::Number(number)) => self.sum = Some(number),
            ("t", Scalar::Number(number)) => self.time = Some(number),
            ("bver", Scalar::Number(version)) if version <= VERSION => {}
            ("ut", Scalar::Number(_)) => {}
            ("v", Scalar::Number(number)) => self.put(at, Content::Number(number))?,
            ("vb", Scalar::Flag(flag)) => self.put(at, Content::Flag(flag))?,
            ("vs" | "vd", Scalar::Text(text)) => self.put(at, Content::Text(text))?,
            (
                "bn" | "bu" | "n" | "u" | "bt" | "bv" | "bs" | "s" | "t" | "bver" | "ut" | "v"
                | "vb" | "vs" | "vd",
                scalar,
            ) => return Err(invalid(at, format!("{label} cannot be {}", scalar.shown()))),
            // §4.4: a label that ends like this must be understood.
            (label, _) if label.ends_with('_') => {
                return Err(invalid(at, format!("the label '{label}' is unknown")));
            }
            _ => self.ignored += 1,
        }
        Ok(())
    }

    fn put(&mut self, at: usize, content: Content) -> RadioResult<()> {
        match self.value.replace(content) {
            None => Ok(()),
            Some(_) => Err(invalid(at, "it has more than one value")),
        }
    }
}

impl Scalar {
    /// A number, which must be one.
    pub(super) fn number(number: f64) -> Self {
        if number.is_finite() {
            Self::Number(number)
        } else {
            Self::Other
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Flag(flag) => flag.to_string(),
            Self::Text(text) => format!("'{}'", text.chars().take(40).collect::<String>()),
            Self::Other => "a list, an object or no finite number".to_owned(),
        }
    }
}
