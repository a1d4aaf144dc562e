//! What the messages are good for: how soon a follower's listeners learn of a commit, and what it costs the
//! database, with them and without.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tests::HarnessResult;
use tests::client::SentEvents;
use tests::database::Database;
use tests::needs::say;
use tests::server::TwinServer;

use super::{Cluster, observations, observe, put, until, until_connected};
use crate::small::ask;

/// Commits that are measured, one after the other.
const COMMITS: u32 = 300;
/// The first ones, which are not counted.
const WARM_UP: u32 = 20;
/// How long the nodes are watched while nothing is committed.
const QUIET: Duration = Duration::from_secs(5);

/// When a listener heard of each change, by number.
type Heard = Arc<Mutex<BTreeMap<u64, Instant>>>;

/// Notes when a node's listener hears of changes, as long as the node lives.
fn note(node: &TwinServer) -> Heard {
    let heard = Heard::default();
    let noted = Arc::clone(&heard);
    let url = format!("{}/live", node.base_url());
    std::thread::spawn(move || {
        let mut last = 0;
        // An answer is read for a minute at most; then another one goes on.
        while let Ok(events) = SentEvents::listen(&url, None, Some(last)) {
            for event in events.map_while(Result::ok) {
                if let Some(seq) = event.id {
                    noted.lock().unwrap().insert(seq, Instant::now());
                    last = seq;
                }
            }
        }
    });
    heard
}

/// Has the server count statements.
fn count_statements(database: &mut Database) {
    let sql = "ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'";
    database.sql("postgres", sql).unwrap();
    database.crash().unwrap();
    database
        .sql("twin", "CREATE EXTENSION pg_stat_statements")
        .unwrap();
}

fn statements(database: &Database) -> f64 {
    let sql = "SELECT sum(calls) FROM pg_stat_statements";
    database.sql("twin", sql).unwrap().parse().unwrap()
}

fn last_seq(node: &TwinServer) -> u64 {
    let url = format!("{}/readyz", node.base_url());
    ask("GET", &url, None, b"").unwrap().json()["seq"]
        .as_u64()
        .unwrap()
}

/// A share of what was measured, in milliseconds.
fn share(sorted: &[f64], share: f64) -> f64 {
    let at = (sorted.len() - 1) as f64 * share;
    let nth = (0..sorted.len()).min_by(|a, b| {
        let far = |nth: usize| (nth as f64 - at).abs();
        far(*a).total_cmp(&far(*b))
    });
    sorted[nth.unwrap()]
}

fn milliseconds(mut spans: Vec<f64>) -> String {
    spans.sort_by(f64::total_cmp);
    format!(
        "p50 {:.2} p99 {:.2}",
        share(&spans, 0.5),
        share(&spans, 0.99)
    )
}

/// Commits one observation after the other, and says how soon followers tell of each.
fn measure(name: &str, database: &Database, nodes: &[TwinServer]) {
    let heard: Vec<Heard> = nodes.iter().map(note).collect();
    put(&nodes[0], "warm-up");
    (0..WARM_UP).for_each(|nth| observe(&nodes[0], &observations(nth, 1)));
    std::thread::sleep(Duration::from_secs(2));
    let idle = statements(database);
    std::thread::sleep(QUIET);
    let idle = (statements(database) - idle) / QUIET.as_secs_f64();

    let (started, before) = (Instant::now(), statements(database));
    let mut asked = Vec::new();
    for nth in WARM_UP..WARM_UP + COMMITS {
        let at = Instant::now();
        observe(&nodes[0], &observations(nth, 1));
        asked.push((last_seq(&nodes[0]), at));
    }
    let took = started.elapsed().as_secs_f64();
    let spent = (statements(database) - before) / f64::from(COMMITS);
    let last = asked.last().unwrap().0;
    for heard in &heard {
        until("all heard", || heard.lock().unwrap().contains_key(&last));
    }
    let (mut after_writer, mut after_asked) = (Vec::new(), Vec::new());
    let writer = heard[0].lock().unwrap();
    for follower in &heard[1..] {
        let follower = follower.lock().unwrap();
        for (seq, at) in &asked {
            let told = follower[seq];
            let behind = told.saturating_duration_since(writer[seq]);
            let ahead = writer[seq].saturating_duration_since(told);
            after_writer.push((behind.as_secs_f64() - ahead.as_secs_f64()) * 1e3);
            after_asked.push(told.duration_since(*at).as_secs_f64() * 1e3);
        }
    }
    say(&format!(
        "{name}: follower's event after the writer's {} ms, after the request {} ms; {spent:.1} statements a \
         commit at {:.0} commits a second; {idle:.1} a second where nothing is committed",
        milliseconds(after_writer),
        milliseconds(after_asked),
        f64::from(COMMITS) / took,
    ));
}

#[test]
fn messages_reach_followers_and_spare_the_database() -> HarnessResult<()> {
    let Some(mut cluster) = Cluster::start()? else {
        return Ok(());
    };
    count_statements(&mut cluster.database);
    {
        let nodes = [
            cluster.node_without("a")?,
            cluster.node_without("b")?,
            cluster.node_without("c")?,
        ];
        measure("the database alone", &cluster.database, &nodes);
        for node in &nodes {
            node.signal("TERM")?;
        }
    }
    let sql = "DROP SCHEMA twin CASCADE";
    until("gone", || cluster.database.sql("twin", sql).is_ok());
    let nodes = ["d", "e", "f"].map(|data| cluster.node(data));
    let nodes = nodes.into_iter().collect::<HarnessResult<Vec<_>>>()?;
    until_connected(&nodes, true);
    measure("with NATS", &cluster.database, &nodes);
    Ok(())
}
