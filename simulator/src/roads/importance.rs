//! How many cheapest ways lead over each node, by a sample.

use super::arcs::ArcGraph;
use super::cost::{INFINITE, Row, UNREACHABLE};
use super::dijkstra::dijkstra;
use crate::numbers::index_u32;

/// How many trees of cheapest ways are looked at.
const TREES: usize = 24;

/// How many nodes lie behind each node on the cheapest ways from a few nodes, in total.
///
/// An order that puts what is important on top leaves fewer links to look at, at costs like these;
/// at others it is as right. The nodes to start from are spread evenly over the numbers.
pub fn importance(graph: &ArcGraph, costs: &[u32]) -> Vec<u32> {
    let nodes = graph.node_count();
    let mut importance = vec![0_u32; nodes];
    let step = (nodes / TREES).max(1);
    for start in (step / 2..nodes).step_by(step) {
        let behind = behind(graph, costs, index_u32(start));
        for (sum, behind) in importance.iter_mut().zip(behind) {
            *sum = sum.saturating_add(behind);
        }
    }
    importance
}

/// How many nodes lie behind each node on the cheapest ways from `start`, itself included.
fn behind(graph: &ArcGraph, costs: &[u32], start: u32) -> Vec<u32> {
    let from_start = dijkstra(
        graph,
        costs,
        &[Row {
            node: start,
            cost: 0,
        }],
    );
    let is_reached = |&node: &u32| from_start[node as usize] != UNREACHABLE;
    let mut reached: Vec<u32> = (0..index_u32(from_start.len()))
        .filter(is_reached)
        .collect();
    reached.sort_by_key(|&node| from_start[node as usize]);
    let mut before = vec![UNREACHABLE; from_start.len()];
    for &node in &reached {
        for arc in graph.arcs_of(node) {
            let head = graph.heads()[arc] as usize;
            let through = from_start[node as usize].saturating_add(costs[arc]);
            let is_new = before[head] == UNREACHABLE && costs[arc] < INFINITE;
            if is_new && through == from_start[head] && from_start[head] > from_start[node as usize]
            {
                before[head] = node;
            }
        }
    }
    let mut behind = vec![0_u32; from_start.len()];
    for &node in reached.iter().rev() {
        behind[node as usize] += 1;
        if let Some(&last) = before.get(node as usize)
            && last != UNREACHABLE
        {
            behind[last as usize] += behind[node as usize];
        }
    }
    behind
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_all_ways_lead_over_is_important() {
        // Two stars, whose middles 0 and 1 are joined.
        let leaves = (2..40).map(|leaf| (leaf % 2, leaf));
        let arcs: Vec<_> = leaves
            .chain([(0, 1)])
            .flat_map(|(a, b)| [(a, b), (b, a)])
            .collect();
        let (graph, _) = ArcGraph::from_arcs(40, &arcs).unwrap();
        let importance = importance(&graph, &vec![1; graph.arc_count()]);
        let largest_leaf = importance[2..].iter().max().unwrap();
        assert!(importance[..2].iter().all(|middle| middle > largest_leaf));
    }
}
