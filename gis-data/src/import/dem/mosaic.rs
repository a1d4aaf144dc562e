//! Files whose posts belong to one grid, read as one.

use std::path::PathBuf;

use super::grid::{Frame, OUTSIDE, System, VOID, Window};
use super::source::{Run, Source, index};
use crate::error::GisError;

/// Files of one grid and system; where two have a height for the same post, the first one's holds.
#[derive(Debug)]
pub(super) struct Mosaic {
    /// The grid, as the first file has it; the others lie around it.
    pub(super) frame: Frame,
    pub(super) system: System,
    members: Vec<Member>,
}

#[derive(Debug)]
struct Member {
    source: Source,
    /// Where its first post is in the grid.
    offset: [i64; 2],
    /// Whether it could not be read to its end, which has been told.
    is_damaged: bool,
}

/// Heights of a window of a mosaic, one for each square of `shrink` posts: their mean.
#[derive(Debug)]
pub(super) struct Patch {
    first: [i64; 2],
    shrink: [i64; 2],
    columns: usize,
    heights: Vec<f32>,
}

impl Mosaic {
    /// Puts together what has the same grid, in the order of the files.
    pub(super) fn join(sources: Vec<Source>) -> Vec<Self> {
        let mut mosaics: Vec<Self> = Vec::new();
        for source in sources {
            let place = mosaics.iter_mut().find_map(|mosaic| {
                let is_same_system = mosaic.system.name() == source.system.name();
                let offset = mosaic.frame.offset_of(&source.frame);
                offset.filter(|_| is_same_system).map(|it| (mosaic, it))
            });
            match place {
                Some((mosaic, offset)) => mosaic.members.push(Member {
                    source,
                    offset,
                    is_damaged: false,
                }),
                None => mosaics.push(Self {
                    frame: source.frame,
                    system: source.system.clone(),
                    members: vec![Member {
                        source,
                        offset: [0, 0],
                        is_damaged: false,
                    }],
                }),
            }
        }
        mosaics
    }

    /// All posts of its files.
    pub(super) fn window(&self) -> Window {
        let mut windows = self.members.iter().map(Member::window);
        let first = windows.next().unwrap_or(Window {
            columns: 0..0,
            rows: 0..0,
        });
        windows.fold(first, |a, b| Window {
            columns: a.columns.start.min(b.columns.start)..a.columns.end.max(b.columns.end),
            rows: a.rows.start.min(b.rows.start)..a.rows.end.max(b.rows.end),
        })
    }

    /// The files' grids.
    pub(super) fn frames(&self) -> impl Iterator<Item = &Frame> {
        self.members.iter().map(|member| &member.source.frame)
    }

    /// The heights of a window; what cannot be read of a file is told once, and is [`VOID`].
    pub(super) fn read(
        &mut self,
        window: &Window,
        shrink: [i64; 2],
        tell: &mut dyn FnMut(PathBuf, GisError),
    ) -> Patch {
        let mut gathered = Gathered::new(window, shrink);
        for member in &mut self.members {
            let Some(part) = member.window().shared(window) else {
                continue;
            };
            let [column, row] = member.offset;
            let own = part.shifted([-column, -row]);
            gathered.cover(&part);
            let outcome = member.source.read(&own, &mut |run| {
                gathered.take(Run {
                    column: run.column + column,
                    row: run.row + row,
                    ..run
                });
            });
            if let Err(error) = outcome
                && !member.is_damaged
            {
                member.is_damaged = true;
                tell(member.source.path.clone(), error);
            }
        }
        gathered.patch()
    }
}

impl Member {
    fn window(&self) -> Window {
        self.source.window().shifted(self.offset)
    }
}

/// A patch while it is being read.
struct Gathered {
    window: Window,
    patch: Patch,
    /// How many heights were added up in each; empty where each is one post.
    counts: Vec<u32>,
}

impl Gathered {
    fn new(window: &Window, shrink: [i64; 2]) -> Self {
        let along =
            |range: &std::ops::Range<i64>, by: i64| index((range.end - range.start + by - 1) / by);
        let (columns, rows) = (
            along(&window.columns, shrink[0]),
            along(&window.rows, shrink[1]),
        );
        let is_shrunk = shrink != [1, 1];
        Self {
            window: window.clone(),
            patch: Patch {
                first: [window.columns.start, window.rows.start],
                shrink,
                columns,
                heights: vec![OUTSIDE; columns * rows],
            },
            counts: vec![0; if is_shrunk { columns * rows } else { 0 }],
        }
    }

    fn place(&self, column: i64, row: i64) -> usize {
        let right = (column - self.patch.first[0]) / self.patch.shrink[0];
        let down = (row - self.patch.first[1]) / self.patch.shrink[1];
        index(down) * self.patch.columns + index(right)
    }

    /// Notes that a file has these posts, whatever their heights.
    fn cover(&mut self, part: &Window) {
        for row in part.rows.clone() {
            let first = self.place(part.columns.start, row);
            let last = self.place(part.columns.end - 1, row);
            for height in &mut self.patch.heights[first..=last] {
                if *height == OUTSIDE {
                    *height = VOID;
                }
            }
        }
    }

    fn take(&mut self, run: Run<'_>) {
        if !self.window.rows.contains(&run.row) {
            return;
        }
        let columns = run.column..;
        for (column, height) in columns.zip(run.heights) {
            if self.window.columns.contains(&column) && height.is_finite() {
                self.add(column, run.row, *height);
            }
        }
    }

    fn add(&mut self, column: i64, row: i64, height: f32) {
        let ix = self.place(column, row);
        let known = &mut self.patch.heights[ix];
        if !known.is_finite() {
            *known = height;
        } else if let Some(count) = self.counts.get(ix) {
            let share = 1.0 / (*count as f32 + 1.0);
            *known += (height - *known) * share;
        }
        if let Some(count) = self.counts.get_mut(ix) {
            *count = count.saturating_add(1);
        }
    }

    fn patch(self) -> Patch {
        self.patch
    }
}

/// How near to a post, in posts, counts as on it.
const ON_POST: f64 = 1e-3;

impl Patch {
    /// The height at a place of the grid, in its columns and rows: that of the post there, else
    /// between the four posts around it, of which those without a height do not count. The nearest
    /// post decides whether there is one: [`VOID`] or [`OUTSIDE`] where it has none.
    pub(super) fn height(&self, [column, row]: [f64; 2]) -> f32 {
        let along = |at: f64, axis: usize| {
            let by = self.shrink[axis] as f64;
            (at - self.first[axis] as f64 - (by - 1.0) / 2.0) / by
        };
        let (column, row) = (along(column, 0), along(row, 1));
        let nearest = self.post(super::grid::whole(column), super::grid::whole(row));
        let is_on_post = |at: f64| (at - at.round()).abs() < ON_POST;
        if !nearest.is_finite() || is_on_post(column) && is_on_post(row) {
            return nearest;
        }
        let (west, north) = (column.floor(), row.floor());
        let (right, down) = (column - west, row - north);
        let (west, north) = (super::grid::whole(west), super::grid::whole(north));
        let corners = [
            (self.post(west, north), (1.0 - right) * (1.0 - down)),
            (self.post(west + 1, north), right * (1.0 - down)),
            (self.post(west, north + 1), (1.0 - right) * down),
            (self.post(west + 1, north + 1), right * down),
        ];
        let known = corners.iter().filter(|(height, _)| height.is_finite());
        let (sum, weight) = known.fold((0.0, 0.0), |(sum, total), (height, weight)| {
            (sum + f64::from(*height) * weight, total + weight)
        });
        super::source::height(sum / weight)
    }

    fn post(&self, column: i64, row: i64) -> f32 {
        let is_here = column >= 0 && row >= 0 && index(column) < self.columns;
        let ix = index(row) * self.columns + index(column);
        is_here
            .then(|| self.heights.get(ix).copied())
            .flatten()
            .unwrap_or(OUTSIDE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patch(shrink: [i64; 2], heights: &[f32]) -> Patch {
        let window = Window {
            columns: 10..13,
            rows: 20..22,
        };
        let mut gathered = Gathered::new(&window, shrink);
        gathered.cover(&window);
        for (row, heights) in (20..).zip(heights.chunks(3)) {
            gathered.take(Run {
                column: 10,
                row,
                heights,
            });
        }
        gathered.patch()
    }

    #[rstest::rstest]
    #[case::on_a_post([10.0, 20.0], 1.0)]
    #[case::next_to_a_post([10.0002, 20.0], 1.0)]
    #[case::between_two([10.5, 20.0], 1.5)]
    #[case::between_four([10.5, 20.5], 3.0)]
    #[case::without_the_void([11.9, 20.4], f32::NAN)]
    #[case::beside_the_void([11.4, 20.0], 2.0)]
    #[case::half_a_post_beyond([9.6, 20.0], 1.0)]
    #[case::outside([9.4, 20.0], f32::NEG_INFINITY)]
    fn heights_lie_between_the_posts_that_have_one(#[case] at: [f64; 2], #[case] expected: f32) {
        let height = patch([1, 1], &[1.0, 2.0, VOID, 4.0, 5.0, 6.0]).height(at);
        assert_eq!(height.to_bits(), expected.to_bits(), "{height}");
    }

    #[test]
    fn a_shrunk_patch_has_the_mean_of_its_posts_in_their_middle() {
        let patch = patch([2, 2], &[1.0, 2.0, VOID, 4.0, 5.0, 6.0]);
        assert_eq!(patch.height([10.5, 20.5]), 3.0);
        assert_eq!(patch.height([12.5, 20.5]), 6.0);
    }
}
