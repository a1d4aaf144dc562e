//! The place of the sheet of a tool: below the search.

use bevy::ecs::bundle::Bundle;
use bevy::ecs::entity::Entity;
use bevy::ecs::hierarchy::ChildSpawnerCommands;
use bevy::ecs::system::Commands;
use bevy::ui::{Display, Node, PositionType, UiRect, px};

use super::SHEET_TOP;
use crate::hud::sheet::sheet;
use crate::hud::{SEARCH_LEFT, SEARCH_WIDTH, over_picture};

/// Lays the sheet of a tool, which is not seen yet, over the picture of an eye, `padding` within its edges.
pub(crate) fn lay_tool(
    commands: &mut Commands,
    eye: Entity,
    (mark, padding): (impl Bundle, UiRect),
    parts: impl FnOnce(&mut ChildSpawnerCommands),
) {
    let place = Node {
        position_type: PositionType::Absolute,
        left: px(SEARCH_LEFT),
        top: px(SHEET_TOP),
        width: px(SEARCH_WIDTH),
        ..Node::default()
    };
    let (kind, node, painted, shadow) = sheet(padding);
    let node = Node {
        display: Display::None,
        flex_grow: 1.0,
        ..node
    };
    commands.spawn(over_picture(eye)).with_children(|root| {
        root.spawn(place).with_children(|place| {
            place
                .spawn((mark, kind, node, painted, shadow))
                .with_children(parts);
        });
    });
}
