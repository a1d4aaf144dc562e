//! Which sensors may become stale or silent next, without looking at all of them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use twin_core::{AssetKind, Timestamp, Twin};

/// One valid deadline per sensor, never later than the sensor's own. A sensor whose deadline moves
/// back is not moved: the old deadline comes up, is found too early, and is put back later. One
/// whose deadline comes forward is queued anew, and what was queued before no longer counts.
#[derive(Debug, Default)]
pub(super) struct Deadlines {
    queue: BinaryHeap<Reverse<(Timestamp, u32)>>,
    queued: Vec<Option<Timestamp>>,
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
        if self.queued.len() <= ix {
            self.queued.resize(ix + 1, None);
        }
        let Some(at) = twin.deadline(sensor) else {
            return;
        };
        if self.queued[ix].is_none_or(|queued| at < queued) {
            self.queue.push(Reverse((at, sensor)));
            self.queued[ix] = Some(at);
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
            if self.queued[sensor as usize] != Some(at) {
                continue;
            }
            self.queued[sensor as usize] = None;
            match twin.deadline(sensor) {
                Some(deadline) if deadline <= now => due.push(sensor),
                Some(_) => self.arm(twin, sensor),
                None => {}
            }
        }
        due
    }
}
