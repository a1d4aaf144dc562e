//! Where to stand so that all is in the picture.

use bevy::math::{Rect, Vec2, Vec3};

use super::Stand;
use crate::space::raised;

/// The part of the picture that stays free of what is written over it, from −1 to 1, up positive.
pub(super) const FREE: Rect = Rect {
    min: Vec2::new(-0.8, -0.68),
    max: Vec2::new(0.8, 0.78),
};
/// The same on a wall, where writing stands to the left of the model.
pub(super) const FREE_ON_WALL: Rect = Rect {
    min: Vec2::new(-0.15, -0.82),
    max: Vec2::new(0.94, 0.74),
};
/// The same in half of a picture, between its heading and the figures.
pub(super) const FREE_IN_HALF: Rect = Rect {
    min: Vec2::new(-0.93, -0.36),
    max: Vec2::new(0.93, 0.7),
};
/// How often the stand is mended; it settles after a few.
const ROUNDS: usize = 24;

/// The stand, looking as `start` does, from which all points lie in the free part of a picture of this
/// aspect (width over height).
pub(super) fn fit(start: Stand, points: &[Vec3], aspect: f32, free: Rect) -> Stand {
    let mut stand = start;
    for _ in 0..ROUNDS {
        let Some(seen) = seen(&stand, points, aspect) else {
            break;
        };
        let grow = (seen.size() / free.size()).max_element();
        stand.distance_m *= grow.clamp(0.5, 2.0);
        let shift = (seen.center() / grow.max(0.1) - free.center()) * (Stand::FIELD / 2.0).tan();
        let [right, ahead] = [stand.ahead().perp(), stand.ahead()];
        let moved = right * shift.x * aspect + ahead * shift.y / stand.pitch.sin().max(0.2);
        stand.target += raised(moved * stand.distance_m * 0.7, 0.0);
    }
    stand
}

/// The box around the points in the picture; `None` where there are none.
fn seen(stand: &Stand, points: &[Vec3], aspect: f32) -> Option<Rect> {
    let from_world = stand.transform().compute_affine().inverse();
    let scale = (Stand::FIELD / 2.0).tan().recip();
    let seen = points.iter().map(|at| {
        let at = from_world.transform_point3(*at);
        let depth = (-at.z).max(1.0);
        let at = Vec2::new(at.x * scale / aspect, at.y * scale) / depth;
        Rect::from_corners(at, at)
    });
    seen.reduce(|all, one| all.union(one))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::wide(16.0 / 9.0, FREE)]
    #[case::a_phone(0.5, FREE)]
    #[case::a_wall(16.0 / 9.0, FREE_ON_WALL)]
    #[case::a_half(8.0 / 9.0, FREE_IN_HALF)]
    fn everything_is_in_the_picture_and_fills_it(#[case] aspect: f32, #[case] free: Rect) {
        let corners = [(-20e3, -15e3), (25e3, -12e3), (18e3, 16e3), (-22e3, 14e3)];
        let points = corners.map(|(x, z)| Vec3::new(x, 500.0, z));
        let stand = fit(Stand::default(), &points, aspect, free);
        let seen = seen(&stand, &points, aspect).unwrap();
        let around = free.inflate(0.02);
        assert!(
            around.contains(seen.min) && around.contains(seen.max),
            "{seen:?}"
        );
        let share = (seen.size() / free.size()).max_element();
        assert!(share > 0.95, "the picture is used: {share}");
    }
}
