//! Which layers of data are shown: the containers or a figure of each commune, and over the containers
//! cameras, health facilities and the fibre network.
//!
//! Keys `1` to `4` choose a figure, `0` brings the containers back; `5`, `6` and `7` show and hide cameras,
//! health facilities and fibre, `8` the trucks.

use bevy::app::{App, Plugin, Update};
use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::ResMut;
use bevy::input::keyboard::KeyCode;

use crate::choropleth::Kpi;
use crate::keys::Keys;
use crate::systems::ViewerSystems;

/// The keys of the layers: the containers, then the figures in the order of [`Kpi::ALL`].
const KEYS: [(KeyCode, KeyCode, Option<Kpi>); 5] = [
    (KeyCode::Digit0, KeyCode::Numpad0, None),
    (KeyCode::Digit1, KeyCode::Numpad1, Some(Kpi::ALL[0])),
    (KeyCode::Digit2, KeyCode::Numpad2, Some(Kpi::ALL[1])),
    (KeyCode::Digit3, KeyCode::Numpad3, Some(Kpi::ALL[2])),
    (KeyCode::Digit4, KeyCode::Numpad4, Some(Kpi::ALL[3])),
];

/// The keys of what is shown over the containers.
const OVERLAY_KEYS: [(KeyCode, KeyCode, Overlay); 3] = [
    (KeyCode::Digit5, KeyCode::Numpad5, Overlay::Cameras),
    (KeyCode::Digit6, KeyCode::Numpad6, Overlay::Health),
    (KeyCode::Digit7, KeyCode::Numpad7, Overlay::Fibre),
];

/// The letters of the overlays in the order of [`Overlay::ALL`], and of the trucks.
const LETTERS: [char; 4] = ['c', 'h', 'f', 'v'];

/// What is shown over the containers.
#[derive(clap::ValueEnum, Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Overlay {
    /// Cameras with what they see; for operators only
    Cameras,
    /// Health facilities
    Health,
    /// The fibre network
    Fibre,
}

impl Overlay {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Cameras, Self::Health, Self::Fibre];
}

/// Chooses the layer.
#[derive(Clone, Copy, Debug, Default)]
pub struct LayersPlugin {
    /// What is shown at first.
    pub first: Layers,
}

impl Plugin for LayersPlugin {
    fn build(&self, app: &mut App) {
        app.insert_resource(self.first)
            .init_resource::<Lifts>()
            .add_systems(Update, choose.in_set(ViewerSystems::Receive));
    }
}

/// What of the data is drawn on the land.
#[derive(Resource, Clone, Copy, Debug, Eq, PartialEq)]
pub struct Layers {
    /// The signs of the containers.
    pub containers: bool,
    /// The trucks, where the containers are shown too.
    pub trucks: bool,
    /// A figure of each commune.
    pub choropleth: Option<Kpi>,
    /// Cameras, health facilities and fibre, in the order of [`Overlay::ALL`].
    overlays: [bool; 3],
}

impl Default for Layers {
    fn default() -> Self {
        Self::of(None)
    }
}

impl Layers {
    /// A figure of each commune, or else the containers: signs would stand within the prisms.
    pub const fn of(choropleth: Option<Kpi>) -> Self {
        Self {
            containers: choropleth.is_none(),
            trucks: true,
            choropleth,
            overlays: [true, true, false],
        }
    }

    /// The same with another figure, or with the containers.
    #[must_use]
    pub const fn showing(self, choropleth: Option<Kpi>) -> Self {
        Self {
            overlays: self.overlays,
            trucks: self.trucks,
            ..Self::of(choropleth)
        }
    }

    /// The same with nothing of the data on the land.
    #[must_use]
    pub const fn bare(self) -> Self {
        Self {
            containers: false,
            choropleth: None,
            ..self
        }
    }

    /// The same with only these over the containers.
    #[must_use]
    pub fn under(self, overlays: &[Overlay]) -> Self {
        Self {
            overlays: Overlay::ALL.map(|it| overlays.contains(&it)),
            ..self
        }
    }

    /// Whether this is shown: not within the prisms of a figure.
    pub fn shows(&self, overlay: Overlay) -> bool {
        self.containers && self.overlays.get(overlay as usize).is_some_and(|it| *it)
    }

    /// Shows or hides something; the containers come back for it.
    pub fn set(&mut self, overlay: Overlay, is_shown: bool) {
        if is_shown {
            *self = self.showing(None);
        }
        if let Some(it) = self.overlays.get_mut(overlay as usize) {
            *it = is_shown;
        }
    }

    /// The letters of what may lie over the containers, as links have them; none for what is hidden.
    pub(crate) fn letters(self) -> String {
        let shown = self.overlays.into_iter().chain([self.trucks]);
        let shown = LETTERS
            .into_iter()
            .zip(shown)
            .filter(|(_, is_shown)| *is_shown);
        shown.map(|(letter, _)| letter).collect()
    }

    /// The same with only what these letters stand for; `None` where one stands for nothing.
    pub(crate) fn lettered(self, letters: &str) -> Option<Self> {
        let is_known = |letter| LETTERS.contains(&letter);
        letters.chars().all(is_known).then(|| {
            let [cameras, health, fibre, trucks] = LETTERS.map(|letter| letters.contains(letter));
            Self {
                overlays: [cameras, health, fibre],
                trucks,
                ..self
            }
        })
    }

    /// Whether trucks are shown: they would stand within the prisms.
    pub const fn shows_trucks(&self) -> bool {
        self.trucks && self.containers
    }
}

/// How much higher than the land the ground on which the name of a commune stands is, by the place of the
/// commune in the territory, in metres of the scene.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct Lifts(pub Vec<f32>);

impl Lifts {
    /// That of a commune; nothing where nothing lies on it.
    pub fn of(&self, commune: usize) -> f32 {
        self.0.get(commune).copied().unwrap_or(0.0)
    }
}

/// What is written after the name of a commune, by its place in the territory.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct Notes(pub Vec<Option<Box<str>>>);

impl Notes {
    /// That of a commune.
    pub fn of(&self, commune: usize) -> Option<&str> {
        self.0.get(commune)?.as_deref()
    }
}

fn choose(mut layers: ResMut<Layers>, keys: Keys) {
    if keys.are_commands() {
        return;
    }
    let Some(keys) = keys.places() else { return };
    let chosen = KEYS
        .iter()
        .find(|(row, pad, _)| keys.any_just_pressed([*row, *pad]));
    if let Some((.., kpi)) = chosen {
        let shown = layers.showing(*kpi);
        layers.set_if_neq(shown);
    }
    for (row, pad, overlay) in OVERLAY_KEYS {
        if keys.any_just_pressed([row, pad]) {
            let is_shown = layers.shows(overlay);
            layers.set(overlay, !is_shown);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy::input::ButtonInput;

    fn press(app: &mut App, key: KeyCode) -> Layers {
        let mut keys = ButtonInput::<KeyCode>::default();
        keys.press(key);
        app.insert_resource(keys);
        app.update();
        *app.world().resource::<Layers>()
    }

    #[test]
    fn keys_choose_the_layer() {
        let mut app = App::new();
        app.add_plugins(LayersPlugin::default());
        app.update();
        assert_eq!(app.world().resource::<Layers>(), &Layers::of(None));
        let shown = press(&mut app, KeyCode::Digit2);
        assert_eq!(shown.choropleth, Some(Kpi::Full));
        assert!(!shown.containers);
        let shown = press(&mut app, KeyCode::Numpad4);
        assert_eq!(shown.choropleth, Some(Kpi::Inhabitants));
        assert!(press(&mut app, KeyCode::Digit0).containers);
    }

    #[test]
    fn keys_show_and_hide_what_lies_over_the_containers() {
        let mut app = App::new();
        app.add_plugins(LayersPlugin::default());
        app.update();
        let shown = |layers: Layers| Overlay::ALL.map(|it| layers.shows(it));
        assert_eq!(shown(press(&mut app, KeyCode::Digit7)), [true, true, true]);
        assert_eq!(shown(press(&mut app, KeyCode::Digit5)), [false, true, true]);
        let figure = press(&mut app, KeyCode::Digit1);
        assert_eq!(shown(figure), [false; 3], "not within prisms");
        let back = press(&mut app, KeyCode::Digit5);
        assert_eq!((back.containers, shown(back)), (true, [true, true, true]));
    }

    #[test]
    fn letters_stand_for_what_is_shown() {
        let usual = Layers::of(None);
        assert_eq!(usual.letters(), "chv");
        let bare = usual.lettered("").unwrap();
        assert!(!bare.shows_trucks() && Overlay::ALL.iter().all(|it| !bare.shows(*it)));
        assert_eq!(bare.lettered("vf").map(Layers::letters), Some("fv".into()));
        assert_eq!(usual.lettered("cx"), None);
    }

    #[test]
    fn only_what_is_wished_for_is_shown() {
        let layers = Layers::of(None).under(&[Overlay::Fibre]);
        let shown = Overlay::ALL.map(|it| layers.shows(it));
        assert_eq!(shown, [false, false, true]);
    }
}
