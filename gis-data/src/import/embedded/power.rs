//! Power diagrams: cells by half-plane clipping, with vertices that neighbours share to the last bit.

use twin_core::Planar;

use super::plane::{distance2, vector};

/// What a cell grows from: a point belongs to the cell whose `distance² − weight` is least.
#[derive(Clone, Copy, Debug)]
pub(super) struct Generator {
    pub at: Planar,
    pub weight: f64,
}

/// One convex cell.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    /// Its corners, counterclockwise, without repetition.
    pub ring: Vec<Planar>,
    /// For each corner, the generator beyond the edge that starts there; `None` at the frame.
    pub beyond: Vec<Option<usize>>,
}

/// The corner of the frame that every cell is cut out of, far outside any territory.
const FRAME_M: f64 = 200_000.0;

impl Cell {
    /// The cell of the generator `own`, which only `rivals` cut. Empty where they leave nothing.
    pub(super) fn new(generators: &[Generator], own: usize, rivals: &[usize]) -> Self {
        let mut cell = Self::frame();
        for &rival in rivals.iter().filter(|&&rival| rival != own) {
            cell.cut(generators, own, rival);
        }
        cell.pin_corners(generators, own);
        cell
    }

    /// Its area, in square metres.
    pub(super) fn area_m2(&self) -> f64 {
        self.edges().map(|(a, b, _)| cross(a, b)).sum::<f64>() / 2.0
    }

    /// Its centre of gravity; of no meaning where it is empty.
    pub(super) fn centroid(&self) -> Planar {
        let mut sum = [0.0, 0.0];
        for (a, b, _) in self.edges() {
            let weight = cross(a, b);
            sum = [
                sum[0] + (a[0] + b[0]) * weight,
                sum[1] + (a[1] + b[1]) * weight,
            ];
        }
        let six_areas = 6.0 * self.area_m2();
        [sum[0] / six_areas, sum[1] / six_areas]
    }

    /// Its edges: start, end, and the generator beyond.
    pub(super) fn edges(&self) -> impl Iterator<Item = (Planar, Planar, Option<usize>)> {
        let ends = self.ring.iter().cycle().skip(1);
        self.ring
            .iter()
            .zip(ends)
            .zip(&self.beyond)
            .map(|((&a, &b), &beyond)| (a, b, beyond))
    }

    fn frame() -> Self {
        let f = FRAME_M;
        Self {
            ring: vec![[-f, -f], [f, -f], [f, f], [-f, f]],
            beyond: vec![None; 4],
        }
    }

    /// Keeps the part where `own` has less power than `rival`.
    fn cut(&mut self, generators: &[Generator], own: usize, rival: usize) {
        let line = Bisector::new(generators, own, rival);
        let excess: Vec<f64> = self
            .ring
            .iter()
            .map(|&corner| line.excess(corner))
            .collect();
        if excess.iter().all(|&value| value <= 0.0) {
            return;
        }
        let mut kept = Self {
            ring: Vec::new(),
            beyond: Vec::new(),
        };
        for (ix, (a, b, beyond)) in self.edges().enumerate() {
            let (at_a, at_b) = (excess[ix], excess[(ix + 1) % excess.len()]);
            if at_a <= 0.0 {
                kept.push(a, beyond);
            }
            if (at_a <= 0.0) != (at_b <= 0.0) {
                let share = at_a / (at_a - at_b);
                let step = vector(a, b);
                let crossing = [a[0] + share * step[0], a[1] + share * step[1]];
                kept.push(crossing, if at_a <= 0.0 { Some(rival) } else { beyond });
            }
        }
        *self = kept;
    }

    fn push(&mut self, corner: Planar, beyond: Option<usize>) {
        self.ring.push(corner);
        self.beyond.push(beyond);
    }

    /// Computes each corner anew from its three generators in the order of their numbers, so that
    /// all three cells have the very same point.
    fn pin_corners(&mut self, generators: &[Generator], own: usize) {
        let count = self.ring.len();
        for ix in 0..count {
            let before = self.beyond[(ix + count - 1) % count];
            if let (Some(a), Some(b)) = (before, self.beyond[ix]) {
                let mut three = [own, a, b];
                three.sort_unstable();
                self.ring[ix] = radical_center(generators, three).unwrap_or(self.ring[ix]);
            }
        }
    }
}

/// The line of equal power between two generators, as `normal · x = offset`.
struct Bisector {
    normal: Planar,
    offset: f64,
}

impl Bisector {
    fn new(generators: &[Generator], own: usize, rival: usize) -> Self {
        let (a, b) = (generators[own], generators[rival]);
        let square = |g: Generator| distance2(g.at, [0.0, 0.0]) - g.weight;
        let [nx, ny] = vector(a.at, b.at);
        Self {
            normal: [2.0 * nx, 2.0 * ny],
            offset: square(b) - square(a),
        }
    }

    /// Positive on the rival's side.
    fn excess(&self, at: Planar) -> f64 {
        self.normal[0] * at[0] + self.normal[1] * at[1] - self.offset
    }
}

/// The point of equal power to three generators; `None` where they lie in a line.
fn radical_center(generators: &[Generator], [a, b, c]: [usize; 3]) -> Option<Planar> {
    let one = Bisector::new(generators, a, b);
    let two = Bisector::new(generators, a, c);
    let det = cross(one.normal, two.normal);
    (det != 0.0).then(|| {
        [
            (one.offset * two.normal[1] - two.offset * one.normal[1]) / det,
            (one.normal[0] * two.offset - two.normal[0] * one.offset) / det,
        ]
    })
}

fn cross(a: Planar, b: Planar) -> f64 {
    a[0] * b[1] - a[1] * b[0]
}

#[cfg(test)]
mod tests {
    use approx::assert_relative_eq;

    use super::*;

    /// A cross of five generators; the one in the middle is number 0.
    fn plus(weight: f64) -> Vec<Generator> {
        let at = [
            [0.0, 0.0],
            [10.0, 0.0],
            [0.0, 10.0],
            [-10.0, 0.0],
            [0.0, -10.0],
        ];
        let weights = [weight, 0.0, 0.0, 0.0, 0.0];
        at.into_iter()
            .zip(weights)
            .map(|(at, weight)| Generator { at, weight })
            .collect()
    }

    #[rstest::rstest]
    #[case::equal_weights(0.0, 100.0)]
    #[case::heavier(20.0, 144.0)]
    #[case::lighter(-20.0, 64.0)]
    #[case::so_light_that_nothing_is_left(-101.0, 0.0)]
    fn a_cell_grows_with_its_weight(#[case] weight: f64, #[case] area: f64) {
        let cell = Cell::new(&plus(weight), 0, &[0, 1, 2, 3, 4]);
        assert_relative_eq!(cell.area_m2(), area);
    }

    #[test]
    fn neighbours_share_their_corners_to_the_last_bit() {
        let generators: Vec<Generator> = (0..40_u32)
            .map(|n| Generator {
                at: [f64::from(n * 37 % 101), f64::from(n * 53 % 97)],
                weight: f64::from(n * 29 % 41),
            })
            .collect();
        let all: Vec<usize> = (0..generators.len()).collect();
        let cells: Vec<Cell> = all
            .iter()
            .map(|&own| Cell::new(&generators, own, &all))
            .collect();
        let mut shared = 0;
        for (own, cell) in cells.iter().enumerate() {
            for (a, b, beyond) in cell.edges() {
                let near = |p: Planar| p[0].abs() < 1000.0 && p[1].abs() < 1000.0;
                let Some(rival) = beyond.filter(|_| near(a) && near(b)) else {
                    continue;
                };
                assert!(cells[rival].edges().any(|edge| edge == (b, a, Some(own))));
                shared += 1;
            }
        }
        assert!(shared > 100, "{shared}");
    }
}
