//! Logs of collections, with numbers for their keys.

use std::collections::BTreeMap;
use std::path::Path;

use gis_data::import::Report;
use gis_data::import::collections::{self, CollectionRecord};
use simulator::forecast::{Collection, Visit};

use crate::cli::note;
use crate::error::ApiResult;

/// Numbers for words, in the order in which they were met first.
#[derive(Debug, Default)]
struct Numbers(BTreeMap<Box<str>, u32>);

impl Numbers {
    fn of(&mut self, word: &str) -> u32 {
        if let Some(&number) = self.0.get(word) {
            return number;
        }
        let number = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        self.0.insert(word.into(), number);
        number
    }
}

/// The numbers of sites, contents and streets, the same for all logs of a command.
#[derive(Debug, Default)]
pub(super) struct Keys {
    sites: Numbers,
    contents: Numbers,
    streets: Numbers,
}

impl Keys {
    /// Reads a log: its rows as they are, and as collections. What is odd about it is told to the person
    /// who waits, the first of each kind.
    pub(super) fn read(
        &mut self,
        path: &Path,
    ) -> ApiResult<(Vec<CollectionRecord>, Vec<Collection>)> {
        let mut report = Report::default();
        let records = collections::read(path, &mut report)?;
        for warning in report.warnings() {
            note(&warning.to_string());
        }
        let collections = records.iter().map(|record| self.collection(record));
        let collections = collections.collect();
        Ok((records, collections))
    }

    fn collection(&mut self, record: &CollectionRecord) -> Collection {
        // Where no street is told, a site is alone in its own.
        let street = if record.address.is_empty() {
            format!("\u{0}{}", record.site)
        } else {
            record.address.to_string()
        };
        Collection {
            visit: Visit {
                site: self.sites.of(&record.site),
                content: self.contents.of(&record.content),
                street: self.streets.of(&street),
                at: record.at,
            },
            fill_pct: record.fill_before_pct,
        }
    }
}
