//! Plans that nobody would make: no panic, no hang, no overflow, and never accepted for nothing.

use proptest::collection::vec;
use proptest::prelude::*;
use simulator::collection::check::trip_loads;
use simulator::collection::{Act, Event, Plan, Problem, Route, Timeline, Trip};

use crate::built::days;
use crate::day::{Day, by_hand};

fn indices() -> impl Strategy<Value = u32> {
    prop_oneof![8 => 0_u32..8, 1 => any::<u32>()]
}

fn ticks() -> impl Strategy<Value = i32> {
    prop_oneof![4 => 0..500, 1 => any::<i32>(), 1 => Just(i32::MIN), 1 => Just(i32::MAX)]
}

fn acts() -> impl Strategy<Value = Act> {
    prop_oneof![
        Just(Act::Prepare),
        Just(Act::Drive),
        Just(Act::Wait),
        Just(Act::Break),
        Just(Act::Finish),
        indices().prop_map(Act::Serve),
        indices().prop_map(Act::Unload),
    ]
}

fn events() -> impl Strategy<Value = Event> {
    (acts(), indices(), ticks(), ticks()).prop_map(|(act, place, from, until)| Event {
        act,
        place,
        from,
        until,
    })
}

fn trips() -> impl Strategy<Value = Trip> {
    let outfit = prop_oneof![4 => 0_u32..2, 1 => any::<u32>()];
    (outfit, vec(indices(), 0..8), vec(indices(), 0..4)).prop_map(|(outfit, stops, unloadings)| {
        Trip {
            outfit,
            stops,
            unloadings,
        }
    })
}

fn routes() -> impl Strategy<Value = Route> {
    let class = prop_oneof![6 => 0_u32..3, 1 => Just(63), 1 => Just(64), 1 => any::<u32>()];
    (class, vec(trips(), 0..5), vec(events(), 0..20)).prop_map(|(class, trips, events)| Route {
        class,
        trips,
        timeline: Timeline(events),
    })
}

pub(crate) fn plans() -> impl Strategy<Value = Plan> {
    (vec(routes(), 0..5), vec(indices(), 0..6))
        .prop_map(|(routes, unserved)| Plan { routes, unserved })
}

/// Everything as large as a problem may have it.
pub(crate) fn largest(day: &mut Day) {
    let most = 1_000_000_000;
    for stop in &mut day.parts.stops {
        (stop.volume, stop.mass, stop.service) = (most, most, 1_000_000_000);
    }
    for unloading in &mut day.parts.unloadings {
        unloading.cost_per_mass = 1_000_000_000_000;
    }
    for class in &mut day.parts.fleet {
        class.costs.fixed = 1_000_000_000_000;
        class.costs.per_length = 1_000_000_000_000;
        class.costs.per_tick = 1_000_000_000_000;
        class.costs.per_overtime_tick = 1_000_000_000_000;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn any_plan_is_judged(day in days(), plan in plans(), is_large in any::<bool>()) {
        let mut day = Day { plan, ..day };
        if is_large {
            largest(&mut day);
        }
        let verdict = day.verdict();
        let stops = day.parts.stops.len();
        let told = day.plan.routes.iter().flat_map(|route| &route.trips);
        let told = told.flat_map(|trip| &trip.stops).chain(&day.plan.unserved);
        let mut told: Vec<_> = told.copied().collect();
        told.sort_unstable();
        let is_each_told_once = told.iter().copied().eq(0..u32::try_from(stops).unwrap());
        prop_assert!(is_each_told_once || !verdict.is_feasible());
        prop_assert!(verdict.bill.total() >= 0);
        prop_assert_eq!(verdict.bill.vehicles <= day.plan.routes.len() as u64, true);
        for violation in &verdict.violations {
            prop_assert!(!violation.to_string().is_empty());
        }
        let problem = Problem::new(day.parts).unwrap();
        for route in &day.plan.routes {
            prop_assert_eq!(trip_loads(&problem, route).len(), route.trips.len());
        }
    }
}

#[test]
fn a_plan_of_nothing_leaves_everything_to_be_told() {
    let mut day = by_hand();
    day.plan = Plan::default();
    let verdict = day.verdict();
    // Five stops, two of them required, and a vehicle under way.
    assert_eq!(verdict.violations.len(), 5 + 2 + 1);
    assert_eq!(verdict.bill.total(), 1000 + 700 + 900);
}

#[test]
fn a_timeline_of_the_same_event_again_and_again_is_judged_once() {
    let mut day = by_hand();
    let event = day.events(0)[1];
    *day.events(0) = vec![event; 200_000];
    let gaps = 199_999;
    let verdict = day.verdict();
    assert!(verdict.violations.len() > gaps);
    assert!(verdict.violations.len() < gaps + 10);
}
