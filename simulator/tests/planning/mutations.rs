//! A day that keeps every rule is accepted, and refused as soon as anything in it breaks one.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use simulator::collection::check::{Verdict, check};
use simulator::collection::{
    Act, BreakRule, Event, Need, Problem, StreamSet, Table, Travel, UNREACHABLE, Window,
};

use crate::built::days;
use crate::day::Day;

/// What a mutation does to a day; `None` where there is nothing to do it to. The number chooses among
/// the places where it could be done.
type Mutate = fn(&mut Day, usize) -> Option<()>;

/// Each mutation under the rule that it breaks.
const MUTATIONS: &[(&str, Mutate)] = &[
    ("shift-left", |day, pick| {
        day.class(any_class(day, pick)).shift.close -= 1;
        Some(())
    }),
    ("shift-left", |day, pick| {
        let class = day.class(any_class(day, pick));
        class.begun.is_none().then(|| class.shift.open += 1)
    }),
    ("duty-too-long", |day, pick| {
        day.class(any_class(day, pick)).max_duration -= 1;
        Some(())
    }),
    ("too-many-vehicles", |day, pick| {
        day.class(any_class(day, pick)).count -= 1;
        Some(())
    }),
    ("too-many-vehicles", |day, pick| {
        let other = day.plan.routes.get(1 + pick % 2)?.class;
        day.plan.routes[0].class = other;
        Some(())
    }),
    ("too-many-trips", |day, pick| {
        let (route, _) = any_trip(day, pick)?;
        day.class(route).max_trips -= 1;
        Some(())
    }),
    ("compartment-overfull", |day, pick| {
        let (route, trip) = any_trip(day, pick)?;
        let compartment = &mut day.class(route).outfits[trip].compartments[pick % 2];
        compartment.volume = compartment.volume.checked_sub(1)?;
        Some(())
    }),
    ("payload-exceeded", |day, pick| {
        let (route, trip) = any_trip(day, pick)?;
        let outfit = &mut day.class(route).outfits[trip];
        outfit.payload = outfit.payload.checked_sub(1)?;
        Some(())
    }),
    ("window-missed", |day, pick| {
        let stop = any_served(day, pick)?.2;
        later(&mut day.stop(stop).windows[0]);
        Some(())
    }),
    ("window-missed", |day, pick| {
        let stop = any_served(day, pick)?.2;
        earlier(&mut day.stop(stop).windows[0])
    }),
    ("window-missed", |day, pick| {
        let count = day.parts.unloadings.len();
        let unloading = pick.checked_rem(count)?;
        later(&mut day.parts.unloadings[unloading].windows[0]);
        Some(())
    }),
    ("window-missed", |day, pick| {
        let count = day.parts.unloadings.len();
        let unloading = pick.checked_rem(count)?;
        earlier(&mut day.parts.unloadings[unloading].windows[0])
    }),
    ("released", |day, pick| {
        let stop = any_served(day, pick)?.2;
        day.stop(stop).release += 1;
        Some(())
    }),
    ("work-too-long", |day, pick| {
        let class = any_class(day, pick);
        shorten(day.class(class).breaks.work.as_mut()?)
    }),
    ("work-too-long", |day, pick| {
        let route = any_class(day, pick);
        let breaks = day.events(route).iter_mut();
        let breaks = breaks.filter(|event| event.act == Act::Break && event.from < event.until);
        let waits = breaks.map(|event| event.act = Act::Wait);
        (waits.count() > 0).then_some(())
    }),
    ("driving-too-long", |day, pick| {
        let class = any_class(day, pick);
        shorten(day.class(class).breaks.driving.as_mut()?)
    }),
    ("class-not-allowed", |day, pick| {
        let (route, _, stop) = any_served(day, pick)?;
        day.stop(stop).classes &= !(1 << route);
        Some(())
    }),
    ("class-not-allowed", |day, pick| {
        let (route, trip, stop) = any_served(day, pick)?;
        let other = (route + 1) % day.plan.routes.len();
        let to = day.plan.routes[other].trips.first_mut()?;
        (other != route).then(|| to.stops.push(index(stop)))?;
        day.trip(route, trip)
            .stops
            .retain(|&one| one != index(stop));
        Some(())
    }),
    ("stop-served-twice", |day, pick| {
        let (route, trip, stop) = any_served(day, pick)?;
        day.trip(route, trip).stops.push(index(stop));
        Some(())
    }),
    ("neither-served-nor-listed", |day, pick| {
        let (route, trip, stop) = any_served(day, pick)?;
        day.trip(route, trip)
            .stops
            .retain(|&one| one != index(stop));
        Some(())
    }),
    ("neither-served-nor-listed", |day, _| {
        day.plan.unserved.pop().map(drop)
    }),
    ("served-and-listed", |day, pick| {
        let stop = any_served(day, pick)?.2;
        day.plan.unserved.push(index(stop));
        Some(())
    }),
    ("unserved-out-of-order", |day, _| {
        let last = *day.plan.unserved.last()?;
        day.plan.unserved.push(last);
        Some(())
    }),
    ("required-unserved", |day, _| {
        let stop = *day.plan.unserved.first()?;
        day.stop(stop as usize).need = Need::Required;
        Some(())
    }),
    ("unloading-not-usable", |day, pick| {
        let class = day.class(any_class(day, pick));
        class.unloadings.pop().map(drop)
    }),
    ("stream-not-unloaded", |day, pick| {
        let (route, trip, stop) = any_served(day, pick)?;
        let stop = day.stop(stop);
        let (stream, is_loaded) = (stop.stream, stop.volume + stop.mass > 0);
        let unloadings = day.trip(route, trip).unloadings.clone();
        for &unloading in &unloadings {
            let streams = &mut day.parts.unloadings[unloading as usize].streams;
            *streams = streams.without(StreamSet::of(stream));
        }
        (is_loaded && !unloadings.is_empty()).then_some(())
    }),
    ("unloading-missing", |day, pick| {
        let (route, trip) = any_trip(day, pick)?;
        day.plan.routes[route].trips.get(trip + 1)?;
        day.trip(route, trip).unloadings.clear();
        Some(())
    }),
    ("loads-left", |day, pick| {
        let (route, trip, stop) = any_served(day, pick)?;
        let is_loaded = day.stop(stop).volume > 0;
        let is_last = trip + 1 == day.plan.routes[route].trips.len();
        day.class(route).unload_at_end = true;
        day.trip(route, trip).unloadings.clear();
        (is_last && is_loaded).then_some(())
    }),
    ("stream-not-taken", |day, pick| {
        let (route, trip, stop) = any_served(day, pick)?;
        let stream = StreamSet::of(day.stop(stop).stream);
        for compartment in &mut day.class(route).outfits[trip].compartments {
            compartment.takes = compartment.takes.without(stream);
        }
        Some(())
    }),
    ("begun-stream-not-taken", |day, pick| {
        let class = day.class(any_class(day, pick));
        let begun = class.begun.as_ref()?;
        let stream = StreamSet::of(begun.loads.first()?.stream);
        for compartment in &mut class.outfits[0].compartments {
            compartment.takes = compartment.takes.without(stream);
        }
        Some(())
    }),
    ("begun-missing", |day, pick| {
        let route = any_class(day, pick);
        day.plan.routes.remove(route);
        day.class(route).begun.as_ref().map(drop)
    }),
    ("begun-start", |day, pick| {
        let route = any_class(day, pick);
        day.events(route).first()?;
        day.class(route).begun.as_mut()?.at += 1;
        Some(())
    }),
    ("begun-start", |day, pick| {
        let route = any_class(day, pick);
        day.shift(route, 0, 1);
        day.events(route).first()?;
        day.class(route).begun.as_ref().map(drop)
    }),
    ("begun-outfit", |day, pick| {
        let (route, _) = any_trip(day, pick)?;
        let outfit = day.class(route).outfits[0].clone();
        day.class(route).outfits.push(outfit);
        day.trip(route, 0).outfit = index(day.class(route).outfits.len() - 1);
        day.class(route).begun.as_ref().map(drop)
    }),
    ("gap", |day, pick| {
        let (route, event) = any_event(day, pick, |_| true)?;
        let later = if pick.is_multiple_of(2) { 1 } else { -1 };
        let count = day.events(route).len();
        let event = &mut day.events(route)[event];
        event.from += later;
        event.until += later;
        (count > 1).then_some(())
    }),
    ("backwards", |day, pick| {
        let (route, event) = any_event(day, pick, |_| true)?;
        let event = &mut day.events(route)[event];
        event.until = event.from - 1;
        Some(())
    }),
    ("act-time", |day, pick| {
        let (route, event) = any_event(day, pick, |act| act == Act::Drive)?;
        day.stretch(route, event, if pick.is_multiple_of(2) { 1 } else { -1 });
        Some(())
    }),
    ("act-time", |day, pick| {
        let is_done = |act| !matches!(act, Act::Drive | Act::Wait | Act::Break);
        let (route, event) = any_event(day, pick, is_done)?;
        day.stretch(
            route,
            event,
            if pick.is_multiple_of(2) { 100 } else { -100 },
        );
        Some(())
    }),
    ("setup", |day, pick| {
        let (route, event) = any_event(day, pick, |act| matches!(act, Act::Serve(_)))?;
        let place = day.events(route)[event].place;
        let setup = day.parts.setups[place as usize];
        let before = day.events(route)[..event].iter();
        let mut before = before.filter(|event| !matches!(event.act, Act::Wait | Act::Break));
        let has_come = before.next_back().is_some_and(|one| one.act == Act::Drive);
        day.stretch(route, event, if has_come { -setup } else { setup });
        (setup > 0).then_some(())
    }),
    ("wrong-place", |day, pick| {
        let (route, event) = any_event(day, pick, |_| true)?;
        let places = index(day.parts.setups.len());
        let place = &mut day.events(route)[event].place;
        *place = (*place + 1) % places;
        Some(())
    }),
    ("drive-missing", |day, pick| {
        let (route, event) = any_event(day, pick, |act| act == Act::Drive)?;
        let before = event.checked_sub(1);
        let place = match before {
            Some(before) => day.events(route)[before].place,
            None => day.class(route).start,
        };
        day.remove(route, event);
        for event in day.events(route).iter_mut().skip(event) {
            if !matches!(event.act, Act::Wait | Act::Break) {
                break;
            }
            event.place = place;
        }
        Some(())
    }),
    ("act-out-of-order", |day, pick| {
        let (route, trip, _) = any_served(day, pick)?;
        let stops = &mut day.trip(route, trip).stops;
        (stops.len() > 1).then(|| stops.swap(0, 1))?;
        let [one, other] = [stops[0], stops[1]].map(|stop| stop as usize);
        // Elsewhere, it is the drive that leads to a wrong place.
        (day.parts.stops[one].place == day.parts.stops[other].place).then_some(())
    }),
    ("act-out-of-order", |day, pick| {
        let (route, event) = any_event(day, pick, |act| act == Act::Prepare)?;
        day.remove(route, event);
        (!day.events(route).is_empty()).then_some(())
    }),
    ("act-missing", |day, pick| {
        let is_done = |act| !matches!(act, Act::Drive | Act::Wait | Act::Break);
        let (route, event) = any_event(day, pick, is_done)?;
        day.events(route).truncate(event);
        Some(())
    }),
    ("unreachable", |day, pick| {
        let (route, event) = any_event(day, pick, |act| act == Act::Drive)?;
        let to = day.events(route)[event].place;
        let from = match event.checked_sub(1) {
            Some(before) => day.events(route)[before].place,
            None => day.class(route).start,
        };
        cut(&mut day.parts.travels[0], from, to, pick)
    }),
    ("unknown-index", |day, pick| {
        let (route, event) = any_event(day, pick, |_| true)?;
        day.events(route)[event].place = u32::MAX;
        Some(())
    }),
    ("unknown-index", |day, pick| {
        let (route, trip) = any_trip(day, pick)?;
        let trip = day.trip(route, trip);
        match pick % 3 {
            0 => trip.outfit = u32::MAX,
            1 => trip.stops.push(u32::MAX),
            _ => trip.unloadings.push(u32::MAX),
        }
        Some(())
    }),
    ("unknown-index", |day, pick| {
        let route = any_class(day, pick);
        day.plan.routes[route].class = u32::MAX;
        Some(())
    }),
];

fn index(value: usize) -> u32 {
    u32::try_from(value).expect("a small day")
}

/// In a built day, routes and classes have the same numbers.
fn any_class(day: &Day, pick: usize) -> usize {
    pick % day.parts.fleet.len()
}

fn any_trip(day: &Day, pick: usize) -> Option<(usize, usize)> {
    let routes = day.plan.routes.iter().enumerate();
    let trips = routes.flat_map(|(index, route)| {
        let count = route.trips.len();
        (0..count).map(move |trip| (index, trip))
    });
    choose(trips, pick)
}

fn any_served(day: &Day, pick: usize) -> Option<(usize, usize, usize)> {
    let routes = day.plan.routes.iter().enumerate();
    let trips = routes.flat_map(|(index, route)| {
        let trips = route.trips.iter().enumerate();
        trips.map(move |(trip_index, trip)| (index, trip_index, trip))
    });
    let stops = trips.flat_map(|(route, index, trip)| {
        let stops = trip.stops.iter();
        stops.map(move |&stop| (route, index, stop as usize))
    });
    choose(stops, pick)
}

fn any_event(day: &Day, pick: usize, is_meant: fn(Act) -> bool) -> Option<(usize, usize)> {
    let routes = day.plan.routes.iter().enumerate();
    let events = routes.flat_map(|(index, route)| {
        let events = route.timeline.0.iter().enumerate();
        events.map(move |(event_index, event): (usize, &Event)| (index, event_index, event.act))
    });
    let meant = events.filter(|&(_, _, act)| is_meant(act));
    choose(meant.map(|(route, event, _)| (route, event)), pick)
}

fn choose<T: Copy>(from: impl Iterator<Item = T>, pick: usize) -> Option<T> {
    let from: Vec<T> = from.collect();
    from.get(pick.checked_rem(from.len())?).copied()
}

fn later(window: &mut Window) {
    window.open += 1;
    window.close += 50;
}

fn earlier(window: &mut Window) -> Option<()> {
    window.open = 0;
    window.close = window.close.checked_sub(1).filter(|&close| close >= 0)?;
    Some(())
}

/// Takes a way's length or duration away.
fn cut(travel: &mut Travel, from: u32, to: u32, pick: usize) -> Option<()> {
    let Travel::Both { lengths, durations } = travel else {
        return None;
    };
    let table = if pick.is_multiple_of(2) {
        lengths
    } else {
        durations
    };
    let mut cells = table.cells().to_vec();
    let places = (1..cells.len()).find(|side| side * side == cells.len())?;
    cells[from as usize * places + to as usize] = UNREACHABLE;
    *table = Table::new(places, cells)?;
    Some(())
}

/// What is said of a mutated day; `None` where the mutation does not apply, or makes no problem.
fn judge(mut day: Day, mutate: Mutate, pick: usize) -> Option<Verdict> {
    mutate(&mut day, pick)?;
    let problem = Problem::new(day.parts).ok()?;
    Some(check(&problem, &day.plan))
}

fn rules(verdict: &Verdict) -> Vec<String> {
    let tagged = verdict.violations.iter().map(serde_json::to_value);
    let rules = tagged.map(|tagged| tagged.unwrap()["rule"].as_str().unwrap().to_owned());
    rules.collect()
}

/// Makes a break due a tick earlier, where it is taken as a whole: breaks in parts can be read in
/// several ways, so that the limit of a built day need not be the closest one.
fn shorten(rule: &mut BreakRule) -> Option<()> {
    rule.first_part.is_none().then(|| rule.after -= 1)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_day_built_to_keep_every_rule_is_accepted(day in days()) {
        prop_assert_eq!(day.verdict().violations, []);
    }

    #[test]
    fn a_day_changed_to_break_a_rule_is_refused(day in days(), pick in 0..10_000_usize) {
        for (index, &(rule, mutate)) in MUTATIONS.iter().enumerate() {
            let Some(verdict) = judge(day.clone(), mutate, pick) else {
                continue;
            };
            let broken = rules(&verdict);
            let is_named = broken.iter().any(|broken| broken == rule);
            prop_assert!(is_named, "mutation {index} for {rule} breaks {broken:?}");
        }
    }
}

/// Whether something could be longer or shorter, or begin at another time, without breaking a rule.
fn is_idle(event: &Event) -> bool {
    matches!(event.act, Act::Wait | Act::Break)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn an_event_that_begins_or_ends_at_another_tick_is_refused(
        day in days(),
        pick in 0..10_000_usize,
        ticks in prop_oneof![Just(-1), Just(1)],
    ) {
        let Some((route, event)) = any_event(&day, pick, |_| true) else {
            return Ok(());
        };
        let (mut begun, mut ended, mut moved) = (day.clone(), day.clone(), day);
        begun.events(route)[event].from += ticks;
        ended.events(route)[event].until += ticks;
        moved.events(route)[event].until += ticks;

        let is_last = event + 1 == ended.events(route).len();
        let can_idle = is_idle(&ended.events(route)[event]);
        prop_assert!(!begun.verdict().is_feasible() || event == 0 && can_idle);
        prop_assert!(!ended.verdict().is_feasible() || is_last && can_idle);
        if !is_last {
            let next = &mut moved.events(route)[event + 1];
            next.from += ticks;
            let can_idle = can_idle && is_idle(next);
            prop_assert!(!moved.verdict().is_feasible() || can_idle);
        }
    }
}

#[test]
fn each_mutation_applies_to_some_day() {
    let mut runner = TestRunner::deterministic();
    let mut applied = vec![0; MUTATIONS.len()];
    for pick in 0..200 {
        let day = days().new_tree(&mut runner).unwrap().current();
        for (count, &(_, mutate)) in applied.iter_mut().zip(MUTATIONS) {
            *count += usize::from(judge(day.clone(), mutate, pick).is_some());
        }
    }
    for (count, (rule, _)) in applied.iter().zip(MUTATIONS) {
        assert!(*count >= 10, "{rule} was broken {count} times of 200");
    }
}
