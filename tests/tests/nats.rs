//! Three nodes between which a NATS server carries the commits, and what happens without it. These stories
//! are for `make conformance`, which builds a `twin` that can.

mod figures;

use std::path::PathBuf;
use std::process::Command;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tests::HarnessResult;
use tests::client::{LiveEvent, SentEvents, get_json};
use tests::database::Database;
use tests::nats::{NatsServer, twin_with_nats};
use tests::server::TwinServer;
use twin_core::Span;

use crate::alarms::AT_ONCE;
use crate::alarms::desk::fill;
use crate::durability::whole_story;
use crate::nodes::database;
use crate::small::{SENSORS, Small, ask, now, operate, site};

/// How long a node may take to see, or to become, something.
const PATIENCE: Duration = Duration::from_secs(40);
/// How long a commit may take, whatever has become of the NATS server.
const AT_MOST: Duration = Duration::from_secs(2);
/// Observations sent at once, and how often.
const LINES: u32 = 100;
const POSTS: u32 = 40;

/// Two servers, and nodes on them.
pub(crate) struct Cluster {
    pub(crate) database: Database,
    pub(crate) nats: NatsServer,
    store: String,
    program: PathBuf,
    small: Small,
}

impl Cluster {
    /// The servers; `None`, aloud, where they or a `twin` that can are not there.
    pub(crate) fn start() -> HarnessResult<Option<Self>> {
        let (Some(program), Some(nats)) = (twin_with_nats()?, NatsServer::start()?) else {
            return Ok(None);
        };
        let Some((database, store)) = database()? else {
            return Ok(None);
        };
        Ok(Some(Self {
            database,
            nats,
            store,
            program,
            small: Small::new(false),
        }))
    }

    /// A node on a store, with an environment besides.
    fn node_on(
        &self,
        store: &str,
        data: &str,
        more: &[(&str, String)],
    ) -> HarnessResult<TwinServer> {
        std::fs::create_dir_all(self.small.path(data)).unwrap();
        std::fs::write(self.small.path(data).join("alarms.toml"), AT_ONCE).unwrap();
        let like = self.small.command(data)?;
        let mut command = Command::new(&self.program);
        command.args(like.get_args());
        for (name, value) in like.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command
            .env("TWIN_STORE", store)
            .envs(more.iter().map(|(name, value)| (*name, value)));
        TwinServer::start(command)
    }

    /// A node that knows of the NATS server.
    pub(crate) fn node(&self, data: &str) -> HarnessResult<TwinServer> {
        let more = [("TWIN_NATS_URL", self.nats.address())];
        self.node_on(&self.store, data, &more)
    }

    /// A node that does not.
    pub(crate) fn node_without(&self, data: &str) -> HarnessResult<TwinServer> {
        self.node_on(&self.store, data, &[])
    }

    /// Three nodes, the writer first.
    fn three(&self) -> HarnessResult<[TwinServer; 3]> {
        Ok([self.node("a")?, self.node("b")?, self.node("c")?])
    }

    /// The subject of a database's commits.
    fn subject(&self, database: &str) -> String {
        let lineage = self
            .database
            .sql(
                database,
                "SELECT value FROM twin.meta WHERE key = 'lineage'",
            )
            .unwrap();
        let digest = Sha256::digest(lineage.as_bytes());
        let hex: Vec<_> = digest
            .iter()
            .take(8)
            .map(|it| format!("{it:02x}"))
            .collect();
        format!("twin.{}.commits", hex.concat())
    }
}

fn state(node: &TwinServer) -> Value {
    get_json(&format!("{}/readyz", node.base_url())).unwrap_or_default()
}

/// Waits until something is so.
fn until(what: &str, is_so: impl Fn() -> bool) -> Duration {
    let started = Instant::now();
    while !is_so() {
        assert!(
            started.elapsed() < PATIENCE,
            "not within {PATIENCE:?}: {what}"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    started.elapsed()
}

pub(crate) fn until_connected(nodes: &[TwinServer], is: bool) {
    for node in nodes {
        until("connected", || state(node)["fan_out"]["connected"] == is);
    }
}

/// Waits until every node is where one is.
fn until_level(nodes: &[TwinServer], with: usize) {
    let seq = state(&nodes[with])["seq"].clone();
    for node in nodes {
        until("level", || state(node)["seq"] == seq);
    }
}

/// A count of a node, by its name and labels.
fn count(node: &TwinServer, name: &str) -> u64 {
    let told = ask("GET", &format!("{}/metrics", node.base_url()), None, b"").unwrap();
    let mut counts = told.body.lines().filter_map(|line| line.rsplit_once(' '));
    let count = counts.find(|(found, _count)| *found == name);
    count.map_or(0, |(_name, count)| count.parse().unwrap())
}

fn followed(node: &TwinServer, way: &str) -> u64 {
    count(
        node,
        &format!("twin_followed_changes_total{{way=\"{way}\"}}"),
    )
}

/// Puts a site, and insists that this takes no long time.
fn put(node: &TwinServer, key: &str) {
    let started = Instant::now();
    let url = format!("{}/assets/site/{key}", node.base_url());
    let answer = operate("PUT", &url, &site(key, key, 6.75));
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(started.elapsed() < AT_MOST, "{:?}", started.elapsed());
}

/// Listens to a node until a site is put that has the last key, and insists that nothing is missing.
fn listen(node: &TwinServer, last: &'static str) -> JoinHandle<Vec<LiveEvent>> {
    let url = format!("{}/live", node.base_url());
    std::thread::spawn(move || {
        let asset = format!("site/{last}");
        let mut heard: Vec<LiveEvent> = Vec::new();
        // An answer is read for a minute at most; then another one goes on where it ended.
        while heard
            .last()
            .is_none_or(|event| event.data["asset"] != asset.as_str())
        {
            let events = SentEvents::listen(&url, None, Some(heard.len() as u64)).unwrap();
            for event in events.map_while(Result::ok) {
                let (Some(seq), "change", data) = (event.id, &*event.kind, event.data) else {
                    continue;
                };
                let is_last = data["asset"] == asset.as_str();
                heard.push(LiveEvent { seq, data });
                if is_last {
                    break;
                }
            }
        }
        assert!(
            heard
                .iter()
                .map(|event| event.seq)
                .eq(1..=heard.len() as u64)
        );
        heard
    })
}

/// What a node tells of the whole story, but for when it tells it.
fn story(node: &TwinServer) -> Vec<Value> {
    let story = whole_story(node.base_url()).unwrap();
    story.into_iter().map(|event| event.data).collect()
}

/// The sites that were put, in order.
fn sites(events: &[LiveEvent]) -> Vec<&str> {
    let puts = events.iter().filter(|event| event.data["change"] == "put");
    puts.filter_map(|event| event.data["asset"].as_str()?.strip_prefix("site/"))
        .collect()
}

/// Many observations of the `nth` post, each with a time of its own.
pub(crate) fn observations(nth: u32, lines: u32) -> String {
    let start = now() - Span::from_secs(1_800);
    let line = |n: u32| {
        let at = start + Span::from_millis(i64::from(n) * 10);
        fill(u64::from(n) % SENSORS, 0.3 + 0.000_01 * f64::from(n), at)
    };
    (nth * lines..(nth + 1) * lines).map(line).collect()
}

fn observe(node: &TwinServer, lines: &str) {
    let url = format!("{}/observations", node.base_url());
    let answer = operate("POST", &url, lines.as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.body);
}

/// Has commits made until every follower took one of them out of a message.
fn until_messages_come(writer: &TwinServer, followers: &[&TwinServer]) {
    let before: Vec<_> = followers.iter().map(|it| followed(it, "message")).collect();
    until("messages come", || {
        put(writer, "again");
        let mut counts = followers.iter().zip(&before);
        counts.all(|(node, before)| followed(node, "message") > *before)
    });
}

/// Puts five sites.
fn puts(node: &TwinServer, what: &str) {
    (0..5).for_each(|n| put(node, &format!("{what}{n}")));
}

fn alarms(node: &TwinServer) -> Value {
    operate("GET", &format!("{}/alarms", node.base_url()), b"").json()["alarms"].clone()
}

#[test]
fn followers_take_commits_out_of_messages_and_leave_the_journal_alone() -> HarnessResult<()> {
    let Some(cluster) = Cluster::start()? else {
        return Ok(());
    };
    let nodes = cluster.three()?;
    until_connected(&nodes, true);
    until_messages_come(&nodes[0], &[&nodes[1], &nodes[2]]);
    until_level(&nodes, 0);
    let before: Vec<_> = nodes.iter().map(|node| followed(node, "journal")).collect();
    let listeners = [listen(&nodes[1], "last"), listen(&nodes[2], "last")];
    for nth in 0..POSTS {
        observe(&nodes[0], &observations(nth, LINES));
    }
    observe(&nodes[0], &fill(3, 0.99, now()));
    until("an alarm", || {
        alarms(&nodes[0])
            .as_array()
            .is_some_and(|it| !it.is_empty())
    });
    put(&nodes[0], "last");
    until_level(&nodes, 0);
    for listener in listeners {
        assert_eq!(sites(&listener.join().unwrap()).last(), Some(&"last"));
    }
    let stories = nodes.each_ref().map(story);
    assert!(stories[0].len() as u64 > u64::from(POSTS * LINES));
    for (node, story) in nodes.iter().zip(&stories) {
        assert!(*story == stories[0]);
        until("the same alarms", || alarms(node) == alarms(&nodes[0]));
    }
    for (node, before) in nodes.iter().zip(before).skip(1) {
        assert!(followed(node, "message") > u64::from(POSTS * LINES));
        // On a machine that is very busy a message may be late.
        let looked_up = followed(node, "journal") - before;
        assert!(looked_up < u64::from(POSTS * LINES) / 10, "{looked_up}");
    }
    let sent = count(&nodes[0], "twin_fan_out_sent_total{fate=\"sent\"}");
    let looked_up = nodes.each_ref().map(|node| followed(node, "journal"));
    println!(
        "{} changes in {sent} messages; read in the journal: {looked_up:?}",
        stories[0].len()
    );
    Ok(())
}

#[test]
fn whatever_is_cut_off_or_killed_the_followers_miss_nothing() -> HarnessResult<()> {
    let Some(mut cluster) = Cluster::start()? else {
        return Ok(());
    };
    cluster.nats.kill()?;
    let [mut writer, second, third] = cluster.three()?;
    let others = [second, third];
    assert_eq!(state(&writer)["role"], "writer");
    until_connected(&others, false);
    let listeners = [listen(&others[0], "end"), listen(&others[1], "end")];
    puts(&writer, "without");
    cluster.nats.restart()?;
    until_messages_come(&writer, &[&others[0], &others[1]]);

    cluster.nats.signal("STOP")?;
    puts(&writer, "stopped");
    let seq = state(&writer)["seq"].clone();
    for node in &others {
        let lag = until("level", || state(node)["seq"] == seq);
        assert!(lag < AT_MOST, "{lag:?}");
    }
    cluster.nats.signal("CONT")?;
    puts(&writer, "on");
    cluster.nats.kill()?;
    puts(&writer, "killed");
    cluster.nats.restart()?;
    until_messages_come(&writer, &[&others[0], &others[1]]);

    writer.signal("KILL")?;
    writer.wait()?;
    let is_writer = |node: &TwinServer| state(node)["role"] == "writer";
    let fail_over = until("another writes", || others.iter().any(is_writer));
    let next = usize::from(is_writer(&others[1]));
    puts(&others[next], "after");
    until_messages_come(&others[next], &[&others[1 - next]]);
    put(&others[next], "end");
    until_level(&others, next);

    let [first, second] = listeners.map(|listener| listener.join().unwrap());
    assert_eq!(first, second);
    let wanted = ["without", "stopped", "on", "killed", "after"]
        .iter()
        .flat_map(|what| (0..5).map(move |n| format!("{what}{n}")));
    let heard = sites(&first).into_iter();
    assert!(heard.filter(|it| *it != "again" && *it != "end").eq(wanted));
    assert_eq!(story(&others[0]), story(&others[1]));
    println!("another wrote after {fail_over:?}");
    Ok(())
}

#[test]
fn two_territories_share_a_server_and_nonsense_is_left_to_the_journal() -> HarnessResult<()> {
    let Some(cluster) = Cluster::start()? else {
        return Ok(());
    };
    let other = cluster.database.create("other").unwrap();
    let nats = [("TWIN_NATS_URL", cluster.nats.address())];
    let here = [cluster.node("a")?, cluster.node("b")?];
    let there = [
        cluster.node_on(&other, "c", &nats)?,
        cluster.node_on(&other, "d", &nats)?,
    ];
    for nodes in [&here, &there] {
        until_connected(nodes, true);
    }
    assert_ne!(cluster.subject("twin"), cluster.subject("other"));
    for (nodes, key) in [(&here, "here"), (&there, "there")] {
        until("messages come", || {
            put(&nodes[0], key);
            followed(&nodes[1], "message") > 2
        });
        until_level(nodes, 0);
    }
    for (nodes, key) in [(&here, "here"), (&there, "there")] {
        let told = whole_story(nodes[1].base_url())?;
        assert!(sites(&told).iter().all(|site| *site == key));
    }
    let subject = cluster.subject("twin");
    let mut newer = b"twin\x02".to_vec();
    newer.extend([0; 20]);
    for nonsense in [b"".as_slice(), b"hello", &newer] {
        cluster.nats.publish(&subject, nonsense)?;
    }
    let unreadable = |why: &str| {
        count(
            &here[1],
            &format!("twin_nats_unreadable_total{{why=\"{why}\"}}"),
        )
    };
    until("nonsense", || {
        unreadable("foreign") == 2 && unreadable("version") == 1
    });
    put(&here[0], "after");
    until_level(&here, 0);
    assert_eq!(story(&here[0]), story(&here[1]));
    Ok(())
}
