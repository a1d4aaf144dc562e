//! A route as it would be.

use super::model::{ClassFacts, StopFacts};
use super::segment::Segment;
use super::solution::{Node, released, then};
use super::tails::Tail;
use super::ways::{BLOCKED, Leg, Ways};

/// A route as it would be, from some place of it on.
#[derive(Debug)]
pub(super) struct Chain<'a, W> {
    ways: &'a W,
    class: &'a ClassFacts,
    pub(super) place: u32,
    /// From the begin of the route, and by how much it is too late.
    pub(super) time: (Segment, i32),
    /// From the place where the chain begins.
    pub(super) length: i64,
    is_blocked: bool,
}

impl<W> Clone for Chain<'_, W> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<W> Copy for Chain<'_, W> {}

impl<'a, W: Ways> Chain<'a, W> {
    pub(super) const fn begin(
        ways: &'a W,
        class: &'a ClassFacts,
        place: u32,
        until: Segment,
    ) -> Self {
        Self {
            ways,
            class,
            place,
            time: (until, 0),
            length: 0,
            is_blocked: false,
        }
    }

    /// Whether it keeps the rules.
    pub(super) fn can_be(&self, is_timed: bool) -> bool {
        let (whole, late) = self.time;
        let is_in_time = late <= 0 && whole.duration <= self.class.max_duration;
        !self.is_blocked && (is_in_time || !is_timed)
    }

    pub(super) fn leave_after(mut self, release: i32) -> Self {
        self.time = then(self.time, 0, released(release));
        self
    }

    pub(super) fn serve(self, stop: &StopFacts) -> Self {
        self.reach(stop.place, stop.setup, stop.serve)
    }

    pub(super) fn go_on(self, node: &Node) -> Self {
        self.reach(node.place, node.setup, node.from)
    }

    pub(super) fn unload(self, tail: &Tail) -> Self {
        let mut chain = self.reach(tail.enter, 0, tail.time);
        chain.length += i64::from(tail.length);
        chain.place = tail.exit;
        chain
    }

    pub(super) fn end(self) -> Self {
        let class = self.class;
        self.reach(class.end, 0, class.finish)
    }

    fn reach(mut self, place: u32, setup: i32, segment: Segment) -> Self {
        let leg: Leg = self.ways.leg(self.class.base, self.place, place);
        let drive = leg.duration + if self.place == place { 0 } else { setup };
        self.time = then(self.time, drive, segment);
        self.length += i64::from(leg.length);
        self.is_blocked |= leg.length >= BLOCKED;
        self.place = place;
        self
    }
}
