//! Several nodes on one database: one writes and the others follow, whoever stops.

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;
use tests::HarnessResult;
use tests::client::{LiveEvent, get_json};
use tests::database::Database;
use tests::needs::program;
use tests::server::{TwinServer, output_of, twin};

use crate::alarms::AT_ONCE;
use crate::alarms::desk::fill;
use crate::durability::whole_story;
use crate::small::{Small, event, mounting, now, operate, site};

/// How long a node may take to see, or to become, something.
const PATIENCE: Duration = Duration::from_secs(40);

/// A database server with an empty database, and its address; `None`, aloud, where there is none.
pub(crate) fn database() -> HarnessResult<Option<(Database, String)>> {
    let Some(server) = Database::start().unwrap() else {
        return tests::needs::absent("TWIN_REQUIRE_TOOLS", "PostgreSQL");
    };
    let address = server.create("twin").unwrap();
    Ok(Some((server, address)))
}

fn on(small: &Small, data: &str, store: &str) -> HarnessResult<Command> {
    let mut command = small.command(data)?;
    command.env("TWIN_STORE", store);
    Ok(command)
}

fn node(small: &Small, data: &str, store: &str) -> HarnessResult<TwinServer> {
    TwinServer::start(on(small, data, store)?)
}

fn state(node: &TwinServer) -> HarnessResult<Value> {
    get_json(&format!("{}/readyz", node.base_url()))
}

/// Waits until a node says of itself what is wanted; how long that took.
fn until(node: &TwinServer, is_so: impl Fn(&Value) -> bool) -> HarnessResult<Duration> {
    let started = Instant::now();
    while !is_so(&state(node)?) {
        assert!(started.elapsed() < PATIENCE, "{}", state(node)?);
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(started.elapsed())
}

fn becomes(node: &TwinServer, role: &str) -> HarnessResult<Duration> {
    until(node, |state| state["role"] == role)
}

/// Puts a site, whose name tells who did; the status of the answer.
fn put(base: &str, nth: u32) -> u16 {
    let key = format!("n{nth}");
    let body = site(&key, &format!("Place {nth}"), 6.75 + 0.001 * f64::from(nth));
    operate("PUT", &format!("{base}/assets/site/{key}"), &body).status
}

/// The sites that a node's whole story tells of, in order.
fn told(node: &TwinServer) -> HarnessResult<Vec<String>> {
    let story = whole_story(node.base_url())?;
    let puts = story.iter().filter(|event| event.data["change"] == "put");
    let name = |event: &LiveEvent| event.data["asset"].as_str().map(str::to_owned);
    Ok(puts.filter_map(name).collect())
}

fn sites(numbers: impl IntoIterator<Item = u32>) -> Vec<String> {
    numbers
        .into_iter()
        .map(|nth| format!("site/n{nth}"))
        .collect()
}

#[test]
fn the_writer_that_was_stopped_writes_nothing_after_another_took_over() -> HarnessResult<()> {
    let Some((_server, store)) = database()? else {
        return Ok(());
    };
    let small = Small::new(false);
    let first = node(&small, "first", &store)?;
    assert_eq!(state(&first)?["role"], "writer");
    let second = node(&small, "second", &store)?;
    assert_eq!(state(&second)?["role"], "follower");
    for nth in 0..5 {
        assert_eq!(put(first.base_url(), nth), 200);
    }
    let seq = state(&first)?["seq"].clone();
    let lag = until(&second, |state| state["seq"] == seq)?;
    assert_eq!(told(&second)?, sites(0..5));
    assert_eq!(put(second.base_url(), 5), 503);

    first.signal("STOP")?;
    // It is asked for something while it is stopped, and finds that when it goes on.
    let late = std::thread::spawn({
        let base = first.base_url().to_owned();
        move || put(&base, 90)
    });
    let fail_over = becomes(&second, "writer")?;
    for nth in 6..10 {
        assert_eq!(put(second.base_url(), nth), 200);
    }
    first.signal("CONT")?;
    assert_eq!(late.join().unwrap(), 503);
    becomes(&first, "follower")?;
    assert_eq!(put(first.base_url(), 91), 503);
    let seq = state(&second)?["seq"].clone();
    until(&first, |state| state["seq"] == seq)?;
    let all = sites((0..5).chain(6..10));
    assert_eq!(told(&first)?, all);
    assert_eq!(told(&second)?, all);
    println!("follower {lag:?} behind; fail-over after {fail_over:?}");
    Ok(())
}

#[test]
fn of_three_nodes_one_writes_whoever_is_killed() -> HarnessResult<()> {
    let Some((mut server, store)) = database()? else {
        return Ok(());
    };
    let small = Small::new(false);
    let mut nodes = Vec::new();
    for data in ["a", "b", "c"] {
        nodes.push(node(&small, data, &store)?);
    }
    let mut next = 0;
    let mut rounds = Vec::new();
    while nodes.len() > 1 {
        let started = Instant::now();
        let is_writer = |node: &TwinServer| Ok(state(node)?["role"] == "writer");
        let writer = loop {
            let roles: Vec<bool> = nodes.iter().map(is_writer).collect::<HarnessResult<_>>()?;
            assert!(roles.iter().filter(|is| **is).count() <= 1);
            if let Some(writer) = roles.iter().position(|is| *is) {
                break writer;
            }
            assert!(started.elapsed() < PATIENCE, "nobody writes");
            std::thread::sleep(Duration::from_millis(20));
        };
        rounds.push(started.elapsed());
        for _each in 0..3 {
            assert_eq!(put(nodes[writer].base_url(), next), 200);
            next += 1;
        }
        let mut killed = nodes.swap_remove(writer);
        killed.signal("KILL")?;
        killed.wait()?;
    }
    let last = &nodes[0];
    becomes(last, "writer")?;
    server.crash().unwrap();
    let started = Instant::now();
    while put(last.base_url(), next) != 200 {
        assert!(started.elapsed() < PATIENCE, "it does not write again");
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(told(last)?, sites(0..=next));
    println!(
        "another wrote after {rounds:?}; after a crash of the database {:?}",
        started.elapsed()
    );
    Ok(())
}

/// Runs a command beside a store; what it prints.
fn run(small: &Small, store: &str, arguments: &[&str]) -> HarnessResult<Value> {
    let mut command = twin(arguments)?;
    command
        .arg("--json")
        .current_dir(small.path("."))
        .env("TWIN_STORE", store);
    let output = output_of(command)?;
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    Ok(serde_json::from_slice(&output.stdout).unwrap())
}

/// A container, and how full it is.
type ContainerLevel = (String, Option<f64>);

/// What GDAL reads of the view of levels.
fn levels(server: &Database) -> HarnessResult<Option<Vec<ContainerLevel>>> {
    let Some(ogr2ogr) = program("ogr2ogr")? else {
        return Ok(None);
    };
    let mut command = Command::new(ogr2ogr);
    command.args(["-f", "GeoJSON", "/vsistdout/"]);
    command.arg(format!("PG:{}", server.conninfo("twin")));
    command.arg("twin.container_levels");
    let output = output_of(command)?;
    assert!(output.status.success(), "{output:?}");
    let read: Value = serde_json::from_slice(&output.stdout).unwrap();
    let features = read["features"].as_array().unwrap();
    let mut levels: Vec<_> = features
        .iter()
        .map(|feature| {
            let id = feature["properties"]["id"].as_str().unwrap().to_owned();
            assert_eq!(feature["geometry"]["type"], "Point", "{feature}");
            (id, feature["properties"]["fill"].as_f64())
        })
        .collect();
    levels.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(Some(levels))
}

#[test]
fn a_twin_that_outgrew_its_file_goes_on_in_a_database_and_back() -> HarnessResult<()> {
    let Some((database, store)) = database()? else {
        return Ok(());
    };
    let small = Small::new(false);
    let mut server = small.serve("data")?;
    for nth in 0..3 {
        assert_eq!(put(server.base_url(), nth), 200);
    }
    let url = format!("{}/ingest/chirpstack?event=up", server.base_url());
    assert_eq!(operate("POST", &url, &event(1, 0, 900, now())).status, 204);
    let story = whole_story(server.base_url())?;
    server.signal("TERM")?;
    server.wait()?;

    let of = |story: &[LiveEvent]| -> Vec<Value> {
        story.iter().map(|event| event.data.clone()).collect()
    };
    run(&small, "", &["backup", "--data", "data", "copy"])?;
    run(&small, &store, &["restore", "copy", "--data", "moved"])?;
    let moved = node(&small, "moved", &store)?;
    assert_eq!(of(&whole_story(moved.base_url())?), of(&story));
    assert_eq!(put(moved.base_url(), 3), 200);
    let checked = run(&small, &store, &["doctor", "--data", "elsewhere"])?;
    assert_eq!(checked["public_seq"], state(&moved)?["seq"]);
    let story = whole_story(moved.base_url())?;
    run(&small, &store, &["backup", "--data", "moved", "again"])?;
    if let Some(levels) = levels(&database)? {
        assert_eq!(levels.len(), 20);
        let known: Vec<_> = levels.iter().filter(|(_, fill)| fill.is_some()).collect();
        let fill = mounting().fill_at(900).get();
        assert_eq!(known, [&("container/c1".to_owned(), Some(fill))]);
    }
    run(&small, "", &["restore", "again", "--data", "back"])?;
    let back = small.serve("back")?;
    assert_eq!(of(&whole_story(back.base_url())?), of(&story));
    Ok(())
}

/// The alarms that stand, for operators.
fn alarms(node: &TwinServer) -> Vec<Value> {
    let told = operate("GET", &format!("{}/alarms", node.base_url()), b"");
    assert_eq!(told.status, 200, "{}", told.body);
    told.json()["alarms"].as_array().unwrap().clone()
}

#[test]
fn an_alarm_outlives_the_node_that_raised_it() -> HarnessResult<()> {
    let Some((_server, store)) = database()? else {
        return Ok(());
    };
    let small = Small::new(false);
    for data in ["first", "second"] {
        std::fs::create_dir_all(small.path(data)).unwrap();
        std::fs::write(small.path(data).join("alarms.toml"), AT_ONCE).unwrap();
    }
    let mut first = node(&small, "first", &store)?;
    let second = node(&small, "second", &store)?;
    let url = |node: &TwinServer| format!("{}/observations", node.base_url());
    let full = fill(3, 0.99, now());
    assert_eq!(operate("POST", &url(&first), full.as_bytes()).status, 200);
    let started = Instant::now();
    while alarms(&second).is_empty() {
        assert!(
            started.elapsed() < PATIENCE,
            "the follower learns of no alarm"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    let raised = alarms(&second);
    let order = format!(
        "{}/alarms/{}/acknowledge",
        second.base_url(),
        raised[0]["id"]
    );
    assert_eq!(operate("POST", &order, b"{}").status, 503);
    first.signal("KILL")?;
    first.wait()?;
    becomes(&second, "writer")?;
    assert_eq!(operate("POST", &order, b"{}").status, 200);
    // What is still so is no news to the node that took over.
    std::thread::sleep(Duration::from_secs(1));
    let stand: Vec<_> = alarms(&second).iter().map(|it| it["id"].clone()).collect();
    assert_eq!(stand, [raised[0]["id"].clone()]);
    let emptied = fill(3, 0.05, now());
    assert_eq!(
        operate("POST", &url(&second), emptied.as_bytes()).status,
        200
    );
    while !alarms(&second).is_empty() {
        assert!(started.elapsed() < PATIENCE, "{:?}", alarms(&second));
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

#[test]
fn a_store_is_shown_and_refused_without_its_password() -> HarnessResult<()> {
    let small = Small::new(false);
    let secret = "postgres://tess:s3cret@127.0.0.1:1/twin";
    let mut shown = on(&small, "data", secret)?;
    shown.arg("--print-config");
    let shown = output_of(shown)?;
    let text = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(
        text.contains("TWIN_STORE is postgres://127.0.0.1:1/twin"),
        "{text}"
    );
    let out_of_reach = output_of(on(&small, "data", secret)?)?;
    let nonsense = output_of(on(&small, "data", "mysql://tess:s3cret@127.0.0.1/twin")?)?;
    for (refused, why) in [(out_of_reach, "cannot reach"), (nonsense, "TWIN_STORE")] {
        assert!(!refused.status.success());
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(told.contains(why) && !told.contains("s3cret"), "{told}");
    }
    assert!(!text.contains("s3cret"), "{text}");
    Ok(())
}

#[test]
fn a_directory_with_a_journal_of_its_own_keeps_it() -> HarnessResult<()> {
    let Some((_server, store)) = database()? else {
        return Ok(());
    };
    let small = Small::new(false);
    drop(small.serve("data")?);
    let refused = output_of(on(&small, "data", &store)?)?;
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success());
    assert!(told.contains("a journal of its own"), "{told}");
    drop(small.serve("data")?);
    Ok(())
}

#[test]
fn a_server_for_commits_is_refused_where_it_is_no_use() -> HarnessResult<()> {
    let small = Small::new(false);
    let refuse = |store: &str, why: &str| {
        let mut command = on(&small, "data", store)?;
        command.env("TWIN_NATS_URL", "nats://tess:s3cret@127.0.0.1:1");
        let refused = output_of(command)?;
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success());
        assert!(told.contains(why) && !told.contains("s3cret"), "{told}");
        Ok(())
    };
    refuse("", "there is only one node")?;
    // The stories of `make conformance` have a program that can talk to it.
    refuse(
        "postgres://tess:s3cret@127.0.0.1:1/twin",
        "without the feature nats",
    )
}
