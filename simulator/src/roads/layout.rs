//! Places for the nodes of a graph that comes without any.

use super::arcs::ArcGraph;
use crate::numbers::index_u32;

/// Places for the nodes, so that those which are few arcs apart lie near each other.
///
/// Two pairs of nodes far apart from one another span the plane; a node lies where its numbers of
/// arcs to either of a pair, whatever their direction, differ. What hangs together with none of them
/// lies at one place.
pub fn layout(graph: &ArcGraph) -> Vec<[f64; 2]> {
    let nodes = graph.node_count();
    if nodes == 0 {
        return Vec::new();
    }
    let neighbours = Neighbours::new(graph);
    let west = neighbours.farthest(&neighbours.steps_from(neighbours.busiest()));
    let from_west = neighbours.steps_from(west);
    let east = neighbours.farthest(&from_west);
    let from_east = neighbours.steps_from(east);
    let off_axis: Vec<u32> = from_west
        .iter()
        .zip(&from_east)
        .map(|(west, east)| (*west).min(*east))
        .collect();
    let south = neighbours.farthest(&off_axis);
    let from_south = neighbours.steps_from(south);
    let from_three: Vec<u32> = off_axis
        .iter()
        .zip(&from_south)
        .map(|(axis, south)| (*axis).min(*south))
        .collect();
    let from_north = neighbours.steps_from(neighbours.farthest(&from_three));
    let apart =
        |one: &[u32], other: &[u32], node: usize| f64::from(one[node]) - f64::from(other[node]);
    (0..nodes)
        .map(|node| {
            [
                apart(&from_west, &from_east, node),
                apart(&from_south, &from_north, node),
            ]
        })
        .collect()
}

/// Who is joined with whom, in either direction.
struct Neighbours {
    both_ways: ArcGraph,
}

/// So many steps to what cannot be reached.
const APART: u32 = u32::MAX;

impl Neighbours {
    fn new(graph: &ArcGraph) -> Self {
        let arcs: Vec<_> = graph
            .arcs()
            .flat_map(|(tail, head)| [(tail, head), (head, tail)])
            .collect();
        let nothing = || ArcGraph::from_arcs(graph.node_count(), &[]);
        let both_ways = ArcGraph::from_arcs(graph.node_count(), &arcs).or_else(|_| nothing());
        let both_ways = both_ways.map_or_else(|_| graph.clone(), |(graph, _)| graph);
        Self { both_ways }
    }

    /// A node of the largest part: the first one of it.
    fn busiest(&self) -> u32 {
        let nodes = self.both_ways.node_count();
        let mut seen = vec![false; nodes];
        let mut best = (0, 0);
        for start in 0..index_u32(nodes) {
            if seen[start as usize] {
                continue;
            }
            let mut queue = vec![start];
            seen[start as usize] = true;
            let mut next = 0;
            while let Some(&node) = queue.get(next) {
                next += 1;
                for &head in self.both_ways.heads_of(node) {
                    if !std::mem::replace(&mut seen[head as usize], true) {
                        queue.push(head);
                    }
                }
            }
            if queue.len() > best.0 {
                best = (queue.len(), start);
            }
        }
        best.1
    }

    fn steps_from(&self, start: u32) -> Vec<u32> {
        let mut steps = vec![APART; self.both_ways.node_count()];
        steps[start as usize] = 0;
        let mut queue = vec![start];
        let mut next = 0;
        while let Some(&node) = queue.get(next) {
            next += 1;
            for &head in self.both_ways.heads_of(node) {
                if steps[head as usize] == APART {
                    steps[head as usize] = steps[node as usize] + 1;
                    queue.push(head);
                }
            }
        }
        steps
    }

    /// The node with the most steps among those that can be reached; the first of equals.
    #[expect(clippy::unused_self, reason = "reads as a question to the neighbours")]
    fn farthest(&self, steps: &[u32]) -> u32 {
        let reached = (0_u32..).zip(steps).filter(|(_, steps)| **steps != APART);
        reached
            .max_by_key(|&(node, steps)| (*steps, std::cmp::Reverse(node)))
            .map_or(0, |(node, _)| node)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_laid_out_along_one_direction() {
        let arcs: Vec<_> = (0..9).map(|node| (node, node + 1)).collect();
        let (graph, _) = ArcGraph::from_arcs(12, &arcs).unwrap();
        let places = layout(&graph);
        let along: Vec<f64> = places[..10].iter().map(|place| place[0]).collect();
        let is_sorted = along.is_sorted() || along.iter().rev().is_sorted();
        assert!(is_sorted && along[0] != along[9], "{along:?}");
        assert_eq!(places[10], places[11]);
    }

    #[test]
    fn an_empty_graph_has_an_empty_layout() {
        let (graph, _) = ArcGraph::from_arcs(0, &[]).unwrap();
        assert!(layout(&graph).is_empty());
    }
}
