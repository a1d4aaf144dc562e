//! Where everything is: by box, circle, nearness, polygon, line.

use rstar::AABB;

use super::table::{Entry, Table};
use super::{Inventory, with_table};
use crate::asset::AssetKind;
use crate::bbox::LonLatBox;
use crate::place::{LonLat, Planar};
use crate::polygon::PreparedPolygon;
use crate::scale::{ScaleField, planar_length};
use crate::units::Metres;

/// An asset with its distance from what was asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// The asset's dense number within its kind.
    pub ix: u32,
    /// The distance on the ground, within 10 ppm.
    pub distance: Metres,
}

/// Relative error that a planar length divided by its scale factor may have.
const LENGTH_ERROR: f64 = 1e-5;

/// How far apart the points are by which the rim of a box is followed into the plane.
const DEGREES_PER_STEP: f64 = 2.0;

impl Inventory {
    /// The assets of a kind inside a box, edges included; ascending.
    pub fn in_bbox(&self, kind: AssetKind, bbox: LonLatBox) -> Vec<u32> {
        self.collect(kind, bbox, |place| bbox.contains(place))
    }

    /// The assets of a kind inside a polygon in WGS84, by the rule of [`PreparedPolygon`]; ascending.
    pub fn in_polygon(&self, kind: AssetKind, polygon: &PreparedPolygon) -> Vec<u32> {
        self.collect(kind, polygon.bbox(), |place| polygon.contains(place))
    }

    /// The assets of a kind not farther than `radius` from a place on the ground; nearest first,
    /// equal distances by number.
    ///
    /// Where the fast length is too near to the radius to decide, the geodesic one does.
    pub fn in_radius(&self, kind: AssetKind, center: LonLat, radius: Metres) -> Vec<Found> {
        let Some(from) = self.measured_from(center) else {
            return self.in_radius_by_geodesics(kind, center, radius);
        };
        let reach = radius.get() * self.scale.largest() * (1.0 + LENGTH_ERROR) + 1.0;
        let envelope = AABB::from_corners(
            [from[0] - reach, from[1] - reach],
            [from[0] + reach, from[1] + reach],
        );
        let doubt = radius.get() * LENGTH_ERROR + 0.001;
        let mut found = Vec::new();
        with_table!(self, kind, table => table.visit(envelope, |entry| {
            if planar_length(from, *entry.geom()) > reach {
                return;
            }
            let length = self.length((center, from), entry);
            let is_in = if (length - radius.get()).abs() <= doubt {
                center.distance(entry.data.place) <= radius
            } else {
                length < radius.get()
            };
            if is_in {
                found.push(found_at(entry.data.ix, length));
            }
        }));
        sort_by_distance(&mut found);
        found
    }

    /// The `k` assets of a kind that are nearest to a place on the ground; nearest first, equal
    /// distances by number.
    pub fn nearest(&self, kind: AssetKind, center: LonLat, k: usize) -> Vec<Found> {
        let Some(from) = self.measured_from(center) else {
            let everywhere = Metres::new(f64::MAX).unwrap_or(Metres::ZERO);
            let mut all = self.in_radius_by_geodesics(kind, center, everywhere);
            all.truncate(k);
            return all;
        };
        with_table!(self, kind, table => self.nearest_in(table, (center, from), k))
    }

    /// The assets of a kind not farther than `within` from a line whose segments are straight in
    /// the planar system; nearest first, equal distances by number.
    ///
    /// Empty where a point of the line cannot be projected.
    pub fn along_line(&self, kind: AssetKind, line: &[LonLat], within: Metres) -> Vec<Found> {
        let Some(line) = line
            .iter()
            .map(|p| self.placing.crs.project(*p))
            .collect::<Option<Vec<_>>>()
        else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for segment in line.windows(2) {
            self.along_segment(kind, [segment[0], segment[1]], within, &mut found);
        }
        found.sort_unstable_by(|a: &Found, b| {
            a.ix.cmp(&b.ix)
                .then(a.distance.get().total_cmp(&b.distance.get()))
        });
        found.dedup_by_key(|found| found.ix);
        sort_by_distance(&mut found);
        found
    }

    /// Where a place lies in the plane, if lengths from it can be told there: within the grid of
    /// scale factors, which reaches 20 km around the territory.
    fn measured_from(&self, center: LonLat) -> Option<Planar> {
        let from = self.placing.crs.project(center)?;
        self.scale.covers(from).then_some(from)
    }

    /// The ground length from a place, also known in the plane, to an asset: by the plane where
    /// that is good enough.
    fn length(&self, (center, from): (LonLat, Planar), entry: &Entry) -> f64 {
        let length = self.scale.ground_length(from, *entry.geom());
        if length <= ScaleField::LONGEST_M {
            length
        } else {
            center.distance(entry.data.place).get()
        }
    }

    fn along_segment(
        &self,
        kind: AssetKind,
        segment: [Planar; 2],
        within: Metres,
        found: &mut Vec<Found>,
    ) {
        let reach = within.get() * self.scale.largest() * (1.0 + LENGTH_ERROR) + 1.0;
        for envelope in envelopes_along(segment, reach) {
            with_table!(self, kind, table => table.visit(envelope, |entry| {
                let foot = nearest_on_segment(segment, *entry.geom());
                if planar_length(foot, *entry.geom()) > reach {
                    return;
                }
                let length = self.scale.ground_length(foot, *entry.geom());
                if length <= within.get() {
                    found.push(found_at(entry.data.ix, length));
                }
            }));
        }
    }

    /// Pulls assets by planar distance until none that is left can be among the nearest `k`.
    fn nearest_in<T>(
        &self,
        table: &Table<T>,
        (center, from): (LonLat, Planar),
        k: usize,
    ) -> Vec<Found> {
        let mut found: Vec<Found> = Vec::with_capacity(k.min(table.count()) + 1);
        for (squared, entry) in table.by_distance(from) {
            let least = squared.sqrt() / self.scale.largest();
            if found.len() >= k
                && found
                    .last()
                    .is_none_or(|worst| worst.distance.get() < least)
            {
                break;
            }
            let candidate = found_at(entry.data.ix, self.length((center, from), entry));
            let position = found.partition_point(|other| is_before(other, &candidate));
            found.insert(position, candidate);
            found.truncate(k);
        }
        found
    }

    /// The assets in the part of a box where there are any, that also pass `is_in`.
    fn collect(
        &self,
        kind: AssetKind,
        bbox: LonLatBox,
        is_in: impl Fn(LonLat) -> bool,
    ) -> Vec<u32> {
        let Some(extent) = self.extent else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for part in bbox.parts().filter_map(|part| part.intersection(extent)) {
            let mut keep = |entry: &Entry| {
                if is_in(entry.data.place) {
                    found.push(entry.data.ix);
                }
            };
            match self.planar_envelope(part) {
                Some(envelope) => with_table!(self, kind, table => table.visit(envelope, keep)),
                None => with_table!(self, kind, table => table.visit(everywhere(), &mut keep)),
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// A planar box that surely holds every place of a box in longitude and latitude.
    ///
    /// The edges of the box are arcs in the plane: they are followed in steps of at most 2°. An
    /// arc that turns by an angle θ leaves its chord by θ/8 of its length, here 0.4 %, which is
    /// less than the margin of 1 % that is added.
    pub(super) fn planar_envelope(&self, bbox: LonLatBox) -> Option<AABB<Planar>> {
        let size = [bbox.east() - bbox.west(), bbox.north() - bbox.south()];
        let steps = (size[0].max(size[1]) / DEGREES_PER_STEP).ceil().max(1.0);
        let mut rim = Vec::new();
        let mut step = 0.0;
        while step < steps {
            let along = step / steps;
            let (right, up) = (along * size[0], along * size[1]);
            for (lon, lat) in [
                (bbox.west() + right, bbox.south()),
                (bbox.east(), bbox.south() + up),
                (bbox.east() - right, bbox.north()),
                (bbox.west(), bbox.north() - up),
            ] {
                rim.push(self.placing.crs.project(LonLat::new(lon, lat).ok()?)?);
            }
            step += 1.0;
        }
        let tight = AABB::from_points(&rim);
        let margin = 0.01 * planar_length(tight.lower(), tight.upper()) + 1.0;
        Some(AABB::from_corners(
            tight.lower().map(|low| low - margin),
            tight.upper().map(|high| high + margin),
        ))
    }

    fn in_radius_by_geodesics(
        &self,
        kind: AssetKind,
        center: LonLat,
        radius: Metres,
    ) -> Vec<Found> {
        let mut found = Vec::new();
        with_table!(self, kind, table => table.visit(everywhere(), |entry| {
            let distance = center.distance(entry.data.place);
            if distance <= radius {
                found.push(Found { ix: entry.data.ix, distance });
            }
        }));
        sort_by_distance(&mut found);
        found
    }
}

/// The whole plane.
fn everywhere() -> AABB<Planar> {
    AABB::from_corners([f64::MIN; 2], [f64::MAX; 2])
}

fn found_at(ix: u32, length: f64) -> Found {
    Found {
        ix,
        distance: Metres::new(length).unwrap_or(Metres::ZERO),
    }
}

fn is_before(a: &Found, b: &Found) -> bool {
    (a.distance.get(), a.ix) < (b.distance.get(), b.ix)
}

fn sort_by_distance(found: &mut [Found]) {
    found.sort_unstable_by(|a, b| {
        let by_distance = a.distance.get().total_cmp(&b.distance.get());
        by_distance.then(a.ix.cmp(&b.ix))
    });
}

/// Boxes that together hold all that is within `reach` of a segment: a slanting one is cut into
/// pieces, since the box around the whole would hold much that is far from it.
fn envelopes_along([a, b]: [Planar; 2], reach: f64) -> impl Iterator<Item = AABB<Planar>> {
    const MOST_PIECES: f64 = 256.0;
    let slant = (a[0] - b[0]).abs().min((a[1] - b[1]).abs());
    let pieces = (slant / (2.0 * reach)).ceil().clamp(1.0, MOST_PIECES);
    let at = move |piece: f64| {
        let along = piece / pieces;
        [a[0] + along * (b[0] - a[0]), a[1] + along * (b[1] - a[1])]
    };
    std::iter::successors(Some(0.0), move |piece| {
        (*piece + 1.0 < pieces).then_some(piece + 1.0)
    })
    .map(move |piece| {
        let (p, q) = (at(piece), at(piece + 1.0));
        AABB::from_corners(
            [p[0].min(q[0]) - reach, p[1].min(q[1]) - reach],
            [p[0].max(q[0]) + reach, p[1].max(q[1]) + reach],
        )
    })
}

/// The point of a segment that is nearest to a position.
fn nearest_on_segment([a, b]: [Planar; 2], position: Planar) -> Planar {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let squared = dx * dx + dy * dy;
    if squared == 0.0 {
        return a;
    }
    let along = ((position[0] - a[0]) * dx + (position[1] - a[1]) * dy) / squared;
    let along = along.clamp(0.0, 1.0);
    [a[0] + along * dx, a[1] + along * dy]
}
