//! What one has to remember of the way so far, to know which turns are forbidden.

use std::collections::BTreeMap;

use crate::numbers::index_u32;
use crate::roads::network::{Ban, Network};

/// Nodes are edges, then the beginnings, of two edges and more, of forbidden sequences.
#[derive(Debug)]
pub(super) struct Automaton {
    /// The last edge of each node.
    edge_of: Vec<u32>,
    /// For a beginning, the longest other beginning that it ends with; for an edge itself.
    shorter: Vec<u32>,
    /// The beginning that is one edge longer.
    longer: BTreeMap<(u32, u32), u32>,
    /// What forbids an edge after a beginning.
    ends: BTreeMap<(u32, u32), Vec<Ban>>,
}

impl Automaton {
    pub(super) fn new(network: &Network) -> Self {
        let edges = index_u32(network.edge_count());
        let mut automaton = Self {
            edge_of: (0..edges).collect(),
            shorter: (0..edges).collect(),
            longer: BTreeMap::new(),
            ends: BTreeMap::new(),
        };
        let mut parents: Vec<(u32, u32)> = Vec::new();
        for forbidden in network.forbidden() {
            let Some((&first, rest)) = forbidden.before().split_first() else {
                continue;
            };
            let mut node = first;
            for &edge in rest {
                node = automaton.lengthen(node, edge, &mut parents);
            }
            let by = automaton.ends.entry((node, forbidden.last())).or_default();
            if !by.contains(&forbidden.ban) {
                by.push(forbidden.ban);
            }
        }
        automaton.link(edges, &parents);
        automaton
    }

    /// The beginning that has one edge more, new if need be; `parents` tell where they come from.
    fn lengthen(&mut self, node: u32, edge: u32, parents: &mut Vec<(u32, u32)>) -> u32 {
        let fresh = index_u32(self.edge_of.len());
        let longer = *self.longer.entry((node, edge)).or_insert(fresh);
        if longer == fresh {
            self.edge_of.push(edge);
            self.shorter.push(edge);
            parents.push((node, edge));
        }
        longer
    }

    /// Finds what each beginning ends with, the short ones first.
    fn link(&mut self, edges: u32, parents: &[(u32, u32)]) {
        let depth = Self::depths(edges, parents);
        let mut order: Vec<usize> = (0..parents.len()).collect();
        order.sort_by_key(|&ix| depth[ix]);
        for ix in order {
            let (parent, edge) = parents[ix];
            let node = edges + index_u32(ix);
            if parent >= edges {
                self.shorter[node as usize] = self.next(self.shorter[parent as usize], edge);
            }
        }
    }

    fn depths(edges: u32, parents: &[(u32, u32)]) -> Vec<u32> {
        let mut depths: Vec<u32> = Vec::with_capacity(parents.len());
        for &(parent, _) in parents {
            let above = parent
                .checked_sub(edges)
                .and_then(|ix| depths.get(ix as usize));
            depths.push(above.map_or(2, |depth| depth + 1));
        }
        depths
    }

    pub(super) fn node_count(&self) -> usize {
        self.edge_of.len()
    }

    pub(super) fn edge(&self, node: u32) -> u32 {
        self.edge_of[node as usize]
    }

    pub(super) fn into_edges(self) -> Vec<u32> {
        self.edge_of
    }

    /// Where one is after an edge: the longest beginning that the way now ends with.
    pub(super) fn next(&self, node: u32, edge: u32) -> u32 {
        let found = self
            .endings(node)
            .find_map(|node| self.longer.get(&(node, edge)));
        found.copied().unwrap_or(edge)
    }

    /// What forbids an edge here.
    pub(super) fn forbidden(&self, node: u32, edge: u32) -> Vec<Ban> {
        let by = self
            .endings(node)
            .filter_map(|node| self.ends.get(&(node, edge)));
        by.flatten().copied().collect()
    }

    /// A node and all shorter beginnings that it ends with, down to its edge.
    fn endings(&self, node: u32) -> impl Iterator<Item = u32> + '_ {
        std::iter::successors(Some(node), |&node| {
            let shorter = self.shorter[node as usize];
            (shorter != node).then_some(shorter)
        })
    }
}
