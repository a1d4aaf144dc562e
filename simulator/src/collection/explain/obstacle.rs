//! What stands in the way of serving a stop.

use super::{Measure, Spot};
use crate::collection::schedule::Misfit;

/// What stands in the way of serving a stop, from what no plan can help to what is only dear. Volumes
/// and masses are in the problem's units, times in ticks, costs in units of cost.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, thiserror::Error,
)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Obstacle {
    /// There is no vehicle at all.
    #[error("the fleet is empty")]
    FleetEmpty,

    /// No class that has a vehicle may serve it, or this one may not.
    #[error("no vehicle may serve the stop")]
    NotAllowed,

    /// There is no vehicle of the class.
    #[error("there is no vehicle of the class")]
    NoVehicle,

    /// No outfit takes its stream, beside what a vehicle under way carries.
    #[error("no outfit takes stream {stream}")]
    StreamNotTaken {
        /// The stream.
        stream: u8,
    },

    /// No unloading that the class may use takes its stream.
    #[error("stream {stream} can be unloaded nowhere")]
    NoUnloading {
        /// The stream.
        stream: u8,
    },

    /// It is more than an empty vehicle can load, in the outfit that comes nearest.
    #[error("the stop is {by} too much for {measure} of outfit {outfit}, even alone")]
    TooLarge {
        /// The outfit that comes nearest.
        outfit: u32,
        /// What there is too little of.
        measure: Measure,
        /// By how much.
        by: u64,
    },

    /// A way that a vehicle would need for this stop alone does not exist.
    #[error("no way leads from place {from} to place {to}")]
    Unreachable {
        /// Where the way would begin.
        from: u32,
        /// Where it would end.
        to: u32,
    },

    /// No vehicle comes in time for a window of the stop, even if it does nothing else.
    #[error("a vehicle with nothing else to do is {by} ticks late for the stop's last window")]
    WindowMissed {
        /// By how many ticks.
        by: i32,
    },

    /// A vehicle that does nothing else has no timeline for it.
    #[error("even alone: {misfit}")]
    NoTimeAlone {
        /// Why not.
        misfit: Misfit,
    },

    /// All vehicles that it could go on are full or out of time. What is least is given of each: of time
    /// where there is room, and of room where there is time; where every spot lacks both, `is_both`.
    #[error("no vehicle has room and time left: {}", Crowd(.time.as_ref(), .room.as_ref(), *.is_both))]
    Crowded {
        /// The spot that lacks the least time.
        time: Option<TimeShort>,
        /// The spot that lacks the least room.
        room: Option<RoomShort>,
        /// Whether these spots lack the other too.
        is_both: bool,
    },

    /// It could be served, but costs at least as much as leaving it out.
    #[error("leaving the stop out costs {prize}, serving it {cost} at least, {spot}")]
    PrizeTooLow {
        /// What leaving it out costs.
        prize: i64,
        /// What serving it costs at the least.
        cost: i64,
        /// Where.
        spot: Spot,
    },

    /// Nothing: it can be served as the plan stands, and should be.
    #[error("nothing: serving the stop costs {cost}, {spot}")]
    Nothing {
        /// What serving it costs at the least.
        cost: i64,
        /// Where.
        spot: Spot,
    },
}

/// A spot where time is lacking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TimeShort {
    /// Where.
    pub spot: Spot,
    /// What is in the way there.
    pub misfit: Misfit,
}

/// A spot where room is lacking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RoomShort {
    /// Where.
    pub spot: Spot,
    /// The outfit of the trip.
    pub outfit: u32,
    /// What there is too little of; of several, what lacks most.
    pub measure: Measure,
    /// By how much.
    pub by: u64,
}

impl Obstacle {
    /// How far a stop is from being served: the smaller, the nearer. Obstacles of the same kind are
    /// ordered by their figures.
    pub(super) fn rank(&self) -> (u8, i64) {
        match self {
            Self::Nothing { cost, .. } => (0, *cost),
            Self::PrizeTooLow { cost, .. } => (1, *cost),
            Self::Crowded { time, is_both, .. } => {
                let ticks = time.as_ref().map(TimeShort::lacking);
                (2 + u8::from(*is_both), ticks.unwrap_or(i64::MAX))
            }
            Self::NoTimeAlone { misfit } => (4, ticks(misfit)),
            Self::WindowMissed { by } => (5, i64::from(*by)),
            Self::TooLarge { by, .. } => (6, i64::try_from(*by).unwrap_or(i64::MAX)),
            Self::Unreachable { .. } => (7, 0),
            Self::NoUnloading { .. } => (8, 0),
            Self::StreamNotTaken { .. } => (9, 0),
            Self::NoVehicle => (10, 0),
            Self::NotAllowed => (11, 0),
            Self::FleetEmpty => (12, 0),
        }
    }
}

impl TimeShort {
    /// How many ticks are lacking.
    pub fn lacking(&self) -> i64 {
        ticks(&self.misfit)
    }
}

/// How many ticks something is over its limit; the most where there is no such number.
pub(super) fn ticks(misfit: &Misfit) -> i64 {
    match *misfit {
        Misfit::WindowMissed { by, .. }
        | Misfit::DrivenTooLong { by, .. }
        | Misfit::WorkedTooLong { by, .. } => by.into(),
        Misfit::DayTooLong {
            after_shift,
            over_duration,
        } => after_shift.max(over_duration).into(),
        Misfit::Unknown { .. } | Misfit::Unreachable { .. } => i64::MAX,
    }
}

/// What is said of vehicles that are full or out of time.
struct Crowd<'a>(Option<&'a TimeShort>, Option<&'a RoomShort>, bool);

impl std::fmt::Display for Crowd<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self(time, room, is_both) = self;
        if let Some(TimeShort { spot, misfit }) = time {
            write!(f, "{spot}, {misfit}")?;
        }
        if time.is_some() && room.is_some() {
            f.write_str(if *is_both { "; and " } else { "; or " })?;
        }
        if let Some(room) = room {
            let RoomShort {
                spot, measure, by, ..
            } = room;
            write!(f, "{spot}, {by} is lacking in {measure}")?;
        }
        Ok(())
    }
}
