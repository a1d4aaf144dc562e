//! GeoTIFF: one band of heights in strips or tiles, with the tags that say where it lies.

mod keys;

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::tags::Tag;
use tiff::{ColorType, TiffError, TiffResult};

use self::keys::GeoKeys;
use super::grid::{Frame, System, VOID, Window};
use super::source::{Run, cannot_read, height, index, refused};
use crate::error::{GisError, GisResult};

type Tiff = Decoder<BufReader<File>>;

/// The largest strip or tile that is unpacked, in bytes.
const MAX_CHUNK_BYTES: usize = 256 * 1024 * 1024;
/// The longest tag that is read, in bytes: the list of some millions of tiles.
const MAX_TAG_BYTES: usize = 32 * 1024 * 1024;
/// How many times smaller than its heights a file can be: LZW reaches some 2700, deflate 1032.
const MAX_RATIO: u64 = 3000;

/// A GeoTIFF.
#[derive(Clone, Copy, Debug)]
pub(super) struct GeoTiff {
    no_data: Option<f64>,
    /// Metres in one unit of height.
    metres: f64,
}

impl GeoTiff {
    /// Reads the tags; the last value says what was assumed about the reference system.
    pub(super) fn open(path: &Path) -> GisResult<(Frame, System, Self, Option<String>)> {
        let mut tiff = decoder(path)?;
        let size = size(&mut tiff, path)?;
        let keys = GeoKeys::read(&mut tiff).map_err(broken(path))?;
        let frame = frame(&mut tiff, size, keys.is_area()).map_err(broken(path))?;
        let frame = frame.ok_or_else(|| {
            refused(path, "it has no place: ModelPixelScale with ModelTiepoint, or ModelTransformation, of a grid")
        })?;
        let (system, assumption) = keys.system(&frame, path)?;
        let metres = keys.metres(path)?;
        let no_data = no_data(&mut tiff);
        Ok((frame, system, Self { no_data, metres }, assumption))
    }

    /// Hands over the rows of those strips or tiles that have a part in the window.
    pub(super) fn read(
        &self,
        path: &Path,
        window: &Window,
        put: &mut dyn FnMut(Run<'_>),
    ) -> GisResult<()> {
        let mut tiff = decoder(path)?;
        let (columns, rows) = tiff.dimensions().map_err(broken(path))?;
        let (width, length) = tiff.chunk_dimensions();
        let (width, length) = (i64::from(width.min(columns)), i64::from(length.min(rows)));
        let lengths = chunk_lengths(&mut tiff).map_err(broken(path))?;
        let across = i64::from(columns).div_euclid(width)
            + i64::from(i64::from(columns).rem_euclid(width) > 0);
        let mut damage = None;
        for down in window.rows.start / length..=(window.rows.end - 1) / length {
            for right in window.columns.start / width..=(window.columns.end - 1) / width {
                let chunk = index(down * across + right);
                if lengths.get(chunk).is_some_and(|bytes| *bytes == 0) {
                    continue; // a hole in a sparse file: no heights
                }
                let place = [right * width, down * length];
                let size = [
                    (i64::from(columns) - place[0]).min(width),
                    (i64::from(rows) - place[1]).min(length),
                ];
                match tiff.read_chunk(u32::try_from(chunk).unwrap_or(u32::MAX)) {
                    Ok(values) => self.put_chunk(&values, place, size, put),
                    Err(error) => damage = damage.or(Some(error)),
                }
            }
        }
        damage.map_or(Ok(()), |error| Err(broken(path)(error)))
    }

    fn put_chunk(
        &self,
        values: &DecodingResult,
        [column, row]: [i64; 2],
        [width, length]: [i64; 2],
        put: &mut dyn FnMut(Run<'_>),
    ) {
        let mut heights = Vec::with_capacity(index(width));
        for down in 0..length {
            let first = index(down * width);
            heights.clear();
            let values = (first..first + index(width)).map(|ix| value(values, ix));
            heights.extend(values.map(|value| self.height(value)));
            put(Run {
                column,
                row: row + down,
                heights: &heights,
            });
        }
    }

    fn height(&self, value: Option<f64>) -> f32 {
        match (value, self.no_data) {
            (None, _) => VOID,
            (Some(value), Some(no_data)) if is_same(value, no_data) => VOID,
            (Some(value), _) => height(value * self.metres),
        }
    }
}

/// Equal as 32-bit numbers, which is what a mark is in a file of such values.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the comparison is of rounded values"
)]
fn is_same(value: f64, no_data: f64) -> bool {
    value as f32 == no_data as f32
}

fn decoder(path: &Path) -> GisResult<Tiff> {
    let file = File::open(path).map_err(cannot_read(path))?;
    let mut limits = Limits::default();
    limits.decoding_buffer_size = MAX_CHUNK_BYTES;
    limits.intermediate_buffer_size = MAX_CHUNK_BYTES;
    limits.ifd_value_size = MAX_TAG_BYTES;
    let tiff = Decoder::new(BufReader::new(file)).map_err(broken(path))?;
    Ok(tiff.with_limits(limits))
}

/// What the decoder says, with the file.
pub(super) fn broken(path: &Path) -> impl Fn(TiffError) -> GisError + '_ {
    move |error| match error {
        TiffError::IoError(source) => cannot_read(path)(source),
        TiffError::LimitsExceeded => {
            let limit = MAX_CHUNK_BYTES / 1024 / 1024;
            refused(
                path,
                format!("a strip or tile of it has more than {limit} MiB"),
            )
        }
        other => refused(path, format!("it is no TIFF that can be read ({other})")),
    }
}

/// Columns and rows of a band of heights, if the file can hold so many.
fn size(tiff: &mut Tiff, path: &Path) -> GisResult<[u32; 2]> {
    let (columns, rows) = tiff.dimensions().map_err(broken(path))?;
    let bits = match tiff.colortype().map_err(broken(path))? {
        ColorType::Gray(bits) if bits >= 8 => u64::from(bits),
        other => {
            let problem = format!("its values are {other:?}, expected one band of heights");
            return Err(refused(path, problem));
        }
    };
    if columns < 2 || rows < 2 {
        let problem = format!("it has {columns} × {rows} heights, expected 2 × 2 at least");
        return Err(refused(path, problem));
    }
    let (width, length) = tiff.chunk_dimensions();
    let chunk = u64::from(width.min(columns)) * u64::from(length.min(rows));
    let lengths = chunk_lengths(tiff).map_err(broken(path))?;
    let full = lengths.iter().filter(|bytes| **bytes > 0).count() as u64;
    if full == 0 {
        return Err(refused(path, "not one of its strips or tiles has any data"));
    }
    let unpacked = u128::from(full) * u128::from(chunk) * u128::from(bits / 8);
    let bytes = std::fs::metadata(path).map_err(cannot_read(path))?.len();
    if unpacked > u128::from(bytes) * u128::from(MAX_RATIO) {
        let problem = format!("it declares {unpacked} bytes of heights in a file of {bytes}");
        return Err(refused(path, problem));
    }
    Ok([columns, rows])
}

/// How many bytes each strip or tile has in the file.
fn chunk_lengths(tiff: &mut Tiff) -> TiffResult<Vec<u64>> {
    let of_strips = tiff.find_tag_unsigned_vec(Tag::StripByteCounts)?;
    let of_tiles = tiff.find_tag_unsigned_vec(Tag::TileByteCounts)?;
    Ok(of_strips.or(of_tiles).unwrap_or_default())
}

/// Where the posts stand; a pixel that is an area has its post in its middle.
fn frame(tiff: &mut Tiff, size: [u32; 2], is_area: bool) -> TiffResult<Option<Frame>> {
    let middle = if is_area { 0.5 } else { 0.0 };
    if let Some(matrix) = tiff.find_tag(Tag::ModelTransformationTag)? {
        let matrix = matrix.into_f64_vec()?;
        let [east, north, ..] = matrix.as_chunks::<4>().0 else {
            return Ok(None);
        };
        let column_step = [east[0], north[0]];
        let row_step = [east[1], north[1]];
        let origin = [east, north].map(|row| row[3] + middle * (row[0] + row[1]));
        return Ok(Frame::new(size, origin, column_step, row_step));
    }
    let steps = tiff.get_tag_f64_vec(Tag::ModelPixelScaleTag)?;
    let tie = tiff.get_tag_f64_vec(Tag::ModelTiepointTag)?;
    let (Some(&[east, south]), Some(&[column, row, _, x, y])) =
        (steps.first_chunk::<2>(), tie.first_chunk::<5>())
    else {
        return Ok(None);
    };
    let north_west = [x + (middle - column) * east, y - (middle - row) * south];
    Ok(Frame::north_up(size, north_west, [east, south]))
}

/// GDAL's mark of a missing height.
fn no_data(tiff: &mut Tiff) -> Option<f64> {
    let text = tiff.get_tag_ascii_string(Tag::GdalNodata).ok()?;
    text.trim_matches(['\0', ' ']).parse().ok()
}

fn value(values: &DecodingResult, ix: usize) -> Option<f64> {
    Some(match values {
        DecodingResult::U8(all) => f64::from(*all.get(ix)?),
        DecodingResult::I8(all) => f64::from(*all.get(ix)?),
        DecodingResult::U16(all) => f64::from(*all.get(ix)?),
        DecodingResult::I16(all) => f64::from(*all.get(ix)?),
        DecodingResult::U32(all) => f64::from(*all.get(ix)?),
        DecodingResult::I32(all) => f64::from(*all.get(ix)?),
        DecodingResult::U64(all) => *all.get(ix)? as f64,
        DecodingResult::I64(all) => *all.get(ix)? as f64,
        DecodingResult::F16(all) => f64::from(all.get(ix)?.to_f32()),
        DecodingResult::F32(all) => f64::from(*all.get(ix)?),
        DecodingResult::F64(all) => *all.get(ix)?,
    })
}
