//! Which planar reference system suits an extent.

use twin_core::LonLat;

/// West, south, east and north of what it was given, in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Extent {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
}

/// Where Lambert-93 (EPSG:2154) is defined, according to the EPSG registry.
const LAMBERT_93: Extent = Extent {
    west: -9.86,
    south: 41.15,
    east: 10.38,
    north: 51.56,
};

impl Extent {
    /// The smallest extent around all places; `None` without any.
    pub(super) fn around(places: impl IntoIterator<Item = LonLat>) -> Option<Self> {
        places
            .into_iter()
            .fold(None, |extent: Option<Self>, place| {
                let (lon, lat) = (place.lon(), place.lat());
                let old = extent.unwrap_or(Self {
                    west: lon,
                    south: lat,
                    east: lon,
                    north: lat,
                });
                Some(Self {
                    west: old.west.min(lon),
                    south: old.south.min(lat),
                    east: old.east.max(lon),
                    north: old.north.max(lat),
                })
            })
    }

    fn lies_in(&self, other: &Self) -> bool {
        self.west >= other.west
            && self.south >= other.south
            && self.east <= other.east
            && self.north <= other.north
    }

    /// Lambert-93 where the extent lies wholly in its domain, else the UTM zone of its middle.
    pub(super) fn planar_crs(&self) -> String {
        if self.lies_in(&LAMBERT_93) {
            return "EPSG:2154".to_owned();
        }
        let lon = f64::midpoint(self.west, self.east);
        let zone = (1..60)
            .find(|zone| lon < f64::from(zone * 6 - 180))
            .unwrap_or(60);
        let hemisphere = if f64::midpoint(self.south, self.north) < 0.0 {
            327
        } else {
            326
        };
        format!("EPSG:{hemisphere}{zone:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::montbeliard(6.8, 47.5, "EPSG:2154")]
    #[case::andorra(1.5, 42.5, "EPSG:2154")]
    #[case::lisbon(-9.1, 38.7, "EPSG:32629")]
    #[case::sydney(151.2, -33.9, "EPSG:32756")]
    #[case::first_zone(-180.0, 10.0, "EPSG:32601")]
    #[case::last_zone(180.0, 10.0, "EPSG:32660")]
    #[case::border_of_zones(12.0, 55.0, "EPSG:32633")]
    fn a_place_gets_the_plane_of_its_country(
        #[case] lon: f64,
        #[case] lat: f64,
        #[case] crs: &str,
    ) {
        let extent = Extent::around([LonLat::new(lon, lat).unwrap()]).unwrap();
        assert_eq!(extent.planar_crs(), crs);
    }

    #[test]
    fn an_extent_that_leaves_the_domain_of_lambert_93_does_not_use_it() {
        let places = [(2.0, 48.0), (14.0, 50.0)].map(|(x, y)| LonLat::new(x, y).unwrap());
        assert_eq!(Extent::around(places).unwrap().planar_crs(), "EPSG:32632");
    }
}
