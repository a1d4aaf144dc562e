//! The ground as Mapbox Vector Tiles (version 2.1) in the tile matrix set WebMercatorQuad.
//!
//! A layer of a tile has the name of the pack's layer. What is shown from which zoom on is one table,
//! in `rules`; nothing else is decided here.

mod address;
mod clip;
mod feature;
mod rules;
mod shape;

use geozero::mvt::{Message as _, Tile, tile};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use twin_core::{Ground, LonLat};

pub use self::address::TileId;
use self::feature::LayerWriter;
use self::shape::Shape;
use crate::pack::GroundLayer;

/// The ground of a territory, ready to be cut into tiles. It holds a copy of what is drawn, in the
/// plane of Web Mercator.
///
/// ```
/// use gis_data::export::tiles::{GroundTiles, TileId};
/// use gis_data::import::embedded::{Preset, embedded_pack};
///
/// let pack = embedded_pack(Preset::Demo2022, 1)?;
/// let tiles = GroundTiles::new(&pack.ground);
/// let around_montbeliard = TileId::new(10, 531, 358).expect("lies in the world");
/// assert!(!tiles.tile(around_montbeliard).is_empty());
/// # Ok::<(), gis_data::GisError>(())
/// ```
#[derive(Debug)]
pub struct GroundTiles {
    layers: Vec<DrawnLayer>,
}

#[derive(Debug)]
struct DrawnLayer {
    name: &'static str,
    shapes: Vec<Shape>,
    tree: RTree<GeomWithData<Rectangle<[f64; 2]>, u32>>,
}

impl GroundTiles {
    /// The layers that tiles have, from the ground up.
    pub const LAYERS: [GroundLayer; 4] = [
        GroundLayer::LandCover,
        GroundLayer::Water,
        GroundLayer::Buildings,
        GroundLayer::Roads,
    ];

    /// Takes what is drawn of the ground.
    pub fn new(ground: &Ground) -> Self {
        let shapes = |layer| match layer {
            GroundLayer::LandCover => ground.land_cover.iter().map(Shape::land_cover).collect(),
            GroundLayer::Water => ground.waterways.iter().map(Shape::waterway).collect(),
            GroundLayer::Buildings => ground.buildings.iter().map(Shape::building).collect(),
            GroundLayer::Roads => ground.roads.iter().map(Shape::road).collect(),
            _ => Vec::new(),
        };
        let layers = Self::LAYERS.map(|layer| DrawnLayer::new(layer.name(), shapes(layer)));
        Self {
            layers: layers.into(),
        }
    }

    /// A tile; empty where nothing is drawn. Its layers follow [`GroundTiles::LAYERS`], the features
    /// of a layer the order of the pack.
    pub fn tile(&self, id: TileId) -> Vec<u8> {
        let layers: Vec<tile::Layer> = (self.layers.iter())
            .filter_map(|layer| layer.cut(id))
            .collect();
        Tile { layers }.encode_to_vec()
    }
}

impl DrawnLayer {
    fn new(name: &'static str, shapes: Vec<Shape>) -> Self {
        let boxed = |(ix, shape): (u32, &Shape)| {
            let [low, high] = shape.corners()?;
            let extent = Rectangle::from_corners(low, high);
            Some(GeomWithData::new(extent, ix))
        };
        let entries = (0_u32..).zip(&shapes).filter_map(boxed).collect();
        Self {
            name,
            tree: RTree::bulk_load(entries),
            shapes,
        }
    }

    fn cut(&self, id: TileId) -> Option<tile::Layer> {
        let [low, high] = id.drawn_extent();
        let hits = self
            .tree
            .locate_in_envelope_intersecting(AABB::from_corners(low, high));
        let mut hits: Vec<u32> = hits.map(|entry| entry.data).collect();
        hits.sort_unstable();
        let mut layer = LayerWriter::new(self.name, id);
        for ix in hits {
            let shape = self.shapes.get(ix as usize)?;
            if shape.min_zoom <= id.zoom() {
                layer.draw(shape, u64::from(ix));
            }
        }
        layer.finish()
    }
}

/// A place in the plane of Web Mercator, whose square is 0–1 from the north-western corner.
fn mercator(place: LonLat) -> [f64; 2] {
    const LAST_LAT: f64 = 85.051_128_779_806_59;
    let lat = place.lat().clamp(-LAST_LAT, LAST_LAT).to_radians();
    let north = libm::log(libm::tan(std::f64::consts::FRAC_PI_4 + lat / 2.0));
    [
        place.lon() / 360.0 + 0.5,
        0.5 - north / std::f64::consts::TAU,
    ]
}
