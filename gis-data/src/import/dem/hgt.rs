//! SRTM tiles (`.hgt`, also zipped): a square degree of big-endian 16-bit heights, row by row from
//! the north-west, whose place is in the name of the file.

use std::fs::File;
use std::io::{BufReader, Read, Seek as _, SeekFrom};
use std::path::Path;

use zip::ZipArchive;

use super::grid::{Frame, VOID, Window};
use super::source::{Run, cannot_read, height, index, refused};
use crate::error::{GisError, GisResult};

/// Posts along each side: of three seconds of arc, and of one.
const SIDES: [u32; 2] = [1201, 3601];
/// What stands for a missing height.
const MISSING: i16 = -32_768;
/// The largest archive that is read: far more than a tile that cannot be compressed at all.
const MAX_ARCHIVE_BYTES: u64 = 64 * 1024 * 1024;

/// An SRTM tile.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hgt {
    side: u32,
    /// The tile's number in the archive, where it lies in one.
    entry: Option<usize>,
}

impl Hgt {
    /// Whether a file has the name of a tile.
    pub(super) fn is_named(path: &Path) -> bool {
        let is_hgt = |it: &std::ffi::OsStr| it.eq_ignore_ascii_case("hgt");
        path.extension().is_some_and(is_hgt)
    }

    /// A tile that is not in an archive.
    pub(super) fn open(path: &Path) -> GisResult<(Frame, Self)> {
        let bytes = std::fs::metadata(path).map_err(cannot_read(path))?.len();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let side = side_of(bytes).ok_or_else(|| refused(path, wrong_size(bytes)))?;
        Ok((frame(&name, side, path)?, Self { side, entry: None }))
    }

    /// The first tile of an archive; its size as declared must be that of a tile, and no more than
    /// that is ever unpacked.
    pub(super) fn open_zipped(path: &Path) -> GisResult<(Frame, Self)> {
        let mut archive = archive(path)?;
        let is_tile = |name: &str| Self::is_named(Path::new(name));
        let names = archive.file_names().map(Result::ok);
        let found = names.enumerate().find_map(|(entry, name)| {
            let name = name.filter(|name| is_tile(name))?;
            Some((entry, name.into_owned()))
        });
        let Some((entry, name)) = found else {
            return Err(refused(path, "there is no .hgt file in the archive"));
        };
        let bytes = archive.by_index_raw(entry).map_err(broken(path))?.size();
        let side = side_of(bytes).ok_or_else(|| refused(path, wrong_size(bytes)))?;
        let inner = Path::new(&name).file_name().unwrap_or_default();
        let outer = path.file_name().unwrap_or_default().to_string_lossy();
        let frame = frame(&inner.to_string_lossy(), side, path).or_else(|error| {
            let by_outer_name = frame(&outer, side, path);
            by_outer_name.map_err(|_names_no_place_either| error)
        })?;
        let entry = Some(entry);
        Ok((frame, Self { side, entry }))
    }

    /// Hands over whole rows.
    pub(super) fn read(
        &self,
        path: &Path,
        window: &Window,
        put: &mut dyn FnMut(Run<'_>),
    ) -> GisResult<()> {
        let Some(entry) = self.entry else {
            let mut file = File::open(path).map_err(cannot_read(path))?;
            let skipped = index(window.rows.start) as u64 * self.row_bytes() as u64;
            file.seek(SeekFrom::Start(skipped))
                .map_err(cannot_read(path))?;
            let from_here = window.rows.start;
            return self.rows(&mut BufReader::new(file), (from_here, window), put, path);
        };
        let mut archive = archive(path)?;
        let mut tile = archive.by_index(entry).map_err(broken(path))?;
        self.rows(&mut tile, (0, window), put, path)
    }

    fn row_bytes(&self) -> usize {
        self.side as usize * 2
    }

    /// The rows of a window, from a reader that stands before the row `first`.
    fn rows(
        &self,
        reader: &mut dyn Read,
        (first, window): (i64, &Window),
        put: &mut dyn FnMut(Run<'_>),
        path: &Path,
    ) -> GisResult<()> {
        let mut bytes = vec![0; self.row_bytes()];
        let mut heights = Vec::with_capacity(self.side as usize);
        for row in first..window.rows.end {
            reader.read_exact(&mut bytes).map_err(cannot_read(path))?;
            if row < window.rows.start {
                continue;
            }
            heights.clear();
            let values = bytes.as_chunks::<2>().0.iter();
            heights.extend(values.map(|pair| match i16::from_be_bytes(*pair) {
                MISSING => VOID,
                metres => height(f64::from(metres)),
            }));
            let heights = &heights[..];
            put(Run {
                column: 0,
                row,
                heights,
            });
        }
        Ok(())
    }
}

fn archive(path: &Path) -> GisResult<ZipArchive<BufReader<File>>> {
    let file = File::open(path).map_err(cannot_read(path))?;
    let bytes = file.metadata().map_err(cannot_read(path))?.len();
    if bytes > MAX_ARCHIVE_BYTES {
        return Err(GisError::TooLarge {
            bytes,
            limit: MAX_ARCHIVE_BYTES,
            path: path.to_path_buf(),
        });
    }
    ZipArchive::new(BufReader::new(file)).map_err(broken(path))
}

fn broken(path: &Path) -> impl Fn(zip::result::ZipError) -> GisError + '_ {
    move |error| refused(path, format!("the archive cannot be read ({error})"))
}

fn side_of(bytes: u64) -> Option<u32> {
    let is_whole = |side: &u32| u64::from(*side) * u64::from(*side) * 2 == bytes;
    SIDES.into_iter().find(is_whole)
}

fn wrong_size(bytes: u64) -> String {
    format!("a tile has {bytes} bytes, expected 1201² or 3601² heights of 2 bytes")
}

fn frame(name: &str, side: u32, path: &Path) -> GisResult<Frame> {
    let unnamed = || {
        let expected = "expected a name such as N47E006.hgt, after the south-western corner";
        refused(
            path,
            format!("'{name}' does not tell its place, {expected}"),
        )
    };
    let [west, south] = corner(name).ok_or_else(unnamed)?;
    let step = 1.0 / f64::from(side - 1);
    Frame::north_up([side, side], [west, south + 1.0], [step, step]).ok_or_else(unnamed)
}

/// Longitude and latitude of the south-western corner that a name such as `N47E006` tells.
fn corner(name: &str) -> Option<[f64; 2]> {
    let (lat_text, rest) = name.split_at_checked(3)?;
    let (lon_text, rest) = rest.split_at_checked(4)?;
    if rest.starts_with(|next: char| next.is_ascii_digit()) {
        return None;
    }
    let lat = degrees(lat_text, ["N", "S"]).filter(|lat| (-90.0..=89.0).contains(lat))?;
    let lon = degrees(lon_text, ["E", "W"]).filter(|lon| (-180.0..=179.0).contains(lon))?;
    Some([lon, lat])
}

fn degrees(text: &str, [positive, negative]: [&str; 2]) -> Option<f64> {
    let (side, digits) = text.split_at_checked(1)?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    let number: f64 = is_number.then(|| digits.parse().ok())??;
    if side.eq_ignore_ascii_case(positive) {
        Some(number)
    } else {
        side.eq_ignore_ascii_case(negative).then_some(-number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::north_east("N47E006.hgt", Some([6.0, 47.0]))]
    #[case::south_west("S23W043.hgt", Some([-43.0, -23.0]))]
    #[case::lower_case("n47e006.hgt", Some([6.0, 47.0]))]
    #[case::with_its_product("N47E006.SRTMGL1.hgt.zip", Some([6.0, 47.0]))]
    #[case::beyond_the_pole("N90E006.hgt", None)]
    #[case::beyond_the_antimeridian("N47E180.hgt", None)]
    #[case::too_many_digits("N47E0061.hgt", None)]
    #[case::another_order("E006N47.hgt", None)]
    #[case::accents("NéàE006.hgt", None)]
    #[case::nothing("", None)]
    fn a_name_tells_the_corner(#[case] name: &str, #[case] expected: Option<[f64; 2]>) {
        assert_eq!(corner(name), expected);
    }

    #[rstest::rstest]
    #[case::three_seconds(1201 * 1201 * 2, Some(1201))]
    #[case::one_second(3601 * 3601 * 2, Some(3601))]
    #[case::cut(1201 * 1201 * 2 - 2, None)]
    #[case::empty(0, None)]
    fn a_size_tells_the_posts(#[case] bytes: u64, #[case] side: Option<u32>) {
        assert_eq!(side_of(bytes), side);
    }
}
