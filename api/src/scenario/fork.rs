//! The live state as it was at one moment: what exists, and the levels that sensors told.
//!
//! It is taken once, from a snapshot that nobody waits for, and kept as a pack of its own beside the
//! job, so that the job comes to the same whenever it runs. Of what is restricted it has nothing.

use std::collections::BTreeMap;
use std::path::Path;

use gis_data::pack::{self, IfPresent, LayerInfo, Manifest, Pack};
use serde::{Deserialize, Serialize};
use simulator::calendar::LocalDay;
use simulator::scenario::{Present, Told};
use twin_core::{
    Asset, AssetKind, Channel, DevEui, Fraction, Ground, Layers, Table, Timestamp, Twin,
};

use crate::collection::trusted_level;
use crate::error::ApiResult;

/// Where its assets are kept, beside a job.
const PACK: &str = "pack";
/// The layer of the communes.
const COMMUNES: &str = "communes";
/// Devices count from here: "locally administered" numbers, for those of the devices are restricted.
const FIRST_DEVICE: u64 = 0xfe00_0000_f02c_0000;
/// Where assets come from that no layer of the pack had.
const ENTERED: &str = "entered on the running server";

/// The live state at one moment.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fork {
    pub(super) manifest: Manifest,
    pub(super) layers: Layers,
    pub(super) state: ForkState,
}

/// What is kept of it besides assets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ForkState {
    /// What the twin's clock showed.
    at: Timestamp,
    /// The number of the last public change.
    seq: u64,
    /// Whether anything of the territory is made up.
    pub(super) is_synthetic: bool,
    /// By the keys of containers: the share in millionths, and when it was measured.
    levels: BTreeMap<Box<str>, (u32, Timestamp)>,
}

/// When a live state was taken.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Moment {
    /// What the twin's clock showed.
    at: Timestamp,
    /// The number of the last public change.
    seq: u64,
}

impl Fork {
    /// Takes it from a snapshot, whose pack says something of itself.
    pub(crate) fn new(twin: &Twin, manifest: &Manifest, at: Timestamp) -> Self {
        let layers = layers(twin);
        Self {
            manifest: provenance(manifest, &layers),
            layers,
            state: ForkState {
                at,
                seq: twin.seq(Channel::Public),
                is_synthetic: manifest.is_synthetic() || manifest.simulated_sensors,
                levels: levels(twin),
            },
        }
    }

    /// When it was taken.
    pub(super) const fn moment(&self) -> Moment {
        Moment {
            at: self.state.at,
            seq: self.state.seq,
        }
    }

    /// What scenarios begin with.
    ///
    /// # Errors
    /// Times outside of the calendar.
    pub(super) fn present(&self) -> ApiResult<Present> {
        let told = self.state.levels.iter().map(|(key, &(ppm, at))| {
            let fill = Fraction::saturating(f64::from(ppm) / 1e6);
            (key.clone(), Told { fill, at })
        });
        Ok(Present {
            day: LocalDay::containing(self.state.at)?.date(),
            levels: told.collect(),
        })
    }

    /// Keeps its assets in a folder beside a job.
    pub(super) fn write(&self, folder: &Path) -> ApiResult<()> {
        let pack = Pack {
            manifest: self.manifest.clone(),
            layers: self.layers.clone(),
            ground: Ground::default(),
        };
        Ok(pack::write(&folder.join(PACK), &pack, IfPresent::Replace)?)
    }

    /// Reads what [`Fork::write`] kept.
    pub(super) fn read(folder: &Path, state: ForkState) -> ApiResult<Self> {
        let Pack {
            manifest, layers, ..
        } = pack::read(&folder.join(PACK))?;
        Ok(Self {
            manifest,
            layers,
            state,
        })
    }
}

/// What a simulation is made of.
fn layers(twin: &Twin) -> Layers {
    let inventory = twin.inventory();
    let mut sensors = assets(inventory.sensors());
    for (sensor, device) in sensors.iter_mut().zip(FIRST_DEVICE..) {
        sensor.detail.dev_eui = DevEui(device);
    }
    let communes = inventory.communes().iter();
    Layers {
        communes: communes.map(|(_, commune)| commune.clone()).collect(),
        sites: assets(inventory.sites()),
        containers: assets(inventory.containers()),
        sensors,
        depots: assets(inventory.depots()),
        unloading_sites: assets(inventory.unloading_sites()),
        ..Layers::default()
    }
}

fn assets<T: Clone>(table: &Table<T>) -> Vec<Asset<T>> {
    table.iter().map(|(_, row)| row.asset.clone()).collect()
}

/// The manifest of a pack with these layers and no other.
fn provenance(manifest: &Manifest, layers: &Layers) -> Manifest {
    let kinds = AssetKind::ALL
        .iter()
        .map(|info| (info.layer, layers.count(info.kind)));
    let communes = [(COMMUNES, layers.communes.len())];
    let listed = communes
        .into_iter()
        .chain(kinds)
        .filter(|(_, count)| *count > 0);
    let entered = || LayerInfo {
        source: ENTERED.into(),
        licence: "unknown".into(),
        vintage: "unknown".into(),
        synthetic: false,
    };
    let info = |name: &str| manifest.layers.get(name).cloned().unwrap_or_else(entered);
    Manifest {
        layers: listed
            .map(|(name, _)| (name.to_owned(), info(name)))
            .collect(),
        ..manifest.clone()
    }
}

/// The levels of sensors that do well, by the keys of their containers.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of millionths, from 0 to a million"
)]
fn levels(twin: &Twin) -> BTreeMap<Box<str>, (u32, Timestamp)> {
    let containers = twin.inventory().containers().iter();
    let told = containers.filter_map(|(ix, row)| {
        let level = trusted_level(twin, ix)?;
        let ppm = (level.fill.get() * 1e6).round() as u32;
        Some((row.asset.key.clone(), (ppm, level.observed_at)))
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use gis_data::import::embedded::{EmbeddedOptions, Preset, embedded_pack};

    use super::*;
    use crate::collection::Territory;

    #[test]
    fn a_fork_comes_back_from_its_folder_as_it_was() {
        let pack = embedded_pack(Preset::Demo2022, EmbeddedOptions::SEED).unwrap();
        let territory = Territory::new(pack).unwrap();
        let at = "2022-05-16T20:00:00Z".parse().unwrap();
        let mut fork = Fork::new(&territory.twin, &territory.manifest, at);
        let told = ("25388-0001-1".into(), (123_457, at));
        fork.state.levels = [told].into();
        let home = tempfile::tempdir().unwrap();
        fork.write(home.path()).unwrap();
        let state = serde_json::to_string(&fork.state).unwrap();
        let state = serde_json::from_str(&state).unwrap();
        let read = Fork::read(home.path(), state).unwrap();
        assert_eq!(read, fork);
        let present = read.present().unwrap();
        assert_eq!(present.day.to_string(), "2022-05-16");
        assert_eq!(present.levels.len(), 1);
    }

    #[test]
    fn a_fork_has_nothing_that_is_restricted() {
        let pack = embedded_pack(Preset::Demo2022, EmbeddedOptions::SEED).unwrap();
        let devices: Vec<DevEui> = pack
            .layers
            .sensors
            .iter()
            .map(|it| it.detail.dev_eui)
            .collect();
        let territory = Territory::new(pack).unwrap();
        let at = "2022-05-16T20:00:00Z".parse().unwrap();
        let fork = Fork::new(&territory.twin, &territory.manifest, at);
        assert!(fork.layers.cameras.is_empty() && !fork.layers.sensors.is_empty());
        let mut sensors = fork.layers.sensors.iter();
        assert!(sensors.all(|sensor| !devices.contains(&sensor.detail.dev_eui)));
    }
}
