//! Work that is done in the background, one job after the other, while others look on: a book of jobs, of
//! which one runs at a time, on a thread of its own. Nothing here knows HTTP, or what the work is.
//!
//! A [`Craft`] names what jobs of a kind are made of; a [`Workshop`] takes its orders. With a [`Shelf`]
//! orders and what came of them outlive the program: what waited or ran is begun again.

mod book;
mod craft;
mod job;
mod log;
mod workshop;

pub(crate) use self::book::{Bounds, Cancelled, Refused};
pub(crate) use self::craft::{Craft, End, Followed, KeptJob, Made, Shelf, raw_json};
pub(crate) use self::job::{JobId, JobState, JobView, ProgressOf};
pub(crate) use self::log::Entry;
pub(crate) use self::workshop::{Heard, Listener, NotTaken, Workshop};
