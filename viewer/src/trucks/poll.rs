//! Asks for the rounds of the day that is shown, and reads them beside the frames.

use bevy::app::{App, Plugin, Update};
use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::message::MessageReader;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::schedule::common_conditions::resource_exists;
use bevy::ecs::system::{Res, ResMut};
use bevy::tasks::futures::check_ready;
use bevy::tasks::{AsyncComputeTaskPool, Task, TaskPool};
use bevy::time::{Real, Time};
use twin_core::Timestamp;

use super::round::Truck;
use super::wire::{DayAnswer, State, WireError};
use crate::land::Heights;
use crate::pending::Pending;
use crate::server::{Answered, Client, Present, Ticket};
use crate::space::Space;
use crate::systems::ViewerSystems;
use crate::words::calendar::day_of;

/// Seconds until the same day is asked for again: while it is being planned, where nobody has planned it, and
/// where there are rounds, which another plan may replace.
const SOON_S: f64 = 2.0;
const LATER_S: f64 = 120.0;
const SELDOM_S: f64 = 600.0;

pub(super) struct PollPlugin {
    /// Whether a picture waits for a day that is being planned.
    pub is_wanted: bool,
}

impl Plugin for PollPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Rounds>()
            .init_resource::<Pending>()
            .insert_resource(Poll {
                is_wanted: self.is_wanted,
                ..Poll::default()
            })
            .add_systems(
                Update,
                (take, read, ask, say_pending)
                    .chain()
                    .run_if(resource_exists::<Heights>)
                    .in_set(ViewerSystems::Learn),
            );
    }
}

/// The rounds of the day that is shown.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct Rounds {
    /// What the twin's clock showed when they were planned; `None` where there are none.
    pub planned_at: Option<Timestamp>,
    /// The trucks, in the order of the plan.
    pub trucks: Vec<Truck>,
}

impl Rounds {
    /// Where a truck is in [`Rounds::trucks`].
    pub fn find(&self, id: &str) -> Option<usize> {
        self.trucks.iter().position(|truck| &*truck.id == id)
    }
}

/// The question that is on its way, and what is known of the day that is wished for.
#[derive(Resource, Default)]
pub(super) struct Poll {
    is_wanted: bool,
    day: Option<String>,
    pub(super) ticket: Option<Ticket>,
    reading: Option<Task<Result<Read, WireError>>>,
    due_s: f64,
    state: Option<State>,
}

impl Poll {
    /// Whether it is known whether there are rounds.
    pub(super) fn is_settled(&self) -> bool {
        match self.state {
            Some(State::BeingPlanned) => !self.is_wanted,
            Some(State::Planned | State::None) => self.reading.is_none(),
            None => false,
        }
    }
}

/// An answer, read.
struct Read {
    state: State,
    rounds: Rounds,
}

/// Asks for the day of what is shown; another day at once.
fn ask(
    mut poll: ResMut<Poll>,
    mut rounds: ResMut<Rounds>,
    (mut client, present): (ResMut<Client>, Res<Present>),
    time: Res<Time<Real>>,
) {
    let now_s = time.elapsed_secs_f64();
    let Some(now) = present.time(now_s) else {
        return;
    };
    let day = day_of(now);
    if poll.day.as_ref() != Some(&day) {
        let stale = poll.ticket;
        client.forget(|ticket| Some(ticket) == stale);
        *poll = Poll {
            is_wanted: poll.is_wanted,
            day: Some(day),
            due_s: now_s,
            ..Poll::default()
        };
        rounds.set_if_neq(Rounds::default());
    }
    let is_idle = poll.ticket.is_none() && poll.reading.is_none();
    if let Some(day) = poll.day.as_ref().filter(|_| is_idle && poll.due_s <= now_s) {
        poll.ticket = Some(client.ask(format!("/rounds/{day}")));
    }
}

/// Takes an answer, to be read beside the frames.
fn take(
    mut poll: ResMut<Poll>,
    mut rounds: ResMut<Rounds>,
    mut answers: MessageReader<Answered>,
    (space, time): (Res<Space>, Res<Time<Real>>),
) {
    let ticket = poll.ticket;
    for answer in answers.read().filter(|it| Some(it.ticket) == ticket) {
        poll.ticket = None;
        let now_s = time.elapsed_secs_f64();
        match &answer.body {
            Ok(body) => {
                let (body, space) = (body.clone(), *space);
                let day = poll.day.clone().unwrap_or_default();
                let pool = AsyncComputeTaskPool::get_or_init(TaskPool::default);
                poll.reading = Some(pool.spawn(async move { Read::of(&body, &day, &space) }));
            }
            // Those who may not see them, and servers that know no rounds.
            Err(_refused) => {
                poll.state = Some(State::None);
                poll.due_s = now_s + SELDOM_S;
                rounds.set_if_neq(Rounds::default());
            }
        }
    }
}

fn read(mut poll: ResMut<Poll>, mut rounds: ResMut<Rounds>, time: Res<Time<Real>>) {
    let Some(read) = poll.reading.as_mut().and_then(check_ready) else {
        return;
    };
    poll.reading = None;
    let read = read.unwrap_or_else(|error| {
        bevy::log::error!("the rounds cannot be read: {error}");
        Read {
            state: State::None,
            rounds: Rounds::default(),
        }
    });
    poll.state = Some(read.state);
    poll.due_s = time.elapsed_secs_f64()
        + match read.state {
            State::Planned => SELDOM_S,
            State::BeingPlanned => SOON_S,
            State::None => LATER_S,
        };
    rounds.set_if_neq(read.rounds);
}

impl Read {
    /// An answer, if it is of the day that was asked for.
    fn of(body: &[u8], asked: &str, space: &Space) -> Result<Self, WireError> {
        let day = DayAnswer::read(body)?;
        if &*day.date != asked {
            return Err(WireError::OtherDay { date: day.date });
        }
        let trucks = day.vehicles.iter();
        Ok(Self {
            state: day.state,
            rounds: Rounds {
                planned_at: day.planned_at,
                trucks: trucks.filter_map(|it| Truck::new(it, space)).collect(),
            },
        })
    }
}

/// A picture waits until it is known whether there are trucks.
fn say_pending(poll: Res<Poll>, mut pending: ResMut<Pending>) {
    pending.say("trucks", usize::from(!poll.is_settled()));
}
