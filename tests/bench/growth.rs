//! How planning grows with the number of stops: straight lines, and roads of a made-up department.
//!
//! `cargo bench -p tests --bench growth [-- KIND STOPS SECONDS]`; without arguments each row is a process
//! of its own. Kinds: `lines`, `tables` and `posts` (roads with full tables, and without any). Seconds
//! are processor time of one thread. The department is the embedded territory nine times, three by
//! three, joined by primary roads; stops, depots and amounts are synthetic.

#[path = "growth/department.rs"]
mod department;
#[path = "growth/stops.rs"]
mod stops;

use std::fs;
use std::process::Command;
use std::sync::Arc;

use simulator::collection::check::check;
use simulator::collection::{
    Footing, Plane, Problem, ProblemParts, Rounding, Solver, Table, Travel, headings,
};
use simulator::random::Seed;
use simulator::roads::{Halt, RoadMetric, Signposts, Survey};

use self::department::Department;
use self::stops::parts;

const SEED: Seed = Seed(1);
const STOPS: [usize; 6] = [100, 300, 1_000, 3_000, 10_000, 20_000];
const SECONDS: f64 = 60.0;
/// Full tables of more stops take longer than they are worth.
const MOST_IN_TABLES: usize = 3_000;

fn main() {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let seconds = words
        .get(2)
        .and_then(|word| word.parse().ok())
        .unwrap_or(SECONDS);
    if let [kind, stops, ..] = &words[..] {
        let stops = stops.parse().expect("a number of stops");
        say(&row(kind, stops, seconds));
        return;
    }
    say(
        "| ways | stops | ways ready | first plan | its cost | at the end | better | steps/s | rules kept | ways, MiB | peak, MiB |",
    );
    say("|---|---:|---:|---:|---:|---:|---:|---:|---|---:|---:|");
    let me = std::env::current_exe().expect("a path of its own");
    for kind in ["lines", "tables", "posts"] {
        for stops in STOPS {
            if kind == "tables" && stops > MOST_IN_TABLES {
                continue;
            }
            let ended = Command::new(&me)
                .args([kind, &stops.to_string(), &seconds.to_string()])
                .status();
            assert!(ended.is_ok_and(|status| status.success()), "{kind} {stops}");
        }
    }
}

#[expect(clippy::print_stdout, reason = "a benchmark tells its figures there")]
fn say(line: &str) {
    println!("{line}");
}

/// One row of the table.
fn row(kind: &str, stops: usize, seconds: f64) -> String {
    let (problem, ways) = match kind {
        "lines" => lines(stops),
        _ => on_roads(stops, kind == "tables"),
    };
    let began = cpu_s();
    let mut solver = Solver::new(&problem, SEED).expect("a problem that can be solved");
    let first_s = cpu_s() - began;
    let first_cost = solver.best_cost();
    let began = cpu_s();
    let mut spent = 0.0;
    while spent < 1.0 {
        solver.run(20, spent);
        spent = (cpu_s() - began) / seconds;
    }
    let rate = solver.iterations() as f64 / seconds;
    let cost = solver.best_cost();
    let verdict = check(&problem, &solver.best());
    let better = 100.0 * (first_cost - cost) as f64 / first_cost as f64;
    format!(
        "| {kind} | {stops} | {:.2} s | {first_s:.2} s | {:.0} | {:.0} | {better:.1} % | {rate:.0} | {} | {:.0} | {:.0} |",
        ways.took_s,
        first_cost as f64 / 1e6,
        cost as f64 / 1e6,
        verdict.is_feasible(),
        ways.bytes as f64 / f64::from(1 << 20),
        peak_mib(),
    )
}

/// What the ways between places took.
struct WaysTook {
    took_s: f64,
    bytes: usize,
}

fn lines(stops: usize) -> (Problem, WaysTook) {
    let (points, depots) = stops::in_towns(stops);
    let bytes = 16 * points.len();
    let plane = Plane {
        points,
        scale: 1.0,
        rounding: Rounding::Nearest,
    };
    let problem = Problem::new(parts(vec![Travel::Plane(plane)], (stops, depots)));
    (
        problem.expect("parts that fit"),
        WaysTook { took_s: 0.0, bytes },
    )
}

/// The ways as `twin plan day` makes them: first with turning at stops, then in the directions that suit
/// a first plan.
fn on_roads(stops: usize, in_tables: bool) -> (Problem, WaysTook) {
    let department = Department::new();
    let (snaps, depots) = department.stops(stops);
    let began = cpu_s();
    let free: Vec<Option<Halt>> = snaps
        .iter()
        .map(|snap| snap.map(Halt::on_premises))
        .collect();
    let (travel, _) = travel(&department.metric, &free, in_tables);
    let turning = Problem::new(parts(vec![travel], (stops, depots))).expect("parts that fit");
    let plan = Solver::new(&turning, SEED)
        .expect("a problem that can be solved")
        .best();
    let footing = Footing {
        metric: &department.metric,
        snaps: &snaps,
    };
    let headed = headings(&turning, &[footing], &plan).expect("directions");
    drop(turning);
    let (travel, bytes) = self::travel(&department.metric, &headed[0], in_tables);
    let took_s = cpu_s() - began;
    let parts: ProblemParts = parts(vec![travel], (stops, depots));
    (
        Problem::new(parts).expect("parts that fit"),
        WaysTook { took_s, bytes },
    )
}

fn travel(metric: &RoadMetric, halts: &[Option<Halt>], in_tables: bool) -> (Travel, usize) {
    if !in_tables {
        let posts = Signposts::new(metric, halts).expect("few enough places");
        let bytes = posts.memory_bytes();
        return (Travel::Roads(Arc::new(posts)), bytes);
    }
    let survey = Survey::new(metric, halts);
    let places = survey.len();
    let mut durations = vec![0; places * places];
    let mut lengths = durations.clone();
    survey.fill(0, &mut durations, &mut lengths);
    let bytes = 8 * durations.len();
    let table = |cells| Table::new(places, cells).expect("a square");
    let (lengths, durations) = (table(lengths), table(durations));
    (Travel::Both { lengths, durations }, bytes)
}

/// Processor time of this thread, in seconds.
fn cpu_s() -> f64 {
    let told = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let ns = told
        .split_whitespace()
        .next()
        .and_then(|word| word.parse::<f64>().ok());
    ns.unwrap_or_default() / 1e9
}

/// The most memory that this process had.
fn peak_mib() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kib.unwrap_or_default() / 1024.0
}
