//! What a person explores with: a row of buttons with a key each, one tool in hand at a time, and short notices.
//!
//! Keys by what is printed on them: `t` the guided tour, `b` the list of views (`B` keeps the present one), `m`
//! measures a distance, again an area, `g` selects by a loop, `p` takes a picture, `c` copies the link, `h` changes
//! the contrast. Escape puts a tool away. A feature that is not there leaves its [`Wish`] unread.

mod icons;
mod notice;
mod place;
mod row;
mod taken;

use bevy::app::{App, Plugin, Update};
use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::message::{Message, MessageReader, MessageWriter};
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::{Res, ResMut};
use bevy::input::keyboard::KeyCode;

pub use self::notice::Notice;
pub(crate) use self::place::lay_tool;
pub(crate) use self::taken::TakenKeys;
use crate::hud::faces::Faces;
use crate::hud::sheet::MARGIN_TOP;
use crate::keys::Keys;
use crate::systems::ViewerSystems;
use crate::wall::Mode;

/// From the upper edge of the picture to the sheet of a tool, below the search.
const SHEET_TOP: f32 = MARGIN_TOP + 44.0 + 8.0;

/// Lets a person explore. Needs [`HudPlugin`](crate::hud::HudPlugin), which paints the buttons.
#[derive(Debug)]
pub struct ToolsPlugin;

impl Plugin for ToolsPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Tool>()
            .init_resource::<Notice>()
            .init_resource::<Faces>()
            .init_resource::<Mode>()
            .add_message::<Wish>()
            .add_systems(
                Update,
                (type_keys, row::press, choose)
                    .chain()
                    .in_set(ViewerSystems::Receive),
            )
            .add_systems(
                Update,
                (
                    (row::appear, notice::appear).chain(),
                    (row::write, row::fit, notice::write),
                )
                    .chain()
                    .in_set(ViewerSystems::Annotate),
            );
    }
}

/// What is in the hand: it says what a click and Enter do.
#[derive(Resource, Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Tool {
    /// Nothing: a click chooses a container.
    #[default]
    None,
    /// The list of views is open.
    Views,
    /// Points of a line, whose length is told.
    Distance,
    /// Points of an outline, whose area is told.
    Area,
    /// A loop around what is to be summed up.
    Lasso,
}

/// What a person asks for with a button or a key.
#[derive(Message, Clone, Copy, Debug, Eq, PartialEq)]
pub enum Wish {
    /// Begin the guided tour, or leave it.
    Tour,
    /// Open the list of views, or close it.
    Views,
    /// Keep the present view.
    KeepView,
    /// Measure a distance; then an area; then nothing.
    Measure,
    /// Select by a loop.
    Lasso,
    /// Take a picture.
    Picture,
    /// Copy the link to this view.
    CopyLink,
    /// Raise the contrast, or lower it again.
    Contrast,
}

impl Wish {
    /// The key of each.
    const KEYS: [(&'static str, Self); 8] = [
        ("t", Self::Tour),
        ("b", Self::Views),
        ("B", Self::KeepView),
        ("m", Self::Measure),
        ("g", Self::Lasso),
        ("p", Self::Picture),
        ("c", Self::CopyLink),
        ("h", Self::Contrast),
    ];
}

/// Makes wishes of keys. On a wall nobody types.
fn type_keys(keys: Keys, mode: Res<Mode>, mut wishes: MessageWriter<Wish>) {
    let is_control = keys.is_held(&[KeyCode::ControlLeft, KeyCode::ControlRight]);
    if *mode == Mode::Wall || is_control {
        return;
    }
    let typed = Wish::KEYS.iter().filter(|(key, _)| keys.is_typed(key));
    for (_, wish) in typed {
        wishes.write(*wish);
    }
}

/// Takes a tool into the hand, or puts it away.
fn choose(mut wishes: MessageReader<Wish>, mut keys: TakenKeys, mut tool: ResMut<Tool>) {
    for wish in wishes.read() {
        let next = match (wish, *tool) {
            (Wish::Views, Tool::Views)
            | (Wish::Lasso, Tool::Lasso)
            | (Wish::Measure, Tool::Area)
            | (Wish::Tour, _) => Tool::None,
            (Wish::Views, _) => Tool::Views,
            (Wish::Lasso, _) => Tool::Lasso,
            (Wish::Measure, Tool::Distance) => Tool::Area,
            (Wish::Measure, _) => Tool::Distance,
            (Wish::KeepView | Wish::Picture | Wish::CopyLink | Wish::Contrast, tool) => tool,
        };
        tool.set_if_neq(next);
    }
    if *tool != Tool::None && keys.take(KeyCode::Escape) {
        *tool = Tool::None;
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use bevy::MinimalPlugins;
    use bevy::input::ButtonInput;
    use bevy::input::keyboard::Key;

    use super::*;
    use crate::hud::HudPlugin;
    use crate::palette::Palette;
    use crate::server::{Fleet, FleetChanged, Link, Present};

    /// A viewer with a HUD and tools, without a window.
    pub(crate) fn app() -> App {
        let mut app = App::new();
        app.add_plugins((MinimalPlugins, HudPlugin, ToolsPlugin))
            .insert_resource(Palette::day())
            .init_resource::<Fleet>()
            .init_resource::<Present>()
            .insert_resource(Link::Live)
            .init_resource::<ButtonInput<Key>>()
            .init_resource::<ButtonInput<KeyCode>>()
            .add_message::<FleetChanged>();
        crate::systems::order_systems(&mut app);
        app
    }

    /// Types a letter, and looks one frame on.
    pub(crate) fn type_letter(app: &mut App, letter: &str) {
        let key = Key::Character(letter.into());
        let mut keys = app.world_mut().resource_mut::<ButtonInput<Key>>();
        keys.press(key.clone());
        app.update();
        let mut keys = app.world_mut().resource_mut::<ButtonInput<Key>>();
        keys.release(key);
        keys.clear();
        app.update();
    }

    /// Presses a key by its place, and looks one frame on.
    pub(crate) fn press_key(app: &mut App, key: KeyCode) {
        let mut keys = app.world_mut().resource_mut::<ButtonInput<KeyCode>>();
        keys.press(key);
        app.update();
        let mut keys = app.world_mut().resource_mut::<ButtonInput<KeyCode>>();
        keys.release(key);
        keys.clear();
        app.update();
    }

    fn tool(app: &App) -> Tool {
        *app.world().resource::<Tool>()
    }

    #[test]
    fn keys_take_a_tool_and_escape_puts_it_away() {
        let mut app = app();
        for (letter, expected) in [
            ("m", Tool::Distance),
            ("m", Tool::Area),
            ("m", Tool::None),
            ("g", Tool::Lasso),
            ("b", Tool::Views),
            ("p", Tool::Views),
        ] {
            type_letter(&mut app, letter);
            assert_eq!(tool(&app), expected, "{letter}");
        }
        press_key(&mut app, KeyCode::Escape);
        assert_eq!(tool(&app), Tool::None);
    }

    #[test]
    fn on_a_wall_nobody_explores() {
        let mut app = app();
        app.insert_resource(Mode::Wall);
        type_letter(&mut app, "m");
        assert_eq!(tool(&app), Tool::None);
    }

    #[test]
    fn a_key_that_a_tool_takes_is_nobody_elses() {
        let mut app = app();
        type_letter(&mut app, "m");
        let mut keys = app.world_mut().resource_mut::<ButtonInput<KeyCode>>();
        keys.press(KeyCode::Escape);
        app.update();
        let keys = app.world().resource::<ButtonInput<KeyCode>>();
        assert!(!keys.just_pressed(KeyCode::Escape));
    }
}
