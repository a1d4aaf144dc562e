//! Whether trips keep the rules that have nothing to do with room and time.

use super::room::{carried, loaded};
use crate::collection::{Problem, StreamSet, Trip, VehicleClass};
use crate::numbers::indexed;

/// Whether a vehicle may make these trips, whatever they load and however long they take.
pub(in crate::collection) fn is_lawful(problem: &Problem, class: u32, trips: &[Trip]) -> bool {
    let Some(of_class) = problem.fleet().get(class as usize) else {
        return false;
    };
    let begun = of_class.begun.as_ref();
    let is_begun_with = begun
        .zip(trips.first())
        .is_none_or(|(begun, first)| first.outfit == begun.outfit);
    let left_at_end = begun.is_some_and(|begun| !begun.loads.is_empty());
    let ends_empty = !trips.is_empty() || !of_class.unload_at_end || !left_at_end;
    trips.len() <= of_class.max_trips as usize
        && is_begun_with
        && ends_empty
        && indexed(trips).all(|(index, trip)| {
            let is_last = index as usize + 1 == trips.len();
            may_serve(problem, (class, of_class), index, trip)
                && unloads(problem, (class, of_class), index, (trip, is_last))
        })
}

fn may_serve(
    problem: &Problem,
    (class, of_class): (u32, &VehicleClass),
    index: u32,
    trip: &Trip,
) -> bool {
    let Some(outfit) = of_class.outfits.get(trip.outfit as usize) else {
        return false;
    };
    let each = outfit.compartments.iter().map(|one| one.takes);
    let takes = each.fold(StreamSet::NONE, StreamSet::with);
    let carried = carried(problem, class, index).iter();
    let takes_all = carried.map(|load| load.stream).all(|one| takes.has(one));
    takes_all
        && trip.stops.iter().all(|&stop| {
            let stop = problem.stops().get(stop as usize);
            stop.is_some_and(|stop| {
                stop.classes.checked_shr(class).unwrap_or(0) & 1 == 1 && takes.has(stop.stream)
            })
        })
}

fn unloads(
    problem: &Problem,
    (class, of_class): (u32, &VehicleClass),
    index: u32,
    (trip, is_last): (&Trip, bool),
) -> bool {
    let loaded = loaded(problem, class, index, trip);
    if trip.unloadings.is_empty() {
        return is_last && (!of_class.unload_at_end || loaded.is_empty());
    }
    let mut left = loaded;
    for unloading in &trip.unloadings {
        let known = problem.unloadings().get(*unloading as usize);
        let Some(known) = known.filter(|_| of_class.unloadings.contains(unloading)) else {
            return false;
        };
        left = left.without(known.streams);
    }
    left.is_empty()
}
