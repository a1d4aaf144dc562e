//! Lines found by place: buckets of a regular grid over the territory.

use twin_core::Planar;

use super::lines::foot;

/// The width of a bucket.
const BUCKET_M: f64 = 80.0;

/// The rectangle that everything is computed in, in the plane.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub south_west: Planar,
    pub north_east: Planar,
}

/// Lines by place. Each is known by its number, in the order of insertion.
#[derive(Debug)]
pub(super) struct Segments {
    frame: Frame,
    columns: usize,
    rows: usize,
    buckets: Vec<Vec<u32>>,
    lines: Vec<[Planar; 2]>,
}

impl Segments {
    pub(super) fn new(frame: Frame) -> Self {
        let [west, south] = frame.south_west;
        let [east, north] = frame.north_east;
        let (columns, rows) = (bucket(east - west) + 1, bucket(north - south) + 1);
        Self {
            frame,
            columns,
            rows,
            buckets: vec![Vec::new(); columns * rows],
            lines: Vec::new(),
        }
    }

    /// Adds a line and returns its number.
    pub(super) fn insert(&mut self, line: [Planar; 2]) -> usize {
        let number = u32::try_from(self.lines.len()).unwrap_or(u32::MAX);
        self.lines.push(line);
        for bucket in self.buckets_of(line, 0.0) {
            self.buckets[bucket].push(number);
        }
        number as usize
    }

    /// Forgets a line; its number is not given again.
    pub(super) fn remove(&mut self, number: usize) {
        for bucket in self.buckets_of(self.lines[number], 0.0) {
            self.buckets[bucket].retain(|&other| other as usize != number);
        }
    }

    pub(super) fn line(&self, number: usize) -> [Planar; 2] {
        self.lines[number]
    }

    /// The lines that may lie within `margin_m` of a line; some come more than once.
    pub(super) fn around(
        &self,
        line: [Planar; 2],
        margin_m: f64,
    ) -> impl Iterator<Item = (usize, [Planar; 2])> {
        let numbers = self
            .buckets_of(line, margin_m)
            .flat_map(|bucket| &self.buckets[bucket]);
        numbers.map(|&number| (number as usize, self.lines[number as usize]))
    }

    /// The line nearest to `at` within `reach_m`: its number and its distance.
    pub(super) fn nearest(&self, at: Planar, reach_m: f64) -> Option<(usize, f64)> {
        let mut best = (usize::MAX, reach_m * reach_m);
        for (number, line) in self.around([at, at], reach_m) {
            let (_, apart2) = foot(line, at);
            if apart2 < best.1 {
                best = (number, apart2);
            }
        }
        (best.0 != usize::MAX).then(|| (best.0, best.1.sqrt()))
    }

    fn buckets_of(
        &self,
        [a, b]: [Planar; 2],
        margin_m: f64,
    ) -> impl Iterator<Item = usize> + use<> {
        let [west, south] = self.frame.south_west;
        let span = |a: f64, b: f64, start: f64, count: usize| {
            let first = bucket(a.min(b) - margin_m - start).min(count - 1);
            first..=bucket(a.max(b) + margin_m - start).min(count - 1)
        };
        let columns = span(a[0], b[0], west, self.columns);
        let width = self.columns;
        span(a[1], b[1], south, self.rows)
            .flat_map(move |row| columns.clone().map(move |column| row * width + column))
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "not negative, and a territory is small"
)]
fn bucket(offset_m: f64) -> usize {
    (offset_m.max(0.0) / BUCKET_M) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_found_until_it_is_removed() {
        let mut segments = Segments::new(Frame {
            south_west: [-1000.0, -1000.0],
            north_east: [1000.0, 1000.0],
        });
        segments.insert([[0.0, 300.0], [90.0, 300.0]]);
        let near = segments.insert([[0.0, 0.0], [90.0, 0.0]]);
        assert_eq!(segments.nearest([50.0, 20.0], 30.0), Some((near, 20.0)));
        segments.remove(near);
        assert_eq!(segments.nearest([50.0, 20.0], 30.0), None);
    }
}
