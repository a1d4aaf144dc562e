//! Which gateways heard which sensors last, and which of them seem to be out.

use std::collections::{BTreeMap, BTreeSet};

use gis_data::stores::Checkpoint;
use serde::{Deserialize, Serialize};
use twin_core::{AssetId, AssetKind, SensorStatus, Timestamp, Twin};

use super::rules::GatewayRules;

/// The name under which it is kept beside the journal who heard whom.
pub(super) const KEPT: &str = "alarms/heard";
/// Most gateways that are remembered of a frame: any further one hardly heard it.
const MOST_OF_A_FRAME: usize = 8;
/// Most gateways that are remembered at all; names come from outside.
const MOST_GATEWAYS: usize = 4_096;

/// Which gateways heard the last frame of each sensor.
#[derive(Clone, Debug, Default)]
pub(super) struct Heard {
    names: Vec<Box<str>>,
    numbers: BTreeMap<Box<str>, u16>,
    by_sensor: BTreeMap<u32, Box<[u16]>>,
    is_changed: bool,
}

/// A gateway behind which sensors are silent together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Outage {
    /// Its name.
    pub(super) gateway: Box<str>,
    /// The sensors that it heard last and that are stale or silent, by number: one at least.
    pub(super) silent: Vec<u32>,
    /// How many it heard last.
    pub(super) of: usize,
}

/// Who heard whom, by names.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    gateways: Vec<Box<str>>,
    /// The key of each sensor, and who heard it.
    sensors: BTreeMap<Box<str>, Vec<u16>>,
}

impl Heard {
    /// From what was kept; what no longer reads, or is about sensors that are gone, is left out.
    pub(super) fn restored(kept: &Checkpoint, twin: &Twin) -> Self {
        let kept: Kept = serde_json::from_slice(&kept.body)
            .inspect_err(|error| tracing::warn!(%error, "who heard whom does not read"))
            .unwrap_or_default();
        let mut heard = Self::default();
        for (key, gateways) in kept.sensors {
            let sensor = twin.inventory().sensors().find(&key);
            let names = gateways
                .iter()
                .filter_map(|ix| kept.gateways.get(usize::from(*ix)));
            if let Some(sensor) = sensor {
                heard.hear(sensor, names.map(AsRef::as_ref));
            }
        }
        heard.is_changed = false;
        heard
    }

    /// What is to be kept, where it has changed since this was asked last.
    pub(super) fn keep(&mut self, twin: &Twin, at: Timestamp) -> Option<Checkpoint> {
        if !std::mem::take(&mut self.is_changed) {
            return None;
        }
        let sensors = twin.inventory().sensors();
        let key = |sensor: &u32| Some(Box::from(&*sensors.get(*sensor)?.asset.key));
        let heard = self.by_sensor.iter();
        let named = heard.filter_map(|(sensor, by)| Some((key(sensor)?, by.to_vec())));
        let kept = Kept {
            gateways: self.names.clone(),
            sensors: named.collect(),
        };
        Some(Checkpoint {
            name: KEPT.to_owned(),
            at,
            body: serde_json::to_vec(&kept).unwrap_or_default(),
        })
    }

    /// A frame of a sensor was heard by these gateways, the best one first.
    pub(super) fn hear<'a>(&mut self, sensor: u32, gateways: impl Iterator<Item = &'a str>) {
        let numbers = gateways.take(MOST_OF_A_FRAME);
        let numbers: Box<[u16]> = numbers.filter_map(|name| self.number(name)).collect();
        if numbers.is_empty() || self.by_sensor.get(&sensor) == Some(&numbers) {
            return;
        }
        self.by_sensor.insert(sensor, numbers);
        self.is_changed = true;
    }

    fn number(&mut self, name: &str) -> Option<u16> {
        if let Some(number) = self.numbers.get(name) {
            return Some(*number);
        }
        // A name that could not be a subject is none that an alarm could tell.
        let is_name = AssetId::new(AssetKind::Sensor, name).is_ok();
        if !is_name || self.names.len() >= MOST_GATEWAYS {
            return None;
        }
        let number = u16::try_from(self.names.len()).ok()?;
        self.names.push(name.into());
        self.numbers.insert(name.into(), number);
        Some(number)
    }

    /// The gateways that seem to be out, the one with most silent sensors first; `is_out` are those of which
    /// that is told already, and for which less is enough. A silent sensor counts for one gateway only.
    pub(super) fn outages(
        &self,
        twin: &Twin,
        rules: &GatewayRules,
        is_out: &BTreeSet<Box<str>>,
    ) -> Vec<Outage> {
        let mut silent: Vec<BTreeSet<u32>> = vec![BTreeSet::new(); self.names.len()];
        let mut all = vec![0_usize; self.names.len()];
        for (sensor, gateways) in &self.by_sensor {
            let Some(state) = twin.sensor(*sensor) else {
                continue;
            };
            let is_silent = matches!(state.status, SensorStatus::Stale | SensorStatus::Silent);
            for gateway in gateways {
                all[usize::from(*gateway)] += 1;
                if is_silent {
                    silent[usize::from(*gateway)].insert(*sensor);
                }
            }
        }
        let mut outages = Vec::new();
        loop {
            let seems_out = |ix: &usize| {
                let share = silent[*ix].len() as f64 / all[*ix].max(1) as f64;
                if is_out.contains(&self.names[*ix]) {
                    !silent[*ix].is_empty() && share >= rules.clear_below.get()
                } else {
                    silent[*ix].len() >= rules.least_sensors.into() && share >= rules.raise_at.get()
                }
            };
            let suspects = (0..self.names.len()).filter(seems_out);
            let worst = suspects.max_by_key(|ix| (silent[*ix].len(), std::cmp::Reverse(*ix)));
            let Some(worst) = worst else {
                return outages;
            };
            let members = std::mem::take(&mut silent[worst]);
            for others in &mut silent {
                others.retain(|sensor| !members.contains(sensor));
            }
            outages.push(Outage {
                gateway: self.names[worst].clone(),
                silent: members.into_iter().collect(),
                of: all[worst],
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use gis_data::crs::planar_crs;
    use twin_core::{
        Asset, Container, ContainerType, DevEui, HealthRules, Input, Inventory, Layers, LonLat,
        Mounting, Reading, Sensor, Site, SiteType, Span, Stream, Tick, Uplink, decide, evolve,
    };

    use super::*;

    const SENSORS: u32 = 30;

    fn asset<T>(key: String, detail: T) -> Asset<T> {
        Asset {
            key: key.into(),
            place: LonLat::new(6.8, 47.5).unwrap(),
            detail,
        }
    }

    fn sensor(n: u32) -> Asset<Sensor> {
        let detail = Sensor {
            container: format!("container/c{n}").parse().unwrap(),
            dev_eui: DevEui(n.into()),
            codec: "milesight-em400-mud".into(),
            mounting: Mounting::new(1800, 400).unwrap(),
            expected_interval: Span::from_hours(1),
        };
        asset(format!("s{n}"), detail)
    }

    fn container(n: u32) -> Asset<Container> {
        let detail = Container {
            site: "site/p".parse().unwrap(),
            container_type: ContainerType::Column,
            stream: Stream::Glass,
            volume: None,
            max_load: None,
        };
        asset(format!("c{n}"), detail)
    }

    fn uplink(n: u32, at: Timestamp) -> Input {
        Input::Uplink(Uplink {
            source: "test".into(),
            dev_eui: DevEui(n.into()),
            session: "one".into(),
            f_cnt: 0,
            f_port: None,
            bytes: Vec::new(),
            network_at: at,
            received_at: at,
            rssi_dbm: None,
            snr_db: None,
            spreading_factor: None,
            gateways: Vec::new(),
            decoder: None,
            reading: Reading::default(),
        })
    }

    /// A twin at noon whose first sensors have been silent since midnight; the others just reported.
    fn twin(silent: u32) -> Twin {
        let site = Site {
            name: None,
            street: None,
            site_type: SiteType::RecyclingPoint,
        };
        let layers = Layers {
            sites: vec![asset("p".to_owned(), site)],
            containers: (0..SENSORS).map(container).collect(),
            sensors: (0..SENSORS).map(sensor).collect(),
            ..Layers::default()
        };
        let inventory = Inventory::new(layers, planar_crs("EPSG:2154").unwrap()).unwrap();
        let midnight = Timestamp::from_secs(1_700_000_000);
        let noon = midnight + Span::from_hours(12);
        let at = |n| if n < silent { midnight } else { noon };
        let mut inputs: Vec<Input> = (0..SENSORS).map(|n| uplink(n, at(n))).collect();
        let due = (0..SENSORS).collect();
        inputs.push(Input::Tick(Tick { at: noon, due }));
        let start = Twin::new(inventory, HealthRules::default());
        inputs.iter().fold(start, |twin, input| {
            let changes = decide(&twin, input).unwrap();
            evolve(twin, &changes)
        })
    }

    /// What seems to be out: each gateway with how many of the sensors behind it.
    fn out(
        silent: u32,
        heard: &[(&str, std::ops::Range<u32>)],
        told: &[&str],
    ) -> Vec<(String, usize)> {
        let mut by_sensor: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
        for (gateway, sensors) in heard {
            for sensor in sensors.clone() {
                by_sensor.entry(sensor).or_default().push(gateway);
            }
        }
        let mut who = Heard::default();
        for (sensor, gateways) in by_sensor {
            who.hear(sensor, gateways.into_iter());
        }
        let told = told.iter().map(|name| Box::from(*name)).collect();
        let outages = who.outages(&twin(silent), &GatewayRules::default(), &told);
        let of = |outage: Outage| (outage.gateway.into(), outage.silent.len());
        outages.into_iter().map(of).collect()
    }

    #[rstest::rstest]
    #[case::all_behind_one(10, &[("a", 0..10), ("b", 10..30)], &[], &[("a", 10)])]
    #[case::too_few(4, &[("a", 0..4), ("b", 4..30)], &[], &[])]
    #[case::too_small_a_share(14, &[("a", 0..20), ("b", 20..30)], &[], &[])]
    #[case::still_out_with_that_share(14, &[("a", 0..20), ("b", 20..30)], &["a"], &[("a", 14)])]
    #[case::back_with_less(9, &[("a", 0..20), ("b", 20..30)], &["a"], &[])]
    #[case::each_sensor_counts_once(10, &[("a", 0..10), ("b", 4..10), ("c", 10..30)], &[], &[("a", 10)])]
    #[case::two_at_once(20, &[("a", 0..12), ("b", 12..20), ("c", 20..30)], &[], &[("a", 12), ("b", 8)])]
    #[case::nobody_heard_them(20, &[("a", 20..30)], &[], &[])]
    #[case::no_name_that_could_be_told(10, &[("<b>", 0..10)], &[], &[])]
    fn a_gateway_is_out_where_its_sensors_fell_silent_together(
        #[case] silent: u32,
        #[case] heard: &[(&str, std::ops::Range<u32>)],
        #[case] told: &[&str],
        #[case] expected: &[(&str, usize)],
    ) {
        let expected: Vec<(String, usize)> = expected
            .iter()
            .map(|(name, count)| ((*name).to_owned(), *count))
            .collect();
        assert_eq!(out(silent, heard, told), expected);
    }

    #[test]
    fn who_heard_whom_is_kept_by_names_where_it_changed() {
        let twin = twin(0);
        let mut heard = Heard::default();
        heard.hear(3, ["a", "b"].into_iter());
        let kept = heard.keep(&twin, Timestamp::from_secs(0)).unwrap();
        assert_eq!(
            heard.keep(&twin, Timestamp::from_secs(0)),
            None,
            "nothing changed"
        );
        let mut again = Heard::restored(&kept, &twin);
        assert_eq!(again.keep(&twin, Timestamp::from_secs(0)), None);
        again.hear(3, ["a", "b"].into_iter());
        assert_eq!(
            again.keep(&twin, Timestamp::from_secs(0)),
            None,
            "it is known"
        );
        assert_eq!(again.by_sensor.len(), 1);
    }
}
