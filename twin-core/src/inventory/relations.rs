//! Who belongs to whom, by dense numbers; derived from the tables.

use std::collections::BTreeMap;
use std::hash::Hash;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt as _};

use super::Inventory;
use super::gauges::{Gauge, Gauges};
use crate::detail::Sensor;
use crate::error::{TwinError, TwinResult};
use crate::layers::Asset;
use crate::uplink::DevEui;

/// The containers of each site, the sensor of each container and of each device, and of each
/// sensor what a report needs.
#[derive(Clone, Debug, Default)]
pub(super) struct Relations {
    containers_of_site: LayeredMap<u32, Vec<u32>>,
    sensor_of_container: LayeredMap<u32, u32>,
    sensor_of_device: LayeredMap<DevEui, u32>,
    gauges: Gauges,
}

impl Relations {
    /// Derives them from tables whose references all resolve.
    pub(super) fn derive(inventory: &Inventory) -> TwinResult<Self> {
        let mut containers_of_site: HashMap<u32, Vec<u32>> = HashMap::new();
        for (container, row) in inventory.containers().iter() {
            if let Some(site) = inventory.sites().find(row.asset.detail.site.key()) {
                containers_of_site.entry(site).or_default().push(container);
            }
        }
        let mut sensor_of_container = HashMap::new();
        let mut sensor_of_device = HashMap::new();
        for (sensor, row) in inventory.sensors().iter() {
            let detail = &row.asset.detail;
            if sensor_of_device.insert(detail.dev_eui, sensor).is_some() {
                return Err(TwinError::DuplicateDevice {
                    sensor: row.asset.id()?,
                });
            }
            if let Some(container) = inventory.containers().find(detail.container.key())
                && sensor_of_container.insert(container, sensor).is_some()
            {
                return Err(TwinError::SecondSensor {
                    container: detail.container.clone(),
                });
            }
        }
        Ok(Self {
            containers_of_site: LayeredMap::new(containers_of_site),
            sensor_of_container: LayeredMap::new(sensor_of_container),
            sensor_of_device: LayeredMap::new(sensor_of_device),
            gauges: Gauges::derive(inventory),
        })
    }

    pub(super) fn containers_of_site(&self, site: u32) -> &[u32] {
        self.containers_of_site.get(site).map_or(&[], Vec::as_slice)
    }

    pub(super) fn sensor_of_container(&self, container: u32) -> Option<u32> {
        self.sensor_of_container.get(container).copied()
    }

    pub(super) fn sensor_of_device(&self, dev_eui: DevEui) -> Option<u32> {
        self.sensor_of_device.get(dev_eui).copied()
    }

    pub(super) fn gauge(&self, sensor: u32) -> Option<&Gauge> {
        self.gauges.get(sensor)
    }

    pub(super) fn sensor(&self, key: &str) -> Option<u32> {
        self.gauges.find(key)
    }

    /// Takes a sensor as it is now; `None` where it is removed.
    pub(super) fn gauge_as(&mut self, sensor: u32, asset: Option<&Asset<Sensor>>) {
        self.gauges.set(sensor, asset);
    }

    /// Puts a container on a site, after taking it from the one it stood on.
    pub(super) fn stand(&mut self, container: u32, from: Option<u32>, to: Option<u32>) {
        if from == to {
            return;
        }
        if let Some(site) = from {
            let mut rest = self.containers_of_site(site).to_vec();
            rest.retain(|other| *other != container);
            self.containers_of_site.set(site, Some(rest));
        }
        if let Some(site) = to {
            let mut all = self.containers_of_site(site).to_vec();
            let position = all.partition_point(|other| *other < container);
            all.insert(position, container);
            self.containers_of_site.set(site, Some(all));
        }
    }

    /// Joins a sensor to its container and its device; `None` lets go of them.
    pub(super) fn mount(&mut self, container: u32, dev_eui: DevEui, sensor: Option<u32>) {
        self.sensor_of_container.set(container, sensor);
        self.sensor_of_device.set(dev_eui, sensor);
    }

    /// These relations on a base that was derived from an earlier state, `before`.
    pub(super) fn rebased(&self, before: &Self, compacted: &Self) -> Self {
        Self {
            containers_of_site: self
                .containers_of_site
                .rebased(&before.containers_of_site, &compacted.containers_of_site),
            sensor_of_container: self
                .sensor_of_container
                .rebased(&before.sensor_of_container, &compacted.sensor_of_container),
            sensor_of_device: self
                .sensor_of_device
                .rebased(&before.sensor_of_device, &compacted.sensor_of_device),
            gauges: self.gauges.rebased(&before.gauges, &compacted.gauges),
        }
    }
}

/// A map that is never changed, below a small one that holds what changed since.
#[derive(Clone, Debug)]
struct LayeredMap<K, V> {
    base: Arc<HashMap<K, V>>,
    changed: Arc<BTreeMap<K, Option<V>>>,
}

impl<K, V> Default for LayeredMap<K, V> {
    fn default() -> Self {
        Self {
            base: Arc::default(),
            changed: Arc::default(),
        }
    }
}

impl<K: Copy + Ord + Hash, V: Clone + PartialEq> LayeredMap<K, V> {
    fn new(base: HashMap<K, V>) -> Self {
        Self {
            base: Arc::new(base),
            changed: Arc::default(),
        }
    }

    fn get(&self, key: K) -> Option<&V> {
        match self.changed.get(&key) {
            Some(changed) => changed.as_ref(),
            None => self.base.get(&key),
        }
    }

    fn set(&mut self, key: K, value: Option<V>) {
        Arc::make_mut(&mut self.changed).insert(key, value);
    }

    fn rebased(&self, before: &Self, compacted: &Self) -> Self {
        let mut rebased = compacted.clone();
        for (key, value) in &*self.changed {
            if before.changed.get(key) != Some(value) {
                rebased.set(*key, value.clone());
            }
        }
        rebased
    }
}
