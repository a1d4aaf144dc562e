//! What follows from the order of stops: lengths, times and costs of a route.

use super::{NONE, Route, Solution, released, then};
use crate::collection::search::clock::Clock;
use crate::collection::search::model::{ClassFacts, Model};
use crate::collection::search::segment::Segment;
use crate::collection::search::ways::Ways;

impl Solution {
    /// Computes everything of a route anew that follows from the order of its stops. Where it keeps
    /// a rule no longer, the solution is broken.
    pub(in crate::collection::search) fn refresh<'p, W: Ways>(
        &mut self,
        model: &Model<'p, W>,
        clock: &mut Clock<'p>,
        route: u32,
    ) {
        let of = self.routes[route as usize];
        if of.trips == 0 {
            return;
        }
        let class = &model.classes[of.class as usize];
        let (length, whole, late) = self.refresh_forwards(model, class, &of);
        let mut duration = whole.duration;
        self.is_broken |= late > 0 || duration > class.max_duration;
        if model.is_timed {
            self.refresh_backwards(model, class, &of);
        }
        if class.is_exact && !self.is_broken {
            match clock.duration(model, self, &of) {
                Some(exact) => duration = exact,
                None => self.is_broken = true,
            }
        }
        self.settle(model, route, (length, whole, duration));
    }

    /// The same of a route whose duration is known already.
    pub(in crate::collection::search) fn refresh_knowing<W: Ways>(
        &mut self,
        model: &Model<'_, W>,
        duration: i32,
        route: u32,
    ) {
        let of = self.routes[route as usize];
        let class = &model.classes[of.class as usize];
        let (length, whole, _) = self.refresh_forwards(model, class, &of);
        self.refresh_backwards(model, class, &of);
        self.settle(model, route, (length, whole, duration));
    }

    fn settle<W: Ways>(
        &mut self,
        model: &Model<'_, W>,
        route: u32,
        (length, whole, duration): (i64, Segment, i32),
    ) {
        let of = self.routes[route as usize];
        let class = &model.classes[of.class as usize];
        let cost = class.cost(length, duration) + self.unloading_cost(model, class, &of);
        let of = &mut self.routes[route as usize];
        of.length = length;
        of.whole = whole;
        of.duration = duration;
        self.cost += cost - of.cost;
        of.cost = cost;
    }

    fn unloading_cost<W: Ways>(
        &self,
        model: &Model<'_, W>,
        class: &ClassFacts,
        route: &Route,
    ) -> i64 {
        let mut cost = 0;
        let mut trip = route.first;
        while trip != NONE {
            let of = &self.trips[trip as usize];
            if of.tail != NONE {
                let tail = &model.tails[of.tail as usize];
                cost += tail.cost;
                if let Some(begun) = class.begun.filter(|_| of.prev == NONE) {
                    let masses = begun.masses.iter().zip(tail.per_mass);
                    cost += masses.map(|(mass, price)| mass * price).sum::<i64>();
                }
                let mut stop = if class.pays_by_mass { of.first } else { NONE };
                while stop != NONE {
                    let facts = &model.stops[stop as usize];
                    cost += tail.per_mass[usize::from(facts.stream)] * facts.mass;
                    stop = self.nodes[stop as usize].next;
                }
            }
            trip = of.next;
        }
        cost
    }

    /// Places, lengths, and segments from the begin; the length of the route, the whole of it, and by
    /// how much it is too late.
    fn refresh_forwards<W: Ways>(
        &mut self,
        model: &Model<'_, W>,
        class: &ClassFacts,
        route: &Route,
    ) -> (i64, Segment, i32) {
        let mut here = class.start;
        let mut until = (class.prepare, 0);
        let mut length = 0;
        let mut trip = route.first;
        while trip != NONE {
            let of = &mut self.trips[trip as usize];
            let tail = model.tails.get(of.tail as usize);
            of.start = here;
            of.until = until.0;
            of.end = tail.map_or(class.end, |tail| tail.enter);
            let (end, next, last) = (of.end, of.next, of.last);
            let mut stop = of.first;
            until = then(until, 0, released(of.release));
            while stop != NONE {
                let facts = &model.stops[stop as usize];
                let leg = model.ways.leg(class.base, here, facts.place);
                let drive = leg.duration + if here == facts.place { 0 } else { facts.setup };
                length += i64::from(leg.length);
                here = facts.place;
                until = then(until, drive, facts.serve);
                let node = &mut self.nodes[stop as usize];
                node.length_in = leg.length;
                node.until = until.0;
                let (prev, following) = (node.prev, node.next);
                if prev != NONE {
                    self.nodes[prev as usize].length_out = leg.length;
                }
                stop = following;
            }
            let leg = model.ways.leg(class.base, here, end);
            length += i64::from(leg.length);
            self.nodes[last as usize].length_out = leg.length;
            here = end;
            let mut drive = leg.duration;
            if let Some(tail) = tail {
                until = then(until, drive, tail.time);
                length += i64::from(tail.length);
                here = tail.exit;
                drive = 0;
            }
            if next == NONE {
                if tail.is_some() {
                    let leg = model.ways.leg(class.base, here, class.end);
                    length += i64::from(leg.length);
                    drive = leg.duration;
                }
                until = then(until, drive, class.finish);
            }
            trip = next;
        }
        (length, until.0, until.1)
    }

    /// Segments from each stop and trip to the end.
    fn refresh_backwards<W: Ways>(
        &mut self,
        model: &Model<'_, W>,
        class: &ClassFacts,
        route: &Route,
    ) {
        let mut trip = route.last;
        // What follows the trip's unloading, or its last stop where it does not unload.
        let mut from = class.finish;
        if let Some(tail) = model.tails.get(self.trips[trip as usize].tail as usize) {
            let leg = model.ways.leg(class.base, tail.exit, class.end);
            from = tail.time.then(leg.duration, from).0;
        }
        while trip != NONE {
            let of = &mut self.trips[trip as usize];
            of.from = from;
            let mut there = of.end;
            let mut setup = 0;
            let (mut stop, start, prev, release) = (of.last, of.start, of.prev, of.release);
            while stop != NONE {
                let facts = &model.stops[stop as usize];
                let leg = model.ways.leg(class.base, facts.place, there);
                let drive = leg.duration + if there == facts.place { 0 } else { setup };
                from = facts.serve.then(drive, from).0;
                let node = &mut self.nodes[stop as usize];
                node.from = from;
                there = facts.place;
                setup = facts.setup;
                stop = node.prev;
            }
            let leg = model.ways.leg(class.base, start, there);
            let drive = leg.duration + if start == there { 0 } else { setup };
            from = released(release).then(drive, from).0;
            if prev != NONE {
                let tail = model.tails.get(self.trips[prev as usize].tail as usize);
                from = tail.map_or(from, |tail| tail.time.then(0, from).0);
            }
            trip = prev;
        }
    }
}
