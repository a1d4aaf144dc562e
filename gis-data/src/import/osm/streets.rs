//! Which street a camera belongs to, and the point of it that everybody may see.
//!
//! Distances are straight lines through the ellipsoid, which for what is within reach differ from
//! those along the ground by less than a millimetre.

use std::collections::BTreeSet;

use rstar::primitives::{GeomWithData, Line};
use rstar::{PointDistance as _, RTree};
use twin_core::{LonLat, Road};

use super::lines::FERRY;

/// How far a named street may be to be preferred to a nearer one without a name, in metres.
const NAMED_REACH: f64 = 500.0;

/// How far any street may be, in metres; what the index covers at latitudes up to 70°.
const REACH: f64 = 700.0;

/// The longest stretch of a street that shares one public point, in metres.
///
/// A camera's public place is the middle of its stretch, not the nearest point of the street:
/// that would give away where a camera hangs to within the width of the pavement.
const STRETCH: f64 = 400.0;

/// Width of the cells in which streets near cameras are looked for, in degrees.
const CELL: f64 = 0.02;

/// Classes of roads that no camera stands at.
const NO_STREETS: [&str; 2] = [FERRY, "platform"];

type Xyz = [f64; 3];
type Segment = GeomWithData<Line<Xyz>, [usize; 2]>;

/// The streets around some places.
#[derive(Debug)]
pub(super) struct Streets<'a> {
    roads: &'a [Road],
    tree: RTree<Segment>,
}

/// The street of a place.
#[derive(Debug, PartialEq)]
pub(super) struct Street<'a> {
    pub(super) name: Option<&'a str>,
    /// The point that stands for the place.
    pub(super) place: LonLat,
}

impl<'a> Streets<'a> {
    /// Indexes the streets within reach of `places`, and no others.
    pub(super) fn near(roads: &'a [Road], places: impl Iterator<Item = LonLat>) -> Self {
        let cells: BTreeSet<[i64; 2]> = places.flat_map(neighbourhood).collect();
        let mut segments = Vec::new();
        let is_street = |(_, road): &(usize, &Road)| !NO_STREETS.contains(&&*road.class);
        for (ix, road) in roads.iter().enumerate().filter(is_street) {
            for (jx, ends) in road.path.windows(2).enumerate() {
                if cells.contains(&cell(ends[0])) || cells.contains(&cell(ends[1])) {
                    let straight = Line::new(xyz(ends[0]), xyz(ends[1]));
                    segments.push(Segment::new(straight, [ix, jx]));
                }
            }
        }
        Self {
            roads,
            tree: RTree::bulk_load(segments),
        }
    }

    /// The nearest street with a name, else the nearest one; `None` where none is within reach.
    pub(super) fn of(&self, place: LonLat) -> Option<Street<'a>> {
        let origin = xyz(place);
        let mut nearest = None;
        for segment in self.tree.nearest_neighbor_iter(origin) {
            let distance = segment.distance_2(&origin).sqrt();
            let name = self.roads[segment.data[0]].name.as_deref();
            if name.is_some() && distance <= NAMED_REACH {
                return Some(self.street(segment, origin));
            }
            if distance > REACH || (nearest.is_some() && distance > NAMED_REACH) {
                break;
            }
            nearest.get_or_insert(segment);
        }
        nearest.map(|segment| self.street(segment, origin))
    }

    fn street(&self, segment: &Segment, origin: Xyz) -> Street<'a> {
        let [ix, jx] = segment.data;
        let road = &self.roads[ix];
        let along = share_along(segment.geom().from, segment.geom().to, origin);
        Street {
            name: road.name.as_deref(),
            place: middle_of_stretch(&road.path, jx, along),
        }
    }
}

/// How far along a segment its point nearest to `origin` lies, from 0 to 1.
fn share_along(from: Xyz, to: Xyz, origin: Xyz) -> f64 {
    let (way, off) = (minus(to, from), minus(origin, from));
    let length_2 = dot(way, way);
    if length_2 > 0.0 {
        (dot(way, off) / length_2).clamp(0.0, 1.0)
    } else {
        0.0
    }
}

/// The middle of the stretch that holds the point `along` (0 to 1) of segment `segment`.
fn middle_of_stretch(path: &[LonLat], segment: usize, along: f64) -> LonLat {
    let lengths: Vec<f64> = path
        .windows(2)
        .map(|ends| minus(xyz(ends[1]), xyz(ends[0])))
        .map(|way| dot(way, way).sqrt())
        .collect();
    let total: f64 = lengths.iter().sum();
    let position: f64 = lengths[..segment].iter().sum::<f64>() + along * lengths[segment];
    let count = (total / STRETCH).ceil().max(1.0);
    let stretch = (position / total * count).floor().min(count - 1.0).max(0.0);
    point_at(path, &lengths, (stretch + 0.5) * total / count)
}

/// The point `position` metres along a path.
fn point_at(path: &[LonLat], lengths: &[f64], position: f64) -> LonLat {
    let mut left = position;
    for (ends, length) in path.windows(2).zip(lengths) {
        if left <= *length && *length > 0.0 {
            let share = left / length;
            let between = |a: f64, b: f64| a + share * (b - a);
            let (lon, lat) = (
                between(ends[0].lon(), ends[1].lon()),
                between(ends[0].lat(), ends[1].lat()),
            );
            return LonLat::new(lon, lat).unwrap_or(ends[0]);
        }
        left -= length;
    }
    path[path.len() / 2]
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "degrees over the width of a cell are below 9,001"
)]
fn cell(place: LonLat) -> [i64; 2] {
    [place.lon(), place.lat()].map(|degrees| (degrees / CELL).floor() as i64)
}

fn neighbourhood(place: LonLat) -> impl Iterator<Item = [i64; 2]> {
    let [column, row] = cell(place);
    (-1..=1).flat_map(move |x| (-1..=1).map(move |y| [column + x, row + y]))
}

/// Earth-centred coordinates on the WGS84 ellipsoid (EPSG:4978), in metres.
fn xyz(place: LonLat) -> Xyz {
    const SEMI_MAJOR_AXIS: f64 = 6_378_137.0;
    const ECCENTRICITY_SQUARED: f64 = 6.694_379_990_141_316e-3;
    let (sin_lat, cos_lat) = place.lat().to_radians().sin_cos();
    let (sin_lon, cos_lon) = place.lon().to_radians().sin_cos();
    let normal = SEMI_MAJOR_AXIS / (1.0 - ECCENTRICITY_SQUARED * sin_lat * sin_lat).sqrt();
    [
        normal * cos_lat * cos_lon,
        normal * cos_lat * sin_lon,
        normal * (1.0 - ECCENTRICITY_SQUARED) * sin_lat,
    ]
}

fn minus(a: Xyz, b: Xyz) -> Xyz {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

fn dot(a: Xyz, b: Xyz) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

#[cfg(test)]
mod tests {
    use twin_core::Tags;

    use super::*;

    fn at(lon: f64, lat: f64) -> LonLat {
        LonLat::new(lon, lat).unwrap()
    }

    fn road(name: Option<&str>, path: &[(f64, f64)]) -> Road {
        Road {
            id: None,
            tags: Tags::default(),
            nodes: Vec::new(),
            class: "residential".into(),
            name: name.map(Into::into),
            path: path.iter().map(|&(lon, lat)| at(lon, lat)).collect(),
        }
    }

    #[test]
    fn a_named_street_within_reach_is_preferred() {
        let lines = [
            road(None, &[(6.800, 47.5001), (6.802, 47.5001)]),
            road(Some("Rue Cuvier"), &[(6.800, 47.502), (6.802, 47.502)]),
        ];
        let camera = at(6.801, 47.5);
        let streets = Streets::near(&lines, [camera].into_iter());
        assert_eq!(streets.of(camera).unwrap().name, Some("Rue Cuvier"));
    }

    #[test]
    fn a_ferry_is_no_street() {
        let ferry = Road {
            class: FERRY.into(),
            ..road(
                Some("Cap d'Ail – Monaco"),
                &[(6.800, 47.5001), (6.802, 47.5001)],
            )
        };
        let (lines, camera) = ([ferry], at(6.801, 47.5));
        assert_eq!(Streets::near(&lines, [camera].into_iter()).of(camera), None);
    }

    #[test]
    fn a_named_street_out_of_reach_is_not() {
        let lines = [
            road(None, &[(6.800, 47.5001), (6.802, 47.5001)]),
            road(Some("Rue Cuvier"), &[(6.800, 47.5055), (6.802, 47.5055)]),
        ];
        let camera = at(6.801, 47.5);
        let streets = Streets::near(&lines, [camera].into_iter());
        assert_eq!(streets.of(camera).unwrap().name, None);
        assert_eq!(streets.of(at(6.801, 47.6)), None);
    }

    #[test]
    fn cameras_of_one_stretch_share_a_point_of_the_street_that_is_not_theirs() {
        // 0.004° of longitude are some 301 m at this latitude: one stretch.
        let lines = [road(Some("Rue Cuvier"), &[(6.800, 47.5), (6.804, 47.5)])];
        let cameras = [at(6.8005, 47.5001), at(6.8039, 47.4999)];
        let streets = Streets::near(&lines, cameras.into_iter());
        let places = cameras.map(|camera| streets.of(camera).unwrap().place);
        assert_eq!(places[0], places[1]);
        assert!(
            places[0].distance(at(6.802, 47.5)).get() < 0.01,
            "{}",
            places[0]
        );
    }

    #[test]
    fn a_long_street_has_a_point_for_each_stretch() {
        // 0.02° of longitude are some 1,507 m: four stretches of 377 m.
        let lines = [road(
            Some("Grande Rue"),
            &[(6.80, 47.5), (6.81, 47.5), (6.82, 47.5)],
        )];
        let camera = at(6.8001, 47.5001);
        let streets = Streets::near(&lines, [camera].into_iter());
        let place = streets.of(camera).unwrap().place;
        assert!(place.distance(at(6.8025, 47.5)).get() < 0.01, "{place}");
    }

    #[test]
    fn earth_centred_coordinates_are_those_of_the_ellipsoid() {
        // Pole and equator follow from the two axes alone.
        assert!(
            dot(
                minus(xyz(at(0.0, 90.0)), [0.0, 0.0, 6_356_752.314_245]),
                [1.0; 3]
            )
            .abs()
                < 1e-5
        );
        assert!(dot(minus(xyz(at(0.0, 0.0)), [6_378_137.0, 0.0, 0.0]), [1.0; 3]).abs() < 1e-5);
    }
}
