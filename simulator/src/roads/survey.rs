//! Ways from each of many places to each other: what they cost, and how long the cheapest is.

use super::cost::{INFINITE, UNREACHABLE};
use super::map::RoadMetric;
use super::metric::{Climbs, End, Mark, Measure};
use super::snap::Snap;
use crate::numbers::{floor_u64, index_u32};

/// Lengths are counted in this part of a metre.
const MM_PER_M: f64 = 1000.0;

/// The ways between some places, ready to be told row by row.
///
/// The costs are those of a [matrix](super::MatrixRows) between the same points. The length is that of
/// a way with this cost; of several, not always the shortest one. Climbs are kept for every place,
/// some 10 KiB each.
#[derive(Clone, Debug)]
pub struct Survey<'m> {
    measure: Measure<'m>,
    departures: Vec<Vec<End>>,
    /// For each place the marks of those who arrive straight, and of those who come round.
    arrivals: Vec<[Vec<(u32, Mark)>; 2]>,
}

impl<'m> Survey<'m> {
    /// Prepares the ways between points; those that are `None` cannot be left or reached.
    pub fn new(roads: &'m RoadMetric, places: &[Option<Snap>]) -> Self {
        let lengths = Lengths::new(roads);
        let measure = Measure::new(roads.metric(), &lengths.of_node);
        let last_left = roads.last_left(places);
        let mut blank = measure.blank();
        let arrive = |place: &Option<Snap>| {
            let ends = lengths.arrivals(place.as_ref(), &last_left);
            ends.map(|ends| measure.climb(Climbs::Backward, &ends, &mut blank))
        };
        Self {
            arrivals: places.iter().map(arrive).collect(),
            departures: places
                .iter()
                .map(|place| lengths.departures(place.as_ref()))
                .collect(),
            measure,
        }
    }

    /// How many places there are.
    pub const fn len(&self) -> usize {
        self.departures.len()
    }

    /// Whether there is no place.
    pub const fn is_empty(&self) -> bool {
        self.departures.is_empty()
    }

    /// Fills in rows from the row of place `first` on, as many as there is room for: costs in tenths
    /// of a second and lengths in metres, [`UNREACHABLE`] where there is no way. Rows beyond the last
    /// place stay as they are.
    pub fn fill(&self, first: usize, costs: &mut [u32], lengths_m: &mut [u32]) {
        let columns = self.len().max(1);
        let mut blank = self.measure.blank();
        let rows = costs
            .chunks_exact_mut(columns)
            .zip(lengths_m.chunks_exact_mut(columns));
        for (departures, (costs, lengths_m)) in self.departures.iter().skip(first).zip(rows) {
            let climb = self.measure.climb(Climbs::Forward, departures, &mut blank);
            for &(rank, mark) in &climb {
                blank[rank as usize] = mark;
            }
            let cells = costs.iter_mut().zip(lengths_m);
            for (arrivals, (cost, length_m)) in self.arrivals.iter().zip(cells) {
                let best = arrivals.iter().flatten().fold(Mark::NONE, |best, end| {
                    let (rank, there) = *end;
                    best.min(sum(blank[rank as usize], there))
                });
                [*cost, *length_m] = told(best);
            }
            for &(rank, _) in &climb {
                blank[rank as usize] = Mark::NONE;
            }
        }
    }
}

/// The way over a rank; none where the end of it lies behind its beginning.
const fn sum(from: Mark, to: Mark) -> Mark {
    let cost = from.cost + to.cost;
    if cost < 0 || from.cost >= Mark::NONE.cost {
        return Mark::NONE;
    }
    Mark {
        cost,
        length: from.length + to.length,
    }
}

/// Cost and length in metres as an answer has them.
fn told(mark: Mark) -> [u32; 2] {
    if mark.cost >= i64::from(INFINITE) {
        return [UNREACHABLE; 2];
    }
    let metres = (mark.length.max(0) + 500) / 1000;
    let within = |value: i64| u32::try_from(value).unwrap_or(UNREACHABLE);
    [within(mark.cost), within(metres).min(UNREACHABLE - 1)]
}

/// The lengths of streets, in millimetres.
struct Lengths<'m> {
    roads: &'m RoadMetric,
    /// Of the edge that each node of the turn graph stands for.
    of_node: Vec<u32>,
}

impl<'m> Lengths<'m> {
    fn new(roads: &'m RoadMetric) -> Self {
        let map = roads.map();
        let turns = map.turns();
        let nodes = 0..index_u32(turns.graph().node_count());
        let length = |node| {
            let length_m = map.network().segment_of(turns.edge(node)).length_m;
            let millimetres = floor_u64(libm::round(length_m * MM_PER_M));
            u32::try_from(millimetres).unwrap_or(u32::MAX)
        };
        Self {
            roads,
            of_node: nodes.map(length).collect(),
        }
    }

    /// From the beginning of an edge to a point of it.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a share of a length that has 32 bits"
    )]
    fn to(&self, snap: &Snap, edge: u32) -> i64 {
        libm::round(snap.share_of(edge) * f64::from(self.of_node[edge as usize])) as i64
    }

    fn departures(&self, place: Option<&Snap>) -> Vec<End> {
        let end = |snap: &Snap, edge: u32| End {
            node: edge,
            cost: self.roads.cost_from(snap, edge),
            length: i64::from(self.of_node[edge as usize]) - self.to(snap, edge),
        };
        let ends = place.into_iter().flat_map(|snap| {
            let edges = self.roads.stopping_edges(snap).into_iter();
            edges.map(move |edge| end(snap, edge))
        });
        ends.collect()
    }

    /// Straight, and round where somebody leaves the same edge behind the point: kept apart, because a
    /// straight arrival that lies behind would hide the way round to the same node.
    fn arrivals(&self, place: Option<&Snap>, last_left: &[i32]) -> [Vec<End>; 2] {
        let [mut straight, mut round] = [vec![], vec![]];
        let Some(snap) = place else {
            return [straight, round];
        };
        for edge in self.roads.stopping_edges(snap) {
            let left = self.roads.cost_from(snap, edge);
            let length = self.to(snap, edge);
            straight.extend(self.roads.map().nodes_of(edge).map(|node| End {
                node,
                cost: -left,
                length: length - i64::from(self.of_node[edge as usize]),
            }));
            if last_left[edge as usize] > self.roads.cost_to(snap, edge) {
                let rows = self.roads.ways_onto(edge, left).into_iter();
                round.extend(rows.map(|row| End {
                    node: row.node,
                    cost: row.cost,
                    length,
                }));
            }
        }
        [straight, round]
    }
}
