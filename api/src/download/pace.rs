//! How fast a server sends.

use std::time::{Duration, Instant};

/// What a server sends at least, in bytes a second, on average over a stretch.
const LEAST_PER_SECOND: u64 = 1024;

/// Sees to it that a server does not keep a connection busy with next to nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    stretch: Duration,
    begun: Instant,
    bytes: u64,
}

impl Pace {
    /// Begins to watch, stretch by stretch.
    pub(super) const fn new(stretch: Duration, now: Instant) -> Self {
        Self {
            stretch,
            begun: now,
            bytes: 0,
        }
    }

    /// Notes that so many bytes came.
    ///
    /// # Errors
    /// The bytes and the seconds of a stretch in which less came than should have.
    pub(super) fn note(&mut self, bytes: u64, now: Instant) -> Result<(), (u64, u64)> {
        self.bytes += bytes;
        let passed = now.saturating_duration_since(self.begun);
        if passed < self.stretch {
            return Ok(());
        }
        let seconds = passed.as_secs().max(1);
        if self.bytes < seconds.saturating_mul(LEAST_PER_SECOND) {
            return Err((self.bytes, seconds));
        }
        *self = Self::new(self.stretch, now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trickle_is_seen_at_the_end_of_its_stretch() {
        let begun = Instant::now();
        let mut pace = Pace::new(Duration::from_secs(10), begun);
        let at = |seconds| begun + Duration::from_secs(seconds);
        assert_eq!(pace.note(1, at(9)), Ok(()));
        assert_eq!(pace.note(1, at(10)), Err((2, 10)));
    }

    #[test]
    fn each_stretch_counts_for_itself() {
        let begun = Instant::now();
        let mut pace = Pace::new(Duration::from_secs(10), begun);
        let at = |seconds| begun + Duration::from_secs(seconds);
        assert_eq!(pace.note(1_000_000, at(10)), Ok(()));
        assert_eq!(pace.note(10, at(20)), Err((10, 10)));
    }
}
