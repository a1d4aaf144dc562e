//! What becomes of a report: whether it is sent and arrives, what it says, and how it is told.

use twin_core::{Reading, Timestamp};

use super::{Network, SensorReport};
use crate::sensing::device::Measured;
use crate::sensing::luck::Luck;
use crate::sensing::radio::{Air, Reception};

/// A frame that arrived; small, for a day has many of them that are brought into order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    /// When it was sent, in milliseconds after an instant that others have in common.
    pub(super) after_ms: u32,
    pub(super) sensor: u32,
    pub(super) f_cnt: u32,
    pub(super) measured: Measured,
    /// Nothing in a network without gateways.
    pub(super) reception: Reception,
}

/// A scheduled report: when, and which of its sensor.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scheduled {
    pub(super) sensor: usize,
    pub(super) number: u64,
    pub(super) at: Timestamp,
    /// The same, in milliseconds after an instant that frames have in common.
    pub(super) after_ms: u32,
    /// No gateway that can hear it is down then.
    pub(super) is_calm: bool,
}

impl Network {
    /// Sends a scheduled report on a container that is `fill` full; `None` where the sensor is silent or
    /// the frame is lost.
    #[expect(
        clippy::inline_always,
        reason = "what is handed over in memory is read before it has settled"
    )]
    #[inline(always)]
    pub(super) fn send(&mut self, scheduled: Scheduled, luck: &Luck, fill: f64) -> Option<Frame> {
        let Scheduled {
            sensor,
            number,
            at,
            after_ms,
            is_calm,
        } = scheduled;
        if let Some(air) = &self.air
            && !air.receiver(sensor).may_send(number)
        {
            return None;
        }
        self.live_until(sensor, at);
        let life = &mut self.lives[sensor];
        if life.truth.is_silent() {
            return None;
        }
        let f_cnt = life.next_f_cnt;
        life.next_f_cnt = f_cnt.wrapping_add(1);
        if u64::from(luck.radio.loss) < self.losses[usize::from(life.radio.is_on)] {
            return None;
        }
        let reception = match &self.air {
            Some(air) => air.hear((sensor, is_calm), at, &luck.radio)?,
            None => Reception::default(),
        };
        let device = &self.devices[sensor];
        let seen = (fill, &self.lives[sensor].truth);
        Some(Frame {
            after_ms,
            sensor: device.number,
            f_cnt,
            measured: device.measure(&self.spec.params, (at, luck), seen),
            reception,
        })
    }

    /// What a frame tells that was sent so long after `start`.
    pub(super) fn told(&self, frame: &Frame, start: Timestamp) -> SensorReport {
        match &self.air {
            Some(air) => frame.told_through(air, start),
            None => frame.told_alone(start),
        }
    }
}

impl SensorReport {
    /// Of a distance at `at` and nothing else, as from somebody who measured it beside the network.
    pub(crate) const fn of_distance(sensor: usize, at: Timestamp, distance_mm: u16) -> Self {
        Self {
            sensor,
            at,
            f_cnt: 0,
            measured: Measured::of_distance(distance_mm),
            radio: None,
        }
    }

    /// Whether it is the one that each sensor sends when the network begins.
    #[inline]
    pub fn is_first(&self) -> bool {
        self.measured.is_first()
    }

    /// What it says, in the units of readings.
    #[inline]
    pub fn reading(&self) -> Reading {
        self.measured.reading()
    }
}

impl Frame {
    /// What it tells in a network with gateways, sent so long after `start`.
    #[inline]
    pub(super) fn told_through(&self, air: &Air, start: Timestamp) -> SensorReport {
        SensorReport {
            radio: Some(air.frame(self.sensor as usize, self.reception)),
            ..self.told_alone(start)
        }
    }

    /// What it tells in a network without gateways, sent so long after `start`.
    #[inline]
    pub(super) fn told_alone(&self, start: Timestamp) -> SensorReport {
        SensorReport {
            sensor: self.sensor as usize,
            at: Timestamp::from_millis(start.as_millis() + i64::from(self.after_ms)),
            f_cnt: self.f_cnt,
            measured: self.measured,
            radio: None,
        }
    }
}
