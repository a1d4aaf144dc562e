//! A territory as plain lists, one for each kind: what a pack holds and an inventory is built from.

use serde::{Deserialize, Serialize};

use crate::asset::{AssetId, AssetKind};
use crate::detail::{
    Address, Camera, Container, Depot, FibreLink, FibreNode, HealthFacility, Sensor, Site,
    UnloadingSite, Vehicle,
};
use crate::error::TwinResult;
use crate::place::LonLat;
use crate::territory::Commune;

/// One asset of a known kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asset<T> {
    /// Its name within the kind; see [`AssetId::new`] for what it may hold.
    pub key: Box<str>,
    /// Where it is. For a camera, a point of its street. For a container or a sensor, the place
    /// of its site; for a fibre link, a point of its path; for a vehicle, its depot.
    pub place: LonLat,
    /// The detail that its kind has.
    pub detail: T,
}

/// A kind of asset as a type: joins each detail type to its [`AssetKind`].
pub trait Detail: Sized {
    /// The kind that this detail belongs to.
    const KIND: AssetKind;

    /// The list of this kind.
    fn of(layers: &Layers) -> &Vec<Asset<Self>>;

    /// The list of this kind, to add to.
    fn of_mut(layers: &mut Layers) -> &mut Vec<Asset<Self>>;

    /// The assets that must exist for one with this detail to exist.
    fn references(&self) -> Vec<&AssetId>;
}

impl<T: Detail> Asset<T> {
    /// Its public name.
    pub fn id(&self) -> TwinResult<AssetId> {
        AssetId::new(T::KIND, &self.key)
    }
}

macro_rules! layers {
    ($($field:ident: $kind:ident [$($reference:ident)*], $doc:literal;)*) => {
        /// All that a territory has, as plain lists in the order of the pack.
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct Layers {
            /// The communes, in no particular order.
            pub communes: Vec<Commune>,
            $(#[doc = $doc] pub $field: Vec<Asset<$kind>>,)*
        }

        $(impl Detail for $kind {
            const KIND: AssetKind = AssetKind::$kind;

            fn of(layers: &Layers) -> &Vec<Asset<Self>> {
                &layers.$field
            }

            fn of_mut(layers: &mut Layers) -> &mut Vec<Asset<Self>> {
                &mut layers.$field
            }

            fn references(&self) -> Vec<&AssetId> {
                vec![$(&self.$reference),*]
            }
        })*

        impl Layers {
            /// How many assets of a kind there are.
            pub fn count(&self, kind: AssetKind) -> usize {
                match kind {
                    $(AssetKind::$kind => self.$field.len(),)*
                }
            }
        }
    };
}

layers! {
    sites: Site [], "Sites.";
    containers: Container [site], "Containers.";
    sensors: Sensor [container], "Sensors.";
    cameras: Camera [], "Cameras.";
    health_facilities: HealthFacility [], "Health facilities.";
    fibre_nodes: FibreNode [], "Fibre nodes.";
    fibre_links: FibreLink [from to], "Fibre links.";
    depots: Depot [], "Depots.";
    unloading_sites: UnloadingSite [], "Unloading sites.";
    vehicles: Vehicle [depot], "Vehicles.";
    addresses: Address [], "Addresses.";
}
