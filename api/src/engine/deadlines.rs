//! Which sensors may become stale or silent next, without looking at all of them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use twin_core::{AssetKind, Timestamp, Twin};

/// At most one pending deadline per sensor. A sensor that reports in the meantime is not moved:
/// its old deadline comes up, is found too early, and is put back later.
#[derive(Debug, Default)]
pub(super) struct Deadlines {
    queue: BinaryHeap<Reverse<(Timestamp, u32)>>,
    is_queued: Vec<bool>,
}

impl Deadlines {
    /// The deadlines of every sensor of a twin.
    pub(super) fn of(twin: &Twin) -> Self {
        let mut deadlines = Self::default();
        for sensor in twin.inventory().numbers(AssetKind::Sensor) {
            deadlines.arm(twin, sensor);
        }
        deadlines
    }

    /// The earliest deadline; it may turn out too early, never too late.
    pub(super) fn next(&self) -> Option<Timestamp> {
        self.queue.peek().map(|Reverse((at, _sensor))| *at)
    }

    /// Makes sure that a sensor which can become stale or silent is waited for.
    pub(super) fn arm(&mut self, twin: &Twin, sensor: u32) {
        let ix = sensor as usize;
        if self.is_queued.len() <= ix {
            self.is_queued.resize(ix + 1, false);
        }
        if self.is_queued[ix] {
            return;
        }
        if let Some(at) = twin.deadline(sensor) {
            self.queue.push(Reverse((at, sensor)));
            self.is_queued[ix] = true;
        }
    }

    /// Takes out the sensors whose deadline has come; those that reported since are put back.
    /// Every sensor that is returned must be armed again.
    pub(super) fn take_due(&mut self, twin: &Twin, now: Timestamp) -> Vec<u32> {
        let mut due = Vec::new();
        while let Some(Reverse((at, sensor))) = self.queue.peek().copied() {
            if at > now {
                break;
            }
            self.queue.pop();
            self.is_queued[sensor as usize] = false;
            match twin.deadline(sensor) {
                Some(deadline) if deadline <= now => due.push(sensor),
                Some(_) => self.arm(twin, sensor),
                None => {}
            }
        }
        due
    }
}
