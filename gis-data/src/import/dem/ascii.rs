//! ESRI ASCII grids (`.asc`): a few lines of header, then numbers row by row from the north. The
//! reference system is not in the file; it is guessed from the numbers.

use std::fs::File;
use std::io::{BufRead, BufReader, Read as _};
use std::path::Path;

use super::grid::{Frame, System, VOID, Window};
use super::source::{Run, cannot_read, height, refused};
use crate::crs::planar_crs;
use crate::error::GisResult;

/// The longest word that is read: longer than any number that is written out.
const MAX_WORD_BYTES: usize = 64;
/// Where metropolitan France lies in Lambert-93, in metres: west, south, east, north.
const LAMBERT_93: [f64; 4] = [-400_000.0, 5_900_000.0, 1_400_000.0, 7_300_000.0];

/// An ASCII grid.
#[derive(Clone, Copy, Debug)]
pub(super) struct AsciiGrid {
    no_data: Option<f64>,
    columns: u32,
}

/// What the header says, as far as it says it.
#[derive(Clone, Copy, Debug, Default)]
struct Header {
    columns: Option<f64>,
    rows: Option<f64>,
    /// The western and southern corner of the grid, or the post in that corner.
    corner: [Option<f64>; 2],
    post: [Option<f64>; 2],
    steps: [Option<f64>; 2],
    no_data: Option<f64>,
}

impl AsciiGrid {
    /// Reads the header; the last value says what was assumed about the reference system.
    pub(super) fn open(path: &Path) -> GisResult<(Frame, System, Self, String)> {
        let file = File::open(path).map_err(cannot_read(path))?;
        let bytes = file.metadata().map_err(cannot_read(path))?.len();
        let mut words = Words::new(BufReader::new(file), path);
        let header = words.header()?;
        let size = header.size().ok_or_else(|| {
            let found = (header.columns, header.rows);
            refused(
                path,
                format!("its header has ncols and nrows {found:?}, expected whole numbers from 2"),
            )
        })?;
        let steps = header.steps().ok_or_else(|| {
            let found = header.steps;
            refused(
                path,
                format!("its header has the cell size {found:?}, expected positive numbers"),
            )
        })?;
        let [west, south] = header.south_west(steps).ok_or_else(|| {
            refused(
                path,
                "its header lacks the place: xllcorner and yllcorner, or xllcenter and yllcenter",
            )
        })?;
        let [columns, rows] = size;
        let least = u64::from(columns) * u64::from(rows) * 2 - 1;
        if bytes < least {
            let problem = format!("it has {bytes} bytes, too few for {columns} × {rows} heights");
            return Err(refused(path, problem));
        }
        let north_west = [west, south + f64::from(rows - 1) * steps[1]];
        let frame = Frame::north_up(size, north_west, steps);
        let frame = frame.ok_or_else(|| refused(path, "its header places it on no map"))?;
        let (system, assumption) = guessed(&frame, path)?;
        let no_data = header.no_data;
        Ok((frame, system, Self { no_data, columns }, assumption))
    }

    /// Hands over whole rows.
    pub(super) fn read(
        &self,
        path: &Path,
        window: &Window,
        put: &mut dyn FnMut(Run<'_>),
    ) -> GisResult<()> {
        let file = File::open(path).map_err(cannot_read(path))?;
        let mut words = Words::new(BufReader::new(file), path);
        words.header()?;
        let mut heights = Vec::with_capacity(self.columns as usize);
        for row in 0..window.rows.end {
            heights.clear();
            for _ in 0..self.columns {
                let value = words.number()?;
                heights.push(match self.no_data {
                    Some(no_data) if value == no_data => VOID,
                    _ => height(value),
                });
            }
            if row >= window.rows.start {
                let heights = &heights[..];
                put(Run {
                    column: 0,
                    row,
                    heights,
                });
            }
        }
        Ok(())
    }
}

impl Header {
    /// Takes a line of the header; `false` where that is none we know.
    fn take(&mut self, key: &str, value: f64) -> bool {
        let field = match key.to_ascii_lowercase().as_str() {
            "ncols" => &mut self.columns,
            "nrows" => &mut self.rows,
            "xllcorner" => &mut self.corner[0],
            "yllcorner" => &mut self.corner[1],
            "xllcenter" => &mut self.post[0],
            "yllcenter" => &mut self.post[1],
            "dx" => &mut self.steps[0],
            "dy" => &mut self.steps[1],
            "nodata_value" | "nodata" => &mut self.no_data,
            "cellsize" => {
                self.steps = [Some(value); 2];
                return true;
            }
            _ => return false,
        };
        *field = Some(value);
        true
    }

    fn size(&self) -> Option<[u32; 2]> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number in the range"
        )]
        let count = |number: f64| {
            let is_count = number.fract() == 0.0 && (2.0..=f64::from(i32::MAX)).contains(&number);
            is_count.then_some(number as u32)
        };
        Some([count(self.columns?)?, count(self.rows?)?])
    }

    fn steps(&self) -> Option<[f64; 2]> {
        let steps = [self.steps[0]?, self.steps[1]?];
        steps.iter().all(|step| *step > 0.0).then_some(steps)
    }

    /// The post in the south-western corner.
    fn south_west(&self, steps: [f64; 2]) -> Option<[f64; 2]> {
        let axis = |i: usize| match (self.post[i], self.corner[i]) {
            (Some(post), _) => Some(post),
            (None, corner) => Some(corner? + steps[i] / 2.0),
        };
        Some([axis(0)?, axis(1)?])
    }
}

/// The system that coordinates of this size are in, and how that is told.
fn guessed(frame: &Frame, path: &Path) -> GisResult<(System, String)> {
    let lies_in = |[west, south, east, north]: [f64; 4]| {
        let is_in = |[x, y]: [f64; 2]| (west..=east).contains(&x) && (south..=north).contains(&y);
        frame.rim(0).all(is_in)
    };
    let (system, name) = if lies_in([-180.0, -90.0, 180.0, 90.0]) {
        (System::Degrees, "WGS84 (EPSG:4326)")
    } else if lies_in(LAMBERT_93) {
        let crs = planar_crs("EPSG:2154")?;
        (System::Plane(crs), "Lambert-93 (EPSG:2154)")
    } else {
        let [x, y] = frame.at([0.0, 0.0]);
        let expected = "expected degrees of WGS84 or metres of Lambert-93";
        return Err(refused(
            path,
            format!("its corner {x}, {y} tells no reference system, {expected}"),
        ));
    };
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    Ok((
        system,
        format!("{file}: {name}, guessed from its coordinates"),
    ))
}

/// The words of a text, one after the other, in bounded memory.
struct Words<'a, R> {
    reader: R,
    path: &'a Path,
    /// The word that was read last and belongs to what follows.
    kept: Option<String>,
    /// How many words were read.
    count: u64,
}

impl<'a, R: BufRead> Words<'a, R> {
    const fn new(reader: R, path: &'a Path) -> Self {
        Self {
            reader,
            path,
            kept: None,
            count: 0,
        }
    }

    /// The lines of the header, up to the first word that is a number.
    fn header(&mut self) -> GisResult<Header> {
        let mut header = Header::default();
        loop {
            let Some(key) = self.word()? else {
                return Ok(header);
            };
            if number(&key).is_some() {
                self.kept = Some(key);
                return Ok(header);
            }
            let value = self.word()?.unwrap_or_default();
            let is_known = number(&value).is_some_and(|value| header.take(&key, value));
            if !is_known {
                let expected = "expected an ASCII grid, a GeoTIFF or an .hgt tile";
                let problem = format!("its header has '{key} {value}', {expected}");
                return Err(refused(self.path, problem));
            }
        }
    }

    /// The next word as a number.
    fn number(&mut self) -> GisResult<f64> {
        let Some(word) = self.word()? else {
            return Err(refused(self.path, "it ends before its last height"));
        };
        number(&word).ok_or_else(|| {
            let count = self.count;
            refused(
                self.path,
                format!("word {count} is '{word}', expected a height"),
            )
        })
    }

    /// The next word; `None` at the end.
    fn word(&mut self) -> GisResult<Option<String>> {
        if let Some(kept) = self.kept.take() {
            return Ok(Some(kept));
        }
        let mut word = Vec::new();
        for byte in self.reader.by_ref().bytes() {
            let byte = byte.map_err(cannot_read(self.path))?;
            if !byte.is_ascii_whitespace() {
                word.push(byte);
            } else if !word.is_empty() {
                break;
            }
            if word.len() > MAX_WORD_BYTES {
                let expected = "expected an ASCII grid, a GeoTIFF or an .hgt tile";
                let problem =
                    format!("it has words of more than {MAX_WORD_BYTES} bytes, {expected}");
                return Err(refused(self.path, problem));
            }
        }
        self.count += 1;
        let text = String::from_utf8_lossy(&word).into_owned();
        Ok((!text.is_empty()).then_some(text))
    }
}

/// A number with a point or a comma; `NaN` and its like are read too, and are no heights.
fn number(word: &str) -> Option<f64> {
    word.parse()
        .ok()
        .or_else(|| word.replacen(',', ".", 1).parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(text: &str) -> GisResult<(Frame, System, AsciiGrid, String)> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        AsciiGrid::open(file.path())
    }

    const NUMBERS: &str = "1 2 3\n4 5 6\n";

    #[rstest::rstest]
    #[case::corners("ncols 3\nnrows 2\nxllcorner 6\nyllcorner 47\ncellsize 0.5\n", [6.25, 47.75])]
    #[case::centres("NCOLS 3\r\nNROWS 2\r\nXLLCENTER 6\r\nYLLCENTER 47\r\nCELLSIZE 0.5\r\n", [6.0, 47.5])]
    #[case::two_steps("ncols 3\nnrows 2\nxllcorner 6\nyllcorner 47\ndx 0.5\ndy 0.25\n", [6.25, 47.375])]
    #[case::commas("ncols 3\nnrows 2\nxllcorner 6,0\nyllcorner 47,0\ncellsize 0,5\n", [6.25, 47.75])]
    #[case::metres("ncols 3\nnrows 2\nxllcorner 985000\nyllcorner 6719000\ncellsize 25\nNODATA_value -99999\n", [985_012.5, 6_719_037.5])]
    fn the_header_places_the_first_post(#[case] header: &str, #[case] first: [f64; 2]) {
        let (frame, system, _, assumption) = opened(&format!("{header}{NUMBERS}")).unwrap();
        assert_eq!(frame.at([0.0, 0.0]), first);
        assert!(assumption.contains(system.name()), "{assumption}");
    }

    #[rstest::rstest]
    #[case::negative_cells(
        "ncols 3\nnrows 2\nxllcorner 6\nyllcorner 47\ncellsize -0.5\n",
        "cell size"
    )]
    #[case::no_number(
        "ncols 3\nnrows 2\nxllcorner 6\nyllcorner 47\ncellsize NaN\n",
        "cell size"
    )]
    #[case::one_post("ncols 1\nnrows 1\nxllcorner 6\nyllcorner 47\ncellsize 0.5\n", "ncols")]
    #[case::half_a_column(
        "ncols 2.5\nnrows 2\nxllcorner 6\nyllcorner 47\ncellsize 0.5\n",
        "ncols"
    )]
    #[case::absurd(
        "ncols 2000000000\nnrows 2000000000\nxllcorner 6\nyllcorner 47\ncellsize 1e-9\n",
        "too few"
    )]
    #[case::no_place("ncols 3\nnrows 2\ncellsize 0.5\n", "xllcorner")]
    #[case::no_map(
        "ncols 3\nnrows 2\nxllcorner 6e6\nyllcorner 9e8\ncellsize 5\n",
        "reference system"
    )]
    #[case::unknown_word("ncols 3\nnrows 2\nhello world\n", "hello")]
    #[case::no_grid("<html>", "<html>")]
    fn what_is_no_grid_is_refused_with_the_reason(#[case] header: &str, #[case] why: &str) {
        let message = opened(&format!("{header}{NUMBERS}"))
            .unwrap_err()
            .to_string();
        assert!(message.contains(why), "{message}");
    }
}
