//! Two stops of two routes that change over, each to where it costs the least.
//!
//! Move SWAP* (Vidal, "Hybrid genetic search for the CVRP: Open-source implementation and SWAP*
//! neighborhood", Computers & Operations Research 140, 2022): neither stop has to take the other one's
//! place. Of the places in the other trip, those beside stops near by are looked at.

use super::{Exchange, Exchanges};
use crate::collection::search::model::ClassFacts;
use crate::collection::search::near::Neighbour;
use crate::collection::search::solution::Trip;
use crate::collection::search::ways::{BLOCKED, Ways};

/// Longer than all ways of a plan; a few of them do not overflow.
const NO_WAY: i64 = i64::MAX / 8;

/// Where a stop goes in a trip that another one leaves.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// By how much the trip becomes longer, the stop that leaves considered.
    longer: i64,
    /// The stop before it; no stop at the begin.
    behind: u32,
}

impl Place {
    fn take_better(&mut self, longer: i64, behind: u32) {
        if longer < self.longer {
            *self = Self { longer, behind };
        }
    }
}

impl<W: Ways> Exchanges<'_, '_, W> {
    /// The change of two stops where it costs less than `limit` more; `near` are stops near each of them.
    /// Whether there is time for it is left open, and so is what time and unloading cost.
    pub(in crate::collection::search) fn swap(
        &self,
        stops: [u32; 2],
        near: [&[Neighbour]; 2],
        limit: i64,
    ) -> Option<Exchange> {
        let (nodes, trips) = (&self.solution.nodes, &self.solution.trips);
        let one = trips.get(nodes[stops[0] as usize].trip as usize)?;
        let other = trips.get(nodes[stops[1] as usize].trip as usize)?;
        let [first, second] = stops.map(|stop| self.model.stops[stop as usize].stream);
        // A trip without its only stop would be gone before the other one comes.
        let can_be = one.route != other.route
            && one.stops.min(other.stops) > 1
            && first == second
            && self.takes_for(one, stops[1], stops[0])
            && self.takes_for(other, stops[0], stops[1]);
        if !can_be {
            return None;
        }
        let (first, class) = self.place(stops[0], stops[1], near[0])?;
        let cost = class.per_length * first.longer;
        let (second, class) = self.place(stops[1], stops[0], near[1])?;
        let cost = cost + class.per_length * second.longer;
        (cost < limit).then_some(Exchange::Swap {
            stops,
            behind: [first.behind, second.behind],
        })
    }

    /// Whether a trip has room for a stop once another one is gone.
    fn takes_for(&self, trip: &Trip, comes: u32, goes: u32) -> bool {
        let loads = &self.model.outfits[trip.outfit as usize].loads;
        let (more, less) = (&loads[comes as usize], &loads[goes as usize]);
        (0..4).all(|at| more[at] - less[at] <= trip.room[at])
    }

    /// The best place for a stop in the trip of another one that leaves it, and the class that drives.
    fn place(&self, stop: u32, leaves: u32, near: &[Neighbour]) -> Option<(Place, &ClassFacts)> {
        let nodes = &self.solution.nodes;
        let gone = &nodes[leaves as usize];
        let trip = &self.solution.trips[gone.trip as usize];
        let class = &self.model.classes[self.solution.routes[trip.route as usize].class as usize];
        let at = nodes[stop as usize].place;
        let before = |stop: u32| {
            nodes
                .get(stop as usize)
                .map_or(trip.start, |node| node.place)
        };
        let after = |stop: u32| nodes.get(stop as usize).map_or(trip.end, |node| node.place);
        let over = |from, to| self.over(class, from, at, to);

        let (from, to) = (before(gone.prev), after(gone.next));
        let freed = i64::from(gone.length_in) + i64::from(gone.length_out);
        let mut best = Place {
            longer: over(from, to) - freed,
            behind: gone.prev,
        };
        let past = self.model.ways.leg(class.base, from, to).length;
        let closed = if past < BLOCKED {
            i64::from(past) - freed
        } else {
            NO_WAY
        };
        let near = near.iter().filter(|near| near.stop != leaves);
        for near in near.filter(|near| nodes[near.stop as usize].trip == gone.trip) {
            let node = &nodes[near.stop as usize];
            let way = i64::from(near.length);
            let out = i64::from(node.length_out);
            if node.next != leaves && closed + 2 * (way - out) < best.longer {
                let longer = over(node.place, after(node.next)) - out + closed;
                best.take_better(longer, near.stop);
            }
            let inwards = i64::from(node.length_in);
            if node.prev != leaves && closed + 2 * (way - inwards) < best.longer {
                let longer = over(before(node.prev), node.place) - inwards + closed;
                best.take_better(longer, node.prev);
            }
        }
        (best.longer < NO_WAY / 2).then_some((best, class))
    }

    /// The length of the way from one place over another to a third, [`NO_WAY`] where there is none.
    fn over(&self, class: &ClassFacts, from: u32, at: u32, to: u32) -> i64 {
        let ways = &self.model.ways;
        let towards = ways.leg_towards(class.base, from, at).length;
        let onwards = ways.leg(class.base, at, to).length;
        if towards.max(onwards) >= BLOCKED {
            return NO_WAY;
        }
        i64::from(towards) + i64::from(onwards)
    }
}

#[cfg(test)]
mod tests;
