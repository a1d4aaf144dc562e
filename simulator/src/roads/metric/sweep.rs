//! What every node costs to reach from one point.

use super::Metric;
use super::labels::Climb;
use crate::numbers::index_u32;
use crate::roads::cost::{INFINITE, Row, UNREACHABLE};

impl Metric {
    /// The least cost from `from` to every node, [`UNREACHABLE`] where there is no way. One climb
    /// and one sweep over all links, whatever their number of sources.
    ///
    /// # Panics
    /// Where a row names a node that is not there.
    pub fn distances(&self, from: &[Row]) -> Vec<u32> {
        let hierarchy = &self.hierarchy;
        let mut costs = vec![INFINITE; hierarchy.node_count()];
        for row in from {
            let slot = &mut costs[hierarchy.rank(row.node) as usize];
            *slot = (*slot).min(row.cost.max(0).unsigned_abs());
        }
        for rank in Climb::new(hierarchy, from.iter().map(|row| hierarchy.rank(row.node))) {
            let cost = costs[rank as usize];
            for &(top, link) in self.up.of(rank) {
                let slot = &mut costs[top as usize];
                *slot = (*slot).min(cost + link);
            }
        }
        for rank in (0..index_u32(costs.len())).rev() {
            let through = |&(top, link): &(u32, u32)| costs[top as usize] + link;
            let best = self.down.of(rank).iter().map(through).min();
            let slot = costs[rank as usize];
            costs[rank as usize] = slot.min(best.unwrap_or(INFINITE));
        }
        let cost = |node| match costs[hierarchy.rank(node) as usize] {
            INFINITE.. => UNREACHABLE,
            cost => cost,
        };
        (0..index_u32(costs.len())).map(cost).collect()
    }
}
