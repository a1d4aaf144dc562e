//! An alarm as operators get it: what, where, since when, what to do.

use serde::Serialize;
use twin_core::alarms::{Moment, Shelf};
use twin_core::{
    Alarm, AlarmCause, AlarmId, AlarmPriority, AlarmState, AlarmSubject, AssetId, AssetIx,
    AssetKind, Inventory, Stream, Timestamp, Twin,
};

/// An alarm as operators get it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ToldAlarm {
    pub(crate) id: AlarmId,
    pub(crate) cause: AlarmCause,
    pub(crate) priority: AlarmPriority,
    pub(crate) state: AlarmState,
    pub(crate) subject: AlarmSubject,
    /// The key of what to do, in the translation files.
    advice: &'static str,
    #[serde(rename = "where")]
    pub(crate) place: Whereabouts,
    pub(crate) raised_at: Timestamp,
    pub(crate) active_since: Timestamp,
    /// For how long it has been so, or was so, in seconds.
    age_s: i64,
    occurrences: u32,
    returned_at: Option<Timestamp>,
    acknowledged_at: Option<Timestamp>,
    escalated_at: Option<Timestamp>,
    annunciated_at: Option<Timestamp>,
    closed_at: Option<Timestamp>,
    shelf: Option<Shelf>,
    /// A fill from 0 to 1, degrees Celsius, days, or the share of a gateway's sensors.
    pub(crate) value: Option<f64>,
    /// How many it stands for besides its subject.
    pub(crate) members: usize,
}

/// The same with its past.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ToldWhole {
    #[serde(flatten)]
    alarm: ToldAlarm,
    /// What happened to it, in order.
    history: Vec<Moment>,
    /// What it stands for besides its subject.
    member_ids: Vec<AssetId>,
}

/// Where an alarm is; empty where its asset is gone.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Whereabouts {
    /// The name of the place, as people call it: a site's, else its street's.
    pub(crate) name: Option<Box<str>>,
    /// The INSEE code of the commune.
    pub(crate) commune: Option<Box<str>>,
    pub(crate) commune_name: Option<Box<str>>,
    /// The container that it is about, by itself or by its sensor.
    container: Option<AssetId>,
    /// What that is for.
    stream: Option<Stream>,
    /// Which of the containers for that on its site it is, from 1; null where it is the only one.
    number: Option<usize>,
    lon: Option<f64>,
    lat: Option<f64>,
}

impl ToldAlarm {
    /// An alarm at a moment.
    pub(crate) fn of(alarm: &Alarm, twin: &Twin, now: Timestamp) -> Self {
        let until = alarm.returned_at.or(alarm.closed_at).unwrap_or(now);
        Self {
            id: alarm.id,
            cause: alarm.cause,
            priority: alarm.priority,
            state: alarm.state(),
            subject: alarm.subject.clone(),
            advice: alarm.cause.info().advice_key,
            place: Whereabouts::of(&alarm.about, twin.inventory()),
            raised_at: alarm.raised_at,
            active_since: alarm.active_since,
            age_s: until.since(alarm.active_since).as_secs(),
            occurrences: alarm.occurrences,
            returned_at: alarm.returned_at,
            acknowledged_at: alarm.acknowledged_at,
            escalated_at: alarm.escalated_at,
            annunciated_at: alarm.annunciated_at,
            closed_at: alarm.closed_at,
            shelf: alarm.shelf.clone(),
            value: alarm.value,
            members: alarm.members.len(),
        }
    }
}

impl ToldWhole {
    /// An alarm at a moment.
    pub(crate) fn of(alarm: &Alarm, twin: &Twin, now: Timestamp) -> Self {
        Self {
            alarm: ToldAlarm::of(alarm, twin, now),
            history: alarm.moments.clone(),
            member_ids: alarm.members.clone(),
        }
    }
}

impl Whereabouts {
    /// Where the subject of an alarm is; empty for a gateway.
    pub(crate) fn of_subject(subject: &AlarmSubject, inventory: &Inventory) -> Self {
        match subject {
            AlarmSubject::Asset(asset) => Self::of(asset, inventory),
            AlarmSubject::Gateway(_) => Self::default(),
        }
    }

    fn of(asset: &AssetId, inventory: &Inventory) -> Self {
        let Some(found) = inventory.find(asset) else {
            return Self::default();
        };
        let commune = inventory.commune_of(found);
        let commune = commune.and_then(|ix| inventory.communes().get(ix));
        let place = inventory.place(found);
        let container = container_of(found, inventory);
        let row = container.and_then(|ix| inventory.containers().get(ix));
        Self {
            name: name_of(found, container, inventory),
            commune: commune.map(|commune| commune.code.clone()),
            commune_name: commune.map(|commune| commune.name.clone()),
            container: row.and_then(|row| row.asset.id().ok()),
            stream: row.map(|row| row.asset.detail.stream),
            number: container.and_then(|ix| number_of(ix, inventory)),
            lon: place.map(twin_core::LonLat::lon),
            lat: place.map(twin_core::LonLat::lat),
        }
    }
}

/// The container that an asset is, or looks into.
fn container_of(asset: AssetIx, inventory: &Inventory) -> Option<u32> {
    match asset.kind {
        AssetKind::Container => Some(asset.ix),
        AssetKind::Sensor => inventory.container_of_sensor(asset.ix),
        _ => None,
    }
}

/// Which of the containers of its stream on its site one is, from 1; `None` where it is the only one.
fn number_of(container: u32, inventory: &Inventory) -> Option<usize> {
    let stream_of = |ix: u32| Some(inventory.containers().get(ix)?.asset.detail.stream);
    let stream = stream_of(container)?;
    let on_site = inventory.containers_of_site(inventory.site_of_container(container)?);
    let alike = || on_site.iter().filter(|ix| stream_of(**ix) == Some(stream));
    let before = alike().take_while(|ix| **ix != container).count();
    (alike().count() > 1).then_some(before + 1)
}

fn name_of(asset: AssetIx, container: Option<u32>, inventory: &Inventory) -> Option<Box<str>> {
    if asset.kind == AssetKind::Camera {
        let row = inventory.cameras().get(asset.ix)?;
        return row.asset.detail.street.clone();
    }
    let site = inventory.site_of_container(container?)?;
    let site = &inventory.sites().get(site)?.asset.detail;
    site.name.clone().or_else(|| site.street.clone())
}
