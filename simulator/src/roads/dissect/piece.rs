//! A part of the drawing that is still to be cut.

use super::Drawing;
use crate::numbers::index_u32;
use crate::roads::arcs::accumulate;

/// Nodes and the edges between them, numbered afresh from 0.
#[derive(Debug)]
pub(super) struct Piece {
    /// The nodes in the whole drawing.
    pub(super) nodes: Vec<u32>,
    /// The edges in the whole drawing.
    pub(super) edges: Vec<u32>,
    /// The two ends of each edge, as places in `nodes`; never the same one.
    pub(super) ends: Vec<[u32; 2]>,
}

/// One end of an edge as its node sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Half {
    /// The node at the other end.
    pub(super) head: u32,
    /// The edge in the piece.
    pub(super) edge: u32,
    /// Along the edge as it is given (1), or against it (−1).
    pub(super) sign: i8,
}

/// The edges of each node.
#[derive(Debug)]
pub(super) struct Halves {
    first: Vec<u32>,
    halves: Vec<Half>,
}

impl Halves {
    /// Where the halves of a node lie in [`Halves::get`].
    pub(super) fn range(&self, node: u32) -> std::ops::Range<u32> {
        self.first[node as usize]..self.first[node as usize + 1]
    }

    /// A half by its number.
    pub(super) fn get(&self, half: u32) -> Half {
        self.halves[half as usize]
    }

    /// The halves of a node.
    pub(super) fn of(&self, node: u32) -> &[Half] {
        let range = self.range(node);
        &self.halves[range.start as usize..range.end as usize]
    }
}

impl Piece {
    /// The whole drawing without its loops.
    pub(super) fn whole(drawing: Drawing<'_>) -> Self {
        let edges = 0..index_u32(drawing.edges.len());
        let edges: Vec<u32> = edges
            .filter(|&edge| {
                let [from, to] = drawing.edges[edge as usize];
                from != to
            })
            .collect();
        Self {
            nodes: (0..index_u32(drawing.points.len())).collect(),
            ends: edges
                .iter()
                .map(|&edge| drawing.edges[edge as usize])
                .collect(),
            edges,
        }
    }

    /// The edges of each node.
    pub(super) fn halves_of_nodes(&self) -> Halves {
        let mut first = vec![0_u32; self.nodes.len() + 1];
        for &[from, to] in &self.ends {
            first[from as usize + 1] += 1;
            first[to as usize + 1] += 1;
        }
        accumulate(&mut first);
        let mut next = first.clone();
        let none = Half {
            head: 0,
            edge: 0,
            sign: 0,
        };
        let mut halves = vec![none; 2 * self.ends.len()];
        let mut put = |node: u32, half| {
            halves[next[node as usize] as usize] = half;
            next[node as usize] += 1;
        };
        for (edge, &[from, to]) in (0_u32..).zip(&self.ends) {
            put(
                from,
                Half {
                    head: to,
                    edge,
                    sign: 1,
                },
            );
            put(
                to,
                Half {
                    head: from,
                    edge,
                    sign: -1,
                },
            );
        }
        Halves { first, halves }
    }

    /// The edges between the two sides.
    pub(super) fn cut<'a>(&'a self, side: &'a [bool]) -> impl Iterator<Item = usize> + 'a {
        let ends = self.ends.iter().enumerate();
        ends.filter(|(_, [from, to])| side[*from as usize] != side[*to as usize])
            .map(|(edge, _)| edge)
    }

    /// What hangs together, piece by piece.
    pub(super) fn components(self) -> Vec<Self> {
        let mut part = vec![u32::MAX; self.nodes.len()];
        let halves = self.halves_of_nodes();
        let mut parts = 0;
        let mut stack = Vec::new();
        for start in 0..index_u32(self.nodes.len()) {
            if part[start as usize] != u32::MAX {
                continue;
            }
            part[start as usize] = parts;
            stack.push(start);
            while let Some(node) = stack.pop() {
                for half in halves.of(node) {
                    if part[half.head as usize] == u32::MAX {
                        part[half.head as usize] = parts;
                        stack.push(half.head);
                    }
                }
            }
            parts += 1;
        }
        if parts <= 1 {
            vec![self]
                .into_iter()
                .filter(|piece| !piece.nodes.is_empty())
                .collect()
        } else {
            self.split(&part, parts)
        }
    }

    /// The two sides, without the nodes that were removed and the edges that were cut.
    pub(super) fn halves(&self, side: &[bool], removed: &[u32]) -> Vec<Self> {
        let mut part: Vec<u32> = side.iter().map(|&side| u32::from(side)).collect();
        for &node in removed {
            part[node as usize] = u32::MAX;
        }
        let mut halves = self.split(&part, 2);
        halves.retain(|half| half.nodes.len() > usize::from(removed.is_empty()));
        halves
    }

    /// Sorts the nodes into parts; those of no part (`u32::MAX`) and edges between parts are left out.
    fn split(&self, part: &[u32], parts: u32) -> Vec<Self> {
        let none = || Self {
            nodes: vec![],
            edges: vec![],
            ends: vec![],
        };
        let mut pieces: Vec<Self> = (0..parts).map(|_| none()).collect();
        let mut place = vec![0_u32; self.nodes.len()];
        for (local, &node) in self.nodes.iter().enumerate() {
            if let Some(piece) = pieces.get_mut(part[local] as usize) {
                place[local] = index_u32(piece.nodes.len());
                piece.nodes.push(node);
            }
        }
        for (&edge, &[from, to]) in self.edges.iter().zip(&self.ends) {
            let (from, to) = (from as usize, to as usize);
            if part[from] == part[to]
                && let Some(piece) = pieces.get_mut(part[from] as usize)
            {
                piece.edges.push(edge);
                piece.ends.push([place[from], place[to]]);
            }
        }
        pieces
    }
}
