//! Work that somebody waits for, or had done.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize, Serializer};
use tokio::sync::watch;
use twin_core::Timestamp;

use super::craft::{Craft, End, Followed, KeptJob};
use super::log::{EventKind, Log};
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
            option: "the id of a job",
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum JobState {
    /// It waits for its turn.
    Queued,
    /// It is worked at.
    Running,
    /// There is what was asked for.
    Done,
    /// Somebody ended it; what was there until then may be of use.
    Stopped,
    /// Nothing came of it, for a reason.
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
pub(crate) struct Progress<N> {
    /// Where it is.
    pub(crate) state: JobState,
    /// How much of it is done, 0–1.
    pub(crate) share: f64,
    /// What else its craft tells.
    #[serde(flatten)]
    pub(crate) news: N,
}

/// The progress of a craft's jobs.
pub(crate) type ProgressOf<C> = Progress<<<C as Craft>::Watch as Followed>::News>;

/// What is known of a job at a moment.
#[derive(Debug)]
pub(crate) struct JobView<C: Craft> {
    /// Its number.
    pub(crate) id: JobId,
    /// What was asked for.
    pub(crate) order: Arc<C::Order>,
    /// How far it is.
    pub(crate) progress: ProgressOf<C>,
    /// When it came.
    pub(crate) queued_at: Timestamp,
    /// When its turn came.
    pub(crate) began_at: Option<Timestamp>,
    /// When it was over.
    pub(crate) ended_at: Option<Timestamp>,
    /// Why it failed.
    pub(crate) reason: Option<Box<str>>,
    /// What came of it.
    pub(crate) product: Option<Arc<C::Product>>,
}

/// A job of the book.
#[derive(Debug)]
pub(super) struct Job<C: Craft> {
    pub(super) id: JobId,
    pub(super) order: Arc<C::Order>,
    pub(super) state: JobState,
    pub(super) queued_at: Timestamp,
    pub(super) began_at: Option<Timestamp>,
    pub(super) ended_at: Option<Timestamp>,
    pub(super) reason: Option<Box<str>>,
    pub(super) product: Option<Arc<C::Product>>,
    /// What is told of the work, and by which it is stopped.
    pub(super) watch: Arc<C::Watch>,
    pub(super) log: Log<<C::Watch as Followed>::News>,
    /// The number of its last event; closed when the job is removed.
    pub(super) told: watch::Sender<u64>,
}

impl<C: Craft> Job<C> {
    pub(super) fn new(id: JobId, order: C::Order, now: Timestamp) -> Self {
        Self::kept(KeptJob {
            id,
            order,
            queued_at: now,
            watch: C::Watch::default(),
            end: None,
        })
    }

    /// A job as it was when the program ended; it waits where it was not over.
    pub(super) fn kept(kept: KeptJob<C>) -> Self {
        let mut job = Self {
            id: kept.id,
            order: Arc::new(kept.order),
            state: JobState::Queued,
            queued_at: kept.queued_at,
            began_at: None,
            ended_at: None,
            reason: None,
            product: None,
            watch: Arc::new(kept.watch),
            log: Log::new(),
            told: watch::Sender::new(0),
        };
        match kept.end {
            Some(end) => job.end(end),
            None => job.tell(EventKind::State),
        }
        job
    }

    /// Begins the work.
    pub(super) fn begin(&mut self, now: Timestamp) {
        self.state = JobState::Running;
        self.began_at = Some(now);
        self.tell(EventKind::State);
    }

    /// Ends without anything to show for it.
    pub(super) fn stop(&mut self, now: Timestamp) {
        self.end(End {
            state: JobState::Stopped,
            began_at: self.began_at,
            ended_at: Some(now),
            reason: None,
            product: None,
        });
    }

    /// Is over.
    pub(super) fn end(&mut self, end: End<C>) {
        self.state = end.state;
        self.began_at = end.began_at;
        self.ended_at = end.ended_at;
        self.reason = end.reason;
        self.product = end.product;
        self.tell(EventKind::End);
    }

    /// Tells its listeners how far it is.
    pub(super) fn tell(&mut self, kind: EventKind) {
        let number = self.log.push(kind, self.progress());
        self.told.send_replace(number);
    }

    pub(super) fn progress(&self) -> ProgressOf<C> {
        let is_done = self.state == JobState::Done;
        Progress {
            state: self.state,
            share: if is_done { 1.0 } else { self.watch.share() },
            news: self.watch.news(),
        }
    }

    pub(super) fn view(&self) -> JobView<C> {
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
