//! What a command took: processor time and memory.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// The processor time that the process has used so far, on all of its threads.
fn cpu_time() -> Duration {
    time_of(ClockId::ProcessCPUTime)
}

/// The processor time that the calling thread has used so far.
pub(crate) fn thread_cpu_time() -> Duration {
    time_of(ClockId::ThreadCPUTime)
}

fn time_of(clock: ClockId) -> Duration {
    let now = clock_gettime(clock);
    let secs = u64::try_from(now.tv_sec).unwrap_or_default();
    Duration::new(secs, u32::try_from(now.tv_nsec).unwrap_or_default())
}

/// How much more the system favours everybody else, of 19 steps.
const PATIENCE: i32 = 5;

/// Lets this thread, and those that it starts, work only where nobody else has something to do: who waits
/// for an answer comes first. Where the system refuses, nothing changes.
pub(crate) fn give_way() {
    // On Linux this is about the calling thread, not the whole process.
    let _as_it_was = rustix::process::setpriority_process(None, PATIENCE);
}

/// What a piece of work gives, and the seconds of processor time that it took.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let before = cpu_time();
    let outcome = work();
    (outcome, cpu_time().saturating_sub(before).as_secs_f64())
}

/// The most memory that the process ever had, in MiB with one decimal; `None` where the system does
/// not tell.
pub(crate) fn peak_rss_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    peak_rss_mib_of(&status)
}

/// `VmHWM` of Linux's `/proc/self/status`, which is in KiB.
fn peak_rss_mib_of(status: &str) -> Option<f64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some((kib / 1024.0 * 10.0).round() / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_of_memory_is_read_from_the_status() {
        let status = "Name:\ttwin\nVmHWM:\t   86528 kB\nVmRSS:\t 100 kB\n";
        assert_eq!(peak_rss_mib_of(status), Some(84.5));
        assert_eq!(peak_rss_mib_of("Name:\ttwin\n"), None);
    }

    #[test]
    fn work_takes_processor_time() {
        let (sum, seconds) =
            timed(|| (0..2_000_000_u64).fold(0, |sum, n| sum ^ n.wrapping_mul(sum)));
        assert_eq!(
            sum,
            (0..2_000_000_u64).fold(0, |sum, n| sum ^ n.wrapping_mul(sum))
        );
        assert!(seconds > 0.0);
    }
}
