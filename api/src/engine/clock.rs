//! The twin's own time: the wall clock, or a simulated one that may run faster.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use twin_core::{Span, Timestamp};

/// Whether a twin lives in real time or in simulated time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockKind {
    /// The machine's clock.
    Wall,
    /// Starts where it is told, and may run faster.
    Simulated,
}

impl ClockKind {
    /// Its name in answers and in the journal.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wall => "wall",
            Self::Simulated => "simulated",
        }
    }
}

/// The twin's own time. Every rule about freshness uses it.
#[derive(Clone, Copy, Debug)]
pub struct TwinClock {
    kind: ClockKind,
    epoch: Timestamp,
    started: Instant,
    rate: f64,
}

impl TwinClock {
    /// The machine's clock.
    pub fn wall() -> Self {
        Self {
            kind: ClockKind::Wall,
            epoch: wall_now(),
            started: Instant::now(),
            rate: 1.0,
        }
    }

    /// A clock that shows `epoch` now and goes `rate` times as fast as the machine's.
    ///
    /// `rate` is positive and finite.
    pub fn simulated(epoch: Timestamp, rate: f64) -> Self {
        Self {
            kind: ClockKind::Simulated,
            epoch,
            started: Instant::now(),
            rate,
        }
    }

    /// Real or simulated.
    pub const fn kind(&self) -> ClockKind {
        self.kind
    }

    /// Seconds of the twin in a second of the machine.
    pub const fn rate(&self) -> f64 {
        self.rate
    }

    /// What it shows now.
    pub fn now(&self) -> Timestamp {
        match self.kind {
            ClockKind::Wall => wall_now(),
            ClockKind::Simulated => {
                self.epoch + to_span(self.started.elapsed().as_secs_f64() * self.rate)
            }
        }
    }

    /// How far it is ahead of the machine's clock, in seconds; negative where it is behind.
    pub fn offset_s(&self) -> f64 {
        (self.now().as_millis() - wall_now().as_millis()) as f64 / 1000.0
    }

    /// How long to wait until it shows `at`; zero where that has passed.
    pub fn wait_until(&self, at: Timestamp) -> Duration {
        let left = at.since(self.now()).as_millis() as f64 / 1000.0 / self.rate;
        Duration::try_from_secs_f64(left).unwrap_or(Duration::MAX)
    }
}

fn wall_now() -> Timestamp {
    let since_1970 = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "saturates, and so does the time it is added to"
)]
fn to_span(seconds: f64) -> Span {
    Span::from_millis((seconds * 1000.0) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_simulated_clock_starts_where_it_is_told_and_runs_faster() {
        let epoch = Timestamp::from_secs(1_000_000);
        let clock = TwinClock::simulated(epoch, 3600.0);
        assert!(clock.now() >= epoch);
        let wait = clock.wait_until(epoch + Span::from_hours(1));
        assert!(wait <= Duration::from_secs(1), "{wait:?}");
        assert_eq!(clock.wait_until(Timestamp::MIN), Duration::ZERO);
    }
}
