//! Streets in the towns, in proportion to their people: blocks in the middle, closes and loops at
//! the edge; and tracks in the open country.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use twin_core::Planar;

use super::class::Class;
use super::growth::{Ends, Growth, Land, Plan};
use super::net::{Kind, Net, Owner};
use crate::import::embedded::draws::{Draws, Topic};
use crate::import::embedded::ground::{Ground, Town};
use crate::import::embedded::lines::{heading, left, length, turned};
use crate::import::embedded::plane::{distance2, holds, vector};

/// How far apart the points of a street, and those of a track, are.
const STEP_M: f64 = 25.0;
const TRACK_STEP_M: f64 = 36.0;
/// Metres of street for each inhabitant: what every town has, and what a hamlet has besides.
const CITY_M: f64 = 4.3;
const HAMLET_M: f64 = 9.0;
/// A town of so many people has half of what a hamlet has besides.
const HALF_POPULATION: f64 = 1100.0;
/// Kilometres of track for each square kilometre.
const TRACKS_PER_KM2: f64 = 1.0;

/// A street that could be.
#[derive(Clone, Copy, Debug)]
struct Sprout {
    from: usize,
    direction: Planar,
}

/// Sprouts in the order of their turn.
#[derive(Default)]
struct Sprouts {
    queue: BinaryHeap<Reverse<(u64, usize)>>,
    all: Vec<Sprout>,
}

impl Sprouts {
    fn push(&mut self, turn: f64, sprout: Sprout) {
        // positive floats are in the order of their bits
        self.queue
            .push(Reverse((turn.max(0.0).to_bits(), self.all.len())));
        self.all.push(sprout);
    }

    fn pop(&mut self) -> Option<Sprout> {
        self.queue.pop().map(|Reverse((_, ix))| self.all[ix])
    }
}

/// How long the streets of a town are together, in metres.
pub(super) fn wanted_m(population: u32) -> f64 {
    let population = f64::from(population);
    population * (CITY_M + HAMLET_M / (1.0 + population / HALF_POPULATION))
}

/// Grows the streets of every town.
pub(super) fn grow_streets(ground: &Ground, land: &Land<'_>, net: &mut Net, seed: u64) {
    let mains = net.ways.len();
    for (ix, town) in ground.towns.iter().enumerate() {
        net.owner = Owner::Town(ix);
        let mut quarter = Quarter {
            town,
            radius_m: 2.0 * town.spread_m,
            sprouts: Sprouts::default(),
            growth: Growth {
                land,
                net,
                ring: Some(town.ring()),
                town: Some(ix),
                draws: Draws::new(seed, Topic::Streets, ix),
            },
        };
        quarter.sow(mains);
        quarter.grow(wanted_m(town.population));
        quarter.add_services();
    }
}

/// One town while its streets grow.
struct Quarter<'a> {
    town: &'a Town,
    radius_m: f64,
    sprouts: Sprouts,
    growth: Growth<'a>,
}

impl Quarter<'_> {
    /// Lets streets begin along the main roads.
    fn sow(&mut self, mains: usize) {
        let reach_m = 2.6 * self.radius_m + 250.0;
        for way in 0..mains {
            let way = &self.growth.net.ways[way];
            if way.class.is_main() && way.kind == Kind::Plain {
                let net = &self.growth.net;
                let is_near = |&node: &usize| {
                    let at = net.nodes[node];
                    distance2(at, self.town.center) < reach_m * reach_m
                        && holds(self.town.ring(), at, 10.0)
                };
                let runs: Vec<Vec<usize>> = way
                    .nodes
                    .split(|node| !is_near(node))
                    .map(<[usize]>::to_vec)
                    .collect();
                for run in runs.iter().filter(|run| run.len() > 1) {
                    self.branch(run);
                }
            }
        }
    }

    fn grow(&mut self, wanted_m: f64) {
        let mut grown_m = 0.0;
        while grown_m < wanted_m {
            let Some(sprout) = self.sprouts.pop() else {
                break;
            };
            let plan = self.plan(sprout.from);
            if let Some(nodes) = self.growth.grow(sprout.from, sprout.direction, &plan) {
                grown_m += self.length_m(&nodes);
                self.branch(&nodes);
            }
        }
    }

    fn length_m(&self, nodes: &[usize]) -> f64 {
        let net = &self.growth.net;
        nodes
            .windows(2)
            .map(|pair| length(vector(net.nodes[pair[0]], net.nodes[pair[1]])))
            .sum()
    }

    /// 0 in the middle of the town, 1 at its edge.
    fn outwardness(&self, at: Planar) -> f64 {
        length(vector(self.town.center, at)) / self.radius_m
    }

    /// How far apart streets branch off here.
    fn spacing_m(&mut self, at: Planar) -> f64 {
        let outwardness = self.outwardness(at).min(1.5);
        (62.0 + 48.0 * outwardness) * (0.75 + 0.5 * self.growth.draws.unit())
    }

    fn branch(&mut self, nodes: &[usize]) {
        let mut walked_m = 0.0;
        let mut next_m = 0.6 * self.spacing_m(self.growth.net.nodes[nodes[0]]);
        let mut side = self.growth.draws.side();
        for ix in 1..nodes.len() - 1 {
            let [before, at, after] = [ix - 1, ix, ix + 1].map(|n| self.growth.net.nodes[nodes[n]]);
            walked_m += length(vector(before, at));
            if walked_m < next_m {
                continue;
            }
            next_m = walked_m + self.spacing_m(at);
            let across = left(heading(before, after));
            self.sprout(nodes[ix], across, side);
            if self.growth.draws.unit() < 0.42 {
                self.sprout(nodes[ix], across, -side);
            } else {
                side = -side;
            }
        }
        self.prolong(nodes);
    }

    /// A street that came to its end may go on, turned a little.
    fn prolong(&mut self, nodes: &[usize]) {
        let (end, before) = (nodes[nodes.len() - 1], nodes[nodes.len() - 2]);
        if self.growth.net.degrees[end] == 1 && self.growth.draws.unit() < 0.35 {
            let ahead = heading(self.growth.net.nodes[before], self.growth.net.nodes[end]);
            let side = self.growth.draws.side();
            self.sprout(end, left(ahead), side);
        }
    }

    fn sprout(&mut self, from: usize, across: Planar, side: f64) {
        let off = 0.14 * self.growth.draws.signed();
        let direction = turned([side * across[0], side * across[1]], off);
        let outwardness = self.outwardness(self.growth.net.nodes[from]);
        let turn = outwardness + 0.25 * self.growth.draws.unit();
        self.sprouts.push(turn, Sprout { from, direction });
    }

    /// Long streets with much between them in the middle, closes and loops at the edge.
    fn plan(&mut self, from: usize) -> Plan {
        let outwardness = self.outwardness(self.growth.net.nodes[from]);
        let draws = &mut self.growth.draws;
        let is_outer = outwardness > 0.35;
        let street = Plan {
            class: Class::Residential,
            step_m: STEP_M,
            length_m: 140.0 + 330.0 * draws.unit() * draws.unit().max(0.25),
            bend: 0.03 * draws.signed(),
            shy_m: 34.0 + 14.0 * outwardness.min(1.2),
            steepest: 0.17,
            ends: Ends::Anywhere,
        };
        match draws.unit() {
            chance if is_outer && chance < 0.16 => Plan {
                length_m: 420.0,
                bend: 0.45 * draws.side(),
                ends: Ends::Joined,
                ..street
            },
            chance if is_outer && chance < 0.30 => Plan {
                length_m: 50.0 + 70.0 * draws.unit(),
                ..street
            },
            chance if !is_outer && chance < 0.12 => Plan {
                class: Class::LivingStreet,
                length_m: 60.0 + 60.0 * draws.unit(),
                ..street
            },
            _ => street,
        }
    }

    /// Short ways to what stands behind the houses.
    fn add_services(&mut self) {
        let count = self.town.population / 55;
        let ways: Vec<usize> = (0..self.growth.net.ways.len())
            .filter(|&way| self.growth.net.ways[way].town == self.growth.town)
            .collect();
        for _ in 0..count {
            let Some(&way) = ways.get(
                self.growth
                    .draws
                    .below(u32::try_from(ways.len()).unwrap_or(0)) as usize,
            ) else {
                return;
            };
            let nodes = self.growth.net.ways[way].nodes.clone();
            let inner = u32::try_from(nodes.len().saturating_sub(2)).unwrap_or(0);
            if inner == 0 {
                continue;
            }
            let ix = 1 + self.growth.draws.below(inner) as usize;
            let ahead = heading(
                self.growth.net.nodes[nodes[ix - 1]],
                self.growth.net.nodes[nodes[ix + 1]],
            );
            let side = self.growth.draws.side();
            let across = left(ahead).map(|part| part * side);
            let plan = Plan {
                class: Class::Service,
                step_m: 14.0,
                length_m: 20.0 + 45.0 * self.growth.draws.unit(),
                bend: 0.1 * self.growth.draws.signed(),
                shy_m: 18.0,
                steepest: 0.2,
                ends: Ends::Dead,
            };
            self.growth.grow(nodes[ix], across, &plan);
        }
    }
}

/// Grows tracks from the roads into forests and fields.
pub(super) fn grow_tracks(area_km2: f64, land: &Land<'_>, net: &mut Net, seed: u64) {
    net.owner = Owner::Country;
    let mut tracks = Tracks {
        sprouts: Sprouts::default(),
        growth: Growth {
            land,
            net,
            ring: None,
            town: None,
            draws: Draws::new(seed, Topic::Tracks, 0),
        },
    };
    for way in 0..tracks.growth.net.ways.len() {
        let way = &tracks.growth.net.ways[way];
        if way.kind == Kind::Plain && (way.class.is_main() || way.class == Class::Residential) {
            let nodes = way.nodes.clone();
            tracks.branch(&nodes);
        }
    }
    let mut grown_m = 0.0;
    while grown_m < TRACKS_PER_KM2 * area_km2 * 1000.0 {
        let Some(sprout) = tracks.sprouts.pop() else {
            break;
        };
        let plan = tracks.plan();
        if let Some(nodes) = tracks.growth.grow(sprout.from, sprout.direction, &plan) {
            let net = &tracks.growth.net;
            grown_m += nodes
                .windows(2)
                .map(|pair| length(vector(net.nodes[pair[0]], net.nodes[pair[1]])))
                .sum::<f64>();
            tracks.branch(&nodes);
        }
    }
}

struct Tracks<'a> {
    sprouts: Sprouts,
    growth: Growth<'a>,
}

impl Tracks<'_> {
    fn branch(&mut self, nodes: &[usize]) {
        let mut left_m = 150.0 + 500.0 * self.growth.draws.unit();
        for ix in 1..nodes.len().saturating_sub(1) {
            let [before, at, after] = [ix - 1, ix, ix + 1].map(|n| self.growth.net.nodes[nodes[n]]);
            left_m -= length(vector(before, at));
            if left_m > 0.0 {
                continue;
            }
            left_m = 280.0 + 420.0 * self.growth.draws.unit();
            let side = self.growth.draws.side();
            let across = left(heading(before, after)).map(|part| part * side);
            let direction = turned(across, 0.5 * self.growth.draws.signed());
            let turn = self.growth.draws.unit();
            self.sprouts.push(
                turn,
                Sprout {
                    from: nodes[ix],
                    direction,
                },
            );
        }
    }

    fn plan(&mut self) -> Plan {
        let draws = &mut self.growth.draws;
        Plan {
            class: Class::Track,
            step_m: TRACK_STEP_M,
            length_m: 350.0 + 1500.0 * draws.unit() * draws.unit(),
            bend: 0.05 * draws.signed(),
            shy_m: 130.0,
            steepest: 0.22,
            ends: Ends::Anywhere,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_in_hamlets_have_more_street_each() {
        let each = [100, 1000, 10_000, 25_000]
            .map(|population| wanted_m(population) / f64::from(population));
        assert!(each.is_sorted_by(|a, b| a > b), "{each:?}");
        assert!(each[0] < 14.0 && each[3] > 4.0);
    }
}
