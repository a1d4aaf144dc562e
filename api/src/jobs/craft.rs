//! What jobs of a kind are made of.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde_json::value::RawValue;
use twin_core::Timestamp;

use super::job::{JobId, JobState};
use crate::error::{ApiResult, cannot_tell};

/// A kind of work.
pub(crate) trait Craft: fmt::Debug + Send + Sync + Sized + 'static {
    /// What a job is called.
    const NOUN: &'static str;
    /// The counter of jobs that are over.
    const COUNTER: &'static str;
    /// What is asked for, as clients are told it.
    type Order: fmt::Debug + Serialize + Send + Sync;
    /// What is told while it is made, and by which it is stopped.
    type Watch: Followed;
    /// What comes of it.
    type Product: Made;

    /// How long an order takes at most, where it says so.
    fn budget(order: &Self::Order) -> Option<Duration>;
}

/// Work that others look at, and may stop.
pub(crate) trait Followed: fmt::Debug + Default + Send + Sync {
    /// The name of the events that tell a step.
    const STEP: &'static str;
    /// What can be told at any time.
    type News: Clone + fmt::Debug + PartialEq + Serialize + Send + Sync;

    /// What can be told now.
    fn news(&self) -> Self::News;

    /// How much of the work is done, 0–1.
    fn share(&self) -> f64;

    /// A number that is another one whenever there is a step to tell.
    fn step(&self) -> i64;

    /// Lets the work end soon.
    fn stop(&self);

    /// Whether it shall end.
    fn is_stopped(&self) -> bool;
}

/// What came of a job.
pub(crate) trait Made: fmt::Debug + Send + Sync {
    /// What the command line prints of it as JSON.
    fn outcome(&self) -> &RawValue;

    /// How many bytes it takes.
    fn size(&self) -> usize;
}

/// Where jobs are kept while the program does not run. It may be called from several threads.
pub(crate) trait Shelf<C: Craft>: fmt::Debug + Send + Sync {
    /// Keeps an order; once this returns, it is on disk.
    fn keep_order(&self, id: JobId, order: &C::Order, queued_at: Timestamp) -> ApiResult<()>;

    /// Keeps how a job ended, with what its watch told last.
    fn keep_end(&self, id: JobId, end: &End<C>, watch: &C::Watch) -> ApiResult<()>;

    /// Forgets a job.
    fn remove(&self, id: JobId) -> ApiResult<()>;

    /// All jobs that are kept, in the order of their numbers.
    fn jobs(&self) -> Vec<KeptJob<C>>;
}

/// A job as a shelf has it.
#[derive(Debug)]
pub(crate) struct KeptJob<C: Craft> {
    /// Its number.
    pub(crate) id: JobId,
    /// What was asked for.
    pub(crate) order: C::Order,
    /// When it came.
    pub(crate) queued_at: Timestamp,
    /// What was told last.
    pub(crate) watch: C::Watch,
    /// How it ended; `None` where it has not.
    pub(crate) end: Option<End<C>>,
}

/// How a job ended.
#[derive(Debug)]
pub(crate) struct End<C: Craft> {
    /// Done, stopped or failed.
    pub(crate) state: JobState,
    /// When its turn came.
    pub(crate) began_at: Option<Timestamp>,
    /// When it was over.
    pub(crate) ended_at: Option<Timestamp>,
    /// Why it failed.
    pub(crate) reason: Option<Box<str>>,
    /// What came of it.
    pub(crate) product: Option<Arc<C::Product>>,
}

/// An outcome as JSON, once and for all.
///
/// # Errors
/// An outcome that cannot be told so.
pub(crate) fn raw_json(outcome: &impl Serialize) -> ApiResult<Box<RawValue>> {
    serde_json::value::to_raw_value(outcome).map_err(cannot_tell)
}
