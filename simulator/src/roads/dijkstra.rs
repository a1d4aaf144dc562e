//! Plain Dijkstra: what every faster search is compared with.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::arcs::ArcGraph;
use super::cost::{INFINITE, Row, UNREACHABLE};

/// The least cost from `from` to every node, [`UNREACHABLE`] where there is no way.
///
/// `costs` has one cost for each arc; arcs of [`INFINITE`] cost and above are closed. Rows with a
/// negative cost count as 0.
///
/// # Panics
/// Where `costs` has fewer entries than the graph has arcs, or a row names a node that is not there.
pub fn dijkstra(graph: &ArcGraph, costs: &[u32], from: &[Row]) -> Vec<u32> {
    let mut best = vec![UNREACHABLE; graph.node_count()];
    let mut queue = BinaryHeap::new();
    for row in from {
        let cost = row.cost.max(0).unsigned_abs();
        if cost < best[row.node as usize] {
            best[row.node as usize] = cost;
            queue.push(Reverse((cost, row.node)));
        }
    }
    while let Some(Reverse((cost, node))) = queue.pop() {
        if cost > best[node as usize] {
            continue;
        }
        for arc in graph.arcs_of(node) {
            let head = graph.heads()[arc];
            let through = cost.saturating_add(costs[arc]);
            if costs[arc] < INFINITE && through < best[head as usize].min(INFINITE) {
                best[head as usize] = through;
                queue.push(Reverse((through, head)));
            }
        }
    }
    best
}

/// The least sum of cost, way and cost over all pairs of a row of `from`, whose `costs` to every
/// node are given, and a row of `to`; sums below 0 do not count.
pub fn entry(costs: &[u32], to: &[Row]) -> u32 {
    let sum = |row: &Row| {
        let cost = *costs.get(row.node as usize)?;
        let sum = i64::from(cost) + i64::from(row.cost);
        let sum = u32::try_from(sum).ok()?;
        (cost < INFINITE && sum < INFINITE).then_some(sum)
    };
    to.iter().filter_map(sum).min().unwrap_or(UNREACHABLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cheaper_way_round_is_taken_and_closed_arcs_are_not() {
        let arcs = [(0, 1), (0, 2), (2, 1), (1, 3), (3, 4)];
        let (graph, _) = ArcGraph::from_arcs(5, &arcs).unwrap();
        // In the order of their tails: 0 to 1, 0 to 2, 1 to 3, 2 to 1, 3 to 4.
        let costs = [9, 2, 3, 1, INFINITE];
        let best = dijkstra(&graph, &costs, &[Row { node: 0, cost: 10 }]);
        assert_eq!(best, [10, 13, 12, 16, UNREACHABLE]);
    }

    #[test]
    fn what_lies_behind_does_not_count() {
        let row = |node, cost| Row { node, cost };
        assert_eq!(entry(&[5, 20], &[row(0, -6)]), UNREACHABLE);
        assert_eq!(entry(&[5, 20], &[row(0, -6), row(1, -3)]), 17);
        assert_eq!(entry(&[5, UNREACHABLE], &[row(0, -5), row(1, 0)]), 0);
    }
}
