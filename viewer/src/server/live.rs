//! Keeps the fleet current: a snapshot, then the event stream from there on, and again after every
//! break.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bevy::app::{App, Plugin, Update};
use bevy::ecs::message::{MessageReader, MessageWriter};
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::schedule::common_conditions::resource_equals;
use bevy::ecs::system::{Res, ResMut};
use bevy::time::{Real, Time};

use super::client::{Answered, Client, Ticket};
use super::events::{EventCutter, SentEvent};
use super::fleet::{Fleet, FleetChanged};
use super::past::Moment;
use super::ready::Present;
use super::wire::{Change, Heartbeat, Snapshot};
use crate::systems::ViewerSystems;

/// Three heartbeats missed is a dead line, even where it still looks open.
const SILENCE_S: f64 = 32.0;
/// How long to wait before another try, in seconds; the last one from then on.
const RETRY_S: [f64; 4] = [2.0, 5.0, 10.0, 20.0];
/// After how long sites that came or went are asked for anew: they come in batches.
const ANEW_S: f64 = 1.5;
/// The most bytes that may wait between two frames: a viewer that sleeps starts over.
const MAX_WAITING: usize = 8 << 20;

pub(super) struct LivePlugin;

impl Plugin for LivePlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Fleet>()
            .init_resource::<Link>()
            .init_resource::<Feed>()
            .add_message::<FleetChanged>()
            .add_systems(
                Update,
                (ask_snapshot, take_snapshot, take_events, watch)
                    .chain()
                    .run_if(resource_equals(Moment::Live))
                    .in_set(ViewerSystems::Learn),
            );
    }
}

/// How the viewer stands with the server.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq)]
pub enum Link {
    /// Nothing has come yet.
    #[default]
    Starting,
    /// Changes come as they happen.
    Live,
    /// A moment of the past is shown and stands still.
    Past,
    /// The server is away; both in seconds since the viewer started.
    Lost {
        /// Since when.
        since_s: f64,
        /// When it is tried again.
        next_try_s: f64,
    },
}

#[derive(Resource, Default)]
pub(super) struct Feed {
    snapshot: Option<Ticket>,
    seq: u64,
    stream: Option<Stream>,
    cutter: EventCutter,
    heard_s: f64,
    tries: usize,
    try_at_s: Option<f64>,
    anew_at_s: Option<f64>,
}

/// An open event stream; it ends when this is dropped.
struct Stream {
    inbox: Arc<Mutex<Heard>>,
    is_wanted: Arc<AtomicBool>,
}

#[derive(Default)]
struct Heard {
    is_open: bool,
    has_ended: bool,
    bytes: Vec<u8>,
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.is_wanted.store(false, Ordering::Relaxed);
    }
}

impl Stream {
    fn open(url: &str) -> Self {
        let stream = Self {
            inbox: Arc::default(),
            is_wanted: Arc::new(AtomicBool::new(true)),
        };
        let inbox = Arc::clone(&stream.inbox);
        let is_wanted = Arc::clone(&stream.is_wanted);
        let request = ehttp::Request::get(url).with_timeout(None);
        ehttp::streaming::fetch(request, move |part| {
            let mut heard = inbox.lock().unwrap_or_else(PoisonError::into_inner);
            let goes_on = is_wanted.load(Ordering::Relaxed) && heard.take(part);
            if goes_on {
                ControlFlow::Continue(())
            } else {
                heard.has_ended = true;
                ControlFlow::Break(())
            }
        });
        stream
    }

    /// What has come since the last time.
    fn heard(&self) -> Heard {
        let mut heard = self.inbox.lock().unwrap_or_else(PoisonError::into_inner);
        Heard {
            is_open: heard.is_open,
            has_ended: heard.has_ended,
            bytes: std::mem::take(&mut heard.bytes),
        }
    }
}

impl Heard {
    /// Takes a part of the answer; false where nothing more may come.
    fn take(&mut self, part: ehttp::Result<ehttp::streaming::Part>) -> bool {
        match part {
            Ok(ehttp::streaming::Part::Response(response)) => {
                self.is_open = response.ok;
                response.ok
            }
            Ok(ehttp::streaming::Part::Chunk(bytes)) => {
                let fits = self.bytes.len() + bytes.len() <= MAX_WAITING;
                if fits {
                    self.bytes.extend_from_slice(&bytes);
                }
                fits && !bytes.is_empty()
            }
            Err(_) => false,
        }
    }
}

impl Feed {
    /// Closes it until it starts over.
    pub(super) fn halt(&mut self) {
        self.start_over(f64::INFINITY);
    }

    pub(super) fn start_over(&mut self, at_s: f64) {
        self.stream = None;
        self.snapshot = None;
        self.anew_at_s = None;
        self.try_at_s = Some(at_s);
    }
}

#[cfg(test)]
impl Feed {
    /// As if a stream were open and had told this.
    pub(super) fn hears(&mut self, text: &str) {
        let heard = Heard {
            is_open: true,
            has_ended: false,
            bytes: text.into(),
        };
        self.stream = Some(Stream {
            inbox: Arc::new(Mutex::new(heard)),
            is_wanted: Arc::default(),
        });
    }
}

/// Asks for a snapshot at the start and whenever the feed starts over.
pub(super) fn ask_snapshot(
    mut feed: ResMut<Feed>,
    mut client: ResMut<Client>,
    time: Res<Time<Real>>,
) {
    let now_s = time.elapsed_secs_f64();
    let is_due = feed.try_at_s.is_none_or(|at_s| at_s <= now_s);
    if feed.stream.is_none() && feed.snapshot.is_none() && is_due {
        feed.snapshot = Some(client.ask("/live/snapshot"));
    }
    if feed.anew_at_s.is_some_and(|at_s| at_s <= now_s) {
        feed.start_over(now_s);
    }
}

/// Takes the snapshot, and listens from its number on.
fn take_snapshot(
    mut feed: ResMut<Feed>,
    mut fleet: ResMut<Fleet>,
    mut answers: MessageReader<Answered>,
    mut told: MessageWriter<FleetChanged>,
    (client, mut present, time): (Res<Client>, ResMut<Present>, Res<Time<Real>>),
) {
    let now_s = time.elapsed_secs_f64();
    for answer in answers.read() {
        if Some(answer.ticket) != feed.snapshot {
            continue;
        }
        let body = answer.body.as_ref().map_err(ToString::to_string);
        let snapshot: Result<Snapshot, String> =
            body.and_then(|body| serde_json::from_slice(body).map_err(|error| error.to_string()));
        match snapshot {
            Ok(snapshot) => {
                feed.seq = snapshot.seq;
                feed.snapshot = None;
                feed.heard_s = now_s;
                feed.cutter = EventCutter::default();
                feed.stream = Some(Stream::open(
                    &client.url(&format!("/live?since={}", feed.seq)),
                ));
                present.go_on(snapshot.at, now_s);
                *fleet = Fleet::new(snapshot);
                told.write(FleetChanged::Whole);
            }
            Err(error) => {
                bevy::log::error!("the snapshot cannot be read: {error}");
                feed.start_over(now_s + RETRY_S[3]);
            }
        }
    }
}

/// Takes what the stream has told since the last frame.
fn take_events(
    mut feed: ResMut<Feed>,
    mut fleet: ResMut<Fleet>,
    mut told: MessageWriter<FleetChanged>,
    (mut link, mut present, time): (ResMut<Link>, ResMut<Present>, Res<Time<Real>>),
) {
    let Some(heard) = feed.stream.as_ref().map(Stream::heard) else {
        return;
    };
    let now_s = time.elapsed_secs_f64();
    if heard.is_open && *link != Link::Live {
        *link = Link::Live;
        feed.tries = 0;
    }
    if !heard.bytes.is_empty() {
        feed.heard_s = now_s;
    }
    for event in feed.cutter.take(&heard.bytes) {
        take_event(
            &event,
            &mut feed,
            &mut fleet,
            &mut told,
            (&mut present, now_s),
        );
    }
    if heard.has_ended && feed.stream.is_some() {
        lose(&mut feed, &mut link, now_s);
    }
}

fn take_event(
    event: &SentEvent,
    feed: &mut Feed,
    fleet: &mut Fleet,
    told: &mut MessageWriter<FleetChanged>,
    (present, now_s): (&mut Present, f64),
) {
    match event.name.as_str() {
        "change" => {
            let Ok(change) = serde_json::from_str::<Change>(&event.data) else {
                return;
            };
            if change.seq <= feed.seq {
                return;
            }
            feed.seq = change.seq;
            let exists = matches!(&*change.what, "put" | "removed");
            if exists && matches!(&*change.kind, "site" | "container" | "sensor") {
                feed.anew_at_s.get_or_insert(now_s + ANEW_S);
            }
            if let Some(number) = fleet.take(&change) {
                told.write(FleetChanged::Container(number));
            }
        }
        "heartbeat" => {
            if let Ok(beat) = serde_json::from_str::<Heartbeat>(&event.data) {
                present.is_at(beat.at, now_s);
            }
        }
        "reset" => feed.start_over(now_s),
        _ => {}
    }
}

/// A line that is silent for too long is dead; a server that does not answer is away.
fn watch(
    mut feed: ResMut<Feed>,
    mut link: ResMut<Link>,
    client: Res<Client>,
    time: Res<Time<Real>>,
) {
    let now_s = time.elapsed_secs_f64();
    let is_silent = feed.stream.is_some() && now_s - feed.heard_s > SILENCE_S;
    if is_silent {
        lose(&mut feed, &mut link, now_s);
    }
    if feed.stream.is_none() && client.fails() > 0 && !matches!(*link, Link::Lost { .. }) {
        *link = Link::Lost {
            since_s: now_s,
            next_try_s: now_s + RETRY_S[0],
        };
    }
}

fn lose(feed: &mut Feed, link: &mut Link, now_s: f64) {
    let wait = RETRY_S[feed.tries.min(RETRY_S.len() - 1)];
    feed.tries += 1;
    feed.start_over(now_s + wait);
    let since_s = match *link {
        Link::Lost { since_s, .. } => since_s,
        Link::Starting | Link::Live | Link::Past => now_s,
    };
    *link = Link::Lost {
        since_s,
        next_try_s: now_s + wait,
    };
}
