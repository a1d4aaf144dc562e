//! How points of streets are left and reached: what it costs, and how long it is.

use super::halt::Halt;
use super::map::RoadMetric;
use super::metric::End;
use super::snap::Snap;
use crate::numbers::{floor_u64, index_u32};

/// Lengths are counted in this part of a metre.
const MM_PER_M: f64 = 1000.0;

/// The ends of ways over some roads, with lengths in millimetres.
#[derive(Clone, Debug)]
pub(super) struct Ends<'m> {
    roads: &'m RoadMetric,
    /// The length of the edge that each node of the turn graph stands for.
    pub(super) of_node: Vec<u32>,
}

impl<'m> Ends<'m> {
    pub(super) fn new(roads: &'m RoadMetric) -> Self {
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

    /// The ways to leave.
    pub(super) fn departures(&self, halt: &Halt) -> Vec<End> {
        let end = |node: u32| {
            let edge = self.roads.map().turns().edge(node);
            End {
                node,
                cost: self.roads.cost_from(halt.snap(), edge),
                length: i64::from(self.of_node[edge as usize]) - self.to(halt.snap(), edge),
            }
        };
        self.roads.leaving(halt).into_iter().map(end).collect()
    }

    /// The ways to come straight: the point lies before the node, so that the cost is below 0.
    pub(super) fn arrivals(&self, halt: &Halt) -> Vec<End> {
        let end = |node: u32| {
            let edge = self.roads.map().turns().edge(node);
            End {
                node,
                cost: -self.roads.cost_from(halt.snap(), edge),
                length: self.to(halt.snap(), edge) - i64::from(self.of_node[edge as usize]),
            }
        };
        self.roads.arriving(halt).into_iter().map(end).collect()
    }

    /// The ways to come round, for somebody who leaves the same street behind the point, and the nodes
    /// that they lead onto. A straight arrival, which lies behind for it, would hide them: the two are
    /// to be kept apart.
    pub(super) fn arrivals_round(&self, halt: &Halt) -> (Vec<End>, Vec<u32>) {
        let nodes = self.roads.arriving(halt).into_iter();
        let round = nodes.flat_map(|node| {
            let edge = self.roads.map().turns().edge(node);
            let length = self.to(halt.snap(), edge);
            let left = self.roads.cost_from(halt.snap(), edge);
            let rows = self.roads.ways_onto_node(node, left).into_iter();
            let end = move |row: super::Row| End {
                node: row.node,
                cost: row.cost,
                length,
            };
            rows.map(move |row| (end(row), node))
        });
        round.unzip()
    }
}

/// Which of some points are not alone on their segment, so that somebody may have to come round.
pub(super) fn in_company(halts: &[Option<Halt>]) -> Vec<bool> {
    let segment = |halt: &Option<Halt>| halt.as_ref().map(|halt| halt.snap().segment);
    let mut segments: Vec<u32> = halts.iter().filter_map(segment).collect();
    segments.sort_unstable();
    let is_shared = |segment: u32| {
        let first = segments.partition_point(|&other| other < segment);
        segments.get(first + 1) == Some(&segment)
    };
    let each = halts.iter().map(segment);
    each.map(|segment| segment.is_some_and(is_shared)).collect()
}
