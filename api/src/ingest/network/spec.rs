//! What the virtual network consists of, read from the twin's inventory.

use gis_data::pack::Manifest;
use simulator::SimResult;
use simulator::filling::{self, ContainerSpec, FillingModel, FillingParams, FlowPlan};
use simulator::random::Seed;
use simulator::rounds::{Rounds, demonstration_rules};
use simulator::sensing::{
    Coverage, CoverageParams, GatewayPlan, NetworkSpec, SensingParams, SensorPlace, SensorSpec,
    blind_zone_mm,
};
use twin_core::{AssetKind, ContainerType, LonLat, Twin};

/// Where the network's randomness comes from.
const SEED: Seed = Seed(25_388);

/// Which gateways a network has.
pub(super) enum Gateways {
    /// Those that it began with; none where it is older than gateways.
    Kept(Vec<LonLat>),
    /// Synthetic ones, placed among its sensors.
    Planned(GatewayPlan),
}

impl Gateways {
    fn coverage(self, sensors: Vec<SensorPlace>) -> Option<Coverage> {
        let gateways = match self {
            Self::Kept(gateways) => gateways,
            Self::Planned(plan) => {
                let places: Vec<LonLat> = sensors.iter().map(|sensor| sensor.place).collect();
                plan.place(&places)
            }
        };
        (!gateways.is_empty()).then(|| Coverage {
            gateways,
            sensors,
            params: CoverageParams::default(),
            outages: Vec::new(),
        })
    }
}

/// The network of a twin's sensors, and the dense number of each of them in the same order.
pub(super) fn of(
    twin: &Twin,
    flows: FlowPlan,
    gateways: Gateways,
) -> SimResult<(NetworkSpec, Vec<u32>)> {
    spec(twin, flows, (gateways, SEED))
}

/// The same without gateways, and with randomness from another seed.
pub(crate) fn network_spec(
    twin: &Twin,
    flows: FlowPlan,
    seed: Seed,
) -> SimResult<(NetworkSpec, Vec<u32>)> {
    spec(twin, flows, (Gateways::Kept(Vec::new()), seed))
}

fn spec(
    twin: &Twin,
    flows: FlowPlan,
    (gateways, seed): (Gateways, Seed),
) -> SimResult<(NetworkSpec, Vec<u32>)> {
    let inventory = twin.inventory();
    let mut containers = Vec::new();
    let mut position = vec![None; inventory.slots(AssetKind::Container) as usize];
    for (ix, spec) in container_specs(twin) {
        position[ix as usize] = Some(containers.len());
        containers.push(spec);
    }
    let mut sensors = Vec::new();
    let mut places = Vec::new();
    let mut numbers = Vec::new();
    for (ix, row) in inventory.sensors().iter() {
        let Some(container_ix) = inventory.container_of_sensor(ix) else {
            continue;
        };
        let Some(container) = position[container_ix as usize] else {
            continue;
        };
        let detail = &row.asset.detail;
        let (mounting, expected_interval) = (detail.mounting, detail.expected_interval);
        sensors.push(SensorSpec {
            container,
            mounting,
            expected_interval,
            blind_zone_mm: blind_zone_mm(&detail.codec),
        });
        let container = inventory.containers().get(container_ix);
        places.push(SensorPlace {
            place: row.asset.place,
            is_underground: container
                .is_some_and(|row| row.asset.detail.container_type == ContainerType::Underground),
        });
        numbers.push(ix);
    }
    let coverage = gateways.coverage(places);
    if coverage.is_none() {
        // As it was in the release that began this network.
        for sensor in &mut sensors {
            sensor.blind_zone_mm = 0;
        }
    }
    let params = FillingParams {
        flows,
        ..FillingParams::default()
    };
    let spec = NetworkSpec {
        filling: FillingModel::new(&containers, params, seed)?,
        rounds: Rounds::new(&demonstration_rules())?,
        sensors,
        params: SensingParams::default(),
        seed,
        coverage,
    };
    Ok((spec, numbers))
}

/// What people bring in a territory. The presets are the plan of 2021 under the flows of its time,
/// whatever the clock shows.
pub(crate) fn flows_of(manifest: &Manifest) -> FlowPlan {
    match manifest.preset {
        Some(_) => FlowPlan::before_2023(),
        None => FlowPlan::as_happened(),
    }
}

/// How each of a twin's containers fills, with its dense number, in order.
pub(crate) fn container_specs(twin: &Twin) -> Vec<(u32, ContainerSpec)> {
    filling::container_specs(twin.inventory(), |_| true)
}
