//! Whether there is something to be alarmed about: what is known of an asset, against the rules.

use std::collections::BTreeSet;

use twin_core::{
    Alarm, AlarmCause, AlarmPriority, AssetId, AssetKind, Seen, SensorState, SensorStatus,
    Sighting, Timestamp, Twin,
};

use super::delays::{Finding, Verdict};
use super::rules::AlarmRules;
use super::trend::{Heat, Trend};

const MS_PER_DAY: f64 = 86_400_000.0;

/// The causes that are looked for in a container.
pub(super) const OF_CONTAINERS: [AlarmCause; 5] = [
    AlarmCause::ContainerFull,
    AlarmCause::OverflowSoon,
    AlarmCause::Blocked,
    AlarmCause::DumpedBeside,
    AlarmCause::LidOpen,
];
/// The causes that are looked for in a sensor.
pub(super) const OF_SENSORS: [AlarmCause; 4] = [
    AlarmCause::Fire,
    AlarmCause::SensorFailing,
    AlarmCause::Tilt,
    AlarmCause::Replay,
];
/// The causes that are looked for in a camera.
pub(super) const OF_CAMERAS: [AlarmCause; 2] =
    [AlarmCause::CameraDown, AlarmCause::AuthorisationExpiring];

/// What is known at a moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Judge<'a> {
    pub(super) twin: &'a Twin,
    pub(super) rules: &'a AlarmRules,
    pub(super) trends: &'a std::collections::BTreeMap<u32, Trend>,
    pub(super) heat: &'a Heat,
    /// Sensors that are silent because a gateway is, by number.
    pub(super) behind_gateways: &'a BTreeSet<u32>,
    /// By when containers are emptied.
    pub(super) next_visit: Timestamp,
    pub(super) now: Timestamp,
}

impl Judge<'_> {
    /// Whether there is something to be alarmed about; `standing` is the alarm that there is of it.
    pub(super) fn verdict(
        &self,
        cause: AlarmCause,
        asset: &AssetId,
        standing: Option<&Alarm>,
    ) -> Verdict {
        let Some(found) = self.twin.inventory().find(asset) else {
            return Verdict::Over(Timestamp::MIN);
        };
        match cause {
            AlarmCause::ContainerFull => self.full(asset, found.ix),
            AlarmCause::OverflowSoon => self.soon(found.ix),
            AlarmCause::SensorFailing => self.failing(found.ix),
            AlarmCause::Fire => self.fire(found.ix),
            AlarmCause::Tilt => self.tilt(found.ix),
            AlarmCause::Replay => self.replay(standing),
            AlarmCause::AuthorisationExpiring => self.authorisation(found.ix),
            AlarmCause::CameraDown => self.as_told(cause, standing),
            AlarmCause::Blocked => self.seen(cause, asset, Sighting::Blocked),
            AlarmCause::DumpedBeside => self.seen(cause, asset, Sighting::DumpedBeside),
            AlarmCause::LidOpen => self.seen(cause, asset, Sighting::LidOpen),
            // Judged by all sensors together.
            AlarmCause::GatewayOut => Verdict::Unsettled,
        }
    }

    fn holds(&self, cause: AlarmCause, since: Timestamp, value: Option<f64>) -> Verdict {
        Verdict::Holds(Finding {
            since,
            value,
            priority: self.rules.priority(cause),
        })
    }

    /// What somebody saw stands until somebody sees otherwise, or for as long as the rules say.
    fn seen(&self, cause: AlarmCause, container: &AssetId, sighting: Sighting) -> Verdict {
        match self.stands(container, sighting) {
            Some(seen) => self.holds(cause, seen.at, None),
            None => Verdict::Over(self.now),
        }
    }

    fn stands(&self, container: &AssetId, sighting: Sighting) -> Option<Seen> {
        let told = self.twin.reported(container)?.of(sighting)?;
        let lasts = self.rules.reported.stands_for.span();
        (told.at + lasts > self.now).then_some(told)
    }

    fn full(&self, id: &AssetId, container: u32) -> Verdict {
        if let Some(seen) = self.stands(id, Sighting::Full) {
            let level = self.twin.level(container).map(|level| level.fill);
            let measured = level.filter(|fill| *fill >= self.rules.container_full.raise_at);
            let value = measured.map(twin_core::Fraction::get);
            return self.holds(AlarmCause::ContainerFull, seen.at, value);
        }
        let Some(level) = self.twin.level(container) else {
            return Verdict::Over(self.now);
        };
        let rules = &self.rules.container_full;
        if level.fill >= rules.raise_at {
            let value = Some(level.fill.get());
            return self.holds(AlarmCause::ContainerFull, level.observed_at, value);
        }
        if level.fill < rules.clear_below {
            return Verdict::Over(level.observed_at);
        }
        Verdict::Unsettled
    }

    /// A container that is full is told of as such.
    fn soon(&self, container: u32) -> Verdict {
        let rules = &self.rules.overflow_soon;
        let level = self.twin.level(container);
        let Some(level) = level.filter(|level| level.fill >= rules.watch_from) else {
            return Verdict::Over(self.now);
        };
        if level.fill >= self.rules.container_full.raise_at {
            return Verdict::Over(level.observed_at);
        }
        let trend = self.trends.get(&container);
        let Some(foreseen) = trend.and_then(|trend| trend.fill_at(self.next_visit, rules)) else {
            return Verdict::Unsettled;
        };
        if foreseen >= rules.raise_at.get() {
            let value = Some(level.fill.get());
            return self.holds(AlarmCause::OverflowSoon, self.now, value);
        }
        if foreseen < rules.clear_below.get() {
            return Verdict::Over(self.now);
        }
        Verdict::Unsettled
    }

    fn state(&self, sensor: u32) -> Option<SensorState> {
        self.twin
            .sensor(sensor)
            .filter(|state| state.last.is_some())
    }

    fn failing(&self, sensor: u32) -> Verdict {
        let Some(state) = self.state(sensor) else {
            return Verdict::Over(self.now);
        };
        if state.status == SensorStatus::Silent && self.behind_gateways.contains(&sensor) {
            return Verdict::Over(Timestamp::MIN);
        }
        if self.rules.sensor_failing.statuses.contains(&state.status) {
            return self.holds(AlarmCause::SensorFailing, state.status_since, None);
        }
        match state.status {
            // Late, but not yet silent; and what failed before it was late goes on.
            SensorStatus::Stale => Verdict::Unsettled,
            _ => Verdict::Over(state.status_since),
        }
    }

    fn tilt(&self, sensor: u32) -> Verdict {
        let Some(state) = self.state(sensor) else {
            return Verdict::Over(self.now);
        };
        let told_at = state.last.map_or(self.now, |last| last.observed_at);
        if state.is_tilted {
            return self.holds(AlarmCause::Tilt, told_at, None);
        }
        Verdict::Over(told_at)
    }

    fn fire(&self, sensor: u32) -> Verdict {
        let known = self
            .state(sensor)
            .and_then(|state| Some((state.last?, state.temperature?)));
        let Some((last, temperature)) = known else {
            return Verdict::Over(self.now);
        };
        let value = Some(temperature.get());
        if self.rules.is_fire(temperature) {
            return self.holds(AlarmCause::Fire, last.observed_at, value);
        }
        if let Some(since) = self.heat.rising_since(sensor) {
            return self.holds(AlarmCause::Fire, since, value);
        }
        if temperature.get() < self.rules.fire.clear_below_c {
            return Verdict::Over(last.observed_at);
        }
        Verdict::Unsettled
    }

    /// It is raised where the frame is set aside, and stands for a while.
    fn replay(&self, standing: Option<&Alarm>) -> Verdict {
        let until = |alarm: &Alarm| alarm.active_since + self.rules.replay.stands_for.span();
        match standing {
            Some(alarm) if until(alarm) <= self.now => Verdict::Over(until(alarm)),
            _ => self.as_told(AlarmCause::Replay, standing),
        }
    }

    /// Somebody else says whether it is so; how pressing it is, the rules say.
    fn as_told(&self, cause: AlarmCause, standing: Option<&Alarm>) -> Verdict {
        match standing.filter(|alarm| alarm.is_active()) {
            Some(alarm) => self.holds(cause, alarm.active_since, alarm.value),
            None => Verdict::Unsettled,
        }
    }

    fn authorisation(&self, camera: u32) -> Verdict {
        let row = self.twin.inventory().cameras().get(camera);
        let Some(ends) = row.and_then(|row| row.asset.detail.expires_at) else {
            return Verdict::Over(self.now);
        };
        let rules = &self.rules.authorisation_expiring;
        let early = ends - rules.early.span();
        if self.now < early {
            return Verdict::Over(self.now);
        }
        let (since, priority): (Timestamp, AlarmPriority) = if self.now >= ends {
            (ends, rules.ended_priority)
        } else if self.now >= ends - rules.soon.span() {
            (ends - rules.soon.span(), rules.soon_priority)
        } else {
            (early, rules.early_priority)
        };
        let left_ms = (ends.as_millis() - self.now.as_millis()) as f64;
        Verdict::Holds(Finding {
            since,
            value: Some((left_ms / MS_PER_DAY).floor()),
            priority,
        })
    }
}

/// The causes that are looked for in assets of a kind.
pub(super) const fn causes_of(kind: AssetKind) -> &'static [AlarmCause] {
    match kind {
        AssetKind::Container => &OF_CONTAINERS,
        AssetKind::Sensor => &OF_SENSORS,
        AssetKind::Camera => &OF_CAMERAS,
        _ => &[],
    }
}
