//! Shortest paths beside the crates that people would take instead: fast_paths (a contraction
//! hierarchy), many-to-many with buckets on that hierarchy, and petgraph's Dijkstra. Same graph, same
//! points, same run; seconds of processor time on one thread.
//!
//! `cargo bench -p simulator --bench roads [-- GRAPH.gr …]`; without a file, `bremen_time.gr` is looked
//! for where the tests look for shared data. A grid's hierarchy with turns takes fast_paths a minute.

#[path = "roads/buckets.rs"]
mod buckets;
#[path = "roads/clock.rs"]
mod clock;
#[path = "roads/contest.rs"]
mod contest;
#[path = "roads/graphs.rs"]
mod graphs;

use std::path::Path;

use self::contest::Contest;
use self::graphs::Searched;

/// Nodes along a side of the grid: 62,500 in all, as in the figures that are known of it.
const SIDE: u32 = 250;

fn main() {
    let is_flag = |word: &String| word.starts_with('-');
    let mut files: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !is_flag(word))
        .collect();
    let shared = "../../shared/data/roads/bremen_time.gr";
    let shared = format!("{}/{shared}", env!("CARGO_MANIFEST_DIR"));
    if files.is_empty() && Path::new(&shared).is_file() {
        files.push(shared);
    }
    for file in &files {
        let name = Path::new(file).file_stem().unwrap_or_default();
        report(&format!("{}, nodes", name.to_string_lossy()), || {
            Searched::file(file)
        });
    }
    report("grid, nodes", || Searched::grid(SIDE));
    report("grid, turns", || Searched::grid_with_turns(SIDE));
}

#[expect(clippy::print_stdout, reason = "a benchmark tells its figures there")]
fn report(name: &str, graph: impl FnOnce() -> Searched) {
    let graph = graph();
    println!(
        "{name}: {} nodes, {} arcs",
        graph.arcs.node_count(),
        graph.arcs.arc_count()
    );
    for line in Contest::new(&graph).lines() {
        println!("  {line}");
    }
}
