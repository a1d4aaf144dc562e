//! How large writing is: what fits the window, times what a person wants.
//!
//! Ctrl with `+`, `-` and `0` enlarges it, makes it smaller, and brings it back.

use bevy::app::{App, Plugin, Update};
use bevy::ecs::change_detection::DetectChanges as _;
use bevy::ecs::message::MessageReader;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::{Res, ResMut};
use bevy::input::keyboard::KeyCode;
use bevy::ui::UiScale;
use bevy::window::WindowResized;

use crate::keys::Keys;
use crate::systems::ViewerSystems;
use crate::wall::Mode;

/// With which the smallest writing of 13 pixels is 24 high, and names of towns 32, where the picture is
/// [`WALL_PX`] high.
const WALL_SCALE: f32 = 1.85;
const WALL_PX: f32 = 1080.0;
/// So many steps lead from one size to its double.
const STEPS: f32 = 4.0;
const STEP_KEYS: [(&str, f32); 4] = [("+", 1.0), ("=", 1.0), ("-", -1.0), ("_", -1.0)];

/// Keeps [`HudScale`].
#[derive(Clone, Copy, Debug)]
pub struct ScalePlugin {
    /// How high the picture is at first, in pixels.
    pub height_px: f32,
    /// How much larger than what fits it a person wants writing, within [`Magnified::RANGE`].
    pub wanted: f32,
}

impl Plugin for ScalePlugin {
    fn build(&self, app: &mut App) {
        let mode = app.world().get_resource::<Mode>().copied();
        let wanted = Magnified(self.wanted).within();
        let (fits, mode) = (Fitting(self.height_px), mode.unwrap_or_default());
        app.insert_resource(HudScale::of(mode, fits, wanted))
            .insert_resource(fits)
            .insert_resource(wanted)
            .add_message::<WindowResized>()
            .add_systems(Update, choose.in_set(ViewerSystems::Receive))
            .add_systems(Update, fit.in_set(ViewerSystems::Learn));
    }
}

/// How much larger than designed all writing is: 1 for a desk, 1.5 for a projector.
#[derive(Resource, Clone, Copy, Debug, PartialEq)]
pub struct HudScale(pub f32);

/// How much larger than what fits a person wants writing.
#[derive(Resource, Clone, Copy, Debug, PartialEq)]
pub struct Magnified(pub f32);

/// How high the picture is, in pixels.
#[derive(Resource, Clone, Copy, Debug, PartialEq)]
struct Fitting(f32);

impl Default for HudScale {
    fn default() -> Self {
        Self(1.0)
    }
}

impl HudScale {
    /// As large as designed where the picture is high enough, smaller on a small one; on a wall it grows
    /// with the picture.
    fn of(mode: Mode, Fitting(height_px): Fitting, Magnified(times): Magnified) -> Self {
        let fits = match mode {
            Mode::Wall => WALL_SCALE * height_px / WALL_PX,
            Mode::Explore => (height_px / 720.0).clamp(0.4, 1.0),
        };
        Self(fits * times)
    }
}

impl Magnified {
    /// What a person may want.
    pub const RANGE: std::ops::RangeInclusive<f32> = 0.5..=3.0;

    fn within(self) -> Self {
        Self(self.0.clamp(*Self::RANGE.start(), *Self::RANGE.end()))
    }
}

fn choose(mut wanted: ResMut<Magnified>, keys: Keys) {
    if !keys.are_commands() {
        return;
    }
    if keys.is_typed("0") || keys.is_tapped(KeyCode::Digit0) || keys.is_tapped(KeyCode::Numpad0) {
        *wanted = Magnified(1.0);
    }
    for (text, steps) in STEP_KEYS {
        if keys.is_typed(text) {
            *wanted = Magnified(wanted.0 * (steps / STEPS).exp2()).within();
        }
    }
}

fn fit(
    mut sizes: MessageReader<WindowResized>,
    (mut fitting, wanted): (ResMut<Fitting>, Res<Magnified>),
    (mode, mut scale): (Res<Mode>, ResMut<HudScale>),
) {
    if let Some(size) = sizes.read().last().filter(|size| size.height > 0.0) {
        *fitting = Fitting(size.height);
    }
    if fitting.is_changed() || wanted.is_changed() || mode.is_changed() {
        *scale = HudScale::of(*mode, *fitting, *wanted);
    }
}

/// Has all that is written grow.
pub(super) fn rescale(scale: Res<HudScale>, mut ui_scale: ResMut<UiScale>) {
    if scale.is_changed() {
        ui_scale.0 = scale.0;
    }
}

#[cfg(test)]
mod tests {
    use bevy::ecs::entity::Entity;
    use bevy::input::ButtonInput;
    use bevy::input::keyboard::Key;

    use super::*;

    fn app(mode: Mode, wanted: f32) -> App {
        let mut app = App::new();
        app.insert_resource(mode)
            .init_resource::<ButtonInput<KeyCode>>()
            .init_resource::<ButtonInput<Key>>()
            .add_plugins(ScalePlugin {
                height_px: 1080.0,
                wanted,
            });
        crate::systems::order_systems(&mut app);
        app
    }

    fn scale(app: &mut App) -> f32 {
        app.update();
        app.world().resource::<HudScale>().0
    }

    fn tap(app: &mut App, text: &str) {
        app.world_mut()
            .resource_mut::<ButtonInput<KeyCode>>()
            .press(KeyCode::ControlLeft);
        let mut prints = app.world_mut().resource_mut::<ButtonInput<Key>>();
        prints.clear();
        prints.release_all();
        prints.press(Key::Character(text.into()));
    }

    #[rstest::rstest]
    #[case::desk(Mode::Explore, 1.0, 1.0)]
    #[case::projector(Mode::Explore, 1.5, 1.5)]
    #[case::more_than_there_is(Mode::Explore, 90.0, 3.0)]
    #[case::wall(Mode::Wall, 1.0, WALL_SCALE)]
    fn writing_is_as_large_as_it_is_wanted(
        #[case] mode: Mode,
        #[case] wanted: f32,
        #[case] expected: f32,
    ) {
        assert_eq!(scale(&mut app(mode, wanted)), expected);
    }

    #[test]
    fn keys_enlarge_it_and_bring_it_back() {
        let mut app = app(Mode::Explore, 1.0);
        assert_eq!(scale(&mut app), 1.0);
        tap(&mut app, "+");
        let larger = scale(&mut app);
        assert!((1.1..1.3).contains(&larger), "{larger}");
        tap(&mut app, "-");
        approx::assert_abs_diff_eq!(scale(&mut app), 1.0, epsilon = 1e-5);
        tap(&mut app, "-");
        assert!(scale(&mut app) < 0.9);
        tap(&mut app, "0");
        assert_eq!(scale(&mut app), 1.0);
    }

    #[test]
    fn it_fits_a_window_that_changes() {
        let mut app = app(Mode::Explore, 1.0);
        app.update();
        app.world_mut().write_message(WindowResized {
            window: Entity::PLACEHOLDER,
            width: 640.0,
            height: 360.0,
        });
        assert_eq!(scale(&mut app), 0.5);
    }
}
