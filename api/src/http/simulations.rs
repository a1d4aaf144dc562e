//! `/simulations`: scenarios that operators have followed and compared by the server.

mod body;
mod jobs;
mod served;

pub(super) use self::jobs::{MAX_BODY, report, submit};
pub use self::served::ServedSimulations;
