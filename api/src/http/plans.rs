//! `/plans`: collection days that operators have planned, and fetch in every format.

mod body;
mod files;
mod jobs;
mod rounds;
mod served;

pub(super) use self::files::file;
pub(super) use self::jobs::submit;
pub(super) use self::rounds::DayRounds;
pub use self::served::ServedPlans;
