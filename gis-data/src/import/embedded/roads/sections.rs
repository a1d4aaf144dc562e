//! Sections: stretches of a way with everything in common, among them the name.

use std::collections::{BTreeMap, BTreeSet};

use super::class::Class;
use super::names::{Names, Register, Sort};
use super::net::{Kind, Net};
use crate::error::GisResult;
use crate::import::embedded::draws::{Draws, Topic};
use crate::import::embedded::facts::Facts;
use crate::import::embedded::ground::Ground;
use crate::import::embedded::lines::{dot, heading, length};
use crate::import::embedded::plane::{distance2, holds, vector};
use crate::import::embedded::water::centers;

/// A stretch of one road.
#[derive(Clone, Debug)]
pub(in crate::import::embedded) struct Section {
    /// Its number in the pack.
    pub id: i64,
    /// The way that it is a part of, in the network.
    pub way: usize,
    /// Its points in the network.
    pub nodes: Vec<usize>,
    pub class: Class,
    pub kind: Kind,
    pub is_oneway: bool,
    /// The number on the signposts, for example `D 437`.
    pub reference: Option<Box<str>>,
    pub name: Option<Box<str>>,
    /// The commune whose street it is, where it is one.
    pub town: Option<usize>,
    /// For a motorway, whether a city is near.
    pub is_urban: bool,
    /// Whether it is a part of a road between communes.
    pub is_between_towns: bool,
}

/// A main road belongs to a town from so many points before its first street to as many after its
/// last one.
const TOWN_ENTRY: usize = 3;

/// A motorway is limited to 110 km/h so near to the middle of a city of so many people.
const CITY_POPULATION: u32 = 10_000;
const CITY_REACH_M: f64 = 3500.0;

/// Cuts ways where what they are changes, and gives names.
pub(super) fn sections(
    (facts, ground): (&Facts, &Ground),
    net: &Net,
    cuts: &BTreeSet<usize>,
    seed: u64,
) -> GisResult<Vec<Section>> {
    let names = Names::embedded()?;
    let register = |town| Register::new(&names, Draws::new(seed, Topic::Names, town));
    let mut registers: Vec<Register<'_>> = (0..ground.towns.len()).map(register).collect();
    let zones = zones(ground, net);
    let places = centers(facts, ground);
    let mut sections = Vec::new();
    for (ix, way) in net.ways.iter().enumerate() {
        for (start, end, zone) in runs(net, ix, (&zones, cuts)) {
            let nodes = way.nodes[start..=end].to_vec();
            let section = Section {
                id: 0,
                way: ix,
                class: way.class,
                kind: way.kind,
                is_oneway: way.is_oneway,
                reference: way.reference.map(|number| reference(way.class, number)),
                name: None,
                town: zone.town,
                is_urban: zone.is_urban,
                is_between_towns: way.is_between_towns(),
                nodes,
            };
            sections.push(section);
        }
    }
    let mut given: BTreeMap<(usize, usize), Option<Box<str>>> = BTreeMap::new();
    for section in &mut sections {
        let Some(town) = section.town else { continue };
        let street = net.ways[section.way].street.unwrap_or(section.way);
        let name = given
            .entry((town, street))
            .or_insert_with(|| name(section, net, (facts, ground, &places), &mut registers));
        section.name.clone_from(name);
    }
    number(&mut sections, ground);
    Ok(sections)
}

fn reference(class: Class, number: u32) -> Box<str> {
    let letter = if class <= Class::MotorwayLink {
        'A'
    } else {
        'D'
    };
    format!("{letter} {number}").into()
}

/// For each point, its zone.
fn zones(ground: &Ground, net: &Net) -> Vec<Zone> {
    let cities: Vec<_> = ground
        .towns
        .iter()
        .filter(|town| town.population >= CITY_POPULATION)
        .collect();
    let is_urban = |&at: &twin_core::Planar| {
        cities
            .iter()
            .any(|city| distance2(city.center, at) < CITY_REACH_M * CITY_REACH_M)
    };
    let towns = towns_at(ground, net).into_iter().zip(&net.nodes);
    let zone = |(town, at)| Zone {
        town,
        is_urban: is_urban(at),
    };
    towns.map(zone).collect()
}

/// For each point of a main road, the town whose streets it is among.
fn towns_at(ground: &Ground, net: &Net) -> Vec<Option<usize>> {
    let mut joined: Vec<Option<usize>> = vec![None; net.nodes.len()];
    for way in net.ways.iter().filter(|way| way.class.has_houses()) {
        if let Some(town) = way.town {
            for &node in [&way.nodes[0], &way.nodes[way.nodes.len() - 1]] {
                joined[node] = Some(town);
            }
        }
    }
    let mut towns = vec![None; net.nodes.len()];
    for way in net.ways.iter().filter(|way| way.is_between_towns()) {
        for (ix, &node) in way.nodes.iter().enumerate() {
            let near = ix.saturating_sub(TOWN_ENTRY)..(ix + TOWN_ENTRY + 1).min(way.nodes.len());
            let near = way.nodes[near].iter().filter_map(|&other| joined[other]);
            let here = near
                .clone()
                .find(|&town| holds(ground.towns[town].ring(), net.nodes[node], 0.0));
            let in_middle = || {
                ground.towns.iter().position(|town| {
                    distance2(town.center, net.nodes[node]) < town.spread_m * town.spread_m
                })
            };
            towns[node] = here.or_else(in_middle);
        }
    }
    towns
}

/// What is the same all along a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Zone {
    town: Option<usize>,
    /// Whether a city is so near that a motorway is limited.
    is_urban: bool,
}

/// The stretches of a way between `cuts`, each in one zone: first and last point, and the zone.
fn runs(
    net: &Net,
    way: usize,
    (zones, cuts): (&[Zone], &BTreeSet<usize>),
) -> Vec<(usize, usize, Zone)> {
    let way = &net.ways[way];
    let last = way.nodes.len() - 1;
    let zone_of = |piece: usize| {
        let (a, b) = (zones[way.nodes[piece]], zones[way.nodes[piece + 1]]);
        match way.class {
            Class::Motorway => Zone { town: None, ..a },
            _ if way.is_between_towns() => Zone {
                town: a.town.or(b.town),
                is_urban: false,
            },
            _ => Zone {
                town: way.town,
                is_urban: false,
            },
        }
    };
    let mut runs = Vec::new();
    let mut start = 0;
    for end in 1..=last {
        let is_end = end == last || cuts.contains(&way.nodes[end]);
        if is_end || zone_of(end) != zone_of(start) {
            runs.push((start, end, zone_of(start)));
            start = end;
        }
    }
    runs
}

fn name(
    section: &Section,
    net: &Net,
    (facts, ground, places): (&Facts, &Ground, &[twin_core::Planar]),
    registers: &mut [Register<'_>],
) -> Option<Box<str>> {
    let town = section.town?;
    let register = &mut registers[town];
    if !section.class.has_houses() || section.kind != Kind::Plain {
        return None;
    }
    let center = ground.towns[town].center;
    let middle = net.nodes[section.nodes[section.nodes.len() / 2]];
    let outwardness = length(vector(center, middle)) / (2.0 * ground.towns[town].spread_m);
    if section.is_between_towns && outwardness > 0.12 {
        return Some(register.towards(destination((facts, places), town, middle)));
    }
    let is_closed = net.degrees[section.nodes[section.nodes.len() - 1]] == 1;
    Some(match outwardness {
        ..0.3 if !is_closed => register.central(),
        ..0.3 => register.next(Sort::Middle),
        _ if is_closed => register.next(Sort::Closed),
        0.8.. => register.next(Sort::Edge),
        _ => register.next(Sort::Any),
    })
}

/// The nearest place that lies in the direction of a point of a town.
fn destination<'a>(
    (facts, places): (&'a Facts, &[twin_core::Planar]),
    town: usize,
    at: twin_core::Planar,
) -> &'a str {
    let out = heading(places[town], at);
    let others = (0..places.len()).filter(|&other| other != town);
    let ahead = others.filter(|&other| dot(out, heading(places[town], places[other])) > 0.8);
    let nearest = ahead.min_by(|&a, &b| {
        let apart2 = |other: usize| distance2(places[town], places[other]);
        apart2(a).total_cmp(&apart2(b))
    });
    let own = facts.communes.len();
    match nearest {
        Some(place) if place < own => &facts.communes[place].name,
        Some(place) => &facts.neighbours[place - own].name,
        None => &facts.communes[town].name,
    }
}

/// Numbers sections by what they belong to, so that a change of one town leaves the others' alone.
fn number(sections: &mut [Section], ground: &Ground) {
    let mut next = BTreeMap::new();
    for section in sections {
        let block = super::net::block(ground, section.way_town());
        let count = next.entry(block).or_insert(0_i64);
        *count += 1;
        section.id = block * super::net::BLOCK + *count;
    }
}

impl Section {
    /// The town that numbers it: main roads keep their numbers, whatever town they pass.
    fn way_town(&self) -> super::net::Owner {
        match self.town {
            _ if self.class == Class::Track => super::net::Owner::Country,
            Some(town) if !self.is_between_towns => super::net::Owner::Town(town),
            _ => super::net::Owner::Main,
        }
    }
}
