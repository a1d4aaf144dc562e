//! Random draws that are the same on every machine: ChaCha8 streams, integers and `libm` only.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use twin_core::Planar;

/// What is drawn: each has its own streams, so that a change of one leaves the others as they are.
#[derive(Clone, Copy, Debug)]
pub(super) enum Topic {
    RecyclingPlaces = 1,
    RegroupingPlaces = 2,
    ParkBinPlaces = 3,
    Equipment = 4,
    Sensors = 5,
    Facilities = 6,
    Rivers = 8,
    Borders = 9,
    Relief = 10,
    Mesh = 11,
    Streets = 12,
    Tracks = 13,
    Traffic = 14,
    Names = 15,
    FibrePlan = 20,
    FibreOrder = 21,
    FibreFates = 22,
    Plots = 23,
    Health = 24,
    Cameras = 25,
    Land = 26,
    Places = 27,
    Dwellings = 28,
    Estates = 29,
    Numbers = 30,
}

/// One stream of draws.
#[derive(Debug)]
pub(super) struct Draws(ChaCha8Rng);

impl Draws {
    /// The stream of `topic` for the entity number `entity`.
    pub(super) fn new(seed: u64, topic: Topic, entity: usize) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(((topic as u64) << 32) | entity as u64);
        Self(rng)
    }

    /// A number from 0 up to, but not, 1: a multiple of 2⁻⁵³.
    pub(super) fn unit(&mut self) -> f64 {
        const STEP: f64 = 1.0 / 9_007_199_254_740_992.0;
        let bits = self.0.next_u64() >> 11;
        #[expect(clippy::cast_precision_loss, reason = "53 bits are exact")]
        let steps = bits as f64;
        steps * STEP
    }

    /// A number from −1 up to, but not, 1.
    pub(super) fn signed(&mut self) -> f64 {
        2.0 * self.unit() - 1.0
    }

    /// 1 or −1, each equally likely.
    pub(super) fn side(&mut self) -> f64 {
        if self.below(2) == 0 { 1.0 } else { -1.0 }
    }

    /// A number below `n`, each equally likely to 2⁻³²; 0 where `n` is 0.
    pub(super) fn below(&mut self, n: u32) -> u32 {
        let product = u64::from(self.0.next_u32()) * u64::from(n);
        u32::try_from(product >> 32).unwrap_or(0)
    }

    /// A step in a random direction, normally distributed by `sigma_m` along each axis (Box–Muller).
    pub(super) fn gaussian_step(&mut self, sigma_m: f64) -> Planar {
        let radius_m = sigma_m * (-2.0 * libm::log(1.0 - self.unit())).sqrt();
        let angle = std::f64::consts::TAU * self.unit();
        [radius_m * libm::cos(angle), radius_m * libm::sin(angle)]
    }

    /// The numbers below `n` in random order (Fisher–Yates).
    pub(super) fn shuffled(&mut self, n: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..n).collect();
        for last in (1..n).rev() {
            let bound = u32::try_from(last + 1).unwrap_or(u32::MAX);
            order.swap(last, self.below(bound) as usize);
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_depends_on_seed_topic_and_entity() {
        let first = |seed, topic, entity| Draws::new(seed, topic, entity).unit().to_bits();
        let one = first(1, Topic::Mesh, 0);
        assert_eq!(one, first(1, Topic::Mesh, 0));
        assert_ne!(one, first(2, Topic::Mesh, 0));
        assert_ne!(one, first(1, Topic::Rivers, 0));
        assert_ne!(one, first(1, Topic::Mesh, 1));
    }

    #[test]
    fn gaussian_steps_have_the_wanted_spread() {
        let mut draws = Draws::new(1, Topic::Mesh, 0);
        let squares: f64 = (0..20_000)
            .map(|_| draws.gaussian_step(3.0)[0].powi(2))
            .sum();
        approx::assert_relative_eq!(squares / 20_000.0, 9.0, max_relative = 0.05);
    }

    #[test]
    fn a_shuffle_holds_every_number_once() {
        let mut order = Draws::new(1, Topic::Mesh, 0).shuffled(100);
        assert_ne!(order, (0..100).collect::<Vec<_>>());
        order.sort_unstable();
        assert_eq!(order, (0..100).collect::<Vec<_>>());
    }
}
