//! The agglomeration's collection day as a [`Problem`](super::Problem): from what exists and what is
//! known of it to stops, vehicles and unloadings.
//!
//! Times are tenths of a second since local midnight, lengths metres, volumes litres, masses
//! kilograms and costs millionths of a euro. The ways between the places are not computed here: whoever
//! has roads gives their tables to [`Day::problem`].
//!
//! Invariant: every container of the inventory is in exactly one stop, or left out with a reason.

mod choose;
mod fleet;
mod group;
mod hours;
mod names;
mod overflow;
mod places;
mod policy;
mod reach;
mod settle;
mod together;
mod units;

use jiff::civil::Date;
use twin_core::{Inventory, Stream};

use self::choose::Choice;
pub use self::fleet::per_kilometre;
pub use self::names::{DayNames, NamedContainer, NamedPlace, NamedStop, PlaceKind};
pub use self::overflow::{Level, overflow_probability};
use self::places::Places;
pub use self::places::{DayPlace, PlaceOf};
pub use self::policy::{Decision, Judge, Knowledge, Policy, Reason, is_collection_day};
pub use self::reach::DayProblem;
pub use self::settle::Steady;
use super::ProblemParts;
use super::rules::Rules;
use crate::error::SimResult;

/// What a day is planned of.
#[derive(Clone, Copy, Debug)]
pub struct DayRequest<'a> {
    /// What exists.
    pub inventory: &'a Inventory,
    /// How it is collected.
    pub rules: &'a Rules,
    /// The day.
    pub date: Date,
    /// How containers are chosen.
    pub policy: Policy,
    /// The streams that are collected on it, of those that the rules have.
    pub streams: &'a [Stream],
}

/// A day, but for the ways between its places.
#[derive(Clone, Debug)]
pub struct Day {
    parts: ProblemParts,
    stops: Vec<DayStop>,
    places: Vec<DayPlace>,
    profiles: Vec<Box<str>>,
    left: Vec<LeftOut>,
}

/// What a stop is in the world.
#[derive(Clone, Debug, PartialEq)]
pub struct DayStop {
    /// Where it is, a number of [`Day::places`].
    pub place: u32,
    /// What is emptied.
    pub stream: Stream,
    /// Its containers, one at least.
    pub containers: Vec<ContainerLoad>,
    /// How far the crew walks for it, in metres.
    pub walk_m: f64,
}

/// A container that is part of a stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContainerLoad {
    /// Its number in the inventory.
    pub container: u32,
    /// What is expected in it when the crew comes, in litres.
    pub litres: u32,
    /// The same in kilograms.
    pub kg: u32,
    /// Why it is emptied, or may be.
    pub reason: Reason,
}

/// A container that is no part of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Its number in the inventory.
    pub container: u32,
    /// Why.
    pub why: WhyLeft,
}

/// Why a container is no part of a day.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum WhyLeft {
    /// The policy leaves it today.
    NotDue,
    /// It may overflow, but what that costs in the mean is less than the time to empty it.
    NotWorth,
    /// Its stream is not collected on this day.
    NotCollected,
    /// No class of vehicles can empty it, or take its stream.
    NoVehicle,
    /// Nobody takes its stream from a vehicle.
    NoUnloading,
    /// It holds more than any vehicle takes.
    TooLarge,
    /// Its hours leave no time to empty it.
    NoTime,
    /// It stands on no site that is known.
    NoSite,
    /// Nothing is known of what it holds.
    NotKnown,
}

impl Day {
    /// Chooses and groups the containers of a day. `known` tells what is known of a container, by its
    /// number in the inventory; `None` where that is nothing.
    ///
    /// # Errors
    /// [`SimError::Missing`](crate::SimError::Missing) for a territory without any depot.
    pub fn new(
        request: &DayRequest<'_>,
        known: impl Fn(u32) -> Option<Knowledge>,
    ) -> SimResult<Self> {
        let mut places = Places::default();
        let (profiles, travels) = fleet::profiles(&request.rules.vehicles);
        let mut parts = ProblemParts::default();
        let wanted = places::set_of(request.streams);
        let mut depots = Vec::new();
        for vehicle in &request.rules.vehicles {
            depots.push(places.depot(request.inventory, vehicle.depot.as_deref())?);
        }
        parts.unloadings =
            places::unloadings(request.inventory, request.rules, wanted, &mut places);
        let vehicles = request
            .rules
            .vehicles
            .iter()
            .zip(travels.into_iter().zip(depots));
        parts.fleet = vehicles
            .map(|(rules, at)| fleet::class(rules, &request.rules.plan, at, &parts.unloadings))
            .collect();
        let choice = Choice::new(request, (&parts.fleet, &parts.unloadings));
        let (chosen, mut left) = choice.all(known);
        let grouped = group::group(request, &parts.fleet, chosen, &mut places);
        parts.stops = grouped.stops;
        parts.setups = grouped.setups;
        left.extend(grouped.left);
        left.sort_unstable_by_key(|left| left.container);
        Ok(Self {
            parts,
            stops: grouped.origins,
            places: places.list,
            profiles,
            left,
        })
    }

    /// The parts of the problem, but for its travels.
    pub const fn parts(&self) -> &ProblemParts {
        &self.parts
    }

    /// What each stop is, in the order of the problem's.
    pub fn stops(&self) -> &[DayStop] {
        &self.stops
    }

    /// What each place is, in the order of the problem's.
    pub fn places(&self) -> &[DayPlace] {
        &self.places
    }

    /// The profiles by which vehicles drive: one travel for each is needed, in this order.
    pub fn profiles(&self) -> &[Box<str>] {
        &self.profiles
    }

    /// The containers that are no part of it, in order.
    pub fn left(&self) -> &[LeftOut] {
        &self.left
    }
}
