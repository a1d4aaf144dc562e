//! The communes as the server tells them, put into the plane.

use bevy::math::{Rect, Vec2};
use geo::orient::{Direction, Orient as _};
use geo::unary_union;
use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use serde::Deserialize;
use twin_core::LonLat;

use super::region::Region;
use super::{CommuneShape, Territory};
use crate::error::ViewerError;
use crate::space::Space;

/// The smallest hole of the territory that is left open, in square metres: smaller ones are where
/// outlines do not quite meet.
const SMALLEST_HOLE_M2: f64 = 300_000.0;
/// The smallest part of the territory that is shown.
const SMALLEST_PART_M2: f64 = 5_000.0;

#[derive(Debug, Deserialize)]
struct Collection {
    features: Vec<Feature>,
}

#[derive(Debug, Deserialize)]
struct Feature {
    properties: Properties,
    geometry: Geometry,
}

#[derive(Debug, Deserialize)]
struct Properties {
    insee: Box<str>,
    name: Box<str>,
    #[serde(default)]
    population: Option<u32>,
    center: LonLat,
}

type Ring = Vec<LonLat>;

#[derive(Debug, Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    Polygon(Vec<Ring>),
    MultiPolygon(Vec<Vec<Ring>>),
}

impl Geometry {
    fn parts(&self) -> &[Vec<Ring>] {
        match self {
            Self::Polygon(part) => std::slice::from_ref(part),
            Self::MultiPolygon(parts) => parts,
        }
    }
}

/// What `GET /communes` tells: where the plane's origin is, the communes in it, and what all of
/// them together cover.
pub(super) fn read(json: &[u8]) -> Result<(Space, Territory, Region), ViewerError> {
    let collection: Collection =
        serde_json::from_slice(json).map_err(|source| ViewerError::Answer {
            what: "the list of communes",
            source,
        })?;
    let space = Space::around(middle(&collection).ok_or(ViewerError::NoOutline)?);
    let mut communes: Vec<CommuneShape> = collection
        .features
        .iter()
        .map(|feature| shape(&space, feature))
        .collect();
    communes.sort_by(|a, b| {
        b.population
            .cmp(&a.population)
            .then_with(|| a.code.cmp(&b.code))
    });
    let outlines: Vec<MultiPolygon> = collection
        .features
        .iter()
        .map(|feature| outline(&space, feature))
        .collect();
    let region = Region::new(&whole(&unary_union(&outlines)));
    let extent = region.extent().ok_or(ViewerError::NoOutline)?;
    Ok((space, Territory { communes, extent }, region))
}

/// The middle of the box around all outlines.
fn middle(collection: &Collection) -> Option<LonLat> {
    let parts = collection
        .features
        .iter()
        .flat_map(|it| it.geometry.parts());
    let points = parts.flatten().flatten();
    let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
    for point in points {
        for (axis, value) in <[f64; 2]>::from(*point).into_iter().enumerate() {
            low[axis] = low[axis].min(value);
            high[axis] = high[axis].max(value);
        }
    }
    LonLat::new(0.5 * (low[0] + high[0]), 0.5 * (low[1] + high[1])).ok()
}

fn shape(space: &Space, feature: &Feature) -> CommuneShape {
    let parts = feature.geometry.parts().iter();
    let rings = parts
        .flatten()
        .map(|ring| ring.iter().map(|at| space.ground(*at)).collect());
    CommuneShape {
        code: feature.properties.insee.clone(),
        name: feature.properties.name.clone(),
        population: feature.properties.population.unwrap_or(0),
        centre: space.ground(feature.properties.center),
        rings: rings.collect(),
    }
}

fn outline(space: &Space, feature: &Feature) -> MultiPolygon {
    let ring = |ring: &Ring| {
        let coord = |at: &LonLat| {
            let Vec2 { x, y } = space.ground(*at);
            Coord::from((f64::from(x), f64::from(y)))
        };
        LineString::new(ring.iter().map(coord).collect())
    };
    let part = |rings: &Vec<Ring>| {
        let mut rings = rings.iter().map(ring);
        Polygon::new(
            rings.next().unwrap_or_else(|| LineString::new(Vec::new())),
            rings.collect(),
        )
    };
    let parts: MultiPolygon = feature.geometry.parts().iter().map(part).collect();
    parts.orient(Direction::Default)
}

/// Without the slivers that are left where outlines do not quite meet.
fn whole(united: &MultiPolygon) -> MultiPolygon {
    use geo::Area as _;
    let area = |ring: &LineString| Polygon::new(ring.clone(), Vec::new()).unsigned_area();
    let parts = united
        .iter()
        .filter(|part| area(part.exterior()) >= SMALLEST_PART_M2);
    parts
        .map(|part| {
            let holes = part
                .interiors()
                .iter()
                .filter(|hole| area(hole) >= SMALLEST_HOLE_M2);
            Polygon::new(part.exterior().clone(), holes.cloned().collect())
        })
        .collect()
}

/// What a box in the plane covers.
pub(super) fn around(points: impl Iterator<Item = Vec2>) -> Option<Rect> {
    points
        .map(|at| Rect::from_corners(at, at))
        .reduce(|all, one| all.union(one))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two communes side by side, each a square of about 7.5 km by 11 km.
    pub(crate) const TWO: &str = r#"{"type": "FeatureCollection", "features": [
        {"type": "Feature", "id": "1", "properties": {"insee": "1", "name": "Ouest", "population": 10,
            "center": [6.75, 47.5]}, "geometry": {"type": "Polygon", "coordinates":
            [[[6.7, 47.45], [6.8, 47.45], [6.8, 47.55], [6.7, 47.55], [6.7, 47.45]]]}},
        {"type": "Feature", "id": "2", "properties": {"insee": "2", "name": "Est", "population": 2000,
            "center": [6.85, 47.5]}, "geometry": {"type": "MultiPolygon", "coordinates":
            [[[[6.8, 47.45], [6.9, 47.45], [6.9, 47.55], [6.8, 47.55], [6.8, 47.45]]]]}}]}"#;

    #[test]
    fn communes_side_by_side_are_one_piece() {
        let (space, territory, region) = read(TWO.as_bytes()).unwrap();
        let names: Vec<_> = territory.communes.iter().map(|it| &*it.name).collect();
        assert_eq!(names, ["Est", "Ouest"], "most populous first");
        assert_eq!(region.rings().count(), 1);
        assert!(region.holds(Vec2::ZERO) && !region.holds(Vec2::new(9_000.0, 0.0)));
        let middle = space.place(Vec2::ZERO).unwrap();
        approx::assert_abs_diff_eq!(middle.lon(), 6.8, epsilon = 1e-9);
    }

    #[rstest::rstest]
    #[case::no_json("nonsense")]
    #[case::nothing(r#"{"features": []}"#)]
    fn what_has_no_outline_is_refused(#[case] json: &str) {
        assert!(read(json.as_bytes()).is_err());
    }
}
