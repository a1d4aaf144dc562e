//! What the virtual network consists of, read from the twin's inventory.

use gis_data::pack::Manifest;
use simulator::SimResult;
use simulator::filling::{ContainerSpec, FillingModel, FillingParams, FlowPlan};
use simulator::random::Seed;
use simulator::rounds::{Rounds, demonstration_rules};
use simulator::sensing::{NetworkSpec, SensingParams, SensorSpec};
use twin_core::{AssetIx, AssetKind, Container, ContainerType, Litres, Row, Stream, Twin};

/// Where the network's randomness comes from.
const SEED: Seed = Seed(25_388);
/// Who is served where no commune tells its population \[K-low\].
const FALLBACK_CATCHMENT: f64 = 150.0;
/// A wheeled bin of a regrouping point serves the end of one street, not its share of the whole
/// commune, whose other bins stand at people's doors \[K-low\].
const WHEELED_BIN_CATCHMENT: f64 = 40.0;

/// The network of a twin's sensors, and the dense number of each of them in the same order.
pub(super) fn of(twin: &Twin, flows: FlowPlan) -> SimResult<(NetworkSpec, Vec<u32>)> {
    network_spec(twin, flows, SEED)
}

/// The same, with randomness from another seed.
pub(crate) fn network_spec(
    twin: &Twin,
    flows: FlowPlan,
    seed: Seed,
) -> SimResult<(NetworkSpec, Vec<u32>)> {
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
        filling: FillingModel::new(&containers, params, seed)?,
        rounds: Rounds::new(&demonstration_rules())?,
        sensors,
        params: SensingParams::default(),
        seed,
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
    let inventory = twin.inventory();
    let catchments = Catchments::of(twin);
    let containers = inventory.containers().iter();
    let spec = |(ix, row): (u32, &Row<Container>)| {
        let detail = &row.asset.detail;
        let spec = ContainerSpec {
            site: inventory.site_of_container(ix).unwrap_or_default(),
            stream: detail.stream,
            container_type: detail.container_type,
            capacity: capacity(detail),
            catchment: catchments.get(twin, ix, detail),
        };
        (ix, spec)
    };
    containers.map(spec).collect()
}

/// What a container holds; where its source does not tell, what its type usually holds.
fn capacity(container: &Container) -> Litres {
    let usual = || match container.container_type {
        ContainerType::Column => 4_000.0,
        ContainerType::Underground => 5_000.0,
        ContainerType::FourWheeled => 750.0,
        ContainerType::ParkBin => 80.0,
        ContainerType::Unknown => 3_000.0,
    };
    container
        .volume
        .or_else(|| Litres::new(usual()).ok())
        .unwrap_or_default()
}

/// How many containers of a stream share the population of each commune.
struct Catchments(std::collections::BTreeMap<(u16, Stream), u32>);

impl Catchments {
    fn of(twin: &Twin) -> Self {
        let inventory = twin.inventory();
        let mut counts = std::collections::BTreeMap::new();
        for (_ix, row) in inventory.containers().iter() {
            if let Some(commune) = row.commune {
                *counts
                    .entry((commune.0, row.asset.detail.stream))
                    .or_insert(0) += 1;
            }
        }
        Self(counts)
    }

    /// Inhabitants who bring this stream to one container: equal shares within its commune.
    fn get(&self, twin: &Twin, container: u32, detail: &Container) -> f64 {
        let asset = AssetIx {
            kind: AssetKind::Container,
            ix: container,
        };
        let commune = twin.inventory().commune_of(asset);
        let shared = commune.and_then(|commune| {
            let population = twin.inventory().communes().get(commune)?.population?;
            let count = self.0.get(&(commune.0, detail.stream))?;
            Some(f64::from(population) / f64::from(*count))
        });
        let share = shared.filter(|share| *share > 0.0);
        let share = share.unwrap_or(FALLBACK_CATCHMENT);
        match detail.container_type {
            ContainerType::FourWheeled => share.min(WHEELED_BIN_CATCHMENT),
            _ => share,
        }
    }
}
