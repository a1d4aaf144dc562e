//! A plan as people follow it: which vehicle calls where, when, and with what on board.

mod calls;
mod note;

use serde::Serialize;
use simulator::calendar::LocalDay;
use simulator::collection::check::trip_loads;
use simulator::collection::day::{DayNames, NamedStop, Reason};
use simulator::collection::saved::{NamedVehicle, named_vehicles};
use simulator::collection::{Plan, Problem, Route, StreamSet};
use twin_core::{LonLat, Stream};

use self::calls::Walk;
pub(crate) use self::note::Note;
use super::Moment;

/// What a plan is told of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RoundsRequest<'a> {
    /// The problem of the day.
    pub(crate) problem: &'a Problem,
    /// What its numbers mean.
    pub(crate) names: &'a DayNames,
    /// The vehicles of the plan's routes; those that are missing are counted on.
    pub(crate) vehicles: &'a [NamedVehicle],
    /// The day.
    pub(crate) date: &'a LocalDay,
    /// What the territory is called.
    pub(crate) territory: &'a str,
    /// Whether levels or places are made up.
    pub(crate) is_synthetic: bool,
}

/// What all vehicles do on a day.
#[derive(Clone, Debug)]
pub(crate) struct Rounds {
    /// What the territory is called.
    pub(crate) territory: String,
    /// The day, like `2022-05-17`.
    pub(crate) date: String,
    /// Its day of the week: 1 for Monday to 7 for Sunday.
    pub(crate) weekday: i8,
    /// Whether levels or places are made up.
    pub(crate) is_synthetic: bool,
    /// One for each vehicle that is used.
    pub(crate) vehicles: Vec<Round>,
    /// The stops that nobody serves.
    pub(crate) unserved: Vec<Unserved>,
}

/// What one vehicle does.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Round {
    /// What people call the vehicle: its class and which one of it.
    pub(crate) vehicle: String,
    /// Its class.
    pub(crate) class: Box<str>,
    /// Which one of its class, from 1.
    pub(crate) number: u32,
    /// The class, by its number in the problem.
    #[serde(skip)]
    pub(crate) class_number: u32,
    /// When the crew comes on duty.
    pub(crate) on_duty: Moment,
    /// When it goes off duty.
    pub(crate) off_duty: Moment,
    /// Its trips.
    pub(crate) trips: Vec<Haul>,
    /// Everything that it calls at, from its start to its end.
    pub(crate) calls: Vec<Call>,
}

/// A trip: what is loaded before it is left somewhere.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Haul {
    /// Which one of the vehicle's, from 1.
    pub(crate) trip: usize,
    /// What each compartment takes.
    pub(crate) outfit: Vec<Vec<Stream>>,
    /// How full each compartment becomes, 0–1.
    pub(crate) filled: Vec<f64>,
    /// Sites where it loads.
    pub(crate) stops: usize,
    /// Containers that it empties.
    pub(crate) containers: usize,
    /// What it loads, before compaction.
    pub(crate) load_m3: f64,
    /// What it loads.
    pub(crate) load_kg: u64,
}

/// What happens at a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CallKind {
    /// The vehicle begins its day.
    Start,
    /// Containers are emptied.
    Stop,
    /// Loads are left.
    Unload,
    /// The crew takes a break.
    Break,
    /// The vehicle ends its day.
    End,
}

impl CallKind {
    /// Its name in files.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Unload => "unload",
            Self::Break => "break",
            Self::End => "end",
        }
    }
}

/// One call of a vehicle: from when it comes to when it goes on.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Call {
    /// Which trip it belongs to, from 1.
    pub(crate) trip: usize,
    /// Which one of the vehicle's day it is, from 1.
    pub(crate) sequence: usize,
    /// What happens.
    pub(crate) kind: CallKind,
    /// Where, by its number in the problem.
    #[serde(skip)]
    pub(crate) place: u32,
    /// Where.
    #[serde(skip)]
    pub(crate) at: LonLat,
    /// The keys of the sites, the depot or the unloading site.
    pub(crate) sites: Vec<Box<str>>,
    /// What people call it.
    pub(crate) name: String,
    /// The street, where it is known and not the name.
    pub(crate) street: Option<Box<str>>,
    /// The commune.
    pub(crate) commune: Option<Box<str>>,
    /// What is loaded or left.
    pub(crate) streams: Vec<Stream>,
    /// The containers that are emptied.
    pub(crate) containers: Vec<Emptied>,
    /// When the vehicle comes.
    pub(crate) arrival: Moment,
    /// When the work begins.
    pub(crate) begin: Moment,
    /// When the vehicle goes on.
    pub(crate) departure: Moment,
    /// How long its crew works there, in tenths of a second.
    #[serde(skip)]
    pub(crate) work: i32,
    /// The way to it by the plan; `None` where it does not drive to it.
    #[serde(skip)]
    pub(crate) way: Option<Way>,
    /// What is on board when it goes on, before compaction.
    pub(crate) load_m3: f64,
    /// What is on board when it goes on.
    pub(crate) load_kg: u64,
    /// How much of what the vehicle may carry that is, 0–1: by weight, or by the fullest compartment.
    #[serde(skip)]
    pub(crate) load_share: f64,
    /// What the crew has to know.
    pub(crate) notes: Vec<Note>,
}

/// A way between two calls, by the plan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Way {
    /// Its length, in metres.
    pub(crate) length_m: u32,
    /// How long it takes, in tenths of a second.
    pub(crate) duration: i32,
}

/// A container that is emptied.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Emptied {
    /// Its key.
    pub(crate) container: Box<str>,
    /// What is in it.
    pub(crate) stream: Stream,
    /// How much is expected in it, in litres.
    pub(crate) litres: u32,
    /// The same in kilograms.
    pub(crate) kg: u32,
    /// Why it is emptied.
    pub(crate) reason: Reason,
}

/// A stop that nobody serves.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Unserved {
    /// The keys of its sites.
    pub(crate) sites: Vec<Box<str>>,
    /// What people call it.
    pub(crate) name: String,
    /// The commune.
    pub(crate) commune: Option<Box<str>>,
    /// What is in its containers.
    pub(crate) stream: Stream,
    /// Its containers.
    pub(crate) containers: Vec<Emptied>,
}

impl Rounds {
    /// A plan of a day as people follow it. What leads nowhere in the plan is left out.
    pub(crate) fn new(request: &RoundsRequest<'_>, plan: &Plan) -> Self {
        let named = named_vehicles(request.problem, plan, request.vehicles);
        let both = plan.routes.iter().zip(&named);
        let vehicles = both.filter_map(|(route, vehicle)| round(request, route, vehicle));
        let unserved = plan.unserved.iter();
        Self {
            territory: request.territory.to_owned(),
            date: request.date.date().to_string(),
            weekday: request.date.date().weekday().to_monday_one_offset(),
            is_synthetic: request.is_synthetic,
            vehicles: vehicles.collect(),
            unserved: unserved
                .filter_map(|&stop| unserved_stop(request, stop))
                .collect(),
        }
    }
}

impl Round {
    /// How far it drives by the plan, in metres.
    pub(crate) fn length_m(&self) -> u64 {
        let ways = self.calls.iter().filter_map(|call| call.way);
        ways.map(|way| u64::from(way.length_m)).sum()
    }

    /// Its calls of one kind.
    pub(crate) fn of_kind(&self, kind: CallKind) -> impl Iterator<Item = &Call> {
        self.calls.iter().filter(move |call| call.kind == kind)
    }

    /// When one of its trips leaves: with the vehicle, or from where the trip before it unloaded.
    pub(crate) fn leaves(&self, trip: usize) -> Option<&Moment> {
        let before = self.calls.iter().take_while(|call| call.trip < trip);
        let from = before.last().or_else(|| self.calls.first());
        from.map(|call| &call.departure)
    }

    /// The calls of one of its trips.
    pub(crate) fn of_trip(&self, trip: usize) -> impl Iterator<Item = &Call> {
        self.calls.iter().filter(move |call| call.trip == trip)
    }
}

fn round(request: &RoundsRequest<'_>, route: &Route, vehicle: &NamedVehicle) -> Option<Round> {
    let class = request.problem.fleet().get(route.class as usize)?;
    let calls = Walk::new(request, route, class)?.calls();
    let moment = |tenths: Option<i32>| Moment::new(request.date, tenths.unwrap_or_default());
    Some(Round {
        vehicle: vehicle.to_string(),
        class: vehicle.class.clone(),
        number: vehicle.number,
        class_number: route.class,
        on_duty: moment(route.timeline.begins()),
        off_duty: moment(route.timeline.ends()),
        trips: hauls(request, route, &calls),
        calls,
    })
}

fn hauls(request: &RoundsRequest<'_>, route: &Route, calls: &[Call]) -> Vec<Haul> {
    let class = request.problem.fleet().get(route.class as usize);
    let loads = trip_loads(request.problem, route);
    let numbered = (1..).zip(route.trips.iter().zip(loads));
    let haul = |(number, (trip, loads)): (usize, (&simulator::collection::Trip, _))| {
        let loads: simulator::collection::check::TripLoads = loads;
        let outfit = class.and_then(|class| class.outfits.get(trip.outfit as usize));
        let compartments = outfit.map_or(&[][..], |outfit| &outfit.compartments);
        let filled = compartments.iter().zip(&loads.compartments);
        let share = |volume: u32, load: u64| load as f64 / f64::from(volume.max(1));
        let stops = calls
            .iter()
            .filter(|call| call.trip == number && call.kind == CallKind::Stop);
        Haul {
            trip: number,
            outfit: compartments
                .iter()
                .map(|one| streams_of(one.takes))
                .collect(),
            filled: filled
                .map(|(one, &load)| (share(one.volume, load) * 1e3).round() / 1e3)
                .collect(),
            stops: stops.clone().count(),
            containers: stops.map(|call| call.containers.len()).sum(),
            load_m3: loads.volume() as f64 / 1000.0,
            load_kg: loads.mass(),
        }
    };
    numbered.map(haul).collect()
}

/// The streams of a set, in order.
fn streams_of(set: StreamSet) -> Vec<Stream> {
    let all = Stream::ALL.iter().copied();
    all.filter(|&stream| set.has(stream as u8)).collect()
}

fn unserved_stop(request: &RoundsRequest<'_>, stop: u32) -> Option<Unserved> {
    let origin = request.names.stops.get(stop as usize)?;
    let place = request.names.places.get(origin.place as usize)?;
    Some(Unserved {
        sites: place.keys.clone(),
        name: place.name.clone(),
        commune: place.commune.clone(),
        stream: origin.stream,
        containers: emptied(origin),
    })
}

/// The containers of a stop.
fn emptied(stop: &NamedStop) -> Vec<Emptied> {
    let containers = stop.containers.iter().map(|one| Emptied {
        container: one.key.clone(),
        stream: stop.stream,
        litres: one.litres,
        kg: one.kg,
        reason: one.reason,
    });
    containers.collect()
}
