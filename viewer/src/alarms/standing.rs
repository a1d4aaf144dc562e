//! The alarms that stand, as the viewer knows them.

use bevy::ecs::resource::Resource;
use twin_core::{
    AlarmCause, AlarmId, AlarmPriority, AlarmState, AlarmSubject, LonLat, Stream, Timestamp,
};

use super::heaps::{Heap, heaps};

/// The alarms that stand and are not put away.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct StandingAlarms {
    alarms: Vec<StandingAlarm>,
    heaps: Vec<Heap>,
}

/// One alarm.
#[derive(Clone, Debug, PartialEq)]
pub struct StandingAlarm {
    /// Its number.
    pub id: AlarmId,
    /// What there is to be alarmed about.
    pub cause: AlarmCause,
    /// How soon somebody has to act.
    pub priority: AlarmPriority,
    /// Where it is in its life.
    pub state: AlarmState,
    /// What it is about.
    pub subject: AlarmSubject,
    /// Where it is.
    pub whereabouts: Whereabouts,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// Since when it is or was so.
    pub since: Timestamp,
    /// Since when it is no longer so; `None`: it is so.
    pub returned_at: Option<Timestamp>,
}

/// Where an alarm is, as far as anybody knows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Whereabouts {
    /// What people call the place: a site's name, or a street.
    pub name: Option<Box<str>>,
    /// The name of the commune.
    pub commune: Option<Box<str>>,
    /// The container that it is about, as `container/KEY`.
    pub container: Option<Box<str>>,
    /// What is thrown into that.
    pub stream: Option<Stream>,
    /// Which of the containers for that on its site it is, from 1; `None` where it is the only one.
    pub number: Option<usize>,
    /// Where that is on the globe.
    pub place: Option<LonLat>,
}

impl StandingAlarm {
    /// Whether somebody has said that he knows.
    pub fn is_acknowledged(&self) -> bool {
        self.state == AlarmState::Acknowledged
    }

    /// Whether it stands and is not put away.
    fn is_standing(&self) -> bool {
        !matches!(self.state, AlarmState::Shelved | AlarmState::Closed)
    }
}

impl StandingAlarms {
    /// Those that stand among these, the most pressing first: by priority, those that nobody knows of
    /// before the others, and of those the newest.
    pub fn new(mut alarms: Vec<StandingAlarm>) -> Self {
        alarms.retain(StandingAlarm::is_standing);
        alarms.sort_by_key(|alarm| {
            let newest = std::cmp::Reverse((alarm.raised_at, alarm.id));
            (alarm.priority, alarm.is_acknowledged(), newest)
        });
        Self {
            heaps: heaps(&alarms),
            alarms,
        }
    }

    /// All of them, the most pressing first.
    pub fn all(&self) -> &[StandingAlarm] {
        &self.alarms
    }

    /// The same as rows of a list.
    pub fn heaps(&self) -> &[Heap] {
        &self.heaps
    }

    /// How many nobody has said of that he knows.
    pub fn waiting(&self) -> usize {
        let waiting = self.alarms.iter().filter(|alarm| !alarm.is_acknowledged());
        waiting.count()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::wire::AlarmList;
    use super::*;

    /// An answer of a server: two of a site, one of a camera, one of a gateway, one put away.
    pub(crate) const ANSWER: &str = include_str!("answer.json");

    pub(crate) fn answered() -> StandingAlarms {
        let list: AlarmList = serde_json::from_str(ANSWER).unwrap();
        StandingAlarms::new(list.into_alarms())
    }

    #[test]
    fn the_most_pressing_comes_first_and_what_is_known_later() {
        let alarms = answered();
        let order: Vec<(u64, u8)> = alarms
            .all()
            .iter()
            .map(|alarm| (alarm.id.0, alarm.priority.number()))
            .collect();
        assert_eq!(order, [(31, 1), (24, 2), (40, 3), (29, 3)]);
        assert_eq!(alarms.waiting(), 3);
    }

    #[test]
    fn an_alarm_is_read_with_its_place() {
        let alarms = answered();
        let fire = &alarms.all()[0];
        assert_eq!(fire.cause, AlarmCause::Fire);
        assert_eq!(
            fire.whereabouts.container.as_deref(),
            Some("container/25580-0009-1")
        );
        assert_eq!(fire.whereabouts.place, LonLat::new(6.8245, 47.4696).ok());
        assert_eq!(fire.since, "2026-11-30T18:18:45.164Z".parse().unwrap());
        assert_eq!(alarms.all()[2].whereabouts, Whereabouts::default());
    }
}
