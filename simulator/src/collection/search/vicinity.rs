//! Which stops may be near one, found without a look at all of them.

use std::collections::BinaryHeap;

use rstar::RTree;
use rstar::primitives::GeomWithData;

use super::ways::BLOCKED;
use crate::collection::Plane;
use crate::numbers::{index_u32, indexed, trunc_i64};
use crate::roads::Nearest;

/// The stops of a problem, laid out to find those near one.
pub(super) enum Vicinity<'p> {
    /// Points in a plane: what is found is what a look at all would find.
    Plane(PlaneVicinity<'p>),
    /// Places on roads: the nearest in time are looked at, and no others.
    Roads(RoadVicinity),
}

/// Stops as points in a plane.
pub(super) struct PlaneVicinity<'p> {
    plane: &'p Plane,
    places: &'p [u32],
    tree: RTree<GeomWithData<[f64; 2], u32>>,
}

/// Stops on roads.
pub(super) struct RoadVicinity {
    nearest: Nearest,
    /// The place of each stop.
    places: Vec<u32>,
    /// Place and stop, in order.
    stops: Vec<(u32, u32)>,
}

/// What is farther in the tree costs so much more at least, for each unit of length.
pub(super) type Weight = i64;

/// How many stops are looked at in the order of their distance, for each one that is wanted, before
/// all are: where few can be served in time it takes less to look at all.
const LOOKS: usize = 16;

/// How many times the stops that are wanted are looked at on roads.
const ROAD_LOOKS: usize = 2;

impl<'p> Vicinity<'p> {
    /// `places` are those of the stops.
    pub(super) fn of_plane(plane: &'p Plane, places: &'p [u32]) -> Self {
        let point =
            |(stop, &place): (u32, &u32)| GeomWithData::new(plane.points[place as usize], stop);
        Self::Plane(PlaneVicinity {
            plane,
            places,
            tree: RTree::bulk_load(indexed(places).map(point).collect()),
        })
    }

    /// `places` are those of the stops.
    pub(super) fn of_roads(nearest: Nearest, places: &[u32]) -> Self {
        let mut stops: Vec<(u32, u32)> = indexed(places).map(|(stop, &at)| (at, stop)).collect();
        stops.sort_unstable();
        Self::Roads(RoadVicinity {
            nearest,
            places: places.to_vec(),
            stops,
        })
    }

    /// Fills `row` with stops that may be near one, and how far each is by `measure`, which is at
    /// least `weight` times the length of the way.
    pub(super) fn look(
        &self,
        (stop, most): (u32, usize),
        weight: Weight,
        measure: impl Fn(u32) -> i64,
        row: &mut Vec<(i64, u32)>,
    ) {
        match self {
            Self::Plane(plane) => plane.look((stop, most), weight, measure, row),
            Self::Roads(roads) => roads.look((stop, most), measure, row),
        }
    }
}

impl PlaneVicinity<'_> {
    fn look(
        &self,
        (stop, most): (u32, usize),
        weight: Weight,
        measure: impl Fn(u32) -> i64,
        row: &mut Vec<(i64, u32)>,
    ) {
        let mut best = BinaryHeap::with_capacity(most + 1);
        let at = self.plane.points[self.places[stop as usize] as usize];
        let around = self.tree.nearest_neighbor_iter_with_distance_2(at);
        for (looks, (other, distance_2)) in around.enumerate() {
            if looks > LOOKS * (most + 1) {
                let others = (0..index_u32(self.places.len())).filter(|&other| other != stop);
                row.extend(others.map(|other| (measure(other), other)));
                return;
            }
            // Rounding takes off less than one; another one makes up for what floats lose.
            let least = trunc_i64(distance_2.sqrt() * self.plane.scale) - 2;
            let least = weight * least.min(i64::from(BLOCKED));
            let is_full = best.len() == most;
            if is_full && best.peek().is_none_or(|&(worst, _)| least > worst) {
                break;
            }
            if other.data != stop {
                best.push((measure(other.data), other.data));
            }
            if best.len() > most {
                best.pop();
            }
        }
        row.extend(best);
    }
}

impl RoadVicinity {
    fn look(
        &self,
        (stop, most): (u32, usize),
        measure: impl Fn(u32) -> i64,
        row: &mut Vec<(i64, u32)>,
    ) {
        self.nearest.of(self.places[stop as usize], |near| {
            let first = self.stops.partition_point(|&(at, _)| at < near);
            let here = self.stops[first..].iter().take_while(|(at, _)| *at == near);
            let others = here.filter(|&&(_, other)| other != stop);
            row.extend(others.map(|&(_, other)| (measure(other), other)));
            row.len() < ROAD_LOOKS * most
        });
    }
}
