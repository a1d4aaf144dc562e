//! Whether a file is what its source promises, by its first bytes: a page that says "not found"
//! comes with a good status, and often with the right media type, too.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use serde::Deserialize;

use super::sources::Source;
use crate::error::{ApiError, ApiResult};

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Format {
    OsmPbf,
    Geojson,
    Json,
    Csv,
    Zip,
}

/// How much of a file is looked at, in bytes; the longest header of a table is far shorter.
const HEAD: u64 = 64 * 1024;

/// Refuses a file that does not begin as its source promises.
pub(super) fn check(source: &Source, file: &Path) -> ApiResult<()> {
    let mut head = Vec::new();
    File::open(file)
        .and_then(|file| file.take(HEAD).read_to_end(&mut head))
        .map_err(|source| ApiError::Run {
            action: "read what was downloaded",
            source,
        })?;
    if !source.format.fits(&head) {
        return Err(ApiError::WrongFormat {
            expected: source.format.words(),
            path: file.to_path_buf(),
        });
    }
    match missing_column(&head, &source.columns) {
        None => Ok(()),
        Some(column) => Err(ApiError::MissingColumn {
            column: column.into(),
            path: file.to_path_buf(),
        }),
    }
}

impl Format {
    const fn words(self) -> &'static str {
        match self {
            Self::OsmPbf => "an OpenStreetMap extract in PBF format",
            Self::Geojson => "GeoJSON",
            Self::Json => "JSON",
            Self::Csv => "a table of text",
            Self::Zip => "a ZIP archive",
        }
    }

    fn fits(self, head: &[u8]) -> bool {
        let text = head
            .strip_prefix(b"\xef\xbb\xbf")
            .unwrap_or(head)
            .trim_ascii_start();
        let holds = |needle: &[u8]| text.windows(needle.len()).any(|it| it == needle);
        match self {
            // A length of four bytes, then a header of its own that begins with this word.
            Self::OsmPbf => head.get(6..15) == Some(b"OSMHeader"),
            Self::Geojson => text.starts_with(b"{") && holds(b"\"type\""),
            Self::Json => text.starts_with(b"{") || text.starts_with(b"["),
            Self::Csv => {
                const OTHERS: [&[u8]; 4] = [b"<", b"{", b"\x1f\x8b", b"PK"];
                let is_other = OTHERS.iter().any(|it| text.starts_with(it));
                !text.is_empty() && !head.contains(&0) && !is_other
            }
            Self::Zip => head.starts_with(b"PK\x03\x04"),
        }
    }
}

/// A column that the first line does not name.
fn missing_column<'c>(head: &[u8], columns: &'c [String]) -> Option<&'c str> {
    let line = head.split(|&byte| byte == b'\n').next().unwrap_or(head);
    let line = String::from_utf8_lossy(line);
    let bare = |name: &str| {
        let quotes = |c: char| c.is_whitespace() || c == '"' || c == '\u{feff}';
        name.trim_matches(quotes).to_lowercase()
    };
    let named: Vec<String> = line.split([',', ';', '\t', '|']).map(bare).collect();
    let mut columns = columns.iter().map(String::as_str);
    columns.find(|column| !named.contains(&bare(column)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTML: &[u8] = b"\n<!DOCTYPE html><html>\"type\"";

    #[rstest::rstest]
    #[case::extract(Format::OsmPbf, b"\x00\x00\x00\x0e\x0a\x09OSMHeader\x18\x7f")]
    #[case::outlines(Format::Geojson, b" {\"type\":\"FeatureCollection\"")]
    #[case::register(Format::Json, b"[{}]")]
    #[case::table(Format::Csv, b"\xef\xbb\xbfNom;Rue\n")]
    #[case::archive(Format::Zip, b"PK\x03\x04\x14")]
    fn a_file_is_known_by_its_first_bytes(#[case] format: Format, #[case] head: &[u8]) {
        assert!(format.fits(head));
        assert!(!format.fits(HTML));
        assert!(!format.fits(b""));
    }

    #[rstest::rstest]
    #[case::json_error(b"{\"error\": 1}")]
    #[case::packed(b"\x1f\x8b\x08")]
    #[case::bytes(b"a;b\0c")]
    fn what_is_no_text_is_no_table(#[case] head: &[u8]) {
        assert!(!Format::Csv.fits(head));
    }

    #[rstest::rstest]
    #[case::all(b"imb_id;imb_etat\n1;2", None)]
    #[case::quoted_in_capitals(b"\xef\xbb\xbf\"IMB_ID\",\"imb_etat\"\r\n", None)]
    #[case::one_missing(b"imb_id;x;imb_etat_pm\n", Some("imb_etat"))]
    fn the_columns_that_are_needed_stand_in_the_first_line(
        #[case] head: &[u8],
        #[case] missing: Option<&str>,
    ) {
        let columns = ["imb_id", "imb_etat"].map(str::to_owned);
        assert_eq!(missing_column(head, &columns), missing);
    }
}
