//! Where a stop costs the least.

mod fresh;

use super::clock::OneMore;
use super::model::Model;
use super::segment::Segment;
use super::solution::{Fitting, NONE, Node, Solution, Trip, released, then};
use super::ways::{BLOCKED, Ways};
use crate::collection::Window;
use crate::numbers::indexed;

/// A place in a solution for a stop that is not served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spot {
    /// In a trip, after a stop of it, or first.
    After {
        trip: u32,
        stop: u32,
        /// How the trip then unloads, where it cannot as before; else [`NONE`].
        tail: u32,
    },
    /// Alone in a new trip of a route, before a trip of it, or last.
    NewTrip {
        route: u32,
        before: u32,
        fitting: Fitting,
    },
    /// Alone in the first trip of another vehicle.
    NewRoute { class: u32, fitting: Fitting },
}

/// What spots are offered to.
pub(super) trait Offers {
    /// What a spot must cost less than to be of interest.
    fn limit(&self) -> i64;

    /// Whether no spot is of interest so far.
    fn is_empty(&self) -> bool;

    /// A spot, and what the whole costs more with it.
    fn offer(&mut self, cost: i64, spot: Spot);
}

/// The best spot found so far.
#[derive(Clone, Copy, Debug)]
pub(super) struct Best {
    pub(super) cost: i64,
    pub(super) spot: Option<Spot>,
}

impl Best {
    /// Nothing found, and nothing wanted that costs as much as this.
    pub(super) const fn below(cost: i64) -> Self {
        Self { cost, spot: None }
    }
}

impl Offers for Best {
    #[inline]
    fn limit(&self) -> i64 {
        self.cost
    }

    fn is_empty(&self) -> bool {
        self.spot.is_none()
    }

    #[inline]
    fn offer(&mut self, cost: i64, spot: Spot) {
        if cost < self.cost {
            self.cost = cost;
            self.spot = Some(spot);
        }
    }
}

/// The few best spots, cheapest first.
#[derive(Clone, Debug)]
pub(super) struct Few {
    limit: i64,
    pub(super) spots: Vec<(i64, Spot)>,
}

impl Few {
    const MOST: usize = 6;

    /// Nothing found, and nothing wanted that costs as much as `limit`.
    pub(super) fn below(limit: i64, mut spots: Vec<(i64, Spot)>) -> Self {
        spots.clear();
        Self { limit, spots }
    }
}

impl Offers for Few {
    fn limit(&self) -> i64 {
        match self.spots.get(Self::MOST - 1) {
            Some(&(cost, _)) => cost,
            None => self.limit,
        }
    }

    fn is_empty(&self) -> bool {
        self.spots.is_empty()
    }

    fn offer(&mut self, cost: i64, spot: Spot) {
        if cost >= self.limit() || self.spots.iter().any(|&(_, known)| known == spot) {
            return;
        }
        let at = self.spots.partition_point(|&(known, _)| known <= cost);
        self.spots.truncate(Self::MOST - 1);
        self.spots.insert(at, (cost, spot));
    }
}

/// Looks for spots of one stop.
#[derive(Debug)]
pub(super) struct Insertion<'a, 'p, W> {
    pub(super) model: &'a Model<'p, W>,
    pub(super) solution: &'a Solution,
    pub(super) stop: u32,
    /// Which of equally good outfits is taken.
    pub(super) lot: u32,
}

impl<W: Ways> Insertion<'_, '_, W> {
    /// Tries the spot after a stop that is served.
    #[inline]
    pub(super) fn after(&self, stop: u32, offers: &mut impl Offers) {
        let trip = self.solution.nodes[stop as usize].trip;
        self.between(trip, stop, offers);
    }

    /// Tries the spot before a stop that is served.
    #[inline]
    pub(super) fn before(&self, stop: u32, offers: &mut impl Offers) {
        let node = &self.solution.nodes[stop as usize];
        self.between(node.trip, node.prev, offers);
    }

    /// Whether a trip has room for the stop.
    #[inline]
    pub(super) fn fits(&self, trip: u32) -> bool {
        let trip = &self.solution.trips[trip as usize];
        let load = &self.model.outfits[trip.outfit as usize].loads[self.stop as usize];
        (0..4).all(|dimension| load[dimension] <= trip.room[dimension])
    }

    /// Tries the spot after a stop of a trip that has room, or its first.
    #[inline]
    fn between(&self, trip: u32, stop: u32, offers: &mut impl Offers) {
        let (model, solution) = (self.model, self.solution);
        let of = &solution.trips[trip as usize];
        let route = &solution.routes[of.route as usize];
        let class = &model.classes[route.class as usize];
        let facts = &model.stops[self.stop as usize];
        let (here, next, length) = self.gap(of, stop);
        let there = next.map_or(of.end, |next| next.place);
        let towards = model.ways.leg_towards(class.base, here, facts.place);
        let onwards = model.ways.leg(class.base, facts.place, there);
        let longer = i64::from(towards.length + onwards.length) - i64::from(length);
        let mut cost = class.per_length * longer;
        if cost >= offers.limit() || towards.length.max(onwards.length) >= BLOCKED {
            return;
        }
        if class.is_exact && !self.tail_takes_it(of.tail) {
            self.with_other_tails(trip, stop, cost, offers);
            return;
        }
        if model.is_timed {
            let until = self.until(trip, stop);
            let drive = towards.duration + setup_unless(here == facts.place, facts.setup);
            let served = then((until, 0), drive, facts.serve);
            let (from, setup) = next.map_or((of.from, 0), |next: &Node| (next.from, next.setup));
            let drive = onwards.duration + setup_unless(there == facts.place, setup);
            let (whole, late) = then(served, drive, from);
            if late > 0 || whole.duration > class.max_duration {
                return;
            }
            if class.has_time_costs() {
                let longer = whole.duration - route.whole.duration;
                cost += class.longer(route.duration, longer);
            }
        }
        if class.pays_by_mass {
            cost += self.by_mass(of.tail);
        }
        let tail = NONE;
        offers.offer(cost, Spot::After { trip, stop, tail });
    }

    /// What it costs to serve the stop in a trip, where its route then takes so long; `None` where there is no way.
    pub(super) fn cost_with(&self, one_more: OneMore, duration: i32) -> Option<i64> {
        let (model, solution) = (self.model, self.solution);
        let of = &solution.trips[one_more.trip as usize];
        let route = &solution.routes[of.route as usize];
        let class = &model.classes[route.class as usize];
        let place = model.stops[self.stop as usize].place;
        let (here, next, length) = self.gap(of, one_more.after);
        let there = next.map_or(of.end, |next| next.place);
        let towards = model.ways.leg_towards(class.base, here, place).length;
        let onwards = model.ways.leg(class.base, place, there).length;
        if towards.max(onwards) >= BLOCKED {
            return None;
        }
        let longer = i64::from(towards + onwards) - i64::from(length);
        let cost = class.cost(route.length + longer, duration);
        let by_mass = if class.pays_by_mass {
            self.by_mass(of.tail)
        } else {
            0
        };
        Some(cost - class.cost(route.length, route.duration) + by_mass)
    }

    /// Where a vehicle comes from after a stop of a trip, or before its first; the stop that follows there; and
    /// the length of the way between them.
    #[inline]
    fn gap(&self, of: &Trip, stop: u32) -> (u32, Option<&Node>, i32) {
        let nodes = &self.solution.nodes;
        if stop == NONE {
            let first = &nodes[of.first as usize];
            return (of.start, Some(first), first.length_in);
        }
        let node = &nodes[stop as usize];
        (node.place, nodes.get(node.next as usize), node.length_out)
    }

    /// The route until a stop of a trip, or until it leaves, if it serves this stop as well.
    #[inline]
    fn until(&self, trip: u32, stop: u32) -> Segment {
        let of = &self.solution.trips[trip as usize];
        if self.model.stops[self.stop as usize].release > of.release {
            return self.until_later(trip, stop);
        }
        match self.solution.nodes.get(stop as usize) {
            Some(node) => node.until,
            None => of.until.then(0, released(of.release)).0,
        }
    }

    /// The route until a stop of a trip that leaves only when this stop is released; without end where
    /// that is too late for a stop before it.
    fn until_later(&self, trip: u32, last: u32) -> Segment {
        let (model, solution) = (self.model, self.solution);
        let of = &solution.trips[trip as usize];
        let class = &model.classes[solution.routes[of.route as usize].class as usize];
        let release = model.stops[self.stop as usize].release;
        let (mut until, mut worst) = of.until.then(0, released(release));
        let mut here = of.start;
        let mut stop = if last == NONE { NONE } else { of.first };
        while stop != NONE {
            let facts = &model.stops[stop as usize];
            let leg = model.ways.leg(class.base, here, facts.place);
            let drive = leg.duration + setup_unless(here == facts.place, facts.setup);
            let (joined, late) = until.then(drive, facts.serve);
            until = joined;
            worst = worst.max(late);
            here = facts.place;
            stop = if stop == last {
                NONE
            } else {
                solution.nodes[stop as usize].next
            };
        }
        if worst > 0 {
            until.duration = Window::LAST;
        }
        until
    }

    /// Tries all spots of all trips.
    pub(super) fn anywhere(&self, offers: &mut impl Offers) {
        for (trip, of) in indexed(&self.solution.trips) {
            if of.route == NONE || !self.fits(trip) {
                continue;
            }
            self.between(trip, NONE, offers);
            let mut stop = of.first;
            while stop != NONE {
                self.between(trip, stop, offers);
                stop = self.solution.nodes[stop as usize].next;
            }
        }
    }
}

#[inline]
const fn setup_unless(is_there: bool, setup: i32) -> i32 {
    if is_there { 0 } else { setup }
}
