//! Sheets at the right of the picture: of a container, a truck, or whatever else is chosen.

use bevy::camera::Camera;
use bevy::ecs::bundle::Bundle;
use bevy::ecs::component::Component;
use bevy::ecs::entity::Entity;
use bevy::ecs::hierarchy::ChildSpawnerCommands;
use bevy::ecs::query::{With, Without};
use bevy::ecs::system::{Commands, Query, Res};
use bevy::ui::widget::Text;
use bevy::ui::{AlignItems, BorderRadius, Display, FlexDirection, Node, UiRect, px, vw};

use super::paint::Painted;
use super::sheet::{BELOW_TOP, Corner, MARGIN_TOP, corner, sheet};
use super::{HudScale, InPicture, Kit, over_picture, show};
use crate::camera::Eye;
use crate::palette::Tone;

/// How wide a sheet at the right is.
pub(crate) const WIDTH: f32 = 368.0;
const PADDING: f32 = 24.0;
/// How wide what lies on such a sheet is.
pub(crate) const CONTENT: f32 = WIDTH - 2.0 * PADDING - 2.0;
/// Pictures lower than this have no room above the sheet.
pub(crate) const LOW_PX: f32 = 900.0;
/// Those lower than this have none for hints either.
const LOWEST_PX: f32 = 800.0;

/// The corner in which such a sheet lies.
#[derive(Component, Clone, Copy, Debug)]
pub(crate) struct RightCorner;

/// Hints at keys.
#[derive(Component, Clone, Copy, Debug)]
pub(crate) struct Hints;

/// Lays an empty sheet, which is not seen yet, over the picture of an eye; what is taken of the picture has it, too.
pub(crate) fn lay(
    commands: &mut Commands,
    eye: Entity,
    mark: impl Bundle,
    parts: impl FnOnce(&mut ChildSpawnerCommands),
) {
    let (kind, node, painted, shadow) = sheet(UiRect::axes(px(PADDING), px(20)));
    let node = Node {
        display: Display::None,
        width: px(WIDTH),
        max_width: vw(92),
        ..node
    };
    let ground = (InPicture, over_picture(eye));
    commands.spawn(ground).with_children(|root| {
        root.spawn((RightCorner, corner(Corner::Right)))
            .with_children(|corner| {
                corner
                    .spawn((mark, kind, node, painted, shadow))
                    .with_children(parts);
            });
    });
}

/// A node so far below the one before.
pub(crate) fn below(top: f32) -> Node {
    Node {
        margin: UiRect::top(px(top)),
        ..Node::default()
    }
}

/// The first line: a patch in the colour of the kind, and its name.
pub(crate) fn lay_kind(
    sheet: &mut ChildSpawnerCommands,
    kit: &Kit,
    (chip, line): (impl Bundle, impl Bundle),
) {
    let row = Node {
        align_items: AlignItems::Center,
        column_gap: px(8),
        ..Node::default()
    };
    let patch = Node {
        width: px(11),
        height: px(11),
        border_radius: BorderRadius::all(px(3)),
        ..Node::default()
    };
    sheet.spawn(row).with_children(|row| {
        row.spawn((chip, patch, Painted::fill(Tone::InkQuiet)));
        let text = (line, Text::default(), kit.faces.text(14.0, 400));
        row.spawn((text, Painted::text(Tone::InkQuiet), Node::default()));
    });
}

/// The last part: hints at keys, below a line.
pub(crate) fn lay_hints(
    sheet: &mut ChildSpawnerCommands,
    parts: impl FnOnce(&mut ChildSpawnerCommands),
) {
    let block = Node {
        flex_direction: FlexDirection::Column,
        ..below(16.0)
    };
    let rule = Node {
        height: px(1),
        margin: UiRect::bottom(px(10)),
        ..Node::default()
    };
    sheet.spawn((Hints, block)).with_children(|block| {
        block.spawn((rule, Painted::fill(Tone::Line).faded(0.4)));
        parts(block);
    });
}

/// How something is laid out that is there or not.
pub(crate) const fn shown_if(is_shown: bool) -> Display {
    if is_shown {
        Display::Flex
    } else {
        Display::None
    }
}

/// Brings sheets where there is room for them.
pub(super) fn fit(
    scale: Res<HudScale>,
    eyes: Query<&Camera, With<Eye>>,
    mut corners: Query<&mut Node, With<RightCorner>>,
    mut hints: Query<&mut Node, (With<Hints>, Without<RightCorner>)>,
) {
    let size = eyes.iter().find_map(Camera::logical_viewport_size);
    let Some(height) = size.map(|size| size.y / scale.0) else {
        return;
    };
    let is_low = height < LOW_PX;
    let top = px(if is_low { MARGIN_TOP } else { BELOW_TOP });
    for mut node in &mut corners {
        if node.top != top {
            node.top = top;
        }
    }
    for mut node in &mut hints {
        show(&mut node, shown_if(height >= LOWEST_PX));
    }
}
