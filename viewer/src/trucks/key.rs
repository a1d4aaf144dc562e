//! What the legend says of trucks, while there are some: that their places are planned.

use bevy::ecs::component::Component;
use bevy::ecs::hierarchy::ChildSpawnerCommands;
use bevy::ecs::system::{Query, Res};
use bevy::ui::widget::Text;
use bevy::ui::{AlignItems, BorderRadius, Display, FlexDirection, JustifyContent, Node, px};

use super::show::{TruckMarks, TruckMoment};
use crate::hud::faces::Faces;
use crate::hud::paint::{Painted, Says};
use crate::hud::show;
use crate::palette::Tone;

/// The row of the legend.
#[derive(Component, Clone, Copy, Debug)]
pub(crate) struct TruckKey;

/// Lays the row: a truck whose body holds some load, and the words.
pub(crate) fn lay(part: &mut ChildSpawnerCommands, faces: &Faces) {
    let row = Node {
        display: Display::None,
        align_items: AlignItems::Center,
        column_gap: px(8),
        ..Node::default()
    };
    part.spawn((TruckKey, row)).with_children(|row| {
        let space = Node {
            width: px(20),
            height: px(24),
            align_items: AlignItems::FlexEnd,
            justify_content: JustifyContent::Center,
            padding: bevy::ui::UiRect::bottom(px(6)),
            column_gap: px(1),
            ..Node::default()
        };
        row.spawn(space).with_children(lay_truck);
        let text = (Says("truck.legend"), Text::default(), faces.text(14.0, 400));
        row.spawn((text, Painted::text(Tone::InkQuiet)));
    });
}

fn lay_truck(space: &mut ChildSpawnerCommands) {
    let body = Node {
        width: px(13),
        height: px(10),
        border: px(1.5).all(),
        flex_direction: FlexDirection::Column,
        justify_content: JustifyContent::FlexEnd,
        ..Node::default()
    };
    let load = Node {
        height: px(4),
        ..Node::default()
    };
    let cab = Node {
        width: px(5),
        height: px(7),
        border_radius: BorderRadius::top(px(2)),
        ..Node::default()
    };
    space
        .spawn((body, Painted::fill(Tone::Surface).edged(Tone::Ink)))
        .with_child((load, Painted::fill(Tone::InkQuiet)));
    space.spawn((cab, Painted::fill(Tone::Ink)));
}

/// The row is there while trucks are, at the moment that all else is shown at.
pub(super) fn choose(
    (marks, moment): (Res<TruckMarks>, Res<TruckMoment>),
    mut rows: Query<&mut Node, bevy::ecs::query::With<TruckKey>>,
) {
    let display = if marks.0.is_empty() || moment.at.is_none() {
        Display::None
    } else {
        Display::Flex
    };
    for mut row in &mut rows {
        show(&mut row, display);
    }
}
