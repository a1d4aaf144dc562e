//! Boxes in longitude and latitude.

use geo_types::Coord;

use crate::error::{TwinError, TwinResult};
use crate::place::LonLat;

/// A box in WGS84, edges included. Where `west` is greater than `east`, it crosses the
/// antimeridian, as in GeoJSON.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LonLatBox {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
}

impl LonLatBox {
    /// Refuses corners off the globe and a south that is north of the north.
    pub fn new(west: f64, south: f64, east: f64, north: f64) -> TwinResult<Self> {
        LonLat::new(west, south)?;
        LonLat::new(east, north)?;
        if south > north {
            return Err(TwinError::UpsideDownBox { south, north });
        }
        Ok(Self {
            west,
            south,
            east,
            north,
        })
    }

    /// The smallest box around some points; `None` without any, or where one is off the globe.
    pub fn around(points: impl IntoIterator<Item = Coord>) -> Option<Self> {
        let mut points = points.into_iter();
        let first = points.next()?;
        let mut bbox = Self {
            west: first.x,
            south: first.y,
            east: first.x,
            north: first.y,
        };
        for point in std::iter::once(first).chain(points) {
            LonLat::new(point.x, point.y).ok()?;
            bbox.west = bbox.west.min(point.x);
            bbox.south = bbox.south.min(point.y);
            bbox.east = bbox.east.max(point.x);
            bbox.north = bbox.north.max(point.y);
        }
        Some(bbox)
    }

    /// Degrees east of the western edge.
    pub const fn west(self) -> f64 {
        self.west
    }

    /// Degrees north of the southern edge.
    pub const fn south(self) -> f64 {
        self.south
    }

    /// Degrees east of the eastern edge.
    pub const fn east(self) -> f64 {
        self.east
    }

    /// Degrees north of the northern edge.
    pub const fn north(self) -> f64 {
        self.north
    }

    /// Whether a place is in it or on its edge.
    pub fn contains(self, place: LonLat) -> bool {
        let is_between = if self.crosses_antimeridian() {
            place.lon() >= self.west || place.lon() <= self.east
        } else {
            (self.west..=self.east).contains(&place.lon())
        };
        is_between && (self.south..=self.north).contains(&place.lat())
    }

    /// Whether it reaches over the 180th meridian.
    pub fn crosses_antimeridian(self) -> bool {
        self.west > self.east
    }

    /// The box as one or two that do not cross the antimeridian.
    pub fn parts(self) -> impl Iterator<Item = Self> {
        let (first, second) = if self.crosses_antimeridian() {
            (
                Self {
                    east: 180.0,
                    ..self
                },
                Some(Self {
                    west: -180.0,
                    ..self
                }),
            )
        } else {
            (self, None)
        };
        std::iter::once(first).chain(second)
    }

    /// What two boxes share; `None` where that is nothing. Neither may cross the antimeridian.
    pub fn intersection(self, other: Self) -> Option<Self> {
        let shared = Self {
            west: self.west.max(other.west),
            south: self.south.max(other.south),
            east: self.east.min(other.east),
            north: self.north.min(other.north),
        };
        (shared.west <= shared.east && shared.south <= shared.north).then_some(shared)
    }

    /// The smallest box around this one and a place.
    #[must_use]
    pub fn extended(self, place: LonLat) -> Self {
        Self {
            west: self.west.min(place.lon()),
            south: self.south.min(place.lat()),
            east: self.east.max(place.lon()),
            north: self.north.max(place.lat()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::upright([6.0, 47.0, 7.0, 48.0], [6.5, 47.5], true)]
    #[case::edge_included([6.0, 47.0, 7.0, 48.0], [7.0, 48.0], true)]
    #[case::beside([6.0, 47.0, 7.0, 48.0], [7.1, 47.5], false)]
    #[case::over_the_antimeridian([170.0, -20.0, -170.0, 0.0], [-175.0, -10.0], true)]
    #[case::the_long_way_round([170.0, -20.0, -170.0, 0.0], [0.0, -10.0], false)]
    fn a_box_holds_its_places(
        #[case] corners: [f64; 4],
        #[case] place: [f64; 2],
        #[case] is_inside: bool,
    ) {
        let [west, south, east, north] = corners;
        let bbox = LonLatBox::new(west, south, east, north).unwrap();
        let place = LonLat::try_from(place).unwrap();
        assert_eq!(bbox.contains(place), is_inside);
        assert_eq!(bbox.parts().any(|part| part.contains(place)), is_inside);
    }

    #[test]
    fn a_box_upside_down_is_refused() {
        assert!(LonLatBox::new(6.0, 48.0, 7.0, 47.0).is_err());
    }
}
