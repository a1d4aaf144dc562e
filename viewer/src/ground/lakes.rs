//! Still and wide water, filled between its banks: lakes lie level, rivers follow their valley.
//!
//! A surface is cut into pieces no larger than the posts of the land are apart, so that it lies on the land as the
//! land is drawn. Where its banks are as good as level it is level itself; only along the edges of a tile it keeps to
//! the land, on which the next tile's piece lies, too.

use bevy::math::{Rect, Vec2};
use earcut::Earcut;

use super::clip::{clip_ring, cut};
use super::footing::Footing;
use super::scatter::placed;
use super::tile::{Area, Part, Path, turn};
use crate::land::TileAddress;
use crate::look::{Ribbons, Stroke, strides};
use crate::palette::Tone;
use crate::space::Space;

/// By how much the banks of still water may differ in height, in metres of the scene.
const STILL_M: f32 = 2.6 * Space::RELIEF;
/// How finely water is cut off at the rim of the territory, in metres.
const RIM_M: f32 = 12.0;
/// How near to the edge of a tile a corner lies on it, in metres.
const EDGE_M: f32 = 0.5;
/// The most corners of an outline that is filled.
const MOST_CORNERS: usize = 1 << 15;
/// The most pieces into which the water of a tile is cut.
const MOST_PIECES: usize = 1 << 15;
/// The line along which water and land meet.
const BANK: Stroke = Stroke {
    half_m: 0.9,
    half_px: 0.4,
    tone: Tone::Bank,
};

/// Whether water covers the land there, by its class in OpenStreetMap's words.
pub(super) fn is_water(class: &str) -> bool {
    matches!(class, "water" | "reservoir" | "basin")
}

/// The water of a tile, in shares of it, cut at its edges.
pub(super) fn waters(covers: &[Area]) -> Vec<Part> {
    let edges = Rect::from_corners(Vec2::ZERO, Vec2::ONE);
    let wet = covers.iter().filter(|cover| is_water(&cover.class));
    let parts = wet.flat_map(|cover| &cover.parts);
    let small = parts.filter(|part| part.iter().map(Vec::len).sum::<usize>() <= MOST_CORNERS);
    let cut = small.map(|part| {
        let rings = part.iter().map(|ring| clip_ring(ring, edges));
        rings.filter(|ring| ring.len() >= 3).collect::<Part>()
    });
    cut.filter(|part| surface(part) > 0.0).collect()
}

/// Fills the water of a tile.
pub(super) struct Lakes<'a> {
    footing: &'a Footing,
    tile: TileAddress,
    /// What the tile covers of the plane.
    edges: Rect,
    earcut: Earcut<f32>,
    left: usize,
}

impl<'a> Lakes<'a> {
    pub(super) fn of(footing: &'a Footing, tile: TileAddress) -> Self {
        let corner = |share| footing.space.from_mercator(tile.point(share));
        Self {
            footing,
            tile,
            edges: Rect::from_corners(
                corner(bevy::math::DVec2::ZERO),
                corner(bevy::math::DVec2::ONE),
            ),
            earcut: Earcut::new(),
            left: MOST_PIECES,
        }
    }

    /// Where a part of the tile lies in the plane.
    pub(super) fn placed(&self, part: &[Path]) -> Part {
        placed(&self.footing.space, self.tile, part)
    }

    /// Fills a part of the plane, and draws its banks.
    pub(super) fn fill(&mut self, ribbons: &mut Ribbons, part: &Part) {
        let level = self.level(part);
        let mut uncut = vec![part.clone()];
        while let Some(piece) = uncut.pop() {
            let Some(around) = around(&piece).filter(|_| surface(&piece) > 0.0) else {
                continue;
            };
            if self.left == 0 {
                break;
            }
            if self.is_whole(&piece, around) {
                if self.footing.holds(around.center()) {
                    self.left -= 1;
                    self.face(ribbons, &piece, level);
                }
            } else {
                uncut.extend(halves(&piece, around));
            }
        }
        self.banks(ribbons, part);
    }

    /// The height at which all of it lies; `None` where it follows its valley.
    fn level(&self, part: &[Path]) -> Option<f32> {
        let outline = part.first()?;
        let heights = outline.iter().map(|at| self.footing.heights.at(*at));
        let (mut least, mut most, mut sum) = (f32::INFINITY, f32::NEG_INFINITY, 0.0);
        for height in heights {
            least = least.min(height);
            most = most.max(height);
            sum += height;
        }
        (most - least <= STILL_M).then(|| sum / outline.len() as f32)
    }

    /// Whether a piece is small enough: along the rim of the territory smaller.
    fn is_whole(&self, piece: &[Path], around: Rect) -> bool {
        let side = around.size().max_element();
        let is_small = side <= self.footing.heights.step_m();
        let is_held = |at: Vec2| self.footing.holds(at);
        let mut corners = piece.iter().flatten();
        let is_cut = is_held(around.center());
        is_small && (side <= RIM_M || corners.all(|at| is_held(*at) == is_cut))
    }

    fn face(&mut self, ribbons: &mut Ribbons, piece: &[Path], level: Option<f32>) {
        let mut ends = piece.iter().scan(0_u32, |end, ring| {
            *end += u32::try_from(ring.len()).ok()?;
            Some(*end)
        });
        let holes: Vec<u32> = ends.by_ref().take(piece.len().saturating_sub(1)).collect();
        let points: Vec<Vec2> = piece.iter().flatten().copied().collect();
        // From a corner of its own: far from the origin little of a number is left.
        let first = points.first().copied().unwrap_or_default();
        let near = points.iter().map(|at| (at - first).to_array());
        let mut triangles: Vec<u32> = Vec::new();
        self.earcut.earcut(near, &holes, &mut triangles);
        let corner = |at: Vec2| (at, self.height(at, level));
        let corners: Vec<(Vec2, f32)> = points.into_iter().map(corner).collect();
        ribbons.fill(&corners, &triangles, Tone::Water);
    }

    fn height(&self, at: Vec2, level: Option<f32>) -> f32 {
        let land = self.footing.heights.at(at);
        level.filter(|_| !self.is_edge(at)).unwrap_or(land)
    }

    /// Whether the next tile's piece begins there.
    fn is_edge(&self, at: Vec2) -> bool {
        let from_low = (at - self.edges.min).abs().min_element();
        let from_high = (self.edges.max - at).abs().min_element();
        from_low.min(from_high) < EDGE_M
    }

    /// Lines along the outlines, but not along the edges of the tile.
    fn banks(&self, ribbons: &mut Ribbons, part: &[Path]) {
        let stride = self.footing.stride_m();
        for ring in part {
            let closed: Path = ring.iter().chain(ring.first()).copied().collect();
            let is_bank = |from: Vec2, to: Vec2| {
                !(self.is_edge(from) && self.is_edge(to)) && self.footing.holds(from.midpoint(to))
            };
            for run in runs(&strides(&closed, stride), is_bank) {
                ribbons.lay(&self.footing.heights, &run, BANK);
            }
        }
    }
}

/// The stretches of a line whose segments are wanted.
fn runs(points: &[Vec2], is_wanted: impl Fn(Vec2, Vec2) -> bool) -> Vec<Path> {
    let mut runs: Vec<Path> = Vec::new();
    let mut goes_on = false;
    for (from, to) in points.iter().zip(points.iter().skip(1)) {
        let is_in = is_wanted(*from, *to);
        match runs.last_mut() {
            Some(run) if is_in && goes_on => run.push(*to),
            _ if is_in => runs.push(vec![*from, *to]),
            _ => {}
        }
        goes_on = is_in;
    }
    runs
}

/// Twice the surface of a part, without its holes.
fn surface(part: &[Path]) -> f64 {
    const LEAST_OF_OUTLINE: f64 = 1e-6;
    let Some(outline) = part.first().map(|ring| turn(ring)) else {
        return 0.0;
    };
    let holes: f64 = part.iter().skip(1).map(|ring| turn(ring)).sum();
    let left = outline + holes;
    // What a hole takes as a whole leaves a hair.
    if left > outline * LEAST_OF_OUTLINE {
        left
    } else {
        0.0
    }
}

fn around(part: &[Path]) -> Option<Rect> {
    let outline = part.first().filter(|ring| ring.len() >= 3)?;
    let around = outline
        .iter()
        .fold(Rect::EMPTY, |rect, at| rect.union_point(*at));
    (around.size().max_element() > 0.0).then_some(around)
}

/// Both halves of a piece, across its longer side.
fn halves(piece: &[Path], around: Rect) -> [Part; 2] {
    let size = around.size();
    let axis = if size.x >= size.y { Vec2::X } else { Vec2::Y };
    let middle = axis.dot(around.center());
    [-1.0, 1.0].map(|side| {
        let beyond = |at: Vec2| side * (axis.dot(at) - middle);
        let rings = piece.iter().map(|ring| cut(ring, beyond));
        rings.filter(|ring| ring.len() >= 3).collect()
    })
}

#[cfg(test)]
mod tests {
    use bevy::mesh::{Indices, Mesh};
    use proptest::prelude::*;

    use super::super::footing::tests::level;
    use super::*;

    fn square(low: f32, high: f32) -> Path {
        [(low, low), (high, low), (high, high), (low, high)]
            .map(Vec2::from)
            .into()
    }

    fn reversed(mut ring: Path) -> Path {
        ring.reverse();
        ring
    }

    fn tile() -> TileAddress {
        let at = Rect::from_center_half_size(Vec2::new(300.0, 300.0), Vec2::splat(1.0));
        TileAddress::within(&level().space, 11, at)[0]
    }

    fn filled(part: &Part) -> Option<Mesh> {
        let footing = level();
        let mut ribbons = Ribbons::new(Vec2::ZERO);
        Lakes::of(&footing, tile()).fill(&mut ribbons, part);
        ribbons.into_mesh()
    }

    /// The surface that is filled, in square metres: faces have no side.
    fn filled_m2(mesh: Option<&Mesh>) -> f32 {
        let Some(mesh) = mesh else { return 0.0 };
        let at = mesh.attribute(Mesh::ATTRIBUTE_POSITION).unwrap();
        let at = at.as_float3().unwrap();
        let Some(Indices::U32(indices)) = mesh.indices() else {
            return 0.0;
        };
        let kinds = mesh.attribute(Mesh::ATTRIBUTE_UV_1).unwrap();
        let bevy::mesh::VertexAttributeValues::Float32x2(kinds) = kinds else {
            return 0.0;
        };
        let water = Tone::Water.number();
        let triangles = indices.as_chunks::<3>().0.iter();
        let faces = triangles.filter(|it| kinds[it[0] as usize] == [water, 0.0]);
        let areas = faces.map(|it| {
            let [a, b, c] = it.map(|n| Vec2::new(at[n as usize][0], at[n as usize][2]));
            (b - a).perp_dot(c - a).abs() / 2.0
        });
        areas.sum()
    }

    #[test]
    fn a_lake_is_filled_around_its_island() {
        let lake = vec![square(0.0, 600.0), reversed(square(200.0, 300.0))];
        let mesh = filled(&lake);
        approx::assert_relative_eq!(filled_m2(mesh.as_ref()), 350_000.0, epsilon = 50.0);
    }

    #[test]
    fn water_ends_at_the_rim_of_the_territory() {
        let beyond = vec![square(19_900.0, 20_100.0)];
        let area = filled_m2(filled(&beyond).as_ref());
        approx::assert_relative_eq!(area, 10_000.0, epsilon = 2_600.0);
        assert!(filled(&vec![square(21_000.0, 21_500.0)]).is_none());
    }

    #[test]
    fn what_is_no_water_or_no_surface_is_left_out() {
        let area = |class: &str, ring: Path| Area {
            number: 1,
            class: class.into(),
            height_m: None,
            parts: vec![vec![ring]],
        };
        assert!(waters(&[area("forest", square(0.1, 0.4))]).is_empty());
        assert!(waters(&[area("water", square(1.1, 1.4))]).is_empty());
        let cut = waters(&[area("reservoir", square(0.5, 1.5))]);
        let edge = cut[0][0].iter().map(|at| at.x).fold(0.0, f32::max);
        assert_eq!((cut.len(), edge), (1, 1.0));
    }

    #[test]
    fn banks_do_not_run_along_the_edges_of_tiles() {
        let footing = level();
        let lakes = Lakes::of(&footing, tile());
        let corner = lakes.edges.min;
        let ring = square(0.0, 400.0).iter().map(|at| corner + *at).collect();
        let mut ribbons = Ribbons::new(corner);
        lakes.banks(&mut ribbons, &[ring]);
        let mesh = ribbons.into_mesh().unwrap();
        let at = mesh.attribute(Mesh::ATTRIBUTE_POSITION).unwrap();
        let at = at.as_float3().unwrap();
        let is_corner = |it: &&[f32; 3]| it[0] < 1.0 && it[2] < 1.0;
        assert_eq!(at.iter().filter(is_corner).count(), 0);
        assert!(at.iter().any(|it| it[0] > 399.0 && it[2] > 399.0));
    }

    #[test]
    fn still_water_is_level_and_a_river_is_not() {
        let footing = level();
        let lakes = Lakes::of(&footing, tile());
        let land = footing.heights.at(Vec2::ZERO);
        assert_eq!(lakes.level(&[square(10.0, 90.0)]), Some(land));
        assert_eq!(lakes.height(Vec2::splat(300.0), Some(3.0)), 3.0);
        assert_eq!(lakes.height(lakes.edges.min, Some(3.0)), land);
        assert_eq!(lakes.height(Vec2::splat(300.0), None), land);
    }

    proptest! {
        #[test]
        fn any_outline_is_filled_no_more_than_it_is_large(
            points in prop::collection::vec((-400.0_f32..400.0, -400.0_f32..400.0), 0..24),
        ) {
            let outline: Path = points.into_iter().map(Vec2::from).collect();
            let area = filled_m2(filled(&vec![outline]).as_ref());
            prop_assert!(area.is_finite() && area < 12.0 * 640_000.0);
        }
    }
}
