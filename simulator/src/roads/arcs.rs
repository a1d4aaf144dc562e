//! The directed graph that is searched: nodes and arcs, without costs.

use crate::error::{SimError, SimResult};
use crate::numbers::index_u32;

/// A directed graph as rows of arcs, one row for each node.
///
/// Arcs have the numbers 0, 1, 2, … in the order of their tails; costs are given beside it, one for
/// each arc. Parallel arcs and loops are allowed.
///
/// ```
/// use simulator::roads::ArcGraph;
///
/// let (graph, order) = ArcGraph::from_arcs(3, &[(2, 0), (0, 1)])?;
/// assert_eq!((graph.node_count(), graph.arc_count()), (3, 2));
/// assert_eq!(graph.heads_of(2), [0]);
/// assert_eq!(order, [1, 0]); // arc 0 is the second one given
/// # Ok::<(), simulator::SimError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArcGraph {
    first_out: Vec<u32>,
    heads: Vec<u32>,
}

impl ArcGraph {
    /// The most nodes and the most arcs that a graph may have.
    pub const MAX: usize = 1 << 30;

    /// Sorts arcs, given as (tail, head), by their tails; also returns which of the given arcs
    /// each arc of the graph is.
    ///
    /// # Errors
    /// [`SimError::UnknownIndex`] for an end beyond `nodes`, and [`SimError::TooLarge`].
    pub fn from_arcs(nodes: usize, arcs: &[(u32, u32)]) -> SimResult<(Self, Vec<u32>)> {
        for (what, count) in [("nodes", nodes), ("arcs", arcs.len())] {
            if count > Self::MAX {
                let limit = Self::MAX;
                return Err(SimError::TooLarge { what, count, limit });
            }
        }
        let mut first_out = vec![0_u32; nodes + 1];
        for &(tail, head) in arcs {
            let index = tail.max(head) as usize;
            if index >= nodes {
                let (what, count) = ("node", nodes);
                return Err(SimError::UnknownIndex { what, index, count });
            }
            first_out[tail as usize + 1] += 1;
        }
        accumulate(&mut first_out);
        let mut order: Vec<u32> = (0..index_u32(arcs.len())).collect();
        order.sort_by_key(|&arc| arcs[arc as usize].0);
        let heads = order.iter().map(|&arc| arcs[arc as usize].1).collect();
        Ok((Self { first_out, heads }, order))
    }

    /// How many nodes there are.
    pub const fn node_count(&self) -> usize {
        self.first_out.len() - 1
    }

    /// How many arcs there are.
    pub const fn arc_count(&self) -> usize {
        self.heads.len()
    }

    /// The numbers of the arcs that leave a node.
    ///
    /// # Panics
    /// Where there is no such node.
    pub fn arcs_of(&self, node: u32) -> std::ops::Range<usize> {
        let node = node as usize;
        self.first_out[node] as usize..self.first_out[node + 1] as usize
    }

    /// The heads of the arcs that leave a node.
    ///
    /// # Panics
    /// Where there is no such node.
    pub fn heads_of(&self, node: u32) -> &[u32] {
        &self.heads[self.arcs_of(node)]
    }

    /// The heads of all arcs.
    pub fn heads(&self) -> &[u32] {
        &self.heads
    }

    /// All arcs as (tail, head), by number.
    pub fn arcs(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        let nodes = 0..index_u32(self.node_count());
        nodes.flat_map(|tail| self.heads_of(tail).iter().map(move |&head| (tail, head)))
    }

    /// A checksum of the nodes and arcs: two graphs with the same one are taken for the same.
    pub fn fingerprint(&self) -> u64 {
        let mut rows = crc32fast::Hasher::new();
        let mut heads = crc32fast::Hasher::new();
        for first in &self.first_out {
            rows.update(&first.to_le_bytes());
        }
        for head in &self.heads {
            heads.update(&head.to_le_bytes());
        }
        u64::from(rows.finalize()) << 32 | u64::from(heads.finalize())
    }
}

/// Turns counts, of which the first is 0, into where each row begins.
pub(super) fn accumulate(counts: &mut [u32]) {
    let mut sum = 0;
    for count in counts {
        sum += *count;
        *count = sum;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arcs_are_sorted_by_tail_and_keep_their_order() {
        let given = [(1, 2), (0, 1), (1, 0), (1, 2)];
        let (graph, order) = ArcGraph::from_arcs(3, &given).unwrap();
        let arcs: Vec<_> = graph.arcs().collect();
        assert_eq!(arcs, [(0, 1), (1, 2), (1, 0), (1, 2)]);
        assert_eq!(order, [1, 0, 2, 3]);
    }

    #[test]
    fn an_end_that_is_not_there_is_refused() {
        let refused = ArcGraph::from_arcs(2, &[(0, 2)]);
        assert!(matches!(
            refused,
            Err(SimError::UnknownIndex { index: 2, .. })
        ));
    }

    #[test]
    fn another_graph_has_another_fingerprint() {
        let print = |arcs: &[(u32, u32)]| ArcGraph::from_arcs(3, arcs).unwrap().0.fingerprint();
        assert_eq!(print(&[(0, 1)]), print(&[(0, 1)]));
        assert_ne!(print(&[(0, 1)]), print(&[(1, 0)]));
        assert_ne!(print(&[(0, 1)]), print(&[(0, 2)]));
    }
}
