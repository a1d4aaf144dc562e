//! Smooth noise over the plane, the same on every machine.

use twin_core::Planar;

/// A field of random values, one for each node of a lattice, smooth in between.
#[derive(Clone, Copy, Debug)]
pub(super) struct Noise {
    seed: u64,
}

impl Noise {
    pub(super) const fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// The value at a place, from −1 to 1, for waves of about `wave_m` metres.
    pub(super) fn at(self, at: Planar, wave_m: f64) -> f64 {
        let [x, y] = at.map(|m| m / wave_m);
        let (left, below) = (x.floor(), y.floor());
        let [u, v] = [x - left, y - below].map(|t| t * t * (3.0 - 2.0 * t));
        let node = |right: f64, up: f64| self.node(left + right, below + up, wave_m);
        let low = node(0.0, 0.0) + u * (node(1.0, 0.0) - node(0.0, 0.0));
        let high = node(0.0, 1.0) + u * (node(1.0, 1.0) - node(0.0, 1.0));
        low + v * (high - low)
    }

    fn node(self, x: f64, y: f64, wave_m: f64) -> f64 {
        let mut hash = self.seed ^ wave_m.to_bits();
        for bits in [x.to_bits(), y.to_bits()] {
            hash = mixed(hash ^ bits);
        }
        #[expect(clippy::cast_precision_loss, reason = "53 bits are exact")]
        let steps = (hash >> 11) as f64;
        steps / 4_503_599_627_370_496.0 - 1.0
    }
}

/// The finaliser of the SplitMix64 generator.
const fn mixed(hash: u64) -> u64 {
    let hash = hash.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_smooth_and_of_mean_zero() {
        let noise = Noise::new(1);
        let values =
            |step: f64| (0..4000).map(move |n| noise.at([f64::from(n) * step, 7.0], 100.0));
        let mean = values(37.0).sum::<f64>() / 4000.0;
        assert!(mean.abs() < 0.05, "{mean}");
        let near = values(1.0).zip(values(1.0).skip(1));
        let steepest = near.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(steepest < 0.05, "{steepest}");
        assert!(values(37.0).all(|value| (-1.0..=1.0).contains(&value)));
    }
}
