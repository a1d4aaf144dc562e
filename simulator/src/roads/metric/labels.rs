//! What one end of a search knows of each rank.

use crate::roads::cost::INFINITE;
use crate::roads::hierarchy::Hierarchy;

/// The least cost found so far of each rank, and the rank before it on that way.
#[derive(Clone, Debug)]
pub(super) struct Labels {
    known: Vec<(u32, u32)>,
}

/// The rank before the first one of a way.
pub(super) const START: u32 = u32::MAX;

impl Labels {
    pub(super) fn new(ranks: usize) -> Self {
        Self {
            known: vec![(INFINITE, START); ranks],
        }
    }

    /// The least cost found so far, [`INFINITE`] where there is none.
    pub(super) fn cost(&self, rank: u32) -> u32 {
        self.known[rank as usize].0
    }

    /// Takes a cost if it is less than what is known.
    pub(super) fn offer(&mut self, rank: u32, cost: u32, before: u32) {
        let known = &mut self.known[rank as usize];
        if cost < known.0 {
            *known = (cost, before);
        }
    }

    /// The ranks from the start of the way to `rank`.
    pub(super) fn way_to(&self, rank: u32) -> Vec<u32> {
        let before = |&rank: &u32| {
            let (_, before) = self.known[rank as usize];
            (before != START).then_some(before)
        };
        let mut way: Vec<u32> = std::iter::successors(Some(rank), before).collect();
        way.reverse();
        way
    }

    /// Forgets what is known of some ranks.
    pub(super) fn forget(&mut self, ranks: &[u32]) {
        for &rank in ranks {
            self.known[rank as usize].0 = INFINITE;
        }
    }
}

/// Walks from some ranks up the tree of parents, each rank once, the smallest first.
#[derive(Clone, Debug)]
pub(super) struct Climb<'a> {
    hierarchy: &'a Hierarchy,
    at: Vec<u32>,
}

impl<'a> Climb<'a> {
    pub(super) fn new(hierarchy: &'a Hierarchy, from: impl IntoIterator<Item = u32>) -> Self {
        let mut at: Vec<u32> = from.into_iter().collect();
        at.sort_unstable_by(|a, b| b.cmp(a));
        at.dedup();
        Self { hierarchy, at }
    }

    /// Remembers a rank that is not less than all others, once.
    fn insert(&mut self, rank: u32) {
        let place = self.at.partition_point(|&other| other > rank);
        if self.at.get(place) != Some(&rank) {
            self.at.insert(place, rank);
        }
    }
}

impl Iterator for Climb<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let rank = self.at.pop()?;
        if let Some(parent) = self.hierarchy.parent(rank) {
            match self.at.last() {
                None => self.at.push(parent),
                Some(&least) if parent < least => self.at.push(parent),
                Some(_) => self.insert(parent),
            }
        }
        Some(rank)
    }
}
