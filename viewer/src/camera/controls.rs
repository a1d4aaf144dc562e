//! What keys and the mouse do to the eye.

use std::f32::consts::FRAC_PI_2;

use bevy::camera::Camera;
use bevy::ecs::query::With;
use bevy::ecs::system::{Query, Res, ResMut, SystemParam};
use bevy::input::ButtonInput;
use bevy::input::keyboard::KeyCode;
use bevy::input::mouse::{
    AccumulatedMouseMotion, AccumulatedMouseScroll, MouseButton, MouseScrollUnit,
};
use bevy::math::Vec2;
use bevy::time::{Real, Time};
use bevy::ui::Interaction;

use super::{Eye, Home, Stand};
use crate::keys::Keys;
use crate::space::raised;

/// How near the eye may come, and how far it may go, in metres.
pub(super) const DISTANCE_M: [f32; 2] = [60.0, 260_000.0];
/// How level and how steep it may look.
pub(super) const PITCH: [f32; 2] = [0.06, FRAC_PI_2 - 0.01];
/// Radians a second that a key turns.
const TURN_PER_S: f32 = 1.1;
/// Share of the distance that a key moves in a second.
const MOVE_PER_S: f32 = 0.55;
/// How much nearer a key brings in a second, as a power of e.
const ZOOM_PER_S: f32 = 1.3;
/// Radians that a pixel of the mouse turns.
const TURN_PER_PX: f32 = 0.005;
/// How much nearer a notch of the wheel brings, as a power of e.
const ZOOM_PER_NOTCH: f32 = 0.16;
/// Pixels of a touchpad that make a notch.
const NOTCH_PX: f32 = 40.0;

/// What hands do in a frame.
#[derive(SystemParam)]
pub(super) struct Hands<'w, 's> {
    controls: Query<'w, 's, &'static Interaction>,
    keys: Keys<'w>,
    buttons: Option<Res<'w, ButtonInput<MouseButton>>>,
    motion: Option<Res<'w, AccumulatedMouseMotion>>,
    scroll: Option<Res<'w, AccumulatedMouseScroll>>,
    time: Res<'w, Time<Real>>,
}

/// With one of these a key does something else.
const CAPITALS: [KeyCode; 4] = [
    KeyCode::ShiftLeft,
    KeyCode::ShiftRight,
    KeyCode::ControlLeft,
    KeyCode::ControlRight,
];

impl Hands<'_, '_> {
    /// 1 where one of the first keys is held, −1 where one of the second ones is. Capitals do other things.
    fn axis(&self, more: &[KeyCode], less: &[KeyCode]) -> f32 {
        if self.keys.is_held(&CAPITALS) {
            return 0.0;
        }
        let held = |keys| f32::from(u8::from(self.keys.is_held(keys)));
        held(more) - held(less)
    }

    /// How far the mouse went with a button held, in pixels.
    fn drag(&self, button: MouseButton) -> Vec2 {
        let is_held = self.buttons.as_ref().is_some_and(|it| it.pressed(button));
        // What a hand does to a control does not move the land below it.
        let is_held = is_held && self.controls.iter().all(|it| *it != Interaction::Pressed);
        let motion = (self.motion.as_ref()).map_or(Vec2::ZERO, |motion| motion.delta);
        if is_held { motion } else { Vec2::ZERO }
    }

    fn notches(&self) -> f32 {
        self.scroll
            .as_ref()
            .map_or(0.0, |scroll| match scroll.unit {
                MouseScrollUnit::Line => scroll.delta.y,
                MouseScrollUnit::Pixel => scroll.delta.y / NOTCH_PX,
            })
    }
}

/// Moves, turns and tilts the eye as hands say.
pub(super) fn steer(
    hands: Hands,
    mut stand: ResMut<Stand>,
    home: Res<Home>,
    eyes: Query<&Camera, With<Eye>>,
) {
    let size = eyes.iter().find_map(Camera::logical_viewport_size);
    let height_px = size.map_or(1080.0, |size| size.y);
    let mut next = *stand;
    by_keys(&hands, &mut next, &home);
    by_mouse(&hands, &mut next, height_px);
    next.distance_m = next.distance_m.clamp(DISTANCE_M[0], DISTANCE_M[1]);
    next.pitch = next.pitch.clamp(PITCH[0], PITCH[1]);
    if next != *stand {
        *stand = next;
    }
}

fn by_keys(hands: &Hands, stand: &mut Stand, home: &Home) {
    use KeyCode::{
        ArrowDown, ArrowLeft, ArrowRight, ArrowUp, Equal, KeyA, KeyD, KeyE, KeyF, KeyN, KeyQ, KeyR,
        KeyS, KeyW, Minus, NumpadAdd, NumpadSubtract, PageDown, PageUp,
    };
    if hands.keys.are_commands() {
        return;
    }
    let passed_s = hands.time.delta_secs().min(0.1);
    let ahead = hands.axis(&[ArrowUp, KeyW], &[ArrowDown, KeyS]);
    let right = hands.axis(&[ArrowRight, KeyD], &[ArrowLeft, KeyA]);
    let reach = MOVE_PER_S * passed_s * stand.distance_m;
    let moved = (stand.ahead() * ahead + stand.ahead().perp() * right) * reach;
    stand.target += raised(moved, 0.0);
    stand.bearing += hands.axis(&[KeyE], &[KeyQ]) * TURN_PER_S * passed_s;
    stand.pitch += hands.axis(&[KeyR], &[KeyF]) * TURN_PER_S * passed_s;
    let nearer = hands.axis(
        &[Equal, NumpadAdd, PageUp],
        &[Minus, NumpadSubtract, PageDown],
    );
    stand.distance_m *= (-nearer * ZOOM_PER_S * passed_s).exp();
    if hands.keys.is_tapped(KeyN) {
        stand.bearing = 0.0;
    }
    if hands.keys.is_tapped(KeyCode::Home) {
        *stand = home.0;
    }
}

fn by_mouse(hands: &Hands, stand: &mut Stand, height_px: f32) {
    let dragged = hands.drag(MouseButton::Left) * stand.metres_per_pixel(height_px);
    let ahead = stand.ahead() * dragged.y / stand.pitch.sin().max(0.2);
    let moved = ahead - stand.ahead().perp() * dragged.x;
    stand.target += raised(moved, 0.0);
    let turned = hands.drag(MouseButton::Right) * TURN_PER_PX;
    stand.bearing += turned.x;
    stand.pitch += turned.y;
    stand.distance_m *= (-hands.notches() * ZOOM_PER_NOTCH).exp();
}

#[cfg(test)]
mod tests {
    use bevy::app::{App, Update};
    use bevy::input::ButtonInput;

    use super::*;
    use crate::search::Typing;

    #[rstest::rstest]
    #[case::free(false, true)]
    #[case::letters(true, false)]
    fn keys_move_the_eye_unless_they_are_letters(#[case] typing: bool, #[case] moves: bool) {
        let mut keys = ButtonInput::<KeyCode>::default();
        keys.press(KeyCode::KeyN);
        let mut app = App::new();
        app.init_resource::<Time<Real>>()
            .init_resource::<Home>()
            .init_resource::<Stand>()
            .insert_resource(Typing(typing))
            .insert_resource(keys)
            .add_systems(Update, steer);
        app.update();
        let stand = app.world().resource::<Stand>();
        assert_eq!(*stand != Stand::default(), moves);
    }
}
