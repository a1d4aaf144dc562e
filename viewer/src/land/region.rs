//! What the territory covers, quick to ask of a point, and to cut along a grid.

use bevy::ecs::resource::Resource;
use bevy::math::{Rect, Vec2};
use geo::orient::{Direction, Orient as _};
use geo_types::{LineString, MultiPolygon, Polygon};

use super::outlines::around;

/// How many slices a region is cut into, to find the edges beside a point.
const SLICES: usize = 512;

/// What the territory covers: areas with holes, in the plane.
#[derive(Resource, Clone, Debug)]
pub struct Region {
    rings: Vec<Vec<Vec2>>,
    extent: Option<Rect>,
    /// For each slice from north to south, the edges that cross it.
    slices: Vec<Vec<[Vec2; 2]>>,
}

impl Region {
    /// Takes areas whose rings are closed.
    pub(crate) fn new(areas: &MultiPolygon) -> Self {
        let areas = areas.orient(Direction::Default);
        let rings = areas.iter().flat_map(|area| {
            let holes = area.interiors().iter();
            std::iter::once(area.exterior()).chain(holes)
        });
        let rings: Vec<Vec<Vec2>> = rings.map(points).collect();
        let extent = around(rings.iter().flatten().copied());
        let mut region = Self {
            rings,
            extent,
            slices: vec![Vec::new(); SLICES],
        };
        region.slice();
        region
    }

    fn slice(&mut self) {
        let Some(extent) = self.extent else { return };
        for edge in self.rings.iter().flat_map(|ring| edges(ring)) {
            let [low, high] = [edge[0].y.min(edge[1].y), edge[0].y.max(edge[1].y)];
            for slice in slice_of(extent, low)..=slice_of(extent, high) {
                self.slices[slice].push(edge);
            }
        }
    }

    /// What lies around all of it; `None` where it is nothing.
    pub fn extent(&self) -> Option<Rect> {
        self.extent
    }

    /// Its outlines and holes, each closed.
    pub fn rings(&self) -> impl Iterator<Item = &[Vec2]> {
        self.rings.iter().map(Vec::as_slice)
    }

    /// Whether a point lies in it.
    pub fn holds(&self, at: Vec2) -> bool {
        let Some(extent) = self.extent.filter(|extent| extent.contains(at)) else {
            return false;
        };
        let edges = self.slices[slice_of(extent, at.y)].iter();
        edges.filter(|edge| is_east(edge, at)).count() % 2 == 1
    }

    /// What of it lies in a box.
    pub(super) fn within(&self, area: Rect) -> Cutting {
        Cutting::of(&self.rings, area)
    }
}

/// What of a region lies in a box.
#[derive(Clone, Debug)]
pub(super) struct Cutting {
    area: Rect,
    rings: Vec<Vec<Vec2>>,
}

/// An area without crossings: its outline and its holes, not closed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Piece {
    pub outline: Vec<Vec2>,
    pub holes: Vec<Vec<Vec2>>,
}

impl Cutting {
    fn of(rings: &[Vec<Vec2>], area: Rect) -> Self {
        let cut = rings.iter().map(|ring| clipped(ring, area));
        let rings = cut.filter(|ring| doubled_area(ring).abs() > 1e-3).collect();
        Self { area, rings }
    }

    /// What of it lies in a box within its own.
    pub(super) fn within(&self, area: Rect) -> Self {
        Self::of(&self.rings, area)
    }

    /// Its pieces. Outlines turn left in the plane, holes right.
    pub(super) fn pieces(self) -> Vec<Piece> {
        let is_hole = |ring: &Vec<Vec2>| doubled_area(ring) < 0.0;
        let (holes, outlines): (Vec<_>, Vec<_>) = self.rings.into_iter().partition(is_hole);
        if holes.is_empty() {
            let piece = |outline| Piece {
                outline,
                holes: Vec::new(),
            };
            return outlines.into_iter().map(piece).collect();
        }
        let outlines = if outlines.is_empty() {
            vec![corners(self.area)]
        } else {
            outlines
        };
        without(&outlines, &holes)
    }
}

/// Areas less their holes, which may reach to their edge.
fn without(outlines: &[Vec<Vec2>], holes: &[Vec<Vec2>]) -> Vec<Piece> {
    use geo::BooleanOps as _;
    let area = |ring: &Vec<Vec2>| {
        let line = ring.iter().map(|at| (f64::from(at.x), f64::from(at.y)));
        Polygon::new(line.collect(), Vec::new()).orient(Direction::Default)
    };
    let outlines: MultiPolygon = outlines.iter().map(area).collect();
    let holes: MultiPolygon = holes.iter().map(area).collect();
    let left = outlines.difference(&holes);
    let open = |ring: &LineString| {
        let mut ring = points(ring);
        ring.pop();
        ring
    };
    left.iter()
        .map(|area| Piece {
            outline: open(area.exterior()),
            holes: area.interiors().iter().map(open).collect(),
        })
        .collect()
}

/// A ring, cut to a box (Sutherland and Hodgman); not closed.
fn clipped(ring: &[Vec2], area: Rect) -> Vec<Vec2> {
    let open = match ring {
        [first, rest @ ..] if rest.last() == Some(first) => rest,
        _ => ring,
    };
    let ring = halved(open, |at| at.x - area.min.x);
    let ring = halved(&ring, |at| area.max.x - at.x);
    let ring = halved(&ring, |at| at.y - area.min.y);
    halved(&ring, |at| area.max.y - at.y)
}

/// What of a ring lies where `inside` is not negative.
fn halved(ring: &[Vec2], inside: impl Fn(Vec2) -> f32) -> Vec<Vec2> {
    let Some(last) = ring.last() else {
        return Vec::new();
    };
    let mut kept = Vec::new();
    let (mut before, mut before_in) = (*last, inside(*last));
    for &at in ring {
        let at_in = inside(at);
        if (before_in < 0.0) != (at_in < 0.0) {
            kept.push(before.lerp(at, before_in / (before_in - at_in)));
        }
        if at_in >= 0.0 {
            kept.push(at);
        }
        (before, before_in) = (at, at_in);
    }
    kept
}

fn doubled_area(ring: &[Vec2]) -> f32 {
    let Some(&from) = ring.first() else {
        return 0.0;
    };
    ring.array_windows()
        .map(|[a, b]| (*a - from).perp_dot(*b - from))
        .sum()
}

fn corners(area: Rect) -> Vec<Vec2> {
    let Rect { min, max } = area;
    vec![min, Vec2::new(max.x, min.y), max, Vec2::new(min.x, max.y)]
}

/// Whether a ray from a point to the east crosses an edge.
fn is_east([a, b]: &[Vec2; 2], at: Vec2) -> bool {
    let crosses = (a.y > at.y) != (b.y > at.y);
    crosses && at.x < a.x + (at.y - a.y) / (b.y - a.y) * (b.x - a.x)
}

/// The edges of a closed ring.
pub(super) fn edges(ring: &[Vec2]) -> impl Iterator<Item = [Vec2; 2]> {
    ring.array_windows().copied()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the slices first"
)]
fn slice_of(extent: Rect, y: f32) -> usize {
    let share = (y - extent.min.y) / extent.height().max(1.0);
    ((share * SLICES as f32).clamp(0.0, SLICES as f32 - 1.0)) as usize
}

#[expect(clippy::cast_possible_truncation, reason = "they came from the plane")]
fn points(ring: &LineString) -> Vec<Vec2> {
    ring.coords()
        .map(|at| Vec2::new(at.x as f32, at.y as f32))
        .collect()
}

#[cfg(test)]
mod tests {
    use geo_types::polygon;
    use proptest::prelude::*;

    use super::*;

    fn with_a_hole() -> Region {
        let outer: Polygon =
            polygon![(x: 0., y: 0.), (x: 100., y: 0.), (x: 100., y: 100.), (x: 0., y: 100.)];
        let hole: Polygon =
            polygon![(x: 40., y: 40.), (x: 60., y: 40.), (x: 60., y: 60.), (x: 40., y: 60.)];
        let area = Polygon::new(outer.exterior().clone(), vec![hole.exterior().clone()]);
        Region::new(&MultiPolygon::new(vec![area]))
    }

    #[test]
    fn a_box_over_the_hole_has_what_is_around_it() {
        let area = |piece: &Piece| {
            let rings = std::iter::once(&piece.outline).chain(&piece.holes);
            rings.map(|ring| doubled_area(ring) / 2.0).sum::<f32>()
        };
        let over = |min, max| {
            let pieces = with_a_hole().within(Rect::from_corners(min, max)).pieces();
            pieces.iter().map(area).sum::<f32>()
        };
        let all = over(Vec2::splat(30.0), Vec2::splat(70.0));
        approx::assert_relative_eq!(all, 1600.0 - 400.0, max_relative = 1e-5);
        let across = over(Vec2::splat(50.0), Vec2::splat(70.0));
        approx::assert_relative_eq!(across, 400.0 - 100.0, max_relative = 1e-5);
        approx::assert_abs_diff_eq!(
            over(Vec2::splat(45.0), Vec2::splat(55.0)),
            0.0,
            epsilon = 0.01
        );
    }

    proptest! {
        #[test]
        fn a_point_is_inside_unless_beyond_the_rim_or_in_the_hole(x in -20_f32..120.0, y in -20_f32..120.0) {
            let is_in = |low: f32, high: f32| x > low && x < high && y > low && y < high;
            let expected = is_in(0.0, 100.0) && !is_in(40.0, 60.0);
            prop_assert_eq!(with_a_hole().holds(Vec2::new(x, y)), expected);
        }
    }
}
