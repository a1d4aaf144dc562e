//! `GeoPackage` as a table: the one layer of features that it has.

use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use super::table_features::Opened;
use crate::error::{GisError, GisResult};
use crate::import::tables::row::{MAX_COLUMNS, TableRow, not_table};

/// The most features that are read.
const MAX_ROWS: usize = 1_000_000;

/// Reads a file; it is opened for reading only.
pub(super) fn open(path: &Path) -> GisResult<Opened> {
    let refused = |source: rusqlite::Error| GisError::NotGeoPackage {
        path: path.to_path_buf(),
        source: Box::new(source),
    };
    if !path.is_file() {
        return Err(not_table(path, "it is not there"));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let database = Connection::open_with_flags(path, flags).map_err(refused)?;
    let layers = layers(&database).map_err(refused)?;
    let [layer] = &layers[..] else {
        return Err(not_table(path, "it has not exactly one layer of features"));
    };
    let (columns, rows) = rows(&database, layer).map_err(refused)?;
    if columns.len() > MAX_COLUMNS {
        return Err(not_table(path, "it has more than 4096 columns"));
    }
    let crs = layer.epsg.map(|code| format!("EPSG:{code}"));
    Ok((columns, crs, rows.into_iter()))
}

/// A layer of features.
struct Layer {
    table: String,
    geometry: String,
    epsg: Option<u32>,
}

fn layers(database: &Connection) -> rusqlite::Result<Vec<Layer>> {
    let mut query = database.prepare(
        "SELECT c.table_name, c.column_name, s.organization, s.organization_coordsys_id
         FROM gpkg_geometry_columns c LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = c.srs_id",
    )?;
    let layer = |row: &rusqlite::Row<'_>| {
        let organization: Option<String> = row.get(2)?;
        let code: Option<u32> = row.get(3).unwrap_or_default();
        let is_epsg = organization.is_some_and(|name| name.eq_ignore_ascii_case("epsg"));
        Ok(Layer {
            table: row.get(0)?,
            geometry: row.get(1)?,
            epsg: code.filter(|_| is_epsg),
        })
    };
    query.query_map([], layer)?.collect()
}

type Rows = (Vec<Box<str>>, Vec<TableRow>);

fn rows(database: &Connection, layer: &Layer) -> rusqlite::Result<Rows> {
    // The one name that comes from the file is quoted as SQL wants it.
    let table = layer.table.replace('"', "\"\"");
    let mut query = database.prepare(&format!("SELECT * FROM \"{table}\""))?;
    let names: Vec<Box<str>> = query.column_names().map(Into::into).collect();
    let geometry = names.iter().position(|name| **name == *layer.geometry);
    let mut found = query.query([])?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        let mut values = Vec::with_capacity(names.len());
        for ix in 0..names.len() {
            values.push(text(row.get_ref(ix)?));
        }
        let blob = geometry.map(|ix| row.get_ref(ix)).transpose()?;
        let place = match blob {
            Some(ValueRef::Blob(bytes)) => point(bytes),
            _ => None,
        };
        let object = format!("feature {}", rows.len()).into();
        rows.push(TableRow {
            object,
            values,
            place,
        });
        if rows.len() == MAX_ROWS {
            break;
        }
    }
    Ok((names, rows))
}

fn text(value: ValueRef<'_>) -> Box<str> {
    match value {
        ValueRef::Null | ValueRef::Blob(_) => Box::default(),
        ValueRef::Integer(number) => number.to_string().into(),
        ValueRef::Real(number) => number.to_string().into(),
        ValueRef::Text(bytes) => String::from_utf8_lossy(bytes).trim().into(),
    }
}

/// The point of a geometry: `GP`, version, flags, system, an envelope of known size, then well-known
/// binary (GeoPackage 1.3, 2.1.3).
fn point(bytes: &[u8]) -> Option<[f64; 2]> {
    let (head, rest) = bytes.split_first_chunk::<8>()?;
    if !head.starts_with(b"GP") {
        return None;
    }
    let envelope = [0, 32, 48, 48, 64].get(usize::from(head[3] >> 1 & 7))?;
    well_known(rest.get(*envelope..)?)
}

/// A point, or the first of several, with or without height and measure.
fn well_known(bytes: &[u8]) -> Option<[f64; 2]> {
    const SEVERAL_POINTS: u32 = 4;
    let (kind, _, rest) = kind(bytes)?;
    if kind == SEVERAL_POINTS {
        let (_count, first) = rest.split_first_chunk::<4>()?;
        return well_known_point(first);
    }
    well_known_point(bytes)
}

fn well_known_point(bytes: &[u8]) -> Option<[f64; 2]> {
    const POINT: u32 = 1;
    let (_, is_little, rest) = kind(bytes).filter(|(kind, _, _)| *kind == POINT)?;
    let (x, rest) = rest.split_first_chunk::<8>()?;
    let (y, _) = rest.split_first_chunk::<8>()?;
    let place = [*x, *y].map(|bytes| {
        if is_little {
            f64::from_le_bytes(bytes)
        } else {
            f64::from_be_bytes(bytes)
        }
    });
    place.iter().all(|c| c.is_finite()).then_some(place)
}

/// The kind of a geometry, whether its numbers are little-endian, and what follows.
fn kind(bytes: &[u8]) -> Option<(u32, bool, &[u8])> {
    let (order, rest) = bytes.split_first()?;
    let (kind, rest) = rest.split_first_chunk::<4>()?;
    let is_little = *order == 1;
    let kind = if is_little {
        u32::from_le_bytes(*kind)
    } else {
        u32::from_be_bytes(*kind)
    };
    // Some flag heights in the upper bits, others count in thousands.
    Some(((kind & 0x0fff_ffff) % 1000, is_little, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wkb(x: f64, y: f64) -> Vec<u8> {
        let mut bytes = vec![1, 1, 0, 0, 0];
        bytes.extend(x.to_le_bytes());
        bytes.extend(y.to_le_bytes());
        bytes
    }

    #[rstest::rstest]
    #[case::without_envelope(0, 0)]
    #[case::with_envelope(1, 32)]
    #[case::with_heights(4, 64)]
    fn the_point_lies_behind_the_envelope(#[case] code: u8, #[case] size: usize) {
        let mut bytes = vec![b'G', b'P', 0, code << 1 | 1, 0, 0, 0, 0];
        bytes.extend(vec![0; size]);
        bytes.extend(wkb(6.8, 47.5));
        assert_eq!(point(&bytes), Some([6.8, 47.5]));
        for end in 0..bytes.len() {
            assert_eq!(point(&bytes[..end]), None);
        }
    }

    #[test]
    fn the_first_of_several_points_counts() {
        let mut bytes = vec![1, 4, 0, 0, 0, 1, 0, 0, 0];
        bytes.extend(wkb(6.8, 47.5));
        assert_eq!(well_known(&bytes), Some([6.8, 47.5]));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_a_point_or_none(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..80)) {
            let _point_or_none = point(&bytes);
        }
    }
}
