//! A mosaic of land: a grid of classes, and the regions of it as outlines that share their borders.
//!
//! Borders are rounded point by point, each point in the same way whichever region asks: so the
//! regions have neither gap nor overlap.

use twin_core::Planar;

use crate::import::embedded::plane::distance2_to_edge;

/// What lies in one cell; 0 is outside of the mosaic.
pub(super) type Class = u16;

/// A grid of square cells, row by row from the south-western one.
#[derive(Clone, Debug)]
pub(super) struct Mosaic {
    pub columns: usize,
    pub rows: usize,
    /// The south-western corner.
    pub origin: Planar,
    pub cell_m: f64,
    pub cells: Vec<Class>,
}

/// One connected region of a class.
#[derive(Debug)]
pub(super) struct Region {
    pub class: Class,
    /// Counterclockwise.
    pub outer: Vec<Planar>,
    /// Clockwise.
    pub holes: Vec<Vec<Planar>>,
}

impl Region {
    /// Its area; below 0 where rounding turned it inside out.
    pub(super) fn area_m2(&self) -> f64 {
        let holes: f64 = self.holes.iter().map(|hole| doubled_area(hole)).sum();
        f64::midpoint(doubled_area(&self.outer), holes)
    }
}

/// How often borders are rounded, and how far a point may lie beside a border without it.
const ROUNDINGS: usize = 6;
const TOLERANCE_M: f64 = 4.0;
/// How often points of straight borders are left out.
const THINNINGS: usize = 4;

/// The four directions along the grid, each turned left from the one before: east, north, west,
/// south.
const TURNS: usize = 4;

impl Mosaic {
    /// The class of a cell; 0 beyond the edge.
    fn class(&self, column: usize, row: usize) -> Class {
        // Columns and rows wrap below zero, far beyond the edge.
        if column < self.columns && row < self.rows {
            self.cells[row * self.columns + column]
        } else {
            0
        }
    }

    /// Fills what touches its like only at a corner, so that no outline touches itself.
    pub(super) fn without_pinches(mut self) -> Self {
        for _ in 0..16 {
            let mut is_sound = true;
            for row in 1..self.rows {
                for column in 1..self.columns {
                    let at = |c: usize, r: usize| r * self.columns + c;
                    let [a, b] = [at(column - 1, row - 1), at(column, row - 1)];
                    let [c, d] = [at(column - 1, row), at(column, row)];
                    let [ka, kb, kc, kd] = [a, b, c, d].map(|ix| self.cells[ix]);
                    let is_pinched =
                        (ka == kd && ka != kb && ka != kc) || (kb == kc && kb != ka && kb != kd);
                    if is_pinched && ka != 0 && kb != 0 {
                        self.cells[b] = ka;
                        is_sound = false;
                    } else if is_pinched && kc != 0 && kd != 0 {
                        self.cells[c] = kd;
                        is_sound = false;
                    } else if is_pinched {
                        for ix in [a, b, c, d] {
                            self.cells[ix] = 0;
                        }
                        is_sound = false;
                    }
                }
            }
            if is_sound {
                break;
            }
        }
        self
    }

    /// Gives regions of fewer than `least` cells to a neighbour each.
    pub(super) fn absorb(&mut self, least: usize) {
        let components = self.components();
        let mut sizes: Vec<usize> = Vec::new();
        for &component in components
            .iter()
            .filter(|&&component| component != usize::MAX)
        {
            sizes.resize(sizes.len().max(component + 1), 0);
            sizes[component] += 1;
        }
        // Twice: the inner cells of a patch have no neighbour but their like at first.
        for _ in 0..2 {
            let before = self.cells.clone();
            for cell in 0..before.len() {
                let is_small = components[cell] != usize::MAX && sizes[components[cell]] < least;
                if !is_small {
                    continue;
                }
                let around = (0..TURNS).filter_map(|side| self.beyond(cell, side));
                let larger =
                    around.filter(|&next| before[next] != 0 && before[next] != before[cell]);
                if let Some(next) = larger.max_by_key(|&next| sizes[components[next]]) {
                    self.cells[cell] = before[next];
                }
            }
        }
    }

    /// The cell on a side of another; none beyond the edge.
    fn beyond(&self, cell: usize, side: usize) -> Option<usize> {
        let (column, row) = (cell % self.columns, cell / self.columns);
        match side {
            0 => (row > 0).then(|| cell - self.columns),
            1 => (column + 1 < self.columns).then_some(cell + 1),
            2 => (row + 1 < self.rows).then_some(cell + self.columns),
            _ => (column > 0).then(|| cell - 1),
        }
    }

    /// Every region, by its first cell.
    pub(super) fn regions(&self) -> Vec<Region> {
        let corners = Corners::of(self);
        let components = self.components();
        let mut regions: Vec<Option<Region>> = Vec::new();
        let mut holes: Vec<(usize, Vec<Planar>)> = Vec::new();
        let mut is_walked = vec![false; self.cells.len() * TURNS];
        for cell in 0..self.cells.len() {
            for side in 0..TURNS {
                let is_border = self.cells[cell] != 0 && self.is_border(cell, side);
                if !is_border || is_walked[cell * TURNS + side] {
                    continue;
                }
                let walked = self.walk(cell, side, &mut is_walked);
                let ring = corners.ring(&walked);
                let component = components[cell];
                regions.resize_with(regions.len().max(component + 1), || None);
                if self.is_counterclockwise(&walked) {
                    regions[component] = Some(Region {
                        class: self.cells[cell],
                        outer: ring,
                        holes: Vec::new(),
                    });
                } else {
                    holes.push((component, ring));
                }
            }
        }
        for (component, hole) in holes {
            if let Some(region) = &mut regions[component] {
                region.holes.push(hole);
            }
        }
        regions.into_iter().flatten().collect()
    }

    /// Whether another class, or the outside, lies on a side of a cell: south, east, north, west.
    fn is_border(&self, cell: usize, side: usize) -> bool {
        let beyond = self.beyond(cell, side);
        beyond.map_or(0, |next| self.cells[next]) != self.cells[cell]
    }

    /// The corners around a region from one side of a cell on, the region to the left.
    fn walk(&self, cell: usize, side: usize, is_walked: &mut [bool]) -> Vec<usize> {
        let mut corners = Vec::new();
        let (mut at, mut facing) = (cell, side);
        while !std::mem::replace(&mut is_walked[at * TURNS + facing], true) {
            corners.push(self.corner(at, facing));
            (at, facing) = self.next_side(at, facing);
        }
        corners
    }

    /// Whether corners of cells lie around an outer border, not around a hole: as they are on the
    /// grid, for what is rounded may shrink to nearly nothing.
    fn is_counterclockwise(&self, corners: &[usize]) -> bool {
        let width = self.columns + 1;
        let places: Vec<[i64; 2]> = corners
            .iter()
            .map(|corner| [corner % width, corner / width].map(|n| i64::try_from(n).unwrap_or(0)))
            .collect();
        let next = places.iter().cycle().skip(1);
        let pairs = places.iter().zip(next);
        pairs.map(|(a, b)| a[0] * b[1] - a[1] * b[0]).sum::<i64>() > 0
    }

    /// The corner at which a side of a cell begins, counterclockwise around the cell.
    fn corner(&self, cell: usize, side: usize) -> usize {
        let (column, row) = (cell % self.columns, cell / self.columns);
        let (right, up) = [(0, 0), (1, 0), (1, 1), (0, 1)][side];
        (row + up) * (self.columns + 1) + column + right
    }

    /// The next piece of border after a side: around the own cell, along the next cell, or around
    /// the corner of the one diagonally ahead.
    fn next_side(&self, cell: usize, side: usize) -> (usize, usize) {
        let turned = (side + 1) % TURNS;
        if self.is_border(cell, turned) {
            return (cell, turned);
        }
        // Where there is no border, there is a cell.
        let step = |cell: usize, side: usize| self.beyond(cell, side).unwrap_or(cell);
        let ahead = step(cell, turned);
        if self.is_border(ahead, side) {
            return (ahead, side);
        }
        (step(ahead, side), (side + TURNS - 1) % TURNS)
    }

    /// For each cell, the number of its region.
    fn components(&self) -> Vec<usize> {
        let mut numbers = vec![usize::MAX; self.cells.len()];
        let mut count = 0;
        let mut open = Vec::new();
        for start in 0..self.cells.len() {
            if self.cells[start] == 0 || numbers[start] != usize::MAX {
                continue;
            }
            numbers[start] = count;
            open.push(start);
            while let Some(cell) = open.pop() {
                for next in (0..TURNS).filter_map(|side| self.beyond(cell, side)) {
                    if self.cells[next] != self.cells[cell] {
                        continue;
                    }
                    if numbers[next] == usize::MAX {
                        numbers[next] = count;
                        open.push(next);
                    }
                }
            }
            count += 1;
        }
        numbers
    }
}

/// The corners of the cells, as far as borders pass them.
struct Corners {
    places: Vec<Planar>,
    /// The corners next to each along borders, four at most; `usize::MAX` where there is none.
    next_to: Vec<[usize; 4]>,
    is_left_out: Vec<bool>,
}

impl Corners {
    fn of(mosaic: &Mosaic) -> Self {
        let width = mosaic.columns + 1;
        let count = width * (mosaic.rows + 1);
        let place = |corner: usize| {
            #[expect(clippy::cast_precision_loss, reason = "a grid is small")]
            let [right, up] = [corner % width, corner / width].map(|n| n as f64);
            [
                mosaic.origin[0] + right * mosaic.cell_m,
                mosaic.origin[1] + up * mosaic.cell_m,
            ]
        };
        let mut corners = Self {
            places: (0..count).map(place).collect(),
            next_to: vec![[usize::MAX; 4]; count],
            is_left_out: vec![false; count],
        };
        for row in 0..=mosaic.rows {
            for column in 0..=mosaic.columns {
                let corner = row * width + column;
                let here = mosaic.class(column, row);
                if here != mosaic.class(column, row.wrapping_sub(1)) {
                    corners.join(corner, corner + 1);
                }
                if here != mosaic.class(column.wrapping_sub(1), row) {
                    corners.join(corner, corner + width);
                }
            }
        }
        for _ in 0..ROUNDINGS {
            corners.round();
        }
        for _ in 0..THINNINGS {
            corners.thin();
        }
        corners
    }

    fn join(&mut self, a: usize, b: usize) {
        for (from, to) in [(a, b), (b, a)] {
            let free = self.next_to[from]
                .iter_mut()
                .find(|next| **next == usize::MAX);
            if let Some(free) = free {
                *free = to;
            }
        }
    }

    /// The two corners next to one in the course of a border; none at an end or a fork.
    fn on_course(&self, corner: usize) -> Option<[usize; 2]> {
        let [a, b, c, _] = self.next_to[corner];
        (b != usize::MAX && c == usize::MAX).then_some([a, b])
    }

    /// Moves every corner towards the middle of those next to it.
    fn round(&mut self) {
        let moved = |corner: usize| {
            let own = self.places[corner];
            let around = self.next_to[corner];
            let around: Vec<Planar> = around
                .iter()
                .filter(|&&next| next != usize::MAX)
                .map(|&next| self.places[next])
                .collect();
            if around.len() < 2 {
                return own;
            }
            #[expect(clippy::cast_precision_loss, reason = "four at most")]
            let share = 0.5 / around.len() as f64;
            around.iter().fold([own[0] * 0.5, own[1] * 0.5], |sum, at| {
                [sum[0] + share * at[0], sum[1] + share * at[1]]
            })
        };
        self.places = (0..self.places.len()).map(moved).collect();
    }

    /// Leaves out corners that lie on the line between those next to them.
    fn thin(&mut self) {
        let mut is_kept = vec![false; self.places.len()];
        for corner in 0..self.places.len() {
            let Some([a, b]) = self.on_course(corner).filter(|_| !is_kept[corner]) else {
                continue;
            };
            let is_triangle = self.next_to[a].contains(&b);
            let height2 = distance2_to_edge(self.places[a], self.places[b], self.places[corner]);
            if is_triangle || a == b || height2 > TOLERANCE_M * TOLERANCE_M {
                continue;
            }
            for (from, to) in [(a, b), (b, a)] {
                for next in &mut self.next_to[from] {
                    if *next == corner {
                        *next = to;
                    }
                }
                is_kept[from] = true;
            }
            self.next_to[corner] = [usize::MAX; 4];
            self.is_left_out[corner] = true;
        }
    }

    fn ring(&self, corners: &[usize]) -> Vec<Planar> {
        let kept = corners.iter().filter(|&&corner| !self.is_left_out[corner]);
        kept.map(|&corner| self.places[corner]).collect()
    }
}

/// Twice the area of a ring, positive where it runs counterclockwise.
fn doubled_area(ring: &[Planar]) -> f64 {
    let next = ring.iter().cycle().skip(1);
    ring.iter()
        .zip(next)
        .map(|(a, b)| a[0] * b[1] - a[1] * b[0])
        .sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mosaic(columns: usize, cells: Vec<Class>) -> Mosaic {
        Mosaic {
            columns,
            rows: cells.len() / columns,
            origin: [0.0, 0.0],
            cell_m: 40.0,
            cells,
        }
    }

    #[test]
    fn a_region_with_a_hole_has_two_rings() {
        #[rustfmt::skip]
        let cells = vec![
            1, 1, 1, 1, 1,
            1, 1, 1, 1, 1,
            1, 1, 2, 1, 1,
            1, 1, 1, 1, 1,
            1, 1, 1, 1, 1,
        ];
        let regions = mosaic(5, cells).regions();
        let rings: Vec<_> = regions.iter().map(|r| (r.class, r.holes.len())).collect();
        assert_eq!(rings, [(1, 1), (2, 0)]);
        let total: f64 = regions.iter().map(Region::area_m2).sum();
        approx::assert_relative_eq!(doubled_area(&regions[0].outer) / 2.0, total);
    }

    proptest! {
        /// Every piece of a border belongs to one region on each side of it, or to one at the edge
        /// of the mosaic: so there is neither gap nor overlap.
        #[test]
        fn regions_share_their_borders_point_by_point(
            cells in prop::collection::vec(1_u16..4, 12 * 9),
        ) {
            let mosaic = mosaic(12, cells).without_pinches();
            let regions = mosaic.regions();
            let mut pieces = std::collections::BTreeSet::new();
            let rings = regions.iter().flat_map(|r| std::iter::once(&r.outer).chain(&r.holes));
            for ring in rings {
                for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
                    let piece = [*a, *b].map(|at| at.map(f64::to_bits));
                    prop_assert!(pieces.insert(piece), "twice from {a:?} to {b:?}");
                }
            }
            for [a, b] in &pieces {
                let [x, y] = a.map(f64::from_bits);
                let to_edge = x.min(480.0 - x).min(y).min(360.0 - y);
                let is_inside = to_edge > 60.0;
                prop_assert!(!is_inside || pieces.contains(&[*b, *a]), "a gap at {x}, {y}");
            }
        }
    }
}
