//! From a place to the nearest street that can be used.

use rstar::primitives::{GeomWithData, Line};
use rstar::{AABB, RTree};
use twin_core::LonLat;

use super::network::{Network, metres_between};

/// On which side of a street a place lies, as its road is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// To the left.
    Left,
    /// To the right.
    Right,
    /// On the street.
    On,
}

/// A point on a street that stands for a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Snap {
    /// The segment.
    pub segment: u32,
    /// How far along it as its road is drawn, 0–1 of its length.
    pub share: f64,
    /// The point on the street.
    pub place: LonLat,
    /// How far the street is from the place, in metres.
    pub distance_m: f64,
    /// On which side of the street the place lies.
    pub side: Side,
}

/// Nearer than this, in metres, a place lies on the street.
const ON_STREET_M: f64 = 0.5;

/// A line of a street between two of its points, in the plane of [`mercator`].
type Piece = GeomWithData<Line<[f64; 2]>, (u32, u32)>;

/// Finds streets by place.
#[derive(Clone, Debug)]
pub struct SnapIndex {
    tree: RTree<Piece>,
}

impl SnapIndex {
    /// Indexes all lines of a network.
    pub fn new(network: &Network) -> Self {
        let mut pieces = Vec::new();
        for (number, segment) in (0_u32..).zip(network.segments()) {
            let path = &network.roads()[segment.road as usize].path;
            for point in segment.first_point..segment.last_point {
                let ends = [path[point as usize], path[point as usize + 1]].map(mercator);
                pieces.push(GeomWithData::new(
                    Line::new(ends[0], ends[1]),
                    (number, point),
                ));
            }
        }
        Self {
            tree: RTree::bulk_load(pieces),
        }
    }

    /// The nearest point of a segment that is usable, within so many metres.
    pub fn nearest(
        &self,
        network: &Network,
        place: LonLat,
        within_m: f64,
        is_usable: impl Fn(u32) -> bool,
    ) -> Option<Snap> {
        let at = mercator(place);
        let limit = within_m / metres_per_unit(place);
        let mut near = self.tree.nearest_neighbor_iter_with_distance_2(at);
        let (piece, _) = near
            .by_ref()
            .take_while(|(_, d2)| *d2 <= limit * limit)
            .find(|(piece, _)| is_usable(piece.data.0))?;
        Some(snap(network, piece, place))
    }

    /// The segments of which some line comes into a box of longitudes and latitudes, each once.
    pub fn within(&self, south_west: LonLat, north_east: LonLat) -> Vec<u32> {
        let envelope = AABB::from_corners(mercator(south_west), mercator(north_east));
        let pieces = self.tree.locate_in_envelope_intersecting(envelope);
        let mut segments: Vec<u32> = pieces.map(|piece| piece.data.0).collect();
        segments.sort_unstable();
        segments.dedup();
        segments
    }

    /// How many lines are indexed.
    pub fn len(&self) -> usize {
        self.tree.size()
    }

    /// Whether nothing is indexed.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

fn snap(network: &Network, piece: &Piece, place: LonLat) -> Snap {
    let (number, point) = piece.data;
    let segment = &network.segments()[number as usize];
    let path = &network.roads()[segment.road as usize].path;
    let (from, to) = (path[point as usize], path[point as usize + 1]);
    let along = metres_between(from, to);
    let away = metres_between(from, place);
    let length_2 = along[0] * along[0] + along[1] * along[1];
    let dot = along[0] * away[0] + along[1] * away[1];
    let share = if length_2 > 0.0 {
        (dot / length_2).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let on_street = between(from, to, share);
    let off = metres_between(on_street, place);
    let distance_m = libm::sqrt(off[0] * off[0] + off[1] * off[1]);
    let cross = along[0] * away[1] - along[1] * away[0];
    let side = match cross {
        _ if distance_m < ON_STREET_M => Side::On,
        cross if cross > 0.0 => Side::Left,
        _ => Side::Right,
    };
    let line_m = |pair: &[LonLat]| super::network::ground_length_m(pair[0], pair[1]);
    let before = &path[segment.first_point as usize..=point as usize];
    let before_m: f64 = before.windows(2).map(line_m).sum();
    let along_m = before_m + share * line_m(&[from, to]);
    let of_all = if segment.length_m > 0.0 {
        along_m / segment.length_m
    } else {
        0.0
    };
    Snap {
        segment: number,
        share: of_all.clamp(0.0, 1.0),
        place: on_street,
        distance_m,
        side,
    }
}

/// The point so far, 0–1, from one place to another that is near.
pub(super) fn between(from: LonLat, to: LonLat, share: f64) -> LonLat {
    let lon = from.lon() + (to.lon() - from.lon()) * share;
    let lat = from.lat() + (to.lat() - from.lat()) * share;
    LonLat::new(lon, lat).unwrap_or(from)
}

/// Nearer to the poles the plane of [`mercator`] has no room.
const LAST_LATITUDE: f64 = 89.9;

/// First eccentricity of WGS84.
const ECCENTRICITY: f64 = 0.081_819_190_842_622;

/// A place in the ellipsoidal Mercator plane, in radians of the equator: conformal, so that what is
/// nearest there is nearest on the ground.
fn mercator(place: LonLat) -> [f64; 2] {
    let sin = libm::sin(
        place
            .lat()
            .clamp(-LAST_LATITUDE, LAST_LATITUDE)
            .to_radians(),
    );
    let north = libm::atanh(sin) - ECCENTRICITY * libm::atanh(ECCENTRICITY * sin);
    [place.lon().to_radians(), north]
}

/// How long a unit of the plane is on the ground at a place, in metres.
fn metres_per_unit(place: LonLat) -> f64 {
    const MAJOR_M: f64 = 6_378_137.0;
    let latitude = place
        .lat()
        .clamp(-LAST_LATITUDE, LAST_LATITUDE)
        .to_radians();
    let (sin, cos) = (libm::sin(latitude), libm::cos(latitude));
    MAJOR_M * cos / libm::sqrt(1.0 - ECCENTRICITY * ECCENTRICITY * sin * sin)
}

impl Snap {
    /// The number of the edge in the direction in which the road is drawn, and of the other one.
    pub(super) const fn edges(&self) -> [u32; 2] {
        [2 * self.segment, 2 * self.segment + 1]
    }

    /// How far along an edge of its segment it lies, 0–1.
    pub(super) fn share_of(&self, edge: u32) -> f64 {
        if edge & 1 == 0 {
            self.share
        } else {
            1.0 - self.share
        }
    }

    /// Whether the place lies to the right of an edge of its segment, or on it.
    pub(super) fn is_on_right_of(&self, edge: u32) -> bool {
        match self.side {
            Side::On => true,
            Side::Right => edge & 1 == 0,
            Side::Left => edge & 1 == 1,
        }
    }
}
