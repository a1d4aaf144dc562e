//! GeoJSON (RFC 7946) as this server writes it: WGS84, seven decimals, one link object for all.

use geo_types::MultiPolygon;
use serde::Serialize;
use serde_json::value::RawValue;
use twin_core::{LonLat, Road, Waterway};

/// A feature with typed properties.
#[derive(Debug, Serialize)]
pub(crate) struct Feature<P> {
    r#type: &'static str,
    id: String,
    geometry: Geometry,
    properties: P,
}

impl<P> Feature<P> {
    /// A feature.
    pub(crate) const fn new(id: String, geometry: Geometry, properties: P) -> Self {
        Self {
            r#type: "Feature",
            id,
            geometry,
            properties,
        }
    }
}

/// A page of features, with how many there are in all and where the next page is.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FeatureCollection<P> {
    r#type: &'static str,
    features: Vec<Feature<P>>,
    number_matched: usize,
    number_returned: usize,
    links: Vec<Link>,
}

impl<P> FeatureCollection<P> {
    /// A page of `matched` features.
    pub(crate) fn page(features: Vec<Feature<P>>, matched: usize, links: Vec<Link>) -> Self {
        let number_returned = features.len();
        Self {
            r#type: "FeatureCollection",
            features,
            number_matched: matched,
            number_returned,
            links,
        }
    }
}

/// A link as OGC API has them.
#[derive(Debug, Serialize)]
pub(crate) struct Link {
    /// Where it leads.
    pub(crate) href: String,
    /// What it is to this answer: `self`, `next`.
    pub(crate) rel: &'static str,
    /// The media type behind it.
    pub(crate) r#type: &'static str,
}

/// A geometry in WGS84, longitude first.
#[derive(Debug, Serialize)]
#[serde(tag = "type", content = "coordinates")]
pub(crate) enum Geometry {
    /// A point.
    Point([f64; 2]),
    /// A line.
    LineString(Vec<[f64; 2]>),
    /// An outline in parts.
    MultiPolygon(Vec<Vec<Vec<[f64; 2]>>>),
}

impl Geometry {
    /// A point.
    pub(crate) fn point(place: LonLat) -> Self {
        Self::Point(coordinates(place.lon(), place.lat()))
    }

    /// A line through some places.
    pub(crate) fn line(path: &[LonLat]) -> Self {
        Self::LineString(
            path.iter()
                .map(|place| coordinates(place.lon(), place.lat()))
                .collect(),
        )
    }

    /// An outline.
    pub(crate) fn outline(outline: &MultiPolygon) -> Self {
        let ring = |ring: &geo_types::LineString| -> Vec<[f64; 2]> {
            ring.coords()
                .map(|coord| coordinates(coord.x, coord.y))
                .collect()
        };
        let part = |part: &geo_types::Polygon| {
            std::iter::once(part.exterior())
                .chain(part.interiors())
                .map(ring)
                .collect()
        };
        Self::MultiPolygon(outline.iter().map(part).collect())
    }
}

/// Seven decimals: a centimetre.
fn coordinates(lon: f64, lat: f64) -> [f64; 2] {
    [lon, lat].map(|degrees| (degrees * 1e7).round() / 1e7)
}

#[derive(Debug, Serialize)]
struct LineProperties<'a> {
    class: &'a str,
    name: Option<&'a str>,
}

/// Roads as one encoded collection.
pub(crate) fn roads(roads: &[Road]) -> String {
    lines(
        roads
            .iter()
            .map(|road| (&road.class, &road.name, &road.path)),
    )
}

/// Waterways as one encoded collection.
pub(crate) fn waterways(waterways: &[Waterway]) -> String {
    lines(
        waterways
            .iter()
            .map(|water| (&water.class, &water.name, &water.path)),
    )
}

/// Class, name and course of a line.
type DrawnLine<'a> = (&'a Box<str>, &'a Option<Box<str>>, &'a Vec<LonLat>);

fn lines<'a>(lines: impl Iterator<Item = DrawnLine<'a>>) -> String {
    let features: Vec<_> = lines
        .enumerate()
        .map(|(number, (class, name, path))| {
            let name = name.as_deref();
            let properties = LineProperties { class, name };
            Feature::new(number.to_string(), Geometry::line(path), properties)
        })
        .collect();
    let count = features.len();
    let collection = FeatureCollection::page(features, count, Vec::new());
    serde_json::to_string(&collection).unwrap_or_else(|_never| RawValue::NULL.get().to_owned())
}
