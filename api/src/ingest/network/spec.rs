//! What the virtual network consists of, read from the twin's inventory.

use gis_data::pack::Manifest;
use simulator::SimResult;
use simulator::filling::{self, ContainerSpec, FillingModel, FillingParams, FlowPlan};
use simulator::random::Seed;
use simulator::rounds::{Rounds, demonstration_rules};
use simulator::sensing::{NetworkSpec, SensingParams, SensorSpec};
use twin_core::{AssetKind, Twin};

/// Where the network's randomness comes from.
const SEED: Seed = Seed(25_388);
/// The network of a twin's sensors, and the dense number of each of them in the same order.
pub(super) fn of(twin: &Twin, flows: FlowPlan) -> SimResult<(NetworkSpec, Vec<u32>)> {
    let inventory = twin.inventory();
    let mut containers = Vec::new();
    let mut position = vec![None; inventory.slots(AssetKind::Container) as usize];
    for (ix, spec) in container_specs(twin) {
        position[ix as usize] = Some(containers.len());
        containers.push(spec);
    }
    let mut sensors = Vec::new();
    let mut numbers = Vec::new();
    for (ix, row) in inventory.sensors().iter() {
        let container = inventory.container_of_sensor(ix);
        let Some(container) = container.and_then(|c| position[c as usize]) else {
            continue;
        };
        let detail = &row.asset.detail;
        let (mounting, expected_interval) = (detail.mounting, detail.expected_interval);
        sensors.push(SensorSpec {
            container,
            mounting,
            expected_interval,
        });
        numbers.push(ix);
    }
    let params = FillingParams {
        flows,
        ..FillingParams::default()
    };
    let spec = NetworkSpec {
        filling: FillingModel::new(&containers, params, SEED)?,
        rounds: Rounds::new(&demonstration_rules())?,
        sensors,
        params: SensingParams::default(),
        seed: SEED,
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
