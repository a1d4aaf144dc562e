//! Which containers have a sensor, and how it is mounted.

use twin_core::{
    Asset, AssetId, AssetKind, ContainerType, DevEui, Mounting, Sensor, SiteType, Span,
};

use super::containers::{PlannedContainer, key};
use super::draws::{Draws, Topic};
use super::preset::Preset;
use super::sites::PlannedSite;
use crate::error::GisResult;

/// The device of the embedded territory: ultrasonic, 5 cm to 4 m and more.
const CODEC: &str = "milesight-em400-mud";
/// Device numbers begin with a byte that marks them as locally administered, then "PMA": no maker
/// has such numbers.
const DEV_EUI_PREFIX: u64 = 0xfe50_4d41;
/// The sensor hangs so far above the full level, beyond the blind zone of every model in use
/// (300 mm at most).
const HEADROOM_MM: u16 = 350;
/// Columns and rows fill over days, park bins within one: six and twelve readings a day.
const SLOW_INTERVAL: Span = Span::from_hours(4);
const PARK_BIN_INTERVAL: Span = Span::from_hours(2);

/// The sensors of a preset, in the order of the containers.
///
/// Recycling sites are equipped whole, in a random order that does not depend on the preset, until
/// the quota is reached; of a row of wheeled bins the first one is, and every chosen park bin.
pub(super) fn sensor_assets(
    preset: Preset,
    sites: &[PlannedSite],
    containers: &[PlannedContainer],
    seed: u64,
) -> GisResult<Vec<Asset<Sensor>>> {
    let quota = preset.quota();
    let mut chosen = Vec::new();
    for (site_type, count) in [
        (SiteType::RecyclingPoint, quota.recycling),
        (SiteType::RegroupingPoint, quota.regrouping),
        (SiteType::ParkBin, quota.park_bins),
    ] {
        let candidates = candidates(site_type, sites, containers, seed);
        chosen.extend(candidates.into_iter().take(count));
    }
    chosen.sort_unstable();
    let sensor = |ix: usize| {
        let container = &containers[ix];
        asset(&sites[container.site], container)
    };
    chosen.into_iter().map(sensor).collect()
}

/// The containers of one type of site that can have a sensor, in the order in which they get one.
fn candidates(
    site_type: SiteType,
    sites: &[PlannedSite],
    containers: &[PlannedContainer],
    seed: u64,
) -> Vec<usize> {
    let order = Draws::new(seed, Topic::Sensors, site_type as usize).shuffled(sites.len());
    let mut turns = vec![0; sites.len()];
    for (turn, site) in order.into_iter().enumerate() {
        turns[site] = turn;
    }
    let can_have_one = |&ix: &usize| {
        let container = &containers[ix];
        let is_first = container.number == 1 || site_type != SiteType::RegroupingPoint;
        is_first && sites[container.site].site_type == site_type
    };
    let mut candidates: Vec<usize> = (0..containers.len()).filter(can_have_one).collect();
    candidates.sort_by_key(|&ix| (turns[containers[ix].site], ix));
    candidates
}

fn asset(site: &PlannedSite, container: &PlannedContainer) -> GisResult<Asset<Sensor>> {
    let key = key(site, container);
    let is_park_bin = container.container_type == ContainerType::ParkBin;
    Ok(Asset {
        place: site.place,
        detail: Sensor {
            container: AssetId::new(AssetKind::Container, &key)?,
            dev_eui: dev_eui(site, container),
            codec: CODEC.into(),
            mounting: Mounting::new(depth_mm(container) + HEADROOM_MM, HEADROOM_MM)?,
            expected_interval: if is_park_bin {
                PARK_BIN_INTERVAL
            } else {
                SLOW_INTERVAL
            },
        },
        key,
    })
}

/// 32 bits of prefix, 12 of commune, 12 of site, 8 of container.
fn dev_eui(site: &PlannedSite, container: &PlannedContainer) -> DevEui {
    let town = site.town as u64 & 0xfff;
    let number = u64::from(site.number & 0xfff);
    DevEui(
        (DEV_EUI_PREFIX << 32) | (town << 20) | (number << 8) | u64::from(container.number & 0xff),
    )
}

/// From the full level to the bottom: the volume over a usual inner footprint (assumptions: 2.1 m²
/// for a column, 2.5 m² for a pit, 0.83 m² for a wheeled bin, 0.16 m² for a park bin).
fn depth_mm(container: &PlannedContainer) -> u16 {
    let footprint_dm2 = match container.container_type {
        ContainerType::Underground => 250,
        ContainerType::FourWheeled => 83,
        ContainerType::ParkBin => 16,
        ContainerType::Column | ContainerType::Unknown => 210,
    };
    u16::try_from(container.volume_l * 100 / footprint_dm2).unwrap_or(u16::MAX - HEADROOM_MM)
}
