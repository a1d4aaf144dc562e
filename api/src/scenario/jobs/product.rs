//! What comes of scenarios: what the command line prints, and the pages of a comparison.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::collection::Language;
use crate::error::ApiResult;
use crate::jobs::{Made, raw_json};

/// A page in each language.
pub(super) type Pages = Vec<(Language, Box<str>)>;

/// What comes of scenarios.
#[derive(Debug)]
pub(crate) struct Simulated {
    pub(super) outcome: Box<RawValue>,
    pub(super) pages: Pages,
}

impl Simulated {
    /// An outcome with its pages, which only comparisons have.
    ///
    /// # Errors
    /// An outcome that cannot be told as JSON.
    pub(super) fn new(outcome: &impl Serialize, pages: Pages) -> ApiResult<Self> {
        Ok(Self {
            outcome: raw_json(outcome)?,
            pages,
        })
    }

    /// The page in a language.
    pub(crate) fn page(&self, language: Language) -> Option<&str> {
        let mut pages = self.pages.iter();
        let found = pages.find(|(written, _)| *written == language);
        found.map(|(_, page)| &**page)
    }
}

impl Made for Simulated {
    fn outcome(&self) -> &RawValue {
        &self.outcome
    }

    fn size(&self) -> usize {
        let pages: usize = self.pages.iter().map(|(_, page)| page.len()).sum();
        self.outcome.get().len() + pages
    }
}
