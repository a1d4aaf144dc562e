//! `/plans`: collection days that operators have planned, watched, ended and fetched in every format.

mod body;
mod files;
mod jobs;
mod progress;
mod served;
mod view;

pub(super) use self::files::file;
pub(super) use self::jobs::{cancel, find, list, submit};
pub(super) use self::progress::progress;
pub use self::served::ServedPlans;
