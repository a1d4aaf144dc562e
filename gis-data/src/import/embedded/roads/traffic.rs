//! What traffic must know: one-way streets, signals, forbidden turns, limits of weight.

use std::collections::{BTreeMap, BTreeSet};

use twin_core::{LonLat, RoadNode, Tags, TurnRestriction, Via};

use super::class::Class;
use super::connected::components;
use super::net::{Kind, Net};
use super::{Section, Streets};
use crate::error::GisResult;
use crate::import::embedded::draws::{Draws, Topic};
use crate::import::embedded::ground::Ground;
use crate::import::embedded::lines::{cross, dot, heading, length};
use crate::import::embedded::plane::{Plane, vector};

/// Towns of so many people have one-way streets and signals.
const TOWN_POPULATION: u32 = 5000;
/// One-way streets lie so near to the middle, in radii of the town, and are so many of those there.
const ONEWAY_REACH: f64 = 0.5;
const ONEWAY_SHARE: f64 = 0.4;
/// So many of the junctions of important roads in towns have signals.
const SIGNAL_SHARE: f64 = 0.45;
/// So many junctions with signals forbid to turn left into the main road.
const NO_LEFT_SHARE: f64 = 0.5;
/// A turn to the left or right has a sine of at least this.
const TURN_SINE: f64 = 0.5;

/// Makes streets in the middle of larger towns one-way, as far as everybody still gets from
/// everywhere to everywhere.
pub(super) fn make_oneway(ground: &Ground, net: &mut Net, seed: u64) {
    let mut draws = Draws::new(seed, Topic::Traffic, 1);
    let mut chosen = Vec::new();
    for ix in 0..net.ways.len() {
        let way = &net.ways[ix];
        let Some(town) = way.town.map(|town| &ground.towns[town]) else {
            continue;
        };
        let is_street = matches!(way.class, Class::Residential | Class::LivingStreet);
        let middle = net.nodes[way.nodes[way.nodes.len() / 2]];
        let outwardness = length(vector(town.center, middle)) / (2.0 * town.spread_m);
        let ends = [way.nodes[0], way.nodes[way.nodes.len() - 1]];
        let is_through = ends.into_iter().all(|end| net.degrees[end] >= 3);
        let is_in_middle = town.population >= TOWN_POPULATION && outwardness < ONEWAY_REACH;
        if is_street && is_in_middle && is_through && draws.unit() < ONEWAY_SHARE {
            net.ways[ix].is_oneway = true;
            chosen.push(ix);
        }
    }
    keep_connected(net, &chosen);
}

/// Gives up one-way streets that lead from one strongly connected part to another.
fn keep_connected(net: &mut Net, chosen: &[usize]) {
    loop {
        let parts = components(net.nodes.len(), &net.ways);
        let splits = |&way: &usize| {
            let way = &net.ways[way];
            let part = parts[way.nodes[0]];
            way.is_oneway && way.nodes.iter().any(|&node| parts[node] != part)
        };
        let given_up: Vec<usize> = chosen.iter().copied().filter(splits).collect();
        if given_up.is_empty() {
            return;
        }
        for way in given_up {
            net.ways[way].is_oneway = false;
        }
    }
}

/// The junctions with signals, by point of the network.
pub(super) fn signals(ground: &Ground, net: &Net, seed: u64) -> BTreeSet<usize> {
    let mut draws = Draws::new(seed, Topic::Traffic, 2);
    let mut arms: BTreeMap<usize, u32> = BTreeMap::new();
    for way in net
        .ways
        .iter()
        .filter(|way| way.class <= Class::Tertiary && way.kind == Kind::Plain)
    {
        for (ix, &node) in way.nodes.iter().enumerate() {
            let is_end = ix == 0 || ix + 1 == way.nodes.len();
            *arms.entry(node).or_default() += if is_end { 1 } else { 2 };
        }
    }
    let is_in_town = |node: usize| {
        ground.towns.iter().any(|town| {
            let apart_m = length(vector(town.center, net.nodes[node]));
            town.population >= TOWN_POPULATION && apart_m < 2.2 * town.spread_m
        })
    };
    let has_all_arms = |(&node, &count): (&usize, &u32)| {
        let all = u32::from(net.degrees[node]);
        let is_junction = count >= 3 || (count == 2 && all == 4);
        (is_junction && all >= 3 && is_in_town(node)).then_some(node)
    };
    let candidates: Vec<usize> = arms.iter().filter_map(has_all_arms).collect();
    candidates
        .into_iter()
        .filter(|_| draws.unit() < SIGNAL_SHARE)
        .collect()
}

impl Streets {
    /// Signals, and the places where one can turn round at the end of a street.
    pub(in crate::import::embedded) fn road_nodes(
        &self,
        plane: &Plane,
    ) -> GisResult<Vec<RoadNode>> {
        let mut marks: BTreeMap<usize, &str> = BTreeMap::new();
        let mut draws = Draws::new(0, Topic::Traffic, 3);
        for section in self
            .sections
            .iter()
            .filter(|s| s.class == Class::Residential)
        {
            let end = section.nodes[section.nodes.len() - 1];
            if self.net.degrees[end] == 1 && draws.unit() < 0.4 {
                marks.insert(end, "turning_circle");
            }
        }
        marks.extend(self.signals.iter().map(|&node| (node, "traffic_signals")));
        let node = |(node, kind): (usize, &str)| {
            Ok(RoadNode {
                id: self.node_ids[node],
                place: plane.unproject(self.net.nodes[node])?,
                tags: Tags::from_iter([("highway", kind)]),
            })
        };
        marks.into_iter().map(node).collect()
    }

    /// Forbidden turns at junctions with signals: to the left into the main road, and back.
    pub(in crate::import::embedded) fn turn_restrictions(
        &self,
        plane: &Plane,
    ) -> GisResult<Vec<TurnRestriction>> {
        let mut at: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (ix, section) in self.sections.iter().enumerate() {
            for end in [section.nodes[0], section.nodes[section.nodes.len() - 1]] {
                if self.signals.contains(&end) {
                    at.entry(end).or_default().push(ix);
                }
            }
        }
        let mut draws = Draws::new(0, Topic::Traffic, 4);
        let mut restrictions = Vec::new();
        for (&node, sections) in &at {
            let place = plane.unproject(self.net.nodes[node])?;
            if draws.unit() < NO_LEFT_SHARE {
                restrictions.extend(self.no_left_turn(node, sections, place));
            }
            restrictions.extend(self.no_u_turn(node, sections, place));
        }
        for (number, restriction) in (1..).zip(&mut restrictions) {
            restriction.id = number;
        }
        Ok(restrictions)
    }

    fn no_left_turn(
        &self,
        node: usize,
        sections: &[usize],
        place: LonLat,
    ) -> Option<TurnRestriction> {
        let pairs = sections
            .iter()
            .flat_map(|&from| sections.iter().map(move |&to| (from, to)));
        let is_left = |&(from, to): &(usize, usize)| {
            let (from, to) = (&self.sections[from], &self.sections[to]);
            let (Some(arrive), Some(leave)) = (self.leaving(from, node), self.leaving(to, node))
            else {
                return false;
            };
            let arrive = arrive.map(|part| -part);
            let is_sharp = cross(arrive, leave) > TURN_SINE && dot(arrive, leave).abs() < 0.9;
            from.class > to.class
                && to.class <= Class::Secondary
                && from.can_end_at(node)
                && to.can_start_at(node)
                && is_sharp
        };
        let (from, to) = pairs.into_iter().find(is_left)?;
        Some(self.restriction("no_left_turn", (from, node, to), place))
    }

    fn no_u_turn(&self, node: usize, sections: &[usize], place: LonLat) -> Option<TurnRestriction> {
        let important = sections.iter().copied().find(|&ix| {
            let section = &self.sections[ix];
            section.class <= Class::Primary && section.kind == Kind::Plain && !section.is_oneway
        })?;
        Some(self.restriction("no_u_turn", (important, node, important), place))
    }

    fn restriction(
        &self,
        kind: &str,
        (from, via, to): (usize, usize, usize),
        place: LonLat,
    ) -> TurnRestriction {
        TurnRestriction {
            id: 0,
            kind: kind.into(),
            from: self.sections[from].id,
            via: Via::Node(self.node_ids[via]),
            to: self.sections[to].id,
            tags: Tags::default(),
            place,
        }
    }

    /// The direction in which a section leaves one of its ends.
    fn leaving(&self, section: &Section, node: usize) -> Option<twin_core::Planar> {
        let nodes = &section.nodes;
        let next = if nodes[0] == node {
            nodes[1]
        } else if nodes[nodes.len() - 1] == node {
            nodes[nodes.len() - 2]
        } else {
            return None;
        };
        Some(heading(self.net.nodes[node], self.net.nodes[next]))
    }
}

impl Section {
    fn can_end_at(&self, node: usize) -> bool {
        !self.is_oneway || self.nodes[self.nodes.len() - 1] == node
    }

    fn can_start_at(&self, node: usize) -> bool {
        !self.is_oneway || self.nodes[0] == node
    }
}
