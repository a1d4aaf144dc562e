//! From what a tile holds to what is drawn of it.

use bevy::math::{DVec2, Rect, Vec2};
use bevy::mesh::Mesh;

use super::clip::{clip_line, clip_ring};
use super::dice::Dice;
use super::footing::Footing;
use super::inside::Inside;
use super::lakes::{Lakes, waters};
use super::ribbon;
use super::scatter::{ZOOMS, lit, placed, scatter};
use super::solids::{Block, Solids};
use super::strokes;
use super::tile::{Area, Line, Part, Path, Tile};
use crate::error::ViewerError;
use crate::land::TileAddress;
use crate::look::{Ribbons, Stroke};
use crate::space::Space;

/// How far beyond its edges a tile of the server draws, in shares of the tile.
const RIM: f32 = 128.0 / 4096.0;
/// How high a building is of which nobody wrote down how high it is, in metres.
const USUAL_M: f32 = 7.0;
/// Between what a building's height is believed, in metres.
const HEIGHTS_M: std::ops::RangeInclusive<f32> = 2.0..=400.0;
/// A building with more corners is left out: no building of the territory has a tenth of them.
const MOST_CORNERS: usize = 4096;

/// What is drawn of a tile.
#[derive(Debug)]
pub(super) struct Drawing {
    /// The point of the plane to which the meshes are relative.
    pub(super) origin: Vec2,
    /// Rivers and lakes.
    pub(super) water: Option<Mesh>,
    /// Roads.
    pub(super) roads: Option<Mesh>,
    /// Buildings, or the symbols that stand for them, and forest.
    pub(super) solids: Option<Mesh>,
}

impl Drawing {
    /// Draws what the server sent for a tile.
    pub(super) fn of(
        footing: &Footing,
        address: TileAddress,
        body: &[u8],
    ) -> Result<Self, ViewerError> {
        let tile = Tile::read(body)?;
        let origin = footing
            .space
            .from_mercator(address.point(DVec2::splat(0.5)));
        let pen = Pen {
            footing,
            address,
            origin,
        };
        Ok(Self {
            origin,
            water: pen.water(&tile),
            roads: pen.roads(&tile.roads),
            solids: pen.solids(&tile),
        })
    }

    /// Whether there is nothing to see.
    pub(super) const fn is_empty(&self) -> bool {
        self.water.is_none() && self.roads.is_none() && self.solids.is_none()
    }
}

/// Draws one tile.
#[derive(Clone, Copy)]
struct Pen<'a> {
    footing: &'a Footing,
    address: TileAddress,
    origin: Vec2,
}

impl Pen<'_> {
    /// Lakes with their banks, and rivers, which are lines between banks that are drawn.
    fn water(self, tile: &Tile) -> Option<Mesh> {
        let mut ribbons = Ribbons::new(self.origin);
        let shares = waters(&tile.covers);
        let mut lakes = Lakes::of(self.footing, self.address);
        for part in &shares {
            let part = lakes.placed(part);
            lakes.fill(&mut ribbons, &part);
        }
        let shapes: Vec<&[Path]> = shares.iter().map(Vec::as_slice).collect();
        let wet = Inside::new(&shapes);
        for line in &tile.waters {
            if let Some(stroke) = strokes::water(&line.class) {
                let is_banked = is_mostly(line, |at| wet.contains(at));
                let stroke = if is_banked {
                    stroke.between_banks()
                } else {
                    stroke
                };
                self.lay(&mut ribbons, line, stroke);
            }
        }
        ribbons.into_mesh()
    }

    /// Wide roads over narrow ones, and the middle of motorways over all.
    fn roads(self, roads: &[Line]) -> Option<Mesh> {
        let above = roads.iter().filter(|road| !road.is_tunnel);
        let drawn = above.filter_map(|road| Some((road, strokes::road(&road.class)?)));
        let mut drawn: Vec<(&Line, Stroke)> = drawn.collect();
        drawn.sort_by(|(_, a), (_, b)| a.half_m.total_cmp(&b.half_m));
        let motorways = roads
            .iter()
            .filter(|road| !road.is_tunnel && &*road.class == "motorway");
        drawn.extend(motorways.map(|road| (road, strokes::CORE)));
        let mut ribbons = Ribbons::new(self.origin);
        for (road, stroke) in drawn {
            self.lay(&mut ribbons, road, stroke);
        }
        ribbons.into_mesh()
    }

    fn lay(self, ribbons: &mut Ribbons, line: &Line, stroke: Stroke) {
        let pieces = line.paths.iter().flat_map(|path| clip_line(path, edges()));
        for piece in pieces.collect::<Part>() {
            for path in placed(&self.footing.space, self.address, &[piece]) {
                ribbon::lay(ribbons, self.footing, &path, stroke);
            }
        }
    }

    fn solids(self, tile: &Tile) -> Option<Mesh> {
        let mut solids = Solids::new(self.origin);
        for building in &tile.buildings {
            self.build(&mut solids, building);
        }
        if ZOOMS.contains(&self.address.zoom) {
            scatter(&mut solids, self.footing, self.address, &tile.covers);
        }
        solids.into_mesh()
    }

    fn build(self, solids: &mut Solids, building: &Area) {
        let height_m = building.height_m.unwrap_or(USUAL_M);
        let height = height_m.clamp(*HEIGHTS_M.start(), *HEIGHTS_M.end()) * Space::RELIEF;
        let lit = lit(&mut Dice::of(building.number));
        for part in building.parts.iter().filter_map(|part| owned(part)) {
            let rings = placed(&self.footing.space, self.address, &part);
            if middle(&rings).is_some_and(|at| self.footing.holds(at)) {
                solids.build(
                    self.footing,
                    &Block {
                        rings: &rings,
                        height,
                        lit,
                    },
                );
            }
        }
    }
}

/// Whether most points of a line that are in the tile are so.
fn is_mostly(line: &Line, is_so: impl Fn(Vec2) -> bool) -> bool {
    let here = |at: &&Vec2| at.cmpge(Vec2::ZERO).all() && at.cmple(Vec2::ONE).all();
    let points = line.paths.iter().flatten().filter(here);
    let (count, wanted) = points.fold((0, 0), |(count, wanted), at| {
        (count + 1, wanted + usize::from(is_so(*at)))
    });
    2 * wanted > count
}

/// What this tile draws of a part of a building. A whole one is drawn by the tile in which its
/// middle lies; one of which the server sent only a piece is cut at the edges.
fn owned(part: &[Path]) -> Option<Part> {
    let centre = middle(part)?;
    let is_here = centre.cmpge(Vec2::ZERO).all() && centre.cmplt(Vec2::ONE).all();
    let corners: usize = part.iter().map(Vec::len).sum();
    if !is_here || corners > MOST_CORNERS {
        return None;
    }
    let drawn = Rect::from_corners(Vec2::splat(-RIM), Vec2::splat(1.0 + RIM));
    let lies_in = |at: &Vec2| at.cmpgt(drawn.min).all() && at.cmplt(drawn.max).all();
    if part.iter().flatten().all(lies_in) {
        return Some(part.to_vec());
    }
    let mut rings: Part = part.iter().map(|ring| clip_ring(ring, edges())).collect();
    rings.retain(|ring| ring.len() >= 3);
    (!rings.is_empty()).then_some(rings)
}

/// The middle of the box around a part.
fn middle(part: &[Path]) -> Option<Vec2> {
    let outline = part.first().filter(|ring| ring.len() >= 3)?;
    let around = outline
        .iter()
        .fold(Rect::EMPTY, |around, at| around.union_point(*at));
    Some(around.center())
}

/// The edges of a tile, in its shares.
fn edges() -> Rect {
    Rect::from_corners(Vec2::ZERO, Vec2::ONE)
}

#[cfg(test)]
mod tests {
    use geo_types::Polygon;

    use super::super::footing::tests::level;
    use super::super::tile::tests::{class_of, encoded, layer, square, string};
    use super::*;

    fn at_origin(zoom: u8) -> TileAddress {
        let at = Rect::from_center_half_size(Vec2::ZERO, Vec2::splat(1.0));
        TileAddress::within(&level().space, zoom, at)[0]
    }

    fn vertices(mesh: Option<&Mesh>) -> usize {
        mesh.map_or(0, Mesh::count_vertices)
    }

    #[test]
    fn nothing_is_drawn_of_an_empty_tile() {
        assert!(
            Drawing::of(&level(), at_origin(13), &[])
                .unwrap()
                .is_empty()
        );
    }

    #[test]
    fn lines_end_at_the_edges_of_their_tile() {
        let road = string(&[(-128.0, 2048.0), (4224.0, 2048.0)]);
        let body = encoded(vec![layer(
            "roads",
            &[class_of("residential")],
            vec![road.into()],
        )]);
        let (footing, address) = (level(), at_origin(13));
        let drawing = Drawing::of(&footing, address, &body).unwrap();
        let positions = drawing
            .roads
            .as_ref()
            .unwrap()
            .attribute(Mesh::ATTRIBUTE_POSITION)
            .unwrap();
        let positions = positions.as_float3().unwrap();
        let half = footing.space.tile_m(13) / 2.0;
        let (first, last) = (positions.first().unwrap()[0], positions.last().unwrap()[0]);
        approx::assert_abs_diff_eq!(f64::from(first), -half, epsilon = 0.1);
        approx::assert_abs_diff_eq!(f64::from(last), half, epsilon = 0.1);
        assert_eq!(vertices(drawing.solids.as_ref()), 0);
    }

    #[test]
    fn a_river_between_its_banks_is_no_wider_than_they_are_apart() {
        let river = string(&[(100.0, 2048.0), (4000.0, 2048.0)]);
        let line = layer("water", &[class_of("river")], vec![river.into()]);
        let banks = Polygon::new(square(50.0, 4050.0), Vec::new());
        let cover = layer("land_cover", &[class_of("water")], vec![banks.into()]);
        let widest = |layers| {
            let body = encoded(layers);
            let mesh = Drawing::of(&level(), at_origin(14), &body).unwrap().water;
            let widths = mesh.unwrap();
            let widths = widths.attribute(Mesh::ATTRIBUTE_UV_0).unwrap();
            let bevy::mesh::VertexAttributeValues::Float32x2(widths) = widths else {
                unreachable!("widths are two floats");
            };
            widths.iter().map(|it| it[0]).fold(0.0, f32::max)
        };
        assert_eq!(widest(vec![line.clone()]), 22.0);
        assert!(widest(vec![line, cover]) < 3.0);
    }

    #[test]
    fn motorways_have_a_bright_middle_and_tunnels_are_not_seen() {
        let road = || string(&[(1024.0, 2048.0), (1034.0, 2048.0)]).into();
        let drawn = |tags: &[_]| {
            let body = encoded(vec![layer("roads", tags, vec![road()])]);
            vertices(
                Drawing::of(&level(), at_origin(13), &body)
                    .unwrap()
                    .roads
                    .as_ref(),
            )
        };
        let tunnel = ("tunnel", geozero::mvt::TileValue::Str("yes".into()));
        assert_eq!(drawn(&[class_of("motorway")]), 8);
        assert_eq!(drawn(&[class_of("primary")]), 4);
        assert_eq!(drawn(&[class_of("footway")]), 0);
        assert_eq!(drawn(&[class_of("motorway"), tunnel]), 0);
    }

    #[rstest::rstest]
    #[case::inside(100.0, 200.0, 20)]
    #[case::mostly_here(-50.0, 100.0, 20)]
    #[case::mostly_next_door(-100.0, 50.0, 0)]
    #[case::a_piece_of_a_large_one(-128.0, 1000.0, 20)]
    fn a_building_is_drawn_by_one_tile(#[case] low: f64, #[case] high: f64, #[case] count: usize) {
        let house = Polygon::new(square(low, high), Vec::new());
        let body = encoded(vec![layer(
            "buildings",
            &[class_of("yes")],
            vec![house.into()],
        )]);
        let drawing = Drawing::of(&level(), at_origin(14), &body).unwrap();
        assert_eq!(vertices(drawing.solids.as_ref()), count);
    }

    #[rstest::rstest]
    #[case::from_afar(12, true)]
    #[case::near(13, false)]
    fn towns_are_hinted_at_from_afar(#[case] zoom: u8, #[case] is_seen: bool) {
        let town = Polygon::new(square(0.0, 4096.0), Vec::new());
        let body = encoded(vec![layer(
            "land_cover",
            &[class_of("residential")],
            vec![town.into()],
        )]);
        let drawing = Drawing::of(&level(), at_origin(zoom), &body).unwrap();
        assert_eq!(vertices(drawing.solids.as_ref()) > 0, is_seen);
    }
}
