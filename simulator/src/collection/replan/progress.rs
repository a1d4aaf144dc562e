//! What is left of a problem and its plan at a moment.

use super::under_way::{State, UnderWay, state};
use crate::collection::draft::known;
use crate::collection::explain::first_fault;
use crate::collection::{
    Act, Event, Plan, Problem, ProblemParts, Route, Stop, Timeline, Trip, VehicleClass,
};
use crate::error::{SimError, SimResult};
use crate::numbers::index_u32;

/// What is left of a problem and its plan at a moment.
///
/// Acts under way go on to their end, but waiting stops. What is served, or bound to be, is gone, and so
/// are vehicles that have gone off duty. Those on the road are [`Begun`](crate::collection::Begun), each
/// in a class of its own: the one it had where it was the only vehicle of it, else a new one behind the
/// others. All costs still count from the beginning of the day, those of vehicles off duty aside.
///
/// # What a crew is bound to
///
/// A vehicle that drives to a stop whose place takes time to set up serves it, for a problem knows no
/// vehicle that has just come; and a working break in two goes on to its second part.
#[derive(Clone, Debug)]
pub struct Progress {
    /// The moment.
    pub now: i32,
    /// What is left to plan.
    pub problem: Problem,
    /// What is left of the plan, with what is left of its timelines.
    pub plan: Plan,
    /// For each stop that is left, its index before.
    pub stops: Vec<u32>,
    /// For each stop before, its index now; `None` where it is served or bound to be.
    pub stops_left: Vec<Option<u32>>,
    /// For each class that is left, its index before.
    pub classes: Vec<u32>,
    /// For each route before, its index now; `None` where its vehicle is off duty.
    pub routes_left: Vec<Option<u32>>,
    /// For each route that is left, the stops that its crew is serving or bound to serve, by their
    /// indices before, and what was known of them.
    pub bound: Vec<Vec<(u32, Stop)>>,
    /// The classes whose vehicle has made all the trips it may.
    pub(super) closed: Vec<u32>,
}

impl Progress {
    /// The classes of what is left that may serve a stop, from those before.
    pub fn classes_now(&self, classes_before: u64) -> u64 {
        let bit = |class: u32| 1_u64.checked_shl(class).unwrap_or(0);
        let now = (0..).zip(&self.classes);
        let allowed = now.filter(|&(now, &before)| {
            classes_before & bit(before) != 0 && !self.closed.contains(&now)
        });
        allowed.fold(0, |all, (now, _)| all | bit(now))
    }
}

/// Takes what is done at a moment off a problem and its plan.
///
/// Refuses a plan that names what the problem does not have, has more routes of a class than vehicles,
/// or a route that breaks a rule: then its timeline does not say what was done. Refuses more than 64
/// classes, counting one for each vehicle on the road. With `now` at 0 nothing changes.
pub fn progress(problem: &Problem, plan: &Plan, now: i32) -> SimResult<Progress> {
    known(problem, plan)?;
    if let Some((route, fault)) = first_fault(problem, plan)? {
        return Err(SimError::UnlawfulRoute {
            route,
            fault: Box::new(fault),
        });
    }
    let mut cut = Cut::new(problem);
    for route in &plan.routes {
        let class = &problem.fleet()[route.class as usize];
        let state = state(problem, class, route, now);
        cut.take(route, state)?;
    }
    cut.finish(plan, now)
}

/// What is left, in the stops of the whole problem.
struct Cut<'p> {
    problem: &'p Problem,
    parts: ProblemParts,
    /// How many vehicles of each class no route has been seen of.
    unseen: Vec<u32>,
    classes: Vec<u32>,
    closed: Vec<u32>,
    served: Vec<bool>,
    routes: Vec<Route>,
    routes_left: Vec<Option<u32>>,
    bound: Vec<Vec<u32>>,
}

impl<'p> Cut<'p> {
    fn new(problem: &'p Problem) -> Self {
        Self {
            problem,
            parts: problem.clone().into_parts(),
            unseen: problem.fleet().iter().map(|class| class.count).collect(),
            classes: (0..index_u32(problem.fleet().len())).collect(),
            closed: Vec::new(),
            served: vec![false; problem.stops().len()],
            routes: Vec::new(),
            routes_left: Vec::new(),
            bound: Vec::new(),
        }
    }

    fn take(&mut self, route: &Route, state: State) -> SimResult<()> {
        let class = route.class as usize;
        let Some(left) = self.unseen[class].checked_sub(1) else {
            return Err(SimError::InvalidParameter {
                parameter: "the number of routes of a class",
                value: f64::from(self.problem.fleet()[class].count) + 1.0,
                expected: "as many as there are vehicles",
            });
        };
        self.unseen[class] = left;
        match state {
            State::NotLeft => self.keep(route.clone(), Vec::new()),
            State::UnderWay(under_way) => self.set_out(route, *under_way),
            State::Over(stops) => {
                self.parts.fleet[class].count -= 1;
                self.parts.fleet[class].begun = None;
                self.mark(&stops);
                self.routes_left.push(None);
            }
        }
        Ok(())
    }

    fn keep(&mut self, route: Route, bound: Vec<u32>) {
        self.routes_left.push(Some(index_u32(self.routes.len())));
        self.routes.push(route);
        self.bound.push(bound);
    }

    fn mark(&mut self, stops: &[u32]) {
        for &stop in stops {
            if let Some(is_served) = self.served.get_mut(stop as usize) {
                *is_served = true;
            }
        }
    }

    /// A vehicle on the road gets a class of its own.
    fn set_out(&mut self, route: &Route, under_way: UnderWay) {
        self.mark(&under_way.served);
        let before = &self.problem.fleet()[route.class as usize];
        let max_trips = before.max_trips.saturating_sub(under_way.trips_over);
        let own = VehicleClass {
            count: 1,
            max_trips: max_trips.max(1),
            begun: Some(under_way.begun),
            ..before.clone()
        };
        let class = if before.count == 1 {
            self.parts.fleet[route.class as usize] = own;
            route.class
        } else {
            self.parts.fleet[route.class as usize].count -= 1;
            self.parts.fleet.push(own);
            self.classes.push(route.class);
            index_u32(self.parts.fleet.len() - 1)
        };
        if max_trips == 0 {
            self.closed.push(class);
        }
        let left = Route {
            class,
            trips: under_way.trips,
            timeline: Timeline(under_way.events),
        };
        self.keep(left, under_way.bound);
    }

    fn finish(mut self, plan: &Plan, now: i32) -> SimResult<Progress> {
        for class in self
            .parts
            .fleet
            .iter_mut()
            .filter(|class| class.begun.is_none())
        {
            class.shift.open = class.shift.open.max(now).max(0);
            if class.shift.open > class.shift.close {
                class.shift.open = class.shift.close;
                class.count = 0;
            }
        }
        let stops: Vec<u32> = (0..)
            .zip(&self.served)
            .filter(|(_, is)| !**is)
            .map(|(at, _)| at)
            .collect();
        let mut stops_left = vec![None; self.served.len()];
        for (now, &before) in (0..).zip(&stops) {
            stops_left[before as usize] = Some(now);
        }
        let index = |stop: u32| stops_left.get(stop as usize).copied().flatten();
        for route in &mut self.routes {
            rename(&mut route.trips, &mut route.timeline.0, index);
        }
        let whole = self.problem.stops();
        let bound = self.bound.iter().map(|stops| {
            let each = stops.iter();
            let known = each.filter_map(|&stop| Some((stop, whole.get(stop as usize)?.clone())));
            known.collect()
        });
        let bound = bound.collect();
        let left = stops
            .iter()
            .filter_map(|&stop| self.problem.stops().get(stop as usize));
        self.parts.stops = left.cloned().collect();
        let unserved = plan
            .unserved
            .iter()
            .filter_map(|&stop| index(stop))
            .collect();
        let mut progress = Progress {
            now,
            problem: Problem::new(ProblemParts::default())?,
            plan: Plan {
                routes: self.routes,
                unserved,
            },
            stops,
            stops_left,
            classes: self.classes,
            routes_left: self.routes_left,
            bound,
            closed: self.closed,
        };
        for stop in &mut self.parts.stops {
            stop.classes = progress.classes_now(stop.classes);
        }
        progress.problem = Problem::new(self.parts)?;
        Ok(progress)
    }
}

/// Gives the stops of a route their new indices.
fn rename(trips: &mut [Trip], events: &mut Vec<Event>, index: impl Fn(u32) -> Option<u32>) {
    for trip in trips {
        trip.stops = trip.stops.iter().filter_map(|&stop| index(stop)).collect();
    }
    events.retain_mut(|event| {
        let Act::Serve(stop) = event.act else {
            return true;
        };
        let renamed = index(stop);
        event.act = Act::Serve(renamed.unwrap_or(stop));
        renamed.is_some()
    });
}
