//! What if: scenarios from their files to what many runs of them say.
//!
//! `Staged` is a scenario on its territory, with the ways between all its places; `Ensemble` is its runs,
//! made on as many threads as are asked for, the same whatever their number. Reports are pure functions of
//! ensembles.

mod ensemble;
mod follow;
mod fork;
pub(crate) mod jobs;
mod matrix;
mod origin;
mod page;
mod read;
mod report;
mod stage;
mod tune;

pub(crate) use self::ensemble::Running;
pub(crate) use self::follow::{FollowRequest, Following, ServiceGoal};
pub(crate) use self::fork::Fork;
pub(crate) use self::matrix::matrix;
pub(crate) use self::origin::{Live, Origin};
pub(crate) use self::page::page;
pub(crate) use self::read::read_scenario;
pub(crate) use self::report::{CompareReport, SimulateReport};
pub(crate) use self::stage::{Opened, Staged};
