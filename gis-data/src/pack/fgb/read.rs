//! From a file to records, in the order in which they were written.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs;

use flatgeobuf::{ColumnType, Feature, GeometryType, Header};

use super::super::cell::Cell;
use super::super::record::{Column, Mismatch, Record, Row};
use super::super::shape::{Parts, Shape};
use super::frame::{Frame, Framed};
use super::{IX, LayerFile, columns};
use crate::error::{GisError, GisResult};

/// A record and its number in the pack; a feature that another tool added has none.
pub(in super::super) type Numbered<R> = (Option<u32>, R);

/// Reads a layer, sorted by number; features without one come last, in the order of the file.
///
/// Total on any bytes. Takes memory in proportion to the size of the file, whatever it says.
pub(in super::super) fn read<R: Record>(file: &LayerFile) -> GisResult<Vec<Numbered<R>>> {
    let bytes = fs::read(&file.path).map_err(file.io("read"))?;
    let frame = Frame::new(file, &bytes)?;
    check_crs(file, &frame.header)?;
    let columns = columns::<R>();
    let reader = Reader {
        file,
        columns: &columns,
        sources: sources(file, &frame.header, &columns)?,
        geometry_type: frame.header.geometry_type(),
    };
    let mut records = Vec::new();
    for (number, framed) in frame.features().enumerate() {
        records.push(reader.record::<R>(number, &framed?)?);
    }
    let told = frame.header.features_count();
    if told != 0 && told != records.len() as u64 {
        return Err(frame.wrong_count());
    }
    check_numbers(file, &records)?;
    records.sort_by_key(|(ix, _)| (ix.is_none(), *ix));
    Ok(records)
}

/// A file without a reference system is taken for WGS84; coordinates off the globe still tell.
fn check_crs(file: &LayerFile, header: &Header<'_>) -> GisResult<()> {
    let Some(crs) = header.crs() else {
        return Ok(());
    };
    if crs.code() == 4326 || crs.code_string() == Some("CRS84") || crs.code() == 0 {
        return Ok(());
    }
    let (path, code) = (file.shown.clone(), crs.code());
    Err(GisError::ForeignCrs {
        path,
        layer: file.layer,
        code,
    })
}

fn check_numbers<R>(file: &LayerFile, records: &[Numbered<R>]) -> GisResult<()> {
    let mut seen = BTreeSet::new();
    for (feature, ix) in records
        .iter()
        .enumerate()
        .filter_map(|(at, (ix, _))| Some((at, (*ix)?)))
    {
        if !seen.insert(ix) {
            let (value, expected) = (ix.to_string().into(), "a number of its own".into());
            return Err(file.value(
                feature,
                Mismatch {
                    column: IX,
                    value,
                    expected,
                },
            ));
        }
    }
    Ok(())
}

/// A column of the file: its type, and which of ours it is, if any.
#[derive(Clone, Copy, Debug)]
struct Source {
    column_type: ColumnType,
    ours: Option<usize>,
}

fn sources(file: &LayerFile, header: &Header<'_>, columns: &[Column]) -> GisResult<Vec<Source>> {
    let mut is_found = vec![false; columns.len()];
    let mut sources = Vec::new();
    // A property names its column in 16 bits.
    for source in header.columns().into_iter().flatten().take(1 << 16) {
        let ours = columns
            .iter()
            .position(|column| column.name == source.name());
        let ours = ours.filter(|&ours| !std::mem::replace(&mut is_found[ours], true));
        if let Some(column) = ours.map(|ours| columns[ours])
            && source.type_() == ColumnType::Binary
        {
            return Err(file.column(column.name, "holds bytes, not values".into()));
        }
        sources.push(Source {
            column_type: source.type_(),
            ours,
        });
    }
    let mut found = columns.iter().zip(is_found);
    match found.find(|(column, is_found)| column.is_required && !is_found) {
        Some((column, _)) => Err(file.column(column.name, "is missing".into())),
        None => Ok(sources),
    }
}

struct Reader<'a> {
    file: &'a LayerFile,
    columns: &'a [Column],
    sources: Vec<Source>,
    geometry_type: GeometryType,
}

impl Reader<'_> {
    fn record<R: Record>(&self, number: usize, framed: &Framed<'_>) -> GisResult<Numbered<R>> {
        let shape = self.shape(number, framed)?;
        let cells = self.cells(number, &framed.feature)?;
        let mut row = Row::new(self.columns, &cells);
        let ix = row.take::<Option<u32>>();
        ix.and_then(|ix| Ok((ix, R::take(shape, &mut row)?)))
            .map_err(|mismatch| self.file.value(number, mismatch))
    }

    fn shape<S: Shape>(&self, number: usize, framed: &Framed<'_>) -> GisResult<S> {
        let refuse = |expected| self.file.geometry(number, expected);
        let (readable, what) = S::READABLE;
        let geometry = framed
            .feature
            .geometry()
            .ok_or_else(|| refuse(what.into()))?;
        let geometry_type = match self.geometry_type {
            GeometryType::Unknown => geometry.type_(),
            uniform => uniform,
        };
        if !readable.contains(&geometry_type) {
            return Err(refuse(what.into()));
        }
        let points_left = framed.size / size_of::<[f64; 2]>();
        let shape = S::from_parts(&mut Parts {
            geometry,
            points_left,
        })
        .map_err(refuse)?;
        shape.check().map_err(refuse)?;
        Ok(shape)
    }

    fn cells<'a>(&self, number: usize, feature: &Feature<'a>) -> GisResult<Vec<Option<Cell<'a>>>> {
        let mut cells = vec![None; self.columns.len()];
        let mut rest = feature
            .properties()
            .map_or(&[][..], |properties| properties.bytes());
        while !rest.is_empty() {
            let (source, cell) =
                self.property(&mut rest)
                    .map_err(|problem| GisError::BrokenFeature {
                        path: self.file.shown.clone(),
                        layer: self.file.layer,
                        feature: number,
                        problem,
                    })?;
            if let Some(ours) = source.ours {
                cells[ours] = cell;
            }
        }
        Ok(cells)
    }

    fn property<'a>(
        &self,
        rest: &mut &'a [u8],
    ) -> Result<(Source, Option<Cell<'a>>), &'static str> {
        let column = chunk(rest).map(u16::from_le_bytes).ok_or(CUT)?;
        let source = self
            .sources
            .get(usize::from(column))
            .ok_or("a value has no column")?;
        Ok((*source, cell(source.column_type, rest)?))
    }
}

pub(super) const CUT: &str = "a value ends too early";

/// Takes the next value; `None` for bytes, which no column of ours holds.
pub(super) fn cell<'a>(
    column_type: ColumnType,
    rest: &mut &'a [u8],
) -> Result<Option<Cell<'a>>, &'static str> {
    Ok(Some(match column_type {
        ColumnType::Byte => Cell::Int(chunk(rest).map(i8::from_le_bytes).ok_or(CUT)?.into()),
        ColumnType::UByte => Cell::Int(chunk(rest).map(u8::from_le_bytes).ok_or(CUT)?.into()),
        ColumnType::Bool => Cell::Bool(chunk(rest).map(u8::from_le_bytes).ok_or(CUT)? != 0),
        ColumnType::Short => Cell::Int(chunk(rest).map(i16::from_le_bytes).ok_or(CUT)?.into()),
        ColumnType::UShort => Cell::Int(chunk(rest).map(u16::from_le_bytes).ok_or(CUT)?.into()),
        ColumnType::Int => Cell::Int(chunk(rest).map(i32::from_le_bytes).ok_or(CUT)?.into()),
        ColumnType::UInt => Cell::Int(chunk(rest).map(u32::from_le_bytes).ok_or(CUT)?.into()),
        ColumnType::Long => Cell::Int(chunk(rest).map(i64::from_le_bytes).ok_or(CUT)?),
        ColumnType::ULong => large(chunk(rest).map(u64::from_le_bytes).ok_or(CUT)?),
        ColumnType::Float => Cell::Real(chunk(rest).map(f32::from_le_bytes).ok_or(CUT)?.into()),
        ColumnType::Double => Cell::Real(chunk(rest).map(f64::from_le_bytes).ok_or(CUT)?),
        ColumnType::String | ColumnType::Json | ColumnType::DateTime => {
            let text = std::str::from_utf8(prefixed(rest)?);
            Cell::Text(Cow::Borrowed(
                text.map_err(|_details| "a text is no UTF-8")?,
            ))
        }
        ColumnType::Binary => {
            prefixed(rest)?;
            return Ok(None);
        }
        _ => return Err("a column is of an unknown type"),
    }))
}

/// A number beyond `i64` is none that any column of ours may hold, but it is quoted as it is.
fn large(number: u64) -> Cell<'static> {
    i64::try_from(number).map_or_else(|_beyond| Cell::Text(number.to_string().into()), Cell::Int)
}

pub(super) fn chunk<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (chunk, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(*chunk)
}

fn prefixed<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], &'static str> {
    let size = chunk(rest)
        .map(u32::from_le_bytes)
        .and_then(|size| usize::try_from(size).ok());
    let (value, after) = rest.split_at_checked(size.ok_or(CUT)?).ok_or(CUT)?;
    *rest = after;
    Ok(value)
}
