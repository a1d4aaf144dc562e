//! Which river is nearest to each post, and what it makes of the land there.

use twin_core::Planar;

use super::{CHANNEL_M, Relief, soft};
use crate::import::embedded::lines::foot;
use crate::import::embedded::water::River;

/// From here on, a town's altitude is no longer the river's affair.
const BANK_M: f64 = 150.0;

/// What the nearest river makes of a place.
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::struct_field_names,
    reason = "the unit is the end of each name"
)]
pub(super) struct NearRiver {
    /// From the middle of the river.
    pub distance_m: f64,
    /// The height of its bed.
    pub bed_m: f64,
    /// Half the width of its valley's floor.
    pub floor_m: f64,
}

impl NearRiver {
    /// 0 on the valley floor, 1 where the land knows nothing of the river.
    pub(super) fn openness(&self) -> f64 {
        let slope_m = 420.0 + 1.1 * self.floor_m;
        soft((self.distance_m - 0.55 * self.floor_m) / slope_m)
    }

    /// 1 in the valley, 0 where no floor holds the land up any more.
    pub(super) fn closeness(&self) -> f64 {
        1.0 - soft((self.distance_m - 1.5 * self.floor_m) / (1.0 + 4.0 * self.floor_m))
    }

    /// 0 in the river, 1 where a town's altitude may bend the land.
    pub(super) fn freedom(&self) -> f64 {
        soft((self.distance_m - CHANNEL_M) / (BANK_M - CHANNEL_M))
    }
}

/// How far away a river counts as that is not there: so far that it shapes nothing, and finite, for
/// heights are computed from it.
const FAR_M: f64 = 100_000.0;

/// For each post, the piece of a river that is nearest.
pub(super) struct Valleys<'a> {
    rivers: &'a [River],
    /// River and point that starts the piece.
    nearest: Vec<(u16, u16)>,
}

impl<'a> Valleys<'a> {
    /// Spreads the nearest piece from post to post, in two sweeps there and back.
    pub(super) fn new(relief: &Relief, rivers: &'a [River]) -> Self {
        let mut valleys = Self {
            rivers,
            nearest: vec![(u16::MAX, 0); relief.heights_m.len()],
        };
        for (river, points) in rivers.iter().enumerate() {
            for (point, &at) in points
                .course
                .iter()
                .enumerate()
                .take(points.course.len() - 1)
            {
                let (column, _) = relief.cell(at, 0, relief.columns);
                let (row, _) = relief.cell(at, 1, relief.rows);
                valleys.nearest[row * relief.columns + column] = (small(river), small(point));
            }
        }
        let (columns, count) = (relief.columns, valleys.nearest.len());
        for _ in 0..2 {
            for ix in 0..count {
                let neighbours = [1, columns + 1, columns, columns - 1];
                valleys.take_nearer(relief, ix, neighbours.map(|step| ix.checked_sub(step)));
            }
            for ix in (0..count).rev() {
                let neighbours = [1, columns + 1, columns, columns - 1];
                valleys.take_nearer(
                    relief,
                    ix,
                    neighbours.map(|step| Some(ix + step).filter(|&n| n < count)),
                );
            }
        }
        valleys.settle_banks(relief);
        valleys
    }

    /// Looks at every post near a piece once more, for the sweeps may miss one in a thousand.
    fn settle_banks(&mut self, relief: &Relief) {
        for (river, points) in self.rivers.iter().enumerate() {
            for point in 0..points.course.len() - 1 {
                let (column, _) = relief.cell(points.course[point], 0, relief.columns);
                let (row, _) = relief.cell(points.course[point], 1, relief.rows);
                let columns = column.saturating_sub(3)..(column + 5).min(relief.columns);
                for row in row.saturating_sub(3)..(row + 5).min(relief.rows) {
                    for ix in columns.clone().map(|column| row * relief.columns + column) {
                        let (at, piece) = (relief.post(ix), (small(river), small(point)));
                        if self.apart2(piece, at) < self.apart2(self.nearest[ix], at) {
                            self.nearest[ix] = piece;
                        }
                    }
                }
            }
        }
    }

    fn take_nearer(&mut self, relief: &Relief, ix: usize, others: [Option<usize>; 4]) {
        let at = relief.post(ix);
        let mut best = (self.apart2(self.nearest[ix], at), self.nearest[ix]);
        for piece in others
            .into_iter()
            .flatten()
            .map(|other| self.nearest[other])
        {
            if piece.0 != u16::MAX && piece != best.1 {
                let apart2 = self.apart2(piece, at);
                if apart2 < best.0 {
                    best = (apart2, piece);
                }
            }
        }
        self.nearest[ix] = best.1;
    }

    fn apart2(&self, (river, point): (u16, u16), at: Planar) -> f64 {
        let Some(river) = self.rivers.get(usize::from(river)) else {
            return f64::INFINITY;
        };
        let point = usize::from(point);
        foot([river.course[point], river.course[point + 1]], at).1
    }

    pub(super) fn nearest(&self, ix: usize, at: Planar) -> NearRiver {
        let (river, point) = self.nearest[ix];
        let Some(river) = self.rivers.get(usize::from(river)) else {
            return NearRiver {
                distance_m: FAR_M,
                bed_m: 0.0,
                floor_m: 0.0,
            };
        };
        let point = usize::from(point);
        let (share, apart2) = foot([river.course[point], river.course[point + 1]], at);
        NearRiver {
            distance_m: apart2.sqrt(),
            bed_m: river.bed_m[point] + (river.bed_m[point + 1] - river.bed_m[point]) * share,
            floor_m: river.floor_m,
        }
    }
}

fn small(ix: usize) -> u16 {
    u16::try_from(ix).unwrap_or(u16::MAX)
}
