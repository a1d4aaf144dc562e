//! What the mouse points at, and what a click does.

use bevy::camera::Camera;
use bevy::ecs::change_detection::{DetectChanges as _, DetectChangesMut as _};
use bevy::ecs::message::MessageReader;
use bevy::ecs::query::With;
use bevy::ecs::resource::Resource;
use bevy::ecs::system::{Local, Query, Res, ResMut, SystemParam};
use bevy::input::ButtonInput;
use bevy::input::mouse::MouseButton;
use bevy::math::Vec2;
use bevy::transform::components::Transform;
use bevy::window::{PrimaryWindow, Window};

use super::places::{Places, Pointer};
use super::{Chosen, Hovered};
use crate::camera::Eye;
use crate::hud::HudRects;
use crate::server::{Fleet, FleetChanged};
use crate::sites::Lens;

/// How far beside a sign still counts, in pixels.
const TOLERANCE_PX: f32 = 4.0;
/// How far the mouse may move between press and release of a click, in pixels.
const CLICK_PX: f32 = 5.0;

/// Where the mouse is over the picture, in logical pixels from its upper left corner.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq)]
pub struct Cursor(pub Option<Vec2>);

/// Follows the mouse, where there is a window.
pub(super) fn point(windows: Query<&Window, With<PrimaryWindow>>, mut cursor: ResMut<Cursor>) {
    if let Some(window) = windows.iter().next() {
        cursor.set_if_neq(Cursor(window.cursor_position()));
    }
}

/// What can be pointed at.
#[derive(SystemParam)]
pub(super) struct Scenery<'w, 's> {
    fleet: Res<'w, Fleet>,
    places: Res<'w, Places>,
    rects: Option<Res<'w, HudRects>>,
    chosen: Res<'w, Chosen>,
    eyes: Query<'w, 's, (&'static Camera, &'static Transform), With<Eye>>,
}

impl Scenery<'_, '_> {
    /// Whether a sheet lies there.
    fn is_covered(&self, at: Vec2) -> bool {
        let rects = self.rects.as_ref();
        rects.is_some_and(|rects| rects.0.iter().any(|rect| rect.contains(at)))
    }

    fn pointer(&self, at: Vec2) -> Option<Pointer> {
        let (camera, transform) = self.eyes.iter().next()?;
        let dense = camera.target_scaling_factor().unwrap_or(1.0);
        Some(Pointer {
            lens: Lens::of(camera, transform)?,
            at: at * dense,
            tolerance: TOLERANCE_PX * dense,
        })
    }
}

/// Finds what is under the mouse, when the mouse, the eye or the fleet has moved.
pub(super) fn hover(
    (cursor, buttons): (Res<Cursor>, Option<Res<ButtonInput<MouseButton>>>),
    scenery: Scenery,
    mut changes: MessageReader<FleetChanged>,
    mut last: Local<Option<Pointer>>,
    mut hovered: ResMut<Hovered>,
) {
    let has_changed = changes.read().count() > 0 || scenery.chosen.is_changed();
    let is_turning = buttons.is_some_and(|it| it.pressed(MouseButton::Right));
    let free = cursor
        .0
        .filter(|at| !is_turning && !scenery.is_covered(*at));
    let pointer = free.and_then(|at| scenery.pointer(at));
    if pointer == *last && !has_changed && !scenery.places.is_changed() {
        return;
    }
    *last = pointer;
    let found = pointer.and_then(|pointer| {
        let Scenery { fleet, places, .. } = &scenery;
        places.find(fleet, scenery.chosen.0, &pointer)
    });
    hovered.set_if_neq(Hovered(found));
}

/// A click chooses what is under the mouse, or nothing.
pub(super) fn click(
    (cursor, buttons): (Res<Cursor>, Option<Res<ButtonInput<MouseButton>>>),
    rects: Option<Res<HudRects>>,
    mut pressed: Local<Press>,
    hovered: Res<Hovered>,
    mut chosen: ResMut<Chosen>,
) {
    let Some(buttons) = buttons else { return };
    let is_covered =
        |at: Vec2| rects.is_some_and(|rects| rects.0.iter().any(|rect| rect.contains(at)));
    if buttons.just_pressed(MouseButton::Left) {
        *pressed = Press::at(cursor.0.filter(|at| !is_covered(*at)));
    }
    pressed.follow(cursor.0);
    if buttons.just_released(MouseButton::Left) && std::mem::take(&mut *pressed).is_click() {
        chosen.set_if_neq(Chosen(hovered.0));
    }
}

/// Where a button was pressed, and how far the mouse has gone since.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Press {
    at: Option<Vec2>,
    farthest_px: f32,
}

impl Press {
    pub(crate) fn at(at: Option<Vec2>) -> Self {
        Self {
            at,
            farthest_px: 0.0,
        }
    }

    pub(crate) fn follow(&mut self, cursor: Option<Vec2>) {
        let gone_px = match (self.at, cursor) {
            (Some(at), Some(now)) => at.distance(now),
            _ => f32::INFINITY,
        };
        self.farthest_px = self.farthest_px.max(gone_px);
    }

    /// Whether it is no drag.
    pub(crate) fn is_click(self) -> bool {
        self.at.is_some() && self.farthest_px <= CLICK_PX
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::still(Some(Vec2::ZERO), &[Vec2::ZERO], true)]
    #[case::trembling(Some(Vec2::ZERO), &[Vec2::new(3.0, 4.0)], true)]
    #[case::dragged(Some(Vec2::ZERO), &[Vec2::new(9.0, 0.0)], false)]
    #[case::dragged_there_and_back(Some(Vec2::ZERO), &[Vec2::new(9.0, 0.0), Vec2::ZERO], false)]
    #[case::begun_on_a_sheet(None, &[Vec2::ZERO], false)]
    fn a_click_is_no_drag(#[case] at: Option<Vec2>, #[case] way: &[Vec2], #[case] is_click: bool) {
        let mut press = Press::at(at);
        for cursor in way {
            press.follow(Some(*cursor));
        }
        assert_eq!(press.is_click(), is_click);
    }
}
