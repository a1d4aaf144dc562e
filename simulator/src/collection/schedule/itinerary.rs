//! A route's trips, as the steps of its clock.

use super::misfit::{Goal, Misfit, Part};
use super::step::Step;
use crate::collection::{Problem, Trip, UNREACHABLE, VehicleClass, Window};

/// Where a step leads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Visit {
    pub(super) trip: u32,
    pub(super) goal: Goal,
    pub(super) place: u32,
    /// Whether the vehicle was elsewhere before.
    pub(super) has_way: bool,
}

/// The steps of a route, and where each leads.
pub(super) struct Itinerary<'p> {
    pub(super) start: u32,
    pub(super) steps: Vec<Step<'p>>,
    pub(super) visits: Vec<Visit>,
    problem: &'p Problem,
    class: &'p VehicleClass,
    place: u32,
}

impl<'p> Itinerary<'p> {
    pub(super) fn new(
        problem: &'p Problem,
        class: &'p VehicleClass,
        trips: &[Trip],
    ) -> Result<Self, Misfit> {
        let begun = class.begun.as_ref();
        let start = begun.map_or(class.start, |begun| begun.place);
        let mut itinerary = Self {
            start,
            steps: Vec::new(),
            visits: Vec::new(),
            problem,
            class,
            place: start,
        };
        for (index, trip) in (0..).zip(trips) {
            itinerary.add_trip(index, trip)?;
        }
        let last = u32::try_from(trips.len().saturating_sub(1)).unwrap_or(u32::MAX);
        let end = Step {
            fixed: class.finish,
            ..Step::default()
        };
        itinerary.add(last, Goal::End, class.end, end)?;
        Ok(itinerary)
    }

    fn add_trip(&mut self, index: u32, trip: &Trip) -> Result<(), Misfit> {
        let stops = self.problem.stops();
        let released = trip
            .stops
            .iter()
            .filter_map(|&stop| stops.get(stop as usize));
        let mut not_before = released.map(|stop| stop.release).max().unwrap_or(0);
        for &stop in &trip.stops {
            self.add_stop(index, stop, not_before)?;
            not_before = 0;
        }
        for &unloading in &trip.unloadings {
            self.add_unloading(index, unloading)?;
        }
        Ok(())
    }

    fn add_stop(&mut self, trip: u32, index: u32, not_before: i32) -> Result<(), Misfit> {
        let Some(stop) = self.problem.stops().get(index as usize) else {
            return Err(unknown(Part::Stop, index));
        };
        let setup = if self.place == stop.place {
            0
        } else {
            self.problem.setup(stop.place)
        };
        let step = Step {
            fixed: stop.service.saturating_add(setup).min(Window::LAST),
            not_before,
            windows: &stop.windows,
            ..Step::default()
        };
        self.add(trip, Goal::Stop(index), stop.place, step)
    }

    fn add_unloading(&mut self, trip: u32, index: u32) -> Result<(), Misfit> {
        let Some(unloading) = self.problem.unloadings().get(index as usize) else {
            return Err(unknown(Part::Unloading, index));
        };
        let step = Step {
            fixed: unloading.duration,
            windows: &unloading.windows,
            ..Step::default()
        };
        self.add(trip, Goal::Unloading(index), unloading.place, step)
    }

    fn add(&mut self, trip: u32, goal: Goal, to: u32, step: Step<'p>) -> Result<(), Misfit> {
        let from = std::mem::replace(&mut self.place, to);
        let has_way = from != to;
        let ticks = if has_way {
            self.problem.travel(self.class).duration(from, to)
        } else {
            0
        };
        if ticks == UNREACHABLE {
            return Err(Misfit::Unreachable {
                trip,
                goal,
                from,
                to,
            });
        }
        self.steps.push(Step {
            drive: i32::try_from(ticks).map_or(Window::LAST, |ticks| ticks.min(Window::LAST)),
            ..step
        });
        self.visits.push(Visit {
            trip,
            goal,
            place: to,
            has_way,
        });
        Ok(())
    }
}

const fn unknown(what: Part, index: u32) -> Misfit {
    Misfit::Unknown { what, index }
}
