//! Lets every triangle of links shorten its sides: the two passes of a customisation.
//!
//! A triangle is a low, a middle and a high rank, all linked. Both passes visit each one once, by
//! its middle rank: from below, the way over the low rank may be the shortest between the others;
//! from above, the way over either of the others may be shorter than a link of the low rank.

use super::Hierarchy;
use crate::numbers::index_u32;
use crate::roads::cost::INFINITE;

/// A number for each direction of a link: from the smaller rank to the larger, and back.
pub(super) type Pair = [u32; 2];

/// No lower rank: the cost of a link is an arc's.
pub(super) const NO_MIDDLE: u32 = u32::MAX;

/// Rows shorter than this are not worth finding out whether they lie in one piece.
const LONG_ROW: usize = 8;

/// Where the links of one rank, the middle one, are found by their larger rank.
struct Places {
    /// By larger rank, how many of the middle's links come before.
    place: Vec<u32>,
}

impl Places {
    fn new(hierarchy: &Hierarchy) -> Self {
        Self {
            place: vec![0; hierarchy.node_count()],
        }
    }

    fn set(&mut self, tops: &[u32]) {
        for (place, &top) in (0_u32..).zip(tops) {
            self.place[top as usize] = place;
        }
    }

    #[expect(
        clippy::inline_always,
        reason = "compiled for the processor at hand with its caller"
    )]
    #[inline(always)]
    fn of(&self, top: u32) -> usize {
        self.place[top as usize] as usize
    }

    /// Where the links to `tops` begin, if they are many and next to each other.
    #[expect(
        clippy::inline_always,
        reason = "compiled for the processor at hand with its caller"
    )]
    #[inline(always)]
    fn row(&self, tops: &[u32]) -> Option<usize> {
        if tops.len() < LONG_ROW {
            return None;
        }
        let (first, last) = (self.of(*tops.first()?), self.of(*tops.last()?));
        (last - first + 1 == tops.len()).then_some(first)
    }
}

/// What becomes of a link that costs as much as another way between its ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ties {
    /// It is not needed.
    Drop,
    /// It stays. Needed where an arc costs nothing: two links could each be dropped for the other.
    Keep,
}

impl Ties {
    /// The last bit of the doubled cost of a link that is still its own.
    const fn own(self) -> u32 {
        match self {
            Self::Drop => 1,
            Self::Keep => 0,
        }
    }
}

/// Lets the way over each low rank shorten the link between the others, from below upwards, and notes
/// in `middles` over which one a cost leads: by the number of its link to the smaller of the two. Of
/// equal ways the one over the largest rank is taken with [`Ties::Drop`], for its parts are then not
/// dropped.
#[expect(
    clippy::inline_always,
    reason = "compiled for the processor at hand with its caller"
)]
#[inline(always)]
pub(super) fn from_below(
    hierarchy: &Hierarchy,
    costs: &mut [Pair],
    middles: &mut [Pair],
    ties: Ties,
) {
    let tie = ties.own();
    let mut places = Places::new(hierarchy);
    for middle in 0..index_u32(hierarchy.node_count()) {
        let row = hierarchy.up(middle);
        if row.is_empty() {
            continue;
        }
        places.set(&hierarchy.tops[row.clone()]);
        // All links of the low ranks lie before those of the middle one.
        let (low_costs, high) = costs.split_at_mut(row.start);
        let (high, middles) = (&mut high[..row.len()], &mut middles[row]);
        for &(low, link) in hierarchy.below(middle) {
            let others = link as usize + 1..hierarchy.up(low).end;
            let [up, down] = low_costs[link as usize];
            if others.is_empty() || up.min(down) == INFINITE {
                continue;
            }
            let over = Over {
                cost: [down, up],
                link,
                tie,
            };
            let tops = &hierarchy.tops[others.clone()];
            let sides = &low_costs[others];
            if let Some(first) = places.row(tops) {
                let high = high[first..].iter_mut().zip(&mut middles[first..]);
                for ((cost, middle), side) in high.zip(sides) {
                    over.shorten(cost, middle, *side);
                }
            } else {
                let (wide_sides, sides) = sides.as_chunks::<WIDE>();
                let (wide_tops, tops) = tops.as_chunks::<WIDE>();
                for (sides, tops) in wide_sides.iter().zip(wide_tops) {
                    let places = tops.map(|top| places.of(top));
                    if over.shortens_any(sides, &places.map(|place| high[place])) {
                        for (place, side) in places.into_iter().zip(sides) {
                            over.shorten(&mut high[place], &mut middles[place], *side);
                        }
                    }
                }
                for (&top, side) in tops.iter().zip(sides) {
                    let place = places.of(top);
                    over.shorten(&mut high[place], &mut middles[place], *side);
                }
            }
        }
    }
}

/// The way from the middle over a low rank and back.
#[derive(Clone, Copy)]
struct Over {
    cost: Pair,
    link: u32,
    tie: u32,
}

impl Over {
    /// Whether [`Over::shorten`] would change any of some links.
    #[expect(
        clippy::inline_always,
        reason = "compiled for the processor at hand with its caller"
    )]
    #[inline(always)]
    fn shortens_any(self, sides: &[Pair; WIDE], costs: &[Pair; WIDE]) -> bool {
        let over = [self.cost; WIDE];
        let lanes = sides.as_flattened().iter().zip(over.as_flattened());
        let mut is_shorter = 0;
        for ((side, over), cost) in lanes.zip(costs.as_flattened()) {
            is_shorter |= u32::from(side + over < cost + self.tie);
        }
        is_shorter != 0
    }

    /// Shortens a link of the middle by the way over the low rank, whose own link costs so much.
    #[expect(
        clippy::inline_always,
        reason = "compiled for the processor at hand with its caller"
    )]
    #[inline(always)]
    fn shorten(self, cost: &mut Pair, middle: &mut Pair, side: Pair) {
        for way in 0..2 {
            let through = self.cost[way] + side[way];
            let is_shorter = through < cost[way] + self.tie;
            cost[way] = if is_shorter { through } else { cost[way] };
            middle[way] = if is_shorter { self.link } else { middle[way] };
        }
    }
}

/// Lets the ways over the middle and over the high rank shorten the links of each low one, from
/// above downwards, and closes the links that are not needed: those that cost more than another
/// way between their ends, or as much.
///
/// Costs are doubled meanwhile, and their last bit tells whether a link is still its own; with
/// [`Ties::Drop`] its own are the larger ones, so that the least of equal costs is another's.
#[expect(
    clippy::inline_always,
    reason = "compiled for the processor at hand with its caller"
)]
#[inline(always)]
pub(super) fn from_above(hierarchy: &Hierarchy, costs: &mut [Pair], ties: Ties) {
    let (own, other) = (ties.own(), 1 - ties.own());
    for cost in costs.as_flattened_mut() {
        *cost = *cost << 1 | own;
    }
    let mut places = Places::new(hierarchy);
    let mut even = Vec::new();
    for middle in (0..index_u32(hierarchy.node_count())).rev() {
        let row = hierarchy.up(middle);
        if row.is_empty() {
            continue;
        }
        places.set(&hierarchy.tops[row.clone()]);
        let (low_costs, high) = costs.split_at_mut(row.start);
        even.clear();
        even.extend(
            high[..row.len()]
                .iter()
                .map(|cost| cost.map(|cost| cost & !1)),
        );
        for &(low, link) in hierarchy.below(middle) {
            let others = link as usize + 1..hierarchy.up(low).end;
            if others.is_empty() {
                continue;
            }
            let tops = &hierarchy.tops[others.clone()];
            // The link to the middle comes right before those to the high ranks.
            let (link, sides) = low_costs[link as usize..others.end].split_at_mut(1);
            let mut low = Low::new(link[0], other);
            if let Some(first) = places.row(tops) {
                let high = &even[first..first + tops.len()];
                let (sides, rest) = sides.as_chunks_mut();
                let (high, high_rest) = high.as_chunks();
                sides
                    .iter_mut()
                    .zip(high)
                    .for_each(|(sides, high)| low.shorten(sides, high));
                low.shorten_some(rest, high_rest.iter().copied());
            } else {
                let (sides, rest) = sides.as_chunks_mut();
                let (tops, tops_rest) = tops.as_chunks();
                for (sides, tops) in sides.iter_mut().zip(tops) {
                    low.shorten(sides, &tops.map(|top| even[places.of(top)]));
                }
                low.shorten_some(rest, tops_rest.iter().map(|&top| even[places.of(top)]));
            }
            link[0] = low.link();
        }
    }
    for cost in costs.as_flattened_mut() {
        let is_own = *cost & 1 == own;
        *cost = if is_own { *cost >> 1 } else { INFINITE };
    }
}

/// So many links are worked on at once.
const WIDE: usize = 4;

/// A low rank's link to the middle.
struct Low {
    over: [Pair; WIDE],
    best: [Pair; WIDE],
    other: u32,
}

impl Low {
    #[expect(
        clippy::inline_always,
        reason = "compiled for the processor at hand with its caller"
    )]
    #[inline(always)]
    fn new(link: Pair, other: u32) -> Self {
        Self {
            over: [link.map(|cost| cost & !1 | other); WIDE],
            best: [link; WIDE],
            other,
        }
    }

    /// Shortens the link, and the low rank's links to some high ranks, by what the middle's links to
    /// these cost, without their last bit. The other's bit goes into what is new.
    #[expect(
        clippy::inline_always,
        reason = "compiled for the processor at hand with its caller"
    )]
    #[inline(always)]
    fn shorten(&mut self, sides: &mut [Pair; WIDE], high: &[Pair; WIDE]) {
        let mut swapped = *high;
        for pair in &mut swapped {
            pair.swap(0, 1);
        }
        let lanes = sides.as_flattened_mut().iter_mut().zip(high.as_flattened());
        let best = self
            .best
            .as_flattened_mut()
            .iter_mut()
            .zip(swapped.as_flattened());
        for (((side, high), (best, swapped)), over) in lanes.zip(best).zip(self.over.as_flattened())
        {
            let through = (*side & !1) + (swapped | self.other);
            *best = (*best).min(through);
            *side = (*side).min(over + high);
        }
    }

    /// The same for fewer of them.
    #[expect(
        clippy::inline_always,
        reason = "compiled for the processor at hand with its caller"
    )]
    #[inline(always)]
    fn shorten_some(&mut self, sides: &mut [Pair], high: impl Iterator<Item = Pair>) {
        for (side, high) in sides.iter_mut().zip(high) {
            for way in 0..2 {
                let through = (side[way] & !1) + (high[1 - way] | self.other);
                self.best[0][way] = self.best[0][way].min(through);
                side[way] = side[way].min(self.over[0][way] + high[way]);
            }
        }
    }

    /// What the link costs now.
    #[expect(
        clippy::inline_always,
        reason = "compiled for the processor at hand with its caller"
    )]
    #[inline(always)]
    fn link(&self) -> Pair {
        let least = |way: usize| self.best.iter().map(|best| best[way]).min();
        [0, 1].map(|way| least(way).unwrap_or(INFINITE))
    }
}
