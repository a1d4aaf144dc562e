//! A hierarchy with costs, ready to be searched.

mod labels;
mod lanes;
mod lengths;
mod matrix;
mod search;
mod sweep;
mod unpack;

use std::sync::Arc;

pub(super) use self::lengths::{Climbs, End, Mark, Measure};
pub use self::matrix::{Matrix, MatrixRows, Targets};
pub use self::search::{Found, Searcher};
use super::hierarchy::Hierarchy;
use crate::numbers::index_u32;

/// What every way costs: a [`Hierarchy`] with the costs of one profile, hour and state of the streets.
///
/// A metric never changes; searches take one, and a scenario that closes a street makes its own.
/// See [`Searcher`] for the way between two points, [`Metric::distances`] for what can be reached,
/// and [`MatrixRows`] for many points at once.
#[derive(Clone, Debug)]
pub struct Metric {
    hierarchy: Arc<Hierarchy>,
    /// From a rank to larger ones.
    up: Ladder,
    /// From larger ranks to a rank; kept at the smaller one.
    down: Ladder,
}

impl Metric {
    pub(super) fn new(hierarchy: Arc<Hierarchy>, [up, down]: [Ladder; 2]) -> Self {
        Self {
            hierarchy,
            up,
            down,
        }
    }

    /// What it was made from.
    pub const fn hierarchy(&self) -> &Arc<Hierarchy> {
        &self.hierarchy
    }

    /// How many links the searches look at, counted once for each direction.
    pub const fn link_count(&self) -> usize {
        self.up.links.len() + self.down.links.len()
    }

    /// How many bytes it takes in memory, without its hierarchy.
    pub fn memory_bytes(&self) -> usize {
        (8 + 12) * self.link_count() + 8 * self.hierarchy.node_count()
    }
}

/// What an open link consists of: a link down from where it begins to a lower rank, and a link up
/// from there to where it ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// The place of the first among all links down.
    pub(super) first: u32,
    /// The place of the second among all links up.
    pub(super) second: u32,
    /// The lower rank.
    pub(super) over: u32,
}

impl Part {
    /// The link is an arc of the graph.
    pub(super) const ARC: Self = Self {
        first: 0,
        second: 0,
        over: u32::MAX,
    };

    /// Whether the link is an arc of the graph.
    pub(super) const fn is_arc(self) -> bool {
        self.over == u32::MAX
    }
}

/// The open links of each rank to larger ones in one direction, with their costs.
#[derive(Clone, Debug)]
pub(super) struct Ladder {
    first: Vec<u32>,
    links: Vec<(u32, u32)>,
    parts: Vec<Part>,
}

impl Ladder {
    pub(super) fn with_capacity(nodes: usize, links: usize) -> Self {
        let mut first = Vec::with_capacity(nodes + 1);
        first.push(0);
        Self {
            first,
            links: Vec::with_capacity(links),
            parts: Vec::with_capacity(links),
        }
    }

    /// Adds a link of the row at hand, as (larger rank, cost), and what it consists of.
    pub(super) fn add(&mut self, link: (u32, u32), part: Part) {
        self.links.push(link);
        self.parts.push(part);
    }

    /// Ends the row at hand.
    pub(super) fn end_row(&mut self) {
        self.first.push(index_u32(self.links.len()));
    }

    /// The links of a rank as (larger rank, cost).
    pub(super) fn of(&self, rank: u32) -> &[(u32, u32)] {
        let rank = rank as usize;
        &self.links[self.first[rank] as usize..self.first[rank + 1] as usize]
    }

    /// What a link consists of, by its place among all.
    fn part(&self, place: u32) -> Part {
        self.parts[place as usize]
    }

    /// The place of the link between two ranks.
    fn place(&self, low: u32, high: u32) -> Option<u32> {
        let step = self.of(low).iter().position(|&(top, _)| top == high)?;
        Some(self.first[low as usize] + index_u32(step))
    }
}
