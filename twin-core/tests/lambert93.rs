//! Lambert-93 (EPSG:2154) as a [`PlanarCrs`], for tests and benchmarks.

use proj4rs::Proj;
use proj4rs::transform::transform;
use twin_core::{LonLat, Planar, PlanarCrs};

/// Lambert-93, computed by proj4rs.
#[derive(Debug)]
pub(crate) struct Lambert93 {
    geographic: Proj,
    planar: Proj,
}

impl Lambert93 {
    /// The system of metropolitan France.
    pub(crate) fn new() -> Self {
        let proj = |code| Proj::from_epsg_code(code).expect("proj4rs knows EPSG:4326 and 2154");
        Self {
            geographic: proj(4326),
            planar: proj(2154),
        }
    }
}

impl PlanarCrs for Lambert93 {
    fn name(&self) -> &'static str {
        "EPSG:2154"
    }

    fn project(&self, place: LonLat) -> Option<Planar> {
        let mut point = (place.lon().to_radians(), place.lat().to_radians(), 0.0);
        transform(&self.geographic, &self.planar, &mut point).ok()?;
        Some([point.0, point.1]).filter(|planar| planar.iter().all(|c| c.is_finite()))
    }

    fn unproject(&self, [x, y]: Planar) -> Option<LonLat> {
        let mut point = (x, y, 0.0);
        transform(&self.planar, &self.geographic, &mut point).ok()?;
        LonLat::new(point.0.to_degrees(), point.1.to_degrees()).ok()
    }
}
