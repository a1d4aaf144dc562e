//! Positions: WGS84 at the edges, the pack's planar system inside.

use std::fmt;

use geographiclib_rs::{Geodesic, InverseGeodesic as _};
use serde::{Deserialize, Serialize};

use crate::error::{TwinError, TwinResult};
use crate::units::Metres;

/// A position on the ground in WGS84 (OGC:CRS84): degrees, longitude first.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "[f64; 2]", into = "[f64; 2]")]
pub struct LonLat {
    lon: f64,
    lat: f64,
}

impl LonLat {
    /// Refuses what is not on the globe.
    pub fn new(lon: f64, lat: f64) -> TwinResult<Self> {
        if (-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat) {
            Ok(Self { lon, lat })
        } else {
            Err(TwinError::InvalidLonLat { lon, lat })
        }
    }

    /// Longitude, in degrees east.
    pub const fn lon(self) -> f64 {
        self.lon
    }

    /// Latitude, in degrees north.
    pub const fn lat(self) -> f64 {
        self.lat
    }

    /// The geodesic distance on the WGS84 ellipsoid, exact to well below a millimetre.
    pub fn distance(self, other: Self) -> Metres {
        let metres: f64 = Geodesic::wgs84().inverse(self.lat, self.lon, other.lat, other.lon);
        Metres::new(metres).unwrap_or(Metres::ZERO)
    }
}

impl TryFrom<[f64; 2]> for LonLat {
    type Error = TwinError;

    fn try_from([lon, lat]: [f64; 2]) -> TwinResult<Self> {
        Self::new(lon, lat)
    }
}

impl From<LonLat> for [f64; 2] {
    fn from(place: LonLat) -> Self {
        [place.lon, place.lat]
    }
}

impl From<LonLat> for geo_types::Coord {
    fn from(place: LonLat) -> Self {
        Self {
            x: place.lon,
            y: place.lat,
        }
    }
}

impl fmt::Display for LonLat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.lon, self.lat)
    }
}

/// A position in the planar system of the pack, in metres: east, north.
///
/// Planar lengths are not ground lengths: see [`ScaleField`](crate::ScaleField).
pub type Planar = [f64; 2];

/// A conformal planar reference system, for example Lambert-93 (EPSG:2154).
///
/// Implementations are pure: the same position gives the same answer, on every thread.
pub trait PlanarCrs: fmt::Debug + Send + Sync {
    /// Its name as authority and code, for example `EPSG:2154`.
    fn name(&self) -> &str;

    /// Where a position on the ground lies in the plane; `None` outside the system's domain.
    fn project(&self, place: LonLat) -> Option<Planar>;

    /// The inverse of [`PlanarCrs::project`].
    fn unproject(&self, planar: Planar) -> Option<LonLat>;
}

#[cfg(test)]
mod tests {
    use approx::assert_relative_eq;

    use super::*;

    #[test]
    fn a_distance_is_that_of_the_ellipsoid() {
        // The meridian arc from 47° to 48°, integrated numerically on the WGS84 ellipsoid.
        let south = LonLat::new(6.8, 47.0).unwrap();
        let north = LonLat::new(6.8, 48.0).unwrap();
        assert_relative_eq!(
            south.distance(north).get(),
            111_180.587,
            max_relative = 1e-8
        );
        assert_eq!(south.distance(south), Metres::ZERO);
    }

    #[test]
    fn a_place_off_the_globe_is_refused() {
        assert!(LonLat::new(181.0, 0.0).is_err());
        assert!(LonLat::new(0.0, f64::NAN).is_err());
        assert!(serde_json::from_str::<LonLat>("[6.8, 97.5]").is_err());
    }
}
