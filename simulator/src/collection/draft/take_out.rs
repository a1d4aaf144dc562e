//! Taking a stop out of a route.

use crate::collection::{Problem, Trip};

/// The trips of a vehicle without a stop. A trip that is left without stops goes too, unless its
/// vehicle is under way with it.
pub(in crate::collection) fn without(
    problem: &Problem,
    class: u32,
    trips: &[Trip],
    stop: u32,
) -> Vec<Trip> {
    let mut left = trips.to_vec();
    let has_it = |trip: &Trip| trip.stops.contains(&stop);
    let Some(at) = trips.iter().position(has_it) else {
        return left;
    };
    left[at].stops.retain(|&one| one != stop);
    if left[at].stops.is_empty() && may_go(problem, class, &left, at) {
        left.remove(at);
    }
    left
}

fn may_go(problem: &Problem, class: u32, trips: &[Trip], at: usize) -> bool {
    let class = problem.fleet().get(class as usize);
    match class.and_then(|class| class.begun.as_ref()) {
        Some(begun) if at == 0 => {
            let next = trips.get(1);
            begun.loads.is_empty() && next.is_none_or(|next| next.outfit == begun.outfit)
        }
        _ => true,
    }
}
