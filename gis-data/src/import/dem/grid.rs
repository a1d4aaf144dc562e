//! Where the posts of a grid of heights stand: columns and rows to coordinates, and back.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use twin_core::{LonLat, PlanarCrs};

/// A post that its file has no height for.
pub(super) const VOID: f32 = f32::NAN;
/// A post that no file covers.
pub(super) const OUTSIDE: f32 = f32::NEG_INFINITY;

/// How far two grids may be apart, in steps, to count as one.
const SAME_POST: f64 = 0.01;

/// The posts of one grid: rows from the first one of the file, columns likewise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Frame {
    pub(super) columns: u32,
    pub(super) rows: u32,
    /// The coordinates of the first post: east or longitude, then north or latitude.
    origin: [f64; 2],
    /// What one column further adds to the coordinates.
    column_step: [f64; 2],
    /// What one row further adds to the coordinates.
    row_step: [f64; 2],
}

impl Frame {
    /// `None` where that is no grid: fewer than two columns or rows, steps that are no numbers,
    /// or that do not span an area.
    pub(super) fn new(
        [columns, rows]: [u32; 2],
        origin: [f64; 2],
        column_step: [f64; 2],
        row_step: [f64; 2],
    ) -> Option<Self> {
        let frame = Self {
            columns,
            rows,
            origin,
            column_step,
            row_step,
        };
        let far = frame.at([f64::from(columns), f64::from(rows)]);
        let numbers = [origin, far].concat();
        let is_number = numbers.iter().all(|value| value.abs() < 1e9);
        let is_grid = columns >= 2 && rows >= 2 && is_number && frame.spans_an_area();
        is_grid.then_some(frame)
    }

    /// A grid with its first row in the north and its first column in the west.
    pub(super) fn north_up(size: [u32; 2], north_west: [f64; 2], steps: [f64; 2]) -> Option<Self> {
        let [east, south] = steps;
        let is_up = east > 0.0 && south > 0.0;
        is_up.then(|| Self::new(size, north_west, [east, 0.0], [0.0, -south]))?
    }

    /// Steps that are not parallel, and of which one is at most a thousand times the other.
    fn spans_an_area(&self) -> bool {
        let ([a, b], [c, d]) = (self.column_step, self.row_step);
        let area = (a * d - b * c).abs();
        area > 1e-3 * (a * a + b * b + c * c + d * d) && area > 1e-18
    }

    /// The coordinates of a post, or of a place between posts.
    pub(super) fn at(&self, [column, row]: [f64; 2]) -> [f64; 2] {
        let axis =
            |i: usize| self.origin[i] + column * self.column_step[i] + row * self.row_step[i];
        [axis(0), axis(1)]
    }

    /// The column and row of coordinates, which may lie between or beyond the posts.
    pub(super) fn index_of(&self, coordinates: [f64; 2]) -> [f64; 2] {
        let ([a, b], [c, d]) = (self.column_step, self.row_step);
        let [east, north] = [0, 1].map(|axis| coordinates[axis] - self.origin[axis]);
        let area = a * d - b * c;
        [(east * d - north * c) / area, (north * a - east * b) / area]
    }

    /// Its first post and its steps to the east and south, where it is a grid with north up.
    pub(super) fn as_north_up(&self) -> Option<([f64; 2], [f64; 2])> {
        let ([a, b], [c, d]) = (self.column_step, self.row_step);
        (b == 0.0 && c == 0.0 && a > 0.0 && d < 0.0).then_some((self.origin, [a, -d]))
    }

    /// Where the other grid begins in this one, in columns and rows, if both have the same posts.
    pub(super) fn offset_of(&self, other: &Self) -> Option<[i64; 2]> {
        let first = self.index_of(other.origin);
        let last = [other.columns, other.rows].map(f64::from);
        let end = self.index_of(other.at(last));
        let is_same = (0..2).all(|i| {
            let nearest = first[i].round();
            (first[i] - nearest).abs() < SAME_POST
                && (end[i] - nearest - last[i]).abs() < SAME_POST
                && nearest.abs() < 1e8
        });
        is_same.then(|| first.map(whole))
    }

    /// The places of its rim: the corners, and `more` between each two of them.
    pub(super) fn rim(&self, more: u32) -> impl Iterator<Item = [f64; 2]> + '_ {
        let last = [f64::from(self.columns - 1), f64::from(self.rows - 1)];
        let steps = more + 1;
        (0..=steps).flat_map(move |i| {
            let share = f64::from(i) / f64::from(steps);
            let [column, row] = [last[0] * share, last[1] * share];
            [[column, 0.0], [column, last[1]], [0.0, row], [last[0], row]]
                .map(|index| self.at(index))
        })
    }
}

/// The whole number next to a small one.
#[expect(
    clippy::cast_possible_truncation,
    reason = "callers have made sure that it is small"
)]
pub(super) fn whole(number: f64) -> i64 {
    number.round() as i64
}

/// A number as a count, which it is nearly.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to counts first"
)]
pub(super) fn count(number: f64) -> u32 {
    number.clamp(0.0, f64::from(u32::MAX)) as u32
}

/// A box of columns and rows of a grid; rows and columns may be negative where grids are joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) columns: Range<i64>,
    pub(super) rows: Range<i64>,
}

impl Window {
    /// The posts that two windows share; `None` where there are none.
    pub(super) fn shared(&self, other: &Self) -> Option<Self> {
        let shared = |a: &Range<i64>, b: &Range<i64>| a.start.max(b.start)..a.end.min(b.end);
        let window = Self {
            columns: shared(&self.columns, &other.columns),
            rows: shared(&self.rows, &other.rows),
        };
        let is_empty = window.columns.is_empty() || window.rows.is_empty();
        (!is_empty).then_some(window)
    }

    /// The same box, seen from a grid that begins elsewhere.
    pub(super) fn shifted(&self, [columns, rows]: [i64; 2]) -> Self {
        Self {
            columns: self.columns.start + columns..self.columns.end + columns,
            rows: self.rows.start + rows..self.rows.end + rows,
        }
    }
}

/// The reference system of a source's coordinates.
#[derive(Clone)]
pub(super) enum System {
    /// Degrees of WGS84, or of a system that counts as the same.
    Degrees,
    /// Metres in a plane.
    Plane(Arc<dyn PlanarCrs>),
}

impl System {
    /// Coordinates of a place; `None` where the system does not reach.
    pub(super) fn project(&self, [lon, lat]: [f64; 2]) -> Option<[f64; 2]> {
        match self {
            Self::Degrees => Some([lon, lat]),
            Self::Plane(crs) => crs.project(LonLat::new(lon, lat).ok()?),
        }
    }

    /// Longitude and latitude of coordinates; `None` off the globe or where the system ends.
    pub(super) fn unproject(&self, coordinates: [f64; 2]) -> Option<LonLat> {
        match self {
            Self::Degrees => LonLat::try_from(coordinates).ok(),
            Self::Plane(crs) => crs.unproject(coordinates),
        }
    }

    /// Its name as authority and code.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Degrees => "EPSG:4326",
            Self::Plane(crs) => crs.name(),
        }
    }
}

impl fmt::Debug for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tile(west: f64, north: f64) -> Frame {
        Frame::north_up([1201, 1201], [west, north], [1.0 / 1200.0; 2]).unwrap()
    }

    #[rstest::rstest]
    #[case::one_column([1, 9], [1.0, 0.0], [0.0, -1.0])]
    #[case::one_row([9, 1], [1.0, 0.0], [0.0, -1.0])]
    #[case::no_step([9, 9], [0.0, 0.0], [0.0, -1.0])]
    #[case::no_number([9, 9], [f64::NAN, 0.0], [0.0, -1.0])]
    #[case::endless([9, 9], [f64::INFINITY, 0.0], [0.0, -1.0])]
    #[case::off_every_map([u32::MAX, 9], [1.0, 0.0], [0.0, -1.0])]
    #[case::parallel_steps([9, 9], [1.0, 1.0], [2.0, 2.0])]
    fn what_is_no_grid_is_refused(
        #[case] size: [u32; 2],
        #[case] column_step: [f64; 2],
        #[case] row_step: [f64; 2],
    ) {
        assert_eq!(Frame::new(size, [0.0, 0.0], column_step, row_step), None);
    }

    #[test]
    fn coordinates_and_posts_are_each_other_s_inverse() {
        let turned = Frame::new([50, 40], [7.0, 8.0], [0.3, 0.1], [0.05, -0.2]).unwrap();
        let [column, row] = turned.index_of(turned.at([12.25, 33.5]));
        approx::assert_abs_diff_eq!(column, 12.25, epsilon = 1e-9);
        approx::assert_abs_diff_eq!(row, 33.5, epsilon = 1e-9);
        assert_eq!(turned.as_north_up(), None);
    }

    #[rstest::rstest]
    #[case::next_to_it(tile(7.0, 48.0), Some([1200, 0]))]
    #[case::below(tile(6.0, 47.0), Some([0, 1200]))]
    #[case::half_a_post_off(tile(7.0 + 0.5 / 1200.0, 48.0), None)]
    #[case::finer(Frame::north_up([3601, 3601], [7.0, 48.0], [1.0 / 3600.0; 2]).unwrap(), None)]
    #[case::rounded_step(Frame::north_up([1201, 1201], [7.0, 48.0], [0.000_833_333_333; 2]).unwrap(), Some([1200, 0]))]
    fn tiles_of_one_grid_are_known_as_such(#[case] other: Frame, #[case] offset: Option<[i64; 2]>) {
        assert_eq!(tile(6.0, 48.0).offset_of(&other), offset);
    }
}
