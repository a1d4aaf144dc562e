//! What is known of a sensor, as the twin keeps it for each of a million: in three lines of the cache.

use crate::health::{FrameWindow, LastReport, SensorState, SensorStatus};
use crate::input::Quality;
use crate::time::Timestamp;
use crate::track::Track;
use crate::twin::Level;
use crate::units::{Celsius, Fraction};
use crate::uplink::Reading;

/// What is known of a sensor, through it of the container that it looks into, and what was learned of its
/// levels: in one place, so that a report meets one piece of cold memory and not three.
///
/// What the last report told is what is last known ([`SensorState::take`] sees to that), so that it
/// is kept once; a bit for each value tells whether there is one.
///
/// Its fields keep this order, so that each line holds one that a glance looks at.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, align(64))]
pub(crate) struct Live {
    bits: Bits,
    distance_mm: u16,
    same_distance: u16,
    status: SensorStatus,
    status_since: Timestamp,
    observed_at: Timestamp,
    received_at: Timestamp,
    battery: Fraction,
    temperature: Celsius,
    fill: Fraction,
    filled_at: Timestamp,
    frames: Option<FrameWindow>,
    track: Track,
    rssi_dbm: f32,
}

impl Live {
    /// Something of each of its three lines, for whoever reads ahead.
    pub(crate) fn glance(&self) -> usize {
        let frames = self.frames.map_or(0, |frames| frames.lost());
        usize::from(self.bits.0) ^ (frames ^ self.rssi_dbm.to_bits()) as usize
    }

    /// How well the sensor does.
    pub(crate) const fn status(&self) -> SensorStatus {
        self.status
    }

    /// How the sensor does.
    pub(crate) fn sensor(&self) -> SensorState {
        let bits = self.bits;
        let distance_mm = Some(self.distance_mm);
        let battery = Some(self.battery);
        let temperature = Some(self.temperature);
        let is_tilted = bits.has(Bits::TILTED);
        let reading = Reading {
            distance_mm: distance_mm.filter(|_| bits.has(Bits::LAST_DISTANCE)),
            is_distance_doubtful: bits.has(Bits::LAST_DOUBTFUL),
            temperature: temperature.filter(|_| bits.has(Bits::LAST_TEMPERATURE)),
            battery: battery.filter(|_| bits.has(Bits::LAST_BATTERY)),
            is_tilted: Some(is_tilted).filter(|_| bits.has(Bits::LAST_TILT)),
        };
        let last = LastReport {
            observed_at: self.observed_at,
            received_at: self.received_at,
            reading,
            rssi_dbm: Some(self.rssi_dbm).filter(|_| bits.has(Bits::LAST_RSSI)),
        };
        SensorState {
            status: self.status,
            status_since: self.status_since,
            last: Some(last).filter(|_| bits.has(Bits::LAST)),
            distance_mm: distance_mm.filter(|_| bits.has(Bits::DISTANCE)),
            battery: battery.filter(|_| bits.has(Bits::BATTERY)),
            temperature: temperature.filter(|_| bits.has(Bits::TEMPERATURE)),
            is_tilted,
            same_distance: self.same_distance,
            frames: self.frames,
        }
    }

    /// Keeps how the sensor does; what its last report tells goes before what is last known.
    pub(crate) fn set_sensor(&mut self, state: SensorState) {
        let last = state.last.unwrap_or_default();
        let told = last.reading;
        let distance_mm = told.distance_mm.or(state.distance_mm);
        let battery = told.battery.or(state.battery);
        let temperature = told.temperature.or(state.temperature);
        let is_tilted = told.is_tilted.unwrap_or(state.is_tilted);
        self.bits = Bits(self.bits.0 & Bits::LEVEL)
            .with(Bits::LAST, state.last.is_some())
            .with(Bits::LAST_DISTANCE, told.distance_mm.is_some())
            .with(Bits::LAST_DOUBTFUL, told.is_distance_doubtful)
            .with(Bits::LAST_TEMPERATURE, told.temperature.is_some())
            .with(Bits::LAST_BATTERY, told.battery.is_some())
            .with(Bits::LAST_TILT, told.is_tilted.is_some())
            .with(Bits::LAST_RSSI, last.rssi_dbm.is_some())
            .with(Bits::DISTANCE, distance_mm.is_some())
            .with(Bits::BATTERY, battery.is_some())
            .with(Bits::TEMPERATURE, temperature.is_some())
            .with(Bits::TILTED, is_tilted);
        self.status = state.status;
        self.status_since = state.status_since;
        self.distance_mm = distance_mm.unwrap_or_default();
        self.same_distance = state.same_distance;
        self.rssi_dbm = last.rssi_dbm.unwrap_or_default();
        self.observed_at = last.observed_at;
        self.received_at = last.received_at;
        self.battery = battery.unwrap_or_default();
        self.temperature = temperature.unwrap_or_default();
        self.frames = state.frames;
    }

    /// Keeps how well the sensor does, and since when.
    pub(crate) const fn set_status(&mut self, status: SensorStatus, since: Timestamp) {
        self.status = status;
        self.status_since = since;
    }

    /// The last fill that the sensor measured in its present container.
    pub(crate) fn level(&self) -> Option<Level> {
        let level = Level {
            fill: self.fill,
            observed_at: self.filled_at,
        };
        Some(level).filter(|_| self.bits.has(Bits::LEVEL))
    }

    /// Takes in a measured fill; one that is older than the last changes nothing, and one of the same time
    /// teaches nothing.
    pub(crate) fn take_level(&mut self, level: Level, quality: Quality) {
        let before = self.level();
        if before.is_some_and(|before| before.observed_at > level.observed_at) {
            return;
        }
        self.set_level(Some(level));
        let is_again = before.is_some_and(|before| before.observed_at == level.observed_at);
        if !is_again {
            self.track.take(before, level, quality);
        }
    }

    /// What was learned of the sensor in its present container.
    pub(crate) const fn track(&self) -> &Track {
        &self.track
    }

    /// The same, to change.
    pub(crate) const fn track_mut(&mut self) -> &mut Track {
        &mut self.track
    }

    /// Forgets what it measured and what was learned of it, for it looks into another container.
    pub(crate) fn forget_container(&mut self) {
        self.set_level(None);
        self.track = Track::default();
    }

    /// Keeps the last fill that the sensor measured, or that it has measured none yet.
    pub(crate) fn set_level(&mut self, level: Option<Level>) {
        self.bits = self.bits.with(Bits::LEVEL, level.is_some());
        if let Some(level) = level {
            self.fill = level.fill;
            self.filled_at = level.observed_at;
        }
    }
}

/// Which values there are, and those that are but yes or no.
#[derive(Clone, Copy, Debug, Default)]
struct Bits(u16);

impl Bits {
    const LAST: u16 = 1;
    const LAST_DISTANCE: u16 = 1 << 1;
    const LAST_DOUBTFUL: u16 = 1 << 2;
    const LAST_TEMPERATURE: u16 = 1 << 3;
    const LAST_BATTERY: u16 = 1 << 4;
    const LAST_TILT: u16 = 1 << 5;
    const LAST_RSSI: u16 = 1 << 6;
    const DISTANCE: u16 = 1 << 7;
    const BATTERY: u16 = 1 << 8;
    const TEMPERATURE: u16 = 1 << 9;
    const TILTED: u16 = 1 << 10;
    const LEVEL: u16 = 1 << 11;

    const fn has(self, bit: u16) -> bool {
        self.0 & bit != 0
    }

    fn with(self, bit: u16, is_set: bool) -> Self {
        let others = self.0 & !bit;
        Self(others | if is_set { bit } else { 0 })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn reports() -> impl Strategy<Value = LastReport> {
        let reading = (
            prop::option::of(0_u16..3),
            any::<bool>(),
            prop::option::of(0.0..1.0),
            prop::option::of(-20.0..40.0),
            prop::option::of(any::<bool>()),
        );
        let reading =
            reading.prop_map(
                |(distance_mm, doubtful, battery, temperature, tilt)| Reading {
                    distance_mm,
                    is_distance_doubtful: doubtful,
                    battery: battery.map(Fraction::saturating),
                    temperature: temperature.map(|it| Celsius::new(it).unwrap()),
                    is_tilted: tilt,
                },
            );
        let rssi_dbm = prop::option::of(-120.0_f32..0.0);
        (reading, 0_i64..20, 0_i64..20, rssi_dbm).prop_map(|(reading, at, later, rssi_dbm)| {
            LastReport {
                observed_at: Timestamp::from_secs(at),
                received_at: Timestamp::from_secs(at + later),
                reading,
                rssi_dbm,
            }
        })
    }

    proptest! {
        #[test]
        fn nothing_that_reports_tell_is_lost(
            all in prop::collection::vec((reports(), prop::option::of(0_u32..99)), 0..20),
            fill in prop::option::of(0.0..1.0),
        ) {
            let mut plain = SensorState::default();
            let mut live = Live::default();
            let level = fill.map(|fill| Level {
                fill: Fraction::saturating(fill),
                observed_at: Timestamp::from_secs(7),
            });
            live.set_level(level);
            for (report, f_cnt) in all {
                if let Some(f_cnt) = f_cnt {
                    plain.frames = Some(FrameWindow::after(plain.frames, "s", f_cnt));
                }
                plain.take(report);
                plain.status_since = report.received_at;
                live.set_sensor(plain);
                prop_assert_eq!(live.sensor(), plain);
                prop_assert_eq!(live.level(), level);
            }
        }
    }

    #[test]
    fn a_state_takes_three_lines_of_the_cache_and_a_glance_meets_each() {
        assert_eq!(size_of::<Live>(), 192);
        let frames = std::mem::offset_of!(Live, frames);
        assert_eq!(std::mem::offset_of!(Live, bits) / 64, 0);
        assert_eq!(frames / 64, 1);
        assert_eq!((frames + size_of::<Option<FrameWindow>>() - 1) / 64, 1);
        assert_eq!(std::mem::offset_of!(Live, rssi_dbm) / 64, 2);
    }
}
