//! How a street grows: step by step from a point of the network, along the slope where it can,
//! until it meets another one, water, the border or its end.

use twin_core::Planar;

use super::class::Class;
use super::field::Field;
use super::net::{Hit, Kind, Net, Way};
use crate::import::embedded::draws::Draws;
use crate::import::embedded::lines::{
    course_length, cross, crossing, dot, foot, heading, left, turned, unit,
};
use crate::import::embedded::plane::{distance2, holds, shifted, vector};
use crate::import::embedded::relief::Relief;
use crate::import::embedded::segments::{Frame, Segments};
use crate::import::embedded::water::River;

/// A street ends at a point that it comes so near to.
const SNAP_M: f64 = 17.0;
/// Banks are kept free of streets.
const BANK_M: f64 = 16.0;
/// The fence of a motorway is farther than this from its carriageways.
const FENCE_M: f64 = 30.0;
/// So far a street looks ahead for another one that it could meet.
const OUTLOOK_M: f64 = 120.0;
/// A street beside another one may turn off to it from so far.
const TURN_OFF_M: f64 = 85.0;
/// Streets meet at an angle of 40° at least.
const LEAST_SINE: f64 = 0.64;
const MOST_COSINE: f64 = 0.77;

/// The land that streets grow on.
pub(super) struct Land<'a> {
    pub relief: &'a Relief,
    field: Field,
    water: Segments,
    /// For each piece of water, half its width.
    half_widths_m: Vec<f64>,
    frame: Frame,
}

/// What kind of street is to grow.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    pub class: Class,
    /// The way that it goes on from, under the same name.
    pub street: Option<usize>,
    pub step_m: f64,
    /// It is given up where it becomes no longer than this.
    pub least_m: f64,
    pub length_m: f64,
    /// How much it turns at each step, in radians.
    pub bend: f64,
    /// How much it turns towards the way that streets run here at each step, 0–1.
    pub order: f64,
    /// How far it keeps from others that run its way.
    pub shy_m: f64,
    /// The steepest rise.
    pub steepest: f64,
    /// Whether it is given up where it does not meet another.
    pub ends: Ends,
}

/// How a street may end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ends {
    Anywhere,
    /// At another street, or not at all.
    Joined,
    /// Never at another street.
    Dead,
}

/// Where a street has got to.
struct Trail {
    points: Vec<Planar>,
    end: End,
}

#[derive(Clone, Copy, Debug)]
enum End {
    Open,
    Node(usize),
    Piece(usize, Planar),
}

impl<'a> Land<'a> {
    pub(super) fn new(relief: &'a Relief, rivers: &[River], net: &Net) -> Self {
        let frame = relief.frame();
        let mut land = Self {
            relief,
            field: Field::around(net, relief),
            water: Segments::new(frame),
            half_widths_m: Vec::new(),
            frame,
        };
        for river in rivers {
            for pair in river.course.windows(2) {
                land.water.insert([pair[0], pair[1]]);
                land.half_widths_m.push(river.width_m / 2.0);
            }
        }
        land
    }

    /// Whether a place is dry and inside the known land.
    pub(super) fn is_dry(&self, at: Planar) -> bool {
        let ([west, south], [east, north]) = (self.frame.south_west, self.frame.north_east);
        let is_inside = at[0] > west + 50.0
            && at[0] < east - 50.0
            && at[1] > south + 50.0
            && at[1] < north - 50.0;
        let near = self.water.nearest(at, 70.0);
        is_inside
            && near.is_none_or(|(piece, apart_m)| apart_m > self.half_widths_m[piece] + BANK_M)
    }

    fn is_across_water(&self, line: [Planar; 2]) -> bool {
        self.water
            .around(line, 0.0)
            .any(|(_, water)| crossing(line, water).is_some())
    }
}

/// Streets growing in one town, or tracks in the open country.
pub(super) struct Growth<'a> {
    pub land: &'a Land<'a>,
    pub net: &'a mut Net,
    /// The border that is not crossed, if any.
    pub ring: Option<&'a [Planar]>,
    pub town: Option<usize>,
    pub draws: Draws,
}

impl Growth<'_> {
    /// Grows a street from a point and returns its points in the network, or nothing where there is
    /// no room for one.
    pub(super) fn grow(
        &mut self,
        from: usize,
        direction: Planar,
        plan: &Plan,
    ) -> Option<Vec<usize>> {
        if self.net.degrees[from] >= 4 || self.net.is_tight(from, direction, MOST_COSINE) {
            return None;
        }
        let trail = self.trail(from, direction, plan);
        let is_joined = !matches!(trail.end, End::Open);
        let grown_m = course_length(&trail.points);
        let is_wanted = match plan.ends {
            Ends::Anywhere => {
                grown_m >= plan.least_m && (is_joined || grown_m >= 1.9 * plan.step_m)
            }
            Ends::Joined => is_joined,
            Ends::Dead => !is_joined && grown_m >= 0.9 * plan.step_m,
        };
        (is_wanted && trail.points.len() + usize::from(is_joined) > 1)
            .then(|| self.commit(from, &trail, plan))
    }

    fn commit(&mut self, from: usize, trail: &Trail, plan: &Plan) -> Vec<usize> {
        let mut nodes = vec![from];
        nodes.extend(trail.points[1..].iter().map(|&at| self.net.add_node(at)));
        match trail.end {
            End::Open => {}
            End::Node(node) => nodes.push(node),
            End::Piece(piece, at) => nodes.push(self.net.split(piece, at)),
        }
        self.net.add_way(Way {
            class: plan.class,
            kind: Kind::Plain,
            nodes: nodes.clone(),
            town: self.town,
            street: plan.street,
            reference: None,
            is_oneway: false,
        });
        nodes
    }

    fn trail(&mut self, from: usize, direction: Planar, plan: &Plan) -> Trail {
        let mut trail = Trail {
            points: vec![self.net.nodes[from]],
            end: End::Open,
        };
        let mut direction = direction;
        let mut left_m = plan.length_m;
        while left_m > 0.0 {
            direction = self.steered(trail.at(), direction, plan);
            let start = (trail.points.len() == 1).then_some(from);
            if let Some(hit) = self.hit_ahead(&trail, direction, (plan.step_m + SNAP_M, start)) {
                trail.end = self.joined(&trail, hit, direction, from);
                return self.cleared(trail, start);
            }
            let next = shifted(trail.at(), direction, plan.step_m);
            if !self.is_free([trail.at(), next], plan) {
                return self.cleared(trail, start);
            }
            if let Some(node) = self.node_near(&trail, next, direction, from) {
                trail.end = End::Node(node);
                return trail;
            }
            if trail.is_near_itself(next, plan.step_m) {
                return self.cleared(trail, start);
            }
            if self.is_crowded(next, direction, (plan.shy_m, start)) {
                self.turn_off(&mut trail, direction, (plan, from));
                return self.cleared(trail, start);
            }
            trail.points.push(next);
            left_m -= plan.step_m;
        }
        if plan.ends != Ends::Dead {
            self.look_ahead(&mut trail, direction, from);
        }
        trail
    }

    /// Takes back the last step where it ends right before another street.
    fn cleared(&self, mut trail: Trail, start: Option<usize>) -> Trail {
        if matches!(trail.end, End::Open) && trail.points.len() > 1 {
            let near = self.net.nearest_piece(trail.at(), SNAP_M, start);
            if near.is_some() {
                trail.points.pop();
            }
        }
        trail
    }

    /// Turns by what the plan says and by chance, and towards the way that streets run here.
    fn steered(&mut self, at: Planar, direction: Planar, plan: &Plan) -> Planar {
        let direction = turned(direction, plan.bend + 0.03 * self.draws.signed());
        let axis = self.land.field.axis(at, direction);
        unit(shifted(direction, vector(direction, axis), plan.order))
    }

    fn hit_ahead(
        &self,
        trail: &Trail,
        direction: Planar,
        (reach_m, start): (f64, Option<usize>),
    ) -> Option<Hit> {
        let at = trail.at();
        self.net
            .first_hit([at, shifted(at, direction, reach_m)], start)
    }

    /// How a street ends at another one that lies in its way.
    fn joined(&self, trail: &Trail, hit: Hit, direction: Planar, from: usize) -> End {
        let at = trail.at();
        let is_square = cross(direction, self.net.heading(hit.piece)).abs() > LEAST_SINE;
        let touches = |end: usize| end == from;
        let ends = self.net.piece(hit.piece).ends;
        if !self.net.way_of(hit.piece).is_joinable() || !is_square || ends.into_iter().any(touches)
        {
            return End::Open;
        }
        let line = [at, hit.at];
        if self.land.is_across_water(line) || !self.land.is_dry(hit.at) {
            return End::Open;
        }
        for end in ends {
            let place = self.net.nodes[end];
            if distance2(place, hit.at) < SNAP_M * SNAP_M * 0.7 {
                return if self.is_open_node(at, end) {
                    End::Node(end)
                } else {
                    End::Open
                };
            }
        }
        End::Piece(hit.piece, hit.at)
    }

    /// Whether a street may end at a point of the network.
    fn is_open_node(&self, at: Planar, node: usize) -> bool {
        let place = self.net.nodes[node];
        let backwards = heading(place, at);
        let is_in_sight = self
            .net
            .first_hit([at, shifted(place, backwards, 0.5)], None)
            .is_none_or(|hit| hit.share < 1e-9);
        self.net.degrees[node] < 4
            && !self.net.is_tight(node, backwards, MOST_COSINE)
            && is_in_sight
            && !self.land.is_across_water([at, place])
    }

    fn node_near(
        &self,
        trail: &Trail,
        next: Planar,
        direction: Planar,
        from: usize,
    ) -> Option<usize> {
        let node = self.net.nearest_node(next, SNAP_M, from)?;
        let at = trail.at();
        let is_ahead = dot(direction, heading(at, self.net.nodes[node])) > MOST_COSINE;
        (is_ahead && self.is_clear_to(trail, node)).then_some(node)
    }

    fn is_clear_to(&self, trail: &Trail, node: usize) -> bool {
        // the first piece starts at a point of the network, where others are
        trail.points.len() > 1 && self.is_open_node(trail.at(), node)
    }

    fn is_free(&self, line: [Planar; 2], plan: &Plan) -> bool {
        let rise = (self.land.relief.height_m(line[1]) - self.land.relief.height_m(line[0])).abs();
        let is_home = self.ring.is_none_or(|ring| holds(ring, line[1], 6.0));
        is_home
            && rise <= plan.steepest * plan.step_m
            && self.land.is_dry(line[1])
            && !self.land.is_across_water(line)
    }

    /// Whether another street runs the same way beside a place, or a fence is near.
    fn is_crowded(
        &self,
        at: Planar,
        direction: Planar,
        (shy_m, start): (f64, Option<usize>),
    ) -> bool {
        let near = self.net.pieces_around([at, at], shy_m.max(FENCE_M));
        for piece in near {
            if start.is_some_and(|start| self.net.piece(piece).ends.contains(&start)) {
                continue;
            }
            let line = self.net.line(piece);
            let (share, apart2) = foot(line, at);
            let apart_m = apart2.sqrt();
            let aside = vector(at, shifted(line[0], vector(line[0], line[1]), share));
            let is_beside = dot(direction, aside).abs() < 0.7 * apart_m;
            let is_parallel = is_beside && dot(direction, self.net.heading(piece)).abs() > 0.86;
            let is_fence = !self.net.way_of(piece).is_joinable();
            if apart_m < SNAP_M
                || (is_fence && apart_m < FENCE_M)
                || (is_parallel && apart_m < shy_m)
            {
                return true;
            }
        }
        false
    }

    /// Ends at the street that runs beside it, square to both.
    fn turn_off(&mut self, trail: &mut Trail, direction: Planar, (plan, from): (&Plan, usize)) {
        if trail.points.len() < 4 || plan.ends == Ends::Dead {
            return;
        }
        let aside = [left(direction), left(direction).map(|part| -part)];
        let hits = aside.map(|side| Some((self.hit_ahead(trail, side, (TURN_OFF_M, None))?, side)));
        let nearest = hits.into_iter().flatten();
        let Some((hit, side)) = nearest.min_by(|a, b| a.0.share.total_cmp(&b.0.share)) else {
            return;
        };
        let is_home = self.ring.is_none_or(|ring| holds(ring, hit.at, 1.0));
        let is_far = hit.share * TURN_OFF_M > 2.0 * SNAP_M;
        if is_home && is_far {
            trail.end = self.joined(trail, hit, side, from);
        }
    }

    /// Goes on to a street that lies straight ahead and not far.
    fn look_ahead(&mut self, trail: &mut Trail, direction: Planar, from: usize) {
        if trail.points.len() < 2 || self.draws.unit() < 0.08 {
            return;
        }
        let at = trail.at();
        let Some(hit) = self.hit_ahead(trail, direction, (OUTLOOK_M, None)) else {
            return;
        };
        let is_home = self.ring.is_none_or(|ring| holds(ring, hit.at, 1.0));
        if is_home {
            trail.end = self.joined(trail, hit, direction, from);
            if let End::Piece(_, place) = trail.end {
                let steps =
                    [1.0 / 3.0, 2.0 / 3.0].map(|share| shifted(at, vector(at, place), share));
                trail.points.extend(steps);
            }
        }
    }
}

impl Trail {
    fn at(&self) -> Planar {
        self.points[self.points.len() - 1]
    }

    fn is_near_itself(&self, next: Planar, step_m: f64) -> bool {
        let older = self.points.len().saturating_sub(4);
        self.points[..older]
            .iter()
            .any(|&point| distance2(point, next) < step_m * step_m)
    }
}
