//! The form of a commune that stands out of the land: its outline, a little smaller, lifted with
//! the relief that it has, and walls down from there.
//!
//! A prism is built at the height of the land and moved up as a whole: what changes with a value is one
//! number.

use bevy::math::Vec2;
use bevy::mesh::Mesh;
use geo::buffer::{BufferStyle, LineJoin};
use geo::orient::{Direction, Orient as _};
use geo::{Area as _, BooleanOps as _, Buffer as _, Contains as _};
use geo_types::{LineString, MultiPolygon, Point, Polygon};

use crate::land::{CommuneShape, Heights, Region, tops, walls};
use crate::look::{Ribbons, Solid, Stroke, strides};
use crate::palette::Tone;

/// How far a prism keeps from the edge of its commune, so that neighbours are told apart, in metres.
const INSET_M: f64 = 12.0;
/// How far walls reach down from the top, in metres of the scene: farther than any value lifts.
const WALL_M: f32 = 2_700.0;
/// Pieces that are smaller are left out, in square metres.
const SMALLEST_M2: f64 = 2_000.0;

/// The joint between two prisms, so that equal neighbours are told apart from afar.
const JOINT: Stroke = Stroke {
    half_m: 12.0,
    half_px: 0.7,
    tone: Tone::Surface,
};

/// A prism while it is built.
#[derive(Debug)]
pub(crate) struct Prism {
    /// Its top and its walls.
    pub solid: Solid,
    /// The line around its top.
    pub rim: Option<Mesh>,
}

/// The prism of a commune, its top on the land.
pub(crate) fn prism(commune: &CommuneShape, heights: &Heights) -> Prism {
    let region = Region::new(&inset(&areas(&commune.rings)));
    let mut solid = Solid::default();
    for top in tops(&region, heights) {
        solid.append(top);
    }
    solid.append(walls(&region, heights, |top| top - WALL_M));
    let mut lines = Ribbons::new(Vec2::ZERO);
    for ring in region.rings() {
        lines.lay(heights, &strides(ring, heights.step_m() / 2.0), JOINT);
    }
    Prism {
        solid,
        rim: lines.into_mesh(),
    }
}

/// What lies within rings, of which those within others are holes.
fn areas(rings: &[Vec<Vec2>]) -> MultiPolygon {
    let areas: Vec<Polygon> = rings.iter().map(|ring| area(ring)).collect();
    let is_hole = |ring: &Polygon| {
        let first = ring.exterior().points().next();
        let around = |at: Point| {
            areas
                .iter()
                .filter(|it| *it != ring && it.contains(&at))
                .count()
        };
        first.is_some_and(|at| around(at) % 2 == 1)
    };
    let (holes, outlines): (Vec<_>, Vec<_>) = areas.iter().cloned().partition(is_hole);
    let outlines = MultiPolygon::new(outlines);
    if holes.is_empty() {
        return outlines;
    }
    outlines.difference(&MultiPolygon::new(holes))
}

fn area(ring: &[Vec2]) -> Polygon {
    let line = ring.iter().map(|at| (f64::from(at.x), f64::from(at.y)));
    Polygon::new(line.collect::<LineString>(), Vec::new()).orient(Direction::Default)
}

/// Areas less a strip along their edges.
fn inset(areas: &MultiPolygon) -> MultiPolygon {
    let style = BufferStyle::new(-INSET_M).line_join(LineJoin::Miter(1.0));
    let smaller = areas.buffer_with_style(style);
    let parts = smaller.into_iter();
    parts
        .filter(|part| part.unsigned_area() >= SMALLEST_M2)
        .collect()
}

#[cfg(test)]
mod tests {
    use bevy::math::Vec3;

    use super::super::kpi::tests::territory;
    use super::*;

    fn level() -> Heights {
        Heights::level(Vec2::splat(-500.0), 100.0, [80, 40])
    }

    /// The corners of each triangle.
    fn triangles(solid: &Solid) -> Vec<[Vec3; 3]> {
        let corners = solid.triangles();
        corners
            .map(|corners| corners.map(|n| solid.positions()[n as usize]))
            .collect()
    }

    #[test]
    fn the_top_covers_the_outline_less_the_strip() {
        let heights = level();
        let Prism { solid, .. } = prism(&territory().communes[1], &heights);
        let up = triangles(&solid).into_iter();
        let areas = up.map(|[a, b, c]| 0.5 * (b - a).cross(c - a).y);
        let expected = 1976.0_f32.powi(2);
        approx::assert_relative_eq!(areas.sum::<f32>(), expected, max_relative = 1e-3);
    }

    #[test]
    fn walls_look_outwards_and_reach_down() {
        let commune = &territory().communes[0];
        let Prism { solid, rim } = prism(commune, &level());
        assert!(rim.is_some());
        let top = Heights::level(Vec2::ZERO, 1.0, [2, 2]).at(Vec2::ZERO);
        let mut lowest = f32::INFINITY;
        for [a, b, c] in triangles(&solid) {
            let normal = (b - a).cross(c - a).normalize();
            lowest = lowest.min(a.y).min(b.y).min(c.y);
            if normal.y < 0.5 {
                let middle = (a + b + c) / 3.0;
                let outwards = Vec2::new(middle.x, middle.z) - commune.centre;
                assert!(
                    outwards.dot(Vec2::new(normal.x, normal.z)) > 0.0,
                    "{middle}"
                );
            }
        }
        approx::assert_relative_eq!(lowest, top - WALL_M, epsilon = 0.5);
    }

    #[test]
    fn a_hole_stays_open() {
        let square = |low: f32, high: f32| {
            let at = |x, y| Vec2::new(x, y);
            vec![
                at(low, low),
                at(high, low),
                at(high, high),
                at(low, high),
                at(low, low),
            ]
        };
        let inset = inset(&areas(&[square(0.0, 1000.0), square(400.0, 600.0)]));
        let expected = 976.0_f64.powi(2) - 224.0_f64.powi(2);
        approx::assert_relative_eq!(inset.unsigned_area(), expected, max_relative = 2e-3);
    }
}
