//! Finds a commune, a site or an address by its name, and flies there. Addresses, of which there are many, the server
//! looks for.
//!
//! `/`, Ctrl+K or a press opens the field, arrows choose, Enter flies, Escape closes. While it is open, keys are
//! letters: see [`Typing`].

mod addresses;
mod index;

use bevy::app::{App, Plugin, Update};
use bevy::ecs::change_detection::DetectChanges as _;
use bevy::ecs::message::MessageReader;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::{Local, Res, ResMut};
use bevy::input::ButtonInput;
use bevy::input::keyboard::{Key, KeyCode, KeyboardInput};

use self::addresses::Addresses;
use self::index::Index;
pub use self::index::{MOST, Place};
use crate::bookmarks::Naming;
use crate::camera::{Flight, Stand};
use crate::land::{Heights, Territory};
use crate::server::{Answered, Fleet, FleetChanged};
use crate::space::Space;
use crate::systems::ViewerSystems;

/// How long a flight takes, in seconds.
const FLIGHT_S: f64 = 0.6;
/// How many places of the list addresses have at least, where so many were found.
const ADDRESSES: usize = 4;
/// The most letters that are taken.
const LONGEST: usize = 60;

/// Searches.
#[derive(Clone, Debug, Default)]
pub struct SearchPlugin {
    /// What is looked for at first, where the field is open from the start on.
    pub first: Option<String>,
}

impl Plugin for SearchPlugin {
    fn build(&self, app: &mut App) {
        let search = Search {
            text: self.first.clone().unwrap_or_default(),
            ..Search::default()
        };
        app.insert_resource(Typing(self.first.is_some()))
            .insert_resource(search)
            .init_resource::<Flight>()
            .init_resource::<Addresses>()
            .add_message::<KeyboardInput>()
            .add_message::<Answered>()
            .add_systems(
                Update,
                (listen, addresses::follow, find, fly)
                    .chain()
                    .in_set(ViewerSystems::Learn),
            );
    }
}

/// Whether keys are letters now, and nothing else.
#[derive(Resource, Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Typing(pub bool);

/// What is looked for.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct Search {
    /// What was typed.
    pub text: String,
    /// What it may mean, best first, at most [`MOST`].
    pub found: Vec<Place>,
    /// Which of these Enter flies to.
    pub chosen: usize,
    /// What is to be flown to.
    pub(crate) wanted: Option<Place>,
}

impl Search {
    /// Has one of what was found be flown to; one that is not there changes nothing.
    pub(crate) fn choose(&mut self, place: usize) {
        self.chosen = place.min(self.found.len().saturating_sub(1));
        self.wanted = self.found.get(place).cloned();
    }

    /// Takes a key while the field is open; tells whether it stays open.
    fn take(&mut self, key: &Key, typed: Option<&str>) -> bool {
        match key {
            Key::Escape => return false,
            Key::Enter => {
                self.wanted = self.found.get(self.chosen).cloned();
                return self.wanted.is_none();
            }
            Key::ArrowDown => self.chosen = (self.chosen + 1) % self.found.len().max(1),
            Key::ArrowUp => {
                let last = self.found.len().saturating_sub(1);
                self.chosen = self.chosen.checked_sub(1).unwrap_or(last);
            }
            Key::Backspace => {
                self.text.pop();
                self.chosen = 0;
            }
            Key::Character(_) | Key::Space => {
                let room = LONGEST.saturating_sub(self.text.chars().count());
                let typed = typed.unwrap_or_default().chars();
                let letters = typed.filter(|letter| !letter.is_control()).take(room);
                self.text.extend(letters);
                self.chosen = 0;
            }
            _ => {}
        }
        true
    }
}

/// Opens, closes and takes letters.
fn listen(
    mut typing: ResMut<Typing>,
    mut search: ResMut<Search>,
    mut keys: MessageReader<KeyboardInput>,
    held: Option<Res<ButtonInput<KeyCode>>>,
    naming: Option<Res<Naming>>,
) {
    if naming.is_some_and(|naming| naming.is_on()) {
        keys.clear();
        return;
    }
    let is_control =
        held.is_some_and(|held| held.any_pressed([KeyCode::ControlLeft, KeyCode::ControlRight]));
    for key in keys.read().filter(|key| key.state.is_pressed()) {
        let letter = match &key.logical_key {
            Key::Character(letter) => Some(letter.as_str()),
            _ => None,
        };
        let opens = match letter {
            Some("k" | "K") => is_control,
            Some("/") => !is_control,
            _ => false,
        };
        if !typing.0 {
            if opens {
                *search = Search::default();
                typing.0 = true;
            }
            continue;
        }
        if is_control && letter.is_some() {
            continue;
        }
        let typed = key.text.as_deref().or(letter);
        typing.0 = search.take(&key.logical_key, typed);
    }
}

/// Looks for what was typed, among what there is.
fn find(
    mut search: ResMut<Search>,
    (territory, space, fleet): (Option<Res<Territory>>, Option<Res<Space>>, Res<Fleet>),
    (addresses, mut changes): (Res<Addresses>, MessageReader<FleetChanged>),
    (mut index, mut asked): (Local<Index>, Local<String>),
) {
    let (Some(territory), Some(space)) = (territory, space) else {
        return;
    };
    let is_whole = changes.read().any(|change| *change == FleetChanged::Whole);
    let is_other = is_whole || territory.is_changed();
    if is_other {
        *index = Index::of(&territory, &fleet, &space);
    }
    if is_other || *asked != search.text || addresses.is_changed() {
        asked.clone_from(&search.text);
        let addresses = addresses.of(&search.text);
        let mut found = index.find(&search.text);
        found.truncate(MOST - addresses.len().min(ADDRESSES));
        found.extend(addresses.iter().take(MOST - found.len()).cloned());
        let search = &mut *search;
        search.found = found;
        search.chosen = search.chosen.min(search.found.len().saturating_sub(1));
    }
}

/// Sets off for what was chosen.
fn fly(mut search: ResMut<Search>, mut flight: ResMut<Flight>, heights: Option<Res<Heights>>) {
    if search.wanted.is_none() {
        return;
    }
    let Some(place) = search.wanted.take() else {
        return;
    };
    let Some(heights) = heights else { return };
    let stand = Stand::near(place.at, &heights, place.distance_m);
    flight.set_off(stand, FLIGHT_S);
}

#[cfg(test)]
mod tests {
    use bevy::ecs::entity::Entity;
    use bevy::input::ButtonState;
    use bevy::math::Vec2;

    use super::*;

    fn app() -> App {
        let (territory, fleet, space) = index::tests::parts();
        let mut app = App::new();
        app.add_message::<FleetChanged>()
            .insert_resource(territory)
            .insert_resource(fleet)
            .insert_resource(space)
            .insert_resource(Heights::level(Vec2::splat(-500.0), 100.0, [80, 40]))
            .add_plugins(SearchPlugin::default());
        crate::systems::order_systems(&mut app);
        app.update();
        app
    }

    fn press(app: &mut App, logical_key: Key) {
        app.world_mut().write_message(KeyboardInput {
            key_code: KeyCode::F35,
            text: None,
            logical_key,
            state: ButtonState::Pressed,
            repeat: false,
            window: Entity::PLACEHOLDER,
        });
        app.update();
    }

    fn letters(app: &mut App, text: &str) {
        for letter in text.chars() {
            press(app, Key::Character(letter.to_string().into()));
        }
    }

    fn state(app: &App) -> (bool, Vec<&str>) {
        let found = app.world().resource::<Search>().found.iter();
        let is_open = app.world().resource::<Typing>().0;
        (is_open, found.map(|place| &*place.name).collect())
    }

    #[test]
    fn letters_count_only_while_it_is_open() {
        let mut app = app();
        letters(&mut app, "bart");
        assert_eq!(state(&app), (false, Vec::new()));
        letters(&mut app, "/bart");
        assert_eq!(state(&app), (true, vec!["Bart"]));
        press(&mut app, Key::Backspace);
        assert_eq!(app.world().resource::<Search>().text, "bar");
        press(&mut app, Key::Escape);
        assert!(!state(&app).0);
    }

    #[test]
    fn enter_flies_to_what_was_chosen() {
        let mut app = app();
        letters(&mut app, "/charmont");
        press(&mut app, Key::ArrowDown);
        press(&mut app, Key::Enter);
        assert!(!state(&app).0, "it closes");
        let to = app.world().resource::<Flight>().destination().unwrap();
        assert_eq!((to.target.x, to.distance_m), (2000.0, 6_500.0));
    }

    #[test]
    fn the_choice_goes_round() {
        let mut app = app();
        letters(&mut app, "/charmont");
        press(&mut app, Key::ArrowUp);
        assert_eq!(app.world().resource::<Search>().chosen, 1);
        press(&mut app, Key::ArrowDown);
        assert_eq!(app.world().resource::<Search>().chosen, 0);
    }

    #[test]
    fn enter_without_a_find_stays_open() {
        let mut app = app();
        letters(&mut app, "/belfort");
        press(&mut app, Key::Enter);
        assert!(state(&app).0);
        assert!(app.world().resource::<Flight>().destination().is_none());
    }
}
