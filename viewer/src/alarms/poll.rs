//! Asks for the alarms, every few seconds and soon after a container has become full or silent.

use bevy::app::{App, Plugin, Startup, Update};
use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::message::MessageReader;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::{Local, Res, ResMut};
use bevy::time::{Real, Time};

use super::standing::StandingAlarms;
use super::wire::AlarmList;
use crate::pending::Pending;
use crate::server::{Answered, Client, Container, Fleet, FleetChanged, Look, Ticket};
use crate::systems::ViewerSystems;

/// As many as the server tells at once: a count that leaves some out would be wrong.
const QUESTION: &str = "/alarms?limit=10000";
/// Seconds between an answer and the next question.
const EVERY_S: f64 = 10.0;
/// How soon after a change: the server looks for alarms once a second.
const SOON_S: f64 = 1.2;
/// How long to wait after a refusal: the token does not become right by itself.
const REFUSED_S: f64 = 60.0;

pub(super) struct PollPlugin;

impl Plugin for PollPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<StandingAlarms>()
            .init_resource::<Pending>()
            .init_resource::<Poll>()
            .add_systems(Startup, expect_alarms)
            .add_systems(
                Update,
                (take, hurry, ask).chain().in_set(ViewerSystems::Learn),
            );
    }
}

/// The question that is on its way, and when the next one is due.
#[derive(Resource, Debug, Default)]
pub(super) struct Poll {
    pub ticket: Option<Ticket>,
    due_s: f64,
    has_answered: bool,
}

impl Poll {
    #[cfg(test)]
    pub(super) fn answered() -> Self {
        Self {
            has_answered: true,
            ..Self::default()
        }
    }

    /// Whether the server has told which alarms stand, or that it will not.
    pub(super) const fn has_answered(&self) -> bool {
        self.has_answered
    }
}

/// A picture waits for the first answer.
fn expect_alarms(client: Res<Client>, mut pending: ResMut<Pending>) {
    pending.say("alarms", usize::from(client.is_operator()));
}

fn ask(mut poll: ResMut<Poll>, mut client: ResMut<Client>, time: Res<Time<Real>>) {
    let is_due = poll.ticket.is_none() && poll.due_s <= time.elapsed_secs_f64();
    if is_due && client.is_operator() {
        poll.ticket = Some(client.ask(QUESTION));
    }
}

pub(super) fn take(
    mut poll: ResMut<Poll>,
    mut standing: ResMut<StandingAlarms>,
    mut answers: MessageReader<Answered>,
    mut pending: ResMut<Pending>,
    time: Res<Time<Real>>,
) {
    let ticket = poll.ticket;
    for answer in answers.read().filter(|it| Some(it.ticket) == ticket) {
        poll.ticket = None;
        poll.due_s = time.elapsed_secs_f64() + EVERY_S;
        match &answer.body {
            Ok(body) => match serde_json::from_slice::<AlarmList>(body) {
                Ok(list) => {
                    standing.set_if_neq(StandingAlarms::new(list.into_alarms()));
                }
                Err(error) => bevy::log::error!("the alarms cannot be read: {error}"),
            },
            Err(refused) => {
                if !poll.has_answered {
                    bevy::log::error!("no alarms for this operator's token: {refused}");
                }
                poll.due_s += REFUSED_S - EVERY_S;
                // What one may not see any more is not shown any more.
                standing.set_if_neq(StandingAlarms::default());
            }
        }
        poll.has_answered = true;
        pending.say("alarms", 0);
    }
}

/// Asks sooner where a container may have raised or cleared an alarm.
fn hurry(
    mut poll: ResMut<Poll>,
    mut known: Local<Vec<bool>>,
    (fleet, mut changes): (Res<Fleet>, MessageReader<FleetChanged>),
    time: Res<Time<Real>>,
) {
    let mut is_news = false;
    for change in changes.read() {
        match *change {
            FleetChanged::Whole => {
                *known = fleet.containers.iter().map(is_alarming).collect();
            }
            FleetChanged::Container(number) => {
                let now = fleet.containers.get(number).is_some_and(is_alarming);
                if let Some(before) = known.get_mut(number) {
                    is_news |= std::mem::replace(before, now) != now;
                }
            }
        }
    }
    if is_news {
        poll.due_s = poll.due_s.min(time.elapsed_secs_f64() + SOON_S);
    }
}

fn is_alarming(container: &Container) -> bool {
    let is_full = |fill| fill >= Fleet::FULL;
    container.look() == Look::Silent || container.shown_fill().is_some_and(is_full)
}

#[cfg(test)]
mod tests {
    use bevy::MinimalPlugins;
    use bevy::ecs::message::Messages;

    use super::super::standing::tests::ANSWER;
    use super::*;
    use crate::hud::{HudPlugin, RightSheet, written};
    use crate::palette::Palette;
    use crate::server::{Link, OperatorToken, Present, Refused};

    fn app(token: &str) -> App {
        let mut app = App::new();
        let client = Client::new("http://127.0.0.1:1").presenting(OperatorToken::new(token).ok());
        app.add_plugins((MinimalPlugins, HudPlugin, PollPlugin))
            .insert_resource(client)
            .insert_resource(Palette::day())
            .init_resource::<Fleet>()
            .init_resource::<Present>()
            .insert_resource(Link::Live)
            .add_message::<Answered>()
            .add_message::<FleetChanged>();
        crate::systems::order_systems(&mut app);
        app.world_mut().spawn(crate::camera::Eye);
        app.update();
        app
    }

    fn answer(app: &mut App, body: Result<&str, Refused>) {
        let ticket = app.world().resource::<Poll>().ticket.unwrap();
        let body = body.map(|text| text.as_bytes().into());
        app.world_mut()
            .resource_mut::<Messages<Answered>>()
            .write(Answered { ticket, body });
        app.update();
    }

    #[test]
    fn an_operator_reads_how_many_alarms_wait_and_what_they_are() {
        let mut app = app("s3cret");
        assert!(!app.world().resource::<Pending>().is_none());
        answer(&mut app, Ok(ANSWER));
        assert!(app.world().resource::<Pending>().is_none());
        assert_eq!(app.world().resource::<StandingAlarms>().all().len(), 4);
        assert_eq!(*app.world().resource::<RightSheet>(), RightSheet::Alarms);
        let said = written(&mut app);
        for line in ["3 alertes attendent.", "Alertes", "Feu dans un conteneur"] {
            assert!(said.iter().any(|it| it == line), "{line}: {said:?}");
        }
    }

    #[test]
    fn the_list_makes_way_for_another_sheet() {
        let mut app = app("s3cret");
        app.insert_resource(RightSheet::Other);
        answer(&mut app, Ok(ANSWER));
        let shows = |app: &mut App| written(app).iter().any(|it| it == "Alertes");
        assert!(!shows(&mut app));
        app.insert_resource(RightSheet::None);
        app.update();
        assert!(shows(&mut app));
    }

    #[test]
    fn anybody_else_asks_for_no_alarms() {
        let app = app("");
        assert_eq!(app.world().resource::<Poll>().ticket, None);
        assert!(app.world().resource::<Pending>().is_none());
        assert!(app.world().resource::<Client>().is_idle());
    }

    #[test]
    fn a_refused_token_shows_nothing_and_holds_nothing_up() {
        let mut app = app("wrong");
        answer(&mut app, Err(Refused { status: 401 }));
        assert!(app.world().resource::<Pending>().is_none());
        assert!(app.world().resource::<StandingAlarms>().all().is_empty());
        assert!(!written(&mut app).iter().any(|it| it.contains("alerte")));
        assert!(app.world().resource::<Poll>().due_s > EVERY_S);
    }
}
