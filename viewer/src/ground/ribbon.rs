//! Lines of tiles, as far as they lie in the territory.

use bevy::math::Vec2;

use super::footing::Footing;
use super::tile::Path;
use crate::look::{Ribbons, Stroke, strides};

/// Lays what of a line is in the territory, on what is there already.
pub(super) fn lay(ribbons: &mut Ribbons, footing: &Footing, path: &[Vec2], stroke: Stroke) {
    let points = strides(path, footing.stride_m());
    for run in runs(&points, |at| footing.holds(at)) {
        ribbons.lay(&footing.heights, &run, stroke);
    }
}

/// The parts of a line whose segments have their middle inside.
fn runs(points: &[Vec2], is_inside: impl Fn(Vec2) -> bool) -> Vec<Path> {
    let mut runs: Vec<Path> = Vec::new();
    let mut goes_on = false;
    for (from, to) in points.iter().zip(points.iter().skip(1)) {
        let is_in = is_inside(from.midpoint(*to));
        match runs.last_mut() {
            Some(run) if is_in && goes_on => run.push(*to),
            _ if is_in => runs.push(vec![*from, *to]),
            _ => {}
        }
        goes_on = is_in;
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_at_the_rim() {
        let path = [
            Vec2::ZERO,
            Vec2::X,
            Vec2::X * 2.0,
            Vec2::X * 3.0,
            Vec2::X * 4.0,
        ];
        let inside = runs(&path, |at| at.x < 0.9 || at.x > 2.1);
        assert_eq!(inside, [path[..2].to_vec(), path[2..].to_vec()]);
        assert!(runs(&path, |_| false).is_empty());
    }
}
