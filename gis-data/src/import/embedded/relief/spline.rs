//! Smooth surfaces through scattered heights.

use twin_core::Planar;

use crate::import::embedded::plane::distance2;

/// Points are measured in this unit, which keeps the equations well conditioned.
const UNIT_M: f64 = 10_000.0;
/// How much the surface may miss a sample for being smoother.
const STIFFNESS: f64 = 2e-4;

/// A thin plate bent through samples.
#[derive(Debug)]
pub(super) struct Spline {
    points: Vec<Planar>,
    weights: Vec<f64>,
}

impl Spline {
    /// Bends the plate through heights at places that are apart.
    pub(super) fn through(samples: &[(Planar, f64)]) -> Self {
        let points: Vec<Planar> = samples
            .iter()
            .map(|(at, _)| at.map(|m| m / UNIT_M))
            .collect();
        let count = points.len();
        let mut rows = Vec::with_capacity(count + 3);
        for (ix, &at) in points.iter().enumerate() {
            let mut row: Vec<f64> = points
                .iter()
                .map(|&other| bend(distance2(at, other)))
                .collect();
            row[ix] += STIFFNESS;
            row.extend([1.0, at[0], at[1], samples[ix].1]);
            rows.push(row);
        }
        for plane in [|_: &Planar| 1.0, |at: &Planar| at[0], |at: &Planar| at[1]] {
            let mut row: Vec<f64> = points.iter().map(plane).collect();
            row.extend([0.0; 4]);
            rows.push(row);
        }
        Self {
            points,
            weights: solved(rows),
        }
    }

    /// The height of the surface at a place.
    pub(super) fn height_m(&self, at: Planar) -> f64 {
        let at = at.map(|m| m / UNIT_M);
        let bent = self.points.iter().zip(&self.weights);
        let bent: f64 = bent
            .map(|(&other, weight)| weight * bend(distance2(at, other)))
            .sum();
        let [level, east, north] = [0, 1, 2].map(|n| self.weights[self.points.len() + n]);
        bent + level + east * at[0] + north * at[1]
    }
}

fn bend(apart2: f64) -> f64 {
    if apart2 > 0.0 {
        apart2 * libm::log(apart2)
    } else {
        0.0
    }
}

/// Bumps at places, each felt within a reach only, which together meet the wanted heights.
#[derive(Debug)]
pub(super) struct Bumps {
    points: Vec<Planar>,
    weights: Vec<f64>,
    reach_m: f64,
}

impl Bumps {
    pub(super) fn new(wanted: &[(Planar, f64)], reach_m: f64) -> Self {
        let points: Vec<Planar> = wanted.iter().map(|&(at, _)| at).collect();
        let row = |&(at, height_m): &(Planar, f64)| {
            let others = points
                .iter()
                .map(|&other| bump(distance2(at, other).sqrt() / reach_m));
            others.chain([height_m]).collect()
        };
        let weights = solved(wanted.iter().map(row).collect());
        Self {
            points,
            weights,
            reach_m,
        }
    }

    /// The height of all bumps at a place; exactly 0 beyond the reach of all.
    pub(super) fn height_m(&self, at: Planar) -> f64 {
        let near = self.points.iter().zip(&self.weights).filter(|(point, _)| {
            (point[0] - at[0]).abs() < self.reach_m && (point[1] - at[1]).abs() < self.reach_m
        });
        near.map(|(&point, weight)| weight * bump(distance2(at, point).sqrt() / self.reach_m))
            .sum()
    }
}

/// Wendland's function: smooth, 1 in the middle, 0 from 1 on.
fn bump(share: f64) -> f64 {
    let rest = (1.0 - share).max(0.0);
    rest.powi(4) * (4.0 * share + 1.0)
}

/// Solves linear equations, one a row with its right side last, by elimination with pivots.
fn solved(mut rows: Vec<Vec<f64>>) -> Vec<f64> {
    let count = rows.len();
    for ix in 0..count {
        let pivot = (ix..count).max_by(|&a, &b| rows[a][ix].abs().total_cmp(&rows[b][ix].abs()));
        rows.swap(ix, pivot.unwrap_or(ix));
        let (done, rest) = rows.split_at_mut(ix + 1);
        let leader = &done[ix];
        for row in rest {
            let share = row[ix] / leader[ix];
            if share != 0.0 {
                for (value, other) in row[ix..].iter_mut().zip(&leader[ix..]) {
                    *value -= share * other;
                }
            }
        }
    }
    let mut solution = vec![0.0; count];
    for ix in (0..count).rev() {
        let known: f64 = (ix + 1..count)
            .map(|other| rows[ix][other] * solution[other])
            .sum();
        solution[ix] = (rows[ix][count] - known) / rows[ix][ix];
    }
    solution
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLES: [(Planar, f64); 5] = [
        ([0.0, 0.0], 300.0),
        ([4000.0, 500.0], 340.0),
        ([500.0, 5000.0], 420.0),
        ([6000.0, 6000.0], 380.0),
        ([3000.0, 3000.0], 310.0),
    ];

    #[test]
    fn a_plate_passes_close_to_its_samples() {
        let spline = Spline::through(&SAMPLES);
        for (at, height_m) in SAMPLES {
            approx::assert_abs_diff_eq!(spline.height_m(at), height_m, epsilon = 1.0);
        }
    }

    #[test]
    fn bumps_meet_what_is_wanted_and_are_not_felt_far_away() {
        let bumps = Bumps::new(&SAMPLES, 4500.0);
        for (at, height_m) in SAMPLES {
            approx::assert_abs_diff_eq!(bumps.height_m(at), height_m, epsilon = 1e-6);
        }
        assert_eq!(bumps.height_m([20_000.0, 0.0]), 0.0);
    }
}
