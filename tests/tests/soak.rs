//! A day and its night, compressed: memory and open files stay as they are however long the twin runs.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tests::HarnessResult;
use tests::client::{SentEvents, get_json};
use tests::needs::say;
use tests::server::{TwinServer, twin};

/// How fast the twin's clock runs.
const RATE: &str = "60x";
/// Seconds that the story lasts: 24 minutes are a day.
const LASTS_S: u64 = 90;
/// Listeners that stay.
const LISTENERS: usize = 4;
/// How much more memory the last third may take than the one before it: a share, and some MiB.
const MORE_MEMORY: (f64, f64) = (1.10, 16.0);
/// How many more files.
const MORE_FILES: usize = 8;

fn lasts() -> Duration {
    let wanted = std::env::var("TWIN_SOAK_SECONDS").ok();
    Duration::from_secs(wanted.map_or(LASTS_S, |seconds| seconds.parse().unwrap()))
}

/// What a process holds at a moment.
#[derive(Clone, Copy)]
struct Held {
    memory_mib: f64,
    files: usize,
}

impl Held {
    fn by(process: u32) -> Self {
        let folder = PathBuf::from(format!("/proc/{process}"));
        let status = std::fs::read_to_string(folder.join("status")).unwrap();
        let memory = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = memory.unwrap().trim().trim_end_matches(" kB");
        Self {
            memory_mib: kib.parse::<f64>().unwrap() / 1024.0,
            files: std::fs::read_dir(folder.join("fd")).unwrap().count(),
        }
    }
}

/// Asks what a page and its visitors ask, and comes and goes as they do.
fn visit(base: &str, is_over: &AtomicBool) -> u64 {
    let mut visits = 0;
    while !is_over.load(Ordering::Relaxed) {
        for path in [
            "/assets?kind=container&limit=100",
            "/live/snapshot",
            "/communes",
            "/assets?kind=site&near=6.8,47.51&k=20",
            "/metrics",
        ] {
            let url = format!("{base}{path}");
            let answer = ureq::get(&url).call().unwrap();
            answer.into_body().read_to_vec().unwrap();
        }
        let mut live = SentEvents::listen(&format!("{base}/live"), None, None).unwrap();
        live.next();
        visits += 1;
        std::thread::sleep(Duration::from_millis(250));
    }
    visits
}

/// Listens until it is over; how many events there were.
fn listen(base: &str, (is_over, heard): (&AtomicBool, &AtomicU64)) {
    while !is_over.load(Ordering::Relaxed) {
        let Ok(events) = SentEvents::listen(&format!("{base}/live"), None, None) else {
            continue;
        };
        for event in events {
            if event.is_err() {
                break;
            }
            heard.fetch_add(1, Ordering::Relaxed);
            if is_over.load(Ordering::Relaxed) {
                return;
            }
        }
    }
}

fn most<T>(held: &[Held], of: impl Fn(&Held) -> T) -> T
where
    T: PartialOrd,
{
    let all = held.iter().map(of);
    all.reduce(|a, b| if a < b { b } else { a }).unwrap()
}

#[test]
fn memory_and_open_files_stay_as_they_are() -> HarnessResult<()> {
    let home = TempDir::new().unwrap();
    let mut command = twin(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--clock",
        RATE,
        "--data",
    ])?;
    command
        .arg(home.path().join("data"))
        .env("TWIN_LOG", "error");
    let server = TwinServer::start(command)?;
    let base = server.base_url();
    let (is_over, heard) = (AtomicBool::new(false), AtomicU64::new(0));
    let (held, visits) = std::thread::scope(|scope| {
        let visitor = scope.spawn(|| visit(base, &is_over));
        for _ in 0..LISTENERS {
            scope.spawn(|| listen(base, (&is_over, &heard)));
        }
        let started = Instant::now();
        let mut held = Vec::new();
        while started.elapsed() < lasts() {
            std::thread::sleep(Duration::from_secs(1));
            held.push(Held::by(server.id()));
        }
        is_over.store(true, Ordering::Relaxed);
        (held, visitor.join().unwrap())
    });
    let seq = get_json(&format!("{base}/readyz"))?["seq"]
        .as_u64()
        .unwrap();
    let third = held.len() / 3;
    let (middle, last) = (&held[third..2 * third], &held[2 * third..]);
    let [before, after] = [middle, last].map(|part| most(part, |held| held.memory_mib));
    let [files_before, files_after] = [middle, last].map(|part| most(part, |held| held.files));
    say(&format!(
        "{} s at {RATE}: {seq} changes, {visits} visits, {} events heard; at most {before:.0}, then {after:.0} MiB, \
         {files_before}, then {files_after} open files",
        lasts().as_secs(),
        heard.load(Ordering::Relaxed)
    ));
    assert!(after <= before * MORE_MEMORY.0 + MORE_MEMORY.1);
    assert!(files_after <= files_before + MORE_FILES);
    assert!(visits > 0 && heard.load(Ordering::Relaxed) > 0);
    Ok(())
}
