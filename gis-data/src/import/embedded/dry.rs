//! A coarse map of where one may build: on dry land of one commune, away from rivers and motorways.

use twin_core::Planar;

use super::footprint::Footprint;
use super::ground::Ground;
use super::plane::vector;

/// The map: nodes of a lattice, each with the commune that it lies in.
#[derive(Clone, Debug)]
pub(super) struct DryLand {
    origin: Planar,
    columns: usize,
    rows: usize,
    /// The number of the commune of each node plus one; 0 for none, or where something flows or
    /// runs.
    towns: Vec<u16>,
}

/// How far the nodes lie apart, in metres.
const STEP_M: f64 = 20.0;

impl DryLand {
    /// The land of all communes.
    pub(super) fn new(ground: &Ground) -> Self {
        let (low, high) = ground.bounds();
        let [width, height] = vector(low, high);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a territory is small"
        )]
        let count = |m: f64| (m / STEP_M).ceil().max(0.0) as usize + 3;
        let mut map = Self {
            origin: [low[0] - STEP_M, low[1] - STEP_M],
            columns: count(width),
            rows: count(height),
            towns: Vec::new(),
        };
        map.towns = vec![0; map.columns * map.rows];
        for (number, town) in (1_u16..).zip(&ground.towns) {
            map.fill(town.ring(), number);
        }
        map
    }

    /// Takes away what lies within `away_m` of a line.
    pub(super) fn take_away(&mut self, line: &[Planar], away_m: f64) {
        for ends in line.windows(2) {
            let [dx, dy] = vector(ends[0], ends[1]);
            let length = (dx * dx + dy * dy).sqrt().max(1e-9);
            let strip = Footprint {
                middle: [
                    f64::midpoint(ends[0][0], ends[1][0]),
                    f64::midpoint(ends[0][1], ends[1][1]),
                ],
                along: [dx / length, dy / length],
                half: [length / 2.0 + away_m, away_m],
            };
            for (ix, at) in self.nodes_in(strip.bounds()) {
                if strip.holds(at) {
                    self.towns[ix] = 0;
                }
            }
        }
    }

    /// Whether a footprint lies on free land of a commune, with a node's distance to spare.
    pub(super) fn holds(&self, town: usize, footprint: &Footprint) -> bool {
        let [[west, south], [east, north]] = footprint.bounds();
        let around = [
            [west - STEP_M, south - STEP_M],
            [east + STEP_M, north + STEP_M],
        ];
        let mut nodes = self.nodes_in(around);
        nodes.all(|(ix, _)| usize::from(self.towns[ix]) == town + 1)
    }

    /// The commune on whose free land `at` lies, by the nearest node.
    pub(super) fn town_at(&self, at: Planar) -> Option<usize> {
        let [x, y] = [0, 1].map(|axis| (at[axis] - self.origin[axis]) / STEP_M);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "what lies outside is left out before"
        )]
        let [column, row] = [x, y].map(|steps| steps.round().max(0.0) as usize);
        let is_inside = x >= 0.0 && y >= 0.0 && column < self.columns && row < self.rows;
        let town = if is_inside {
            self.towns[row * self.columns + column]
        } else {
            0
        };
        usize::from(town).checked_sub(1)
    }

    /// Every node in a box.
    fn nodes_in(&self, [low, high]: [Planar; 2]) -> impl Iterator<Item = (usize, Planar)> + use<> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to the lattice"
        )]
        let range = |axis: usize, count: usize| {
            let step = |m: f64| (m - self.origin[axis]) / STEP_M;
            let first = step(low[axis]).ceil().max(0.0) as usize;
            let end = (step(high[axis]).floor() + 1.0).max(0.0) as usize;
            first..end.min(count)
        };
        let (columns, rows) = (range(0, self.columns), range(1, self.rows));
        let (origin, width) = (self.origin, self.columns);
        rows.flat_map(move |row| {
            columns.clone().map(move |column| {
                #[expect(clippy::cast_precision_loss, reason = "a lattice is small")]
                let [right, up] = [column as f64, row as f64];
                let at = [origin[0] + right * STEP_M, origin[1] + up * STEP_M];
                (row * width + column, at)
            })
        })
    }

    /// Gives all nodes inside a ring to a commune, row by row.
    fn fill(&mut self, ring: &[Planar], number: u16) {
        for row in 0..self.rows {
            #[expect(clippy::cast_precision_loss, reason = "a lattice is small")]
            let y = self.origin[1] + row as f64 * STEP_M;
            let next = ring.iter().cycle().skip(1);
            let crossed = ring
                .iter()
                .zip(next)
                .filter(|(a, b)| (a[1] > y) != (b[1] > y));
            let mut crossings: Vec<f64> = crossed
                .map(|(a, b)| a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]))
                .collect();
            crossings.sort_by(f64::total_cmp);
            for span in crossings.chunks_exact(2) {
                for (ix, _) in self.nodes_in([[span[0], y - 1.0], [span[1], y + 1.0]]) {
                    self.towns[ix] = number;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::embedded::facts::Facts;

    #[test]
    fn land_belongs_to_its_commune_until_it_is_taken_away() {
        let facts = Facts::embedded().unwrap();
        let ground = Ground::new(&facts).unwrap();
        let mut land = DryLand::new(&ground);
        let middle = ground.towns[30].center;
        let house = Footprint {
            middle,
            along: [1.0, 0.0],
            half: [6.0, 5.0],
        };
        assert!(land.holds(30, &house) && !land.holds(31, &house));
        assert_eq!(land.town_at(middle), Some(30));
        assert_eq!(land.town_at([1e9, -1e9]), None);
        land.take_away(
            &[
                [middle[0] - 300.0, middle[1]],
                [middle[0] + 300.0, middle[1]],
            ],
            30.0,
        );
        assert!(!land.holds(30, &house));
        assert_eq!(land.town_at(middle), None);
        assert_eq!(land.town_at([middle[0], middle[1] + 60.0]), Some(30));
    }
}
