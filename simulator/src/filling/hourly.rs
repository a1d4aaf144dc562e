//! The plainest model of filling, to measure simulators by: each container gets an even amount each hour,
//! and is emptied when it is full. No territory fills like this; [`FillingModel`](super::FillingModel)
//! is what scenarios run on.
//!
//! It draws as everything here does, one stream for each container, so that a run is the same to the
//! bit on every processor; and it sweeps over containers side by side.

use pulp::{Simd, WithSimd};

use crate::numbers::entity;
use crate::random::{LANES, Model, Seed, SideBySide, unit};

/// The most that a container gets in an hour, as a share of what it holds.
pub const MOST_PER_HOUR: f64 = 0.01;

/// Hours that share a slot of the random streams.
const SLOT_HOURS: u64 = 8;

/// Containers of the plain model.
///
/// ```
/// use simulator::filling::hourly::HourlyContainers;
/// use simulator::random::Seed;
///
/// let mut containers = HourlyContainers::empty(2_000, Seed(1));
/// containers.advance(8_760);
/// let expected = 2_000.0 * 8_760.0 * 0.005;
/// assert!((containers.brought() / expected - 1.0).abs() < 0.001);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct HourlyContainers {
    seed: Seed,
    hour: u64,
    count: usize,
    /// Sixteen side by side; what is beyond the last container is drawn and not counted.
    fills: Vec<[f64; LANES]>,
    emptyings: Vec<[u32; LANES]>,
    /// What emptyings took.
    emptied: Vec<[f64; LANES]>,
}

impl HourlyContainers {
    /// So many containers, all of them empty.
    pub fn empty(count: usize, seed: Seed) -> Self {
        let groups = count.div_ceil(LANES);
        Self {
            seed,
            hour: 0,
            count,
            fills: vec![[0.0; LANES]; groups],
            emptyings: vec![[0; LANES]; groups],
            emptied: vec![[0.0; LANES]; groups],
        }
    }

    /// Runs for so many hours. One step or many: the same containers.
    pub fn advance(&mut self, hours: u64) {
        pulp::Arch::new().dispatch(Sweep(self, hours));
        self.hour += hours;
    }

    /// How full each container is, 0 to 1.
    pub fn fills(&self) -> &[f64] {
        &self.fills.as_flattened()[..self.count]
    }

    /// How often each container was full, and was emptied therefore.
    pub fn emptyings(&self) -> &[u32] {
        &self.emptyings.as_flattened()[..self.count]
    }

    /// What all of them got together, in containers.
    pub fn brought(&self) -> f64 {
        let emptied = &self.emptied.as_flattened()[..self.count];
        emptied.iter().sum::<f64>() + self.fills().iter().sum::<f64>()
    }
}

/// The work, compiled for each kind of processor.
struct Sweep<'a>(&'a mut HourlyContainers, u64);

impl WithSimd for Sweep<'_> {
    type Output = ();

    #[expect(
        clippy::inline_always,
        reason = "compiled for the processor at hand with its caller"
    )]
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self(containers, hours) = self;
        let (from, to) = (containers.hour, containers.hour + hours);
        for group in 0..containers.fills.len() {
            let first = entity(group * LANES);
            let entities: [u32; LANES] = core::array::from_fn(|lane| first + entity(lane));
            let mut streams = SideBySide::new(containers.seed, Model::Hourly, entities);
            let mut fill = containers.fills[group];
            let mut emptyings = containers.emptyings[group];
            let mut emptied = containers.emptied[group];
            for slot in from / SLOT_HOURS..to.div_ceil(SLOT_HOURS) {
                let words = streams.words(simd, slot);
                for (hour, [low, high]) in (slot * SLOT_HOURS..).zip(words.as_chunks::<2>().0) {
                    if hour < from || to <= hour {
                        continue;
                    }
                    for lane in 0..LANES {
                        let draw = u64::from(high[lane]) << 32 | u64::from(low[lane]);
                        let level = fill[lane] + MOST_PER_HOUR * unit(draw);
                        let is_full = level > 1.0;
                        emptyings[lane] += u32::from(is_full);
                        emptied[lane] += if is_full { level } else { 0.0 };
                        fill[lane] = if is_full { 0.0 } else { level };
                    }
                }
            }
            containers.fills[group] = fill;
            containers.emptyings[group] = emptyings;
            containers.emptied[group] = emptied;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numbers::f64_of_index;

    /// Bin by bin and hour by hour, each from its own stream.
    fn plainly(count: usize, hours: u64, seed: Seed) -> (Vec<f64>, Vec<u32>) {
        let one = |index: usize| {
            let mut stream = seed.stream(Model::Hourly, entity(index));
            let (mut fill, mut emptyings) = (0.0, 0);
            for hour in 0..hours {
                if hour % SLOT_HOURS == 0 {
                    stream.seek(hour / SLOT_HOURS);
                }
                fill += MOST_PER_HOUR * stream.unit();
                if fill > 1.0 {
                    emptyings += 1;
                    fill = 0.0;
                }
            }
            (fill, emptyings)
        };
        (0..count).map(one).unzip()
    }

    #[test]
    fn a_sweep_is_to_the_bit_what_each_stream_gives() {
        let (fills, emptyings) = plainly(37, 1_003, Seed(5));
        let mut containers = HourlyContainers::empty(37, Seed(5));
        for hours in [3, 5, 1, 991, 0, 3] {
            containers.advance(hours);
        }
        assert_eq!(containers.fills(), fills);
        assert_eq!(containers.emptyings(), emptyings);
        assert!(emptyings.iter().sum::<u32>() > 37 * 4);
    }

    #[test]
    fn another_seed_fills_otherwise() {
        let [one, other] = [Seed(1), Seed(2)].map(|seed| {
            let mut containers = HourlyContainers::empty(16, seed);
            containers.advance(100);
            containers
        });
        assert_ne!(one.fills(), other.fills());
        let mean = one.brought() / f64_of_index(16 * 100);
        assert!((mean - 0.005).abs() < 3e-4, "{mean}");
    }
}
