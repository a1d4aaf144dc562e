//! 2,000 containers, an even amount each hour, emptied when full: ours, nexosim, and a binary heap.
//!
//! `kernel ours|nexosim|heap HOURS`: one line, events, processor seconds and emptyings. The model is that
//! of `../des_simpy.py`; an event is one container's hour.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use nexosim::model::{Context, Model, schedulable};
use nexosim::simulation::{Mailbox, SimInit};
use nexosim::time::MonotonicTime;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use rustix::time::{ClockId, clock_gettime};
use simulator::filling::hourly::HourlyContainers;
use simulator::random::Seed;

const CONTAINERS: u32 = 2_000;

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let [_, who, hours] = &words[..] else {
        eprintln!("usage: kernel ours|nexosim|heap HOURS");
        std::process::exit(2);
    };
    let hours: u32 = hours.parse().expect("a number of hours");
    let (seconds, emptyings) = match who.as_str() {
        "ours" => ours(hours),
        "nexosim" => nexosim(hours),
        "heap" => heap(hours),
        _ => panic!("ours, nexosim or heap, not {who}"),
    };
    println!(
        "{} {seconds:.6} {emptyings}",
        u64::from(CONTAINERS) * u64::from(hours)
    );
}

/// Processor seconds of the process: what other threads of it do counts too.
fn cpu_s() -> f64 {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    Duration::try_from(now)
        .expect("a time since the start")
        .as_secs_f64()
}

fn ours(hours: u32) -> (f64, u64) {
    let mut containers = HourlyContainers::empty(CONTAINERS as usize, Seed(1));
    let began = cpu_s();
    containers.advance(hours.into());
    let took = cpu_s() - began;
    (
        took,
        containers
            .emptyings()
            .iter()
            .map(|count| u64::from(*count))
            .sum(),
    )
}

/// Uniform in `[0, 1)` with 53 bits, as in Python.
fn unit(randomness: &mut ChaCha8Rng) -> f64 {
    (randomness.next_u64() >> 11) as f64 / 9_007_199_254_740_992.0
}

/// Every container's next hour on a heap.
fn heap(hours: u32) -> (f64, u64) {
    let mut randomness = ChaCha8Rng::seed_from_u64(1);
    let mut fills = vec![0.0_f64; CONTAINERS as usize];
    let mut due: BinaryHeap<Reverse<(u32, u32)>> = (0..CONTAINERS)
        .map(|container| Reverse((1, container)))
        .collect();
    let mut emptyings = 0;
    let began = cpu_s();
    while let Some(mut next) = due.peek_mut() {
        let Reverse((hour, container)) = *next;
        if hour > hours {
            break;
        }
        let fill = &mut fills[container as usize];
        *fill += 0.01 * unit(&mut randomness);
        if *fill > 1.0 {
            *fill = 0.0;
            emptyings += 1;
        }
        *next = Reverse((hour + 1, container));
    }
    (cpu_s() - began, emptyings)
}

/// A container as a model of nexosim, which schedules itself every hour.
#[derive(serde::Serialize, serde::Deserialize)]
struct Container {
    fill: f64,
    /// Xorshift: cheaper than what the others draw with.
    state: u64,
    #[serde(skip)]
    emptyings: Arc<AtomicU64>,
}

const HOUR: Duration = Duration::from_secs(3_600);

#[Model]
impl Container {
    #[nexosim(init)]
    async fn init(&mut self, context: &Context<Self>) {
        let tick = schedulable!(Self::tick);
        context
            .schedule_periodic_event(HOUR, HOUR, tick, ())
            .expect("an hour lies ahead");
    }

    #[nexosim(schedulable)]
    fn tick(&mut self) {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.fill += 0.01 * ((self.state >> 11) as f64 / 9_007_199_254_740_992.0);
        if self.fill > 1.0 {
            self.fill = 0.0;
            self.emptyings.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn nexosim(hours: u32) -> (f64, u64) {
    let emptyings = Arc::new(AtomicU64::new(0));
    let mut bench = SimInit::with_num_threads(1);
    for container in 0..CONTAINERS {
        let model = Container {
            fill: 0.0,
            state: (u64::from(container) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15),
            emptyings: Arc::clone(&emptyings),
        };
        bench = bench.add_model(model, Mailbox::new(), "container");
    }
    let mut simulation = bench.init(MonotonicTime::EPOCH).expect("a bench");
    let began = cpu_s();
    simulation
        .step_until(HOUR * hours + HOUR / 2)
        .expect("models that end their hours");
    (cpu_s() - began, emptyings.load(Ordering::Relaxed))
}
