//! A year of 1,910 sensors at their real cadences, every effect of filling, sensing and radio on, on
//! one thread; and what each effect costs: the same year without it. Processor time.

use std::hint::black_box;
use std::time::Duration;

use criterion::measurement::{Measurement, ValueFormatter, WallTime};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rustix::time::{ClockId, clock_gettime};
use simulator::filling::{ContainerSpec, FillingModel, FillingParams, FlowPlan};
use simulator::random::Seed;
use simulator::rounds::{Rounds, demonstration_rules};
use simulator::sensing::{
    Coverage, CoverageParams, GatewayPlan, Network, NetworkSpec, SensingParams, SensorPlace,
    SensorSpec,
};
use twin_core::{ContainerType, Litres, LonLat, Mounting, Span, Stream, Timestamp};

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
    coverage: Option<Coverage>,
}

/// Processor time of the thread: others on the machine do not count.
struct ProcessorTime(WallTime);

impl Measurement for ProcessorTime {
    type Intermediate = Duration;
    type Value = Duration;

    fn start(&self) -> Duration {
        let now = clock_gettime(ClockId::ThreadCPUTime);
        let secs = u64::try_from(now.tv_sec).expect("a time of a thread");
        let nanos = u32::try_from(now.tv_nsec).expect("below a second");
        Duration::new(secs, nanos)
    }

    fn end(&self, start: Duration) -> Duration {
        self.start().saturating_sub(start)
    }

    fn add(&self, a: &Duration, b: &Duration) -> Duration {
        *a + *b
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, value: &Duration) -> f64 {
        self.0.to_f64(value)
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        self.0.formatter()
    }
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
        blind_zone_mm: 50,
    }
}

/// Sites on a grid of 22 km by 20 km, every tenth container in the ground.
fn coverage(containers: &[ContainerSpec]) -> Coverage {
    let sensor = |(index, spec): (u32, &ContainerSpec)| {
        let turn = spec.site.wrapping_mul(0x9e37_79b9) >> 16;
        let (east, north) = (f64::from(turn & 0xff) / 255.0, f64::from(turn >> 8) / 255.0);
        SensorPlace {
            place: LonLat::new(6.65 + 0.29 * east, 47.4 + 0.18 * north).expect("a place"),
            is_underground: index.is_multiple_of(10),
        }
    };
    let sensors: Vec<SensorPlace> = (0..).zip(containers).map(sensor).collect();
    let places: Vec<LonLat> = sensors.iter().map(|sensor| sensor.place).collect();
    Coverage {
        gateways: GatewayPlan::default().place(&places),
        sensors,
        params: CoverageParams::default(),
        outages: Vec::new(),
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
    let containers = containers();
    let mut parts = NetworkParts {
        rounds: Rounds::new(&demonstration_rules()).expect("rules"),
        coverage: Some(coverage(&containers)),
    };
    without(&mut filling, &mut sensing, &mut parts);
    let spec = NetworkSpec {
        filling: FillingModel::new(&containers, filling, Seed(1)).expect("a model"),
        rounds: parts.rounds,
        sensors: containers.iter().enumerate().map(sensor).collect(),
        params: sensing,
        seed: Seed(1),
        coverage: parts.coverage,
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
const VARIANTS: [(&str, Without); 12] = [
    ("all effects", |_, _, _| ()),
    ("without day effect", |filling, _, _| {
        filling.day_effect_shape = None;
    }),
    ("without crews", |_, _, parts| parts.rounds = Rounds::none()),
    ("without faults", |_, sensing, _| sensing.faulty_share = 0.0),
    ("without radio losses", |_, sensing, _| {
        (sensing.radio.good_loss, sensing.radio.overall_loss) = (0.0, 0.0);
    }),
    ("without gateways", |_, _, parts| parts.coverage = None),
    ("without fading and outages", |_, _, parts| {
        if let Some(coverage) = &mut parts.coverage {
            (coverage.params.fading_db, coverage.params.outage_share) = (0.0, 0.0);
        }
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

fn full_model(c: &mut Criterion<ProcessorTime>) {
    let mut group = c.benchmark_group("full-model/year-of-1910");
    group.sample_size(10);
    for (name, without) in VARIANTS {
        let network = network(without);
        group.throughput(Throughput::Elements(u64::from(COLUMNS + BINS + PARK_BINS)));
        group.bench_function(name, |b| b.iter(|| year(black_box(&network))));
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(ProcessorTime(WallTime));
    targets = full_model
}
criterion_main!(benches);
