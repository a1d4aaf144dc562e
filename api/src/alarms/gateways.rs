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
