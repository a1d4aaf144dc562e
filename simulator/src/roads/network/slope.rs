//! How a segment rises and falls.

use twin_core::{LonLat, Terrain};

use super::geometry::ground_length_m;

/// The climbs and descents of a segment, along the direction in which its road is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Slope {
    /// Metres climbed.
    pub climb_m: f32,
    /// Metres descended; not negative.
    pub descent_m: f32,
    /// Of how many metres of road one climbs.
    pub climb_length_m: f32,
    /// Of how many metres of road one descends.
    pub descent_length_m: f32,
}

/// The terrain is looked at this often, in metres: about the distance of its posts.
const STEP_M: f64 = 30.0;

/// Less than this over a step counts as flat, as rise by run: the noise of a terrain model.
const FLAT_GRADE: f64 = 0.003;

/// Steeper than this no road is, as rise by run: a wall beside it was met instead.
const STEEPEST_GRADE: f64 = 0.3;

impl Slope {
    /// How a path rises and falls over a terrain; flat where that is not known.
    pub(super) fn of(path: &[LonLat], terrain: Option<&Terrain>) -> Self {
        let mut slope = Self::default();
        let Some(terrain) = terrain else {
            return slope;
        };
        for pair in path.windows(2) {
            slope.add_line(pair[0], pair[1], terrain);
        }
        slope
    }

    /// A bridge or a tunnel: straight from the height at one end to that at the other.
    pub(super) fn straight(path: &[LonLat], length_m: f64, terrain: Option<&Terrain>) -> Self {
        let mut slope = Self::default();
        let ends = path.first().zip(path.last());
        let heights = ends.zip(terrain).and_then(|((first, last), terrain)| {
            Some((terrain.height_m(*first)?, terrain.height_m(*last)?))
        });
        if let Some((from, to)) = heights {
            slope.add(to - from, length_m);
        }
        slope
    }

    fn add_line(&mut self, from: LonLat, to: LonLat, terrain: &Terrain) {
        let length_m = ground_length_m(from, to);
        let steps = libm::ceil(length_m / STEP_M).clamp(1.0, 1000.0);
        let mut before = terrain.height_m(from);
        let mut step = 1.0;
        while step <= steps {
            let share = step / steps;
            let lon = from.lon() + (to.lon() - from.lon()) * share;
            let lat = from.lat() + (to.lat() - from.lat()) * share;
            let height = LonLat::new(lon, lat)
                .ok()
                .and_then(|place| terrain.height_m(place));
            if let (Some(before), Some(height)) = (before, height) {
                self.add(height - before, length_m / steps);
            }
            before = height;
            step += 1.0;
        }
    }

    fn add(&mut self, rise_m: f64, length_m: f64) {
        let limit = STEEPEST_GRADE * length_m;
        let rise_m = rise_m.clamp(-limit, limit);
        if rise_m.abs() <= FLAT_GRADE * length_m {
            return;
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "metres of a road need no more digits"
        )]
        let (rise, length) = (rise_m.abs() as f32, length_m as f32);
        if rise_m > 0.0 {
            self.climb_m += rise;
            self.climb_length_m += length;
        } else {
            self.descent_m += rise;
            self.descent_length_m += length;
        }
    }

    /// The same the other way round.
    #[must_use]
    pub const fn reversed(self) -> Self {
        Self {
            climb_m: self.descent_m,
            descent_m: self.climb_m,
            climb_length_m: self.descent_length_m,
            descent_length_m: self.climb_length_m,
        }
    }

    /// The parts of a segment of this length that climb, descend and are flat, each as
    /// (length in metres, grade as rise by run).
    pub fn parts(&self, length_m: f64) -> [(f64, f64); 3] {
        let grade = |rise: f32, run: f32| {
            if run > 0.0 {
                f64::from(rise / run)
            } else {
                0.0
            }
        };
        let climb = f64::from(self.climb_length_m).min(length_m);
        let descent = f64::from(self.descent_length_m).min(length_m - climb);
        [
            (climb, grade(self.climb_m, self.climb_length_m)),
            (descent, -grade(self.descent_m, self.descent_length_m)),
            ((length_m - climb - descent).max(0.0), 0.0),
        ]
    }
}

#[cfg(test)]
mod tests {
    use approx::assert_relative_eq;
    use twin_core::TerrainGrid;

    use super::*;

    /// A hill of 40 m in the middle of two kilometres from west to east.
    fn hill() -> Terrain {
        let grid = TerrainGrid {
            north_west: LonLat::new(6.0, 47.1).unwrap(),
            lon_step: 0.013_2,
            lat_step: 0.1,
            columns: 3,
            rows: 2,
        };
        let heights = vec![300.0, 340.0, 300.0, 300.0, 340.0, 300.0];
        Terrain::new(grid, heights, vec![false; 6]).unwrap()
    }

    #[test]
    fn a_road_over_a_hill_climbs_and_descends() {
        let path = [6.0, 6.0264].map(|lon| LonLat::new(lon, 47.05).unwrap());
        let length_m = ground_length_m(path[0], path[1]);
        let over = Slope::of(&path, Some(&hill()));
        assert_relative_eq!(over.climb_m, 40.0, epsilon = 0.7);
        assert_relative_eq!(over.descent_m, 40.0, epsilon = 0.7);
        let [climb, descent, flat] = over.parts(length_m);
        assert_relative_eq!(climb.0 + descent.0 + flat.0, length_m, epsilon = 0.01);
        assert_relative_eq!(climb.1, 0.04, epsilon = 0.001);
        assert_relative_eq!(descent.1, -0.04, epsilon = 0.001);
        assert_eq!(over.reversed().climb_m, over.descent_m);
    }

    #[test]
    fn a_tunnel_goes_straight() {
        let path = [6.0, 6.0132, 6.0264].map(|lon| LonLat::new(lon, 47.05).unwrap());
        assert_eq!(
            Slope::straight(&path, 2000.0, Some(&hill())),
            Slope::default()
        );
    }

    #[test]
    fn without_a_terrain_all_is_flat() {
        let path = [6.0, 6.0264].map(|lon| LonLat::new(lon, 47.05).unwrap());
        assert_eq!(Slope::of(&path, None), Slope::default());
    }
}
