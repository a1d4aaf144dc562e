//! Points in polygons, prepared once and asked often.

use geo_types::{Coord, MultiPolygon};

use crate::bbox::LonLatBox;
use crate::place::LonLat;

/// A polygon whose edges are sorted into bands of latitude, so that a point meets few of them.
///
/// Edges are straight in longitude and latitude. A point is inside by the even-odd rule; on an
/// edge, it belongs to the east or north of it: of two polygons that share an edge, a point on
/// it is inside exactly one.
#[derive(Clone, Debug)]
pub struct PreparedPolygon {
    bbox: LonLatBox,
    band_height: f64,
    bands: Vec<Vec<Edge>>,
}

/// In how many bands an edge lies on average, at most: what bounds the memory of a zigzag.
const LARGEST_COPIES: f64 = 8.0;

/// An edge from its lower to its upper end, so that both directions give the same arithmetic.
#[derive(Clone, Copy, Debug)]
struct Edge {
    low: Coord,
    high: Coord,
}

impl PreparedPolygon {
    /// Prepares a polygon in WGS84. `None` where it has no area to be inside of: no ring with
    /// three points, or a coordinate that is not on the globe.
    pub fn new(polygon: &MultiPolygon) -> Option<Self> {
        let mut edges = Vec::new();
        for part in polygon {
            for ring in std::iter::once(part.exterior()).chain(part.interiors()) {
                edges.extend(
                    ring.lines()
                        .filter(|line| line.start.y != line.end.y)
                        .map(|line| {
                            let is_up = line.start.y < line.end.y;
                            let (low, high) = if is_up {
                                (line.start, line.end)
                            } else {
                                (line.end, line.start)
                            };
                            Edge { low, high }
                        }),
                );
            }
        }
        let bbox = LonLatBox::around(edges.iter().flat_map(|edge| [edge.low, edge.high]))?;
        Some(Self::in_bands(bbox, &edges))
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the root of a vector's length is small and positive"
    )]
    fn in_bands(bbox: LonLatBox, edges: &[Edge]) -> Self {
        let climb: f64 = edges.iter().map(|edge| edge.high.y - edge.low.y).sum();
        let height = bbox.north() - bbox.south();
        let by_count = 2.0 * (edges.len() as f64).sqrt();
        let by_memory = LARGEST_COPIES * edges.len() as f64 * height / climb;
        let count = (by_count.min(by_memory).ceil() as usize).max(1);
        let mut prepared = Self {
            bbox,
            band_height: height / count as f64,
            bands: vec![Vec::new(); count],
        };
        for edge in edges {
            for band in prepared.band(edge.low.y)..=prepared.band(edge.high.y) {
                prepared.bands[band].push(*edge);
            }
        }
        prepared
    }

    /// The smallest box around it.
    pub const fn bbox(&self) -> LonLatBox {
        self.bbox
    }

    /// Whether a place is inside.
    pub fn contains(&self, place: LonLat) -> bool {
        if !self.bbox.contains(place) {
            return false;
        }
        let crossings = self.bands[self.band(place.lat())]
            .iter()
            .filter(|edge| edge.is_west_of(place));
        crossings.count() % 2 == 1
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the bands"
    )]
    fn band(&self, lat: f64) -> usize {
        let last = self.bands.len() - 1;
        (((lat - self.bbox.south()) / self.band_height).max(0.0) as usize).min(last)
    }
}

impl Edge {
    /// Whether a ray from the place to the west crosses the edge.
    fn is_west_of(&self, place: LonLat) -> bool {
        if place.lat() < self.low.y || place.lat() >= self.high.y {
            return false;
        }
        let along = (place.lat() - self.low.y) / (self.high.y - self.low.y);
        let lon_on_edge = self.low.x + along * (self.high.x - self.low.x);
        lon_on_edge <= place.lon()
    }
}

#[cfg(test)]
mod tests {
    use geo_types::polygon;
    use proptest::prelude::*;

    use super::*;

    fn square_with_hole() -> PreparedPolygon {
        let polygon = polygon!(
            exterior: [(x: 0.0, y: 0.0), (x: 4.0, y: 0.0), (x: 4.0, y: 4.0), (x: 0.0, y: 4.0)],
            interiors: [[(x: 1.0, y: 1.0), (x: 1.0, y: 3.0), (x: 3.0, y: 3.0), (x: 3.0, y: 1.0)]],
        );
        PreparedPolygon::new(&MultiPolygon::new(vec![polygon])).unwrap()
    }

    #[rstest::rstest]
    #[case::in_the_rim(0.5, 2.0, true)]
    #[case::in_the_hole(2.0, 2.0, false)]
    #[case::outside(5.0, 2.0, false)]
    #[case::on_the_west_edge(0.0, 2.0, true)]
    #[case::on_the_east_edge(4.0, 2.0, false)]
    #[case::level_with_a_vertex(0.5, 1.0, true)]
    fn a_point_is_inside_by_the_even_odd_rule(
        #[case] lon: f64,
        #[case] lat: f64,
        #[case] inside: bool,
    ) {
        assert_eq!(
            square_with_hole().contains(LonLat::new(lon, lat).unwrap()),
            inside
        );
    }

    #[test]
    fn a_polygon_without_area_holds_nothing() {
        assert!(PreparedPolygon::new(&MultiPolygon::new(vec![])).is_none());
        let line = polygon![(x: 0.0, y: 1.0), (x: 1.0, y: 1.0)];
        assert!(PreparedPolygon::new(&MultiPolygon::new(vec![line])).is_none());
    }

    proptest! {
        #[test]
        fn two_halves_of_a_square_share_no_point_and_miss_none(
            cut in prop::collection::vec(0.0_f64..1.0, 1..12),
            lon in 0.0_f64..1.0,
            lat in 0.0_f64..1.0,
        ) {
            let step = 1.0 / cut.len() as f64;
            let seam: Vec<Coord> = std::iter::once(Coord { x: 0.5, y: 0.0 })
                .chain(cut.iter().enumerate().map(|(i, x)| Coord { x: *x, y: (i as f64 + 0.5) * step }))
                .chain([Coord { x: 0.5, y: 1.0 }])
                .collect();
            let half = |side: f64, reverse: bool| {
                let mut ring = seam.clone();
                if reverse { ring.reverse(); }
                let (first, last) = if reverse { (0.0, 1.0) } else { (1.0, 0.0) };
                ring.extend([Coord { x: side, y: first }, Coord { x: side, y: last }]);
                let polygon = geo_types::Polygon::new(ring.into(), vec![]);
                PreparedPolygon::new(&MultiPolygon::new(vec![polygon])).unwrap()
            };
            let place = LonLat::new(lon, lat).unwrap();
            let sides = usize::from(half(0.0, false).contains(place)) + usize::from(half(1.0, true).contains(place));
            prop_assert_eq!(sides, 1);
        }
    }
}
