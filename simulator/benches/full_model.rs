//! A year of 1,910 sensors at their real cadences, every effect of filling, sensing and radio on, on
//! one thread; and what each effect costs: the same year without it. Processor time.
//!
//! `cargo bench -p simulator --bench full_model [-- growth]`: with that word, the table of growth.

#[path = "full_model/growth.rs"]
mod growth;
#[path = "full_model/territory.rs"]
mod territory;

use std::hint::black_box;
use std::time::Duration;

use criterion::measurement::{Measurement, ValueFormatter, WallTime};
use criterion::{Criterion, Throughput, criterion_group};
use rustix::time::{ClockId, clock_gettime};
use simulator::filling::{FillingModel, FillingParams, FlowPlan};
use simulator::random::Seed;
use simulator::rounds::{Rounds, demonstration_rules};
use simulator::sensing::{Coverage, Network, NetworkSpec, SensingParams};
use twin_core::Span;

const DAYS: i64 = 365;

/// What a variant changes of the full model.
type Without = fn(&mut FillingParams, &mut SensingParams, &mut NetworkParts);

/// The parts of a network that are no parameters.
struct NetworkParts {
    rounds: Rounds,
    coverage: Option<Coverage>,
}

fn processor_time() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(now).expect("a time since the start")
}

/// Processor time of the thread: others on the machine do not count.
struct ProcessorTime(WallTime);

impl Measurement for ProcessorTime {
    type Intermediate = Duration;
    type Value = Duration;

    fn start(&self) -> Duration {
        processor_time()
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

fn network(count: u32, without: Without) -> Network {
    let mut filling = FillingParams {
        flows: FlowPlan::before_2023(),
        ..FillingParams::default()
    };
    let mut sensing = SensingParams::default();
    let containers = territory::containers(count);
    let mut parts = NetworkParts {
        rounds: Rounds::new(&demonstration_rules()).expect("rules"),
        coverage: Some(territory::coverage(&containers)),
    };
    without(&mut filling, &mut sensing, &mut parts);
    let spec = NetworkSpec {
        filling: FillingModel::new(&containers, filling, Seed(1)).expect("a model"),
        rounds: parts.rounds,
        sensors: territory::sensors(&containers),
        params: sensing,
        seed: Seed(1),
        coverage: parts.coverage,
    };
    let mut network = Network::new(spec, territory::start()).expect("a network");
    network.first_reports().expect("a report of each");
    network
}

/// Runs a copy of the network through its year, a week at a time; answers how many frames arrived.
fn year(network: &Network) -> usize {
    let mut network = network.clone();
    let mut arrived = 0;
    for week in 1..=DAYS.div_euclid(7) {
        let to = territory::start() + Span::from_hours(24 * 7 * week);
        arrived += network.advance(to).expect("time goes on").reports.len();
    }
    let end = territory::start() + Span::from_hours(24 * DAYS);
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
        let network = network(territory::CONTAINERS, without);
        group.throughput(Throughput::Elements(u64::from(territory::CONTAINERS)));
        group.bench_function(name, |b| b.iter(|| year(black_box(&network))));
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(ProcessorTime(WallTime));
    targets = full_model
}

fn main() {
    let words: Vec<String> = std::env::args().filter(|word| word != "--bench").collect();
    if words.get(1).is_some_and(|word| word == "growth") {
        growth::table(words.get(2).map(String::as_str));
        return;
    }
    benches();
    Criterion::default().configure_from_args().final_summary();
}
