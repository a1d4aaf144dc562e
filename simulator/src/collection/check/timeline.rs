//! Whether a timeline tells what the trips say, without gaps and within the crew's hours.

use super::itinerary::{Itinerary, Step, Way};
use super::windows::missed;
use super::{Checked, Indexed, Violation};
use crate::collection::{Act, Event};
use crate::numbers::index_u32;

/// Checks that the events follow each other, and lie within what the crew may be on duty.
pub(super) fn check_times(checked: Checked<'_>, violations: &mut Vec<Violation>) {
    let route = checked.index;
    let mut ends = None;
    for (index, event) in checked.route.timeline.0.iter().enumerate() {
        let (index, from, until) = (index_u32(index), event.from, event.until);
        if let Some(expected) = ends.replace(until).filter(|&ends| ends != from) {
            violations.push(Violation::Gap {
                route,
                event: index,
                from,
                expected,
            });
        }
        if until < from {
            violations.push(Violation::Backwards {
                route,
                event: index,
                from,
                until,
            });
        }
    }
    check_begin(checked, violations);
    check_duty(checked, violations);
}

/// A vehicle under way begins when it can leave.
fn check_begin(checked: Checked<'_>, violations: &mut Vec<Violation>) {
    let begins = checked.route.timeline.begins();
    if let Some((from, begun)) = begins.zip(checked.begun())
        && from != begun.at
    {
        violations.push(Violation::BegunStart {
            route: checked.index,
            from,
            expected: begun.at,
        });
    }
}

fn check_duty(checked: Checked<'_>, violations: &mut Vec<Violation>) {
    let (route, shift) = (checked.index, checked.class.shift);
    let Some((from, until)) = checked.duty() else {
        return;
    };
    let is_early = checked.begun().is_none() && from < shift.open;
    if is_early || until > shift.close {
        violations.push(Violation::ShiftLeft {
            route,
            from,
            until,
            open: shift.open,
            close: shift.close,
        });
    }
    let (ticks, limit) = (checked.duty_ticks(), checked.class.max_duration);
    if ticks > limit.into() {
        violations.push(Violation::DutyTooLong {
            route,
            ticks,
            limit,
        });
    }
}

/// Checks that the events are those of the itinerary, in its order, each where and as long as it must.
pub(super) fn check_acts(
    checked: Checked<'_>,
    itinerary: &Itinerary,
    violations: &mut Vec<Violation>,
) {
    let mut walk = Walk {
        checked,
        itinerary,
        violations,
        next: 0,
        place: itinerary.start,
        has_just_come: false,
        leaves: vec![None; checked.route.trips.len()],
    };
    let events = &checked.route.timeline.0;
    let is_followed = (0..)
        .zip(events)
        .all(|(index, event)| walk.follow(index, event));
    if is_followed {
        walk.end(index_u32(events.len()));
    }
    walk.check_releases();
}

/// How far the events have come in an itinerary.
struct Walk<'a> {
    checked: Checked<'a>,
    itinerary: &'a Itinerary,
    violations: &'a mut Vec<Violation>,
    /// The step that comes next.
    next: usize,
    /// Where the vehicle is.
    place: u32,
    /// Whether it drove here, and only waited or took breaks since.
    has_just_come: bool,
    /// When each trip leaves.
    leaves: Vec<Option<i32>>,
}

impl Walk<'_> {
    fn step(&self) -> Option<Step> {
        self.itinerary.steps.get(self.next).copied()
    }

    /// Follows an event; `false` where nothing can be said of those after it.
    fn follow(&mut self, index: u32, event: &Event) -> bool {
        if event.place >= self.checked.problem.places() {
            self.violations.push(Violation::UnknownIndex {
                route: Some(self.checked.index),
                what: Indexed::Place,
                index: event.place,
                count: self.checked.problem.places(),
            });
            return false;
        }
        let step = self.step();
        let is_next = match (event.act, step) {
            (_, None) => false,
            (Act::Drive, Some(step)) => step.place != self.place,
            (Act::Wait | Act::Break, Some(step)) => step.act != Some(Act::Prepare),
            (act, Some(step)) => step.act == Some(act),
        };
        let Some(step) = step.filter(|_| is_next) else {
            self.violations.push(Violation::ActOutOfOrder {
                route: self.checked.index,
                event: index,
                act: event.act,
                expected: step.and_then(|step| step.act),
            });
            return false;
        };
        match event.act {
            Act::Drive => self.drive(index, event, step),
            Act::Wait | Act::Break => self.stay(index, event),
            Act::Prepare | Act::Serve(_) | Act::Unload(_) | Act::Finish => {
                self.act(index, event, step);
            }
        }
        true
    }

    /// Follows a drive, which leads to where the next step is.
    fn drive(&mut self, index: u32, event: &Event, step: Step) {
        let way = Way {
            from: self.place,
            to: step.place,
        };
        self.leave(event, step);
        self.place = step.place;
        self.has_just_come = true;
        if event.place != step.place {
            self.push_place(index, event, step.place);
            return;
        }
        let Some((_, expected)) = way.take(self.checked) else {
            return;
        };
        let expected = i64::from(expected);
        if ticks(event) != expected {
            self.push_ticks(index, event, expected);
        }
    }

    fn stay(&mut self, index: u32, event: &Event) {
        if event.place != self.place {
            self.push_place(index, event, self.place);
        }
    }

    /// Follows what is done at a step.
    fn act(&mut self, index: u32, event: &Event, step: Step) {
        self.leave(event, step);
        if event.place != step.place {
            self.push_place(index, event, step.place);
        }
        if self.place != step.place {
            self.violations.push(Violation::DriveMissing {
                route: self.checked.index,
                event: index,
                from: self.place,
                to: step.place,
            });
            self.place = step.place;
            self.has_just_come = true;
        }
        self.check_ticks(index, event);
        self.check_windows(index, event);
        self.has_just_come = false;
        self.next += 1;
    }

    /// Notes when a trip leaves, which is when the first thing happens that is in it.
    fn leave(&mut self, event: &Event, step: Step) {
        let leaves = step
            .trip
            .and_then(|trip| self.leaves.get_mut(trip as usize));
        if let Some(leaves) = leaves {
            leaves.get_or_insert(event.from);
        }
    }

    fn check_ticks(&mut self, index: u32, event: &Event) {
        let Some((expected, setup)) = self.expected_ticks(event.act) else {
            return;
        };
        let ticks = ticks(event);
        let route = self.checked.index;
        let otherwise = if self.has_just_come {
            expected - setup
        } else {
            expected + setup
        };
        match event.act {
            _ if ticks == expected => {}
            Act::Serve(stop) if ticks == otherwise => self.violations.push(Violation::Setup {
                route,
                event: index,
                stop,
                ticks,
                expected,
            }),
            _ => self.push_ticks(index, event, expected),
        }
    }

    /// How long something takes, with the setup where there must be one; and how long the setup of its
    /// place is.
    fn expected_ticks(&self, act: Act) -> Option<(i64, i64)> {
        let (problem, class) = (self.checked.problem, self.checked.class);
        let (ticks, setup) = match act {
            Act::Prepare => (class.prepare, 0),
            Act::Finish => (class.finish, 0),
            Act::Unload(unloading) => (problem.unloadings().get(unloading as usize)?.duration, 0),
            Act::Serve(stop) => {
                let stop = problem.stops().get(stop as usize)?;
                (stop.service, problem.setup(stop.place))
            }
            Act::Drive | Act::Wait | Act::Break => return None,
        };
        let (ticks, setup) = (i64::from(ticks), i64::from(setup));
        let due = if self.has_just_come { setup } else { 0 };
        Some((ticks + due, setup))
    }

    fn check_windows(&mut self, index: u32, event: &Event) {
        let problem = self.checked.problem;
        let windows = match event.act {
            Act::Serve(stop) => {
                let stop = problem.stops().get(stop as usize);
                stop.map(|stop| &stop.windows)
            }
            Act::Unload(unloading) => {
                let unloading = problem.unloadings().get(unloading as usize);
                unloading.map(|unloading| &unloading.windows)
            }
            Act::Prepare | Act::Drive | Act::Wait | Act::Break | Act::Finish => None,
        };
        let nearest = windows.and_then(|windows| missed(windows, event.from));
        self.violations
            .extend(nearest.map(|nearest| Violation::WindowMissed {
                route: self.checked.index,
                event: index,
                act: event.act,
                from: event.from,
                open: nearest.open,
                close: nearest.close,
            }));
    }

    /// Checks that nothing is left to do after the last event.
    fn end(&mut self, events: u32) {
        let Some(step) = self.step() else {
            return;
        };
        let route = self.checked.index;
        if let Some(act) = step.act {
            self.violations.push(Violation::ActMissing { route, act });
        } else if step.place != self.place {
            self.violations.push(Violation::DriveMissing {
                route,
                event: events,
                from: self.place,
                to: step.place,
            });
        }
    }

    fn check_releases(&mut self) {
        let stops = self.checked.problem.stops();
        for ((index, trip), leaves) in (0..).zip(&self.checked.route.trips).zip(&self.leaves) {
            let Some(from) = *leaves else {
                continue;
            };
            for &stop in &trip.stops {
                let known = stops.get(stop as usize);
                let late = known.filter(|known| from < known.release);
                self.violations
                    .extend(late.map(|known| Violation::Released {
                        route: self.checked.index,
                        trip: index,
                        stop,
                        from,
                        release: known.release,
                    }));
            }
        }
    }

    fn push_ticks(&mut self, index: u32, event: &Event, expected: i64) {
        self.violations.push(Violation::ActTime {
            route: self.checked.index,
            event: index,
            act: event.act,
            ticks: ticks(event),
            expected,
        });
    }

    fn push_place(&mut self, index: u32, event: &Event, expected: u32) {
        self.violations.push(Violation::WrongPlace {
            route: self.checked.index,
            event: index,
            place: event.place,
            expected,
        });
    }
}

fn ticks(event: &Event) -> i64 {
    i64::from(event.until) - i64::from(event.from)
}
