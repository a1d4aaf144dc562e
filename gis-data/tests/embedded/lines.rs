//! Lines of a pack in a plane of metres, found by place.

use std::collections::BTreeMap;

use twin_core::LonLat;

/// Metres in a degree of longitude and of latitude at 47.45° north.
const PER_DEGREE: [f64; 2] = [75_416.0, 111_180.0];
/// The width of a bucket.
const BUCKET_M: f64 = 100.0;

pub(crate) type Point = [f64; 2];

/// Metres east and north of 6.8° E, 47.45° N; true to a few thousandths.
pub(crate) fn flat(place: LonLat) -> Point {
    [
        (place.lon() - 6.8) * PER_DEGREE[0],
        (place.lat() - 47.45) * PER_DEGREE[1],
    ]
}

pub(crate) fn lonlat([x, y]: Point) -> LonLat {
    LonLat::new(6.8 + x / PER_DEGREE[0], 47.45 + y / PER_DEGREE[1]).unwrap()
}

pub(crate) fn apart(a: Point, b: Point) -> f64 {
    (b[0] - a[0]).hypot(b[1] - a[1])
}

/// Whether two lines have a point in common.
pub(crate) fn cross([a, b]: [Point; 2], [c, d]: [Point; 2]) -> bool {
    let side = |p: Point, q: Point, r: Point| {
        (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])
    };
    side(a, b, c) * side(a, b, d) <= 0.0 && side(c, d, a) * side(c, d, b) <= 0.0
}

/// Numbered lines by place.
#[derive(Default)]
pub(crate) struct Lines {
    pub(crate) all: Vec<[Point; 2]>,
    buckets: BTreeMap<(i64, i64), Vec<usize>>,
}

impl Lines {
    pub(crate) fn push(&mut self, line: [Point; 2]) {
        for bucket in buckets(line, 0.0) {
            self.buckets.entry(bucket).or_default().push(self.all.len());
        }
        self.all.push(line);
    }

    /// The numbers of the lines that may come within a margin of another, each once.
    pub(crate) fn near(&self, line: [Point; 2], margin_m: f64) -> Vec<usize> {
        let near = buckets(line, margin_m).filter_map(|bucket| self.buckets.get(&bucket));
        let mut near: Vec<usize> = near.flatten().copied().collect();
        near.sort_unstable();
        near.dedup();
        near
    }
}

fn buckets([a, b]: [Point; 2], margin_m: f64) -> impl Iterator<Item = (i64, i64)> {
    #[expect(clippy::cast_possible_truncation, reason = "a territory is small")]
    let bucket = |metres: f64| (metres / BUCKET_M).floor() as i64;
    let span = |n: usize| bucket(a[n].min(b[n]) - margin_m)..=bucket(a[n].max(b[n]) + margin_m);
    let rows = span(1);
    span(0).flat_map(move |column| rows.clone().map(move |row| (column, row)))
}
