//! What the whole fleet comes to: counts by class of fill and by state of the sensors.

use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::message::MessageReader;
use bevy::ecs::resource::Resource;
use bevy::ecs::system::{Local, Res, ResMut};
use bevy::time::{Real, Time};
use twin_core::Timestamp;

use crate::palette::Tone;
use crate::server::{Fleet, FleetChanged, FullCount, Look};

/// How many classes of fill there are.
pub(super) const CLASSES: usize = 6;
/// Seconds between two counts.
const PAUSE_S: f64 = 0.5;

/// Counts of containers.
#[derive(Resource, Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Tally {
    pub containers: usize,
    pub sensors: usize,
    /// Levels that are up to date, by class.
    pub classes: [usize; CLASSES],
    pub late: usize,
    pub silent: usize,
    pub unread: usize,
    /// When the youngest level was measured.
    pub newest: Option<Timestamp>,
    /// Of which moment it is a forecast, and how many containers will be full; `None` where it is none.
    pub forecast: Option<(Timestamp, FullCount)>,
}

impl Tally {
    pub(super) fn of(fleet: &Fleet) -> Self {
        let mut tally = Self {
            forecast: fleet.forecast().map(|it| (it.of, it.full())),
            ..Self::default()
        };
        for container in &fleet.containers {
            tally.containers += 1;
            tally.newest = tally.newest.max(container.observed_at);
            tally.sensors += usize::from(container.has_sensor);
            match container.look() {
                Look::Bare => {}
                Look::Unread => tally.unread += 1,
                Look::Silent => tally.silent += 1,
                Look::Late => tally.late += 1,
                Look::Level => {
                    let class = container.fill.map(class);
                    if let Some(count) = class.and_then(|class| tally.classes.get_mut(class)) {
                        *count += 1;
                    }
                }
            }
        }
        tally
    }

    /// How many levels are up to date.
    pub(super) fn measured(&self) -> usize {
        self.classes.iter().sum()
    }

    /// How many containers are full.
    pub(super) fn full(&self) -> usize {
        self.classes[CLASSES - 1]
    }
}

/// The tone of a class.
pub(super) const TONES: [Tone; CLASSES] = [
    Tone::Level0,
    Tone::Level1,
    Tone::Level2,
    Tone::Level3,
    Tone::Level4,
    Tone::Level5,
];

fn class(fill: f64) -> usize {
    let tone = Tone::of_fill(fill);
    TONES
        .iter()
        .position(|of_class| *of_class == tone)
        .unwrap_or_default()
}

/// When the fleet was last counted, and whether it has changed since.
#[derive(Debug, Default)]
pub(super) struct Count {
    at_s: Option<f64>,
    is_due: bool,
}

/// Counts anew after a change, at most twice a second.
pub(super) fn recount(
    fleet: Res<Fleet>,
    time: Res<Time<Real>>,
    mut changes: MessageReader<FleetChanged>,
    mut count: Local<Count>,
    mut tally: ResMut<Tally>,
) {
    count.is_due |= changes.read().count() > 0;
    let now_s = time.elapsed_secs_f64();
    if count.is_due && count.at_s.is_none_or(|at_s| now_s - at_s >= PAUSE_S) {
        *count = Count {
            at_s: Some(now_s),
            is_due: false,
        };
        tally.set_if_neq(Tally::of(&fleet));
    }
}

#[cfg(test)]
pub(super) mod tests {
    use twin_core::{SensorStatus, Stream};

    use super::*;
    use crate::server::Container;

    /// A container with a sensor.
    pub(crate) fn container(fill: Option<f64>, status: SensorStatus) -> Container {
        Container {
            id: "container/x".into(),
            site: 0,
            stream: Stream::Glass,
            fill,
            status,
            observed_at: None,
            has_sensor: true,
        }
    }

    #[test]
    fn a_class_holds_the_levels_that_are_up_to_date() {
        let mut fleet = Fleet::default();
        fleet.containers = vec![
            container(Some(0.1), SensorStatus::Ok),
            container(Some(0.6), SensorStatus::Ok),
            container(Some(0.799), SensorStatus::Ok),
            container(Some(0.95), SensorStatus::Ok),
            container(Some(0.99), SensorStatus::Silent),
            container(Some(0.99), SensorStatus::Stale),
            container(None, SensorStatus::Unknown),
            Container {
                has_sensor: false,
                ..container(None, SensorStatus::Unknown)
            },
        ];
        let tally = Tally::of(&fleet);
        assert_eq!(tally.classes, [1, 0, 0, 2, 0, 1]);
        assert_eq!(
            (
                tally.containers,
                tally.sensors,
                tally.measured(),
                tally.full()
            ),
            (8, 7, 4, 1)
        );
        assert_eq!((tally.silent, tally.late, tally.unread), (1, 1, 1));
    }
}
