//! Other good ways between two points.
//!
//! Ways over a node where both ends of the search meet (Abraham, Delling, Goldberg and Werneck,
//! "Alternative routes in road networks", 2013): not much dearer, not much the same as those already
//! found, and the cheapest way themselves around that node.

use std::collections::BTreeSet;

use super::{Ride, Route};
use crate::numbers::floor_u64;
use crate::roads::cost::{INFINITE, Row};
use crate::roads::map::RoadMetric;
use crate::roads::metric::{Found, Searcher};
use crate::roads::snap::Snap;

/// How other ways may differ from the cheapest one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AlternativeRules {
    /// How many times the cost of the cheapest one they may cost; 1 or more.
    pub stretch: f64,
    /// How much of the cheapest cost they may have in common with those before, 0–1.
    pub shared: f64,
    /// Over how much of the cheapest cost they must be cheapest themselves, 0–1.
    pub local: f64,
}

impl AlternativeRules {
    /// A quarter dearer, four fifths in common, and no detour within a quarter of the way.
    pub const USUAL: Self = Self {
        stretch: 1.25,
        shared: 0.8,
        local: 0.25,
    };
}

/// No more meeting points are looked at.
const MAX_CANDIDATES: usize = 200;

impl RoadMetric {
    /// Up to `count` other routes between the ends of the best one, the cheapest first. None where
    /// that goes over points on the way.
    pub fn alternatives(&self, best: &Route, count: usize, rules: AlternativeRules) -> Vec<Route> {
        let [best] = &best.legs[..] else {
            return vec![];
        };
        let (from, to) = (&best.from, &best.to);
        let best_cost = f64::from(best.cost);
        let mut taken: Vec<BTreeSet<u32>> = vec![edges(&best.rides)];
        let mut found = Vec::new();
        let mut searcher = Searcher::new(self.metric());
        let limit = rules.stretch * best_cost;
        for way in self.ways_over_meetings(&mut searcher, [from, to], [best_cost, limit]) {
            if found.len() >= count {
                break;
            }
            let leg = self.leg(from, to, &way.found);
            let own = edges(&leg.rides);
            let is_simple = own.len() == leg.rides.len();
            let is_other = taken
                .iter()
                .all(|other| shared(&leg.rides, other) <= rules.shared * best_cost);
            if is_simple && is_other && self.is_local(&mut searcher, &way, rules.local * best_cost)
            {
                taken.push(own);
                found.push(Route { legs: vec![leg] });
            }
        }
        found
    }

    /// Ways over nodes where the ends meet, the cheapest first, up to a cost.
    fn ways_over_meetings(
        &self,
        searcher: &mut Searcher<'_>,
        [from, to]: [&Snap; 2],
        [best_cost, limit]: [f64; 2],
    ) -> Vec<Way> {
        let departures = self.departures(from);
        let arrivals = self.arrivals(to, |_, _| false);
        let spare = u32::try_from(floor_u64(limit - best_cost)).unwrap_or(INFINITE);
        let ways = searcher.ways(&departures, &arrivals, (spare, MAX_CANDIDATES));
        let ways = ways.into_iter().map(|(found, over)| Way { found, over });
        ways.filter(|way| f64::from(way.found.cost) <= limit)
            .collect()
    }

    /// Whether a way is the cheapest one itself from so much before the node it goes over to so much
    /// after it.
    fn is_local(&self, searcher: &mut Searcher<'_>, way: &Way, around: f64) -> bool {
        let nodes = &way.found.nodes;
        let Some(middle) = nodes.iter().position(|&node| node == way.over) else {
            return false;
        };
        let graph = self.map().turns().graph();
        let step = |pair: &[u32]| {
            let arcs = graph
                .arcs_of(pair[0])
                .filter(|&arc| graph.heads()[arc] == pair[1]);
            arcs.map(|arc| self.prices().arcs[arc])
                .min()
                .unwrap_or_default()
        };
        let (mut first, mut before) = (middle, 0);
        while first > 0 && f64::from(before) < around {
            before += step(&nodes[first - 1..=first]);
            first -= 1;
        }
        let (mut last, mut after) = (middle, 0);
        while last + 1 < nodes.len() && f64::from(after) < around {
            after += step(&nodes[last..=last + 1]);
            last += 1;
        }
        let at = |node| [Row { node, cost: 0 }];
        searcher.cost(&at(nodes[first]), &at(nodes[last])) == before + after
    }
}

struct Way {
    found: Found,
    /// The node where the ends met.
    over: u32,
}

fn edges(rides: &[Ride]) -> BTreeSet<u32> {
    rides.iter().map(|ride| ride.edge).collect()
}

/// How much of some rides is along edges of another way.
fn shared(rides: &[Ride], other: &BTreeSet<u32>) -> f64 {
    let common = rides.iter().filter(|ride| other.contains(&ride.edge));
    common.map(|ride| f64::from(ride.drive + ride.turn)).sum()
}
