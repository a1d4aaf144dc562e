//! The rules of one class of vehicles and its crews.

use std::collections::BTreeMap;

use serde::Deserialize;
use twin_core::{ContainerType, Stream};

use super::clock::Hours;

/// Vehicles that are all alike, and the rules of their crews.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VehicleRules {
    /// What people call it.
    pub name: Box<str>,
    /// How many there are.
    pub count: u32,
    /// The key of its depot; where it is missing or not there, the first depot there is.
    pub depot: Option<Box<str>>,
    /// What it may drive on and how fast: the name of a profile of roads.
    pub profile: Box<str>,
    /// What it consumes: a vehicle of `assets/vehicles.toml`.
    pub energy: Box<str>,
    /// The containers that it can empty.
    pub empties: Vec<ContainerType>,
    /// Between when its crew may be on duty.
    pub shift: Hours,
    /// The longest that a crew may be on duty, in hours.
    pub max_h: f64,
    /// Beyond which it is overtime, in hours.
    pub normal_h: f64,
    /// What checking the vehicle takes, in minutes.
    pub prepare_min: f64,
    /// What closing the day takes, in minutes.
    pub finish_min: f64,
    /// The most trips of a vehicle.
    pub max_trips: u32,
    /// The heaviest load, in kilograms.
    pub payload_kg: f64,
    /// For each vehicle that is used, in euros.
    pub eur_per_day: f64,
    /// For each hour on duty, in euros.
    pub eur_per_h: f64,
    /// For each hour of overtime on top, in euros.
    pub overtime_eur_per_h: f64,
    /// For each kilometre without fuel, in euros.
    pub eur_per_km: f64,
    /// For each unit of what it runs on, in euros.
    pub fuel_eur_per_unit: f64,
    /// After how long on duty a break is due.
    pub work_break: Option<BreakHours>,
    /// After how long driving a break is due.
    pub driving_break: Option<BreakHours>,
    /// How many times smaller a stream becomes; 1 where it is missing.
    #[serde(default)]
    pub compaction: BTreeMap<Stream, f64>,
    /// What its compartments may take on one trip.
    pub outfits: Vec<OutfitRule>,
}

/// When a break is due.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BreakHours {
    /// After so many hours at the latest.
    pub after_h: f64,
    /// So many minutes.
    pub length_min: f64,
    /// The first of two parts, in minutes; `None` where it may not be parted.
    pub first_part_min: Option<f64>,
}

/// What the compartments take on one trip.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutfitRule {
    /// How much each compartment holds after compaction, in litres.
    pub volumes_l: Vec<f64>,
    /// The streams of each, mixed in it.
    pub takes: Vec<Vec<Stream>>,
}

impl VehicleRules {
    /// How many times smaller streams become in one compartment: what the least compacted of them does.
    pub fn compaction_of(&self, streams: &[Stream]) -> f64 {
        let each = streams.iter().map(|stream| self.compaction.get(stream));
        each.map(|times| times.copied().unwrap_or(1.0))
            .reduce(f64::min)
            .unwrap_or(1.0)
    }
}
