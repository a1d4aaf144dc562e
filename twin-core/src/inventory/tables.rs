//! One [`Table`] for each kind, and what is done to all of them alike.

use std::sync::Arc;

use super::Inventory;
use super::communes::Communes;
use super::table::{Row, Table};
use crate::asset::{AssetId, AssetKind};
use crate::detail::{
    Address, Camera, Container, Depot, FibreLink, FibreNode, HealthFacility, Sensor, Site,
    UnloadingSite, Vehicle,
};
use crate::error::{TwinError, TwinResult};
use crate::layers::{Asset, Detail, Layers};
use crate::place::PlanarCrs;
use crate::record::Record;

/// An overlay is folded into a new base when it exceeds this share of it.
const LARGEST_OVERLAY_SHARE: f64 = 0.01;
/// Overlays up to this size are never worth folding.
const SMALLEST_OVERLAY: usize = 64;

/// Gives assets their planar place and their commune.
#[derive(Clone, Debug)]
pub(super) struct Placing {
    pub(super) crs: Arc<dyn PlanarCrs>,
    pub(super) communes: Arc<Communes>,
}

impl Placing {
    pub(super) fn row<T: Detail>(&self, asset: Asset<T>) -> TwinResult<Row<T>> {
        let planar = self
            .crs
            .project(asset.place)
            .ok_or_else(|| TwinError::Unprojectable {
                place: asset.place,
                crs: self.crs.name().into(),
            })?;
        let commune = self.communes.at(asset.place);
        Ok(Row {
            asset,
            planar,
            commune,
        })
    }

    fn table<T: Detail>(&self, layers: &mut Layers) -> TwinResult<Table<T>> {
        let assets = std::mem::take(T::of_mut(layers));
        let mut rows = Vec::with_capacity(assets.len());
        for asset in assets {
            asset.id()?;
            rows.push(Some(self.row(asset)?));
        }
        Table::bulk(rows).map_err(|key| match AssetId::new(T::KIND, &key) {
            Ok(id) => TwinError::DuplicateAsset(id),
            Err(error) => error,
        })
    }
}

/// A detail type as the door to its table.
pub(super) trait InTable: Detail + Clone {
    fn table(inventory: &Inventory) -> &Table<Self>;
    fn table_mut(inventory: &mut Inventory) -> &mut Table<Self>;
}

macro_rules! tables {
    ($($field:ident: $detail:ident, $doc:literal;)*) => {
        /// The table of each kind.
        #[derive(Clone, Debug)]
        pub(super) struct Tables {
            $(pub(super) $field: Table<$detail>,)*
        }

        impl Tables {
            pub(super) fn new(placing: &Placing, layers: &mut Layers) -> TwinResult<Self> {
                Ok(Self { $($field: placing.table(layers)?,)* })
            }

            pub(super) fn wants_compaction(&self) -> bool {
                [$((self.$field.overlay_len(), self.$field.base_len()),)*].iter().any(
                    |(overlay, base)| {
                        *overlay > SMALLEST_OVERLAY
                            && *overlay as f64 > *base as f64 * LARGEST_OVERLAY_SHARE
                    },
                )
            }

            pub(super) fn compacted(&self) -> Self {
                Self { $($field: self.$field.compacted(),)* }
            }

            pub(super) fn rebased(&self, before: &Self, compacted: &Self) -> Self {
                Self { $($field: self.$field.rebased(&before.$field, &compacted.$field),)* }
            }
        }

        impl Inventory {
            $(#[doc = $doc] pub const fn $field(&self) -> &Table<$detail> {
                &self.tables.$field
            })*

            /// The whole public record of an asset.
            pub fn record(&self, id: &AssetId) -> Option<Record> {
                match id.kind() {
                    $(AssetKind::$detail => {
                        let table = &self.tables.$field;
                        let row = table.get(table.find(id.key())?)?;
                        Some(Record::$detail(row.asset.clone()))
                    })*
                }
            }
        }

        $(impl InTable for $detail {
            fn table(inventory: &Inventory) -> &Table<Self> {
                &inventory.tables.$field
            }

            fn table_mut(inventory: &mut Inventory) -> &mut Table<Self> {
                &mut inventory.tables.$field
            }
        })*
    };
}

tables! {
    sites: Site, "Sites.";
    containers: Container, "Containers.";
    sensors: Sensor, "Sensors.";
    cameras: Camera, "Cameras.";
    health_facilities: HealthFacility, "Health facilities.";
    fibre_nodes: FibreNode, "Fibre nodes.";
    fibre_links: FibreLink, "Fibre links.";
    depots: Depot, "Depots.";
    unloading_sites: UnloadingSite, "Unloading sites.";
    vehicles: Vehicle, "Vehicles.";
    addresses: Address, "Addresses.";
}
