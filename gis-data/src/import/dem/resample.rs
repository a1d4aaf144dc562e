//! Heights of a mosaic at the posts of a terrain, a block of posts at a time, so that no more of
//! the files is in memory than [`Limits`] allow.

use std::ops::Range;
use std::path::PathBuf;

use twin_core::TerrainGrid;

use super::grid::{OUTSIDE, System, Window};
use super::mosaic::Mosaic;
use super::source::index;
use super::target::Target;
use crate::error::GisError;

/// Every how many posts a place is projected exactly; between them the plane is straight enough:
/// over 16 posts of 1 km it is off by 5 m, over 16 of 25 m by 3 mm.
const EXACT_EVERY: u32 = 16;
/// Columns and rows that are read around those that are needed.
const AROUND: i64 = 2;

/// What may be in memory at a time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Posts of the terrain.
    pub(super) posts: usize,
    /// Posts of a mosaic that are read at once.
    pub(super) window_posts: i64,
}

/// A block of posts of the terrain.
#[derive(Clone, Debug)]
struct Block {
    columns: Range<u32>,
    rows: Range<u32>,
}

impl Block {
    /// Its halves, across its longer side; `None` where it is one post.
    fn halves(&self) -> Option<[Self; 2]> {
        let (width, length) = (self.columns.len(), self.rows.len());
        if width.max(length) < 2 {
            return None;
        }
        let (mut first, mut second) = (self.clone(), self.clone());
        if width >= length {
            let middle = self.columns.start.midpoint(self.columns.end);
            (first.columns.end, second.columns.start) = (middle, middle);
        } else {
            let middle = self.rows.start.midpoint(self.rows.end);
            (first.rows.end, second.rows.start) = (middle, middle);
        }
        Some([first, second])
    }
}

/// Gives the posts of a terrain that have no height yet those of a mosaic. What cannot be read is
/// handed to `tell`, once for each file.
pub(super) fn place(
    mosaic: &mut Mosaic,
    target: &mut Target,
    limits: Limits,
    tell: &mut dyn FnMut(PathBuf, GisError),
) {
    let whole = Block {
        columns: 0..target.grid.columns,
        rows: 0..target.grid.rows,
    };
    let mut blocks = vec![whole];
    while let Some(block) = blocks.pop() {
        let warp = Warp::new(&target.grid, &block, mosaic);
        let shrink = warp.shrink();
        let Some(window) = warp
            .window(shrink)
            .and_then(|it| it.shared(&mosaic.window()))
        else {
            continue;
        };
        let posts = |range: &Range<i64>| range.end - range.start;
        let read = posts(&window.columns).saturating_mul(posts(&window.rows));
        match block.halves() {
            Some([first, second]) if read / (shrink[0] * shrink[1]) > limits.window_posts => {
                blocks.extend([second, first]);
            }
            _ => {
                let patch = mosaic.read(&window, shrink, tell);
                warp.fill(target, |index| patch.height(index));
            }
        }
    }
}

/// Where the posts of a block lie in a mosaic: exact at some, straight between them.
struct Warp {
    block: Block,
    /// The columns and rows of the block with an exact place.
    columns: Vec<u32>,
    rows: Vec<u32>,
    /// The exact places, row by row, as columns and rows of the mosaic.
    nodes: Vec<Option<[f64; 2]>>,
}

impl Warp {
    fn new(grid: &TerrainGrid, block: &Block, mosaic: &Mosaic) -> Self {
        let exact = |range: &Range<u32>| {
            let last = range.end - 1;
            let regular = range.clone().step_by(EXACT_EVERY as usize);
            let last = (last % EXACT_EVERY != range.start % EXACT_EVERY || last == range.start)
                .then_some(last);
            let mut all: Vec<u32> = regular.chain(last).collect();
            all.dedup();
            all
        };
        let (columns, rows) = (exact(&block.columns), exact(&block.rows));
        let node = |column: u32, row: u32| {
            let lon = grid.north_west.lon() + f64::from(column) * grid.lon_step;
            let lat = grid.north_west.lat() - f64::from(row) * grid.lat_step;
            let coordinates = match &mosaic.system {
                System::Degrees => Some([lon, lat]),
                plane @ System::Plane(_) => plane.project([lon, lat]),
            };
            coordinates.map(|it| mosaic.frame.index_of(it))
        };
        let nodes = rows
            .iter()
            .flat_map(|row| columns.iter().map(move |column| node(*column, *row)))
            .collect();
        Self {
            block: block.clone(),
            columns,
            rows,
            nodes,
        }
    }

    /// How many columns and rows of the mosaic lie between two posts, at least 1.
    fn shrink(&self) -> [i64; 2] {
        let known: Vec<_> = self.nodes.iter().flatten().collect();
        let reach = |axis: usize| {
            let ends = known.iter().map(|node| node[axis]);
            let (low, high) = ends.fold((f64::MAX, f64::MIN), |(low, high), at| {
                (low.min(at), high.max(at))
            });
            high - low
        };
        let posts = [self.block.columns.len(), self.block.rows.len()];
        [0, 1].map(|axis| {
            let steps = (posts[axis] as f64 - 1.0).max(1.0);
            let between = if known.is_empty() {
                1.0
            } else {
                reach(axis) / steps
            };
            super::grid::whole((between + 1e-6).floor().clamp(1.0, 1e6))
        })
    }

    /// What must be read of the mosaic; `None` where nothing of the block can be placed.
    fn window(&self, shrink: [i64; 2]) -> Option<Window> {
        let known = self.nodes.iter().flatten();
        let is_near = |node: &&[f64; 2]| node.iter().all(|at| at.abs() < 1e9);
        let mut ranges: Option<[Range<i64>; 2]> = None;
        for node in known.filter(is_near) {
            let [column, row] = [node[0], node[1]].map(|at| super::grid::whole(at.floor()));
            let [columns, rows] = ranges.get_or_insert([column..column, row..row]);
            *columns = columns.start.min(column)..columns.end.max(column);
            *rows = rows.start.min(row)..rows.end.max(row);
        }
        let [columns, rows] = ranges?;
        let around = shrink.map(|by| by * AROUND);
        Some(Window {
            columns: columns.start - around[0]..columns.end + around[0] + 1,
            rows: rows.start - around[1]..rows.end + around[1] + 1,
        })
    }

    /// Takes the height of each post that has none from `height_at` its place in the mosaic.
    fn fill(&self, target: &mut Target, height_at: impl Fn([f64; 2]) -> f32) {
        let width = target.grid.columns as usize;
        for row in self.block.rows.clone() {
            let (down, rows) = share(&self.rows, row);
            for column in self.block.columns.clone() {
                let known = &mut target.heights[row as usize * width + column as usize];
                if known.is_finite() {
                    continue;
                }
                let (right, columns) = share(&self.columns, column);
                let Some(at) = self.between([columns, rows], [right, down]) else {
                    continue;
                };
                let height = height_at(at);
                if height.is_finite() || *known == OUTSIDE {
                    *known = height;
                }
            }
        }
    }

    /// A place between four exact ones.
    fn between(
        &self,
        [columns, rows]: [[usize; 2]; 2],
        [right, down]: [f64; 2],
    ) -> Option<[f64; 2]> {
        let node = |column: usize, row: usize| {
            let ix = row * self.columns.len() + column;
            self.nodes.get(ix).copied().flatten()
        };
        let along = |row: usize| {
            let (west, east) = (node(columns[0], row)?, node(columns[1], row)?);
            Some([0, 1].map(|axis| west[axis] + (east[axis] - west[axis]) * right))
        };
        let (north, south) = (along(rows[0])?, along(rows[1])?);
        Some([0, 1].map(|axis| north[axis] + (south[axis] - north[axis]) * down))
    }
}

/// Which two of the exact ones a post lies between, and how far from the first.
fn share(exact: &[u32], post: u32) -> (f64, [usize; 2]) {
    let first = exact.first().copied().unwrap_or(post);
    let before = index(i64::from((post - first) / EXACT_EVERY)).min(exact.len() - 1);
    let after = (before + 1).min(exact.len() - 1);
    let (low, high) = (exact[before], exact[after]);
    let share = if high > low {
        f64::from(post - low) / f64::from(high - low)
    } else {
        0.0
    };
    (share, [before, after])
}
