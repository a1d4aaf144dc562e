//! The line from the chosen truck to its sheet.

use bevy::camera::Camera;
use bevy::ecs::query::With;
use bevy::ecs::system::{Query, Res, SystemParam};
use bevy::math::Rect;
use bevy::transform::components::Transform;
use bevy::ui::{ComputedNode, Node, UiGlobalTransform};

use super::hands::outline;
use super::sheet::TruckSheet;
use super::show::{Choice, ChosenTruck};
use crate::camera::Eye;
use crate::hud::HudScale;
use crate::hud::leader::{self, Stretch};
use crate::sites::Lens;

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

    /// Pixels of the screen for each one as designed.
    fn dense(&self) -> f32 {
        let camera = self.eyes.iter().next();
        let dense = camera.and_then(|(camera, _)| camera.target_scaling_factor());
        dense.unwrap_or(1.0)
    }
}

/// Leads from the truck to the sheet.
pub(super) fn lead(
    seen: Seen,
    scale: Res<HudScale>,
    mut nodes: Query<(&Stretch<ChosenTruck>, &mut Node)>,
) {
    let ends = seen.truck().zip(leader::place(seen.sheets.iter()));
    leader::lead(&mut nodes, ends, seen.dense() * scale.0);
}
