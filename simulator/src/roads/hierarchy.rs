//! The skeleton of all fast searches: an order of the nodes, and the arcs between nodes that remain
//! joined when all lower ones are taken out.
//!
//! A customizable contraction hierarchy (Dibbelt, Strasser and Wagner, 2016). It depends on which
//! arcs there are, not on what they cost: [`Hierarchy::customise`] turns costs into a
//! [`Metric`](super::Metric) in milliseconds.

mod bytes;
mod contract;
mod customise;
mod triangles;

use super::arcs::ArcGraph;
use crate::error::{SimError, SimResult};
use crate::numbers::index_u32;

/// An ordered graph with its shortcuts, without costs.
///
/// Nodes are numbered by their *rank*, from 0 for the first in the order; *upward* leads to a
/// larger rank. Each pair of joined ranks is one *link*, whichever directions it has.
///
/// ```
/// use std::sync::Arc;
/// use simulator::roads::{ArcGraph, Hierarchy, Row, Searcher};
///
/// let (graph, _) = ArcGraph::from_arcs(3, &[(0, 1), (1, 2), (2, 0)])?;
/// let hierarchy = Arc::new(Hierarchy::new(&graph, &[0, 2, 1])?);
/// let metric = hierarchy.customise(&[5, 7, 1])?;
/// let at = |node| [Row { node, cost: 0 }];
/// let found = Searcher::new(&metric).route(&at(0), &at(2)).expect("a way");
/// assert_eq!((found.cost, &found.nodes[..]), (12, &[0, 1, 2][..]));
/// # Ok::<(), simulator::SimError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hierarchy {
    /// The rank of each node.
    rank_of: Vec<u32>,
    /// The node of each rank.
    node_at: Vec<u32>,
    /// The links of each rank to larger ones, as rows.
    first_up: Vec<u32>,
    /// The larger rank of each link; rising within a row.
    tops: Vec<u32>,
    /// The smaller rank of each link.
    bottoms: Vec<u32>,
    /// The least larger rank that each rank is linked with, or [`NO_PARENT`].
    parents: Vec<u32>,
    /// The links of each rank to smaller ones, as rows.
    first_down: Vec<u32>,
    /// For each of these, the smaller rank and the number of the link; by rank.
    down: Vec<(u32, u32)>,
    /// The link of each arc of the graph, and which way along it: `link << 1 | is_downward`.
    link_of: Vec<u32>,
    fingerprint: u64,
}

/// A rank that is linked with no larger one.
const NO_PARENT: u32 = u32::MAX;

/// The link of an arc that joins a node with itself.
const NO_LINK: u32 = u32::MAX;

impl Hierarchy {
    /// Links the nodes of a graph in an order that names each of them once.
    ///
    /// # Errors
    /// [`SimError::InvalidOrder`], and [`SimError::TooLarge`] for more links than can be counted.
    pub fn new(graph: &ArcGraph, order: &[u32]) -> SimResult<Self> {
        let rank_of = ranks(graph.node_count(), order)?;
        let (first_up, tops) = contract::links(graph, &rank_of, order)?;
        Self::assemble(graph, rank_of, first_up, tops)
    }

    /// Puts the parts together and derives the rest.
    fn assemble(
        graph: &ArcGraph,
        rank_of: Vec<u32>,
        first_up: Vec<u32>,
        tops: Vec<u32>,
    ) -> SimResult<Self> {
        let mut node_at = vec![0; rank_of.len()];
        for (node, &rank) in (0_u32..).zip(&rank_of) {
            node_at[rank as usize] = node;
        }
        let (first_down, down) = contract::downward(&first_up, &tops);
        let parent = |row: &[u32]| tops[row[0] as usize..row[1] as usize].first().copied();
        let parents = first_up
            .windows(2)
            .map(|row| parent(row).unwrap_or(NO_PARENT));
        let mut hierarchy = Self {
            parents: parents.collect(),
            bottoms: contract::bottoms(&first_up),
            rank_of,
            node_at,
            first_up,
            tops,
            first_down,
            down,
            link_of: Vec::with_capacity(graph.arc_count()),
            fingerprint: graph.fingerprint(),
        };
        for (tail, head) in graph.arcs() {
            let link = hierarchy.link_of_arc(tail, head)?;
            hierarchy.link_of.push(link);
        }
        Ok(hierarchy)
    }

    fn link_of_arc(&self, tail: u32, head: u32) -> SimResult<u32> {
        if tail == head {
            return Ok(NO_LINK);
        }
        let (from, to) = (self.rank_of[tail as usize], self.rank_of[head as usize]);
        let link = self.link(from.min(to), from.max(to));
        let link = link.ok_or(SimError::StaleRoads { what: "links" })?;
        Ok(link << 1 | u32::from(to < from))
    }

    /// How many nodes there are.
    pub const fn node_count(&self) -> usize {
        self.rank_of.len()
    }

    /// How many links there are, shortcuts included.
    pub const fn link_count(&self) -> usize {
        self.tops.len()
    }

    /// How many arcs the graph has that costs are given for.
    pub const fn arc_count(&self) -> usize {
        self.link_of.len()
    }

    /// The [fingerprint](ArcGraph::fingerprint) of the graph that it was made for.
    pub const fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// How many bytes it takes in memory.
    pub const fn memory_bytes(&self) -> usize {
        let nodes = 5 * 4 * self.rank_of.len();
        nodes + (4 + 4 + 8) * self.tops.len() + 4 * self.link_of.len()
    }

    /// The rank of a node.
    pub(super) fn rank(&self, node: u32) -> u32 {
        self.rank_of[node as usize]
    }

    /// The node of a rank.
    pub(super) fn node(&self, rank: u32) -> u32 {
        self.node_at[rank as usize]
    }

    /// The links of a rank to larger ones.
    pub(super) fn up(&self, rank: u32) -> std::ops::Range<usize> {
        let rank = rank as usize;
        self.first_up[rank] as usize..self.first_up[rank + 1] as usize
    }

    /// The least larger rank that a rank is linked with: every larger one that can be reached from
    /// it going up lies on the way through these.
    pub(super) fn parent(&self, rank: u32) -> Option<u32> {
        let parent = self.parents[rank as usize];
        (parent != NO_PARENT).then_some(parent)
    }

    /// The link of the same rank as `link` to a larger rank than that one's, which must be linked.
    fn later_link(&self, link: u32, top: u32) -> u32 {
        let after = &self.tops[link as usize + 1..];
        let step = after
            .iter()
            .position(|&other| other == top)
            .unwrap_or_default();
        link + 1 + index_u32(step)
    }

    /// The link between two ranks.
    fn link(&self, low: u32, high: u32) -> Option<u32> {
        let row = self.up(low);
        let ix = self.tops[row.clone()].binary_search(&high).ok()?;
        Some(index_u32(row.start + ix))
    }
}

/// The rank of each node in an order that names each of them once.
fn ranks(nodes: usize, order: &[u32]) -> SimResult<Vec<u32>> {
    let given = order.len();
    let mut rank_of = vec![u32::MAX; nodes];
    for (rank, &node) in (0_u32..).zip(order) {
        match rank_of.get_mut(node as usize) {
            Some(slot) if *slot == u32::MAX => *slot = rank,
            _ => return Err(SimError::InvalidOrder { node, given, nodes }),
        }
    }
    match rank_of.iter().position(|&rank| rank == u32::MAX) {
        Some(node) => Err(SimError::InvalidOrder {
            node: index_u32(node),
            given,
            nodes,
        }),
        None => Ok(rank_of),
    }
}
