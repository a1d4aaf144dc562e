//! Where things stand in the scene: metres from one origin, in the plane of Web Mercator scaled to
//! true length at the origin's latitude.
//!
//! The plane is conformal and tiles lie in it axis-parallel. Fifteen kilometres north of the origin it is 0.26 %
//! too long, which no eye sees; lengths and areas that are told are computed on the ellipsoid.

use std::f64::consts::{FRAC_PI_4, PI, TAU};

use bevy::ecs::resource::Resource;
use bevy::math::{DVec2, Vec2, Vec3};
use twin_core::LonLat;

/// The circumference of the sphere of Web Mercator, in metres.
const EQUATOR_M: f64 = TAU * 6_378_137.0;

/// The scene's plane: x to the east, z to the south, y up; one unit is one metre on the ground.
#[derive(Resource, Clone, Copy, Debug, PartialEq)]
pub struct Space {
    origin: DVec2,
    unit_m: f64,
}

impl Space {
    /// How many times higher the relief is drawn than it is; the picture says so.
    pub const RELIEF: f32 = 2.1;

    /// A plane whose origin is `centre`.
    pub fn around(centre: LonLat) -> Self {
        Self {
            origin: mercator(centre),
            unit_m: EQUATOR_M * centre.lat().to_radians().cos(),
        }
    }

    /// Where a place lies in the plane, in metres: east, south.
    pub fn ground(&self, place: LonLat) -> Vec2 {
        self.from_mercator(mercator(place))
    }

    /// Where a point of the square of Web Mercator lies, which is 0–1 from the north-western corner.
    pub fn from_mercator(&self, at: DVec2) -> Vec2 {
        ((at - self.origin) * self.unit_m).as_vec2()
    }

    /// The point of the square of Web Mercator that lies at `at`.
    pub fn to_mercator(&self, at: Vec2) -> DVec2 {
        self.origin + at.as_dvec2() / self.unit_m
    }

    /// The place at a point of the plane; `None` beyond the globe.
    pub fn place(&self, at: Vec2) -> Option<LonLat> {
        let at = self.to_mercator(at);
        let lat = 2.0 * ((PI - at.y * TAU).exp().atan() - FRAC_PI_4);
        LonLat::new((at.x - 0.5) * 360.0, lat.to_degrees()).ok()
    }

    /// How long the side of a tile of this zoom is, in metres.
    pub fn tile_m(&self, zoom: u8) -> f64 {
        self.unit_m / f64::from(1_u32 << zoom.min(31))
    }
}

/// A point of the plane at a height, in the scene.
pub fn raised(at: Vec2, height: f32) -> Vec3 {
    Vec3::new(at.x, height, at.y)
}

/// What of a point of the scene lies in the plane.
pub fn flat(at: Vec3) -> Vec2 {
    Vec2::new(at.x, at.z)
}

fn mercator(place: LonLat) -> DVec2 {
    let north = (FRAC_PI_4 + place.lat().to_radians() / 2.0).tan().ln();
    DVec2::new(place.lon() / 360.0 + 0.5, 0.5 - north / TAU)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lon: f64, lat: f64) -> LonLat {
        LonLat::new(lon, lat).unwrap()
    }

    #[test]
    fn lengths_near_the_origin_are_those_on_the_ground() {
        let montbeliard = at(6.7989, 47.5103);
        let space = Space::around(montbeliard);
        let audincourt = at(6.8406, 47.4836);
        let drawn = f64::from(space.ground(audincourt).length());
        let true_m = montbeliard.distance(audincourt).get();
        approx::assert_relative_eq!(drawn, true_m, max_relative = 4e-3);
        assert!(space.ground(audincourt).x > 0.0, "east is to the right");
        assert!(space.ground(audincourt).y > 0.0, "south comes nearer");
    }

    #[test]
    fn a_place_comes_back_from_the_plane() {
        let space = Space::around(at(6.8, 47.5));
        let place = at(6.6, 47.35);
        let back = space.place(space.ground(place)).unwrap();
        assert!(place.distance(back).get() < 0.01, "{back}");
    }
}
