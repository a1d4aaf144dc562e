//! Planar reference systems by their EPSG code, and which one suits a region.
//!
//! WGS84, RGF93 and ETRS89 count as the same on the ground, as EPSG's null transformations have
//! it: the drift of the continental plate, decimetres by now, is left out.

mod projected;
mod suitable;

pub use self::projected::planar_crs;
pub(crate) use self::projected::planar_crs_to_read;
pub use self::suitable::default_planar_crs_for;

/// A box of longitudes and latitudes, in degrees: west, south, east, north.
type Area = [f64; 4];

/// Where Lambert-93 (EPSG:2154) and the conic systems CC42 to CC50 are defined (EPSG registry,
/// area of use of RGF93).
const RGF93_AREA: Area = [-9.86, 41.15, 10.38, 51.56];

fn contains(area: Area, lon: f64, lat: f64) -> bool {
    let [west, south, east, north] = area;
    (west..=east).contains(&lon) && (south..=north).contains(&lat)
}
