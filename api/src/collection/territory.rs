//! A territory in memory, whose days are planned.

use std::cmp::Reverse;

use gis_data::crs::planar_crs;
use gis_data::pack::{Manifest, Pack};
use twin_core::{Ground, HealthRules, Inventory, LonLat, Twin};

use crate::error::ApiResult;

/// A territory in memory.
#[derive(Debug)]
pub(crate) struct Territory {
    /// What its pack says of itself.
    pub(crate) manifest: Manifest,
    /// What exists, and how it is.
    pub(crate) twin: Twin,
    /// What lies around it.
    pub(crate) ground: Ground,
}

impl Territory {
    /// That of a pack, where nothing has been measured yet.
    pub(crate) fn new(pack: Pack) -> ApiResult<Self> {
        let Pack {
            manifest,
            layers,
            ground,
        } = pack;
        let inventory = Inventory::new(layers, planar_crs(&manifest.crs)?);
        let inventory = inventory.map_err(gis_data::GisError::from)?;
        Ok(Self {
            manifest,
            twin: Twin::new(inventory, HealthRules::default()),
            ground,
        })
    }

    /// The communes by name and where the names stand on a map, the largest first.
    pub(crate) fn communes(&self) -> Vec<(&str, LonLat)> {
        let communes = self.twin.inventory().communes();
        let mut communes: Vec<_> = communes.iter().map(|(_, commune)| commune).collect();
        communes.sort_by_key(|commune| Reverse(commune.population));
        let names = communes.into_iter();
        names
            .map(|commune| (&*commune.name, commune.center))
            .collect()
    }

    /// Where the roads come from: source, licence and vintage.
    pub(crate) fn road_sources(&self) -> String {
        let roads = self.manifest.layers.get("roads");
        roads.map_or_else(String::new, |roads| {
            let parts = [&*roads.source, &roads.licence, &roads.vintage];
            let parts = parts.into_iter().filter(|part| !part.is_empty());
            parts.collect::<Vec<_>>().join(", ")
        })
    }
}
