//! What a vehicle has done at a moment, and what it is bound to do next.

use super::clock::{Clock, Rested};
use crate::collection::{
    Act, Begun, Event, Loading, Problem, Route, StreamSet, Trip, VehicleClass,
};

/// What a vehicle under way has behind it and before it.
#[derive(Debug)]
pub(super) struct UnderWay {
    pub(super) begun: Begun,
    /// The trips that are left; the first one is under way. In stops of the whole problem.
    pub(super) trips: Vec<Trip>,
    pub(super) events: Vec<Event>,
    /// The stops that are served, or bound to be.
    pub(super) served: Vec<u32>,
    /// Those of them that are not served yet.
    pub(super) bound: Vec<u32>,
    /// How many trips are over.
    pub(super) trips_over: u32,
}

/// What has become of a vehicle at a moment.
#[derive(Debug)]
pub(super) enum State {
    /// Its day has not begun.
    NotLeft,
    /// It is on the road.
    UnderWay(Box<UnderWay>),
    /// Its day is over; with the stops that it served.
    Over(Vec<u32>),
}

/// How much of a timeline is over or cannot be stopped.
#[derive(Clone, Copy, Debug)]
struct Cut {
    /// So many events.
    events: usize,
    /// Whether the next one, a wait, is over in part.
    waits: bool,
}

/// What has become of a vehicle at a moment. The route keeps every rule.
pub(super) fn state(problem: &Problem, class: &VehicleClass, route: &Route, now: i32) -> State {
    let events = &route.timeline.0;
    let at = class.begun.as_ref().map_or(0, |begun| begun.at);
    let (begins, ends) = match (route.timeline.begins(), route.timeline.ends()) {
        (Some(begins), Some(ends)) => (begins, ends),
        _ => (at, at),
    };
    if ends <= now && (begins < now || class.begun.is_some()) {
        return State::Over(
            route
                .trips
                .iter()
                .flat_map(|trip| trip.stops.clone())
                .collect(),
        );
    }
    if begins >= now {
        return State::NotLeft;
    }
    let cut = cut(problem, class, events, now);
    let done = events.get(..cut.events).unwrap_or(events);
    if done.last().is_some_and(|last| last.act == Act::Finish) {
        return State::Over(served(done).collect());
    }
    State::UnderWay(Box::new(under_way(problem, class, route, (cut, now))))
}

/// Acts go on to their end, but waiting stops at once.
fn cut(problem: &Problem, class: &VehicleClass, events: &[Event], now: i32) -> Cut {
    let is_over =
        |event: &&Event| event.from < now && (event.act != Act::Wait || event.until <= now);
    let done = events.iter().take_while(is_over).count();
    let mut cut = Cut {
        events: done,
        waits: events.get(done).is_some_and(|next| next.from < now),
    };
    while let Some(more) = bound(problem, class, events, cut.events) {
        cut = Cut {
            events: more,
            waits: false,
        };
    }
    cut
}

/// Up to where a crew goes on whatever may come, because what it has just done would not count as such
/// in another plan: a part of a break, and the way to a stop whose place needs a setup.
fn bound(problem: &Problem, class: &VehicleClass, events: &[Event], done: usize) -> Option<usize> {
    let (past, next) = events.split_at_checked(done)?;
    let is_break = |event: Option<&Event>| event.is_some_and(|event| event.act == Act::Break);
    if is_break(past.last()) && is_break(next.first()) {
        return Some(done + 1);
    }
    let is_idle = |event: &Event| matches!(event.act, Act::Wait | Act::Break);
    let last = past.iter().rev().find(|event| !is_idle(event));
    let has_come = last.filter(|last| last.act == Act::Drive && problem.setup(last.place) > 0);
    let serves = next.iter().position(|event| !is_idle(event));
    let serves = serves.filter(|&index| matches!(next[index].act, Act::Serve(_)));
    match (has_come, serves) {
        (Some(_), Some(index)) => Some(done + index + 1),
        _ => second_part(class, events, done),
    }
}

/// Where a working break ends whose first part is already taken: what is said of a day under way has
/// no room for that part.
fn second_part(class: &VehicleClass, events: &[Event], done: usize) -> Option<usize> {
    let mut clock = Clock::of_work(class);
    let (past, next) = events.split_at_checked(done)?;
    for event in past {
        clock.pass(event, event.until - event.from, false);
    }
    clock.rest();
    if !clock.has_first_part {
        return None;
    }
    for (index, event) in (done..).zip(next) {
        let rested = match event.act {
            Act::Break => Rested::InPart,
            _ => clock.rest(),
        };
        match rested {
            Rested::InTwo => return Some(index),
            Rested::Whole => return None,
            Rested::InPart => clock.pass(event, event.until - event.from, false),
        }
    }
    (clock.rest() == Rested::InTwo).then_some(events.len())
}

fn served(events: &[Event]) -> impl Iterator<Item = u32> {
    events.iter().filter_map(|event| match event.act {
        Act::Serve(stop) => Some(stop),
        _ => None,
    })
}

fn under_way(
    problem: &Problem,
    class: &VehicleClass,
    route: &Route,
    (cut, now): (Cut, i32),
) -> UnderWay {
    let (done, next) = route.timeline.0.split_at(cut.events);
    let mut events = next.to_vec();
    let mut past = done.to_vec();
    if let Some(wait) = events.first_mut().filter(|_| cut.waits) {
        past.push(Event {
            until: now,
            ..*wait
        });
        wait.from = now;
    }
    let before = class.begun.as_ref();
    let start = before.map_or((class.start, 0), |begun| (begun.place, begun.at));
    let (place, at) = past.last().map_or(start, |last| (last.place, last.until));
    let begins = route.timeline.begins().unwrap_or(at);
    let (mut work, mut driving) = (Clock::of_work(class), Clock::of_driving(class));
    for event in &past {
        let ticks = event.until - event.from;
        work.pass(event, ticks, true);
        driving.pass(event, ticks, event.act == Act::Drive);
    }
    work.rest();
    driving.rest();
    let acts = done.iter().filter(|event| is_visit(event.act)).count();
    let left = left(problem, class, &route.trips, acts);
    UnderWay {
        begun: Begun {
            place,
            at,
            on_duty_since: before.map_or(begins, |begun| begun.on_duty_since),
            worked: work.ticks,
            driven: driving.ticks,
            first_part_taken: driving.has_first_part,
            outfit: left.outfit,
            loads: left.loads,
        },
        trips: left.trips,
        events,
        served: served(done).collect(),
        bound: bound_stops(done, now),
        trips_over: left.over,
    }
}

/// The stops that are still to be served when acts that go on to their end do.
fn bound_stops(done: &[Event], now: i32) -> Vec<u32> {
    let is_over = |event: &&Event| event.from < now && event.until <= now;
    let over = done.iter().take_while(is_over).count();
    done.get(over..)
        .map_or(Vec::new(), |bound| served(bound).collect())
}

fn is_visit(act: Act) -> bool {
    matches!(act, Act::Serve(_) | Act::Unload(_))
}

/// What is left of some trips.
struct Left {
    trips: Vec<Trip>,
    outfit: u32,
    loads: Vec<Loading>,
    over: u32,
}

/// What is left of trips once so many stops and unloadings are done.
fn left(problem: &Problem, class: &VehicleClass, trips: &[Trip], acts: usize) -> Left {
    let before = class.begun.as_ref();
    let mut left = Left {
        trips: Vec::new(),
        outfit: before.map_or(0, |begun| begun.outfit),
        loads: before.map_or(Vec::new(), |begun| begun.loads.clone()),
        over: 0,
    };
    let mut acts = acts;
    for (index, trip) in trips.iter().enumerate() {
        left.outfit = trip.outfit;
        let served = acts.min(trip.stops.len());
        let unloaded = (acts - served).min(trip.unloadings.len());
        acts -= served + unloaded;
        left.load(problem, &trip.stops[..served]);
        left.unload(problem, &trip.unloadings[..unloaded]);
        let rest = Trip {
            outfit: trip.outfit,
            stops: trip.stops[served..].to_vec(),
            unloadings: trip.unloadings[unloaded..].to_vec(),
        };
        if !rest.stops.is_empty() || !rest.unloadings.is_empty() {
            left.trips.push(rest);
            left.trips.extend_from_slice(&trips[index + 1..]);
            break;
        }
        left.over += u32::from(!trip.unloadings.is_empty());
    }
    left
}

impl Left {
    /// One loading for each stop, since each is compacted by itself.
    fn load(&mut self, problem: &Problem, stops: &[u32]) {
        let stops = stops.iter();
        let stops = stops.filter_map(|&stop| problem.stops().get(stop as usize));
        self.loads.extend(stops.map(|stop| Loading {
            stream: stop.stream,
            volume: stop.volume,
            mass: stop.mass,
        }));
    }

    fn unload(&mut self, problem: &Problem, unloadings: &[u32]) {
        let known = unloadings.iter();
        let known = known.filter_map(|&one| problem.unloadings().get(one as usize));
        let takes = known.fold(StreamSet::NONE, |all, one| all.with(one.streams));
        self.loads.retain(|load| !takes.has(load.stream));
    }
}
