//! Whether each stop is served once or listed, and no vehicle is used that there is not.

use super::{Indexed, Violation};
use crate::collection::{Need, Plan, Problem};
use crate::numbers::index_u32;

/// Checks what is served and what is listed; says of each stop whether a route serves it.
pub(super) fn check(problem: &Problem, plan: &Plan, violations: &mut Vec<Violation>) -> Vec<bool> {
    let served = mark_served(problem, plan, violations);
    let listed = mark_listed(problem, plan, violations);
    for (index, stop) in problem.stops().iter().enumerate() {
        let stop_index = index_u32(index);
        match (served[index], listed[index]) {
            (true, true) => violations.push(Violation::ServedAndListed { stop: stop_index }),
            (false, false) => {
                violations.push(Violation::NeitherServedNorListed { stop: stop_index });
            }
            _ => {}
        }
        if !served[index] && stop.need == Need::Required {
            violations.push(Violation::RequiredUnserved { stop: stop_index });
        }
    }
    served
}

fn mark_served(problem: &Problem, plan: &Plan, violations: &mut Vec<Violation>) -> Vec<bool> {
    let mut served = vec![false; problem.stops().len()];
    for (route_index, route) in plan.routes.iter().enumerate() {
        for (trip_index, trip) in route.trips.iter().enumerate() {
            for &stop in &trip.stops {
                match served.get_mut(stop as usize) {
                    Some(is_served) if *is_served => violations.push(Violation::StopServedTwice {
                        stop,
                        route: index_u32(route_index),
                        trip: index_u32(trip_index),
                    }),
                    Some(is_served) => *is_served = true,
                    None => violations.push(unknown_stop(problem, Some(route_index), stop)),
                }
            }
        }
    }
    served
}

fn mark_listed(problem: &Problem, plan: &Plan, violations: &mut Vec<Violation>) -> Vec<bool> {
    let mut listed = vec![false; problem.stops().len()];
    for &stop in &plan.unserved {
        match listed.get_mut(stop as usize) {
            Some(is_listed) => *is_listed = true,
            None => violations.push(unknown_stop(problem, None, stop)),
        }
    }
    for (&after, &stop) in plan.unserved.iter().zip(plan.unserved.iter().skip(1)) {
        if stop <= after {
            violations.push(Violation::UnservedOutOfOrder { stop, after });
        }
    }
    listed
}

fn unknown_stop(problem: &Problem, route: Option<usize>, index: u32) -> Violation {
    Violation::UnknownIndex {
        route: route.map(index_u32),
        what: Indexed::Stop,
        index,
        count: index_u32(problem.stops().len()),
    }
}

/// Checks that there are as many vehicles as are used, and that those under way are.
pub(super) fn check_fleet(problem: &Problem, plan: &Plan, violations: &mut Vec<Violation>) {
    let mut used = vec![0_u32; problem.fleet().len()];
    for (route, &class) in plan.routes.iter().map(|route| &route.class).enumerate() {
        match used.get_mut(class as usize) {
            Some(count) => *count = count.saturating_add(1),
            None => violations.push(Violation::UnknownIndex {
                route: Some(index_u32(route)),
                what: Indexed::Class,
                index: class,
                count: index_u32(problem.fleet().len()),
            }),
        }
    }
    for ((index, class), used) in problem.fleet().iter().enumerate().zip(used) {
        let (index, limit) = (index_u32(index), class.count);
        if used > limit {
            violations.push(Violation::TooManyVehicles {
                class: index,
                used,
                limit,
            });
        }
        if used == 0 && limit > 0 && class.begun.is_some() {
            violations.push(Violation::BegunMissing { class: index });
        }
    }
}
