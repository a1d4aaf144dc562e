//! A year of 1,910 sensors at their real cadences, every effect of filling and sensing on, on one
//! thread; and what each effect costs: the same year without it.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use simulator::filling::{ContainerSpec, FillingModel, FillingParams, FlowPlan};
use simulator::random::Seed;
use simulator::rounds::{Rounds, demonstration_rules};
use simulator::sensing::{Network, NetworkSpec, SensingParams, SensorSpec};
use twin_core::{ContainerType, Litres, Mounting, Span, Stream, Timestamp};

const DAYS: i64 = 365;
const COLUMNS: u32 = 1_500;
const BINS: u32 = 160;
const PARK_BINS: u32 = 250;
/// Inhabitants of the 72 communes, rounded.
const POPULATION: f64 = 139_000.0;

/// What a variant changes of the full model.
type Without = fn(&mut FillingParams, &mut SensingParams, &mut NetworkParts);

/// The parts of a network that are no parameters.
struct NetworkParts {
    rounds: Rounds,
}

/// A site of five columns, of the streams that stand together most.
fn column(index: u32) -> ContainerSpec {
    let streams = [
        Stream::Glass,
        Stream::Packaging,
        Stream::Paper,
        Stream::Packaging,
        Stream::Glass,
    ];
    let stream = streams[index as usize % 5];
    let sharing = if stream == Stream::Paper { 1.0 } else { 2.0 };
    ContainerSpec {
        site: index / 5,
        stream,
        container_type: ContainerType::Column,
        capacity: Litres::new(4_000.0).expect("a volume"),
        catchment: POPULATION / (f64::from(COLUMNS / 5) * sharing),
    }
}

fn containers() -> Vec<ContainerSpec> {
    let bin = |index: u32| ContainerSpec {
        site: 10_000 + index,
        stream: Stream::Residual,
        container_type: ContainerType::FourWheeled,
        capacity: Litres::new(750.0).expect("a volume"),
        catchment: 40.0,
    };
    let park_bin = |index: u32| ContainerSpec {
        site: 20_000 + index,
        stream: Stream::Litter,
        container_type: ContainerType::ParkBin,
        capacity: Litres::new(80.0).expect("a volume"),
        catchment: POPULATION / f64::from(PARK_BINS),
    };
    (0..COLUMNS)
        .map(column)
        .chain((0..BINS).map(bin))
        .chain((0..PARK_BINS).map(park_bin))
        .collect()
}

/// The embedded territory's: a park bin reports every 2 hours, everything else every 4.
fn sensor((container, spec): (usize, &ContainerSpec)) -> SensorSpec {
    let (depth, hours) = match spec.container_type {
        ContainerType::ParkBin => (900, 2),
        ContainerType::FourWheeled => (1_100, 4),
        _ => (1_800, 4),
    };
    SensorSpec {
        container,
        mounting: Mounting::new(depth, 300).expect("a depth"),
        expected_interval: Span::from_hours(hours),
    }
}

fn start() -> Timestamp {
    "2021-06-01T00:00:00Z".parse().expect("a time")
}

fn network(without: Without) -> Network {
    let mut filling = FillingParams {
        flows: FlowPlan::before_2023(),
        ..FillingParams::default()
    };
    let mut sensing = SensingParams::default();
    let mut parts = NetworkParts {
        rounds: Rounds::new(&demonstration_rules()).expect("rules"),
    };
    without(&mut filling, &mut sensing, &mut parts);
    let containers = containers();
    let spec = NetworkSpec {
        filling: FillingModel::new(&containers, filling, Seed(1)).expect("a model"),
        rounds: parts.rounds,
        sensors: containers.iter().enumerate().map(sensor).collect(),
        params: sensing,
        seed: Seed(1),
    };
    let mut network = Network::new(spec, start()).expect("a network");
    network.first_reports().expect("a report of each");
    network
}

/// Runs a copy of the network through its year, a week at a time; answers how many frames arrived.
fn year(network: &Network) -> usize {
    let mut network = network.clone();
    let mut arrived = 0;
    for week in 1..=DAYS.div_euclid(7) {
        let to = start() + Span::from_hours(24 * 7 * week);
        arrived += network.advance(to).expect("time goes on").reports.len();
    }
    let end = start() + Span::from_hours(24 * DAYS);
    arrived + network.advance(end).expect("time goes on").reports.len()
}

/// The effects, each with how it is turned off. All the others stay on.
const VARIANTS: [(&str, Without); 10] = [
    ("all effects", |_, _, _| ()),
    ("without day effect", |filling, _, _| {
        filling.day_effect_shape = None;
    }),
    ("without crews", |_, _, parts| parts.rounds = Rounds::none()),
    ("without faults", |_, sensing, _| sensing.faulty_share = 0.0),
    ("without radio losses", |_, sensing, _| {
        (sensing.radio.good_loss, sensing.radio.overall_loss) = (0.0, 0.0);
    }),
    ("without jitter", |_, sensing, _| sensing.jitter_s = 0.0),
    ("without noise", |_, sensing, _| {
        (sensing.noise_share, sensing.noise_floor_mm) = (0.0, 0.0);
    }),
    ("without heap bias", |_, sensing, _| sensing.heap_bias = 0.0),
    ("without outliers", |_, sensing, _| {
        (sensing.outlier_share, sensing.outlier_share_when_full) = (0.0, 0.0);
    }),
    ("without temperature", |_, sensing, _| {
        (sensing.season_celsius, sensing.daily_celsius) = (0.0, 0.0);
        sensing.uncompensated_share = 0.0;
    }),
];

fn full_model(c: &mut Criterion) {
    let mut group = c.benchmark_group("full-model/year-of-1910");
    group.sample_size(10);
    for (name, without) in VARIANTS {
        let network = network(without);
        group.throughput(Throughput::Elements(u64::from(COLUMNS + BINS + PARK_BINS)));
        group.bench_function(name, |b| b.iter(|| year(black_box(&network))));
    }
    group.finish();
}

criterion_group!(benches, full_model);
criterion_main!(benches);
