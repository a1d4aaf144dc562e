//! Outlines out of areas and centres of gravity alone: a power diagram whose cells have both.
//!
//! The neighbouring communes press against the border; where none is known, ghosts do.

use twin_core::Planar;

use super::facts::Facts;
use super::plane::{Plane, distance2, is_inside, shifted, vector};
use super::power::{Cell, Generator};
use crate::error::{GisError, GisResult};

/// How often generators are moved so that cells come to lie where they should.
const MOVES: usize = 24;
/// How much of the way a generator goes in one move.
const MOVE_SHARE: f64 = 0.5;
/// Areas are met to this relative error.
const AREA_TOLERANCE: f64 = 1e-4;
/// Newton steps for the areas, at most; about five are needed.
const NEWTON_STEPS: usize = 40;
/// How far inside its cell a centre must lie.
const CENTER_MARGIN_M: f64 = 50.0;
/// How many of the nearest generators may cut a cell while it is still being moved.
const NEAR: usize = 40;

/// The outline of each commune in the plane, in the order of the facts: convex, counterclockwise,
/// without gap or overlap, each with its area to 0.01 % and its centre inside.
pub(super) fn outlines(facts: &Facts, plane: &Plane) -> GisResult<Vec<Vec<Planar>>> {
    let mut fit = Fit::new(facts, plane);
    for _ in 0..MOVES {
        fit.newton_step();
        fit.move_generators();
    }
    fit.rivals = vec![(0..fit.generators.len()).collect(); fit.wanted.len()];
    let cells = fit.settle(facts)?;
    Ok(cells
        .into_iter()
        .take(facts.communes.len())
        .map(|cell| cell.ring)
        .collect())
}

/// What is known of a cell.
struct Wanted {
    area_m2: f64,
    centroid: Planar,
    /// What must lie inside.
    center: Planar,
}

/// A diagram on its way to the wanted areas and centres of gravity.
struct Fit {
    wanted: Vec<Wanted>,
    /// One for each wanted cell, then the ghosts.
    generators: Vec<Generator>,
    /// For each wanted cell, the generators that may cut it.
    rivals: Vec<Vec<usize>>,
}

impl Fit {
    fn new(facts: &Facts, plane: &Plane) -> Self {
        let wanted = wanted_cells(facts, plane);
        let weight = |cell: &Wanted| cell.area_m2 / std::f64::consts::PI;
        let mut generators: Vec<Generator> = wanted
            .iter()
            .map(|w| Generator {
                at: w.centroid,
                weight: weight(w),
            })
            .collect();
        generators.extend(ghosts(&generators));
        let rivals = (0..wanted.len())
            .map(|own| nearest(&generators, own))
            .collect();
        Self {
            wanted,
            generators,
            rivals,
        }
    }

    fn cells(&self) -> Vec<Cell> {
        let cell = |own: usize| Cell::new(&self.generators, own, &self.rivals[own]);
        (0..self.wanted.len()).map(cell).collect()
    }

    /// Changes the weights towards the wanted areas, and returns the greatest relative error that
    /// there was before.
    fn newton_step(&mut self) -> f64 {
        let cells = self.cells();
        let lacking: Vec<f64> = cells
            .iter()
            .zip(&self.wanted)
            .map(|(c, w)| w.area_m2 - c.area_m2())
            .collect();
        let change = self.weight_change(&cells, &lacking);
        let before = self.generators.clone();
        let mut share = 1.0;
        while share > 1e-3 {
            for (generator, (old, step)) in
                self.generators.iter_mut().zip(before.iter().zip(&change))
            {
                generator.weight = old.weight + share * step;
            }
            let is_left = |(cell, wanted): (&Cell, &Wanted)| cell.area_m2() > 0.05 * wanted.area_m2;
            if self.cells().iter().zip(&self.wanted).all(is_left) {
                break;
            }
            share /= 2.0;
        }
        let errors = lacking
            .iter()
            .zip(&self.wanted)
            .map(|(l, w)| l.abs() / w.area_m2);
        errors.fold(0.0, f64::max)
    }

    /// Solves `J · change = lacking` by Gauss–Seidel. An edge of length `l` between generators `d`
    /// apart moves by `1 / 2d` for each unit of weight, so its area by `l / 2d`.
    fn weight_change(&self, cells: &[Cell], lacking: &[f64]) -> Vec<f64> {
        let flow = |own: usize| {
            let edges = cells[own].edges();
            let flows = edges.filter_map(move |(a, b, beyond)| {
                let rival = beyond?;
                let apart2 = distance2(self.generators[own].at, self.generators[rival].at);
                Some((rival, (distance2(a, b) / apart2).sqrt() / 2.0))
            });
            flows.collect::<Vec<_>>()
        };
        let flows: Vec<Vec<(usize, f64)>> = (0..cells.len()).map(flow).collect();
        let mut change = vec![0.0; self.generators.len()];
        for _ in 0..100 {
            for (own, edges) in flows.iter().enumerate() {
                let pressed: f64 = edges
                    .iter()
                    .map(|&(rival, flow)| flow * change[rival])
                    .sum();
                let total: f64 = edges.iter().map(|&(_, flow)| flow).sum();
                if total > 0.0 {
                    change[own] = (lacking[own] + pressed) / total;
                }
            }
        }
        change
    }

    /// Moves generators so that the centres of gravity come nearer to the wanted ones.
    fn move_generators(&mut self) {
        for (own, cell) in self.cells().iter().enumerate() {
            if cell.area_m2() > 0.0 {
                let missing = vector(cell.centroid(), self.wanted[own].centroid);
                self.generators[own].at = shifted(self.generators[own].at, missing, MOVE_SHARE);
            }
        }
    }

    /// Pulls generators towards centres that lie outside their cells.
    fn pull_to_centers(&mut self, cells: &[Cell]) -> bool {
        let mut is_pulled = false;
        for (own, cell) in cells.iter().enumerate() {
            let center = self.wanted[own].center;
            if !is_inside(&cell.ring, center, CENTER_MARGIN_M) {
                let missing = vector(cell.centroid(), center);
                self.generators[own].at = shifted(self.generators[own].at, missing, 0.2);
                is_pulled = true;
            }
        }
        is_pulled
    }

    /// Meets the areas with every centre inside, or names the cell where that fails.
    fn settle(&mut self, facts: &Facts) -> GisResult<Vec<Cell>> {
        for _ in 0..NEWTON_STEPS {
            let is_met = self.newton_step() < AREA_TOLERANCE;
            let cells = self.cells();
            if is_met && !self.pull_to_centers(&cells) {
                return Ok(cells);
            }
        }
        let cells = self.cells();
        let error = |own: &usize| {
            let wanted_m2 = self.wanted[*own].area_m2;
            (cells[*own].area_m2() / wanted_m2 - 1.0).abs()
        };
        let communes = 0..facts.communes.len();
        let worst = communes
            .max_by(|a, b| error(a).total_cmp(&error(b)))
            .unwrap_or(0);
        let commune = &facts.communes[worst];
        Err(GisError::NoOutline {
            commune: commune.name.clone(),
            area_km2: commune.area_km2,
        })
    }
}

fn wanted_cells(facts: &Facts, plane: &Plane) -> Vec<Wanted> {
    let communes = facts
        .communes
        .iter()
        .map(|c| (c.area_km2, c.centroid, c.center));
    let neighbours = facts
        .neighbours
        .iter()
        .map(|n| (n.area_km2, n.centroid, n.centroid));
    let wanted =
        |(area_km2, centroid, center): (f64, twin_core::LonLat, twin_core::LonLat)| Wanted {
            area_m2: area_km2 * 1e6 * plane.area_scale(centroid.lat()),
            centroid: plane.project(centroid),
            center: plane.project(center),
        };
    communes.chain(neighbours).map(wanted).collect()
}

/// Generators of unknown land: around each known one, wherever nothing known is in sight, as far
/// away as one of the same weight would be.
fn ghosts(known: &[Generator]) -> Vec<Generator> {
    const DIRECTIONS: u32 = 16;
    let mut ghosts = Vec::new();
    for (own, generator) in known.iter().enumerate() {
        let radius_m = generator.weight.sqrt();
        for n in 0..DIRECTIONS {
            let angle = std::f64::consts::TAU * f64::from(n) / f64::from(DIRECTIONS);
            let direction = [libm::cos(angle), libm::sin(angle)];
            if !is_in_sight(known, own, direction) {
                let at = shifted(generator.at, direction, 2.0 * radius_m);
                ghosts.push(Generator {
                    at,
                    weight: generator.weight,
                });
            }
        }
    }
    ghosts.retain(|ghost| {
        known
            .iter()
            .all(|k| distance2(k.at, ghost.at) > 2.2 * k.weight)
    });
    ghosts
}

/// Whether another generator lies within 40° of a direction and not farther than 4.5 radii.
fn is_in_sight(known: &[Generator], own: usize, direction: Planar) -> bool {
    const COS_40: f64 = 0.766;
    let from = known[own];
    known
        .iter()
        .enumerate()
        .filter(|&(ix, _)| ix != own)
        .any(|(_, other)| {
            let [dx, dy] = vector(from.at, other.at);
            let apart_m = (dx * dx + dy * dy).sqrt();
            let reach_m = 4.5 * from.weight.max(other.weight).sqrt();
            apart_m < reach_m && dx * direction[0] + dy * direction[1] > COS_40 * apart_m
        })
}

fn nearest(generators: &[Generator], own: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..generators.len()).filter(|&ix| ix != own).collect();
    let apart2 = |ix: usize| distance2(generators[own].at, generators[ix].at);
    order.sort_by(|&a, &b| apart2(a).total_cmp(&apart2(b)));
    order.truncate(NEAR);
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outline_has_its_area_and_its_center() {
        let facts = Facts::embedded().unwrap();
        let plane = Plane::around(facts.communes[0].center);
        let rings = outlines(&facts, &plane).unwrap();
        for (commune, ring) in facts.communes.iter().zip(&rings) {
            let center = plane.project(commune.center);
            assert!(is_inside(ring, center, CENTER_MARGIN_M), "{}", commune.name);
            assert!(
                ring.iter().all(|p| distance2(*p, center) < 1e8),
                "{}",
                commune.name
            );
        }
    }
}
