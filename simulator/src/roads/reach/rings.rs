//! Polygons of rings.

use geo_types::{Coord, LineString, MultiPolygon, Polygon};

use super::contour::Contours;
use super::frame::LocalFrame;

/// One polygon per connected area, in the order of their rings. Holes smaller than a cell are left
/// out; none of them can have an island, which takes two cells at least.
pub(super) fn polygons(contours: Contours, cell_m: f64, frame: &LocalFrame) -> MultiPolygon<f64> {
    let Contours { rings, areas } = contours;
    let mut parts: Vec<Parts> = rings.iter().map(|_| Parts::default()).collect();
    for (ring, area) in rings.into_iter().zip(areas) {
        let size_m2 = signed_area_m2(&ring);
        let Some(part) = parts.get_mut(area) else {
            continue;
        };
        if size_m2 > 0.0 {
            part.outer = Some(in_degrees(&ring, frame));
        } else if -size_m2 >= cell_m * cell_m {
            part.holes.push(in_degrees(&ring, frame));
        }
    }
    let polygons = parts
        .into_iter()
        .filter_map(|part| Some(Polygon::new(part.outer?, part.holes)));
    polygons.collect()
}

#[derive(Default)]
struct Parts {
    outer: Option<LineString>,
    holes: Vec<LineString>,
}

fn in_degrees(ring: &[Coord], frame: &LocalFrame) -> LineString {
    ring.iter().map(|point| frame.degrees_of(*point)).collect()
}

/// The area of a closed ring, positive where it runs anticlockwise; measured from its first point,
/// so that small rings far from the middle keep their digits.
fn signed_area_m2(ring: &[Coord]) -> f64 {
    let first = ring.first().copied().unwrap_or_default();
    let twice = ring.windows(2).map(|pair| {
        let (a, b) = (pair[0] - first, pair[1] - first);
        a.x * b.y - b.x * a.y
    });
    0.5 * twice.sum::<f64>()
}
