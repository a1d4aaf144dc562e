//! Has the server simulate a plan beside today's collection, tells how far it is, and shows what came of it.

use bevy::app::{App, Plugin, Update};
use bevy::ecs::message::MessageReader;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::{Res, ResMut};
use bevy::input::keyboard::KeyCode;
use bevy::time::{Real, Time};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Plan;
use crate::keys::Keys;
use crate::server::{Answered, Client, Posted, Ticket};
use crate::split::{Split, Wish};
use crate::systems::ViewerSystems;

/// Seconds between two looks at how far it is.
const EVERY_S: f64 = 2.0;
/// For how many days a plan is followed.
const DAYS: u32 = 28;
/// How often each scenario is run.
const RUNS: u32 = 8;
const STREAMS: [&str; 3] = ["glass", "paper", "packaging"];

pub(super) struct SendPlugin;

impl Plugin for SendPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Sent>()
            .init_resource::<Wish>()
            .init_resource::<Split>()
            .add_message::<Posted>()
            .add_systems(
                Update,
                (send, take, ask, follow)
                    .chain()
                    .in_set(ViewerSystems::Learn),
            );
    }
}

/// How far a plan is that was sent.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Stage {
    /// None was.
    #[default]
    Idle,
    /// Only operators may send one, and there is no token.
    NoRole,
    /// There is nothing in it.
    Empty,
    /// It is on its way.
    Sending,
    /// It waits, or is followed: runs that are done, of how many.
    Running { done: u32, runs: u32 },
    /// Its outcome is shown.
    Done,
    /// The server did not answer.
    Away,
    /// It was refused, or could not be followed to its end, and why.
    Failed(Box<str>),
}

/// The plan that was sent last.
#[derive(Resource, Clone, Debug, Default)]
pub struct Sent {
    pub(crate) stage: Stage,
    posted: Option<Ticket>,
    job: Option<Box<str>>,
    asked: Option<Ticket>,
    due_s: f64,
}

/// A job as far as it is told here.
#[derive(Debug, Deserialize)]
struct Job {
    id: Box<str>,
    state: Box<str>,
    #[serde(default)]
    runs_done: u32,
    #[serde(default)]
    runs: u32,
    #[serde(default)]
    reason: Option<Box<str>>,
}

fn send(plan: Res<Plan>, mut sent: ResMut<Sent>, mut client: ResMut<Client>, keys: Keys) {
    let is_held = keys.is_held(&[KeyCode::ControlLeft, KeyCode::ControlRight]);
    let is_asked =
        is_held && (keys.is_tapped(KeyCode::Enter) || keys.is_tapped(KeyCode::NumpadEnter));
    let is_busy = matches!(sent.stage, Stage::Sending | Stage::Running { .. });
    if !plan.is_open || !is_asked || is_busy {
        return;
    }
    if !client.is_operator() {
        sent.stage = Stage::NoRole;
    } else if plan.draft.steps().is_empty() {
        sent.stage = Stage::Empty;
    } else {
        let body = order(&plan).to_string();
        sent.posted = Some(client.post("/simulations", body.into_bytes()));
        sent.stage = Stage::Sending;
    }
}

/// Today's collection, and the same with the steps of a plan: both from the live state on.
pub(super) fn order(plan: &Plan) -> Value {
    let edits = plan.draft.edits();
    let count = edits.len();
    let scenario = |fr: String, en: String, edits: Vec<Value>| {
        json!({
            "format": 1,
            "name": {"fr": fr, "en": en},
            "territory": {"live": true},
            "streams": STREAMS,
            "period": {"days": DAYS},
            "policy": {"kind": "fixed"},
            "information": "none",
            "edits": edits,
        })
    };
    let today = scenario(
        "Tournées fixes".to_owned(),
        "Fixed rounds".to_owned(),
        Vec::new(),
    );
    let [fr, en] = if count == 1 {
        ["Projet, 1 étape", "Plan, 1 step"].map(str::to_owned)
    } else {
        [
            format!("Projet, {count} étapes"),
            format!("Plan, {count} steps"),
        ]
    };
    json!({"scenarios": [today, scenario(fr, en, edits)], "replications": RUNS})
}

/// What became of what was sent.
fn take(mut sent: ResMut<Sent>, mut posted: MessageReader<Posted>, time: Res<Time<Real>>) {
    for Posted { ticket, outcome } in posted.read() {
        if sent.posted.take_if(|it| it == ticket).is_none() {
            continue;
        }
        match outcome {
            Ok(body) => match serde_json::from_slice::<Job>(body) {
                Ok(job) => {
                    sent.job = Some(job.id);
                    sent.due_s = time.elapsed_secs_f64();
                    sent.stage = Stage::Running {
                        done: 0,
                        runs: job.runs,
                    };
                }
                Err(error) => sent.stage = Stage::Failed(error.to_string().into()),
            },
            Err(refusal) => {
                sent.stage = match (refusal.status, &refusal.reason) {
                    (None, _) => Stage::Away,
                    (Some(401 | 403), _) => Stage::NoRole,
                    (Some(_), reason) => Stage::Failed(reason.clone()),
                };
            }
        }
    }
}

fn ask(mut sent: ResMut<Sent>, mut client: ResMut<Client>, time: Res<Time<Real>>) {
    let is_running = matches!(sent.stage, Stage::Running { .. });
    if !is_running || sent.asked.is_some() || sent.due_s > time.elapsed_secs_f64() {
        return;
    }
    if let Some(id) = sent.job.clone() {
        sent.asked = Some(client.ask(format!("/simulations/{id}")));
    }
}

/// Tells how far it is, and shows the outcome beside the present as soon as there is one.
fn follow(
    mut sent: ResMut<Sent>,
    mut answers: MessageReader<Answered>,
    (mut split, mut wish): (ResMut<Split>, ResMut<Wish>),
    time: Res<Time<Real>>,
) {
    for answer in answers.read() {
        if sent.asked.take_if(|it| *it == answer.ticket).is_none() {
            continue;
        }
        sent.due_s = time.elapsed_secs_f64() + EVERY_S;
        let body = match &answer.body {
            Ok(body) => body,
            Err(refused) => {
                sent.stage = Stage::Failed(refused.to_string().into());
                continue;
            }
        };
        let Ok(job) = serde_json::from_slice::<Job>(body) else {
            sent.stage = Stage::Failed("the simulation cannot be read".into());
            continue;
        };
        sent.stage = match &*job.state {
            "done" => {
                wish.0 = job.id.parse().ok();
                *split = Split::Sides;
                Stage::Done
            }
            "queued" | "running" => Stage::Running {
                done: job.runs_done,
                runs: job.runs,
            },
            _ => Stage::Failed(job.reason.unwrap_or(job.state)),
        };
    }
}
