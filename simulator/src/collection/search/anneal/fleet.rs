//! Steps that change how many vehicles go.
//!
//! Step by step neither comes about: no single stop pays for another vehicle, and a vehicle that serves
//! a little less costs nearly as much as before.

use super::{Annealing, Order};
use crate::collection::search::insert::{Best, Insertion};
use crate::collection::search::ruin::{Ruin, below};
use crate::collection::search::ways::Ways;
use crate::numbers::index_u32;

impl<W: Ways> Annealing<'_, W> {
    /// One step that opens a route among absent stops, whatever its first stop costs, lets it collect
    /// what is worth it, and drops what is not.
    pub(super) fn venture(&mut self) {
        let seed = self.seed();
        let mut chosen = std::mem::take(&mut self.chosen);
        let ruin = Ruin {
            solution: &self.current,
            near: &self.close,
            rules: self.rules.ruin,
        };
        if self.random.chance(0.5) {
            ruin.whole_trips(seed, &mut self.random, &mut chosen);
        } else {
            ruin.strings(seed, &mut self.random, &mut chosen);
        }
        self.take_out(&chosen);
        let removed = chosen.len();
        let most = removed + 8 + below(&mut self.random, 120) as usize;
        for stop in std::iter::once(seed).chain(self.close.of(seed).iter().map(|near| near.stop)) {
            if chosen.len() >= most {
                break;
            }
            if !self.current.is_served(stop) && !chosen[..removed].contains(&stop) {
                chosen.push(stop);
            }
        }
        self.chosen = chosen;
        if !self.chosen.is_empty() {
            let first = below(&mut self.random, index_u32(self.chosen.len())) as usize;
            let first = self.chosen.swap_remove(first);
            self.open_for(first);
        }
        if self.random.chance(0.5) {
            self.sort_chosen(Order::Dearest);
        } else {
            self.sort_chosen_somehow();
        }
        self.recreate();
        self.trim();
    }

    /// One step that does without a vehicle: what it serves is put elsewhere, or left out. What a
    /// vehicle of its class costs.
    pub(super) fn retire(&mut self) -> i64 {
        let served = self.current.nodes.len() - self.current.absent;
        if served == 0 {
            return 0;
        }
        let mut seed = self.seed();
        let stops = index_u32(self.model.stops.len());
        while !self.current.is_served(seed) {
            seed = (seed + 1) % stops;
        }
        let route = self.current.route_of(seed);
        let class = self.current.routes[route as usize].class;
        let mut chosen = std::mem::take(&mut self.chosen);
        chosen.clear();
        self.current.add_stops_of(route, &mut chosen);
        self.take_out(&chosen);
        self.chosen = chosen;
        self.sort_chosen_somehow();
        self.may_open = false;
        self.recreate();
        self.may_open = true;
        self.model.classes[class as usize].fixed
    }

    /// Serves a stop in a route of its own, where it can be.
    fn open_for(&mut self, stop: u32) {
        let insertion = Insertion {
            model: &self.model,
            solution: &self.current,
            stop,
            lot: below(&mut self.random, 64),
        };
        let mut best = Best::below(i64::MAX);
        insertion.new_routes(&mut best);
        if let Some(spot) = best.spot {
            self.serve(stop, spot);
        }
    }

    /// Leaves out those of the stops put back that cost more than their prize by the length of their
    /// way alone.
    fn trim(&mut self) {
        for at in 0..self.chosen.len() {
            let stop = self.chosen[at];
            let facts = &self.model.stops[stop as usize];
            if facts.is_required || !self.current.is_served(stop) {
                continue;
            }
            let (detour, route) = self.detour(stop);
            if detour > facts.absence {
                self.current.unlink(&self.model, stop);
                self.current.refresh(&self.model, &mut self.clock, route);
            }
        }
    }

    /// What the way over a stop that is served costs more than the way past it, and its route.
    fn detour(&self, stop: u32) -> (i64, u32) {
        let nodes = &self.current.nodes;
        let node = &nodes[stop as usize];
        let trip = &self.current.trips[node.trip as usize];
        let class = self.current.routes[trip.route as usize].class;
        let class = &self.model.classes[class as usize];
        let place = |stop: u32, other| nodes.get(stop as usize).map_or(other, |node| node.place);
        let (from, to) = (place(node.prev, trip.start), place(node.next, trip.end));
        let past = self.model.ways.leg(class.base, from, to).length;
        let longer = i64::from(node.length_in) + i64::from(node.length_out) - i64::from(past);
        (class.per_length * longer, trip.route)
    }
}
