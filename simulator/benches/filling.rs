//! Container-hours a second of the filling kernel, beside what its random numbers cost at least and
//! beside the obvious loop: one sequential generator, one Poisson draw for each container and hour.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution as _, Poisson, Triangular};
use simulator::filling::{ContainerSpec, FillingModel, FillingParams};
use simulator::random::Seed;
use twin_core::{ContainerType, Litres, Span, Stream, Timestamp};

const DAYS: u32 = 30;

fn containers(count: u32) -> Vec<ContainerSpec> {
    let streams = [
        Stream::Glass,
        Stream::Packaging,
        Stream::Paper,
        Stream::Packaging,
        Stream::Glass,
    ];
    let spec = |index| ContainerSpec {
        site: index / 5,
        stream: streams[index as usize % 5],
        container_type: ContainerType::Column,
        capacity: Litres::new(4000.0).expect("a volume"),
        catchment: 200.0,
    };
    (0..count).map(spec).collect()
}

/// Our kernel, with its calendar, its day effect, its spill-over and its independence of steps.
fn kernel(model: &FillingModel, from: Timestamp) -> u64 {
    let mut state = model.empty_state(from);
    let to = from + Span::from_hours(24 * i64::from(DAYS));
    model.advance(&mut state, to).expect("time goes on");
    state.containers.iter().map(|fill| fill.deposits).sum()
}

/// The limit: as many Poisson variates as there are container-days, as many volumes as deposits.
fn variates(count: u32, daily_mean: f64) -> f64 {
    let mut rng = ChaCha8Rng::from_seed([1; 32]);
    let poisson = Poisson::new(daily_mean).expect("a mean");
    let volume = Triangular::new(10.0, 60.0, 30.0).expect("a triangle");
    let mut sum = 0.0;
    for _ in 0..count * DAYS {
        let mut deposits: f64 = poisson.sample(&mut rng);
        while deposits > 0.0 {
            sum += volume.sample(&mut rng);
            deposits -= 1.0;
        }
    }
    sum
}

/// The obvious loop: no calendar, no day effect, no time within the hour, what is too much is lost.
fn hourly_loop(count: u32, daily_mean: f64) -> f64 {
    let mut rng = ChaCha8Rng::from_seed([1; 32]);
    let poisson = Poisson::new(daily_mean / 24.0).expect("a mean");
    let volume = Triangular::new(10.0, 60.0, 30.0).expect("a triangle");
    let mut fills = vec![0.0_f64; count as usize];
    for _hour in 0..DAYS * 24 {
        for fill in &mut fills {
            let mut deposits: f64 = poisson.sample(&mut rng);
            while deposits > 0.0 {
                *fill = (*fill + volume.sample(&mut rng)).min(4000.0);
                deposits -= 1.0;
            }
        }
    }
    fills.iter().sum()
}

fn filling(c: &mut Criterion) {
    let from: Timestamp = "2022-05-01T00:00:00Z".parse().expect("a time");
    let mut group = c.benchmark_group("filling/container-hours");
    group.sample_size(20);
    for count in [1_910_u32, 5_000] {
        let model = FillingModel::new(&containers(count), FillingParams::default(), Seed(1))
            .expect("a model");
        let means =
            (0..count as usize).map(|i| model.mean_deposits_per_day(i, from).expect("a container"));
        let daily_mean = means.sum::<f64>() / f64::from(count);
        group.throughput(Throughput::Elements(u64::from(count * DAYS * 24)));
        group.bench_with_input(BenchmarkId::new("kernel", count), &model, |b, model| {
            b.iter(|| kernel(black_box(model), from));
        });
        group.bench_with_input(
            BenchmarkId::new("limit: variates alone", count),
            &count,
            |b, count| {
                b.iter(|| variates(black_box(*count), daily_mean));
            },
        );
        group.bench_with_input(
            BenchmarkId::new("peer: hourly loop", count),
            &count,
            |b, count| {
                b.iter(|| hourly_loop(black_box(*count), daily_mean));
            },
        );
    }
    group.finish();
}

criterion_group!(benches, filling);
criterion_main!(benches);
