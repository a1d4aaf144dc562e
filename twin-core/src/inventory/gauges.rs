//! What a report needs of its sensor: one line of the cache, where the sensor's row is several.

use std::collections::BTreeMap;
use std::sync::Arc;

use smol_str::SmolStr;

use super::Inventory;
use super::keys::Keys;
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
    base: Arc<Base>,
    /// What changed since the base was made; `None`: removed.
    changed: Arc<BTreeMap<u32, Option<Gauge>>>,
    /// The numbers of those that were added.
    added: Arc<BTreeMap<SmolStr, u32>>,
}

#[derive(Debug, Default)]
struct Base {
    gauges: Vec<Option<Gauge>>,
    by_key: Keys,
}

impl Base {
    fn get(&self, sensor: u32) -> Option<&Gauge> {
        self.gauges.get(sensor as usize)?.as_ref()
    }
}

impl Gauges {
    pub(super) fn derive(inventory: &Inventory) -> Self {
        let sensors = inventory.sensors();
        let gauge = |ix| sensors.get(ix).map(|row| Gauge::of(&row.asset));
        let gauges: Vec<_> = (0..sensors.slots()).map(gauge).collect();
        let keys = (0..).zip(&gauges);
        let keys = keys.filter_map(|(sensor, gauge)| Some((sensor, gauge.as_ref()?.key())));
        let by_key = Keys::new(keys, sensors.count());
        Self {
            base: Arc::new(Base { gauges, by_key }),
            ..Self::default()
        }
    }

    pub(super) fn get(&self, sensor: u32) -> Option<&Gauge> {
        match self.changed.get(&sensor) {
            Some(changed) => changed.as_ref(),
            None => self.base.get(sensor),
        }
    }

    /// The number of the sensor with a key.
    pub(super) fn find(&self, key: &str) -> Option<u32> {
        let is_its = |sensor| self.base.get(sensor).is_some_and(|gauge| gauge.key == key);
        let added = self.added.get(key).copied();
        let sensor = added.or_else(|| self.base.by_key.find(key, is_its))?;
        (!matches!(self.changed.get(&sensor), Some(None))).then_some(sensor)
    }

    /// Takes a sensor as it is now; `None` where it is removed.
    pub(super) fn set(&mut self, sensor: u32, asset: Option<&Asset<Sensor>>) {
        self.put(sensor, asset.map(Gauge::of));
    }

    fn put(&mut self, sensor: u32, gauge: Option<Gauge>) {
        if let Some(gauge) = &gauge {
            Arc::make_mut(&mut self.added).insert(gauge.key.clone(), sensor);
        }
        Arc::make_mut(&mut self.changed).insert(sensor, gauge);
    }

    /// These on a base that was derived from an earlier state, `before`.
    pub(super) fn rebased(&self, before: &Self, compacted: &Self) -> Self {
        let mut rebased = compacted.clone();
        for (sensor, gauge) in &*self.changed {
            if before.changed.get(sensor) != Some(gauge) {
                rebased.put(*sensor, gauge.clone());
            }
        }
        rebased
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::detail::{Container, ContainerType, Site, SiteType, Stream};
    use crate::layers::Layers;
    use crate::place::{LonLat, Planar, PlanarCrs};
    use crate::record::Record;
    use crate::uplink::DevEui;

    /// Degrees as they are.
    #[derive(Debug)]
    struct Degrees;

    impl PlanarCrs for Degrees {
        fn name(&self) -> &'static str {
            "degrees"
        }

        fn project(&self, place: LonLat) -> Option<Planar> {
            Some([place.lon(), place.lat()])
        }

        fn unproject(&self, [lon, lat]: Planar) -> Option<LonLat> {
            LonLat::new(lon, lat).ok()
        }
    }

    fn asset<T>(key: String, detail: T) -> Asset<T> {
        let place = LonLat::new(6.8, 47.5).unwrap();
        let key = key.into();
        Asset { key, place, detail }
    }

    fn sensor(key: u8, container: u8, hours: i64) -> Asset<Sensor> {
        let detail = Sensor {
            container: AssetId::new(AssetKind::Container, &format!("c{container}")).unwrap(),
            dev_eui: DevEui(key.into()),
            codec: "none".into(),
            mounting: Mounting::new(1800, 400).unwrap(),
            expected_interval: Span::from_hours(hours),
        };
        asset(format!("s{key}"), detail)
    }

    /// Twelve containers, of which the first six have a sensor.
    fn inventory() -> Inventory {
        let site = AssetId::new(AssetKind::Site, "a").unwrap();
        let on_site = Site {
            name: None,
            street: None,
            site_type: SiteType::Other,
        };
        let in_row = |n| {
            let detail = Container {
                site: site.clone(),
                container_type: ContainerType::Column,
                stream: Stream::Glass,
                volume: None,
                max_load: None,
            };
            asset(format!("c{n}"), detail)
        };
        let layers = Layers {
            sites: vec![asset("a".to_owned(), on_site)],
            containers: (0..12).map(in_row).collect(),
            sensors: (0..6).map(|n| sensor(n, n, 4)).collect(),
            ..Layers::default()
        };
        Inventory::new(layers, Arc::new(Degrees)).unwrap()
    }

    fn assert_agrees(inventory: &Inventory) {
        let sensors = inventory.sensors();
        for n in 0..12 {
            let key = format!("s{n}");
            assert_eq!(inventory.sensor(&key), sensors.find(&key), "{key}");
        }
        for ix in 0..sensors.slots() + 2 {
            let wanted = sensors.get(ix).map(|row| Gauge::of(&row.asset));
            assert_eq!(inventory.gauge(ix), wanted.as_ref(), "{ix}");
        }
    }

    proptest! {
        #[test]
        fn gauges_follow_their_sensors_through_edits_and_compactions(
            steps in prop::collection::vec((0_u8..4, 0_u8..12, 0_u8..12, 1_i64..48), 0..60),
        ) {
            let mut inventory = inventory();
            let mut compaction = None;
            for (kind, key, container, hours) in steps {
                match (kind, compaction.take()) {
                    (0, rest) => {
                        let id = AssetId::new(AssetKind::Sensor, &format!("s{key}")).unwrap();
                        inventory.remove(&id);
                        compaction = rest;
                    }
                    (1, None) => compaction = Some((inventory.clone(), inventory.compacted())),
                    (1, Some((before, compacted))) => {
                        inventory = inventory.rebased(&before, &compacted);
                    }
                    (_, rest) => {
                        inventory.put(Record::Sensor(sensor(key, container, hours)));
                        compaction = rest;
                    }
                }
                assert_agrees(&inventory);
            }
        }
    }

    #[test]
    fn a_gauge_takes_one_line_of_the_cache() {
        assert_eq!(size_of::<Option<Gauge>>(), 64);
    }
}
