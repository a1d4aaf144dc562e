//! Steps that cut a vehicle's day into trips anew.

use super::Annealing;
use crate::collection::search::ruin::below;
use crate::collection::search::solution::{Fitting, NONE};
use crate::collection::search::split::Split;
use crate::collection::search::ways::Ways;
use crate::numbers::index_u32;

impl<W: Ways> Annealing<'_, W> {
    /// Cuts the day of a vehicle that makes several trips into trips anew, in the order of its stops or
    /// with two of its trips changed over.
    pub(super) fn resplit(&mut self, heat: f64) {
        let stop = below(&mut self.random, index_u32(self.model.stops.len()));
        if !self.current.is_served(stop) {
            return;
        }
        let route = self.current.route_of(stop);
        let of = self.current.routes[route as usize];
        if self.model.classes[of.class as usize].max_trips < 2 {
            return;
        }
        let tour = self.tour(route);
        let Some(parts) = Split::new(&self.model, of.class, &tour).parts() else {
            return;
        };
        self.saved.begin(&mut self.current);
        self.saved.touch(&self.current, route);
        self.empty(route);
        let route = self.current.open_route(&self.model, of.class);
        self.saved.opened(route);
        let mut stops = tour.into_iter();
        let mut from = 0;
        for part in parts {
            let fitting = Fitting {
                outfit: part.outfit,
                tail: part.tail,
                tail_before: NONE,
            };
            let trip = self.current.open_trip(&self.model, route, NONE, fitting);
            let mut after = NONE;
            for stop in stops.by_ref().take(part.until - from) {
                self.saved.serves(stop);
                self.current.link(&self.model, stop, trip, after);
                after = stop;
            }
            from = part.until;
        }
        self.current.refresh(&self.model, &mut self.clock, route);
        let slack = self.slack(heat);
        self.accept(slack);
    }

    /// The stops of a route in their order, now and then with two of its trips changed over.
    fn tour(&mut self, route: u32) -> Vec<u32> {
        let mut trips: Vec<Vec<u32>> = Vec::new();
        let mut trip = self.current.routes[route as usize].first;
        while trip != NONE {
            let of = &self.current.trips[trip as usize];
            let mut stops = Vec::with_capacity(of.stops as usize);
            let mut stop = of.first;
            while stop != NONE {
                stops.push(stop);
                stop = self.current.nodes[stop as usize].next;
            }
            trips.push(stops);
            trip = of.next;
        }
        if self.random.chance(0.5) {
            let count = index_u32(trips.len());
            let pair = [
                below(&mut self.random, count),
                below(&mut self.random, count),
            ];
            trips.swap(pair[0] as usize, pair[1] as usize);
        }
        trips.concat()
    }
}
