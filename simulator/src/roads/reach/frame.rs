//! A plane in metres around a middle: affine in degrees, so that straight lines stay straight.

use geo_types::Coord;
use twin_core::{LonLat, LonLatBox};

use crate::error::{SimError, SimResult};

/// Semi-major axis of WGS84, in metres (NIMA TR8350.2).
const SEMI_MAJOR_M: f64 = 6_378_137.0;
/// First eccentricity of WGS84, squared (likewise).
const ECCENTRICITY2: f64 = 6.694_379_990_14e-3;
/// The widest area, in metres.
const WIDEST_M: f64 = 1e6;
/// The farthest from the equator, in degrees.
const FARTHEST_LAT: f64 = 85.0;

/// Metres to the east and the north of a middle.
#[derive(Clone, Copy, Debug)]
pub(super) struct LocalFrame {
    middle: Coord,
    /// Metres in a degree, to the east and to the north.
    scale: Coord,
}

impl LocalFrame {
    /// A frame in the middle of some places; `None` without any.
    pub(super) fn around<'a>(places: impl Iterator<Item = &'a LonLat>) -> SimResult<Option<Self>> {
        let Some(bbox) = LonLatBox::around(places.map(|place| Coord::from(*place))) else {
            return Ok(None);
        };
        let middle = Coord {
            x: 0.5 * (bbox.west() + bbox.east()),
            y: 0.5 * (bbox.south() + bbox.north()),
        };
        let scale = metres_per_degree(middle.y);
        let frame = Self { middle, scale };
        let south_west = Coord {
            x: bbox.west(),
            y: bbox.south(),
        };
        let north_east = Coord {
            x: bbox.east(),
            y: bbox.north(),
        };
        frame.check([south_west, north_east].map(|corner| frame.metres_of(corner)))?;
        Ok(Some(frame))
    }

    /// Refuses a box, in metres, that the frame cannot hold.
    pub(super) fn check(&self, [low, high]: [Coord; 2]) -> SimResult<()> {
        let (low_deg, high_deg) = (self.degrees_of(low), self.degrees_of(high));
        let is_narrow = (high.x - low.x).max(high.y - low.y) <= WIDEST_M;
        let is_off_poles = low_deg.y.min(-high_deg.y) >= -FARTHEST_LAT;
        let is_off_antimeridian = low_deg.x.min(-high_deg.x) >= -180.0;
        if is_narrow && is_off_poles && is_off_antimeridian {
            return Ok(());
        }
        Err(SimError::ReachOutsideFrame {
            west: low_deg.x,
            south: low_deg.y,
            east: high_deg.x,
            north: high_deg.y,
        })
    }

    /// Metres of degrees.
    pub(super) fn metres_of(&self, degrees: Coord) -> Coord {
        Coord {
            x: (degrees.x - self.middle.x) * self.scale.x,
            y: (degrees.y - self.middle.y) * self.scale.y,
        }
    }

    /// Degrees of metres.
    pub(super) fn degrees_of(&self, metres: Coord) -> Coord {
        Coord {
            x: self.middle.x + metres.x / self.scale.x,
            y: self.middle.y + metres.y / self.scale.y,
        }
    }
}

/// From the radii of curvature of the ellipsoid, along the parallel and along the meridian.
fn metres_per_degree(lat: f64) -> Coord {
    let sin = libm::sin(lat.to_radians());
    let w2 = 1.0 - ECCENTRICITY2 * sin * sin;
    let prime_m = SEMI_MAJOR_M / w2.sqrt();
    let meridian_m = prime_m * (1.0 - ECCENTRICITY2) / w2;
    Coord {
        x: (prime_m * libm::cos(lat.to_radians())).to_radians(),
        y: meridian_m.to_radians(),
    }
}

#[cfg(test)]
mod tests {
    use approx::assert_relative_eq;
    use rstest::rstest;

    use super::*;

    fn place(lon: f64, lat: f64) -> LonLat {
        LonLat::new(lon, lat).unwrap()
    }

    #[rstest]
    #[case::equator(0.0)]
    #[case::montbeliard(47.5)]
    #[case::far_south(-80.0)]
    fn lengths_near_the_middle_are_those_of_the_ellipsoid(#[case] lat: f64) {
        let corners = [place(6.79, lat - 0.005), place(6.81, lat + 0.005)];
        let frame = LocalFrame::around(corners.iter()).unwrap().unwrap();
        for [a, b] in [
            [place(6.79, lat), place(6.81, lat)],
            [place(6.8, lat - 0.005), place(6.8, lat + 0.005)],
        ] {
            let [from, to] = [a, b].map(|place| frame.metres_of(place.into()));
            let length = libm::hypot(to.x - from.x, to.y - from.y);
            assert_relative_eq!(length, a.distance(b).get(), max_relative = 1e-5);
        }
    }

    #[rstest]
    #[case::over_the_antimeridian([179.99, 47.0], [-179.99, 47.0])]
    #[case::at_the_pole([0.0, 89.9], [0.1, 89.9])]
    #[case::across_a_continent([0.0, 47.0], [20.0, 47.0])]
    fn what_does_not_fit_a_frame_is_refused(#[case] a: [f64; 2], #[case] b: [f64; 2]) {
        let places = [place(a[0], a[1]), place(b[0], b[1])];
        let refused = LocalFrame::around(places.iter());
        assert!(matches!(refused, Err(SimError::ReachOutsideFrame { .. })));
    }
}
