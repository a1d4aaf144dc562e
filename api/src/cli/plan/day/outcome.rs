//! What a day consists of, as it is told.

mod amounts;
mod planned;
mod table;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;
use simulator::collection::VehicleClass;
use simulator::collection::day::{
    DayPlace, DayProblem, DayStop, LeftOut, PlaceOf, Reason, WhyLeft, is_collection_day,
};
use simulator::collection::rules::Rules;
use twin_core::{Inventory, Stream};

use self::amounts::{Amount, ByNeed, by_need};
pub(super) use self::planned::Planned;
use super::{DayCommand, Effort, Territory};

/// Everything that is told beside the problem.
pub(super) struct Told<'a> {
    pub(super) command: &'a DayCommand,
    pub(super) territory: &'a Territory,
    pub(super) rules: &'a Rules,
    pub(super) profiles: &'a [Box<str>],
    pub(super) left: &'a [LeftOut],
    /// For each profile, the places that no street is near.
    pub(super) off_road: &'a [Vec<u32>],
    pub(super) morning_s: f64,
    pub(super) roads_s: f64,
    pub(super) tables_s: f64,
}

/// A day, told. Fields and their names are those of `--json`.
#[derive(Debug, Serialize)]
pub(super) struct Outcome {
    territory: String,
    date: String,
    /// Whether crews work on that day by the rules.
    collection_day: bool,
    policy: &'static str,
    settled_by: &'static str,
    /// Where the levels come from.
    fill: &'static str,
    /// Whether roads, sites or other layers of the pack are synthetic.
    synthetic: bool,
    budget: Effort,
    places: usize,
    required: Amount,
    optional: Amount,
    streams: BTreeMap<Stream, ByNeed>,
    vehicles: Vec<Class>,
    /// Containers by why they are part of the day.
    reasons: BTreeMap<Reason, usize>,
    /// Containers by why they are no part of it.
    left: BTreeMap<WhyLeft, usize>,
    unreachable: Vec<Unreachable>,
    /// How long the levels, the roads and the tables of ways took, in seconds.
    morning_s: f64,
    roads_s: f64,
    tables_s: f64,
    #[serde(flatten)]
    planned: Planned,
}

/// A class of vehicles, and the stops that it may serve.
#[derive(Debug, Serialize)]
struct Class {
    name: String,
    count: u32,
    depot: String,
    profile: String,
    unloadings: Vec<String>,
    required: Amount,
    optional: Amount,
}

/// A stop that no vehicle comes to.
#[derive(Debug, Serialize)]
struct Unreachable {
    sites: Vec<String>,
    stream: Stream,
    containers: Vec<String>,
    why: &'static str,
}

impl Outcome {
    pub(super) fn new(day: &DayProblem, told: &Told<'_>, planned: Planned) -> Self {
        let command = told.command;
        let manifest = &told.territory.manifest;
        let ByNeed { required, optional } = by_need(day, |_| true);
        let loads = day.stops.iter().flat_map(|stop| &stop.containers);
        let unreachable = day.unreachable.iter();
        Self {
            territory: manifest.name.clone(),
            date: command.date.date().to_string(),
            collection_day: is_collection_day(&told.rules.plan, command.date.date()),
            policy: command.policy.name(),
            settled_by: command.settled_by.unwrap_or(command.policy).name(),
            fill: "synthetic",
            synthetic: manifest.is_synthetic(),
            budget: command.effort,
            places: day.places.len(),
            required,
            optional,
            streams: streams(day),
            vehicles: classes(day, told),
            reasons: counted(loads.map(|load| load.reason)),
            left: counted(told.left.iter().map(|left| left.why)),
            unreachable: unreachable
                .map(|stop| Unreachable::new(day, told, stop))
                .collect(),
            morning_s: told.morning_s,
            roads_s: told.roads_s,
            tables_s: told.tables_s,
            planned,
        }
    }

    pub(super) fn to_text(&self) -> String {
        let no_day = if self.collection_day {
            ""
        } else {
            ", no collection day"
        };
        let mut text = format!(
            "{}, {}{no_day}: policy {}, levels {} (steady state of {}, seed {})\n",
            self.territory, self.date, self.policy, self.fill, self.settled_by, self.budget.seed,
        );
        let mut line = |name: &str, required: &Amount, optional: &Amount| {
            let _ = writeln!(text, "{name:<18} must: {required}; may: {optional}");
        };
        line("all", &self.required, &self.optional);
        for (stream, amounts) in &self.streams {
            line(stream.name(), &amounts.required, &amounts.optional);
        }
        for class in &self.vehicles {
            let name = format!("{} × {}", class.count, class.name);
            line(&name, &class.required, &class.optional);
        }
        for stop in &self.unreachable {
            let (sites, stream, why) = (stop.sites.join(", "), stop.stream, stop.why);
            let _ = writeln!(text, "not reached: {stream} at {sites}: {why}");
        }
        text.push_str(&self.planned.to_text());
        text
    }
}

fn counted<T: Ord>(all: impl Iterator<Item = T>) -> BTreeMap<T, usize> {
    let mut counts = BTreeMap::new();
    all.for_each(|one| *counts.entry(one).or_default() += 1);
    counts
}

fn streams(day: &DayProblem) -> BTreeMap<Stream, ByNeed> {
    let streams = counted(day.stops.iter().map(|stop| stop.stream)).into_keys();
    let amounts = |stream: Stream| by_need(day, |stop| stop.stream == stream as u8);
    streams.map(|stream| (stream, amounts(stream))).collect()
}

fn classes(day: &DayProblem, told: &Told<'_>) -> Vec<Class> {
    let numbered = (0_u32..).zip(day.problem.fleet());
    let class = |(number, class): (u32, &VehicleClass)| {
        let ByNeed { required, optional } = by_need(day, |stop| stop.classes >> number & 1 == 1);
        let profile = told.profiles.get(class.travel as usize);
        let inventory = told.territory.twin.inventory();
        Class {
            name: class.name.to_string(),
            count: class.count,
            depot: depot(day, inventory, class),
            profile: profile.map_or_else(String::new, ToString::to_string),
            unloadings: unloadings(day, inventory, class),
            required,
            optional,
        }
    };
    numbered.map(class).collect()
}

/// The key of the depot of a class.
fn depot(day: &DayProblem, inventory: &Inventory, class: &VehicleClass) -> String {
    let place = day.places.get(class.start as usize);
    let row = place.and_then(|place| match place.of {
        PlaceOf::Depot(ix) => inventory.depots().get(ix),
        PlaceOf::UnloadingSite(_) | PlaceOf::Sites(_) => None,
    });
    row.map_or_else(String::new, |row| row.asset.key.to_string())
}

/// The keys of the sites where a class unloads.
fn unloadings(day: &DayProblem, inventory: &Inventory, class: &VehicleClass) -> Vec<String> {
    let numbers = class.unloadings.iter();
    let keys = numbers.filter_map(|&number| {
        let unloading = day.problem.unloadings().get(number as usize)?;
        match day.places.get(unloading.place as usize)?.of {
            PlaceOf::UnloadingSite(ix) => inventory.unloading_sites().get(ix),
            PlaceOf::Depot(_) | PlaceOf::Sites(_) => None,
        }
    });
    keys.map(|row| row.asset.key.to_string()).collect()
}

impl Unreachable {
    fn new(day: &DayProblem, told: &Told<'_>, stop: &DayStop) -> Self {
        let inventory = told.territory.twin.inventory();
        let containers = stop.containers.iter().filter_map(|load| {
            let row = inventory.containers().get(load.container)?;
            Some(row.asset.key.to_string())
        });
        let sites = match day.places.get(stop.place as usize) {
            Some(DayPlace {
                of: PlaceOf::Sites(sites),
                ..
            }) => &sites[..],
            _ => &[],
        };
        let key = |site: &u32| Some(inventory.sites().get(*site)?.asset.key.to_string());
        let is_off = |off: &Vec<u32>| off.contains(&stop.place);
        Self {
            sites: sites.iter().filter_map(key).collect(),
            stream: stop.stream,
            containers: containers.collect(),
            why: if told.off_road.iter().all(is_off) {
                "no street near it that a vehicle may use"
            } else {
                "no way from the depot to it, or from it to an unloading and back"
            },
        }
    }
}
