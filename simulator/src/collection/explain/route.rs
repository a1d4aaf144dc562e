//! Why a route cannot be driven.

use crate::collection::check::{Violation, check};
use crate::collection::draft::index;
use crate::collection::schedule::{Misfit, schedule};
use crate::collection::{Plan, Problem, Route};
use crate::error::SimResult;

/// Why a route cannot be driven: the one reason that comes before all others. In a violation, `route` is
/// the index of the plan's.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RouteFault {
    /// Its trips break a rule, whatever their times.
    #[error("{0}")]
    Trips(Violation),

    /// No timeline fits its trips.
    #[error("route {route}: {misfit}")]
    Time {
        /// The route.
        route: u32,
        /// Why not.
        misfit: Misfit,
    },

    /// Its timeline breaks a rule, though another would keep them all.
    #[error("{0}, though another timeline would do")]
    Timeline(Violation),
}

/// Says why one of a plan's routes breaks a rule; `None` where it keeps them all. What concerns more than
/// one route (a stop served twice, too many vehicles) is no fault of one of them.
///
/// Refuses a route that the plan does not have.
pub fn route_fault(problem: &Problem, plan: &Plan, route: u32) -> SimResult<Option<RouteFault>> {
    index("route", route, plan.routes.len())?;
    let given = &plan.routes[route as usize];
    let own = violations(problem, given, route);
    if own.is_empty() {
        return Ok(None);
    }
    let of_trips = own.iter().filter(|one| rank(one).is_some());
    if let Some(first) = of_trips.min_by_key(|one| rank(one)) {
        return Ok(Some(RouteFault::Trips(first.clone())));
    }
    Ok(match schedule(problem, given.class, &given.trips) {
        Err(misfit) => Some(RouteFault::Time { route, misfit }),
        Ok(_) => own.into_iter().next().map(RouteFault::Timeline),
    })
}

/// The first route of a plan that breaks a rule, and why.
pub(in crate::collection) fn first_fault(
    problem: &Problem,
    plan: &Plan,
) -> SimResult<Option<(u32, RouteFault)>> {
    let violations = check(problem, plan).violations;
    let Some(route) = violations.iter().find_map(Violation::route) else {
        return Ok(None);
    };
    let fault = route_fault(problem, plan, route)?;
    Ok(fault.map(|fault| (route, fault)))
}

/// What the checker says of one route of a plan that has it alone, at its index.
fn violations(problem: &Problem, given: &Route, route: u32) -> Vec<Violation> {
    let idle = Route {
        class: u32::MAX,
        trips: Vec::new(),
        timeline: crate::collection::Timeline::default(),
    };
    let mut routes = vec![idle; route as usize];
    routes.push(given.clone());
    let plan = Plan {
        routes,
        unserved: Vec::new(),
    };
    let all = check(problem, &plan).violations.into_iter();
    all.filter(|one| one.route() == Some(route)).collect()
}

/// What comes first of the rules about trips; `None` for a rule about times.
fn rank(violation: &Violation) -> Option<u8> {
    use Violation as V;
    match violation {
        V::UnknownIndex { .. } => Some(0),
        V::ClassNotAllowed { .. } => Some(1),
        V::BegunOutfit { .. } | V::BegunStreamNotTaken { .. } => Some(2),
        V::StreamNotTaken { .. } => Some(3),
        V::Unreachable { .. } => Some(4),
        V::PayloadExceeded { .. } | V::CompartmentOverfull { .. } => Some(5),
        V::UnloadingNotUsable { .. } => Some(6),
        V::StreamNotUnloaded { .. } | V::UnloadingMissing { .. } | V::LoadsLeft { .. } => Some(7),
        V::TooManyTrips { .. } => Some(8),
        _ => None,
    }
}
