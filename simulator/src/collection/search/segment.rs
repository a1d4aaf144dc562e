//! A stretch of a route, and what matters of it in time.

use crate::collection::Window;

/// A stretch of a route that keeps its windows: how long it takes at least, and when it may begin to
/// take that long.
///
/// Segments are put together in constant time. Vidal, Crainic, Gendreau and Prins, "A hybrid genetic
/// algorithm with adaptive diversity management for a large class of vehicle routing problems with
/// time-windows", 2013, section 4.3; here without time warp, since no route of ours breaks a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Segment {
    /// Ticks from its begin to its end, with the waiting that cannot be avoided.
    pub(super) duration: i32,
    /// When it begins at the earliest such that it takes no longer than that.
    pub(super) earliest: i32,
    /// When it begins at the latest.
    pub(super) latest: i32,
}

impl Segment {
    /// Something that takes `duration` and may begin within a window.
    pub(super) const fn new(window: Window, duration: i32) -> Self {
        Self {
            duration,
            earliest: window.open,
            latest: window.close,
        }
    }

    /// Itself, a drive, and another segment; also by how many ticks that comes too late.
    #[inline]
    pub(super) fn then(self, drive: i32, next: Self) -> (Self, i32) {
        // What overflows is too late by far, and stays so.
        let between = self.duration.saturating_add(drive);
        let begin = next.earliest.saturating_sub(between);
        let wait = begin.saturating_sub(self.latest).max(0);
        let late = self
            .earliest
            .saturating_add(between)
            .saturating_sub(next.latest);
        let joined = Self {
            duration: between.saturating_add(next.duration).saturating_add(wait),
            earliest: begin.max(self.earliest).saturating_sub(wait),
            latest: next.latest.saturating_sub(between).min(self.latest),
        };
        (joined, late)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn segment(open: i32, close: i32, duration: i32) -> Segment {
        Segment::new(Window { open, close }, duration)
    }

    #[rstest::rstest]
    #[case::no_wait(segment(0, 100, 5), 10, segment(0, 100, 5), (20, 0, 85), true)]
    #[case::leaves_later_to_avoid_waiting(segment(0, 100, 5), 10, segment(50, 60, 5), (20, 35, 45), true)]
    #[case::cannot_but_wait(segment(0, 10, 5), 10, segment(50, 60, 5), (45, 10, 10), true)]
    #[case::comes_too_late(segment(60, 100, 5), 10, segment(0, 70, 5), (20, 60, 55), false)]
    fn two_stretches_become_one(
        #[case] first: Segment,
        #[case] drive: i32,
        #[case] second: Segment,
        #[case] expected: (i32, i32, i32),
        #[case] is_in_time: bool,
    ) {
        let (joined, late) = first.then(drive, second);
        assert_eq!((joined.duration, joined.earliest, joined.latest), expected);
        assert_eq!(late <= 0, is_in_time);
    }
}
