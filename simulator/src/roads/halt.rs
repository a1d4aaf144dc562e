//! Where vehicles stop, and in which direction they do.

use super::map::RoadMetric;
use super::snap::Snap;

/// A point of a street where a vehicle stops.
///
/// Who stops on the street goes on in the direction in which it came: nobody turns round there. Who
/// stops on premises, like those of a depot, turns on them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Halt {
    snap: Snap,
    heading: Option<u32>,
}

impl Halt {
    /// On premises: one comes and leaves in any direction in which one may stop at the point.
    pub const fn on_premises(snap: Snap) -> Self {
        Self {
            snap,
            heading: None,
        }
    }

    /// The point of the street.
    pub const fn snap(&self) -> &Snap {
        &self.snap
    }

    /// The node of the turn graph by which one comes and goes on; `None` on premises.
    pub const fn heading(&self) -> Option<u32> {
        self.heading
    }
}

impl RoadMetric {
    /// The ways to stop at a point of a street: one for each direction in which one may, and, where a
    /// restriction over several roads remembers how one came, one for each memory. None is on premises.
    pub fn halts(&self, snap: &Snap) -> Vec<Halt> {
        let edges = self.stopping_edges(snap).into_iter();
        let nodes = edges.flat_map(|edge| self.map().nodes_of(edge).collect::<Vec<_>>());
        let halt = |node| Halt {
            snap: *snap,
            heading: Some(node),
        };
        nodes.map(halt).collect()
    }

    /// The nodes by which one leaves.
    pub(super) fn leaving(&self, halt: &Halt) -> Vec<u32> {
        halt.heading
            .map_or_else(|| self.stopping_edges(&halt.snap), |node| vec![node])
    }

    /// The nodes by which one may come.
    pub(super) fn arriving(&self, halt: &Halt) -> Vec<u32> {
        let any = || self.halts(&halt.snap).into_iter();
        halt.heading.map_or_else(
            || any().filter_map(|halt| halt.heading).collect(),
            |node| vec![node],
        )
    }
}
