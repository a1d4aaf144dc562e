//! The system that a region gets when nobody names one.

use twin_core::LonLat;

use super::{RGF93_AREA, contains};

/// The planar system for a region between two corners, in degrees.
///
/// Lambert-93 (EPSG:2154) where the region lies wholly in its domain, which takes in Andorra,
/// Monaco and the borders; else the UTM zone of the region's middle on WGS84 (EPSG:326nn in the
/// north, 327nn in the south), with the exceptions of the grid for Norway and Svalbard. A region
/// whose eastern corner has the smaller longitude crosses the antimeridian.
///
/// ```
/// use gis_data::crs::default_planar_crs_for;
/// use twin_core::LonLat;
///
/// let andorra = default_planar_crs_for(LonLat::new(1.41, 42.43)?, LonLat::new(1.79, 42.66)?);
/// assert_eq!(andorra, "EPSG:2154");
/// let iceland = default_planar_crs_for(LonLat::new(-24.5, 63.4)?, LonLat::new(-13.5, 66.6)?);
/// assert_eq!(iceland, "EPSG:32627");
/// # Ok::<(), twin_core::TwinError>(())
/// ```
pub fn default_planar_crs_for(south_west: LonLat, north_east: LonLat) -> String {
    let is_french = [south_west, north_east]
        .iter()
        .all(|c| contains(RGF93_AREA, c.lon(), c.lat()));
    if is_french && south_west.lon() <= north_east.lon() {
        return "EPSG:2154".to_owned();
    }
    let lat = f64::midpoint(south_west.lat(), north_east.lat());
    let zone = utm_zone(middle_lon(south_west.lon(), north_east.lon()), lat);
    let first = if lat < 0.0 { 32_700 } else { 32_600 };
    format!("EPSG:{}", first + zone)
}

fn middle_lon(west: f64, east: f64) -> f64 {
    let east = if east < west { east + 360.0 } else { east };
    let middle = f64::midpoint(west, east);
    if middle >= 180.0 {
        middle - 360.0
    } else {
        middle
    }
}

/// The zone, 1 to 60, of the UTM grid (NGA.SIG.0012, 2014).
fn utm_zone(lon: f64, lat: f64) -> u16 {
    let is_norway = contains([3.0, 56.0, 12.0, 64.0], lon, lat);
    let is_svalbard = contains([0.0, 72.0, 42.0, 84.0], lon, lat);
    match lon {
        _ if is_norway => 32,
        ..9.0 if is_svalbard => 31,
        ..21.0 if is_svalbard => 33,
        ..33.0 if is_svalbard => 35,
        _ if is_svalbard => 37,
        _ => (1..60)
            .find(|zone| lon < f64::from(*zone) * 6.0 - 180.0)
            .unwrap_or(60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crs::planar_crs;

    #[rstest::rstest]
    #[case::montbeliard([6.61, 47.32, 6.95, 47.57], "EPSG:2154")]
    #[case::andorra([1.41, 42.43, 1.79, 42.66], "EPSG:2154")]
    #[case::monaco([7.40, 43.72, 7.44, 43.76], "EPSG:2154")]
    #[case::reunion([55.2, -21.4, 55.9, -20.8], "EPSG:32740")]
    #[case::berlin([13.0, 52.3, 13.8, 52.7], "EPSG:32633")]
    #[case::bergen([5.0, 60.2, 5.6, 60.6], "EPSG:32632")]
    #[case::longyearbyen([15.0, 78.1, 16.0, 78.3], "EPSG:32633")]
    #[case::fiji([177.0, -18.5, -179.5, -16.0], "EPSG:32760")]
    #[case::just_east_of_the_antimeridian([179.5, -18.0, -178.0, -17.0], "EPSG:32701")]
    #[case::the_last_meridian([180.0, 10.0, 180.0, 11.0], "EPSG:32601")]
    fn a_region_gets_the_system_of_its_place(#[case] area: [f64; 4], #[case] expected: &str) {
        let [w, s, e, n] = area;
        let corner = |lon, lat| LonLat::new(lon, lat).unwrap();
        assert_eq!(default_planar_crs_for(corner(w, s), corner(e, n)), expected);
    }

    proptest::proptest! {
        #[test]
        fn a_region_anywhere_gets_a_system_that_holds_its_middle(lon in -180.0..=180.0, lat in -80.0..84.0) {
            let place = LonLat::new(lon, lat).unwrap();
            let crs = planar_crs(&default_planar_crs_for(place, place)).unwrap();
            proptest::prop_assert!(crs.project(place).is_some(), "{place} in {}", crs.name());
        }
    }
}
