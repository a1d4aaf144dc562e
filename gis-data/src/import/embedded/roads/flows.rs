//! Traffic between communes, which says how important each road is, and the numbers of the roads.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use super::between::{Line, population};
use super::class::Class;
use crate::import::embedded::facts::Facts;
use crate::import::embedded::lines::{course_length, dot, heading};

/// The share of the length of all roads that is of each class, the busiest first.
const PRIMARY_SHARE: f64 = 0.14;
const SECONDARY_SHARE: f64 = 0.36;
const TERTIARY_SHARE: f64 = 0.72;
/// A road keeps its number where it turns by less than 60°.
const STRAIGHT_COSINE: f64 = 0.5;
/// The first number of each class.
const NUMBERS: [(Class, u32); 4] = [
    (Class::Primary, 400),
    (Class::Secondary, 100),
    (Class::Tertiary, 200),
    (Class::Unclassified, 300),
];

/// What every line carries, and what it is called for that.
#[derive(Debug)]
pub(super) struct Traffic {
    pub classes: Vec<Class>,
    /// The numbers on the signposts. They are made up.
    pub numbers: Vec<u32>,
}

impl Traffic {
    pub(super) fn new(facts: &Facts, lines: &[Line], ends: &[Option<usize>]) -> Self {
        let flows = flows(facts, lines, ends);
        let classes = classes(lines, &flows);
        let numbers = numbers(lines, &flows, &classes);
        Self { classes, numbers }
    }
}

/// How much traffic each chain carries: every two towns exchange as much as their populations and
/// their distance say, on the shortest way.
fn flows(facts: &Facts, lines: &[Line], ends: &[Option<usize>]) -> Vec<f64> {
    let mut roads: BTreeMap<usize, Vec<(usize, usize, f64)>> = BTreeMap::new();
    for (ix, line) in lines.iter().enumerate() {
        let [start, end] = line.ends;
        let length_m = course_length(&line.points);
        roads.entry(start).or_default().push((end, ix, length_m));
        roads.entry(end).or_default().push((start, ix, length_m));
    }
    let mut flows = vec![0.0; lines.len()];
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

/// Numbers for the signposts: a road goes straight on under the same one, as long as its class is
/// the same.
fn numbers(lines: &[Line], flows: &[f64], classes: &[Class]) -> Vec<u32> {
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by(|&a, &b| flows[b].total_cmp(&flows[a]));
    let mut next: BTreeMap<Class, u32> = BTreeMap::from(NUMBERS);
    let mut numbers = vec![0; lines.len()];
    for start in order {
        if numbers[start] != 0 {
            continue;
        }
        let number = next.entry(classes[start]).or_insert(500);
        *number += 1;
        numbers[start] = *number;
        for end in lines[start].ends {
            let (mut line, mut at) = (start, end);
            while let Some(after) = straight_on(lines, (line, at), |other| {
                numbers[other] == 0 && classes[other] == classes[start]
            }) {
                numbers[after] = numbers[start];
                let [first, last] = lines[after].ends;
                at = if first == at { last } else { first };
                line = after;
            }
        }
    }
    numbers
}

/// The line that goes straightest on from the end of another, among those that are wanted.
fn straight_on(
    lines: &[Line],
    (line, at): (usize, usize),
    is_wanted: impl Fn(usize) -> bool,
) -> Option<usize> {
    let out = |line: &Line| {
        let points = &line.points;
        let far = (points.len() - 1).min(3);
        if line.ends[0] == at {
            heading(points[0], points[far])
        } else {
            heading(points[points.len() - 1], points[points.len() - 1 - far])
        }
    };
    let back = out(&lines[line]);
    let others = (0..lines.len()).filter(|&other| other != line && lines[other].ends.contains(&at));
    let turns = others
        .filter(|&other| is_wanted(other))
        .map(|other| (other, -dot(back, out(&lines[other]))));
    let straight = turns.filter(|&(_, cosine)| cosine > STRAIGHT_COSINE);
    straight
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(other, _)| other)
}
