//! What an alarm is about.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::asset::{AssetId, AssetKind};
use crate::error::{TwinError, TwinResult};

/// What stands before the name of a gateway.
const GATEWAY: &str = "gateway/";

/// What an alarm is about: an asset, or a gateway of the radio network, which is none. As text it is the
/// asset's id, or `gateway/` and the gateway's name.
///
/// ```
/// let subject: twin_core::AlarmSubject = "gateway/0016c001f153a14c".parse()?;
/// assert!(subject.asset().is_none());
/// # Ok::<(), twin_core::TwinError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum AlarmSubject {
    /// An asset.
    Asset(AssetId),
    /// A gateway, by the name that the network server has for it.
    Gateway(Box<str>),
}

impl AlarmSubject {
    /// A gateway.
    ///
    /// # Errors
    /// Where the name could not be the key of an asset: names are told by others.
    pub fn gateway(name: &str) -> TwinResult<Self> {
        AssetId::new(AssetKind::Sensor, name).map(|id| Self::Gateway(id.key().into()))
    }

    /// The asset, where it is one.
    pub const fn asset(&self) -> Option<&AssetId> {
        match self {
            Self::Asset(asset) => Some(asset),
            Self::Gateway(_) => None,
        }
    }
}

impl From<AssetId> for AlarmSubject {
    fn from(asset: AssetId) -> Self {
        Self::Asset(asset)
    }
}

impl fmt::Display for AlarmSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Asset(asset) => asset.fmt(f),
            Self::Gateway(name) => write!(f, "{GATEWAY}{name}"),
        }
    }
}

impl FromStr for AlarmSubject {
    type Err = TwinError;

    fn from_str(text: &str) -> TwinResult<Self> {
        match text.strip_prefix(GATEWAY) {
            Some(name) => Self::gateway(name),
            None => text.parse().map(Self::Asset),
        }
    }
}

impl TryFrom<String> for AlarmSubject {
    type Error = TwinError;

    fn try_from(text: String) -> TwinResult<Self> {
        text.parse()
    }
}

impl From<AlarmSubject> for String {
    fn from(subject: AlarmSubject) -> Self {
        subject.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::an_asset("container/c1")]
    #[case::a_gateway("gateway/0016c001f153a14c")]
    fn a_subject_reads_what_it_writes(#[case] text: &str) {
        let subject: AlarmSubject = text.parse().unwrap();
        assert_eq!(subject.to_string(), text);
    }

    #[rstest::rstest]
    #[case::nothing("")]
    #[case::a_gateway_without_a_name("gateway/")]
    #[case::a_name_with_markup("gateway/<b>")]
    #[case::an_unknown_kind("dragon/1")]
    fn what_is_no_subject_is_refused(#[case] text: &str) {
        assert!(text.parse::<AlarmSubject>().is_err());
    }
}
