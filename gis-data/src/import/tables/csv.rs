//! Comma separated values as collectivities export them: with commas, semicolons or tabs, in UTF-8
//! or Windows-1252, with lines that are too short or too long.

use std::borrow::Cow;
use std::io::{self, Cursor, Read as _};
use std::path::{Path, PathBuf};

use csv::{ByteRecord, Reader, ReaderBuilder, Terminator};

use super::bytes::{Allowance, Bounded, Bytes, Meter, open_text};
use super::row::{MAX_COLUMNS, TableRow, cannot_read, not_table};
use crate::error::{GisError, GisResult};
use crate::import::{Report, WarningCode};

/// The longest record.
const MAX_RECORD_BYTES: u64 = 1024 * 1024;
/// The separators that are tried, those of more likely files first.
const SEPARATORS: [(u8, &str); 4] = [
    (b';', "semicolons"),
    (b',', "commas"),
    (b'\t', "tabs"),
    (b'|', "bars"),
];

type Source = Bounded<io::Chain<Cursor<Vec<u8>>, Bytes>>;

/// The rows of a file of comma separated values.
#[derive(Debug)]
pub(in crate::import) struct CsvRows {
    pub(in crate::import) columns: Vec<Box<str>>,
    /// Whether its rows must have the values that its columns ask for.
    is_named: bool,
    path: PathBuf,
    reader: Reader<Source>,
    left: Allowance,
    meter: Meter,
    record: ByteRecord,
    separator: &'static str,
    encoding: Encoding,
}

/// What the bytes of a file were found to be so far.
#[derive(Clone, Copy, Debug, Default)]
struct Encoding {
    has_utf8: bool,
    has_other: bool,
}

impl CsvRows {
    /// Opens a file whose first line names its columns.
    pub(in crate::import) fn open(path: &Path) -> GisResult<Self> {
        let mut rows = Self::start(path, None)?;
        rows.columns = rows.header()?;
        rows.is_named = true;
        Ok(rows)
    }

    /// Opens a file whose rows are of several kinds, and named nowhere: each row has the values
    /// that it has, with semicolons between.
    pub(in crate::import) fn open_bare(path: &Path) -> GisResult<Self> {
        Self::start(path, Some(SEPARATORS[0]))
    }

    fn start(path: &Path, known: Option<(u8, &'static str)>) -> GisResult<Self> {
        let (sample, file) = open_text(path)?;
        let (meter, left) = (file.meter(), Allowance::default());
        let (separator, name) = known.unwrap_or_else(|| separator(&sample));
        // Lines end with LF, and what is before it is trimmed: only so are they counted right.
        let terminator = if sample.contains(&b'\n') {
            Terminator::Any(b'\n')
        } else {
            Terminator::CRLF
        };
        let source = Bounded::new(Cursor::new(sample).chain(file), left.clone());
        let reader = ReaderBuilder::new()
            .delimiter(separator)
            .terminator(terminator)
            .flexible(true)
            .has_headers(false)
            .from_reader(source);
        Ok(Self {
            columns: Vec::new(),
            is_named: false,
            path: path.to_path_buf(),
            reader,
            left,
            meter,
            record: ByteRecord::new(),
            separator: name,
            encoding: Encoding::default(),
        })
    }

    /// How far the file has been read.
    pub(in crate::import) const fn meter(&self) -> &Meter {
        &self.meter
    }

    fn header(&mut self) -> GisResult<Vec<Box<str>>> {
        if !self.advance()? {
            return Err(not_table(&self.path, "it is empty"));
        }
        if self.record.len() > MAX_COLUMNS {
            return Err(not_table(&self.path, "it has more than 4096 columns"));
        }
        let names = self.record.iter().map(|name| self.encoding.decode(name).0);
        Ok(names.map(|name| name.trim().into()).collect())
    }

    /// The next row; blank lines are none.
    pub(in crate::import) fn next(&mut self, report: &mut Report) -> GisResult<Option<TableRow>> {
        while self.advance()? {
            let line = self.line();
            let object = format!("line {line}");
            let warn = |report: &mut Report, code, message: &str| {
                report.warn(code, &self.path, &object, message);
            };
            let width = if self.is_named {
                self.columns.len()
            } else {
                self.record.len().min(MAX_COLUMNS)
            };
            let mut values: Vec<Box<str>> = Vec::with_capacity(width);
            let mut is_mixed = false;
            for field in self.record.iter().take(width) {
                let (text, is_odd) = self.encoding.decode(field);
                is_mixed |= is_odd;
                values.push(Box::from(text.trim()));
            }
            if values.iter().all(|value| value.is_empty()) {
                continue;
            }
            if is_mixed {
                let message =
                    "holds bytes that are no UTF-8, where other lines are: read as Windows-1252";
                warn(report, WarningCode::UndecodableBytes, message);
            }
            if self.is_named && self.record.len() != width {
                let (found, expected) = (self.record.len(), width);
                let message = format!("has {found} values, expected {expected}");
                warn(report, WarningCode::RaggedRow, &message);
            }
            values.resize(width, Box::default());
            return Ok(Some(TableRow {
                object: object.into(),
                values,
                place: None,
            }));
        }
        Ok(None)
    }

    /// The line, from 1, on which the record begins; blank lines before it count as lines.
    fn line(&self) -> u64 {
        let within = self.record.as_slice().iter().filter(|byte| **byte == b'\n');
        let next = self.reader.position();
        let is_ended = !self.reader.get_ref().ends_within_line(next.byte());
        let ends = within.count() as u64 + u64::from(is_ended);
        next.line().saturating_sub(ends)
    }

    fn advance(&mut self) -> GisResult<bool> {
        self.left.renew(MAX_RECORD_BYTES);
        let line = self.reader.position().line();
        let read = self.reader.read_byte_record(&mut self.record);
        read.map_err(|error| match error.into_kind() {
            csv::ErrorKind::Io(source) if source.kind() == io::ErrorKind::FileTooLarge => {
                GisError::RecordTooLong {
                    line,
                    limit: MAX_RECORD_BYTES,
                    path: self.path.clone(),
                }
            }
            csv::ErrorKind::Io(source) => cannot_read(&self.path)(source),
            _ => not_table(&self.path, "its lines cannot be told apart"),
        })
    }

    pub(in crate::import) fn assumptions(&self) -> Vec<Box<str>> {
        let encoding = match self.encoding {
            Encoding {
                has_other: true, ..
            } => "Windows-1252",
            Encoding { has_utf8: true, .. } => "UTF-8",
            Encoding { .. } => "ASCII",
        };
        vec![format!("values separated by {}, text in {encoding}", self.separator).into()]
    }
}

impl Encoding {
    /// A field as text, and whether it is not UTF-8 in a file that was so far.
    fn decode<'f>(&mut self, field: &'f [u8]) -> (Cow<'f, str>, bool) {
        if let Ok(text) = std::str::from_utf8(field) {
            self.has_utf8 |= !text.is_ascii();
            return (Cow::Borrowed(text), false);
        }
        self.has_other = true;
        let (text, _has_unknown) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(field);
        (text, self.has_utf8)
    }
}

/// The separator that occurs most in the first line, outside of quotes.
fn separator(sample: &[u8]) -> (u8, &'static str) {
    let (mut counts, mut is_quoted) = ([0_usize; SEPARATORS.len()], false);
    for &byte in sample {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' | b'\r' if !is_quoted => break,
            _ if !is_quoted => {
                for (count, (separator, _)) in counts.iter_mut().zip(SEPARATORS) {
                    *count += usize::from(byte == separator);
                }
            }
            _ => {}
        }
    }
    // Of equal counts, `max_by_key` takes the last: the likeliest separator comes first.
    let most = SEPARATORS
        .iter()
        .zip(counts)
        .rev()
        .max_by_key(|(_, count)| *count);
    most.map_or(SEPARATORS[0], |(separator, _)| *separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(bytes: &[u8]) -> GisResult<(CsvRows, Vec<TableRow>, Report)> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("t.csv");
        std::fs::write(&path, bytes).unwrap();
        let (mut table, mut report) = (CsvRows::open(&path)?, Report::default());
        let mut rows = Vec::new();
        while let Some(row) = table.next(&mut report)? {
            rows.push(row);
        }
        Ok((table, rows, report))
    }

    #[rstest::rstest]
    #[case::semicolons("id;rue\n1;\"Rue de l'Été; bis\"\n".as_bytes())]
    #[case::commas("id,rue\r\n1,\"Rue de l'Été; bis\"\r\n".as_bytes())]
    #[case::tabs("id\true\n1\tRue de l'Été; bis".as_bytes())]
    #[case::byte_order_mark(b"\xef\xbb\xbfid;rue\n1;\"Rue de l'\xc3\x89t\xc3\xa9; bis\"\n")]
    #[case::windows_1252(b"id;rue\n1;\"Rue de l'\xc9t\xe9; bis\"\n")]
    #[case::blank_lines("id;rue\n\n;\n1;\"Rue de l'Été; bis\"\n\n".as_bytes())]
    fn a_file_is_read_as_it_is(#[case] bytes: &[u8]) {
        let (table, rows, report) = rows(bytes).unwrap();
        assert_eq!(*table.columns, ["id".into(), "rue".into()]);
        assert_eq!(rows.len(), 1);
        assert_eq!(*rows[0].values, ["1".into(), "Rue de l'Été; bis".into()]);
        assert!(report.is_empty());
    }

    #[test]
    fn ragged_rows_are_used_as_far_as_they_go_and_told_with_their_line() {
        let (_, rows, report) = rows(b"a;b;c\n1;2\n1;2;3;4\n").unwrap();
        assert_eq!(*rows[0].values, ["1".into(), "2".into(), "".into()]);
        assert_eq!(*rows[1].values, ["1".into(), "2".into(), "3".into()]);
        let told: Vec<_> = report
            .warnings()
            .map(|w| format!("{}: {}", w.object, w.message))
            .collect();
        assert_eq!(
            told,
            [
                "line 2: has 2 values, expected 3",
                "line 3: has 4 values, expected 3"
            ]
        );
    }

    #[rstest::rstest]
    #[case::line_feeds("a;b\n1;2\n\n3;\"x\ny\"\n4;5", ["line 2", "line 4", "line 6"])]
    #[case::carriage_returns("a;b\r\n1;2\r\n\r\n3;\"x\r\ny\"\r\n4;5\r\n", ["line 2", "line 4", "line 6"])]
    #[case::in_the_header("\"a\nx\";b\n1;2\n3;4\n5;6\n", ["line 3", "line 4", "line 5"])]
    fn rows_know_their_lines(#[case] text: &str, #[case] lines: [&str; 3]) {
        let (_, rows, report) = rows(text.as_bytes()).unwrap();
        let found: Vec<&str> = rows.iter().map(|row| &*row.object).collect();
        assert_eq!(found, lines);
        assert!(report.is_empty());
    }

    #[test]
    fn a_line_of_other_bytes_in_a_file_of_utf_8_is_told() {
        let (_, rows, report) = rows(b"a;b\n\xc3\xa9;1\n\xe9;2\n").unwrap();
        assert_eq!(&*rows[1].values[0], "é");
        assert_eq!(report.count(WarningCode::UndecodableBytes), 1);
    }

    #[rstest::rstest]
    #[case::empty(b"".to_vec())]
    #[case::utf_16(b"\xff\xfei\0d\0".to_vec())]
    #[case::binary(b"PK\x03\x04\0\0\0".to_vec())]
    #[case::one_endless_line(vec![b'x'; 4_000_000])]
    #[case::an_open_quote([b"a;b\n\"".to_vec(), vec![b'\n'; 4_000_000]].concat())]
    #[case::a_header_of_many_columns(vec![b';'; 10_000])]
    fn what_is_no_table_is_refused(#[case] bytes: Vec<u8>) {
        assert!(rows(&bytes).is_err());
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_rows_or_an_error(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
            let _rows_or_refused = rows(&bytes);
        }
    }
}
