//! Outlines of communes from GeoJSON, as geo.api.gouv.fr and the collections made from IGN's
//! Admin Express deliver them. What a commune is beyond its outline and population is not read.

mod axes;
mod geojson;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;

use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use serde_json::Value;
use serde_json::value::RawValue;
use twin_core::{Commune, LonLat};

use self::geojson::{Feature, Features};
use super::outline::{self, RingState};
use super::whole::read_at_most;
use super::{Report, WarningCode};
use crate::error::{GisError, GisResult};
use crate::pack::{LayerInfo, Pack};

/// The largest file that is read, in bytes; all communes of France in full detail are less.
const MAX_BYTES: u64 = 512 * 1024 * 1024;

/// Reads the communes of a GeoJSON file, in its order.
///
/// Each feature needs the property `code` (or `insee`), and a `Polygon` or a `MultiPolygon`;
/// `nom` (or `name`), `population` and the point `centre` are taken where they are there. Rings
/// are closed and wound anew; the area is computed on the ellipsoid. Latitudes before longitudes
/// are exchanged where the numbers leave no doubt. A feature that cannot be used is told in `report`
/// and left out, as is one of more than a million positions; where the file ends early, those
/// before are used. In memory are the file, its outlines, and one feature more.
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
    let bytes = read_at_most(MAX_BYTES, path)?;
    let (text, encoding) = geojson::decoded(&bytes);
    if let Some(encoding) = encoding {
        let message = format!("it is not wholly in UTF-8, and read as {encoding}");
        report.warn(WarningCode::UndecodableBytes, path, "file", message);
    }
    let features = Features::read(&text).map_err(|source| GisError::NotGeoJson {
        path: path.to_path_buf(),
        source,
    })?;
    if let Some(error) = &features.broken {
        let count = features.texts.len();
        let message = format!("only its first {count} features can be read ({error})");
        report.warn(WarningCode::TruncatedFile, path, "file", message);
    }
    let communes = usable(&features, path, report);
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

/// The communes that the features make, each code once.
fn usable(features: &Features<'_>, path: &Path, report: &mut Report) -> Vec<Commune> {
    let mut codes = BTreeSet::new();
    let mut communes = Vec::new();
    for (ix, text) in features.texts.iter().enumerate() {
        let (object, outcome) = read_text(text, ix);
        let mut warn = |code, message: &str| report.warn(code, path, &object, message);
        match outcome.and_then(|feature| read_feature(feature, &mut warn)) {
            Ok(commune) if codes.insert(commune.code.clone()) => communes.push(commune),
            Ok(_) => warn(WarningCode::DuplicateObject, "its code is there twice"),
            Err(message) => warn(WarningCode::UnusableFeature, &message),
        }
    }
    communes
}

/// What a feature is called in reports, and the feature.
fn read_text(text: &RawValue, ix: usize) -> (String, Result<Feature, Cow<'static, str>>) {
    match Feature::read(text) {
        Ok(feature) => (object_name(&feature, ix), Ok(feature)),
        Err(error) => {
            let message = format!("cannot be read ({error})");
            (format!("feature {ix}"), Err(message.into()))
        }
    }
}

fn object_name(feature: &Feature, ix: usize) -> String {
    match text(&feature.properties, &CODE_KEYS) {
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
    feature: Feature,
    warn: &mut impl FnMut(WarningCode, &str),
) -> Result<Commune, Cow<'static, str>> {
    let properties = &feature.properties;
    let code = text(properties, &CODE_KEYS).ok_or("has no code")?;
    let mut parts = feature.rings?;
    if axes::are_swapped(&parts, &code) {
        axes::exchange(&mut parts);
        warn(
            WarningCode::SwappedAxes,
            "latitudes come before longitudes; they are exchanged",
        );
    }
    let outline = read_outline(parts, warn)?;
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
    parts: Vec<Vec<Vec<Coord>>>,
    warn: &mut impl FnMut(WarningCode, &str),
) -> Result<MultiPolygon, Cow<'static, str>> {
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
        return Err("has no ring of three different points".into());
    }
    Ok(outline::outline(polygons))
}

/// A ring, closed; `None` where it has no inside.
fn read_ring(
    points: Vec<Coord>,
    warn: &mut impl FnMut(WarningCode, &str),
) -> Result<Option<LineString>, Cow<'static, str>> {
    let is_on_globe = |point: &Coord| LonLat::new(point.x, point.y).is_ok();
    if let Some(Coord { x, y }) = points.iter().find(|point| !is_on_globe(point)) {
        return Err(format!("has the position {x}, {y}, which is not on the globe").into());
    }
    let Some((ring, state)) = outline::ring(points) else {
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
