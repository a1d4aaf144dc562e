//! What has to happen on a route, read from the problem, and whether a timeline does it lawfully.

use crate::collection::{Act, BreakRule, Breaks, Problem, Timeline, Trip, VehicleClass, Window};

/// An activity that has to happen.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub(super) act: Act,
    pub(super) place: u32,
    pub(super) ticks: i32,
    pub(super) not_before: i32,
    pub(super) windows: Vec<Window>,
}

/// Everything but waiting and breaks, in order.
pub(super) fn chain(problem: &Problem, class: &VehicleClass, trips: &[Trip]) -> Vec<Link> {
    let mut links = Vec::new();
    let mut at = class
        .begun
        .as_ref()
        .map_or(class.start, |begun| begun.place);
    let mut here = at;
    let mut go = |act, to: u32, ticks, not_before, windows: &[Window]| {
        let way = i32::try_from(problem.travel(class).duration(at, to)).unwrap();
        if at != to {
            links.push(Link {
                act: Act::Drive,
                place: to,
                ticks: way,
                not_before,
                windows: vec![],
            });
        }
        let not_before = if at == to { not_before } else { 0 };
        links.push(Link {
            act,
            place: to,
            ticks,
            not_before,
            windows: windows.to_vec(),
        });
        at = to;
    };
    for trip in trips {
        let stops = trip.stops.iter().map(|&s| &problem.stops()[s as usize]);
        let mut release = stops.map(|stop| stop.release).max().unwrap_or(0);
        for &index in &trip.stops {
            let stop = &problem.stops()[index as usize];
            let setup = if here == stop.place {
                0
            } else {
                problem.setup(stop.place)
            };
            let ticks = stop.service + setup;
            go(Act::Serve(index), stop.place, ticks, release, &stop.windows);
            here = stop.place;
            release = 0;
        }
        for &index in &trip.unloadings {
            let unloading = &problem.unloadings()[index as usize];
            let (place, ticks) = (unloading.place, unloading.duration);
            go(Act::Unload(index), place, ticks, 0, &unloading.windows);
            here = place;
        }
    }
    go(Act::Finish, class.end, class.finish, 0, &[]);
    links
}

/// What the clocks of the two rules stand at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Clocks {
    pub(super) reset: i32,
    pub(super) driven: i32,
    pub(super) has_first_part: bool,
}

impl Clocks {
    /// Who is over a limit already when the day goes on may do nothing that takes time but rest.
    pub(super) fn start(class: &VehicleClass, begin: i32) -> Self {
        let begun = class.begun.as_ref();
        let most = |rule: Option<BreakRule>| rule.map_or(i32::MAX, |rule| rule.after);
        let worked = begun.map_or(0, |b| b.worked.min(most(class.breaks.work)));
        Self {
            reset: begin - worked,
            driven: begun.map_or(0, |b| b.driven.min(most(class.breaks.driving))),
            has_first_part: begun.is_some_and(|b| b.first_part_taken),
        }
    }

    pub(super) fn rest(&mut self, breaks: &Breaks, from: i32, until: i32) {
        let ticks = until - from;
        if breaks.work.is_some_and(|rule| ticks >= rule.length) {
            self.reset = until;
        }
        let Some(rule) = breaks.driving else { return };
        let first = rule.first_part.unwrap_or(i32::MAX);
        let second = rule.first_part.map_or(i32::MAX, |part| rule.length - part);
        if ticks >= rule.length || (self.has_first_part && ticks >= second) {
            self.driven = 0;
            self.has_first_part = false;
        } else if ticks >= first {
            self.has_first_part = true;
        }
    }

    pub(super) fn is_lawful(&self, breaks: &Breaks, now: i32) -> bool {
        breaks
            .work
            .is_none_or(|rule| now - self.reset <= rule.after)
            && breaks.driving.is_none_or(|rule| self.driven <= rule.after)
    }
}

/// What is wrong with a timeline.
pub(super) fn fault(problem: &Problem, trips: &[Trip], timeline: &Timeline) -> Option<String> {
    fault_of_duty(&problem.fleet()[0], timeline)
        .or_else(|| fault_of_events(problem, trips, timeline))
}

fn fault_of_duty(class: &VehicleClass, timeline: &Timeline) -> Option<String> {
    let (Some(begins), Some(ends)) = (timeline.begins(), timeline.ends()) else {
        return Some("nothing happens".into());
    };
    let since = class.begun.as_ref().map_or(begins, |b| b.on_duty_since);
    let is_early = class.begun.is_none() && begins < class.shift.open;
    if is_early || ends > class.shift.close || ends - since > class.max_duration {
        return Some(format!("on duty from {since} to {ends}"));
    }
    if class.begun.as_ref().is_some_and(|b| b.at != begins) {
        return Some(format!("goes on at {begins}"));
    }
    let prepares = timeline.0[0].act == Act::Prepare;
    if prepares != (class.begun.is_none() && class.prepare > 0) {
        return Some("the vehicle is checked, or not".into());
    }
    None
}

fn fault_of_events(problem: &Problem, trips: &[Trip], timeline: &Timeline) -> Option<String> {
    let class = &problem.fleet()[0];
    let begins = timeline.begins()?;
    let mut place = class.begun.as_ref().map_or(class.start, |b| b.place);
    let mut expected = chain(problem, class, trips).into_iter();
    let mut clocks = Clocks::start(class, begins);
    let mut now = begins;
    let mut rested_last = false;
    for (index, event) in timeline.0.iter().enumerate() {
        let wrong = Some(format!("event {index}, {event:?}"));
        let ticks = event.until - event.from;
        if event.from != now || ticks < 0 {
            return wrong;
        }
        match event.act {
            Act::Prepare if index == 0 && class.begun.is_none() && ticks == class.prepare => {}
            Act::Prepare => return wrong,
            Act::Wait | Act::Break if event.place != place => return wrong,
            Act::Wait if ticks == 0 => return wrong,
            Act::Wait => {}
            Act::Break if rested_last => return wrong,
            Act::Break => {
                rested_last = true;
                if !clocks.is_lawful(&class.breaks, event.from) {
                    return wrong;
                }
                clocks.rest(&class.breaks, event.from, event.until);
            }
            _ => {
                rested_last = false;
                let link = expected.next();
                let is_right = link.is_some_and(|link| {
                    let is_open = |w: &Window| w.contains(event.from);
                    (link.act, link.place, link.ticks) == (event.act, event.place, ticks)
                        && event.from >= link.not_before
                        && (link.windows.is_empty() || link.windows.iter().any(is_open))
                });
                if !is_right {
                    return wrong;
                }
                place = event.place;
                if event.act == Act::Drive {
                    clocks.driven += ticks;
                }
            }
        }
        now = event.until;
        if !clocks.is_lawful(&class.breaks, now) {
            return wrong;
        }
    }
    let is_done = match expected.next() {
        None => true,
        Some(link) => link.act == Act::Finish && link.ticks == 0 && expected.next().is_none(),
    };
    (!is_done).then(|| "something is left out".into())
}
