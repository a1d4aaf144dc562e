//! How high a field of heights is at most around a point, so that a ray leaps over what cannot
//! hide anything from it.

use bevy::math::Vec2;

/// Pixels along the side of a cell.
const CELL: usize = 8;
/// Cells that [`Peaks::far_around`] looks at on every side.
const FAR: usize = 5;

/// The highest points of a field's cells.
#[derive(Debug)]
pub(super) struct Peaks {
    size: [usize; 2],
    /// Highest of a cell and the ones next to it.
    near: Vec<f32>,
    /// Highest of a cell and [`FAR`] on every side.
    far: Vec<f32>,
}

impl Peaks {
    /// So far from a point, in pixels, nothing is higher than [`Peaks::around`] says.
    pub(super) const REACH: f32 = CELL as f32 - 1.0;

    /// Those of rows of `width` heights.
    pub(super) fn of(heights: &[f32], width: usize) -> Self {
        let size = [width.div_ceil(CELL), (heights.len() / width).div_ceil(CELL)];
        let mut cells = vec![f32::MIN; size[0] * size[1]];
        for (n, height) in heights.iter().enumerate() {
            let cell = n / width / CELL * size[0] + n % width / CELL;
            cells[cell] = cells[cell].max(*height);
        }
        let near = widened(&cells, size, 1);
        let far = widened(&cells, size, FAR);
        Self { size, near, far }
    }

    /// The highest within [`Peaks::REACH`] pixels of a point of the field.
    pub(super) fn around(&self, at: Vec2) -> f32 {
        self.near[self.cell(at)]
    }

    /// The highest within five times as many.
    pub(super) fn far_around(&self, at: Vec2) -> f32 {
        self.far[self.cell(at)]
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the field first"
    )]
    fn cell(&self, at: Vec2) -> usize {
        let [columns, rows] = self.size;
        let last = Vec2::new(columns as f32 - 1.0, rows as f32 - 1.0);
        let cell = (at / CELL as f32).clamp(Vec2::ZERO, last);
        cell.y as usize * columns + cell.x as usize
    }
}

/// The highest of each cell and so many on every side.
fn widened(cells: &[f32], [columns, rows]: [usize; 2], by: usize) -> Vec<f32> {
    let around = |n: usize, of: usize| n.saturating_sub(by)..(n + by + 1).min(of);
    let highest = |n: usize| {
        let (row, column) = (n / columns, n % columns);
        around(row, rows)
            .flat_map(|row| &cells[row * columns..][around(column, columns)])
            .copied()
            .fold(f32::MIN, f32::max)
    };
    (0..cells.len()).map(highest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_near_a_point_is_higher() {
        let (width, height) = (45, 30);
        let mut heights = vec![0.0; width * height];
        heights[13 * width + 20] = 7.0;
        let peaks = Peaks::of(&heights, width);
        for row in 0..height {
            for column in 0..width {
                let at = Vec2::new(column as f32, row as f32);
                let away = at.distance(Vec2::new(20.0, 13.0));
                let (near, far) = (peaks.around(at), peaks.far_around(at));
                assert!(near == 7.0 || away > Peaks::REACH, "{at}");
                assert!(far == 7.0 || away > 5.0 * Peaks::REACH, "{at}");
            }
        }
        assert_eq!(peaks.around(Vec2::new(44.0, 29.0)), 0.0);
    }
}
