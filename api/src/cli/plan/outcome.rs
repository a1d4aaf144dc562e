//! What a search came to, for people and for programs.

use std::fmt::Write as _;
use std::time::Duration;

use serde::Serialize;
use simulator::collection::check::Verdict;
use simulator::collection::vrplib::Solution;
use simulator::collection::{Plan, Problem, Route};

use super::problem_file::ProblemFile;
use crate::collection::Found;

/// Fields and their names are those of `--json`, but for what is skipped there.
#[derive(Debug, Serialize)]
pub(super) struct Outcome<'a> {
    /// What the file calls itself.
    instance: String,
    /// What the plan costs, in the unit and with the decimals of the file's solutions.
    cost: serde_json::Number,
    /// Whether it keeps every rule.
    feasible: bool,
    /// For each vehicle its customers, counted from 1; a 0 between them is a visit to the depot.
    routes: Vec<Vec<u32>>,
    /// The vehicles of the routes, where they are not all the same.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    vehicles: Vec<String>,
    /// Steps of the search.
    iterations: u64,
    /// Processor time of the search.
    cpu_s: f64,
    /// From the beginning of the command.
    wall_s: f64,
    /// What breaks a rule; stops count from 0: customer n is stop n - 1.
    violations: Vec<String>,
    #[serde(skip)]
    bill_total: i64,
    #[serde(skip)]
    plan: &'a Plan,
    #[serde(skip)]
    file: &'a ProblemFile,
}

impl<'a> Outcome<'a> {
    /// The outcome for an instance, or a file that has no other name than `name`.
    pub(super) fn new(
        (file, name): (&'a ProblemFile, String),
        found: &'a Found,
        verdict: &Verdict,
        wall: Duration,
    ) -> Self {
        let bill_total = verdict.bill.total();
        let cost = serde_json::from_str(&file.display_cost(bill_total));
        let violations = verdict.violations.iter();
        Self {
            instance: file.name().unwrap_or(name),
            cost: cost.unwrap_or_else(|_never| bill_total.into()),
            feasible: verdict.is_feasible(),
            routes: file.solution(&found.plan, bill_total).routes,
            vehicles: file.vehicles(&found.plan),
            iterations: found.iterations,
            cpu_s: rounded(found.cpu),
            wall_s: rounded(wall),
            violations: violations.map(ToString::to_string).collect(),
            bill_total,
            plan: &found.plan,
            file,
        }
    }

    /// The plan as a solution of the instance's file.
    pub(super) fn solution(&self) -> Solution {
        self.file.solution(self.plan, self.bill_total)
    }

    pub(super) fn to_text(&self) -> String {
        let (unserved, stops) = (self.plan.unserved.len(), self.file.problem().stops().len());
        let lines = [
            ("instance", self.instance.clone()),
            ("cost", self.file.display_cost(self.bill_total)),
            ("vehicles", self.routes.len().to_string()),
            ("not served", format!("{unserved} of {stops}")),
            ("steps", self.iterations.to_string()),
            (
                "time",
                format!("{:.1} s, processor {:.1} s", self.wall_s, self.cpu_s),
            ),
        ];
        let mut text = String::new();
        for (name, value) in lines {
            let _never_fails = writeln!(text, "  {name:<15}{value}");
        }
        let names = self.names();
        let width = names.iter().map(|name| name.chars().count()).max();
        let width = width.unwrap_or(0).max(5);
        let _never_fails = writeln!(
            text,
            "\n  {:<width$}  customers      load     length  in order",
            "route"
        );
        for (index, (name, route)) in names.iter().zip(&self.plan.routes).enumerate() {
            self.write_route(&mut text, (&format!("{name:>width$}"), index), route);
        }
        self.write_violations(&mut text);
        text
    }

    /// What the routes are called: by their vehicles, or their numbers.
    fn names(&self) -> Vec<String> {
        if self.vehicles.is_empty() {
            let numbers = 1..=self.plan.routes.len();
            return numbers.map(|number| number.to_string()).collect();
        }
        self.vehicles.clone()
    }

    fn write_route(&self, text: &mut String, (name, index): (&str, usize), route: &Route) {
        let customers = self.routes.get(index).map_or(&[][..], Vec::as_slice);
        let order: Vec<String> = customers.iter().map(ToString::to_string).collect();
        let _never_fails = writeln!(
            text,
            "  {name}  {:>9}  {:>8}  {:>9}  {}",
            customers.iter().filter(|&&customer| customer > 0).count(),
            load(self.file.problem(), route),
            self.length(route),
            order.join(" "),
        );
    }

    /// How long a route is: in the unit of the file's solutions, or in kilometres.
    fn length(&self, route: &Route) -> String {
        let problem = self.file.problem();
        self.file.display_length(length(problem, route))
    }

    fn write_violations(&self, text: &mut String) {
        if self.feasible {
            return;
        }
        text.push_str("\n  This plan breaks rules (customer n is stop n - 1):\n");
        for violation in &self.violations {
            let _never_fails = writeln!(text, "  - {violation}");
        }
    }
}

/// What all trips of a route load together.
fn load(problem: &Problem, route: &Route) -> u64 {
    let stops = route.trips.iter().flat_map(|trip| &trip.stops);
    let stops = stops.filter_map(|&stop| problem.stops().get(stop as usize));
    stops.map(|stop| u64::from(stop.volume)).sum()
}

/// How long the ways of a route are.
fn length(problem: &Problem, route: &Route) -> i64 {
    let Some(class) = problem.fleet().get(route.class as usize) else {
        return 0;
    };
    let place_of_stop = |stop: &u32| Some(problem.stops().get(*stop as usize)?.place);
    let place_of_site = |site: &u32| Some(problem.unloadings().get(*site as usize)?.place);
    let on_the_way = route.trips.iter().flat_map(|trip| {
        let stops = trip.stops.iter().filter_map(place_of_stop);
        stops.chain(trip.unloadings.iter().filter_map(place_of_site))
    });
    let mut from = class
        .begun
        .as_ref()
        .map_or(class.start, |begun| begun.place);
    let mut length = 0;
    for to in on_the_way.chain([class.end]) {
        length += i64::from(problem.travel(class).length(from, to));
        from = to;
    }
    length
}

/// Seconds to the millisecond.
fn rounded(time: Duration) -> f64 {
    (time.as_secs_f64() * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use simulator::collection::check::check;
    use simulator::collection::vrplib::Instance;

    use super::*;

    const FILE: &str = "NAME: small\nTYPE: VRPTW\nDIMENSION: 3\nCAPACITY: 5
        EDGE_WEIGHT_TYPE: EUC_2D\nNODE_COORD_SECTION\n1 0 0\n2 3 4\n3 0 1.75
        DEMAND_SECTION\n1 0\n2 3\n3 2";

    fn file() -> ProblemFile {
        ProblemFile::Vrplib(Instance::read(FILE, None).unwrap())
    }

    fn found(file: &ProblemFile, solution: &str) -> Found {
        let ProblemFile::Vrplib(instance) = file else {
            unreachable!("the file of these tests");
        };
        let solution = Solution::read(solution).unwrap();
        Found {
            plan: instance.plan(&solution).unwrap(),
            iterations: 7,
            cpu: Duration::from_micros(1_234_567),
        }
    }

    #[test]
    fn a_plan_is_told_in_the_units_of_its_file() {
        let file = file();
        let found = found(&file, "Route #1: 1 2");
        let verdict = check(file.problem(), &found.plan);
        let wall = Duration::from_secs(2);
        let outcome = Outcome::new((&file, "file".into()), &found, &verdict, wall);
        let json = serde_json::to_value(&outcome).unwrap();
        assert_eq!(json["instance"], "small");
        assert_eq!(json["routes"], serde_json::json!([[1, 2]]));
        assert_eq!(
            (&json["iterations"], &json["cpu_s"]),
            (&7.into(), &1.235.into())
        );
        let text = outcome.to_text();
        assert!(
            text.contains("      1          2         5       10.4  1 2\n"),
            "{text}"
        );
    }

    #[test]
    fn what_breaks_a_rule_is_told() {
        let file = file();
        let found = found(&file, "Route #1: 1");
        let verdict = check(file.problem(), &found.plan);
        let outcome = Outcome::new((&file, String::new()), &found, &verdict, Duration::ZERO);
        let json = serde_json::to_value(&outcome).unwrap();
        assert_eq!(json["feasible"], false);
        let told = "stop 1 must be served, but is not";
        assert!(
            json["violations"]
                .as_array()
                .unwrap()
                .contains(&told.into())
        );
        assert!(outcome.to_text().contains(told));
    }
}
