//! Takes stops out of trips until they keep every rule.

use crate::collection::draft::{is_lawful, overs};
use crate::collection::schedule::{Goal, Misfit, schedule};
use crate::collection::{Problem, Route, Trip};

/// A route of these trips, without the stops that keep it from being driven; `None` where nothing is
/// left of it.
pub(super) fn fit(problem: &Problem, class: u32, mut trips: Vec<Trip>) -> Option<Route> {
    loop {
        trips.retain(|trip| !trip.stops.is_empty());
        if trips.is_empty() {
            return None;
        }
        if let Some(over) = overs(problem, class, &trips).first() {
            cut(&mut trips, over.trip);
            continue;
        }
        match schedule(problem, class, &trips) {
            Ok(timeline) if is_lawful(problem, class, &trips) => {
                return Some(Route {
                    class,
                    trips,
                    timeline,
                });
            }
            Ok(_) => cut(&mut trips, u32::MAX),
            Err(misfit) => mend(&mut trips, &misfit),
        }
    }
}

/// Takes out the stop that a timeline fails at, or else the last one before that.
fn mend(trips: &mut [Trip], misfit: &Misfit) {
    match *misfit {
        Misfit::Unreachable { trip, goal, .. }
        | Misfit::WindowMissed { trip, goal, .. }
        | Misfit::DrivenTooLong { trip, goal, .. }
        | Misfit::WorkedTooLong { trip, goal, .. } => {
            let stops = trips.get_mut(trip as usize).map(|trip| &mut trip.stops);
            let at = stops
                .as_ref()
                .and_then(|stops| stops.iter().position(|&stop| goal == Goal::Stop(stop)));
            match (stops, at) {
                (Some(stops), Some(at)) => drop(stops.remove(at)),
                _ => cut(trips, trip),
            }
        }
        Misfit::DayTooLong { .. } | Misfit::Unknown { .. } => cut(trips, u32::MAX),
    }
}

/// Takes out the last stop of a trip, or of the last one where there is no such trip.
fn cut(trips: &mut [Trip], trip: u32) {
    let last = trips.len().saturating_sub(1);
    if let Some(trip) = trips.get_mut(last.min(trip as usize)) {
        trip.stops.pop();
    }
}
