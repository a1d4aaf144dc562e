//! Streets in the towns, in proportion to their people: blocks in the middle, closes and loops at
//! the edge.

use twin_core::Planar;

use super::class::Class;
use super::growth::{Ends, Growth, Land, Plan};
use super::net::{Kind, Net, Owner};
use super::sprouts::{Sprout, Sprouts};
use crate::import::embedded::draws::{Draws, Topic};
use crate::import::embedded::ground::{Ground, Town};
use crate::import::embedded::lines::{heading, left, length, turned};
use crate::import::embedded::plane::{distance2, holds, vector};

/// How far apart the points of a street are.
const STEP_M: f64 = 25.0;
/// Metres of street for each inhabitant: what every town has, and what a hamlet has besides.
const CITY_M: f64 = 4.3;
const HAMLET_M: f64 = 9.0;
/// A town of so many people has half of what a hamlet has besides.
const HALF_POPULATION: f64 = 1100.0;
/// How far out a town reaches in each round of growth, in radii.
const ROUNDS: [f64; 6] = [0.5, 0.75, 1.0, 1.3, 1.7, 2.4];
/// Along main roads towns reach farther out, as if it were nearer by this factor.
const MAIN_NEARNESS: f64 = 0.75;
/// How often two streets begin at the same point, one on each side.
const OPPOSITE_SHARE: f64 = 0.13;
/// How often a street goes on across another one that it met, and to the side where it met none.
const ACROSS_SHARE: f64 = 0.24;
const ASIDE_SHARE: f64 = 0.35;
/// Towns of more people have arteries, and this share of the streets off main roads may be one.
const ARTERIES_FROM: u32 = 3000;
const ARTERY_SHARE: f64 = 0.16;

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
        let streets = quarter.growth.net.ways.len();
        quarter.grow(wanted_m(town.population), (mains, streets));
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
    /// Grows streets from the middle outwards: round by round the town reaches farther, and what
    /// was left free inside is tried again.
    fn grow(&mut self, wanted_m: f64, (mains, streets): (usize, usize)) {
        let mut grown_m = 0.0;
        for limit in ROUNDS {
            self.sow(mains, streets);
            while let Some((turn, sprout)) = self.sprouts.pop() {
                if turn > limit {
                    continue;
                }
                let plan = self.plan(sprout);
                if let Some(nodes) = self.growth.grow(sprout.from, sprout.direction, &plan) {
                    grown_m += self.length_m(&nodes);
                    self.branch(&nodes);
                    self.prolong(&nodes, sprout);
                }
                if grown_m >= wanted_m {
                    return;
                }
            }
        }
    }

    /// Lets streets begin along the main roads, and along the streets that are there.
    fn sow(&mut self, mains: usize, streets: usize) {
        let reach_m = 3.0 * self.radius_m + 250.0;
        for way in (0..mains).chain(streets..self.growth.net.ways.len()) {
            let net = &self.growth.net;
            let way = &net.ways[way];
            let is_near = |&node: &usize| {
                let at = net.nodes[node];
                distance2(at, self.town.center) < reach_m * reach_m
                    && holds(self.town.ring(), at, 10.0)
            };
            if way.kind != Kind::Plain || !way.class.has_houses() {
                continue;
            }
            let runs = way.nodes.split(|node| !is_near(node));
            let runs: Vec<Vec<usize>> = runs
                .filter(|run| run.len() > 1)
                .map(<[usize]>::to_vec)
                .collect();
            for run in runs {
                self.branch(&run);
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
        (88.0 + 62.0 * outwardness) * (0.7 + 0.75 * self.growth.draws.unit())
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
            if self.growth.draws.unit() < OPPOSITE_SHARE {
                self.sprout(nodes[ix], across, -side);
            } else {
                side = -side;
            }
        }
    }

    /// A street that met another one may go on across it; one that met none, to the side.
    fn prolong(&mut self, nodes: &[usize], sprout: Sprout) {
        let net = &self.growth.net;
        let (end, before) = (nodes[nodes.len() - 1], nodes[nodes.len() - 2]);
        let ahead = heading(net.nodes[before], net.nodes[end]);
        let (chance, is_across) = match net.degrees[end] {
            3 => (ACROSS_SHARE, true),
            1 => (ASIDE_SHARE, false),
            _ => return,
        };
        let own = net.ways.len() - 1;
        let street = sprout.street.or(Some(own));
        if self.growth.draws.unit() < chance {
            let side = self.growth.draws.side();
            let direction = if is_across {
                ahead
            } else {
                left(ahead).map(|part| part * side)
            };
            let turn = self.outwardness(self.growth.net.nodes[end]);
            let next = Sprout {
                from: end,
                direction,
                street,
                ..sprout
            };
            self.sprouts.push(turn, next);
        }
    }

    fn sprout(&mut self, from: usize, across: Planar, side: f64) {
        let off = 0.16 * self.growth.draws.signed();
        let direction = turned([side * across[0], side * across[1]], off);
        let outwardness = self.outwardness(self.growth.net.nodes[from]);
        let is_along_main = self.growth.net.is_on_main(from);
        let nearness = if is_along_main { MAIN_NEARNESS } else { 1.0 };
        let is_artery = is_along_main
            && outwardness < 0.9
            && self.town.population > ARTERIES_FROM
            && self.growth.draws.unit() < ARTERY_SHARE;
        let turn = if is_artery {
            0.0
        } else {
            nearness * outwardness + 0.25 * self.growth.draws.unit()
        };
        self.sprouts.push(
            turn,
            Sprout {
                from,
                direction,
                is_artery,
                street: None,
            },
        );
    }

    /// Long streets with much between them in the middle, closes and loops at the edge.
    fn plan(&mut self, sprout: Sprout) -> Plan {
        let outwardness = self.outwardness(self.growth.net.nodes[sprout.from]);
        let draws = &mut self.growth.draws;
        let is_outer = outwardness > 0.35;
        let street = Plan {
            class: Class::Residential,
            street: sprout.street,
            step_m: STEP_M,
            least_m: 0.0,
            length_m: 140.0 + 330.0 * draws.unit() * draws.unit().max(0.25),
            bend: 0.03 * draws.signed(),
            order: 0.17,
            shy_m: 50.0 + 20.0 * outwardness.min(1.2),
            steepest: 0.17,
            ends: Ends::Anywhere,
        };
        if sprout.is_artery {
            return Plan {
                class: Class::Tertiary,
                length_m: 700.0 + 900.0 * draws.unit(),
                bend: 0.008 * draws.signed(),
                shy_m: 160.0,
                least_m: 240.0,
                ..street
            };
        }
        match draws.unit() {
            chance if is_outer && chance < 0.16 => Plan {
                length_m: 420.0,
                bend: 0.45 * draws.side(),
                order: 0.0,
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
                street: None,
                step_m: 14.0,
                least_m: 0.0,
                length_m: 20.0 + 45.0 * self.growth.draws.unit(),
                bend: 0.1 * self.growth.draws.signed(),
                order: 0.1,
                shy_m: 18.0,
                steepest: 0.2,
                ends: Ends::Dead,
            };
            self.growth.grow(nodes[ix], across, &plan);
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
