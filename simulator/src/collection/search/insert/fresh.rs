//! Spots in new trips, and in trips that must unload otherwise.

use super::{Insertion, Offers, Spot};
use crate::collection::StreamSet;
use crate::collection::search::chain::Chain;
use crate::collection::search::model::ClassFacts;
use crate::collection::search::solution::{Fitting, NONE, Route, Trip};
use crate::collection::search::ways::Ways;
use crate::numbers::indexed;

impl<W: Ways> Insertion<'_, '_, W> {
    /// What unloading the stop costs by its mass.
    pub(super) fn by_mass(&self, tail: u32) -> i64 {
        let facts = &self.model.stops[self.stop as usize];
        let tail = self.model.tails.get(tail as usize);
        tail.map_or(0, |tail| {
            tail.per_mass[usize::from(facts.stream)] * facts.mass
        })
    }

    pub(super) fn tail_takes_it(&self, tail: u32) -> bool {
        let stream = self.model.stops[self.stop as usize].stream;
        let tail = self.model.tails.get(tail as usize);
        tail.is_none_or(|tail| tail.streams.has(stream))
    }

    /// Offers a spot of a trip that must then unload otherwise; whether there is time is left open.
    pub(super) fn with_other_tails(
        &self,
        trip: u32,
        stop: u32,
        cost: i64,
        offers: &mut impl Offers,
    ) {
        let (model, solution) = (self.model, self.solution);
        let of = &solution.trips[trip as usize];
        let route = &solution.routes[of.route as usize];
        let class = &model.classes[route.class as usize];
        let streams = of.streams.with(self.streams());
        let last = solution.nodes[of.last as usize].place;
        let onwards = self.place_after(of, class);
        let known = self.tail_length(class, of.tail, last, onwards);
        for tail in class.tails.0..class.tails.1 {
            if !streams
                .without(model.tails[tail as usize].streams)
                .is_empty()
            {
                continue;
            }
            let longer = self.tail_length(class, tail, last, onwards) - known;
            let cost = cost + class.per_length * longer + self.by_mass(tail);
            offers.offer(cost, Spot::After { trip, stop, tail });
        }
    }

    fn streams(&self) -> StreamSet {
        StreamSet::of(self.model.stops[self.stop as usize].stream)
    }

    /// Where a vehicle goes when it has unloaded after a trip.
    fn place_after(&self, trip: &Trip, class: &ClassFacts) -> u32 {
        if trip.next == NONE {
            return class.end;
        }
        let next = &self.solution.trips[trip.next as usize];
        self.solution.nodes[next.first as usize].place
    }

    /// The length of the way over a tail.
    fn tail_length(&self, class: &ClassFacts, tail: u32, from: u32, to: u32) -> i64 {
        let tail = &self.model.tails[tail as usize];
        let there = self.model.ways.leg(class.base, from, tail.enter);
        let onwards = self.model.ways.leg(class.base, tail.exit, to);
        i64::from(there.length) + i64::from(tail.length) + i64::from(onwards.length)
    }

    /// The tail that takes some streams with the shortest way over it; `None` where none takes them.
    fn best_tail(&self, class: &ClassFacts, streams: StreamSet, from: u32, to: u32) -> Option<u32> {
        (class.tails.0..class.tails.1)
            .filter(|&tail| {
                let takes = self.model.tails[tail as usize].streams;
                streams.without(takes).is_empty()
            })
            .min_by_key(|&tail| {
                let length = self.tail_length(class, tail, from, to);
                class.per_length * length + self.model.tails[tail as usize].cost
            })
    }

    /// Tries new trips of vehicles that are used.
    pub(in crate::collection::search) fn new_trips(&self, offers: &mut impl Offers) {
        let routes = indexed(&self.solution.routes);
        let begin = self.lot as usize % self.solution.routes.len().max(1);
        let (first, second) = (routes.clone().skip(begin), routes.take(begin));
        for (route, of) in first.chain(second) {
            let class = &self.model.classes[of.class as usize];
            if of.trips == 0 || of.trips >= class.max_trips || class.first_tail() == NONE {
                continue;
            }
            let Some(outfit) = self.outfit(class) else {
                continue;
            };
            let mut trip = of.first;
            while trip != NONE {
                if trip != of.first || class.begun.is_none() {
                    self.trip_before(route, trip, outfit, offers);
                }
                trip = self.solution.trips[trip as usize].next;
            }
            self.trip_at_end(route, outfit, offers);
        }
    }

    /// One of the outfits of a class that take the stop.
    fn outfit(&self, class: &ClassFacts) -> Option<u32> {
        let (first, after) = class.outfits;
        let count = after - first;
        let begin = self.lot % count.max(1);
        (0..count)
            .map(|at| first + (begin + at) % count)
            .find(|&outfit| {
                let outfit = &self.model.outfits[outfit as usize];
                let load = &outfit.loads[self.stop as usize];
                (0..4).all(|dimension| load[dimension] <= outfit.room[dimension])
            })
    }

    fn trip_before(&self, route: u32, trip: u32, outfit: u32, offers: &mut impl Offers) {
        let (model, solution) = (self.model, self.solution);
        let of = &solution.routes[route as usize];
        let class = &model.classes[of.class as usize];
        let facts = &model.stops[self.stop as usize];
        let next = &solution.trips[trip as usize];
        let first = &solution.nodes[next.first as usize];
        let Some(index) = self.best_tail(class, self.streams(), facts.place, first.place) else {
            return;
        };
        let tail = &model.tails[index as usize];
        let chain = Chain::begin(&model.ways, class, next.start, next.until)
            .leave_after(facts.release)
            .serve(facts)
            .unload(tail)
            .leave_after(next.release)
            .go_on(first);
        let fitting = Fitting {
            outfit,
            tail: index,
            tail_before: NONE,
        };
        let spot = Spot::NewTrip {
            route,
            before: trip,
            fitting,
        };
        let unloading = tail.cost + self.by_mass(index);
        let longer = chain.length - i64::from(first.length_in);
        if let Some(cost) = self.cost_of(of, &chain, longer, unloading) {
            offers.offer(cost, spot);
        }
    }

    fn trip_at_end(&self, route: u32, outfit: u32, offers: &mut impl Offers) {
        let (model, solution) = (self.model, self.solution);
        let of = &solution.routes[route as usize];
        let class = &model.classes[of.class as usize];
        let facts = &model.stops[self.stop as usize];
        let last_trip = &solution.trips[of.last as usize];
        let last = &solution.nodes[last_trip.last as usize];
        let Some(fitting) = self.fitting_at_end(class, last_trip, outfit) else {
            return;
        };
        let tail_before = &model.tails[fitting.tail_before as usize];
        let mut unloading = self.by_mass(fitting.tail);
        let mut old = i64::from(last.length_out);
        match model.tails.get(last_trip.tail as usize) {
            Some(known) => {
                let home = model.ways.leg(class.base, known.exit, class.end);
                old += i64::from(known.length) + i64::from(home.length);
            }
            None => unloading += tail_before.cost,
        }
        let mut chain = Chain::begin(&model.ways, class, last.place, last.until)
            .unload(tail_before)
            .leave_after(facts.release)
            .serve(facts);
        if let Some(tail) = model.tails.get(fitting.tail as usize) {
            unloading += tail.cost;
            chain = chain.unload(tail);
        }
        let chain = chain.end();
        let spot = Spot::NewTrip {
            route,
            before: NONE,
            fitting,
        };
        if let Some(cost) = self.cost_of(of, &chain, chain.length - old, unloading) {
            offers.offer(cost, spot);
        }
    }

    /// What a new last trip of a route uses; `None` where it cannot unload.
    fn fitting_at_end(&self, class: &ClassFacts, last: &Trip, outfit: u32) -> Option<Fitting> {
        let place = self.model.stops[self.stop as usize].place;
        let tail_before = if last.tail == NONE {
            let from = self.solution.nodes[last.last as usize].place;
            self.best_tail(class, last.streams, from, place)?
        } else {
            last.tail
        };
        let tail = if class.unload_at_end {
            self.best_tail(class, self.streams(), place, class.end)?
        } else {
            NONE
        };
        Some(Fitting {
            outfit,
            tail,
            tail_before,
        })
    }

    /// What it costs more that a route becomes a chain, `longer` than it was; `None` where that breaks
    /// a rule.
    fn cost_of(
        &self,
        route: &Route,
        chain: &Chain<'_, W>,
        longer: i64,
        unloading: i64,
    ) -> Option<i64> {
        let class = &self.model.classes[route.class as usize];
        let mut cost = class.per_length * longer + unloading;
        if self.model.is_timed {
            let longer = chain.time.0.duration - route.whole.duration;
            cost += class.longer(route.duration, longer);
        }
        chain.can_be(self.model.is_timed).then_some(cost)
    }

    /// Tries vehicles that are not used.
    pub(in crate::collection::search) fn new_routes(&self, offers: &mut impl Offers) {
        for (index, class) in indexed(&self.model.classes) {
            if self.solution.used[index as usize] < class.count {
                self.new_route(index, class, offers);
            }
        }
    }

    fn new_route(&self, index: u32, class: &ClassFacts, offers: &mut impl Offers) {
        let model = self.model;
        let facts = &model.stops[self.stop as usize];
        let Some(fitting) = self.fitting_alone(class) else {
            return;
        };
        let mut unloading = 0;
        let mut chain = Chain::begin(&model.ways, class, class.start, class.prepare)
            .leave_after(facts.release)
            .serve(facts);
        if let Some(tail) = model.tails.get(fitting.tail as usize) {
            unloading = tail.cost + self.by_mass(fitting.tail);
            chain = chain.unload(tail);
        }
        let chain = chain.end();
        if !chain.can_be(model.is_timed) {
            return;
        }
        let duration = if model.is_timed {
            chain.time.0.duration
        } else {
            0
        };
        let cost = unloading + class.cost(chain.length, duration) - class.idle_cost();
        let spot = Spot::NewRoute {
            class: index,
            fitting,
        };
        offers.offer(cost, spot);
    }

    /// What the only trip of another vehicle uses; `None` where it cannot serve the stop.
    fn fitting_alone(&self, class: &ClassFacts) -> Option<Fitting> {
        let model = self.model;
        let place = model.stops[self.stop as usize].place;
        let outfit = match class.begun {
            None => self.outfit(class)?,
            Some(begun) => {
                let outfit = &model.outfits[begun.outfit as usize];
                let load = &outfit.loads[self.stop as usize];
                let has_room = (0..4).all(|dimension| {
                    load[dimension].saturating_add(begun.load[dimension]) <= outfit.room[dimension]
                });
                has_room.then_some(begun.outfit)?
            }
        };
        let loaded = class.begun.map_or(StreamSet::NONE, |begun| begun.streams);
        let streams = loaded.with(self.streams());
        let tail = if class.unload_at_end {
            self.best_tail(class, streams, place, class.end)?
        } else {
            NONE
        };
        Some(Fitting {
            outfit,
            tail,
            tail_before: NONE,
        })
    }
}
