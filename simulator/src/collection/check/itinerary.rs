//! What the trips of a route make its vehicle do, in order, before it is known when.

use super::{Checked, Violation};
use crate::collection::{Act, UNREACHABLE};
use crate::numbers::index_u32;

/// What a vehicle does, in order; drives, waiting and breaks are left out.
#[derive(Clone, Debug)]
pub(super) struct Itinerary {
    /// Where the vehicle is at first.
    pub(super) start: u32,
    /// What it does; the last step is being at the end.
    pub(super) steps: Vec<Step>,
}

/// One thing to do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// `None` where only being there counts.
    pub(super) act: Option<Act>,
    /// Where.
    pub(super) place: u32,
    /// In which trip, where it is in one.
    pub(super) trip: Option<u32>,
}

/// A way between two steps at different places.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way {
    pub(super) from: u32,
    pub(super) to: u32,
}

impl Itinerary {
    /// `None` where the trips have a stop or an unloading that there is not; whoever checks stops and
    /// unloadings says so.
    pub(super) fn new(checked: Checked<'_>) -> Option<Self> {
        let class = checked.class;
        let start = checked.begun().map_or(class.start, |begun| begun.place);
        let outside = |act, place| Step {
            act,
            place,
            trip: None,
        };
        let mut steps = Vec::new();
        if class.prepare > 0 && class.begun.is_none() {
            steps.push(outside(Some(Act::Prepare), start));
        }
        for (index, trip) in checked.route.trips.iter().enumerate() {
            let trip_index = Some(index_u32(index));
            let serves = trip.stops.iter().copied().map(Act::Serve);
            let unloads = trip.unloadings.iter().copied().map(Act::Unload);
            for act in serves.chain(unloads) {
                steps.push(Step {
                    act: Some(act),
                    place: place_of(checked, act)?,
                    trip: trip_index,
                });
            }
        }
        let finish = (class.finish > 0).then_some(Act::Finish);
        steps.push(outside(finish, class.end));
        Some(Self { start, steps })
    }

    /// The ways between the steps.
    pub(super) fn ways(&self) -> impl Iterator<Item = Way> {
        let mut from = self.start;
        let ways = self.steps.iter().map(move |step| Way {
            from: std::mem::replace(&mut from, step.place),
            to: step.place,
        });
        ways.filter(|way| way.from != way.to)
    }

    /// Checks that there is each of the ways.
    pub(super) fn check_ways(&self, checked: Checked<'_>, violations: &mut Vec<Violation>) {
        let missing = self.ways().filter(|way| way.take(checked).is_none());
        violations.extend(missing.map(|way| Violation::Unreachable {
            route: checked.index,
            from: way.from,
            to: way.to,
        }));
    }
}

impl Way {
    /// Its length and its ticks, `None` where there is no such way.
    pub(super) fn take(self, checked: Checked<'_>) -> Option<(u32, u32)> {
        let travel = checked.problem.travel(checked.class);
        let length = travel.length(self.from, self.to);
        let ticks = travel.duration(self.from, self.to);
        (length != UNREACHABLE && ticks != UNREACHABLE).then_some((length, ticks))
    }
}

fn place_of(checked: Checked<'_>, act: Act) -> Option<u32> {
    let problem = checked.problem;
    match act {
        Act::Serve(stop) => problem.stops().get(stop as usize).map(|stop| stop.place),
        Act::Unload(unloading) => {
            let unloading = problem.unloadings().get(unloading as usize);
            unloading.map(|unloading| unloading.place)
        }
        Act::Prepare | Act::Drive | Act::Wait | Act::Break | Act::Finish => None,
    }
}
