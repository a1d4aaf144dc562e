//! A planned day as it is kept: its problem, its plan, and what their numbers mean, so that it can be
//! explained, changed and started from without the pack that it was planned on.
//!
//! It is one JSON document with a version. What names and numbers lead to is checked when it is read; a
//! plan that breaks rules is read all the same, for people change plans by hand.

mod lines;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use self::lines::joined;
use super::day::{DayNames, WhyLeft};
use super::draft::known;
use super::{Need, Plan, Problem, Travel};
use crate::error::{SimError, SimResult};

/// A planned day as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedDay {
    /// The version of its form, [`SavedDay::VERSION`].
    pub version: u32,
    /// What the territory is called.
    pub territory: String,
    /// The day.
    pub date: Date,
    /// How its containers were chosen.
    pub policy: String,
    /// Whether levels or places are made up.
    pub is_synthetic: bool,
    /// Where it is what is left of a day under way, from when on, in tenths of a second after midnight.
    pub since: Option<i32>,
    /// The vehicles of the plan's routes, in their order.
    pub vehicles: Vec<NamedVehicle>,
    /// The stops that are not to be served any more, in order.
    pub dropped: Vec<u32>,
    /// The plan.
    pub plan: Plan,
    /// What the numbers of the problem mean.
    pub names: DayNames,
    /// The containers that are no part of the day, and why.
    pub left: Vec<LeftContainer>,
    /// The problem.
    pub problem: Problem,
}

/// What people call a vehicle: its class, and which one of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedVehicle {
    /// The name of its class.
    pub class: Box<str>,
    /// Which one of its class, from 1.
    pub number: u32,
}

impl NamedVehicle {
    /// The next vehicle of a class, after those that there are.
    pub fn next(vehicles: &[Self], class: &str) -> Self {
        let own = vehicles.iter().filter(|vehicle| *vehicle.class == *class);
        let last = own.map(|vehicle| vehicle.number).max();
        Self {
            class: class.into(),
            number: last.unwrap_or(0).saturating_add(1),
        }
    }
}

impl std::fmt::Display for NamedVehicle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.class, self.number)
    }
}

/// A container that is no part of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftContainer {
    /// Its key.
    pub key: Box<str>,
    /// Why.
    pub why: WhyLeft,
}

impl SavedDay {
    /// The version of the form that is written, and the only one that is read.
    pub const VERSION: u32 = 1;

    /// The most places whose ways are held in tables, and can so be written.
    pub const MOST_PLACES: usize = 3_000;

    /// The most bytes of a day that is read or written: about 4,000 places with two kinds of vehicles.
    pub const MOST_BYTES: usize = 256 << 20;

    /// Reads a saved day.
    ///
    /// # Errors
    /// [`SimError::TooLarge`], [`SimError::UnreadableDay`] where it is none, and
    /// [`SimError::InvalidDay`] where its parts do not fit together; each names the field.
    pub fn read(json: &[u8]) -> SimResult<Self> {
        let (count, limit) = (json.len(), Self::MOST_BYTES);
        if count > limit {
            let what = "bytes of a saved day";
            return Err(SimError::TooLarge { what, count, limit });
        }
        known_version(json)?;
        let mut deserializer = serde_json::Deserializer::from_slice(json);
        let day: Self = serde_path_to_error::deserialize(&mut deserializer).map_err(unreadable)?;
        let end = deserializer.end();
        end.map_err(|source| unreadable_at("its end".into(), source))?;
        day.check()?;
        Ok(day)
    }

    /// The day as JSON, in lines that a person can change.
    ///
    /// # Errors
    /// [`SimError::TooLarge`] where it could not be read again, or where its ways have no tables.
    pub fn to_json(&self) -> SimResult<String> {
        let roads = self
            .problem
            .travels()
            .iter()
            .find_map(|travel| match travel {
                Travel::Roads(posts) => Some(posts.len()),
                _ => None,
            });
        if let Some(count) = roads {
            let (what, limit) = ("places of a saved day", Self::MOST_PLACES);
            return Err(SimError::TooLarge { what, count, limit });
        }
        let json = serde_json::to_string_pretty(self);
        let json = json.map_err(|source| unreadable_at("a number".into(), source))?;
        let (count, limit) = (json.len(), Self::MOST_BYTES);
        if count > limit {
            let what = "bytes of a saved day";
            return Err(SimError::TooLarge { what, count, limit });
        }
        Ok(joined(&json) + "\n")
    }

    /// The vehicles of the plan's routes. Those that a person added have the next numbers of their class.
    pub fn named_vehicles(&self) -> Vec<NamedVehicle> {
        named_vehicles(&self.problem, &self.plan, &self.vehicles)
    }

    /// The vehicles of another plan for the same problem: who is under way keeps its name, others have the
    /// next numbers of their class.
    pub fn vehicles_of(&self, plan: &Plan) -> Vec<NamedVehicle> {
        let fleet = self.problem.fleet();
        let is_under_way = |class: u32| {
            let class = fleet.get(class as usize);
            class.is_some_and(|class| class.begun.is_some())
        };
        let known = self.plan.routes.iter().zip(self.named_vehicles());
        let mut under_way: Vec<(u32, NamedVehicle)> = known
            .filter(|(route, _)| is_under_way(route.class))
            .map(|(route, vehicle)| (route.class, vehicle))
            .collect();
        let mut taken: Vec<NamedVehicle> = under_way.iter().map(|(_, it)| it.clone()).collect();
        let each = plan.routes.iter().map(|route| {
            let known = under_way
                .iter()
                .position(|(class, _)| *class == route.class);
            known.map_or_else(
                || {
                    let class = fleet.get(route.class as usize);
                    let next = NamedVehicle::next(&taken, class.map_or("", |class| &class.name));
                    taken.push(next.clone());
                    next
                },
                |at| under_way.swap_remove(at).1,
            )
        });
        each.collect()
    }

    /// The day with another plan.
    #[must_use]
    pub fn with_plan(&self, plan: &Plan) -> Self {
        Self {
            vehicles: self.vehicles_of(plan),
            plan: plan.clone(),
            ..self.clone()
        }
    }

    /// Its problem, in which nobody may serve the stops that are not to be served any more.
    ///
    /// # Errors
    /// None for a day that was read or made by this program.
    pub fn problem_left(&self) -> SimResult<Problem> {
        let mut parts = self.problem.clone().into_parts();
        for &stop in &self.dropped {
            if let Some(stop) = parts.stops.get_mut(stop as usize) {
                stop.classes = 0;
                stop.need = Need::Optional { prize: 0 };
            }
        }
        Problem::new(parts)
    }

    fn check(&self) -> SimResult<()> {
        let names = &self.names;
        let (stops, places) = (self.problem.stops().len(), self.problem.places() as usize);
        expect(
            "names.stops",
            names.stops.len(),
            (names.stops.len() == stops, "as many as the problem has"),
        )?;
        expect(
            "names.places",
            names.places.len(),
            (names.places.len() == places, "as many as the problem has"),
        )?;
        for (index, (named, stop)) in names.stops.iter().zip(self.problem.stops()).enumerate() {
            let field = || format!("names.stops[{index}].place");
            let is_same = named.place == stop.place;
            expect(field, named.place, (is_same, "that of the problem's stop"))?;
        }
        for (index, &stop) in self.dropped.iter().enumerate() {
            let field = || format!("dropped[{index}]");
            let is_known = (stop as usize) < stops;
            expect(field, stop, (is_known, "a number of the problem's stops"))?;
        }
        known(&self.problem, &self.plan)
    }
}

/// The vehicles of all routes of a plan: those that are known, and after them the next of each class.
pub fn named_vehicles(problem: &Problem, plan: &Plan, known: &[NamedVehicle]) -> Vec<NamedVehicle> {
    let mut named: Vec<NamedVehicle> = known.iter().take(plan.routes.len()).cloned().collect();
    for route in plan.routes.iter().skip(known.len()) {
        let class = problem.fleet().get(route.class as usize);
        let class = class.map_or("", |class| &*class.name);
        named.push(NamedVehicle::next(&named, class));
    }
    named
}

/// The name of a field, which is only made where it is told.
trait Field {
    fn name(self) -> Box<str>;
}

impl Field for &str {
    fn name(self) -> Box<str> {
        self.into()
    }
}

impl<F: FnOnce() -> String> Field for F {
    fn name(self) -> Box<str> {
        self().into()
    }
}

fn expect(
    field: impl Field,
    value: impl std::fmt::Display,
    (holds, expected): (bool, &'static str),
) -> SimResult<()> {
    if holds {
        return Ok(());
    }
    Err(SimError::InvalidDay {
        field: field.name(),
        value: value.to_string().into(),
        expected,
    })
}

/// Refuses a version before anything else of it is looked at.
fn known_version(json: &[u8]) -> SimResult<()> {
    #[derive(Deserialize)]
    struct Head {
        version: u64,
    }
    let head: Head =
        serde_json::from_slice(json).map_err(|source| unreadable_at("version".into(), source))?;
    let is_known = head.version == u64::from(SavedDay::VERSION);
    expect("version", head.version, (is_known, "1"))
}

fn unreadable(error: serde_path_to_error::Error<serde_json::Error>) -> SimError {
    let field = error.path().to_string();
    unreadable_at(field, error.into_inner())
}

fn unreadable_at(field: String, source: serde_json::Error) -> SimError {
    SimError::UnreadableDay {
        field: field.into(),
        source: Box::new(source),
    }
}
