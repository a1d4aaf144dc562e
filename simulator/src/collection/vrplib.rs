//! Problems and solutions in the VRPLIB format, the text files that solvers are compared on.
//!
//! [`Instance::read`] makes a problem of the text of a file, [`Solution`] reads and writes routes. What
//! is read: capacities, time windows, service times, release times, prizes, reloads at the depot,
//! limits of duration, of one kind of vehicle from one depot, in the plane or with a table. A rule
//! that is not read is refused, never left out. Nothing here opens a file.
//!
//! The format is that of TSPLIB 95 with what CVRPLIB and PyVRP's benchmark instances add to it. As
//! PyVRP reads them, a prize of 0 means that a visit must be made, every number of a file is rounded as
//! its distances are, and what a section says of the depot counts for its time window alone.

mod amounts;
mod document;
mod error;
mod fleet;
mod instance;
mod kind;
mod number;
mod solution;
mod stops;
mod weights;

pub use self::error::VrplibError;
pub use self::instance::Instance;
pub use self::kind::Round;
pub use self::solution::Solution;
