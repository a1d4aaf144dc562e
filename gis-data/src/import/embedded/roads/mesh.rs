//! Ways through the land: the cheapest course over a mesh of points, past water, along what is
//! there already, and not too steep.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use twin_core::Planar;

use crate::import::embedded::draws::{Draws, Topic};
use crate::import::embedded::lines::{crossing, foot, length};
use crate::import::embedded::plane::vector;
use crate::import::embedded::relief::Relief;

/// How far apart the points of the mesh are, and how far each is off its grid.
const SPACING_M: f64 = 90.0;
const JITTER: f64 = 0.24;
/// A road that is there costs this much of a new one.
const USED_COST: f64 = 0.45;
/// Beside a road that is there, a new one costs so much more.
const BESIDE_COST: f64 = 1.9;
/// On a bank, a road costs so much more.
const BANK_COST: f64 = 3.0;
/// A road as steep as this costs twice as much, for the square of its slope.
const STEEP: f64 = 0.05;
/// How far beyond its ends a road may go, at least and as a share of their distance.
const DETOUR_M: f64 = 2500.0;
const DETOUR_SHARE: f64 = 0.4;

/// What roads cross on bridges only.
#[derive(Clone, Debug)]
pub(super) struct Barrier {
    pub course: Vec<Planar>,
    /// From its middle to where a bridge may end.
    pub bank_m: f64,
    /// What a bridge costs, in metres of road.
    pub bridge_m: f64,
    /// The width of the water; 0 where it is none.
    pub water_m: f64,
}

/// Eight directions, counterclockwise from the east.
const STEPS: [(i32, i32); 8] = [
    (1, 0),
    (1, 1),
    (0, 1),
    (-1, 1),
    (-1, 0),
    (-1, -1),
    (0, -1),
    (1, -1),
];

/// The mesh, with the roads laid on it so far.
#[derive(Debug)]
pub(super) struct Mesh {
    columns: i32,
    rows: i32,
    south_west: Planar,
    pub at: Vec<Planar>,
    heights_m: Vec<f64>,
    /// For each point, the number of the barrier whose bank it lies on, from 1; 0 for none.
    pub banks: Vec<u8>,
    /// For each point and direction, the cost of the bridge on the way.
    bridges_m: Vec<[u16; 8]>,
    /// For each point, the directions that a road takes.
    used: Vec<u8>,
    /// Whether a road is near.
    is_beside: Vec<bool>,
    costs: Vec<f64>,
    came_from: Vec<u8>,
    touched: Vec<usize>,
}

impl Mesh {
    pub(super) fn new(relief: &Relief, barriers: &[Barrier], seed: u64) -> Self {
        let frame = relief.frame();
        let [width_m, height_m] = vector(frame.south_west, frame.north_east);
        let (columns, rows) = (whole(width_m / SPACING_M), whole(height_m / SPACING_M));
        let mut draws = Draws::new(seed, Topic::Mesh, 0);
        let count = usize::try_from(columns * rows).unwrap_or(0);
        let mut mesh = Self {
            columns,
            rows,
            south_west: frame.south_west,
            at: Vec::with_capacity(count),
            heights_m: Vec::new(),
            banks: vec![0; count],
            bridges_m: vec![[0; 8]; count],
            used: vec![0; count],
            is_beside: vec![false; count],
            costs: vec![f64::INFINITY; count],
            came_from: vec![0; count],
            touched: Vec::new(),
        };
        for row in 0..rows {
            for column in 0..columns {
                let mut off = || 0.5 + JITTER * draws.signed();
                let (x, y) = (f64::from(column) + off(), f64::from(row) + off());
                mesh.at.push([
                    frame.south_west[0] + x * SPACING_M,
                    frame.south_west[1] + y * SPACING_M,
                ]);
            }
        }
        mesh.heights_m = mesh.at.iter().map(|&at| relief.height_m(at)).collect();
        for (ix, barrier) in barriers.iter().enumerate() {
            mesh.bar(barrier, u8::try_from(ix + 1).unwrap_or(u8::MAX));
        }
        mesh
    }

    /// The point nearest to a place that lies on no bank.
    pub(super) fn nearest(&self, at: Planar) -> Option<usize> {
        let (column, row) = self.place(at);
        let near = (-3..=3).flat_map(|dy| (-3..=3).map(move |dx| (column + dx, row + dy)));
        let near = near.filter_map(|(column, row)| self.number(column, row));
        let free = near.filter(|&ix| self.banks[ix] == 0);
        let apart = |ix: usize| length(vector(self.at[ix], at));
        free.min_by(|&a, &b| apart(a).total_cmp(&apart(b)))
    }

    /// The cheapest course between two points.
    pub(super) fn course(&mut self, from: usize, to: usize) -> Option<Vec<usize>> {
        let apart_m = length(vector(self.at[from], self.at[to]));
        let margin = whole(DETOUR_M.max(DETOUR_SHARE * apart_m) / SPACING_M);
        let (a, b) = (self.coordinates(from), self.coordinates(to));
        let columns = a.0.min(b.0) - margin..=a.0.max(b.0) + margin;
        let rows = a.1.min(b.1) - margin..=a.1.max(b.1) + margin;
        for ix in std::mem::take(&mut self.touched) {
            self.costs[ix] = f64::INFINITY;
        }
        let mut open = BinaryHeap::new();
        self.reach(&mut open, (from, 0.0, 0), to);
        while let Some(Reverse((_, ix))) = open.pop() {
            let ix = ix as usize;
            if ix == to {
                return Some(self.walked_back(from, to));
            }
            let (column, row) = self.coordinates(ix);
            for (direction, &(dx, dy)) in STEPS.iter().enumerate() {
                if !columns.contains(&(column + dx)) || !rows.contains(&(row + dy)) {
                    continue;
                }
                let Some(next) = self.number(column + dx, row + dy) else {
                    continue;
                };
                let is_end = next == to || ix == from;
                if let Some(cost) = self.cost(ix, next, direction, is_end) {
                    self.reach(&mut open, (next, self.costs[ix] + cost, direction), to);
                }
            }
        }
        None
    }

    /// Lays a road over a course.
    pub(super) fn lay(&mut self, course: &[usize]) {
        for pair in course.windows(2) {
            let direction = self.direction(pair[0], pair[1]);
            self.used[pair[0]] |= 1 << direction;
            self.used[pair[1]] |= 1 << ((direction + 4) % 8);
        }
        for &ix in course {
            let (column, row) = self.coordinates(ix);
            for (dx, dy) in (-2..=2).flat_map(|dy| (-2..=2).map(move |dx| (dx, dy))) {
                if let Some(near) = self.number(column + dx, row + dy) {
                    self.is_beside[near] = true;
                }
            }
        }
    }

    /// The points that roads lead to from a point.
    pub(super) fn neighbours(&self, ix: usize) -> impl Iterator<Item = usize> {
        let (column, row) = self.coordinates(ix);
        let used = STEPS
            .iter()
            .enumerate()
            .filter(move |(direction, _)| self.used[ix] >> direction & 1 == 1);
        used.filter_map(move |(_, &(dx, dy))| self.number(column + dx, row + dy))
    }

    /// Whether a bridge lies between two neighbours.
    pub(super) fn is_bridge(&self, from: usize, to: usize) -> bool {
        self.bridges_m[from][self.direction(from, to)] > 0
    }

    /// Every point with a road.
    pub(super) fn roads(&self) -> impl Iterator<Item = usize> {
        (0..self.used.len()).filter(|&ix| self.used[ix] != 0)
    }

    fn bar(&mut self, barrier: &Barrier, number: u8) {
        for pair in barrier.course.windows(2) {
            let (column, row) = self.place(pair[0]);
            for (dx, dy) in (-3..=3).flat_map(|dy| (-3..=3).map(move |dx| (dx, dy))) {
                let Some(ix) = self.number(column + dx, row + dy) else {
                    continue;
                };
                if foot([pair[0], pair[1]], self.at[ix]).1 < barrier.bank_m * barrier.bank_m {
                    self.banks[ix] = number;
                }
                for (direction, step) in STEPS.iter().enumerate() {
                    let Some(next) = self.number(column + dx + step.0, row + dy + step.1) else {
                        continue;
                    };
                    if crossing([self.at[ix], self.at[next]], [pair[0], pair[1]]).is_some() {
                        let cost = &mut self.bridges_m[ix][direction];
                        *cost = (*cost).max(metres(barrier.bridge_m));
                    }
                }
            }
        }
    }

    /// What a step costs; `None` where it is not possible.
    fn cost(&self, from: usize, to: usize, direction: usize, is_end: bool) -> Option<f64> {
        let length_m = length(vector(self.at[from], self.at[to]));
        let slope = (self.heights_m[to] - self.heights_m[from]) / (length_m * STEEP);
        let plain_m = length_m * (1.0 + slope * slope);
        if self.used[from] >> direction & 1 == 1 {
            return Some(plain_m * USED_COST);
        }
        let (dx, dy) = STEPS[direction];
        let (column, row) = self.coordinates(from);
        if dx != 0 && dy != 0 {
            // the other diagonal of the same four points
            let beside = self.number(column + dx, row)?;
            let (other_dx, other_dy) = (-dx, dy);
            let other = STEPS
                .iter()
                .position(|&step| step == (other_dx, other_dy))?;
            if self.used[beside] >> other & 1 == 1 {
                return None;
            }
        }
        let joins_on_bank = |ix: usize| self.banks[ix] != 0 && self.used[ix] != 0;
        if joins_on_bank(from) || joins_on_bank(to) {
            return None;
        }
        let bank = if self.banks[to] != 0 || self.banks[from] != 0 {
            BANK_COST
        } else {
            1.0
        };
        let is_beside = self.is_beside[to] && self.used[to] == 0 && !is_end;
        let beside = if is_beside { BESIDE_COST } else { 1.0 };
        Some(plain_m * bank * beside + f64::from(self.bridges_m[from][direction]))
    }

    fn reach(
        &mut self,
        open: &mut BinaryHeap<Reverse<(u64, u32)>>,
        (ix, cost, direction): (usize, f64, usize),
        to: usize,
    ) {
        // A cost that is no number would be taken for a better one for ever.
        if cost.is_nan() || cost >= self.costs[ix] {
            return;
        }
        if self.costs[ix] == f64::INFINITY {
            self.touched.push(ix);
        }
        self.costs[ix] = cost;
        self.came_from[ix] = u8::try_from(direction).unwrap_or(0);
        let left_m = length(vector(self.at[ix], self.at[to])) * USED_COST;
        // positive floats are in the order of their bits
        open.push(Reverse((
            (cost + left_m).to_bits(),
            u32::try_from(ix).unwrap_or(u32::MAX),
        )));
    }

    fn walked_back(&self, from: usize, to: usize) -> Vec<usize> {
        let mut course = vec![to];
        let mut ix = to;
        while ix != from {
            let (dx, dy) = STEPS[usize::from(self.came_from[ix])];
            let (column, row) = self.coordinates(ix);
            let Some(before) = self.number(column - dx, row - dy) else {
                break;
            };
            ix = before;
            course.push(ix);
        }
        course.reverse();
        course
    }

    fn direction(&self, from: usize, to: usize) -> usize {
        let (a, b) = (self.coordinates(from), self.coordinates(to));
        let step = (b.0 - a.0, b.1 - a.1);
        STEPS.iter().position(|&other| other == step).unwrap_or(0)
    }

    fn coordinates(&self, ix: usize) -> (i32, i32) {
        let ix = i32::try_from(ix).unwrap_or(i32::MAX);
        (ix % self.columns, ix / self.columns)
    }

    fn number(&self, column: i32, row: i32) -> Option<usize> {
        let is_inside = (0..self.columns).contains(&column) && (0..self.rows).contains(&row);
        is_inside.then(|| usize::try_from(row * self.columns + column).ok())?
    }

    fn place(&self, at: Planar) -> (i32, i32) {
        let [x, y] = vector(self.south_west, at);
        (
            whole((x / SPACING_M).floor()),
            whole((y / SPACING_M).floor()),
        )
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a territory has few thousand rows"
)]
fn whole(steps: f64) -> i32 {
    steps as i32
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a few kilometres at most"
)]
fn metres(cost_m: f64) -> u16 {
    cost_m.clamp(0.0, 60_000.0) as u16
}
