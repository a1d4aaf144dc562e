//! What trips load, whether it fits, and whether it is left where it may be.

use super::{Checked, Indexed, Violation};
use crate::collection::{Compartment, Loading, Outfit, Problem, Route, StreamSet, Trip};
use crate::numbers::{floor_u64, index_u32};

/// What a trip loads before it unloads.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TripLoads {
    /// What it loads of each stream, in the streams' order; none of which it loads nothing.
    pub streams: Vec<StreamLoad>,
    /// What each compartment of its outfit holds after compaction, in the outfit's order. Empty where
    /// the outfit is unknown.
    pub compartments: Vec<u64>,
}

/// What a trip loads of one stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct StreamLoad {
    /// The stream.
    pub stream: u8,
    /// Before compaction, in the unit of the compartments' volumes.
    pub volume: u64,
    /// In the unit of the payloads.
    pub mass: u64,
}

impl TripLoads {
    /// What everything weighs.
    pub fn mass(&self) -> u64 {
        self.streams.iter().map(|load| load.mass).sum()
    }

    /// What everything holds before compaction.
    pub fn volume(&self) -> u64 {
        self.streams.iter().map(|load| load.volume).sum()
    }

    fn new(loads: &[Loading], outfit: Option<&Outfit>) -> Self {
        let mut totals = [(0, 0); 16];
        for load in loads {
            if let Some((volume, mass)) = totals.get_mut(usize::from(load.stream)) {
                *volume += u64::from(load.volume);
                *mass += u64::from(load.mass);
            }
        }
        let streams = (0..).zip(totals).filter(|&(_, total)| total != (0, 0));
        let streams = streams.map(|(stream, (volume, mass))| StreamLoad {
            stream,
            volume,
            mass,
        });
        let compartments = outfit.map_or(&[][..], |outfit| &outfit.compartments);
        Self {
            streams: streams.collect(),
            compartments: compartments.iter().map(|one| filled(one, loads)).collect(),
        }
    }
}

/// What the trips of a route load, one after the other; what a vehicle under way carries counts in the
/// first. Stops, outfits and classes that there are not count nothing.
pub fn trip_loads(problem: &Problem, route: &Route) -> Vec<TripLoads> {
    let class = problem.fleet().get(route.class as usize);
    let begun = class.and_then(|class| class.begun.as_ref());
    let mut carried = begun.map_or(Vec::new(), |begun| begun.loads.clone());
    let each = route.trips.iter().map(|trip| {
        let mut loads = std::mem::take(&mut carried);
        loads.extend(trip.stops.iter().filter_map(|&stop| of_stop(problem, stop)));
        let outfit = class.and_then(|class| class.outfits.get(trip.outfit as usize));
        TripLoads::new(&loads, outfit)
    });
    each.collect()
}

fn of_stop(problem: &Problem, stop: u32) -> Option<Loading> {
    let stop = problem.stops().get(stop as usize)?;
    Some(Loading {
        stream: stop.stream,
        volume: stop.volume,
        mass: stop.mass,
    })
}

/// How much of a compartment some loads fill, each compacted by itself.
fn filled(compartment: &Compartment, loads: &[Loading]) -> u64 {
    let taken = loads
        .iter()
        .filter(|load| compartment.takes.has(load.stream));
    taken
        .map(|load| floor_u64((f64::from(load.volume) / compartment.compaction).ceil()))
        .sum()
}

/// Checks what the trips of a route load and where they leave it.
pub(super) fn check(checked: Checked<'_>, violations: &mut Vec<Violation>) {
    let route = checked.index;
    let trips = index_u32(checked.route.trips.len());
    let limit = checked.class.max_trips;
    if trips > limit {
        violations.push(Violation::TooManyTrips {
            route,
            trips,
            limit,
        });
    }
    check_begun(checked, violations);
    let all_loads = trip_loads(checked.problem, checked.route);
    for ((index, trip), loads) in (0..).zip(&checked.route.trips).zip(&all_loads) {
        let checked_trip = CheckedTrip {
            checked,
            index,
            trip,
            loads,
        };
        checked_trip.check_stops(violations);
        checked_trip.check_fit(violations);
        checked_trip.check_unloadings(violations);
    }
}

/// A vehicle under way keeps its outfit, and carries only what that takes.
fn check_begun(checked: Checked<'_>, violations: &mut Vec<Violation>) {
    let Some(begun) = checked.begun() else {
        return;
    };
    let (route, expected) = (checked.index, begun.outfit);
    let first = checked.route.trips.first();
    if let Some(trip) = first.filter(|trip| trip.outfit != expected) {
        let outfit = trip.outfit;
        violations.push(Violation::BegunOutfit {
            route,
            outfit,
            expected,
        });
    }
    let takes = checked.class.outfits.get(expected as usize).map(takes);
    for load in &begun.loads {
        if !takes.unwrap_or_default().has(load.stream) {
            violations.push(Violation::BegunStreamNotTaken {
                route,
                stream: load.stream,
                outfit: expected,
            });
        }
    }
    let left = TripLoads::new(&begun.loads, None);
    if first.is_none() && checked.class.unload_at_end {
        push_left(route, &left, violations);
    }
}

fn push_left(route: u32, left: &TripLoads, violations: &mut Vec<Violation>) {
    if !left.streams.is_empty() {
        violations.push(Violation::LoadsLeft {
            route,
            volume: left.volume(),
            mass: left.mass(),
        });
    }
}

fn takes(outfit: &Outfit) -> StreamSet {
    let each = outfit.compartments.iter().map(|one| one.takes);
    each.fold(StreamSet::NONE, StreamSet::with)
}

#[derive(Clone, Copy)]
struct CheckedTrip<'p> {
    checked: Checked<'p>,
    index: u32,
    trip: &'p Trip,
    loads: &'p TripLoads,
}

impl CheckedTrip<'_> {
    fn outfit(&self) -> Option<&Outfit> {
        let outfits = &self.checked.class.outfits;
        outfits.get(self.trip.outfit as usize)
    }

    /// Checks that the class may serve the stops, and that the outfit takes their streams.
    fn check_stops(&self, violations: &mut Vec<Violation>) {
        let (route, trip) = (self.checked.index, self.index);
        let (class, outfit) = (self.checked.route.class, self.trip.outfit);
        let taken = self.outfit().map(takes);
        if taken.is_none() {
            violations.push(Violation::UnknownIndex {
                route: Some(route),
                what: Indexed::Outfit,
                index: outfit,
                count: index_u32(self.checked.class.outfits.len()),
            });
        }
        for &index in &self.trip.stops {
            let Some(stop) = self.checked.problem.stops().get(index as usize) else {
                continue;
            };
            if stop.classes.checked_shr(class).unwrap_or(0) & 1 == 0 {
                violations.push(Violation::ClassNotAllowed {
                    route,
                    trip,
                    stop: index,
                    class,
                });
            }
            if taken.is_some_and(|taken| !taken.has(stop.stream)) {
                violations.push(Violation::StreamNotTaken {
                    route,
                    trip,
                    stop: index,
                    stream: stop.stream,
                    outfit,
                });
            }
        }
    }

    /// Checks the fullest moment of a trip, which is when it has served its last stop.
    fn check_fit(&self, violations: &mut Vec<Violation>) {
        let Some(outfit) = self.outfit() else {
            return;
        };
        let (route, trip) = (self.checked.index, self.index);
        let compartments = outfit.compartments.iter().zip(&self.loads.compartments);
        for (compartment, (one, &volume)) in (0..).zip(compartments) {
            if volume > u64::from(one.volume) {
                violations.push(Violation::CompartmentOverfull {
                    route,
                    trip,
                    compartment,
                    volume,
                    limit: one.volume,
                });
            }
        }
        let (mass, limit) = (self.loads.mass(), outfit.payload);
        if mass > u64::from(limit) {
            violations.push(Violation::PayloadExceeded {
                route,
                trip,
                mass,
                limit,
            });
        }
    }

    fn check_unloadings(&self, violations: &mut Vec<Violation>) {
        let (route, trip) = (self.checked.index, self.index);
        let class = self.checked.class;
        let mut takes = StreamSet::NONE;
        for &unloading in &self.trip.unloadings {
            let Some(known) = self.checked.problem.unloadings().get(unloading as usize) else {
                violations.push(self.unknown_unloading(unloading));
                continue;
            };
            takes = takes.with(known.streams);
            if !class.unloadings.contains(&unloading) {
                violations.push(Violation::UnloadingNotUsable {
                    route,
                    trip,
                    unloading,
                    class: self.checked.route.class,
                });
            }
        }
        if !self.trip.unloadings.is_empty() {
            let loaded = self.loads.streams.iter().map(|load| load.stream);
            let left = loaded.filter(|&stream| !takes.has(stream));
            violations.extend(left.map(|stream| Violation::StreamNotUnloaded {
                route,
                trip,
                stream,
            }));
        } else if trip as usize + 1 < self.checked.route.trips.len() {
            violations.push(Violation::UnloadingMissing { route, trip });
        } else if class.unload_at_end {
            push_left(route, self.loads, violations);
        }
    }

    fn unknown_unloading(&self, index: u32) -> Violation {
        Violation::UnknownIndex {
            route: Some(self.checked.index),
            what: Indexed::Unloading,
            index,
            count: index_u32(self.checked.problem.unloadings().len()),
        }
    }
}
