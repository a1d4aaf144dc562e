//! Where north is, how long things are in the middle of the picture, and how much the relief is raised.

use bevy::camera::Camera;
use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::component::Component;
use bevy::ecs::hierarchy::ChildSpawnerCommands;
use bevy::ecs::query::With;
use bevy::ecs::system::{Query, Res};
use bevy::math::{Rot2, UVec2, Vec2};
use bevy::ui::widget::{ImageNode, Text};
use bevy::ui::{AlignItems, FlexDirection, Node, UiRect, UiTransform, px};

use super::paint::{Painted, write};
use super::picture::{draw, outline};
use super::{HudScale, Kit};
use crate::camera::{Eye, Stand};
use crate::palette::Tone;
use crate::space::Space;
use crate::words::Words;

/// The side of the arrow's picture.
const SIDE: u32 = 44;
/// The most pixels that the scale bar is long.
const LONGEST: f32 = 112.0;
const ARROW: [Vec2; 4] = [
    Vec2::new(22.0, 5.5),
    Vec2::new(12.8, 36.7),
    Vec2::new(22.0, 30.3),
    Vec2::new(31.2, 36.7),
];

/// Points to the north.
#[derive(Component, Clone, Copy, Debug)]
pub(super) struct Arrow;

/// A bar of a round length.
#[derive(Component, Clone, Copy, Debug)]
pub(super) struct ScaleBar;

/// Writing below the bar.
#[derive(Component, Clone, Copy, Debug)]
pub(super) enum Note {
    /// How long it is.
    Length,
    /// How much the relief is raised.
    Relief,
}

/// Lays arrow and bar beside each other.
pub(super) fn lay(sheet: &mut ChildSpawnerCommands, kit: &mut Kit) {
    let arrow = draw(&mut kit.images, UVec2::splat(SIDE), |at| {
        outline(&ARROW, 2.2, at)
    });
    let row = Node {
        align_items: AlignItems::Center,
        column_gap: px(16),
        ..Node::default()
    };
    sheet.spawn(row).with_children(|row| {
        let frame = Node {
            width: px(SIDE),
            height: px(SIDE),
            ..Node::default()
        };
        row.spawn((
            Arrow,
            ImageNode::new(arrow),
            frame,
            Painted::image(Tone::Ink),
        ));
        let column = Node {
            flex_direction: FlexDirection::Column,
            ..Node::default()
        };
        row.spawn(column).with_children(|column| {
            let bar = Node {
                width: px(LONGEST),
                height: px(8),
                margin: UiRect::bottom(px(4)),
                border: UiRect::px(1.5, 1.5, 0.0, 1.5),
                ..Node::default()
            };
            column.spawn((ScaleBar, bar, Painted::edge(Tone::Ink)));
            for note in [Note::Length, Note::Relief] {
                let text = kit.faces.text(14.0, 400);
                column.spawn((note, Text::default(), text, Painted::text(Tone::InkQuiet)));
            }
        });
    });
}

/// Turns the arrow with the eye.
pub(super) fn turn(stand: Option<Res<Stand>>, mut arrows: Query<&mut UiTransform, With<Arrow>>) {
    let Some(stand) = stand else {
        return;
    };
    let turned = UiTransform::from_rotation(Rot2::radians(-stand.bearing));
    for mut transform in &mut arrows {
        transform.set_if_neq(turned);
    }
}

/// Brings the bar to a round length.
pub(super) fn measure(
    (stand, scale, words): (Option<Res<Stand>>, Res<HudScale>, Res<Words>),
    eyes: Query<&Camera, With<Eye>>,
    mut bars: Query<&mut Node, With<ScaleBar>>,
    mut notes: Query<(&Note, &mut Text)>,
) {
    let size = eyes.iter().next().and_then(Camera::logical_viewport_size);
    let (Some(stand), Some(size)) = (stand, size) else {
        return;
    };
    let (length_m, width) = scale_bar(metres_per_px(&stand, size.y / scale.0), LONGEST);
    for mut node in &mut bars {
        if node.width != px(width) {
            node.width = px(width);
        }
    }
    for (note, mut text) in &mut notes {
        let said = match note {
            Note::Length => words.fill("scale", &[("length", &words.length(length_m.into()))]),
            Note::Relief => words.fill("relief", &[("n", &words.number(Space::RELIEF.into(), 1))]),
        };
        write(&mut text, said);
    }
}

/// How many metres a pixel is wide in the middle of a picture that is `height` pixels high.
pub(crate) fn metres_per_px(stand: &Stand, height: f32) -> f32 {
    2.0 * stand.distance_m * (Stand::FIELD / 2.0).tan() / height.max(1.0)
}

/// The longest of 1, 2, 5, 10, 20 … metres that takes at most `longest` pixels, and how many it takes.
fn scale_bar(metres_per_px: f32, longest: f32) -> (f32, f32) {
    let most_m = (metres_per_px * longest).max(1.0);
    let decade = 10.0_f32.powf(most_m.log10().floor());
    let round = [5.0, 2.0, 1.0].map(|times| times * decade);
    let length_m = round
        .into_iter()
        .find(|length_m| *length_m <= most_m)
        .unwrap_or(decade);
    (
        length_m,
        (length_m / metres_per_px.max(f32::MIN_POSITIVE)).min(longest),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::kilometres(26.0, 2000.0)]
    #[case::five(50.0, 5000.0)]
    #[case::one(17.0, 1000.0)]
    #[case::metres(0.5, 50.0)]
    #[case::exactly(10.0, 1000.0)]
    fn a_bar_is_of_a_round_length(#[case] metres_per_px: f32, #[case] length: f32) {
        let (length_m, width) = scale_bar(metres_per_px, LONGEST);
        assert_eq!(length_m, length);
        approx::assert_relative_eq!(width * metres_per_px, length, max_relative = 1e-5);
        assert!(width <= LONGEST && width > LONGEST / 2.6, "{width}");
    }

    #[test]
    fn a_pixel_is_as_wide_as_the_field_says() {
        let stand = Stand {
            target: bevy::math::Vec3::ZERO,
            distance_m: 10_000.0,
            bearing: 0.0,
            pitch: 0.7,
        };
        approx::assert_relative_eq!(metres_per_px(&stand, 1080.0), 5.486, max_relative = 1e-3);
    }
}
