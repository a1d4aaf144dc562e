//! A batch of 500 reports while eight readers hold old snapshots: time and bytes allocated per
//! observation, which must not grow with the number of assets; beside it, as the limit, a plain
//! table that is overwritten in place and keeps no snapshot at all.
#![expect(
    clippy::print_stderr,
    reason = "the table of ratios is what a person reads"
)]

use std::alloc::System;
use std::collections::{HashMap, VecDeque};
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{BatchSize, BenchmarkId, Criterion};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use twin_core::{
    Asset, AssetId, AssetKind, Change, Container, ContainerType, DevEui, FORESIGHT, HealthRules,
    Input, Inventory, Layers, Mounting, Reading, Sensor, Site, SiteType, Span, Stream, Timestamp,
    Twin, Uplink, decide, evolve, foresee,
};

#[path = "../tests/lambert93.rs"]
mod lambert93;
mod territory;

use lambert93::Lambert93;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const BATCH: usize = 500;
const READERS: usize = 8;
const ROUNDS: u32 = 40;

/// An inventory of `n` sensors, ten containers to a site.
fn sensors(n: usize) -> Inventory {
    let mut scatter = territory::Scatter(7);
    let mut layers = Layers::default();
    for i in 0..n {
        let on_site = |kind, key: usize| AssetId::new(kind, &format!("a{key}")).expect("is a key");
        if i % 10 == 0 {
            let detail = Site {
                name: None,
                street: None,
                site_type: SiteType::RecyclingPoint,
            };
            let place = scatter.place();
            layers.sites.push(Asset {
                key: format!("a{i}").into(),
                place,
                detail,
            });
        }
        let place = layers.sites[i / 10].place;
        let detail = Container {
            site: on_site(AssetKind::Site, i - i % 10),
            container_type: ContainerType::Column,
            stream: Stream::Glass,
            volume: None,
            max_load: None,
        };
        layers.containers.push(Asset {
            key: format!("a{i}").into(),
            place,
            detail,
        });
        let detail = Sensor {
            container: on_site(AssetKind::Container, i),
            dev_eui: DevEui(i as u64),
            codec: "milesight-em400-mud".into(),
            mounting: Mounting::new(1800, 400).expect("has depth"),
            expected_interval: Span::from_hours(4),
        };
        layers.sensors.push(Asset {
            key: format!("a{i}").into(),
            place,
            detail,
        });
    }
    Inventory::new(layers, Arc::new(Lambert93::new())).expect("is valid")
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "below the bounds"
)]
fn batch(n: usize, round: u32) -> Vec<Input> {
    let mut scatter = territory::Scatter(u64::from(round) << 32);
    let at = Timestamp::from_secs(i64::from(round) * 60);
    let uplink = |_i| Uplink {
        source: "bench".into(),
        dev_eui: DevEui((scatter.unit() * n as f64) as u64),
        session: "s".into(),
        f_cnt: round,
        f_port: Some(85),
        bytes: Vec::new(),
        network_at: at,
        received_at: at,
        rssi_dbm: Some(-110.0),
        snr_db: None,
        spreading_factor: None,
        gateways: Vec::new(),
        decoder: None,
        reading: Reading {
            distance_mm: Some(400 + (scatter.unit() * 1400.0) as u16),
            ..Reading::default()
        },
    };
    (0..BATCH).map(uplink).map(Input::Uplink).collect()
}

/// What the writer does with a batch: decide each input on the state after the one before.
fn decide_and_evolve(mut twin: Twin, inputs: &[Input]) -> (Twin, Vec<Change>) {
    let mut all = Vec::new();
    for some in inputs.chunks(FORESIGHT) {
        foresee(&twin, some);
        for input in some {
            let changes = decide(&twin, input).expect("the device is known");
            twin = evolve(twin, &changes);
            all.extend(changes);
        }
    }
    (twin, all)
}

/// A twin whose sensors report round after round, and the snapshots that readers still hold.
struct Feed {
    n: usize,
    twin: Twin,
    held: VecDeque<Twin>,
    round: u32,
}

impl Feed {
    fn new(n: usize) -> Self {
        let twin = Twin::new(sensors(n), HealthRules::default());
        Self {
            n,
            twin,
            held: VecDeque::new(),
            round: 0,
        }
    }

    /// The next batch, and the twin it meets, whose snapshot a further reader holds from now on.
    fn next(&mut self) -> (Twin, Vec<Input>) {
        self.round += 1;
        self.held.push_back(self.twin.clone());
        if self.held.len() > READERS {
            self.held.pop_front();
        }
        (self.twin.clone(), batch(self.n, self.round))
    }
}

/// The plainest table that takes reports: a number for each device, a state of the same size as the
/// twin's for each number.
struct PlainTable {
    numbers: HashMap<DevEui, usize>,
    states: Vec<State>,
}

/// As many words as the twin keeps of a sensor, in three lines of the cache.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct State([u64; 24]);

impl PlainTable {
    fn new(n: usize) -> Self {
        Self {
            numbers: (0..n).map(|i| (DevEui(i as u64), i)).collect(),
            // Zeros alone would be given, but not there before the first report.
            states: vec![State([1; 24]); n],
        }
    }

    /// Overwrites the state of each sensor that reports, which it reads ahead as the twin does.
    fn take(&mut self, inputs: &[Input]) {
        for some in inputs.chunks(FORESIGHT) {
            let numbers = some.iter().filter_map(|input| match input {
                Input::Uplink(uplink) => Some(self.numbers[&uplink.dev_eui]),
                _ => None,
            });
            let numbers: Vec<usize> = numbers.collect();
            let glances = numbers.iter().map(|ix| &self.states[*ix].0);
            black_box(glances.fold(0, |sum, state| sum ^ state[0] ^ state[8] ^ state[16]));
            for ix in numbers {
                for word in &mut self.states[ix].0 {
                    *word = word.wrapping_add(1);
                }
            }
        }
    }
}

/// Per observation: nanoseconds of decide and evolve, of evolve alone, of the plain table, bytes that
/// evolve allocates.
fn figures(feed: &mut Feed) -> [f64; 4] {
    let mut plain = PlainTable::new(feed.n);
    let mut times = [const { Vec::new() }; 3];
    let mut bytes = 0;
    for _round in 0..ROUNDS {
        let (twin, inputs) = feed.next();
        let start = Instant::now();
        let (both, changes) = decide_and_evolve(twin.clone(), &inputs);
        times[0].push(start.elapsed());
        let region = Region::new(ALLOCATOR);
        let start = Instant::now();
        feed.twin = evolve(twin, &changes);
        times[1].push(start.elapsed());
        bytes += region.change().bytes_allocated;
        assert_eq!(both.at(), feed.twin.at());
        let inputs = batch(feed.n, feed.round + ROUNDS);
        let start = Instant::now();
        plain.take(black_box(&inputs));
        times[2].push(start.elapsed());
    }
    let [both, alone, plain] = times.map(|mut all| {
        all.sort_unstable();
        per_observation(all[all.len() / 2])
    });
    let bytes = bytes as f64 / f64::from(ROUNDS) / BATCH as f64;
    [both, alone, plain, bytes]
}

fn per_observation(time: Duration) -> f64 {
    time.as_secs_f64() * 1e9 / BATCH as f64
}

fn measure(criterion: &mut Criterion, feed: &mut Feed) {
    let mut group = criterion.benchmark_group("batch of 500");
    let name = BenchmarkId::new("decide and evolve", feed.n);
    group.bench_function(name, |bencher| {
        let batch = || feed.next();
        bencher.iter_batched(
            batch,
            |(twin, inputs)| black_box(decide_and_evolve(twin, &inputs)),
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(500))
        .configure_from_args();
    let mut rows = Vec::new();
    for n in [100_000, 1_000_000] {
        let mut feed = Feed::new(n);
        rows.push((n, figures(&mut feed)));
        measure(&mut criterion, &mut feed);
    }
    for (n, [both, alone, plain, bytes]) in &rows {
        eprintln!(
            "{n:>8}: decide+evolve {both:.0} ns, evolve {alone:.0} ns, plain table {plain:.0} ns, {bytes:.0} B each"
        );
    }
    let grown = [0, 1, 2, 3].map(|figure| rows[1].1[figure] / rows[0].1[figure]);
    eprintln!(
        "1M / 100k: x{:.2}, x{:.2}, x{:.2}, x{:.2}",
        grown[0], grown[1], grown[2], grown[3]
    );
    criterion.final_summary();
}
