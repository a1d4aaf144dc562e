//! How much longer or shorter planar lengths are than ground lengths, everywhere in a territory.

use crate::place::{LonLat, Planar, PlanarCrs};

/// The scale factors of a planar system over one territory, as a bilinear grid: to the east, and to
/// the north. In a conformal system both are one; Web Mercator (EPSG:3857), whose formulas are
/// those of a sphere, has 0.3 % more to the north at Montbéliard and 0.7 % at the equator.
///
/// A planar length divided by the factors at its middle is the ground length, within 10 ppm up to
/// [`ScaleField::LONGEST_M`]. Lambert-93 is off by −0.80 ‰ at Montbéliard: a planar
/// length that skips this division is wrong by 80 cm in a kilometre.
#[derive(Clone, Debug)]
pub struct ScaleField {
    origin: Planar,
    step: f64,
    columns: usize,
    rows: usize,
    factors: Vec<[f64; 2]>,
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
    /// Up to which length the plane is as good as the ellipsoid, in metres. Beyond, the factors at
    /// the middle do not stand for those along the whole, and a straight line of the plane is no
    /// geodesic: at 90 km that would make 10 ppm.
    pub const LONGEST_M: f64 = 50_000.0;

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
            factors_at(crs, [at(0, i % columns), at(1, i / columns)]).unwrap_or([1.0; 2])
        };
        let factors: Vec<[f64; 2]> = (0..columns * rows).map(node).collect();
        let all = factors.as_flattened().iter().copied();
        let largest = all.clone().fold(f64::MIN, f64::max);
        let smallest = all.fold(f64::MAX, f64::min);
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

    /// Planar length over ground length near `planar`, to the east and to the north; beyond the
    /// grid, those of its rim.
    pub fn factors(&self, planar: Planar) -> [f64; 2] {
        let (column, east) = self.cell(planar[0] - self.origin[0], self.columns);
        let (row, north) = self.cell(planar[1] - self.origin[1], self.rows);
        let node = |c: usize, r: usize| self.factors[r * self.columns + c];
        let (south_west, south_east) = (node(column, row), node(column + 1, row));
        let (north_west, north_east) = (node(column, row + 1), node(column + 1, row + 1));
        [0, 1].map(|axis| {
            let south = south_west[axis] * (1.0 - east) + south_east[axis] * east;
            let top = north_west[axis] * (1.0 - east) + north_east[axis] * east;
            south * (1.0 - north) + top * north
        })
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
        let [east, north] = self.factors(middle);
        planar_length([(a[0] - b[0]) / east, (a[1] - b[1]) / north], [0.0; 2])
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

/// The factors at one position: planar steps of 200 m over their geodesic lengths.
fn factors_at(crs: &dyn PlanarCrs, [x, y]: Planar) -> Option<[f64; 2]> {
    let factor = |from: Planar, to: Planar| {
        let (from, to): (LonLat, LonLat) = (crs.unproject(from)?, crs.unproject(to)?);
        let ground = from.distance(to).get();
        (ground > 0.0).then(|| 200.0 / ground)
    };
    Some([
        factor([x - 100.0, y], [x + 100.0, y])?,
        factor([x, y - 100.0], [x, y + 100.0])?,
    ])
}
