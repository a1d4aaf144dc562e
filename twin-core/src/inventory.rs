//! What exists, and where: the assets of a territory with their spatial index.

mod assemble;
mod communes;
mod edit;
mod gauges;
mod keys;
mod query;
mod relations;
mod table;
mod tables;

use std::sync::Arc;

pub use self::communes::{CommuneIx, Communes};
pub use self::query::Found;
pub use self::table::{Row, Table};

pub(crate) use self::gauges::Gauge;

use self::relations::Relations;
use self::tables::{Placing, Tables};
use crate::asset::{AssetId, AssetIx, AssetKind};
use crate::bbox::LonLatBox;
use crate::place::{LonLat, PlanarCrs};
use crate::scale::ScaleField;
use crate::uplink::DevEui;

/// What exists. Cloning it is cheap; a clone stays as it is while the original changes.
///
/// Each kind has a table: a bulk-loaded base that is never changed, and a small overlay of what
/// was added, moved or removed since. [`Inventory::compacted`] folds the overlay into a new base.
#[derive(Clone, Debug)]
pub struct Inventory {
    placing: Placing,
    scale: Arc<ScaleField>,
    extent: Option<LonLatBox>,
    relations: Relations,
    tables: Tables,
}

/// Runs an expression with the table of a kind that is known only at run time.
macro_rules! with_table {
    ($inventory:expr, $kind:expr, $table:ident => $body:expr) => {
        $crate::inventory::with_table!(@ ($inventory), $kind, (&), $table => $body)
    };
    (@ ($inventory:expr), $kind:expr, ($($borrow:tt)+), $table:ident => $body:expr) => {
        match $kind {
            AssetKind::Site => {
                let $table = $($borrow)+ $inventory.tables.sites;
                $body
            }
            AssetKind::Container => {
                let $table = $($borrow)+ $inventory.tables.containers;
                $body
            }
            AssetKind::Sensor => {
                let $table = $($borrow)+ $inventory.tables.sensors;
                $body
            }
            AssetKind::Camera => {
                let $table = $($borrow)+ $inventory.tables.cameras;
                $body
            }
            AssetKind::HealthFacility => {
                let $table = $($borrow)+ $inventory.tables.health_facilities;
                $body
            }
            AssetKind::FibreNode => {
                let $table = $($borrow)+ $inventory.tables.fibre_nodes;
                $body
            }
            AssetKind::FibreLink => {
                let $table = $($borrow)+ $inventory.tables.fibre_links;
                $body
            }
            AssetKind::Depot => {
                let $table = $($borrow)+ $inventory.tables.depots;
                $body
            }
            AssetKind::UnloadingSite => {
                let $table = $($borrow)+ $inventory.tables.unloading_sites;
                $body
            }
            AssetKind::Vehicle => {
                let $table = $($borrow)+ $inventory.tables.vehicles;
                $body
            }
            AssetKind::Address => {
                let $table = $($borrow)+ $inventory.tables.addresses;
                $body
            }
        }
    };
}

/// The same with a table that may be changed.
macro_rules! with_table_mut {
    ($inventory:expr, $kind:expr, $table:ident => $body:expr) => {
        $crate::inventory::with_table!(@ ($inventory), $kind, (&mut), $table => $body)
    };
}
use {with_table, with_table_mut};

impl Inventory {
    /// The planar system of the index.
    pub fn crs(&self) -> &dyn PlanarCrs {
        self.placing.crs.as_ref()
    }

    /// How planar lengths become ground lengths.
    pub fn scale(&self) -> &ScaleField {
        &self.scale
    }

    /// A box around every asset and commune; `None` where there are none.
    pub const fn extent(&self) -> Option<LonLatBox> {
        self.extent
    }

    /// The communes.
    pub fn communes(&self) -> &Communes {
        &self.placing.communes
    }

    /// How many assets of a kind there are.
    pub fn count(&self, kind: AssetKind) -> usize {
        with_table!(self, kind, table => table.count())
    }

    /// How many dense numbers of a kind were ever given.
    pub fn slots(&self, kind: AssetKind) -> u32 {
        with_table!(self, kind, table => table.slots())
    }

    /// The dense numbers of the assets of a kind, ascending.
    pub fn numbers(&self, kind: AssetKind) -> Box<dyn Iterator<Item = u32> + '_> {
        with_table!(self, kind, table => Box::new(table.iter().map(|(ix, _row)| ix)))
    }

    /// The dense number behind a public name.
    pub fn find(&self, id: &AssetId) -> Option<AssetIx> {
        let kind = id.kind();
        with_table!(self, kind, table => table.find(id.key())).map(|ix| AssetIx { kind, ix })
    }

    /// The key of an asset within its kind.
    pub fn key(&self, asset: AssetIx) -> Option<&str> {
        with_table!(self, asset.kind, table => table.get(asset.ix).map(|row| &*row.asset.key))
    }

    /// Where an asset is; for a camera, the point of its street.
    pub fn place(&self, asset: AssetIx) -> Option<LonLat> {
        with_table!(self, asset.kind, table => table.get(asset.ix).map(|row| row.asset.place))
    }

    /// The commune an asset lies in.
    pub fn commune_of(&self, asset: AssetIx) -> Option<CommuneIx> {
        with_table!(self, asset.kind, table => table.get(asset.ix).and_then(|row| row.commune))
    }

    /// The containers on a site, ascending.
    pub fn containers_of_site(&self, site: u32) -> &[u32] {
        self.relations.containers_of_site(site)
    }

    /// The sensor in a container.
    pub fn sensor_of_container(&self, container: u32) -> Option<u32> {
        self.relations.sensor_of_container(container)
    }

    /// The sensor with a device number.
    pub fn sensor_of_device(&self, dev_eui: DevEui) -> Option<u32> {
        self.relations.sensor_of_device(dev_eui)
    }

    /// A sensor as a report needs it.
    pub(crate) fn gauge(&self, sensor: u32) -> Option<&Gauge> {
        self.relations.gauge(sensor)
    }

    /// The dense number of a sensor, found among gauges: a change looks at one soon anyway.
    pub(crate) fn sensor(&self, key: &str) -> Option<u32> {
        self.relations.sensor(key)
    }

    /// The container a sensor looks into.
    pub fn container_of_sensor(&self, sensor: u32) -> Option<u32> {
        let row = self.sensors().get(sensor)?;
        self.containers().find(row.asset.detail.container.key())
    }

    /// The site a container stands on.
    pub fn site_of_container(&self, container: u32) -> Option<u32> {
        let row = self.containers().get(container)?;
        self.sites().find(row.asset.detail.site.key())
    }
}
