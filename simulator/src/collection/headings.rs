//! In which direction vehicles stop at the places of a problem on roads: that which suits a plan.

use super::{Plan, Problem, Route};
use crate::error::SimResult;
use crate::roads::{Calls, Halt, RoadMetric, Snap};

/// The roads that a travel of a problem is made of.
#[derive(Clone, Copy, Debug)]
pub struct Footing<'a> {
    /// The roads at the costs of its vehicles.
    pub metric: &'a RoadMetric,
    /// Where the places lie on them.
    pub snaps: &'a [Option<Snap>],
}

/// For each travel, how vehicles stop at each place.
///
/// A vehicle goes on from a stop in the direction in which it came, so that what a way takes depends on
/// the one before it, which a plan's ways must not. Therefore each place gets one direction: that in
/// which the rounds of `plan` drive best. Where vehicles start, end or unload they turn.
///
/// # Errors
/// As [`RoadMetric::headed`].
pub fn headings(
    problem: &Problem,
    footings: &[Footing<'_>],
    plan: &Plan,
) -> SimResult<Vec<Vec<Option<Halt>>>> {
    let is_premises = premises(problem);
    let each = (0_u32..).zip(footings).map(|(travel, footing)| {
        footing.metric.headed(&Calls {
            places: footing.snaps,
            is_premises: &is_premises,
            rounds: &rounds(problem, plan, (travel, &is_premises)),
        })
    });
    each.collect()
}

/// Whether each place is one where vehicles start, end or unload.
fn premises(problem: &Problem) -> Vec<bool> {
    let mut is_premises = vec![false; problem.places() as usize];
    let classes = problem.fleet().iter();
    let ends = classes.flat_map(|class| [class.start, class.end]);
    for place in ends.chain(problem.unloadings().iter().map(|it| it.place)) {
        is_premises[place as usize] = true;
    }
    is_premises
}

/// The places that vehicles call at from premises to premises, for the classes of a travel.
fn rounds(problem: &Problem, plan: &Plan, (travel, is_premises): (u32, &[bool])) -> Vec<Vec<u32>> {
    let mut rounds = Vec::new();
    for route in &plan.routes {
        let class = &problem.fleet()[route.class as usize];
        if class.travel != travel {
            continue;
        }
        let begun = class.begun.as_ref();
        let mut round = vec![begun.map_or(class.start, |begun| begun.place)];
        for place in calls(problem, route).chain([class.end]) {
            if round.last() == Some(&place) {
                continue;
            }
            round.push(place);
            if is_premises[place as usize] {
                rounds.push(std::mem::replace(&mut round, vec![place]));
            }
        }
    }
    rounds
}

/// The places of the stops and unloadings of a route, in order.
fn calls<'a>(problem: &'a Problem, route: &'a Route) -> impl Iterator<Item = u32> + 'a {
    route.trips.iter().flat_map(|trip| {
        let stops = trip.stops.iter();
        let stops = stops.map(|&stop| problem.stops()[stop as usize].place);
        let unloadings = trip.unloadings.iter();
        let unloadings = unloadings.map(|&it| problem.unloadings()[it as usize].place);
        stops.chain(unloadings)
    })
}
