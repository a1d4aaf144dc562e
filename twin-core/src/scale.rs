//! How much longer or shorter planar lengths are than ground lengths, everywhere in a territory.

use crate::place::{LonLat, Planar, PlanarCrs};

/// The scale factor of a conformal planar system over one territory, as a bilinear grid.
///
/// A planar length divided by the factor at its middle is the ground length, within 10 ppm for
/// lengths up to some tens of kilometres. Lambert-93 is off by −0.80 ‰ at Montbéliard: a planar
/// length that skips this division is wrong by 80 cm in a kilometre.
#[derive(Clone, Debug)]
pub struct ScaleField {
    origin: Planar,
    step: f64,
    columns: usize,
    rows: usize,
    factors: Vec<f64>,
    largest: f64,
    smallest: f64,
}

/// Distance between grid nodes, where the territory is small enough for it.
const STEP_M: f64 = 10_000.0;
/// Most nodes along one side of the grid.
const MAX_NODES: usize = 64;
/// How far beyond the territory the grid reaches.
const MARGIN_M: f64 = 20_000.0;

impl ScaleField {
    /// Samples the system over the planar box from `min` to `max`, both in metres, and 20 km around.
    ///
    /// Nodes outside the system's domain count as undistorted.
    pub fn sample(crs: &dyn PlanarCrs, min: Planar, max: Planar) -> Self {
        let origin = [min[0] - MARGIN_M, min[1] - MARGIN_M];
        let size = [
            max[0] - min[0] + 2.0 * MARGIN_M,
            max[1] - min[1] + 2.0 * MARGIN_M,
        ];
        let step = (size[0].max(size[1]) / (MAX_NODES as f64 - 2.0)).max(STEP_M);
        let columns = nodes_along(size[0], step);
        let rows = nodes_along(size[1], step);
        let node = |i: usize| {
            let at = |axis: usize, n: usize| origin[axis] + n as f64 * step;
            factor_at(crs, [at(0, i % columns), at(1, i / columns)]).unwrap_or(1.0)
        };
        let factors: Vec<f64> = (0..columns * rows).map(node).collect();
        let largest = factors.iter().copied().fold(f64::MIN, f64::max);
        let smallest = factors.iter().copied().fold(f64::MAX, f64::min);
        Self {
            origin,
            step,
            columns,
            rows,
            factors,
            largest,
            smallest,
        }
    }

    /// Planar length over ground length near `planar`; beyond the grid, that of its rim.
    pub fn factor(&self, planar: Planar) -> f64 {
        let (column, east) = self.cell(planar[0] - self.origin[0], self.columns);
        let (row, north) = self.cell(planar[1] - self.origin[1], self.rows);
        let node = |c: usize, r: usize| self.factors[r * self.columns + c];
        let south = node(column, row) * (1.0 - east) + node(column + 1, row) * east;
        let top = node(column, row + 1) * (1.0 - east) + node(column + 1, row + 1) * east;
        south * (1.0 - north) + top * north
    }

    /// Whether a position lies on the grid, so that its factor is not that of the rim.
    pub fn covers(&self, planar: Planar) -> bool {
        let is_on = |axis: usize, nodes: usize| {
            let last = self.origin[axis] + (nodes as f64 - 1.0) * self.step;
            (self.origin[axis]..=last).contains(&planar[axis])
        };
        is_on(0, self.columns) && is_on(1, self.rows)
    }

    /// The ground length between two planar positions, in metres.
    pub fn ground_length(&self, a: Planar, b: Planar) -> f64 {
        let middle = [0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1])];
        planar_length(a, b) / self.factor(middle)
    }

    /// The largest factor of the grid: ground lengths times this are never shorter than planar ones.
    pub const fn largest(&self) -> f64 {
        self.largest
    }

    /// The smallest factor of the grid.
    pub const fn smallest(&self) -> f64 {
        self.smallest
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the grid first"
    )]
    fn cell(&self, offset: f64, nodes: usize) -> (usize, f64) {
        let last_cell = nodes - 2;
        let position = (offset / self.step).clamp(0.0, last_cell as f64 + 1.0);
        let cell = (position as usize).min(last_cell);
        (cell, position - cell as f64)
    }
}

/// Straight distance in the plane, in planar metres. Coordinates are far from where a square
/// overflows, so `hypot`, which costs several times as much, has nothing to add.
pub(crate) fn planar_length(a: Planar, b: Planar) -> f64 {
    let (dx, dy) = (a[0] - b[0], a[1] - b[1]);
    (dx * dx + dy * dy).sqrt()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "at most MAX_NODES by the choice of the step"
)]
fn nodes_along(size: f64, step: f64) -> usize {
    (size / step).ceil() as usize + 1
}

/// The factor at one position: a planar step of 200 m over its geodesic length.
fn factor_at(crs: &dyn PlanarCrs, [x, y]: Planar) -> Option<f64> {
    let south = crs.unproject([x, y - 100.0])?;
    let north: LonLat = crs.unproject([x, y + 100.0])?;
    let ground = south.distance(north).get();
    (ground > 0.0).then(|| 200.0 / ground)
}
