//! Heights for posts that have none: the surface that a stretched skin would take between the
//! posts around (Laplace's equation), from coarse to fine.
//!
//! A filled height never lies above the highest or below the lowest known one. The cost grows with
//! the posts, not with the size of the holes, and the same posts always give the same heights.

use std::ops::Range;

/// Passes over the holes of each level, alternately from the north and from the south.
const PASSES: usize = 40;

/// A grid with holes.
struct Level {
    columns: usize,
    rows: usize,
    heights: Vec<f32>,
    /// The posts to fill, as runs of the list that do not go over the end of a row.
    holes: Vec<Range<u32>>,
}

/// Fills every height that is no number. `widths` are the ground lengths of a column's and a row's
/// step, in any unit. Heights stay as they are where not one is known.
pub(super) fn fill(heights: &mut Vec<f32>, columns: usize, widths: [f64; 2]) {
    let whole = Level::new(std::mem::take(heights), columns);
    let mut levels = vec![whole];
    while let Some(coarse) = levels.last().and_then(Level::coarser) {
        levels.push(coarse);
    }
    if let Some(coarsest) = levels.last_mut() {
        coarsest.level();
    }
    let near = nearness(widths);
    let mut finished = levels.pop();
    if let Some(coarsest) = &mut finished {
        coarsest.relax(near);
    }
    while let Some(mut level) = levels.pop() {
        if let Some(coarse) = &finished {
            level.start_from(coarse);
        }
        level.relax(near);
        finished = Some(level);
    }
    *heights = finished.map(|level| level.heights).unwrap_or_default();
}

/// How much a neighbour to the side counts, and one above or below: with the square of nearness.
fn nearness([across, along]: [f64; 2]) -> [f32; 2] {
    let ratio = (along / across).powi(2).clamp(1e-3, 1e3);
    #[expect(clippy::cast_possible_truncation, reason = "a weight")]
    let side = ratio as f32;
    [side, 1.0]
}

impl Level {
    fn new(heights: Vec<f32>, columns: usize) -> Self {
        let mut holes: Vec<Range<u32>> = Vec::new();
        for (ix, _) in (0_u32..).zip(&heights).filter(|(_, it)| !it.is_finite()) {
            match holes.last_mut() {
                Some(run) if run.end == ix && !(ix as usize).is_multiple_of(columns) => {
                    run.end += 1;
                }
                _ => holes.push(ix..ix + 1),
            }
        }
        Self {
            columns,
            rows: heights.len() / columns.max(1),
            heights,
            holes,
        }
    }

    /// Every other post of it; `None` where it has no holes, or is small enough to fill at once.
    fn coarser(&self) -> Option<Self> {
        if self.holes.is_empty() || self.columns.min(self.rows) < 4 {
            return None;
        }
        let rows = self.heights.chunks_exact(self.columns).step_by(2);
        let heights: Vec<f32> = rows
            .flat_map(|row| row.iter().step_by(2))
            .copied()
            .collect();
        let is_any_known = heights.iter().any(|height| height.is_finite());
        is_any_known.then(|| Self::new(heights, self.columns.div_ceil(2)))
    }

    /// Gives all holes the mean of what is known.
    fn level(&mut self) {
        let known = self.heights.iter().filter(|height| height.is_finite());
        let (sum, count) = known.fold((0.0, 0_u32), |(sum, count), height| {
            (sum + f64::from(*height), count + 1)
        });
        if count > 0 {
            #[expect(clippy::cast_possible_truncation, reason = "between known heights")]
            let mean = (sum / f64::from(count)) as f32;
            self.set(|_| mean);
        }
    }

    /// Gives the holes the heights of a coarser level, between its posts.
    fn start_from(&mut self, coarse: &Self) {
        let columns = self.columns;
        self.set(|ix| {
            let (row, column) = (ix / columns, ix % columns);
            let (west, north) = (column / 2, row / 2);
            let east = (column.div_ceil(2)).min(coarse.columns - 1);
            let south = (row.div_ceil(2)).min(coarse.rows - 1);
            let at = |column, row| coarse.heights[row * coarse.columns + column];
            let sum = at(west, north) + at(east, north) + at(west, south) + at(east, south);
            sum / 4.0
        });
    }

    fn set(&mut self, height: impl Fn(usize) -> f32) {
        for run in &self.holes {
            for ix in run.clone() {
                self.heights[ix as usize] = height(ix as usize);
            }
        }
    }

    /// Gives each post of a hole the mean of its neighbours, again and again.
    fn relax(&mut self, near: [f32; 2]) {
        for pass in 0..PASSES {
            if pass % 2 == 0 {
                for run in &self.holes {
                    for ix in run.clone() {
                        self.heights[ix as usize] = self.mean_around(ix as usize, near);
                    }
                }
            } else {
                for run in self.holes.iter().rev() {
                    for ix in run.clone().rev() {
                        self.heights[ix as usize] = self.mean_around(ix as usize, near);
                    }
                }
            }
        }
    }

    fn mean_around(&self, ix: usize, [side, along]: [f32; 2]) -> f32 {
        let (row, column) = (ix / self.columns, ix % self.columns);
        let neighbours = [
            (column > 0, ix.wrapping_sub(1), side),
            (column + 1 < self.columns, ix + 1, side),
            (row > 0, ix.wrapping_sub(self.columns), along),
            (row + 1 < self.rows, ix + self.columns, along),
        ];
        let there = neighbours.iter().filter(|(is_there, _, _)| *is_there);
        let (sum, weight) = there.fold((0.0, 0.0), |(sum, total), (_, ix, weight)| {
            (sum + self.heights[*ix] * weight, total + weight)
        });
        sum / weight
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const VOID: f32 = f32::NAN;

    /// A hole of some 5,000 posts in a slope of 4 m a post, as mountains have it.
    #[test]
    fn a_slope_goes_on_through_a_large_hole() {
        let (columns, rows) = (160, 140);
        let slope = |column: usize, row: usize| 500.0 + 4.0 * column as f32 - 2.0 * row as f32;
        let is_hole = |column: usize, row: usize| {
            let (x, y) = (column as f32 - 80.0, row as f32 - 66.0);
            x * x + y * y < 1600.0
        };
        let mut heights: Vec<f32> = (0..columns * rows)
            .map(|ix| (ix % columns, ix / columns))
            .map(|(column, row)| {
                if is_hole(column, row) {
                    VOID
                } else {
                    slope(column, row)
                }
            })
            .collect();
        fill(&mut heights, columns, [0.7, 1.0]);
        for (ix, height) in heights.iter().enumerate() {
            let expected = slope(ix % columns, ix / columns);
            assert!((height - expected).abs() < 0.5, "{height} for {expected}");
        }
    }

    #[rstest::rstest]
    #[case::one_known(&[VOID, VOID, 7.0, VOID], 2, &[7.0; 4])]
    #[case::nothing_to_fill(&[1.0, 2.0, 3.0, 4.0], 2, &[1.0, 2.0, 3.0, 4.0])]
    fn small_grids_are_filled_too(
        #[case] heights: &[f32],
        #[case] columns: usize,
        #[case] expected: &[f32],
    ) {
        let mut heights = heights.to_vec();
        fill(&mut heights, columns, [1.0, 1.0]);
        assert_eq!(heights, expected);
    }

    proptest! {
        #[test]
        fn a_filled_height_lies_between_known_ones_and_known_ones_stay(
            columns in 2..40_usize,
            rows in 2..40_usize,
            seed in prop::collection::vec(prop::option::of(-400.0..4800.0_f32), 1600),
        ) {
            let before: Vec<f32> = seed[..columns * rows].iter().map(|it| it.unwrap_or(VOID)).collect();
            let known: Vec<f32> = before.iter().copied().filter(|it| it.is_finite()).collect();
            prop_assume!(!known.is_empty());
            let (low, high) = known.iter().fold((f32::MAX, f32::MIN), |(low, high), it| (low.min(*it), high.max(*it)));
            let mut after = before.clone();
            fill(&mut after, columns, [0.7, 1.0]);
            for (before, after) in before.iter().zip(&after) {
                prop_assert!(!before.is_finite() || before == after);
                prop_assert!((low - 0.01..=high + 0.01).contains(after), "{after} beyond {low} to {high}");
            }
        }
    }
}
