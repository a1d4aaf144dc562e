//! What becomes of a report: whether it is sent and arrives, what it says, and how it is told.

use twin_core::Timestamp;

use super::{Network, SensorReport};
use crate::sensing::device::Measured;
use crate::sensing::luck::Luck;
use crate::sensing::radio::Reception;

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
    /// No gateway that can hear it is down then.
    pub(super) is_calm: bool,
}

impl Network {
    /// Sends a scheduled report on a container that is `fill` full; `None` where the sensor is silent or
    /// the frame is lost. The caller says when it was sent.
    #[inline]
    pub(super) fn send(&mut self, scheduled: Scheduled, luck: &Luck, fill: f64) -> Option<Frame> {
        let Scheduled {
            sensor,
            number,
            at,
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
            after_ms: 0,
            sensor: device.number,
            f_cnt,
            measured: device.measure(&self.spec.params, (at, luck), seen),
            reception,
        })
    }

    /// What a frame tells that was sent so long after `start`.
    #[inline]
    pub(super) fn told(&self, frame: &Frame, start: Timestamp) -> SensorReport {
        let sensor = frame.sensor as usize;
        let air = self.air.as_ref();
        SensorReport {
            sensor,
            at: Timestamp::from_millis(start.as_millis() + i64::from(frame.after_ms)),
            f_cnt: frame.f_cnt,
            reading: frame.measured.reading(),
            is_first: false,
            radio: air.map(|air| air.receiver(sensor).frame(frame.reception)),
        }
    }
}
