//! What a report needs of its sensor: one line of the cache, where the sensor's row is several.

use std::collections::BTreeMap;
use std::sync::Arc;

use smol_str::SmolStr;

use super::Inventory;
use crate::asset::{AssetId, AssetKind};
use crate::detail::{Mounting, Sensor};
use crate::layers::Asset;
use crate::time::Span;

/// A sensor as a report needs it.
#[derive(Clone, Debug, PartialEq)]
#[repr(align(64))]
pub(crate) struct Gauge {
    key: SmolStr,
    container: SmolStr,
    container_kind: AssetKind,
    /// How the sensor is mounted.
    pub(crate) mounting: Mounting,
    /// How often it is expected to report.
    pub(crate) expected_interval: Span,
}

impl Gauge {
    fn of(asset: &Asset<Sensor>) -> Self {
        let detail = &asset.detail;
        Self {
            key: SmolStr::new(&asset.key),
            container: SmolStr::new(detail.container.key()),
            container_kind: detail.container.kind(),
            mounting: detail.mounting,
            expected_interval: detail.expected_interval,
        }
    }

    /// The sensor's key.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// The sensor.
    pub(crate) fn id(&self) -> AssetId {
        AssetId::known(AssetKind::Sensor, self.key.clone())
    }

    /// The container it looks into.
    pub(crate) fn container(&self) -> AssetId {
        AssetId::known(self.container_kind, self.container.clone())
    }
}

/// The sensors as reports need them, by dense number; derived from their table.
#[derive(Clone, Debug, Default)]
pub(super) struct Gauges {
    base: Arc<Vec<Option<Gauge>>>,
    /// What changed since the base was made; `None`: removed.
    changed: Arc<BTreeMap<u32, Option<Gauge>>>,
}

impl Gauges {
    pub(super) fn derive(inventory: &Inventory) -> Self {
        let sensors = inventory.sensors();
        let gauge = |ix| sensors.get(ix).map(|row| Gauge::of(&row.asset));
        Self {
            base: Arc::new((0..sensors.slots()).map(gauge).collect()),
            changed: Arc::default(),
        }
    }

    pub(super) fn get(&self, sensor: u32) -> Option<&Gauge> {
        match self.changed.get(&sensor) {
            Some(changed) => changed.as_ref(),
            None => self.base.get(sensor as usize)?.as_ref(),
        }
    }

    /// Takes a sensor as it is now; `None` where it is removed.
    pub(super) fn set(&mut self, sensor: u32, asset: Option<&Asset<Sensor>>) {
        Arc::make_mut(&mut self.changed).insert(sensor, asset.map(Gauge::of));
    }

    /// These on a base that was derived from an earlier state, `before`.
    pub(super) fn rebased(&self, before: &Self, compacted: &Self) -> Self {
        let mut rebased = compacted.clone();
        for (sensor, gauge) in &*self.changed {
            if before.changed.get(sensor) != Some(gauge) {
                Arc::make_mut(&mut rebased.changed).insert(*sensor, gauge.clone());
            }
        }
        rebased
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gauge_takes_one_line_of_the_cache() {
        assert_eq!(size_of::<Option<Gauge>>(), 64);
    }
}
