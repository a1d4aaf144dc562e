//! Why no timeline fits a route, as a person is told.

use super::walk::Miss;

/// Why there is no timeline for a route.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, thiserror::Error,
)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Misfit {
    /// The route names something that the problem does not have.
    #[error("the problem has no {what} {index}")]
    Unknown {
        /// What was looked for.
        what: Part,
        /// The index that was given.
        index: u32,
    },

    /// There is no way to a place.
    #[error("no way leads from place {from} to place {to} in trip {trip}, {goal}")]
    Unreachable {
        /// The trip, counted from 0.
        trip: u32,
        /// What was to be done there.
        goal: Goal,
        /// Where the way would begin.
        from: u32,
        /// Where it would end.
        to: u32,
    },

    /// Every window of a stop or an unloading has closed when the vehicle can be there.
    #[error("trip {trip} is {by} ticks late, {goal}")]
    WindowMissed {
        /// The trip, counted from 0.
        trip: u32,
        /// Where it is late.
        goal: Goal,
        /// By how many ticks, at the least.
        by: i32,
    },

    /// A way is longer than the driving rule allows, even after a break.
    #[error("trip {trip} drives {by} ticks too long without a break, {goal}")]
    DrivenTooLong {
        /// The trip, counted from 0.
        trip: u32,
        /// Where the way leads.
        goal: Goal,
        /// By how many ticks.
        by: i32,
    },

    /// A way, or work at one place, is longer than the working rule allows, even after a break.
    #[error("trip {trip} works {by} ticks too long without a break, {goal}")]
    WorkedTooLong {
        /// The trip, counted from 0.
        trip: u32,
        /// What takes too long.
        goal: Goal,
        /// By how many ticks.
        by: i32,
    },

    /// The day does not fit into the shift, or is longer than a duty may be.
    #[error(
        "the day ends {after_shift} ticks after the shift and is {over_duration} ticks too long"
    )]
    DayTooLong {
        /// How much later the shift would have to end, in ticks; 0 where that is no trouble.
        after_shift: i32,
        /// How much longer the duty would have to be allowed to be, in ticks; 0 likewise.
        over_duration: i32,
    },
}

/// What a route's index leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// A class of the fleet.
    VehicleClass,
    /// A stop.
    Stop,
    /// An unloading.
    Unloading,
}

/// What a vehicle drives to a place for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Goal {
    /// To serve a stop.
    Stop(u32),
    /// To leave loads at an unloading.
    Unloading(u32),
    /// To end the day.
    End,
}

impl Misfit {
    pub(super) const fn of(miss: Miss, trip: u32, goal: Goal) -> Self {
        match miss {
            Miss::Window(by) => Self::WindowMissed { trip, goal, by },
            Miss::Driving(by) => Self::DrivenTooLong { trip, goal, by },
            Miss::Work(by) => Self::WorkedTooLong { trip, goal, by },
            Miss::End(by) => Self::DayTooLong {
                after_shift: by,
                over_duration: 0,
            },
        }
    }
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::VehicleClass => "vehicle class",
            Self::Stop => "stop",
            Self::Unloading => "unloading",
        })
    }
}

impl std::fmt::Display for Goal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Stop(stop) => write!(f, "at stop {stop}"),
            Self::Unloading(unloading) => write!(f, "at unloading {unloading}"),
            Self::End => f.write_str("at the end of the day"),
        }
    }
}
