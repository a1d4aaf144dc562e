//! `GeoJSON` and `FlatGeobuf` as tables: properties are columns, a point or a point inside is the
//! place.

use std::collections::BTreeSet;
use std::path::Path;
use std::vec;

use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::error::{GisError, GisResult};
use crate::import::outline;
use crate::import::tables::row::{MAX_COLUMNS, TableRow, not_table};
use crate::import::whole::read_at_most;
use crate::pack::{PointTable, read_points};

/// The largest file: all of it is read at once.
const MAX_BYTES: u64 = 512 * 1024 * 1024;

/// The rows of a file of features.
pub(super) type FeatureRows = vec::IntoIter<TableRow>;

#[derive(Deserialize)]
struct Collection {
    features: Vec<Feature>,
    #[serde(default)]
    crs: Value,
}

#[derive(Deserialize)]
struct Feature {
    #[serde(default)]
    properties: Option<Map<String, Value>>,
    #[serde(default)]
    geometry: Value,
}

/// Columns, reference system and rows of a file.
pub(super) type Opened = (Vec<Box<str>>, Option<String>, FeatureRows);

/// Reads a file.
pub(super) fn open(path: &Path) -> GisResult<Opened> {
    let bytes = read_at_most(MAX_BYTES, path)?;
    let collection: Collection =
        serde_json::from_slice(&bytes).map_err(|source| GisError::NotGeoJson {
            path: path.to_path_buf(),
            source,
        })?;
    let columns = columns(&collection.features);
    if columns.len() > MAX_COLUMNS {
        return Err(not_table(path, "it has more than 4096 columns"));
    }
    let rows = collection.features.iter().enumerate();
    let rows: Vec<TableRow> = rows
        .map(|(ix, feature)| row(&columns, ix, feature))
        .collect();
    Ok((columns, epsg(&collection.crs), rows.into_iter()))
}

/// Reads a `FlatGeobuf` file of points that any tool wrote.
pub(super) fn open_flatgeobuf(path: &Path) -> GisResult<Opened> {
    let PointTable {
        columns,
        epsg,
        rows,
    } = read_points(path)?;
    let row = |(ix, (values, place)): (usize, _)| TableRow {
        object: format!("feature {ix}").into(),
        values,
        place,
    };
    let rows: Vec<TableRow> = rows.into_iter().enumerate().map(row).collect();
    let crs = epsg.map(|code| format!("EPSG:{code}"));
    Ok((columns, crs, rows.into_iter()))
}

/// Every property that any feature has, in the order in which they come up.
fn columns(features: &[Feature]) -> Vec<Box<str>> {
    let mut known = BTreeSet::new();
    let names = features
        .iter()
        .filter_map(|feature| feature.properties.as_ref());
    names
        .flat_map(Map::keys)
        .filter(|name| known.insert(name.as_str()))
        .map(|name| name.as_str().into())
        .collect()
}

fn row(columns: &[Box<str>], ix: usize, feature: &Feature) -> TableRow {
    let value = |name: &str| {
        let value = feature.properties.as_ref().and_then(|all| all.get(name));
        value.map_or_else(Box::default, text)
    };
    TableRow {
        object: format!("feature {ix}").into(),
        values: columns.iter().map(|name| value(name)).collect(),
        place: point(&feature.geometry),
    }
}

fn text(value: &Value) -> Box<str> {
    match value {
        Value::Null => Box::default(),
        Value::String(text) => text.trim().into(),
        other => other.to_string().into(),
    }
}

/// `EPSG:2154` of `urn:ogc:def:crs:EPSG::2154`, as files from before RFC 7946 name their system.
fn epsg(crs: &Value) -> Option<String> {
    let name = crs["properties"]["name"].as_str()?;
    let (authority, code) = name.rsplit_once(':')?;
    let is_epsg = authority.contains("EPSG") && code.bytes().all(|b| b.is_ascii_digit());
    is_epsg.then(|| format!("EPSG:{code}"))
}

fn point(geometry: &Value) -> Option<[f64; 2]> {
    let coordinates = &geometry["coordinates"];
    match geometry["type"].as_str()? {
        "Point" => position(coordinates),
        "MultiPoint" => position(&coordinates[0]),
        "Polygon" => inside(coordinates),
        "MultiPolygon" => inside(&coordinates[0]),
        _ => None,
    }
}

fn position(value: &Value) -> Option<[f64; 2]> {
    Some([value[0].as_f64()?, value[1].as_f64()?])
}

fn inside(rings: &Value) -> Option<[f64; 2]> {
    let corner = |value: &Value| position(value).map(|[x, y]| Coord { x, y });
    let corners: Option<Vec<Coord>> = rings[0].as_array()?.iter().map(corner).collect();
    let (ring, _) = outline::ring(corners?)?;
    let polygon = Polygon::new(LineString::new(ring.0), Vec::new());
    let place = outline::interior_point(&MultiPolygon::new(vec![polygon]))?;
    Some([place.lon(), place.lat()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_are_rows_with_all_columns() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("t.geojson");
        let text = r#"{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::2154"}},
            "features":[
            {"type":"Feature","properties":{"id":7},"geometry":{"type":"Point","coordinates":[985752.5,6719088.2]}},
            {"type":"Feature","properties":{"flux":"verre","id":null},"geometry":null}]}"#;
        std::fs::write(&path, text).unwrap();
        let (columns, crs, rows) = open(&path).unwrap();
        let rows: Vec<_> = rows.collect();
        assert_eq!(*columns, ["id".into(), "flux".into()]);
        assert_eq!(crs.as_deref(), Some("EPSG:2154"));
        assert_eq!(rows[0].place, Some([985_752.5, 6_719_088.2]));
        assert_eq!(*rows[0].values, ["7".into(), "".into()]);
        assert_eq!(rows[1].place, None);
        assert_eq!(*rows[1].values, ["".into(), "verre".into()]);
    }
}
