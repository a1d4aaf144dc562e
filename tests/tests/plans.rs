//! A person has a routing problem of a file solved: within a budget, the same again for the same seed,
//! stopped when they like, and with a clear word where the file is wrong.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use simulator::collection::check::check;
use simulator::collection::vrplib::{Instance, Solution};
use tempfile::TempDir;
use tests::HarnessResult;
use tests::needs::shared;
use tests::server::{output_of, twin};

/// Four customers at the corners of a square around the depot; a vehicle holds two of them.
const SQUARE: &str = "NAME: square
TYPE: CVRP
DIMENSION: 5
CAPACITY: 2
EDGE_WEIGHT_TYPE: EUC_2D
NODE_COORD_SECTION
1 0 0
2 3 4
3 -3 4
4 -3 -4
5 3 -4
DEMAND_SECTION
1 0
2 1
3 1
4 1
5 1
DEPOT_SECTION
1
-1
EOF
";

/// A folder with a file in it.
struct Home {
    folder: TempDir,
    file: PathBuf,
}

impl Home {
    fn with(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("square.vrp");
        std::fs::write(&file, text).unwrap();
        Self { folder, file }
    }

    fn solve(&self, arguments: &[&str]) -> HarnessResult<Output> {
        output_of(solve(&self.file, arguments)?)
    }

    /// Why the file is refused.
    fn refusal(&self, arguments: &[&str]) -> HarnessResult<String> {
        let output = self.solve(arguments)?;
        assert!(!output.status.success());
        assert!(output.stdout.is_empty());
        Ok(String::from_utf8(output.stderr).unwrap())
    }
}

fn solve(file: &Path, arguments: &[&str]) -> HarnessResult<Command> {
    let mut command = twin(&["plan", "solve"])?;
    command.arg(file).args(arguments);
    Ok(command)
}

fn json_of(output: &Output) -> Value {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_small_problem_is_solved_and_told_as_json() {
    let home = Home::with(SQUARE);
    let output = home.solve(&["--iterations", "2000", "--json"]).unwrap();
    let mut told = json_of(&output);
    // Two trips of 5 out, 6 along the short side and 5 back.
    assert_eq!(told["cost"], 32);
    assert_eq!(told["instance"], "square");
    assert_eq!(told["feasible"], true);
    assert_eq!(told["violations"], json!([]));
    assert_eq!(told["iterations"], 2000);
    let routes = told["routes"].as_array_mut().unwrap();
    let mut pairs: Vec<Vec<u64>> = routes
        .iter()
        .map(|route| serde_json::from_value(route.clone()).unwrap())
        .collect();
    for pair in &mut pairs {
        pair.sort_unstable();
    }
    pairs.sort_unstable();
    assert_eq!(pairs, [[1, 2], [3, 4]]);
}

#[test]
fn the_same_seed_and_steps_give_the_same_plan() {
    let Some(file) = shared("vrp/cvrp/X-n101-k25.vrp").unwrap() else {
        return;
    };
    let run = || {
        let arguments = ["--iterations", "3000", "--seed", "7", "--json"];
        let mut told = json_of(&output_of(solve(&file, &arguments).unwrap()).unwrap());
        let fields = told.as_object_mut().unwrap();
        fields.remove("cpu_s");
        fields.remove("wall_s");
        told
    };
    assert_eq!(run(), run());
}

#[test]
fn what_is_written_is_what_is_told_and_holds() {
    for (family, name) in [
        ("cvrp", "X-n101-k25"),
        ("vrptw", "C1_10_1"),
        ("multitrip", "R201R0.5"),
        ("prize", "R1_10_1"),
    ] {
        let Some(file) = shared(&format!("vrp/{family}/{name}.vrp")).unwrap() else {
            return;
        };
        let folder = tempfile::tempdir().unwrap();
        let written = folder.path().join("out.sol");
        let sol = [
            "--iterations",
            "300",
            "--json",
            "--sol",
            written.to_str().unwrap(),
        ];
        let told = json_of(&output_of(solve(&file, &sol).unwrap()).unwrap());
        let solution = Solution::read(&std::fs::read_to_string(&written).unwrap()).unwrap();
        let routes: Vec<Vec<u32>> = serde_json::from_value(told["routes"].clone()).unwrap();
        assert_eq!(solution.routes, routes, "{name}");
        assert_eq!(solution.cost, told["cost"].as_f64(), "{name}");
        let instance = Instance::read(&std::fs::read_to_string(&file).unwrap(), None).unwrap();
        let plan = instance.plan(&solution).unwrap();
        let bill = check(instance.problem(), &plan).bill;
        assert_eq!(
            solution.cost,
            Some(instance.cost_in_units(bill.total())),
            "{name}"
        );
    }
}

#[test]
fn a_search_goes_on_from_the_routes_of_a_file() {
    let home = Home::with(SQUARE);
    let sol = home.folder.path().join("best.sol");
    let (path, few) = (sol.to_str().unwrap(), ["--iterations", "1", "--json"]);
    std::fs::write(&sol, "Route #1: 1 2\nRoute #2: 3 4\nCost 32\n").unwrap();
    let told = json_of(
        &home
            .solve(&[&few[..], &["--start", path]].concat())
            .unwrap(),
    );
    assert_eq!(told["cost"], 32);

    std::fs::write(&sol, "Route #1: 1 2 9\n").unwrap();
    let told = home.refusal(&["--start", path]).unwrap();
    assert!(told.contains("best.sol") && told.contains('9'), "{told}");
}

#[test]
fn an_interrupted_search_tells_what_it_found() {
    let home = Home::with(SQUARE);
    let mut command = solve(&home.file, &["--seconds", "1000"]).unwrap();
    let piped = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    let mut first = String::new();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    stderr.read_line(&mut first).unwrap();
    assert_eq!(first, "square: 4 stops, Ctrl-C for what is found\n");
    let number = child.id().to_string();
    let mut kill = Command::new("sh");
    kill.args(["-c", "kill -s INT \"$1\"", "sh", &number]);
    assert!(output_of(kill).unwrap().status.success());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("cost           "), "{told}");
    assert!(told.contains("  1          "), "{told}");
}

#[test]
fn a_wrong_file_is_refused_with_its_line() {
    let home = Home::with(&SQUARE.replace("2 3 4", "2 3 x"));
    let told = home.refusal(&[]).unwrap();
    assert!(told.contains("cannot use the problem"), "{told}");
    assert!(told.contains("square.vrp"), "{told}");
    let line = "line 8: NODE_COORD_SECTION is 'x', expected a finite number";
    assert!(told.contains(line), "{told}");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let home = Home::with(SQUARE);
    let absent = home.folder.path().join("absent.vrp");
    let output = output_of(solve(&absent, &[]).unwrap()).unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success());
    assert!(told.contains("cannot read the problem"), "{told}");
    assert!(told.contains("absent.vrp"), "{told}");
}

#[test]
fn options_that_cannot_be_are_refused() {
    let home = Home::with(SQUARE);
    for (option, value) in [
        ("--seconds", "0"),
        ("--cpu-seconds", "nan"),
        ("--iterations", "0"),
        ("--threads", "0"),
        ("--format", "xml"),
        ("--round", "sideways"),
    ] {
        let told = home.refusal(&[option, value]).unwrap();
        assert!(told.contains(option), "{told}");
    }
}
