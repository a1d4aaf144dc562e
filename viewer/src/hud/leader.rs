//! Lines that lead from what is chosen to its sheet, level and straight.

use std::marker::PhantomData;

use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::component::Component;
use bevy::ecs::entity::Entity;
use bevy::ecs::system::{Commands, Query};
use bevy::math::{Rect, Vec2};
use bevy::ui::{ComputedNode, Display, GlobalZIndex, Node, PositionType, UiGlobalTransform, px};

use super::paint::Painted;
use super::{InPicture, over_picture};
use crate::palette::Tone;

const WIDTH_PX: f32 = 1.5;
/// How far from the corners of the sheet the line ends at least.
const CORNER_PX: f32 = 28.0;
/// Below names, whose halos part it.
const BELOW_NAMES: GlobalZIndex = GlobalZIndex(-2);

/// A stretch of the line of something, by its number.
#[derive(Component, Clone, Copy, Debug)]
pub(crate) struct Stretch<Of: Send + Sync + 'static>(usize, PhantomData<Of>);

/// Lays the stretches of a line, which is not seen yet.
pub(crate) fn lay<Of: Send + Sync + 'static>(commands: &mut Commands, eye: Entity) {
    commands
        .spawn((InPicture, BELOW_NAMES, over_picture(eye)))
        .with_children(|root| {
            for number in 0..2 {
                let node = Node {
                    position_type: PositionType::Absolute,
                    display: Display::None,
                    ..Node::default()
                };
                let stretch = Stretch::<Of>(number, PhantomData);
                root.spawn((stretch, node, Painted::fill(Tone::Ink)));
            }
        });
}

/// Where the first sheet that is seen lies, in pixels of the screen.
pub(crate) fn place<'a>(
    mut sheets: impl Iterator<Item = (&'a ComputedNode, &'a UiGlobalTransform)>,
) -> Option<Rect> {
    let (node, at) = sheets.find(|(node, _)| !node.is_empty())?;
    Some(Rect::from_center_size(at.translation, node.size()))
}

/// Leads from a thing to its sheet, both in pixels of the screen of which `dense` are one as designed; nowhere without
/// them.
pub(crate) fn lead<Of: Send + Sync + 'static>(
    nodes: &mut Query<(&Stretch<Of>, &mut Node)>,
    ends: Option<(Rect, Rect)>,
    dense: f32,
) {
    let as_designed = |rect: Rect| Rect::from_corners(rect.min / dense, rect.max / dense);
    let way = ends.map(|(thing, sheet)| way(as_designed(thing), as_designed(sheet)));
    let stretches = way.iter().flat_map(|way| way.windows(2).map(stretch));
    let stretches: Vec<Rect> = stretches.collect();
    for (Stretch(number, _), mut node) in nodes {
        let mut placed = node.clone();
        placed.display = Display::None;
        if let Some(rect) = stretches.get(*number) {
            placed.display = Display::Flex;
            (placed.left, placed.top) = (px(rect.min.x), px(rect.min.y));
            (placed.width, placed.height) = (px(rect.width()), px(rect.height()));
        }
        node.set_if_neq(placed);
    }
}

/// The points between which the line goes: level to the sheet's edge, or level and then straight up or down to it.
fn way(sign: Rect, sheet: Rect) -> Vec<Vec2> {
    let middle = sign.center();
    let beside = Vec2::new(sign.max.x, middle.y);
    if middle.y > sheet.min.y && middle.y < sheet.max.y {
        let is_left = sign.max.x < sheet.min.x;
        let level = [beside, Vec2::new(sheet.min.x, middle.y)];
        return if is_left { level.to_vec() } else { Vec::new() };
    }
    let is_below = middle.y >= sheet.max.y;
    let edge = if is_below { sheet.max.y } else { sheet.min.y };
    let x = sheet.min.x + CORNER_PX;
    if sign.max.x < x {
        return vec![beside, Vec2::new(x, middle.y), Vec2::new(x, edge)];
    }
    if middle.x > sheet.max.x {
        return Vec::new();
    }
    let from = if is_below { sign.min.y } else { sign.max.y };
    vec![Vec2::new(middle.x, from), Vec2::new(middle.x, edge)]
}

/// The rectangle of the line between two points.
fn stretch(ends: &[Vec2]) -> Rect {
    let from = ends.first().copied().unwrap_or_default();
    let to = ends.last().copied().unwrap_or_default();
    let rect = Rect::from_corners(from, to);
    let half = Vec2::splat(WIDTH_PX / 2.0);
    Rect::from_corners(rect.min - half, rect.max + half)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHEET: Rect = Rect {
        min: Vec2::new(1500.0, 100.0),
        max: Vec2::new(1880.0, 600.0),
    };

    #[rstest::rstest]
    #[case::beside(Vec2::new(800.0, 300.0), &[Vec2::new(810.0, 300.0), Vec2::new(1500.0, 300.0)])]
    #[case::below(
        Vec2::new(800.0, 700.0),
        &[Vec2::new(810.0, 700.0), Vec2::new(1528.0, 700.0), Vec2::new(1528.0, 600.0)]
    )]
    #[case::above(
        Vec2::new(800.0, 50.0),
        &[Vec2::new(810.0, 50.0), Vec2::new(1528.0, 50.0), Vec2::new(1528.0, 100.0)]
    )]
    #[case::under_the_lower_edge(Vec2::new(1700.0, 700.0), &[Vec2::new(1700.0, 690.0), Vec2::new(1700.0, 600.0)])]
    #[case::covered(Vec2::new(1700.0, 300.0), &[])]
    #[case::beyond(Vec2::new(1900.0, 300.0), &[])]
    fn the_line_leads_to_the_edge_of_the_sheet(#[case] sign: Vec2, #[case] points: &[Vec2]) {
        let sign = Rect::from_center_half_size(sign, Vec2::splat(10.0));
        assert_eq!(way(sign, SHEET), points);
    }

    #[test]
    fn a_stretch_is_as_wide_as_the_line() {
        let level = stretch(&[Vec2::new(10.0, 5.0), Vec2::new(20.0, 5.0)]);
        assert_eq!((level.width(), level.height()), (11.5, 1.5));
    }
}
