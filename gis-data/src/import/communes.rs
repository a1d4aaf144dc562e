//! Outlines of communes from GeoJSON, as geo.api.gouv.fr and the collections made from IGN's
//! Admin Express deliver them. What a commune is beyond its outline and population is not read.

use std::collections::BTreeSet;
use std::path::Path;

use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use serde::Deserialize;
use serde_json::Value;
use twin_core::{Commune, LonLat};

use super::outline::{self, RingState};
use super::{Report, WarningCode};
use crate::error::{GisError, GisResult};
use crate::pack::{LayerInfo, Pack};

/// The largest file that is read, in bytes; all communes of France in full detail are less.
const MAX_BYTES: u64 = 512 * 1024 * 1024;

#[derive(Deserialize)]
struct Collection {
    #[serde(rename = "type")]
    _type: CollectionType,
    features: Vec<Value>,
}

#[derive(Deserialize)]
enum CollectionType {
    FeatureCollection,
}

#[derive(Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Outline {
    Polygon(Vec<Vec<Vec<f64>>>),
    MultiPolygon(Vec<Vec<Vec<Vec<f64>>>>),
}

/// Reads the communes of a GeoJSON file, in its order.
///
/// Each feature needs the property `code` (or `insee`), and a `Polygon` or a `MultiPolygon`;
/// `nom` (or `name`), `population` and the point `centre` are taken where they are there. Rings
/// are closed and wound anew; the area is computed on the ellipsoid. A feature that cannot be
/// used is told in `report` and left out.
///
/// ```
/// use gis_data::import::{Report, WarningCode, communes};
///
/// let file = tempfile::NamedTempFile::new()?;
/// std::fs::write(file.path(), r#"{"type": "FeatureCollection", "features": [
///     {"type": "Feature", "properties": {"code": "25388", "nom": "Montbéliard"},
///      "geometry": {"type": "Polygon", "coordinates": [[[6.7, 47.5], [6.8, 47.5], [6.8, 47.6]]]}}
/// ]}"#)?;
/// let mut report = Report::default();
/// let communes = communes::read(file.path(), &mut report)?;
/// assert_eq!(&*communes[0].name, "Montbéliard");
/// assert_eq!(report.count(WarningCode::RingClosed), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`GisError::Io`], [`GisError::TooLarge`], [`GisError::NotGeoJson`], and
/// [`GisError::NoOutlines`] where not one feature can be used.
pub fn read(path: &Path, report: &mut Report) -> GisResult<Vec<Commune>> {
    let cannot_read = |source| GisError::Io {
        action: "read",
        path: path.to_path_buf(),
        source,
    };
    let bytes = std::fs::metadata(path).map_err(cannot_read)?.len();
    if bytes > MAX_BYTES {
        return Err(GisError::TooLarge {
            bytes,
            limit: MAX_BYTES,
            path: path.to_path_buf(),
        });
    }
    let bytes = std::fs::read(path).map_err(cannot_read)?;
    let collection: Collection =
        serde_json::from_slice(&bytes).map_err(|source| GisError::NotGeoJson {
            path: path.to_path_buf(),
            source,
        })?;

    let mut codes = BTreeSet::new();
    let mut communes = Vec::new();
    for (ix, feature) in collection.features.into_iter().enumerate() {
        let object = object_name(&feature, ix);
        let mut warn = |code, message: &str| report.warn(code, path, &object, message);
        match read_feature(feature, &mut warn) {
            Ok(commune) if codes.insert(commune.code.clone()) => communes.push(commune),
            Ok(_) => warn(WarningCode::DuplicateObject, "its code is there twice"),
            Err(message) => warn(WarningCode::UnusableFeature, message),
        }
    }
    if communes.is_empty() {
        return Err(GisError::NoOutlines {
            path: path.to_path_buf(),
        });
    }
    Ok(communes)
}

/// Puts `communes` in the place of those that a pack has.
pub fn replace(pack: &mut Pack, communes: Vec<Commune>, info: LayerInfo) {
    pack.layers.communes = communes;
    pack.manifest.layers.insert("communes".to_owned(), info);
}

fn object_name(feature: &Value, ix: usize) -> String {
    match text(&feature["properties"], &CODE_KEYS) {
        Some(code) => format!("feature {ix} ({code})"),
        None => format!("feature {ix}"),
    }
}

const CODE_KEYS: [&str; 3] = ["code", "insee", "INSEE_COM"];
const NAME_KEYS: [&str; 3] = ["nom", "name", "NOM_COM"];

/// A text property under the first of its names that is there; a number counts as a code of five
/// digits that has lost its leading zero.
fn text(properties: &Value, keys: &[&str]) -> Option<Box<str>> {
    keys.iter().find_map(|key| match &properties[*key] {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().into()),
        Value::Number(number) => Some(format!("{:0>5}", number.to_string()).into()),
        _ => None,
    })
}

fn read_feature(
    mut feature: Value,
    warn: &mut impl FnMut(WarningCode, &str),
) -> Result<Commune, &'static str> {
    let geometry = feature
        .get_mut("geometry")
        .map(Value::take)
        .ok_or("has no geometry")?;
    let properties = &feature["properties"];
    let code = text(properties, &CODE_KEYS).ok_or("has no code")?;
    let outline = read_outline(geometry, warn)?;
    let population = properties["population"].as_u64();
    let given = properties["centre"]["coordinates"]
        .as_array()
        .and_then(|point| position(point));
    let given = given.filter(|place| outline::contains(&outline, *place));
    let center = given.or_else(|| outline::interior_point(&outline));
    Ok(Commune {
        name: text(properties, &NAME_KEYS).unwrap_or_else(|| code.clone()),
        code,
        population: population.and_then(|number| u32::try_from(number).ok()),
        area: outline::area(&outline),
        center: center.ok_or("has an outline without inside")?,
        fibre_zone: None,
        member_from: None,
        member_until: None,
        outline,
    })
}

fn position(point: &[Value]) -> Option<LonLat> {
    LonLat::new(point.first()?.as_f64()?, point.get(1)?.as_f64()?).ok()
}

fn read_outline(
    geometry: Value,
    warn: &mut impl FnMut(WarningCode, &str),
) -> Result<MultiPolygon, &'static str> {
    let geometry: Outline = serde_json::from_value(geometry)
        .map_err(|_other_geometry| "is neither Polygon nor MultiPolygon")?;
    let parts = match geometry {
        Outline::Polygon(rings) => vec![rings],
        Outline::MultiPolygon(parts) => parts,
    };
    let mut polygons = Vec::new();
    for rings in parts {
        let mut rings = rings.into_iter();
        let exterior = rings
            .next()
            .map(|ring| read_ring(ring, warn))
            .transpose()?
            .flatten();
        let holes = rings
            .map(|ring| read_ring(ring, warn))
            .collect::<Result<Vec<_>, _>>()?;
        let holes: Vec<LineString> = holes.into_iter().flatten().collect();
        polygons.extend(exterior.map(|exterior| Polygon::new(exterior, holes)));
    }
    if polygons.is_empty() {
        return Err("has no ring of three different points");
    }
    Ok(outline::outline(polygons))
}

/// A ring, closed; `None` where it has no inside.
fn read_ring(
    points: Vec<Vec<f64>>,
    warn: &mut impl FnMut(WarningCode, &str),
) -> Result<Option<LineString>, &'static str> {
    let place = |point: Vec<f64>| {
        let (lon, lat) = (*point.first()?, *point.get(1)?);
        LonLat::new(lon, lat).ok().map(Coord::from)
    };
    let places: Option<Vec<Coord>> = points.into_iter().map(place).collect();
    let places = places.ok_or("has a position that is not on the globe")?;
    let Some((ring, state)) = outline::ring(places) else {
        warn(
            WarningCode::DegenerateRing,
            "a ring has fewer than three different points",
        );
        return Ok(None);
    };
    if state == RingState::Closed {
        warn(
            WarningCode::RingClosed,
            "a ring did not end where it starts",
        );
    }
    match outline::crosses_itself(&ring) {
        Some(false) => {}
        Some(true) => warn(
            WarningCode::SelfIntersection,
            "a ring crosses or touches itself",
        ),
        None => warn(
            WarningCode::UncheckedOutline,
            "a ring is too intricate to check",
        ),
    }
    Ok(Some(ring))
}
