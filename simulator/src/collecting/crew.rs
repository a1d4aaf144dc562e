//! One vehicle on its day: where it is, what it carries, what it still has to do, and how long its crew
//! has been at work.

use std::collections::VecDeque;

use super::conduct::lognormal;
use crate::collection::{BreakRule, Outfit, Problem, Route, UNREACHABLE, VehicleClass};
use crate::random::Stream as Randomness;

/// Something to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Task {
    /// Serve a stop of the problem, its containers from this one on.
    Serve { stop: u32, from: usize },
    /// Leave loads at an unloading of the problem.
    Unload(u32),
    /// Take the next trip's outfit.
    Outfit(u32),
}

/// What a vehicle does when its time comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// It chooses what to do next.
    Ready,
    /// It has come to a task.
    There(Task),
    /// It has come home.
    Home,
    /// Its day is over.
    Over,
}

/// A vehicle on its day. Times are ticks since midnight.
#[derive(Debug)]
pub(super) struct Crew<'p> {
    pub(super) class: &'p VehicleClass,
    pub(super) class_number: u32,
    pub(super) tasks: VecDeque<Task>,
    pub(super) phase: Phase,
    pub(super) now: i32,
    pub(super) began: i32,
    pub(super) place: u32,
    /// Whether it has just driven to where it is, so that stops there need their setup.
    pub(super) has_driven: bool,
    pub(super) hold: Hold<'p>,
    pub(super) length: u64,
    pub(super) service_ticks: u64,
    worked: i32,
    driven: i32,
    pace: f64,
    pub(super) breakdown: Option<Breakdown>,
    /// The breaks at the depot that are over, or were before it left.
    pub(super) paused: usize,
}

/// A breakdown that is to come.
#[derive(Clone, Copy, Debug)]
pub(super) struct Breakdown {
    pub(super) at: i32,
    /// How long the repair takes; `None`: the day is over.
    pub(super) repair: Option<i32>,
}

/// What a vehicle carries, by compartment of its outfit.
#[derive(Debug)]
pub(super) struct Hold<'p> {
    outfit: &'p Outfit,
    volumes: [f64; 3],
    mass: f64,
    streams: u16,
}

impl<'p> Hold<'p> {
    const fn empty(outfit: &'p Outfit) -> Self {
        Self {
            outfit,
            volumes: [0.0; 3],
            mass: 0.0,
            streams: 0,
        }
    }

    /// Whether a load fits. What is more than a whole empty vehicle takes is squeezed in: somebody has
    /// to take it.
    pub(super) fn has_room(&self, stream: u8, (litres, kg): (f64, f64)) -> bool {
        let Some((number, compacted)) = self.compartment(stream, litres) else {
            return false;
        };
        let room = f64::from(self.outfit.compartments[number].volume) - self.volumes[number];
        let is_empty = self.streams == 0;
        is_empty || (compacted <= room && self.mass + kg <= f64::from(self.outfit.payload))
    }

    pub(super) fn load(&mut self, stream: u8, (litres, kg): (f64, f64)) {
        if let Some((number, compacted)) = self.compartment(stream, litres) {
            self.volumes[number] += compacted;
        }
        self.mass += kg;
        self.streams |= 1 << (stream & 15);
    }

    /// The streams on board.
    pub(super) const fn streams(&self) -> u16 {
        self.streams
    }

    /// Leaves the streams of a set somewhere. What is left weighs what its share of the volume does.
    pub(super) fn unload(&mut self, streams: u16) {
        let before: f64 = self.volumes.iter().sum();
        for (compartment, volume) in self.outfit.compartments.iter().zip(&mut self.volumes) {
            if compartment.takes.0 & !streams & self.streams == 0 {
                *volume = 0.0;
            }
        }
        let left: f64 = self.volumes.iter().sum();
        self.streams &= !streams;
        self.mass *= if before > 0.0 { left / before } else { 0.0 };
        if self.streams == 0 {
            self.mass = 0.0;
        }
    }

    fn compartment(&self, stream: u8, litres: f64) -> Option<(usize, f64)> {
        let mut numbered = self.outfit.compartments.iter().enumerate();
        let (number, one) = numbered.find(|(_, one)| one.takes.has(stream))?;
        Some((number, litres / one.compaction))
    }
}

impl<'p> Crew<'p> {
    /// At the beginning of its route; `random` is the vehicle's own of that day.
    pub(super) fn new(
        problem: &'p Problem,
        route: &Route,
        (driving_cv, random): (f64, &mut Randomness),
    ) -> Option<Self> {
        let class = problem.fleet().get(route.class as usize)?;
        let mut tasks = VecDeque::new();
        for trip in &route.trips {
            tasks.push_back(Task::Outfit(trip.outfit));
            tasks.extend(trip.stops.iter().map(|&stop| Task::Serve { stop, from: 0 }));
            tasks.extend(trip.unloadings.iter().map(|&number| Task::Unload(number)));
        }
        let began = route.timeline.begins()?;
        Some(Self {
            class,
            class_number: route.class,
            tasks,
            phase: Phase::Ready,
            now: began + class.prepare,
            began,
            place: class.start,
            has_driven: false,
            hold: Hold::empty(class.outfits.first()?),
            length: 0,
            service_ticks: 0,
            worked: class.prepare,
            driven: 0,
            pace: lognormal(driving_cv, random.normal()),
            breakdown: None,
            paused: 0,
        })
    }

    /// A break of so many ticks that begins at an instant, or later where it has not come by then.
    pub(super) fn pause(&mut self, (at, length): (i32, i32)) {
        self.now = self.now.max(at).saturating_add(length);
        self.paused += 1;
        self.rested(length);
    }

    /// Takes an outfit. The vehicle is empty then, or carries what both outfits take.
    pub(super) fn fit_out(&mut self, outfit: u32) {
        let Some(outfit) = self.class.outfits.get(outfit as usize) else {
            return;
        };
        if self.hold.streams == 0 {
            self.hold = Hold::empty(outfit);
        }
    }

    /// Drives to a place by a way of so many ticks and so much length, with the breaks that are due, and
    /// arrives.
    pub(super) fn drive(&mut self, place: u32, (ticks, length): (u32, u32)) {
        if ticks == UNREACHABLE || place == self.place {
            self.place = place;
            return;
        }
        let ticks = scaled(ticks, self.pace);
        self.rest_before(ticks, true);
        self.now = self.now.saturating_add(ticks);
        self.worked = self.worked.saturating_add(ticks);
        self.driven = self.driven.saturating_add(ticks);
        self.length += u64::from(length);
        (self.place, self.has_driven) = (place, true);
    }

    /// Works, or waits on duty, for so many ticks.
    pub(super) fn work(&mut self, ticks: i32) {
        self.rest_before(ticks, false);
        self.now = self.now.saturating_add(ticks);
        self.worked = self.worked.saturating_add(ticks);
    }

    /// How long a way takes this vehicle today, in ticks.
    pub(super) fn ticks(&self, way: u32) -> i32 {
        scaled(way, self.pace)
    }

    /// Takes the breaks without which so many more ticks would be too long at a stretch.
    fn rest_before(&mut self, ticks: i32, is_driving: bool) {
        let breaks = self.class.breaks;
        let is_due =
            |rule: &BreakRule, so_far: i32| so_far > 0 && so_far.saturating_add(ticks) > rule.after;
        if let Some(rule) = breaks
            .driving
            .filter(|rule| is_driving && is_due(rule, self.driven))
        {
            self.rest(rule);
        }
        if let Some(rule) = breaks.work.filter(|rule| is_due(rule, self.worked)) {
            self.rest(rule);
        }
    }

    /// A break; what is long enough for the other rule counts for it too.
    fn rest(&mut self, rule: BreakRule) {
        self.now = self.now.saturating_add(rule.length);
        self.rested(rule.length);
    }

    /// Counts anew what a break of so many ticks is long enough for.
    fn rested(&mut self, length: i32) {
        let is_enough = |rule: Option<BreakRule>| rule.is_none_or(|rule| rule.length <= length);
        if is_enough(self.class.breaks.work) {
            self.worked = 0;
        }
        if is_enough(self.class.breaks.driving) {
            self.driven = 0;
        }
    }

    /// The last tick by which it has to be off duty; plans keep so much in reserve.
    pub(super) fn latest_end(&self, reserve: i32) -> i32 {
        let longest = self.class.max_duration.saturating_add(reserve);
        self.began
            .saturating_add(longest)
            .min(self.class.shift.close)
    }
}

fn scaled(ticks: u32, pace: f64) -> i32 {
    let ticks = libm::round(f64::from(ticks) * pace);
    i32::try_from(crate::numbers::trunc_i64(ticks)).unwrap_or(i32::MAX / 4)
}
