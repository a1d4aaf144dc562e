//! Views that a person has kept, and a few that the territory offers: a list to fly to them.
//!
//! `B` keeps the present view, `b` opens the list: arrows choose, Enter flies, F2 names, Delete forgets what was kept. They are
//! in the folder of the person's data natively, and in the browser's storage there.

mod list;
mod naming;
mod offered;
mod store;

use bevy::app::{App, Plugin, Update};
use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::message::{MessageReader, MessageWriter};
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::{Commands, Res, ResMut};
use bevy::input::keyboard::{KeyCode, KeyboardInput};

pub(crate) use self::naming::Naming;
use self::store::Shelf;
pub use self::store::Store;
use crate::link::{Now, OpenView, ViewLink};
use crate::systems::ViewerSystems;
use crate::tools::{Notice, TakenKeys, Tool, Wish};
use crate::words::Words;

/// The most views that are kept.
pub(crate) const MOST: usize = 24;
/// The longest name, in letters.
const LONGEST: usize = 60;

/// Keeps views. Needs [`LinkPlugin`](crate::link::LinkPlugin), which opens them.
#[derive(Clone, Debug, Default)]
pub struct BookmarksPlugin {
    /// Where they are kept.
    pub store: Store,
}

impl Plugin for BookmarksPlugin {
    fn build(&self, app: &mut App) {
        app.insert_resource(Shelf::new(self.store.clone()))
            .init_resource::<Kept>()
            .init_resource::<offered::Offered>()
            .init_resource::<Cursor>()
            .init_resource::<Naming>()
            .add_message::<KeyboardInput>()
            .add_message::<OpenView>()
            .add_systems(
                Update,
                (
                    store::load,
                    offered::offer,
                    list::press,
                    walk,
                    keep,
                    store::save,
                )
                    .chain()
                    .in_set(ViewerSystems::Learn),
            )
            .add_systems(Update, naming::listen.after(ViewerSystems::Annotate))
            .add_systems(
                Update,
                (list::appear, list::write)
                    .chain()
                    .in_set(ViewerSystems::Annotate),
            );
    }
}

/// A view with its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Bookmark {
    /// What it is called.
    pub name: String,
    /// What is seen there.
    pub view: ViewLink,
}

/// The views that the person has kept, oldest first.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct Kept(pub Vec<Bookmark>);

impl Kept {
    /// Adds a view under a name that is not used yet; false where there is no room.
    fn add(&mut self, words: &Words, view: ViewLink) -> bool {
        if self.0.len() >= MOST {
            return false;
        }
        let name = (1..=MOST + 1)
            .map(|n| words.fill("views.numbered", &[("n", &n.to_string())]))
            .find(|name| self.0.iter().all(|kept| kept.name != *name));
        let Some(name) = name else { return false };
        self.0.push(Bookmark { name, view });
        true
    }
}

/// Which row of the list keys are at: the offered views first, then the kept ones.
#[derive(Resource, Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Cursor(usize);

/// Keeps the present view when it is asked for.
fn keep(
    mut wishes: MessageReader<Wish>,
    now: Now,
    mut kept: ResMut<Kept>,
    (words, mut notice): (Res<Words>, ResMut<Notice>),
) {
    for _ in wishes.read().filter(|wish| **wish == Wish::KeepView) {
        let Some(view) = now.view() else { continue };
        if kept.add(&words, view) {
            let name = kept.0.last().map_or("", |last| &last.name);
            notice.say(words.fill("views.kept", &[("name", name)]));
        } else {
            notice.say(words.count("views.tooMany", MOST));
        }
    }
}

/// Walks through the open list with keys.
fn walk(
    (tool, mut cursor, mut commands): (Res<Tool>, ResMut<Cursor>, Commands),
    mut keys: TakenKeys,
    (offered, mut kept): (Res<offered::Offered>, ResMut<Kept>),
    mut views: MessageWriter<OpenView>,
) {
    if *tool != Tool::Views {
        return;
    }
    let count = offered.0.len() + kept.0.len();
    let last = count.saturating_sub(1);
    let at = cursor.0.min(last);
    let mut next = at;
    if keys.take(KeyCode::ArrowDown) {
        next = (at + 1) % count.max(1);
    }
    if keys.take(KeyCode::ArrowUp) {
        next = at.checked_sub(1).unwrap_or(last);
    }
    cursor.set_if_neq(Cursor(next));
    if keys.take(KeyCode::Enter)
        && let Some(bookmark) = row(&offered, &kept, next)
    {
        views.write(OpenView(bookmark.view.clone()));
    }
    if keys.take(KeyCode::F2) {
        let place = next.checked_sub(offered.0.len());
        let place = place.filter(|place| *place < kept.0.len());
        commands.insert_resource(Naming(place));
    }
    if keys.take(KeyCode::Delete) || keys.take(KeyCode::Backspace) {
        forget(&offered, &mut kept, next);
    }
}

/// The view of a row.
fn row<'a>(offered: &'a offered::Offered, kept: &'a Kept, row: usize) -> Option<&'a Bookmark> {
    let beyond = row.checked_sub(offered.0.len());
    beyond.map_or_else(|| offered.0.get(row), |row| kept.0.get(row))
}

/// Forgets the view of a row, where it was kept.
fn forget(offered: &offered::Offered, kept: &mut ResMut<Kept>, row: usize) {
    let beyond = row.checked_sub(offered.0.len());
    if let Some(place) = beyond.filter(|place| *place < kept.0.len()) {
        kept.0.remove(place);
    }
}

/// A name as it may be shown.
fn shortened(name: &str) -> String {
    let letters = name.chars().filter(|letter| !letter.is_control());
    letters.take(LONGEST).collect()
}

#[cfg(test)]
mod tests;
