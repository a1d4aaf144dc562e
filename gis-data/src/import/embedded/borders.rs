//! Borders that wander as real ones do, between the corners of a power diagram: neither gaps nor
//! overlaps come of it, and no commune gains or loses ground.

use std::collections::BTreeMap;

use geo_types::Coord;
use twin_core::Planar;

use super::draws::{Draws, Topic};
use super::plane::{distance2, holds, shifted, vector};
use super::power::Cell;
use crate::import::outline;

/// How far apart the points of a border are, about.
const STEP_M: f64 = 120.0;
/// Points of a border between its corners, at most.
const MAX_STEPS: u32 = 60;
/// Half waves along a border.
const WAVES: u32 = 11;
/// The usual swing of a border to the side, as a share of its length, and at most.
const SWING_SHARE: f64 = 0.11;
const MAX_SWING_M: f64 = 260.0;
/// How often the borders of a commune that would cross are made calmer.
const CALMINGS: usize = 6;

/// A pair of neighbours, the lesser number first.
type Pair = (usize, usize);

/// The outlines of the first cells, one for each of `centers`: simple, counterclockwise, each with
/// the area of its cell, its center inside by `margin_m`, and every point of a common border the
/// same in both to the last bit.
pub(super) fn wandering(cells: &[Cell], centers: &[Planar], margin_m: f64) -> Vec<Vec<Planar>> {
    let mut calm: BTreeMap<Pair, f64> = BTreeMap::new();
    for _ in 0..CALMINGS {
        let rings = rings(cells, centers.len(), &calm);
        let tangled =
            (0..centers.len()).filter(|&own| !is_sound(&rings[own], centers[own], margin_m));
        let tangled: Vec<usize> = tangled.collect();
        if tangled.is_empty() {
            return rings;
        }
        for own in tangled {
            for rival in cells[own].beyond.iter().flatten() {
                *calm.entry(pair(own, *rival)).or_insert(1.0) *= 0.5;
            }
        }
    }
    let straight = |cell: &Cell| cell.ring.clone();
    cells.iter().take(centers.len()).map(straight).collect()
}

fn pair(a: usize, b: usize) -> Pair {
    (a.min(b), a.max(b))
}

fn rings(cells: &[Cell], count: usize, calm: &BTreeMap<Pair, f64>) -> Vec<Vec<Planar>> {
    let ring = |(own, cell): (usize, &Cell)| {
        let edges = cell.edges();
        let points = edges.flat_map(|(a, b, beyond)| {
            let Some(rival) = beyond else {
                return vec![a];
            };
            let swing = calm.get(&pair(own, rival)).copied().unwrap_or(1.0);
            from_either_side(a, b, (own, rival), swing)
        });
        points.collect()
    };
    cells.iter().take(count).enumerate().map(ring).collect()
}

/// The border from `a` to `b` without its end, the same points whichever of the two asks.
fn from_either_side(a: Planar, b: Planar, (own, rival): Pair, swing: f64) -> Vec<Planar> {
    if own < rival {
        let mut points = border(a, b, (own, rival), swing);
        points.pop();
        return points;
    }
    let mut points = border(b, a, (rival, own), swing);
    points.reverse();
    points.pop();
    points
}

/// The whole border from `a` to `b`, both included.
fn border(a: Planar, b: Planar, (own, rival): Pair, swing: f64) -> Vec<Planar> {
    let length_m = distance2(a, b).sqrt();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a positive length, and bounded"
    )]
    let steps = ((length_m / STEP_M) as u32).clamp(1, MAX_STEPS);
    let [dx, dy] = vector(a, b);
    let left = [-dy / length_m, dx / length_m];
    let swing_m = swing * MAX_SWING_M.min(SWING_SHARE * length_m);
    let mut draws = Draws::new(0, Topic::Borders, (own << 16) | rival);
    let swings = swings(steps, &mut draws);
    let point = |(step, side): (u32, f64)| {
        let on_line = shifted(a, [dx, dy], f64::from(step) / f64::from(steps));
        shifted(on_line, left, swing_m * side)
    };
    let inner = (1..steps).zip(swings).map(point);
    std::iter::once(a)
        .chain(inner)
        .chain(std::iter::once(b))
        .collect()
}

/// Swings at the inner points of a border, about 1 at most, whose sum is 0: as much ground is won
/// as is lost.
fn swings(steps: u32, draws: &mut Draws) -> Vec<f64> {
    let waves: Vec<f64> = (1..=WAVES)
        .map(|wave| draws.signed() / f64::from(wave))
        .collect();
    let share = |step: u32| f64::from(step) / f64::from(steps);
    let swing = |step: u32| {
        let angle = std::f64::consts::PI * share(step);
        let parts = (1..).zip(&waves);
        let parts = parts.map(|(wave, size)| size * libm::sin(f64::from(wave) * angle));
        parts.sum::<f64>()
    };
    let bump = |step: u32| (share(step) * (1.0 - share(step))).powi(2);
    let raw: Vec<f64> = (1..steps).map(swing).collect();
    let excess = raw.iter().sum::<f64>() / (1..steps).map(bump).sum::<f64>().max(f64::MIN_POSITIVE);
    let level = |(step, swing): (u32, f64)| swing - excess * bump(step);
    (1..steps).zip(raw).map(level).collect()
}

fn is_sound(points: &[Planar], center: Planar, margin_m: f64) -> bool {
    let coords = points.iter().map(|&[x, y]| Coord { x, y }).collect();
    let is_simple = outline::ring(coords)
        .is_some_and(|(ring, _)| outline::crosses_itself(&ring) == Some(false));
    is_simple && holds(points, center, margin_m)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area_m2(ring: &[Planar]) -> f64 {
        let next = ring.iter().cycle().skip(1);
        let pairs = ring.iter().zip(next);
        pairs.map(|(a, b)| a[0] * b[1] - a[1] * b[0]).sum::<f64>() / 2.0
    }

    #[test]
    fn a_border_wanders_without_winning_ground() {
        let (a, b) = ([0.0, 0.0], [3000.0, 1000.0]);
        let points = border(a, b, (3, 8), 1.0);
        assert!(points.len() > 20);
        assert_eq!((points[0], points[points.len() - 1]), (a, b));
        assert!(points.iter().any(|p| (p[1] - p[0] / 3.0).abs() > 50.0));
        approx::assert_abs_diff_eq!(area_m2(&points), 0.0, epsilon = 1e-3);
    }

    #[test]
    fn both_neighbours_see_the_same_border() {
        let (a, b) = ([0.0, 0.0], [2000.0, -700.0]);
        let there = from_either_side(a, b, (1, 2), 1.0);
        let mut back = from_either_side(b, a, (2, 1), 1.0);
        back.reverse();
        assert_eq!(there[1..], back[..back.len() - 1]);
    }

    #[test]
    fn a_border_too_short_to_wander_is_straight() {
        assert_eq!(border([0.0, 0.0], [90.0, 0.0], (0, 1), 1.0).len(), 2);
    }
}
