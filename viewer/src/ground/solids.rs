//! Buildings and trees as solid things that stand on the land.

use bevy::math::{Vec2, Vec3};
use bevy::mesh::Mesh;
use earcut::Earcut;

use super::footing::Footing;
use super::tile::Path;
use crate::look::{Solid, tone_pair};
use crate::palette::Tone;
use crate::space::raised;

/// How far below the land walls begin, in metres of the scene.
const SUNK_M: f32 = 3.0;
/// Most vertices of a mesh; what comes then is left out.
const MOST_VERTICES: usize = 1 << 20;
/// Sides of a tree.
const SIDES: u8 = 5;

/// A mesh of solid things while it is built, relative to an origin in the plane.
pub(super) struct Solids {
    origin: Vec2,
    solid: Solid,
    earcut: Earcut<f32>,
}

/// A thing with upright walls and a level roof.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block<'a> {
    /// Its outline, then its holes, turning as those of a [`Part`](super::tile::Part).
    pub(super) rings: &'a [Path],
    /// How high it is drawn above the lowest of its corners, in metres of the scene.
    pub(super) height: f32,
    /// How brightly its windows are lit at night, 0–1.
    pub(super) lit: f32,
}

impl Solids {
    pub(super) fn new(origin: Vec2) -> Self {
        Self {
            origin,
            solid: Solid::default(),
            earcut: Earcut::new(),
        }
    }

    /// Puts a block up.
    pub(super) fn build(&mut self, footing: &Footing, block: &Block<'_>) {
        let corners: usize = block.rings.iter().map(Vec::len).sum();
        if corners < 3 || self.solid.len() + 5 * corners > MOST_VERTICES {
            return;
        }
        let points = block.rings.iter().flatten();
        let lowest = points
            .map(|at| footing.heights.at(*at))
            .fold(f32::INFINITY, f32::min);
        let (floor, top) = (lowest - SUNK_M, lowest + block.height);
        for ring in block.rings {
            self.add_walls(ring, [floor, top], block.lit);
        }
        self.add_roof(block.rings, top);
    }

    /// Plants a tree, a cone of a radius and a height.
    pub(super) fn plant(&mut self, footing: &Footing, at: Vec2, [radius, height]: [f32; 2]) {
        if self.solid.len() + 3 * usize::from(SIDES) > MOST_VERTICES {
            return;
        }
        let foot = footing.heights.at(at) - SUNK_M;
        let tone = [tone_pair(Tone::Wood, Tone::Wood), 0.0];
        let rim = |n: u8| {
            at + Vec2::from_angle(f32::from(n) / f32::from(SIDES) * std::f32::consts::TAU) * radius
        };
        for side in 0..SIDES {
            let corners = [
                raised(rim(side + 1) - self.origin, foot),
                raised(rim(side) - self.origin, foot),
                raised(at - self.origin, foot + SUNK_M + height),
            ];
            let normal = (corners[1] - corners[0]).cross(corners[2] - corners[0]);
            self.add_face(&corners, normal.normalize_or(Vec3::Y), tone);
        }
    }

    /// The mesh; `None` where nothing was put up.
    pub(super) fn into_mesh(self) -> Option<Mesh> {
        (!self.solid.is_empty()).then(|| self.solid.mesh())
    }

    /// Walls along a ring that has the solid to its right.
    fn add_walls(&mut self, ring: &[Vec2], [floor, top]: [f32; 2], lit: f32) {
        let tone = [tone_pair(Tone::Block, Tone::Window), lit];
        let next = ring.iter().cycle().skip(1);
        for (from, to) in ring.iter().zip(next) {
            let Some(along) = (to - from).try_normalize() else {
                continue;
            };
            let (from, to) = (from - self.origin, to - self.origin);
            let corners = [
                raised(to, floor),
                raised(from, floor),
                raised(from, top),
                raised(to, top),
            ];
            self.add_face(&corners, Vec3::new(along.y, 0.0, -along.x), tone);
        }
    }

    fn add_roof(&mut self, rings: &[Path], top: f32) {
        let Ok(first) = u32::try_from(self.solid.len()) else {
            return;
        };
        let points: Vec<Vec2> = rings.iter().flatten().map(|at| at - self.origin).collect();
        let mut ends = rings.iter().scan(0_u32, |end, ring| {
            *end += u32::try_from(ring.len()).ok()?;
            Some(*end)
        });
        let holes: Vec<u32> = ends.by_ref().take(rings.len().saturating_sub(1)).collect();
        let mut triangles: Vec<u32> = Vec::new();
        self.earcut
            .earcut(points.iter().map(Vec2::to_array), &holes, &mut triangles);
        let corner = |n: u32| usize::try_from(n).ok().and_then(|n| points.get(n)).copied();
        for triangle in triangles.as_chunks::<3>().0 {
            let [Some(a), Some(b), Some(c)] = triangle.map(corner) else {
                continue;
            };
            // With rows growing downwards what is seen from above turns negatively.
            let is_turned = (b - a).perp_dot(c - a) > 0.0;
            let [a, b, c] = triangle.map(|n| first + n);
            self.solid
                .triangle(if is_turned { [a, c, b] } else { [a, b, c] });
        }
        let tone = [tone_pair(Tone::Block, Tone::Block), 0.0];
        for at in points {
            self.add_vertex(raised(at, top), Vec3::Y, tone);
        }
    }

    /// A flat face, seen from where its corners run counterclockwise.
    fn add_face(&mut self, corners: &[Vec3], normal: Vec3, tone: [f32; 2]) {
        let Ok(first) = u32::try_from(self.solid.len()) else {
            return;
        };
        for corner in corners {
            self.add_vertex(*corner, normal, tone);
        }
        for (n, _) in (first + 1..).zip(corners.iter().skip(2)) {
            self.solid.triangle([first, n, n + 1]);
        }
    }

    fn add_vertex(&mut self, at: Vec3, normal: Vec3, tone: [f32; 2]) {
        self.solid.vertex(at, normal, tone.into());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::footing::tests::level;
    use super::super::tile::turn;
    use super::*;

    fn ring(points: &[(f32, f32)]) -> Path {
        points.iter().map(|point| Vec2::from(*point)).collect()
    }

    fn square(low: f32, high: f32) -> Path {
        ring(&[(low, low), (high, low), (high, high), (low, high)])
    }

    fn built(rings: &[Path]) -> Solids {
        let mut solids = Solids::new(Vec2::new(5.0, 7.0));
        solids.build(
            &level(),
            &Block {
                rings,
                height: 20.0,
                lit: 0.8,
            },
        );
        solids
    }

    /// Each triangle with the normals of its corners.
    fn triangles(solids: &Solids) -> Vec<([Vec3; 3], Vec3)> {
        let triangles = solids.solid.triangles().map(|corners| {
            let place = |n: u32| usize::try_from(n).unwrap();
            let normal = solids.solid.normals()[place(corners[0])];
            (corners.map(|n| solids.solid.positions()[place(n)]), normal)
        });
        triangles.collect()
    }

    fn cross([a, b, c]: [Vec3; 3]) -> Vec3 {
        (b - a).cross(c - a)
    }

    fn roof(solids: &Solids) -> f32 {
        let level = triangles(solids)
            .into_iter()
            .filter(|(_, normal)| *normal == Vec3::Y);
        level
            .map(|(corners, _)| cross(corners).length() / 2.0)
            .sum()
    }

    #[test]
    fn a_roof_is_as_large_as_its_footprint() {
        let corner = ring(&[
            (0.0, 0.0),
            (30.0, 0.0),
            (30.0, 10.0),
            (10.0, 10.0),
            (10.0, 30.0),
            (0.0, 30.0),
        ]);
        approx::assert_relative_eq!(roof(&built(&[corner])), 500.0, epsilon = 1e-2);
        let mut court = square(10.0, 20.0);
        court.reverse();
        approx::assert_relative_eq!(
            roof(&built(&[square(0.0, 30.0), court])),
            800.0,
            epsilon = 1e-2
        );
    }

    #[test]
    fn all_faces_are_seen_from_outside() {
        let mut court = square(10.0, 20.0);
        court.reverse();
        let house = built(&[square(0.0, 30.0), court]);
        let centre = raised(Vec2::new(15.0, 15.0) - house.origin, 0.0);
        for (corners, normal) in triangles(&house) {
            assert!(cross(corners).dot(normal) > 0.0, "{corners:?} {normal}");
            let middle = (corners[0] + corners[1] + corners[2]) / 3.0 - centre;
            let distance = middle.x.abs().max(middle.z.abs());
            let outwards = middle.dot(Vec3::new(normal.x, 0.0, normal.z));
            assert!(
                normal == Vec3::Y || (outwards > 0.0) == (distance > 10.0),
                "{middle} {normal}"
            );
        }
    }

    #[test]
    fn walls_begin_below_the_land_and_end_at_the_roof() {
        let house = built(&[square(0.0, 10.0)]);
        let land = level().heights.at(Vec2::ZERO);
        let heights = house.solid.positions().iter().map(|it| it.y);
        assert_eq!(heights.clone().fold(f32::INFINITY, f32::min), land - SUNK_M);
        assert_eq!(heights.fold(0.0, f32::max), land + 20.0);
        let windows = Vec2::new(tone_pair(Tone::Block, Tone::Window), 0.8);
        assert_eq!(house.solid.tones()[0], windows);
    }

    #[test]
    fn a_tree_is_seen_from_outside() {
        let mut solids = Solids::new(Vec2::ZERO);
        solids.plant(&level(), Vec2::ZERO, [40.0, 45.0]);
        let faces = triangles(&solids);
        assert_eq!(faces.len(), 5);
        for (corners, normal) in faces {
            assert!(cross(corners).dot(normal) > 0.0);
            assert!(normal.y > 0.0 && normal.dot(corners[0].with_y(0.0)) > 0.0);
        }
    }

    proptest! {
        #[test]
        fn any_outline_is_built(
            points in prop::collection::vec((-50.0_f32..50.0, -50.0_f32..50.0), 0..30),
        ) {
            let outline = ring(&points);
            let is_small = turn(&outline).abs() < 1.0;
            let house = built(&[outline]);
            prop_assert!(is_small || !house.solid.is_empty());
            let last = house.solid.len();
            let mut corners = house.solid.triangles().flatten();
            prop_assert!(corners.all(|n| usize::try_from(*n).unwrap() < last));
        }
    }
}
