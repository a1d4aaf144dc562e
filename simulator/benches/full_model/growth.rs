//! How the full model grows: four weeks of ever more containers, each number in a process of its own.

use std::process::Command;

use twin_core::Span;

use super::{network, processor_time, territory};

const COUNTS: [u32; 7] = [1_910, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000];
const DAYS: i64 = 28;

/// All rows, or that of one number of containers.
pub(crate) fn table(count: Option<&str>) {
    if let Some(count) = count {
        row(count.parse().expect("a number of containers"));
        return;
    }
    say("| containers | prepared | 28 days | reports | µs a container and day | peak, MiB |");
    say("|---:|---:|---:|---:|---:|---:|");
    let me = std::env::current_exe().expect("a path of its own");
    for count in COUNTS {
        let ended = Command::new(&me)
            .args(["growth", &count.to_string()])
            .status();
        assert!(ended.is_ok_and(|status| status.success()), "{count}");
    }
}

/// A day at a time, as the network of a server is run; what is told of a day is dropped after it.
fn row(count: u32) {
    let began = processor_time();
    let mut network = network(count, |_, _, _| ());
    let prepared = processor_time().saturating_sub(began);
    let began = processor_time();
    let mut reports = 0;
    for day in 1..=DAYS {
        let to = territory::start() + Span::from_hours(24 * day);
        reports += network.advance(to).expect("time goes on").reports.len();
    }
    let took = processor_time().saturating_sub(began).as_secs_f64();
    let days = f64::from(count) * 28.0;
    say(&format!(
        "| {count} | {:.2} s | {took:.2} s | {reports} | {:.2} | {:.0} |",
        prepared.as_secs_f64(),
        took * 1e6 / days,
        peak_mib(),
    ));
}

/// The most memory that the process had.
fn peak_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = peak.and_then(|peak| peak.split_whitespace().next()?.parse::<f64>().ok());
    kib.map_or(f64::NAN, |kib| kib / 1024.0)
}

#[expect(clippy::print_stdout, reason = "a benchmark tells its figures there")]
fn say(line: &str) {
    println!("{line}");
}
