//! The edges of the communes and the rim of the territory, as lines on the land.

use std::collections::BTreeSet;

use bevy::math::Vec2;
use bevy::mesh::Mesh;

use super::Territory;
use super::heights::Heights;
use super::region::Region;
use crate::look::{Ribbons, Stroke, strides};
use crate::palette::Tone;

/// The edges between communes, each once, and the rim around all.
pub(super) fn lines(territory: &Territory, region: &Region, heights: &Heights) -> Option<Mesh> {
    let mut lines = Ribbons::new(Vec2::ZERO);
    let stride_m = heights.step_m() / 2.0;
    let edge = Stroke {
        half_m: 6.0,
        half_px: 0.6,
        tone: Tone::Edge,
    };
    let rim = Stroke {
        half_m: 8.0,
        half_px: 0.9,
        tone: Tone::Rim,
    };
    let mut drawn = BTreeSet::new();
    for ring in territory.communes.iter().flat_map(|commune| &commune.rings) {
        for run in fresh_runs(ring, &mut drawn) {
            lines.lay(heights, &strides(&run, stride_m), edge);
        }
    }
    for ring in region.rings() {
        lines.lay(heights, &strides(ring, stride_m), rim);
    }
    lines.into_mesh()
}

/// The runs of a ring whose edges were not drawn yet: two communes share most of theirs.
fn fresh_runs(ring: &[Vec2], drawn: &mut BTreeSet<[[u32; 2]; 2]>) -> Vec<Vec<Vec2>> {
    let mut runs: Vec<Vec<Vec2>> = Vec::new();
    let mut goes_on = false;
    for [a, b] in ring.array_windows() {
        let bits = |at: &Vec2| at.to_array().map(f32::to_bits);
        let mut key = [bits(a), bits(b)];
        key.sort_unstable();
        let is_fresh = drawn.insert(key);
        match runs.last_mut().filter(|_| goes_on) {
            Some(run) if is_fresh => run.push(*b),
            _ if is_fresh => runs.push(vec![*a, *b]),
            _ => {}
        }
        goes_on = is_fresh;
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edge_between_two_communes_is_drawn_once() {
        let at = |x: f32, y: f32| Vec2::new(x, y);
        let west = [at(0., 0.), at(1., 0.), at(1., 1.), at(0., 1.), at(0., 0.)];
        let east = [at(1., 0.), at(2., 0.), at(2., 1.), at(1., 1.), at(1., 0.)];
        let mut drawn = BTreeSet::new();
        assert_eq!(fresh_runs(&west, &mut drawn), [west.to_vec()]);
        assert_eq!(fresh_runs(&east, &mut drawn), [east[..4].to_vec()]);
    }
}
