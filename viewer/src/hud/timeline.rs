//! The bar of time: an axis of the past days and, hatched, of those that are forecast, with a knob at the moment
//! that is shown, and what plays it.
//!
//! Click or drag the axis; `,` and `.` step an hour, the space bar plays and pauses, backspace goes back
//! to the present. It only sets [`Moment`]; the server's past and forecasts come to it.

mod axis;
mod draw;
mod player;

use bevy::app::{App, Plugin, Update};
use bevy::ecs::change_detection::{DetectChanges as _, DetectChangesMut as _, Ref};
use bevy::ecs::component::Component;
use bevy::ecs::query::{Changed, With};
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::{Query, Res, ResMut, SystemParam};
use bevy::input::keyboard::Key;
use bevy::time::{Real, Time};
use bevy::ui::{Interaction, RelativeCursorPosition};

use self::axis::Axis;
pub(super) use self::draw::lay;
use self::player::Player;
use crate::keys::Keys;
use crate::server::{History, Moment, MomentRefused, Present};
use crate::systems::ViewerSystems;

/// From the left edge of the picture: beside the legend.
pub(crate) const LEFT: f32 = 412.0;
/// How high the bar is at least.
pub(super) const HEIGHT: f32 = 88.0;

pub(super) struct TimelinePlugin;

impl Plugin for TimelinePlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Moment>()
            .init_resource::<History>()
            .init_resource::<Player>()
            .init_resource::<draw::Note>()
            .add_message::<MomentRefused>()
            .add_systems(
                Update,
                (press, drag, type_keys, play)
                    .chain()
                    .in_set(ViewerSystems::Move),
            )
            .add_systems(
                Update,
                (draw::note, draw::place, draw::swap_icon, draw::label)
                    .chain()
                    .after(super::appear)
                    .in_set(ViewerSystems::Annotate),
            );
    }
}

/// What one can press.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
enum Control {
    /// Plays and pauses.
    Play,
    /// Changes how fast it plays.
    Speed,
    /// Goes back to the present.
    Now,
}

/// What one drags along.
#[derive(Component, Clone, Copy, Debug)]
struct Rail;

/// The moment that is wished for, and all that follows from it.
#[derive(SystemParam)]
struct Hourglass<'w> {
    moment: ResMut<'w, Moment>,
    player: ResMut<'w, Player>,
    history: Res<'w, History>,
    present: Res<'w, Present>,
    time: Res<'w, Time<Real>>,
}

impl Hourglass<'_> {
    /// The axis around now; `None` until the server has told what time it is.
    fn axis(&self) -> Option<Axis> {
        let now = self.present.live_time(self.time.elapsed_secs_f64())?;
        Some(Axis::around(now, self.history.begin()))
    }

    fn go(&mut self, moment: Moment) {
        self.player.stop();
        self.moment.set_if_neq(moment);
    }

    fn step(&mut self, next: impl Fn(&Axis, Moment) -> Moment) {
        if let Some(axis) = self.axis() {
            let moment = next(&axis, *self.moment);
            self.go(moment);
        }
    }

    fn toggle(&mut self) {
        let Some(axis) = self.axis() else { return };
        if self.player.is_playing() {
            self.player.stop();
        } else {
            let now_s = self.time.elapsed_secs_f64();
            let moment = self.player.start(*self.moment, &axis, now_s);
            self.moment.set_if_neq(moment);
        }
    }

    /// Whether what is shown is what is wished for.
    fn is_settled(&self) -> bool {
        match *self.moment {
            Moment::Live => !self.history.is_probing(),
            Moment::At(at) => self.present.held() == Some(at),
        }
    }
}

fn press(
    controls: Query<(&Control, &Interaction), Changed<Interaction>>,
    mut hourglass: Hourglass,
) {
    for (control, interaction) in &controls {
        if *interaction != Interaction::Pressed {
            continue;
        }
        match control {
            Control::Play => hourglass.toggle(),
            Control::Speed => hourglass.player.speed = hourglass.player.speed.next(),
            Control::Now => hourglass.go(Moment::Live),
        }
    }
}

fn drag(
    rails: Query<(Ref<Interaction>, Ref<RelativeCursorPosition>), With<Rail>>,
    mut hourglass: Hourglass,
) {
    for (interaction, cursor) in &rails {
        let is_moved = interaction.is_changed() || cursor.is_changed();
        if *interaction != Interaction::Pressed || !is_moved {
            continue;
        }
        if let Some(at) = cursor.normalized {
            hourglass.step(|axis, _| axis.moment(at.x + 0.5));
        }
    }
}

/// Keys by what is printed on them: on a French keyboard the point wants a shift, and shares its key.
fn type_keys(keys: Keys, mut hourglass: Hourglass) {
    if keys.is_typed(",") {
        hourglass.step(Axis::earlier);
    }
    if keys.is_typed(".") || keys.is_typed(";") {
        hourglass.step(Axis::later);
    }
    let is_down = |key| keys.prints().is_some_and(|prints| prints.just_pressed(key));
    if is_down(Key::Space) {
        hourglass.toggle();
    }
    if is_down(Key::Backspace) {
        hourglass.go(Moment::Live);
    }
}

/// Takes the next step where it is due and the last one is shown: never more than one is on its way.
fn play(mut hourglass: Hourglass) {
    if !hourglass.player.is_playing() || !hourglass.is_settled() {
        return;
    }
    let Some(axis) = hourglass.axis() else { return };
    let now_s = hourglass.time.elapsed_secs_f64();
    let moment = *hourglass.moment;
    if let Some(next) = hourglass.player.step(moment, &axis, now_s) {
        hourglass.moment.set_if_neq(next);
    }
}

#[cfg(test)]
mod tests {
    use bevy::MinimalPlugins;
    use bevy::input::ButtonInput;
    use bevy::math::Vec2;

    use super::*;

    const NOW: &str = "2026-11-30T18:15:00Z";

    fn app() -> App {
        let mut present = Present::default();
        present.is_at(NOW.parse().unwrap(), 0.0);
        let mut app = App::new();
        app.add_plugins((MinimalPlugins, TimelinePlugin))
            .insert_resource(present)
            .init_resource::<crate::words::Words>()
            .init_resource::<ButtonInput<Key>>();
        crate::systems::order_systems(&mut app);
        app
    }

    fn press_key(app: &mut App, key: Key) -> Moment {
        let mut keys = app.world_mut().resource_mut::<ButtonInput<Key>>();
        keys.press(key.clone());
        app.update();
        let mut keys = app.world_mut().resource_mut::<ButtonInput<Key>>();
        keys.release(key);
        keys.clear();
        *app.world().resource::<Moment>()
    }

    fn at(text: &str) -> Moment {
        Moment::At(text.parse().unwrap())
    }

    #[test]
    fn keys_step_and_go_back_to_the_present() {
        let mut app = app();
        let comma = || Key::Character(",".into());
        assert_eq!(press_key(&mut app, comma()), at("2026-11-30T18:00:00Z"));
        assert_eq!(press_key(&mut app, comma()), at("2026-11-30T17:00:00Z"));
        let point = Key::Character(".".into());
        assert_eq!(press_key(&mut app, point), at("2026-11-30T18:00:00Z"));
        assert_eq!(press_key(&mut app, Key::Backspace), Moment::Live);
    }

    #[test]
    fn keys_step_into_what_is_forecast_and_back() {
        let mut app = app();
        let point = || Key::Character(".".into());
        assert_eq!(press_key(&mut app, point()), at("2026-11-30T19:00:00Z"));
        assert_eq!(press_key(&mut app, point()), at("2026-11-30T20:00:00Z"));
        assert_eq!(press_key(&mut app, Key::Backspace), Moment::Live);
        let comma = Key::Character(",".into());
        press_key(&mut app, point());
        assert_eq!(press_key(&mut app, comma), Moment::Live);
    }

    #[test]
    fn the_space_bar_plays_from_the_beginning() {
        let mut app = app();
        assert_eq!(press_key(&mut app, Key::Space), at("2026-11-27T19:00:00Z"));
        assert!(app.world().resource::<Player>().is_playing());
        assert_eq!(press_key(&mut app, Key::Space), at("2026-11-27T19:00:00Z"));
        assert!(!app.world().resource::<Player>().is_playing());
    }

    #[test]
    fn no_step_is_taken_until_the_last_one_is_shown() {
        let mut app = app();
        let first = press_key(&mut app, Key::Space);
        let axis = Axis::around(NOW.parse().unwrap(), None);
        // As if much time had passed: a step is due.
        let mut player = app.world_mut().resource_mut::<Player>();
        player.start(first, &axis, -10.0);
        app.update();
        assert_eq!(*app.world().resource::<Moment>(), first);
        let Moment::At(shown) = first else { return };
        app.world_mut().resource_mut::<Present>().hold(shown);
        app.update();
        assert_eq!(
            *app.world().resource::<Moment>(),
            at("2026-11-27T20:00:00Z")
        );
    }

    #[test]
    fn the_axis_is_dragged() {
        let mut app = app();
        let cursor = RelativeCursorPosition {
            cursor_over: true,
            normalized: Some(Vec2::new(-0.25, 0.0)),
        };
        app.world_mut().spawn((Rail, Interaction::Pressed, cursor));
        app.update();
        assert_eq!(
            *app.world().resource::<Moment>(),
            at("2026-11-29T06:15:00Z")
        );
    }
}
