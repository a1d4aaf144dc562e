//! What routes were like before a step, so that it can be taken back.

use super::solution::{NONE, Node, Route, Solution, Trip, Turn};

/// What routes were like before a step changed them.
#[derive(Clone, Debug, Default)]
pub(super) struct Saved {
    nodes: Vec<(u32, Node)>,
    trips: Vec<(u32, Trip)>,
    routes: Vec<(u32, Route)>,
    /// For each route, the step that touched it last.
    touched: Vec<u64>,
    step: u64,
    /// Stops that the step served which were not served before it.
    served: Vec<u32>,
    cost: i64,
    absent: usize,
    missing: usize,
    lack: i64,
}

impl Saved {
    /// Before a step.
    pub(super) fn begin(&mut self, solution: &mut Solution) {
        self.nodes.clear();
        self.trips.clear();
        self.routes.clear();
        self.served.clear();
        solution.turns.clear();
        solution.is_broken = false;
        self.step += 1;
        self.cost = solution.cost;
        self.absent = solution.absent;
        self.missing = solution.missing;
        self.lack = solution.lack;
    }

    /// What the step began with.
    pub(super) const fn cost(&self) -> i64 {
        self.cost
    }

    /// The stops that were missing before the step, and what they weighed together.
    pub(super) const fn missing(&self) -> (usize, i64) {
        (self.missing, self.lack)
    }

    /// Before a route changes, unless the step has touched it already; whether it had not.
    pub(super) fn touch(&mut self, solution: &Solution, route: u32) -> bool {
        if self.touched.len() <= route as usize {
            self.touched.resize(solution.routes.len(), 0);
        }
        if std::mem::replace(&mut self.touched[route as usize], self.step) == self.step {
            return false;
        }
        let of = solution.routes[route as usize];
        self.routes.push((route, of));
        let mut trip = of.first;
        while trip != NONE {
            let of = solution.trips[trip as usize];
            self.trips.push((trip, of));
            let mut stop = of.first;
            while stop != NONE {
                let node = solution.nodes[stop as usize];
                self.nodes.push((stop, node));
                stop = node.next;
            }
            trip = of.next;
        }
        true
    }

    /// A route that the step opened: there is nothing to save of it.
    pub(super) fn opened(&mut self, route: u32) {
        if self.touched.len() <= route as usize {
            self.touched.resize(route as usize + 1, 0);
        }
        self.touched[route as usize] = self.step;
    }

    /// The step serves a stop, whether or not it was served before.
    pub(super) fn serves(&mut self, stop: u32) {
        self.served.push(stop);
    }

    /// Makes a solution what it was before the step.
    pub(super) fn restore(&self, solution: &mut Solution) {
        for &stop in &self.served {
            solution.nodes[stop as usize].trip = NONE;
        }
        while let Some(turn) = solution.turns.pop() {
            turn_back(solution, turn);
        }
        for &(stop, node) in &self.nodes {
            solution.nodes[stop as usize] = node;
        }
        for &(trip, of) in &self.trips {
            solution.trips[trip as usize] = of;
        }
        for &(route, of) in &self.routes {
            solution.routes[route as usize] = of;
        }
        solution.cost = self.cost;
        solution.absent = self.absent;
        solution.missing = self.missing;
        solution.lack = self.lack;
    }
}

fn turn_back(solution: &mut Solution, turn: Turn) {
    match turn {
        Turn::OpenedTrip(trip) => {
            solution.trips[trip as usize].route = NONE;
            solution.free_trips.push(trip);
        }
        Turn::ClosedTrip => drop(solution.free_trips.pop()),
        Turn::OpenedRoute { route, class } => {
            solution.used[class as usize] -= 1;
            solution.routes[route as usize].trips = 0;
            solution.free_routes.push(route);
        }
        Turn::ClosedRoute { class } => {
            solution.used[class as usize] += 1;
            solution.free_routes.pop();
        }
    }
}
