//! Where the sun stands, by time and place.
//!
//! The formulas of NOAA's solar calculator, which are those of Meeus, *Astronomical Algorithms*,
//! 2nd edition, chapters 12, 13 and 25. Good to 0.02° from 1900 to 2100. What air does to the light
//! is left out: near the horizon the sun is seen half a degree higher.

use bevy::math::Vec3;
use twin_core::{LonLat, Timestamp};

/// Noon of 1 January 2000, from which astronomers count.
const J2000_MS: i64 = 946_728_000_000;
const DAY_MS: f64 = 86_400_000.0;
/// Days of a Julian century.
const CENTURY: f64 = 36_525.0;

/// Where the sun stands in the sky, in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SunPlace {
    /// Clockwise from the north, 0–360.
    pub azimuth: f64,
    /// Above the level horizon; below 0 it has set.
    pub altitude: f64,
}

impl SunPlace {
    /// Towards it in the scene, of length one, as if it stood at least `least` degrees high.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a direction needs no more digits"
    )]
    pub fn towards(self, least: f64) -> Vec3 {
        let (east, north) = self.azimuth.to_radians().sin_cos();
        let (up, level) = self.altitude.max(least).to_radians().sin_cos();
        Vec3::new((east * level) as f32, up as f32, (-north * level) as f32)
    }
}

/// Where the sun stands at a time, seen from a place.
pub fn sun_at(time: Timestamp, place: LonLat) -> SunPlace {
    let days = (time.as_millis() - J2000_MS) as f64 / DAY_MS;
    let Equatorial { ascension, decline } = equatorial(days / CENTURY);
    let greenwich = 280.460_618_37 + 360.985_647_366_29 * days;
    let hour = (greenwich + place.lon()).to_radians() - ascension;
    let (north, across) = place.lat().to_radians().sin_cos();
    let height = north * decline.sin() + across * decline.cos() * hour.cos();
    let from_south = hour
        .sin()
        .atan2(hour.cos() * north - decline.tan() * across);
    SunPlace {
        azimuth: (from_south.to_degrees() + 180.0).rem_euclid(360.0),
        altitude: height.clamp(-1.0, 1.0).asin().to_degrees(),
    }
}

/// Where the sun stands among the stars, in radians.
struct Equatorial {
    ascension: f64,
    decline: f64,
}

/// The sun among the stars, so many Julian centuries after 2000.
fn equatorial(t: f64) -> Equatorial {
    let mean = 280.466_46 + t * (36_000.769_83 + t * 0.000_303_2);
    let anomaly = (357.529_11 + t * (35_999.050_29 - t * 0.000_153_7)).to_radians();
    let centre = anomaly.sin() * (1.914_602 - t * (0.004_817 + t * 0.000_014))
        + (2.0 * anomaly).sin() * (0.019_993 - t * 0.000_101)
        + (3.0 * anomaly).sin() * 0.000_289;
    let node = (125.04 - 1_934.136 * t).to_radians();
    let longitude = (mean + centre - 0.005_69 - 0.004_78 * node.sin()).to_radians();
    let tilt = (23.439_291_1 - 0.013_004_2 * t + 0.002_56 * node.cos()).to_radians();
    Equatorial {
        ascension: (tilt.cos() * longitude.sin()).atan2(longitude.cos()),
        decline: (tilt.sin() * longitude.sin()).asin(),
    }
}

#[cfg(test)]
mod tests {
    use twin_core::Span;

    use super::*;

    fn at(time: &str, [lon, lat]: [f64; 2]) -> SunPlace {
        sun_at(time.parse().unwrap(), LonLat::new(lon, lat).unwrap())
    }

    const MONTBELIARD: [f64; 2] = [6.8, 47.51];

    // The first is the worked example of NREL's Solar Position Algorithm (Reda and Andreas, NREL/TP-560-34302,
    // table A5.1: azimuth 194.340241°, altitude without refraction 39.872046°); the others are PyEphem 4.2
    // (VSOP87) with the pressure of the air set to 0.
    #[rstest::rstest]
    #[case::nrel("2003-10-17T19:30:30Z", [-105.1786, 39.742_476], 194.340, 39.872)]
    #[case::summer_noon("2026-06-21T11:34:40Z", MONTBELIARD, 180.030, 65.927)]
    #[case::winter_noon("2026-12-21T11:31:00Z", MONTBELIARD, 180.035, 19.051)]
    #[case::winter_dawn("2026-12-21T07:00:00Z", MONTBELIARD, 121.760, -3.329)]
    #[case::november_morning("2026-11-30T08:00:00Z", MONTBELIARD, 133.820, 7.378)]
    #[case::equinox_morning("2026-03-20T06:00:00Z", MONTBELIARD, 93.731, 3.214)]
    #[case::south_of_the_equator("2026-09-01T23:00:00Z", [151.21, -33.87], 53.101, 31.085)]
    fn it_stands_where_almanacs_say(
        #[case] time: &str,
        #[case] place: [f64; 2],
        #[case] azimuth: f64,
        #[case] altitude: f64,
    ) {
        let sun = at(time, place);
        approx::assert_abs_diff_eq!(sun.azimuth, azimuth, epsilon = 0.1);
        approx::assert_abs_diff_eq!(sun.altitude, altitude, epsilon = 0.1);
    }

    #[rstest::rstest]
    #[case::sunrise("2026-06-21T03:36:00Z", 52.9)]
    #[case::sunset("2026-06-21T19:34:00Z", 307.2)]
    fn its_upper_edge_is_on_the_horizon_when_calendars_say(
        #[case] time: &str,
        #[case] azimuth: f64,
    ) {
        let sun = at(time, MONTBELIARD);
        // Calendars count half its width and what air lifts it: 0.833° together.
        approx::assert_abs_diff_eq!(sun.altitude, -0.833, epsilon = 0.1);
        approx::assert_abs_diff_eq!(sun.azimuth, azimuth, epsilon = 0.1);
    }

    #[test]
    fn at_noon_of_the_solstices_it_stands_as_high_as_the_tilt_of_the_earth_says() {
        for (day, decline) in [("2026-06-21", 23.44), ("2026-12-21", -23.44)] {
            let start: Timestamp = format!("{day}T10:00:00Z").parse().unwrap();
            let minutes = (0..180).map(|n| start + Span::from_secs(60 * n));
            let place = LonLat::new(MONTBELIARD[0], MONTBELIARD[1]).unwrap();
            let highest = minutes
                .map(|time| sun_at(time, place).altitude)
                .fold(-90.0, f64::max);
            approx::assert_abs_diff_eq!(highest, 90.0 - 47.51 + decline, epsilon = 0.02);
        }
    }

    #[test]
    fn in_the_evening_light_comes_from_the_west() {
        let sun = SunPlace {
            azimuth: 270.0,
            altitude: 3.0,
        };
        let towards = sun.towards(12.0);
        assert!(towards.x < -0.97 && towards.z.abs() < 1e-6);
        approx::assert_relative_eq!(towards.y, 12_f32.to_radians().sin(), epsilon = 1e-6);
        approx::assert_relative_eq!(towards.length(), 1.0, epsilon = 1e-6);
    }
}
