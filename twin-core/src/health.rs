//! How well a sensor does: fresh or silent, upright or tilted, alive or stuck.

use std::num::NonZeroU64;

use serde::{Deserialize, Serialize};

use crate::detail::named_enum;
use crate::time::{Span, Timestamp};
use crate::units::{Celsius, Fraction};
use crate::uplink::Reading;

named_enum! {
    /// How well a sensor does; where several hold, the one that says most about its values.
    #[derive(Default)]
    SensorStatus, "status of a sensor" {
        /// Reports as expected.
        Ok = "ok",
        /// Its battery must be changed soon.
        LowBattery = "low-battery",
        /// Reports the same distance again and again.
        Stuck = "stuck",
        /// Hangs out of its mounting position: its distances say nothing.
        Tilted = "tilted",
        /// Has not reported for several expected intervals.
        Stale = "stale",
        /// Has not reported for so long that somebody should look.
        Silent = "silent",
        /// Has never reported; also the status of a container without a sensor.
        #[default]
        Unknown = "unknown",
    }
}

/// When a sensor counts as stale, silent, stuck or low on battery.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HealthRules {
    /// Expected intervals without a report until a sensor is stale.
    pub stale_after_intervals: u16,
    /// Expected intervals without a report until a sensor is silent.
    pub silent_after_intervals: u16,
    /// Reports of the very same distance until a sensor is stuck. A working sensor's noise is
    /// some 10 mm (domain knowledge, ultrasonic): even ten equal readings in a row are unlikely.
    pub stuck_after_reports: u16,
    /// Charge below which a battery is low.
    pub low_battery: Fraction,
}

impl Default for HealthRules {
    fn default() -> Self {
        Self {
            stale_after_intervals: 3,
            silent_after_intervals: 12,
            stuck_after_reports: 12,
            low_battery: Fraction::saturating(0.15),
        }
    }
}

/// The newest report of a sensor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LastReport {
    /// When it was measured, by the network's clock.
    pub observed_at: Timestamp,
    /// When the twin received it.
    pub received_at: Timestamp,
    /// What it said.
    pub reading: Reading,
    /// Signal strength at the best gateway, in dBm.
    pub rssi_dbm: Option<f32>,
}

/// What is known of a sensor at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SensorState {
    /// How well it does.
    pub status: SensorStatus,
    /// Since when.
    pub status_since: Timestamp,
    /// Its newest report; `None`: it never reported.
    pub last: Option<LastReport>,
    /// Last known distance to the surface, in millimetres.
    pub distance_mm: Option<u16>,
    /// Last known charge of its battery.
    pub battery: Option<Fraction>,
    /// Last known temperature.
    pub temperature: Option<Celsius>,
    /// Whether its last known position was out of the mounting.
    pub is_tilted: bool,
    /// How many reports in a row had the very same distance; those without one do not count.
    pub same_distance: u16,
    /// Which frames of its radio session were received.
    pub frames: Option<FrameWindow>,
}

impl SensorState {
    /// Takes in a report; one that is older than the newest changes nothing but the frames.
    pub(crate) fn take(&mut self, report: LastReport) {
        if self
            .last
            .is_some_and(|last| report.observed_at < last.observed_at)
        {
            return;
        }
        // The newest one read anew is no further report.
        let is_again = self.last.is_some_and(|last| {
            report.observed_at == last.observed_at && last.reading.distance_mm.is_some()
        });
        if let Some(distance_mm) = report.reading.distance_mm {
            let is_same = self.distance_mm == Some(distance_mm);
            self.same_distance = match (is_again, is_same) {
                (true, _) => self.same_distance,
                (false, true) => self.same_distance.saturating_add(1),
                (false, false) => 1,
            };
            self.distance_mm = Some(distance_mm);
        }
        self.battery = report.reading.battery.or(self.battery);
        self.temperature = report.reading.temperature.or(self.temperature);
        self.is_tilted = report.reading.is_tilted.unwrap_or(self.is_tilted);
        self.last = Some(report);
    }

    /// How well the sensor does at `now`, if it should report every `interval`.
    pub fn health(&self, rules: &HealthRules, interval: Span, now: Timestamp) -> SensorStatus {
        let Some(last) = &self.last else {
            return SensorStatus::Unknown;
        };
        let age = now.since(last.observed_at);
        if age >= interval.times(rules.silent_after_intervals) {
            SensorStatus::Silent
        } else if age >= interval.times(rules.stale_after_intervals) {
            SensorStatus::Stale
        } else if self.is_tilted {
            SensorStatus::Tilted
        } else if self.same_distance >= rules.stuck_after_reports {
            SensorStatus::Stuck
        } else if self
            .battery
            .is_some_and(|battery| battery < rules.low_battery)
        {
            SensorStatus::LowBattery
        } else {
            SensorStatus::Ok
        }
    }

    /// When its status changes next if it never reports again; `None`: never.
    pub fn deadline(&self, rules: &HealthRules, interval: Span) -> Option<Timestamp> {
        let last = self.last?;
        match self.status {
            SensorStatus::Silent => None,
            SensorStatus::Stale => {
                Some(last.observed_at + interval.times(rules.silent_after_intervals))
            }
            _ => Some(last.observed_at + interval.times(rules.stale_after_intervals)),
        }
    }
}

/// Which frames of a sensor were received, in its present radio session and the one before: a
/// network may deliver a frame again after the device has joined anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameWindow {
    present: SessionWindow,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<SessionWindow>,
}

/// The newest counter of a session and the 63 before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct SessionWindow {
    /// Fingerprint of the session.
    session: u64,
    newest: u32,
    /// Bit `n`: the frame `newest − n` was received; that is so of the newest itself.
    seen: NonZeroU64,
    /// Frames of this session that never came (yet).
    lost: u32,
}

/// What a frame is to the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FrameVerdict {
    /// Not received before.
    New,
    /// Received before: delivered twice.
    Duplicate,
    /// Older than the window: a replay.
    Replay,
}

impl FrameWindow {
    /// Frames of the present session that were sent but never received.
    pub const fn lost(&self) -> u32 {
        self.present.lost
    }

    /// What a frame is to what was received so far.
    pub(crate) fn judge(window: Option<Self>, session: &str, f_cnt: u32) -> FrameVerdict {
        let session = fingerprint(session);
        window
            .and_then(|window| window.of_session(session))
            .map_or(FrameVerdict::New, |window| window.judge(f_cnt))
    }

    /// The window after a new frame.
    pub(crate) fn after(window: Option<Self>, session: &str, f_cnt: u32) -> Self {
        let session = fingerprint(session);
        match window {
            Some(window) if window.present.session == session => Self {
                present: window.present.after(f_cnt),
                ..window
            },
            Some(Self {
                present,
                before: Some(before),
            }) if before.session == session => Self {
                present,
                before: Some(before.after(f_cnt)),
            },
            _ => Self {
                present: SessionWindow::first(session, f_cnt),
                before: window.map(|window| window.present),
            },
        }
    }

    fn of_session(self, session: u64) -> Option<SessionWindow> {
        [Some(self.present), self.before]
            .into_iter()
            .flatten()
            .find(|window| window.session == session)
    }
}

impl SessionWindow {
    /// Frames older than the newest one by this many are replays.
    const WIDTH: u32 = 64;

    const fn first(session: u64, f_cnt: u32) -> Self {
        Self {
            session,
            newest: f_cnt,
            seen: NonZeroU64::MIN,
            lost: 0,
        }
    }

    const fn judge(self, f_cnt: u32) -> FrameVerdict {
        match self.newest.checked_sub(f_cnt) {
            Some(age) if age >= Self::WIDTH => FrameVerdict::Replay,
            Some(age) if self.seen.get() >> age & 1 == 1 => FrameVerdict::Duplicate,
            _ => FrameVerdict::New,
        }
    }

    fn after(self, f_cnt: u32) -> Self {
        if let Some(age) = self.newest.checked_sub(f_cnt) {
            let bit = 1_u64.checked_shl(age).unwrap_or(0);
            return Self {
                seen: self.seen | bit,
                lost: self.lost.saturating_sub(1),
                ..self
            };
        }
        let step = f_cnt - self.newest;
        Self {
            newest: f_cnt,
            seen: NonZeroU64::MIN | self.seen.get().checked_shl(step).unwrap_or(0),
            lost: self.lost.saturating_add(step - 1),
            ..self
        }
    }
}

/// FNV-1a, 64 bits: enough to tell two sessions of one device apart.
fn fingerprint(session: &str) -> u64 {
    session.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(hours: i64, distance_mm: u16) -> LastReport {
        let at = Timestamp::from_secs(hours * 3600);
        let reading = Reading {
            distance_mm: Some(distance_mm),
            ..Reading::default()
        };
        LastReport {
            observed_at: at,
            received_at: at,
            reading,
            rssi_dbm: None,
        }
    }

    #[rstest::rstest]
    #[case::at_once(0, SensorStatus::Ok)]
    #[case::just_before_it_is_stale(11, SensorStatus::Ok)]
    #[case::after_three_intervals(12, SensorStatus::Stale)]
    #[case::just_before_it_is_silent(47, SensorStatus::Stale)]
    #[case::after_twelve_intervals(48, SensorStatus::Silent)]
    fn a_sensor_that_stops_reporting_gets_stale_then_silent(
        #[case] hours: i64,
        #[case] status: SensorStatus,
    ) {
        let mut state = SensorState::default();
        state.take(report(0, 1000));
        let now = Timestamp::from_secs(hours * 3600);
        assert_eq!(
            state.health(&HealthRules::default(), Span::from_hours(4), now),
            status
        );
    }

    #[test]
    fn the_same_distance_again_and_again_is_stuck() {
        let mut state = SensorState::default();
        let mut health = Vec::new();
        for hour in 0..13 {
            state.take(report(hour, 1000));
            health.push(state.health(
                &HealthRules::default(),
                Span::from_hours(4),
                Timestamp::from_secs(hour * 3600),
            ));
        }
        assert_eq!(health[10], SensorStatus::Ok);
        assert_eq!(health[11], SensorStatus::Stuck);
        state.take(report(13, 990));
        assert_eq!(state.same_distance, 1);
    }

    #[test]
    fn reports_without_a_distance_do_not_hide_that_a_sensor_is_stuck() {
        let mut state = SensorState::default();
        for hour in 0..12 {
            state.take(report(2 * hour, 1000));
            let mut heartbeat = report(2 * hour + 1, 0);
            heartbeat.reading = Reading::default();
            state.take(heartbeat);
        }
        assert_eq!(state.same_distance, 12);
    }

    #[test]
    fn a_late_report_does_not_overwrite_a_newer_one() {
        let mut state = SensorState::default();
        state.take(report(5, 900));
        state.take(report(3, 1200));
        assert_eq!(state.last.unwrap().reading.distance_mm, Some(900));
    }

    #[test]
    fn frames_are_new_once_and_replays_are_told_apart() {
        let mut window = None;
        for f_cnt in [0, 1, 5, 3] {
            assert_eq!(FrameWindow::judge(window, "a", f_cnt), FrameVerdict::New);
            window = Some(FrameWindow::after(window, "a", f_cnt));
        }
        assert_eq!(window.unwrap().lost(), 2, "2 and 4 are missing");
        assert_eq!(FrameWindow::judge(window, "a", 3), FrameVerdict::Duplicate);
        assert_eq!(FrameWindow::judge(window, "a", 2), FrameVerdict::New);
        window = Some(FrameWindow::after(window, "a", 500));
        assert_eq!(FrameWindow::judge(window, "a", 5), FrameVerdict::Replay);
        assert_eq!(
            FrameWindow::judge(window, "b", 5),
            FrameVerdict::New,
            "a new session starts again"
        );
        window = Some(FrameWindow::after(window, "b", 5));
        assert_eq!(
            FrameWindow::judge(window, "a", 500),
            FrameVerdict::Duplicate,
            "a frame of the session before, delivered again"
        );
    }
}
