//! What a search tells while others look on.

use serde::Serialize;

use crate::collection::{Watch, euros};
use crate::jobs::Followed;

/// How far a search is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct SearchNews {
    /// What the best plan costs so far, in euros.
    best_cost_eur: Option<f64>,
    /// Steps of the search.
    iterations: u64,
}

impl Followed for Watch {
    const STEP: &'static str = "improvement";
    type News = SearchNews;

    fn news(&self) -> SearchNews {
        SearchNews {
            best_cost_eur: self.best_cost().map(euros),
            iterations: self.iterations(),
        }
    }

    fn share(&self) -> f64 {
        self.spent_ppm() as f64 / 1e6
    }

    /// Costs only fall, so that another one is a better plan.
    fn step(&self) -> i64 {
        self.best_cost().unwrap_or(i64::MAX)
    }

    fn stop(&self) {
        self.stop();
    }

    fn is_stopped(&self) -> bool {
        self.is_stopped()
    }
}
