//! Everything at once: sensors report, listeners are cut off, the server is killed, the broker restarted and
//! the disk full; in the end everybody knows the same, and nothing is lost.

mod disk;
mod sensors;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use tests::HarnessResult;
use tests::broker::Broker;
use tests::client::{LiveEvent, SentEvents, all_features, get_json};
use tests::needs::say;
use tests::server::TwinServer;
use twin_core::Span;

use self::disk::SmallDisk;
use self::sensors::{SENSORS, Sensors};
use crate::durability::{item, whole_story};
use crate::small::{Small, ask, now};

/// Listeners that are cut off again and again.
const LISTENERS: u64 = 20;
/// How long sensors report at least: until nothing goes wrong any more.
const LASTS: Duration = Duration::from_mins(1);
/// How long something that must come may take.
const PATIENCE: Duration = Duration::from_mins(2);
/// The disk in bytes: several times what the journal needs.
const DISK: u64 = 512 * 1024 * 1024;

/// Values by what they are of and when they were measured.
type Items = BTreeMap<String, String>;

/// What the story and its listeners share.
struct Shared {
    base: Mutex<String>,
    /// The last change that everybody is to hear; 0 as long as it is not known.
    end: AtomicU64,
    /// Nothing goes wrong any more, or the story has failed: nobody goes on for its sake.
    is_over: AtomicBool,
    has_failed: AtomicBool,
}

/// Lets everybody go where the story fails.
struct Fuse<'s>(&'s Shared);

impl Drop for Fuse<'_> {
    fn drop(&mut self) {
        self.0.is_over.store(true, Ordering::Relaxed);
        self.0
            .has_failed
            .store(std::thread::panicking(), Ordering::Relaxed);
    }
}

impl Shared {
    fn base(&self) -> String {
        self.base.lock().unwrap().clone()
    }

    fn is_heard(&self, seq: u64) -> bool {
        let end = self.end.load(Ordering::Relaxed);
        end > 0 && seq >= end || self.has_failed.load(Ordering::Relaxed)
    }
}

/// Numbers without a pattern, the same each time.
struct Scatter(u64);

impl Scatter {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// Listens until everything is heard, and is cut off after some changes, again and again. Each change comes
/// once, in order, whoever died meanwhile. Returns what was measured, and how often it was cut off.
fn listen(number: u64, shared: &Shared) -> (Items, u32) {
    let mut chance = Scatter(0x9e37_79b9_7f4a_7c15 ^ (number + 1));
    let (mut told, mut last, mut cuts) = (Items::new(), 0, 0);
    while !shared.is_heard(last) {
        let url = format!("{}/live", shared.base());
        let Ok(events) = SentEvents::listen(&url, None, Some(last)) else {
            std::thread::sleep(Duration::from_millis(100));
            continue;
        };
        let until_cut = 200 + chance.below(8_000);
        for event in events.take(usize::try_from(until_cut).unwrap()) {
            let Ok(event) = event else {
                break;
            };
            assert_ne!(event.kind, "reset", "nothing is forgotten");
            if event.kind == "change" {
                let seq = event.id.unwrap();
                assert_eq!(
                    seq,
                    last + 1,
                    "listener {number} misses a change or hears it twice"
                );
                last = seq;
                let data = event.data;
                told.extend(item(&LiveEvent { seq, data }));
            }
            if shared.is_heard(last) {
                return (told, cuts);
            }
        }
        cuts += 1;
    }
    (told, cuts)
}

/// A server on the small disk, which hears the broker.
fn serve(small: &Small, broker: &Broker) -> HarnessResult<TwinServer> {
    let mut command = small.command("disk/data")?;
    command.env("TWIN_MQTT_URL", broker.url());
    TwinServer::start(command)
}

fn is_ready(base: &str) -> bool {
    ask("GET", &format!("{base}/readyz"), None, b"").is_some_and(|answer| answer.status == 200)
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < PATIENCE, "waiting for {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn sleep_until(started: Instant, seconds: u64) {
    std::thread::sleep(Duration::from_secs(seconds).saturating_sub(started.elapsed()));
}

/// Whatever can go wrong in a minute, in its order.
fn mishaps(
    small: &Small,
    broker: &mut Broker,
    disk: Option<&SmallDisk>,
    (mut server, shared): (TwinServer, &Shared),
) -> HarnessResult<TwinServer> {
    let started = Instant::now();
    for (kill_at, restart_at) in [(10, 20), (30, u64::MAX)] {
        sleep_until(started, kill_at);
        server.signal("KILL")?;
        server.wait()?;
        server = serve(small, broker)?;
        server
            .base_url()
            .clone_into(&mut shared.base.lock().unwrap());
        if restart_at < LASTS.as_secs() {
            sleep_until(started, restart_at);
            broker.restart()?;
        }
    }
    if let Some(disk) = disk {
        sleep_until(started, 42);
        disk.fill()?;
        wait_until("the disk to be full", || !is_ready(server.base_url()));
        // Now and then something small still fits, and the twin is ready for a moment.
        std::thread::sleep(Duration::from_secs(3));
        disk.free()?;
        wait_until("the twin to store again", || is_ready(server.base_url()));
    }
    Ok(server)
}

/// The newest fill of each container, by what a listener was told.
fn newest(told: &Items) -> BTreeMap<&str, &str> {
    // Names sort by container, then by time.
    let named = told
        .iter()
        .map(|(name, fill)| (name.split_once(" at ").unwrap().0, &**fill));
    named.collect()
}

fn fills(base: &str) -> HarnessResult<BTreeMap<String, String>> {
    let containers = all_features(base, "/assets?kind=container&limit=1000")?;
    let fill = |feature: &Value| {
        let key = feature["properties"]["key"].as_str()?;
        let fill = feature["properties"]["fill"].as_f64()?;
        Some((format!("container/{key}"), format!("{fill:.9}")))
    };
    Ok(containers.iter().filter_map(fill).collect())
}

/// Every listener heard all that was measured, and ends with what the twin ends with.
fn check(heard: &[(Items, u32)], expected: &Items, fills: &BTreeMap<String, String>) {
    for (number, (told, _)) in heard.iter().enumerate() {
        assert!(
            told == expected,
            "listener {number} heard {} of {}",
            told.len(),
            expected.len()
        );
        let newest: BTreeMap<String, String> = newest(told)
            .into_iter()
            .map(|(id, fill)| (id.to_owned(), fill.to_owned()))
            .collect();
        assert_eq!(newest, *fills, "listener {number}");
    }
}

#[test]
fn everybody_knows_the_same_in_the_end_and_nothing_is_lost() -> HarnessResult<()> {
    let small = Small::with_sensors(SENSORS, Span::from_hours(1));
    let Some(mut broker) = Broker::start(&small.path("broker"))? else {
        return Ok(());
    };
    let disk = SmallDisk::mount(&small.path("disk"), DISK)?;
    let server = serve(&small, &broker)?;
    let shared = Shared {
        base: Mutex::new(server.base_url().to_owned()),
        end: AtomicU64::new(0),
        is_over: AtomicBool::new(false),
        has_failed: AtomicBool::new(false),
    };
    let sensors = Sensors::new(now() - Span::from_hours(1), LASTS);
    let url = broker.url();
    let (heard, server) = std::thread::scope(|scope| {
        let fuse = Fuse(&shared);
        let listeners: Vec<_> = (0..LISTENERS)
            .map(|number| {
                let shared = &shared;
                scope.spawn(move || listen(number, shared))
            })
            .collect();
        let reporting = scope.spawn(|| sensors.report(&url, &shared.is_over));
        let server = mishaps(&small, &mut broker, disk.as_ref(), (server, &shared)).unwrap();
        shared.is_over.store(true, Ordering::Relaxed);
        reporting.join().unwrap();
        let expected = sensors.expected();
        wait_until("all that was measured", || {
            let story = whole_story(server.base_url()).unwrap();
            let told: Items = story.iter().filter_map(item).collect();
            told.len() >= expected.len()
        });
        let ready = get_json(&format!("{}/readyz", server.base_url())).unwrap();
        let seq = ready["seq"].clone();
        shared.end.store(seq.as_u64().unwrap(), Ordering::Relaxed);
        let heard = listeners
            .into_iter()
            .map(|listener| listener.join().unwrap());
        let heard: Vec<_> = heard.collect();
        drop(fuse);
        (heard, server)
    });
    let expected = sensors.expected();
    let fills = fills(server.base_url())?;
    check(&heard, &expected, &fills);
    let cuts: u32 = heard.iter().map(|(_, cuts)| cuts).sum();
    say(&format!(
        "{} values, {LISTENERS} listeners cut off {cuts} times, 2 kills, 1 restart of the broker, {} full disk",
        expected.len(),
        u8::from(disk.is_some())
    ));
    Ok(())
}
