//! What a day consists of, as it is told.

mod amounts;
mod planned;
mod table;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;
use simulator::collection::VehicleClass;
use simulator::collection::day::{
    DayPlace, DayProblem, DayStop, PlaceOf, Reason, WhyLeft, is_collection_day,
};
use twin_core::{Inventory, Stream};

use self::amounts::{Amount, ByNeed, by_need};
pub(crate) use self::planned::Planned;
use super::{DayTask, Effort, Source, policy_name};

/// A day, told. Fields and their names are those of `--json`.
#[derive(Debug, Serialize)]
pub(crate) struct Outcome {
    territory: String,
    date: String,
    /// Whether crews work on that day by the rules.
    collection_day: bool,
    policy: &'static str,
    settled_by: &'static str,
    /// Where the levels come from.
    fill: &'static str,
    /// Containers by how their levels are known.
    levels: BTreeMap<Source, usize>,
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
    /// What was set up, and what came of it.
    pub(crate) fn new(task: &DayTask<'_>, planned: Planned) -> Self {
        let (order, day) = (&task.order, &task.problem);
        let manifest = &order.territory.manifest;
        let ByNeed { required, optional } = by_need(day, |_| true);
        let loads = day.stops.iter().flat_map(|stop| &stop.containers);
        let unreachable = day.unreachable.iter();
        Self {
            territory: manifest.name.clone(),
            date: order.date.date().to_string(),
            collection_day: is_collection_day(&order.rules.plan, order.date.date()),
            policy: policy_name(order.policy),
            settled_by: policy_name(order.levels.settled_by),
            fill: order.levels.from.name(),
            levels: counted(task.morning.all().map(|(_, known)| known.source)),
            synthetic: manifest.is_synthetic(),
            budget: order.effort,
            places: day.places.len(),
            required,
            optional,
            streams: streams(day),
            vehicles: classes(task),
            reasons: counted(loads.map(|load| load.reason)),
            left: counted(task.left.iter().map(|left| left.why)),
            unreachable: unreachable
                .map(|stop| Unreachable::new(task, stop))
                .collect(),
            morning_s: task.morning_s,
            roads_s: task.roads_s,
            tables_s: task.ways.tables_s,
            planned,
        }
    }

    /// As people read it.
    pub(crate) fn to_text(&self) -> String {
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

fn classes(task: &DayTask<'_>) -> Vec<Class> {
    let day = &task.problem;
    let numbered = (0_u32..).zip(day.problem.fleet());
    let class = |(number, class): (u32, &VehicleClass)| {
        let ByNeed { required, optional } = by_need(day, |stop| stop.classes >> number & 1 == 1);
        let profile = task.profiles.get(class.travel as usize);
        let inventory = task.order.territory.twin.inventory();
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
    fn new(task: &DayTask<'_>, stop: &DayStop) -> Self {
        let inventory = task.order.territory.twin.inventory();
        let containers = stop.containers.iter().filter_map(|load| {
            let row = inventory.containers().get(load.container)?;
            Some(row.asset.key.to_string())
        });
        let sites = match task.problem.places.get(stop.place as usize) {
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
            why: if task.ways.off_road.iter().all(is_off) {
                "no street near it that a vehicle may use"
            } else {
                "no way from the depot to it, or from it to an unloading and back"
            },
        }
    }
}
