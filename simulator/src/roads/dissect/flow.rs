//! The least cut between the outer quarters of a piece (Dinic's algorithm on unit capacities).

use super::piece::{Halves, Piece};
use crate::numbers::index_u32;

/// The directions along which a piece is looked at.
const DIRECTIONS: [[f64; 2]; 4] = [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, -1.0]];

/// This share of the nodes at either end is never cut.
const OUTER_SHARE: usize = 4;

const UNSEEN: u32 = u32::MAX;

/// Which side of the best cut each node of a piece lies on, by what the edges of the whole drawing
/// weigh.
pub(super) fn bisect(piece: &Piece, points: &[[f64; 2]], weights: &[i8]) -> Vec<bool> {
    match piece.nodes.len() {
        0 | 1 => vec![false; piece.nodes.len()],
        2 => vec![false, true],
        _ => best_cut(piece, points, weights),
    }
}

fn best_cut(piece: &Piece, points: &[[f64; 2]], weights: &[i8]) -> Vec<bool> {
    let mut cutter = Cutter::new(piece, weights);
    let mut best: Option<Cut> = None;
    for direction in DIRECTIONS {
        let order = sorted_along(piece, points, direction);
        let limit = best.as_ref().map_or(usize::MAX, |cut| cut.edges);
        if let Some(cut) = cutter.cut(&order, limit)
            && best.as_ref().is_none_or(|best| cut.is_better_than(best))
        {
            best = Some(cut);
        }
    }
    best.map_or_else(|| vec![false; piece.nodes.len()], |cut| cut.side)
}

fn sorted_along(piece: &Piece, points: &[[f64; 2]], [dx, dy]: [f64; 2]) -> Vec<u32> {
    let key = |&node: &u32| {
        let [x, y] = points[node as usize];
        x * dx + y * dy
    };
    let keys: Vec<f64> = piece.nodes.iter().map(key).collect();
    let mut order: Vec<u32> = (0..index_u32(keys.len())).collect();
    order.sort_unstable_by(|&a, &b| {
        keys[a as usize]
            .total_cmp(&keys[b as usize])
            .then(a.cmp(&b))
    });
    order
}

/// A cut: the number of its edges, the size of its smaller side, and the sides.
struct Cut {
    edges: usize,
    smaller: usize,
    side: Vec<bool>,
}

impl Cut {
    fn is_better_than(&self, other: &Self) -> bool {
        (self.edges, other.smaller) < (other.edges, self.smaller)
    }
}

/// Works on one piece, for several pairs of ends.
struct Cutter {
    halves: Halves,
    /// What flows along each edge: −1, 0 or 1.
    flow: Vec<i8>,
    /// What may flow along each edge.
    room: Vec<i8>,
    /// Steps from the sources, or [`UNSEEN`].
    level: Vec<u32>,
    /// The next half to try at each node.
    next: Vec<u32>,
    role: Vec<Role>,
    queue: Vec<u32>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Inner,
    Source,
    Sink,
}

impl Cutter {
    fn new(piece: &Piece, weights: &[i8]) -> Self {
        let nodes = piece.nodes.len();
        Self {
            halves: piece.halves_of_nodes(),
            flow: vec![0; piece.edges.len()],
            room: piece
                .edges
                .iter()
                .map(|&edge| weights[edge as usize])
                .collect(),
            level: vec![UNSEEN; nodes],
            next: vec![0; nodes],
            role: vec![Role::Inner; nodes],
            queue: Vec::with_capacity(nodes),
        }
    }

    /// The least cut between both ends of `order`; `None` where it has more than `limit` edges.
    fn cut(&mut self, order: &[u32], limit: usize) -> Option<Cut> {
        let outer = (order.len() / OUTER_SHARE).max(1);
        let (sources, sinks) = (&order[..outer], &order[order.len() - outer..]);
        self.flow.fill(0);
        self.role.fill(Role::Inner);
        for &node in sources {
            self.role[node as usize] = Role::Source;
        }
        for &node in sinks {
            self.role[node as usize] = Role::Sink;
        }
        let mut edges = 0;
        while self.spread(sources, Role::Sink) {
            for node in 0..self.next.len() {
                self.next[node] = self.halves.range(index_u32(node)).start;
            }
            for &source in sources {
                while self.augment(source) {
                    edges += 1;
                    if edges > limit {
                        return None;
                    }
                }
            }
        }
        Some(self.more_balanced(sinks, edges))
    }

    /// Marks what can still be reached from `starts`; whether `goal` is among it.
    fn spread(&mut self, starts: &[u32], goal: Role) -> bool {
        let sign = if goal == Role::Sink { 1 } else { -1 };
        self.level.fill(UNSEEN);
        self.queue.clear();
        self.queue.extend(starts);
        for &node in starts {
            self.level[node as usize] = 0;
        }
        let mut seen = 0;
        let mut last = UNSEEN;
        while let Some(&node) = self.queue.get(seen) {
            seen += 1;
            let level = self.level[node as usize];
            if level >= last {
                break;
            }
            for half in self.halves.of(node) {
                let head = half.head as usize;
                if self.level[head] == UNSEEN
                    && self.flow[half.edge as usize] * half.sign * sign
                        < self.room[half.edge as usize]
                {
                    self.level[head] = level + 1;
                    self.queue.push(half.head);
                    if self.role[head] == goal {
                        last = level + 1;
                    }
                }
            }
        }
        last != UNSEEN
    }

    /// Sends one unit from a source to some sink along rising levels; whether it got there.
    fn augment(&mut self, source: u32) -> bool {
        let mut path: Vec<u32> = Vec::new();
        let mut node = source;
        loop {
            if self.role[node as usize] == Role::Sink {
                for &taken in &path {
                    let half = self.halves.get(taken);
                    self.flow[half.edge as usize] += half.sign;
                }
                return true;
            }
            if let Some(half) = self.step(node) {
                path.push(half);
                node = self.halves.get(half).head;
                continue;
            }
            // A dead end: nothing may come here again in this round.
            self.level[node as usize] = UNSEEN;
            let Some(back) = path.pop() else {
                return false;
            };
            debug_assert_eq!(self.halves.get(back).head, node);
            node = path
                .last()
                .map_or(source, |&before| self.halves.get(before).head);
            self.next[node as usize] += 1;
        }
    }

    /// The next half of a node that leads one level up and has room.
    fn step(&mut self, node: u32) -> Option<u32> {
        let end = self.halves.range(node).end;
        let up = self.level[node as usize].wrapping_add(1);
        let next = &mut self.next[node as usize];
        while *next < end {
            let half = self.halves.get(*next);
            let has_room =
                self.flow[half.edge as usize] * half.sign < self.room[half.edge as usize];
            if has_room && up != 0 && self.level[half.head as usize] == up {
                return Some(*next);
            }
            *next += 1;
        }
        None
    }

    /// Of the least cut nearest to the sources and the one nearest to the sinks, the better one.
    fn more_balanced(&mut self, sinks: &[u32], edges: usize) -> Cut {
        let near: Vec<bool> = self.level.iter().map(|&level| level != UNSEEN).collect();
        self.spread(sinks, Role::Source);
        let far: Vec<bool> = self.level.iter().map(|&level| level == UNSEEN).collect();
        let [near, far] = [near, far].map(|side| {
            let count = side.iter().filter(|&&side| side).count();
            let smaller = count.min(side.len() - count);
            Cut {
                edges,
                smaller,
                side,
            }
        });
        if far.is_better_than(&near) { far } else { near }
    }
}
