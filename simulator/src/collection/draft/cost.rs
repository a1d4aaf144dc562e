//! What a route costs.

use super::UNREACHABLE;
use super::room::trip_streams;
use crate::collection::schedule::Span;
use crate::collection::{Problem, StreamSet, Trip, VehicleClass};

/// What a route costs that takes so much of the day; `None` where there is no way of some length.
pub(in crate::collection) fn route_cost(
    problem: &Problem,
    class: u32,
    trips: &[Trip],
    span: &Span,
) -> Option<i64> {
    let index = class;
    let class = problem.fleet().get(index as usize)?;
    let mut length = 0_i64;
    for (from, to) in ways(problem, class, trips) {
        let of_way = problem.travel(class).length(from, to);
        if of_way == UNREACHABLE {
            return None;
        }
        length = length.saturating_add(of_way.into());
    }
    let costs = class.costs;
    let parts = [
        length.saturating_mul(costs.per_length),
        i64::from(span.duration).saturating_mul(costs.per_tick),
        i64::from(span.overtime).saturating_mul(costs.per_overtime_tick),
        unloading_cost(problem, index, trips),
    ];
    Some(parts.into_iter().fold(costs.fixed, i64::saturating_add))
}

/// What the ways of a route cost in length and in time, or a tick each where time is free; the most
/// where there is no such way.
pub(in crate::collection) fn drive_cost(problem: &Problem, class: u32, trips: &[Trip]) -> i64 {
    let Some(class) = problem.fleet().get(class as usize) else {
        return i64::MAX;
    };
    let travel = problem.travel(class);
    let each = ways(problem, class, trips).into_iter().map(|(from, to)| {
        let (length, ticks) = (travel.length(from, to), travel.duration(from, to));
        if length == UNREACHABLE || ticks == UNREACHABLE {
            return i64::MAX;
        }
        let of_length = i64::from(length).saturating_mul(class.costs.per_length);
        let of_time = i64::from(ticks).saturating_mul(class.costs.per_tick.max(1));
        of_length.saturating_add(of_time)
    });
    each.fold(0, i64::saturating_add)
}

/// The first way of a route that does not exist.
pub(in crate::collection) fn way_missing(
    problem: &Problem,
    class: u32,
    trips: &[Trip],
) -> Option<(u32, u32)> {
    let class = problem.fleet().get(class as usize)?;
    let travel = problem.travel(class);
    ways(problem, class, trips).into_iter().find(|&(from, to)| {
        travel.length(from, to) == UNREACHABLE || travel.duration(from, to) == UNREACHABLE
    })
}

fn ways(problem: &Problem, class: &VehicleClass, trips: &[Trip]) -> Vec<(u32, u32)> {
    let start = class.begun.as_ref();
    let mut from = start.map_or(class.start, |begun| begun.place);
    let stops = problem.stops();
    let unloadings = problem.unloadings();
    let mut places = Vec::new();
    for trip in trips {
        let served = trip.stops.iter().filter_map(|&at| stops.get(at as usize));
        places.extend(served.map(|stop| stop.place));
        let used = trip.unloadings.iter();
        let used = used.filter_map(|&at| unloadings.get(at as usize));
        places.extend(used.map(|unloading| unloading.place));
    }
    places.push(class.end);
    let ways = places
        .into_iter()
        .map(|to| (std::mem::replace(&mut from, to), to));
    ways.filter(|(from, to)| from != to).collect()
}

/// The first unloading of a trip that takes a stream gets all of it.
fn unloading_cost(problem: &Problem, class: u32, trips: &[Trip]) -> i64 {
    let mut cost = 0_i64;
    for (trip, masses) in trips.iter().zip(trip_streams(problem, class, trips)) {
        let mut left = StreamSet::ALL;
        for &unloading in &trip.unloadings {
            let Some(unloading) = problem.unloadings().get(unloading as usize) else {
                continue;
            };
            let streams = (0..16_u8).filter(|&one| left.has(one) && unloading.streams.has(one));
            let mass = streams.map(|one| masses[usize::from(one)].1).sum::<i64>();
            left = left.without(unloading.streams);
            let for_mass = mass.saturating_mul(unloading.cost_per_mass);
            cost = cost
                .saturating_add(unloading.cost_per_visit)
                .saturating_add(for_mass);
        }
    }
    cost
}
