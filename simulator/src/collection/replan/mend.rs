//! Changes a plan under way as little as it is worth.

mod improve;
mod place;

use self::place::Mender;
use super::changes::{Changed, make};
use super::crew::differences;
use super::disturbance::Origin;
use super::{Change, Crew, Disturbance, Progress, Weights};
use crate::collection::check::{Verdict, check};
use crate::collection::draft::{Draft, prize, unserved};
use crate::collection::{Plan, Problem, Route, Timeline};
use crate::error::SimResult;
use crate::numbers::index_u32;

/// A plan that takes up changes of the day.
#[derive(Clone, Debug)]
pub struct Replan {
    /// What is left to do with the changes made. Stops keep the indices of [`Progress`], new ones follow.
    pub problem: Problem,
    /// The new plan.
    pub plan: Plan,
    /// What the checker says of it.
    pub verdict: Verdict,
    /// For each stop, its index before the day was under way; `None` for a new one.
    pub stops: Vec<Option<u32>>,
    /// The stops that were put in, in the order of the changes.
    pub inserted: Vec<u32>,
    /// For each route of the new plan, its index among those left; `None` for a vehicle that sets out in
    /// addition.
    pub routes_before: Vec<Option<u32>>,
    /// The stops that must be served, but for which there is no spot, in order.
    pub homeless: Vec<u32>,
    /// How much it differs from the plan before.
    pub disturbance: Disturbance,
    /// What each crew is told to which anything is new.
    pub crews: Vec<Crew>,
}

/// Makes changes to what is left of a plan: takes out what is dropped, puts every stop that wants a place
/// where cost and disturbance together are least, the required ones first, makes room for those by leaving
/// out one optional stop each where it must, and then moves stops of the vehicles that changed while that
/// brings more than it disturbs. Vehicles that nothing changes for keep their timelines to the tick, and
/// without changes nothing changes.
///
/// Refuses changes that name what there is not, and stops that no problem can have.
pub fn replan(progress: &Progress, changes: &[Change], weights: Weights) -> SimResult<Replan> {
    let changed = make(progress, changes)?;
    let Changed {
        parts,
        stops,
        inserted,
        dropped,
        wanting,
        broken,
    } = changed;
    let problem = Problem::new(parts)?;
    let before = &progress.plan.routes;
    let origin = Origin::new(before, problem.stops().len(), weights);
    let mut routes = before.clone();
    for &route in &broken {
        if let Some(route) = routes.get_mut(route as usize) {
            (route.trips, route.timeline) = (Vec::new(), Timeline::default());
        }
    }
    let plan = Plan {
        routes,
        unserved: Vec::new(),
    };
    let mut mender = Mender::new(Draft::new(&problem, &plan)?, origin, broken);
    mender.take_out(&dropped);
    mender.place_all(wanting);
    mender.improve(weights.trials);
    let (routes, routes_before) = mender.routes();
    let plan = Plan {
        unserved: unserved(&problem, &routes),
        routes,
    };
    let disturbance = mender.origin.disturbance(&plan, &routes_before);
    let homeless = plan.unserved.iter().copied();
    let homeless = homeless.filter(|&stop| prize(&problem, stop).is_none());
    Ok(Replan {
        verdict: check(&problem, &plan),
        stops,
        inserted,
        homeless: homeless.collect(),
        disturbance,
        crews: crews(before, &plan, &routes_before),
        routes_before,
        plan,
        problem,
    })
}

fn crews(before: &[Route], plan: &Plan, routes_before: &[Option<u32>]) -> Vec<Crew> {
    let serving = |stop: u32| {
        let has_it = |route: &Route| route.trips.iter().any(|trip| trip.stops.contains(&stop));
        plan.routes.iter().position(has_it).map(index_u32)
    };
    let idle = |class| Route {
        class,
        trips: Vec::new(),
        timeline: Timeline::default(),
    };
    let mut crews = Vec::new();
    for (index, (route, origin)) in (0..).zip(plan.routes.iter().zip(routes_before)) {
        let old = origin.and_then(|origin| before.get(origin as usize));
        let differences = match old {
            Some(old) if old == route => Vec::new(),
            Some(old) => differences(old, route, serving),
            None => differences(&idle(route.class), route, serving),
        };
        crews.push(Crew {
            route: Some(index),
            before: *origin,
            differences,
        });
    }
    for (index, old) in (0..).zip(before) {
        if !routes_before.contains(&Some(index)) {
            crews.push(Crew {
                route: None,
                before: Some(index),
                differences: differences(old, &idle(old.class), serving),
            });
        }
    }
    crews.retain(|crew| !crew.differences.is_empty());
    crews
}
