//! The rounds of one day on another day's problem.

use std::collections::BTreeSet;

use proptest::prelude::*;
use simulator::collection::carry::carry_over;
use simulator::collection::check::{Violation, check};
use simulator::collection::saved::SavedDay;
use simulator::collection::{Plan, Problem, ProblemParts, Solver};
use simulator::random::Seed;

use crate::built::days;
use crate::day::by_hand;
use crate::hostile::plans;
use crate::saved::saved;

/// Another day: some stops are gone, the others come in another order, some are heavier, and there is less
/// time, all as numbers from 0 say.
fn another_day(from: &SavedDay, seed: u64) -> SavedDay {
    let mut chance = Chance(seed);
    let mut day = from.clone();
    let mut parts: ProblemParts = day.problem.clone().into_parts();
    let both = parts.stops.drain(..).zip(day.names.stops.drain(..));
    let mut both: Vec<_> = both.filter(|_| chance.next(4) > 0).collect();
    for index in (1..both.len()).rev() {
        both.swap(index, chance.next(index + 1));
    }
    for (stop, _) in &mut both {
        stop.windows.clear();
        stop.release = 0;
        stop.mass += u32::try_from(chance.next(3) * 20).unwrap();
        stop.classes = u64::MAX >> chance.next(64);
    }
    (parts.stops, day.names.stops) = both.into_iter().unzip();
    for unloading in &mut parts.unloadings {
        unloading.windows.clear();
    }
    for class in &mut parts.fleet {
        class.max_duration = class.max_duration * i32::try_from(chance.next(4)).unwrap() / 2;
        class.begun = None;
        class.unloadings = (0..u32::try_from(parts.unloadings.len()).unwrap()).collect();
        class.unloadings.truncate(chance.next(8));
    }
    day.problem = Problem::new(parts).unwrap();
    day
}

/// Whole numbers that look like chance.
struct Chance(u64);

impl Chance {
    /// A number below `count`.
    fn next(&mut self, count: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap() % count
    }
}

fn keys(day: &SavedDay, plan: &Plan) -> Vec<Vec<Box<str>>> {
    let routes = plan.routes.iter().map(|route| {
        let stops = route.trips.iter().flat_map(|trip| &trip.stops);
        let containers = stops.flat_map(|&stop| &day.names.stops[stop as usize].containers);
        containers.map(|one| one.key.clone()).collect()
    });
    routes.collect()
}

fn is_left_out(violation: &Violation) -> bool {
    matches!(
        violation,
        Violation::RequiredUnserved { .. } | Violation::BegunMissing { .. }
    )
}

#[test]
fn the_same_day_keeps_its_plan() {
    let day = saved(by_hand());
    let carried = carry_over(&day, &day.problem, &day.names);
    assert_eq!(keys(&day, &carried), keys(&day, &day.plan));
    assert_eq!(carried.unserved, day.plan.unserved);
}

#[test]
fn without_the_containers_of_a_stop_its_site_is_gone_to() {
    let from = saved(by_hand());
    let mut to = from.clone();
    for stop in &mut to.names.stops {
        stop.containers[0].key = "another".into();
    }
    let carried = carry_over(&from, &to.problem, &to.names);
    let places = |plan: &Plan| -> Vec<u32> {
        let trips = plan.routes.iter().flat_map(|route| &route.trips);
        let stops = trips.flat_map(|trip| &trip.stops);
        stops
            .map(|&stop| to.problem.stops()[stop as usize].place)
            .collect()
    };
    assert_eq!(places(&carried), places(&from.plan));
}

#[test]
fn rounds_of_a_class_that_is_gone_are_left_to_the_search() {
    let from = saved(by_hand());
    let mut parts = from.problem.clone().into_parts();
    for class in &mut parts.fleet {
        class.name = "another".into();
    }
    let problem = Problem::new(parts).unwrap();
    let carried = carry_over(&from, &problem, &from.names);
    assert_eq!(carried.routes, []);
    assert_eq!(carried.unserved.len(), problem.stops().len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn what_is_carried_keeps_every_rule_and_its_order(day in days(), seed in any::<u64>()) {
        let from = saved(day);
        let to = another_day(&from, seed);
        let carried = carry_over(&from, &to.problem, &to.names);
        let verdict = check(&to.problem, &carried);
        let kept = verdict.violations.iter().all(is_left_out);
        prop_assert!(kept, "{:?}\n{:?}", verdict.violations, carried);

        let before = keys(&from, &from.plan);
        let mut seen = BTreeSet::new();
        for now in keys(&to, &carried) {
            prop_assert!(now.iter().all(|key| seen.insert(key.clone())));
            let same = |before: &&Vec<Box<str>>| before.contains(&now[0]);
            let mut left = before.iter().find(same).unwrap().iter();
            prop_assert!(now.iter().all(|key| left.any(|other| other == key)), "{now:?}");
        }
    }

    #[test]
    fn a_search_goes_on_from_what_is_carried(day in days(), seed in any::<u64>()) {
        let from = saved(day);
        let to = another_day(&from, seed);
        let carried = carry_over(&from, &to.problem, &to.names);
        let bill = check(&to.problem, &carried).bill.total();
        let is_whole = carried.unserved.is_empty();
        let mut solver = Solver::new(&to.problem, Seed(seed)).unwrap();
        solver.start_from(&carried);
        prop_assert!(!is_whole || solver.best_cost() <= bill);
        solver.run(20, 0.5);
        let verdict = check(&to.problem, &solver.best());
        prop_assert!(verdict.violations.iter().all(is_left_out), "{:?}", verdict.violations);
    }

    #[test]
    fn any_plan_is_carried(day in days(), other in days(), plan in plans()) {
        let from = SavedDay { plan, ..saved(day) };
        let to = saved(other);
        let carried = carry_over(&from, &to.problem, &to.names);
        let verdict = check(&to.problem, &carried);
        prop_assert!(verdict.violations.iter().all(is_left_out), "{:?}", verdict.violations);
    }
}
