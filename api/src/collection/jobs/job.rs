//! A day that somebody had planned, or waits for.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Serialize, Serializer};
use tokio::sync::watch;
use twin_core::Timestamp;

use super::log::{EventKind, Log};
use super::order::PlanOrder;
use super::product::Product;
use crate::collection::{Watch, euros};
use crate::error::ApiError;

/// The number of a job. Later ones are larger, after a restart too: it is the millisecond of 1970 at
/// which the job came, or the next one that is free.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct JobId(pub(crate) u64);

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for JobId {
    type Err = ApiError;

    fn from_str(text: &str) -> Result<Self, ApiError> {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse().ok().filter(|_| is_number);
        number.map(Self).ok_or_else(|| ApiError::InvalidOption {
            option: "the id of a plan",
            value: text.into(),
            expected: "a whole number",
        })
    }
}

impl Serialize for JobId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Where a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum JobState {
    /// It waits for its turn.
    Queued,
    /// It is planned.
    Running,
    /// It has its plan.
    Done,
    /// Somebody ended it; what was found until then is its plan.
    Stopped,
    /// There is no plan, for a reason.
    Failed,
}

impl JobState {
    /// Whether nothing more comes.
    pub(crate) const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Stopped | Self::Failed)
    }
}

/// How far a job is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Progress {
    /// Where it is.
    pub(crate) state: JobState,
    /// How much of its budget is spent, 0–1.
    pub(crate) share: f64,
    /// What the best plan costs so far, in euros.
    pub(crate) best_cost_eur: Option<f64>,
    /// Steps of the search.
    pub(crate) iterations: u64,
}

/// What is known of a job at a moment.
#[derive(Clone, Debug)]
pub(crate) struct JobView {
    /// Its number.
    pub(crate) id: JobId,
    /// What was asked for.
    pub(crate) order: Arc<PlanOrder>,
    /// How far it is.
    pub(crate) progress: Progress,
    /// When it came.
    pub(crate) queued_at: Timestamp,
    /// When its turn came.
    pub(crate) began_at: Option<Timestamp>,
    /// When it was over.
    pub(crate) ended_at: Option<Timestamp>,
    /// Why it failed.
    pub(crate) reason: Option<Box<str>>,
    /// Its plan.
    pub(crate) product: Option<Arc<Product>>,
}

/// A job of the book.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) id: JobId,
    pub(super) order: Arc<PlanOrder>,
    pub(super) state: JobState,
    pub(super) queued_at: Timestamp,
    pub(super) began_at: Option<Timestamp>,
    pub(super) ended_at: Option<Timestamp>,
    pub(super) reason: Option<Box<str>>,
    pub(super) product: Option<Arc<Product>>,
    /// What its search tells, and by which it is stopped.
    pub(super) watch: Arc<Watch>,
    pub(super) log: Log,
    /// The number of its last event; closed when the job is removed.
    pub(super) told: watch::Sender<u64>,
}

impl Job {
    pub(super) fn new(id: JobId, order: PlanOrder, now: Timestamp) -> Self {
        let mut job = Self {
            id,
            order: Arc::new(order),
            state: JobState::Queued,
            queued_at: now,
            began_at: None,
            ended_at: None,
            reason: None,
            product: None,
            watch: Arc::default(),
            log: Log::default(),
            told: watch::Sender::new(0),
        };
        job.tell(EventKind::State);
        job
    }

    /// Goes on to another state, and tells its listeners.
    pub(super) fn enter(&mut self, state: JobState, now: Timestamp) {
        self.state = state;
        match state {
            JobState::Running => self.began_at = Some(now),
            _ if state.is_over() => self.ended_at = Some(now),
            _ => {}
        }
        self.tell(if state.is_over() {
            EventKind::End
        } else {
            EventKind::State
        });
    }

    /// Tells its listeners how far it is.
    pub(super) fn tell(&mut self, kind: EventKind) {
        let number = self.log.push(kind, self.progress());
        self.told.send_replace(number);
    }

    pub(super) fn progress(&self) -> Progress {
        let is_done = self.state == JobState::Done;
        let share = self.watch.spent_ppm() as f64 / 1e6;
        Progress {
            state: self.state,
            share: if is_done { 1.0 } else { share },
            best_cost_eur: self.watch.best_cost().map(euros),
            iterations: self.watch.iterations(),
        }
    }

    pub(super) fn view(&self) -> JobView {
        JobView {
            id: self.id,
            order: Arc::clone(&self.order),
            progress: self.progress(),
            queued_at: self.queued_at,
            began_at: self.began_at,
            ended_at: self.ended_at,
            reason: self.reason.clone(),
            product: self.product.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::number("1764000000123", Some(1_764_000_000_123))]
    #[case::signed("+7", None)]
    #[case::negative("-7", None)]
    #[case::empty("", None)]
    #[case::word("latest", None)]
    #[case::too_large("99999999999999999999", None)]
    fn an_id_is_a_number(#[case] text: &str, #[case] expected: Option<u64>) {
        assert_eq!(text.parse::<JobId>().ok().map(|id| id.0), expected);
    }
}
