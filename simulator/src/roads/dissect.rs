//! Orders a drawn graph so that what separates large parts of it comes last.
//!
//! Nested dissection by inertial flow (Schild and Sommer, 2015): a piece is cut in two where the
//! fewest edges join its outer quarters, for the best of a few directions, and so are its halves.
//! The edges of a cut separate the edge-expanded graph (Buchhold, Wagner, Zeitz and Zündorf, 2020);
//! a least set of their ends separates the graph itself.

mod cover;
mod flow;
mod piece;

use self::cover::lightest_separator;
use self::flow::bisect;
use self::piece::Piece;
use crate::numbers::{f64_of_index, floor_u64, index_u32};

/// A graph as it lies on the ground, for cutting it.
#[derive(Clone, Copy, Debug)]
pub struct Drawing<'a> {
    /// Where the nodes lie, in units that are the same in both directions.
    pub points: &'a [[f64; 2]],
    /// Which nodes each edge joins; directions do not matter.
    pub edges: &'a [[u32; 2]],
}

/// What an edge or a node weighs in a cut, by its share of the most important ones: light ones are
/// cut rather than others, so that cuts run along large roads. Ways between what was cut then lead
/// over it, and need fewer links.
const WEIGHTS: [(f64, i8); 3] = [(0.06, 1), (0.25, 2), (1.0, 3)];

/// The edges, each once, those of the largest cut last; of one cut, those with the largest
/// `importance` last.
///
/// # Panics
/// Where an edge names a node that is not there, or has no importance.
pub fn edge_order(drawing: Drawing<'_>, importance: &[u32]) -> Vec<u32> {
    let is_loop = |edge: &u32| {
        let [from, to] = drawing.edges[*edge as usize];
        from == to
    };
    let loops = (0..index_u32(drawing.edges.len())).filter(is_loop);
    let cutter = Dissector {
        points: drawing.points,
        weights: &vec![1; drawing.edges.len()],
    };
    cutter.order(Piece::whole(drawing), loops.collect(), |piece, side| {
        let mut cut: Vec<u32> = piece.cut(side).map(|edge| piece.edges[edge]).collect();
        cut.sort_by_key(|&edge| importance[edge as usize]);
        (cut, vec![])
    })
}

/// The nodes, each once, those of the largest separator last; of one separator, those with the
/// largest `importance` last.
///
/// # Panics
/// Where an edge names a node that is not there, or a node has no importance.
pub fn node_order(drawing: Drawing<'_>, importance: &[u32]) -> Vec<u32> {
    let weights = weights(importance);
    let lighter = |[from, to]: &[u32; 2]| weights[*from as usize].min(weights[*to as usize]);
    let dissector = Dissector {
        points: drawing.points,
        weights: &drawing.edges.iter().map(lighter).collect::<Vec<_>>(),
    };
    dissector.order(Piece::whole(drawing), vec![], |piece, side| {
        if let [node] = piece.nodes[..] {
            return (vec![node], vec![0]);
        }
        let separator = lightest_separator(piece, side, &weights);
        let nodes = separator.iter().map(|&node| piece.nodes[node as usize]);
        let mut nodes: Vec<u32> = nodes.collect();
        nodes.sort_by_key(|&node| importance[node as usize]);
        (nodes, separator)
    })
}

/// The weights that go with importances.
fn weights(importance: &[u32]) -> Vec<i8> {
    let mut sorted = importance.to_vec();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    let least = |share: f64| {
        let place = floor_u64(share * f64_of_index(sorted.len()));
        let place = usize::try_from(place).unwrap_or(usize::MAX);
        sorted.get(place).copied().unwrap_or_default()
    };
    let limits = WEIGHTS.map(|(share, weight)| (least(share), weight));
    let weight = |&importance: &u32| {
        let fitting = limits.iter().find(|(least, _)| importance > *least);
        fitting.map_or(WEIGHTS[2].1, |(_, weight)| *weight)
    };
    importance.iter().map(weight).collect()
}

/// Cuts pieces until nothing is left.
struct Dissector<'a> {
    points: &'a [[f64; 2]],
    /// What each edge weighs in a cut.
    weights: &'a [i8],
}

/// What is still to be done, the last first.
enum Task {
    Split(Piece),
    Emit(Vec<u32>),
}

impl Dissector<'_> {
    /// The order of what `separator` tells: of a piece with its two sides, what goes into the order,
    /// and which of the piece's own nodes are then out of the way.
    fn order(
        &self,
        whole: Piece,
        mut order: Vec<u32>,
        separator: impl Fn(&Piece, &[bool]) -> (Vec<u32>, Vec<u32>),
    ) -> Vec<u32> {
        let mut tasks = vec![Task::Split(whole)];
        while let Some(task) = tasks.pop() {
            match task {
                Task::Emit(last) => order.extend(last),
                Task::Split(piece) => {
                    for part in piece.components() {
                        let side = bisect(&part, self.points, self.weights);
                        let (last, removed) = separator(&part, &side);
                        tasks.push(Task::Emit(last));
                        let halves = part.halves(&side, &removed);
                        tasks.extend(halves.into_iter().map(Task::Split));
                    }
                }
            }
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A grid of `n` × `n` nodes, one unit apart.
    fn grid(n: u32) -> (Vec<[f64; 2]>, Vec<[u32; 2]>) {
        let at = |ix: u32| [f64::from(ix % n), f64::from(ix / n)];
        let points = (0..n * n).map(at).collect();
        let right = (0..n * n)
            .filter(|ix| ix % n + 1 < n)
            .map(|ix| [ix, ix + 1]);
        let up = (0..n * n - n).map(|ix| [ix, ix + n]);
        (points, right.chain(up).collect())
    }

    fn sorted(mut order: Vec<u32>) -> Vec<u32> {
        order.sort_unstable();
        order
    }

    #[test]
    fn a_grid_is_cut_straight_and_not_at_its_rim() {
        let (points, edges) = grid(8);
        let drawing = Drawing {
            points: &points,
            edges: &edges,
        };
        let nodes = node_order(drawing, &vec![0; drawing.points.len()]);
        let edges_in_order = edge_order(drawing, &vec![0; drawing.edges.len()]);
        assert_eq!(sorted(nodes.clone()), (0..64).collect::<Vec<_>>());
        assert_eq!(sorted(edges_in_order.clone()), (0..112).collect::<Vec<_>>());
        let last = &edges_in_order[112 - 8..];
        let lines = |edge: &u32| {
            let [from, to] = edges[*edge as usize];
            [(from % 8, to % 8), (from / 8, to / 8)]
        };
        let is_straight = |way: usize| {
            let (before, after) = lines(&last[0])[way];
            let is_inside = after == before + 1 && (1..6).contains(&before);
            is_inside && last.iter().all(|edge| lines(edge)[way] == (before, after))
        };
        assert!(is_straight(0) || is_straight(1), "{last:?}");
    }

    proptest! {
        #[test]
        fn every_edge_and_every_node_comes_once(
            points in proptest::collection::vec([-1e3..1e3_f64, -1e3..1e3_f64], 1..40),
            ends in proptest::collection::vec([0_u32..1000, 0..1000], 0..80),
        ) {
            let count = index_u32(points.len());
            let edges: Vec<_> = ends.iter().map(|[a, b]| [a % count, b % count]).collect();
            let drawing = Drawing { points: &points, edges: &edges };
            prop_assert_eq!(sorted(node_order(drawing, &vec![0; drawing.points.len()])), (0..count).collect::<Vec<_>>());
            let every: Vec<_> = (0..index_u32(edges.len())).collect();
            prop_assert_eq!(sorted(edge_order(drawing, &vec![0; drawing.edges.len()])), every);
        }
    }

    #[test]
    fn nodes_at_one_place_and_no_nodes_at_all_are_ordered() {
        let points = [[1.0, 1.0]; 30];
        let edges: Vec<_> = (1..30).map(|leaf| [0, leaf]).collect();
        let drawing = Drawing {
            points: &points,
            edges: &edges,
        };
        assert_eq!(edge_order(drawing, &vec![0; drawing.edges.len()]).len(), 29);
        assert_eq!(
            node_order(drawing, &vec![0; drawing.points.len()]).len(),
            30
        );
        assert!(
            node_order(
                Drawing {
                    points: &[],
                    edges: &[]
                },
                &[]
            )
            .is_empty()
        );
    }
}
