//! How far back the server's past reaches, found out by halves once a moment was refused.

use bevy::app::{App, Plugin, Update};
use bevy::ecs::message::MessageReader;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::{Res, ResMut};
use bevy::time::{Real, Time};
use twin_core::{Span, Timestamp};

use super::client::{Answered, Client, Ticket};
use super::past::{Told, path};
use super::ready::Present;
use crate::systems::ViewerSystems;

/// How well the beginning is to be known.
const EXACT: Span = Span::from_hours(1);

pub(super) struct HistoryPlugin;

impl Plugin for HistoryPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<History>()
            .add_systems(Update, (take, probe).chain().in_set(ViewerSystems::Learn));
    }
}

/// What is known of where the server's past begins.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// The latest moment of which it has nothing.
    none_at: Option<Timestamp>,
    /// The earliest of which it has something.
    some_at: Option<Timestamp>,
    probe: Option<(Ticket, Timestamp)>,
}

impl History {
    /// Before this there is none; `None` where nothing was refused yet.
    pub fn begin(&self) -> Option<Timestamp> {
        let none_at = self.none_at?;
        Some(self.some_at.unwrap_or(none_at).max(none_at))
    }

    /// Whether its beginning is being looked for.
    pub const fn is_probing(&self) -> bool {
        self.probe.is_some()
    }

    pub(super) fn some_at(&mut self, at: Timestamp) {
        self.some_at = Some(self.some_at.map_or(at, |some_at| some_at.min(at)));
    }

    pub(super) fn none_at(&mut self, at: Timestamp) {
        self.none_at = Some(self.none_at.map_or(at, |none_at| none_at.max(at)));
    }

    /// The moment halfway between none and some, on a whole hour; `None` where it is known well.
    fn halfway(&self, now: Timestamp) -> Option<Timestamp> {
        let none_at = self.none_at?;
        let gap = self.some_at.unwrap_or(now).since(none_at);
        let hour_ms = EXACT.as_millis();
        let half = none_at + Span::from_millis(gap.as_millis() / 2 + hour_ms / 2);
        let whole = Timestamp::from_millis(half.as_millis().div_euclid(hour_ms) * hour_ms);
        (gap > EXACT && whole > none_at).then_some(whole)
    }
}

fn probe(
    mut history: ResMut<History>,
    mut client: ResMut<Client>,
    (present, time): (Res<Present>, Res<Time<Real>>),
) {
    let Some(now) = present.live_time(time.elapsed_secs_f64()) else {
        return;
    };
    if history.probe.is_none()
        && let Some(at) = history.halfway(now).filter(|at| *at < now)
    {
        history.probe = Some((client.ask(path(at)), at));
    }
}

fn take(mut history: ResMut<History>, mut answers: MessageReader<Answered>) {
    for answer in answers.read() {
        let Some((_, at)) = history.probe.filter(|(ticket, _)| *ticket == answer.ticket) else {
            continue;
        };
        history.probe = None;
        match Told::of(answer) {
            Told::Snapshot(_) => history.some_at(at),
            // What cannot be read is not to be shown either.
            Told::Nothing | Told::Unread(_) => history.none_at(at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hour(n: i64) -> Timestamp {
        Timestamp::from_secs(3600 * n)
    }

    #[test]
    fn nothing_is_looked_for_until_a_moment_is_refused() {
        let mut history = History::default();
        history.some_at(hour(5));
        assert_eq!((history.halfway(hour(100)), history.begin()), (None, None));
    }

    #[rstest::rstest]
    #[case::long_ago(30)]
    #[case::lately(99)]
    #[case::on_the_hour(64)]
    fn the_beginning_is_found_by_halves(#[case] begin: i64) {
        let begin = hour(begin) + Span::from_secs(1_500);
        let (now, mut probes) = (hour(100) + Span::from_secs(60), 0);
        let mut history = History::default();
        history.none_at(hour(28));
        while let Some(at) = history.halfway(now).filter(|at| *at < now) {
            probes += 1;
            assert!(probes < 12, "{history:?}");
            if at < begin {
                history.none_at(at);
            } else {
                history.some_at(at);
            }
        }
        let found = history.begin().unwrap();
        let off = (found.as_secs() - begin.as_secs()).abs();
        assert!(off <= 3_600, "{found} {begin}");
    }
}
