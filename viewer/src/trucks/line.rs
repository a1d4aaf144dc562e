//! The line from the chosen truck to its sheet.

use bevy::camera::Camera;
use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::component::Component;
use bevy::ecs::entity::Entity;
use bevy::ecs::query::With;
use bevy::ecs::system::{Commands, Query, Res, SystemParam};
use bevy::math::Rect;
use bevy::transform::components::Transform;
use bevy::ui::{
    ComputedNode, Display, GlobalZIndex, Node, PositionType, UiGlobalTransform, UiTargetCamera, px,
};

use super::hands::outline;
use super::sheet::{TruckRoot, TruckSheet, whole};
use super::show::Choice;
use crate::camera::Eye;
use crate::hud::HudScale;
use crate::hud::paint::Painted;
use crate::palette::Tone;
use crate::pick::{stretch, way};
use crate::sites::Lens;

/// Below names, whose halos part it.
const BELOW_NAMES: GlobalZIndex = GlobalZIndex(-2);

/// A stretch of the line, by its number.
#[derive(Component, Clone, Copy, Debug)]
pub(super) struct Stretch(usize);

/// Lays the stretches.
pub(super) fn lay(commands: &mut Commands, eye: Entity) {
    commands
        .spawn((TruckRoot, UiTargetCamera(eye), BELOW_NAMES, whole()))
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

/// Where the truck and its sheet are in the picture.
#[derive(SystemParam)]
pub(super) struct Seen<'w, 's> {
    choice: Choice<'w>,
    eyes: Query<'w, 's, (&'static Camera, &'static Transform), With<Eye>>,
    sheets: Query<'w, 's, (&'static ComputedNode, &'static UiGlobalTransform), With<TruckSheet>>,
}

impl Seen<'_, '_> {
    /// The truck in pixels of the screen; `None` out of the picture.
    fn truck(&self) -> Option<Rect> {
        let (camera, transform) = self.eyes.iter().next()?;
        let lens = Lens::of(camera, transform)?;
        let (rect, _) = outline(&lens, self.choice.mark()?)?;
        let picture = Rect::from_corners(bevy::math::Vec2::ZERO, lens.size);
        picture.contains(rect.center()).then_some(rect)
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

/// Leads from the truck to the sheet.
pub(super) fn lead(seen: Seen, scale: Res<HudScale>, mut nodes: Query<(&Stretch, &mut Node)>) {
    let dense = seen.dense() * scale.0;
    let as_designed = |rect: Rect| Rect::from_corners(rect.min / dense, rect.max / dense);
    let ends = seen.truck().zip(seen.sheet());
    let way = ends.map(|(truck, sheet)| way(as_designed(truck), as_designed(sheet)));
    let stretches = way.iter().flat_map(|way| way.windows(2).map(stretch));
    let stretches: Vec<Rect> = stretches.collect();
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
