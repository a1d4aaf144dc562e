//! Outlines out of areas and centres of gravity alone: a power diagram whose cells have both.
//!
//! The neighbouring communes press against the border; where none is known, ghosts do.

use twin_core::Planar;

use super::borders::wandering;
use super::facts::Facts;
use super::plane::{Plane, distance2, is_inside, shifted, vector};
use super::power::{Cell, Generator};
use crate::error::{GisError, GisResult};

/// How often generators are moved so that cells come to lie where they should.
const MOVES: usize = 16;
/// How much of the way a generator goes in one move.
const MOVE_SHARE: f64 = 0.5;
/// How much of the way to a centre outside its cell a generator goes.
const PULL_SHARE: f64 = 0.2;
/// Areas are met to this relative error.
const AREA_TOLERANCE: f64 = 1e-4;
/// Newton steps for the areas, at most; about five are needed.
const NEWTON_STEPS: usize = 40;
/// Sweeps over the equations of one Newton step.
const SWEEPS: usize = 50;
/// How far inside its cell a centre must lie.
const CENTER_MARGIN_M: f64 = 50.0;
/// How many of the nearest generators may cut a cell while it is still being moved.
const NEAR: usize = 30;

/// The outline of each commune in the plane, in the order of the facts: simple, counterclockwise,
/// without gap or overlap, each with its area to 0.01 % and its centre inside.
pub(super) fn outlines(facts: &Facts, plane: &Plane) -> GisResult<Vec<Vec<Planar>>> {
    let mut fit = Fit::new(facts, plane);
    for _ in 0..MOVES {
        fit.newton_step();
        fit.move_generators();
    }
    fit.settle(facts)?;
    fit.rivals = vec![(0..fit.generators.len()).collect(); fit.wanted.len()];
    fit.redraw();
    fit.settle(facts)?; // nothing is left to do, unless a far generator cuts a cell
    let communes = fit.wanted.iter().take(facts.communes.len());
    let centers: Vec<Planar> = communes.map(|wanted| wanted.center).collect();
    Ok(wandering(&fit.cells, &centers, CENTER_MARGIN_M))
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
    /// The cells of the generators as they are.
    cells: Vec<Cell>,
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
        let mut fit = Self {
            wanted,
            generators,
            rivals,
            cells: Vec::new(),
        };
        fit.redraw();
        fit
    }

    fn redraw(&mut self) {
        let cell = |own: usize| Cell::new(&self.generators, own, &self.rivals[own]);
        self.cells = (0..self.wanted.len()).map(cell).collect();
    }

    /// The greatest relative error of an area.
    fn area_error(&self) -> f64 {
        let cells = self.cells.iter().zip(&self.wanted);
        cells
            .map(|(cell, w)| (cell.area_m2() / w.area_m2 - 1.0).abs())
            .fold(0.0, f64::max)
    }

    /// Changes the weights towards the wanted areas, by less where a cell would vanish.
    fn newton_step(&mut self) {
        let change = self.weight_change();
        let before: Vec<f64> = self
            .generators
            .iter()
            .map(|generator| generator.weight)
            .collect();
        let mut share = 1.0;
        while share > 1e-3 {
            let changed = before
                .iter()
                .zip(&change)
                .map(|(old, step)| old + share * step);
            for (generator, weight) in self.generators.iter_mut().zip(changed) {
                generator.weight = weight;
            }
            self.redraw();
            let is_left = |(cell, wanted): (&Cell, &Wanted)| cell.area_m2() > 0.05 * wanted.area_m2;
            if self.cells.iter().zip(&self.wanted).all(is_left) {
                break;
            }
            share /= 2.0;
        }
    }

    /// Solves `J · change = lacking` by Gauss–Seidel. An edge of length `l` between generators `d`
    /// apart moves by `1 / 2d` for each unit of weight, so its area by `l / 2d`.
    fn weight_change(&self) -> Vec<f64> {
        let cells = &self.cells;
        let lacking: Vec<f64> = cells
            .iter()
            .zip(&self.wanted)
            .map(|(c, w)| w.area_m2 - c.area_m2())
            .collect();
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
        for _ in 0..SWEEPS {
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
        for (own, cell) in self.cells.iter().enumerate() {
            if cell.area_m2() > 0.0 {
                let missing = vector(cell.centroid(), self.wanted[own].centroid);
                self.generators[own].at = shifted(self.generators[own].at, missing, MOVE_SHARE);
            }
        }
        self.redraw();
    }

    /// Whether every cell holds its centre.
    fn holds_centers(&self) -> bool {
        let mut cells = self.cells.iter().zip(&self.wanted);
        cells.all(|(cell, wanted)| is_inside(&cell.ring, wanted.center, CENTER_MARGIN_M))
    }

    /// Pulls generators towards centres that lie outside their cells.
    fn pull_to_centers(&mut self) {
        for (own, cell) in self.cells.iter().enumerate() {
            let center = self.wanted[own].center;
            if !is_inside(&cell.ring, center, CENTER_MARGIN_M) {
                let missing = vector(cell.centroid(), center);
                self.generators[own].at = shifted(self.generators[own].at, missing, PULL_SHARE);
            }
        }
        self.redraw();
    }

    /// Meets the areas with every centre inside, or names the commune that is farthest from it.
    fn settle(&mut self, facts: &Facts) -> GisResult<()> {
        for _ in 0..NEWTON_STEPS {
            match (self.area_error() < AREA_TOLERANCE, self.holds_centers()) {
                (true, true) => return Ok(()),
                (true, false) => self.pull_to_centers(),
                (false, _) => self.newton_step(),
            }
        }
        Err(self.refusal(facts))
    }

    fn refusal(&self, facts: &Facts) -> GisError {
        let error = |own: usize| (self.cells[own].area_m2() / self.wanted[own].area_m2 - 1.0).abs();
        let worst = (0..facts.communes.len()).max_by(|&a, &b| error(a).total_cmp(&error(b)));
        let commune = &facts.communes[worst.unwrap_or(0)];
        GisError::NoOutline {
            commune: commune.name.clone(),
            area_km2: commune.area_km2,
        }
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
    use crate::import::embedded::plane::holds;

    #[test]
    fn every_outline_has_its_area_and_its_center() {
        let facts = Facts::embedded().unwrap();
        let plane = Plane::around(facts.communes[0].center);
        let rings = outlines(&facts, &plane).unwrap();
        for (commune, ring) in facts.communes.iter().zip(&rings) {
            let center = plane.project(commune.center);
            assert!(holds(ring, center, CENTER_MARGIN_M), "{}", commune.name);
            assert!(
                ring.iter().all(|p| distance2(*p, center) < 1e8),
                "{}",
                commune.name
            );
        }
    }
}
