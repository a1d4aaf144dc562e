//! The cheapest way between two points.

use super::Metric;
use super::labels::{Climb, Labels, START};
use crate::roads::cost::{INFINITE, Row, UNREACHABLE};

/// The cheapest way that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What it costs.
    pub cost: u32,
    /// The nodes of the graph along it; the first is a row's of the start, the last of the end.
    pub nodes: Vec<u32>,
}

/// Finds ways in one [`Metric`], one after the other, in the same memory.
#[derive(Debug)]
pub struct Searcher<'m> {
    metric: &'m Metric,
    forward: Labels,
    backward: Labels,
    /// The ranks that either search came to.
    climbed: [Vec<u32>; 2],
}

/// Where the two ends of a search meet, at what cost.
#[derive(Clone, Copy, Debug)]
pub(super) struct Meeting {
    pub(super) rank: u32,
    pub(super) cost: u32,
}

impl<'m> Searcher<'m> {
    /// Takes as much memory as four numbers for each node.
    pub fn new(metric: &'m Metric) -> Self {
        let ranks = metric.hierarchy.node_count();
        Self {
            metric,
            forward: Labels::new(ranks),
            backward: Labels::new(ranks),
            climbed: [vec![], vec![]],
        }
    }

    /// The cheapest way that leaves by a row of `from` and arrives by one of `to`; sums below 0 do
    /// not count. `None` where there is no way.
    ///
    /// Where a row of `from` and one of `to` name the same node and their sum is below 0, the way
    /// round to that node is found only if it comes by other rows.
    ///
    /// # Panics
    /// Where a row names a node that is not there.
    pub fn route(&mut self, from: &[Row], to: &[Row]) -> Option<Found> {
        let meeting = self.meet(from, to, 0, |_| {});
        let found = meeting.map(|meeting| Found {
            cost: meeting.cost,
            nodes: self.nodes_over(meeting.rank),
        });
        self.clear();
        found
    }

    /// What the cheapest way costs; [`UNREACHABLE`] where there is none. Faster than
    /// [`Searcher::route`], which see.
    ///
    /// # Panics
    /// Where a row names a node that is not there.
    pub fn cost(&mut self, from: &[Row], to: &[Row]) -> u32 {
        let meeting = self.meet(from, to, 0, |_| {});
        self.clear();
        meeting.map_or(UNREACHABLE, |meeting| meeting.cost)
    }

    /// The ways over nodes where the two ends of the search meet, and these nodes: all that cost at
    /// most so much more than the cheapest one, and some others; at most so many, the cheapest first.
    pub(in crate::roads) fn ways(
        &mut self,
        from: &[Row],
        to: &[Row],
        (spare, count): (u32, usize),
    ) -> Vec<(Found, u32)> {
        let mut meetings = Vec::new();
        self.meet(from, to, spare, |meeting| meetings.push(meeting));
        meetings.sort_by_key(|meeting| meeting.cost);
        meetings.truncate(count);
        let way = |meeting: Meeting| {
            let (cost, nodes) = (meeting.cost, self.nodes_over(meeting.rank));
            (
                Found { cost, nodes },
                self.metric.hierarchy.node(meeting.rank),
            )
        };
        let ways = meetings.into_iter().map(way).collect();
        self.clear();
        ways
    }

    /// Searches from both ends up to the top, and tells every rank where they meet. What costs more
    /// than the cheapest way and `spare` together is not followed.
    pub(super) fn meet(
        &mut self,
        from: &[Row],
        to: &[Row],
        spare: u32,
        mut on_meeting: impl FnMut(Meeting),
    ) -> Option<Meeting> {
        let metric = self.metric;
        // Costs of arriving may be negative; from this end all are counted from the least of them.
        let offset = to.iter().map(|row| row.cost).min()?;
        self.start(from, to, offset);
        let [forward, backward] = [from, to].map(|rows| self.climb(rows));
        for rank in forward {
            self.climbed[0].push(rank);
            let cost = self.forward.cost(rank);
            if cost < INFINITE {
                relax(metric.up.of(rank), &mut self.forward, rank, cost);
            }
        }
        let mut best: Option<Meeting> = None;
        let mut limit = INFINITE;
        for rank in backward {
            self.climbed[1].push(rank);
            let back = self.backward.cost(rank);
            if back >= limit {
                continue;
            }
            relax(metric.down.of(rank), &mut self.backward, rank, back);
            let there = self.forward.cost(rank);
            let sum = i64::from(there) + i64::from(back) + i64::from(offset);
            let Ok(cost) = u32::try_from(sum) else {
                continue;
            };
            if there >= INFINITE || cost >= INFINITE {
                continue;
            }
            let meeting = Meeting { rank, cost };
            on_meeting(meeting);
            if best.is_none_or(|best| cost < best.cost) {
                best = Some(meeting);
                limit = cost
                    .saturating_add(spare)
                    .saturating_add_signed(-offset)
                    .min(INFINITE);
            }
        }
        best
    }

    fn start(&mut self, from: &[Row], to: &[Row], offset: i32) {
        let hierarchy = &self.metric.hierarchy;
        for row in from {
            let cost = row.cost.max(0).unsigned_abs();
            self.forward.offer(hierarchy.rank(row.node), cost, START);
        }
        for row in to {
            let cost = row.cost.abs_diff(offset);
            self.backward.offer(hierarchy.rank(row.node), cost, START);
        }
    }

    /// All ranks that can be reached going up from some rows.
    fn climb(&self, rows: &[Row]) -> Climb<'m> {
        let hierarchy = &self.metric.hierarchy;
        Climb::new(hierarchy, rows.iter().map(|row| hierarchy.rank(row.node)))
    }

    /// The nodes of the way over a rank where the ends met.
    pub(super) fn nodes_over(&self, rank: u32) -> Vec<u32> {
        let mut ranks = self.forward.way_to(rank);
        let mut back = self.backward.way_to(rank);
        back.pop();
        back.reverse();
        ranks.extend(back);
        self.metric.nodes_along(&ranks)
    }

    /// Forgets everything, for the next search.
    pub(super) fn clear(&mut self) {
        let [forward, backward] = &mut self.climbed;
        self.forward.forget(forward);
        self.backward.forget(backward);
        forward.clear();
        backward.clear();
    }
}

fn relax(links: &[(u32, u32)], labels: &mut Labels, rank: u32, cost: u32) {
    for &(top, link) in links {
        labels.offer(top, cost + link, rank);
    }
}
