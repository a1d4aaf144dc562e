//! Which stops a step takes out.
//!
//! Strings of stops next to each other in routes that come near one place: Christiaens and Vanden
//! Berghe, "Slack induction by string removals for vehicle routing problems", Transportation Science
//! 54(2), 2020, whose names and usual values are kept.

use super::near::Near;
use super::solution::{NONE, Solution};
use crate::numbers::{f64_of_index, floor_u32};
use crate::random::Stream;

/// How much a step takes out.
#[derive(Clone, Copy, Debug)]
pub(super) struct RuinRules {
    /// The stops taken out on average.
    pub(super) mean: f64,
    /// The most stops in a row.
    pub(super) longest: f64,
    /// How often some stops within a string are kept.
    pub(super) split: f64,
    /// How often one more of them is kept.
    pub(super) keep_more: f64,
}

/// The most strings of one step.
const MOST: u32 = 64;

/// Chooses what a step takes out.
#[derive(Debug)]
pub(super) struct Ruin<'a> {
    pub(super) solution: &'a Solution,
    pub(super) near: &'a Near,
    pub(super) rules: RuinRules,
}

impl Ruin<'_> {
    /// Chooses strings of stops in trips that come near `seed`.
    pub(super) fn strings(&self, seed: u32, random: &mut Stream, chosen: &mut Vec<u32>) {
        chosen.clear();
        let solution = self.solution;
        let served = solution.nodes.len() - solution.absent;
        let trips = (solution.trips.len() - solution.free_trips.len()).max(1);
        let average = f64_of_index(served) / f64_of_index(trips);
        let longest = self.rules.longest.min(average).max(1.0);
        let most_strings = 4.0 * self.rules.mean / (1.0 + longest) - 1.0;
        let strings = floor_u32(random.between(1.0, most_strings.max(1.0) + 1.0)).min(MOST);
        let mut ruined = [NONE; MOST as usize];
        let mut count = 0;
        for stop in self.around(seed) {
            if count == strings as usize {
                break;
            }
            let trip = solution.nodes[stop as usize].trip;
            if trip == NONE || ruined[..count].contains(&trip) {
                continue;
            }
            let stops = f64::from(solution.trips[trip as usize].stops);
            let length = floor_u32(random.between(1.0, longest.min(stops) + 1.0));
            self.string(stop, length, random, chosen);
            ruined[count] = trip;
            count += 1;
        }
    }

    /// Chooses whole trips that come near `seed`, one or two of them.
    pub(super) fn whole_trips(&self, seed: u32, random: &mut Stream, chosen: &mut Vec<u32>) {
        chosen.clear();
        let mut left = 1 + below(random, 2);
        let mut last = NONE;
        for stop in self.around(seed) {
            let trip = self.solution.nodes[stop as usize].trip;
            if trip == NONE || trip == last {
                continue;
            }
            let mut stop = self.solution.trips[trip as usize].first;
            while stop != NONE {
                chosen.push(stop);
                stop = self.solution.nodes[stop as usize].next;
            }
            last = trip;
            left -= 1;
            if left == 0 {
                break;
            }
        }
    }

    fn around(&self, seed: u32) -> impl Iterator<Item = u32> {
        let near = self.near.of(seed).iter().map(|near| near.stop);
        std::iter::once(seed).chain(near)
    }

    /// One string of a length that contains a stop.
    fn string(&self, stop: u32, length: u32, random: &mut Stream, chosen: &mut Vec<u32>) {
        let trip = self.solution.nodes[stop as usize].trip;
        let stops = self.solution.trips[trip as usize].stops;
        let mut kept = 0;
        if length > 1 && length < stops && random.chance(self.rules.split) {
            kept = 1;
            while length + kept < stops && random.chance(self.rules.keep_more) {
                kept += 1;
            }
        }
        let whole = length + kept;
        let back = below(random, whole);
        let mut here = begin(self.solution, stop, whole, back);
        let keep_from = if kept > 0 {
            1 + below(random, length - 1)
        } else {
            whole
        };
        for position in 0..whole {
            if position < keep_from || position >= keep_from + kept {
                chosen.push(here);
            }
            here = self.solution.nodes[here as usize].next;
        }
    }
}

/// Where a string of `whole` stops begins that has `back` of them before `stop`, or as near to that
/// as its trip allows.
fn begin(solution: &Solution, stop: u32, whole: u32, back: u32) -> u32 {
    let mut first = stop;
    let mut before = 0;
    while before < back && solution.nodes[first as usize].prev != NONE {
        first = solution.nodes[first as usize].prev;
        before += 1;
    }
    let mut last = stop;
    let mut after = 0;
    while before + 1 + after < whole && solution.nodes[last as usize].next != NONE {
        last = solution.nodes[last as usize].next;
        after += 1;
    }
    while before + 1 + after < whole {
        first = solution.nodes[first as usize].prev;
        before += 1;
    }
    first
}

/// A number below `count`, which is 1 or more.
pub(super) fn below(random: &mut Stream, count: u32) -> u32 {
    let high = ((random.next_u64() >> 32) * u64::from(count)) >> 32;
    u32::try_from(high).unwrap_or(0)
}
