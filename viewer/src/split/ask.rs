//! Asks the server for a finished comparison: the one that is wanted, or the newest.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use bevy::app::{App, Plugin, Update};
use bevy::ecs::message::MessageReader;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::{Res, ResMut};
use bevy::time::{Real, Time};

use super::Split;
use super::comparison::{Comparison, Unusable};
use super::wire::{Job, JobList};
use crate::pending::Pending;
use crate::server::{Answered, Client, Refused, Ticket};
use crate::systems::ViewerSystems;

/// Seconds between an answer and the next question for newer ones.
const EVERY_S: f64 = 15.0;
/// How long to wait after a refusal, in seconds.
const REFUSED_S: f64 = 60.0;
/// A number has no more digits.
const LONGEST_ID: usize = 20;

/// Which simulation is shown: a number, and which of its scenarios beside the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    id: Box<str>,
    scenario: usize,
}

/// A text names no simulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected the number of a simulation, as 1796072852798, or 1796072852798/2 for its second scenario"
)]
pub struct WantedError;

impl FromStr for Wanted {
    type Err = WantedError;

    fn from_str(text: &str) -> Result<Self, WantedError> {
        let (id, scenario) = text.split_once('/').unwrap_or((text, "1"));
        let is_number = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
        let scenario = scenario.parse().map_err(|_none| WantedError)?;
        if !is_number || id.len() > LONGEST_ID || !(1..=7).contains(&scenario) {
            return Err(WantedError);
        }
        Ok(Self {
            id: id.into(),
            scenario,
        })
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.scenario {
            1 => f.write_str(&self.id),
            number => write!(f, "{}/{number}", self.id),
        }
    }
}

/// What is known of a scenario.
#[derive(Resource, Clone, Debug, Default)]
pub enum Known {
    /// Nobody has asked.
    #[default]
    Unasked,
    /// Only operators may know, and there is no token, or not the right one.
    NoRole,
    /// The answer is on its way.
    Loading,
    /// There is no finished comparison.
    Nothing,
    /// There is one, of which nothing can be shown.
    Unusable(Unshown),
    /// This one.
    Shown(Shown),
}

/// Another simulation that is wished for; it is taken from here when it is asked for.
#[derive(Resource, Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish(pub Option<Wanted>);

/// Why nothing can be shown of a simulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unshown(pub(crate) Option<Unusable>);

/// A comparison that is shown.
#[derive(Clone, Debug)]
pub struct Shown(pub(crate) Arc<Comparison>);

/// Why there is no scenario to see, and what to do: the keys of two sentences, the second of which may be missing.
pub(crate) const fn why(known: &Known) -> Option<[&'static str; 2]> {
    Some(match known {
        Known::Unasked | Known::Loading => ["split.loading", ""],
        Known::NoRole => ["split.noRole", "split.noRole.how"],
        Known::Nothing => ["split.nothing", "split.nothing.how"],
        Known::Unusable(Unshown(Some(Unusable::Alone))) => ["split.alone", "split.nothing.how"],
        Known::Unusable(Unshown(Some(Unusable::NoSuchJob))) => ["split.noJob", ""],
        Known::Unusable(Unshown(Some(Unusable::NotDone))) => ["split.notDone", ""],
        Known::Unusable(Unshown(Some(Unusable::NoSuchScenario))) => ["split.noSuch", ""],
        Known::Unusable(Unshown(Some(Unusable::NoSites))) => ["split.noSites", "split.noSites.how"],
        Known::Unusable(Unshown(None)) => ["split.unread", "split.noSites.how"],
        Known::Shown(_) => return None,
    })
}

impl Known {
    /// What is shown, as one wishes for it.
    pub(crate) fn wanted(&self) -> Option<Wanted> {
        let comparison = self.comparison()?;
        Some(Wanted {
            id: comparison.id.clone(),
            scenario: comparison.number,
        })
    }

    pub(crate) fn comparison(&self) -> Option<&Arc<Comparison>> {
        match self {
            Self::Shown(Shown(comparison)) => Some(comparison),
            _ => None,
        }
    }
}

pub(super) struct AskPlugin {
    pub wanted: Option<Wanted>,
}

impl Plugin for AskPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Known>()
            .init_resource::<Wish>()
            .init_resource::<Pending>()
            .insert_resource(Question {
                wanted: self.wanted.clone(),
                ..Question::default()
            })
            .add_systems(Update, (take, ask).chain().in_set(ViewerSystems::Learn));
    }
}

/// What is asked.
#[derive(Resource, Debug, Default)]
struct Question {
    wanted: Option<Wanted>,
    list: Option<Ticket>,
    job: Option<Ticket>,
    /// Of which scenario the job is asked.
    scenario: usize,
    due_s: f64,
}

fn ask(
    split: Res<Split>,
    (mut question, mut known, mut wish): (ResMut<Question>, ResMut<Known>, ResMut<Wish>),
    (mut client, time): (ResMut<Client>, Res<Time<Real>>),
    mut pending: ResMut<Pending>,
) {
    if wish.0.is_some() {
        *question = Question {
            wanted: wish.0.take(),
            ..Question::default()
        };
        *known = Known::Unasked;
    }
    pending.say(
        "scenario",
        usize::from(split.is_on() && question.is_first(&known)),
    );
    let now_s = time.elapsed_secs_f64();
    let is_busy = question.list.is_some() || question.job.is_some();
    if !split.is_on() || is_busy || question.due_s > now_s {
        return;
    }
    if !client.is_operator() {
        *known = Known::NoRole;
        question.due_s = f64::INFINITY;
        pending.say("scenario", 0);
        return;
    }
    if let Known::Unasked = *known {
        *known = Known::Loading;
        pending.say("scenario", 1);
    }
    match question.wanted.clone() {
        Some(Wanted { id, scenario }) => {
            question.scenario = scenario;
            question.job = Some(client.ask(format!("/simulations/{id}")));
        }
        None => question.list = Some(client.ask("/simulations")),
    }
}

impl Question {
    /// Whether nothing was answered yet.
    fn is_first(&self, known: &Known) -> bool {
        matches!(known, Known::Unasked | Known::Loading) && self.due_s <= 0.0
    }
}

/// Takes answers: of the list the newest comparison is asked for, unless it is shown already.
fn take(
    (mut question, mut known): (ResMut<Question>, ResMut<Known>),
    mut answers: MessageReader<Answered>,
    (mut client, time): (ResMut<Client>, Res<Time<Real>>),
) {
    for answer in answers.read() {
        let now_s = time.elapsed_secs_f64();
        if question.list.take_if(|it| *it == answer.ticket).is_some() {
            match newest(answer) {
                Ok(Some(id)) if known.comparison().is_none_or(|shown| shown.id != id) => {
                    question.scenario = 1;
                    question.job = Some(client.ask(format!("/simulations/{id}")));
                }
                Ok(Some(_)) => question.due_s = now_s + EVERY_S,
                Ok(None) => {
                    question.due_s = now_s + EVERY_S;
                    *known = Known::Nothing;
                }
                Err(refusal) => {
                    question.due_s = now_s + REFUSED_S;
                    *known = refusal;
                }
            }
        } else if question.job.take_if(|it| *it == answer.ticket).is_some() {
            let is_fixed = question.wanted.is_some();
            *known = read(answer, question.scenario);
            let is_waiting = matches!(*known, Known::Loading);
            question.due_s = match (is_fixed, is_waiting) {
                (true, false) => f64::INFINITY,
                _ => now_s + EVERY_S,
            };
        }
    }
}

/// The newest finished comparison of a list.
fn newest(answer: &Answered) -> Result<Option<Box<str>>, Known> {
    let body = answer.body.as_ref().map_err(|refused| refusal(*refused))?;
    let list = serde_json::from_slice::<JobList>(body).map_err(|error| {
        bevy::log::error!("the simulations cannot be read: {error}");
        Known::Unusable(Unshown(None))
    })?;
    let mut jobs = list.simulations.into_iter();
    Ok(jobs.find(Job::is_comparison).map(|job| job.id))
}

/// What a job has to show.
fn read(answer: &Answered, scenario: usize) -> Known {
    let body = match &answer.body {
        Ok(body) => body,
        Err(refused) => return refusal(*refused),
    };
    match serde_json::from_slice::<Job>(body) {
        Ok(job) if matches!(&*job.state, "queued" | "running") => Known::Loading,
        Ok(job) => match Comparison::new(job, scenario) {
            Ok(comparison) => Known::Shown(Shown(Arc::new(comparison))),
            Err(unusable) => Known::Unusable(Unshown(Some(unusable))),
        },
        Err(error) => {
            bevy::log::error!("the simulation cannot be read: {error}");
            Known::Unusable(Unshown(None))
        }
    }
}

const fn refusal(refused: Refused) -> Known {
    match refused.status {
        401 | 403 => Known::NoRole,
        404 => Known::Unusable(Unshown(Some(Unusable::NoSuchJob))),
        _ => Known::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::a_number("1796072852798", Some(1))]
    #[case::its_second("17/2", Some(2))]
    #[case::the_first_is_the_present("17/0", None)]
    #[case::a_path("../17", None)]
    #[case::nothing("", None)]
    #[case::words("latest", None)]
    fn a_simulation_is_named_by_its_number(#[case] text: &str, #[case] scenario: Option<usize>) {
        let wanted = text.parse::<Wanted>().ok();
        assert_eq!(wanted.map(|it| it.scenario), scenario);
    }
}
