//! Trucks under the mouse, and what a click or a key chooses: `8` hides and shows them all, `V` goes to the next one
//! that is under way, Escape closes the sheet.

use bevy::camera::Camera;
use bevy::ecs::change_detection::{DetectChanges as _, DetectChangesMut as _};
use bevy::ecs::query::With;
use bevy::ecs::system::{Local, Query, Res, ResMut, SystemParam};
use bevy::input::ButtonInput;
use bevy::input::keyboard::KeyCode;
use bevy::input::mouse::MouseButton;
use bevy::math::{Rect, Vec2};
use bevy::transform::components::Transform;

use super::follow::Following;
use super::poll::Rounds;
use super::show::{ChosenTruck, HoveredTruck, TruckMark, TruckMarks};
use crate::assets::Picked;
use crate::camera::Eye;
use crate::hud::{HudRects, RightSheet};
use crate::keys::Keys;
use crate::layers::Layers;
use crate::pick::{Chosen, Cursor, Press};
use crate::sites::Lens;

/// How far beside a truck still counts, in pixels.
const TOLERANCE_PX: f32 = 4.0;
/// How high and how wide a truck is seen, of its length.
const HALF: Vec2 = Vec2::new(0.42, 0.26);

/// From where trucks are seen.
#[derive(SystemParam)]
pub(super) struct View<'w, 's> {
    cursor: Option<Res<'w, Cursor>>,
    rects: Option<Res<'w, HudRects>>,
    eyes: Query<'w, 's, (&'static Camera, &'static Transform), With<Eye>>,
}

impl View<'_, '_> {
    /// The mouse in pixels of the screen, with the lens; `None` where a sheet lies there.
    fn pointer(&self) -> Option<(Lens, Vec2, f32)> {
        let at = self.cursor.as_ref()?.0?;
        let rects = self.rects.as_ref();
        let is_covered = rects.is_some_and(|rects| rects.0.iter().any(|rect| rect.contains(at)));
        let (camera, transform) = self.eyes.iter().next().filter(|_| !is_covered)?;
        let dense = camera.target_scaling_factor().unwrap_or(1.0);
        Some((
            Lens::of(camera, transform)?,
            at * dense,
            TOLERANCE_PX * dense,
        ))
    }
}

/// Finds the truck under the mouse: of several the one that is nearest to the eye.
pub(super) fn hover(view: View, marks: Res<TruckMarks>, mut hovered: ResMut<HoveredTruck>) {
    let found = view.pointer().and_then(|(lens, at, tolerance)| {
        let near = marks.0.iter().filter_map(|mark| {
            let (away, depth) = away(&lens, mark, at)?;
            (away <= tolerance).then_some((depth, mark.truck))
        });
        near.min_by(|one, other| one.0.total_cmp(&other.0))
    });
    hovered.set_if_neq(HoveredTruck(found.map(|(_, truck)| truck)));
}

/// How many pixels a point is from a truck, 0 or less within, and how far the truck is from the eye.
fn away(lens: &Lens, mark: &TruckMark, at: Vec2) -> Option<(f32, f32)> {
    let (rect, depth) = outline(lens, mark)?;
    let beyond = (at - rect.center()).abs() - rect.half_size();
    Some((beyond.max_element(), depth))
}

/// What a truck covers of the picture, in pixels of the screen, and how far it is from the eye.
pub(super) fn outline(lens: &Lens, mark: &TruckMark) -> Option<(Rect, f32)> {
    let foot = lens.foot(mark.at)?;
    let pixel_m = lens.metres_per_px(foot.depth);
    let length_px = TruckMark::length_m(pixel_m * lens.picture_scale()) / pixel_m;
    let middle = foot.at - Vec2::new(0.0, length_px * HALF.y / 2.0);
    Some((
        Rect::from_center_half_size(middle, HALF * length_px),
        foot.depth,
    ))
}

/// A click on a truck chooses it, any other click closes its sheet.
pub(super) fn click(
    (buttons, cursor): (Option<Res<ButtonInput<MouseButton>>>, Option<Res<Cursor>>),
    rects: Option<Res<HudRects>>,
    mut pressed: Local<Press>,
    (rounds, hovered): (Res<Rounds>, Res<HoveredTruck>),
    mut chosen: ResMut<ChosenTruck>,
) {
    let (Some(buttons), Some(cursor)) = (buttons, cursor) else {
        return;
    };
    let is_covered =
        |at: Vec2| rects.is_some_and(|rects| rects.0.iter().any(|rect| rect.contains(at)));
    if buttons.just_pressed(MouseButton::Left) {
        *pressed = Press::at(cursor.0.filter(|at| !is_covered(*at)));
    }
    pressed.follow(cursor.0);
    if buttons.just_released(MouseButton::Left) && std::mem::take(&mut *pressed).is_click() {
        let truck = hovered.0.and_then(|number| rounds.trucks.get(number));
        chosen.set_if_neq(ChosenTruck(truck.map(|truck| truck.id.clone())));
    }
}

/// What keys choose.
pub(super) fn type_keys(
    keys: Keys,
    (rounds, marks): (Res<Rounds>, Res<TruckMarks>),
    (mut layers, mut chosen): (ResMut<Layers>, ResMut<ChosenTruck>),
    mut following: ResMut<Following>,
) {
    if keys.is_tapped(KeyCode::Digit8) || keys.is_tapped(KeyCode::Numpad8) {
        layers.trucks = !layers.trucks;
    }
    if keys.is_tapped(KeyCode::Escape) && chosen.0.is_some() {
        *chosen = ChosenTruck::default();
    }
    if keys.is_typed("v") {
        let next = next(&marks.0, chosen.0.as_deref().and_then(|id| rounds.find(id)));
        let truck = next.and_then(|number| rounds.trucks.get(number));
        if let Some(truck) = truck {
            chosen.0 = Some(truck.id.clone());
            following.begin();
        }
    }
}

/// The truck after one; after the last the first.
fn next(marks: &[TruckMark], last: Option<usize>) -> Option<usize> {
    let after = marks
        .iter()
        .find(|mark| last.is_some_and(|last| mark.truck > last));
    after.or(marks.first()).map(|mark| mark.truck)
}

/// The sheet of a truck and that of a container or a badge take each other's place, and that of the list of
/// alarms.
pub(super) fn take_place(
    mut chosen: ResMut<ChosenTruck>,
    (container, badge): (Option<ResMut<Chosen>>, Option<ResMut<Picked>>),
    right: Option<ResMut<RightSheet>>,
    mut had_truck: Local<bool>,
) {
    let is_chosen = chosen.0.is_some();
    let is_new = chosen.is_changed() && is_chosen;
    if let Some(mut container) = container {
        if container.0.is_some() && is_new {
            container.set_if_neq(Chosen(None));
        } else if container.0.is_some() && is_chosen {
            *chosen = ChosenTruck::default();
        }
    }
    if let Some(mut badge) = badge {
        let is_later = badge.is_changed() && !is_new;
        if badge.0.is_some() && is_later && is_chosen {
            *chosen = ChosenTruck::default();
        } else if badge.0.is_some() && is_chosen {
            badge.set_if_neq(Picked(None));
        }
    }
    let has_truck = chosen.0.is_some();
    let had_truck = std::mem::replace(&mut *had_truck, has_truck);
    let Some(mut right) = right else { return };
    if has_truck {
        right.set_if_neq(RightSheet::Other);
    } else if had_truck && *right == RightSheet::Other {
        // Whatever else is chosen takes the place again.
        right.set_if_neq(RightSheet::None);
    }
}

#[cfg(test)]
mod tests {
    use bevy::math::Vec3;

    use super::super::round::tests::truck;
    use super::*;

    fn marks(trucks: &[usize]) -> Vec<TruckMark> {
        let seen = truck()
            .whereabouts("2026-11-30T04:00:50Z".parse().unwrap())
            .unwrap();
        let mark = |truck: &usize| TruckMark {
            truck: *truck,
            at: Vec3::ZERO,
            seen,
        };
        trucks.iter().map(mark).collect()
    }

    #[rstest::rstest]
    #[case::the_first(&[2, 5], None, Some(2))]
    #[case::the_next(&[2, 5], Some(2), Some(5))]
    #[case::round_again(&[2, 5], Some(5), Some(2))]
    #[case::one_that_has_ended(&[2, 5], Some(3), Some(5))]
    #[case::none(&[], Some(3), None)]
    fn a_key_goes_from_truck_to_truck(
        #[case] trucks: &[usize],
        #[case] last: Option<usize>,
        #[case] expected: Option<usize>,
    ) {
        assert_eq!(next(&marks(trucks), last), expected);
    }
}
