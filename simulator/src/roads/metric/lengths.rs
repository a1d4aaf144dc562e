//! How long the cheapest ways are: the lengths of all links, and climbs that carry both numbers.

use super::labels::Climb;
use super::{Ladder, Metric};
use crate::roads::cost::INFINITE;

/// A metric that knows how long its links are, too, in whatever unit its user counts.
#[derive(Clone, Debug)]
pub(in crate::roads) struct Measure<'m> {
    metric: &'m Metric,
    /// Of each link up, by its place among all.
    up: Vec<u32>,
    /// Of each link down.
    down: Vec<u32>,
}

/// A way to leave a point or to reach it, as [`Row`](crate::roads::Row) is, with its length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::roads) struct End {
    pub(in crate::roads) node: u32,
    pub(in crate::roads) cost: i32,
    pub(in crate::roads) length: i64,
}

/// What a way up to a rank costs, and how long it is. Of equal costs the shorter way is the better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::roads) struct Mark {
    pub(in crate::roads) cost: i64,
    pub(in crate::roads) length: i64,
}

impl Mark {
    /// There is no way.
    pub(in crate::roads) const NONE: Self = Self {
        cost: INFINITE as i64,
        length: 0,
    };
}

/// Which way one climbs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::roads) enum Climbs {
    /// Along the way, from where it begins.
    Forward,
    /// Against it, from where it ends.
    Backward,
}

impl<'m> Measure<'m> {
    /// `at_head` is the length of an arc by the node that it leads to, for every node of the graph.
    ///
    /// # Panics
    /// Where there are fewer numbers than nodes.
    pub(in crate::roads) fn new(metric: &'m Metric, at_head: &[u32]) -> Self {
        let mut up = vec![0_u32; metric.up.links.len()];
        let mut down = vec![0_u32; metric.down.links.len()];
        let at = |rank| at_head[metric.hierarchy.node(rank) as usize];
        let ranks = metric.up.first.windows(2).zip(metric.down.first.windows(2));
        // A link leads over a rank below both of its ends, whose links are measured before.
        for (rank, (ups, downs)) in (0_u32..).zip(ranks) {
            for place in ups[0]..ups[1] {
                let part = metric.up.part(place);
                up[place as usize] = if part.is_arc() {
                    at(metric.up.links[place as usize].0)
                } else {
                    down[part.first as usize].saturating_add(up[part.second as usize])
                };
            }
            for place in downs[0]..downs[1] {
                let part = metric.down.part(place);
                down[place as usize] = if part.is_arc() {
                    at(rank)
                } else {
                    down[part.first as usize].saturating_add(up[part.second as usize])
                };
            }
        }
        Self { metric, up, down }
    }

    /// No rank is marked; for [`Measure::climb`].
    pub(in crate::roads) fn blank(&self) -> Vec<Mark> {
        vec![Mark::NONE; self.metric.hierarchy.node_count()]
    }

    /// The best marks of all ranks above some ends; `blank` is left as it was.
    pub(in crate::roads) fn climb(
        &self,
        climbs: Climbs,
        ends: &[End],
        blank: &mut [Mark],
    ) -> Vec<(u32, Mark)> {
        let (ladder, lengths): (&Ladder, &[u32]) = match climbs {
            Climbs::Forward => (&self.metric.up, &self.up),
            Climbs::Backward => (&self.metric.down, &self.down),
        };
        let hierarchy = &self.metric.hierarchy;
        for end in ends {
            let slot = &mut blank[hierarchy.rank(end.node) as usize];
            *slot = (*slot).min(Mark {
                cost: end.cost.into(),
                length: end.length,
            });
        }
        let ranks = Climb::new(hierarchy, ends.iter().map(|end| hierarchy.rank(end.node)));
        let mut marks = Vec::new();
        for rank in ranks {
            let mark = std::mem::replace(&mut blank[rank as usize], Mark::NONE);
            if mark.cost >= Mark::NONE.cost {
                continue;
            }
            marks.push((rank, mark));
            let first = ladder.first[rank as usize] as usize;
            for (&(top, cost), &length) in ladder.of(rank).iter().zip(&lengths[first..]) {
                let slot = &mut blank[top as usize];
                *slot = (*slot).min(Mark {
                    cost: mark.cost + i64::from(cost),
                    length: mark.length + i64::from(length),
                });
            }
        }
        marks
    }
}
