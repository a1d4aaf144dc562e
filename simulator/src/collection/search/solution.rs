//! Routes of trips of stops, linked, with what a search must know of each at once.

mod refresh;

use super::model::{ClassFacts, Load, Model};
use super::segment::Segment;
use super::ways::Ways;
use crate::collection::StreamSet;

/// No stop, trip or route.
pub(super) const NONE: u32 = u32::MAX;

/// A stop in its trip.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct Node {
    /// The trip it is in, [`NONE`] where it is not served.
    pub(super) trip: u32,
    pub(super) place: u32,
    /// What coming to its place adds to serving it.
    pub(super) setup: i32,
    pub(super) prev: u32,
    pub(super) next: u32,
    /// Lengths of the ways that lead to it and from it.
    pub(super) length_in: i32,
    pub(super) length_out: i32,
    /// The route from its begin until this stop is served.
    pub(super) until: Segment,
    /// The route from serving this stop to its end.
    pub(super) from: Segment,
}

/// A trip in its route.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trip {
    /// What it can still load.
    pub(super) room: Load,
    /// The route it is in, [`NONE`] where it is free.
    pub(super) route: u32,
    pub(super) prev: u32,
    pub(super) next: u32,
    pub(super) first: u32,
    pub(super) last: u32,
    pub(super) stops: u32,
    pub(super) outfit: u32,
    /// How it unloads, [`NONE`] where it does not.
    pub(super) tail: u32,
    /// What it loads.
    pub(super) streams: StreamSet,
    /// Where it begins and ends: the place left before its first stop, and the one after its last.
    pub(super) start: u32,
    pub(super) end: u32,
    /// When its first way may begin.
    pub(super) release: i32,
    /// The route from its begin until this trip may leave, without its release.
    pub(super) until: Segment,
    /// The route from the end of this trip to its own end.
    pub(super) from: Segment,
}

impl Trip {
    /// Whether it loads more than it may.
    pub(super) fn is_overfull(&self) -> bool {
        self.room.iter().any(|&room| room < 0)
    }
}

/// The day of one vehicle.
#[derive(Clone, Copy, Debug)]
pub(super) struct Route {
    pub(super) class: u32,
    pub(super) first: u32,
    pub(super) last: u32,
    pub(super) trips: u32,
    pub(super) length: i64,
    /// From leaving to the end, without breaks.
    pub(super) whole: Segment,
    /// How long it takes, with breaks.
    pub(super) duration: i32,
    /// What it costs; 0 where it has no trip.
    pub(super) cost: i64,
}

/// What is served by whom, and what that costs.
#[derive(Clone, Debug)]
pub(super) struct Solution {
    pub(super) nodes: Vec<Node>,
    pub(super) trips: Vec<Trip>,
    pub(super) routes: Vec<Route>,
    /// Trips and routes that can be had.
    pub(super) free_trips: Vec<u32>,
    pub(super) free_routes: Vec<u32>,
    /// How many vehicles of each class are used.
    pub(super) used: Vec<u32>,
    /// Costs of all routes, and of all stops that are not served.
    pub(super) cost: i64,
    /// Stops that are not served, and those of them that must be.
    pub(super) absent: usize,
    pub(super) missing: usize,
    /// What the missing stops weigh together, in thousandths.
    pub(super) lack: i64,
    /// What was taken into use and given back since the step began.
    pub(super) turns: Vec<Turn>,
    /// Whether the step did what cannot stay.
    pub(super) is_broken: bool,
}

/// What a new trip uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fitting {
    pub(super) outfit: u32,
    /// How it unloads, [`NONE`] where it need not.
    pub(super) tail: u32,
    /// How the trip before it unloads where it did not.
    pub(super) tail_before: u32,
}

/// A trip or a route was taken into use, or given back.
#[derive(Clone, Copy, Debug)]
pub(super) enum Turn {
    OpenedTrip(u32),
    ClosedTrip,
    OpenedRoute { route: u32, class: u32 },
    ClosedRoute { class: u32 },
}

const NO_TIME: Segment = Segment {
    duration: 0,
    earliest: 0,
    latest: 0,
};

const ABSENT: Node = Node {
    trip: NONE,
    place: 0,
    setup: 0,
    prev: NONE,
    next: NONE,
    length_in: 0,
    length_out: 0,
    until: NO_TIME,
    from: NO_TIME,
};

impl Solution {
    /// Nothing is served.
    pub(super) fn empty<W: Ways>(model: &Model<'_, W>) -> Self {
        Self {
            nodes: model
                .stops
                .iter()
                .map(|stop| Node {
                    place: stop.place,
                    setup: stop.setup,
                    ..ABSENT
                })
                .collect(),
            trips: Vec::new(),
            routes: Vec::new(),
            free_trips: Vec::new(),
            free_routes: Vec::new(),
            used: vec![0; model.classes.len()],
            cost: model.stops.iter().map(|stop| stop.absence).sum::<i64>()
                + model.classes.iter().map(ClassFacts::idle_cost).sum::<i64>(),
            absent: model.stops.len(),
            missing: model.stops.iter().filter(|stop| stop.is_required).count(),
            lack: model.stops.iter().map(|stop| stop.weight).sum(),
            turns: Vec::new(),
            is_broken: false,
        }
    }

    pub(super) fn is_served(&self, stop: u32) -> bool {
        self.nodes[stop as usize].trip != NONE
    }

    pub(super) fn route_of(&self, stop: u32) -> u32 {
        let trip = self.nodes[stop as usize].trip;
        if trip == NONE {
            NONE
        } else {
            self.trips[trip as usize].route
        }
    }

    /// Adds the stops of a route, in order.
    pub(super) fn add_stops_of(&self, route: u32, stops: &mut Vec<u32>) {
        let mut trip = self.routes[route as usize].first;
        while trip != NONE {
            let of = &self.trips[trip as usize];
            let mut stop = of.first;
            while stop != NONE {
                stops.push(stop);
                stop = self.nodes[stop as usize].next;
            }
            trip = of.next;
        }
    }

    /// A new route without trips.
    pub(super) fn open_route<W: Ways>(&mut self, model: &Model<'_, W>, class: u32) -> u32 {
        self.cost -= model.classes[class as usize].idle_cost();
        let route = Route {
            class,
            first: NONE,
            last: NONE,
            trips: 0,
            length: 0,
            whole: NO_TIME,
            duration: 0,
            cost: 0,
        };
        self.used[class as usize] += 1;
        let route = place(&mut self.routes, &mut self.free_routes, route);
        self.turns.push(Turn::OpenedRoute { route, class });
        route
    }

    /// A new trip of a route without stops, before another one, or last.
    pub(super) fn open_trip<W: Ways>(
        &mut self,
        model: &Model<'_, W>,
        route: u32,
        before: u32,
        fitting: Fitting,
    ) -> u32 {
        let of = self.routes[route as usize];
        let prev = match before {
            NONE => of.last,
            _ => self.trips[before as usize].prev,
        };
        if prev != NONE && self.trips[prev as usize].tail == NONE {
            self.trips[prev as usize].tail = fitting.tail_before;
        }
        let mut opened = Trip {
            room: model.outfits[fitting.outfit as usize].room,
            route,
            prev,
            next: before,
            first: NONE,
            last: NONE,
            stops: 0,
            outfit: fitting.outfit,
            tail: fitting.tail,
            streams: StreamSet::NONE,
            start: 0,
            end: 0,
            release: 0,
            until: NO_TIME,
            from: NO_TIME,
        };
        if let Some(begun) = model.classes[of.class as usize]
            .begun
            .filter(|_| prev == NONE)
        {
            opened.streams = begun.streams;
            for (room, load) in opened.room.iter_mut().zip(begun.load) {
                *room -= load;
            }
        }
        let trip = place(&mut self.trips, &mut self.free_trips, opened);
        self.turns.push(Turn::OpenedTrip(trip));
        self.link_trips(route, prev, trip);
        self.link_trips(route, trip, before);
        self.routes[route as usize].trips += 1;
        trip
    }

    /// Takes a trip without stops out of its route, and the route away with its last trip.
    fn close_trip<W: Ways>(&mut self, model: &Model<'_, W>, trip: u32) {
        let Trip {
            route, prev, next, ..
        } = self.trips[trip as usize];
        self.trips[trip as usize].route = NONE;
        self.free_trips.push(trip);
        self.turns.push(Turn::ClosedTrip);
        self.link_trips(route, prev, next);
        let of = &mut self.routes[route as usize];
        let class = &model.classes[of.class as usize];
        of.trips -= 1;
        if of.trips == 0 {
            self.cost += class.idle_cost() - of.cost;
            of.cost = 0;
            self.used[of.class as usize] -= 1;
            self.free_routes.push(route);
            self.turns.push(Turn::ClosedRoute { class: of.class });
        } else if next == NONE && !class.unload_at_end {
            self.trips[prev as usize].tail = NONE;
        }
        // A trip that began before the plan stays the first one, since its load is on board.
        self.is_broken |= prev == NONE && next != NONE && class.begun.is_some();
    }

    fn link_trips(&mut self, route: u32, first: u32, second: u32) {
        match first {
            NONE => self.routes[route as usize].first = second,
            _ => self.trips[first as usize].next = second,
        }
        match second {
            NONE => self.routes[route as usize].last = first,
            _ => self.trips[second as usize].prev = first,
        }
    }

    /// Puts a stop that is not served into a trip, after another stop of it, or first. What the route
    /// costs is known again after [`Solution::refresh`].
    pub(super) fn link<W: Ways>(&mut self, model: &Model<'_, W>, stop: u32, trip: u32, after: u32) {
        let facts = &model.stops[stop as usize];
        let of = &mut self.trips[trip as usize];
        let next = match after {
            NONE => of.first,
            _ => self.nodes[after as usize].next,
        };
        let load = model.outfits[of.outfit as usize].loads[stop as usize];
        for (room, taken) in of.room.iter_mut().zip(load) {
            *room = room.saturating_sub(taken);
        }
        of.stops += 1;
        of.release = of.release.max(facts.release);
        of.streams = of.streams.with(StreamSet::of(facts.stream));
        let node = &mut self.nodes[stop as usize];
        node.trip = trip;
        node.prev = after;
        node.next = next;
        self.link_stops(trip, after, stop);
        self.link_stops(trip, stop, next);
        self.cost -= facts.absence;
        self.absent -= 1;
        self.missing -= usize::from(facts.is_required);
        self.lack -= facts.weight;
    }

    /// Takes a stop out of its trip, and the trip away with its last stop. What the route costs is
    /// known again after [`Solution::refresh`].
    pub(super) fn unlink<W: Ways>(&mut self, model: &Model<'_, W>, stop: u32) {
        let facts = &model.stops[stop as usize];
        let Node {
            trip, prev, next, ..
        } = self.nodes[stop as usize];
        self.nodes[stop as usize].trip = NONE;
        self.link_stops(trip, prev, next);
        let of = &mut self.trips[trip as usize];
        let load = model.outfits[of.outfit as usize].loads[stop as usize];
        for (room, freed) in of.room.iter_mut().zip(load) {
            *room += freed;
        }
        of.stops -= 1;
        self.cost += facts.absence;
        self.absent += 1;
        self.missing += usize::from(facts.is_required);
        self.lack += facts.weight;
        if self.trips[trip as usize].stops == 0 {
            self.close_trip(model, trip);
            return;
        }
        if facts.release > 0 && facts.release == self.trips[trip as usize].release {
            self.trips[trip as usize].release = self.latest_release(model, trip);
        }
        if model.is_exact {
            self.trips[trip as usize].streams = self.streams(model, trip);
        }
    }

    fn streams<W: Ways>(&self, model: &Model<'_, W>, trip: u32) -> StreamSet {
        let of = &self.trips[trip as usize];
        let class = self.routes[of.route as usize].class;
        let begun = model.classes[class as usize]
            .begun
            .filter(|_| of.prev == NONE);
        let mut streams = begun.map_or(StreamSet::NONE, |begun| begun.streams);
        let mut stop = of.first;
        while stop != NONE {
            streams = streams.with(StreamSet::of(model.stops[stop as usize].stream));
            stop = self.nodes[stop as usize].next;
        }
        streams
    }

    fn latest_release<W: Ways>(&self, model: &Model<'_, W>, trip: u32) -> i32 {
        let mut stop = self.trips[trip as usize].first;
        let mut release = 0;
        while stop != NONE {
            release = release.max(model.stops[stop as usize].release);
            stop = self.nodes[stop as usize].next;
        }
        release
    }

    fn link_stops(&mut self, trip: u32, first: u32, second: u32) {
        match first {
            NONE => self.trips[trip as usize].first = second,
            _ => self.nodes[first as usize].next = second,
        }
        match second {
            NONE => self.trips[trip as usize].last = first,
            _ => self.nodes[second as usize].prev = first,
        }
    }

    /// Lets two trips of the same outfit exchange what follows `first` in the one, and `second` and
    /// what follows it in the other. What the routes cost is known again after [`Solution::refresh`].
    pub(super) fn exchange_tails<W: Ways>(
        &mut self,
        model: &Model<'_, W>,
        first: u32,
        second: u32,
    ) {
        let Node { trip: a, next, .. } = self.nodes[first as usize];
        let Node { trip: b, prev, .. } = self.nodes[second as usize];
        let (a_last, b_last) = (self.trips[a as usize].last, self.trips[b as usize].last);
        self.move_tail(model, second, a);
        self.move_tail(model, next, b);
        self.link_stops(a, first, second);
        self.trips[a as usize].last = b_last;
        self.link_stops(b, prev, next);
        if next != NONE {
            self.trips[b as usize].last = a_last;
        }
        if self.trips[b as usize].stops == 0 {
            self.close_trip(model, b);
        } else {
            self.recount(model, b);
        }
        self.recount(model, a);
    }

    /// Lets two stops of two trips change over, each to behind a stop of the other's trip or to its begin.
    /// Neither may be the only one of its trip. What the routes cost is known again after
    /// [`Solution::refresh`].
    pub(super) fn swap<W: Ways>(
        &mut self,
        model: &Model<'_, W>,
        stops: [u32; 2],
        behind: [u32; 2],
    ) {
        let trips = stops.map(|stop| self.nodes[stop as usize].trip);
        for stop in stops {
            self.unlink(model, stop);
        }
        self.link(model, stops[0], trips[1], behind[0]);
        self.link(model, stops[1], trips[0], behind[1]);
    }

    /// Lets what lies after `first` in its trip, until `last`, be served the other way round.
    pub(super) fn turn(&mut self, first: u32, last: u32) {
        let trip = self.nodes[first as usize].trip;
        let begin = self.nodes[first as usize].next;
        let after = self.nodes[last as usize].next;
        let mut stop = begin;
        while stop != after {
            let node = &mut self.nodes[stop as usize];
            let next = node.next;
            std::mem::swap(&mut node.prev, &mut node.next);
            stop = next;
        }
        self.link_stops(trip, first, last);
        self.link_stops(trip, begin, after);
    }

    /// Says of a stop and those that follow it that another trip serves them.
    fn move_tail<W: Ways>(&mut self, model: &Model<'_, W>, mut stop: u32, to: u32) {
        while stop != NONE {
            let node = &mut self.nodes[stop as usize];
            let from = std::mem::replace(&mut node.trip, to);
            let next = node.next;
            let outfit = self.trips[to as usize].outfit;
            let load = model.outfits[outfit as usize].loads[stop as usize];
            for (dimension, part) in load.into_iter().enumerate() {
                self.trips[from as usize].room[dimension] += part;
                self.trips[to as usize].room[dimension] -= part;
            }
            self.trips[from as usize].stops -= 1;
            self.trips[to as usize].stops += 1;
            stop = next;
        }
    }

    fn recount<W: Ways>(&mut self, model: &Model<'_, W>, trip: u32) {
        if model.is_timed {
            self.trips[trip as usize].release = self.latest_release(model, trip);
        }
        if model.is_exact {
            self.trips[trip as usize].streams = self.streams(model, trip);
        }
    }

    /// Whether each trip of a route unloads what it loads where it must.
    pub(super) fn unloads_all<W: Ways>(&self, model: &Model<'_, W>, route: u32) -> bool {
        let of = &self.routes[route as usize];
        let class = &model.classes[of.class as usize];
        let mut trip = of.first;
        while trip != NONE {
            let at = &self.trips[trip as usize];
            let must = at.next != NONE || class.unload_at_end;
            let unloads = model
                .tails
                .get(at.tail as usize)
                .map_or(!must, |tail| at.streams.without(tail.streams).is_empty());
            if !unloads {
                return false;
            }
            trip = at.next;
        }
        true
    }
}

/// A segment with the lateness so far, a drive and another segment.
#[inline]
pub(super) fn then((segment, late): (Segment, i32), drive: i32, next: Segment) -> (Segment, i32) {
    let (joined, later) = segment.then(drive, next);
    (joined, late.max(later))
}

/// Something that takes no time and cannot begin before a tick.
pub(super) const fn released(release: i32) -> Segment {
    Segment {
        duration: 0,
        earliest: release,
        latest: crate::collection::Window::LAST,
    }
}

fn place<T>(all: &mut Vec<T>, free: &mut Vec<u32>, value: T) -> u32 {
    if let Some(index) = free.pop() {
        all[index as usize] = value;
        return index;
    }
    all.push(value);
    crate::numbers::index_u32(all.len() - 1)
}
