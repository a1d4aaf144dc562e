//! Reproducible randomness: ChaCha8, one stream per model and entity, addressed by slots of time.
//!
//! The samplers are our own, over `libm`: those of `rand_distr` go through `num-traits`, which takes
//! the platform's `exp` and `ln` as soon as any crate of the build switches its `std` on.

mod blocks;
mod lanes;
mod luck;

pub(crate) use self::blocks::{Address, LANES, Lanes, SideBySide, Starts, WORDS, first_draws};
pub(crate) use self::lanes::{
    cosine_of_turns, exponential, floor, logarithm, nearest_u32, normal_pair,
};
pub use self::luck::{Draws, Luck};

use pulp::Simd;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use crate::numbers::f64_of;

/// Words of a stream that belong to one slot; no slot draws more.
const SLOT_WORDS: u128 = 1 << 20;

/// Fixed for ever: a change would change every simulated past.
const DOMAIN: [u8; 24] = *b"maquette/simulator/rng/1";

/// Who draws. The number is part of the stream's address and never changes; 5, 8, 16, 18 and 21 are
/// those of models that are no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Model {
    /// How much busier than the mean a site is.
    SiteRate = 1,
    /// The deposits of a container; slot = local day.
    Deposits = 2,
    /// The fill of a container before the warm-up.
    InitialFill = 3,
    /// What distinguishes one sensor from another.
    SensorTraits = 4,
    /// When a sensor reports, who hears it and what it measures; slot = report.
    Report = 6,
    /// Whether a sensor's radio link is bad; slot = sojourn.
    RadioState = 7,
    /// When a sensor is broken; slot = sojourn.
    FaultState = 9,
    /// How it is broken; slot = sojourn.
    FaultKind = 10,
    /// Points to compute ways between; slot = point.
    RoadPoints = 11,
    /// How a search for collection plans goes on; entity = island.
    CollectionPlans = 12,
    /// How long a container takes to be emptied; slot = local day.
    Service = 13,
    /// How a vehicle's day goes; entity = class and vehicle, slot = local day.
    Vehicle = 14,
    /// What hills and houses take away between a sensor and a gateway; slot = gateway.
    RadioShadowing = 15,
    /// When a gateway is down; slot = sojourn.
    GatewayState = 17,
    /// How long an unloading takes; entity = unloading and visit, slot = local day.
    Unloading = 19,
    /// Which containers are drawn anew to judge a difference of forecasts.
    ForecastTrial = 20,
    /// How far off a crew is with the level that it tells; slot = local day.
    CrewReport = 22,
    /// The seeds of a scenario's runs; slot = replication.
    Replications = 23,
    /// Where the sites of a synthetic city lie; entity = site.
    CityLayout = 24,
    /// Which sites have sensors where only a share has; entity = site.
    SensorChoice = 25,
    /// What a container of the plain model gets in an hour; slot = eight hours.
    Hourly = 26,
}

/// The one number that a scenario's randomness follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Seed(pub u64);

impl Seed {
    /// The stream of one entity in one model.
    ///
    /// ```
    /// use simulator::random::{Model, Seed};
    ///
    /// let mut monday = Seed(7).stream(Model::Deposits, 42).at_slot(18_000);
    /// let mut again = Seed(7).stream(Model::Deposits, 42).at_slot(18_000);
    /// assert_eq!(monday.next_u64(), again.next_u64());
    /// ```
    pub fn stream(self, model: Model, entity: u32) -> Stream {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&self.0.to_le_bytes());
        key[8..].copy_from_slice(&DOMAIN);
        let mut rng = ChaCha8Rng::from_seed(key);
        rng.set_stream((model as u64) << 32 | u64::from(entity));
        Stream(rng)
    }
}

/// Uniform in `[0, 1)`, in steps of 2⁻⁵³, from 64 random bits.
#[inline]
pub(crate) const fn unit(bits: u64) -> f64 {
    f64_of(bits >> 11) * (1.0 / 9_007_199_254_740_992.0)
}

/// Exponential with the given mean, of 64 random bits.
pub(crate) fn exponential_of(bits: u64, mean: f64) -> f64 {
    -mean * libm::log(1.0 - unit(bits))
}

/// A stream of random numbers at some place.
#[derive(Clone, Debug)]
pub struct Stream(ChaCha8Rng);

impl Stream {
    /// The same stream at the beginning of a slot, however much was drawn before.
    #[must_use]
    pub fn at_slot(mut self, slot: u64) -> Self {
        self.seek(slot);
        self
    }

    /// The same stream in the middle of a slot, however much was drawn before: far from what the slot's
    /// beginning is drawn for.
    #[must_use]
    pub(crate) fn at_middle_of(mut self, slot: u64) -> Self {
        self.0
            .set_word_pos(u128::from(slot) * SLOT_WORDS + SLOT_WORDS / 2);
        self
    }

    /// Goes to the beginning of a slot.
    pub fn seek(&mut self, slot: u64) {
        self.0.set_word_pos(u128::from(slot) * SLOT_WORDS);
    }

    /// 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Uniform in `[0, 1)`, in steps of 2⁻⁵³.
    pub fn unit(&mut self) -> f64 {
        unit(self.next_u64())
    }

    /// Uniform in `[low, high)`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// True with probability `p`.
    pub fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// Standard normal, by the cosine branch of Box and Muller: always two draws.
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * libm::log(1.0 - self.unit())).sqrt();
        radius * libm::cos(core::f64::consts::TAU * self.unit())
    }

    /// Exponential with the given mean.
    pub fn exponential(&mut self, mean: f64) -> f64 {
        exponential_of(self.next_u64(), mean)
    }

    /// Gamma with mean 1 and variance `1 / shape`, for a shape of 1 or more.
    ///
    /// Marsaglia and Tsang, "A simple method for generating gamma variables", 2000.
    #[expect(
        clippy::many_single_char_names,
        reason = "the names of the paper, to be compared with it"
    )]
    pub fn gamma_of_mean_one(&mut self, shape: f64) -> f64 {
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / libm::sqrt(9.0 * d);
        loop {
            let x = self.normal();
            let base = 1.0 + c * x;
            if base <= 0.0 {
                continue;
            }
            let v = base * base * base;
            let u = 1.0 - self.unit();
            // Their squeeze: what is below it is taken, whatever the logarithms say.
            if u < 1.0 - 0.0331 * (x * x) * (x * x) {
                return d * v / shape;
            }
            if libm::log(u) < 0.5 * x * x + d - d * v + d * libm::log(v) {
                return d * v / shape;
            }
        }
    }

    /// Poisson with the given mean (0 to 100 000), by inversion: one draw for each 256 of the mean.
    pub fn poisson(&mut self, mean: f64) -> u32 {
        let mut rest = mean;
        let mut count = 0;
        while rest > POISSON_STEP {
            count += poisson_step(self.unit(), POISSON_STEP);
            rest -= POISSON_STEP;
        }
        count + poisson_step(self.unit(), rest)
    }

    /// Triangular between `min` and `max` with its peak at `mode`.
    pub fn triangular(&mut self, bounds: [f64; 3]) -> f64 {
        Triangle::new(bounds).at(self.unit())
    }
}

/// The largest mean that is inverted in one go: `exp(-256)` is far from underflow.
const POISSON_STEP: f64 = 256.0;
/// More than 46 standard deviations above the largest mean.
const POISSON_MAX: u32 = 1_000;

fn poisson_step(u: f64, mean: f64) -> u32 {
    let mut probability = libm::exp(-mean);
    let mut cumulated = probability;
    let mut count = 0;
    while u >= cumulated && count < POISSON_MAX {
        count += 1;
        probability *= mean / f64::from(count);
        cumulated += probability;
    }
    count
}

/// The distribution that is triangular between `min` and `max` with its peak at `mode`, prepared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Triangle {
    bounds: [f64; 3],
    /// The share that lies below the mode.
    left: f64,
}

impl Triangle {
    /// Of `min`, `mode` and `max`.
    pub(crate) const fn new(bounds: [f64; 3]) -> Self {
        let [min, mode, max] = bounds;
        let left = (mode - min) / (max - min);
        Self { bounds, left }
    }

    /// Where it reaches `u`.
    #[inline]
    pub(crate) fn at(&self, u: f64) -> f64 {
        let [min, mode, max] = self.bounds;
        let is_left = u < self.left;
        let (share, side) = if is_left {
            (u, mode - min)
        } else {
            (1.0 - u, max - mode)
        };
        let away = (share * ((max - min) * side)).sqrt();
        if is_left { min + away } else { max - away }
    }

    /// Where it reaches each of some `u`, to the bit as one by one.
    #[expect(
        clippy::inline_always,
        reason = "compiled for the processor at hand with its caller"
    )]
    #[inline(always)]
    pub(crate) fn at_all<S: Simd>(&self, simd: S, u: S::f64s) -> S::f64s {
        let [min, mode, max] = self.bounds;
        let is_left = simd.less_than_f64s(u, simd.splat_f64s(self.left));
        let above = simd.sub_f64s(simd.splat_f64s(1.0), u);
        let share = simd.select_f64s(is_left, u, above);
        let left = simd.splat_f64s((max - min) * (mode - min));
        let right = simd.splat_f64s((max - min) * (max - mode));
        let square = simd.mul_f64s(share, simd.select_f64s(is_left, left, right));
        let away = simd.sqrt_f64s(square);
        let above = simd.add_f64s(simd.splat_f64s(min), away);
        let below = simd.sub_f64s(simd.splat_f64s(max), away);
        simd.select_f64s(is_left, above, below)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const N: u32 = 200_000;

    /// Mean and variance of `N` draws.
    fn moments(mut draw: impl FnMut(&mut Stream) -> f64) -> (f64, f64) {
        let mut stream = Seed(1).stream(Model::Deposits, 0);
        let draws: Vec<f64> = (0..N).map(|_| draw(&mut stream)).collect();
        let mean = draws.iter().sum::<f64>() / f64::from(N);
        let variance = draws.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / f64::from(N);
        (mean, variance)
    }

    #[rstest::rstest]
    #[case::rare(0.3)]
    #[case::a_few(7.0)]
    #[case::many(700.0)]
    fn poisson_has_its_mean_as_variance(#[case] lambda: f64) {
        let (mean, variance) = moments(|s| f64::from(s.poisson(lambda)));
        let standard_error = (lambda / f64::from(N)).sqrt();
        assert!((mean - lambda).abs() < 4.0 * standard_error, "{mean}");
        assert!((variance / lambda - 1.0).abs() < 0.03, "{variance}");
    }

    #[test]
    fn gamma_normal_exponential_and_triangular_have_their_moments() {
        for (name, (mean, variance), (m, v)) in [
            ("gamma", moments(|s| s.gamma_of_mean_one(20.0)), (1.0, 0.05)),
            ("normal", moments(Stream::normal), (0.0, 1.0)),
            ("exponential", moments(|s| s.exponential(3.0)), (3.0, 9.0)),
            // Domain: Groningen's deposits, mean 33.3 L, standard deviation 10.27 L.
            (
                "triangular",
                moments(|s| s.triangular([10.0, 30.0, 60.0])),
                (100.0 / 3.0, 105.555_56),
            ),
        ] {
            assert!(
                (mean - m).abs() < 4.0 * (v / f64::from(N)).sqrt(),
                "{name}: mean {mean}"
            );
            assert!(
                (variance / v - 1.0).abs() < 0.03,
                "{name}: variance {variance}"
            );
        }
    }

    #[test]
    fn streams_of_other_models_entities_slots_and_seeds_differ() {
        let first =
            |seed, model, entity, slot| Seed(seed).stream(model, entity).at_slot(slot).next_u64();
        let draws = [
            first(1, Model::Deposits, 0, 0),
            first(2, Model::Deposits, 0, 0),
            first(1, Model::SiteRate, 0, 0),
            first(1, Model::Deposits, 1, 0),
            first(1, Model::Deposits, 0, 1),
        ];
        let distinct: std::collections::BTreeSet<_> = draws.into_iter().collect();
        assert_eq!(distinct.len(), draws.len());
    }

    #[test]
    fn our_poisson_agrees_with_an_independent_one() {
        use rand_distr::Distribution as _;
        let peer = rand_distr::Poisson::new(5.0).unwrap();
        let mut rng = ChaCha8Rng::from_seed([9; 32]);
        let mut ours = Seed(3).stream(Model::Deposits, 1);
        let (mut a, mut b) = ([0_u32; 30], [0_u32; 30]);
        for _ in 0..N {
            a[ours.poisson(5.0).min(29) as usize] += 1;
            b[crate::numbers::floor_u64(peer.sample(&mut rng)).min(29) as usize] += 1;
        }
        for (k, (a, b)) in a.into_iter().zip(b).enumerate() {
            let bound = 5.0 * f64::from(a + b).sqrt() + 5.0;
            assert!(f64::from(a.abs_diff(b)) < bound, "k = {k}: {a} and {b}");
        }
    }
}
