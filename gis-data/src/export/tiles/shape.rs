//! One thing to draw, in the plane of Web Mercator.

use geo::{BoundingRect as _, MapCoords as _};
use geo_types::{Coord, LineString, MultiPolygon};
use geozero::mvt::TileValue;
use twin_core::{Building, LandCover, LonLat, Metres, Road, Waterway};

use super::{mercator, rules};

/// One thing to draw.
#[derive(Debug)]
pub(super) struct Shape {
    /// The zoom from which it is drawn.
    pub(super) min_zoom: u8,
    /// What a map says of it.
    pub(super) tags: Vec<(&'static str, TileValue)>,
    /// Where it is.
    pub(super) outline: Outline,
}

#[derive(Debug)]
pub(super) enum Outline {
    Line(LineString),
    Area(MultiPolygon),
}

impl Shape {
    pub(super) fn road(road: &Road) -> Self {
        let told = ["ref", "bridge", "tunnel", "oneway", "surface"];
        let more = told.into_iter().filter_map(|key| {
            let value = road.tags.get(key)?;
            Some((key, TileValue::Str(value.to_owned())))
        });
        let mut tags = named(&road.class, road.name.as_deref());
        tags.extend(more);
        Self {
            min_zoom: rules::road(&road.class),
            tags,
            outline: line(&road.path),
        }
    }

    pub(super) fn waterway(water: &Waterway) -> Self {
        Self {
            min_zoom: rules::waterway(&water.class),
            tags: named(&water.class, water.name.as_deref()),
            outline: line(&water.path),
        }
    }

    pub(super) fn land_cover(cover: &LandCover) -> Self {
        Self {
            min_zoom: rules::land_cover(&cover.class),
            tags: named(&cover.class, cover.name.as_deref()),
            outline: area(&cover.outline),
        }
    }

    pub(super) fn building(building: &Building) -> Self {
        let mut tags = named(&building.class, building.name.as_deref());
        let height = building.height.map(Metres::get);
        tags.extend(height.map(|metres| ("height_m", TileValue::Double(metres))));
        let levels = building.levels.map(TileValue::Float);
        tags.extend(levels.map(|levels| ("levels", levels)));
        Self {
            min_zoom: rules::BUILDINGS,
            tags,
            outline: area(&building.outline),
        }
    }

    /// The corners of the box around it; `None` where it has no point.
    pub(super) fn corners(&self) -> Option<[[f64; 2]; 2]> {
        let around = match &self.outline {
            Outline::Line(line) => line.bounding_rect(),
            Outline::Area(area) => area.bounding_rect(),
        }?;
        Some([around.min().into(), around.max().into()])
    }
}

fn named(class: &str, name: Option<&str>) -> Vec<(&'static str, TileValue)> {
    let mut tags = vec![("class", TileValue::Str(class.to_owned()))];
    tags.extend(name.map(|name| ("name", TileValue::Str(name.to_owned()))));
    tags
}

fn line(path: &[LonLat]) -> Outline {
    let points = path.iter().map(|&place| Coord::from(mercator(place)));
    Outline::Line(points.collect())
}

/// Corners that are not on the globe, which no reader lets in, stay where they are.
fn area(outline: &MultiPolygon) -> Outline {
    let project = |at: Coord| LonLat::new(at.x, at.y).map_or(at, |place| mercator(place).into());
    Outline::Area(outline.map_coords(project))
}
