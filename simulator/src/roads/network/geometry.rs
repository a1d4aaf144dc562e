//! Lengths and headings on the ground.

use twin_core::LonLat;

/// Major half axis of WGS84, in metres.
const MAJOR_M: f64 = 6_378_137.0;

/// First eccentricity of WGS84, squared.
const ECCENTRICITY_2: f64 = 0.006_694_379_990_141_317;

/// Longer than this, in metres, a length is computed on the ellipsoid.
const LOCAL_M: f64 = 3_000.0;

/// East and north of one place as seen from another, in metres, for places that are near each other.
///
/// Radii of curvature at the middle latitude; within 1 ppm up to 3 km outside the polar caps.
pub(in crate::roads) fn metres_between(from: LonLat, to: LonLat) -> [f64; 2] {
    let middle = (from.lat() + to.lat()).to_radians() / 2.0;
    let (sin, cos) = (libm::sin(middle), libm::cos(middle));
    let w2 = 1.0 - ECCENTRICITY_2 * sin * sin;
    let across = MAJOR_M / libm::sqrt(w2);
    let along = across * (1.0 - ECCENTRICITY_2) / w2;
    let turned = to.lon() - from.lon();
    let lon = (turned - 360.0 * libm::round(turned / 360.0)).to_radians();
    let lat = (to.lat() - from.lat()).to_radians();
    [lon * cos * across, lat * along]
}

/// The length of a straight line on the ground, in metres, within 10 ppm.
pub(in crate::roads) fn ground_length_m(from: LonLat, to: LonLat) -> f64 {
    let [east, north] = metres_between(from, to);
    let metres = libm::sqrt(east * east + north * north);
    let is_near_pole = from.lat().abs().max(to.lat().abs()) > 80.0;
    if metres <= LOCAL_M && !is_near_pole {
        metres
    } else {
        from.distance(to).get()
    }
}

/// So far ahead one looks to tell where a road heads, in metres: over the curve of a kerb.
const LOOK_AHEAD_M: f64 = 12.0;

/// Where a path heads at its beginning, in degrees clockwise from north; 0 where it has no length.
pub(super) fn heading<'a>(mut path: impl Iterator<Item = &'a LonLat>) -> f32 {
    let Some(&start) = path.next() else {
        return 0.0;
    };
    let mut ahead = start;
    for &point in path {
        ahead = point;
        if ground_length_m(start, ahead) >= LOOK_AHEAD_M {
            break;
        }
    }
    let [east, north] = metres_between(start, ahead);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "degrees need no more digits"
    )]
    let heading = libm::atan2(east, north).to_degrees() as f32;
    heading
}

#[cfg(test)]
mod tests {
    use approx::assert_relative_eq;

    use super::*;

    fn place(lon: f64, lat: f64) -> LonLat {
        LonLat::new(lon, lat).unwrap()
    }

    #[rstest::rstest]
    #[case::a_doorstep(6.8, 47.5, 6.8001, 47.5)]
    #[case::a_street(6.8, 47.5, 6.8113, 47.5091)]
    #[case::beyond_the_local_plane(6.8, 47.5, 6.9, 47.6)]
    #[case::in_the_north(25.0, 71.0, 25.02, 71.01)]
    #[case::near_the_pole(25.0, 89.99, 145.0, 89.99)]
    #[case::across_the_date_line(179.9, 0.0, -179.9, 0.0)]
    fn lengths_are_within_10_ppm(#[case] a: f64, #[case] b: f64, #[case] c: f64, #[case] d: f64) {
        let (from, to) = (place(a, b), place(c, d));
        let exact = from.distance(to).get();
        assert_relative_eq!(ground_length_m(from, to), exact, max_relative = 1e-5);
    }

    #[rstest::rstest]
    #[case::north(&[(6.8, 47.5), (6.8, 47.6)], 0.0)]
    #[case::east(&[(6.8, 47.5), (6.9, 47.5)], 90.0)]
    #[case::west_after_a_kerb(&[(6.8, 47.5), (6.8, 47.50001), (6.7, 47.50001)], -90.0)]
    #[case::nowhere(&[(6.8, 47.5), (6.8, 47.5)], 0.0)]
    fn a_heading_looks_over_the_kerb(#[case] path: &[(f64, f64)], #[case] expected: f32) {
        let path: Vec<_> = path.iter().map(|&(lon, lat)| place(lon, lat)).collect();
        assert!((heading(path.iter()) - expected).abs() < 1.0);
    }
}
