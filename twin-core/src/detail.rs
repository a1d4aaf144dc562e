//! What is known of an asset beyond its key, its place and its commune: one type for each kind.

mod camera;
mod network;
mod waste;

pub use camera::{Camera, CameraAiming, CameraMount, CameraPurpose, CameraType, GroundPolygon};
pub use network::{
    Address, Depot, FibreLink, FibreNode, FibreNodeType, HealthCategory, HealthFacility,
    UnloadingSite, Vehicle,
};
pub use waste::{Container, ContainerType, Mounting, Sensor, Site, SiteType, Stream};

/// A closed list of names: its enum, its table, and both directions between name and value.
macro_rules! named_enum {
    (
        $(#[$doc:meta])* $name:ident, $what:literal {
            $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)*
        }
    ) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize,
        )]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $text)] $variant,)*
        }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its name in files, URLs and events.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::error::TwinError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|value| value.name() == text).ok_or_else(|| {
                    crate::error::TwinError::UnknownName { what: $what, text: text.into() }
                })
            }
        }
    };
}

pub(crate) use named_enum;
