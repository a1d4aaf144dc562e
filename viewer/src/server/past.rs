//! Shows a moment of the past in place of the present: what the server knew then, without changes; or one that
//! is still to come: what it forecasts.
//!
//! While a moment is wished for the live feed is closed; [`Moment::Live`] opens it again with a fresh
//! snapshot. What was shown last stays until the next is there.

use bevy::app::{App, Plugin, Update};
use bevy::ecs::change_detection::{DetectChanges as _, DetectChangesMut as _};
use bevy::ecs::message::{Message, MessageReader, MessageWriter};
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::{Res, ResMut, SystemParam};
use bevy::time::{Real, Time};
use twin_core::Timestamp;

use super::ahead;
use super::client::{Answered, Client, Refused, Ticket};
use super::fleet::{Fleet, FleetChanged};
use super::history::History;
use super::live::{self, Feed, Link};
use super::ready::Present;
use super::wire::Snapshot;
use crate::pending::Pending;
use crate::systems::ViewerSystems;

/// Wishes that follow each other quicker than this, in seconds, are one: the last.
const DEBOUNCE_S: f64 = 0.25;
/// What the server answers where the journal has forgotten a moment.
const GONE: u16 = 410;

pub(super) struct PastPlugin {
    /// What is wished for first; the present where there is none.
    pub at: Option<Timestamp>,
}

impl Plugin for PastPlugin {
    fn build(&self, app: &mut App) {
        app.insert_resource(self.at.map_or(Moment::Live, Moment::At))
            .init_resource::<Visit>()
            .init_resource::<Pending>()
            .add_message::<MomentRefused>()
            .add_systems(
                Update,
                (follow, ask, take, watch)
                    .chain()
                    .in_set(ViewerSystems::Learn)
                    .before(live::ask_snapshot),
            );
    }
}

/// Which moment is wished for. Setting it is all it takes to go there.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Moment {
    /// The present, as it goes on.
    #[default]
    Live,
    /// A moment of the past, which stands still, or one that is forecast.
    At(Timestamp),
}

/// The server has nothing to show of a moment; what was shown before still is.
#[derive(Message, Clone, Copy, Debug, PartialEq, Eq)]
pub struct MomentRefused {
    /// The moment.
    pub at: Timestamp,
}

/// How far a wish has come.
#[derive(Resource, Clone, Debug, Default)]
struct Visit {
    wished: Option<Timestamp>,
    wished_s: Option<f64>,
    due_s: Option<f64>,
    asked: Option<Ticket>,
    ahead: Option<ahead::Asked>,
    shown: Option<Timestamp>,
}

impl Visit {
    /// A wish at `now_s`: asked at once where hands are slow, and when they rest where they are not.
    fn wish(&mut self, at: Timestamp, now_s: f64) {
        let is_hasty = self.wished_s.is_some_and(|at_s| now_s - at_s < DEBOUNCE_S);
        self.wished = Some(at);
        self.wished_s = Some(now_s);
        self.due_s = Some(if is_hasty { now_s + DEBOUNCE_S } else { now_s });
        self.asked = None;
        self.ahead = None;
    }

    /// Questions on their way.
    fn tickets(&self) -> [Option<Ticket>; 3] {
        let ahead = self.ahead.as_ref();
        let forecast = ahead.map(|ahead| ahead.forecast);
        [self.asked, ahead.map(|ahead| ahead.snapshot), forecast]
    }

    /// What is to be asked now, once.
    fn take_due(&mut self, now_s: f64) -> Option<Timestamp> {
        self.due_s.take_if(|due_s| *due_s <= now_s)?;
        self.wished
    }

    fn is_under_way(&self) -> bool {
        self.wished.is_some() && self.wished != self.shown
    }
}

/// What an answer tells of a moment.
pub(super) enum Told {
    /// What was so.
    Snapshot(Box<Snapshot>),
    /// That nothing was known, or is any more.
    Nothing,
    /// Neither, and why.
    Unread(String),
}

impl Told {
    pub(super) fn of(answer: &Answered) -> Self {
        match &answer.body {
            Ok(body) => match serde_json::from_slice::<Snapshot>(body) {
                Ok(snapshot) if snapshot.is_blank() => Self::Nothing,
                Ok(snapshot) => Self::Snapshot(Box::new(snapshot)),
                Err(error) => Self::Unread(error.to_string()),
            },
            Err(Refused { status: GONE }) => Self::Nothing,
            Err(refused) => Self::Unread(refused.to_string()),
        }
    }
}

/// Where snapshots of a moment lie.
pub(super) fn path(at: Timestamp) -> String {
    format!("/live/snapshot?datetime={at}")
}

/// Closes the feed for a wish, opens it again for the present.
fn follow(
    moment: Res<Moment>,
    mut visit: ResMut<Visit>,
    (mut feed, mut link): (ResMut<Feed>, ResMut<Link>),
    (mut client, time): (ResMut<Client>, Res<Time<Real>>),
) {
    if !moment.is_changed() {
        return;
    }
    let now_s = time.elapsed_secs_f64();
    let stale = visit.tickets();
    match *moment {
        Moment::At(at) if visit.wished != Some(at) => {
            feed.halt();
            visit.wish(at, now_s);
        }
        Moment::Live if visit.wished.is_some() => {
            *visit = Visit::default();
            feed.start_over(now_s);
            *link = Link::Starting;
        }
        Moment::At(_) | Moment::Live => return,
    }
    client.forget(|ticket| stale.contains(&Some(ticket)));
}

fn ask(
    mut visit: ResMut<Visit>,
    (mut client, time): (ResMut<Client>, Res<Time<Real>>),
    (present, mut pending): (Res<Present>, ResMut<Pending>),
) {
    let now_s = time.elapsed_secs_f64();
    // Until the twin's time is known nobody can tell what lies ahead.
    if visit.due_s.is_some()
        && let Some(now) = present.live_time(now_s)
        && let Some(at) = visit.take_due(now_s)
    {
        if at > now {
            let snapshot = client.ask("/live/snapshot");
            let forecast = client.ask(ahead::path(at));
            visit.ahead = Some(ahead::Asked::new(snapshot, forecast));
        } else {
            visit.asked = Some(client.ask(path(at)));
        }
    }
    pending.say("moment", usize::from(visit.is_under_way()));
}

/// What is shown.
#[derive(SystemParam)]
struct Shown<'w> {
    fleet: ResMut<'w, Fleet>,
    present: ResMut<'w, Present>,
    history: ResMut<'w, History>,
    told: MessageWriter<'w, FleetChanged>,
    refused: MessageWriter<'w, MomentRefused>,
}

/// What came of a wish.
enum Reply {
    Shown(Box<Fleet>),
    Refused,
}

/// Takes the moment that was asked for last; others are stale.
fn take(
    mut visit: ResMut<Visit>,
    mut moment: ResMut<Moment>,
    mut answers: MessageReader<Answered>,
    mut shown: Shown,
) {
    for answer in answers.read() {
        let Some(at) = visit.wished else { continue };
        let reply = if visit.asked == Some(answer.ticket) {
            visit.asked = None;
            past(at, answer, &mut shown.history)
        } else {
            match foreseen(at, answer, &mut visit) {
                Some(reply) => reply,
                None => continue,
            }
        };
        match reply {
            Reply::Shown(fleet) => {
                visit.shown = Some(at);
                shown.present.hold(at);
                *shown.fleet = *fleet;
                shown.told.write(FleetChanged::Whole);
            }
            Reply::Refused => {
                shown.refused.write(MomentRefused { at });
                if visit.shown.is_some() {
                    visit.wished = visit.shown;
                }
                *moment = visit.shown.map_or(Moment::Live, Moment::At);
            }
        }
    }
}

/// What was so at a moment, from what is told of it.
fn past(at: Timestamp, answer: &Answered, history: &mut History) -> Reply {
    match Told::of(answer) {
        Told::Snapshot(snapshot) => {
            history.some_at(at);
            return Reply::Shown(Box::new(Fleet::new(*snapshot)));
        }
        Told::Nothing => history.none_at(at),
        Told::Unread(error) => bevy::log::error!("{at} cannot be shown: {error}"),
    }
    Reply::Refused
}

/// What is forecast of a moment; `None` where that is still to come, or not what is told.
fn foreseen(at: Timestamp, answer: &Answered, visit: &mut Visit) -> Option<Reply> {
    let asked = visit.ahead.as_mut()?;
    if !asked.is_of(answer.ticket) {
        return None;
    }
    let reply = match asked.take(answer) {
        ahead::Outcome::Awaited => return None,
        ahead::Outcome::Foreseen(fleet) => Reply::Shown(fleet),
        ahead::Outcome::Nothing(why) => {
            if let Some(why) = why {
                bevy::log::warn!("{at} is not forecast: {why}");
            }
            Reply::Refused
        }
    };
    visit.ahead = None;
    Some(reply)
}

/// A moment stands still while it is shown; a server that does not answer is away all the same.
fn watch(
    (visit, moment): (Res<Visit>, Res<Moment>),
    mut link: ResMut<Link>,
    (client, time): (Res<Client>, Res<Time<Real>>),
) {
    if *moment == Moment::Live || visit.wished.is_none() {
        return;
    }
    let now_s = time.elapsed_secs_f64();
    let since_s = match *link {
        Link::Lost { since_s, .. } => since_s,
        Link::Starting | Link::Live | Link::Past => now_s,
    };
    let is_away = client.fails() > 0;
    let next = match visit.shown {
        _ if is_away => Link::Lost {
            since_s,
            next_try_s: now_s,
        },
        Some(_) => Link::Past,
        None => Link::Starting,
    };
    link.set_if_neq(next);
}

#[cfg(test)]
mod tests;
