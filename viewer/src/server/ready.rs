//! What the server says of itself: whose territory it is, what of it is synthetic, what time it is.

use bevy::app::{App, Plugin, Startup, Update};
use bevy::ecs::message::MessageReader;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::{Local, Res, ResMut};
use bevy::time::{Real, Time};
use twin_core::{Span, Timestamp};

use super::client::{Answered, Client, Ticket};
use super::wire::Ready;
use crate::systems::ViewerSystems;

pub(super) struct ReadyPlugin;

impl Plugin for ReadyPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Present>()
            .add_systems(Startup, ask)
            .add_systems(Update, take.in_set(ViewerSystems::Learn));
    }
}

/// The twin's present, and what it is a twin of.
#[derive(Resource, Clone, Debug, Default)]
pub struct Present {
    /// What the territory is called; empty until known.
    pub title: String,
    /// Whether anything of the pack is synthetic.
    pub is_synthetic: bool,
    /// Whose data is shown, without doubles.
    pub sources: Vec<String>,
    ticket: Option<Ticket>,
    rate: Option<f64>,
    anchor: Option<(Timestamp, f64)>,
    held: Option<Timestamp>,
}

impl Present {
    /// The time of what is shown, `now_s` seconds after the viewer started; `None` until known. That of
    /// the twin, or a moment of the past, which stands still.
    pub fn time(&self, now_s: f64) -> Option<Timestamp> {
        self.held.or_else(|| self.live_time(now_s))
    }

    /// The moment of the past that is shown; `None` where it is the present.
    pub const fn held(&self) -> Option<Timestamp> {
        self.held
    }

    /// The twin's time, also where a moment of the past is shown.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "milliseconds of a session fit an i64"
    )]
    pub fn live_time(&self, now_s: f64) -> Option<Timestamp> {
        let (at, at_s) = self.anchor?;
        let passed = (now_s - at_s).max(0.0) * self.rate.unwrap_or(1.0);
        Some(at + Span::from_millis((passed * 1000.0) as i64))
    }

    /// From now on a moment of the past is shown.
    pub(crate) fn hold(&mut self, at: Timestamp) {
        self.held = Some(at);
    }

    /// From now on the present is shown, which the server has just told.
    pub(super) fn go_on(&mut self, at: Timestamp, now_s: f64) {
        self.held = None;
        self.is_at(at, now_s);
    }

    /// The server has just told its time.
    pub(crate) fn is_at(&mut self, at: Timestamp, now_s: f64) {
        self.anchor = Some((at, now_s));
    }
}

fn ask(mut client: ResMut<Client>, mut present: ResMut<Present>) {
    present.ticket = Some(client.ask("/readyz"));
}

fn take(
    mut present: ResMut<Present>,
    mut answers: MessageReader<Answered>,
    time: Res<Time<Real>>,
    mut is_told: Local<bool>,
) {
    for answer in answers.read() {
        if Some(answer.ticket) != present.ticket {
            continue;
        }
        let ready = answer.body.as_ref().ok();
        let Some(ready) = ready.and_then(|body| serde_json::from_slice::<Ready>(body).ok()) else {
            if !std::mem::replace(&mut *is_told, true) {
                bevy::log::error!("the server does not say what it is a twin of");
            }
            continue;
        };
        present.title = ready.pack.title;
        present.is_synthetic = ready.pack.synthetic;
        present.sources = sources(&ready.pack.layers);
        present.rate = Some(ready.clock.rate);
        present.is_at(ready.clock.now, time.elapsed_secs_f64());
    }
}

fn sources(layers: &[super::wire::Layer]) -> Vec<String> {
    let mut sources: Vec<String> = layers
        .iter()
        .filter(|layer| !layer.synthetic && !layer.source.is_empty())
        .map(|layer| layer.source.clone())
        .collect();
    sources.sort();
    sources.dedup();
    sources
}
