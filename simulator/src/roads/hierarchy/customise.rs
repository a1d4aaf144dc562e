//! From what arcs cost to a metric that can be searched.

use std::sync::Arc;

use pulp::NullaryFnOnce;

use super::triangles::{NO_MIDDLE, Pair, Ties, from_above, from_below};
use super::{Hierarchy, NO_LINK};
use crate::error::{SimError, SimResult};
use crate::roads::cost::INFINITE;
use crate::roads::metric::{Ladder, Metric, Part};

impl Hierarchy {
    /// Gives every arc of the graph a cost; from [`INFINITE`] on it is closed.
    ///
    /// This is all that a changed cost needs, however many arcs it concerns. Metrics are values:
    /// other metrics of the same hierarchy stay as they are.
    ///
    /// # Errors
    /// [`SimError::StateMismatch`] for another number of costs than the graph has arcs.
    pub fn customise(self: &Arc<Self>, costs: &[u32]) -> SimResult<Metric> {
        if costs.len() != self.arc_count() {
            let (expected, found) = (self.arc_count(), costs.len());
            let what = "costs of arcs";
            return Err(SimError::StateMismatch {
                what,
                expected,
                found,
            });
        }
        let arch = pulp::Arch::new();
        let mut links = self.link_costs(costs);
        let mut middles = vec![[NO_MIDDLE; 2]; self.link_count()];
        let ties = if costs.contains(&0) {
            Ties::Keep
        } else {
            Ties::Drop
        };
        arch.dispatch(FromBelow(self, &mut links, &mut middles, ties));
        arch.dispatch(FromAbove(self, &mut links, ties));
        let places = places(&links);
        let ladder = |way| self.ladder(&links, &middles, way, &places);
        Ok(Metric::new(
            Arc::clone(self),
            [ladder(Way::Up), ladder(Way::Down)],
        ))
    }

    /// What the arcs of the graph alone make every link cost.
    fn link_costs(&self, costs: &[u32]) -> Vec<Pair> {
        let mut links = vec![[INFINITE; 2]; self.link_count()];
        for (&link, &cost) in self.link_of.iter().zip(costs) {
            if link != NO_LINK {
                let slot = &mut links[(link >> 1) as usize][(link & 1) as usize];
                *slot = (*slot).min(cost);
            }
        }
        links
    }

    /// The links that are open in one direction, as rows, and what each consists of.
    fn ladder(&self, costs: &[Pair], middles: &[Pair], way: Way, places: &[Pair]) -> Ladder {
        let at = way as usize;
        let open = costs.iter().filter(|cost| cost[at] < INFINITE).count();
        let mut ladder = Ladder::with_capacity(self.node_count(), open);
        for row in self.first_up.windows(2) {
            for link in row[0] as usize..row[1] as usize {
                if costs[link][at] < INFINITE {
                    let part = self.part(link, middles[link][at], (way, places));
                    ladder.add((self.tops[link], costs[link][at]), part);
                }
            }
            ladder.end_row();
        }
        ladder
    }

    /// What a link consists of, from the lower rank's link to the smaller of its ranks.
    fn part(&self, link: usize, smaller: u32, (way, places): (Way, &[Pair])) -> Part {
        if smaller == NO_MIDDLE {
            return Part::ARC;
        }
        let larger = self.later_link(smaller, self.tops[link]) as usize;
        let over = self.bottoms[smaller as usize];
        let (first, second) = match way {
            Way::Up => (smaller as usize, larger),
            Way::Down => (larger, smaller as usize),
        };
        Part {
            first: places[first][Way::Down as usize],
            second: places[second][Way::Up as usize],
            over,
        }
    }

    /// The links of a rank to smaller ones, as (smaller rank, link).
    pub(super) fn below(&self, rank: u32) -> &[(u32, u32)] {
        let rank = rank as usize;
        let row = self.first_down[rank] as usize..self.first_down[rank + 1] as usize;
        &self.down[row]
    }
}

/// A direction of a link, by its place in a [`Pair`].
#[derive(Clone, Copy)]
enum Way {
    Up = 0,
    Down = 1,
}

/// For each link, how many open ones come before it, in either direction.
fn places(costs: &[Pair]) -> Vec<Pair> {
    let mut open = [0_u32; 2];
    let place = |cost: &Pair| {
        let place = open;
        for way in 0..2 {
            open[way] += u32::from(cost[way] < INFINITE);
        }
        place
    };
    costs.iter().map(place).collect()
}

/// [`from_below`] for the processor at hand.
struct FromBelow<'a>(&'a Hierarchy, &'a mut [Pair], &'a mut [Pair], Ties);

impl NullaryFnOnce for FromBelow<'_> {
    type Output = ();

    #[expect(
        clippy::inline_always,
        reason = "compiled for the processor at hand with its caller"
    )]
    #[inline(always)]
    fn call(self) {
        from_below(self.0, self.1, self.2, self.3);
    }
}

/// [`from_above`] for the processor at hand.
struct FromAbove<'a>(&'a Hierarchy, &'a mut [Pair], Ties);

impl NullaryFnOnce for FromAbove<'_> {
    type Output = ();

    #[expect(
        clippy::inline_always,
        reason = "compiled for the processor at hand with its caller"
    )]
    #[inline(always)]
    fn call(self) {
        from_above(self.0, self.1, self.2);
    }
}
