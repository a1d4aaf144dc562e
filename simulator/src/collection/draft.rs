//! A plan in the making: what its routes cost, and where another stop can be put. Explanations and
//! re-planning stand on it; the solver has its own, quicker ways.

mod cost;
mod lawful;
mod room;
mod spots;
mod take_out;

pub(super) use self::cost::{drive_cost, route_cost, way_missing};
pub(super) use self::lawful::is_lawful;
pub use self::room::Measure;
pub(super) use self::room::{Over, overs};
pub use self::spots::Spot;
pub(super) use self::spots::{Candidate, candidates};
pub(super) use self::take_out::without;
use super::schedule::{Walker, schedule, span};
use super::{Need, Plan, Problem, Route, Trip, UNREACHABLE};
use crate::error::{SimError, SimResult};
use crate::numbers::index_u32;

/// A plan that is tried and changed.
#[derive(Debug)]
pub(super) struct Draft<'p> {
    pub(super) problem: &'p Problem,
    pub(super) routes: Vec<Route>,
    /// What each route costs; `None` where it breaks a rule as it is.
    pub(super) costs: Vec<Option<i64>>,
    pub(super) walker: Walker,
}

impl<'p> Draft<'p> {
    /// Takes up the routes of a plan. Refuses one that names what the problem does not have.
    pub(super) fn new(problem: &'p Problem, plan: &Plan) -> SimResult<Self> {
        known(problem, plan)?;
        let mut draft = Self {
            routes: plan.routes.clone(),
            ..Self::empty(problem)
        };
        for route in &plan.routes {
            let cost = draft.lawful_cost(route.class, &route.trips);
            draft.costs.push(cost);
        }
        Ok(draft)
    }

    /// No routes yet.
    pub(super) fn empty(problem: &'p Problem) -> Self {
        Self {
            problem,
            routes: Vec::new(),
            costs: Vec::new(),
            walker: Walker::default(),
        }
    }

    /// The same without a stop, wherever it is served.
    pub(super) fn without(mut self, stop: u32) -> Self {
        for index in 0..self.routes.len() {
            let Route { class, trips, .. } = &self.routes[index];
            let class = *class;
            if trips.iter().any(|trip| trip.stops.contains(&stop)) {
                let trips = without(self.problem, class, trips, stop);
                self.set(Some(index_u32(index)), class, trips);
            }
        }
        self
    }

    /// What a route with these trips costs; `None` where it has no timeline or loads too much.
    pub(super) fn cost(&mut self, class: u32, trips: &[Trip]) -> Option<i64> {
        if !overs(self.problem, class, trips).is_empty() {
            return None;
        }
        self.cost_of_time(class, trips)
    }

    /// The same for trips of unknown origin.
    fn lawful_cost(&mut self, class: u32, trips: &[Trip]) -> Option<i64> {
        if lawful::is_lawful(self.problem, class, trips) {
            self.cost(class, trips)
        } else {
            None
        }
    }

    /// The same, whatever it loads.
    pub(super) fn cost_of_time(&mut self, class: u32, trips: &[Trip]) -> Option<i64> {
        let span = span(&mut self.walker, self.problem, class, trips)?;
        route_cost(self.problem, class, trips, &span)
    }

    /// How much a route drives, in money or else in ticks: enough to say which of two is shorter.
    pub(super) fn detour(&self, class: u32, trips: &[Trip]) -> i64 {
        drive_cost(self.problem, class, trips)
    }

    /// How many vehicles of a class no route uses. None is left of a class that is under way.
    pub(super) fn spare(&self, class: u32) -> u32 {
        let Some(of_class) = self.problem.fleet().get(class as usize) else {
            return 0;
        };
        if of_class.begun.is_some() {
            return 0;
        }
        let used = self.routes.iter().filter(|route| route.class == class);
        of_class.count.saturating_sub(index_u32(used.count()))
    }

    /// Every spot on a vehicle: one that has a route, or a new one of a class.
    pub(super) fn candidates(&self, route: Option<u32>, class: u32, stop: u32) -> Vec<Candidate> {
        let trips = route.and_then(|route| self.routes.get(route as usize));
        let trips = trips.map_or(&[][..], |route| &route.trips);
        let mut found = candidates(self.problem, class, trips, stop);
        for candidate in &mut found {
            candidate.spot.route = route;
        }
        found
    }

    /// The vehicles of a class: those with a route that keeps the rules, and a new one.
    pub(super) fn vehicles(&self, class: u32) -> Vec<Option<u32>> {
        let routes = self.routes.iter().zip(&self.costs).zip(0_u32..);
        let own = routes.filter(|((route, cost), _)| route.class == class && cost.is_some());
        let mut vehicles: Vec<_> = own.map(|(_, index)| Some(index)).collect();
        if self.spare(class) > 0 {
            vehicles.push(None);
        }
        vehicles
    }

    /// What a vehicle costs as it is; nothing where it has no route.
    pub(super) fn cost_now(&self, route: Option<u32>) -> i64 {
        let cost = route.and_then(|route| self.costs.get(route as usize).copied().flatten());
        cost.unwrap_or(0)
    }

    /// The cheapest spot on a vehicle, with what it costs more than now.
    pub(super) fn cheapest(
        &mut self,
        route: Option<u32>,
        class: u32,
        stop: u32,
    ) -> Option<(i64, Candidate)> {
        let before = self.cost_now(route);
        let mut best: Option<(i64, Candidate)> = None;
        for candidate in self.candidates(route, class, stop) {
            let Some(cost) = self.cost(class, &candidate.trips()) else {
                continue;
            };
            let extra = cost.saturating_sub(before);
            if best.as_ref().is_none_or(|(least, _)| extra < *least) {
                best = Some((extra, candidate));
            }
        }
        best
    }

    /// The cheapest spot on all vehicles.
    pub(super) fn cheapest_anywhere(&mut self, stop: u32) -> Option<(i64, Candidate)> {
        let mut best: Option<(i64, Candidate)> = None;
        for class in 0..index_u32(self.problem.fleet().len()) {
            for route in self.vehicles(class) {
                if let Some((cost, candidate)) = self.cheapest(route, class, stop)
                    && best.as_ref().is_none_or(|(least, _)| cost < *least)
                {
                    best = Some((cost, candidate));
                }
            }
        }
        best
    }

    /// Gives a vehicle other trips, with the best timeline for them. Whether there is one.
    pub(super) fn set(&mut self, route: Option<u32>, class: u32, trips: Vec<Trip>) -> bool {
        let Ok(timeline) = schedule(self.problem, class, &trips) else {
            return false;
        };
        let cost = self.lawful_cost(class, &trips);
        let changed = Route {
            class,
            trips,
            timeline,
        };
        let Some(index) = route.map(|route| route as usize) else {
            self.routes.push(changed);
            self.costs.push(cost);
            return true;
        };
        if let (Some(slot), Some(of)) = (self.routes.get_mut(index), self.costs.get_mut(index)) {
            (*slot, *of) = (changed, cost);
        }
        true
    }

    /// Takes a vehicle out of use. Its route keeps its index.
    pub(super) fn retire(&mut self, index: u32) {
        let index = index as usize;
        if let (Some(route), Some(cost)) = (self.routes.get_mut(index), self.costs.get_mut(index)) {
            (route.class, *cost) = (u32::MAX, None);
            route.trips.clear();
        }
    }

    /// The plan, with whatever no route serves listed.
    pub(super) fn plan(&self) -> Plan {
        Plan {
            routes: self.routes.clone(),
            unserved: unserved(self.problem, &self.routes),
        }
    }
}

/// The stops that no route serves, in order.
pub(super) fn unserved(problem: &Problem, routes: &[Route]) -> Vec<u32> {
    let mut served = vec![false; problem.stops().len()];
    for trip in routes.iter().flat_map(|route| &route.trips) {
        for &stop in &trip.stops {
            if let Some(is_served) = served.get_mut(stop as usize) {
                *is_served = true;
            }
        }
    }
    let left = (0..).zip(served).filter(|(_, is_served)| !is_served);
    left.map(|(stop, _)| stop).collect()
}

/// What leaving a stop out costs; `None` where it must be served.
pub(super) fn prize(problem: &Problem, stop: u32) -> Option<i64> {
    match problem.stops().get(stop as usize)?.need {
        Need::Optional { prize } => Some(prize),
        Need::Required => None,
    }
}

/// Refuses a plan that names what the problem does not have.
pub(super) fn known(problem: &Problem, plan: &Plan) -> SimResult<()> {
    let stops = problem.stops().len();
    for route in &plan.routes {
        index("vehicle class", route.class, problem.fleet().len())?;
        let outfits = problem.fleet()[route.class as usize].outfits.len();
        for trip in &route.trips {
            index("outfit", trip.outfit, outfits)?;
            for &stop in &trip.stops {
                index("stop", stop, stops)?;
            }
            for &unloading in &trip.unloadings {
                index("unloading", unloading, problem.unloadings().len())?;
            }
        }
    }
    plan.unserved
        .iter()
        .try_for_each(|&stop| index("stop", stop, stops))
}

/// Refuses an index that leads nowhere.
pub(super) fn index(what: &'static str, index: u32, count: usize) -> SimResult<()> {
    if (index as usize) < count {
        return Ok(());
    }
    Err(SimError::UnknownIndex {
        what,
        index: index as usize,
        count,
    })
}
