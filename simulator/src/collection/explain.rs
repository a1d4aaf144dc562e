//! Why a plan is as it is: what keeps a stop from being served, why a route cannot be driven, which
//! one change of the problem would help, and what one vehicle more or less would cost.
//!
//! Every answer is typed and plain, with the figures in it; [`std::fmt::Display`] says it in English.
//! Answers hold for the plan as it is: the other stops stay on their vehicles, in their order.

mod fleet;
mod obstacle;
mod relax;
mod relaxed;
mod route;
mod stop;

pub use self::fleet::{Budget, ClassEstimate, FleetEstimate, Outcome, fleet_sizes};
pub use self::obstacle::{Obstacle, RoomShort, TimeShort};
pub use self::relax::{Relaxation, relaxations};
pub use self::relaxed::{Change, Relaxed, relax};
pub(super) use self::route::first_fault;
pub use self::route::{RouteFault, route_fault};
pub use self::stop::{ClassObstacle, Unserved, unserved};
pub use super::draft::{Measure, Spot};
