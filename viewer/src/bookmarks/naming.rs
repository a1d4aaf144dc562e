//! Another name for a kept view: while it is typed, keys are its letters.

use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::message::MessageReader;
use bevy::ecs::resource::Resource;
use bevy::ecs::system::{Res, ResMut};
use bevy::input::keyboard::{Key, KeyboardInput};

use super::{Kept, LONGEST};
use crate::tools::Tool;

/// Which of the kept views is being named, if any.
#[derive(Resource, Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Naming(pub(super) Option<usize>);

impl Naming {
    /// Whether keys are letters of a name.
    pub(crate) const fn is_on(self) -> bool {
        self.0.is_some()
    }
}

/// Takes letters until Enter or Escape. It comes last in a frame, so that these keys do nothing else in it.
pub(super) fn listen(
    mut naming: ResMut<Naming>,
    mut kept: ResMut<Kept>,
    tool: Res<Tool>,
    mut keys: MessageReader<KeyboardInput>,
) {
    let named = naming.0.filter(|_| *tool == Tool::Views);
    let Some(bookmark) = named.and_then(|place| kept.bypass_change_detection().0.get_mut(place))
    else {
        keys.clear();
        naming.set_if_neq(Naming(None));
        return;
    };
    let before = bookmark.name.clone();
    for key in keys.read().filter(|key| key.state.is_pressed()) {
        match &key.logical_key {
            Key::Enter | Key::Escape => {
                naming.0 = None;
                break;
            }
            Key::Backspace => {
                bookmark.name.pop();
            }
            Key::Character(letter) => {
                take(&mut bookmark.name, key.text.as_deref().unwrap_or(letter));
            }
            Key::Space => take(&mut bookmark.name, " "),
            _ => {}
        }
    }
    if bookmark.name != before || naming.0.is_none() {
        kept.set_changed();
    }
}

/// Adds letters as far as there is room.
fn take(name: &mut String, typed: &str) {
    let room = LONGEST.saturating_sub(name.chars().count());
    let letters = typed.chars().filter(|letter| !letter.is_control());
    name.extend(letters.take(room));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_room_for_so_many_letters() {
        let mut name = "Vue 1".to_owned();
        take(&mut name, " é\n");
        assert_eq!(name, "Vue 1 é");
        for _ in 0..100 {
            take(&mut name, "abc");
        }
        assert_eq!(name.chars().count(), LONGEST);
    }
}
