//! From plain lists to an indexed inventory, and from one inventory to the next.

use std::sync::Arc;

use geo_types::Coord;

use super::Inventory;
use super::communes::Communes;
use super::relations::Relations;
use super::tables::{InTable, Placing, Tables};
use crate::asset::{AssetIx, AssetKind};
use crate::bbox::LonLatBox;
use crate::detail::{Container, FibreLink, Sensor, Vehicle};
use crate::error::{TwinError, TwinResult};
use crate::layers::Layers;
use crate::place::PlanarCrs;
use crate::scale::ScaleField;

impl Inventory {
    /// Indexes a territory. Numbers are given in the order of the lists.
    ///
    /// # Errors
    /// Refuses keys or devices that stand twice, references to what does not exist, two sensors
    /// in one container, and places outside the planar system.
    pub fn new(mut layers: Layers, crs: Arc<dyn PlanarCrs>) -> TwinResult<Self> {
        let communes = Arc::new(Communes::new(std::mem::take(&mut layers.communes)));
        let placing = Placing { crs, communes };
        let tables = Tables::new(&placing, &mut layers)?;
        let mut inventory = Self {
            scale: Arc::new(ScaleField::sample(placing.crs.as_ref(), [0.0; 2], [0.0; 2])),
            placing,
            extent: None,
            relations: Relations::default(),
            tables,
        };
        inventory.extent = inventory.measure_extent();
        inventory.scale = Arc::new(inventory.sample_scale());
        inventory.check_all_references()?;
        inventory.relations = Relations::derive(&inventory)?;
        Ok(inventory)
    }

    /// Whether enough has changed that [`Inventory::compacted`] is worth its time.
    pub fn wants_compaction(&self) -> bool {
        self.tables.wants_compaction()
    }

    /// The same inventory with nothing in the overlays. Slow: not for the writer.
    #[must_use]
    pub fn compacted(&self) -> Self {
        let mut compacted = Self {
            tables: self.tables.compacted(),
            ..self.clone()
        };
        if let Ok(relations) = Relations::derive(&compacted) {
            compacted.relations = relations;
        }
        compacted
    }

    /// This inventory on the new base that was made from an earlier state of it, `before`.
    #[must_use]
    pub fn rebased(&self, before: &Self, compacted: &Self) -> Self {
        Self {
            tables: self.tables.rebased(&before.tables, &compacted.tables),
            relations: self
                .relations
                .rebased(&before.relations, &compacted.relations),
            ..self.clone()
        }
    }

    fn measure_extent(&self) -> Option<LonLatBox> {
        let outlines = self
            .placing
            .communes
            .iter()
            .flat_map(|(_ix, commune)| &commune.outline);
        let corners = outlines.flat_map(|part| part.exterior().coords().copied());
        let assets = AssetKind::ALL.iter().flat_map(|info| {
            let kind = info.kind;
            self.numbers(kind)
                .filter_map(move |ix| self.place(AssetIx { kind, ix }))
        });
        LonLatBox::around(corners.chain(assets.map(Coord::from)))
    }

    pub(super) fn sample_scale(&self) -> ScaleField {
        let envelope = self.extent.and_then(|extent| self.planar_envelope(extent));
        let (min, max) = envelope.map_or(([0.0; 2], [0.0; 2]), |e| (e.lower(), e.upper()));
        ScaleField::sample(self.crs(), min, max)
    }

    fn check_all_references(&self) -> TwinResult<()> {
        self.check_references::<Container>()?;
        self.check_references::<Sensor>()?;
        self.check_references::<FibreLink>()?;
        self.check_references::<Vehicle>()
    }

    fn check_references<T: InTable>(&self) -> TwinResult<()> {
        for (_ix, row) in T::table(self).iter() {
            for to in row.asset.detail.references() {
                if self.find(to).is_none() {
                    return Err(TwinError::DanglingReference {
                        from: row.asset.id()?,
                        to: to.clone(),
                    });
                }
            }
        }
        Ok(())
    }
}
