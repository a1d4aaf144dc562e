//! The line from the chosen sign to its sheet.

use bevy::camera::Camera;
use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::component::Component;
use bevy::ecs::entity::Entity;
use bevy::ecs::query::{Or, With};
use bevy::ecs::system::{Commands, Query, Res, SystemParam};
use bevy::math::{Rect, Vec2};
use bevy::transform::components::Transform;
use bevy::ui::{
    ComputedNode, Display, GlobalZIndex, Node, PositionType, UiGlobalTransform, UiTargetCamera, px,
};

use super::Chosen;
use super::sheet::{PickRoot, PickSheet, whole};
use crate::assets::{AssetSheet, Standing};
use crate::camera::Eye;
use crate::hud::HudScale;
use crate::hud::paint::Painted;
use crate::land::Heights;
use crate::palette::Tone;
use crate::server::Fleet;
use crate::sites::{Built, Lens, extent, of_site, place};
use crate::space::{Space, raised};

const WIDTH_PX: f32 = 1.5;
/// How far the ring reaches beyond the sign, in pixels of a picture as designed.
const RING_PX: f32 = 5.0;
/// How far from the corners of the sheet the line ends at least.
const CORNER_PX: f32 = 28.0;
/// Below names, whose halos part it.
const BELOW_NAMES: GlobalZIndex = GlobalZIndex(-2);

/// A stretch of the line, by its number.
#[derive(Component, Clone, Copy, Debug)]
pub(super) struct Stretch(usize);

/// Lays the stretches.
pub(super) fn lay(commands: &mut Commands, eye: Entity) {
    commands
        .spawn((PickRoot, UiTargetCamera(eye), BELOW_NAMES, whole()))
        .with_children(|root| {
            for number in 0..2 {
                let node = Node {
                    position_type: PositionType::Absolute,
                    display: Display::None,
                    ..Node::default()
                };
                root.spawn((Stretch(number), node, Painted::fill(Tone::Ink)));
            }
        });
}

/// Where things stand, and from where they are seen.
#[derive(SystemParam)]
pub(super) struct Seen<'w, 's> {
    fleet: Res<'w, Fleet>,
    chosen: Res<'w, Chosen>,
    space: Option<Res<'w, Space>>,
    heights: Option<Res<'w, Heights>>,
    eyes: Query<'w, 's, (&'static Camera, &'static Transform), With<Eye>>,
    standing: Option<Res<'w, Standing>>,
    sheets: Query<'w, 's, (&'static ComputedNode, &'static UiGlobalTransform), AnySheet>,
}

/// That of a container, or of anything else that was chosen.
type AnySheet = Or<(With<PickSheet>, With<AssetSheet>)>;

impl Seen<'_, '_> {
    /// The badge of what is chosen if it is no container, with its ring.
    fn badge(&self) -> Option<Rect> {
        let badge = self.standing.as_ref()?.0?;
        let (camera, _) = self.eyes.iter().next()?;
        let size = camera.physical_viewport_size()?.as_vec2();
        let picture = Rect::from_corners(Vec2::ZERO, size);
        let is_seen = picture.contains(badge.center());
        is_seen.then_some(badge.inflate(RING_PX * (size.y / 1080.0).max(1.0)))
    }

    /// The sign of the chosen container with its ring, in pixels of the screen; `None` out of the picture.
    fn sign(&self) -> Option<Rect> {
        let number = self.chosen.0?;
        let container = self.fleet.containers.get(number)?;
        let at = self
            .space
            .as_ref()?
            .ground(self.fleet.site_of(container)?.place);
        let (camera, transform) = self.eyes.iter().next()?;
        let lens = Lens::of(camera, transform)?;
        let foot = lens.foot(raised(at, self.heights.as_ref()?.at(at)))?;
        let beside = of_site(&self.fleet, container.site);
        let first = of_site(&self.fleet, container.site).next()?.0;
        let at = foot.of_slot(place(number - first, beside.count()));
        let size = extent(Built(container, self.fleet.build_of(number)), &foot);
        let ring = Vec2::splat(RING_PX * lens.picture_scale().max(1.0));
        let half = Vec2::new(
            size.x,
            if size.y > 0.0 {
                0.0
            } else {
                size.x * foot.flat
            },
        );
        let sign = Rect::from_corners(at - half - ring - Vec2::new(0.0, size.y), at + half + ring);
        let picture = Rect::from_corners(Vec2::ZERO, lens.size);
        picture.contains(sign.center()).then_some(sign)
    }

    fn sheet(&self) -> Option<Rect> {
        let (node, at) = self.sheets.iter().find(|(node, _)| !node.is_empty())?;
        Some(Rect::from_center_size(at.translation, node.size()))
    }

    /// Pixels of the screen for each one as designed.
    fn dense(&self) -> f32 {
        let camera = self.eyes.iter().next();
        let dense = camera.and_then(|(camera, _)| camera.target_scaling_factor());
        dense.unwrap_or(1.0)
    }
}

/// Leads from the sign to the sheet.
pub(super) fn lead(seen: Seen, scale: Res<HudScale>, mut nodes: Query<(&Stretch, &mut Node)>) {
    let dense = seen.dense() * scale.0;
    let as_designed = |rect: Rect| Rect::from_corners(rect.min / dense, rect.max / dense);
    let ends = seen.sign().or_else(|| seen.badge()).zip(seen.sheet());
    let way = ends.map(|(sign, sheet)| way(as_designed(sign), as_designed(sheet)));
    let stretches: Vec<Rect> = way
        .iter()
        .flat_map(|way| way.windows(2).map(stretch))
        .collect();
    for (Stretch(number), mut node) in &mut nodes {
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
pub(crate) fn way(sign: Rect, sheet: Rect) -> Vec<Vec2> {
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
pub(crate) fn stretch(ends: &[Vec2]) -> Rect {
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
