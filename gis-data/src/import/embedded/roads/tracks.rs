//! Tracks in the open country.

use super::class::Class;
use super::growth::{Ends, Growth, Land, Plan};
use super::net::{Kind, Net, Owner};
use super::sprouts::{Sprout, Sprouts};
use crate::import::embedded::draws::{Draws, Topic};
use crate::import::embedded::lines::{heading, left, length, turned};
use crate::import::embedded::plane::vector;

/// How far apart the points of a track are.
const STEP_M: f64 = 36.0;
/// Kilometres of track for each square kilometre.
const TRACKS_PER_KM2: f64 = 1.0;

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
        let Some((_, sprout)) = tracks.sprouts.pop() else {
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
                    is_artery: false,
                    street: None,
                },
            );
        }
    }

    fn plan(&mut self) -> Plan {
        let draws = &mut self.growth.draws;
        Plan {
            class: Class::Track,
            street: None,
            step_m: STEP_M,
            least_m: 0.0,
            length_m: 350.0 + 1500.0 * draws.unit() * draws.unit(),
            bend: 0.05 * draws.signed(),
            order: 0.05,
            shy_m: 130.0,
            steepest: 0.22,
            ends: Ends::Anywhere,
        }
    }
}
