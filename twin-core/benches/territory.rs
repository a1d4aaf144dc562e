//! Made-up places over the territory, the same at every run, for the benchmarks.

use twin_core::LonLat;

/// Numbers that look random and are the same everywhere (SplitMix64, Steele et al. 2014).
pub(crate) struct Scatter(pub(crate) u64);

impl Scatter {
    /// The next number, from 0 to 1.
    pub(crate) fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// The next place of the territory.
    pub(crate) fn place(&mut self) -> LonLat {
        let (east, north) = (self.unit(), self.unit());
        LonLat::new(6.6 + 0.4 * east, 47.3 + 0.3 * north).expect("lies in the territory")
    }
}
