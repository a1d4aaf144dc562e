//! Chance that is the same each time: from what a thing is or where it lies.

/// A row of numbers that looks random and follows from a seed (SplitMix64).
#[derive(Clone, Copy, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    /// Starts a row for the thing of this number.
    pub(super) const fn of(number: u64) -> Self {
        Self(number)
    }

    /// Starts a row for the cell of a grid.
    pub(super) fn at(column: u32, row: u32) -> Self {
        Self((u64::from(column) << 32) | u64::from(row))
    }

    /// The next number, from 0 to less than 1.
    pub(super) fn share(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let mixed = mixed ^ (mixed >> 31);
        // The upper 24 bits: as many as an f32 holds exactly.
        (mixed >> 40) as f32 / 16_777_216.0
    }

    /// The next number of a range.
    pub(super) fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.share()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_cell_has_the_same_fate_and_cells_differ() {
        let row = |mut dice: Dice| [dice.share(), dice.share()];
        assert_eq!(row(Dice::at(3, 4)), row(Dice::at(3, 4)));
        assert_ne!(row(Dice::at(3, 4)), row(Dice::at(4, 3)));
        let mean = (0..1000)
            .map(|n| Dice::of(n).between(2.0, 4.0))
            .sum::<f32>()
            / 1000.0;
        approx::assert_abs_diff_eq!(mean, 3.0, epsilon = 0.1);
    }
}
