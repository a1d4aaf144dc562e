//! What the server knows of the chosen container beyond its level: how it filled, its sensor, its street.

use bevy::ecs::message::MessageReader;
use bevy::ecs::resource::Resource;
use bevy::ecs::system::{Res, ResMut};
use bevy::time::{Real, Time};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use twin_core::{SensorStatus, Timestamp};

use super::flight::Heading;
use super::outlook::Outlook;
use super::series::Level;
use super::{Chosen, First};
use crate::camera::Flight;
use crate::pending::Pending;
use crate::server::{Answered, Client, Fleet, FleetChanged, Ticket};

/// Hours of levels that are asked for.
pub(super) const HOURS: i64 = 48;
/// So many seconds after a level the server has forecast anew.
const RENEW_S: f64 = 3.0;
/// After how many seconds without an answer the sheet says so.
const PATIENCE_S: f64 = 5.0;

/// An asset as the server tells it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Feature<P> {
    pub properties: P,
}

/// `GET /assets/container/KEY`.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct ContainerFacts {
    #[serde(default)]
    pub volume_l: Option<f64>,
    #[serde(default)]
    pub sensor: Option<Box<str>>,
    #[serde(default)]
    pub fill_deviation: Option<f64>,
}

/// `GET /assets/sensor/KEY`.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct SensorFacts {
    #[serde(default)]
    pub expected_interval_s: Option<i64>,
    #[serde(default)]
    pub last_seen_at: Option<Timestamp>,
    #[serde(default)]
    pub battery_pct: Option<f64>,
    #[serde(default)]
    pub temperature_c: Option<f64>,
    #[serde(default)]
    pub rssi_dbm: Option<f64>,
    #[serde(default)]
    pub frames_lost: Option<u32>,
    pub status: SensorStatus,
}

/// `GET /assets/site/KEY`.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct SiteFacts {
    #[serde(default)]
    pub street: Option<Box<str>>,
}

/// `GET /assets/container/KEY/history`.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct History {
    pub points: Vec<Level>,
    #[serde(default)]
    pub emptyings: Vec<Level>,
}

/// A part of the story.
#[derive(Clone, Debug, Default)]
pub(super) enum Part<T> {
    /// There is nothing to ask.
    #[default]
    Unasked,
    /// The answer is on its way.
    Asked(Ticket),
    /// It has come.
    Told(T),
    /// The server will not tell, or not so that it can be read.
    Refused,
}

impl<T: DeserializeOwned> Part<T> {
    pub(super) fn told(&self) -> Option<&T> {
        match self {
            Self::Told(told) => Some(told),
            Self::Unasked | Self::Asked(_) | Self::Refused => None,
        }
    }

    pub(super) fn is_awaited(&self) -> bool {
        matches!(self, Self::Asked(_))
    }

    fn take(&mut self, answer: &Answered) {
        if matches!(self, Self::Asked(ticket) if *ticket == answer.ticket) {
            let body = answer.body.as_ref().ok();
            let told = body.and_then(|body| serde_json::from_slice(body).ok());
            *self = told.map_or(Self::Refused, Self::Told);
        }
    }
}

/// What is known of the chosen container, as answers come.
#[derive(Resource, Clone, Debug, Default)]
pub(super) struct Story {
    of: Option<Box<str>>,
    asked_at_s: f64,
    pub container: Part<Feature<ContainerFacts>>,
    pub sensor: Part<Feature<SensorFacts>>,
    pub site: Part<Feature<SiteFacts>>,
    pub history: Part<History>,
    pub outlook: Part<Outlook>,
    /// A newer one, and when it is to be asked for.
    renewed: Part<Outlook>,
    renew_at_s: Option<f64>,
}

impl Story {
    fn tickets(&self) -> [Option<Ticket>; 6] {
        fn ticket<T>(part: &Part<T>) -> Option<Ticket> {
            match part {
                Part::Asked(ticket) => Some(*ticket),
                Part::Unasked | Part::Told(_) | Part::Refused => None,
            }
        }
        [
            ticket(&self.container),
            ticket(&self.sensor),
            ticket(&self.site),
            ticket(&self.history),
            ticket(&self.outlook),
            ticket(&self.renewed),
        ]
    }

    /// Whether the history does not come, although it may still.
    pub(super) fn is_history_missing(&self, now_s: f64) -> bool {
        match &self.history {
            Part::Refused => true,
            Part::Asked(_) => now_s - self.asked_at_s > PATIENCE_S,
            Part::Unasked | Part::Told(_) => false,
        }
    }

    fn begin(&mut self, client: &mut Client, (id, site, has_sensor): (&str, Option<&str>, bool)) {
        self.of = Some(id.into());
        self.container = Part::Asked(client.ask(format!("/assets/{id}")));
        if let Some(site) = site {
            self.site = Part::Asked(client.ask(format!("/assets/{site}")));
        }
        if has_sensor {
            let path = format!("/assets/{id}/history?hours={HOURS}");
            self.history = Part::Asked(client.ask(path));
            self.outlook = Part::Asked(client.ask(format!("/assets/{id}/forecast")));
        }
    }

    /// Asks for a newer forecast where that is due.
    fn renew(&mut self, client: &mut Client, now_s: f64) {
        let (Some(id), Some(due_s)) = (&self.of, self.renew_at_s) else {
            return;
        };
        if now_s >= due_s && !self.outlook.is_awaited() && !self.renewed.is_awaited() {
            self.renewed = Part::Asked(client.ask(format!("/assets/{id}/forecast")));
            self.renew_at_s = None;
        }
    }

    /// Takes what is told of the levels to come; what is shown stays until there is something newer.
    fn take_outlook(&mut self, answer: &Answered) {
        self.outlook.take(answer);
        self.renewed.take(answer);
        match std::mem::take(&mut self.renewed) {
            Part::Told(outlook) => self.outlook = Part::Told(outlook),
            Part::Asked(ticket) => self.renewed = Part::Asked(ticket),
            Part::Unasked | Part::Refused => {}
        }
    }
}

/// Asks for the story of another container.
pub(super) fn ask(
    (fleet, chosen): (Res<Fleet>, Res<Chosen>),
    mut story: ResMut<Story>,
    client: Option<ResMut<Client>>,
    time: Res<Time<Real>>,
) {
    let container = chosen.0.and_then(|number| fleet.containers.get(number));
    let Some(mut client) = client else { return };
    if container.map(|it| &it.id) == story.of.as_ref() {
        if story.renew_at_s.is_some() {
            story.renew(&mut client, time.elapsed_secs_f64());
        }
        return;
    }
    let stale = story.tickets();
    client.forget(|ticket| stale.contains(&Some(ticket)));
    *story = Story {
        asked_at_s: time.elapsed_secs_f64(),
        ..Story::default()
    };
    if let Some(it) = container {
        let site = fleet.site_of(it).map(|site| &*site.id);
        story.begin(&mut client, (&it.id, site, it.has_sensor));
    }
}

/// Takes what has come, and asks for the sensor once it is known which one it is.
pub(super) fn take(
    mut story: ResMut<Story>,
    answers: Option<MessageReader<Answered>>,
    client: Option<ResMut<Client>>,
) {
    let (Some(mut answers), Some(mut client)) = (answers, client) else {
        return;
    };
    for answer in answers.read() {
        if !story.tickets().contains(&Some(answer.ticket)) {
            continue;
        }
        story.container.take(answer);
        story.sensor.take(answer);
        story.site.take(answer);
        story.history.take(answer);
        story.take_outlook(answer);
        let sensor = story
            .container
            .told()
            .and_then(|it| it.properties.sensor.clone());
        if let (Some(sensor), Part::Unasked) = (sensor, &story.sensor) {
            story.sensor = Part::Asked(client.ask(format!("/assets/{sensor}")));
        }
    }
}

/// Adds levels as they are measured.
pub(super) fn follow(
    (fleet, chosen): (Res<Fleet>, Res<Chosen>),
    mut changes: MessageReader<FleetChanged>,
    mut story: ResMut<Story>,
    time: Res<Time<Real>>,
) {
    let number = chosen.0.map(FleetChanged::Container);
    if !changes.read().any(|change| Some(*change) == number) {
        return;
    }
    if !matches!(story.outlook, Part::Unasked) {
        story.renew_at_s = Some(time.elapsed_secs_f64() + RENEW_S);
    }
    let container = chosen.0.and_then(|number| fleet.containers.get(number));
    let level = container.and_then(|it| Some((it.observed_at?.as_secs(), it.fill?)));
    if let (Some(level), Part::Told(history)) = (level, &mut story.history)
        && history.points.last().is_none_or(|last| last.0 < level.0)
    {
        history.points.push(level);
    }
}

/// Has a picture wait for the story, and for the way to the container.
pub(super) fn say_pending(
    first: Option<Res<First>>,
    story: Res<Story>,
    (heading, flight): (Res<Heading>, Res<Flight>),
    mut pending: ResMut<Pending>,
) {
    let awaited = story.tickets().into_iter().flatten().count();
    let is_flying = heading.0.is_some() || flight.destination().is_some();
    let ahead = usize::from(first.is_some()) + usize::from(is_flying);
    pending.say("pick", awaited + ahead);
}
