//! A saved day explained: what is left and why, which routes cannot be driven, and what another fleet
//! would cost. What the simulator says in numbers is told in names and words.

mod table;

use serde::Serialize;
use simulator::SimResult;
use simulator::calendar::LocalDay;
use simulator::collection::check::{Verdict, Violation, check};
use simulator::collection::explain::{
    Change, FleetEstimate, Obstacle, Outcome, relaxations, route_fault, unserved,
};
use simulator::collection::saved::SavedDay;
use simulator::collection::{Act, Need};

pub(super) use self::table::write_violations;
use super::{Moment, Phrases, Words};
use crate::error::ApiResult;

/// What is to be explained of a day.
#[derive(Clone, Debug, Default)]
pub(crate) struct Question {
    /// Stops, with what would help; every stop that is left in short where nothing is asked for.
    pub(crate) stops: Vec<u32>,
    /// Routes.
    pub(crate) routes: Vec<u32>,
    /// What other fleets would cost, where that was estimated.
    pub(crate) fleet: Option<FleetEstimate>,
}

/// A day explained. Fields and their names are those of `--json`; money is in euros.
#[derive(Debug, Serialize)]
pub(crate) struct Explained {
    territory: String,
    date: String,
    is_synthetic: bool,
    policy: String,
    cost: f64,
    feasible: bool,
    violations: Vec<String>,
    #[serde(skip)]
    broken: Vec<String>,
    /// How many stops the day has, how many are left, and how many of these must be emptied.
    stops_in_all: usize,
    stops_left: usize,
    required_left: usize,
    stops: Vec<StopTold>,
    vehicles: Vec<VehicleTold>,
    fleet: Option<FleetTold>,
    #[serde(skip)]
    is_summary: bool,
}

/// A stop, and why it is left.
#[derive(Debug, Serialize)]
struct StopTold {
    /// Its number in the saved day.
    stop: u32,
    sites: Vec<Box<str>>,
    name: String,
    commune: Option<Box<str>>,
    stream: String,
    containers: Vec<Box<str>>,
    required: bool,
    /// What leaving it costs; `None` where it must be emptied.
    prize: Option<f64>,
    /// Whether it was taken out of the day by hand.
    dropped: bool,
    served: Option<ServedTold>,
    /// `None` where it is served.
    why: Option<String>,
    obstacle: Option<Obstacle>,
    classes: Vec<ClassTold>,
    /// What would let it be served, the cheapest first; `None` where nobody asked.
    help: Option<Vec<HelpTold>>,
}

/// Who serves a stop.
#[derive(Debug, Serialize)]
struct ServedTold {
    vehicle: String,
    at: Option<Moment>,
}

/// What is in the way of a class.
#[derive(Debug, Serialize)]
struct ClassTold {
    class: String,
    why: String,
    obstacle: Obstacle,
}

/// A change that would help.
#[derive(Debug, Serialize)]
struct HelpTold {
    what: String,
    /// What the plan then costs more.
    extra: f64,
    #[serde(skip)]
    extra_text: String,
    change: Change,
}

/// A vehicle, and why its route cannot be driven.
#[derive(Debug, Serialize)]
struct VehicleTold {
    vehicle: String,
    route: u32,
    /// `None` where it keeps every rule.
    fault: Option<String>,
}

/// What other fleets would cost.
#[derive(Debug, Serialize)]
struct FleetTold {
    iterations: u64,
    seed: u64,
    rows: Vec<FleetRow>,
}

/// What one fleet would cost.
#[derive(Debug, Serialize)]
struct FleetRow {
    fleet: String,
    cost: f64,
    difference: f64,
    vehicles: u64,
    required_left: u32,
    optional_left: u32,
    #[serde(skip)]
    money: [String; 2],
}

impl Explained {
    /// Explains what was asked for.
    ///
    /// # Errors
    /// Stops and routes that there are not.
    pub(crate) fn new(day: &SavedDay, question: &Question, words: &Words) -> ApiResult<Self> {
        let vehicles = day.named_vehicles();
        let phrases = Phrases::new(words, day, &vehicles);
        let verdict = check(&day.problem, &day.plan);
        let broken = Broken::new(&phrases, &verdict);
        let is_summary =
            question.stops.is_empty() && question.routes.is_empty() && question.fleet.is_none();
        let stops: &[u32] = if is_summary {
            &day.plan.unserved
        } else {
            &question.stops
        };
        let stops = stops
            .iter()
            .map(|&stop| explain_stop((day, &phrases), stop, is_summary));
        let all = 0..u32::try_from(day.plan.routes.len()).unwrap_or(u32::MAX);
        let faults = all.map(|route| explain_route((day, &phrases), route));
        let faults: Vec<VehicleTold> = faults.collect::<SimResult<_>>()?;
        let is_told = |told: &VehicleTold| {
            question.routes.contains(&told.route) || (is_summary && told.fault.is_some())
        };
        let is_required = |&&stop: &&u32| {
            day.problem.stops().get(stop as usize).map(|stop| stop.need) == Some(Need::Required)
        };
        Ok(Self {
            territory: day.territory.clone(),
            date: day.date.to_string(),
            is_synthetic: day.is_synthetic,
            policy: day.policy.clone(),
            cost: euros(verdict.bill.total()),
            feasible: verdict.is_feasible(),
            violations: broken.all,
            broken: broken.short,
            stops_in_all: day.problem.stops().len(),
            stops_left: day.plan.unserved.len(),
            required_left: day.plan.unserved.iter().filter(is_required).count(),
            stops: stops.collect::<SimResult<_>>()?,
            vehicles: faults.into_iter().filter(is_told).collect(),
            fleet: question
                .fleet
                .as_ref()
                .map(|fleet| FleetTold::new(fleet, &phrases)),
            is_summary,
        })
    }

    /// Whether the plan keeps every rule.
    pub(crate) const fn is_feasible(&self) -> bool {
        self.feasible
    }
}

/// What the checker finds.
#[derive(Debug)]
pub(super) struct Broken {
    /// All of it, each with its vehicle.
    pub(super) all: Vec<String>,
    /// The same for people, with all required stops that are left in one.
    pub(super) short: Vec<String>,
}

impl Broken {
    pub(super) fn new(phrases: &Phrases<'_>, verdict: &Verdict) -> Self {
        let is_left = |one: &&Violation| matches!(one, Violation::RequiredUnserved { .. });
        let (left, others): (Vec<&Violation>, Vec<&Violation>) =
            verdict.violations.iter().partition(is_left);
        let mut short: Vec<String> = others.iter().map(|one| told(phrases, one)).collect();
        match &left[..] {
            [] => {}
            [one] => short.insert(0, told(phrases, one)),
            several => {
                let stops = phrases.words.count("count.stops", several.len());
                short.insert(
                    0,
                    phrases.filled("fault.all-required", &[("stops", &stops)]),
                );
            }
        }
        let all = verdict.violations.iter().map(|one| told(phrases, one));
        Self {
            all: all.collect(),
            short,
        }
    }
}

/// What breaks a rule, with its vehicle.
fn told(phrases: &Phrases<'_>, violation: &Violation) -> String {
    let told = phrases.violation(violation);
    match violation.route() {
        Some(route) => {
            let values = [("vehicle", &*phrases.route(route)), ("what", &told)];
            phrases.filled("fault.of", &values)
        }
        None => told,
    }
}

fn explain_route((day, phrases): (&SavedDay, &Phrases<'_>), route: u32) -> SimResult<VehicleTold> {
    let fault = route_fault(&day.problem, &day.plan, route)?;
    Ok(VehicleTold {
        vehicle: phrases.route(route),
        route,
        fault: fault.map(|fault| phrases.fault(&fault)),
    })
}

fn explain_stop(
    (day, phrases): (&SavedDay, &Phrases<'_>),
    stop: u32,
    is_short: bool,
) -> SimResult<StopTold> {
    let served = served(day, phrases, stop);
    let why = match served {
        Some(_) => None,
        None => Some(unserved(&day.problem, &day.plan, stop)?),
    };
    let help = match served {
        None if !is_short => Some(help(day, phrases, stop)?),
        _ => None,
    };
    let mut told = StopTold::new(day, phrases, stop);
    told.served = served;
    told.help = help;
    if let Some(why) = why {
        told.why = Some(phrases.why(&why));
        told.obstacle = Some(why.reason);
        let classes = why.classes.iter().map(|one| ClassTold {
            class: phrases.class(one.class),
            why: phrases.obstacle(&one.obstacle, one.class),
            obstacle: one.obstacle,
        });
        told.classes = classes.collect();
    }
    Ok(told)
}

fn help(day: &SavedDay, phrases: &Phrases<'_>, stop: u32) -> SimResult<Vec<HelpTold>> {
    let found = relaxations(&day.problem, &day.plan, stop)?;
    let told = found.into_iter().map(|relaxation| HelpTold {
        what: phrases.change(&relaxation.change),
        extra: euros(relaxation.extra_cost),
        extra_text: phrases.signed_money(relaxation.extra_cost),
        change: relaxation.change,
    });
    Ok(told.collect())
}

fn served(day: &SavedDay, phrases: &Phrases<'_>, stop: u32) -> Option<ServedTold> {
    let serves = |route: &simulator::collection::Route| {
        let mut trips = route.trips.iter();
        trips.any(|trip| trip.stops.contains(&stop))
    };
    let mut routes = (0_u32..).zip(&day.plan.routes);
    let (index, route) = routes.find(|(_, route)| serves(route))?;
    let mut events = route.timeline.0.iter();
    let event = events.find(|event| event.act == Act::Serve(stop));
    let date = LocalDay::of(day.date);
    Some(ServedTold {
        vehicle: phrases.route(index),
        at: event
            .zip(date)
            .map(|(event, date)| Moment::new(&date, event.from)),
    })
}

impl StopTold {
    fn new(day: &SavedDay, phrases: &Phrases<'_>, stop: u32) -> Self {
        let place = day.names.place_of(stop);
        let named = day.names.stops.get(stop as usize);
        let containers = named.iter().flat_map(|stop| &stop.containers);
        let need = day.problem.stops().get(stop as usize).map(|stop| stop.need);
        Self {
            stop,
            sites: place.map_or_else(Vec::new, |place| place.keys.clone()),
            name: place.map_or_else(String::new, |place| place.name.clone()),
            commune: place.and_then(|place| place.commune.clone()),
            stream: named.map_or_else(String::new, |stop| phrases.words.stream(stop.stream)),
            containers: containers.map(|one| one.key.clone()).collect(),
            required: need == Some(Need::Required),
            prize: match need {
                Some(Need::Optional { prize }) => Some(euros(prize)),
                _ => None,
            },
            dropped: day.dropped.contains(&stop),
            served: None,
            why: None,
            obstacle: None,
            classes: Vec::new(),
            help: None,
        }
    }
}

impl FleetTold {
    fn new(estimate: &FleetEstimate, phrases: &Phrases<'_>) -> Self {
        let present = phrases.words.get("fleet.present").to_owned();
        let mut rows = vec![FleetRow::new(present, &estimate.present, phrases)];
        for class in &estimate.classes {
            let name = phrases.class(class.class);
            let each = [
                ("fleet.more", &class.one_more),
                ("fleet.less", &class.one_less),
            ];
            for (key, outcome) in each {
                let fleet = phrases.filled(key, &[("class", &name)]);
                rows.extend(
                    outcome
                        .as_ref()
                        .map(|one| FleetRow::new(fleet, one, phrases)),
                );
            }
        }
        Self {
            iterations: estimate.iterations,
            seed: estimate.seed,
            rows,
        }
    }
}

impl FleetRow {
    fn new(fleet: String, outcome: &Outcome, phrases: &Phrases<'_>) -> Self {
        Self {
            fleet,
            cost: euros(outcome.cost),
            difference: euros(outcome.difference),
            vehicles: outcome.vehicles,
            required_left: outcome.required_unserved,
            optional_left: outcome.optional_unserved,
            money: [
                phrases.money(outcome.cost),
                phrases.signed_money(outcome.difference),
            ],
        }
    }
}

/// Euros of millionths.
pub(crate) const fn euros(cost: i64) -> f64 {
    cost as f64 / 1e6
}
