//! Which rings lie in which, at a cost that is bounded whatever the rings.

use geo_types::{LineString, Polygon};
use rstar::primitives::{GeomWithData, Line};
use rstar::{AABB, RTree};
use twin_core::LonLat;

use crate::import::outline;

/// Polygons, and what could not be made a part of them.
#[derive(Debug, PartialEq)]
pub(super) struct Nested {
    pub(super) polygons: Vec<Polygon>,
    /// How many holes lie in none of the outlines.
    pub(super) strays: usize,
    /// How many holes were left out because to find their outlines would cost too much.
    pub(super) unchecked: usize,
}

/// Puts each hole into the smallest outline that it lies in.
pub(super) fn nest(outlines: Vec<LineString>, holes: Vec<LineString>) -> Nested {
    let (mut strays, mut unchecked) = (0, 0);
    let mut interiors: Vec<Vec<LineString>> = vec![Vec::new(); outlines.len()];
    if !holes.is_empty() {
        let mut index = RingIndex::of(&outlines);
        for hole in holes {
            let around = index.around(&hole);
            let smallest = around.map(|around| {
                let sizes = around.into_iter().map(|ix| (ix, index.sizes[ix]));
                sizes.min_by(|a, b| a.1.total_cmp(&b.1))
            });
            match smallest {
                Some(Some((ix, _))) => interiors[ix].push(hole),
                Some(None) => strays += 1,
                None => unchecked += 1,
            }
        }
    }
    let polygons = outlines.into_iter().zip(interiors);
    Nested {
        polygons: polygons
            .map(|(outline, holes)| Polygon::new(outline, holes))
            .collect(),
        strays,
        unchecked,
    }
}

/// Divides rings into outlines and holes: what lies in an odd number of others is a hole.
pub(super) fn alternate(rings: Vec<LineString>) -> (Vec<LineString>, Vec<LineString>) {
    if rings.len() < 2 {
        return (rings, Vec::new());
    }
    let mut index = RingIndex::of(&rings);
    let mut is_hole = |ring| {
        index
            .around(ring)
            .is_some_and(|around| around.len() % 2 == 1)
    };
    let is_hole: Vec<bool> = rings.iter().map(&mut is_hole).collect();
    let (mut outlines, mut holes) = (Vec::new(), Vec::new());
    for (ring, is_hole) in rings.into_iter().zip(is_hole) {
        if is_hole {
            holes.push(ring);
        } else {
            outlines.push(ring);
        }
    }
    (outlines, holes)
}

fn point_in(ring: &LineString) -> Option<LonLat> {
    outline::interior_point(&Polygon::new(ring.clone(), vec![]).into())
}

/// Twice the planar area, only to be compared.
fn size(ring: &LineString) -> f64 {
    let cross = ring.lines().map(|line| line.determinant());
    cross.sum::<f64>().abs()
}

/// The edges of rings, to find the rings around a point.
struct RingIndex {
    edges: RTree<GeomWithData<Line<[f64; 2]>, usize>>,
    sizes: Vec<f64>,
    /// How many edges may still be looked at.
    budget: usize,
}

impl RingIndex {
    fn of(rings: &[LineString]) -> Self {
        let edges = rings.iter().enumerate().flat_map(|(ix, ring)| {
            let line = |line: geo_types::Line| Line::new(line.start.into(), line.end.into());
            ring.lines()
                .map(move |edge| GeomWithData::new(line(edge), ix))
        });
        let edges: Vec<_> = edges.collect();
        Self {
            budget: edges.len() * 64 + 1_000_000,
            edges: RTree::bulk_load(edges),
            sizes: rings.iter().map(size).collect(),
        }
    }

    /// The rings around another one, which may be one of them; `None` where the budget does not
    /// last. Of two rings around the same point that do not cross, the larger one is around the
    /// other.
    fn around(&mut self, ring: &LineString) -> Option<Vec<usize>> {
        let size = size(ring);
        let around = point_in(ring).map_or(Some(Vec::new()), |place| self.around_point(place))?;
        Some(
            around
                .into_iter()
                .filter(|ix| self.sizes[*ix] > size)
                .collect(),
        )
    }

    /// The rings whose edges a ray to the east crosses an odd number of times.
    fn around_point(&mut self, place: LonLat) -> Option<Vec<usize>> {
        let [lon, lat] = [place.lon(), place.lat()];
        let ray = AABB::from_corners([lon, lat], [181.0, lat]);
        let mut crossed = Vec::new();
        for edge in self.edges.locate_in_envelope_intersecting(ray) {
            self.budget = self.budget.checked_sub(1)?;
            let (from, to) = (edge.geom().from, edge.geom().to);
            if (from[1] > lat) == (to[1] > lat) {
                continue;
            }
            let share = (lat - from[1]) / (to[1] - from[1]);
            if from[0] + share * (to[0] - from[0]) > lon {
                crossed.push(edge.data);
            }
        }
        crossed.sort_unstable();
        let runs = crossed.chunk_by(|a, b| a == b);
        Some(
            runs.filter(|run| run.len() % 2 == 1)
                .map(|run| run[0])
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A square around (10, 10) whose sides are twice `half` long.
    fn square(half: f64) -> LineString {
        let (low, high) = (10.0 - half, 10.0 + half);
        let corners = [
            (low, low),
            (high, low),
            (high, high),
            (low, high),
            (low, low),
        ];
        LineString::from(corners.to_vec())
    }

    #[test]
    fn a_hole_belongs_to_the_smallest_outline_around_it() {
        // An island with a pond, in a lake with an island, whatever the order.
        let nested = nest(
            vec![square(8.0), square(3.0)],
            vec![square(1.0), square(5.0)],
        );
        assert_eq!((nested.strays, nested.unchecked), (0, 0));
        assert_eq!(
            nested.polygons[0],
            Polygon::new(square(8.0), vec![square(5.0)])
        );
        assert_eq!(
            nested.polygons[1],
            Polygon::new(square(3.0), vec![square(1.0)])
        );
    }

    #[test]
    fn a_hole_around_everything_is_a_stray() {
        let nested = nest(vec![square(2.0)], vec![square(4.0)]);
        assert_eq!(
            (nested.strays, nested.polygons[0].interiors().len()),
            (1, 0)
        );
    }

    #[test]
    fn rings_in_rings_are_holes_and_islands_by_turns() {
        let rings = [1.0, 2.0, 3.0, 4.0].map(square).to_vec();
        let (outlines, holes) = alternate(rings);
        assert_eq!(outlines, [square(2.0), square(4.0)]);
        assert_eq!(holes, [square(1.0), square(3.0)]);
    }

    #[test]
    fn rings_by_the_thousand_within_each_other_end_in_a_bounded_time() {
        let rings: Vec<LineString> = (1..4000_u32)
            .map(|ix| square(f64::from(ix) / 500.0))
            .collect();
        let (outlines, holes): (Vec<_>, Vec<_>) =
            rings.into_iter().partition(|ring| ring.0.len() > 9);
        assert!(outlines.is_empty());
        let count = holes.len();
        let nested = nest(holes.clone(), holes);
        let inside: usize = nested
            .polygons
            .iter()
            .map(|polygon| polygon.interiors().len())
            .sum();
        assert_eq!(inside + nested.strays + nested.unchecked, count);
        assert!(nested.unchecked > 0, "all of them were found");
    }
}
