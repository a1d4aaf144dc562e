//! The line from the chosen sign to its sheet.

use bevy::camera::Camera;
use bevy::ecs::query::{Or, With};
use bevy::ecs::system::{Query, Res, SystemParam};
use bevy::math::{Rect, Vec2};
use bevy::transform::components::Transform;
use bevy::ui::{ComputedNode, Node, UiGlobalTransform};

use super::Chosen;
use super::sheet::PickSheet;
use crate::assets::{AssetSheet, Standing};
use crate::camera::Eye;
use crate::hud::HudScale;
use crate::hud::leader::{self, Stretch};
use crate::land::Heights;
use crate::server::Fleet;
use crate::sites::{Built, Lens, extent, of_site, place};
use crate::space::{Space, raised};

/// How far the ring reaches beyond the sign, in pixels of a picture as designed.
const RING_PX: f32 = 5.0;
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

    /// Pixels of the screen for each one as designed.
    fn dense(&self) -> f32 {
        let camera = self.eyes.iter().next();
        let dense = camera.and_then(|(camera, _)| camera.target_scaling_factor());
        dense.unwrap_or(1.0)
    }
}

/// Leads from the sign to the sheet.
pub(super) fn lead(
    seen: Seen,
    scale: Res<HudScale>,
    mut nodes: Query<(&Stretch<Chosen>, &mut Node)>,
) {
    let thing = seen.sign().or_else(|| seen.badge());
    let ends = thing.zip(leader::place(seen.sheets.iter()));
    leader::lead(&mut nodes, ends, seen.dense() * scale.0);
}
