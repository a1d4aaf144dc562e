//! What the server's answer to `GET /alarms` looks like, as far as the viewer reads it.

use serde::Deserialize;
use twin_core::{
    AlarmCause, AlarmId, AlarmPriority, AlarmState, AlarmSubject, LonLat, Stream, Timestamp,
};

use super::standing::{StandingAlarm, Whereabouts};

/// A page of alarms.
#[derive(Debug, Deserialize)]
pub(super) struct AlarmList {
    alarms: Vec<ToldAlarm>,
}

#[derive(Debug, Deserialize)]
struct ToldAlarm {
    id: AlarmId,
    cause: AlarmCause,
    priority: AlarmPriority,
    state: AlarmState,
    subject: AlarmSubject,
    #[serde(rename = "where")]
    place: ToldPlace,
    raised_at: Timestamp,
    active_since: Timestamp,
    returned_at: Option<Timestamp>,
}

#[derive(Debug, Deserialize)]
struct ToldPlace {
    name: Option<Box<str>>,
    commune_name: Option<Box<str>>,
    container: Option<Box<str>>,
    stream: Option<Stream>,
    number: Option<usize>,
    lon: Option<f64>,
    lat: Option<f64>,
}

impl AlarmList {
    /// The alarms of the page, in its order.
    pub(super) fn into_alarms(self) -> Vec<StandingAlarm> {
        self.alarms.into_iter().map(StandingAlarm::from).collect()
    }
}

impl From<ToldAlarm> for StandingAlarm {
    fn from(told: ToldAlarm) -> Self {
        Self {
            id: told.id,
            cause: told.cause,
            priority: told.priority,
            state: told.state,
            subject: told.subject,
            whereabouts: told.place.into(),
            raised_at: told.raised_at,
            since: told.active_since,
            returned_at: told.returned_at,
        }
    }
}

impl From<ToldPlace> for Whereabouts {
    fn from(told: ToldPlace) -> Self {
        let place = told.lon.zip(told.lat);
        Self {
            name: told.name,
            commune: told.commune_name,
            container: told.container,
            stream: told.stream,
            number: told.number,
            place: place.and_then(|(lon, lat)| LonLat::new(lon, lat).ok()),
        }
    }
}
