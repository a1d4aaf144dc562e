//! The mark: a block of plaster on its plate, and one dot that wants somebody.

use bevy::asset::{Assets, Handle};
use bevy::ecs::hierarchy::ChildSpawnerCommands;
use bevy::image::Image;
use bevy::math::{UVec2, Vec2};
use bevy::ui::widget::{ImageNode, Text};
use bevy::ui::{AlignItems, BorderRadius, Node, PositionType, Val, px};

use super::Kit;
use super::paint::{Painted, Says};
use super::picture::{draw, line, outline, shape};
use crate::palette::Tone;

/// The side of the picture, in which the points below are.
const SIDE: u32 = 32;
const STROKE: f32 = 1.6;
const PLATE: [Vec2; 4] = [
    Vec2::new(3.0, 20.5),
    Vec2::new(13.0, 15.0),
    Vec2::new(29.0, 19.5),
    Vec2::new(19.0, 26.0),
];
const CUT: [Vec2; 4] = [
    Vec2::new(3.0, 20.5),
    Vec2::new(3.0, 23.0),
    Vec2::new(19.0, 28.7),
    Vec2::new(19.0, 26.0),
];
const SIDE_CUT: [Vec2; 3] = [
    Vec2::new(29.0, 19.5),
    Vec2::new(29.0, 22.0),
    Vec2::new(19.0, 28.7),
];
const BLOCK: [Vec2; 5] = [
    Vec2::new(11.5, 19.0),
    Vec2::new(11.5, 9.5),
    Vec2::new(15.5, 7.3),
    Vec2::new(19.5, 8.7),
    Vec2::new(19.5, 21.0),
];
/// The upper left corner of the dot, and how wide it is.
const DOT: (Vec2, f32) = (Vec2::new(20.3, 4.8), 6.4);

/// Lays the mark and the name.
pub(super) fn lay(parent: &mut ChildSpawnerCommands, kit: &mut Kit) {
    let row = Node {
        align_items: AlignItems::Center,
        column_gap: px(10),
        ..Node::default()
    };
    let layers = layers(&mut kit.images);
    let name = (
        Says("mark"),
        Text::default(),
        kit.faces.title(21.0, 650),
        Painted::text(Tone::Ink),
    );
    parent.spawn(row).with_children(|row| {
        let side = px(SIDE);
        let frame = Node {
            width: side,
            height: side,
            ..Node::default()
        };
        row.spawn(frame).with_children(|frame| {
            for (image, tone) in layers {
                frame.spawn((ImageNode::new(image), full(), Painted::image(tone)));
            }
            frame.spawn((dot(), Painted::fill(Tone::Accent)));
        });
        row.spawn(name);
    });
}

/// From the bottom to the top.
fn layers(images: &mut Assets<Image>) -> [(Handle<Image>, Tone); 4] {
    let size = UVec2::splat(SIDE);
    let edges = |at| {
        let cut = line(&CUT, STROKE, at).min(line(&SIDE_CUT, STROKE, at));
        outline(&PLATE, STROKE, at).min(cut)
    };
    [
        (draw(images, size, |at| shape(&PLATE, at)), Tone::Table),
        (draw(images, size, edges), Tone::Ink),
        (draw(images, size, |at| shape(&BLOCK, at)), Tone::Level3),
        (
            draw(images, size, |at| outline(&BLOCK, STROKE, at)),
            Tone::Ink,
        ),
    ]
}

fn full() -> Node {
    Node {
        position_type: PositionType::Absolute,
        left: Val::ZERO,
        top: Val::ZERO,
        width: px(SIDE),
        height: px(SIDE),
        ..Node::default()
    }
}

fn dot() -> Node {
    let (corner, width) = DOT;
    Node {
        left: px(corner.x),
        top: px(corner.y),
        width: px(width),
        height: px(width),
        border_radius: BorderRadius::MAX,
        ..full()
    }
}
