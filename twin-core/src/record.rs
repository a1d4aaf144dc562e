//! One asset of any kind, as the journal and commands carry it.

use serde::{Deserialize, Serialize};

use crate::asset::{AssetId, AssetKind};
use crate::detail::{
    Address, Camera, Container, Depot, FibreLink, FibreNode, HealthFacility, Sensor, Site,
    UnloadingSite, Vehicle,
};
use crate::error::TwinResult;
use crate::layers::{Asset, Detail as _};
use crate::place::LonLat;

macro_rules! records {
    ($($kind:ident)*) => {
        /// One asset of any kind; without its restricted fields.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "kind", rename_all = "kebab-case")]
        #[expect(clippy::large_enum_variant, reason = "records are few and short-lived")]
        pub enum Record {
            $(#[doc = concat!("A `", stringify!($kind), "`.")] $kind(Asset<$kind>),)*
        }

        impl Record {
            /// What the asset is.
            pub const fn kind(&self) -> AssetKind {
                match self {
                    $(Self::$kind(_) => AssetKind::$kind,)*
                }
            }

            /// Its public name.
            pub fn id(&self) -> TwinResult<AssetId> {
                match self {
                    $(Self::$kind(asset) => asset.id(),)*
                }
            }

            /// Where it is.
            pub const fn place(&self) -> LonLat {
                match self {
                    $(Self::$kind(asset) => asset.place,)*
                }
            }

            /// The assets that must exist for this one to exist.
            pub fn references(&self) -> Vec<&AssetId> {
                match self {
                    $(Self::$kind(asset) => asset.detail.references(),)*
                }
            }

            /// Puts it somewhere else.
            pub const fn set_place(&mut self, place: LonLat) {
                match self {
                    $(Self::$kind(asset) => asset.place = place,)*
                }
            }
        }
    };
}

records! {
    Site Container Sensor Camera HealthFacility FibreNode FibreLink Depot UnloadingSite Vehicle
    Address
}
