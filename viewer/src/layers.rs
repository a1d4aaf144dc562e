//! Which layer of data is shown: the containers, or a figure of each commune.
//!
//! Keys `1` to `4` choose a figure, `0` brings the containers back.

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
    /// A figure of each commune.
    pub choropleth: Option<Kpi>,
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
            choropleth,
        }
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
    let Some(keys) = keys.places() else { return };
    let chosen = KEYS
        .iter()
        .find(|(row, pad, _)| keys.any_just_pressed([*row, *pad]));
    if let Some((.., kpi)) = chosen {
        layers.set_if_neq(Layers::of(*kpi));
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
}
