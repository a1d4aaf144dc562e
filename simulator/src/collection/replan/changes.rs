//! What can happen to a day under way.

use super::Progress;
use crate::collection::draft::index;
use crate::collection::{Need, ProblemParts, Route, Stop};
use crate::error::SimResult;
use crate::numbers::index_u32;

/// Something that happens to a day under way. Indices are those of what is left.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Change {
    /// A stop more. Its place is one of the problem's, its classes are those of the problem before the
    /// day was under way.
    Insert(Stop),
    /// A stop that is not to be served any more. It stays in the problem, with no class that may.
    Drop {
        /// The stop.
        stop: u32,
    },
    /// A stop that has to be served from now on.
    Require {
        /// The stop.
        stop: u32,
    },
    /// The vehicle of a route is out of service. What it carries stays on it; the stops that its crew is
    /// serving or bound to serve are to be served again.
    BreakDown {
        /// The route.
        route: u32,
    },
}

/// What changes come to.
pub(super) struct Changed {
    pub(super) parts: ProblemParts,
    /// For each stop, its index before the day was under way; `None` for a new one.
    pub(super) stops: Vec<Option<u32>>,
    /// The stops that were put in, in the order of the changes.
    pub(super) inserted: Vec<u32>,
    /// The stops to take out of their routes.
    pub(super) dropped: Vec<u32>,
    /// The stops that want a place.
    pub(super) wanting: Vec<u32>,
    /// The routes whose vehicle is out of service.
    pub(super) broken: Vec<u32>,
}

/// Makes changes to what is left. Refuses what there is not.
pub(super) fn make(progress: &Progress, changes: &[Change]) -> SimResult<Changed> {
    let mut changed = Changed {
        parts: progress.problem.clone().into_parts(),
        stops: progress.stops.iter().copied().map(Some).collect(),
        inserted: Vec::new(),
        dropped: Vec::new(),
        wanting: Vec::new(),
        broken: Vec::new(),
    };
    for change in changes {
        match change {
            Change::Insert(stop) => {
                let inserted = changed.add(progress, stop, None);
                changed.inserted.push(inserted);
            }
            Change::Drop { stop } => changed.take_out(*stop)?,
            Change::Require { stop } => {
                index("stop", *stop, changed.parts.stops.len())?;
                changed.parts.stops[*stop as usize].need = Need::Required;
                changed.wanting.push(*stop);
            }
            Change::BreakDown { route } => changed.break_down(progress, *route)?,
        }
    }
    Ok(changed)
}

impl Changed {
    fn add(&mut self, progress: &Progress, stop: &Stop, before: Option<u32>) -> u32 {
        let added = index_u32(self.parts.stops.len());
        self.parts.stops.push(Stop {
            classes: progress.classes_now(stop.classes),
            ..stop.clone()
        });
        self.stops.push(before);
        self.wanting.push(added);
        added
    }

    fn take_out(&mut self, stop: u32) -> SimResult<()> {
        index("stop", stop, self.parts.stops.len())?;
        let of_stop = &mut self.parts.stops[stop as usize];
        of_stop.classes = 0;
        of_stop.need = Need::Optional { prize: 0 };
        self.dropped.push(stop);
        Ok(())
    }

    fn break_down(&mut self, progress: &Progress, route: u32) -> SimResult<()> {
        index("route", route, progress.plan.routes.len())?;
        if self.broken.contains(&route) {
            return Ok(());
        }
        self.broken.push(route);
        let Route { class, trips, .. } = &progress.plan.routes[route as usize];
        let stops = trips.iter().flat_map(|trip| &trip.stops);
        self.wanting.extend(stops.copied());
        let of_class = &mut self.parts.fleet[*class as usize];
        of_class.count = of_class.count.saturating_sub(1);
        of_class.begun = None;
        let bound = progress.bound.get(route as usize);
        for (before, stop) in bound.into_iter().flatten() {
            self.add(progress, stop, Some(*before));
        }
        Ok(())
    }
}
