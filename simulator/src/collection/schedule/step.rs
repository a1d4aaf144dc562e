//! What a route is to its clock: a sequence of ways, each with what is done at its end.

use crate::collection::Window;

/// A way, and the work at its end. Every number of ticks is 0 to [`Window::LAST`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step<'p> {
    /// Ticks of the way; 0 where there is none.
    pub drive: i32,
    /// Ticks of work: setup and service, unloading, or closing the day.
    pub fixed: i32,
    /// When the way may begin at the earliest: the release of the trip that it begins; else 0.
    pub not_before: i32,
    /// When the work may start: in order, without overlap. Empty means at any time.
    pub windows: &'p [Window],
}

/// What a route takes of its crew's day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// When its timeline begins: when the crew comes on duty, or can leave where it was begun.
    pub begins: i32,
    /// When the crew goes off duty.
    pub ends: i32,
    /// Ticks on duty, those before the timeline of a begun day included.
    pub duration: i32,
    /// Those of them beyond the normal duration.
    pub overtime: i32,
}
