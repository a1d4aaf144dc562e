//! Where the land is in the picture, and what of it lies under a place of the picture.

use bevy::camera::Camera;
use bevy::ecs::query::With;
use bevy::ecs::system::{Query, Res, SystemParam};
use bevy::math::{Vec2, Vec3};
use bevy::transform::components::Transform;
use twin_core::LonLat;

use crate::camera::{Eye, Stand};
use crate::hud::{HudRects, HudScale};
use crate::land::{Heights, Region};
use crate::pick::Cursor;
use crate::sites::Lens;
use crate::space::{Space, flat, raised};

/// How far the land is followed along a line of sight at most, in metres.
const FARTHEST_M: f32 = 400_000.0;
/// The most steps along it.
const STEPS: usize = 500;
/// What of the height over the land a step may be: slopes are steeper than they are, by the relief.
const BOLD: f32 = 0.35;

/// The land, and from where it is seen.
#[derive(SystemParam)]
pub(crate) struct Ground<'w, 's> {
    space: Option<Res<'w, Space>>,
    heights: Option<Res<'w, Heights>>,
    region: Option<Res<'w, Region>>,
    stand: Option<Res<'w, Stand>>,
    scale: Res<'w, HudScale>,
    rects: Res<'w, HudRects>,
    cursor: Res<'w, Cursor>,
    eyes: Query<'w, 's, (&'static Camera, &'static Transform), With<Eye>>,
}

impl Ground<'_, '_> {
    fn lens(&self) -> Option<Lens> {
        let (camera, transform) = self.eyes.iter().next()?;
        Lens::of(camera, transform)
    }

    /// Pixels of the screen for each one as designed.
    fn dense(&self) -> f32 {
        let camera = self.eyes.iter().next();
        let dense = camera.and_then(|(camera, _)| camera.target_scaling_factor());
        dense.unwrap_or(1.0) * self.scale.0
    }

    /// Where the mouse is, in pixels as designed, unless a sheet lies there.
    pub(crate) fn cursor(&self) -> Option<Vec2> {
        let at = self.cursor.0?;
        let is_covered = self.rects.0.iter().any(|rect| rect.contains(at));
        (!is_covered).then_some(at / self.scale.0)
    }

    /// The middle of the picture, in pixels as designed.
    pub(crate) fn middle(&self) -> Option<Vec2> {
        Some(self.lens()?.size / 2.0 / self.dense())
    }

    /// What lies in the middle of the picture.
    pub(crate) fn target(&self) -> Option<Vec2> {
        Some(flat(self.stand.as_ref()?.target))
    }

    /// The corners of the picture, in pixels as designed.
    pub(crate) fn corners(&self) -> Option<[Vec2; 4]> {
        let size = self.lens()?.size / self.dense();
        Some([
            Vec2::ZERO,
            Vec2::new(size.x, 0.0),
            size,
            Vec2::new(0.0, size.y),
        ])
    }

    /// Where a point of the plane is in the picture, on the land; `None` behind the eye.
    pub(crate) fn seen(&self, at: Vec2) -> Option<Vec2> {
        let height = self.heights.as_ref()?.at(at);
        let foot = self.lens()?.foot(raised(at, height))?;
        Some(foot.at / self.dense())
    }

    /// Whether a point of the plane lies in the territory.
    pub(crate) fn is_land(&self, at: Vec2) -> bool {
        self.region.as_ref().is_none_or(|region| region.holds(at))
    }

    /// The place at a point of the plane.
    pub(crate) fn place(&self, at: Vec2) -> Option<LonLat> {
        self.space.as_ref()?.place(at)
    }

    /// The point of the land under a place of the picture; `None` where there is table, or sky.
    pub(crate) fn under(&self, at: Vec2) -> Option<Vec2> {
        let heights = self.heights.as_deref()?;
        let lens = self.lens()?;
        let sight = lens.sight(at * self.dense());
        let found = meet(lens.eye, sight, |at| heights.at(at))?;
        self.is_land(found).then_some(found)
    }

    /// The same, and where there is no land the point of a level ground at the height of what is looked at.
    pub(crate) fn under_or_level(&self, at: Vec2) -> Option<Vec2> {
        if let Some(found) = self.under(at) {
            return Some(found);
        }
        let lens = self.lens()?;
        let sight = lens.sight(at * self.dense());
        let level = self.stand.as_ref()?.target.y;
        let down = (lens.eye.y - level) / (-sight.y).max(1e-4);
        Some(flat(lens.eye + sight * down.clamp(0.0, FARTHEST_M)))
    }

    /// The strokes of a line along the land through these points of the plane, at most so many.
    pub(crate) fn draped(&self, points: &[Vec2], most: usize) -> Vec<[Vec2; 2]> {
        let step_m = self.heights.as_ref().map_or(100.0, |it| it.step_m());
        let pieces = points.len().saturating_sub(1).max(1);
        let each = (most / pieces).max(1);
        let mut strokes = Vec::new();
        for [from, to] in points.array_windows::<2>() {
            let count = parts(from.distance(*to) / step_m, each);
            let mut last = self.seen(*from);
            for part in 1..=count {
                let next = self.seen(from.lerp(*to, part as f32 / count as f32));
                if let (Some(last), Some(next)) = (last, next) {
                    strokes.push([last, next]);
                }
                last = next;
            }
        }
        strokes
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to a small range first"
)]
fn parts(wanted: f32, most: usize) -> usize {
    (wanted.ceil().clamp(1.0, 4096.0) as usize).min(most)
}

/// Where a line of sight first meets the land.
fn meet(eye: Vec3, sight: Vec3, height: impl Fn(Vec2) -> f32) -> Option<Vec2> {
    let over = |far: f32| {
        let at = eye + sight * far;
        at.y - height(flat(at))
    };
    let (mut above, mut far) = (0.0, 0.0);
    for _ in 0..STEPS {
        let over_land = over(far);
        if over_land <= 0.0 {
            let met = halved(above, far, over);
            return Some(flat(eye + sight * met));
        }
        above = far;
        far += (over_land * BOLD).max(1.0 + far * 5e-4);
        if far > FARTHEST_M {
            return None;
        }
    }
    None
}

/// Between a place over the land and one under it, where it is met.
fn halved(mut above: f32, mut below: f32, over: impl Fn(f32) -> f32) -> f32 {
    for _ in 0..24 {
        let half = above.midpoint(below);
        if over(half) > 0.0 {
            above = half;
        } else {
            below = half;
        }
    }
    below
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::level(0.0)]
    #[case::rising(0.3)]
    #[case::falling(-0.3)]
    fn a_line_of_sight_meets_the_land(#[case] slope: f32) {
        let height = |at: Vec2| 100.0 + slope * at.x;
        let eye = Vec3::new(0.0, 3000.0, 0.0);
        let sight = Vec3::new(1.0, -1.0, 0.2).normalize();
        let met = meet(eye, sight, height).unwrap();
        let along = met.x;
        approx::assert_relative_eq!(3000.0 - along, height(met), max_relative = 1e-3);
        approx::assert_relative_eq!(met.y, 0.2 * along, max_relative = 1e-3);
    }

    #[test]
    fn the_sky_has_no_land() {
        let eye = Vec3::new(0.0, 3000.0, 0.0);
        assert_eq!(
            meet(eye, Vec3::new(1.0, 0.1, 0.0).normalize(), |_| 0.0),
            None
        );
    }

    #[rstest::rstest]
    #[case::short(0.2, 10, 1)]
    #[case::long(7.3, 10, 8)]
    #[case::too_long(7000.0, 10, 10)]
    #[case::not_a_number(f32::NAN, 10, 1)]
    fn a_line_has_a_bounded_number_of_parts(
        #[case] wanted: f32,
        #[case] most: usize,
        #[case] expected: usize,
    ) {
        assert_eq!(parts(wanted, most).max(1), expected);
    }
}
