//! Published files and their published solutions.

use std::path::{Path, PathBuf};

use rstest::rstest;
use simulator::collection::check::check;
use simulator::collection::schedule::schedule;
use simulator::collection::vrplib::{Instance, Solution};
use simulator::collection::{Need, Plan, Problem, Route, Trip};

use super::read;

#[rstest]
#[case::plain("cvrp", 5)]
#[case::large("xxl", 1)]
#[case::windows("vrptw", 3)]
#[case::trips("multitrip", 3)]
#[case::prizes("prize", 3)]
fn a_published_solution_holds_and_costs_what_it_says(#[case] family: &str, #[case] least: usize) {
    let Some(files) = files(family) else {
        return;
    };
    assert!(files.len() >= least, "{family} has {} files", files.len());
    for file in files {
        let instance = read(&std::fs::read_to_string(&file).unwrap());
        let text = std::fs::read_to_string(file.with_extension("sol")).unwrap();
        let solution = Solution::read(&text).unwrap();
        let plan = scheduled(&instance, &solution);
        let cost = cost(instance.problem(), &plan);
        let verdict = check(instance.problem(), &plan);
        assert_eq!(verdict.violations, []);
        assert_eq!(verdict.bill.total(), cost);
        let said = text.lines().find_map(said_cost).unwrap();
        assert_eq!(instance.display_cost(cost), said, "{}", file.display());
        assert_eq!(instance.cost_in_units(cost), solution.cost.unwrap());
        assert_written_again(&instance, &plan, cost);
    }
}

/// The plan of a solution, each route with its timeline.
fn scheduled(instance: &Instance, solution: &Solution) -> Plan {
    let mut plan = instance.plan(solution).unwrap();
    for route in &mut plan.routes {
        route.timeline = schedule(instance.problem(), route.class, &route.trips).unwrap();
    }
    plan
}

fn assert_written_again(instance: &Instance, plan: &Plan, cost: i64) {
    let text = instance.solution(plan, cost).to_string();
    let again = Solution::read(&text).unwrap();
    assert_eq!(scheduled(instance, &again), *plan);
    assert_eq!(again.cost, Some(instance.cost_in_units(cost)));
}

fn said_cost(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("Cost")?;
    Some(rest.trim_start_matches(':').trim())
}

fn cost(problem: &Problem, plan: &Plan) -> i64 {
    let ways: i64 = plan.routes.iter().map(|route| length(problem, route)).sum();
    let prize = |&stop: &u32| match problem.stops()[stop as usize].need {
        Need::Optional { prize } => Some(prize),
        Need::Required => None,
    };
    let prizes: Option<i64> = plan.unserved.iter().map(prize).sum();
    ways + prizes.expect("no required stop is left out")
}

fn length(problem: &Problem, route: &Route) -> i64 {
    let trips = route.trips.iter();
    let length = |from, to| i64::from(problem.travel(&problem.fleet()[0]).length(from, to));
    trips
        .map(|trip| {
            places(problem, trip)
                .windows(2)
                .map(|way| length(way[0], way[1]))
                .sum::<i64>()
        })
        .sum()
}

/// The depot, the places of a trip's stops, the depot.
fn places(problem: &Problem, trip: &Trip) -> Vec<u32> {
    let depot = problem.fleet()[0].start;
    let stops = trip
        .stops
        .iter()
        .map(|&stop| problem.stops()[stop as usize].place);
    [depot].into_iter().chain(stops).chain([depot]).collect()
}

/// The problems of a shared folder; `None`, said aloud, where it is absent and need not be there.
fn files(family: &str) -> Option<Vec<PathBuf>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/data/vrp")
        .join(family);
    let Ok(entries) = std::fs::read_dir(&folder) else {
        let is_required = std::env::var("TWIN_REQUIRE_SHARED").is_ok_and(|value| value == "1");
        assert!(!is_required, "{} is required and absent", folder.display());
        eprintln!("SKIPPED: {} is absent", folder.display());
        return None;
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    Some(
        paths
            .filter(|path| path.extension().is_some_and(|end| end == "vrp"))
            .collect(),
    )
}
