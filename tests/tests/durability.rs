//! Whatever was acknowledged is still there after the process was killed, once and with its value;
//! and each acknowledgement waits for the disk.

use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tests::HarnessResult;
use tests::client::{LiveEvent, changes, get_json};
use tests::needs::{absent, say};
use tests::server::TwinServer;
use twin_core::{Span, Timestamp};

use crate::small::{SENSORS, Small, TOKEN, ask, event, mounting, now, operate, site};

/// Sources that write at the same time.
const SOURCES: u64 = 4;
/// How long each process lives.
const LIFE: Duration = Duration::from_millis(1_500);

/// How often the process is killed.
fn kills() -> u32 {
    let wanted = std::env::var("TWIN_KILLS").ok();
    wanted.map_or(3, |kills| kills.parse().unwrap())
}

/// What became of an item, as far as its source knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Acknowledged,
    /// No answer came: it may be there or not.
    Unknown,
}

/// A value that a source sent: under which name, and what.
type Items = BTreeMap<String, (String, Fate)>;

/// What the sources and the story share.
struct Shared {
    base: Mutex<String>,
    sent: Mutex<Items>,
    is_over: AtomicBool,
}

impl Shared {
    fn base(&self) -> String {
        self.base.lock().unwrap().clone()
    }

    fn note(&self, name: String, value: String, fate: Fate) {
        self.sent.lock().unwrap().insert(name, (value, fate));
    }
}

/// The longitude of the `n`th site that is put.
fn lon(n: u64) -> f64 {
    f64::from(u32::try_from(6_700_000 + n % 100_000).unwrap()) / 1e6
}

/// Puts sites and sends frames until it is over. A site is never sent twice, a frame until it is
/// acknowledged.
fn source(number: u64, start: Timestamp, shared: &Shared) {
    let mut n = number;
    while !shared.is_over.load(Ordering::Relaxed) {
        put_site(n, shared);
        send_frame(n, start, shared);
        n += SOURCES;
    }
}

fn put_site(n: u64, shared: &Shared) {
    let url = format!("{}/assets/site/w{n}", shared.base());
    let body = site(&format!("w{n}"), &format!("Place {n}"), lon(n));
    let answer = ask("PUT", &url, Some(TOKEN), &body);
    let fate = match answer.map(|answer| answer.status) {
        Some(200) => Fate::Acknowledged,
        Some(status) => panic!("{url}: {status}"),
        None => Fate::Unknown,
    };
    shared.note(format!("site/w{n}"), format!("{:.6}", lon(n)), fate);
}

fn send_frame(n: u64, start: Timestamp, shared: &Shared) {
    let sensor = n % SENSORS;
    let at = start + Span::from_millis(i64::try_from(n).unwrap());
    let distance = u16::try_from(400 + n * 7 % 1_400).unwrap();
    let body = event(sensor, u32::try_from(n / SENSORS).unwrap(), distance, at);
    let name = format!("container/c{sensor} at {at}");
    let value = format!("{:.9}", mounting().fill_at(distance).get());
    while !shared.is_over.load(Ordering::Relaxed) {
        let url = format!("{}/ingest/chirpstack?event=up", shared.base());
        match ask("POST", &url, Some(TOKEN), &body).map(|answer| answer.status) {
            Some(204) => return shared.note(name, value, Fate::Acknowledged),
            Some(status) => panic!("{url}: {status}"),
            None => shared.note(name.clone(), value.clone(), Fate::Unknown),
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Every change from the beginning, whose numbers begin at 1 and have no gap.
pub(crate) fn whole_story(base: &str) -> HarnessResult<Vec<LiveEvent>> {
    let last = get_json(&format!("{base}/readyz"))?["seq"]
        .as_u64()
        .unwrap();
    let told = changes(base, 0, |event| event.seq >= last)?;
    assert!(told.iter().map(|event| event.seq).eq(1..=last));
    assert!(told.iter().all(|event| event.data["seq"] == event.seq));
    Ok(told)
}

/// The name and the value of a change that a source made.
pub(crate) fn item(event: &LiveEvent) -> Option<(String, String)> {
    let data = &event.data;
    let asset = data["asset"].as_str().unwrap();
    match data["change"].as_str().unwrap() {
        "put" => Some((asset.to_owned(), format!("{:.6}", data["lon"].as_f64()?))),
        "measured" => {
            let at = data["observed_at"].as_str()?;
            let fill = data["fill"].as_f64()?;
            Some((format!("{asset} at {at}"), format!("{fill:.9}")))
        }
        _ => None,
    }
}

/// Every acknowledged item is told once with its value; the others once at most; nothing else.
fn check(sent: &Items, told: &[LiveEvent]) {
    let mut found = BTreeMap::new();
    for (name, value) in told.iter().filter_map(item) {
        let before = found.insert(name.clone(), value);
        assert_eq!(before, None, "{name} is told twice");
    }
    for (name, (value, fate)) in sent {
        match found.remove(name) {
            Some(told) => assert_eq!(told, *value, "{name}"),
            None => assert_eq!(*fate, Fate::Unknown, "{name} is lost"),
        }
    }
    assert!(found.is_empty(), "nobody sent {found:?}");
}

#[test]
fn what_was_acknowledged_survives_the_death_of_the_process() -> HarnessResult<()> {
    let small = Small::new(false);
    let mut server = small.serve("data")?;
    let shared = Shared {
        base: Mutex::new(server.base_url().to_owned()),
        sent: Mutex::default(),
        is_over: AtomicBool::new(false),
    };
    let start = now() - Span::from_hours(24);
    std::thread::scope(|scope| {
        let sources: Vec<_> = (0..SOURCES)
            .map(|number| {
                let shared = &shared;
                scope.spawn(move || source(number, start, shared))
            })
            .collect();
        let outcome = kill_again_and_again(&small, &mut server, &shared);
        shared.is_over.store(true, Ordering::Relaxed);
        for source in sources {
            source.join().unwrap();
        }
        outcome
    })?;
    let told = whole_story(server.base_url())?;
    let sent = shared.sent.lock().unwrap();
    check(&sent, &told);
    let lost = sent.values().filter(|(_, fate)| *fate == Fate::Unknown);
    say(&format!(
        "{} items in {} changes, {} of them without an answer, {} kills",
        sent.len(),
        told.len(),
        lost.count(),
        kills()
    ));
    Ok(())
}

fn kill_again_and_again(
    small: &Small,
    server: &mut TwinServer,
    shared: &Shared,
) -> HarnessResult<()> {
    for kill in 0..kills() {
        let born = Instant::now();
        let acknowledged = shared.sent.lock().unwrap().len();
        std::thread::sleep(LIFE);
        while shared.sent.lock().unwrap().len() < acknowledged + 20 {
            assert!(born.elapsed() < Duration::from_mins(1), "no source gets on");
            std::thread::sleep(Duration::from_millis(50));
        }
        server.signal("KILL")?;
        server.wait()?;
        // Nothing is acknowledged by a dead process: what is noted now must be there.
        let sent = shared.sent.lock().unwrap().clone();
        *server = small.serve("data")?;
        let told = whole_story(server.base_url())?;
        let names: Vec<_> = told.iter().filter_map(item).collect();
        for (name, (value, fate)) in &sent {
            let there = names.iter().filter(|(told, _)| told == name);
            let values: Vec<_> = there.map(|(_, value)| value).collect();
            match fate {
                Fate::Acknowledged => assert_eq!(values, [value], "{name} after kill {kill}"),
                Fate::Unknown => assert!(values.len() <= 1, "{name} after kill {kill}"),
            }
        }
        server
            .base_url()
            .clone_into(&mut shared.base.lock().unwrap());
    }
    Ok(())
}

/// A trace of another process's syncs.
struct SyncTrace {
    tracer: Child,
    log: std::path::PathBuf,
}

impl SyncTrace {
    /// Traces a process; `None` where that cannot be.
    fn of(process: u32, log: std::path::PathBuf) -> HarnessResult<Option<Self>> {
        let spawned = Command::new("strace")
            .args([
                "-f",
                "-e",
                "trace=fsync,fdatasync",
                "-p",
                &process.to_string(),
            ])
            .arg("-o")
            .arg(&log)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut tracer) = spawned else {
            return absent("TWIN_REQUIRE_TOOLS", "strace");
        };
        let attached = Instant::now();
        loop {
            let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
            let is_traced = status.lines().any(|line| {
                line.strip_prefix("TracerPid:")
                    .is_some_and(|pid| pid.trim() == tracer.id().to_string())
            });
            if is_traced && all_traced(process) {
                return Ok(Some(Self { tracer, log }));
            }
            let has_ended = tracer.try_wait().is_ok_and(|ended| ended.is_some());
            if has_ended || attached.elapsed() > Duration::from_secs(20) {
                let _already_ended = tracer.kill();
                let _already_waited = tracer.wait();
                return absent("TWIN_REQUIRE_TOOLS", "strace that may trace a process");
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn count(&self) -> usize {
        let log = std::fs::read_to_string(&self.log).unwrap();
        log.matches("sync(").count()
    }
}

impl Drop for SyncTrace {
    fn drop(&mut self) {
        let _already_ended = self.tracer.kill();
        let _already_waited = self.tracer.wait();
    }
}

/// Whether each thread of a process is traced.
fn all_traced(process: u32) -> bool {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).unwrap();
    threads.flatten().all(|thread| {
        let status = std::fs::read_to_string(thread.path().join("status"));
        status.is_ok_and(|status| !status.contains("TracerPid:\t0\n"))
    })
}

#[test]
fn each_acknowledgement_waits_for_a_sync_of_the_disk() -> HarnessResult<()> {
    let small = Small::new(false);
    let server = small.serve("data")?;
    let base = server.base_url();
    let Some(trace) = SyncTrace::of(server.id(), small.path("syncs"))? else {
        return Ok(());
    };
    let at = now();
    for n in 0..15 {
        let before = trace.count();
        let put = operate(
            "PUT",
            &format!("{base}/assets/site/w{n}"),
            &site(&format!("w{n}"), "Place", lon(n)),
        );
        assert_eq!(put.status, 200, "{}", put.body);
        let between = trace.count();
        assert!(between > before, "put {n} is acknowledged without a sync");
        let url = format!("{base}/ingest/chirpstack?event=up");
        let sent = operate("POST", &url, &event(n, 0, 900, at));
        assert_eq!(sent.status, 204, "{}", sent.body);
        assert!(trace.count() > between, "frame {n} without a sync");
    }
    let before = trace.count();
    for _ in 0..10 {
        assert_eq!(operate("GET", &format!("{base}/readyz"), b"").status, 200);
        // What is known already needs no sync.
        let again = format!("{base}/ingest/chirpstack?event=up");
        assert_eq!(operate("POST", &again, &event(0, 0, 900, at)).status, 204);
    }
    assert_eq!(trace.count(), before, "reading syncs");
    say(&format!("30 requests one after the other, {before} syncs"));
    drop(server);
    Ok(())
}
