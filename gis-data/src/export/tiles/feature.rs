//! Writing shapes into one layer of a tile: simplified, cut, on the tile's grid.

use geo::{Area as _, BoundingRect as _, MapCoords as _, Simplify as _};
use geo_types::{Coord, Geometry, LineString, MultiLineString, MultiPolygon, Polygon};
use geozero::ToMvt as _;
use geozero::mvt::{TagsBuilder, TileValue, tile};

use super::address::TileId;
use super::clip::{Frame, clip_line, clip_ring};
use super::shape::{Outline, Shape};

/// Steps of a tile's grid from edge to edge.
const STEPS: u16 = 4096;
pub(super) const EXTENT: f64 = STEPS as f64;
/// How far a tile draws beyond its edges, in steps of its grid: half the width of the widest line.
pub(super) const BUFFER: f64 = 128.0;
/// From this zoom on shapes are drawn as they are.
const EXACT_ZOOM: u8 = 15;
/// Farther away they may be off by so many steps: a quarter of a pixel of a tile of 512 pixels.
const TOLERANCE: f64 = 2.0;
/// Farther away, areas smaller than this along both sides are left out, in steps.
const SMALLEST: f64 = 12.0;

const FRAME: Frame = Frame {
    low: -BUFFER,
    high: EXTENT + BUFFER,
};

/// One layer of a tile while it is written.
pub(super) struct LayerWriter {
    id: TileId,
    name: &'static str,
    features: Vec<tile::Feature>,
    tags: TagsBuilder,
}

impl LayerWriter {
    pub(super) fn new(name: &'static str, id: TileId) -> Self {
        Self {
            id,
            name,
            features: Vec::new(),
            tags: TagsBuilder::new(),
        }
    }

    /// Draws a shape, if anything of it is to be seen.
    pub(super) fn draw(&mut self, shape: &Shape, number: u64) {
        let geometry = match &shape.outline {
            Outline::Line(line) => self.line(line),
            Outline::Area(area) => self.area(area),
        };
        let Some(mut feature) = geometry.and_then(|it| it.to_mvt_unscaled().ok()) else {
            return;
        };
        feature.id = Some(number);
        for (key, value) in &shape.tags {
            let (key, value) = self.tags.insert((*key).to_owned(), TileValue::clone(value));
            feature.tags.extend([key, value]);
        }
        self.features.push(feature);
    }

    /// The layer; `None` where nothing is in it.
    pub(super) fn finish(self) -> Option<tile::Layer> {
        if self.features.is_empty() {
            return None;
        }
        let (keys, values) = self.tags.into_tags();
        Some(tile::Layer {
            version: 2,
            name: self.name.to_owned(),
            features: self.features,
            keys,
            values: values.into_iter().map(Into::into).collect(),
            extent: Some(STEPS.into()),
        })
    }

    fn to_grid(&self, at: Coord) -> Coord {
        let (column, row) = (f64::from(self.id.column()), f64::from(self.id.row()));
        Coord {
            x: (at.x * self.id.across() - column) * EXTENT,
            y: (at.y * self.id.across() - row) * EXTENT,
        }
    }

    fn is_exact(&self) -> bool {
        self.id.zoom() >= EXACT_ZOOM
    }

    fn line(&self, line: &LineString) -> Option<Geometry> {
        let mut line = line.map_coords(|at| self.to_grid(at));
        if !self.is_exact() {
            line = line.simplify(TOLERANCE);
        }
        let pieces = clip_line(&line, FRAME).into_iter().map(on_grid);
        let pieces: Vec<LineString> = pieces.filter(|piece| piece.0.len() >= 2).collect();
        match pieces.len() {
            0 => None,
            1 => pieces.into_iter().next().map(Geometry::LineString),
            _ => Some(Geometry::MultiLineString(MultiLineString::new(pieces))),
        }
    }

    fn area(&self, area: &MultiPolygon) -> Option<Geometry> {
        let parts = area.iter().filter_map(|part| self.part(part));
        let parts: Vec<Polygon> = parts.collect();
        (!parts.is_empty()).then(|| Geometry::MultiPolygon(MultiPolygon::new(parts)))
    }

    fn part(&self, part: &Polygon) -> Option<Polygon> {
        let mut part = part.map_coords(|at| self.to_grid(at));
        if !self.is_exact() {
            let around = part.bounding_rect()?;
            if around.width().max(around.height()) < SMALLEST {
                return None;
            }
            part = part.simplify(TOLERANCE);
        }
        let (outer, holes) = part.into_inner();
        let outer = ring_on_grid(&outer, Turn::Clockwise)?;
        let holes = holes
            .iter()
            .filter_map(|hole| ring_on_grid(hole, Turn::Counterclockwise));
        Some(Polygon::new(outer, holes.collect()))
    }
}

/// Which way a ring runs as one sees it on the screen, where rows grow downwards (MVT 2.1, 4.3.3.3).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    Clockwise,
    Counterclockwise,
}

/// The part of a ring that a tile draws; `None` where it has no surface.
fn ring_on_grid(ring: &LineString, turn: Turn) -> Option<LineString> {
    let mut ring = on_grid(clip_ring(ring, FRAME));
    // Twice the surface, positive where the ring is clockwise on the screen.
    let surface = Polygon::new(ring.clone(), Vec::new()).signed_area();
    if ring.0.len() < 4 || surface.abs() < 0.5 {
        return None;
    }
    let is_clockwise = surface > 0.0;
    if is_clockwise != (turn == Turn::Clockwise) {
        ring.0.reverse();
    }
    Some(ring)
}

/// Rounds to the grid, and drops points that fall together.
fn on_grid(line: LineString) -> LineString {
    let round = |at: Coord| Coord {
        x: at.x.round(),
        y: at.y.round(),
    };
    let mut points: Vec<Coord> = line.0.into_iter().map(round).collect();
    points.dedup();
    LineString::new(points)
}
