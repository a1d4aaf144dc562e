//! Footprints of buildings: rectangles that do not touch each other, nor streets, nor water.

use std::collections::BTreeMap;

use twin_core::Planar;

use super::plane::{shifted, vector};

/// A rectangle on the ground, turned in any direction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Footprint {
    pub middle: Planar,
    /// The direction of its front, a unit vector.
    pub along: Planar,
    /// Half its width along the front, and half its depth, in metres.
    pub half: [f64; 2],
}

impl Footprint {
    /// Its corners, counterclockwise.
    pub(super) fn corners(&self) -> [Planar; 4] {
        let [w, d] = self.half;
        [[-w, -d], [w, -d], [w, d], [-w, d]].map(|local| self.at(local))
    }

    /// The point `local[0]` metres along its front and `local[1]` to the left of it.
    pub(super) fn at(&self, [along, left]: Planar) -> Planar {
        let [ax, ay] = self.along;
        shifted(shifted(self.middle, [ax, ay], along), [-ay, ax], left)
    }

    /// Where `at` lies as seen from its middle: along its front, and to the left.
    fn local(&self, at: Planar) -> Planar {
        let ([ax, ay], [dx, dy]) = (self.along, vector(self.middle, at));
        [dx * ax + dy * ay, dy * ax - dx * ay]
    }

    /// Whether it holds a point.
    pub(super) fn holds(&self, at: Planar) -> bool {
        let local = self.local(at);
        (0..2).all(|axis| local[axis].abs() <= self.half[axis])
    }

    /// Whether the two come nearer than `gap_m` along the axes of either (separating axes).
    pub(super) fn is_near(&self, other: &Self, gap_m: f64) -> bool {
        self.is_across(&other.corners(), gap_m) && other.is_across(&self.corners(), gap_m)
    }

    /// Whether a line comes nearer than `gap_m`, along the axes or across the line.
    pub(super) fn is_crossed(&self, line: [Planar; 2], gap_m: f64) -> bool {
        if !self.is_across(&line, gap_m) {
            return false;
        }
        let [dx, dy] = vector(line[0], line[1]);
        let length = (dx * dx + dy * dy).sqrt().max(1e-9);
        let sides = self.corners().map(|corner| {
            let [px, py] = vector(line[0], corner);
            (dx * py - dy * px) / length
        });
        let (low, high) = range(sides);
        low < gap_m && high > -gap_m
    }

    /// Whether points overlap it along both of its axes.
    fn is_across(&self, points: &[Planar], gap_m: f64) -> bool {
        (0..2).all(|axis| {
            let (low, high) = range(points.iter().map(|&at| self.local(at)[axis]));
            low < self.half[axis] + gap_m && high > -self.half[axis] - gap_m
        })
    }

    /// The box around it, from its south-western to its north-eastern corner.
    pub(super) fn bounds(&self) -> [Planar; 2] {
        let corners = self.corners();
        let [x, y] = [0, 1].map(|axis| range(corners.map(|corner| corner[axis])));
        [[x.0, y.0], [x.1, y.1]]
    }
}

fn range(values: impl IntoIterator<Item = f64>) -> (f64, f64) {
    values
        .into_iter()
        .fold((f64::MAX, f64::MIN), |(low, high), value| {
            (low.min(value), high.max(value))
        })
}

/// What stands where already.
#[derive(Debug, Default)]
pub(super) struct Occupied {
    cells: BTreeMap<[i32; 2], Vec<Footprint>>,
}

const CELL_M: f64 = 64.0;

impl Occupied {
    /// Whether nothing stands nearer than `gap_m`.
    pub(super) fn is_free(&self, footprint: &Footprint, gap_m: f64) -> bool {
        let own = cells(footprint, gap_m).filter_map(|cell| self.cells.get(&cell));
        !own.flatten().any(|other| footprint.is_near(other, gap_m))
    }

    pub(super) fn insert(&mut self, footprint: Footprint) {
        for cell in cells(&footprint, 0.0) {
            self.cells.entry(cell).or_default().push(footprint);
        }
    }
}

/// The cells that a footprint, with a margin, may touch.
fn cells(footprint: &Footprint, gap_m: f64) -> impl Iterator<Item = [i32; 2]> + use<> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a territory is small against the range"
    )]
    let cell = |m: f64| (m / CELL_M).floor() as i32;
    let [[west, south], [east, north]] = footprint.bounds();
    let columns = cell(west - gap_m)..=cell(east + gap_m);
    let rows = cell(south - gap_m)..=cell(north + gap_m);
    columns.flat_map(move |column| rows.clone().map(move |row| [column, row]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUSE: Footprint = Footprint {
        middle: [0.0, 0.0],
        along: [1.0, 0.0],
        half: [6.0, 4.0],
    };

    /// Turned by 45 degrees.
    fn turned(middle: Planar) -> Footprint {
        let along = [std::f64::consts::FRAC_1_SQRT_2; 2];
        Footprint {
            middle,
            along,
            ..HOUSE
        }
    }

    #[rstest::rstest]
    #[case::overlapping([5.0, 2.0], true)]
    #[case::beside([12.5, 0.0], false)]
    #[case::corner_to_side([12.0, 5.0], true)]
    #[case::only_the_boxes_overlap([11.0, -9.0], false)]
    fn turned_rectangles_are_told_apart(#[case] middle: Planar, #[case] expected: bool) {
        let other = if middle[1] == 0.0 || middle[1] == 2.0 {
            Footprint { middle, ..HOUSE }
        } else {
            turned(middle)
        };
        assert_eq!(HOUSE.is_near(&other, 0.0), expected);
        assert_eq!(other.is_near(&HOUSE, 0.0), expected);
    }

    #[rstest::rstest]
    #[case::through([[-20.0, -1.0], [20.0, 1.0]], 0.0, true)]
    #[case::inside([[-1.0, 0.0], [1.0, 0.0]], 0.0, true)]
    #[case::along_the_front([[-20.0, -9.0], [20.0, -9.0]], 4.0, false)]
    #[case::too_near([[-20.0, -9.0], [20.0, -9.0]], 6.0, true)]
    #[case::past_the_corner([[0.0, 12.0], [14.0, 0.0]], 0.0, false)]
    fn a_street_keeps_its_distance(
        #[case] line: [Planar; 2],
        #[case] gap_m: f64,
        #[case] expected: bool,
    ) {
        assert_eq!(HOUSE.is_crossed(line, gap_m), expected);
    }

    #[test]
    fn what_is_occupied_is_not_free() {
        let mut occupied = Occupied::default();
        occupied.insert(Footprint {
            half: [150.0, 60.0],
            ..HOUSE
        });
        let house = |middle| Footprint { middle, ..HOUSE };
        assert!(!occupied.is_free(&house([140.0, 50.0]), 0.0));
        assert!(occupied.is_free(&house([160.0, 50.0]), 3.0));
        assert!(!occupied.is_free(&house([160.0, 50.0]), 5.0));
    }
}
