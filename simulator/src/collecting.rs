//! What crews really do with a plan, and what is known of containers before and after.
//!
//! * [`Believed`] is what planners know in the morning: by [`Information`], from nothing but the crews'
//!   own words to every litre.
//! * [`Sectors`] are fixed rounds: which containers are due on which collection day.
//! * [`carry_out`] lets the vehicles of a plan meet the truth: services that take longer or shorter,
//!   containers that hold more than was expected, queues at unloadings, breaks, breakdowns, traffic.
//! * [`DayWays`] has the ways between all places of a territory, and cuts out those of a day.
//!
//! Time goes on by events: a container fills, in one sweep, up to the instant when somebody looks.

mod believed;
mod conduct;
mod crew;
mod execution;
mod exposure;
mod sectors;
mod tariff;
mod truth;
mod ways;

pub use self::believed::{Believed, Information, Morning};
pub use self::conduct::Conduct;
pub use self::execution::{DayDone, DaySums, DayTask, Emptied, carry_out};
pub use self::exposure::Exposure;
pub use self::sectors::Sectors;
pub use self::tariff::{Bill, Tariff};
pub use self::truth::Truth;
pub use self::ways::DayWays;
