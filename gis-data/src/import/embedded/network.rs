//! Streets as a network: stretches between junctions, spots on them, and the shortest ways.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use rstar::primitives::{GeomWithData, Line};
use rstar::{AABB, RTree};
use twin_core::{Planar, Road};

use super::plane::{Plane, distance2, shifted, vector};

/// A part of a road between two junctions.
#[derive(Debug)]
pub(super) struct Stretch {
    /// The junctions, or dead ends, at its two ends.
    pub ends: [usize; 2],
    /// Its number in the list of roads.
    pub road: usize,
    /// How far along its road it begins, in metres.
    pub from_m: f64,
    path: Vec<Planar>,
    /// For each point of the path, how far along it lies, in metres.
    along_m: Vec<f64>,
}

/// A place on a stretch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spot {
    pub stretch: usize,
    /// From the beginning of the stretch.
    pub along_m: f64,
}

/// Roads that meet where they have a point in common.
#[derive(Debug)]
pub(super) struct Network {
    pub stretches: Vec<Stretch>,
    /// For each junction, the stretches that end there.
    around: Vec<Vec<usize>>,
    index: RTree<Segment>,
}

/// A line of a road, and the number of that road.
type Segment = GeomWithData<Line<Planar>, usize>;

/// The shortest ways from one spot to all junctions.
#[derive(Debug)]
pub(super) struct Ways<'a> {
    network: &'a Network,
    source: Spot,
    distance_m: Vec<f64>,
    /// The last stretch of the way to each junction; none where it begins on the source's own.
    last: Vec<Option<usize>>,
}

/// One step of a way back to its source: a part of a stretch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leg {
    pub stretch: usize,
    pub from_m: f64,
    pub to_m: f64,
}

impl Stretch {
    /// Its length, in metres.
    pub(super) fn length_m(&self) -> f64 {
        self.along_m.last().copied().unwrap_or(0.0)
    }

    /// The point that lies `along_m` along it.
    pub(super) fn at(&self, along_m: f64) -> Planar {
        let next = self.along_m.partition_point(|&m| m < along_m);
        let next = next.clamp(1, self.path.len() - 1);
        let (from_m, to_m) = (self.along_m[next - 1], self.along_m[next]);
        let share = ((along_m - from_m) / (to_m - from_m).max(1e-9)).clamp(0.0, 1.0);
        let (a, b) = (self.path[next - 1], self.path[next]);
        shifted(a, vector(a, b), share)
    }

    /// The points from one place along it to another, both included, in either direction.
    fn part(&self, from_m: f64, to_m: f64) -> Vec<Planar> {
        let (low, high) = (from_m.min(to_m), from_m.max(to_m));
        let inner = self.path.iter().zip(&self.along_m);
        let inner = inner.filter(|(_, m)| (low + 1e-6..high - 1e-6).contains(*m));
        let inner = inner.map(|(point, _)| *point);
        let mut points: Vec<Planar> = std::iter::once(self.at(low)).chain(inner).collect();
        points.push(self.at(high));
        if from_m > to_m {
            points.reverse();
        }
        points
    }
}

impl Network {
    /// The network of all roads that `is_part` accepts by their number.
    pub(super) fn new(roads: &[Road], plane: &Plane, is_part: impl Fn(usize) -> bool) -> Self {
        let mut points: Vec<([u64; 2], u32, u32)> = Vec::new();
        for (number, road) in (0_u32..)
            .zip(roads)
            .filter(|(number, _)| is_part(*number as usize))
        {
            let bits = road
                .path
                .iter()
                .map(|at| [at.lon().to_bits(), at.lat().to_bits()]);
            points.extend((0_u32..).zip(bits).map(|(ix, bits)| (bits, number, ix)));
        }
        points.sort_unstable();
        let mut network = Self {
            stretches: Vec::new(),
            around: Vec::new(),
            index: RTree::new(),
        };
        let mut junctions = Vec::new();
        for same in points.chunk_by(|a, b| a.0 == b.0) {
            let is_end = |&(_, road, ix): &([u64; 2], u32, u32)| {
                ix == 0 || ix as usize + 1 == roads[road as usize].path.len()
            };
            if same.len() > 1 || same.iter().any(is_end) {
                let node = network.around.len();
                network.around.push(Vec::new());
                junctions.extend(same.iter().map(|&(_, road, ix)| (road, ix, node)));
            }
        }
        junctions.sort_unstable();
        for of_road in junctions.chunk_by(|a, b| a.0 == b.0) {
            let road = of_road[0].0 as usize;
            let path = roads[road].path.iter().map(|&at| plane.project(at));
            network.add_road(road, &path.collect::<Vec<_>>(), of_road);
        }
        network.index_segments();
        network
    }

    fn add_road(&mut self, road: usize, path: &[Planar], junctions: &[(u32, u32, usize)]) {
        let mut from_m = 0.0;
        for pair in junctions.windows(2) {
            let [(_, first, a), (_, last, b)] = [pair[0], pair[1]];
            let path = path[first as usize..=last as usize].to_vec();
            let mut along_m = vec![0.0];
            for ends in path.windows(2) {
                let so_far = along_m.last().copied().unwrap_or(0.0);
                along_m.push(so_far + distance2(ends[0], ends[1]).sqrt());
            }
            let number = self.stretches.len();
            self.around[a].push(number);
            self.around[b].push(number);
            let stretch = Stretch {
                ends: [a, b],
                road,
                from_m,
                path,
                along_m,
            };
            from_m += stretch.length_m();
            self.stretches.push(stretch);
        }
    }

    fn index_segments(&mut self) {
        let segments = self.stretches.iter().flat_map(|stretch| {
            let pairs = stretch.path.windows(2);
            pairs.map(|ends| GeomWithData::new(Line::new(ends[0], ends[1]), stretch.road))
        });
        self.index = RTree::bulk_load(segments.collect());
    }

    /// The lines of the network in a box and `margin_m` around it, each with its road's number.
    pub(super) fn lines_around(
        &self,
        [low, high]: [Planar; 2],
        margin_m: f64,
    ) -> impl Iterator<Item = (usize, [Planar; 2])> {
        let low = shifted(low, [1.0, 1.0], -margin_m);
        let high = shifted(high, [1.0, 1.0], margin_m);
        let around = AABB::from_corners(low, high);
        let near = self.index.locate_in_envelope_intersecting(around);
        near.map(|segment| {
            let line = segment.geom();
            (segment.data, [line.from, line.to])
        })
    }

    /// The place of a spot.
    pub(super) fn place(&self, spot: Spot) -> Planar {
        self.stretches[spot.stretch].at(spot.along_m)
    }

    /// Whether a spot lies within `reach_m` of the end of a street that leads nowhere else.
    pub(super) fn is_at_dead_end(&self, spot: Spot, reach_m: f64) -> bool {
        let stretch = &self.stretches[spot.stretch];
        let away_m = [spot.along_m, stretch.length_m() - spot.along_m];
        let ends = stretch.ends.into_iter().zip(away_m);
        let mut dead = ends.filter(|(end, _)| self.around[*end].len() == 1);
        dead.any(|(_, away_m)| away_m <= reach_m)
    }

    /// The direction of the stretch at a spot, a unit vector.
    pub(super) fn heading(&self, spot: Spot) -> Planar {
        let stretch = &self.stretches[spot.stretch];
        let [dx, dy] = vector(
            stretch.at(spot.along_m - 2.0),
            stretch.at(spot.along_m + 2.0),
        );
        let length = (dx * dx + dy * dy).sqrt();
        if length > 1e-9 {
            [dx / length, dy / length]
        } else {
            [1.0, 0.0]
        }
    }

    /// The shortest ways from `source` to all of `targets`; others may be missing.
    pub(super) fn ways_from(&self, source: Spot, targets: &[Spot]) -> Ways<'_> {
        let ends = targets
            .iter()
            .flat_map(|spot| self.stretches[spot.stretch].ends);
        let mut wanted: BTreeSet<usize> = ends.collect();
        let mut distance_m = vec![f64::INFINITY; self.around.len()];
        let mut last = vec![None; self.around.len()];
        let own = &self.stretches[source.stretch];
        // Lengths are compared by their bits, which order as the numbers do from zero up.
        let mut open = BinaryHeap::new();
        for (end, away_m) in own
            .ends
            .into_iter()
            .zip([source.along_m, own.length_m() - source.along_m])
        {
            if away_m < distance_m[end] {
                distance_m[end] = away_m;
                open.push(Reverse((away_m.max(0.0).to_bits(), end)));
            }
        }
        while let Some(Reverse((bits, node))) = open.pop() {
            let so_far_m = f64::from_bits(bits);
            if so_far_m > distance_m[node] {
                continue;
            }
            wanted.remove(&node);
            if wanted.is_empty() {
                break;
            }
            for &stretch in &self.around[node] {
                let [a, b] = self.stretches[stretch].ends;
                let next = if a == node { b } else { a };
                let next_m = so_far_m + self.stretches[stretch].length_m();
                if next_m < distance_m[next] {
                    distance_m[next] = next_m;
                    last[next] = Some(stretch);
                    open.push(Reverse((next_m.to_bits(), next)));
                }
            }
        }
        Ways {
            network: self,
            source,
            distance_m,
            last,
        }
    }
}

impl Ways<'_> {
    /// The length of the shortest way to `spot`, in metres; infinite where there is none.
    pub(super) fn distance_m(&self, spot: Spot) -> f64 {
        self.ends(spot)
            .into_iter()
            .chain(self.direct_m(spot))
            .fold(f64::INFINITY, f64::min)
    }

    /// By which of its two ends one comes from the source to `spot`, as the lengths of the ways.
    fn ends(&self, spot: Spot) -> [f64; 2] {
        let stretch = &self.network.stretches[spot.stretch];
        let [a, b] = stretch.ends.map(|end| self.distance_m[end]);
        [a + spot.along_m, b + stretch.length_m() - spot.along_m]
    }

    fn direct_m(&self, spot: Spot) -> Option<f64> {
        let is_same = spot.stretch == self.source.stretch;
        is_same.then(|| (spot.along_m - self.source.along_m).abs())
    }

    /// The way from `spot` back to the source, leg by leg; none where there is no way.
    pub(super) fn back(&self, spot: Spot) -> Option<Vec<Leg>> {
        let [by_a, by_b] = self.ends(spot);
        let leg = |from_m: f64, to_m: f64| Leg {
            stretch: spot.stretch,
            from_m,
            to_m,
        };
        if self
            .direct_m(spot)
            .is_some_and(|direct| direct <= by_a.min(by_b))
        {
            return Some(vec![leg(spot.along_m, self.source.along_m)]);
        }
        if !by_a.min(by_b).is_finite() {
            return None;
        }
        let stretch = &self.network.stretches[spot.stretch];
        let (mut node, first) = if by_a <= by_b {
            (stretch.ends[0], leg(spot.along_m, 0.0))
        } else {
            (stretch.ends[1], leg(spot.along_m, stretch.length_m()))
        };
        let mut legs = vec![first];
        while let Some(number) = self.last[node] {
            let stretch = &self.network.stretches[number];
            let (from_m, to_m) = if stretch.ends[1] == node {
                (stretch.length_m(), 0.0)
            } else {
                (0.0, stretch.length_m())
            };
            legs.push(Leg {
                stretch: number,
                from_m,
                to_m,
            });
            node = stretch.ends[usize::from(stretch.ends[0] == node)];
        }
        legs.push(self.last_leg(node));
        Some(legs)
    }

    /// From a junction at an end of the source's stretch to the source.
    fn last_leg(&self, node: usize) -> Leg {
        let stretch = &self.network.stretches[self.source.stretch];
        let by_start = stretch.ends[0] == node
            && (stretch.ends[1] != node || self.source.along_m * 2.0 <= stretch.length_m());
        Leg {
            stretch: self.source.stretch,
            from_m: if by_start { 0.0 } else { stretch.length_m() },
            to_m: self.source.along_m,
        }
    }

    /// The points along legs, from the source's side to the spot.
    pub(super) fn path(&self, legs: &[Leg]) -> Vec<Planar> {
        let mut path: Vec<Planar> = Vec::new();
        for leg in legs {
            let part = self.network.stretches[leg.stretch].part(leg.from_m, leg.to_m);
            let is_joined = path.last() == part.first();
            path.extend(part.into_iter().skip(usize::from(is_joined)));
        }
        path.dedup();
        path.reverse();
        path
    }
}
