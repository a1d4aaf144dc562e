//! From a found way to a route: which streets one drives along, from where to where, and how long.

mod alternatives;
mod steps;

use twin_core::LonLat;

pub use self::alternatives::AlternativeRules;
pub use self::steps::{Maneuver, Step};
use super::cost::{INFINITE, Row};
use super::map::RoadMetric;
use super::metric::{Found, Searcher};
use super::network::{ground_length_m, metres_between};
use super::prices::TENTHS_PER_S;
use super::profile::Mode;
use super::snap::{Snap, between};
use super::turn_graph::TurnGraph;

/// A drive along one edge, or a part of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ride {
    /// The edge: twice the segment's number, and 1 more against the direction of its road.
    pub edge: u32,
    /// Where on the edge it begins, 0–1 of its length.
    pub begin: f64,
    /// Where it ends; not less than `begin`.
    pub end: f64,
    /// What the turn onto the edge costs, in tenths of a second.
    pub turn: u32,
    /// What the drive along it costs, in tenths of a second.
    pub drive: u32,
}

/// The way from one point to the next.
#[derive(Clone, Debug, PartialEq)]
pub struct Leg {
    /// Where it begins.
    pub from: Snap,
    /// Where it ends.
    pub to: Snap,
    /// What it costs, in tenths of a second: all of its turns and drives.
    pub cost: u32,
    /// The streets, one at least.
    pub rides: Vec<Ride>,
}

/// A way through two points or more.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// From each point to the next.
    pub legs: Vec<Leg>,
}

/// How a route came to a point: the best one for each node of the turn graph that may stand for it.
/// Nodes remember the way where a restriction asks for it, so that a stop does not lift one.
#[derive(Clone, Debug)]
struct Arrival {
    node: u32,
    cost: u32,
    legs: Vec<Leg>,
}

impl RoadMetric {
    /// The cheapest route through all points in their order. On the way one goes on in the direction
    /// in which one came; on foot one may turn round. `None` where there is no way.
    pub fn route(&self, points: &[Snap]) -> Option<Route> {
        let mut searcher = Searcher::new(self.metric());
        let (first, rest) = points.split_first()?;
        let start = |node| Arrival {
            node,
            cost: 0,
            legs: vec![],
        };
        let edges = self.stopping_edges(first);
        let mut arrivals: Vec<Arrival> = edges.into_iter().map(start).collect();
        let mut from = first;
        for to in rest {
            let nodes = self.stopping_edges(to).into_iter();
            let nodes = nodes.flat_map(|edge| self.map().nodes_of(edge).collect::<Vec<_>>());
            let reach = |node| self.continued(&mut searcher, &arrivals, (from, to), node);
            arrivals = nodes.filter_map(reach).collect();
            if self.map().mode() == Mode::Foot {
                arrivals = self.both_ways(arrivals, to);
            }
            from = to;
        }
        Some(Route {
            legs: best(arrivals)?.legs,
        })
    }

    /// The best arrival, as it leaves in both directions.
    fn both_ways(&self, arrivals: Vec<Arrival>, at: &Snap) -> Vec<Arrival> {
        let best = best(arrivals);
        let leave = |node| best.clone().map(|best| Arrival { node, ..best });
        let edges = self.stopping_edges(at).into_iter();
        edges.filter_map(leave).collect()
    }

    /// The best of several arrivals continued to a point, where it arrives by `node`.
    fn continued(
        &self,
        searcher: &mut Searcher<'_>,
        arrivals: &[Arrival],
        (from, to): (&Snap, &Snap),
        node: u32,
    ) -> Option<Arrival> {
        let found = arrivals.iter().filter_map(|arrival| {
            let found = self.way(searcher, (from, arrival.node), (to, node))?;
            Some((arrival.cost.checked_add(found.cost)?, arrival, found))
        });
        let (cost, before, found) = found.min_by_key(|(cost, ..)| *cost)?;
        let mut legs = before.legs.clone();
        legs.push(self.leg(from, to, &found));
        Some(Arrival { node, cost, legs })
    }

    /// The cheapest way from a point by one node to a point by another.
    fn way(
        &self,
        searcher: &mut Searcher<'_>,
        (from, from_node): (&Snap, u32),
        (to, to_node): (&Snap, u32),
    ) -> Option<Found> {
        let turns = self.map().turns();
        let [from_edge, to_edge] = [from_node, to_node].map(|node| turns.edge(node));
        let (remains, left) = (self.cost_from(from, from_edge), self.cost_from(to, to_edge));
        let start = [Row {
            node: from_node,
            cost: remains,
        }];
        if from_node == to_node && remains >= left {
            let cost = u32::try_from(remains - left).ok()?;
            let nodes = vec![from_node];
            return Some(Found { cost, nodes });
        }
        if from_node == to_node {
            let mut round = searcher.route(&start, &self.ways_onto_node(to_node, left))?;
            round.nodes.push(to_node);
            return Some(round);
        }
        let end = [Row {
            node: to_node,
            cost: -left,
        }];
        searcher.route(&start, &end)
    }

    /// The rides along a way that was found.
    pub(super) fn leg(&self, from: &Snap, to: &Snap, found: &Found) -> Leg {
        let turns = self.map().turns();
        let last = found.nodes.len().saturating_sub(1);
        let mut rides: Vec<Ride> = Vec::with_capacity(found.nodes.len());
        for (ix, &node) in found.nodes.iter().enumerate() {
            let edge = turns.edge(node);
            let before = ix.checked_sub(1).and_then(|ix| found.nodes.get(ix));
            let turn = before.map_or(0, |&before| self.turn_cost(turns, before, edge));
            let whole = self.prices().edges[edge as usize];
            let to_end = if ix == 0 {
                self.cost_from(from, edge).unsigned_abs()
            } else {
                whole
            };
            let after = if ix == last {
                self.cost_from(to, edge).unsigned_abs()
            } else {
                0
            };
            rides.push(Ride {
                edge,
                begin: if ix == 0 { from.share_of(edge) } else { 0.0 },
                end: if ix == last { to.share_of(edge) } else { 1.0 },
                turn,
                drive: to_end.saturating_sub(after),
            });
        }
        // A target that lies behind by less than a tenth of a second counts as here.
        if let [only] = &mut rides[..] {
            only.end = only.end.max(only.begin);
        }
        Leg {
            from: *from,
            to: *to,
            cost: found.cost,
            rides,
        }
    }

    /// What the turn from a node onto an edge costs, without the edge.
    fn turn_cost(&self, turns: &TurnGraph, node: u32, edge: u32) -> u32 {
        let onto = turns.graph().arcs_of(node);
        let mut onto = onto.filter(|&arc| turns.edge(turns.graph().heads()[arc]) == edge);
        let cost = onto.next().map_or(INFINITE, |arc| self.prices().arcs[arc]);
        cost.saturating_sub(self.prices().edges[edge as usize])
    }
}

/// The cheapest arrival; of equals the one that did not count a point behind it as here.
fn best(arrivals: Vec<Arrival>) -> Option<Arrival> {
    let is_behind = |leg: &&Leg| match leg.rides[..] {
        [ride] => leg.to.share_of(ride.edge) < leg.from.share_of(ride.edge),
        _ => false,
    };
    let behind = |arrival: &Arrival| arrival.legs.iter().filter(is_behind).count();
    arrivals
        .into_iter()
        .min_by_key(|arrival| (arrival.cost, behind(arrival)))
}

impl Ride {
    /// How long it is, in metres.
    pub fn length_m(&self, metric: &RoadMetric) -> f64 {
        (self.end - self.begin) * metric.map().network().segment_of(self.edge).length_m
    }

    /// How many metres it climbs, and descends: those of its segment in proportion.
    pub fn climb_m(&self, metric: &RoadMetric) -> [f64; 2] {
        let slope = metric.map().network().segment_of(self.edge).slope;
        let slope = if self.edge & 1 == 0 {
            slope
        } else {
            slope.reversed()
        };
        [slope.climb_m, slope.descent_m].map(|metres| f64::from(metres) * (self.end - self.begin))
    }

    /// Its course, two points at least.
    pub fn path(&self, metric: &RoadMetric) -> Vec<LonLat> {
        let network = metric.map().network();
        let whole = network.path(self.edge);
        if self.begin <= 0.0 && self.end >= 1.0 {
            return whole;
        }
        cut(&whole, [self.begin, self.end])
    }

    /// How long it takes with its turn, in seconds.
    pub fn duration_s(&self) -> f64 {
        f64::from(self.turn + self.drive) / TENTHS_PER_S
    }
}

/// The part of a path between two shares of its length.
pub(super) fn cut(path: &[LonLat], [begin, end]: [f64; 2]) -> Vec<LonLat> {
    let lengths = path
        .windows(2)
        .map(|pair| ground_length_m(pair[0], pair[1]));
    let total_m: f64 = lengths.clone().sum();
    let [begin_m, end_m] = [begin, end].map(|share| share * total_m);
    let mut points = Vec::new();
    let mut at_m = 0.0;
    for (pair, line_m) in path.windows(2).zip(lengths) {
        let next_m = at_m + line_m;
        let point = |metres: f64| {
            let share = if line_m > 0.0 {
                (metres - at_m) / line_m
            } else {
                0.0
            };
            between(pair[0], pair[1], share.clamp(0.0, 1.0))
        };
        if points.is_empty() && begin_m <= next_m {
            points.push(point(begin_m));
        }
        if !points.is_empty() && end_m <= next_m {
            points.push(point(end_m));
            return points;
        }
        if !points.is_empty() {
            points.push(pair[1]);
        }
        at_m = next_m;
    }
    let last = path.last().copied();
    points.extend(last);
    if points.len() < 2 {
        points.extend(last);
    }
    points
}

impl Leg {
    /// How long it is, in metres.
    pub fn length_m(&self, metric: &RoadMetric) -> f64 {
        self.rides.iter().map(|ride| ride.length_m(metric)).sum()
    }

    /// How long it takes, in seconds.
    pub fn duration_s(&self) -> f64 {
        f64::from(self.cost) / TENTHS_PER_S
    }

    /// How many metres it climbs, and descends.
    pub fn climb_m(&self, metric: &RoadMetric) -> [f64; 2] {
        let add = |[up, down]: [f64; 2], ride: &Ride| {
            let [climb, descent] = ride.climb_m(metric);
            [up + climb, down + descent]
        };
        self.rides.iter().fold([0.0; 2], add)
    }

    /// Its course, two points at least.
    pub fn path(&self, metric: &RoadMetric) -> Vec<LonLat> {
        let mut path: Vec<LonLat> = Vec::new();
        for ride in &self.rides {
            let points = ride.path(metric).into_iter();
            path.extend(points.skip(usize::from(!path.is_empty())));
        }
        path
    }
}

/// Which way one heads from one place to another, in degrees clockwise from north, 0–360.
pub(super) fn heading_deg(from: LonLat, to: LonLat) -> f64 {
    let [east, north] = metres_between(from, to);
    let degrees = libm::atan2(east, north).to_degrees();
    if degrees < 0.0 {
        degrees + 360.0
    } else {
        degrees
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_cut_at_shares_of_its_length() {
        let at = |lon: f64| LonLat::new(lon, 0.0).unwrap();
        let path = [at(0.0), at(0.01), at(0.04)];
        let lons = |share| {
            cut(&path, share)
                .iter()
                .map(|at| (at.lon() * 1e6).round())
                .collect::<Vec<_>>()
        };
        assert_eq!(lons([0.0, 1.0]), [0.0, 10_000.0, 40_000.0]);
        assert_eq!(lons([0.125, 0.5]), [5_000.0, 10_000.0, 20_000.0]);
        assert_eq!(lons([0.5, 0.75]), [20_000.0, 30_000.0]);
        assert_eq!(lons([0.5, 0.5]), [20_000.0, 20_000.0]);
        assert_eq!(lons([1.0, 1.0]), [40_000.0, 40_000.0]);
    }
}
