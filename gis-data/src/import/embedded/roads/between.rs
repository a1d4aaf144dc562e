//! Roads between communes: along the edges of the Gabriel graph of their centres, each as the
//! cheapest course over the land, on what is there already as far as it goes.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use twin_core::Planar;

use super::class::Class;
use super::mesh::{Barrier, Mesh};
use super::net::{Kind, Net, Way};
use crate::import::embedded::facts::Facts;
use crate::import::embedded::ground::Ground;
use crate::import::embedded::lines::crossing;
use crate::import::embedded::lines::{course_length, foot, length, relaxed, resampled};
use crate::import::embedded::plane::{distance2, vector};
use crate::import::embedded::relief::Relief;
use crate::import::embedded::segments::{Frame, Segments};
use crate::import::embedded::water::centers;

/// How far apart the points of a road are, about.
const STEP_M: f64 = 38.0;
/// A road that was made smoother may come so much nearer to the water than a bridge ends.
const BANK_SLACK_M: f64 = 10.0;
/// How often the course of a road is made smoother, unless it would cross another.
const ROUNDS: [u32; 4] = [7, 4, 2, 0];
/// The share of the length of all roads that is of each class, the busiest first.
const PRIMARY_SHARE: f64 = 0.14;
const SECONDARY_SHARE: f64 = 0.36;
const TERTIARY_SHARE: f64 = 0.72;

/// A stretch of road between two junctions, ends or bridges.
#[derive(Clone, Debug)]
struct Chain {
    points: Vec<usize>,
}

/// Where a town's roads come together.
#[derive(Debug)]
pub(super) struct Hub {
    pub at: Planar,
    pub node: usize,
}

/// Lays the roads between communes into the network and returns where each town's come together,
/// in the order of [`centers`]; `None` for one that no road leads to.
pub(super) fn lay(
    (facts, ground): (&Facts, &Ground),
    relief: &Relief,
    barriers: &[Barrier],
    net: &mut Net,
) -> Vec<Option<Hub>> {
    let places = centers(facts, ground);
    let mut mesh = Mesh::new(relief, barriers, 1);
    let ends: Vec<Option<usize>> = places.iter().map(|&at| mesh.nearest(at)).collect();
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
    let flows = flows(facts, &chains, &lines, &ends);
    let classes = classes(&lines, &flows);
    let nodes = insert(net, &mesh, &chains, (&lines, &classes));
    let hub = |end: &Option<usize>| {
        let node = *nodes.get(&(*end)?)?;
        Some(Hub {
            at: net.nodes[node],
            node,
        })
    };
    ends.iter().map(hub).collect()
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
fn population(facts: &Facts, place: usize) -> f64 {
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

/// The line of a chain, and where on it bridges begin and end.
#[derive(Clone, Debug, Default)]
struct Line {
    points: Vec<Planar>,
    /// For each piece, whether it is a bridge.
    is_bridge: Vec<bool>,
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
            for between in ix + 1..end {
                points.push(mesh.at[chain[between]]);
                is_bridge.push(false);
            }
            is_bridge.push(false);
        }
        points.push(mesh.at[chain[end]]);
        ix = end;
    }
    (points, is_bridge)
}

/// How much traffic each chain carries: every two towns exchange as much as their populations and
/// their distance say, on the shortest way.
fn flows(facts: &Facts, chains: &[Chain], lines: &[Line], ends: &[Option<usize>]) -> Vec<f64> {
    let mut roads: BTreeMap<usize, Vec<(usize, usize, f64)>> = BTreeMap::new();
    for (ix, (chain, line)) in chains.iter().zip(lines).enumerate() {
        let (start, end) = (chain.points[0], chain.points[chain.points.len() - 1]);
        let length_m = course_length(&line.points);
        roads.entry(start).or_default().push((end, ix, length_m));
        roads.entry(end).or_default().push((start, ix, length_m));
    }
    let mut flows = vec![0.0; chains.len()];
    for from in 0..facts.communes.len() {
        let Some(start) = ends[from] else { continue };
        let reached = shortest(&roads, start);
        for (to, end) in ends.iter().enumerate() {
            let Some(mut at) = end.filter(|end| to != from && reached.contains_key(end)) else {
                continue;
            };
            let distance_m = reached[&at].0.max(500.0);
            let trips = population(facts, from) * population(facts, to) / (distance_m * distance_m);
            while let Some(&(_, Some((before, chain)))) = reached.get(&at) {
                flows[chain] += trips;
                at = before;
            }
        }
    }
    flows
}

/// For every place in reach: its distance, and where one comes from on the shortest way.
type Reached = BTreeMap<usize, (f64, Option<(usize, usize)>)>;

fn shortest(roads: &BTreeMap<usize, Vec<(usize, usize, f64)>>, start: usize) -> Reached {
    let mut reached = Reached::new();
    let mut open = BinaryHeap::from([Reverse((0_u64, start, None))]);
    while let Some(Reverse((bits, at, came))) = open.pop() {
        if reached.contains_key(&at) {
            continue;
        }
        let distance_m = f64::from_bits(bits);
        reached.insert(at, (distance_m, came));
        for &(next, chain, length_m) in roads.get(&at).into_iter().flatten() {
            if !reached.contains_key(&next) {
                open.push(Reverse((
                    (distance_m + length_m).to_bits(),
                    next,
                    Some((at, chain)),
                )));
            }
        }
    }
    reached
}

/// The class of each chain: the busiest stretches are primary roads, and so on.
fn classes(lines: &[Line], flows: &[f64]) -> Vec<Class> {
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by(|&a, &b| flows[b].total_cmp(&flows[a]));
    let total_m: f64 = lines.iter().map(|line| course_length(&line.points)).sum();
    let mut classes = vec![Class::Unclassified; lines.len()];
    let mut walked_m = 0.0;
    for ix in order {
        classes[ix] = match walked_m / total_m {
            share if share < PRIMARY_SHARE => Class::Primary,
            share if share < SECONDARY_SHARE => Class::Secondary,
            share if share < TERTIARY_SHARE => Class::Tertiary,
            _ => Class::Unclassified,
        };
        walked_m += course_length(&lines[ix].points);
    }
    classes
}

/// Puts the lines into the network; returns the point of the network for each end of a chain.
fn insert(
    net: &mut Net,
    mesh: &Mesh,
    chains: &[Chain],
    (lines, classes): (&[Line], &[Class]),
) -> BTreeMap<usize, usize> {
    let mut nodes: BTreeMap<usize, usize> = BTreeMap::new();
    for (ix, chain) in chains.iter().enumerate() {
        for end in [chain.points[0], chain.points[chain.points.len() - 1]] {
            nodes
                .entry(end)
                .or_insert_with(|| net.add_node(mesh.at[end]));
        }
        let (start, end) = (
            nodes[&chain.points[0]],
            nodes[&chain.points[chain.points.len() - 1]],
        );
        let line = &lines[ix];
        let inner = &line.points[1..line.points.len() - 1];
        let mut course = vec![start];
        course.extend(inner.iter().map(|&at| net.add_node(at)));
        course.push(end);
        for part in parts(&line.is_bridge) {
            net.add_way(Way {
                class: classes[ix],
                kind: if line.is_bridge[part.start] {
                    Kind::Bridge
                } else {
                    Kind::Plain
                },
                nodes: course[part.start..=part.end].to_vec(),
                town: None,
                reference: None,
                is_oneway: false,
            });
        }
    }
    nodes
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
