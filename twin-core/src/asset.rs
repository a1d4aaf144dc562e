//! The kinds of asset there are, and how one is named.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::error::{TwinError, TwinResult};

/// What an asset is. This enum and [`AssetKind::ALL`] are the only list of kinds anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AssetKind {
    /// A place on the street where containers stand.
    Site,
    /// What fills.
    Container,
    /// A device that measures.
    Sensor,
    /// A camera of the video protection; never an image.
    Camera,
    /// A pharmacy, a practice, a clinic, a hospital.
    HealthFacility,
    /// A node of the fibre network.
    FibreNode,
    /// A cable between two fibre nodes.
    FibreLink,
    /// Where vehicles start and end their day.
    Depot,
    /// Where vehicles unload.
    UnloadingSite,
    /// A collection vehicle.
    Vehicle,
    /// A postal address with its premises.
    Address,
}

/// Who may see where an asset is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlacePolicy {
    /// Everybody sees the exact place.
    Exact,
    /// The public sees, and filters by, a point of the asset's street; operators see the place.
    Street,
}

/// One row of [`AssetKind::ALL`].
#[derive(Clone, Copy, Debug)]
pub struct KindInfo {
    /// The kind the row is about.
    pub kind: AssetKind,
    /// Its name in ids, URLs and events, for example `health-facility`.
    pub name: &'static str,
    /// Its collection and its layer in a pack, for example `health_facilities`.
    pub layer: &'static str,
    /// The icon that stands for it.
    pub icon: &'static str,
    /// Who may see where it is.
    pub place_policy: PlacePolicy,
    /// The key of its label in the translation files.
    pub label_key: &'static str,
}

macro_rules! kind_table {
    ($($kind:ident $name:literal $layer:literal $icon:literal $policy:ident;)*) => {
        &[$(KindInfo {
            kind: AssetKind::$kind,
            name: $name,
            layer: $layer,
            icon: $icon,
            place_policy: PlacePolicy::$policy,
            label_key: concat!("kind.", $name),
        }),*]
    };
}

impl AssetKind {
    /// Everything that depends on the kind alone, in the order of the enum.
    pub const ALL: &'static [KindInfo] = kind_table! {
        Site           "site"            "sites"             "site"      Exact;
        Container      "container"       "containers"        "container" Exact;
        Sensor         "sensor"          "sensors"           "sensor"    Exact;
        Camera         "camera"          "cameras"           "camera"    Street;
        HealthFacility "health-facility" "health_facilities" "health"    Exact;
        FibreNode      "fibre-node"      "fibre_nodes"       "fibre"     Exact;
        FibreLink      "fibre-link"      "fibre_links"       "fibre"     Exact;
        Depot          "depot"           "depots"            "depot"     Exact;
        UnloadingSite  "unloading-site"  "unloading_sites"   "unloading" Exact;
        Vehicle        "vehicle"         "vehicles"          "truck"     Exact;
        Address        "address"         "addresses"         "address"   Exact;
    };

    /// The row of this kind.
    pub const fn info(self) -> &'static KindInfo {
        &Self::ALL[self as usize]
    }

    /// Its name in ids, URLs and events.
    pub const fn name(self) -> &'static str {
        self.info().name
    }
}

impl fmt::Display for AssetKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for AssetKind {
    type Err = TwinError;

    fn from_str(text: &str) -> TwinResult<Self> {
        Self::ALL
            .iter()
            .find(|info| info.name == text)
            .map(|info| info.kind)
            .ok_or_else(|| TwinError::UnknownName {
                what: "kind of asset",
                text: text.into(),
            })
    }
}

/// The public name of one asset: its kind and a key that is unique within the kind.
///
/// ```
/// let id: twin_core::AssetId = "container/25388-0012-2".parse()?;
/// assert_eq!(id.key(), "25388-0012-2");
/// # Ok::<(), twin_core::TwinError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AssetId {
    kind: AssetKind,
    /// Up to 23 bytes lie in place: most ids are made, copied and hashed without a heap.
    key: SmolStr,
}

impl AssetId {
    /// The longest key, in bytes.
    pub const MAX_KEY_LEN: usize = 120;

    /// Refuses a key that is empty, longer than [`AssetId::MAX_KEY_LEN`], or holds anything but
    /// letters, digits and `-_.:~`.
    pub fn new(kind: AssetKind, key: &str) -> TwinResult<Self> {
        let is_plain =
            |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':' | b'~');
        if key.is_empty() || key.len() > Self::MAX_KEY_LEN || !key.bytes().all(is_plain) {
            return Err(TwinError::InvalidAssetId {
                text: format!("{kind}/{key}").into(),
            });
        }
        Ok(Self {
            kind,
            key: key.into(),
        })
    }

    /// The name of an asset that exists, whose key was once found to be good.
    pub(crate) const fn known(kind: AssetKind, key: SmolStr) -> Self {
        Self { kind, key }
    }

    /// What the asset is.
    pub const fn kind(&self) -> AssetKind {
        self.kind
    }

    /// Its name within the kind.
    pub fn key(&self) -> &str {
        &self.key
    }
}

impl fmt::Display for AssetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.key)
    }
}

impl FromStr for AssetId {
    type Err = TwinError;

    fn from_str(text: &str) -> TwinResult<Self> {
        let (kind, key) = text
            .split_once('/')
            .ok_or_else(|| TwinError::InvalidAssetId { text: text.into() })?;
        Self::new(kind.parse()?, key)
    }
}

impl TryFrom<String> for AssetId {
    type Error = TwinError;

    fn try_from(text: String) -> TwinResult<Self> {
        text.parse()
    }
}

impl From<AssetId> for String {
    fn from(id: AssetId) -> Self {
        id.to_string()
    }
}

/// One asset inside the twin: its kind and its dense number within the kind.
///
/// Numbers are given in the order of the pack, then of additions, and are never used again:
/// they stay the same across restarts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AssetIx {
    /// What the asset is.
    pub kind: AssetKind,
    /// Its number within the kind.
    pub ix: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_kinds_is_in_the_order_of_the_enum() {
        for (position, info) in AssetKind::ALL.iter().enumerate() {
            assert_eq!(info.kind as usize, position);
            assert_eq!(info.name.parse::<AssetKind>().unwrap(), info.kind);
        }
    }

    #[rstest::rstest]
    #[case::no_kind("25388-0012-2")]
    #[case::unknown_kind("dragon/1")]
    #[case::no_key("container/")]
    #[case::path_in_the_key("container/../../etc/passwd")]
    #[case::control_character("container/a\nb")]
    fn what_is_no_id_is_refused(#[case] text: &str) {
        assert!(text.parse::<AssetId>().is_err());
    }
}
