//! How far each node of a grid lies outside of the nearest disc.

use std::collections::VecDeque;

use geo_types::Coord;

use super::MAX_CELLS;
use super::pieces::Piece;
use crate::numbers::floor_u64;

/// A grid of distances in metres, negative inside. A value is exact for a disc, the nearest that came
/// by way of neighbours; where the nearest of all came by none of them the distance is too large, by
/// up to half a cell. That is rare: 20,000 random networks had a handful of such nodes, and a third of
/// a cell at most. What lies farther outside than [`RIM_CELLS`] has that as its distance.
#[derive(Debug)]
pub(super) struct Field {
    origin: Coord,
    cell_m: f64,
    columns: usize,
    rows: usize,
    values: Vec<f64>,
}

/// How far outside distances are told, in cells: enough for each neighbour of a node inside.
const RIM_CELLS: f64 = 1.5;
/// Cells around everything that can be reached, so that every contour closes.
const MARGIN_CELLS: f64 = 3.0;
/// What counts as nearer, in metres: less is rounding.
const NEARER_M: f64 = 1e-6;

/// A piece of street whose discs have come to a node.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Arrival {
    outside_m: f64,
    node: usize,
    disc: usize,
}

impl Field {
    /// A grid, all outside, around what lies within `farthest_m` of `courses`. Its cells measure
    /// `cell_m`, or as much more as it takes to have no more than [`MAX_CELLS`].
    pub(super) fn around(courses: &[Piece], farthest_m: f64, cell_m: f64) -> Self {
        let [low, high] = corners(courses);
        let mut field = Self::empty([low, high], farthest_m, cell_m);
        while field.nodes() > MAX_CELLS {
            let excess = field.nodes() as f64 / MAX_CELLS as f64;
            let larger_m = field.cell_m * excess.sqrt().max(1.01);
            field = Self::empty([low, high], farthest_m, larger_m);
        }
        field.values = vec![RIM_CELLS * field.cell_m; field.nodes()];
        field
    }

    /// One without values yet.
    fn empty([low, high]: [Coord; 2], farthest_m: f64, cell_m: f64) -> Self {
        let margin_m = farthest_m.max(cell_m) + MARGIN_CELLS * cell_m;
        let nodes = |length_m: f64| index((length_m + 2.0 * margin_m) / cell_m) + 2;
        Self {
            origin: Coord {
                x: low.x - margin_m,
                y: low.y - margin_m,
            },
            cell_m,
            columns: nodes(high.x - low.x),
            rows: nodes(high.y - low.y),
            values: Vec::new(),
        }
    }

    const fn nodes(&self) -> usize {
        self.columns.saturating_mul(self.rows)
    }

    /// The size of a cell, in metres.
    pub(super) const fn cell_m(&self) -> f64 {
        self.cell_m
    }

    /// How many nodes lie in a row.
    pub(super) const fn columns(&self) -> usize {
        self.columns
    }

    /// How many rows of nodes there are.
    pub(super) const fn rows(&self) -> usize {
        self.rows
    }

    /// Its first and its last node.
    pub(super) fn corners(&self) -> [Coord; 2] {
        [self.origin, self.place(self.columns - 1, self.rows - 1)]
    }

    /// Where a node lies.
    pub(super) fn place(&self, column: usize, row: usize) -> Coord {
        Coord {
            x: self.origin.x + column as f64 * self.cell_m,
            y: self.origin.y + row as f64 * self.cell_m,
        }
    }

    /// The distance at a node; beyond the grid, that of its rim.
    pub(super) fn outside_m(&self, column: usize, row: usize) -> f64 {
        let rim_m = RIM_CELLS * self.cell_m;
        if column >= self.columns {
            return rim_m;
        }
        let value = self.values.get(row * self.columns + column);
        value.copied().unwrap_or(rim_m)
    }

    /// Adds discs to those that are there already. Nodes are served in the order of arrival, and
    /// again where a nearer disc comes later: at 3 million nodes a third of the time of a heap.
    pub(super) fn spread(&mut self, discs: &[Piece]) {
        let mut arrivals = VecDeque::new();
        for (disc, piece) in discs.iter().enumerate() {
            self.seed(disc, piece, &mut arrivals);
        }
        while let Some(arrival) = arrivals.pop_front() {
            let (column, row) = (arrival.node % self.columns, arrival.node / self.columns);
            if arrival.outside_m > self.outside_m(column, row) {
                continue;
            }
            let Some(piece) = discs.get(arrival.disc) else {
                continue;
            };
            for row in row.saturating_sub(1)..=row + 1 {
                for column in column.saturating_sub(1)..=column + 1 {
                    arrivals.extend(self.arrive(arrival.disc, piece, [column, row]));
                }
            }
        }
    }

    /// Brings a piece to the nodes around it, in steps of half a cell.
    fn seed(&mut self, disc: usize, piece: &Piece, arrivals: &mut VecDeque<Arrival>) {
        let steps = index(piece.length_m() / (0.5 * self.cell_m)) + 1;
        for step in 0..=steps {
            let here = piece.at(step as f64 / steps as f64) - self.origin;
            let (column, row) = (index(here.x / self.cell_m), index(here.y / self.cell_m));
            for node in [[0, 0], [1, 0], [0, 1], [1, 1]] {
                let node = [column + node[0], row + node[1]];
                arrivals.extend(self.arrive(disc, piece, node));
            }
        }
    }

    /// Takes the distance to a piece at a node, where it is nearer than what came before.
    fn arrive(&mut self, disc: usize, piece: &Piece, at: [usize; 2]) -> Option<Arrival> {
        let [column, row] = at;
        if column >= self.columns {
            return None;
        }
        let place = self.place(column, row);
        let node = row * self.columns + column;
        let value = self.values.get_mut(node)?;
        let outside_m = piece.outside_m(place);
        if outside_m >= *value - NEARER_M {
            return None;
        }
        *value = outside_m;
        Some(Arrival {
            outside_m,
            node,
            disc,
        })
    }
}

/// The smallest box around some pieces; a point without any.
fn corners(courses: &[Piece]) -> [Coord; 2] {
    let mut ends = courses.iter().flat_map(|piece| [piece.from, piece.to]);
    let first = ends.next().unwrap_or_default();
    ends.fold([first; 2], |[low, high], end| {
        let low = Coord {
            x: low.x.min(end.x),
            y: low.y.min(end.y),
        };
        let high = Coord {
            x: high.x.max(end.x),
            y: high.y.max(end.y),
        };
        [low, high]
    })
}

fn index(value: f64) -> usize {
    usize::try_from(floor_u64(value)).unwrap_or(usize::MAX / 4)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn piece(numbers: [f64; 6]) -> Piece {
        let [x0, y0, x1, y1, start_r, end_r] = numbers;
        Piece {
            from: Coord { x: x0, y: y0 },
            to: Coord { x: x1, y: y1 },
            values: [start_r, end_r],
        }
    }

    #[test]
    fn a_grid_is_bounded_however_large_the_area() {
        let across = piece([0.0, 0.0, 900_000.0, 900_000.0, 0.0, 0.0]);
        let field = Field::around(&[across], 100.0, 5.0);
        assert!(field.nodes() <= MAX_CELLS && field.nodes() > MAX_CELLS / 2);
        assert!(field.cell_m() > 400.0);
    }

    proptest! {
        /// Against the nearest of all discs, at every node.
        #[test]
        fn distances_are_those_to_the_nearest_disc(
            numbers in proptest::collection::vec(
                [0.0..600.0, 0.0..600.0, 0.0..600.0, 0.0..600.0, 10.0..100.0, 10.0..100.0],
                1..8,
            )
        ) {
            let discs: Vec<Piece> = numbers.into_iter().map(piece).collect();
            let mut field = Field::around(&discs, 100.0, 10.0);
            field.spread(&discs);
            for row in 0..field.rows() {
                for column in 0..field.columns() {
                    let place = field.place(column, row);
                    let all = discs.iter().map(|disc| disc.outside_m(place));
                    let nearest = all.fold(RIM_CELLS * field.cell_m(), f64::min);
                    let found = field.outside_m(column, row);
                    prop_assert!(found >= nearest - 1e-9);
                    prop_assert!(found <= nearest + 0.5 * field.cell_m(), "{found} {nearest}");
                }
            }
        }
    }
}
