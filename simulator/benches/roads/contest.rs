//! Ours and theirs on one graph.

use fast_paths::InputGraph;
use petgraph::graph::{DiGraph, NodeIndex};
use simulator::random::{Model, Seed};
use simulator::roads::{Hierarchy, INFINITE, Metric, Row, Rows, Searcher, UNREACHABLE};

use crate::buckets::Buckets;
use crate::clock::least;
use crate::graphs::Searched;

/// Pairs for single ways, and rows and columns of the matrix.
const POINTS: usize = 2_000;

/// Of how many sources petgraph's share of the matrix is measured.
const PETGRAPH_SOURCES: usize = 10;

const TRIES: usize = 5;

/// One graph with points on it.
pub(crate) struct Contest<'a> {
    graph: &'a Searched,
    pairs: Vec<[u32; 2]>,
}

impl<'a> Contest<'a> {
    pub(crate) fn new(graph: &'a Searched) -> Self {
        let mut random = Seed(1).stream(Model::RoadPoints, 0);
        let nodes = u64::try_from(graph.arcs.node_count()).expect("a count");
        let mut draw = || u32::try_from(random.next_u64() % nodes).expect("a node");
        let has_way = |node: u32| {
            graph
                .arcs
                .arcs_of(node)
                .any(|arc| graph.costs[arc] < INFINITE)
        };
        let mut node = || {
            std::iter::repeat_with(&mut draw)
                .find(|&node| has_way(node))
                .expect("a node")
        };
        let pairs = (0..POINTS).map(|_| [node(), node()]).collect();
        Self { graph, pairs }
    }

    /// Measures everything, and tells a line for each.
    pub(crate) fn lines(&self) -> Vec<String> {
        let (metric, customise_s) = least(TRIES, || {
            self.graph
                .hierarchy
                .customise(&self.graph.costs)
                .expect("a metric")
        });
        let mut lines = vec![
            format!(
                "prepare {:.3} s, customise {:.4} s",
                self.graph.prepare_s, customise_s
            ),
            self.memory(&metric),
            self.reading(),
        ];
        let (sum, way_us) = self.ways(&metric);
        let (matrix, matrix_s) = self.matrix(&metric);
        let (fast, fast_prepare_s) = least(1, || fast_paths::prepare(&self.input()));
        lines.push(format!("fast_paths prepares in {fast_prepare_s:.3} s"));
        let (fast_sum, fast_us) = self.fast_ways(&fast);
        assert_eq!(sum, fast_sum, "the same ways");
        lines.push(format!(
            "way with its nodes {way_us:.2} µs, fast_paths {fast_us:.2} µs: {:.2} times as long",
            way_us / fast_us
        ));
        let buckets = Buckets::new(&fast);
        let [from, to] =
            [0, 1].map(|end| self.pairs.iter().map(|pair| pair[end]).collect::<Vec<_>>());
        let (theirs, buckets_s) = least(TRIES, || buckets.matrix(&from, &to));
        assert!(matrix == theirs, "the same matrix");
        lines.push(format!(
            "matrix {:.2} ms, buckets on fast_paths {:.2} ms: {:.2} times as fast",
            1e3 * matrix_s,
            1e3 * buckets_s,
            buckets_s / matrix_s
        ));
        let petgraph_s = self.petgraph();
        lines.push(format!(
            "petgraph one-to-all for the matrix {petgraph_s:.1} s: {:.0} times as fast",
            petgraph_s / matrix_s
        ));
        lines
    }

    /// What it takes to read the kept hierarchy.
    fn reading(&self) -> String {
        let bytes = self.graph.hierarchy.to_bytes();
        let (read, seconds) = least(TRIES, || Hierarchy::from_bytes(&bytes, &self.graph.arcs));
        assert!(read.is_ok_and(|read| read == *self.graph.hierarchy));
        let millions = self.graph.hierarchy.link_count() as f64 / 1e6;
        format!(
            "read from {:.1} MiB in {:.1} ms: {:.1} ms for a million links",
            bytes.len() as f64 / f64::from(1 << 20),
            1e3 * seconds,
            1e3 * seconds / millions
        )
    }

    fn memory(&self, metric: &Metric) -> String {
        let nodes = self.graph.arcs.node_count();
        let per_node = |bytes: usize| bytes / nodes;
        format!(
            "{} links, {} searched; {} bytes a node for the hierarchy, {} for a metric",
            self.graph.hierarchy.link_count(),
            metric.link_count(),
            per_node(self.graph.hierarchy.memory_bytes()),
            per_node(metric.memory_bytes())
        )
    }

    /// The sum of all costs, and the time of one way with its nodes.
    fn ways(&self, metric: &Metric) -> (u64, f64) {
        let mut searcher = Searcher::new(metric);
        let at = |node| [Row { node, cost: 0 }];
        let (sum, seconds) = least(TRIES, || {
            let found = self
                .pairs
                .iter()
                .filter_map(|&[from, to]| searcher.route(&at(from), &at(to)));
            found
                .map(|found| u64::from(found.cost) + u64::from(found.nodes.is_empty()))
                .sum()
        });
        (sum, 1e6 * seconds / POINTS as f64)
    }

    fn fast_ways(&self, graph: &fast_paths::FastGraph) -> (u64, f64) {
        let mut calculator = fast_paths::create_calculator(graph);
        let (sum, seconds) = least(TRIES, || {
            let ways = self
                .pairs
                .iter()
                .filter_map(|&[from, to]| calculator.calc_path(graph, from as usize, to as usize));
            ways.map(|way| way.get_weight() as u64 + u64::from(way.get_nodes().is_empty()))
                .sum()
        });
        (sum, 1e6 * seconds / POINTS as f64)
    }

    fn matrix(&self, metric: &Metric) -> (Vec<u32>, f64) {
        let rows = |end: usize| -> Rows {
            self.pairs
                .iter()
                .map(|pair| {
                    [Row {
                        node: pair[end],
                        cost: 0,
                    }]
                })
                .collect()
        };
        let (from, to) = (rows(0), rows(1));
        let (matrix, seconds) = least(TRIES, || metric.matrix(&from, &to));
        (matrix.costs, seconds)
    }

    /// The open arcs as (tail, head, cost).
    fn open(&self) -> impl Iterator<Item = (u32, u32, u32)> + '_ {
        let arcs = self.graph.arcs.arcs().zip(&self.graph.costs);
        arcs.filter(|(_, cost)| **cost < INFINITE)
            .map(|((tail, head), &cost)| (tail, head, cost))
    }

    fn input(&self) -> InputGraph {
        let mut input = InputGraph::new();
        for (tail, head, cost) in self.open().filter(|(tail, head, _)| tail != head) {
            input.add_edge(tail as usize, head as usize, cost as usize);
        }
        input.freeze();
        input
    }

    /// What petgraph would take for the whole matrix, from some of its rows.
    fn petgraph(&self) -> f64 {
        let arcs = self.open();
        let graph = DiGraph::<(), u32>::from_edges(arcs);
        let (reached, seconds) = least(1, || {
            let sources = self.pairs.iter().take(PETGRAPH_SOURCES);
            let rows = sources.map(|&[from, _]| {
                let node = NodeIndex::new(from as usize);
                petgraph::algo::dijkstra(&graph, node, None, |edge| *edge.weight()).len()
            });
            rows.sum::<usize>()
        });
        assert!(reached > 0 && reached < UNREACHABLE as usize);
        seconds * POINTS as f64 / PETGRAPH_SOURCES as f64
    }
}
