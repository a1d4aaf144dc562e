//! How roads between communes meet: at a point, or at a roundabout.

use std::collections::BTreeMap;

use twin_core::Planar;

use super::between::{Line, parts};
use super::class::Class;
use super::flows::Traffic;
use super::net::{Kind, Net, Way};
use crate::import::embedded::draws::{Draws, Topic};
use crate::import::embedded::lines::{course_length, length};
use crate::import::embedded::plane::{distance2, shifted, vector};

/// From the middle of a roundabout to its lane.
const RADIUS_M: f64 = 17.0;
/// This share of the junctions of important roads are roundabouts.
const SHARE: f64 = 0.42;
/// Roads meet a roundabout at angles of 40° at least.
const LEAST_ANGLE: f64 = 0.7;
/// Points of a roundabout are no farther apart than this angle.
const STEP_ANGLE: f64 = 0.45;

/// Where the ends of lines come to lie.
#[derive(Debug)]
pub(super) struct Junctions {
    /// For each point of the mesh that is a roundabout, the lines that come there, each with its
    /// angle, counterclockwise.
    rings: BTreeMap<usize, Vec<Arm>>,
}

/// The end of a line at a roundabout.
#[derive(Clone, Copy, Debug)]
struct Arm {
    line: usize,
    /// 0 for its first end, 1 for its last one.
    end: usize,
    /// The piece of the line that leaves the ring, counted from that end, and where.
    piece: usize,
    at: Planar,
    angle: f64,
}

impl Junctions {
    /// Chooses the junctions that are roundabouts.
    pub(super) fn new(lines: &[Line], classes: &[Class], seed: u64) -> Self {
        let mut ends: BTreeMap<usize, Vec<(usize, usize)>> = BTreeMap::new();
        for (ix, line) in lines.iter().enumerate() {
            for (end, &point) in line.ends.iter().enumerate() {
                ends.entry(point).or_default().push((ix, end));
            }
        }
        let mut draws = Draws::new(seed, Topic::Traffic, 0);
        let mut rings = BTreeMap::new();
        for (point, meeting) in ends {
            let is_chosen = draws.unit() < SHARE;
            let important = meeting
                .iter()
                .filter(|(line, _)| classes[*line] <= Class::Secondary);
            if is_chosen && important.count() >= 2 && (3..=5).contains(&meeting.len()) {
                rings.extend(ring(lines, &meeting).map(|arms| (point, arms)));
            }
        }
        Self { rings }
    }

    /// Puts the lines and the roundabouts into the network.
    pub(super) fn lay(&self, net: &mut Net, lines: &[Line], traffic: &Traffic) {
        let mut nodes: BTreeMap<usize, usize> = BTreeMap::new();
        for (ix, line) in lines.iter().enumerate() {
            let (trimmed, ends) = self.trimmed(ix, line);
            let mut course = Vec::with_capacity(trimmed.points.len());
            for (place, &at) in trimmed.points.iter().enumerate() {
                let end = match place {
                    0 => Some(0),
                    place if place + 1 == trimmed.points.len() => Some(1),
                    _ => None,
                };
                let shared = end.and_then(|end| ends[end]);
                course.push(match shared {
                    Some(point) => *nodes.entry(point).or_insert_with(|| net.add_node(at)),
                    None => net.add_node(at),
                });
            }
            lay_line(
                net,
                (&trimmed, &course),
                (traffic.classes[ix], traffic.numbers[ix]),
            );
        }
        for arms in self.rings.values() {
            lay_ring(net, arms, &traffic.classes);
        }
    }

    /// A line without what lies inside of roundabouts, and the points of the mesh that its ends
    /// share with others.
    fn trimmed(&self, ix: usize, line: &Line) -> (Line, [Option<usize>; 2]) {
        let mut line = line.clone();
        let mut shared = line.ends.map(Some);
        for end in [1, 0] {
            let arms = self.rings.get(&line.ends[end]).into_iter().flatten();
            let own = arms
                .into_iter()
                .find(|arm| arm.line == ix && arm.end == end);
            if let Some(arm) = own {
                shared[end] = None;
                line.trim(arm);
            }
        }
        (line, shared)
    }
}

impl Line {
    fn trim(&mut self, arm: &Arm) {
        if arm.end == 0 {
            self.points.drain(..arm.piece);
            self.points[0] = arm.at;
            self.is_bridge.drain(..arm.piece);
        } else {
            self.points.truncate(self.points.len() - arm.piece);
            let last = self.points.len() - 1;
            self.points[last] = arm.at;
            self.is_bridge.truncate(last);
        }
    }
}

/// Puts a line into the network, cut at its bridges.
fn lay_line(net: &mut Net, (line, course): (&Line, &[usize]), (class, number): (Class, u32)) {
    for part in parts(&line.is_bridge) {
        net.add_way(Way {
            class,
            kind: if line.is_bridge[part.start] {
                Kind::Bridge
            } else {
                Kind::Plain
            },
            nodes: course[part.start..=part.end].to_vec(),
            town: None,
            street: None,
            reference: Some(number),
            is_oneway: false,
        });
    }
}

/// The arms of a roundabout, counterclockwise; `None` where there is no room for one.
fn ring(lines: &[Line], meeting: &[(usize, usize)]) -> Option<Vec<Arm>> {
    let mut arms = Vec::new();
    for &(line, end) in meeting {
        arms.push(arm(&lines[line], line, end)?);
    }
    arms.sort_by(|a, b| a.angle.total_cmp(&b.angle));
    let next = arms.iter().cycle().skip(1);
    let gaps = arms
        .iter()
        .zip(next)
        .map(|(a, b)| (b.angle - a.angle).rem_euclid(std::f64::consts::TAU));
    gaps.fold(f64::INFINITY, f64::min)
        .gt(&LEAST_ANGLE)
        .then_some(arms)
}

/// Where a line leaves the ring around one of its ends.
fn arm(line: &Line, ix: usize, end: usize) -> Option<Arm> {
    let mut points = line.points.clone();
    let mut is_bridge = line.is_bridge.clone();
    if end == 1 {
        points.reverse();
        is_bridge.reverse();
    }
    if course_length(&points) < 6.0 * RADIUS_M {
        return None;
    }
    let center = points[0];
    let outside = points
        .iter()
        .position(|&at| distance2(at, center) > RADIUS_M * RADIUS_M)?;
    if is_bridge[..outside].contains(&true) {
        return None;
    }
    let (inner, outer) = (points[outside - 1], points[outside]);
    let (inner_m, outer_m) = (length(vector(center, inner)), length(vector(center, outer)));
    let at = shifted(
        inner,
        vector(inner, outer),
        (RADIUS_M - inner_m) / (outer_m - inner_m),
    );
    let [x, y] = vector(center, at);
    Some(Arm {
        line: ix,
        end,
        piece: outside - 1,
        at,
        angle: libm::atan2(y, x),
    })
}

/// Lays the lane of a roundabout: traffic goes round counterclockwise.
fn lay_ring(net: &mut Net, arms: &[Arm], classes: &[Class]) {
    let center = center(arms);
    let mut nodes = Vec::new();
    for (arm, next) in arms.iter().zip(arms.iter().cycle().skip(1)) {
        nodes.extend(net.node_at(arm.at));
        let gap = (next.angle - arm.angle).rem_euclid(std::f64::consts::TAU);
        let steps = (gap / STEP_ANGLE).ceil().max(1.0);
        let mut step = 1.0;
        while step < steps {
            let angle = arm.angle + gap * step / steps;
            let out = [RADIUS_M * libm::cos(angle), RADIUS_M * libm::sin(angle)];
            nodes.push(net.add_node(shifted(center, out, 1.0)));
            step += 1.0;
        }
    }
    nodes.push(nodes[0]);
    let class = arms.iter().map(|arm| classes[arm.line]).min();
    net.add_way(Way {
        class: class.unwrap_or(Class::Tertiary),
        kind: Kind::Roundabout,
        nodes,
        town: None,
        street: None,
        reference: None,
        is_oneway: true,
    });
}

/// The middle of the ring that an arm leaves.
fn center(arms: &[Arm]) -> Planar {
    let Arm { at, angle, .. } = arms[0];
    shifted(at, [libm::cos(angle), libm::sin(angle)], -RADIUS_M)
}
