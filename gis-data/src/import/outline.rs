//! Outlines of areas: rings made regular, points inside, areas on the ellipsoid, and a check for
//! crossings whose cost is bounded whatever the input.

use geo::algorithm::{GeodesicArea as _, Intersects as _, Orient as _, orient::Direction};
use geo_types::{Coord, Line, LineString, MultiPolygon, Polygon};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use twin_core::{LonLat, SquareMetres};

/// What a ring needed to become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RingState {
    /// Nothing.
    Regular,
    /// Its last point was not its first one.
    Closed,
}

/// A closed ring without repeated points; `None` where fewer than three different ones remain.
pub(super) fn ring(mut points: Vec<Coord>) -> Option<(LineString, RingState)> {
    points.dedup();
    let is_closed = points.first() == points.last();
    if is_closed {
        points.pop();
    }
    if points.len() < 3 {
        return None;
    }
    points.push(*points.first()?);
    let state = if is_closed {
        RingState::Regular
    } else {
        RingState::Closed
    };
    Some((LineString::new(points), state))
}

/// The polygons as one outline: outer rings counter-clockwise, holes clockwise.
pub(super) fn outline(polygons: Vec<Polygon>) -> MultiPolygon {
    MultiPolygon::new(polygons).orient(Direction::Default)
}

/// The area of an outline on the WGS84 ellipsoid, its edges taken as geodesics (Karney 2013); `None`
/// where it is no number.
pub fn area(outline: &MultiPolygon) -> Option<SquareMetres> {
    SquareMetres::new(outline.geodesic_area_signed().abs()).ok()
}

/// Whether a closed ring crosses or touches itself, or runs back over itself.
///
/// `None` where the ring is so intricate that the check would cost more than some 64 comparisons
/// for each of its points, or where it has more than a million of them.
pub(crate) fn crosses_itself(ring: &LineString) -> Option<bool> {
    const MAX_POINTS: usize = 1_000_000;
    if ring.0.len() > MAX_POINTS {
        return None;
    }
    let lines: Vec<Line> = ring.lines().collect();
    let boxed = |(ix, line): (usize, &Line)| {
        GeomWithData::new(
            Rectangle::from_corners(line.start.into(), line.end.into()),
            ix,
        )
    };
    let tree: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>> =
        RTree::bulk_load(lines.iter().enumerate().map(boxed).collect());
    let mut budget = lines.len() * 64 + 10_000;
    for (ix, line) in lines.iter().enumerate() {
        let reach = AABB::from_corners(line.start.into(), line.end.into());
        for near in tree.locate_in_envelope_intersecting(reach) {
            budget = budget.checked_sub(1)?;
            if near.data > ix && do_cross(&lines, ix, near.data) {
                return Some(true);
            }
        }
    }
    Some(false)
}

/// Whether two lines of a ring share more than the point that neighbours share.
fn do_cross(lines: &[Line], one: usize, other: usize) -> bool {
    let follows = |a: usize, b: usize| (a + 1) % lines.len() == b;
    let (a, b) = (lines[one], lines[other]);
    if follows(one, other) {
        runs_back(a, b)
    } else if follows(other, one) {
        runs_back(b, a)
    } else {
        a.intersects(&b)
    }
}

/// Whether `next`, which starts where `line` ends, goes back over it.
fn runs_back(line: Line, next: Line) -> bool {
    let (u, v) = (line.delta(), next.delta());
    let (dot, cross) = (u.x * v.x + u.y * v.y, u.x * v.y - u.y * v.x);
    dot < 0.0 && cross.abs() <= f64::EPSILON * -dot
}

/// Where the parallel at `lat` runs inside the outline: pairs of longitudes, from west to east.
pub(super) fn chords(outline: &MultiPolygon, lat: f64) -> Vec<[f64; 2]> {
    chords_of(outline.iter().flat_map(rings), lat)
}

fn rings(polygon: &Polygon) -> impl Iterator<Item = &LineString> {
    std::iter::once(polygon.exterior()).chain(polygon.interiors())
}

fn chords_of<'a>(rings: impl Iterator<Item = &'a LineString>, lat: f64) -> Vec<[f64; 2]> {
    let mut crossings: Vec<f64> = rings
        .flat_map(LineString::lines)
        .filter(|line| (line.start.y > lat) != (line.end.y > lat))
        .map(|line| {
            let share = (lat - line.start.y) / (line.end.y - line.start.y);
            line.start.x + share * (line.end.x - line.start.x)
        })
        .collect();
    crossings.sort_by(f64::total_cmp);
    crossings.as_chunks::<2>().0.to_vec()
}

/// A point inside: the middle of the longest stretch of the parallel half-way up.
pub(super) fn interior_point(outline: &MultiPolygon) -> Option<LonLat> {
    let (south, north) = latitudes(outline)?;
    [0.5, 0.4, 0.6, 0.3, 0.7, 0.21, 0.83]
        .iter()
        .find_map(|share| {
            let lat = south + share * (north - south);
            let stretches = chords(outline, lat);
            let longest = stretches
                .iter()
                .max_by(|a, b| (a[1] - a[0]).total_cmp(&(b[1] - b[0])))?;
            let is_wide = longest[1] > longest[0];
            is_wide.then(|| LonLat::new(f64::midpoint(longest[0], longest[1]), lat).ok())?
        })
}

/// Southernmost and northernmost latitude; `None` without any point.
pub(super) fn latitudes(outline: &MultiPolygon) -> Option<(f64, f64)> {
    let lats = outline
        .iter()
        .flat_map(|polygon| polygon.exterior().coords())
        .map(|point| point.y);
    lats.fold(None, |range: Option<(f64, f64)>, lat| {
        let (south, north) = range.unwrap_or((lat, lat));
        Some((south.min(lat), north.max(lat)))
    })
}

/// Whether a place lies inside, by the even-odd rule.
pub(super) fn contains(outline: &MultiPolygon, place: LonLat) -> bool {
    is_on_any(&chords(outline, place.lat()), place)
}

/// Whether a place lies inside a ring, whatever its holes.
pub(super) fn ring_contains(ring: &LineString, place: LonLat) -> bool {
    is_on_any(&chords_of(std::iter::once(ring), place.lat()), place)
}

fn is_on_any(chords: &[[f64; 2]], place: LonLat) -> bool {
    chords
        .iter()
        .any(|chord| chord[0] <= place.lon() && place.lon() <= chord[1])
}

#[cfg(test)]
mod tests {
    use approx::assert_relative_eq;
    use proptest::prelude::*;

    use super::*;

    fn coords(points: &[(f64, f64)]) -> Vec<Coord> {
        points.iter().map(|&(x, y)| Coord { x, y }).collect()
    }

    fn polygon(points: &[(f64, f64)]) -> Polygon {
        Polygon::new(ring(coords(points)).unwrap().0, vec![])
    }

    #[rstest::rstest]
    #[case::closed(&[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)], Some(RingState::Regular))]
    #[case::open(&[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0)], Some(RingState::Closed))]
    #[case::two_points(&[(0.0, 0.0), (1.0, 0.0), (0.0, 0.0)], None)]
    #[case::one_point(&[(0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0)], None)]
    #[case::nothing(&[], None)]
    fn a_ring_is_closed_or_refused(
        #[case] points: &[(f64, f64)],
        #[case] state: Option<RingState>,
    ) {
        assert_eq!(ring(coords(points)).map(|(_, state)| state), state);
    }

    #[rstest::rstest]
    #[case::square(&[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)], false)]
    #[case::bow_tie(&[(0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0)], true)]
    #[case::touching(&[(0.0, 0.0), (2.0, 0.0), (1.0, 1.0), (2.0, 2.0), (0.0, 2.0), (1.0, 1.0)], true)]
    #[case::spike(&[(0.0, 0.0), (2.0, 0.0), (1.0, 0.0), (1.0, 1.0)], true)]
    #[case::straight_on(&[(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (1.0, 1.0)], false)]
    fn a_crossing_is_seen(#[case] points: &[(f64, f64)], #[case] crosses: bool) {
        assert_eq!(
            crosses_itself(&ring(coords(points)).unwrap().0),
            Some(crosses)
        );
    }

    #[test]
    fn a_ring_that_is_too_intricate_is_not_checked_for_ever() {
        // Diagonals side by side, whose boxes all overlap though none crosses another.
        let zigzag = (0..20_000).map(|i| {
            let (shift, up) = (f64::from(i) * 1e-6, f64::from(i % 2));
            Coord {
                x: up + shift,
                y: up,
            }
        });
        let around = coords(&[(3.0, 2.0), (-1.0, 2.0), (-1.0, -1.0)]);
        let zigzag = zigzag.chain(around);
        assert_eq!(crosses_itself(&ring(zigzag.collect()).unwrap().0), None);
    }

    #[test]
    fn the_area_is_that_on_the_ellipsoid_and_leaves_holes_out() {
        // One degree square at the equator: 12,308.778 km², after the closed formula for the
        // area between two parallels and two meridians, within what geodesic edges differ.
        let square = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)];
        let whole = outline(vec![polygon(&square)]);
        assert_relative_eq!(
            area(&whole).unwrap().get(),
            12_308.778e6,
            max_relative = 1e-4
        );

        let hole = ring(coords(&[(0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)]))
            .unwrap()
            .0;
        let halved = outline(vec![Polygon::new(
            polygon(&square).exterior().clone(),
            vec![hole],
        )]);
        assert_relative_eq!(
            area(&halved).unwrap().get(),
            12_308.778e6 / 2.0,
            max_relative = 1e-4
        );
    }

    #[test]
    fn the_interior_point_of_a_horseshoe_lies_in_it() {
        let horseshoe = [
            (0.0, 0.0),
            (4.0, 0.0),
            (4.0, 3.0),
            (3.0, 3.0),
            (3.0, 1.0),
            (1.0, 1.0),
            (1.0, 3.0),
            (0.0, 3.0),
        ];
        let shape = outline(vec![polygon(&horseshoe)]);
        let point = interior_point(&shape).unwrap();
        assert!(contains(&shape, point), "{point}");
        assert!(!contains(&shape, LonLat::new(2.0, 2.0).unwrap()));
    }

    proptest! {
        #[test]
        fn whatever_the_ring_its_interior_point_lies_in_it(
            points in prop::collection::vec((-180.0..180.0_f64, -90.0..90.0_f64), 3..40)
        ) {
            let shape = outline(vec![polygon(&points)]);
            let point = interior_point(&shape).expect("random points make no flat ring");
            prop_assert!(contains(&shape, point));
        }
    }
}
