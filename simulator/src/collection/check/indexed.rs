//! What indices count through.

use std::fmt;

/// What an index counts through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Indexed {
    /// The classes of the fleet.
    Class,
    /// The outfits of a class.
    Outfit,
    /// The stops.
    Stop,
    /// The unloadings.
    Unloading,
    /// The places.
    Place,
}

impl fmt::Display for Indexed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Class => "class",
            Self::Outfit => "outfit",
            Self::Stop => "stop",
            Self::Unloading => "unloading",
            Self::Place => "place",
        })
    }
}
