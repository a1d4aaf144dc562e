//! What the server's simulations look like, as far as the viewer reads them.

use std::collections::BTreeMap;

use serde::Deserialize;
use twin_core::Timestamp;

/// `GET /simulations`.
#[derive(Debug, Deserialize)]
pub(super) struct JobList {
    pub simulations: Vec<Job>,
}

/// A job, in a list or by itself.
#[derive(Debug, Deserialize)]
pub(super) struct Job {
    pub id: Box<str>,
    pub state: Box<str>,
    pub order: Order,
    #[serde(default)]
    pub outcome: Option<Outcome>,
}

impl Job {
    /// Whether something can be shown of it: it is over, and compares.
    pub(super) fn is_comparison(&self) -> bool {
        &*self.state == "done" && self.order.scenarios.len() > 1
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Order {
    pub scenarios: Vec<Name>,
    #[serde(default)]
    pub live: Option<Live>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Name {
    pub fr: Box<str>,
    pub en: Box<str>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Live {
    pub at: Timestamp,
}

/// What a comparison says. Of one scenario alone there are no scenarios.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Outcome {
    pub scenarios: Vec<Told>,
    pub differences: BTreeMap<Box<str>, BTreeMap<Box<str>, Difference>>,
    pub commune_differences: BTreeMap<Box<str>, Vec<CommuneDifference>>,
}

/// What one scenario says.
#[derive(Debug, Deserialize)]
pub(super) struct Told {
    pub name: Box<str>,
    pub from: Box<str>,
    pub days: u32,
    pub replications: u32,
    #[serde(default)]
    pub synthetic: bool,
    #[serde(default)]
    pub by_site: Sites,
}

/// Sites as columns.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Sites {
    pub format: u16,
    pub left_out: u64,
    pub key: Vec<Box<str>>,
    pub lon: Vec<f64>,
    pub lat: Vec<f64>,
    pub containers: Vec<u32>,
    pub emptyings: Vec<f64>,
    pub overflow_h: Vec<f64>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct Difference {
    pub mean: f64,
    #[serde(default)]
    pub lo95: Option<f64>,
    #[serde(default)]
    pub hi95: Option<f64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct CommuneDifference {
    pub code: Box<str>,
    pub overflow_h_per_month: Difference,
}
