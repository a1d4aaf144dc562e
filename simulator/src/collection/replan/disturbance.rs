//! How much a plan differs from the one before, as its crews feel it.

use crate::collection::{Act, Plan, Route, Trip};

/// What changes cost beside money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// For each stop that another vehicle serves, in units of cost.
    pub per_moved: i64,
    /// For each stop that another stop comes before than did, in units of cost.
    pub per_reordered: i64,
    /// How many routes are timed at the most while looking for something better, once everything has
    /// found its place.
    pub trials: u32,
}

/// How much a plan differs from the one before. Only stops that both serve count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Disturbance {
    /// How many stops another vehicle serves.
    pub moved: u32,
    /// How many stops the same vehicle serves after another stop than before.
    pub reordered: u32,
    /// By how many ticks serving a stop starts earlier or later, at the most.
    pub latest_shift: i32,
}

/// Which vehicle serves a stop, after which, and when.
#[derive(Clone, Copy, Debug)]
struct Served {
    route: u32,
    after: Option<u32>,
    from: i32,
}

/// Where each stop was.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    /// How many routes there were.
    pub(super) routes: usize,
    served: Vec<Option<Served>>,
    weights: Weights,
}

impl Origin {
    /// The routes of a plan, as long as they keep their indices.
    pub(super) fn new(routes: &[Route], stops: usize, weights: Weights) -> Self {
        let mut served = vec![None; stops];
        for (index, route) in (0..).zip(routes) {
            for (stop, after) in in_order(&route.trips) {
                if let Some(slot) = served.get_mut(stop as usize) {
                    *slot = Some(Served {
                        route: index,
                        after,
                        from: 0,
                    });
                }
            }
            for event in &route.timeline.0 {
                if let Act::Serve(stop) = event.act
                    && let Some(Some(served)) = served.get_mut(stop as usize)
                {
                    served.from = event.from;
                }
            }
        }
        Self {
            routes: routes.len(),
            served,
            weights,
        }
    }

    /// What the changes on a route cost.
    pub(super) fn penalty(&self, route: Option<u32>, trips: &[Trip]) -> i64 {
        let each = in_order(trips).map(|(stop, after)| self.of_stop(route, stop, after));
        each.fold(0, i64::saturating_add)
    }

    fn of_stop(&self, route: Option<u32>, stop: u32, after: Option<u32>) -> i64 {
        match self.before(stop) {
            Some(before) if Some(before.route) != route => self.weights.per_moved,
            Some(before) if before.after != after => self.weights.per_reordered,
            _ => 0,
        }
    }

    /// How much a plan differs, whose routes have these indices before.
    pub(super) fn disturbance(&self, plan: &Plan, before: &[Option<u32>]) -> Disturbance {
        let mut sum = Disturbance::default();
        for (route, index) in plan.routes.iter().zip(before) {
            for (stop, after) in in_order(&route.trips) {
                match self.before(stop) {
                    Some(before) if Some(before.route) != *index => sum.moved += 1,
                    Some(before) if before.after != after => sum.reordered += 1,
                    _ => {}
                }
            }
            for event in &route.timeline.0 {
                if let Act::Serve(stop) = event.act
                    && let Some(before) = self.before(stop)
                {
                    let shift = (event.from - before.from).abs();
                    sum.latest_shift = sum.latest_shift.max(shift);
                }
            }
        }
        sum
    }

    fn before(&self, stop: u32) -> Option<Served> {
        self.served.get(stop as usize).copied().flatten()
    }
}

/// The stops of some trips, each with the one before it.
pub(super) fn in_order(trips: &[Trip]) -> impl Iterator<Item = (u32, Option<u32>)> {
    let mut after = None;
    let stops = trips.iter().flat_map(|trip| &trip.stops);
    stops.map(move |&stop| (stop, after.replace(stop)))
}
