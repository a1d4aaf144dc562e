//! The vehicles and the rules of their crews.

use super::{StreamSet, Window};

/// Vehicles that are all alike.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VehicleClass {
    /// What people call it.
    pub name: Box<str>,
    /// How many there are.
    pub count: u32,
    /// Which of the problem's travels it drives by.
    pub travel: u32,
    /// The place where it starts.
    pub start: u32,
    /// The place where it ends.
    pub end: u32,
    /// Between when its crew may be on duty.
    pub shift: Window,
    /// The longest that a crew may be on duty, in ticks.
    pub max_duration: i32,
    /// Beyond which duration time on duty is overtime, in ticks.
    pub normal_duration: i32,
    /// What checking the vehicle takes before the first way, in ticks.
    pub prepare: i32,
    /// What closing the day takes after the last way, in ticks.
    pub finish: i32,
    /// What it costs.
    pub costs: Costs,
    /// What its compartments may be used for; at least one.
    pub outfits: Vec<Outfit>,
    /// The most trips of a vehicle; at least one.
    pub max_trips: u32,
    /// The unloadings that it may use, indices of the problem's.
    pub unloadings: Vec<u32>,
    /// Whether it must be empty at the end.
    pub unload_at_end: bool,
    /// When its crew takes breaks.
    pub breaks: Breaks,
    /// A day under way; such a class has one vehicle, which is always used.
    pub begun: Option<Begun>,
}

/// What a vehicle costs, in units of cost, all not negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Costs {
    /// Once for each vehicle that is used.
    pub fixed: i64,
    /// For each unit of length.
    pub per_length: i64,
    /// For each tick on duty, from leaving to closing.
    pub per_tick: i64,
    /// For each tick of overtime, on top.
    pub per_overtime_tick: i64,
}

/// What the compartments of a vehicle are used for during one trip.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outfit {
    /// One to three; no stream is taken by two of them.
    pub compartments: Vec<Compartment>,
    /// The heaviest load of all of them together.
    pub payload: u32,
}

/// A part of a vehicle that is filled.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Compartment {
    /// What it takes, mixed.
    pub takes: StreamSet,
    /// How much it holds after compaction.
    pub volume: u32,
    /// How many times smaller loads become in it; 1 or more. A stop takes
    /// `ceil(volume / compaction)` of the compartment.
    pub compaction: f64,
}

/// When a crew takes breaks. A break is taken at a place, never while driving or serving.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Breaks {
    /// The crew is never on duty for longer than `after` without a whole break of `length`, waiting
    /// included; its `first_part` counts for nothing (Code du travail L3121-16: 20 minutes once 6 hours are reached).
    pub work: Option<BreakRule>,
    /// The driver never drives for longer than `after` without a break of `length`, or one of at
    /// least `first_part` and later one of at least `length - first_part` (Regulation (EC) 561/2006,
    /// article 7: 45 minutes after 4 h 30, or 15 and then 30).
    pub driving: Option<BreakRule>,
}

/// One rule for breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct BreakRule {
    /// The ticks after which it is due at the latest.
    pub after: i32,
    /// How long it is, in ticks.
    pub length: i32,
    /// How long the first part is where it may be taken in two; `None` where it may not.
    pub first_part: Option<i32>,
}

/// What a vehicle did before the plan begins.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Begun {
    /// Where it is, or will be next.
    pub place: u32,
    /// When it can leave there.
    pub at: i32,
    /// When its crew came on duty.
    pub on_duty_since: i32,
    /// Ticks on duty since the last break that satisfies the working rule.
    pub worked: i32,
    /// Ticks driven since the last break that satisfies the driving rule.
    pub driven: i32,
    /// Whether the first part of a break in two was taken since then.
    pub first_part_taken: bool,
    /// Which outfit its trip under way has.
    pub outfit: u32,
    /// What it carries.
    pub loads: Vec<Loading>,
}

/// What a vehicle carries of one stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Loading {
    /// The stream, a number below 16.
    pub stream: u8,
    /// Before compaction, in the unit of the compartments' volumes.
    pub volume: u32,
    /// In the unit of the payloads.
    pub mass: u32,
}
