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

    /// The same way and a link after it.
    const fn plus(self, cost: u32, length: u32) -> Self {
        Self {
            cost: self.cost + cost as i64,
            length: self.length + length as i64,
        }
    }
}

impl End {
    fn mark(&self) -> Mark {
        Mark {
            cost: self.cost.into(),
            length: self.length,
        }
    }
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
        let (ladder, lengths) = self.ladder(climbs);
        let hierarchy = &self.metric.hierarchy;
        for end in ends {
            let slot = &mut blank[hierarchy.rank(end.node) as usize];
            *slot = (*slot).min(end.mark());
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
                *slot = (*slot).min(mark.plus(cost, length));
            }
        }
        marks
    }
    /// The ranks of the way that a climb from some ends took to one of its marks, that one last, and
    /// which of the ends it began with. `None` where the marks are not those of the ends.
    pub(in crate::roads) fn trail(
        &self,
        climbs: Climbs,
        ends: &[End],
        marks: &[(u32, Mark)],
        top: u32,
    ) -> Option<(Vec<u32>, usize)> {
        let (ladder, lengths) = self.ladder(climbs);
        let hierarchy = &self.metric.hierarchy;
        let mut place = marks.binary_search_by_key(&top, |&(rank, _)| rank).ok()?;
        let mut ranks = Vec::new();
        loop {
            let (rank, mark) = *marks.get(place)?;
            ranks.push(rank);
            let begins = |end: &End| hierarchy.rank(end.node) == rank && end.mark() == mark;
            if let Some(end) = ends.iter().position(begins) {
                ranks.reverse();
                return Some((ranks, end));
            }
            let leads_here = |&(low, from): &(u32, Mark)| {
                let links = ladder.of(low);
                let first = ladder.first[low as usize] as usize;
                let link = links.binary_search_by_key(&rank, |&(top, _)| top);
                link.is_ok_and(|link| from.plus(links[link].1, lengths[first + link]) == mark)
            };
            place = marks[..place].iter().rposition(leads_here)?;
        }
    }

    /// Leaves of a climb's marks those only to whose ranks there is no cheaper way.
    pub(in crate::roads) fn settle(&self, climbs: Climbs, marks: &mut Vec<(u32, Mark)>) {
        // The cheapest way to a rank comes from above over the links against the climb.
        let ladder = match climbs {
            Climbs::Forward => &self.metric.down,
            Climbs::Backward => &self.metric.up,
        };
        let mut least: Vec<i64> = marks.iter().map(|(_, mark)| mark.cost).collect();
        for place in (0..marks.len()).rev() {
            let mut above = place + 1;
            for &(top, cost) in ladder.of(marks[place].0) {
                while marks.get(above).is_some_and(|(rank, _)| *rank < top) {
                    above += 1;
                }
                if marks.get(above).is_some_and(|(rank, _)| *rank == top) {
                    least[place] = least[place].min(least[above] + i64::from(cost));
                }
            }
        }
        let mut least = least.into_iter();
        marks.retain(|(_, mark)| least.next().is_none_or(|least| mark.cost <= least));
    }

    const fn ladder(&self, climbs: Climbs) -> (&Ladder, &Vec<u32>) {
        match climbs {
            Climbs::Forward => (&self.metric.up, &self.up),
            Climbs::Backward => (&self.metric.down, &self.down),
        }
    }
}
