//! What the mouse points at in either half, and what a click there chooses: a site, on both sides.

use bevy::app::{App, Plugin, Update};
use bevy::camera::Camera;
use bevy::ecs::change_detection::{DetectChanges as _, DetectChangesMut as _};
use bevy::ecs::query::With;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::{Local, Query, Res, ResMut, SystemParam};
use bevy::input::ButtonInput;
use bevy::input::keyboard::KeyCode;
use bevy::input::mouse::MouseButton;
use bevy::math::Vec2;
use bevy::transform::components::Transform;

use super::comparison::Side;
use super::signs::Sides;
use super::{Known, Split};
use crate::camera::Eye;
use crate::hud::HudRects;
use crate::keys::Keys;
use crate::pick::{Cursor, Pointer, Press};
use crate::sites::Lens;
use crate::systems::ViewerSystems;

/// How far beside a sign still counts, in pixels.
const TOLERANCE_PX: f32 = 4.0;

pub(super) struct HandsPlugin;

impl Plugin for HandsPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Pointed>()
            .init_resource::<Cursor>()
            .add_systems(
                Update,
                (hover, click, let_go).chain().in_set(ViewerSystems::Draw),
            );
    }
}

/// The site under the mouse and the chosen one, by their keys.
#[derive(Resource, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pointed {
    pub hovered: Option<Box<str>>,
    pub chosen: Option<Box<str>>,
}

/// From where the picture is seen.
#[derive(SystemParam)]
struct View<'w, 's> {
    cursor: Res<'w, Cursor>,
    rects: Option<Res<'w, HudRects>>,
    eyes: Query<'w, 's, (&'static Camera, &'static Transform), With<Eye>>,
}

impl View<'_, '_> {
    /// Where the mouse is in its half, and which half that is; `None` on a sheet or outside.
    fn pointer(&self) -> Option<(Side, Pointer)> {
        let at = self.cursor.0?;
        let is_covered = |rects: &Res<HudRects>| rects.0.iter().any(|rect| rect.contains(at));
        if self.rects.as_ref().is_some_and(is_covered) {
            return None;
        }
        let (camera, transform) = self.eyes.iter().next()?;
        let dense = camera.target_scaling_factor().unwrap_or(1.0);
        let lens = Lens::of(camera, transform)?;
        let whole = camera.physical_target_size()?.as_vec2();
        let (side, at) = in_half(at * dense, whole.x, lens.size.x);
        Some((
            side,
            Pointer {
                lens,
                at,
                tolerance: TOLERANCE_PX * dense,
            },
        ))
    }
}

/// In which half a point of the picture lies, and where in it.
fn in_half(at: Vec2, whole: f32, half: f32) -> (Side, Vec2) {
    let start = whole - half;
    if at.x < start {
        (Side::Present, at)
    } else {
        (Side::Scenario, at - Vec2::new(start, 0.0))
    }
}

fn hover(
    split: Res<Split>,
    (view, sides): (View, Res<Sides>),
    mut last: Local<Option<(Side, Pointer)>>,
    mut pointed: ResMut<Pointed>,
) {
    let pointer = view.pointer().filter(|_| *split == Split::Sides);
    if pointer == *last && !sides.is_changed() {
        return;
    }
    let found = pointer.as_ref().and_then(|(side, pointer)| {
        let standing = sides.of(*side)?;
        let number = standing.places.find(&standing.fleet, None, pointer)?;
        Some(standing.fleet.containers.get(number)?.id.clone())
    });
    *last = pointer;
    if pointed.hovered != found {
        pointed.hovered = found;
    }
}

fn click(
    (view, split): (View, Res<Split>),
    (buttons, keys): (Option<Res<ButtonInput<MouseButton>>>, Keys),
    mut pressed: Local<Press>,
    mut pointed: ResMut<Pointed>,
) {
    if *split != Split::Sides {
        return;
    }
    if keys.is_tapped(KeyCode::Escape) && pointed.chosen.is_some() {
        pointed.chosen = None;
    }
    let Some(buttons) = buttons else { return };
    let at = view.cursor.0;
    if buttons.just_pressed(MouseButton::Left) {
        *pressed = Press::at(at.filter(|_| view.pointer().is_some()));
    }
    pressed.follow(at);
    if buttons.just_released(MouseButton::Left) && std::mem::take(&mut *pressed).is_click() {
        let next = Pointed {
            hovered: pointed.hovered.clone(),
            chosen: pointed.hovered.clone(),
        };
        pointed.set_if_neq(next);
    }
}

/// What another comparison does not have is not chosen any more, nor is anything while only the present is shown.
fn let_go(split: Res<Split>, known: Res<Known>, mut pointed: ResMut<Pointed>) {
    if !known.is_changed() && !split.is_changed() {
        return;
    }
    let is_there = |key: &str| {
        let comparison = known.comparison().filter(|_| *split == Split::Sides);
        comparison.is_some_and(|it| Side::BOTH.iter().any(|side| it.site(*side, key).is_some()))
    };
    let next = Pointed {
        hovered: pointed.hovered.clone().filter(|key| is_there(key)),
        chosen: pointed.chosen.clone().filter(|key| is_there(key)),
    };
    pointed.set_if_neq(next);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::left(Vec2::new(300.0, 7.0), Side::Present, Vec2::new(300.0, 7.0))]
    #[case::right(Vec2::new(1260.0, 7.0), Side::Scenario, Vec2::new(300.0, 7.0))]
    #[case::the_line(Vec2::new(960.0, 7.0), Side::Scenario, Vec2::new(0.0, 7.0))]
    fn a_point_is_in_one_half(#[case] at: Vec2, #[case] side: Side, #[case] there: Vec2) {
        assert_eq!(in_half(at, 1920.0, 960.0), (side, there));
    }
}
