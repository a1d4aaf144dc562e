//! What the solver gives keeps every rule, costs what it says, and gets no dearer.

use proptest::prelude::*;
use simulator::collection::check::{Violation, check};
use simulator::collection::{Plan, Problem, Solver, Trip};
use simulator::random::Seed;

use crate::built::days;
use crate::hostile::largest;

/// Whether a plan may break a rule because not everything can be served, or a vehicle under way cannot
/// even go home: the ways of a built day keep no triangle inequality.
fn is_of_completeness(violation: &Violation) -> bool {
    matches!(
        violation,
        Violation::RequiredUnserved { .. } | Violation::BegunMissing { .. }
    )
}

fn trips(plan: &Plan) -> impl Iterator<Item = &Trip> {
    plan.routes.iter().flat_map(|route| &route.trips)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_plan_keeps_every_rule_and_costs_what_it_says(day in days(), seed in any::<u64>()) {
        let problem = Problem::new(day.parts).unwrap();
        let mut solver = Solver::new(&problem, Seed(seed)).unwrap();
        let mut cost = solver.best_cost();
        for step in 0..10_u32 {
            solver.run(20, f64::from(step) / 10.0);
            prop_assert!(solver.best_cost() <= cost);
            cost = solver.best_cost();
        }

        let plan = solver.best();
        let verdict = check(&problem, &plan);

        let kept = verdict.violations.iter().all(is_of_completeness);
        prop_assert!(kept, "{:?}\n{:?}\n{:?}", verdict.violations, plan, problem);
        if verdict.is_feasible() {
            prop_assert_eq!(verdict.bill.total(), cost, "{:?}\n{:?}", plan, problem);
        }
    }

    #[test]
    fn a_solver_goes_on_from_a_plan(day in days(), seed in any::<u64>()) {
        let plan = day.plan;
        let problem = Problem::new(day.parts).unwrap();
        let total = check(&problem, &plan).bill.total();
        let mut solver = Solver::new(&problem, Seed(seed)).unwrap();

        solver.start_from(&plan);

        let again = solver.best();
        let verdict = check(&problem, &again);
        let kept = verdict.violations.iter().all(is_of_completeness);
        prop_assert!(kept, "{:?}\n{:?}", verdict.violations, again);
        if verdict.is_feasible() {
            prop_assert_eq!(verdict.bill.total(), solver.best_cost(), "{:?}\n{:?}", again, problem);
            let can_be_followed = plan.unserved == again.unserved
                && trips(&plan).all(|trip| !trip.stops.is_empty());
            prop_assert!(solver.best_cost() <= total || !can_be_followed);
        }
    }

    #[test]
    fn what_is_rounded_off_is_never_dearer(day in days(), seed in any::<u64>()) {
        let problem = Problem::new(day.parts).unwrap();
        let mut solver = Solver::new(&problem, Seed(seed)).unwrap();
        solver.run(30, 0.5);
        let before = solver.best_cost();

        solver.round_off();

        prop_assert!(solver.best_cost() <= before);
        let verdict = check(&problem, &solver.best());
        prop_assert!(verdict.violations.iter().all(is_of_completeness));
        if verdict.is_feasible() {
            prop_assert_eq!(verdict.bill.total(), solver.best_cost());
        }
        solver.run(30, 0.9);
        prop_assert!(solver.best_cost() <= before);
    }

    #[test]
    fn a_guest_changes_nothing_at_once(day in days(), seed in any::<u64>()) {
        let problem = Problem::new(day.parts).unwrap();
        let mut host = Solver::new(&problem, Seed(seed)).unwrap();
        host.run(20, 0.1);
        let mut guest = Solver::new(&problem, Seed(seed ^ 1)).unwrap();
        guest.run(20, 0.1);
        let before = (host.best_cost(), host.best());

        host.welcome(&guest.best());
        host.welcome(&day.plan);

        prop_assert_eq!(&before, &(host.best_cost(), host.best()));
        host.run(50, 0.9);
        let verdict = check(&problem, &host.best());
        prop_assert!(verdict.violations.iter().all(is_of_completeness));
        prop_assert!(host.best_cost() <= before.0);
        if verdict.is_feasible() {
            prop_assert_eq!(verdict.bill.total(), host.best_cost());
        }
    }

    #[test]
    fn the_largest_numbers_are_planned_or_refused(mut day in days(), seed in any::<u64>()) {
        largest(&mut day);
        for stop in &mut day.parts.stops {
            stop.windows.clear();
        }
        let problem = Problem::new(day.parts).unwrap();
        if let Ok(mut solver) = Solver::new(&problem, Seed(seed)) {
            solver.run(30, 0.5);
            solver.start_from(&day.plan);
            let verdict = check(&problem, &solver.best());
            prop_assert!(verdict.violations.iter().all(is_of_completeness));
        }
    }

    #[test]
    fn long_times_are_planned(mut day in days(), seed in any::<u64>()) {
        let prices: Vec<_> = day.parts.fleet.iter().map(|class| class.costs).collect();
        largest(&mut day);
        for unloading in &mut day.parts.unloadings {
            (unloading.cost_per_mass, unloading.cost_per_visit) = (0, 1);
        }
        for (class, costs) in day.parts.fleet.iter_mut().zip(prices) {
            class.costs = costs;
        }
        let problem = Problem::new(day.parts).unwrap();
        let mut solver = Solver::new(&problem, Seed(seed)).unwrap();
        solver.run(30, 0.5);
        solver.start_from(&day.plan);
        solver.run(30, 0.5);
        let verdict = check(&problem, &solver.best());
        prop_assert!(verdict.violations.iter().all(is_of_completeness));
    }

    #[test]
    fn the_same_seed_gives_the_same_plan(day in days(), seed in any::<u64>()) {
        let problem = Problem::new(day.parts).unwrap();
        let plan = || {
            let mut solver = Solver::new(&problem, Seed(seed)).unwrap();
            solver.run(50, 0.5);
            solver.best()
        };
        prop_assert_eq!(plan(), plan());
    }
}
