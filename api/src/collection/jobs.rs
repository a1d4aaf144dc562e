//! Days that are planned in the background: a book of jobs, of which one runs at a time, on a thread of
//! its own. Nothing here knows HTTP; jobs are forgotten when the program ends.

mod book;
mod job;
mod log;
mod order;
mod planner;
mod product;
mod work;

pub(crate) use self::book::{Bounds, Cancelled, Refused};
pub(crate) use self::job::{JobId, JobView, Progress};
pub(crate) use self::log::Entry;
pub(crate) use self::order::{PlanOrder, Start};
pub(crate) use self::planner::{Heard, Listener, Planner};
pub(crate) use self::product::PlanFile;
pub(crate) use self::work::PlanSource;
