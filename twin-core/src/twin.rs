//! The twin at one moment: what exists, and how it is.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::alarms::{Alarms, KeptAlarms};
use crate::asset::{AssetId, AssetIx, AssetKind};
use crate::change::Channel;
use crate::cow_vec::CowVec;
use crate::health::{HealthRules, SensorState, SensorStatus};
use crate::inventory::Inventory;
use crate::live::Live;
use crate::report::{Reported, Reports};
use crate::restricted::{OperatorAccess, Restricted};
use crate::time::Timestamp;
use crate::track::Track;
use crate::units::Fraction;

/// The twin at one moment. Cloning it is cheap, and a clone never changes.
#[derive(Clone, Debug)]
pub struct Twin {
    pub(crate) inventory: Arc<Inventory>,
    pub(crate) rules: HealthRules,
    pub(crate) live: CowVec<Live>,
    pub(crate) reports: Reports,
    pub(crate) public_seq: u64,
    pub(crate) restricted_seq: u64,
    pub(crate) at: Timestamp,
    pub(crate) alarms: Restricted<Alarms>,
}

/// A measured fill, and the time it holds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// How full.
    pub fill: Fraction,
    /// When it was measured.
    pub observed_at: Timestamp,
}

impl Twin {
    /// A twin of what exists, about whose state nothing is known yet.
    pub fn new(inventory: Inventory, rules: HealthRules) -> Self {
        let mut twin = Self {
            inventory: Arc::new(inventory),
            rules,
            live: CowVec::default(),
            reports: Reports::default(),
            public_seq: 0,
            restricted_seq: 0,
            at: Timestamp::MIN,
            alarms: Restricted::default(),
        };
        twin.make_room();
        twin
    }

    /// What exists, and where.
    pub fn inventory(&self) -> &Inventory {
        &self.inventory
    }

    /// What exists, to keep.
    pub fn inventory_handle(&self) -> Arc<Inventory> {
        Arc::clone(&self.inventory)
    }

    /// When a sensor counts as stale, silent, stuck or low on battery.
    pub const fn rules(&self) -> &HealthRules {
        &self.rules
    }

    /// The number of the last change of a channel; 0 before the first.
    pub const fn seq(&self, channel: Channel) -> u64 {
        match channel {
            Channel::Public => self.public_seq,
            Channel::Restricted => self.restricted_seq,
        }
    }

    /// All alarms; whoever reads them has to be an operator, or the twin's own storage.
    pub const fn alarms(&self, access: OperatorAccess) -> &Alarms {
        self.alarms.reveal(access)
    }

    /// The latest time of any change.
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// What is known of a sensor, by dense number.
    pub fn sensor(&self, sensor: u32) -> Option<SensorState> {
        self.inventory.gauge(sensor)?;
        self.live.get(sensor as usize).map(Live::sensor)
    }

    /// The fill of a container that its sensor measured last, by dense number; `None` where it has
    /// no sensor, or one that has not measured since it was mounted there.
    pub fn level(&self, container: u32) -> Option<Level> {
        self.level_of_sensor(self.inventory.sensor_of_container(container)?)
    }

    /// The fill that a sensor measured last in its present container, by dense number.
    pub fn level_of_sensor(&self, sensor: u32) -> Option<Level> {
        self.live.get(sensor as usize)?.level()
    }

    /// What was learned of a sensor from its readings, by dense number.
    pub fn track(&self, sensor: u32) -> Option<&Track> {
        self.live.get(sensor as usize).map(Live::track)
    }

    /// What people told of a container, as far as it stands.
    pub fn reported(&self, container: &AssetId) -> Option<&Reported> {
        self.reports.get(container)
    }

    /// The containers of which somebody told something that stands, and what.
    pub fn reports(&self) -> impl Iterator<Item = (&AssetId, &Reported)> {
        self.reports.iter()
    }

    /// Makes room for what people tell of a container, where it exists.
    pub(crate) fn note_reported(&mut self, container: &AssetId) {
        if self.reports.get(container).is_none() && self.inventory.find(container).is_some() {
            self.reports
                .insert_mut(container.clone(), Reported::default());
        }
    }

    /// Changes what stands of what people told of a container.
    pub(crate) fn change_reported(
        &mut self,
        container: &AssetId,
        change: impl FnOnce(&mut Reported),
    ) {
        let Some(mut told) = self.reports.get(container).copied() else {
            return;
        };
        change(&mut told);
        if told == Reported::default() {
            self.reports.remove_mut(container);
        } else {
            self.reports.insert_mut(container.clone(), told);
        }
    }

    /// How far the fill of a container can be trusted: the status of its sensor, `unknown`
    /// without one.
    pub fn container_status(&self, container: u32) -> SensorStatus {
        let sensor = self.inventory.sensor_of_container(container);
        sensor
            .and_then(|sensor| self.live.get(sensor as usize))
            .map_or(SensorStatus::Unknown, Live::status)
    }

    /// When the status of a sensor changes next if it never reports again.
    pub fn deadline(&self, sensor: u32) -> Option<Timestamp> {
        let interval = self.inventory.gauge(sensor)?.expected_interval;
        self.sensor(sensor)?.deadline(&self.rules, interval)
    }

    /// This twin on another inventory of the same assets, for example a compacted one.
    #[must_use]
    pub fn with_inventory(mut self, inventory: Inventory) -> Self {
        self.inventory = Arc::new(inventory);
        self.make_room();
        self
    }

    /// Makes the live state as long as the inventory.
    pub(crate) fn make_room(&mut self) {
        let sensors = self.inventory.slots(AssetKind::Sensor) as usize;
        self.live.grow(sensors, &Live::default());
    }

    pub(crate) fn number(&self, id: &AssetId) -> Option<u32> {
        match id.kind() {
            AssetKind::Sensor => self.inventory.sensor(id.key()),
            _ => self.inventory.find(id).map(|AssetIx { ix, .. }| ix),
        }
    }

    /// Everything about the state that a restart needs, by public names.
    pub fn to_snapshot(&self) -> Snapshot {
        let sensors = self.inventory.sensors().iter().filter_map(|(ix, row)| {
            let state = self.live.get(ix as usize)?.sensor();
            state.last.is_some().then(|| (row.asset.key.clone(), state))
        });
        let tracks = self.inventory.sensors().iter().filter_map(|(ix, row)| {
            let track = self.track(ix).filter(|track| track.readings() > 0)?;
            Some((row.asset.key.clone(), *track))
        });
        let levels = self
            .inventory
            .containers()
            .iter()
            .filter_map(|(ix, row)| Some((row.asset.key.clone(), self.level(ix)?)));
        Snapshot {
            version: Snapshot::VERSION,
            public_seq: self.public_seq,
            restricted_seq: self.restricted_seq,
            at: self.at,
            sensors: sensors.collect(),
            levels: levels.collect(),
            tracks: tracks.collect(),
            reports: self
                .reports()
                .map(|(id, told)| (id.clone(), *told))
                .collect(),
            alarms: self.alarms(OperatorAccess::granted()).to_kept(),
        }
    }

    /// Puts a snapshot's state on what exists. What the snapshot tells of assets that do not
    /// exist is left out.
    #[must_use]
    pub fn restored(mut self, snapshot: Snapshot) -> Self {
        for (key, state) in snapshot.sensors {
            let sensor = self.inventory.sensors().find(&key);
            if let Some(live) = sensor.and_then(|ix| self.live.get_mut(ix as usize)) {
                live.set_sensor(state);
            }
        }
        for (key, level) in snapshot.levels {
            let container = self.inventory.containers().find(&key);
            let sensor = container.and_then(|ix| self.inventory.sensor_of_container(ix));
            if let Some(live) = sensor.and_then(|ix| self.live.get_mut(ix as usize)) {
                live.set_level(Some(level));
            }
        }
        for (key, track) in snapshot.tracks {
            let sensor = self.inventory.sensors().find(&key);
            if let Some(found) = sensor.and_then(|ix| self.live.get_mut(ix as usize)) {
                *found.track_mut() = track;
            }
        }
        let reports = snapshot.reports.into_iter();
        self.reports = reports
            .filter(|(id, _)| self.inventory.find(id).is_some())
            .collect();
        self.alarms = Restricted::new(Alarms::restored(snapshot.alarms));
        self.public_seq = snapshot.public_seq;
        self.restricted_seq = snapshot.restricted_seq;
        self.at = snapshot.at;
        self
    }
}

/// Two twins are equal when they tell the same: inventories are compared by their records.
impl PartialEq for Twin {
    fn eq(&self, other: &Self) -> bool {
        let records = |twin: &Self| -> Vec<_> {
            let of_kind = |kind| {
                let inventory = twin.inventory();
                inventory.numbers(kind).filter_map(move |ix| {
                    let key = inventory.key(AssetIx { kind, ix })?;
                    inventory.record(&AssetId::new(kind, key).ok()?)
                })
            };
            AssetKind::ALL
                .iter()
                .flat_map(|info| of_kind(info.kind))
                .collect()
        };
        self.to_snapshot() == other.to_snapshot() && records(self) == records(other)
    }
}

/// The state of a twin as plain data; what exists is not in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Version of the format.
    pub version: u32,
    /// Number of the last public change in it.
    pub public_seq: u64,
    /// Number of the last restricted change in it.
    pub restricted_seq: u64,
    /// The latest time of any change in it.
    pub at: Timestamp,
    /// The state of each sensor that ever reported, by key.
    pub sensors: Vec<(Box<str>, SensorState)>,
    /// The last level of each container that has one, by key.
    pub levels: Vec<(Box<str>, Level)>,
    /// What was learned of each sensor from its readings, by key; nothing in what was kept before it was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tracks: Vec<(Box<str>, Track)>,
    /// What people told of containers, as far as it stands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reports: Vec<(AssetId, Reported)>,
    /// Its alarms; none in what was kept before there were any.
    #[serde(default, skip_serializing_if = "KeptAlarms::is_empty")]
    pub alarms: KeptAlarms,
}

impl Snapshot {
    /// Version of the format that this code writes.
    pub const VERSION: u32 = 1;
}
