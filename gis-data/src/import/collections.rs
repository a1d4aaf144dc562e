//! Logs of collections: who emptied what and when, and how full it was found.

use std::path::Path;

use jiff::civil::DateTime;

use super::Report;
use super::tables::csv::CsvRows;
use super::tables::numbers::number;
use super::tables::row::TableRow;
use crate::error::{GisError, GisResult};

/// A container that was emptied.
#[derive(Clone, Debug, PartialEq)]
pub struct CollectionRecord {
    /// The key of its site.
    pub site: Box<str>,
    /// Where it is, in words: often a street; empty where that is not told.
    pub address: Box<str>,
    /// What is collected there; empty where that is not told.
    pub content: Box<str>,
    /// The local time, as the log has it.
    pub collected_at_local: Box<str>,
    /// The same.
    pub at: DateTime,
    /// How full it was found, 0 to 100 percent of what it is meant to hold.
    pub fill_before_pct: f64,
}

/// The columns of a log; those of the first three rows must be there.
const SITE: &str = "site";
const COLLECTED_AT: &str = "collected_at_local";
const FILL_BEFORE: &str = "fill_before_pct";
const ADDRESS: &str = "address";
const CONTENT: &str = "content";

/// Reads a log of collections in the order of its rows: comma separated values whose first line names the
/// columns `site`, `collected_at_local` (`2016-06-10 07:42:32`) and `fill_before_pct` (0 to 100), and perhaps
/// `address` and `content`. Other columns are not looked at. Rows of another width, and bytes in another
/// encoding, are used as far as they go, and told in the report.
///
/// # Errors
///
/// A file that is no table, a column that is missing, and the first value that cannot be used, with its line.
pub fn read(path: &Path, report: &mut Report) -> GisResult<Vec<CollectionRecord>> {
    let mut rows = CsvRows::open(path)?;
    let columns = Columns::of(&rows.columns, path)?;
    let mut records = Vec::new();
    while let Some(row) = rows.next(report)? {
        records.push(columns.record(&row, path)?);
    }
    Ok(records)
}

/// Where the columns of a log are.
#[derive(Clone, Copy, Debug)]
struct Columns {
    site: usize,
    at: usize,
    fill: usize,
    address: Option<usize>,
    content: Option<usize>,
}

impl Columns {
    fn of(names: &[Box<str>], path: &Path) -> GisResult<Self> {
        let find = |name: &str| names.iter().position(|known| &**known == name);
        let (site, at, fill) = (find(SITE), find(COLLECTED_AT), find(FILL_BEFORE));
        if let (Some(site), Some(at), Some(fill)) = (site, at, fill) {
            return Ok(Self {
                site,
                at,
                fill,
                address: find(ADDRESS),
                content: find(CONTENT),
            });
        }
        let wanted = [SITE, COLLECTED_AT, FILL_BEFORE];
        let missing = wanted.into_iter().filter(|name| find(name).is_none());
        Err(GisError::MissingColumns {
            missing: missing.collect::<Vec<_>>().join(", ").into(),
            found: names.join(", ").into(),
            path: path.to_path_buf(),
        })
    }

    fn record(self, row: &TableRow, path: &Path) -> GisResult<CollectionRecord> {
        let refuse =
            |column: &'static str, value: &str, expected: &'static str| GisError::InvalidCell {
                row: row.object.clone(),
                column,
                value: value.chars().take(80).collect::<String>().into(),
                expected,
                path: path.to_path_buf(),
            };
        let text = |column: usize| &*row.values[column];
        let optional = |column: Option<usize>| column.map_or("", text).into();
        if text(self.site).is_empty() {
            return Err(refuse(SITE, "", "the key of a site"));
        }
        let at = text(self.at);
        let expected = "a local time such as 2016-06-10 07:42:32";
        let local = at.parse::<DateTime>().ok();
        let local = local.ok_or_else(|| refuse(COLLECTED_AT, at, expected))?;
        let fill = number(text(self.fill)).filter(|fill| (0.0..=100.0).contains(fill));
        let expected = "a number from 0 to 100";
        let fill = fill.ok_or_else(|| refuse(FILL_BEFORE, text(self.fill), expected))?;
        Ok(CollectionRecord {
            site: text(self.site).into(),
            address: optional(self.address),
            content: optional(self.content),
            collected_at_local: at.into(),
            at: local,
            fill_before_pct: fill,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(text: &str) -> GisResult<Vec<CollectionRecord>> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log.csv");
        std::fs::write(&path, text).unwrap();
        read(&path, &mut Report::default())
    }

    #[test]
    fn rows_are_read_in_their_order_whatever_the_columns_order_is() {
        let text = "fill_before_pct;other;collected_at_local;site\n\
                    62,5;x;2016-06-10 07:42:32;b\n\n19;y;2016-06-09T05:00;a\n";
        let records = log(text).unwrap();
        let told: Vec<_> = records
            .iter()
            .map(|record| (&*record.site, record.at.to_string(), record.fill_before_pct))
            .collect();
        assert_eq!(
            told,
            [
                ("b", "2016-06-10T07:42:32".to_owned(), 62.5),
                ("a", "2016-06-09T05:00:00".to_owned(), 19.0)
            ]
        );
        assert!(records[0].address.is_empty() && records[0].content.is_empty());
    }

    #[rstest::rstest]
    #[case::no_fill(
        "site,collected_at_local\n",
        "it lacks fill_before_pct, has site, collected_at_local"
    )]
    #[case::no_site(
        "site,collected_at_local,fill_before_pct\n,2016-06-10 07:42:32,1\n",
        "line 2: site is '', expected the key of a site"
    )]
    #[case::too_full(
        "site,collected_at_local,fill_before_pct\na,2016-06-10 07:42:32,1\na,2016-06-11 07:42:32,101\n",
        "line 3: fill_before_pct is '101', expected a number from 0 to 100"
    )]
    #[case::nothing(
        "site,collected_at_local,fill_before_pct\na,2016-06-10 07:42:32,\n",
        "line 2: fill_before_pct is '', expected a number from 0 to 100"
    )]
    #[case::no_day(
        "site,collected_at_local,fill_before_pct\na,2016-02-30 07:42:32,5\n",
        "line 2: collected_at_local is '2016-02-30 07:42:32', expected a local time"
    )]
    fn what_cannot_be_used_is_told_with_its_line(#[case] text: &str, #[case] expected: &str) {
        let told = log(text).unwrap_err().to_string();
        assert!(told.starts_with(expected), "{told}");
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_a_log_or_refused(text in "[a-z0-9,;:. \n-]{0,200}") {
            let header = "site,collected_at_local,fill_before_pct\n";
            let _read_or_refused = log(&format!("{header}{text}"));
        }
    }
}
