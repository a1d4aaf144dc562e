//! What fingers do to the eye: one drags the land, two bring it nearer by parting, turn it by turning, and tilt it by
//! going up or down together.

use bevy::camera::Camera;
use bevy::ecs::query::With;
use bevy::ecs::system::{Query, Res, ResMut};
use bevy::input::touch::Touches;
use bevy::math::Vec2;
use bevy::ui::Interaction;

use super::controls::{DISTANCE_M, PITCH};
use super::{Eye, Stand};
use crate::space::raised;

/// Radians that a pixel of two fingers going up tilts.
const TILT_PER_PX: f32 = 0.004;
/// Two fingers tilt where they go the same way: the share of their ways that must be common.
const TOGETHER: f32 = 0.7;
/// Fingers nearer to each other than this say nothing of a turn, in pixels.
const LEAST_PX: f32 = 24.0;

/// Where a finger was, and is.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Finger {
    was: Vec2,
    is: Vec2,
}

/// What two fingers do.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Pinch {
    /// By how much they part, as a factor.
    nearer: f32,
    /// By how much they turn, in radians, clockwise.
    turn: f32,
    /// How far they go together, in pixels.
    together: Vec2,
    /// Whether they go up or down together.
    is_tilt: bool,
}

impl Pinch {
    fn of(one: Finger, other: Finger) -> Self {
        let [was, is] = [other.was - one.was, other.is - one.is];
        let ways = [one.is - one.was, other.is - other.was];
        let together = ways[0].midpoint(ways[1]);
        let all = ways[0].length() + ways[1].length();
        let common = 2.0 * together.y.abs() / all.max(1e-3);
        let is_apart = was.length() > LEAST_PX && is.length() > LEAST_PX;
        Self {
            nearer: if is_apart {
                is.length() / was.length()
            } else {
                1.0
            },
            turn: if is_apart { was.angle_to(is) } else { 0.0 },
            together,
            is_tilt: all > 0.0 && common > TOGETHER && ways[0].dot(ways[1]) > 0.0,
        }
    }
}

/// Moves the eye as fingers say, unless they are on a control.
pub(super) fn steer(
    touches: Option<Res<Touches>>,
    controls: Query<&Interaction>,
    eyes: Query<&Camera, With<Eye>>,
    mut stand: ResMut<Stand>,
) {
    let Some(touches) = touches else { return };
    if controls.iter().any(|it| *it == Interaction::Pressed) {
        return;
    }
    let fingers: Vec<Finger> = touches
        .iter()
        .map(|touch| Finger {
            was: touch.previous_position(),
            is: touch.position(),
        })
        .collect();
    let size = eyes.iter().find_map(Camera::logical_viewport_size);
    let height_px = size.map_or(1080.0, |size| size.y);
    let next = match *fingers {
        [one] => dragged(&stand, one.is - one.was, height_px),
        [one, other] => pinched(&stand, Pinch::of(one, other), height_px),
        _ => return,
    };
    if next != *stand {
        *stand = next;
    }
}

/// The land under the finger stays under it.
fn dragged(stand: &Stand, by: Vec2, height_px: f32) -> Stand {
    let by = by * stand.metres_per_pixel(height_px);
    let ahead = stand.ahead() * by.y / stand.pitch.sin().max(0.2);
    Stand {
        target: stand.target + raised(ahead - stand.ahead().perp() * by.x, 0.0),
        ..*stand
    }
}

fn pinched(stand: &Stand, pinch: Pinch, height_px: f32) -> Stand {
    if pinch.is_tilt {
        let pitch = stand.pitch + pinch.together.y * TILT_PER_PX;
        return Stand {
            pitch: pitch.clamp(PITCH[0], PITCH[1]),
            ..*stand
        };
    }
    let distance_m = stand.distance_m / pinch.nearer.max(1e-3);
    let moved = Stand {
        distance_m: distance_m.clamp(DISTANCE_M[0], DISTANCE_M[1]),
        bearing: stand.bearing - pinch.turn,
        ..*stand
    };
    dragged(&moved, pinch.together, height_px)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finger(was: (f32, f32), is: (f32, f32)) -> Finger {
        Finger {
            was: was.into(),
            is: is.into(),
        }
    }

    #[test]
    fn parting_fingers_bring_the_land_nearer() {
        let pinch = Pinch::of(
            finger((400.0, 300.0), (300.0, 300.0)),
            finger((600.0, 300.0), (700.0, 300.0)),
        );
        let stand = Stand::default();
        let next = pinched(&stand, pinch, 1080.0);
        approx::assert_relative_eq!(next.distance_m, stand.distance_m / 2.0);
        approx::assert_relative_eq!(next.bearing, stand.bearing);
        approx::assert_relative_eq!(next.pitch, stand.pitch);
    }

    #[test]
    fn turning_fingers_turn_the_land_with_them() {
        let pinch = Pinch::of(
            finger((500.0, 300.0), (500.0, 300.0)),
            finger((600.0, 300.0), (500.0, 400.0)),
        );
        let stand = Stand::default();
        let next = pinched(&stand, pinch, 1080.0);
        let turned = stand.bearing - next.bearing;
        approx::assert_relative_eq!(turned, std::f32::consts::FRAC_PI_2, epsilon = 1e-5);
    }

    #[test]
    fn fingers_that_go_up_together_tilt() {
        let pinch = Pinch::of(
            finger((400.0, 300.0), (400.0, 260.0)),
            finger((600.0, 300.0), (600.0, 262.0)),
        );
        let stand = Stand::default();
        let next = pinched(&stand, pinch, 1080.0);
        assert!(next.pitch < stand.pitch);
        assert_eq!(next.distance_m, stand.distance_m);
    }

    #[test]
    fn one_finger_drags_the_land() {
        let stand = Stand {
            bearing: 0.0,
            ..Stand::default()
        };
        let next = dragged(&stand, Vec2::new(100.0, 0.0), 1080.0);
        assert!(next.target.x < stand.target.x, "the land goes to the right");
    }
}
