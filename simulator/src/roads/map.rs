//! The roads of a territory, ready to be priced and searched.

use std::sync::Arc;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use twin_core::{Ground, LonLat};

use super::cost::{INFINITE, Row, Rows};
use super::hierarchy::Hierarchy;
use super::importance::importance;
use super::metric::Metric;
use super::network::{Network, reverse};
use super::prices::{Edits, Prices};
use super::profile::Mode;
use super::profile::{HourClass, Profile};
use super::snap::{Snap, SnapIndex};
use super::turn_graph::TurnGraph;
use crate::error::{SimError, SimResult};
use crate::numbers::{floor_u64, index_u32};

/// The roads of one mode: the network, its turns, the hierarchy over these, and where they lie.
///
/// It does not change; a profile, an hour and edits make a [`RoadMetric`] of it.
#[derive(Clone, Debug)]
pub struct RoadMap {
    mode: Mode,
    network: Network,
    turns: TurnGraph,
    hierarchy: Arc<Hierarchy>,
    snaps: SnapIndex,
    /// For each edge that is the last one of some forbidden beginning, the nodes that remember it.
    copies: Vec<(u32, u32)>,
}

/// The network and its turns, before they are ordered: what a stored hierarchy is checked against.
#[derive(Clone, Debug)]
pub struct RoadGraph {
    network: Network,
    turns: TurnGraph,
    mode: Mode,
}

impl RoadGraph {
    /// Reads the roads of a mode.
    ///
    /// # Errors
    /// [`SimError::TooLarge`].
    pub fn new(ground: &Ground, mode: Mode) -> SimResult<Self> {
        let network = Network::new(ground, mode)?;
        let turns = TurnGraph::new(&network)?;
        Ok(Self {
            network,
            turns,
            mode,
        })
    }

    /// What is searched, without costs.
    pub const fn graph(&self) -> &super::ArcGraph {
        self.turns.graph()
    }

    /// The network and its turns.
    pub const fn parts(&self) -> (&Network, &TurnGraph) {
        (&self.network, &self.turns)
    }

    /// Orders the roads and links them. This takes the time; what comes of it can be kept as bytes.
    ///
    /// The order suits costs like those of `profile` best, and serves all.
    ///
    /// # Errors
    /// [`SimError::TooLarge`].
    pub fn order(&self, profile: &Profile) -> SimResult<Hierarchy> {
        let parts = (&self.network, &self.turns);
        let prices = Prices::new(parts, profile, HourClass::OffPeak, &Edits::default());
        let importance = importance(self.turns.graph(), &prices.arcs);
        let order = self.turns.order(&self.network, &importance);
        Hierarchy::new(self.turns.graph(), &order)
    }

    /// Puts the roads together with their hierarchy.
    ///
    /// # Errors
    /// [`SimError::StaleRoads`] for the hierarchy of other roads.
    pub fn with(self, hierarchy: Hierarchy) -> SimResult<RoadMap> {
        let Self {
            network,
            turns,
            mode,
        } = self;
        if hierarchy.fingerprint() != turns.graph().fingerprint() {
            let what = "roads and turns";
            return Err(SimError::StaleRoads { what });
        }
        let edges = index_u32(network.edge_count());
        let nodes = edges..index_u32(turns.graph().node_count());
        let mut copies: Vec<(u32, u32)> = nodes.map(|node| (turns.edge(node), node)).collect();
        copies.sort_unstable();
        Ok(RoadMap {
            snaps: SnapIndex::new(&network),
            hierarchy: Arc::new(hierarchy),
            mode,
            network,
            turns,
            copies,
        })
    }
}

impl RoadMap {
    /// Reads, orders and links the roads that a profile drives on.
    ///
    /// # Errors
    /// [`SimError::TooLarge`].
    pub fn new(ground: &Ground, profile: &Profile) -> SimResult<Self> {
        let graph = RoadGraph::new(ground, profile.mode())?;
        let hierarchy = graph.order(profile)?;
        graph.with(hierarchy)
    }

    /// Who drives on it.
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// Junctions and streets.
    pub const fn network(&self) -> &Network {
        &self.network
    }

    /// The turns between them.
    pub const fn turns(&self) -> &TurnGraph {
        &self.turns
    }

    /// The hierarchy over the turns.
    pub const fn hierarchy(&self) -> &Arc<Hierarchy> {
        &self.hierarchy
    }

    /// Where the streets lie.
    pub const fn snaps(&self) -> &SnapIndex {
        &self.snaps
    }

    /// Prices the roads and makes them ready to be searched: all that a profile, an hour or a closed
    /// street needs. Other metrics of the same roads stay as they are.
    ///
    /// # Errors
    /// [`SimError::WrongMode`] for a profile that does not drive on these roads.
    pub fn metric(
        self: &Arc<Self>,
        profile: &Profile,
        hour: HourClass,
        edits: &Edits,
    ) -> SimResult<RoadMetric> {
        if profile.mode() != self.mode {
            return Err(SimError::WrongMode);
        }
        let prices = Prices::new((&self.network, &self.turns), profile, hour, edits);
        let metric = self.hierarchy.customise(&prices.arcs)?;
        let is_usable = self.usable(&prices);
        Ok(RoadMetric {
            map: Arc::clone(self),
            prices,
            metric,
            is_usable,
        })
    }

    /// The nodes that stand for the end of an edge, the plain one first.
    pub(super) fn nodes_of(&self, edge: u32) -> impl Iterator<Item = u32> + '_ {
        let first = self.copies.partition_point(|(other, _)| *other < edge);
        let copies = self.copies[first..]
            .iter()
            .take_while(move |(other, _)| *other == edge);
        std::iter::once(edge).chain(copies.map(|(_, node)| *node))
    }

    /// For each edge, whether one can come there from most of the roads, and go on from there.
    fn usable(&self, prices: &Prices) -> Vec<bool> {
        let parts = Parts::new(self.turns.graph(), &prices.arcs);
        let mut is_usable = vec![false; self.network.edge_count()];
        for node in 0..index_u32(self.turns.graph().node_count()) {
            let edge = self.turns.edge(node) as usize;
            is_usable[edge] |= prices.edges[edge] < INFINITE && parts.is_main(node);
        }
        is_usable
    }
}

/// What hangs together in both directions.
struct Parts {
    part: Vec<u32>,
    sizes: Vec<usize>,
    /// How many nodes make a part that is no island.
    least: usize,
}

/// A part of so many nodes is no island, however large the largest part is.
const LARGE_PART: usize = 500;

/// Nor is one with this share of the largest, one in so many.
const LARGE_SHARE: usize = 20;

impl Parts {
    fn new(graph: &super::ArcGraph, costs: &[u32]) -> Self {
        let mut open = DiGraph::<(), ()>::with_capacity(graph.node_count(), graph.arc_count());
        (0..graph.node_count()).for_each(|_| {
            open.add_node(());
        });
        for ((tail, head), &cost) in graph.arcs().zip(costs) {
            if cost < INFINITE {
                open.add_edge(
                    NodeIndex::new(tail as usize),
                    NodeIndex::new(head as usize),
                    (),
                );
            }
        }
        let mut part = vec![0; graph.node_count()];
        let mut sizes = Vec::new();
        for nodes in kosaraju_scc(&open) {
            for &node in &nodes {
                part[node.index()] = index_u32(sizes.len());
            }
            sizes.push(nodes.len());
        }
        let largest = sizes.iter().max().copied().unwrap_or_default();
        let least = LARGE_PART.min(largest.div_ceil(LARGE_SHARE).max(2));
        Self { part, sizes, least }
    }

    fn is_main(&self, node: u32) -> bool {
        self.sizes[self.part[node as usize] as usize] >= self.least
    }
}

/// Roads with the costs of one profile, hour and state of the streets. A value: it never changes.
#[derive(Clone, Debug)]
pub struct RoadMetric {
    map: Arc<RoadMap>,
    prices: Prices,
    metric: Metric,
    is_usable: Vec<bool>,
}

/// Farther from a street than this, in metres, a place cannot be served from it by default.
pub const SNAP_WITHIN_M: f64 = 5_000.0;

impl RoadMetric {
    /// The roads.
    pub const fn map(&self) -> &Arc<RoadMap> {
        &self.map
    }

    /// What edges and turns cost.
    pub const fn prices(&self) -> &Prices {
        &self.prices
    }

    /// What is searched.
    pub const fn metric(&self) -> &Metric {
        &self.metric
    }

    /// Whether an edge can be driven along, and belongs to no island.
    pub fn is_usable(&self, edge: u32) -> bool {
        self.is_usable
            .get(edge as usize)
            .copied()
            .unwrap_or_default()
    }

    /// Segments that can be driven along, but not come to from most roads, or not left again: in
    /// order.
    pub fn cut_off(&self) -> Vec<u32> {
        let segments = 0..index_u32(self.is_usable.len() / 2);
        let is_cut_off = |segment: &u32| {
            let edges = [2 * segment, 2 * segment + 1];
            let is_priced = edges
                .iter()
                .any(|&edge| self.prices.edges[edge as usize] < INFINITE);
            is_priced && !edges.iter().any(|&edge| self.is_usable(edge))
        };
        segments.filter(is_cut_off).collect()
    }

    /// The nearest usable point of a street, within so many metres.
    pub fn snap(&self, place: LonLat, within_m: f64) -> Option<Snap> {
        let is_usable = |segment| {
            [2 * segment, 2 * segment + 1]
                .iter()
                .any(|&edge| self.is_usable(edge))
        };
        self.map
            .snaps
            .nearest(&self.map.network, place, within_m, is_usable)
    }

    /// The edges along which one may stop at a point: those that are usable and, where one must stop
    /// on its side of the street, have the place on their right. Where none has, all usable ones.
    pub(super) fn stopping_edges(&self, snap: &Snap) -> Vec<u32> {
        let usable = snap
            .edges()
            .into_iter()
            .filter(|&edge| self.is_usable(edge));
        let usable: Vec<u32> = usable.collect();
        let is_right =
            |edge: &u32| !self.prices.has_curb[*edge as usize] || snap.is_on_right_of(*edge);
        let right: Vec<u32> = usable.iter().copied().filter(is_right).collect();
        if right.is_empty() { usable } else { right }
    }

    /// What it costs from the beginning of an edge to a point on it.
    pub(super) fn cost_to(&self, snap: &Snap, edge: u32) -> i32 {
        let cost = self.prices.edges[edge as usize];
        let part = floor_u64(libm::round(snap.share_of(edge) * f64::from(cost)));
        i32::try_from(part.min(u64::from(cost))).unwrap_or(i32::MAX)
    }

    /// What it costs from a point on an edge to the edge's end.
    pub(super) fn cost_from(&self, snap: &Snap, edge: u32) -> i32 {
        let cost = i32::try_from(self.prices.edges[edge as usize]).unwrap_or(i32::MAX);
        cost - self.cost_to(snap, edge)
    }

    /// The ways to leave a point.
    pub fn departures(&self, snap: &Snap) -> Vec<Row> {
        let row = |edge| Row {
            node: edge,
            cost: self.cost_from(snap, edge),
        };
        self.stopping_edges(snap).into_iter().map(row).collect()
    }

    /// The ways to reach a point. `is_round` tells for an edge and what it costs along it to the
    /// point whether somebody leaves the same edge behind it: then the ways onto that edge count on
    /// their own, since who leaves there must come round.
    pub fn arrivals(&self, snap: &Snap, is_round: impl Fn(u32, i32) -> bool) -> Vec<Row> {
        let mut rows = Vec::new();
        for edge in self.stopping_edges(snap) {
            let left = self.cost_from(snap, edge);
            let nodes = self.map.nodes_of(edge);
            rows.extend(nodes.map(|node| Row { node, cost: -left }));
            if is_round(edge, self.cost_to(snap, edge)) {
                rows.extend(self.ways_onto(edge, left));
            }
        }
        rows
    }

    /// The ways onto an edge up to a point from which `left` remains.
    pub(super) fn ways_onto(&self, edge: u32, left: i32) -> Vec<Row> {
        let nodes = self.map.nodes_of(edge);
        nodes
            .flat_map(|node| self.ways_onto_node(node, left))
            .collect()
    }

    /// The ways onto the edge whose end a node stands for, up to a point from which `left` remains.
    pub(super) fn ways_onto_node(&self, node: u32, left: i32) -> Vec<Row> {
        let graph = self.map.turns.graph();
        let [junction, _] = self.map.network.ends(self.map.turns.edge(node));
        let before = self.map.network.exits(junction).into_iter().map(reverse);
        let tails = before.flat_map(|edge| self.map.nodes_of(edge).collect::<Vec<_>>());
        let arcs = tails.flat_map(|tail| graph.arcs_of(tail).map(move |arc| (tail, arc)));
        let onto = arcs.filter(|&(_, arc)| graph.heads()[arc] == node);
        let open = onto.filter(|&(_, arc)| self.prices.arcs[arc] < INFINITE);
        let row = |(tail, arc): (u32, usize)| Row {
            node: tail,
            cost: i32::try_from(self.prices.arcs[arc]).unwrap_or(i32::MAX) - left,
        };
        open.map(row).collect()
    }

    /// The ways to leave and to reach many points, as a matrix needs them.
    /// What lies off the roads cannot be left or reached.
    pub fn rows(&self, from: &[Option<Snap>], to: &[Option<Snap>]) -> (Rows, Rows) {
        let departures = |snap: &Option<Snap>| {
            snap.iter()
                .flat_map(|snap| self.departures(snap))
                .collect::<Vec<_>>()
        };
        let departures: Rows = from.iter().map(departures).collect();
        let last_left = self.last_left(from);
        let is_round = |edge: u32, cost| last_left[edge as usize] > cost;
        let arrivals = |snap: &Option<Snap>| {
            let rows = snap.iter().flat_map(|snap| self.arrivals(snap, is_round));
            rows.collect::<Vec<_>>()
        };
        (departures, to.iter().map(arrivals).collect())
    }

    /// For each edge, what it costs from its beginning to the last of some points that one may leave
    /// along it; below 0 where there is none.
    pub(super) fn last_left(&self, from: &[Option<Snap>]) -> Vec<i32> {
        let mut last_left = vec![-1_i32; self.is_usable.len()];
        for snap in from.iter().flatten() {
            for edge in self.stopping_edges(snap) {
                let slot = &mut last_left[edge as usize];
                *slot = (*slot).max(self.cost_to(snap, edge));
            }
        }
        last_left
    }
}
