//! Simulated sensors for real containers: a synthetic fill on real waste points, marked as such.

use std::collections::BTreeSet;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use twin_core::{Asset, AssetId, AssetKind, DevEui, Mounting, Sensor, Span, TwinError};

use crate::error::GisResult;
use crate::pack::{LayerInfo, Pack};

/// The codec of the sensors, as the radio side calls it.
const CODEC: &str = "milesight-em400-mud";

/// Depth of the container that is assumed where its own is not known, in millimetres.
const DEPTH_MM: u16 = 1800;

/// Distance from the sensor to the level that counts as full, in millimetres: well above the
/// sensor's blind zone of 30 mm.
const FULL_MM: u16 = 300;

/// First byte of the device numbers: locally administered, so that none is that of a real device.
const LOCAL_PREFIX: u64 = 0x02 << 56;

/// Gives a simulated sensor to each container that has none, and says so in the manifest; returns
/// how many. Volumes stay as they are: one that is not known is not invented.
///
/// The same pack, interval and seed give the same sensors. Refuses an interval of zero.
pub fn equip(pack: &mut Pack, interval: Span, seed: u64) -> GisResult<usize> {
    if interval == Span::ZERO {
        return Err(TwinError::InvalidQuantity {
            quantity: "interval between reports",
            value: 0.0,
        }
        .into());
    }
    let mounting = Mounting::new(DEPTH_MM, FULL_MM)?;
    let mut numbers = DeviceNumbers::new(pack, seed);
    let equipped: BTreeSet<AssetId> = pack
        .layers
        .sensors
        .iter()
        .map(|sensor| sensor.detail.container.clone())
        .collect();
    let before = pack.layers.sensors.len();
    for container in &pack.layers.containers {
        let id = AssetId::new(AssetKind::Container, &container.key)?;
        if equipped.contains(&id) {
            continue;
        }
        let detail = Sensor {
            container: id,
            dev_eui: numbers.next(),
            codec: CODEC.into(),
            mounting,
            expected_interval: interval,
        };
        let key = format!("sim-{}", container.key).into();
        pack.layers.sensors.push(Asset {
            key,
            place: container.place,
            detail,
        });
    }
    mark_synthetic(pack);
    Ok(pack.layers.sensors.len() - before)
}

/// Device numbers that no sensor of the pack has yet.
struct DeviceNumbers {
    taken: BTreeSet<DevEui>,
    next: u64,
}

impl DeviceNumbers {
    fn new(pack: &Pack, seed: u64) -> Self {
        let taken = pack
            .layers
            .sensors
            .iter()
            .map(|sensor| sensor.detail.dev_eui)
            .collect();
        Self {
            taken,
            next: ChaCha8Rng::seed_from_u64(seed).next_u64(),
        }
    }

    fn next(&mut self) -> DevEui {
        loop {
            let number = DevEui(LOCAL_PREFIX | self.next >> 8);
            self.next = self.next.wrapping_add(1 << 8);
            if self.taken.insert(number) {
                return number;
            }
        }
    }
}

fn mark_synthetic(pack: &mut Pack) {
    let containers = pack.manifest.layers.get("containers");
    let of_containers = |field: fn(&LayerInfo) -> &String, otherwise: &str| {
        containers.map_or_else(|| otherwise.to_owned(), |info| field(info).clone())
    };
    let info = LayerInfo {
        source: "Généré : capteurs simulés, numéros d’appareil fictifs.".to_owned(),
        licence: of_containers(|info| &info.licence, "none needed"),
        vintage: of_containers(|info| &info.vintage, "none"),
        synthetic: true,
    };
    let manifest = &mut pack.manifest;
    manifest
        .layers
        .insert(AssetKind::Sensor.info().layer.to_owned(), info);
    manifest.simulated_sensors = true;
    let notices = [
        (
            "fr",
            "Capteurs et remplissages synthétiques : aucune mesure réelle.",
        ),
        (
            "en",
            "Synthetic sensors and fills: nothing here was measured.",
        ),
    ];
    for (language, notice) in notices {
        add_notice(
            manifest.notice.entry(language.to_owned()).or_default(),
            notice,
        );
    }
}

/// Adds a sentence, once.
pub(super) fn add_notice(text: &mut String, sentence: &str) {
    if !text.contains(sentence) {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(sentence);
    }
}
