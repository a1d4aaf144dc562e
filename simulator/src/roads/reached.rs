//! How far one comes along the streets in a time.

use twin_core::LonLat;

use super::cost::{INFINITE, UNREACHABLE};
use super::map::RoadMetric;
use super::prices::TENTHS_PER_S;
use super::route::cut;
use super::snap::Snap;

/// A stretch of an edge that is reached: the time grows in proportion to the way along it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reached {
    /// The edge: twice the segment's number, and 1 more against the direction of its road.
    pub edge: u32,
    /// Where on the edge it begins, 0–1 of its length.
    pub begin: f64,
    /// Where it ends; not less than `begin`.
    pub end: f64,
    /// When one comes to its beginning, in seconds.
    pub start_s: f64,
    /// When one comes to its end, in seconds; not less than `start_s`.
    pub end_s: f64,
}

impl RoadMetric {
    /// All stretches of streets that are reached from a point within so many seconds, by edge. An
    /// edge on which the point lies is two stretches: what lies ahead, and what lies behind, where
    /// one comes round to it.
    pub fn reached(&self, from: &Snap, limit_s: f64) -> Vec<Reached> {
        let departures = self.departures(from);
        let costs = self.metric().distances(&departures);
        let mut reached = Vec::new();
        for (edge, &whole) in (0_u32..).zip(&self.prices().edges) {
            if whole >= INFINITE {
                continue;
            }
            if departures.iter().any(|row| row.node == edge) {
                let share = from.share_of(edge);
                let ahead = self.cost_from(from, edge).unsigned_abs();
                reached.push(stretch(edge, [share, 1.0], [0, ahead]));
                if let Some(entry) = self.entry_round(&costs, edge, whole) {
                    let behind = self.cost_to(from, edge).unsigned_abs();
                    reached.push(stretch(edge, [0.0, share], [entry, entry + behind]));
                }
                continue;
            }
            let ends = self
                .map()
                .nodes_of(edge)
                .map(|node| costs[node as usize])
                .min();
            let end = ends.unwrap_or(UNREACHABLE);
            if end < INFINITE {
                let entry = end.saturating_sub(whole);
                reached.push(stretch(edge, [0.0, 1.0], [entry, end]));
            }
        }
        let in_time = reached
            .into_iter()
            .filter_map(|stretch| stretch.until(limit_s));
        in_time.collect()
    }

    /// What it costs to the beginning of an edge that one left behind.
    fn entry_round(&self, costs: &[u32], edge: u32, whole: u32) -> Option<u32> {
        let whole = i32::try_from(whole).ok()?;
        let entries = self.ways_onto(edge, whole).into_iter().map(|row| {
            let cost = costs[row.node as usize];
            cost.saturating_add(row.cost.max(0).unsigned_abs())
        });
        entries.min().filter(|cost| *cost < INFINITE)
    }
}

fn stretch(edge: u32, [begin, end]: [f64; 2], costs: [u32; 2]) -> Reached {
    let [start_s, end_s] = costs.map(|cost| f64::from(cost) / TENTHS_PER_S);
    Reached {
        edge,
        begin,
        end,
        start_s,
        end_s,
    }
}

impl Reached {
    /// Its course, two points at least.
    pub fn path(&self, metric: &RoadMetric) -> Vec<LonLat> {
        cut(
            &metric.map().network().path(self.edge),
            [self.begin, self.end],
        )
    }

    /// What of it is reached within so many seconds.
    fn until(self, limit_s: f64) -> Option<Self> {
        if self.end_s <= limit_s {
            return Some(self);
        }
        let share = (limit_s - self.start_s) / (self.end_s - self.start_s);
        (self.start_s <= limit_s).then_some(Self {
            end: self.begin + (self.end - self.begin) * share,
            end_s: limit_s,
            ..self
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::in_time(20.0, Some((1.0, 20.0)))]
    #[case::half_way(15.0, Some((0.6, 15.0)))]
    #[case::at_the_beginning(10.0, Some((0.2, 10.0)))]
    #[case::too_late(9.9, None)]
    fn a_stretch_ends_where_the_time_does(
        #[case] limit_s: f64,
        #[case] expected: Option<(f64, f64)>,
    ) {
        let whole = stretch(7, [0.2, 1.0], [100, 200]);
        let cut = whole.until(limit_s);
        assert_eq!(cut.is_some(), expected.is_some());
        for (cut, (end, end_s)) in cut.into_iter().zip(expected) {
            approx::assert_relative_eq!(cut.end, end, epsilon = 1e-12);
            approx::assert_relative_eq!(cut.end_s, end_s, epsilon = 1e-12);
        }
    }
}
