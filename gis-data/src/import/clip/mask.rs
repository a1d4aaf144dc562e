//! The land in and around a territory as a grid of cells, asked in no time.

use geo_types::{Coord, LineString, MultiPolygon};
use twin_core::{LonLat, LonLatBox, PreparedPolygon};

/// Metres in a degree of latitude, near enough for a margin.
const METRES_PER_DEGREE: f64 = 111_195.0;
/// The side of a cell, in metres, unless that makes too many cells.
const CELL_M: f64 = 250.0;
/// The most cells along one side.
const MOST_CELLS: f64 = 2000.0;

/// Which cells lie in a territory or near it.
#[derive(Debug)]
pub(super) struct Mask<'a> {
    inside: &'a [PreparedPolygon],
    bbox: LonLatBox,
    south_west: Coord,
    /// Degrees of longitude and latitude from cell to cell.
    step: Coord,
    columns: usize,
    rows: usize,
    is_near: Vec<bool>,
}

impl<'a> Mask<'a> {
    /// The cells that outlines touch, and those within a margin of them; `None` without outlines.
    pub(super) fn around<'o>(
        inside: &'a [PreparedPolygon],
        outlines: impl Iterator<Item = &'o MultiPolygon>,
        margin_m: f64,
    ) -> Option<Self> {
        let corners = inside.iter().flat_map(|outline| {
            let bbox = outline.bbox();
            [(bbox.west(), bbox.south()), (bbox.east(), bbox.north())].map(Coord::from)
        });
        let bbox = LonLatBox::around(corners)?;
        let mut mask = Self::empty(inside, bbox, margin_m);
        mask.mark_insides();
        for part in outlines.flatten() {
            mask.mark_border(part.exterior());
        }
        mask.widen(margin_m);
        Some(mask)
    }

    fn empty(inside: &'a [PreparedPolygon], bbox: LonLatBox, margin_m: f64) -> Self {
        let (margin, cell) = (margin(bbox, margin_m), margin(bbox, CELL_M));
        let span = Coord {
            x: bbox.east() - bbox.west() + 2.0 * margin.x,
            y: bbox.north() - bbox.south() + 2.0 * margin.y,
        };
        let step = Coord {
            x: cell.x.max(span.x / MOST_CELLS),
            y: cell.y.max(span.y / MOST_CELLS),
        };
        let (columns, rows) = (whole(span.x / step.x) + 1, whole(span.y / step.y) + 1);
        Self {
            inside,
            bbox,
            south_west: Coord {
                x: bbox.west() - margin.x,
                y: bbox.south() - margin.y,
            },
            step,
            columns,
            rows,
            is_near: vec![false; columns * rows],
        }
    }

    /// Marks the cells whose middle lies in an outline.
    fn mark_insides(&mut self) {
        for row in 0..self.rows {
            for column in 0..self.columns {
                let lon = self.south_west.x + (column as f64 + 0.5) * self.step.x;
                let lat = self.south_west.y + (row as f64 + 0.5) * self.step.y;
                let middle = LonLat::new(lon, lat);
                if middle.is_ok_and(|middle| self.is_in_a_commune(middle)) {
                    self.is_near[row * self.columns + column] = true;
                }
            }
        }
    }

    fn mark_border(&mut self, ring: &LineString) {
        for line in ring.lines() {
            for at in self.along(line.start, line.end) {
                if let Some(cell) = self.cell(at) {
                    self.is_near[cell] = true;
                }
            }
        }
    }

    /// Marks what lies within a margin of what is marked, as a square does around each cell.
    fn widen(&mut self, margin_m: f64) {
        let reach = whole(margin_m / (self.step.y * METRES_PER_DEGREE)) + 1;
        let (columns, rows) = (self.columns, self.rows);
        let along_rows = spread(&self.is_near, rows, columns, reach);
        let turned = transposed(&along_rows, rows, columns);
        let along_columns = spread(&turned, columns, rows, reach);
        self.is_near = transposed(&along_columns, columns, rows);
    }

    /// Whether a place lies in a commune.
    pub(super) fn is_in_a_commune(&self, place: LonLat) -> bool {
        self.bbox.contains(place) && self.inside.iter().any(|it| it.contains(place))
    }

    /// Whether a line comes near; of a single place, whether that is near.
    pub(super) fn is_near(&self, path: &[LonLat]) -> bool {
        let mut places = path.iter().map(|place| Coord::from(*place));
        let Some(mut last) = places.next() else {
            return false;
        };
        if self.marks(last) {
            return true;
        }
        places.any(|next| {
            let from = std::mem::replace(&mut last, next);
            self.along(from, next).any(|at| self.marks(at))
        })
    }

    /// Whether an area comes near, or holds everything.
    pub(super) fn is_near_ring(&self, ring: &LineString) -> bool {
        let comes = ring
            .lines()
            .any(|line| self.along(line.start, line.end).any(|at| self.marks(at)));
        comes || self.is_held_by(ring)
    }

    fn is_held_by(&self, ring: &LineString) -> bool {
        let corner = LonLat::new(self.bbox.west(), self.bbox.south());
        corner.is_ok_and(|corner| crate::import::outline::ring_contains(ring, corner))
    }

    fn marks(&self, at: Coord) -> bool {
        self.cell(at).is_some_and(|cell| self.is_near[cell])
    }

    fn cell(&self, at: Coord) -> Option<usize> {
        let column = (at.x - self.south_west.x) / self.step.x;
        let row = (at.y - self.south_west.y) / self.step.y;
        let is_in = |at: f64, count: usize| at >= 0.0 && at < count as f64;
        (is_in(column, self.columns) && is_in(row, self.rows))
            .then(|| whole(row) * self.columns + whole(column))
    }

    /// Points along a line, not farther apart than cells; of what lies beyond the grid, few.
    fn along(&self, from: Coord, to: Coord) -> impl Iterator<Item = Coord> + use<> {
        let across = ((to.x - from.x) / self.step.x).abs();
        let up = ((to.y - from.y) / self.step.y).abs();
        let most = (self.columns + self.rows) * 4;
        let steps = whole(across.max(up)).min(most) + 1;
        (0..=steps).map(move |step| {
            let share = step as f64 / steps as f64;
            Coord {
                x: from.x + share * (to.x - from.x),
                y: from.y + share * (to.y - from.y),
            }
        })
    }
}

/// Marks, row by row, what is within `reach` cells of what is marked.
fn spread(marks: &[bool], rows: usize, columns: usize, reach: usize) -> Vec<bool> {
    let mut spread = vec![false; marks.len()];
    for row in 0..rows {
        let marks = &marks[row * columns..(row + 1) * columns];
        let out = &mut spread[row * columns..(row + 1) * columns];
        let marked = marks.iter().enumerate().filter(|(_, mark)| **mark);
        for (column, _) in marked {
            let last = (column + reach).min(columns - 1);
            out[column.saturating_sub(reach)..=last].fill(true);
        }
    }
    spread
}

fn transposed(marks: &[bool], rows: usize, columns: usize) -> Vec<bool> {
    let cells = (0..columns).flat_map(|column| (0..rows).map(move |row| row * columns + column));
    cells.map(|cell| marks[cell]).collect()
}

/// Cells: a number that is not negative, without its fraction.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "not negative, and bounded by the number of cells or by saturation"
)]
fn whole(cells: f64) -> usize {
    cells as usize
}

/// So many metres to the side and up, in degrees, anywhere in a box: to the side, as at its edge
/// that is nearer to a pole.
pub(super) fn margin(bbox: LonLatBox, metres: f64) -> Coord {
    let farthest = bbox.south().abs().max(bbox.north().abs()).min(85.0);
    let shrink = libm::cos(farthest.to_radians());
    Coord {
        x: metres / METRES_PER_DEGREE / shrink,
        y: metres / METRES_PER_DEGREE,
    }
}

#[cfg(test)]
mod tests {
    use geo_types::polygon;

    use super::*;

    /// A square of some 7.5 by 11 km.
    fn square() -> MultiPolygon {
        let square =
            polygon![(x: 6.8, y: 47.4), (x: 6.9, y: 47.4), (x: 6.9, y: 47.5), (x: 6.8, y: 47.5)];
        MultiPolygon(vec![square])
    }

    fn place(lon: f64, lat: f64) -> LonLat {
        LonLat::new(lon, lat).unwrap()
    }

    #[rstest::rstest]
    #[case::inside(&[(6.85, 47.45)], true)]
    #[case::a_kilometre_north(&[(6.85, 47.509)], true)]
    #[case::three_kilometres_north(&[(6.85, 47.527)], false)]
    #[case::a_kilometre_west(&[(6.7867, 47.45)], true)]
    #[case::three_kilometres_west(&[(6.76, 47.45)], false)]
    #[case::right_through(&[(6.0, 47.45), (8.0, 47.45)], true)]
    #[case::past_it(&[(6.0, 47.6), (8.0, 47.6)], false)]
    #[case::nothing(&[], false)]
    fn a_line_is_near_where_any_of_it_is(#[case] line: &[(f64, f64)], #[case] is_near: bool) {
        let outlines = [square()];
        let inside: Vec<_> = outlines.iter().filter_map(PreparedPolygon::new).collect();
        let mask = Mask::around(&inside, outlines.iter(), 2000.0).unwrap();
        let path: Vec<LonLat> = line.iter().map(|&(lon, lat)| place(lon, lat)).collect();
        assert_eq!(mask.is_near(&path), is_near);
    }

    #[test]
    fn a_forest_around_everything_is_near() {
        let outlines = [square()];
        let inside: Vec<_> = outlines.iter().filter_map(PreparedPolygon::new).collect();
        let mask = Mask::around(&inside, outlines.iter(), 2000.0).unwrap();
        let ring = |half: f64| {
            let corners = [
                (-1.0, -1.0),
                (1.0, -1.0),
                (1.0, 1.0),
                (-1.0, 1.0),
                (-1.0, -1.0),
            ];
            let corner = |(x, y): (f64, f64)| (6.85 + x * half, 47.45 + y * half);
            LineString::from(corners.map(corner).to_vec())
        };
        assert!(mask.is_near_ring(&ring(1.0)));
        let elsewhere = LineString::from(vec![(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)]);
        assert!(!mask.is_near_ring(&elsewhere));
    }

    #[test]
    fn without_an_outline_there_is_no_mask() {
        assert!(Mask::around(&[], std::iter::empty(), 2000.0).is_none());
    }
}
