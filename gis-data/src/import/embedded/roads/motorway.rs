//! The motorway: two carriageways past the communes that it really passes, with junctions where the
//! busiest roads cross it.

use twin_core::Planar;

use super::class::Class;
use super::mesh::Barrier;
use super::net::{Kind, Net, Way};
use crate::error::GisResult;
use crate::import::embedded::courses::{self, clear_of};
use crate::import::embedded::facts::Facts;
use crate::import::embedded::ground::Ground;
use crate::import::embedded::lines::{
    crossing, foot, heading, left, length, relaxed, resampled, smooth,
};
use crate::import::embedded::plane::{distance2, shifted, vector};
use crate::import::embedded::segments::Segments;
use crate::import::embedded::water::{River, centers};

/// It keeps so far from the middle of a town.
const CLEARANCE_M: f64 = 420.0;
/// From the middle of the motorway to that of a carriageway.
const HALF_GAP_M: f64 = 9.0;
/// How far apart the points of a carriageway are, about.
const STEP_M: f64 = 42.0;
/// From the middle to where a bridge over it may end, and what it costs in metres of road.
const BANK_M: f64 = 48.0;
const BRIDGE_M: f64 = 450.0;
/// From a road over the motorway to where its ramps leave, along the motorway.
const RAMP_M: f64 = 310.0;
/// Junctions are at least so far apart.
const JUNCTIONS_APART_M: f64 = 2600.0;
/// Points of a ramp between its ends.
const RAMP_POINTS: u32 = 8;

/// The middle line of a motorway.
#[derive(Debug)]
pub(super) struct Motorway {
    pub course: Vec<Planar>,
    number: u32,
}

/// The motorways of the facts.
pub(super) fn motorways(facts: &Facts, ground: &Ground) -> GisResult<Vec<Motorway>> {
    let centers = centers(facts, ground);
    let mut motorways = Vec::new();
    for motorway in &facts.motorways {
        let wanted = courses::Wanted {
            field: "motorways.course",
            source: None,
            entries: &motorway.course,
            clearance_m: CLEARANCE_M,
        };
        let controls = courses::controls(&wanted, (facts, ground))?;
        let course = resampled(&smooth(&controls, 12), STEP_M);
        let course = clear_of(&centers, &course, CLEARANCE_M);
        let course = relaxed(&course, 60);
        motorways.push(Motorway {
            course: resampled(&course, STEP_M),
            number: digits(&motorway.name),
        });
    }
    Ok(motorways)
}

/// The number in a name such as `A36`.
fn digits(name: &str) -> u32 {
    let digits = name.chars().filter_map(|letter| letter.to_digit(10));
    digits.fold(0, |number, digit| number * 10 + digit)
}

impl Motorway {
    /// What other roads meet of it.
    pub(super) fn barrier(&self) -> Barrier {
        Barrier {
            course: self.course.clone(),
            bank_m: BANK_M,
            bridge_m: BRIDGE_M,
            water_m: 0.0,
        }
    }

    /// Lays both carriageways and the junctions into the network. At its ends traffic turns round,
    /// for there the known land ends.
    pub(super) fn lay(&self, net: &mut Net, rivers: &[River]) {
        let Some(last) = self.course.len().checked_sub(1).filter(|&last| last > 2) else {
            return;
        };
        let ends = [
            net.add_node(self.course[0]),
            net.add_node(self.course[last]),
        ];
        let mut carriageway = |side: f64| {
            let mut nodes = vec![ends[0]];
            nodes.extend((1..last).map(|ix| {
                let across = left(heading(self.course[ix - 1], self.course[ix + 1]));
                net.add_node(shifted(self.course[ix], across, side * HALF_GAP_M))
            }));
            nodes.push(ends[1]);
            nodes
        };
        // traffic keeps to the right
        let (forth, back) = (carriageway(-1.0), carriageway(1.0));
        let against = back.iter().rev().copied().collect();
        for nodes in [forth.clone(), against] {
            self.lay_carriageway(net, rivers, &nodes);
        }
        self.join(net, rivers, (&forth, &back));
    }

    fn lay_carriageway(&self, net: &mut Net, rivers: &[River], nodes: &[usize]) {
        let is_bridge =
            |pair: &[usize]| is_over_water(rivers, [net.nodes[pair[0]], net.nodes[pair[1]]]);
        let is_bridge: Vec<bool> = nodes.windows(2).map(is_bridge).collect();
        for part in super::between::parts(&is_bridge) {
            net.add_way(Way {
                class: Class::Motorway,
                kind: if is_bridge[part.start] {
                    Kind::Bridge
                } else {
                    Kind::Fenced
                },
                nodes: nodes[part.start..=part.end].to_vec(),
                town: None,
                street: None,
                reference: Some(self.number),
                is_oneway: true,
            });
        }
    }

    /// Junctions with the most important roads that pass over the motorway.
    fn join(&self, net: &mut Net, rivers: &[River], (forth, back): (&[usize], &[usize])) {
        let mut water = Segments::new(net.frame());
        for pair in rivers.iter().flat_map(|river| river.course.windows(2)) {
            water.insert([pair[0], pair[1]]);
        }
        let mut taken: Vec<Planar> = Vec::new();
        for crossing in self.crossings(net) {
            let is_far = |other: &Planar| {
                distance2(*other, crossing.at) > JUNCTIONS_APART_M * JUNCTIONS_APART_M
            };
            if !taken.iter().all(is_far) {
                continue;
            }
            let ramps = crossing.ramps(self, net, (forth, back));
            if let Some(ramps) =
                ramps.filter(|ramps| ramps.iter().all(|ramp| ramp.is_free(net, &water)))
            {
                for ramp in ramps {
                    ramp.lay(net);
                }
                taken.push(crossing.at);
            }
        }
    }

    /// The roads over the motorway, the most important ones first.
    fn crossings(&self, net: &Net) -> Vec<Crossing> {
        let mut crossings = Vec::new();
        for way in net
            .ways
            .iter()
            .filter(|way| way.kind == Kind::Bridge && way.class <= Class::Tertiary)
        {
            let (first, last) = (way.nodes[0], way.nodes[way.nodes.len() - 1]);
            let road = [net.nodes[first], net.nodes[last]];
            for (ix, pair) in self.course.windows(2).enumerate() {
                if let Some(share) = crossing([pair[0], pair[1]], road) {
                    let side = left(heading(pair[0], pair[1]));
                    let is_first_left =
                        super::super::lines::dot(side, vector(road[1], road[0])) > 0.0;
                    let (on_left, on_right) = if is_first_left {
                        (first, last)
                    } else {
                        (last, first)
                    };
                    crossings.push(Crossing {
                        class: way.class,
                        at: shifted(pair[0], vector(pair[0], pair[1]), share),
                        ix,
                        on_left,
                        on_right,
                    });
                }
            }
        }
        crossings.sort_by_key(|crossing| (crossing.class, crossing.ix));
        crossings
    }
}

/// A road over the motorway.
struct Crossing {
    class: Class,
    at: Planar,
    /// The piece of the motorway's course.
    ix: usize,
    /// The ends of its bridge.
    on_left: usize,
    on_right: usize,
}

impl Crossing {
    /// The four ramps; `None` too near to the end of the motorway.
    fn ramps(
        &self,
        motorway: &Motorway,
        net: &Net,
        (forth, back): (&[usize], &[usize]),
    ) -> Option<[Ramp; 4]> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a few"
        )]
        let steps = (RAMP_M / STEP_M).round() as usize;
        let (before, after) = (self.ix.checked_sub(steps)?, self.ix + 1 + steps);
        if before == 0 || after + 1 >= motorway.course.len() {
            return None;
        }
        let ramp = |from: usize, to: usize, bend: Planar| Ramp {
            ends: [from, to],
            inner: curve([net.nodes[from], bend, net.nodes[to]]),
        };
        let bend = |ix: usize, carriageway: &[usize], end: usize| {
            let at = net.nodes[carriageway[ix]];
            shifted(at, vector(at, net.nodes[end]), 0.25)
        };
        let (near_before, near_after) = (self.ix - steps / 2, self.ix + 1 + steps / 2);
        Some([
            ramp(
                forth[before],
                self.on_right,
                bend(near_before, forth, self.on_right),
            ),
            ramp(
                self.on_right,
                forth[after],
                bend(near_after, forth, self.on_right),
            ),
            ramp(
                back[after],
                self.on_left,
                bend(near_after, back, self.on_left),
            ),
            ramp(
                self.on_left,
                back[before],
                bend(near_before, back, self.on_left),
            ),
        ])
    }
}

struct Ramp {
    ends: [usize; 2],
    inner: Vec<Planar>,
}

impl Ramp {
    /// Whether nothing lies in its way.
    fn is_free(&self, net: &Net, water: &Segments) -> bool {
        let mut course = vec![net.nodes[self.ends[0]]];
        course.extend(&self.inner);
        course.push(net.nodes[self.ends[1]]);
        let on_land = |pair: &[Planar]| {
            let dry = water.nearest(pair[0], 45.0).is_none();
            let crosses = water
                .around([pair[0], pair[1]], 0.0)
                .any(|(_, other)| crossing([pair[0], pair[1]], other).is_some());
            dry && !crosses
        };
        let at_end = |piece: usize| {
            net.piece(piece)
                .ends
                .iter()
                .any(|end| self.ends.contains(end))
        };
        let is_clear = |pair: &[Planar]| {
            let line = [pair[0], pair[1]];
            let mut near = net.pieces_around(line, 0.0);
            !near.any(|piece| !at_end(piece) && crossing(line, net.line(piece)).is_some())
        };
        course
            .windows(2)
            .all(|pair| on_land(pair) && is_clear(pair))
    }

    fn lay(&self, net: &mut Net) {
        let mut nodes = vec![self.ends[0]];
        nodes.extend(self.inner.iter().map(|&at| net.add_node(at)));
        nodes.push(self.ends[1]);
        net.add_way(Way {
            class: Class::MotorwayLink,
            kind: Kind::Fenced,
            nodes,
            town: None,
            street: None,
            reference: None,
            is_oneway: true,
        });
    }
}

/// The inner points of a quadratic curve.
fn curve([a, b, c]: [Planar; 3]) -> Vec<Planar> {
    let point = |step: u32| {
        let t = f64::from(step) / f64::from(RAMP_POINTS + 1);
        let (from, to) = (shifted(a, vector(a, b), t), shifted(b, vector(b, c), t));
        shifted(from, vector(from, to), t)
    };
    (1..=RAMP_POINTS).map(point).collect()
}

/// Whether a piece of road lies over the water of a river.
fn is_over_water(rivers: &[River], [a, b]: [Planar; 2]) -> bool {
    rivers.iter().any(|river| {
        let reach_m = river.width_m / 2.0 + 4.0;
        river.course.windows(2).any(|pair| {
            let is_far = distance2(pair[0], a) > 300.0 * 300.0;
            !is_far
                && (crossing([a, b], [pair[0], pair[1]]).is_some()
                    || foot([pair[0], pair[1]], a)
                        .1
                        .min(foot([pair[0], pair[1]], b).1)
                        < reach_m * reach_m
                    || length(vector(a, pair[0])) < reach_m)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::plain("A36", 36)]
    #[case::spaced("D 437", 437)]
    #[case::none("Rocade", 0)]
    fn the_number_of_a_road_is_in_its_name(#[case] name: &str, #[case] number: u32) {
        assert_eq!(digits(name), number);
    }
}
