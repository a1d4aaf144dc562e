//! Keys and clicks that a tool takes, so that they do nothing else in the same frame.

use bevy::ecs::system::{Res, ResMut, SystemParam};
use bevy::input::ButtonInput;
use bevy::input::keyboard::{Key, KeyCode};

use crate::bookmarks::Naming;
use crate::search::Typing;

/// The keyboard, of which keys can be taken.
#[derive(SystemParam)]
pub(crate) struct TakenKeys<'w> {
    places: Option<ResMut<'w, ButtonInput<KeyCode>>>,
    prints: Option<ResMut<'w, ButtonInput<Key>>>,
    typing: Option<Res<'w, Typing>>,
    naming: Option<Res<'w, Naming>>,
}

impl TakenKeys<'_> {
    /// Whether a text has just been typed with one key.
    pub(crate) fn is_typed(&self, text: &str) -> bool {
        let key = Key::Character(text.into());
        let prints = self.prints.as_ref().filter(|_| !self.is_letters());
        prints.is_some_and(|prints| prints.just_pressed(key))
    }

    /// Takes a key that has just been pressed; tells whether it was. While a text is typed there is none.
    pub(crate) fn take(&mut self, key: KeyCode) -> bool {
        if self.is_letters() {
            return false;
        }
        let Some(places) = &mut self.places else {
            return false;
        };
        if !places.just_pressed(key) {
            return false;
        }
        places.reset(key);
        if let (Some(prints), Some(print)) = (&mut self.prints, print_of(key)) {
            prints.reset(print);
        }
        true
    }

    /// Whether keys are letters of a text.
    fn is_letters(&self) -> bool {
        let is_naming = self.naming.as_ref().is_some_and(|naming| naming.is_on());
        is_naming || self.typing.as_ref().is_some_and(|typing| typing.0)
    }
}

/// The same key by what is printed on it, where others listen to that.
fn print_of(key: KeyCode) -> Option<Key> {
    Some(match key {
        KeyCode::Escape => Key::Escape,
        KeyCode::Enter => Key::Enter,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::Space => Key::Space,
        KeyCode::ArrowUp => Key::ArrowUp,
        KeyCode::ArrowDown => Key::ArrowDown,
        KeyCode::ArrowLeft => Key::ArrowLeft,
        KeyCode::ArrowRight => Key::ArrowRight,
        _ => return None,
    })
}
