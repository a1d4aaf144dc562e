//! What explanations say, and that what they advise is true.

use proptest::prelude::*;
use rstest::rstest;
use simulator::collection::check::{Violation, check};
use simulator::collection::explain::{
    Budget, Change, Measure, Obstacle, Relaxation, RoomShort, RouteFault, Spot, TimeShort,
    fleet_sizes, relax, relaxations, route_fault, unserved,
};
use simulator::collection::schedule::{Misfit, schedule};
use simulator::collection::{
    Breaks, Need, Plan, Problem, Route, Timeline, Travel, Trip, UNREACHABLE, Window,
};
use simulator::random::Seed;

use crate::built::days;
use crate::day::{Day, by_hand, table};
use crate::hostile::{largest, plans};

/// A lorry that empties stop 0 at place 1 in 106 ticks, and stop 1 at place 2, which it passes, left out.
fn short_day() -> Day {
    let mut day = by_hand();
    day.parts.fleet.truncate(1);
    let stops = [day.parts.stops[0].clone(), day.parts.stops[2].clone()];
    day.parts.stops = stops.to_vec();
    day.stop(1).need = Need::Required;
    let lorry = day.class(0);
    lorry.breaks = Breaks::default();
    (lorry.shift.open, lorry.shift.close, lorry.max_duration) = (0, 1000, 1000);
    day.plan = Plan {
        routes: vec![Route {
            class: 0,
            trips: vec![Trip {
                outfit: 0,
                stops: vec![0],
                unloadings: vec![0],
            }],
            timeline: Timeline::default(),
        }],
        unserved: vec![1],
    };
    scheduled(day)
}

/// The day with the best timelines for its trips.
fn scheduled(mut day: Day) -> Day {
    let problem = problem(&day);
    for route in &mut day.plan.routes {
        route.timeline = schedule(&problem, route.class, &route.trips).unwrap();
    }
    day
}

fn problem(day: &Day) -> Problem {
    Problem::new(day.parts.clone()).unwrap()
}

fn spot(trip: u32, position: u32) -> Spot {
    Spot {
        route: Some(0),
        class: 0,
        trip,
        position,
        is_new_trip: trip == 1,
    }
}

fn too_long(after_shift: i32, over_duration: i32) -> Misfit {
    Misfit::DayTooLong {
        after_shift,
        over_duration,
    }
}

fn payload(day: &mut Day, payload: u32) {
    for outfit in &mut day.class(0).outfits {
        outfit.payload = payload;
    }
}

fn no_way_to_2(day: &mut Day) {
    day.parts.travels = vec![Travel::Same(table(6, |from, to| {
        if to == 2 {
            UNREACHABLE
        } else {
            10 * from.abs_diff(to)
        }
    }))];
}

#[rstest]
#[case::no_vehicle_left(|day: &mut Day| day.class(0).count = 0, Obstacle::FleetEmpty)]
#[case::nobody_may(|day: &mut Day| day.stop(1).classes = 0b10, Obstacle::NotAllowed)]
#[case::no_compartment_for_it(|day: &mut Day| day.stop(1).stream = 5, Obstacle::StreamNotTaken { stream: 5 })]
#[case::nowhere_to_unload(|day: &mut Day| day.class(0).unloadings.clear(), Obstacle::NoUnloading { stream: 0 })]
#[case::too_heavy(
    |day: &mut Day| day.stop(1).mass = 1300,
    Obstacle::TooLarge { outfit: 0, measure: Measure::Payload, by: 300 },
)]
#[case::too_large_for_the_outfit_that_compacts_most(
    |day: &mut Day| day.stop(1).volume = 200,
    Obstacle::TooLarge { outfit: 2, measure: Measure::Compartment(0), by: 20 },
)]
#[case::no_way_there(no_way_to_2, Obstacle::Unreachable { from: 0, to: 2 })]
#[case::too_early_for_all(
    |day: &mut Day| day.stop(1).windows = vec![Window { open: 0, close: 12 }],
    Obstacle::WindowMissed { by: 11 },
)]
#[case::too_long_alone(
    |day: &mut Day| day.class(0).max_duration = 100,
    Obstacle::NoTimeAlone { misfit: too_long(0, 6) },
)]
#[case::out_of_time(
    |day: &mut Day| day.class(0).max_duration = 110,
    Obstacle::Crowded {
        time: Some(TimeShort { spot: spot(0, 1), misfit: too_long(0, 5) }),
        room: None,
        is_both: false,
    },
)]
#[case::the_shift_is_over(
    |day: &mut Day| day.class(0).shift.close = 113,
    Obstacle::Crowded {
        time: Some(TimeShort { spot: spot(0, 1), misfit: too_long(2, 0) }),
        room: None,
        is_both: false,
    },
)]
#[case::full_with_time_for_a_longer_day_to_unload(
    |day: &mut Day| { payload(day, 120); day.class(0).max_duration = 160; },
    Obstacle::Crowded {
        time: Some(TimeShort { spot: spot(1, 0), misfit: too_long(0, 7) }),
        room: Some(RoomShort { spot: spot(0, 0), outfit: 0, measure: Measure::Payload, by: 10 }),
        is_both: false,
    },
)]
#[case::full_and_out_of_time(
    |day: &mut Day| { payload(day, 120); day.class(0).max_trips = 1; day.class(0).max_duration = 110; },
    Obstacle::Crowded {
        time: Some(TimeShort { spot: spot(0, 1), misfit: too_long(0, 5) }),
        room: Some(RoomShort { spot: spot(0, 1), outfit: 0, measure: Measure::Payload, by: 10 }),
        is_both: true,
    },
)]
#[case::not_worth_it(
    |day: &mut Day| day.stop(1).need = Need::Optional { prize: 78 },
    Obstacle::PrizeTooLow { prize: 78, cost: 78, spot: spot(0, 1) },
)]
#[case::worth_it(
    |day: &mut Day| day.stop(1).need = Need::Optional { prize: 79 },
    Obstacle::Nothing { cost: 78, spot: spot(0, 1) },
)]
#[case::just_forgotten(|_: &mut Day| (), Obstacle::Nothing { cost: 78, spot: spot(0, 1) })]
fn the_least_that_is_in_the_way_is_told(#[case] change: fn(&mut Day), #[case] expected: Obstacle) {
    let mut day = short_day();
    change(&mut day);
    let told = unserved(&problem(&day), &day.plan, 1).unwrap();
    assert_eq!(told.reason, expected);
    let json = serde_json::to_string(&told).unwrap();
    assert_eq!(
        serde_json::from_str::<simulator::collection::explain::Unserved>(&json).unwrap(),
        told
    );
}

#[test]
fn a_reason_is_a_sentence_with_figures() {
    let mut day = short_day();
    day.class(0).max_duration = 110;
    let told = unserved(&problem(&day), &day.plan, 1).unwrap().to_string();
    let expected = "stop 1 is not served: no vehicle has room and time left: \
                    on vehicle 0, trip 0, after 1 stops, \
                    the day ends 0 ticks after the shift and is 5 ticks too long";
    assert_eq!(told, expected);
}

fn longer_day(later_end: i32, longer_duty: i32) -> Change {
    Change::LongerDay {
        route: Some(0),
        class: 0,
        later_end,
        longer_duty,
    }
}

#[rstest]
#[case::overtime(|day: &mut Day| day.class(0).max_duration = 110, &[(longer_day(0, 5), 78)])]
#[case::overtime_that_is_paid(
    |day: &mut Day| { day.class(0).max_duration = 110; day.class(0).normal_duration = 111; },
    &[(longer_day(0, 5), 78 + 4 * 5)],
)]
#[case::a_later_end(|day: &mut Day| day.class(0).shift.close = 113, &[(longer_day(2, 0), 78)])]
#[case::both(
    |day: &mut Day| { day.class(0).shift.close = 113; day.class(0).max_duration = 111; },
    &[(longer_day(2, 4), 78)],
)]
#[case::payload_or_a_trip(
    |day: &mut Day| { payload(day, 120); day.class(0).max_trips = 1; },
    &[
        (Change::MoreRoom {
            route: Some(0), class: 0, outfit: 0, measure: Measure::Payload, by: 10,
        }, 78),
        (Change::OneMoreTrip { route: Some(0), class: 0 }, 306),
    ],
)]
#[case::a_later_window(
    |day: &mut Day| day.stop(1).windows = vec![Window { open: 0, close: 12 }],
    &[(Change::WiderWindow { stop: 1, window: 0, earlier: 0, later: 11 }, 160)],
)]
#[case::an_earlier_window(
    |day: &mut Day| {
        day.class(0).shift.close = 120;
        day.stop(1).windows = vec![Window { open: 50, close: 60 }];
    },
    // At the latest, serving starts 83 ticks before the end of the day.
    &[
        (longer_day(13, 0), 78),
        (Change::WiderWindow { stop: 1, window: 0, earlier: 13, later: 0 }, 78),
    ],
)]
#[case::being_allowed(
    |day: &mut Day| day.stop(1).classes = 0,
    &[(Change::Allowed { stop: 1, class: 0 }, 78)],
)]
#[case::nothing_to_change(|_: &mut Day| (), &[])]
fn the_cheapest_change_comes_first(
    #[case] change: fn(&mut Day),
    #[case] expected: &[(Change, i64)],
) {
    let mut day = short_day();
    change(&mut day);
    let told = relaxations(&problem(&day), &day.plan, 1).unwrap();
    let told = told.iter().map(|one| (one.change, one.extra_cost));
    let is_vehicle = |change: &Change| matches!(change, Change::OneMoreVehicle { .. });
    let told: Vec<_> = told.filter(|(change, _)| !is_vehicle(change)).collect();
    assert_eq!(told, expected);
}

#[test]
fn a_vehicle_more_is_told_where_none_is_left() {
    let mut day = short_day();
    payload(&mut day, 120);
    day.class(0).max_trips = 1;
    let told = relaxations(&problem(&day), &day.plan, 1).unwrap();
    let last = told.last().unwrap();
    assert_eq!(last.change, Change::OneMoreVehicle { class: 0 });
    // 106 ticks, 24 units of length, a visit and 30 by mass.
    assert_eq!(last.extra_cost, 10_000 + 212 + 168 + 40 + 60);
    assert_eq!(
        last.to_string(),
        "one vehicle more of class 0, for 10480, on another vehicle of class 0"
    );
}

#[test]
fn one_vehicle_of_several_is_changed_alone() {
    let mut day = short_day();
    day.class(0).count = 3;
    day.class(0).max_duration = 110;
    let change = longer_day(0, 5);
    let relaxed = relax(&problem(&day), &day.plan, &change).unwrap();
    let counts = relaxed
        .problem
        .fleet()
        .iter()
        .map(|class| (class.count, class.max_duration));
    assert_eq!(counts.collect::<Vec<_>>(), [(2, 110), (1, 115)]);
    assert_eq!(relaxed.plan.routes[0].class, 1);
    assert_eq!(relaxed.problem.stops()[1].classes, 0b11);
}

#[rstest]
#[case::a_good_route(|_: &mut Day| (), None)]
#[case::too_heavy(
    |day: &mut Day| day.stop(0).mass = 1001,
    Some("trip 0 of route 0 weighs 1001, but may weigh 1000"),
)]
#[case::the_class_comes_before_the_load(
    |day: &mut Day| { day.stop(0).mass = 1001; day.stop(0).classes = 0; },
    Some("trip 0 of route 0 serves stop 0, which class 0 must not"),
)]
#[case::no_time(
    |day: &mut Day| day.class(0).max_duration = 100,
    Some("route 0: the day ends 0 ticks after the shift and is 6 ticks too long"),
)]
#[case::only_the_timeline(
    |day: &mut Day| day.stretch(0, 1, 1),
    Some("event 1 of route 0 takes 11 for Drive, expected 10, though another timeline would do"),
)]
fn a_route_has_one_reason(#[case] change: fn(&mut Day), #[case] expected: Option<&str>) {
    let mut day = short_day();
    change(&mut day);
    let told = route_fault(&problem(&day), &day.plan, 0).unwrap();
    assert_eq!(
        told.as_ref().map(RouteFault::to_string).as_deref(),
        expected
    );
}

#[test]
fn a_fault_names_the_route_of_the_plan() {
    let mut day = by_hand();
    day.stop(4).mass = 1000;
    let told = route_fault(&problem(&day), &day.plan, 1).unwrap().unwrap();
    let RouteFault::Trips(Violation::PayloadExceeded { route, .. }) = told else {
        panic!("{told:?}");
    };
    assert_eq!(route, 1);
}

const BUDGET: Budget = Budget {
    seed: Seed(7),
    iterations: 3,
};

#[test]
fn a_vehicle_less_costs_what_it_served() {
    let day = short_day();
    let told = fleet_sizes(&problem(&day), &day.plan, BUDGET, |_, plan, budget| {
        assert_eq!(budget, BUDGET);
        Ok(plan.clone())
    });
    let told = told.unwrap();
    assert_eq!((told.seed, told.iterations), (7, 3));
    let less = told.classes[0].one_less.unwrap();
    assert_eq!((less.vehicles, less.required_unserved), (0, 2));
    assert_eq!(less.difference, -told.present.cost);
    let more = told.classes[0].one_more.unwrap();
    assert_eq!(more.required_unserved, 0);
}

#[test]
fn a_worse_plan_of_the_search_is_not_taken() {
    let day = short_day();
    let told = fleet_sizes(&problem(&day), &day.plan, BUDGET, |_, _, _| {
        Ok(Plan::default())
    });
    assert_eq!(told.unwrap().present.required_unserved, 1);
}

#[test]
fn what_there_is_not_is_refused() {
    let day = short_day();
    assert!(unserved(&problem(&day), &day.plan, 2).is_err());
    assert!(relaxations(&problem(&day), &day.plan, 2).is_err());
    assert!(route_fault(&problem(&day), &day.plan, 1).is_err());
    let mut unknown = day.plan.clone();
    unknown.routes[0].trips[0].outfit = 9;
    assert!(unserved(&problem(&day), &unknown, 1).is_err());
}

/// Limits that are closer than the day needs.
#[derive(Clone, Copy, Debug)]
struct Tighter {
    stop: usize,
    has_windows: bool,
    ticks: [i32; 2],
    room: [u32; 2],
    count: u32,
    is_for_all: bool,
}

fn tighter() -> impl Strategy<Value = Tighter> {
    let fewer = || prop_oneof![1 => Just(0_i32), 2 => 1_i32..30];
    let ticks = [fewer(), fewer()];
    let less = || prop_oneof![3 => Just(0_u32), 1 => 1_u32..40];
    let room = [less(), less()];
    let flags = (any::<bool>(), any::<bool>());
    (0_usize..20, flags, ticks, room, 1_u32..3).prop_map(
        |(stop, (has_windows, is_for_all), ticks, room, count)| Tighter {
            stop,
            has_windows,
            ticks,
            room,
            count,
            is_for_all,
        },
    )
}

/// Takes a stop out of a day and then time and room from the vehicles, so that it may not go back in.
fn tighten(mut day: Day, tighter: Tighter) -> (Day, u32) {
    let stop = tighter.stop % day.parts.stops.len();
    let stop_index = u32::try_from(stop).unwrap();
    if !tighter.has_windows {
        for (index, one) in day.parts.stops.iter_mut().enumerate() {
            one.release = 0;
            if index != stop {
                one.windows.clear();
            }
        }
        for one in &mut day.parts.unloadings {
            one.windows.clear();
        }
    }
    if tighter.is_for_all {
        day.stop(stop).classes = u64::MAX;
    }
    for class in &mut day.parts.fleet {
        class.shift.close = (class.shift.close - tighter.ticks[0]).max(class.shift.open);
        class.max_duration = (class.max_duration - tighter.ticks[1]).max(0);
        if class.begun.is_none() {
            class.count = tighter.count;
        }
        for outfit in &mut class.outfits {
            outfit.payload = outfit.payload.saturating_sub(tighter.room[0]);
            for compartment in &mut outfit.compartments {
                compartment.volume = compartment.volume.saturating_sub(tighter.room[1]);
            }
        }
    }
    for trip in day
        .plan
        .routes
        .iter_mut()
        .flat_map(|route| &mut route.trips)
    {
        trip.stops.retain(|&one| one != stop_index);
    }
    day.plan.unserved.push(stop_index);
    day.plan.unserved.sort_unstable();
    day.plan.unserved.dedup();
    let problem = problem(&day);
    for route in &mut day.plan.routes {
        if let Ok(timeline) = schedule(&problem, route.class, &route.trips) {
            route.timeline = timeline;
        }
    }
    (day, stop_index)
}

/// Changes that are smaller by the least there is.
fn smaller(change: Change) -> Vec<Change> {
    let mut found = vec![change, change];
    for (index, change) in found.iter_mut().enumerate() {
        let less = |number: &mut i32, at| *number -= i32::from(index == at && *number > 0);
        match change {
            Change::LongerDay {
                later_end,
                longer_duty,
                ..
            } => {
                less(later_end, 0);
                less(longer_duty, 1);
            }
            Change::WiderWindow { earlier, later, .. } => {
                less(earlier, 0);
                less(later, 1);
            }
            Change::MoreRoom { by, .. } => *by -= 1,
            _ => {}
        }
    }
    found.retain(|smaller| *smaller != change);
    found
}

/// Whether the vehicles that a change is for could serve a stop after it.
fn helps(day: &Day, change: Change, stop: u32) -> bool {
    let relaxed = relax(&problem(day), &day.plan, &change).unwrap();
    let told = unserved(&relaxed.problem, &relaxed.plan, stop).unwrap();
    let of = told
        .classes
        .iter()
        .filter(|one| relaxed.class.is_none_or(|class| class == one.class));
    let can_serve = |obstacle| {
        matches!(
            obstacle,
            Obstacle::Nothing { .. } | Obstacle::PrizeTooLow { .. }
        )
    };
    of.map(|one| one.obstacle).any(can_serve)
}

fn holds(day: &Day, relaxation: &Relaxation, stop: u32) -> Result<(), TestCaseError> {
    let before = day.verdict();
    let relaxed = relax(&problem(day), &day.plan, &relaxation.change).unwrap();
    let after = check(&relaxed.problem, &relaxation.plan);
    for violation in &after.violations {
        prop_assert!(before.violations.contains(violation), "{violation}");
    }
    let mut trips = relaxation.plan.routes.iter().flat_map(|route| &route.trips);
    prop_assert!(trips.any(|trip| trip.stops.contains(&stop)));
    let cost = |bill: &simulator::collection::check::Bill| bill.total() - bill.unserved_cost;
    prop_assert_eq!(
        cost(&after.bill) - cost(&before.bill),
        relaxation.extra_cost
    );
    prop_assert!(helps(day, relaxation.change, stop));
    for smaller in smaller(relaxation.change) {
        prop_assert!(!helps(day, smaller, stop), "{smaller} would do");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn a_change_that_is_told_helps_and_a_smaller_one_does_not(
        day in days(),
        tighter in tighter(),
    ) {
        if day.parts.stops.is_empty() {
            return Ok(());
        }
        let (day, stop) = tighten(day, tighter);
        let told = unserved(&problem(&day), &day.plan, stop).unwrap();
        let found = relaxations(&problem(&day), &day.plan, stop).unwrap();
        prop_assert!(!told.to_string().is_empty());
        let is_served = matches!(
            told.reason,
            Obstacle::Nothing { .. } | Obstacle::PrizeTooLow { .. }
        );
        prop_assert!(!is_served || found.is_empty());
        prop_assert!(found.is_sorted_by_key(|one| one.extra_cost));
        for relaxation in &found {
            holds(&day, relaxation, stop)?;
        }
    }

    #[test]
    fn hostile_days_are_explained(day in days(), which in 0..6, stop in 0_usize..20) {
        if day.parts.stops.is_empty() {
            return Ok(());
        }
        let mut day = day;
        let stop = stop % day.parts.stops.len();
        let most = Window::LAST;
        match which {
            0 => (day.stop(stop).volume, day.stop(stop).mass) = (1_000_000_000, 1_000_000_000),
            1 => day.parts.fleet.iter_mut().for_each(|class| class.count = 0),
            2 => day.stop(stop).windows = vec![Window { open: most, close: most }],
            3 => {
                let places = u32::try_from(day.parts.setups.len()).unwrap();
                day.parts.travels = vec![Travel::Same(table(places, |_, _| UNREACHABLE))];
            }
            4 => day.stop(stop).service = most,
            _ => day.parts.fleet.iter_mut().for_each(|class| class.shift = Window { open: 0, close: 0 }),
        }
        let stop_index = u32::try_from(stop).unwrap();
        let told = unserved(&problem(&day), &day.plan, stop_index).unwrap();
        prop_assert!(!told.to_string().is_empty());
        relaxations(&problem(&day), &day.plan, stop_index).unwrap();
        for route in 0..u32::try_from(day.plan.routes.len()).unwrap() {
            let fault = route_fault(&problem(&day), &day.plan, route).unwrap();
            let own = day.verdict().violations;
            prop_assert!(fault.is_none() || !own.is_empty());
        }
    }

    #[test]
    fn any_plan_is_explained_or_refused(day in days(), plan in plans(), is_large in any::<bool>()) {
        let mut day = Day { plan, ..day };
        if is_large {
            largest(&mut day);
        }
        let problem = problem(&day);
        for stop in 0..u32::try_from(day.parts.stops.len().min(4)).unwrap() {
            let told = unserved(&problem, &day.plan, stop);
            let found = relaxations(&problem, &day.plan, stop);
            prop_assert_eq!(told.is_ok(), found.is_ok());
        }
        let own = check(&problem, &day.plan).violations;
        for route in 0..u32::try_from(day.plan.routes.len()).unwrap() {
            let fault = route_fault(&problem, &day.plan, route).unwrap();
            prop_assert!(fault.is_none() || !own.is_empty());
        }
        let sizes = fleet_sizes(&problem, &day.plan, BUDGET, |_, plan, _| Ok(plan.clone()));
        if !day.parts.stops.is_empty() {
            prop_assert_eq!(sizes.is_ok(), unserved(&problem, &day.plan, 0).is_ok());
        }
    }
}
