//! Sheets: what floats over the model.

use bevy::camera::Camera;
use bevy::color::{Alpha as _, Color};
use bevy::ecs::change_detection::{DetectChanges as _, DetectChangesMut as _};
use bevy::ecs::component::Component;
use bevy::ecs::query::{Added, With};
use bevy::ecs::system::{Query, Res, ResMut};
use bevy::math::Rect;
use bevy::ui::{
    AlignItems, BorderRadius, BoxShadow, ComputedNode, FlexDirection, Node, PositionType,
    ShadowStyle, UiGlobalTransform, UiRect, Val, px,
};

use super::HudRects;
use super::paint::Painted;
use crate::camera::Eye;
use crate::palette::{Palette, Tone};

/// From the left and right edge of the picture to the sheets.
pub(crate) const MARGIN_X: f32 = 40.0;
/// From its upper edge.
pub(crate) const MARGIN_TOP: f32 = 24.0;
/// From its lower edge.
pub(super) const MARGIN_BOTTOM: f32 = 30.0;
/// From its upper edge to a sheet below what is there.
pub(crate) const BELOW_TOP: f32 = 104.0;
const RADIUS: f32 = 8.0;

/// Floats over the model.
#[derive(Component, Clone, Copy, Debug)]
pub(crate) struct Sheet;

/// A sheet on which things stand below each other, `padding` from its edges.
pub(crate) fn sheet(padding: UiRect) -> (Sheet, Node, Painted, BoxShadow) {
    let node = Node {
        flex_direction: FlexDirection::Column,
        padding,
        border: px(1).all(),
        border_radius: BorderRadius::all(px(RADIUS)),
        ..Node::default()
    };
    (
        Sheet,
        node,
        Painted::fill(Tone::Surface),
        BoxShadow::default(),
    )
}

/// The corner of the picture in which sheets are.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Corner {
    TopLeft,
    BottomLeft,
    BottomRight,
    /// Below what is in the upper right corner.
    Right,
}

/// The node of a corner; its sheets stand below each other.
pub(crate) fn corner(corner: Corner) -> Node {
    let mut node = Node {
        position_type: PositionType::Absolute,
        flex_direction: FlexDirection::Column,
        align_items: AlignItems::FlexStart,
        row_gap: px(8),
        ..Node::default()
    };
    match corner {
        Corner::TopLeft | Corner::BottomLeft => node.left = px(MARGIN_X),
        Corner::BottomRight | Corner::Right => {
            node.right = px(MARGIN_X);
            node.align_items = AlignItems::FlexEnd;
        }
    }
    match corner {
        Corner::TopLeft => node.top = px(MARGIN_TOP),
        Corner::Right => node.top = px(BELOW_TOP),
        Corner::BottomLeft | Corner::BottomRight => node.bottom = px(MARGIN_BOTTOM),
    }
    node
}

/// Lets new sheets float, and all of them when the theme has changed: by a shadow in the light, by
/// an edge in the dark.
pub(super) fn shade(
    palette: Res<Palette>,
    mut sheets: Query<(&mut BoxShadow, &mut Painted), With<Sheet>>,
    new: Query<(), Added<Sheet>>,
) {
    if !palette.is_changed() && new.is_empty() {
        return;
    }
    for (mut shadow, mut painted) in &mut sheets {
        let ground = Painted::fill(Tone::Surface);
        if palette.is_night {
            *shadow = BoxShadow(vec![soft(Color::BLACK.with_alpha(0.5), 16.0, 40.0)]);
            painted.set_if_neq(ground.edged(Tone::Line));
        } else {
            let ink = palette.colour(Tone::Ink);
            *shadow = BoxShadow(vec![
                soft(ink.with_alpha(0.10), 6.0, 20.0),
                soft(ink.with_alpha(0.12), 1.0, 3.0),
            ]);
            painted.set_if_neq(ground.edged(Tone::Surface));
        }
    }
}

fn soft(color: Color, below: f32, blur: f32) -> ShadowStyle {
    ShadowStyle {
        color,
        x_offset: Val::ZERO,
        y_offset: px(below),
        spread_radius: Val::ZERO,
        blur_radius: px(blur),
    }
}

/// Tells where sheets lie, as they were laid out for the last picture.
pub(super) fn tell_rects(
    sheets: Query<(&ComputedNode, &UiGlobalTransform), With<Sheet>>,
    eyes: Query<&Camera, With<Eye>>,
    mut rects: ResMut<HudRects>,
) {
    let camera = eyes.iter().next();
    let per_px = camera
        .and_then(Camera::target_scaling_factor)
        .unwrap_or(1.0)
        .recip();
    let seen = sheets.iter().filter(|(node, _)| !node.is_empty());
    let told = seen.map(|(node, at)| {
        let size = node.size() * per_px;
        Rect::from_center_size(at.translation * per_px, size)
    });
    rects.set_if_neq(HudRects(told.collect()));
}
