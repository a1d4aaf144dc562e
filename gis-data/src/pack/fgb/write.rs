//! From records to a file.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter};

use flatgeobuf::geozero::{ColumnValue, PropertyProcessor as _};
use flatgeobuf::{ColumnType, FgbCrs, FgbWriter, FgbWriterOptions};
use twin_core::TwinError;

use super::super::cell::Cell;
use super::super::record::{Cells, Mismatch, Record};
use super::super::shape::Shape as _;
use super::{LayerFile, columns};
use crate::error::GisResult;

/// Who may read a file that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Privacy {
    /// Whoever the system lets by default.
    Open,
    /// Its owner only, where the system can tell.
    Owner,
}

/// Writes numbered records; the same records always make the same bytes.
///
/// Refuses what would not read back as it is.
pub(in super::super) fn write<'r, R: Record + 'r>(
    file: &LayerFile,
    privacy: Privacy,
    records: impl Iterator<Item = (usize, &'r R)>,
) -> GisResult<()> {
    let columns = columns::<R>();
    let mut records = records.peekable();
    let mut writer = create(file, R::Shape::TYPE, records.peek().is_some())?;
    for column in &columns {
        writer.add_column(column.name, column.value_type, |_, args| {
            args.nullable = !column.is_required;
        });
    }
    for (number, record) in records {
        record
            .shape()
            .check()
            .map_err(|expected| file.geometry(number, expected))?;
        let ix = u32::try_from(number).map_err(|_too_many| TwinError::TooManyAssets)?;
        let mut cells = Cells::new(&columns);
        fill(&mut cells, ix, record).map_err(|mismatch| file.value(number, mismatch))?;
        add(&mut writer, record, &cells).map_err(file.io("write"))?;
    }
    let target = open(file, privacy).map_err(file.io("create"))?;
    finish(writer, target).map_err(file.io("write"))
}

fn create<'a>(
    file: &LayerFile,
    geometry_type: flatgeobuf::GeometryType,
    write_index: bool,
) -> GisResult<FgbWriter<'a>> {
    let options = FgbWriterOptions {
        write_index,
        detect_type: false,
        promote_to_multi: false,
        crs: FgbCrs {
            org: Some("EPSG"),
            code: 4326,
            name: Some("WGS 84"),
            ..FgbCrs::default()
        },
        ..FgbWriterOptions::default()
    };
    FgbWriter::create_with_options(file.layer, geometry_type, options)
        .map_err(|error| file.io("write")(io::Error::other(error)))
}

fn fill<'a, R: Record>(cells: &mut Cells<'_, 'a>, ix: u32, record: &'a R) -> Result<(), Mismatch> {
    cells.put_copy::<u32>(&ix)?;
    record.put(cells)
}

fn add<R: Record>(writer: &mut FgbWriter<'_>, record: &R, cells: &Cells<'_, '_>) -> io::Result<()> {
    let mut outcome = Ok(false);
    let added = writer.add_feature_geom(record.shape().to_geometry(), |feature| {
        outcome = cells.filled().try_fold(false, |_, (ix, column, cell)| {
            feature.property(ix, column.name, &value(column.value_type, cell))
        });
    });
    outcome.and(added).map_err(io::Error::other)
}

/// The value as the column's type wants it; the codecs make cells that fit their columns.
fn value<'c>(column_type: ColumnType, cell: &'c Cell<'_>) -> ColumnValue<'c> {
    match (column_type, cell) {
        (ColumnType::UShort, Cell::Int(n)) => ColumnValue::UShort(u16::try_from(*n).unwrap_or(0)),
        (ColumnType::UInt, Cell::Int(n)) => ColumnValue::UInt(u32::try_from(*n).unwrap_or(0)),
        (ColumnType::DateTime, Cell::Text(text)) => ColumnValue::DateTime(text),
        (ColumnType::Json, Cell::Text(text)) => ColumnValue::Json(text),
        (_, Cell::Text(text)) => ColumnValue::String(text),
        (_, Cell::Bool(value)) => ColumnValue::Bool(*value),
        (_, Cell::Int(number)) => ColumnValue::Long(*number),
        (_, Cell::Real(number)) => ColumnValue::Double(*number),
    }
}

fn open(file: &LayerFile, privacy: Privacy) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if privacy == Privacy::Owner {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = privacy;
    options.open(&file.path)
}

fn finish(writer: FgbWriter<'_>, target: File) -> io::Result<()> {
    let mut out = BufWriter::new(target);
    writer.write(&mut out).map_err(io::Error::other)?;
    out.into_inner()
        .map_err(io::IntoInnerError::into_error)?
        .sync_all()
}
