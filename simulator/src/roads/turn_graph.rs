//! The edge-expanded form of a network: its nodes stand for the ends of edges, its arcs for turns.
//!
//! A restriction over several roads needs to know where one came from. The sequences that
//! restrictions forbid make an automaton (Aho and Corasick, 1975): besides a plain node for every
//! edge there is a node for every beginning of such a sequence, and a turn that ends one carries
//! the restrictions which forbid it. Whether these apply is for a profile to say.

mod automaton;

use twin_core::LonLat;

use self::automaton::Automaton;
use super::arcs::ArcGraph;
use super::dissect::{Drawing, edge_order};
use super::network::{Ban, Network};
use crate::error::SimResult;
use crate::numbers::index_u32;

/// All turns of a network.
#[derive(Clone, Debug)]
pub struct TurnGraph {
    graph: ArcGraph,
    /// The edge whose end each node stands for.
    edge_of: Vec<u32>,
    /// What forbids which arcs, by arc.
    forbidden: Vec<(u32, Ban)>,
}

impl TurnGraph {
    /// Expands a network. Node `e` below the number of edges stands for the end of edge `e`,
    /// however one came there.
    ///
    /// # Errors
    /// [`SimError::TooLarge`](crate::SimError::TooLarge).
    pub fn new(network: &Network) -> SimResult<Self> {
        let automaton = Automaton::new(network);
        let junctions = index_u32(network.graph().node_count());
        let exits: Vec<Vec<u32>> = (0..junctions)
            .map(|junction| network.exits(junction))
            .collect();
        let (mut arcs, mut forbidden) = (Vec::new(), Vec::new());
        for node in 0..index_u32(automaton.node_count()) {
            let edge = automaton.edge(node);
            let [_, junction] = network.ends(edge);
            for &exit in &exits[junction as usize] {
                let by = automaton.forbidden(node, exit);
                let arc = index_u32(arcs.len());
                forbidden.extend(by.into_iter().map(|ban| (arc, ban)));
                arcs.push((node, automaton.next(node, exit)));
            }
        }
        // Already sorted by tail, so that arcs keep their numbers.
        let (graph, _) = ArcGraph::from_arcs(automaton.node_count(), &arcs)?;
        Ok(Self {
            graph,
            edge_of: automaton.into_edges(),
            forbidden,
        })
    }

    /// What is searched.
    pub const fn graph(&self) -> &ArcGraph {
        &self.graph
    }

    /// The edge whose end a node stands for.
    ///
    /// # Panics
    /// Where there is no such node.
    pub fn edge(&self, node: u32) -> u32 {
        self.edge_of[node as usize]
    }

    /// What forbids arcs, by arc.
    pub(super) fn forbidden(&self) -> &[(u32, Ban)] {
        &self.forbidden
    }

    /// An order for a hierarchy; `importance` of each node.
    pub(super) fn order(&self, network: &Network, importance: &[u32]) -> Vec<u32> {
        let junctions = network.graph().node_weights();
        let places: Vec<LonLat> = junctions.map(|junction| junction.place).collect();
        let latitude = places.first().map_or(0.0, |place| place.lat());
        let shrink = libm::cos(latitude.to_radians());
        let points = places
            .iter()
            .map(|place| [place.lon() * shrink, place.lat()]);
        let points: Vec<[f64; 2]> = points.collect();
        let segments = 0..index_u32(network.segments().len());
        let ends: Vec<[u32; 2]> = segments.map(|segment| network.ends(2 * segment)).collect();
        let mut nodes_of: Vec<Vec<u32>> = vec![Vec::new(); ends.len()];
        let mut of_segment = vec![0_u32; ends.len()];
        for (node, (&edge, &importance)) in (0_u32..).zip(self.edge_of.iter().zip(importance)) {
            let segment = edge as usize >> 1;
            nodes_of[segment].push(node);
            of_segment[segment] = of_segment[segment].max(importance);
        }
        let drawing = Drawing {
            points: &points,
            edges: &ends,
        };
        let order = edge_order(drawing, &of_segment).into_iter();
        order
            .flat_map(|segment| std::mem::take(&mut nodes_of[segment as usize]))
            .collect()
    }
}
