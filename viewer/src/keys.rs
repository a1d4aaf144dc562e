//! Keys, unless they are the letters of a text that somebody types.

use bevy::ecs::system::{Res, SystemParam};
use bevy::input::ButtonInput;
use bevy::input::keyboard::{Key, KeyCode};

use crate::bookmarks::Naming;
use crate::search::Typing;

/// What is pressed, by the place of a key and by what is printed on it; nothing while a text is typed, and
/// where there is no keyboard.
#[derive(SystemParam)]
pub(crate) struct Keys<'w> {
    places: Option<Res<'w, ButtonInput<KeyCode>>>,
    prints: Option<Res<'w, ButtonInput<Key>>>,
    typing: Option<Res<'w, Typing>>,
    naming: Option<Res<'w, Naming>>,
}

impl Keys<'_> {
    /// By the place of a key, as on an American keyboard.
    pub(crate) fn places(&self) -> Option<&ButtonInput<KeyCode>> {
        self.places.as_deref().filter(|_| !self.is_typing())
    }

    /// By what is printed on a key.
    pub(crate) fn prints(&self) -> Option<&ButtonInput<Key>> {
        self.prints.as_deref().filter(|_| !self.is_typing())
    }

    /// Whether a key has just been pressed.
    pub(crate) fn is_tapped(&self, key: KeyCode) -> bool {
        self.places().is_some_and(|keys| keys.just_pressed(key))
    }

    /// Whether a text has just been typed with one key.
    pub(crate) fn is_typed(&self, text: &str) -> bool {
        let key = Key::Character(text.into());
        self.prints().is_some_and(|keys| keys.just_pressed(key))
    }

    /// Whether one of these is held.
    pub(crate) fn is_held(&self, keys: &[KeyCode]) -> bool {
        (self.places()).is_some_and(|held| held.any_pressed(keys.iter().copied()))
    }

    /// Whether Ctrl (or the key in its place on a Mac) is held: keys are commands then, and move nothing.
    pub(crate) fn are_commands(&self) -> bool {
        use KeyCode::{ControlLeft, ControlRight, SuperLeft, SuperRight};
        self.is_held(&[ControlLeft, ControlRight, SuperLeft, SuperRight])
    }

    fn is_typing(&self) -> bool {
        let is_naming = self.naming.as_ref().is_some_and(|naming| naming.is_on());
        is_naming || self.typing.as_ref().is_some_and(|typing| typing.0)
    }
}

#[cfg(test)]
mod tests {
    use bevy::app::{App, Update};
    use bevy::ecs::resource::Resource;
    use bevy::ecs::system::ResMut;

    use super::*;

    #[derive(Resource, Default)]
    struct Seen(bool);

    fn look(keys: Keys, mut seen: ResMut<Seen>) {
        seen.0 = keys.is_tapped(KeyCode::KeyJ) && keys.is_typed("j");
    }

    #[rstest::rstest]
    #[case::free(false, true)]
    #[case::while_a_text_is_typed(true, false)]
    fn a_key_is_a_letter_or_a_wish(#[case] typing: bool, #[case] is_seen: bool) {
        let (mut places, mut prints) = (ButtonInput::default(), ButtonInput::default());
        places.press(KeyCode::KeyJ);
        prints.press(Key::Character("j".into()));
        let mut app = App::new();
        app.insert_resource::<ButtonInput<KeyCode>>(places)
            .insert_resource::<ButtonInput<Key>>(prints)
            .insert_resource(Typing(typing))
            .init_resource::<Seen>()
            .add_systems(Update, look);
        app.update();
        assert_eq!(app.world().resource::<Seen>().0, is_seen);
    }
}
