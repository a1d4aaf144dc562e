//! Few nodes that touch every edge of a cut.

use super::piece::{Halves, Piece};
use crate::numbers::index_u32;

const FREE: u32 = u32::MAX;

/// Nodes of a piece without which no edge joins its two sides: the fewest, or all ends of the cut on
/// one side where these weigh less.
pub(super) fn lightest_separator(piece: &Piece, side: &[bool], weights: &[i8]) -> Vec<u32> {
    let ends = |of: bool| {
        let ends = piece.cut(side).flat_map(|edge| piece.ends[edge]);
        let mut ends: Vec<u32> = ends.filter(|&end| side[end as usize] == of).collect();
        ends.sort_unstable();
        ends.dedup();
        ends
    };
    let mut best = vertex_cover(piece, side);
    let weight = |nodes: &[u32]| -> i64 {
        let nodes = nodes.iter().map(|&node| piece.nodes[node as usize]);
        nodes.map(|node| i64::from(weights[node as usize])).sum()
    };
    for nodes in [ends(false), ends(true)] {
        if weight(&nodes) < weight(&best) {
            best = nodes;
        }
    }
    best
}

/// The fewest nodes of a piece without which no edge joins its two sides (König's theorem).
fn vertex_cover(piece: &Piece, side: &[bool]) -> Vec<u32> {
    let halves = piece.halves_of_nodes();
    let mut matching = Matching {
        side,
        halves: &halves,
        partner: vec![FREE; piece.nodes.len()],
        seen: vec![false; piece.nodes.len()],
    };
    let is_left = |&node: &u32| {
        !side[node as usize] && matching_neighbours(&halves, side, node).next().is_some()
    };
    let left: Vec<u32> = (0..index_u32(side.len())).filter(is_left).collect();
    for &node in &left {
        matching.augment(node);
    }
    for &node in &left {
        if matching.partner[node as usize] == FREE {
            matching.mark(node);
        }
    }
    // Of what alternating ways from free nodes reach, the right; of what they miss, the left.
    let is_covering = |&node: &u32| {
        let (is_right, is_seen) = (side[node as usize], matching.seen[node as usize]);
        is_right == is_seen && matching.partner[node as usize] != FREE
    };
    (0..index_u32(side.len())).filter(is_covering).collect()
}

fn matching_neighbours<'a>(
    halves: &'a Halves,
    side: &'a [bool],
    node: u32,
) -> impl Iterator<Item = u32> + 'a {
    let heads = halves.of(node).iter().map(|half| half.head);
    heads.filter(move |&head| side[head as usize] != side[node as usize])
}

struct Matching<'a> {
    side: &'a [bool],
    halves: &'a Halves,
    partner: Vec<u32>,
    seen: Vec<bool>,
}

impl Matching<'_> {
    /// Matches a free node on the left, moving others where that helps.
    fn augment(&mut self, start: u32) {
        let mut came_from: Vec<(u32, u32)> = Vec::new();
        let mut queue = vec![start];
        let mut next = 0;
        while let Some(&left) = queue.get(next) {
            next += 1;
            for right in matching_neighbours(self.halves, self.side, left) {
                if std::mem::replace(&mut self.seen[right as usize], true) {
                    continue;
                }
                came_from.push((right, left));
                let partner = self.partner[right as usize];
                if partner == FREE {
                    self.turn_over(&came_from);
                    queue.clear();
                    break;
                }
                queue.push(partner);
            }
        }
        for (right, _) in came_from {
            self.seen[right as usize] = false;
        }
    }

    /// Takes the edges of the way that ends at the last node found, instead of those in between.
    fn turn_over(&mut self, came_from: &[(u32, u32)]) {
        let Some(&(mut right, _)) = came_from.last() else {
            return;
        };
        for &(reached, left) in came_from.iter().rev() {
            if reached == right {
                let before = self.partner[left as usize];
                self.partner[left as usize] = right;
                self.partner[right as usize] = left;
                right = before;
            }
        }
    }

    /// Marks what alternating ways from a free node reach.
    fn mark(&mut self, start: u32) {
        let mut stack = vec![start];
        self.seen[start as usize] = true;
        while let Some(left) = stack.pop() {
            for right in matching_neighbours(self.halves, self.side, left) {
                if std::mem::replace(&mut self.seen[right as usize], true) {
                    continue;
                }
                let partner = self.partner[right as usize];
                if partner != FREE && !std::mem::replace(&mut self.seen[partner as usize], true) {
                    stack.push(partner);
                }
            }
        }
    }
}
