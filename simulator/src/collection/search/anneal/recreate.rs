//! Puts stops where they cost the least.

use super::Annealing;
use crate::collection::search::insert::{Best, Few, Insertion, Offers, Spot};
use crate::collection::search::ruin::below;
use crate::collection::search::solution::NONE;
use crate::collection::search::ways::Ways;
use crate::numbers::trunc_i64;

impl<W: Ways> Annealing<'_, W> {
    /// Puts each chosen stop where it costs the least, or leaves it out where that is cheaper.
    pub(super) fn recreate(&mut self) {
        for at in 0..self.chosen.len() {
            let stop = self.chosen[at];
            self.put(stop);
        }
    }

    /// Puts a stop where it costs the least, or leaves it out where that is cheaper.
    fn put(&mut self, stop: u32) {
        let facts = &self.model.stops[stop as usize];
        let worth = if facts.is_required {
            facts.absence
        } else {
            trunc_i64(facts.absence as f64 * self.generosity)
        };
        if self.model.is_exact {
            self.put_exactly(stop, worth);
            return;
        }
        let mut best = Best::below(worth);
        self.look(stop, &mut best);
        if let Some(spot) = best.spot {
            self.serve(stop, spot);
        }
    }

    /// The same where a spot's cost is known only once the stop is there: tries a few.
    fn put_exactly(&mut self, stop: u32, worth: i64) {
        let mut few = Few::below(worth, std::mem::take(&mut self.spots));
        self.look(stop, &mut few);
        let before = self.current.cost - self.model.stops[stop as usize].absence;
        let was_broken = self.current.is_broken;
        let mut best = Best::below(worth);
        for at in 0..few.spots.len() {
            let (bound, spot) = few.spots[at];
            if bound >= best.cost {
                break;
            }
            let tail = self.serve(stop, spot);
            let cost = self.current.cost - before;
            let fits = !self.current.is_broken;
            let next = few.spots.get(at + 1).map_or(i64::MAX, |&(bound, _)| bound);
            if fits && cost < best.cost && cost <= next {
                best.spot = None;
                break;
            }
            self.take_back(stop, spot, tail);
            self.current.is_broken = was_broken;
            if fits {
                best.offer(cost, spot);
            }
        }
        if let Some(spot) = best.spot {
            self.serve(stop, spot);
        }
        self.spots = few.spots;
    }

    fn take_back(&mut self, stop: u32, spot: Spot, tail: u32) {
        let trip = self.current.nodes[stop as usize].trip;
        let of = self.current.trips[trip as usize];
        self.current.unlink(&self.model, stop);
        match spot {
            Spot::After { .. } => self.current.trips[trip as usize].tail = tail,
            Spot::NewTrip { .. } if of.prev != NONE => {
                self.current.trips[of.prev as usize].tail = tail;
            }
            _ => {}
        }
        self.current.is_broken = false;
        self.current.refresh(&self.model, &mut self.clock, of.route);
    }

    /// Looks for spots of a stop.
    fn look(&mut self, stop: u32, offers: &mut impl Offers) {
        let insertion = Insertion {
            model: &self.model,
            solution: &self.current,
            stop,
            lot: if self.model.is_exact || self.has_trips {
                below(&mut self.random, 64)
            } else {
                0
            },
        };
        let per_length = self
            .model
            .classes
            .first()
            .map_or(0, |class| class.per_length);
        for near in self.before.of(stop) {
            let node = &self.current.nodes[near.stop as usize];
            let least = per_length * 2 * i64::from(near.length - node.length_out);
            if least >= offers.limit() || node.trip == NONE || !insertion.fits(node.trip) {
                continue;
            }
            if !self.blink.overlooks(&mut self.random) {
                insertion.after(near.stop, offers);
            }
        }
        for near in self.behind.of(stop) {
            let node = &self.current.nodes[near.stop as usize];
            let least = per_length * 2 * i64::from(near.length - node.length_in);
            if least >= offers.limit() || node.trip == NONE || !insertion.fits(node.trip) {
                continue;
            }
            if !self.blink.overlooks(&mut self.random) {
                insertion.before(near.stop, offers);
            }
        }
        // Of spots that cost the same the first one counts: an unused vehicle leaves more room for others.
        insertion.new_routes(offers);
        if self.has_trips {
            insertion.new_trips(offers);
        }
        if offers.is_empty() && self.model.stops[stop as usize].is_required {
            insertion.anywhere(offers);
        }
    }

    /// Puts a stop at a spot; how the trip that this concerns unloaded before.
    fn serve(&mut self, stop: u32, spot: Spot) -> u32 {
        let mut known = NONE;
        let (trip, after) = match spot {
            Spot::After { trip, stop, tail } => {
                self.saved
                    .touch(&self.current, self.current.trips[trip as usize].route);
                known = self.current.trips[trip as usize].tail;
                if tail != NONE {
                    self.current.trips[trip as usize].tail = tail;
                }
                (trip, stop)
            }
            Spot::NewTrip {
                route,
                before,
                fitting,
            } => {
                self.saved.touch(&self.current, route);
                let prev = match before {
                    NONE => self.current.routes[route as usize].last,
                    _ => self.current.trips[before as usize].prev,
                };
                if prev != NONE {
                    known = self.current.trips[prev as usize].tail;
                }
                (
                    self.current.open_trip(&self.model, route, before, fitting),
                    NONE,
                )
            }
            Spot::NewRoute { class, fitting } => {
                let route = self.current.open_route(&self.model, class);
                self.saved.opened(route);
                (
                    self.current.open_trip(&self.model, route, NONE, fitting),
                    NONE,
                )
            }
        };
        let route = self.current.trips[trip as usize].route;
        self.saved.serves(stop);
        self.current.link(&self.model, stop, trip, after);
        self.current.refresh(&self.model, &mut self.clock, route);
        known
    }
}
