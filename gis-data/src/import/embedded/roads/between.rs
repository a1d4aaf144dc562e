//! Roads between communes: along the edges of the Gabriel graph of their centres, each as the
//! cheapest course over the land, on what is there already as far as it goes.

use std::collections::BTreeMap;

use twin_core::Planar;

use super::flows::Traffic;
use super::junctions::Junctions;
use super::mesh::{Barrier, Mesh};
use super::net::Net;
use crate::import::embedded::facts::Facts;
use crate::import::embedded::ground::Ground;
use crate::import::embedded::lines::{crossing, foot, heading, length, relaxed, resampled};
use crate::import::embedded::plane::{distance2, shifted, vector};
use crate::import::embedded::relief::Relief;
use crate::import::embedded::segments::{Frame, Segments};
use crate::import::embedded::water::centers;

/// How far apart the points of a road are, about.
const STEP_M: f64 = 38.0;
/// A road that was made smoother may come so much nearer to the water than a bridge ends.
const BANK_SLACK_M: f64 = 10.0;
/// A town of so many people, so near to water of such a width, has a bridge of its own, which leads
/// so far beyond the middle of the river.
const BRIDGED_POPULATION: u32 = 1500;
const BRIDGED_REACH_M: f64 = 650.0;
const BRIDGED_WATER_M: f64 = 15.0;
const ACROSS_M: f64 = 260.0;
/// How often the course of a road is made smoother, unless it would cross another.
const ROUNDS: [u32; 4] = [7, 4, 2, 0];

/// A stretch of road between two junctions, ends or bridges.
#[derive(Clone, Debug)]
struct Chain {
    points: Vec<usize>,
}

/// Lays the roads between communes into the network.
pub(super) fn lay(
    (facts, ground): (&Facts, &Ground),
    relief: &Relief,
    barriers: &[Barrier],
    net: &mut Net,
    seed: u64,
) {
    let places = centers(facts, ground);
    let mut mesh = Mesh::new(relief, barriers, seed);
    let ends: Vec<Option<usize>> = places.iter().map(|&at| mesh.nearest(at)).collect();
    for (town, across) in town_bridges(facts, &places, barriers) {
        let (Some(from), Some(to)) = (ends[town], mesh.nearest(across)) else {
            continue;
        };
        if let Some(course) = mesh.course(from, to) {
            mesh.lay(&course);
        }
    }
    for (a, b) in wanted_roads(facts, &places) {
        let (Some(from), Some(to)) = (ends[a], ends[b]) else {
            continue;
        };
        if let Some(course) = mesh.course(from, to) {
            mesh.lay(&course);
        }
    }
    let stops: Vec<usize> = ends.iter().flatten().copied().collect();
    let chains = chains(&mesh, &stops);
    let lines = smoothed(&mesh, &chains, barriers, relief.frame());
    let traffic = Traffic::new(facts, &lines, &ends);
    Junctions::new(&lines, &traffic.classes, seed).lay(net, &lines, &traffic);
}

/// The towns that have grown beside a river, each with a place on the other bank.
fn town_bridges(facts: &Facts, places: &[Planar], barriers: &[Barrier]) -> Vec<(usize, Planar)> {
    let rivers = barriers
        .iter()
        .filter(|barrier| barrier.water_m >= BRIDGED_WATER_M);
    let pieces = || rivers.clone().flat_map(|river| river.course.windows(2));
    let towns = facts.communes.iter().enumerate();
    let towns = towns.filter(|(_, commune)| commune.population >= BRIDGED_POPULATION);
    let across = |(town, _)| {
        let center: Planar = places[town];
        let feet = pieces().map(|pair| {
            let (share, apart2) = foot([pair[0], pair[1]], center);
            (shifted(pair[0], vector(pair[0], pair[1]), share), apart2)
        });
        let (at, apart2) = feet.min_by(|a, b| a.1.total_cmp(&b.1))?;
        let is_beside = apart2 < BRIDGED_REACH_M * BRIDGED_REACH_M;
        is_beside.then(|| (town, shifted(at, heading(center, at), ACROSS_M)))
    };
    towns.filter_map(across).collect()
}

/// The pairs of places that a road should join, the busiest first.
fn wanted_roads(facts: &Facts, places: &[Planar]) -> Vec<(usize, usize)> {
    let own = facts.communes.len();
    let mut pairs: Vec<(usize, usize)> = gabriel_edges(places)
        .into_iter()
        .filter(|&(a, _)| a < own)
        .collect();
    let weight = |&(a, b): &(usize, usize)| {
        let apart_m = length(vector(places[a], places[b]));
        (population(facts, a) * population(facts, b)).sqrt() / apart_m
    };
    pairs.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
    pairs
}

/// Beyond the border, a place counts like a village.
pub(super) fn population(facts: &Facts, place: usize) -> f64 {
    facts
        .communes
        .get(place)
        .map_or(600.0, |commune| f64::from(commune.population))
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

/// The stretches between junctions, dead ends and `stops`.
fn chains(mesh: &Mesh, stops: &[usize]) -> Vec<Chain> {
    let mut is_stop = BTreeMap::new();
    for ix in mesh.roads() {
        is_stop.insert(ix, mesh.neighbours(ix).count() != 2 || stops.contains(&ix));
    }
    let mut chains = Vec::new();
    for (&start, _) in is_stop.iter().filter(|(_, is_stop)| **is_stop) {
        for first in mesh.neighbours(start) {
            let mut points = vec![start, first];
            while !is_stop[&points[points.len() - 1]] {
                let (before, at) = (points[points.len() - 2], points[points.len() - 1]);
                match mesh.neighbours(at).find(|&next| next != before) {
                    Some(next) => points.push(next),
                    None => break,
                }
            }
            let end = points[points.len() - 1];
            let is_first_way_round = (start, first) < (end, points[points.len() - 2]);
            if is_first_way_round {
                chains.push(Chain { points });
            }
        }
    }
    chains
}

/// A stretch of road between two junctions or ends, as it lies in the land.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// The points of the mesh where it starts and ends.
    pub ends: [usize; 2],
    pub points: Vec<Planar>,
    /// For each piece, whether it is a bridge.
    pub is_bridge: Vec<bool>,
}

/// The lines of all chains, as smooth as they can be without crossing each other.
fn smoothed(mesh: &Mesh, chains: &[Chain], barriers: &[Barrier], frame: Frame) -> Vec<Line> {
    let mut levels = vec![0; chains.len()];
    let draw = |(chain, &level): (&Chain, &usize)| line(mesh, chain, ROUNDS[level]);
    loop {
        let lines: Vec<Line> = chains.iter().zip(&levels).map(draw).collect();
        let mut is_calm = true;
        for chain in tangled(&lines, barriers, frame) {
            if levels[chain] + 1 < ROUNDS.len() {
                levels[chain] += 1;
                is_calm = false;
            }
        }
        if is_calm {
            return lines;
        }
    }
}

/// The chains that cross another, or a barrier without a bridge.
fn tangled(lines: &[Line], barriers: &[Barrier], frame: Frame) -> Vec<usize> {
    let mut index = Segments::new(frame);
    let mut owners = Vec::new();
    for (chain, line) in lines.iter().enumerate() {
        for (ix, pair) in line.points.windows(2).enumerate() {
            index.insert([pair[0], pair[1]]);
            owners.push((chain, line.is_bridge[ix]));
        }
    }
    let mut tangled = vec![false; lines.len()];
    for number in 0..owners.len() {
        let own = index.line(number);
        for (other, line) in index.around(own, 0.0).filter(|&(other, _)| other > number) {
            let do_touch = own.iter().any(|end| line.contains(end));
            if !do_touch && crossing(own, line).is_some() {
                tangled[owners[number].0] = true;
                tangled[owners[other].0] = true;
            }
        }
    }
    for barrier in barriers {
        let clear_m = barrier.bank_m - BANK_SLACK_M;
        for pair in barrier.course.windows(2) {
            for (number, line) in index.around([pair[0], pair[1]], clear_m) {
                if !owners[number].1 && gap2(line, [pair[0], pair[1]]) < clear_m * clear_m {
                    tangled[owners[number].0] = true;
                }
            }
        }
    }
    (0..lines.len()).filter(|&chain| tangled[chain]).collect()
}

/// The squared distance between two lines; 0 where they cross.
fn gap2(a: [Planar; 2], b: [Planar; 2]) -> f64 {
    if crossing(a, b).is_some() {
        return 0.0;
    }
    let ends = [foot(a, b[0]), foot(a, b[1]), foot(b, a[0]), foot(b, a[1])];
    ends.into_iter()
        .map(|(_, apart2)| apart2)
        .fold(f64::INFINITY, f64::min)
}

/// The line of one chain: bridges straight, the rest relaxed.
fn line(mesh: &Mesh, chain: &Chain, rounds: u32) -> Line {
    let (points, is_bridge) = bridged(mesh, &chain.points);
    let points = relaxed(&points, rounds);
    let mut line = Line {
        ends: [chain.points[0], chain.points[chain.points.len() - 1]],
        points: vec![points[0]],
        is_bridge: Vec::new(),
    };
    for part in parts(&is_bridge) {
        let course = &points[part.start..=part.end];
        let course = if is_bridge[part.start] {
            course.to_vec()
        } else {
            resampled(course, STEP_M)
        };
        let pieces = course.len() - 1;
        line.is_bridge.extend(vec![is_bridge[part.start]; pieces]);
        line.points.extend(&course[1..]);
    }
    line
}

/// The points of a chain with those on the banks left out where it crosses, and for each piece that
/// is left whether it is a bridge.
fn bridged(mesh: &Mesh, chain: &[usize]) -> (Vec<Planar>, Vec<bool>) {
    let is_crossed: Vec<bool> = chain
        .windows(2)
        .map(|pair| mesh.is_bridge(pair[0], pair[1]))
        .collect();
    let mut points = vec![mesh.at[chain[0]]];
    let mut is_bridge = Vec::new();
    let mut ix = 0;
    while ix + 1 < chain.len() {
        // as long as the far end lies on a bank and the crossing is under way or ahead
        let mut end = ix + 1;
        while mesh.banks[chain[end]] != 0 && end + 1 < chain.len() {
            end += 1;
        }
        if is_crossed[ix..end].contains(&true) {
            is_bridge.push(true);
        } else {
            for &between in &chain[ix + 1..end] {
                points.push(mesh.at[between]);
                is_bridge.push(false);
            }
            is_bridge.push(false);
        }
        points.push(mesh.at[chain[end]]);
        ix = end;
    }
    (points, is_bridge)
}

/// Runs of pieces that are bridges or not.
pub(super) fn parts(is_bridge: &[bool]) -> Vec<std::ops::Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    for end in 1..=is_bridge.len() {
        if end == is_bridge.len() || is_bridge[end] != is_bridge[start] {
            parts.push(start..end);
            start = end;
        }
    }
    parts
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
    fn a_line_is_cut_at_its_bridges() {
        assert_eq!(parts(&[false, false, true, false]), [0..2, 2..3, 3..4]);
    }
}
