//! Lengths and areas on the ellipsoid, and how they are written.

use geo::{Distance as _, Geodesic, GeodesicArea as _};
use geo_types::{Coord, LineString, Point, Polygon};
use twin_core::LonLat;

use crate::words::Words;

fn point(place: LonLat) -> Point {
    Point::new(place.lon(), place.lat())
}

/// How long the line through these places is, in metres.
pub(crate) fn length_m(places: &[LonLat]) -> f64 {
    let pieces = places.array_windows::<2>();
    pieces
        .map(|[from, to]| Geodesic.distance(point(*from), point(*to)))
        .sum()
}

/// How long the outline through these places is, back to the first, in metres.
pub(super) fn perimeter_m(places: &[LonLat]) -> f64 {
    let closed: Vec<LonLat> = places.iter().chain(places.first()).copied().collect();
    length_m(&closed)
}

/// What the outline through these places encloses, in square metres; `None` for less than three, and where it crosses
/// itself.
pub(super) fn area_m2(places: &[LonLat]) -> Option<f64> {
    if places.len() < 3 || is_crossing(places) {
        return None;
    }
    let ring = places.iter().map(|place| Coord {
        x: place.lon(),
        y: place.lat(),
    });
    let polygon = Polygon::new(ring.collect::<LineString>(), Vec::new());
    // Clockwise outlines are negative; unsigned they would enclose the rest of the globe.
    Some(polygon.geodesic_area_signed().abs())
}

/// Whether two sides of the outline cross.
pub(super) fn is_crossing(places: &[LonLat]) -> bool {
    let count = places.len();
    let side = |n: usize| Some((places.get(n)?, places.get((n + 1) % count)?));
    (0..count).any(|one| {
        let others = one + 2..count;
        let mut others = others.filter(|other| (other + 1) % count != one);
        others.any(|other| {
            let sides = side(one).zip(side(other));
            sides.is_some_and(|((a, b), (c, d))| {
                turns(*a, *b, *c) * turns(*a, *b, *d) < 0.0
                    && turns(*c, *d, *a) * turns(*c, *d, *b) < 0.0
            })
        })
    })
}

/// On which side of the way from one place to another a third one lies.
fn turns(from: LonLat, to: LonLat, at: LonLat) -> f64 {
    (to.lon() - from.lon()) * (at.lat() - from.lat())
        - (to.lat() - from.lat()) * (at.lon() - from.lon())
}

/// A length to a metre, or to ten.
pub(crate) fn told_length(words: &Words, metres: f64) -> String {
    let (key, number) = if metres < 1000.0 {
        ("length.m", words.number(metres.round(), 0))
    } else {
        ("length.km", words.number(metres / 1000.0, 2))
    };
    words.fill(key, &[("n", &number)])
}

/// An area in its unit.
pub(super) fn told_area(words: &Words, square_metres: f64) -> String {
    const HECTARE: f64 = 1e4;
    const SQUARE_KM: f64 = 1e6;
    let (key, number) = if square_metres < HECTARE {
        ("measure.areaM", words.number(square_metres.round(), 0))
    } else if square_metres < SQUARE_KM {
        ("measure.areaHa", words.number(square_metres / HECTARE, 2))
    } else {
        ("measure.areaKm", words.number(square_metres / SQUARE_KM, 2))
    };
    words.fill(key, &[("n", &number)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lon: f64, lat: f64) -> LonLat {
        LonLat::new(lon, lat).unwrap()
    }

    #[test]
    fn a_length_is_that_on_the_ellipsoid() {
        // A degree of the parallel is N cos φ π/180 = 75,343 m there; the geodesic is a few metres shorter.
        let degree_m = length_m(&[at(6.0, 47.5), at(7.0, 47.5)]);
        approx::assert_relative_eq!(degree_m, 75_341.0, max_relative = 1e-4);
        let there_and_back = length_m(&[at(6.0, 47.5), at(7.0, 47.5), at(6.0, 47.5)]);
        approx::assert_relative_eq!(there_and_back, 2.0 * degree_m);
        assert_eq!(length_m(&[]), 0.0);
    }

    #[test]
    fn an_area_is_the_same_either_way_round() {
        let square = [
            at(6.8, 47.5),
            at(6.81, 47.5),
            at(6.81, 47.51),
            at(6.8, 47.51),
        ];
        let area = area_m2(&square).unwrap();
        // 0.01° of a meridian is 1,111.8 m there, of the parallel 753.4 m.
        approx::assert_relative_eq!(area, 1_111.8 * 753.4, max_relative = 1e-3);
        let mut back = square;
        back.reverse();
        approx::assert_relative_eq!(area_m2(&back).unwrap(), area, max_relative = 1e-9);
    }

    #[test]
    fn an_outline_that_crosses_itself_has_no_area() {
        let bow = [
            at(6.8, 47.5),
            at(6.81, 47.51),
            at(6.81, 47.5),
            at(6.8, 47.51),
        ];
        assert!(is_crossing(&bow));
        assert_eq!(area_m2(&bow), None);
        assert_eq!(area_m2(&bow[..2]), None);
        assert!(!is_crossing(&bow[..3]));
    }

    #[rstest::rstest]
    #[case::metres(12.4, "12\u{a0}m")]
    #[case::kilometres(1234.5, "1,23\u{a0}km")]
    fn lengths_are_written(#[case] metres: f64, #[case] said: &str) {
        assert_eq!(told_length(&Words::default(), metres), said);
    }

    #[rstest::rstest]
    #[case::small(900.4, "900\u{a0}m²")]
    #[case::fields(25_000.0, "2,5\u{a0}ha")]
    #[case::land(3_456_000.0, "3,46\u{a0}km²")]
    fn areas_are_written(#[case] square_metres: f64, #[case] said: &str) {
        assert_eq!(told_area(&Words::default(), square_metres), said);
    }
}
