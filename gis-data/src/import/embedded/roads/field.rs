//! Which way streets run: square to the main roads around and to the slope, so that the streets of
//! a quarter make blocks.

use twin_core::Planar;

use super::net::Net;
use crate::import::embedded::lines::{heading, length, turned};
use crate::import::embedded::plane::vector;
use crate::import::embedded::relief::Relief;
use crate::import::embedded::segments::Frame;

/// The width of a cell.
const CELL_M: f64 = 90.0;
/// How often the field is spread to the cells around; each time by about one cell.
const SPREADS: u32 = 22;
/// What the slope of the land counts beside roads: metres of road for each metre per metre.
const SLOPE_WEIGHT: f64 = 90.0;

/// A direction at every place, of which a quarter turn more or less is the same: as the cosine and
/// sine of its fourfold angle.
#[derive(Debug)]
pub(super) struct Field {
    south_west: Planar,
    columns: usize,
    rows: usize,
    cells: Vec<Planar>,
}

impl Field {
    /// The field around the roads that are there.
    pub(super) fn around(net: &Net, relief: &Relief) -> Self {
        let Frame {
            south_west,
            north_east,
        } = relief.frame();
        let [width_m, height_m] = vector(south_west, north_east);
        let (columns, rows) = (whole(width_m / CELL_M) + 1, whole(height_m / CELL_M) + 1);
        let mut field = Self {
            south_west,
            columns,
            rows,
            cells: vec![[0.0, 0.0]; columns * rows],
        };
        for way in net.ways.iter().filter(|way| way.class.is_main()) {
            for pair in way.nodes.windows(2) {
                let [a, b] = [pair[0], pair[1]].map(|node| net.nodes[node]);
                field.add(a, heading(a, b), length(vector(a, b)));
            }
        }
        for ix in 0..field.cells.len() {
            let at = field.middle(ix);
            let rise = relief.gradient(at);
            field.add(at, rise, SLOPE_WEIGHT * length(rise));
        }
        for _ in 0..SPREADS {
            field.spread();
        }
        field
    }

    /// The direction of the field that is nearest to a given one.
    pub(super) fn axis(&self, at: Planar, direction: Planar) -> Planar {
        let [cos, sin] = self.cells[self.cell(at)];
        if cos == 0.0 && sin == 0.0 {
            return direction;
        }
        let own = libm::atan2(direction[1], direction[0]);
        let axis = libm::atan2(sin, cos) / 4.0;
        let quarter = std::f64::consts::FRAC_PI_2;
        let off = axis - own;
        turned(direction, off - (off / quarter).round() * quarter)
    }

    fn add(&mut self, at: Planar, direction: Planar, weight: f64) {
        let angle = 4.0 * libm::atan2(direction[1], direction[0]);
        let cell = self.cell(at);
        let [cos, sin] = &mut self.cells[cell];
        *cos += weight * libm::cos(angle);
        *sin += weight * libm::sin(angle);
    }

    /// A binomial filter along rows, then along columns.
    fn spread(&mut self) {
        for stride in [1, self.columns] {
            let before = self.cells.clone();
            for ix in stride..before.len() - stride {
                let (low, high) = (before[ix - stride], before[ix + stride]);
                self.cells[ix] = [0, 1].map(|n| (low[n] + 2.0 * before[ix][n] + high[n]) / 4.0);
            }
        }
    }

    fn cell(&self, at: Planar) -> usize {
        let [x, y] = vector(self.south_west, at);
        let column = whole(x.max(0.0) / CELL_M).min(self.columns - 1);
        whole(y.max(0.0) / CELL_M).min(self.rows - 1) * self.columns + column
    }

    fn middle(&self, ix: usize) -> Planar {
        let (column, row) = (ix % self.columns, ix / self.columns);
        [
            self.south_west[0] + (column as f64 + 0.5) * CELL_M,
            self.south_west[1] + (row as f64 + 0.5) * CELL_M,
        ]
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "not negative, and small"
)]
fn whole(steps: f64) -> usize {
    steps as usize
}
