//! Two trips that exchange what follows one stop of each, stretches of a trip turned around, and two
//! stops that change over.
//!
//! Moves 2-opt* (Potvin and Rousseau, 1995) and 2-opt (Croes, 1958), looked for among near stops; SWAP* in [`swap`].

mod swap;

use super::model::Model;
use super::segment::Segment;
use super::solution::{NONE, Node, Solution};
use super::ways::{BLOCKED, Leg, Ways};

/// A change of the order of stops that takes none out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exchange {
    /// What follows `first` in its trip, and `second` with what follows it in another one.
    Tails { first: u32, second: u32 },
    /// What lies between `first` and `last`, the latter included, the other way round.
    Turn { first: u32, last: u32 },
    /// Two stops of two routes, each of which goes behind a stop of the other's trip, or to its begin
    /// where that is [`NONE`].
    Swap { stops: [u32; 2], behind: [u32; 2] },
}

impl Exchange {
    /// A stop of each route that changes.
    pub(super) const fn stops(&self) -> [u32; 2] {
        match *self {
            Self::Tails { first, second } => [first, second],
            Self::Turn { first, last } => [first, last],
            Self::Swap { stops, .. } => stops,
        }
    }
}

/// Looks for exchanges.
#[derive(Debug)]
pub(super) struct Exchanges<'a, 'p, W> {
    pub(super) model: &'a Model<'p, W>,
    pub(super) solution: &'a Solution,
}

impl<W: Ways> Exchanges<'_, '_, W> {
    /// The exchange after which `second` follows `first`, or lies beside it, where that costs less
    /// than `limit` more.
    pub(super) fn find(&self, first: u32, second: u32, limit: i64) -> Option<Exchange> {
        let (a, b) = (
            self.solution.nodes[first as usize].trip,
            self.solution.nodes[second as usize].trip,
        );
        if a == NONE || b == NONE {
            return None;
        }
        if a == b {
            return self.turn(first, second, limit);
        }
        self.tails(first, second, limit)
    }

    fn tails(&self, first: u32, second: u32, limit: i64) -> Option<Exchange> {
        let (model, solution) = (self.model, self.solution);
        let (i, j) = (
            &solution.nodes[first as usize],
            &solution.nodes[second as usize],
        );
        let (a, b) = (
            &solution.trips[i.trip as usize],
            &solution.trips[j.trip as usize],
        );
        let route = &solution.routes[a.route as usize];
        let other = &solution.routes[b.route as usize];
        let is_alike = a.next == NONE
            && b.next == NONE
            && a.route != b.route
            && a.outfit == b.outfit
            && a.tail == b.tail;
        if !is_alike || route.class != other.class {
            return None;
        }
        let class = &model.classes[route.class as usize];
        let before = match j.prev {
            NONE => b.start,
            stop => solution.nodes[stop as usize].place,
        };
        let after = match i.next {
            NONE => a.end,
            stop => solution.nodes[stop as usize].place,
        };
        let joined = model.ways.leg(class.base, i.place, j.place);
        let rest = if j.prev == NONE && i.next == NONE {
            Leg::NONE
        } else {
            model.ways.leg(class.base, before, after)
        };
        if joined.length.max(rest.length) >= BLOCKED {
            return None;
        }
        let longer = i64::from(joined.length) + i64::from(rest.length)
            - i64::from(i.length_out)
            - i64::from(j.length_in);
        let is_merged = j.prev == NONE && i.next == NONE && b.prev == NONE;
        let saved = if is_merged { class.fixed } else { 0 };
        let is_cheap = class.per_length * longer - saved < limit;
        let setup = if i.place == j.place { 0 } else { j.setup };
        let joined = (i.until, joined.duration + setup, j.from);
        let rest = self.rest(i, j, rest.duration);
        let in_time = |(until, drive, from): (Segment, i32, Segment)| {
            let (whole, late) = until.then(drive, from);
            late <= 0 && whole.duration <= class.max_duration
        };
        let is_in_time = || !model.is_timed || (in_time(joined) && rest.is_none_or(in_time));
        let can_be = is_cheap && is_in_time() && self.have_room(first, second);
        can_be.then_some(Exchange::Tails { first, second })
    }

    /// The other route: until what lies before the second stop, the way, and what followed the first
    /// one; `None` where nothing did.
    fn rest(&self, i: &Node, j: &Node, drive: i32) -> Option<(Segment, i32, Segment)> {
        let solution = self.solution;
        let next = solution.nodes.get(i.next as usize)?;
        let trip = &solution.trips[j.trip as usize];
        let (until, place) = match solution.nodes.get(j.prev as usize) {
            Some(prev) => (prev.until, prev.place),
            None => (trip.until, trip.start),
        };
        let setup = if place == next.place { 0 } else { next.setup };
        Some((until, drive + setup, next.from))
    }

    /// Whether both trips can carry what they get for what they give.
    fn have_room(&self, first: u32, second: u32) -> bool {
        let nodes = &self.solution.nodes;
        let trip = &self.solution.trips[nodes[first as usize].trip as usize];
        let other = &self.solution.trips[nodes[second as usize].trip as usize];
        let given = self.load_from(nodes[first as usize].next, trip.outfit);
        let taken = self.load_from(second, trip.outfit);
        (0..4).all(|dimension| {
            let more = taken[dimension] - given[dimension];
            more <= trip.room[dimension] && -more <= other.room[dimension]
        })
    }

    fn load_from(&self, mut stop: u32, outfit: u32) -> super::model::Load {
        let loads = &self.model.outfits[outfit as usize].loads;
        let mut sum = [0; 4];
        while stop != NONE {
            for (sum, part) in sum.iter_mut().zip(loads[stop as usize]) {
                *sum += part;
            }
            stop = self.solution.nodes[stop as usize].next;
        }
        sum
    }

    /// Turns what lies between two stops of a trip, such that they are neighbours then; only where
    /// nothing but lengths matters.
    fn turn(&self, first: u32, second: u32, limit: i64) -> Option<Exchange> {
        let (model, solution) = (self.model, self.solution);
        if model.is_timed {
            return None;
        }
        let (i, j) = (
            &solution.nodes[first as usize],
            &solution.nodes[second as usize],
        );
        if i.next == second || j.next == first {
            return None;
        }
        let trip = &solution.trips[i.trip as usize];
        let class = &model.classes[solution.routes[trip.route as usize].class as usize];
        let next = |node: &Node| match node.next {
            NONE => trip.end,
            stop => solution.nodes[stop as usize].place,
        };
        let joined = model.ways.leg(class.base, i.place, j.place);
        let rest = model.ways.leg(class.base, next(i), next(j));
        if joined.length.max(rest.length) >= BLOCKED {
            return None;
        }
        let longer = i64::from(joined.length) + i64::from(rest.length)
            - i64::from(i.length_out)
            - i64::from(j.length_out);
        if class.per_length * longer >= limit {
            return None;
        }
        if self.follows(first, second) {
            return Some(Exchange::Turn {
                first,
                last: second,
            });
        }
        Some(Exchange::Turn {
            first: second,
            last: first,
        })
    }

    fn follows(&self, first: u32, second: u32) -> bool {
        let mut stop = first;
        while stop != NONE {
            if stop == second {
                return true;
            }
            stop = self.solution.nodes[stop as usize].next;
        }
        false
    }
}
