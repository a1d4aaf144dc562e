//! Switches for what is shown over the containers, with their keys.

use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::component::Component;
use bevy::ecs::hierarchy::ChildSpawnerCommands;
use bevy::ecs::query::Changed;
use bevy::ecs::system::{Query, Res, ResMut};
use bevy::ui::widget::Text;
use bevy::ui::{AlignItems, BorderRadius, Display, Interaction, Node, UiRect, px};

use super::paint::{Painted, Says};
use super::{Kit, show};
use crate::layers::{Layers, Overlay};
use crate::palette::Tone;
use crate::server::Client;

/// Shows and hides something.
#[derive(Component, Clone, Copy, Debug)]
pub(super) struct Switch(Overlay);

/// The patch that is filled while it is shown.
#[derive(Component, Clone, Copy, Debug)]
pub(super) struct Patch(Overlay);

/// The words, the key and the tone of a switch.
const fn sign(overlay: Overlay) -> (&'static str, &'static str, Tone) {
    match overlay {
        Overlay::Cameras => ("layer.cameras", "5", Tone::Camera),
        Overlay::Health => ("layer.health", "6", Tone::Health),
        Overlay::Fibre => ("layer.fibre", "7", Tone::Fibre),
    }
}

/// Lays the switches beside each other.
pub(super) fn lay(part: &mut ChildSpawnerCommands, kit: &Kit) {
    let row = Node {
        column_gap: px(16),
        margin: UiRect::top(px(10)),
        ..Node::default()
    };
    part.spawn(row).with_children(|row| {
        for overlay in Overlay::ALL {
            let (words, key, _) = sign(overlay);
            let node = Node {
                align_items: AlignItems::Center,
                column_gap: px(6),
                min_height: px(24),
                ..Node::default()
            };
            let patch = Node {
                width: px(11),
                height: px(11),
                border: px(1.5).all(),
                border_radius: BorderRadius::all(px(3)),
                ..Node::default()
            };
            row.spawn((Switch(overlay), Interaction::default(), node))
                .with_children(|switch| {
                    switch.spawn((Patch(overlay), patch, Painted::fill(Tone::Surface)));
                    let text = (Says(words), Text::default(), kit.faces.text(13.0, 400));
                    switch.spawn((text, Painted::text(Tone::Ink)));
                    let key = (Text::new(key), kit.faces.text(13.0, 400));
                    switch.spawn((key, Painted::text(Tone::InkSmall)));
                });
        }
    });
}

/// A press shows and hides.
pub(super) fn press(
    switches: Query<(&Switch, &Interaction), Changed<Interaction>>,
    mut layers: ResMut<Layers>,
) {
    for (Switch(overlay), interaction) in &switches {
        if *interaction == Interaction::Pressed {
            let is_shown = layers.shows(*overlay);
            layers.set(*overlay, !is_shown);
        }
    }
}

/// Fills the patches of what is shown; cameras have a switch only for operators.
pub(super) fn write(
    (layers, client): (Res<Layers>, Option<Res<Client>>),
    mut switches: Query<(&Switch, &mut Node)>,
    mut patches: Query<(&Patch, &mut Painted)>,
) {
    let is_operator = client.is_some_and(|client| client.is_operator());
    for (Switch(overlay), mut node) in &mut switches {
        let may = *overlay != Overlay::Cameras || is_operator;
        show(&mut node, if may { Display::Flex } else { Display::None });
    }
    for (Patch(overlay), mut painted) in &mut patches {
        let (_, _, tone) = sign(*overlay);
        let fill = if layers.shows(*overlay) {
            tone
        } else {
            Tone::Surface
        };
        painted.set_if_neq(Painted::fill(fill).edged(tone));
    }
}
