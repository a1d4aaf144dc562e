//! Measured values as people keep them: one in each line, in JSON or separated by commas.

use std::io::{BufRead, Read as _};

use serde::Deserialize;
use twin_core::{AssetId, Observation, Phenomenon, Quality, Timestamp};

/// The longest line, in bytes.
pub const MAX_LINE: usize = 4 * 1024;
/// The columns, of which the last may be missing.
const COLUMNS: [&str; 5] = ["sensor", "phenomenon", "value", "observed_at", "quality"];

/// How a line is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObservationFormat {
    /// A JSON object in each line: `{"sensor": "sensor/s0", "phenomenon": "distance", "value": 900,
    /// "observed_at": "2026-11-30T08:00:00Z"}`.
    Lines,
    /// Values separated by commas, with their names in the first line.
    Csv,
}

/// A measured value, before anybody knows when the twin receives it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measurement {
    /// The sensor that measured, for example `sensor/s0`.
    pub sensor: AssetId,
    /// What was measured, and in which unit.
    pub phenomenon: Phenomenon,
    /// How much.
    pub value: f64,
    /// The time it holds.
    pub observed_at: Timestamp,
    /// How far it can be trusted; as good as the device can unless told.
    #[serde(default = "good")]
    pub quality: Quality,
}

const fn good() -> Quality {
    Quality::Good
}

impl Measurement {
    /// The observation that the twin receives.
    pub fn received_at(self, received_at: Timestamp) -> Observation {
        Observation {
            sensor: self.sensor,
            phenomenon: self.phenomenon,
            value: self.value,
            observed_at: self.observed_at,
            received_at,
            quality: self.quality,
        }
    }
}

/// Why a line is no measured value.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LineError {
    /// It cannot be read at all: the last line that is told.
    #[error("cannot be read")]
    Io(#[from] std::io::Error),

    /// Longer than any measured value.
    #[error("longer than {MAX_LINE} bytes")]
    TooLong,

    /// Not JSON, or not of a measured value.
    #[error("no measured value in JSON: {0}")]
    Json(String),

    /// The first line does not name the columns.
    #[error("'{0}' does not name the columns: expected {names}", names = COLUMNS.join(","))]
    Header(String),

    /// Not as many values as there are columns.
    #[error("{found} values, expected {expected}")]
    Columns {
        /// How many there are.
        found: usize,
        /// How many columns there are.
        expected: usize,
    },

    /// A value that its column cannot have.
    #[error("{column} '{text}': {why}")]
    Value {
        /// The column.
        column: &'static str,
        /// The value.
        text: String,
        /// What was expected.
        why: String,
    },
}

/// The measured values of a file, line by line, each with the number of its line from 1. Never holds more
/// than a line. Empty lines are passed over.
#[derive(Debug)]
pub struct Measurements<R> {
    source: R,
    format: ObservationFormat,
    /// Which column each value of a line is of, once the first line is read.
    columns: Vec<usize>,
    line: u64,
    has_ended: bool,
}

impl<R: BufRead> Measurements<R> {
    /// Reads from a source.
    pub const fn new(source: R, format: ObservationFormat) -> Self {
        Self {
            source,
            format,
            columns: Vec::new(),
            line: 0,
            has_ended: false,
        }
    }

    /// The next line without its end; `None` at the end of the source.
    fn next_line(&mut self) -> Option<Result<String, LineError>> {
        let mut bytes = Vec::new();
        let limit = MAX_LINE as u64 + 1;
        let read = (&mut self.source).take(limit).read_until(b'\n', &mut bytes);
        match read {
            Ok(0) => return None,
            Ok(_) => self.line += 1,
            Err(error) => return Some(Err(error.into())),
        }
        if bytes.len() > MAX_LINE && bytes.last() != Some(&b'\n') {
            return Some(
                self.skip_line()
                    .map_or_else(|error| Err(error.into()), |()| Err(LineError::TooLong)),
            );
        }
        let text = String::from_utf8_lossy(&bytes);
        Some(Ok(text.trim().trim_start_matches('\u{feff}').to_owned()))
    }

    /// Goes on to the end of a line, however long it is.
    fn skip_line(&mut self) -> std::io::Result<()> {
        loop {
            let seen = self.source.fill_buf()?;
            let length = seen.len();
            let end = seen.iter().position(|byte| *byte == b'\n');
            self.source.consume(end.map_or(length, |end| end + 1));
            if end.is_some() || length == 0 {
                return Ok(());
            }
        }
    }

    fn read(&mut self, line: &str) -> Option<Result<Measurement, LineError>> {
        match self.format {
            ObservationFormat::Lines => {
                Some(serde_json::from_str(line).map_err(|error| LineError::Json(error.to_string())))
            }
            ObservationFormat::Csv if self.columns.is_empty() => {
                match columns_of(line) {
                    Ok(columns) => self.columns = columns,
                    // Without its first line, no other can be read.
                    Err(error) => {
                        self.has_ended = true;
                        return Some(Err(error));
                    }
                }
                None
            }
            ObservationFormat::Csv => Some(read_values(&self.columns, line)),
        }
    }
}

impl<R: BufRead> Iterator for Measurements<R> {
    type Item = (u64, Result<Measurement, LineError>);

    fn next(&mut self) -> Option<Self::Item> {
        while !self.has_ended {
            let line = match self.next_line()? {
                Ok(line) if line.is_empty() => continue,
                Ok(line) => line,
                Err(error) => {
                    self.has_ended = matches!(error, LineError::Io(_));
                    return Some((self.line, Err(error)));
                }
            };
            if let Some(read) = self.read(&line) {
                return Some((self.line, read));
            }
        }
        None
    }
}

/// The values of a line, which may stand in quotes.
fn values_of(line: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(line.as_bytes());
    let mut record = csv::StringRecord::new();
    match reader.read_record(&mut record) {
        Ok(_) => record.iter().map(str::to_owned).collect(),
        Err(_unreadable) => Vec::new(),
    }
}

fn columns_of(header: &str) -> Result<Vec<usize>, LineError> {
    let refuse = || LineError::Header(header.chars().take(80).collect());
    let position = |name: &String| COLUMNS.iter().position(|column| column == name);
    let columns: Option<Vec<usize>> = values_of(header).iter().map(position).collect();
    let columns = columns.ok_or_else(refuse)?;
    let has = |column: usize| columns.iter().filter(|other| **other == column).count();
    let is_whole = (0..COLUMNS.len() - 1).all(|column| has(column) == 1);
    if is_whole && has(COLUMNS.len() - 1) <= 1 {
        Ok(columns)
    } else {
        Err(refuse())
    }
}

fn read_values(columns: &[usize], line: &str) -> Result<Measurement, LineError> {
    let values = values_of(line);
    if values.len() != columns.len() {
        return Err(LineError::Columns {
            found: values.len(),
            expected: columns.len(),
        });
    }
    let mut texts = [""; COLUMNS.len()];
    for (column, value) in columns.iter().zip(&values) {
        texts[*column] = value;
    }
    let [sensor, phenomenon, value, observed_at, quality] = texts;
    Ok(Measurement {
        sensor: parse("sensor", sensor)?,
        phenomenon: parse("phenomenon", phenomenon)?,
        value: parse("value", value)?,
        observed_at: parse("observed_at", observed_at)?,
        quality: match quality {
            "" => Quality::Good,
            text => parse("quality", text)?,
        },
    })
}

fn parse<T: std::str::FromStr>(column: &'static str, text: &str) -> Result<T, LineError>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error: T::Err| LineError::Value {
        column,
        text: text.chars().take(40).collect(),
        why: error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str, format: ObservationFormat) -> Vec<(u64, Result<Measurement, String>)> {
        let lines = Measurements::new(text.as_bytes(), format);
        let told = |(line, read): (u64, Result<_, LineError>)| {
            (line, read.map_err(|error| error.to_string()))
        };
        lines.map(told).collect()
    }

    fn measurement(value: f64, quality: Quality) -> Measurement {
        Measurement {
            sensor: "sensor/s0".parse().unwrap(),
            phenomenon: Phenomenon::Distance,
            value,
            observed_at: Timestamp::from_secs(1_700_000_000),
            quality,
        }
    }

    #[test]
    fn both_forms_tell_the_same() {
        let csv = "\u{feff}value,sensor, observed_at ,quality,phenomenon\r\n\
            900,sensor/s0,2023-11-14T22:13:20Z,,distance\r\n\r\n\
            901.5,\"sensor/s0\",2023-11-14T23:13:20+01:00,doubtful,distance";
        let lines = r#"{"sensor":"sensor/s0","phenomenon":"distance","value":900,"observed_at":"2023-11-14T22:13:20Z"}

{"quality":"doubtful","sensor":"sensor/s0","phenomenon":"distance","value":901.5,"observed_at":"2023-11-14T22:13:20Z"}"#;
        let expected = [
            measurement(900.0, Quality::Good),
            measurement(901.5, Quality::Doubtful),
        ];
        for (text, format, first) in [
            (csv, ObservationFormat::Csv, 2),
            (lines, ObservationFormat::Lines, 1),
        ] {
            let told = read(text, format);
            let numbered = [
                (first, Ok(expected[0].clone())),
                (first + 2, Ok(expected[1].clone())),
            ];
            assert_eq!(told, numbered);
        }
    }

    #[rstest::rstest]
    #[case::no_sensor("bin/1,distance,1,2023-11-14T22:13:20Z", "sensor 'bin/1'")]
    #[case::no_phenomenon("sensor/a,smell,1,2023-11-14T22:13:20Z", "phenomenon 'smell'")]
    #[case::no_number("sensor/a,distance,wet,2023-11-14T22:13:20Z", "value 'wet'")]
    #[case::no_time("sensor/a,distance,1,yesterday", "observed_at 'yesterday'")]
    #[case::too_few("sensor/a,distance,1", "3 values, expected 4")]
    fn what_is_no_measured_value_is_told_and_the_rest_goes_on(
        #[case] line: &str,
        #[case] named: &str,
    ) {
        let header = "sensor,phenomenon,value,observed_at";
        let good = "sensor/s0,distance,900,2023-11-14T22:13:20Z";
        let told = read(
            &format!("{header}\n{line}\n{good}\n"),
            ObservationFormat::Csv,
        );
        assert_eq!(told.len(), 2);
        let error = told[0].1.as_ref().unwrap_err();
        assert!(error.contains(named), "{error}");
        assert_eq!(told[1], (3, Ok(measurement(900.0, Quality::Good))));
    }

    #[test]
    fn a_file_without_columns_is_told_once_and_a_long_line_is_passed_over() {
        let told = read("when,what\n1,2\n3,4\n", ObservationFormat::Csv);
        assert_eq!(told.len(), 1);
        assert!(told[0].1.as_ref().unwrap_err().contains("when,what"));
        let long = format!("{}\n{{}}\n", "x".repeat(3 * MAX_LINE));
        let told = read(&long, ObservationFormat::Lines);
        let numbers: Vec<u64> = told.iter().map(|(line, _)| *line).collect();
        assert_eq!(numbers, [1, 2]);
        assert!(told[0].1.as_ref().unwrap_err().contains("longer"));
    }

    proptest! {
        #[test]
        fn nothing_panics_or_hangs(text in "[ -~\\n\",]{0,200}", bytes: Vec<u8>) {
            for format in [ObservationFormat::Csv, ObservationFormat::Lines] {
                let _ = read(&text, format);
                let _ = Measurements::new(&*bytes, format).count();
                let header = format!("sensor,phenomenon,value,observed_at\n{text}");
                let _ = read(&header, format);
            }
        }
    }
}
