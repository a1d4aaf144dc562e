//! Which ranks are joined once all lower ones are taken out.

use crate::error::{SimError, SimResult};
use crate::numbers::index_u32;
use crate::roads::arcs::{ArcGraph, accumulate};

/// The most links that a hierarchy may have: one bit is left for the direction.
pub(super) const MAX_LINKS: usize = 1 << 30;

/// The links of each rank to larger ones, as rows, each in rising order.
///
/// What a rank is linked with is what its arcs join it with, and what those lower ranks are linked
/// with whose least link it is: taking such a one out joins all that it was linked with.
pub(super) fn links(
    graph: &ArcGraph,
    rank_of: &[u32],
    order: &[u32],
) -> SimResult<(Vec<u32>, Vec<u32>)> {
    let (first_arc, arcs) = upward_arcs(graph, rank_of);
    let nodes = order.len();
    let mut first_up = Vec::with_capacity(nodes + 1);
    let mut tops: Vec<u32> = Vec::with_capacity(2 * graph.arc_count());
    let mut children = Children::new(nodes);
    let mut seen = vec![u32::MAX; nodes];
    first_up.push(0);
    for rank in 0..index_u32(nodes) {
        let begin = tops.len();
        let mut add = |tops: &mut Vec<u32>, top: u32| {
            if std::mem::replace(&mut seen[top as usize], rank) != rank {
                tops.push(top);
            }
        };
        let own = first_arc[rank as usize] as usize..first_arc[rank as usize + 1] as usize;
        arcs[own].iter().for_each(|&top| add(&mut tops, top));
        for child in children.of(rank) {
            let row = first_up[child as usize] as usize + 1..first_up[child as usize + 1] as usize;
            for link in row {
                let top = tops[link];
                add(&mut tops, top);
            }
        }
        if tops.len() > MAX_LINKS {
            let (what, count, limit) = ("links", tops.len(), MAX_LINKS);
            return Err(SimError::TooLarge { what, count, limit });
        }
        tops[begin..].sort_unstable();
        if let Some(&parent) = tops.get(begin) {
            children.add(parent, rank);
        }
        first_up.push(index_u32(tops.len()));
    }
    tops.shrink_to_fit();
    Ok((first_up, tops))
}

/// The arcs of each rank, in either direction, that lead to larger ones.
fn upward_arcs(graph: &ArcGraph, rank_of: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let ends = || {
        let ranks = graph
            .arcs()
            .map(|(tail, head)| [rank_of[tail as usize], rank_of[head as usize]]);
        ranks.filter(|[tail, head]| tail != head)
    };
    let mut first = vec![0_u32; rank_of.len() + 1];
    for [tail, head] in ends() {
        first[tail.min(head) as usize + 1] += 1;
    }
    accumulate(&mut first);
    let mut next = first.clone();
    let mut arcs = vec![0_u32; first.last().copied().unwrap_or_default() as usize];
    for [tail, head] in ends() {
        let slot = &mut next[tail.min(head) as usize];
        arcs[*slot as usize] = tail.max(head);
        *slot += 1;
    }
    (first, arcs)
}

/// The smaller rank of each link.
pub(super) fn bottoms(first_up: &[u32]) -> Vec<u32> {
    let rows = (0_u32..).zip(first_up.windows(2));
    let bottoms =
        rows.flat_map(|(rank, row)| std::iter::repeat_n(rank, (row[1] - row[0]) as usize));
    bottoms.collect()
}

/// The links of each rank to smaller ones as (smaller rank, link), as rows.
pub(super) fn downward(first_up: &[u32], tops: &[u32]) -> (Vec<u32>, Vec<(u32, u32)>) {
    let mut first = vec![0_u32; first_up.len()];
    for &top in tops {
        first[top as usize + 1] += 1;
    }
    accumulate(&mut first);
    let mut next = first.clone();
    let mut down = vec![(0, 0); tops.len()];
    for (rank, row) in (0_u32..).zip(first_up.windows(2)) {
        for link in row[0]..row[1] {
            let slot = &mut next[tops[link as usize] as usize];
            down[*slot as usize] = (rank, link);
            *slot += 1;
        }
    }
    (first, down)
}

/// The ranks whose least link each rank is, as linked lists.
struct Children {
    first: Vec<u32>,
    next: Vec<u32>,
}

impl Children {
    const NONE: u32 = u32::MAX;

    fn new(nodes: usize) -> Self {
        Self {
            first: vec![Self::NONE; nodes],
            next: vec![Self::NONE; nodes],
        }
    }

    fn add(&mut self, parent: u32, child: u32) {
        self.next[child as usize] = self.first[parent as usize];
        self.first[parent as usize] = child;
    }

    fn of(&self, parent: u32) -> impl Iterator<Item = u32> + '_ {
        let first = self.first[parent as usize];
        std::iter::successors((first != Self::NONE).then_some(first), |&child| {
            let next = self.next[child as usize];
            (next != Self::NONE).then_some(next)
        })
    }
}
