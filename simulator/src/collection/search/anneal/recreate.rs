//! Puts stops where they cost the least.

use super::Annealing;
use crate::collection::search::clock::OneMore;
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
            self.tolerance.worth(facts)
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

    /// The same where a spot's cost is known only once the crew's day is walked through: tries a few.
    fn put_exactly(&mut self, stop: u32, worth: i64) {
        let mut few = Few::below(worth, std::mem::take(&mut self.spots));
        self.look(stop, &mut few);
        let mut best = Best::below(worth);
        let mut duration = None;
        for &(bound, spot) in &few.spots {
            if bound >= best.cost {
                break;
            }
            let exactly = match spot {
                Spot::After {
                    trip,
                    stop: after,
                    tail: NONE,
                } => self.with_one_more(OneMore { trip, after, stop }),
                _ => self.cost_once_served(stop, spot),
            };
            if let Some((cost, ticks)) = exactly
                && cost < best.cost
            {
                best.offer(cost, spot);
                duration = ticks;
            }
        }
        self.spots = few.spots;
        if let Some(spot) = best.spot {
            self.serve_knowing(stop, spot, duration);
        }
    }

    /// What it costs to serve a stop in a trip that unloads as before, and how long its route then
    /// takes; `None` where no timeline keeps the rules.
    fn with_one_more(&mut self, one_more: OneMore) -> Option<(i64, Option<i32>)> {
        let duration = self
            .clock
            .duration_with(&self.model, &self.current, one_more)?;
        let insertion = Insertion {
            model: &self.model,
            solution: &self.current,
            stop: one_more.stop,
            lot: 0,
        };
        insertion
            .cost_with(one_more, duration)
            .map(|cost| (cost, Some(duration)))
    }

    /// What it costs to serve a stop at a spot, by trying, which does not tell how long a route then
    /// takes; `None` where no timeline keeps the rules.
    fn cost_once_served(&mut self, stop: u32, spot: Spot) -> Option<(i64, Option<i32>)> {
        let before = self.current.cost - self.model.stops[stop as usize].absence;
        let was_broken = self.current.is_broken;
        let tail = self.serve(stop, spot);
        let cost = self.current.cost - before;
        let fits = !self.current.is_broken;
        self.take_back(stop, spot, tail);
        self.current.is_broken = was_broken;
        fits.then_some((cost, None))
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
        if self.may_open {
            insertion.new_routes(offers);
        }
        if self.has_trips {
            insertion.new_trips(offers);
        }
        let must = self.model.stops[stop as usize].is_required && !self.tolerance.is_on();
        if must && offers.is_empty() {
            insertion.anywhere(offers);
        }
    }

    /// Puts a stop at a spot; how the trip that this concerns unloaded before.
    pub(super) fn serve(&mut self, stop: u32, spot: Spot) -> u32 {
        self.serve_knowing(stop, spot, None)
    }

    /// The same where it may be known how long the route then takes.
    fn serve_knowing(&mut self, stop: u32, spot: Spot, duration: Option<i32>) -> u32 {
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
        match duration {
            Some(duration) => self.current.refresh_knowing(&self.model, duration, route),
            None => self.current.refresh(&self.model, &mut self.clock, route),
        }
        known
    }
}
