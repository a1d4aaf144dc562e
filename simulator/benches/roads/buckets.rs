//! Many-to-many with buckets (Knopp and others, 2007) on a hierarchy of fast_paths, with stalling on
//! demand: what one would write on top of that crate.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use fast_paths::FastGraph;
use serde_json::Value;

const FAR: u32 = u32::MAX;

/// The arcs of a hierarchy that lead upwards, one way and the other.
pub(crate) struct Buckets {
    out: Rows,
    into: Rows,
}

struct Rows {
    first: Vec<usize>,
    arcs: Vec<(u32, u32)>,
}

impl Rows {
    fn of(&self, node: u32) -> &[(u32, u32)] {
        &self.arcs[self.first[node as usize]..self.first[node as usize + 1]]
    }
}

impl Buckets {
    /// Takes the arcs out of a prepared graph, which shows them only when it is written down.
    pub(crate) fn new(graph: &FastGraph) -> Self {
        let written = serde_json::to_value(graph).expect("a graph can be written");
        let rows = |edges: &str| {
            let mut arcs: Vec<[u32; 3]> = list(&written[edges]).iter().map(arc).collect();
            arcs.sort_unstable();
            let first = begins(graph.get_num_nodes(), arcs.iter().map(|[base, ..]| *base));
            let arcs = arcs
                .into_iter()
                .map(|[_, head, cost]| (head, cost))
                .collect();
            Rows { first, arcs }
        };
        Self {
            out: rows("edges_fwd"),
            into: rows("edges_bwd"),
        }
    }

    /// What the way from each of some nodes to each of others costs, row by row.
    pub(crate) fn matrix(&self, from: &[u32], to: &[u32]) -> Vec<u32> {
        let nodes = self.out.first.len() - 1;
        let mut search = Search {
            best: vec![FAR; nodes],
            seen: vec![],
            queue: BinaryHeap::new(),
        };
        let mut found: Vec<(u32, u32, u32)> = Vec::new();
        for (column, &node) in (0_u32..).zip(to) {
            search.run(node, [&self.into, &self.out], |node, cost| {
                found.push((node, column, cost));
            });
        }
        found.sort_unstable();
        let first = begins(nodes, found.iter().map(|(node, ..)| *node));
        let mut costs = vec![FAR; from.len() * to.len()];
        for (row, &node) in costs.chunks_mut(to.len()).zip(from) {
            search.run(node, [&self.out, &self.into], |node, cost| {
                for &(_, column, rest) in &found[first[node as usize]..first[node as usize + 1]] {
                    let slot = &mut row[column as usize];
                    *slot = (*slot).min(cost + rest);
                }
            });
        }
        costs
    }
}

/// Where the rows of a sorted list begin, whose items belong to these nodes.
fn begins(nodes: usize, of: impl Iterator<Item = u32>) -> Vec<usize> {
    let mut first = vec![0; nodes + 1];
    for node in of {
        first[node as usize + 1] += 1;
    }
    for ix in 0..nodes {
        first[ix + 1] += first[ix];
    }
    first
}

struct Search {
    best: Vec<u32>,
    seen: Vec<u32>,
    queue: BinaryHeap<Reverse<(u32, u32)>>,
}

impl Search {
    /// Goes up from a node, and tells what it settles and does not stall.
    fn run(&mut self, start: u32, [up, down]: [&Rows; 2], mut settle: impl FnMut(u32, u32)) {
        self.best[start as usize] = 0;
        self.seen.push(start);
        self.queue.push(Reverse((0, start)));
        while let Some(Reverse((cost, node))) = self.queue.pop() {
            if cost > self.best[node as usize] {
                continue;
            }
            let mut above = down.of(node).iter();
            if above.any(|&(head, link)| self.best[head as usize].saturating_add(link) < cost) {
                continue;
            }
            settle(node, cost);
            for &(head, link) in up.of(node) {
                let slot = &mut self.best[head as usize];
                if cost + link < *slot {
                    if *slot == FAR {
                        self.seen.push(head);
                    }
                    *slot = cost + link;
                    self.queue.push(Reverse((cost + link, head)));
                }
            }
        }
        for node in self.seen.drain(..) {
            self.best[node as usize] = FAR;
        }
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn arc(edge: &Value) -> [u32; 3] {
    ["base_node", "adj_node", "weight"].map(|key| {
        let number = edge[key].as_u64().expect("a number");
        u32::try_from(number).expect("a small number")
    })
}
