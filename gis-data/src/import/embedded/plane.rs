//! The local plane that the embedded territory is computed in: metres east and north of its middle.

use twin_core::{LonLat, Planar, TwinResult};

/// An equirectangular plane that touches the ellipsoid at its origin.
///
/// Within 20 km of it, lengths are true to 0.3 % and areas, with [`Plane::area_scale`], to 0.01 %.
/// Every machine computes the same digits: `libm` and IEEE arithmetic only.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plane {
    origin: LonLat,
    metres_per_lon: f64,
    metres_per_lat: f64,
}

/// Positions are kept to a centimetre, so that files stay short.
const STEPS_PER_DEGREE: f64 = 1e7;

impl Plane {
    pub(super) fn around(origin: LonLat) -> Self {
        Self {
            origin,
            metres_per_lon: metres_per_lon(origin.lat()),
            metres_per_lat: metres_per_lat(origin.lat()),
        }
    }

    pub(super) fn project(&self, place: LonLat) -> Planar {
        [
            (place.lon() - self.origin.lon()) * self.metres_per_lon,
            (place.lat() - self.origin.lat()) * self.metres_per_lat,
        ]
    }

    /// The inverse of [`Plane::project`], rounded to 10⁻⁷ degrees.
    pub(super) fn unproject(&self, [x, y]: Planar) -> TwinResult<LonLat> {
        let rounded = |degrees: f64| (degrees * STEPS_PER_DEGREE).round() / STEPS_PER_DEGREE;
        LonLat::new(
            rounded(self.origin.lon() + x / self.metres_per_lon),
            rounded(self.origin.lat() + y / self.metres_per_lat),
        )
    }

    /// How many square metres of this plane one square metre of ground covers at a latitude.
    pub(super) fn area_scale(&self, lat: f64) -> f64 {
        self.metres_per_lon * self.metres_per_lat / (metres_per_lon(lat) * metres_per_lat(lat))
    }
}

/// Metres in a degree of longitude: the usual cosine series for the WGS84 ellipsoid.
fn metres_per_lon(lat: f64) -> f64 {
    let phi = lat.to_radians();
    111_412.84 * libm::cos(phi) - 93.5 * libm::cos(3.0 * phi) + 0.118 * libm::cos(5.0 * phi)
}

/// Metres in a degree of latitude: the usual cosine series for the WGS84 ellipsoid.
fn metres_per_lat(lat: f64) -> f64 {
    let phi = lat.to_radians();
    111_132.92 - 559.82 * libm::cos(2.0 * phi) + 1.175 * libm::cos(4.0 * phi)
}

/// The vector from `a` to `b`.
pub(super) fn vector(a: Planar, b: Planar) -> Planar {
    [b[0] - a[0], b[1] - a[1]]
}

/// The squared distance between `a` and `b`.
pub(super) fn distance2(a: Planar, b: Planar) -> f64 {
    let [dx, dy] = vector(a, b);
    dx * dx + dy * dy
}

/// The point `at + scale · direction`.
pub(super) fn shifted(at: Planar, direction: Planar, scale: f64) -> Planar {
    [at[0] + scale * direction[0], at[1] + scale * direction[1]]
}

/// Whether `at` lies to the left of every edge of a convex ring that runs counterclockwise, by at
/// least `margin_m`.
pub(super) fn is_inside(ring: &[Planar], at: Planar, margin_m: f64) -> bool {
    let next = ring.iter().cycle().skip(1);
    ring.iter().zip(next).all(|(&a, &b)| {
        let [ex, ey] = vector(a, b);
        let [px, py] = vector(a, at);
        ex * py - ey * px >= margin_m * (ex * ex + ey * ey).sqrt()
    })
}

/// Whether a simple ring holds `at`, `margin_m` or more from its edges.
pub(super) fn holds(ring: &[Planar], at: Planar, margin_m: f64) -> bool {
    let mut is_inside = false;
    let next = ring.iter().cycle().skip(1);
    for (&a, &b) in ring.iter().zip(next) {
        if distance2_to_edge(a, b, at) < margin_m * margin_m {
            return false;
        }
        if (a[1] > at[1]) != (b[1] > at[1]) {
            let share = (at[1] - a[1]) / (b[1] - a[1]);
            is_inside ^= at[0] < a[0] + share * (b[0] - a[0]);
        }
    }
    is_inside
}

/// The squared distance of `at` from the edge between `a` and `b`.
pub(super) fn distance2_to_edge(a: Planar, b: Planar, at: Planar) -> f64 {
    let ([ex, ey], [px, py]) = (vector(a, b), vector(a, at));
    let length2 = ex * ex + ey * ey;
    let share = if length2 > 0.0 {
        ((px * ex + py * ey) / length2).clamp(0.0, 1.0)
    } else {
        0.0
    };
    distance2(shifted(a, [ex, ey], share), at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_in_the_plane_are_those_on_the_ground() {
        let plane = Plane::around(LonLat::new(6.79, 47.445).unwrap());
        for [lon, lat] in [[6.62, 47.33], [6.94, 47.56], [6.79, 47.33]] {
            let place = LonLat::new(lon, lat).unwrap();
            let ground_m = place.distance(plane.origin).get();
            let plane_m = distance2(plane.project(place), [0.0, 0.0]).sqrt();
            approx::assert_relative_eq!(plane_m, ground_m, max_relative = 3e-3);
            assert_eq!(plane.unproject(plane.project(place)).unwrap(), place);
        }
    }

    #[rstest::rstest]
    #[case::inside([2.0, 2.0], 1.0, true)]
    #[case::too_near_the_edge([2.0, 0.5], 1.0, false)]
    #[case::in_the_notch([5.0, 8.0], 0.0, false)]
    #[case::beyond([12.0, 2.0], 0.0, false)]
    fn a_ring_need_not_be_convex(#[case] at: Planar, #[case] margin_m: f64, #[case] is: bool) {
        let notched = [
            [0.0, 0.0],
            [10.0, 0.0],
            [10.0, 10.0],
            [5.0, 4.0],
            [0.0, 10.0],
        ];
        assert_eq!(holds(&notched, at, margin_m), is);
    }

    #[test]
    fn the_margin_of_a_ring_is_kept() {
        let square = [[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]];
        assert!(is_inside(&square, [5.0, 2.1], 2.0));
        assert!(!is_inside(&square, [5.0, 1.9], 2.0));
        assert!(!is_inside(&square, [5.0, 10.1], 0.0));
    }
}
