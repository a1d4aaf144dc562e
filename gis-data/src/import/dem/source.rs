//! One file of heights: what grid it has, and its heights by runs of posts, whatever its format.

use std::fs::File;
use std::io::{self, BufReader, Read as _};
use std::path::{Path, PathBuf};

use super::ascii::AsciiGrid;
use super::geotiff::GeoTiff;
use super::grid::{Frame, System, VOID, Window};
use super::hgt::Hgt;
use crate::error::{GisError, GisResult};

/// Between which heights, in metres, a value is one: from below the deepest trench to above the
/// highest peak. Others are marks for missing values that the file does not tell.
const HEIGHTS_M: std::ops::RangeInclusive<f64> = -12_000.0..=9_000.0;

/// A file of heights. It is opened anew for each reading, so that there may be thousands.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) path: PathBuf,
    pub(super) frame: Frame,
    pub(super) system: System,
    format: Format,
}

#[derive(Debug)]
enum Format {
    Hgt(Hgt),
    GeoTiff(GeoTiff),
    Ascii(AsciiGrid),
}

/// What the first look at a file told.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) source: Source,
    /// What the file does not tell and was assumed, in words.
    pub(super) assumption: Option<String>,
}

/// Heights side by side in one row, from west to east in a file with north up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run<'a> {
    pub(super) column: i64,
    pub(super) row: i64,
    pub(super) heights: &'a [f32],
}

impl Source {
    /// Looks at a file's header.
    pub(super) fn open(path: &Path) -> GisResult<Opened> {
        let mut start = Vec::new();
        let file = File::open(path).map_err(cannot_read(path))?;
        let first = BufReader::new(file).take(4).read_to_end(&mut start);
        first.map_err(cannot_read(path))?;
        let told = |(frame, system, format)| Opened {
            source: Self {
                path: path.to_path_buf(),
                frame,
                system,
                format,
            },
            assumption: None,
        };
        match &start[..] {
            b"II*\0" | b"MM\0*" | b"II+\0" | b"MM\0+" => {
                let (frame, system, tiff, assumption) = GeoTiff::open(path)?;
                let opened = told((frame, system, Format::GeoTiff(tiff)));
                Ok(Opened {
                    assumption,
                    ..opened
                })
            }
            b"PK\x03\x04" => {
                let (frame, hgt) = Hgt::open_zipped(path)?;
                Ok(told((frame, System::Degrees, Format::Hgt(hgt))))
            }
            _ if Hgt::is_named(path) => {
                let (frame, hgt) = Hgt::open(path)?;
                Ok(told((frame, System::Degrees, Format::Hgt(hgt))))
            }
            _ => {
                let (frame, system, grid, assumption) = AsciiGrid::open(path)?;
                let opened = told((frame, system, Format::Ascii(grid)));
                Ok(Opened {
                    assumption: Some(assumption),
                    ..opened
                })
            }
        }
    }

    /// Its posts as a window of its own grid.
    pub(super) fn window(&self) -> Window {
        Window {
            columns: 0..i64::from(self.frame.columns),
            rows: 0..i64::from(self.frame.rows),
        }
    }

    /// Hands the heights of a window to `put`, in runs that may reach beyond it; posts without a
    /// height are [`VOID`].
    ///
    /// # Errors
    /// A file that ends early or is damaged; what came before was handed over.
    pub(super) fn read(&self, window: &Window, put: &mut dyn FnMut(Run<'_>)) -> GisResult<()> {
        match &self.format {
            Format::Hgt(hgt) => hgt.read(&self.path, window, put),
            Format::GeoTiff(tiff) => tiff.read(&self.path, window, put),
            Format::Ascii(grid) => grid.read(&self.path, window, put),
        }
    }
}

/// A value of a file as a height in metres.
#[expect(
    clippy::cast_possible_truncation,
    reason = "heights of the Earth to half a millimetre"
)]
pub(super) fn height(value: f64) -> f32 {
    if HEIGHTS_M.contains(&value) {
        value as f32
    } else {
        VOID
    }
}

/// A number that cannot be negative, as an index; one that is has been shut out by the caller.
pub(super) fn index(number: i64) -> usize {
    usize::try_from(number).unwrap_or(0)
}

/// The error of a file that is no terrain.
pub(super) fn refused(path: &Path, problem: impl Into<Box<str>>) -> GisError {
    GisError::NotTerrain {
        problem: problem.into(),
        path: path.to_path_buf(),
    }
}

/// The error of a file that cannot be read; one that ends too early is no terrain.
pub(super) fn cannot_read(path: &Path) -> impl Fn(io::Error) -> GisError + '_ {
    move |source| match source.kind() {
        io::ErrorKind::UnexpectedEof => refused(path, "it ends before its last height"),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
            refused(path, format!("its data are damaged ({source})"))
        }
        _ => GisError::Io {
            action: "read",
            path: path.to_path_buf(),
            source,
        },
    }
}
