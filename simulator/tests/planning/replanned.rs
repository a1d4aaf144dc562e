//! What is left of a day under way, and how it changes.

use proptest::prelude::*;
use rstest::rstest;
use simulator::collection::check::{Violation, check};
use simulator::collection::replan::{
    Change, Difference, Disturbance, Progress, Replan, Weights, progress, replan,
};
use simulator::collection::schedule::schedule;
use simulator::collection::{Act, Begun, Event, Need, Plan, Problem, Route, Stop, Trip};

use crate::built::days;
use crate::day::{Day, by_hand};
use crate::hostile::plans;

const WEIGHTS: Weights = Weights {
    per_moved: 20,
    per_reordered: 5,
    trials: 2000,
};

fn problem(day: &Day) -> Problem {
    Problem::new(day.parts.clone()).unwrap()
}

fn at(day: &Day, now: i32) -> Progress {
    progress(&problem(day), &day.plan, now).unwrap()
}

/// Where the lorry is and from when on, what its crew has worked and driven, whether the first part of a
/// break is taken, on how many loadings it sits, and how many trips are left.
type Stand = (u32, i32, [i32; 2], bool, usize, usize);

#[rstest]
#[case::it_checks_the_vehicle(101, (0, 103, [3, 0], false, 0, 2))]
#[case::it_drives_to_a_stop_that_it_then_serves(105, (1, 122, [22, 10], false, 1, 2))]
#[case::it_serves(115, (1, 122, [22, 10], false, 1, 2))]
#[case::it_is_between_two_stops(122, (1, 122, [22, 10], false, 1, 2))]
#[case::it_serves_the_last_stop_of_a_trip(123, (1, 126, [26, 10], false, 2, 2))]
#[case::it_drives_to_an_unloading(130, (4, 156, [56, 40], false, 2, 2))]
#[case::it_waits_no_longer(158, (4, 158, [58, 40], false, 2, 2))]
#[case::it_unloads(165, (4, 172, [72, 40], false, 0, 1))]
#[case::it_rests(180, (4, 192, [0, 0], false, 0, 1))]
#[case::it_goes_on_after_the_break(200, (2, 221, [29, 20], false, 1, 1))]
#[case::it_takes_the_first_part_of_a_break(260, (5, 262, [65, 50], true, 0, 0))]
#[case::it_drives_home(300, (0, 312, [115, 100], true, 0, 0))]
fn a_vehicle_is_caught_in_its_day(#[case] now: i32, #[case] expected: Stand) {
    let left = at(&by_hand(), now);
    let begun = left.problem.fleet()[0].begun.as_ref().unwrap();
    let stand = (
        begun.place,
        begun.at,
        [begun.worked, begun.driven],
        begun.first_part_taken,
        begun.loads.len(),
        left.plan.routes[0].trips.len(),
    );
    assert_eq!(stand, expected);
    assert_eq!(begun.on_duty_since, 100);
    assert_eq!(check(&left.problem, &left.plan).violations, []);
}

#[test]
fn a_vehicle_that_has_made_all_its_trips_serves_no_more() {
    let left = at(&by_hand(), 260);
    let stop = &left.problem.stops()[0];
    assert_eq!(left.stops, [3]);
    assert_eq!(stop.classes & 1, 0);
}

#[test]
fn nothing_is_left_of_a_day_that_is_over() {
    let left = at(&by_hand(), 313);
    assert_eq!(left.routes_left, [None, None]);
    assert_eq!(left.plan.routes, []);
    assert!(left.problem.fleet().iter().all(|class| class.count == 0));
}

#[test]
fn one_of_several_vehicles_under_way_gets_a_class_of_its_own() {
    let mut day = by_hand();
    day.class(0).count = 3;
    let left = at(&day, 123);
    let counts = left.problem.fleet().iter().map(|class| class.count);
    assert_eq!(counts.collect::<Vec<_>>(), [2, 0, 1]);
    assert_eq!(left.classes, [0, 1, 0]);
    assert_eq!(left.plan.routes[0].class, 2);
    // The van is off duty, and stop 2 may be served by lorries, whether they are under way or not.
    assert_eq!(left.problem.stops()[0].classes, 0b111);
    assert_eq!(left.problem.fleet()[0].shift.open, 123);
    assert_eq!(check(&left.problem, &left.plan).violations, []);
}

#[test]
fn a_route_that_breaks_a_rule_has_no_progress() {
    let mut day = by_hand();
    day.stop(0).mass = 5000;
    let refused = progress(&problem(&day), &day.plan, 130).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "route 0 breaks a rule, expected one that can be driven"
    );
}

fn stop(place: u32) -> Stop {
    Stop {
        place,
        stream: 0,
        volume: 2,
        mass: 5,
        service: 4,
        windows: vec![],
        release: 0,
        need: Need::Required,
        classes: 0b11,
    }
}

fn told(replan: &Replan) -> Vec<String> {
    let crews = replan.crews.iter();
    let each = crews.flat_map(|crew| crew.differences.iter().map(|one| (crew.before, one)));
    each.map(|(before, one)| match before {
        Some(before) => format!("{before}: {one}"),
        None => format!("new: {one}"),
    })
    .collect()
}

#[test]
fn a_new_stop_goes_where_it_is_least_out_of_the_way() {
    // The lorry is on its way to stop 0; stop 2 is at place 2, which it comes to later.
    let mut day = by_hand();
    let problem = problem(&day);
    for route in &mut day.plan.routes {
        route.timeline = schedule(&problem, route.class, &route.trips).unwrap();
    }
    let left = at(&day, 105);
    let replan = replan(&left, &[Change::Insert(stop(2))], WEIGHTS).unwrap();
    assert_eq!(replan.verdict.violations, []);
    assert_eq!(replan.inserted, [3]);
    assert_eq!(left.stops, [1, 2, 3]);
    assert_eq!(replan.disturbance.moved, 0);
    assert_eq!(replan.homeless, [0_u32; 0]);
    let crew = &replan.crews[0];
    let added = Difference::Added {
        stop: 3,
        after: Some(1),
    };
    assert_eq!(crew.differences[0], added, "{:?}", told(&replan));
    let by = Difference::Ends { by: 4 };
    assert_eq!(crew.differences.last(), Some(&by), "{:?}", told(&replan));
}

#[test]
fn a_dropped_stop_saves_its_time() {
    let left = at(&by_hand(), 123);
    let dropped = left.stops_left[2].unwrap();
    let replan = replan(&left, &[Change::Drop { stop: dropped }], WEIGHTS).unwrap();
    assert_eq!(replan.verdict.violations, []);
    assert!(replan.plan.unserved.contains(&dropped));
    let told = told(&replan);
    assert_eq!(told[0], "0: stop 0 is not served");
    assert!(
        told.iter()
            .any(|one| one.starts_with("0: off duty") && one.ends_with("earlier"))
    );
}

#[test]
fn what_a_broken_vehicle_leaves_is_told() {
    let left = at(&by_hand(), 105);
    let replan = replan(&left, &[Change::BreakDown { route: 0 }], WEIGHTS).unwrap();
    // Stop 1 and the one that the crew was bound to serve must be served, but nobody is left who can.
    let homeless: Vec<_> = replan
        .homeless
        .iter()
        .map(|&stop| replan.stops[stop as usize])
        .collect();
    assert_eq!(homeless, [Some(1), Some(0)]);
    assert_eq!(replan.plan.routes.len(), left.plan.routes.len() - 1);
    let is_unserved = |one: &Violation| matches!(one, Violation::RequiredUnserved { .. });
    assert!(replan.verdict.violations.iter().all(is_unserved));
    assert_eq!(replan.crews[0].route, None);
}

#[test]
fn another_vehicle_takes_over() {
    let mut day = by_hand();
    day.class(0).count = 2;
    let left = at(&day, 105);
    let replan = replan(&left, &[Change::BreakDown { route: 0 }], WEIGHTS).unwrap();
    assert_eq!(replan.verdict.violations, []);
    assert_eq!(replan.routes_before.last(), Some(&None));
    assert_eq!(replan.disturbance.moved, 2);
}

#[test]
fn a_required_stop_takes_the_place_of_an_optional_one() {
    // The van has room for 11 more by volume and 20 by mass, which stop 4 takes.
    let mut day = by_hand();
    day.plan.routes.remove(0);
    day.plan.unserved = vec![0, 1, 2, 3];
    for stop in [0, 1] {
        day.stop(stop).need = Need::Optional { prize: 1 };
    }
    day.stop(4).classes = 0b10;
    let left = at(&day, 40);
    let needed = Stop {
        mass: 20,
        volume: 11,
        classes: 0b10,
        ..stop(3)
    };
    let replan = replan(&left, &[Change::Insert(needed)], WEIGHTS).unwrap();
    assert_eq!(replan.verdict.violations, []);
    assert_eq!(replan.homeless, [0_u32; 0]);
    assert!(replan.plan.unserved.contains(&4));
}

fn is_the_same(left: &Progress, replan: &Replan) -> bool {
    replan.plan == left.plan
        && replan.crews.is_empty()
        && replan.disturbance == Disturbance::default()
}

/// The disturbance of a plan, counted anew.
fn counted(before: &Plan, replan: &Replan) -> Disturbance {
    let mut sum = Disturbance::default();
    let find = |plan: &Plan, stop: u32| {
        let each = plan.routes.iter().enumerate().flat_map(|(index, route)| {
            let stops = route.trips.iter().flat_map(|trip| trip.stops.clone());
            let stops: Vec<_> = stops.collect();
            (0..stops.len())
                .map(move |at| {
                    let after = at.checked_sub(1).map(|at| stops[at]);
                    (stops[at], index, after)
                })
                .collect::<Vec<_>>()
        });
        let mut found = each.filter(|one| one.0 == stop);
        found.next().map(|(_, index, after)| (index, after))
    };
    let start = |plan: &Plan, stop: u32| {
        let mut events = plan
            .routes
            .iter()
            .flat_map(|route| route.timeline.0.clone());
        events
            .find(|event| event.act == Act::Serve(stop))
            .unwrap()
            .from
    };
    for stop in 0..u32::try_from(replan.stops.len()).unwrap() {
        let (Some(old), Some(new)) = (find(before, stop), find(&replan.plan, stop)) else {
            continue;
        };
        let same = replan.routes_before[new.0] == Some(u32::try_from(old.0).unwrap());
        sum.moved += u32::from(!same);
        sum.reordered += u32::from(same && old.1 != new.1);
        let shift = (start(&replan.plan, stop) - start(before, stop)).abs();
        sum.latest_shift = sum.latest_shift.max(shift);
    }
    sum
}

/// Whether a crew does the same at the same times, waiting aside.
fn is_like(one: &Route, other: &Route) -> bool {
    let felt = |route: &Route| -> Vec<_> {
        let events = route.timeline.0.iter();
        let felt = |event: &&Event| matches!(event.act, Act::Serve(_) | Act::Break);
        events.filter(felt).copied().collect()
    };
    let trips = |route: &Route| -> Vec<_> {
        let trips = route.trips.iter();
        let is_any = |trip: &&Trip| !trip.stops.is_empty() || !trip.unloadings.is_empty();
        trips.filter(is_any).cloned().collect()
    };
    trips(one) == trips(other)
        && felt(one) == felt(other)
        && one.timeline.begins() == other.timeline.begins()
        && one.timeline.ends() == other.timeline.ends()
}

/// What must hold of every new plan.
fn holds(left: &Progress, replan: &Replan) -> Result<(), TestCaseError> {
    for violation in &replan.verdict.violations {
        match violation {
            Violation::RequiredUnserved { stop } => prop_assert!(replan.homeless.contains(stop)),
            // A vehicle under way that cannot go on but by way of a dropped stop.
            Violation::ClassNotAllowed { stop, class, .. } => {
                prop_assert_eq!(replan.problem.stops()[*stop as usize].classes, 0);
                prop_assert!(replan.problem.fleet()[*class as usize].begun.is_some());
            }
            _ => return Err(TestCaseError::fail(violation.to_string())),
        }
    }
    prop_assert_eq!(counted(&left.plan, replan), replan.disturbance);
    let routes = (0_u32..).zip(replan.plan.routes.iter().zip(&replan.routes_before));
    for (index, (route, before)) in routes {
        let before = before.and_then(|before| left.plan.routes.get(before as usize));
        let is_told = replan.crews.iter().any(|crew| crew.route == Some(index));
        prop_assert!(
            is_told || before.is_some_and(|before| is_like(before, route)),
            "{before:?} -> {route:?}"
        );
    }
    Ok(())
}

fn required_served(problem: &Problem, plan: &Plan) -> Vec<u32> {
    let stops = plan
        .routes
        .iter()
        .flat_map(|route| &route.trips)
        .flat_map(|trip| &trip.stops);
    let mut stops: Vec<_> = stops
        .copied()
        .filter(|&stop| problem.stops()[stop as usize].need == Need::Required)
        .collect();
    stops.sort_unstable();
    stops
}

fn loosened(mut day: Day, slack: i32) -> Day {
    for stop in &mut day.parts.stops {
        stop.windows.clear();
        stop.release = 0;
        stop.classes = u64::MAX;
    }
    for unloading in &mut day.parts.unloadings {
        unloading.windows.clear();
    }
    for class in &mut day.parts.fleet {
        class.shift.close += slack;
        class.max_duration += slack;
    }
    day
}

/// A route with the stops of the whole problem.
fn in_whole(route: &Route, stops: &[u32]) -> Route {
    let mut route = route.clone();
    route.class = 0;
    for trip in &mut route.trips {
        for stop in &mut trip.stops {
            *stop = stops[*stop as usize];
        }
    }
    for event in &mut route.timeline.0 {
        if let Act::Serve(stop) = &mut event.act {
            *stop = stops[*stop as usize];
        }
    }
    route
}

/// What is left of each route, in the stops of the whole problem, with how its vehicle stands.
fn left_of(left: &Progress, stops: &[u32]) -> Vec<(Route, Option<Begun>)> {
    let routes = left.plan.routes.iter();
    routes
        .map(|route| {
            let class = &left.problem.fleet()[route.class as usize];
            (in_whole(route, stops), class.begun.clone())
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn what_is_left_keeps_every_rule(day in days(), part in 0..=110) {
        let ends = day.plan.routes.iter().filter_map(|route| route.timeline.ends());
        let now = ends.max().unwrap_or(0) * part / 100;
        let left = at(&day, now);
        prop_assert_eq!(check(&left.problem, &left.plan).violations, []);
        for (index, &before) in left.stops.iter().enumerate() {
            let index = u32::try_from(index).unwrap();
            prop_assert_eq!(left.stops_left[before as usize], Some(index));
        }
        for (old, new) in day.plan.routes.iter().zip(&left.routes_left) {
            let ends = old.timeline.ends().unwrap_or(0);
            prop_assert!(new.is_some() || ends <= now || old.timeline.0.last().unwrap().act == Act::Finish);
        }
        // Whoever has not begun to serve a stop, and is not bound to, still has it before it.
        let bound: Vec<_> = left.bound.iter().flatten().map(|bound| bound.0).collect();
        let routes = day.plan.routes.iter().zip(&left.routes_left);
        for (event, goes_on) in routes.flat_map(|(route, left)| {
            route.timeline.0.iter().map(move |event| (event, left.is_some()))
        }) {
            if let Act::Serve(stop) = event.act {
                let is_left = left.stops_left[stop as usize].is_some();
                let is_to_come = event.from >= now && !bound.contains(&stop);
                prop_assert_eq!(is_left, goes_on && is_to_come);
            }
        }
    }

    #[test]
    fn progress_goes_step_by_step(day in days(), part in 0..=100, further in 0..=60) {
        let ends = day.plan.routes.iter().filter_map(|route| route.timeline.ends());
        let ends = ends.max().unwrap_or(0);
        let (first, second) = (ends * part / 100, ends * (part + further) / 100);
        let whole = at(&day, second);
        let once = at(&day, first);
        let twice = progress(&once.problem, &once.plan, second).unwrap();
        let stops: Vec<_> = twice.stops.iter().map(|&stop| once.stops[stop as usize]).collect();
        prop_assert_eq!(left_of(&twice, &stops), left_of(&whole, &whole.stops));
        prop_assert_eq!(stops, whole.stops);
    }

    #[test]
    fn without_changes_nothing_changes(day in days(), part in 0..=110, slack in 0..200) {
        let day = loosened(day, slack);
        let ends = day.plan.routes.iter().filter_map(|route| route.timeline.ends());
        let left = at(&day, ends.max().unwrap_or(0) * part / 100);
        let replan = replan(&left, &[], WEIGHTS).unwrap();
        prop_assert!(is_the_same(&left, &replan));
    }

    #[test]
    fn a_new_stop_drives_out_no_required_one(
        day in days(),
        part in 0..=110,
        slack in 0..200,
        place in 0_u32..3,
        amount in [0_u32..40, 0_u32..40],
        is_required in any::<bool>(),
    ) {
        let day = loosened(day, slack);
        let ends = day.plan.routes.iter().filter_map(|route| route.timeline.ends());
        let left = at(&day, ends.max().unwrap_or(0) * part / 100);
        let need = if is_required { Need::Required } else { Need::Optional { prize: 60 } };
        let new = Stop {
            volume: amount[0],
            mass: amount[1],
            need,
            classes: u64::MAX,
            ..stop(place)
        };
        let replan = replan(&left, &[Change::Insert(new)], WEIGHTS).unwrap();
        holds(&left, &replan)?;
        let before = required_served(&left.problem, &left.plan);
        let after = required_served(&replan.problem, &replan.plan);
        prop_assert!(before.iter().all(|stop| after.contains(stop)));
        prop_assert!(replan.homeless.iter().all(|stop| replan.inserted.contains(stop)));
    }

    #[test]
    fn many_things_happen_at_once(
        day in days(),
        part in 0..=100,
        slack in 0..300,
        which in [0_usize..20, 0_usize..20, 0_usize..20],
        spare in 0_u32..2,
    ) {
        let mut day = loosened(day, slack);
        for class in day.parts.fleet.iter_mut().filter(|class| class.begun.is_none()) {
            class.count += spare;
        }
        let ends = day.plan.routes.iter().filter_map(|route| route.timeline.ends());
        let left = at(&day, ends.max().unwrap_or(0) * part / 100);
        let mut changes = vec![Change::Insert(Stop { classes: u64::MAX, ..stop(1) })];
        let stops = left.stops.len();
        let routes = left.plan.routes.len();
        if stops > 0 {
            changes.push(Change::Drop { stop: u32::try_from(which[0] % stops).unwrap() });
            changes.push(Change::Require { stop: u32::try_from(which[1] % stops).unwrap() });
        }
        if routes > 0 {
            changes.push(Change::BreakDown { route: u32::try_from(which[2] % routes).unwrap() });
        }
        let replan = replan(&left, &changes, WEIGHTS).unwrap();
        holds(&left, &replan)?;
        if stops > 0 && which[0] % stops != which[1] % stops {
            let dropped = u32::try_from(which[0] % stops).unwrap();
            let is_feasible = replan.homeless.len() == replan.verdict.violations.len();
            prop_assert_eq!(replan.plan.unserved.contains(&dropped), is_feasible);
        }
        if routes > 0 {
            let broken = u32::try_from(which[2] % routes).unwrap();
            prop_assert!(!replan.routes_before.contains(&Some(broken)));
        }
        for difference in replan.crews.iter().flat_map(|crew| &crew.differences) {
            prop_assert!(!difference.to_string().is_empty());
        }
    }

    #[test]
    fn any_plan_goes_on_or_is_refused(
        day in days(),
        plan in plans(),
        now in prop_oneof![0..400, any::<i32>()],
        ticks in prop_oneof![0..400, any::<i32>()],
        amount in any::<u32>(),
        place in 0_u32..9,
    ) {
        let mut day = day;
        let left = at(&day, now);
        let hostile = Stop { service: ticks, volume: amount, mass: amount, ..stop(place) };
        let is_known = place < left.problem.places() && amount <= 1_000_000_000
            && (0..=1_000_000_000).contains(&ticks);
        let changed = replan(&left, &[Change::Insert(hostile)], WEIGHTS);
        prop_assert_eq!(changed.is_ok(), is_known);
        if let Ok(changed) = changed {
            holds(&left, &changed)?;
        }
        for change in [
            Change::Drop { stop: u32::MAX },
            Change::Require { stop: u32::MAX },
            Change::BreakDown { route: u32::MAX },
        ] {
            prop_assert!(replan(&left, &[change], WEIGHTS).is_err());
        }
        day.plan = plan;
        if let Ok(left) = progress(&problem(&day), &day.plan, now) {
            prop_assert!(replan(&left, &[], WEIGHTS).is_ok());
        }
    }
}
