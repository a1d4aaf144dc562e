//! Lines as ribbons that lie on the land.

use bevy::asset::RenderAssetUsages;
use bevy::math::Vec2;
use bevy::mesh::{Indices, Mesh, PrimitiveTopology};

use crate::land::Heights;
use crate::palette::Tone;

/// How far above the land ribbons lie, in metres of the scene.
const LIFT_M: f32 = 2.0;
/// How much farther than on a straight line a bend's edge stands off, at most.
const LONGEST_MITRE: f32 = 2.0;
/// Most vertices of a mesh; what comes then is left out.
const MOST_VERTICES: usize = 1 << 20;

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// Half its width, in metres.
    pub half_m: f32,
    /// Half of the width that it has at least, in pixels.
    pub half_px: f32,
    /// Its tone.
    pub tone: Tone,
}

/// How a ribbon or a face is filled.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[repr(u8)]
pub enum Pattern {
    /// All over.
    #[default]
    Plain,
    /// In stripes across the picture, with gaps between them: what is cut off.
    Struck,
    /// So thinly that what lies below is seen.
    Veil,
    /// Thinly and in stripes: what is left out of something.
    HatchedVeil,
}

impl Stroke {
    /// The same where its banks are drawn: only as wide as it is seen at least.
    #[must_use]
    pub const fn between_banks(self) -> Self {
        Self {
            half_m: 1.0,
            ..self
        }
    }
}

/// A mesh of ribbons while it is built, relative to an origin in the plane.
#[derive(Clone, Debug)]
pub struct Ribbons {
    origin: Vec2,
    positions: Vec<[f32; 3]>,
    asides: Vec<[f32; 3]>,
    widths: Vec<[f32; 2]>,
    kinds: Vec<[f32; 2]>,
    indices: Vec<u32>,
    pattern: Pattern,
}

impl Ribbons {
    /// Nothing yet, around an origin.
    pub const fn new(origin: Vec2) -> Self {
        Self {
            origin,
            positions: Vec::new(),
            asides: Vec::new(),
            widths: Vec::new(),
            kinds: Vec::new(),
            indices: Vec::new(),
            pattern: Pattern::Plain,
        }
    }

    /// Has what is laid from now on filled in this way.
    pub const fn fill_with(&mut self, pattern: Pattern) {
        self.pattern = pattern;
    }

    fn kind(&self, tone: Tone) -> f32 {
        tone.number() + 64.0 * f32::from(self.pattern as u8)
    }

    /// Lays a line on the land, on what is there already, with points as close as [`strides`] sets them.
    pub fn lay(&mut self, heights: &Heights, run: &[Vec2], stroke: Stroke) {
        let after = self.positions.len() + 2 * run.len();
        let Ok(first) = u32::try_from(self.positions.len()) else {
            return;
        };
        if after > MOST_VERTICES {
            return;
        }
        for (at, aside) in run.iter().zip(asides(run)) {
            let height = heights.at(*at) + LIFT_M;
            let flat = at - self.origin;
            for side in [-1.0, 1.0] {
                self.positions.push([flat.x, height, flat.y]);
                self.asides.push([aside.x, 0.0, aside.y]);
                self.widths.push([stroke.half_m, stroke.half_px]);
                self.kinds.push([self.kind(stroke.tone), side]);
            }
        }
        for (n, _) in (0_u32..).zip(run.iter().skip(1)) {
            let corner = first + 2 * n;
            let quad = [0, 1, 2, 1, 3, 2].map(|more| corner + more);
            self.indices.extend(quad);
        }
    }

    /// Lays a face on what is there already: its corners in the plane with the heights of the land or water there, and
    /// three of them for each triangle, by number. Left out as a whole where there is no room for it.
    pub fn fill(&mut self, corners: &[(Vec2, f32)], triangles: &[u32], tone: Tone) {
        let Ok(first) = u32::try_from(self.positions.len()) else {
            return;
        };
        let is_sound = (triangles.iter()).all(|n| (*n as usize) < corners.len());
        if self.positions.len() + corners.len() > MOST_VERTICES || !is_sound {
            return;
        }
        for (at, height) in corners {
            let flat = at - self.origin;
            self.positions.push([flat.x, height + LIFT_M, flat.y]);
            self.asides.push([0.0; 3]);
            // Wide enough not to fade at an edge, which is none.
            self.widths.push([0.0, 1.0]);
            self.kinds.push([self.kind(tone), 0.0]);
        }
        self.indices.extend(triangles.iter().map(|n| first + n));
    }

    /// The mesh; `None` where nothing was laid.
    pub fn into_mesh(self) -> Option<Mesh> {
        if self.indices.is_empty() {
            return None;
        }
        let mesh = Mesh::new(
            PrimitiveTopology::TriangleList,
            RenderAssetUsages::RENDER_WORLD,
        );
        let mesh = mesh
            .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, self.positions)
            .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, self.asides)
            .with_inserted_attribute(Mesh::ATTRIBUTE_UV_0, self.widths)
            .with_inserted_attribute(Mesh::ATTRIBUTE_UV_1, self.kinds)
            .with_inserted_indices(Indices::U32(self.indices));
        Some(mesh)
    }
}

/// The points of a line, with more between them where they are farther apart than `stride`.
pub fn strides(path: &[Vec2], stride: f32) -> Vec<Vec2> {
    const MOST: f32 = 4096.0;
    let mut points: Vec<Vec2> = path.first().copied().into_iter().collect();
    for (from, to) in path.iter().zip(path.iter().skip(1)) {
        if from == to {
            continue;
        }
        let pieces = (from.distance(*to) / stride).ceil().clamp(1.0, MOST);
        let mut piece = 1.0;
        while piece < pieces {
            points.push(from.lerp(*to, piece / pieces));
            piece += 1.0;
        }
        points.push(*to);
    }
    points
}

/// For each point the vector, in half widths, to where the right edge of the line is.
fn asides(run: &[Vec2]) -> Vec<Vec2> {
    let segments = run.iter().zip(run.iter().skip(1));
    let across: Vec<Vec2> = segments
        .map(|(from, to)| (to - from).normalize_or_zero().perp())
        .collect();
    let before = across.first().into_iter().chain(&across);
    let after = across.iter().chain(across.last());
    before.zip(after).map(|(a, b)| mitre(*a, *b)).collect()
}

/// The edge of a bend between two segments, whose edges stand off by `a` and `b`.
fn mitre(a: Vec2, b: Vec2) -> Vec2 {
    let Some(middle) = (a + b).try_normalize() else {
        return a;
    };
    middle * middle.dot(a).max(LONGEST_MITRE.recip()).recip()
}

#[cfg(test)]
mod tests {
    use bevy::mesh::VertexAttributeValues;
    use proptest::prelude::*;

    use super::*;

    const STROKE: Stroke = Stroke {
        half_m: 5.0,
        half_px: 0.75,
        tone: Tone::RoadMiddle,
    };

    fn level() -> Heights {
        Heights::level(Vec2::splat(-1000.0), 100.0, [21, 21])
    }

    fn laid(path: &[Vec2]) -> Ribbons {
        let mut ribbons = Ribbons::new(Vec2::new(100.0, 0.0));
        ribbons.lay(&level(), &strides(path, 50.0), STROKE);
        ribbons
    }

    #[test]
    fn a_face_lies_on_the_land_and_never_points_beyond_itself() {
        let mut ribbons = Ribbons::new(Vec2::new(100.0, 0.0));
        let corners = [Vec2::ZERO, Vec2::X, Vec2::Y].map(|at| (at, 7.0));
        ribbons.fill(&corners, &[0, 1, 3], Tone::Water);
        assert!(ribbons.clone().into_mesh().is_none());
        ribbons.fill(&corners, &[0, 1, 2], Tone::Water);
        assert_eq!(ribbons.positions[0], [-100.0, 7.0 + LIFT_M, 0.0]);
        assert_eq!(ribbons.indices, [0, 1, 2]);
        ribbons.fill_with(Pattern::Veil);
        ribbons.fill(&corners, &[0, 1, 2], Tone::Camera);
        assert_eq!(ribbons.kinds[3], [Tone::Camera.number() + 128.0, 0.0]);
        assert!(ribbons.into_mesh().is_some());
    }

    #[test]
    fn a_straight_line_has_points_at_least_every_stride_and_stands_off_at_right_angles() {
        let (from, to) = (Vec2::new(0.0, 0.0), Vec2::new(300.0, 400.0));
        let ribbons = laid(&[from, to]);
        assert_eq!(ribbons.positions.len(), 2 * 11);
        assert_eq!(ribbons.indices.len(), 6 * 10);
        assert_eq!(
            (ribbons.positions[0][0], ribbons.positions[0][2]),
            (-100.0, 0.0)
        );
        for (aside, kind) in ribbons.asides.iter().zip(&ribbons.kinds) {
            let aside = Vec2::new(aside[0], aside[2]);
            approx::assert_abs_diff_eq!(aside.length(), 1.0, epsilon = 1e-5);
            approx::assert_abs_diff_eq!(aside.dot(to - from), 0.0, epsilon = 1e-2);
            assert_eq!(kind[1].abs(), 1.0);
        }
        let heights = ribbons.positions.iter().map(|it| it[1]);
        let land = level().at(Vec2::ZERO);
        assert!(heights.into_iter().all(|height| height == land + LIFT_M));
    }

    #[test]
    fn the_edges_of_a_bend_meet() {
        let bend = [Vec2::ZERO, Vec2::new(10.0, 0.0), Vec2::new(10.0, 10.0)];
        let asides = asides(&bend);
        approx::assert_abs_diff_eq!(asides[1].dot(asides[0]), 1.0, epsilon = 1e-5);
        approx::assert_abs_diff_eq!(asides[1].dot(asides[2]), 1.0, epsilon = 1e-5);
        let back = [Vec2::ZERO, Vec2::new(10.0, 0.0), Vec2::new(0.0, 0.1)];
        assert!(super::asides(&back)[1].length() <= LONGEST_MITRE + 1e-5);
    }

    #[test]
    fn the_mesh_has_what_the_shader_wants() {
        let mesh = laid(&[Vec2::ZERO, Vec2::new(20.0, 0.0)])
            .into_mesh()
            .unwrap();
        for attribute in [Mesh::ATTRIBUTE_UV_0, Mesh::ATTRIBUTE_UV_1] {
            let values = mesh.attribute(attribute).unwrap();
            assert!(
                matches!(values, VertexAttributeValues::Float32x2(values) if values.len() == 4)
            );
        }
    }

    proptest! {
        #[test]
        fn no_stride_is_too_long_and_no_edge_is_far(
            points in prop::collection::vec((-900.0_f32..900.0, -900.0_f32..900.0), 0..20),
        ) {
            let path: Vec<Vec2> = points.into_iter().map(Vec2::from).collect();
            let points = strides(&path, 50.0);
            prop_assert!(points.windows(2).all(|it| it[0].distance(it[1]) <= 50.01));
            if points.len() >= 2 {
                let asides = asides(&points);
                prop_assert_eq!(asides.len(), points.len());
                prop_assert!(asides.iter().all(|it| it.length() <= LONGEST_MITRE + 1e-3));
            }
        }
    }
}
