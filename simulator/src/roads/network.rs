//! The road network as people see it: junctions, and the streets between them in both directions.
//!
//! It says what there is, not who may drive there: that depends on a profile, an hour and edits,
//! and is for [`Prices`](super::Prices) to tell.

mod build;
mod geometry;
mod restrictions;
mod slope;

use petgraph::graph::DiGraph;
use twin_core::{Ground, LonLat, Road, Tags};

pub(super) use self::geometry::{ground_length_m, metres_between};
pub(super) use self::restrictions::{Ban, Forbidden};
pub use self::slope::Slope;
use super::profile::Mode;
use super::snap::{Snap, between};
use crate::error::SimResult;

/// Where roads meet, end, or say something to traffic.
#[derive(Clone, Debug, PartialEq)]
pub struct Junction {
    /// Where it is.
    pub place: LonLat,
    /// What stands there: a barrier, a signal. Empty at a plain junction.
    pub tags: Tags,
}

/// One direction of a segment; the number of its edge in the graph is `segment * 2`, and 1 more
/// against the direction in which its road is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Street {
    /// Its segment.
    pub segment: u32,
}

/// A stretch of a road between two junctions.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// The number of its road in [`Network::roads`].
    pub road: u32,
    /// The first of the road's points that belongs to it.
    pub first_point: u32,
    /// The last of them.
    pub last_point: u32,
    /// Its length on the ground, in metres.
    pub length_m: f64,
    /// How it rises and falls, along the road.
    pub slope: Slope,
    /// Where one heads on leaving its first junction, in degrees clockwise from north.
    pub heading_out: f32,
    /// Where one heads on arriving at its last junction, in degrees clockwise from north.
    pub heading_in: f32,
}

/// What could not be used of the roads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Leftovers {
    /// Stretches without any length that begin where they end.
    pub empty_segments: usize,
    /// Turn restrictions of which no way is known: their roads are not of this mode, or do not meet.
    pub restrictions: usize,
}

/// The roads of one mode as a graph of junctions and streets.
#[derive(Clone, Debug)]
pub struct Network {
    graph: DiGraph<Junction, Street>,
    roads: Vec<Road>,
    segments: Vec<Segment>,
    /// For each road, its first segment; one entry more at the end.
    first_segment: Vec<u32>,
    forbidden: Vec<Forbidden>,
    restrictions: Vec<twin_core::TurnRestriction>,
    leftovers: Leftovers,
}

impl Network {
    /// Cuts the roads of a mode where they meet.
    ///
    /// Roads meet at points with the same number or, where a road's points have none, at the same
    /// place.
    ///
    /// # Errors
    /// [`SimError::TooLarge`](crate::SimError::TooLarge) beyond 2^29 segments.
    pub fn new(ground: &Ground, mode: Mode) -> SimResult<Self> {
        build::network(ground, mode)
    }

    /// Junctions and streets; an edge has the number that is told at [`Street`].
    pub const fn graph(&self) -> &DiGraph<Junction, Street> {
        &self.graph
    }

    /// The roads of the mode.
    pub fn roads(&self) -> &[Road] {
        &self.roads
    }

    /// All segments; those of a road are neighbours, in its direction.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// What could not be used.
    pub const fn leftovers(&self) -> Leftovers {
        self.leftovers
    }

    /// How many directed edges there are: two for each segment.
    pub fn edge_count(&self) -> usize {
        2 * self.segments.len()
    }

    /// The road of an edge.
    pub(super) fn road_of(&self, edge: u32) -> &Road {
        &self.roads[self.segments[edge as usize >> 1].road as usize]
    }

    /// The segment of an edge.
    pub(super) fn segment_of(&self, edge: u32) -> &Segment {
        &self.segments[edge as usize >> 1]
    }

    /// Where an edge begins and ends, as numbers of junctions.
    pub(super) fn ends(&self, edge: u32) -> [u32; 2] {
        let edge = &self.graph.raw_edges()[edge as usize];
        [edge.source(), edge.target()].map(|node| crate::numbers::index_u32(node.index()))
    }

    /// The edges that leave a junction, in order.
    pub(super) fn exits(&self, junction: u32) -> Vec<u32> {
        let edges = self
            .graph
            .edges(petgraph::graph::NodeIndex::new(junction as usize));
        let id = |edge: petgraph::graph::EdgeReference<'_, Street>| {
            crate::numbers::index_u32(petgraph::visit::EdgeRef::id(&edge).index())
        };
        let mut exits: Vec<u32> = edges.map(id).collect();
        exits.sort_unstable();
        exits
    }

    /// The points of an edge in its direction.
    pub(super) fn path(&self, edge: u32) -> Vec<LonLat> {
        let segment = self.segment_of(edge);
        let road = &self.roads[segment.road as usize];
        let points = &road.path[segment.first_point as usize..=segment.last_point as usize];
        let mut path = points.to_vec();
        if edge & 1 == 1 {
            path.reverse();
        }
        path
    }

    /// The point of a street that is so far along it.
    pub fn place_of(&self, snap: &Snap) -> LonLat {
        let path = self.path(2 * snap.segment);
        let mut left_m = snap.share * self.segment_of(2 * snap.segment).length_m;
        for pair in path.windows(2) {
            let line_m = ground_length_m(pair[0], pair[1]);
            if left_m <= line_m && line_m > 0.0 {
                return between(pair[0], pair[1], left_m / line_m);
            }
            left_m -= line_m;
        }
        path.last().copied().unwrap_or(snap.place)
    }

    /// Where one heads on leaving the beginning of an edge, and on arriving at its end.
    pub(super) fn headings(&self, edge: u32) -> [f32; 2] {
        let segment = self.segment_of(edge);
        if edge & 1 == 0 {
            [segment.heading_out, segment.heading_in]
        } else {
            [segment.heading_in + 180.0, segment.heading_out + 180.0]
        }
    }

    /// How far one turns from one edge to the next, −180 to 180 degrees, to the right above 0.
    pub(super) fn angle(&self, from: u32, to: u32) -> f64 {
        let turned = f64::from(self.headings(to)[0]) - f64::from(self.headings(from)[1]);
        let rest = turned - 360.0 * libm::round(turned / 360.0);
        rest.clamp(-180.0, 180.0)
    }

    /// Sequences of edges that some restriction forbids.
    pub(super) fn forbidden(&self) -> &[Forbidden] {
        &self.forbidden
    }

    /// All restrictions, by their numbers in [`Ban`].
    pub(super) fn restrictions(&self) -> &[twin_core::TurnRestriction] {
        &self.restrictions
    }
}

/// The same segment in the other direction.
pub(super) const fn reverse(edge: u32) -> u32 {
    edge ^ 1
}
