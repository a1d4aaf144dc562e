//! Which vehicle empties what, in which order, and when: planning the collection.
//!
//! * A [`Problem`] is one planning task, whole and plain: [`Stop`]s, [`VehicleClass`]es, [`Unloading`]s
//!   and what the ways between their places take.
//! * A [`Plan`] is an answer: routes of trips, each with the [`Timeline`] that its crew lives through.
//! * [`schedule`] finds that timeline for trips that are fixed.
//! * [`explain`] says why something cannot be, and what would help; [`replan`] changes a plan under way.
//! * [`day`] makes a problem of a territory's day by the [`rules`] of its crews; [`vrplib`] reads one.
//! * [`saved`] keeps a planned day; [`carry`] takes its rounds over to another one.
//! * [`headings`] says in which direction vehicles stop on roads, before their ways are known.
//! * [`check`] recomputes a plan from the problem alone and names whatever breaks a rule.
//!
//! Times are whole ticks of a unit that whoever builds a problem chooses (tenths of a second for
//! roads), costs are whole numbers of a unit of theirs (millionths of a euro), lengths likewise.

pub mod carry;
pub mod check;
pub mod day;
mod draft;
pub mod explain;
mod headings;
mod plan;
mod problem;
pub mod replan;
pub mod rules;
pub mod saved;
pub mod schedule;
mod search;
pub mod vrplib;

pub use self::headings::{Footing, headings};
pub use self::plan::{Act, Event, Plan, Route, Timeline, Trip};
pub use self::problem::{
    Begun, BreakRule, Breaks, Compartment, Costs, Loading, Need, Outfit, Plane, Problem,
    ProblemParts, Rounding, Stop, StreamSet, Table, Travel, UNREACHABLE, Unloading, VehicleClass,
    Window,
};
pub use self::search::Solver;
