//! JSON as registers publish it, one record at a time: an array, an object that holds one under a
//! known name, or one object a line.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, BufRead, BufReader, Cursor, Read as _};
use std::path::Path;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess};
use serde_json::Value;

use crate::error::{GisError, GisResult};
use crate::import::tables::bytes::{Allowance, Bounded, Bytes, Meter, open_text};
use crate::import::tables::row::cannot_read;
use crate::import::{Report, WarningCode};

/// The most bytes between two records, and of one record.
const MAX_RECORD_BYTES: u64 = 16 * 1024 * 1024;
/// How much the reader may be ahead of the record that it is at.
const BUFFER_BYTES: usize = 64 * 1024;
/// How many texts that stand beside the records are kept.
const MAX_FACTS: usize = 64;

/// Takes one record of a file, and how far the file has been read.
pub(super) type Take<'t> = dyn FnMut(Value, &mut Report, &Meter) -> GisResult<()> + 't;

/// The texts that stand beside the records, by their name: `generatedAt`.
pub(super) type Facts = BTreeMap<Box<str>, Box<str>>;

/// Whether text begins as JSON does that holds records.
pub(super) fn is_json(sample: &[u8]) -> bool {
    let first = sample.iter().find(|byte| !byte.is_ascii_whitespace());
    matches!(first, Some(b'{' | b'['))
}

/// Goes through the records of a file: the elements of the outermost array, or of those that are
/// called one of `arrays`, or the objects of its lines where none of them is so called.
///
/// A file that stops making sense after its first record is used as far as it goes, which is told.
pub(super) fn for_each(
    path: &Path,
    arrays: &'static [&'static str],
    report: &mut Report,
    take: &mut Take<'_>,
) -> GisResult<Facts> {
    let (sample, file) = open_text(path)?;
    let (meter, left) = (file.meter(), Allowance::default());
    left.renew(MAX_RECORD_BYTES);
    let is_lines = is_lines(&sample, arrays);
    let source = Bounded::new(Cursor::new(sample).chain(file), left.clone());
    let mut walk = Walk {
        path,
        arrays,
        report,
        take,
        meter,
        left,
        records: 0,
        facts: Facts::new(),
        refused: None,
    };
    let source = BufReader::with_capacity(BUFFER_BYTES, source);
    if is_lines {
        walk.lines(source)?;
    } else {
        walk.document(source)?;
    }
    Ok(walk.facts)
}

/// Whether each line is an object of its own: the first one is, and holds none of the arrays.
fn is_lines(sample: &[u8], arrays: &[&str]) -> bool {
    let first = sample.split(|byte| *byte == b'\n').next();
    let object = first.and_then(|line| serde_json::from_slice::<Value>(line).ok());
    object.is_some_and(|value| {
        let holds_array = arrays.iter().any(|name| value[*name].is_array());
        value.is_object() && !holds_array
    })
}

type Source = BufReader<Bounded<io::Chain<Cursor<Vec<u8>>, Bytes>>>;

/// A walk through a file, from record to record.
struct Walk<'w, 't> {
    path: &'w Path,
    arrays: &'static [&'static str],
    report: &'w mut Report,
    take: &'w mut Take<'t>,
    meter: Meter,
    left: Allowance,
    records: u64,
    facts: Facts,
    /// Why the records are not wanted any more.
    refused: Option<GisError>,
}

impl Walk<'_, '_> {
    fn lines(&mut self, mut source: Source) -> GisResult<()> {
        let mut line = Vec::new();
        for number in 1_u64.. {
            self.left.renew(MAX_RECORD_BYTES);
            line.clear();
            let read = source.read_until(b'\n', &mut line);
            if read.map_err(|error| self.unreadable(error, number))? == 0 {
                break;
            }
            if line.trim_ascii().is_empty() {
                continue;
            }
            match serde_json::from_slice(&line) {
                Ok(value) => (self.take)(value, self.report, &self.meter)?,
                Err(error) => {
                    let object = format_args!("line {number}");
                    let message = format_args!("is no JSON, {error}: it was left out");
                    let code = WarningCode::DamagedBlock;
                    self.report.warn(code, self.path, object, message);
                }
            }
        }
        Ok(())
    }

    fn document(&mut self, source: Source) -> GisResult<()> {
        let mut reader = serde_json::Deserializer::from_reader(source);
        let seed = Part {
            walk: self,
            level: Level::Document,
        };
        let read = seed.deserialize(&mut reader).map(|_text| ());
        let Err(error) = read.and_then(|()| reader.end()) else {
            return Ok(());
        };
        if let Some(refused) = self.refused.take() {
            return Err(refused);
        }
        let line = u64::try_from(error.line()).unwrap_or(u64::MAX);
        if error.is_io() {
            return Err(self.unreadable(error.into(), line));
        }
        if self.records == 0 {
            return Err(GisError::NotJson {
                path: self.path.to_path_buf(),
                source: error,
            });
        }
        let object = format_args!("line {line}");
        let message = format_args!("stops making sense, {error}: what follows was not read");
        let code = WarningCode::TruncatedFile;
        self.report.warn(code, self.path, object, message);
        Ok(())
    }

    fn unreadable(&self, error: io::Error, line: u64) -> GisError {
        if error.kind() == io::ErrorKind::FileTooLarge {
            return GisError::RecordTooLong {
                line,
                limit: MAX_RECORD_BYTES,
                path: self.path.to_path_buf(),
            };
        }
        cannot_read(self.path)(error)
    }

    fn keep(&mut self, name: Box<str>, text: Option<Box<str>>) {
        if let Some(text) = text.filter(|_| self.facts.len() < MAX_FACTS) {
            self.facts.insert(name, text);
        }
    }
}

/// Where in a document a value is.
#[derive(Clone, Copy, PartialEq)]
enum Level {
    /// The whole: an array of records, or an object that holds one.
    Document,
    /// An array of records.
    Records,
    /// Anything else.
    Other,
}

/// A value that is gone through; what it comes to is its text, if it is one.
struct Part<'p, 'w, 't> {
    walk: &'p mut Walk<'w, 't>,
    level: Level,
}

impl<'de> DeserializeSeed<'de> for Part<'_, '_, '_> {
    type Value = Option<Box<str>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> serde::de::Visitor<'de> for Part<'_, '_, '_> {
    type Value = Option<Box<str>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<Self::Value, A::Error> {
        let walk = self.walk;
        if self.level == Level::Other {
            while all.next_element::<IgnoredAny>()?.is_some() {
                walk.left.renew(MAX_RECORD_BYTES);
            }
            return Ok(None);
        }
        while let Some(value) = all.next_element::<Value>()? {
            walk.left.renew(MAX_RECORD_BYTES);
            walk.records += 1;
            if let Err(error) = (walk.take)(value, walk.report, &walk.meter) {
                walk.refused = Some(error);
                return Err(A::Error::custom("refused"));
            }
        }
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut all: A) -> Result<Self::Value, A::Error> {
        let walk = self.walk;
        while let Some(name) = all.next_key::<Box<str>>()? {
            walk.left.renew(MAX_RECORD_BYTES);
            let is_wanted = self.level == Level::Document && walk.arrays.contains(&&*name);
            let level = if is_wanted {
                Level::Records
            } else {
                Level::Other
            };
            let text = all.next_value_seed(Part { walk, level })?;
            if self.level == Level::Document {
                walk.keep(name, text);
            }
        }
        Ok(None)
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(text.into()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (GisResult<Facts>, Vec<Value>, Report) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("r.json");
        std::fs::write(&path, bytes).unwrap();
        let (mut records, mut report) = (Vec::new(), Report::default());
        let facts = for_each(
            &path,
            &["features", "results"],
            &mut report,
            &mut |record, _, _| {
                records.push(record);
                Ok(())
            },
        );
        (facts, records, report)
    }

    #[rstest::rstest]
    #[case::an_array(r#"[{"a":1},{"a":2}]"#)]
    #[case::a_collection(r#"{"type":"x","crs":{"features":[7]},"features":[{"a":1},{"a":2}]}"#)]
    #[case::a_collection_over_lines("{\n\"features\": [\n{\"a\":1},\n{\"a\":2}\n]\n}\n")]
    #[case::the_array_last(r#"{"total":2,"next":null,"results":[{"a":1},{"a":2}]}"#)]
    #[case::lines("{\"a\":1}\r\n\n{\"a\":2}")]
    #[case::a_byte_order_mark("\u{feff}[{\"a\":1},{\"a\":2}]")]
    fn records_are_found_whatever_holds_them(#[case] text: &str) {
        let (facts, records, report) = read(text.as_bytes());
        assert!(facts.is_ok() && report.is_empty());
        assert_eq!(
            records,
            [serde_json::json!({"a":1}), serde_json::json!({"a":2})]
        );
    }

    #[test]
    fn texts_beside_the_records_are_kept() {
        let (facts, ..) = read(br#"{"generatedAt":"2026-03-09","n":1,"results":[]}"#);
        assert_eq!(facts.unwrap()["generatedAt"], "2026-03-09".into());
    }

    #[rstest::rstest]
    #[case::cut_off(r#"[{"a":1},{"a":2"#, WarningCode::TruncatedFile)]
    #[case::a_second_document(r#"[{"a":1}][]"#, WarningCode::TruncatedFile)]
    #[case::a_bad_line("{\"a\":1}\n{\"a\":", WarningCode::DamagedBlock)]
    fn what_stops_making_sense_is_used_so_far_and_told(
        #[case] text: &str,
        #[case] code: WarningCode,
    ) {
        let (facts, records, report) = read(text.as_bytes());
        assert!(facts.is_ok());
        assert_eq!(records, [serde_json::json!({"a":1})]);
        assert_eq!(report.count(code), 1);
    }

    #[rstest::rstest]
    #[case::cut_off_at_once(b"[{\"a\":".to_vec())]
    #[case::nested_for_ever(b"[".repeat(100_000))]
    #[case::an_endless_record([b"[{\"a\":\"".to_vec(), vec![b'x'; 20 << 20]].concat())]
    #[case::binary(b"{\0\0".to_vec())]
    fn what_is_no_json_is_refused(#[case] bytes: Vec<u8>) {
        assert!(read(&bytes).0.is_err());
    }

    #[test]
    fn what_lies_beside_the_records_may_be_long() {
        let beside = r#"{"gcc":["#.to_owned() + &"\"xxxxxxxx\",".repeat(2 << 20);
        let text = beside + r#"0],"results":[{"a":1}]}"#;
        assert_eq!(read(text.as_bytes()).1.len(), 1);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_records_or_an_error(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            let _records_or_refused = read(&bytes);
        }

        #[test]
        fn any_pieces_of_json_are_records_or_an_error(text in "[\\[\\]{}\",:0-9a \\n]{0,80}") {
            let _records_or_refused = read(text.as_bytes());
        }
    }
}
