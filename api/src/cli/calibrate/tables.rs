//! Tickets and logs, by stream, with numbers for the names of rounds and sites.

use std::collections::BTreeMap;
use std::path::Path;

use gis_data::import::weighings::Weighing;
use gis_data::import::{Report, collections, weighings};
use simulator::calibrate::{FoundLevel, Ticket};
use twin_core::Stream;

use crate::cli::note;
use crate::error::{ApiError, ApiResult};

/// What one table has of one stream.
#[derive(Debug)]
pub(super) struct Sheet<T> {
    /// What it is called: a stream, or the content of a log.
    pub(super) name: Box<str>,
    pub(super) stream: Stream,
    /// The names of rounds or sites, by their numbers.
    pub(super) keys: Vec<Box<str>>,
    pub(super) rows: Vec<T>,
    numbers: BTreeMap<Box<str>, u32>,
}

impl<T> Sheet<T> {
    fn new(name: &str, stream: Stream) -> Self {
        Self {
            name: name.into(),
            stream,
            keys: Vec::new(),
            rows: Vec::new(),
            numbers: BTreeMap::new(),
        }
    }

    fn number(&mut self, key: &str) -> u32 {
        if let Some(number) = self.numbers.get(key) {
            return *number;
        }
        let number = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
        self.keys.push(key.into());
        self.numbers.insert(key.into(), number);
        number
    }
}

/// The tickets of a file, by stream.
pub(super) fn tickets(path: &Path) -> ApiResult<Vec<Sheet<Ticket>>> {
    let mut sheets: BTreeMap<Stream, Sheet<Ticket>> = BTreeMap::new();
    for weighing in weighings::read(path)? {
        let stream = weighing.stream;
        let sheet = sheets.entry(stream);
        let sheet = sheet.or_insert_with(|| Sheet::new(stream.name(), stream));
        let round = sheet.number(weighing.collector());
        sheet.rows.push(ticket(&weighing, round));
    }
    filled(sheets.into_values().collect(), path)
}

fn ticket(weighing: &Weighing, round: u32) -> Ticket {
    let hour = weighing.time.map(|time| {
        f64::from(time.hour()) + f64::from(time.minute()) / 60.0 + f64::from(time.second()) / 3600.0
    });
    Ticket {
        round,
        date: weighing.date,
        hour,
        kg: weighing.kg,
    }
}

/// The levels of a log, by content. What is odd about it is told, the first of each kind.
pub(super) fn levels(path: &Path) -> ApiResult<Vec<Sheet<FoundLevel>>> {
    let mut report = Report::default();
    let mut sheets: BTreeMap<Box<str>, Sheet<FoundLevel>> = BTreeMap::new();
    for record in collections::read(path, &mut report)? {
        let sheet = sheets.entry(record.content.clone()).or_insert_with(|| {
            let stream = record.content.to_lowercase().parse();
            Sheet::new(&record.content, stream.unwrap_or(Stream::Unknown))
        });
        let site = sheet.number(&record.site);
        sheet.rows.push(FoundLevel {
            site,
            at: record.at,
            fill_pct: record.fill_before_pct,
        });
    }
    for warning in report.warnings() {
        note(&warning.to_string());
    }
    filled(sheets.into_values().collect(), path)
}

fn filled<T>(sheets: Vec<Sheet<T>>, path: &Path) -> ApiResult<Vec<Sheet<T>>> {
    if sheets.is_empty() {
        return Err(ApiError::NothingToCalibrate { path: path.into() });
    }
    Ok(sheets)
}
