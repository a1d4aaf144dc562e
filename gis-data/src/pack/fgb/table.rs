//! Any layer of points as a table of text, whatever its columns: files that other tools wrote.

use std::fs;
use std::path::Path;

use flatgeobuf::{ColumnType, Geometry};

use super::LayerFile;
use super::frame::Frame;
use super::read::{CUT, cell, chunk};
use crate::error::{GisError, GisResult};

/// A layer as a table.
#[derive(Debug, Default)]
pub(crate) struct PointTable {
    /// The names of its columns, in order.
    pub(crate) columns: Vec<Box<str>>,
    /// The EPSG code of its places, where the file tells.
    pub(crate) epsg: Option<u32>,
    /// The values of each feature, empty where there is none, and its point, if it is one.
    pub(crate) rows: Vec<PointRow>,
}

/// Values and place of one feature.
pub(crate) type PointRow = (Vec<Box<str>>, Option<[f64; 2]>);

/// Reads a `FlatGeobuf` file; total on any bytes.
pub(crate) fn read_points(path: &Path) -> GisResult<PointTable> {
    let file = LayerFile {
        layer: "of sites",
        path: path.to_path_buf(),
        shown: path.to_path_buf(),
    };
    let bytes = fs::read(path).map_err(file.io("read"))?;
    let frame = Frame::new(&file, &bytes)?;
    let columns = frame.header.columns();
    let columns = columns.into_iter().flatten().take(1 << 16);
    let (columns, types): (Vec<Box<str>>, Vec<ColumnType>) = columns
        .map(|column| (column.name().into(), column.type_()))
        .unzip();
    let code = frame.header.crs().map_or(0, |crs| crs.code());
    let mut table = PointTable {
        epsg: u32::try_from(code).ok().filter(|code| *code > 0),
        columns,
        rows: Vec::new(),
    };
    for (number, framed) in frame.features().enumerate() {
        let feature = framed?.feature;
        let properties = feature.properties();
        let bytes = properties.map_or(&[][..], |properties| properties.bytes());
        let values = values(&types, bytes).map_err(|problem| GisError::BrokenFeature {
            problem,
            feature: number,
            layer: file.layer,
            path: file.shown.clone(),
        })?;
        table
            .rows
            .push((values, feature.geometry().and_then(point)));
    }
    Ok(table)
}

fn values(types: &[ColumnType], mut rest: &[u8]) -> Result<Vec<Box<str>>, &'static str> {
    let mut values = vec![Box::default(); types.len()];
    while !rest.is_empty() {
        let column = usize::from(chunk(&mut rest).map(u16::from_le_bytes).ok_or(CUT)?);
        let column_type = types.get(column).ok_or("a value has no column")?;
        if let Some(value) = cell(*column_type, &mut rest)? {
            values[column] = value.to_full_text().trim().into();
        }
    }
    Ok(values)
}

/// The first position of a point or of several, with or without heights.
fn point(geometry: Geometry<'_>) -> Option<[f64; 2]> {
    let first = geometry.parts().filter(|parts| !parts.is_empty());
    let geometry = first.map_or(geometry, |parts| parts.get(0));
    let xy = geometry.xy().filter(|xy| xy.len() == 2)?;
    Some([xy.get(0), xy.get(1)])
}
