//! Every fast search gives what plain Dijkstra gives, on any graph, in any order, at any costs.

use std::sync::Arc;

use proptest::prelude::*;
use simulator::roads::{
    ArcGraph, Drawing, Hierarchy, INFINITE, Metric, Row, Rows, Searcher, UNREACHABLE, dijkstra,
    entry, node_order,
};

fn at(node: u32) -> [Row; 1] {
    [Row { node, cost: 0 }]
}

/// Checks that a way goes over arcs of the graph and costs what it says.
fn check_way(graph: &ArcGraph, costs: &[u32], (cost, nodes): (u32, &[u32])) {
    let step = |pair: &[u32]| {
        let arcs = graph.arcs_of(pair[0]);
        let fitting = arcs.filter(|&arc| graph.heads()[arc] == pair[1]);
        fitting.map(|arc| costs[arc]).min().expect("an arc")
    };
    let sum: u32 = nodes.windows(2).map(step).sum();
    assert_eq!(sum, cost, "{nodes:?}");
}

/// Compares all searches on all pairs of nodes.
fn check_all(graph: &ArcGraph, costs: &[u32], metric: &Metric) {
    let nodes = 0..u32::try_from(graph.node_count()).unwrap();
    let mut searcher = Searcher::new(metric);
    let every: Rows = nodes.clone().map(at).collect();
    let matrix = metric.matrix(&every, &every);
    for from in nodes.clone() {
        let expected = dijkstra(graph, costs, &at(from));
        assert_eq!(metric.distances(&at(from)), expected, "from {from}");
        let row = matrix.row(from as usize);
        assert_eq!(row, expected, "row of {from}");
        for to in nodes.clone() {
            let found = searcher.route(&at(from), &at(to));
            let cost = found.as_ref().map_or(UNREACHABLE, |found| found.cost);
            assert_eq!(cost, expected[to as usize], "{from} to {to}");
            assert_eq!(searcher.cost(&at(from), &at(to)), cost);
            if let Some(found) = found {
                assert_eq!(found.nodes.first(), Some(&from));
                assert_eq!(found.nodes.last(), Some(&to));
                check_way(graph, costs, (found.cost, &found.nodes));
            }
        }
    }
}

/// A grid of `n` × `n` nodes joined both ways.
fn grid(n: u32) -> (Vec<[f64; 2]>, Vec<[u32; 2]>) {
    let points = (0..n * n).map(|ix| [f64::from(ix % n), f64::from(ix / n)]);
    let right = (0..n * n)
        .filter(|ix| ix % n + 1 < n)
        .map(|ix| [ix, ix + 1]);
    let up = (0..n * n - n).map(|ix| [ix, ix + n]);
    (points.collect(), right.chain(up).collect())
}

fn both_ways(edges: &[[u32; 2]]) -> Vec<(u32, u32)> {
    edges.iter().flat_map(|&[a, b]| [(a, b), (b, a)]).collect()
}

#[test]
fn equal_ways_everywhere_do_no_harm() {
    let (points, edges) = grid(12);
    let (graph, _) = ArcGraph::from_arcs(points.len(), &both_ways(&edges)).unwrap();
    let drawing = Drawing {
        points: &points,
        edges: &edges,
    };
    let order = node_order(drawing, &vec![0; points.len()]);
    let hierarchy = Arc::new(Hierarchy::new(&graph, &order).unwrap());
    for cost in [1, 0] {
        let costs = vec![cost; graph.arc_count()];
        let metric = hierarchy.customise(&costs).unwrap();
        check_all(&graph, &costs, &metric);
    }
}

#[test]
fn a_metric_made_later_leaves_the_earlier_one_alone() {
    let (graph, _) = ArcGraph::from_arcs(3, &[(0, 1), (1, 2), (0, 2)]).unwrap();
    let hierarchy = Arc::new(Hierarchy::new(&graph, &[1, 0, 2]).unwrap());
    let open = hierarchy.customise(&[1, 9, 1]).unwrap();
    let closed = hierarchy.customise(&[1, INFINITE, 1]).unwrap();
    assert_eq!(Searcher::new(&closed).cost(&at(0), &at(2)), 2);
    assert_eq!(Searcher::new(&open).cost(&at(0), &at(2)), 2);
    let nowhere = hierarchy.customise(&[1, INFINITE, INFINITE]).unwrap();
    assert_eq!(Searcher::new(&nowhere).cost(&at(0), &at(2)), UNREACHABLE);
    assert_eq!(Searcher::new(&open).cost(&at(0), &at(2)), 2);
}

#[test]
fn an_order_that_leaves_a_node_out_is_refused() {
    let (graph, _) = ArcGraph::from_arcs(3, &[(0, 1)]).unwrap();
    for order in [&[0, 1][..], &[0, 1, 1], &[0, 1, 3], &[0, 1, 2, 2]] {
        let refused = Hierarchy::new(&graph, order).unwrap_err().to_string();
        assert!(refused.contains("named twice"), "{refused}");
    }
}

#[test]
fn what_costs_too_much_is_out_of_reach_for_every_search() {
    for cost in [1 << 28, INFINITE - 1] {
        let arcs: Vec<_> = (0..8).map(|node| (node, node + 1)).collect();
        let (graph, _) = ArcGraph::from_arcs(9, &arcs).unwrap();
        let costs = vec![cost; 8];
        for order in [[0, 1, 2, 3, 4, 5, 6, 7, 8], [8, 3, 5, 0, 7, 1, 2, 6, 4]] {
            let hierarchy = Arc::new(Hierarchy::new(&graph, &order).unwrap());
            let metric = hierarchy.customise(&costs).unwrap();
            check_all(&graph, &costs, &metric);
            assert_eq!(Searcher::new(&metric).cost(&at(0), &at(1)), cost);
            assert_eq!(Searcher::new(&metric).cost(&at(0), &at(8)), UNREACHABLE);
        }
    }
}

fn a_cost() -> impl Strategy<Value = u32> {
    prop_oneof![0_u32..4, 1_u32..1000, Just(INFINITE)]
}

prop_compose! {
    /// Nodes anywhere, arcs between any of them, costs, and an order.
    fn a_graph()(nodes in 1_u32..24)(
        arcs in proptest::collection::vec((0..nodes, 0..nodes, a_cost()), 0..80),
        order in Just((0..nodes).collect::<Vec<_>>()).prop_shuffle(),
        is_positive in any::<bool>(),
    ) -> (Vec<(u32, u32)>, Vec<u32>, Vec<u32>) {
        let ends = arcs.iter().map(|&(tail, head, _)| (tail, head)).collect();
        let costs = arcs.iter().map(|&(.., cost)| cost.max(u32::from(is_positive))).collect();
        (ends, costs, order)
    }
}

proptest! {
    #[test]
    fn all_searches_give_what_dijkstra_gives((arcs, costs, order) in a_graph()) {
        let (graph, placed) = ArcGraph::from_arcs(order.len(), &arcs).unwrap();
        let costs: Vec<u32> = placed.iter().map(|&arc| costs[arc as usize]).collect();
        let hierarchy = Arc::new(Hierarchy::new(&graph, &order).unwrap());
        let metric = hierarchy.customise(&costs).unwrap();
        check_all(&graph, &costs, &metric);
    }

    #[test]
    fn points_between_nodes_are_left_and_reached_by_their_rows(
        (arcs, costs, order) in a_graph(),
        points in proptest::collection::vec(
            proptest::collection::vec((0_u32..24, 0_i32..300), 0..3), 1..40),
        minus in proptest::collection::vec(proptest::collection::vec((0_u32..24, -300_i32..300), 0..3), 1..20),
    ) {
        let (graph, placed) = ArcGraph::from_arcs(order.len(), &arcs).unwrap();
        let costs: Vec<u32> = placed.iter().map(|&arc| costs[arc as usize]).collect();
        let count = u32::try_from(order.len()).unwrap();
        let rows = |points: &[Vec<(u32, i32)>]| -> Rows {
            let row = |&(node, cost): &(u32, i32)| Row { node: node % count, cost };
            points.iter().map(|rows| rows.iter().map(row).collect::<Vec<_>>()).collect()
        };
        let (from, to) = (rows(&points), rows(&minus));
        let hierarchy = Arc::new(Hierarchy::new(&graph, &order).unwrap());
        let metric = hierarchy.customise(&costs).unwrap();
        let matrix = metric.matrix(&from, &to);
        for (row, from) in matrix.costs.chunks(to.len()).zip(from.iter()) {
            let to_nodes = dijkstra(&graph, &costs, from);
            let expected: Vec<u32> = to.iter().map(|to| entry(&to_nodes, to)).collect();
            prop_assert_eq!(row, &expected[..]);
        }
    }
}
