//! Whether a point lies in one of many shapes with many corners.

use bevy::math::{Rect, Vec2};

use super::tile::Path;

/// The most bands into which edges are sorted.
const MOST_BANDS: f32 = 1024.0;
/// How many edges a band has on average, at least.
const EDGES_A_BAND: f32 = 8.0;
/// The most entries in all bands together, on average of the shapes.
const MOST_ENTRIES: f32 = 4e6;

/// Shapes, their edges sorted into bands from north to south: a question looks at one band.
#[derive(Clone, Debug)]
pub(super) struct Inside {
    extent: Rect,
    edges: Vec<Edge>,
    /// The edges that touch a band, shape by shape.
    bands: Vec<Vec<u32>>,
}

#[derive(Clone, Copy, Debug)]
struct Edge {
    from: Vec2,
    to: Vec2,
    shape: u32,
}

impl Inside {
    /// Takes shapes, each with its outlines and holes; whether first points are repeated as last
    /// ones does not matter.
    pub(super) fn new(shapes: &[&[Path]]) -> Self {
        let edges: Vec<Edge> = (0_u32..)
            .zip(shapes)
            .flat_map(|(n, rings)| edges(n, rings))
            .collect();
        let points = edges.iter().flat_map(|edge| [edge.from, edge.to]);
        let extent = points.fold(Rect::EMPTY, |extent, at| extent.union_point(at));
        let mut inside = Self {
            bands: vec![Vec::new(); bands(&edges, extent)],
            extent,
            edges,
        };
        for (n, edge) in (0_u32..).zip(&inside.edges) {
            let (north, south) = (edge.from.y.min(edge.to.y), edge.from.y.max(edge.to.y));
            for band in inside.band(north)..=inside.band(south) {
                inside.bands[band].push(n);
            }
        }
        inside
    }

    /// Whether a point lies in one of the shapes. On their edges either may be true.
    pub(super) fn contains(&self, at: Vec2) -> bool {
        if !self.extent.contains(at) {
            return false;
        }
        let (mut shape, mut is_odd) = (0, false);
        let numbers = self.bands.get(self.band(at.y)).into_iter().flatten();
        for edge in numbers.filter_map(|n| self.edges.get(usize::try_from(*n).ok()?)) {
            if edge.shape != shape {
                if is_odd {
                    return true;
                }
                (shape, is_odd) = (edge.shape, false);
            }
            is_odd ^= edge.lies_east_of(at);
        }
        is_odd
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the number of bands first"
    )]
    fn band(&self, south: f32) -> usize {
        let last = self.bands.len().saturating_sub(1);
        let share = (south - self.extent.min.y) / self.extent.height();
        (share * self.bands.len() as f32).clamp(0.0, last as f32) as usize
    }
}

impl Edge {
    /// Whether a ray to the east from a point crosses it.
    fn lies_east_of(self, at: Vec2) -> bool {
        let Self { from, to, .. } = self;
        (from.y > at.y) != (to.y > at.y)
            && at.x < from.x + (at.y - from.y) * (to.x - from.x) / (to.y - from.y)
    }
}

fn edges(shape: u32, rings: &[Path]) -> impl Iterator<Item = Edge> {
    rings.iter().flat_map(move |ring| {
        let next = ring.iter().cycle().skip(1);
        let pairs = ring.iter().zip(next).filter(|(from, to)| from.y != to.y);
        pairs.map(move |(from, to)| Edge {
            from: *from,
            to: *to,
            shape,
        })
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between one and MOST_BANDS"
)]
fn bands(edges: &[Edge], extent: Rect) -> usize {
    let down: f32 = edges
        .iter()
        .map(|edge| (edge.from.y - edge.to.y).abs())
        .sum();
    let affordable = MOST_ENTRIES * extent.height() / down.max(f32::MIN_POSITIVE);
    let useful = edges.len() as f32 / EDGES_A_BAND;
    useful.min(affordable).clamp(1.0, MOST_BANDS) as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn square(low: f32, high: f32) -> Path {
        [
            (low, low),
            (high, low),
            (high, high),
            (low, high),
            (low, low),
        ]
        .map(Vec2::from)
        .into()
    }

    fn circle(corners: u16, radius: f32) -> Path {
        let angle = |n: u16| f32::from(n) / f32::from(corners) * std::f32::consts::TAU;
        (0..corners)
            .map(|n| Vec2::from_angle(angle(n)) * radius)
            .collect()
    }

    #[rstest::rstest]
    #[case::in_the_first(2.0, true)]
    #[case::in_its_hole(5.0, false)]
    #[case::in_both(8.0, true)]
    #[case::in_the_second(11.0, true)]
    #[case::outside(15.0, false)]
    fn shapes_may_have_holes_and_overlap(#[case] at: f32, #[case] is_inside: bool) {
        let first = [square(0.0, 10.0), square(4.0, 6.0)];
        let second = [square(7.0, 12.0)];
        let inside = Inside::new(&[&first, &second]);
        assert_eq!(inside.contains(Vec2::splat(at)), is_inside);
    }

    #[test]
    fn nothing_is_inside_of_nothing() {
        assert!(!Inside::new(&[]).contains(Vec2::ZERO));
        assert!(!Inside::new(&[&[vec![Vec2::ZERO]]]).contains(Vec2::ZERO));
    }

    proptest! {
        #[test]
        fn a_circle_of_many_corners_holds_what_is_near(x in -12.0_f32..12.0, y in -12.0_f32..12.0) {
            let at = Vec2::new(x, y);
            prop_assume!((at.length() - 10.0).abs() > 0.01);
            let rings = [circle(5000, 10.0)];
            prop_assert_eq!(Inside::new(&[&rings]).contains(at), at.length() < 10.0);
        }
    }
}
