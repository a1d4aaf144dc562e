//! What tiles lie on: the plane, the heights of the land, and where the land ends.

use bevy::math::{Rect, Vec2};

use crate::land::{Heights, Region};
use crate::space::Space;

/// What tiles lie on. It stays as it is, so that tiles are built beside the main thread.
#[derive(Clone, Debug)]
pub(super) struct Footing {
    /// The plane.
    pub(super) space: Space,
    /// How high the land is.
    pub(super) heights: Heights,
    /// What the territory lies in.
    pub(super) extent: Rect,
    region: Region,
}

impl Footing {
    pub(super) fn new(space: Space, heights: Heights, region: Region) -> Self {
        Self {
            extent: region.extent().unwrap_or_default(),
            region,
            space,
            heights,
        }
    }

    /// Whether a point is of the territory. Beyond it the land is cut off.
    pub(super) fn holds(&self, at: Vec2) -> bool {
        self.region.holds(at)
    }

    /// How far points of a line are apart at most, so that it follows the land, in metres.
    pub(super) fn stride_m(&self) -> f32 {
        (self.heights.step_m() / 2.0).max(1.0)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use geo_types::{MultiPolygon, Rect as GeoRect};
    use twin_core::LonLat;

    use super::*;

    /// A square territory of 40 km around the origin, level, with posts 100 m apart.
    pub(in crate::ground) fn level() -> Footing {
        let (space, heights, region) = parts();
        Footing::new(space, heights, region)
    }

    pub(in crate::ground) fn parts() -> (Space, Heights, Region) {
        let space = Space::around(LonLat::new(6.8, 47.5).unwrap());
        let corner = Vec2::splat(20_000.0);
        let square = GeoRect::new((-20_000.0, -20_000.0), (20_000.0, 20_000.0));
        let region = Region::new(&MultiPolygon::new(vec![square.to_polygon()]));
        (space, Heights::level(-corner, 100.0, [401, 401]), region)
    }

    #[test]
    fn the_land_ends_at_the_rim() {
        let footing = level();
        assert!(footing.holds(Vec2::new(19_999.0, 0.0)));
        assert!(!footing.holds(Vec2::new(20_001.0, 0.0)));
        assert_eq!(footing.stride_m(), 50.0);
    }
}
