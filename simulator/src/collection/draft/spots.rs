//! Where a stop can be put on a vehicle, by everything but room and time.

use std::rc::Rc;

use super::room::{carried, loaded};
use crate::collection::{Outfit, Problem, StreamSet, Trip, VehicleClass};
use crate::numbers::{index_u32, indexed};

/// Where in a plan a stop can be put.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Spot {
    /// The route, counted from 0; `None` for a vehicle that has none yet.
    pub route: Option<u32>,
    /// The class of the vehicle.
    pub class: u32,
    /// The trip, counted from 0.
    pub trip: u32,
    /// How many stops of the trip come before it.
    pub position: u32,
    /// Whether the trip is a new one, before which the later ones move.
    pub is_new_trip: bool,
}

impl std::fmt::Display for Spot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let new = if self.is_new_trip { "new trip" } else { "trip" };
        let (trip, position) = (self.trip, self.position);
        match self.route {
            Some(route) => write!(
                f,
                "on vehicle {route}, {new} {trip}, after {position} stops"
            ),
            None => write!(f, "on another vehicle of class {}", self.class),
        }
    }
}

/// A spot, and the trips of the vehicle that it is a spot of. Spots that differ by their position alone
/// share the trips, so that there may be many of them.
#[derive(Clone, Debug)]
pub(in crate::collection) struct Candidate {
    pub(in crate::collection) spot: Spot,
    stop: u32,
    without: Rc<[Trip]>,
}

impl Candidate {
    /// The trips with the stop in them.
    pub(in crate::collection) fn trips(&self) -> Vec<Trip> {
        let mut trips = self.without.to_vec();
        if let Some(trip) = trips.get_mut(self.spot.trip as usize) {
            let position = trip.stops.len().min(self.spot.position as usize);
            trip.stops.insert(position, self.stop);
        }
        trips
    }
}

/// Every way to put a stop on a vehicle that has these trips: in each trip, with another outfit or
/// another unloading where it must, and in a new trip. None where the class may not serve it.
pub(in crate::collection) fn candidates(
    problem: &Problem,
    class: u32,
    trips: &[Trip],
    stop: u32,
) -> Vec<Candidate> {
    let allowed = problem.stops().get(stop as usize).map(|stop| stop.classes);
    let is_allowed = class < 64 && allowed.is_some_and(|classes| classes >> class & 1 == 1);
    let Some(of_class) = problem.fleet().get(class as usize).filter(|_| is_allowed) else {
        return Vec::new();
    };
    let mut vehicle = Vehicle {
        problem,
        class,
        of_class,
        trips,
        stop,
        found: Vec::new(),
    };
    for index in 0..index_u32(trips.len()) {
        vehicle.add_to_trip(index);
    }
    vehicle.add_new_trips();
    vehicle.found
}

struct Vehicle<'p> {
    problem: &'p Problem,
    class: u32,
    of_class: &'p VehicleClass,
    trips: &'p [Trip],
    stop: u32,
    found: Vec<Candidate>,
}

impl Vehicle<'_> {
    fn add_to_trip(&mut self, index: u32) {
        let at = index as usize;
        let mut trip = self.trips[at].clone();
        trip.stops.push(self.stop);
        let streams = loaded(self.problem, self.class, index, &trip);
        let takes = self.taken_streams(index, &trip);
        let is_last = at + 1 == self.trips.len();
        let must_unload = !is_last || self.of_class.unload_at_end || !trip.unloadings.is_empty();
        let unloadings = if must_unload {
            self.unloadings_for(&trip.unloadings, streams)
        } else {
            vec![vec![]]
        };
        for outfit in self.outfits_for(index, trip.outfit, takes) {
            for unloadings in &unloadings {
                let mut trips = self.trips.to_vec();
                trips[at].outfit = outfit;
                trips[at].unloadings.clone_from(unloadings);
                let trips = Rc::from(trips);
                for position in 0..trip.stops.len() {
                    self.push((index, position), false, Rc::clone(&trips));
                }
            }
        }
    }

    /// Nothing comes before the trip that is under way.
    fn add_new_trips(&mut self) {
        if self.trips.len() >= self.of_class.max_trips as usize {
            return;
        }
        let is_under_way = self.of_class.begun.is_some() && !self.trips.is_empty();
        for at in usize::from(is_under_way)..=self.trips.len() {
            let index = index_u32(at);
            let trip = Trip {
                stops: vec![self.stop],
                ..Trip::default()
            };
            let streams = loaded(self.problem, self.class, index, &trip);
            let takes = self.taken_streams(index, &trip);
            let is_last = at == self.trips.len();
            let unloadings = if is_last && !self.of_class.unload_at_end {
                vec![vec![]]
            } else {
                self.unloadings_for(&[], streams)
            };
            let begun_with = self.of_class.begun.as_ref().map_or(0, |begun| begun.outfit);
            for outfit in self.outfits_for(index, begun_with, takes) {
                for unloadings in &unloadings {
                    let trip = Trip {
                        outfit,
                        unloadings: unloadings.clone(),
                        ..trip.clone()
                    };
                    self.push_new_trip(at, &trip);
                }
            }
        }
    }

    /// The trip before a new one must have unloaded.
    fn push_new_trip(&mut self, at: usize, trip: &Trip) {
        let index = index_u32(at);
        let mut trips = self.trips.to_vec();
        trips.insert(
            at,
            Trip {
                stops: Vec::new(),
                ..trip.clone()
            },
        );
        let before = at.checked_sub(1).and_then(|before| trips.get(before));
        let Some(before) = before.filter(|before| before.unloadings.is_empty()) else {
            self.push((index, 0), true, Rc::from(trips));
            return;
        };
        let streams = loaded(self.problem, self.class, index - 1, before);
        for unloadings in self.unloadings_for(&[], streams) {
            let mut trips = trips.clone();
            trips[at - 1].unloadings = unloadings;
            self.push((index, 0), true, Rc::from(trips));
        }
    }

    fn push(&mut self, (trip, position): (u32, usize), is_new_trip: bool, without: Rc<[Trip]>) {
        self.found.push(Candidate {
            spot: Spot {
                route: None,
                class: self.class,
                trip,
                position: index_u32(position),
                is_new_trip,
            },
            stop: self.stop,
            without,
        });
    }

    /// The streams that an outfit has to take: also those of which nothing is loaded.
    fn taken_streams(&self, index: u32, trip: &Trip) -> StreamSet {
        let stops = trip.stops.iter();
        let stops = stops.filter_map(|&stop| self.problem.stops().get(stop as usize));
        let carried = carried(self.problem, self.class, index).iter();
        stops
            .map(|stop| stop.stream)
            .chain(carried.map(|load| load.stream))
            .fold(StreamSet::NONE, |all, one| all.with(StreamSet::of(one)))
    }

    /// The outfits that take these streams, the present one first. A trip under way keeps its own.
    fn outfits_for(&self, trip: u32, present: u32, streams: StreamSet) -> Vec<u32> {
        let is_under_way = self.of_class.begun.is_some() && trip == 0;
        let fitting = indexed(&self.of_class.outfits)
            .filter(|(_, outfit)| streams.without(takes(outfit)).is_empty())
            .map(|(index, _)| index)
            .filter(|&index| !is_under_way || index == present);
        let mut fitting: Vec<_> = fitting.collect();
        fitting.sort_by_key(|&index| index != present);
        fitting
    }

    /// The unloadings of a trip that loads these streams: the present ones if they do, else with
    /// one more that takes what they do not, or with one instead of them that takes it all. A trip
    /// that must unload has one at least.
    fn unloadings_for(&self, present: &[u32], streams: StreamSet) -> Vec<Vec<u32>> {
        let left = self.left(present, streams);
        if left.is_empty() && !present.is_empty() {
            return vec![present.to_vec()];
        }
        let mut found = Vec::new();
        for &unloading in &self.of_class.unloadings {
            let takes = self.takes(unloading);
            if streams.without(takes).is_empty() {
                found.push(vec![unloading]);
            } else if left.without(takes) != left {
                let mut more = present.to_vec();
                more.push(unloading);
                found.extend(self.completed(more, streams));
            }
        }
        found.dedup();
        found
    }

    /// Adds unloadings until they take all of these streams.
    fn completed(&self, mut unloadings: Vec<u32>, streams: StreamSet) -> Option<Vec<u32>> {
        loop {
            let left = self.left(&unloadings, streams);
            if left.is_empty() {
                return Some(unloadings);
            }
            let mut all = self.of_class.unloadings.iter();
            let next = all.find(|&&one| left.without(self.takes(one)) != left)?;
            unloadings.push(*next);
        }
    }

    fn left(&self, unloadings: &[u32], streams: StreamSet) -> StreamSet {
        let each = unloadings.iter().map(|&one| self.takes(one));
        each.fold(streams, StreamSet::without)
    }

    fn takes(&self, unloading: u32) -> StreamSet {
        let unloading = self.problem.unloadings().get(unloading as usize);
        unloading.map_or(StreamSet::NONE, |unloading| unloading.streams)
    }
}

fn takes(outfit: &Outfit) -> StreamSet {
    let each = outfit.compartments.iter().map(|one| one.takes);
    each.fold(StreamSet::NONE, StreamSet::with)
}
