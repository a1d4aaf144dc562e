//! Roads between communes: the Gabriel graph of their centres, gently curved.

use twin_core::{Planar, Road, Tags};

use super::draws::{Draws, Topic};
use super::facts::Facts;
use super::ground::Ground;
use super::plane::{distance2, shifted, vector};
use crate::error::GisResult;

/// Points of a road, ends included, less one.
const STEPS: u32 = 12;
/// How far a road swings to the side, as a share of its length, at most, in one bow and in two.
const BOW_SHARE: f64 = 0.05;
const WAVE_SHARE: f64 = 0.03;

/// The roads inside the territory and across its border.
pub(super) fn roads(facts: &Facts, ground: &Ground, seed: u64) -> GisResult<Vec<Road>> {
    let mut towns: Vec<Planar> = ground.towns.iter().map(|town| town.center).collect();
    towns.extend(
        facts
            .neighbours
            .iter()
            .map(|ring| ground.plane.project(ring.centroid)),
    );
    let mut draws = Draws::new(seed, Topic::Roads, 0);
    let mut roads = Vec::new();
    for (a, b) in gabriel_edges(&towns) {
        let path = curved(towns[a], towns[b], &mut draws);
        if a < ground.towns.len() {
            roads.push(Road {
                id: None,
                class: class(facts, a, b).into(),
                name: None,
                tags: Tags::default(),
                nodes: Vec::new(),
                path: path
                    .into_iter()
                    .map(|at| Ok(ground.plane.unproject(at)?))
                    .collect::<GisResult<_>>()?,
            });
        }
    }
    Ok(roads)
}

/// Pairs `(a, b)`, `a < b`, whose circle over the distance holds no third point. They cross nowhere
/// and join all points.
fn gabriel_edges(points: &[Planar]) -> Vec<(usize, usize)> {
    let is_free = |a: usize, b: usize| {
        let apart2 = distance2(points[a], points[b]);
        points.iter().enumerate().all(|(ix, &third)| {
            let is_outside = distance2(points[a], third) + distance2(third, points[b]) > apart2;
            ix == a || ix == b || is_outside
        })
    };
    let pairs = (0..points.len()).flat_map(|a| (a + 1..points.len()).map(move |b| (a, b)));
    pairs.filter(|&(a, b)| is_free(a, b)).collect()
}

/// OpenStreetMap's word for a road between two communes, by the smaller and the larger population.
/// A neighbour's is not known: it counts as the commune's own.
fn class(facts: &Facts, a: usize, b: usize) -> &'static str {
    let population = |ix: usize| facts.communes.get(ix).map(|commune| commune.population);
    let (one, two) = (population(a), population(b));
    let known = [one, two].into_iter().flatten();
    let (lesser, greater) = known.fold((u32::MAX, 0), |(lo, hi), p| (lo.min(p), hi.max(p)));
    match (lesser, greater) {
        (2500.., _) => "primary",
        (900.., _) | (_, 5000..) => "secondary",
        _ => "tertiary",
    }
}

fn curved(a: Planar, b: Planar, draws: &mut Draws) -> Vec<Planar> {
    let [dx, dy] = vector(a, b);
    let (bow, wave) = (BOW_SHARE * draws.signed(), WAVE_SHARE * draws.signed());
    let point = |step: u32| {
        let t = f64::from(step) / f64::from(STEPS);
        let half_turn = std::f64::consts::PI * t;
        let swing = bow * libm::sin(half_turn) + wave * libm::sin(2.0 * half_turn);
        shifted(shifted(a, [dx, dy], t), [-dy, dx], swing)
    };
    let inner = (1..STEPS).map(point);
    std::iter::once(a)
        .chain(inner)
        .chain(std::iter::once(b))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_road_does_not_pass_by_a_third_commune() {
        let points = [[0.0, 0.0], [10.0, 0.0], [5.0, 1.0], [5.0, 20.0]];
        assert_eq!(gabriel_edges(&points), [(0, 2), (1, 2), (2, 3)]);
    }

    #[test]
    fn a_curved_road_ends_where_it_should() {
        let path = curved(
            [1.0, 2.0],
            [300.0, 40.0],
            &mut Draws::new(1, Topic::Roads, 0),
        );
        assert_eq!((path[0], path[STEPS as usize]), ([1.0, 2.0], [300.0, 40.0]));
    }
}
