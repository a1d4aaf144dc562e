//! Hills and hollows: gradient noise in octaves, each weaker where the land is steep already, as
//! running water leaves it.

use twin_core::Planar;

use crate::import::embedded::draws::{Draws, Topic};

/// The width of the largest hills.
const WIDEST_M: f64 = 2300.0;
const OCTAVES: u32 = 6;
/// The height of the largest hills in the low land and on the high plateaus.
const LOW_M: f64 = 120.0;
const HIGH_M: f64 = 140.0;

/// The hills of one seed.
#[derive(Debug)]
pub(super) struct Hills {
    seed: u64,
}

impl Hills {
    pub(super) fn new(seed: u64) -> Self {
        let mut draws = Draws::new(seed, Topic::Relief, 0);
        Self {
            seed: (u64::from(draws.below(u32::MAX)) << 32) | u64::from(draws.below(u32::MAX)),
        }
    }

    /// What a place lies above or below the smooth base, itself at `base_m`.
    pub(super) fn height_m(&self, at: Planar, base_m: f64) -> f64 {
        let amplitude_m = LOW_M + (HIGH_M - LOW_M) * ((base_m - 330.0) / 350.0).clamp(0.0, 1.0);
        let mut sum = 0.0;
        let mut steepness = [0.0, 0.0];
        let (mut size, mut width_m) = (1.0, WIDEST_M);
        for octave in 0..OCTAVES {
            // turned from octave to octave, so that their grids do not show
            let place = [
                (0.8 * at[0] - 0.6 * at[1]) / width_m + f64::from(octave) * 17.3,
                (0.6 * at[0] + 0.8 * at[1]) / width_m - f64::from(octave) * 9.1,
            ];
            let [value, east, north] = self.wave(place, octave);
            steepness = [steepness[0] + east * size, steepness[1] + north * size];
            let steep2 = steepness[0] * steepness[0] + steepness[1] * steepness[1];
            sum += size * value / (1.0 + 0.45 * steep2);
            size *= 0.5;
            width_m *= 0.5;
        }
        amplitude_m * (sum + 0.12)
    }

    /// Gradient noise and its slopes.
    fn wave(&self, [x, y]: Planar, octave: u32) -> [f64; 3] {
        let (column, row) = (x.floor(), y.floor());
        let (fx, fy) = (x - column, y - row);
        let corner = |dx: f64, dy: f64| {
            let [gx, gy] = self.direction(column + dx, row + dy, octave);
            [gx * (fx - dx) + gy * (fy - dy), gx, gy]
        };
        let corners =
            [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]].map(|[dx, dy]| corner(dx, dy));
        let ease = |t: f64| t * t * t * (t * (t * 6.0 - 15.0) + 10.0);
        let ease_slope = |t: f64| 30.0 * t * t * (t * (t - 2.0) + 1.0);
        let (across, up) = (ease(fx), ease(fy));
        // value, eastward and northward part of the four corners, each as a bilinear surface
        let [value, east, north] = [0, 1, 2].map(|n| {
            let [sw, se, nw, ne] = corners.map(|corner| corner[n]);
            [sw, se - sw, nw - sw, sw - se - nw + ne]
        });
        let surface = |[level, to_east, to_north, twist]: [f64; 4]| {
            level + across * to_east + up * (to_north + across * twist)
        };
        [
            surface(value),
            surface(east) + ease_slope(fx) * (value[1] + up * value[3]),
            surface(north) + ease_slope(fy) * (value[2] + across * value[3]),
        ]
    }

    /// One of sixteen directions for each corner of the grid, by integer hashing.
    fn direction(&self, column: f64, row: f64, octave: u32) -> Planar {
        #[expect(clippy::cast_possible_truncation, reason = "whole, and small")]
        let (column, row) = (column as i64, row as i64);
        let mut hash = self.seed ^ u64::from(octave).wrapping_mul(0xd6e8_feb8_6659_fd93);
        for part in [column, row] {
            hash = (hash ^ part.cast_unsigned()).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            hash ^= hash >> 29;
        }
        DIRECTIONS[(hash >> 60) as usize]
    }
}

/// Sixteen unit vectors, every 22.5°.
const DIRECTIONS: [Planar; 16] = {
    const A: f64 = 0.923_879_532_511_286_7;
    const B: f64 = std::f64::consts::FRAC_1_SQRT_2;
    const C: f64 = 0.382_683_432_365_089_8;
    [
        [1.0, 0.0],
        [A, C],
        [B, B],
        [C, A],
        [0.0, 1.0],
        [-C, A],
        [-B, B],
        [-A, C],
        [-1.0, 0.0],
        [-A, -C],
        [-B, -B],
        [-C, -A],
        [0.0, -1.0],
        [C, -A],
        [B, -B],
        [A, -C],
    ]
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slopes_of_a_wave_are_its_own() {
        let hills = Hills::new(1);
        for ix in 0..200 {
            let at = [f64::from(ix) * 0.37 - 20.0, f64::from(ix) * 0.91 - 50.0];
            let [_, east, north] = hills.wave(at, 0);
            let slope = |[dx, dy]: Planar| {
                let ahead = hills.wave([at[0] + dx, at[1] + dy], 0)[0];
                (ahead - hills.wave([at[0] - dx, at[1] - dy], 0)[0]) / 2e-5
            };
            approx::assert_abs_diff_eq!(east, slope([1e-5, 0.0]), epsilon = 1e-6);
            approx::assert_abs_diff_eq!(north, slope([0.0, 1e-5]), epsilon = 1e-6);
        }
    }
}
