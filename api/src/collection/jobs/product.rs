//! What comes of a job: its outcome, and the files of its plan, written once.

use std::sync::Arc;

use serde::Serialize;
use serde_json::value::RawValue;

use crate::collection::Language;
use crate::error::ApiResult;
use crate::jobs::{Made, raw_json};

/// A file of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlanFile {
    /// The ways of the trips, and all calls.
    GeoJson,
    /// All calls in their order.
    Csv,
    /// The calls and the ways for the devices of drivers.
    Gpx,
    /// Sheets for drivers, to be printed.
    Sheet,
    /// What was known of each container, and how.
    Levels,
    /// The day as `twin plan explain` and others read it, unless that takes more than is kept.
    Day,
}

impl PlanFile {
    /// All of them.
    pub(crate) const ALL: [Self; 6] = [
        Self::GeoJson,
        Self::Csv,
        Self::Gpx,
        Self::Sheet,
        Self::Levels,
        Self::Day,
    ];

    /// Its name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::GeoJson => "routes.geojson",
            Self::Csv => "stops.csv",
            Self::Gpx => "routes.gpx",
            Self::Sheet => "sheets.html",
            Self::Levels => "levels.json",
            Self::Day => "day.json",
        }
    }

    /// Its media type.
    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::GeoJson => "application/geo+json",
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Gpx => "application/gpx+xml",
            Self::Sheet => "text/html; charset=utf-8",
            Self::Levels | Self::Day => "application/json",
        }
    }

    /// Whether it has words of a language.
    pub(crate) const fn is_translated(self) -> bool {
        matches!(self, Self::Gpx | Self::Sheet)
    }
}

/// What comes of a job.
#[derive(Debug)]
pub(crate) struct Product {
    outcome: Box<RawValue>,
    files: Vec<Written>,
    rounds: Option<Arc<[u8]>>,
}

/// A file with its bytes; one without words of a language is that of every language.
#[derive(Debug)]
pub(crate) struct Written {
    /// Which one.
    pub(crate) file: PlanFile,
    /// Whose words it has.
    pub(crate) language: Option<Language>,
    /// What is in it.
    pub(crate) bytes: Arc<[u8]>,
}

impl Product {
    /// An outcome with its files.
    ///
    /// # Errors
    /// An outcome that cannot be told as JSON.
    pub(crate) fn new(outcome: &impl Serialize, files: Vec<Written>) -> ApiResult<Self> {
        Ok(Self {
            outcome: raw_json(outcome)?,
            files,
            rounds: None,
        })
    }

    /// The same, with its rounds as they are told of the day.
    pub(crate) fn with_rounds(self, rounds: Option<Arc<[u8]>>) -> Self {
        Self { rounds, ..self }
    }

    /// Its rounds as they are told of the day, where that is not too large.
    pub(crate) fn rounds(&self) -> Option<Arc<[u8]>> {
        self.rounds.clone()
    }

    /// A file in a language.
    pub(crate) fn file(&self, file: PlanFile, language: Language) -> Option<Arc<[u8]>> {
        let mut files = self.files.iter();
        let found = files.find(|written| {
            let is_readable = written.language.is_none_or(|other| other == language);
            written.file == file && is_readable
        });
        found.map(|written| Arc::clone(&written.bytes))
    }

    /// The plan as it is kept for later searches, where it is not too large.
    pub(crate) fn day(&self) -> Option<Arc<[u8]>> {
        self.file(PlanFile::Day, Language::default())
    }
}

impl Made for Product {
    fn outcome(&self) -> &RawValue {
        &self.outcome
    }

    fn size(&self) -> usize {
        let files = self.files.iter().map(|written| written.bytes.len());
        let rounds = self.rounds.as_ref().map_or(0, |rounds| rounds.len());
        self.outcome.get().len() + rounds + files.sum::<usize>()
    }
}
