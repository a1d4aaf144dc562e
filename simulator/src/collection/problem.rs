//! One planning task: what is to be emptied, by whom, and by which rules.

mod checked;
mod fleet;
mod stop;
mod travel;
mod window;

pub use self::fleet::{
    Begun, BreakRule, Breaks, Compartment, Costs, Loading, Outfit, VehicleClass,
};
pub use self::stop::{Need, Stop, StreamSet, Unloading};
pub use self::travel::{Plane, Rounding, Table, Travel, UNREACHABLE};
pub use self::window::Window;
use crate::error::{SimError, SimResult};

/// The parts of a [`Problem`], before it is checked that they fit together.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProblemParts {
    /// What the ways between the places take, one for each kind of vehicle that drives differently.
    pub travels: Vec<Travel>,
    /// For each place, the ticks that a vehicle which has come there needs once before it serves stops
    /// there, however many in a row: to stop, to set up, to leave. None is needed where it serves
    /// without having driven, after its start or after unloading. It is work, not driving. Empty where
    /// there is none.
    pub setups: Vec<i32>,
    /// What is to be emptied.
    pub stops: Vec<Stop>,
    /// Where loads can be left.
    pub unloadings: Vec<Unloading>,
    /// The vehicles.
    pub fleet: Vec<VehicleClass>,
}

/// One planning task, whose parts fit together.
///
/// # What a plan of it must hold
///
/// * A vehicle starts at its class' `start` (or where it was [`Begun`]) and ends at its `end`, within
///   the class' `shift` and not longer than `max_duration`.
/// * A route is a sequence of trips. A trip is its stops in order, then its unloadings in order. The
///   unloadings of a trip take every stream that it loaded; only the last trip may have none, where the
///   class need not unload at the end. A trip in the middle that loaded nothing has at least one.
/// * A trip has one [`Outfit`] of its class: it says which compartment takes a stream. What a
///   compartment holds after compaction, and what all of them weigh, stays within their limits at every
///   moment.
/// * A stop is served by one trip at most, and by a class that it allows. The first way of its trip
///   begins no earlier than its release.
/// * Serving starts within one of the stop's windows, unloading within one of the unloading's, both
///   ends included.
/// * No way is driven that is [`UNREACHABLE`].
/// * Breaks are as the class' [`Breaks`] say.
///
/// In text it is its parts; what does not fit together is refused when it is read.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
#[serde(try_from = "ProblemParts")]
pub struct Problem {
    parts: ProblemParts,
    places: u32,
}

impl Problem {
    /// Checks that the parts fit together: every index leads somewhere, every number is within
    /// its range.
    pub fn new(parts: ProblemParts) -> SimResult<Self> {
        let places = checked::places(&parts)?;
        Ok(Self { parts, places })
    }

    /// How many places there are; a place is a number below that.
    pub const fn places(&self) -> u32 {
        self.places
    }

    /// What is to be emptied.
    pub fn stops(&self) -> &[Stop] {
        &self.parts.stops
    }

    /// Where loads can be left.
    pub fn unloadings(&self) -> &[Unloading] {
        &self.parts.unloadings
    }

    /// The vehicles.
    pub fn fleet(&self) -> &[VehicleClass] {
        &self.parts.fleet
    }

    /// What ways take a vehicle of a class.
    pub fn travel(&self, class: &VehicleClass) -> &Travel {
        &self.parts.travels[class.travel as usize]
    }

    /// All the travels, which [`VehicleClass::travel`] counts through.
    pub fn travels(&self) -> &[Travel] {
        &self.parts.travels
    }

    /// What a vehicle needs once at a place before it serves stops there, in ticks.
    pub fn setup(&self, place: u32) -> i32 {
        self.parts.setups.get(place as usize).copied().unwrap_or(0)
    }

    /// The parts, to make another problem of.
    pub fn into_parts(self) -> ProblemParts {
        self.parts
    }
}

impl TryFrom<ProblemParts> for Problem {
    type Error = SimError;

    fn try_from(parts: ProblemParts) -> SimResult<Self> {
        Self::new(parts)
    }
}

impl serde::Serialize for Problem {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.parts.serialize(serializer)
    }
}
