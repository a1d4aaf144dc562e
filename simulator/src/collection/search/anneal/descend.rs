//! What a descent begins with.

use super::{Annealing, Order};
use crate::collection::search::population::swapped_routes;
use crate::collection::search::ruin::below;
use crate::collection::search::saved::Saved;
use crate::collection::search::solution::{Fitting, NONE, Solution};
use crate::collection::search::ways::Ways;
use crate::collection::{Plan, Route};
use crate::numbers::index_u32;
use crate::random::Stream;

impl<W: Ways> Annealing<'_, W> {
    /// Random numbers for what is chosen between descents.
    pub(in crate::collection::search) fn random(&mut self) -> &mut Stream {
        &mut self.random
    }

    /// Begins a new descent from nothing.
    pub(in crate::collection::search) fn begin_anew(&mut self) {
        self.current = Solution::empty(&self.model);
        self.best_cost = self.current.cost;
        self.is_best = false;
        self.construct();
    }

    /// Starts over from a plan, as far as it can be followed.
    pub(in crate::collection::search) fn start_from(&mut self, plan: &Plan) {
        self.current = self.followed(plan);
        self.saved.begin(&mut self.current);
        self.choose_absent();
        self.recreate();
        self.note_best_anew();
    }

    /// A plan as a solution, without the routes that cannot be followed.
    pub(in crate::collection::search) fn followed(&mut self, plan: &Plan) -> Solution {
        let current = std::mem::replace(&mut self.current, Solution::empty(&self.model));
        self.saved = Saved::default();
        for route in &plan.routes {
            self.saved.begin(&mut self.current);
            self.follow(route);
            if self.current.is_broken {
                self.saved.restore(&mut self.current);
            }
        }
        std::mem::replace(&mut self.current, current)
    }

    /// Goes on from a solution, with what it leaves out and could well serve served as well.
    pub(in crate::collection::search) fn round_off(&mut self, solution: Solution) {
        self.best_cost = solution.cost;
        self.current = solution;
        self.is_best = true;
        self.saved = Saved::default();
        self.saved.begin(&mut self.current);
        self.choose_absent();
        self.sort_chosen(Order::Dearest);
        self.recreate();
        if self.current.is_broken || self.current.cost >= self.best_cost {
            self.saved.restore(&mut self.current);
        }
        self.best_cost = self.current.cost;
    }

    /// Serves what a route serves, in its order; leaves the solution broken where that cannot be.
    fn follow(&mut self, route: &Route) {
        let Some(class) = self.model.classes.get(route.class as usize) else {
            return;
        };
        if self.current.used[route.class as usize] >= class.count {
            return;
        }
        let (class_tails, outfits) = (class.tails, class.outfits);
        let index = self.current.open_route(&self.model, route.class);
        self.saved.opened(index);
        for trip in route.trips.iter().filter(|trip| !trip.stops.is_empty()) {
            let tail = (class_tails.0..class_tails.1)
                .find(|&tail| self.model.tails[tail as usize].unloadings == trip.unloadings);
            let fitting = Fitting {
                outfit: (outfits.0 + trip.outfit).min(outfits.1.saturating_sub(1)),
                tail: tail.unwrap_or(NONE),
                tail_before: NONE,
            };
            let opened = self.current.open_trip(&self.model, index, NONE, fitting);
            let mut after = NONE;
            for &stop in &trip.stops {
                let is_known = (stop as usize) < self.model.stops.len();
                if !is_known || self.current.is_served(stop) {
                    self.current.is_broken = true;
                    continue;
                }
                self.saved.serves(stop);
                self.current.link(&self.model, stop, opened, after);
                after = stop;
            }
            self.current.is_broken |=
                after == NONE || self.current.trips[opened as usize].is_overfull();
            if after == NONE {
                return;
            }
        }
        let of = self.current.routes[index as usize];
        if of.trips == 0 {
            self.current.is_broken = true;
            return;
        }
        self.current.is_broken |= !self.current.unloads_all(&self.model, index);
        self.current.refresh(&self.model, &mut self.clock, index);
    }

    /// Makes a solution from two others: routes of the one replaced by routes of the other. Whatever is
    /// left out then is put where it costs the least.
    pub(in crate::collection::search) fn cross(&mut self, one: &Solution, other: &Solution) {
        self.current.clone_from(one);
        self.saved.begin(&mut self.current);
        let seed = below(&mut self.random, index_u32(self.model.stops.len()));
        let near = self.close.of(seed).iter().map(|near| near.stop);
        let around: Vec<_> = std::iter::once(seed).chain(near).collect();
        let routes = index_u32(one.routes.len() - one.free_routes.len());
        let count = 1 + below(&mut self.random, (routes / 2).clamp(1, 12));
        let (given, taken) = swapped_routes(one, other, &around, count as usize);
        for &route in &given {
            self.empty(route);
        }
        for &route in &taken {
            self.adopt(other, route);
        }
        if self.current.is_broken {
            self.current.clone_from(one);
            self.saved.begin(&mut self.current);
        }
        self.choose_absent();
        self.sort_chosen(Order::Random);
        self.recreate();
        self.note_best_anew();
    }

    /// Chooses every stop that is not served, to be put where it costs the least.
    fn choose_absent(&mut self) {
        let absent = |&stop: &u32| !self.current.is_served(stop);
        self.chosen = (0..index_u32(self.model.stops.len()))
            .filter(absent)
            .collect();
        self.generosity = 1.0;
    }

    /// Begins a new descent: what was best before is kept by the caller.
    fn note_best_anew(&mut self) {
        self.best_cost = self.current.cost;
        self.best.clone_from(&self.current);
        self.is_best = false;
    }

    pub(super) fn empty(&mut self, route: u32) {
        let mut stops = Vec::new();
        self.current.add_stops_of(route, &mut stops);
        // From the end on, so that the first trip is the last one to go.
        for &stop in stops.iter().rev() {
            self.current.unlink(&self.model, stop);
        }
    }

    /// Serves what a route of another solution serves, as far as it is not served yet.
    fn adopt(&mut self, other: &Solution, route: u32) {
        let of = other.routes[route as usize];
        let class = &self.model.classes[of.class as usize];
        if self.current.used[of.class as usize] >= class.count {
            return;
        }
        let mut opened = NONE;
        let mut trip = of.first;
        while trip != NONE {
            let at = other.trips[trip as usize];
            let mut stop = at.first;
            let mut into = NONE;
            let mut after = NONE;
            while stop != NONE {
                if !self.current.is_served(stop) {
                    if opened == NONE {
                        opened = self.current.open_route(&self.model, of.class);
                    }
                    if into == NONE {
                        let fitting = Fitting {
                            outfit: at.outfit,
                            tail: at.tail,
                            tail_before: NONE,
                        };
                        into = self.current.open_trip(&self.model, opened, NONE, fitting);
                    }
                    self.current.link(&self.model, stop, into, after);
                    after = stop;
                }
                stop = other.nodes[stop as usize].next;
            }
            trip = at.next;
        }
        if opened != NONE {
            let last = self.current.routes[opened as usize].last;
            if !class.unload_at_end {
                self.current.trips[last as usize].tail = NONE;
            }
            self.current.refresh(&self.model, &mut self.clock, opened);
        }
    }
}
