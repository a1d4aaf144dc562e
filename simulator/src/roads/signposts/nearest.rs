//! The nearest of some places, in time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{Arm, Signposts};
use crate::numbers::index_u32;

/// Signposts read the other way round: for each node, the places that know the way from it.
#[derive(Clone, Debug)]
pub struct Nearest {
    /// The arms of each place that leave it.
    leaving: Vec<Vec<(u32, i64)>>,
    /// For each rank that somebody knows, where its places begin.
    first: Vec<u32>,
    /// What the way from the rank costs, and the place; the cheapest first.
    places: Vec<(i32, u32)>,
}

impl Nearest {
    /// Among some of the places, each named once.
    pub(super) fn new(posts: &Signposts, among: &[u32]) -> Self {
        let arms = |place: u32| posts.straight.of(place).iter().map(move |arm| (arm, place));
        let known = among.iter().flat_map(|&place| arms(place));
        let mut known: Vec<(u32, i32, u32)> = known
            .map(|(arm, place): (&Arm, u32)| (arm.rank, arm.cost, place))
            .collect();
        known.sort_unstable();
        let mut ranks: Vec<u32> = known.iter().map(|(rank, ..)| *rank).collect();
        ranks.dedup();
        let mut first: Vec<u32> = Vec::with_capacity(ranks.len() + 1);
        let mut before = None;
        for (index, (rank, ..)) in known.iter().enumerate() {
            if before.replace(*rank) != Some(*rank) {
                first.push(index_u32(index));
            }
        }
        first.push(index_u32(known.len()));
        let leaving = (0..index_u32(posts.len())).map(|place| {
            let arms = posts.leaving.of(place).iter();
            let at = arms.filter_map(|arm| {
                let row = ranks.binary_search(&arm.rank).ok()?;
                Some((index_u32(row), i64::from(arm.cost)))
            });
            at.collect()
        });
        Self {
            leaving: leaving.collect(),
            first,
            places: known.into_iter().map(|(_, cost, at)| (cost, at)).collect(),
        }
    }

    /// Tells the places that are reached from one, the nearest first, itself among them, until `look`
    /// says that it is enough. Those behind it on its own street, to which one would come round, are told
    /// as if one could turn.
    pub fn of(&self, place: u32, mut look: impl FnMut(u32) -> bool) {
        let Some(arms) = self.leaving.get(place as usize) else {
            return;
        };
        let mut told: Vec<u32> = Vec::new();
        let mut next = BinaryHeap::with_capacity(arms.len());
        let at = |row: u32, step: u32| {
            let place = self.first[row as usize] + step;
            (place < self.first[row as usize + 1]).then(|| self.places[place as usize])
        };
        for &(row, here) in arms {
            let entry =
                at(row, 0).map(|(there, _)| Reverse((here + i64::from(there), row, 0, here)));
            next.extend(entry);
        }
        while let Some(Reverse((_, row, step, here))) = next.pop() {
            let found = at(row, step).map(|(_, place)| place);
            let step = step + 1;
            let entry =
                at(row, step).map(|(there, _)| Reverse((here + i64::from(there), row, step, here)));
            next.extend(entry);
            if let Some(place) = found
                && let Err(slot) = told.binary_search(&place)
            {
                told.insert(slot, place);
                if !look(place) {
                    return;
                }
            }
        }
    }
}
