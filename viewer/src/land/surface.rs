//! The land as triangles: a grid where it is whole, exact pieces along the rim, and the cut below it.

use bevy::math::{Rect, Vec2, Vec3};
use earcut::Earcut;

use super::heights::Heights;
use super::region::{Cutting, Region, edges};
use crate::look::{Solid, strides, tone_pair};
use crate::palette::Tone;
use crate::space::{Space, raised};

/// Cells along a side of a piece of the land, which is drawn or left out as a whole.
const PIECE: usize = 64;
/// Drawn metres above the socle over which the tone of the land runs from low to high.
const RELIEF_M: f32 = 520.0 * Space::RELIEF;

/// The land in pieces, and around them the cut.
pub(super) fn land(region: &Region, heights: &Heights) -> Vec<Solid> {
    let mut pieces = tops(region, heights);
    pieces.push(walls(region, heights, |_| 0.0));
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// What a region covers of the land, in pieces.
pub(crate) fn tops(region: &Region, heights: &Heights) -> Vec<Solid> {
    let Some(extent) = region.extent() else {
        return Vec::new();
    };
    let grid = Grid::over(region, heights, extent);
    let mut pieces = Vec::new();
    for row in (0..grid.rows).step_by(PIECE) {
        for column in (0..grid.columns).step_by(PIECE) {
            pieces.push(grid.piece(column, row));
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// What the model lies on.
pub(super) fn table(extent: Rect) -> Solid {
    let reach = 12.0 * extent.size().max_element();
    let area = Rect::from_center_half_size(extent.center(), Vec2::splat(reach));
    let tones = Vec2::new(tone_pair(Tone::Table, Tone::Table), 0.0);
    let mut solid = Solid::default();
    let at = |x: f32, z: f32| Vec3::new(x, 0.0, z);
    solid.quad(
        [
            at(area.min.x, area.max.y),
            at(area.max.x, area.max.y),
            at(area.max.x, area.min.y),
            at(area.min.x, area.min.y),
        ],
        [tones; 4],
    );
    solid
}

/// How a cell of the grid lies to the region.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Cover {
    Outside,
    Inside,
    Rim,
}

struct Grid<'a> {
    region: &'a Region,
    heights: &'a Heights,
    north_west: Vec2,
    step: f32,
    columns: usize,
    rows: usize,
    cover: Vec<Cover>,
}

/// The vertices of the posts of one piece, so that cells share them.
struct Posts {
    first: [usize; 2],
    numbers: Vec<u32>,
}

impl Posts {
    fn new(first: [usize; 2]) -> Self {
        let numbers = vec![u32::MAX; (PIECE + 1) * (PIECE + 1)];
        Self { first, numbers }
    }

    fn number(&mut self, [column, row]: [usize; 2]) -> &mut u32 {
        let place = (row - self.first[1]) * (PIECE + 1) + column - self.first[0];
        &mut self.numbers[place]
    }
}

impl<'a> Grid<'a> {
    fn over(region: &'a Region, heights: &'a Heights, extent: Rect) -> Self {
        let step = heights.step_m();
        let first = heights.cell_of(extent.min);
        let last = heights.cell_of(extent.max);
        let [columns, rows] = [0, 1].map(|axis| last[axis] - first[axis] + 1);
        let mut grid = Self {
            region,
            heights,
            north_west: heights.post(first),
            step,
            columns,
            rows,
            cover: vec![Cover::Outside; columns * rows],
        };
        grid.mark_rim();
        grid.fill();
        grid
    }

    fn corner(&self, column: usize, row: usize) -> Vec2 {
        self.north_west + Vec2::new(column as f32, row as f32) * self.step
    }

    /// Marks the cells through which the rim runs, and their neighbours along it.
    fn mark_rim(&mut self) {
        let region = self.region;
        for [a, b] in region.rings().flat_map(edges) {
            let steps = (a.distance(b) / (self.step * 0.2)).ceil().max(1.0);
            let mut n = 0.0;
            while n <= steps {
                let at = (a.lerp(b, n / steps) - self.north_west) / self.step;
                self.mark(at);
                n += 1.0;
            }
        }
    }

    /// Marks the cell at a position, in cells, and those that it all but touches.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "kept within the grid"
    )]
    fn mark(&mut self, at: Vec2) {
        const NEAR: f32 = 0.15;
        let shifts = [
            [0, 0],
            [1, 0],
            [-1, 0],
            [0, 1],
            [0, -1],
            [1, 1],
            [-1, -1],
            [1, -1],
            [-1, 1],
        ];
        for shift in shifts.map(|[x, y]: [i8; 2]| Vec2::new(x.into(), y.into())) {
            let cell = (at + shift * NEAR).floor();
            let fits = cell.min_element() >= 0.0
                && cell.x < self.columns as f32
                && cell.y < self.rows as f32;
            if fits {
                self.cover[cell.y as usize * self.columns + cell.x as usize] = Cover::Rim;
            }
        }
    }

    /// Tells what is inside of the other cells: it changes only at the rim.
    fn fill(&mut self) {
        for row in 0..self.rows {
            let mut known = Some(Cover::Outside);
            for column in 0..self.columns {
                let middle = self.corner(column, row) + Vec2::splat(self.step / 2.0);
                let cell = &mut self.cover[row * self.columns + column];
                if *cell == Cover::Rim {
                    known = None;
                    continue;
                }
                let cover = known.unwrap_or_else(|| {
                    if self.region.holds(middle) {
                        Cover::Inside
                    } else {
                        Cover::Outside
                    }
                });
                (*cell, known) = (cover, Some(cover));
            }
        }
    }

    fn piece(&self, first_column: usize, first_row: usize) -> Solid {
        let mut piece = Solid::default();
        let mut posts = Posts::new([first_column, first_row]);
        for row in first_row..(first_row + PIECE).min(self.rows) {
            let strip = self
                .region
                .within(self.cells([first_column, row], [PIECE, 1]));
            for column in first_column..(first_column + PIECE).min(self.columns) {
                match self.cover[row * self.columns + column] {
                    Cover::Outside => {}
                    Cover::Rim => self.rim_cell(&mut piece, [column, row], &strip),
                    Cover::Inside => self.whole_cell(&mut piece, [column, row], &mut posts),
                }
            }
        }
        piece
    }

    fn whole_cell(&self, solid: &mut Solid, [column, row]: [usize; 2], posts: &mut Posts) {
        let [a, b, c, d] = [[0, 0], [0, 1], [1, 1], [1, 0]].map(|[right, down]| {
            let [column, row] = [column + right, row + down];
            let number = posts.number([column, row]);
            if *number == u32::MAX {
                *number = self.post(solid, self.corner(column, row));
            }
            *number
        });
        solid.triangle([a, b, c]);
        solid.triangle([a, c, d]);
    }

    /// What of a cell lies in the region.
    fn rim_cell(&self, solid: &mut Solid, at: [usize; 2], strip: &Cutting) {
        let mut cutter = Earcut::new();
        let mut triangles: Vec<usize> = Vec::new();
        for piece in strip.within(self.cells(at, [1, 1])).pieces() {
            let mut points = piece.outline;
            let mut holes = Vec::new();
            for hole in piece.holes {
                holes.push(points.len());
                points.extend(hole);
            }
            cutter.earcut(points.iter().map(Vec2::to_array), &holes, &mut triangles);
            let numbers: Vec<u32> = points.iter().map(|at| self.post(solid, *at)).collect();
            for corners in triangles.as_chunks::<3>().0 {
                let [first, second, third] = corners.map(|n| points[n]);
                let [a, b, c] = corners.map(|n| numbers[n]);
                // South is down: what turns left in the plane turns right from above.
                let is_seen = (second - first).perp_dot(third - first) < 0.0;
                solid.triangle(if is_seen { [a, b, c] } else { [a, c, b] });
            }
        }
    }

    /// The box around some cells.
    fn cells(&self, [column, row]: [usize; 2], [columns, rows]: [usize; 2]) -> Rect {
        Rect::from_corners(
            self.corner(column, row),
            self.corner(column + columns, row + rows),
        )
    }

    fn post(&self, solid: &mut Solid, at: Vec2) -> u32 {
        let height = self.heights.at(at);
        let socle = Heights::SOCLE_M * Space::RELIEF;
        let share = ((height - socle) / RELIEF_M).clamp(0.0, 1.0);
        let tones = Vec2::new(tone_pair(Tone::LandLow, Tone::LandHigh), share);
        solid.vertex(raised(at, height), self.heights.normal(at), tones)
    }
}

/// The cut around a region, from the land down to the foot that a height of the land has.
pub(crate) fn walls(region: &Region, heights: &Heights, foot: impl Fn(f32) -> f32) -> Solid {
    let mut solid = Solid::default();
    for edge in region.rings().flat_map(edges) {
        cut_edge(&mut solid, (region, heights), edge, &foot);
    }
    solid
}

fn cut_edge(
    solid: &mut Solid,
    (region, heights): (&Region, &Heights),
    [from, to]: [Vec2; 2],
    foot: impl Fn(f32) -> f32,
) {
    let pair = tone_pair(Tone::Cut, Tone::Table);
    let (bright, dim) = (Vec2::new(pair, 0.0), Vec2::new(pair, 0.25));
    // The region lies to one side: the cut looks to the other.
    let aside = (to - from).perp().normalize_or_zero() * 0.5;
    let is_turned = region.holds((from + to) / 2.0 + aside);
    let [from, to] = if is_turned { [to, from] } else { [from, to] };
    for [near, far] in strides(&[from, to], heights.step_m()).array_windows() {
        let top = |at: &Vec2| raised(*at, heights.at(*at));
        let low = |at: &Vec2| raised(*at, foot(heights.at(*at)));
        solid.quad(
            [top(near), low(near), low(far), top(far)],
            [bright, dim, dim, bright],
        );
    }
}

#[cfg(test)]
mod tests {
    use geo_types::{MultiPolygon, polygon};

    use super::*;

    /// A slanted quadrangle on level land.
    fn model() -> (Region, Heights) {
        let area = polygon![
            (x: 120., y: 80.), (x: 930., y: 160.), (x: 870., y: 940.), (x: 90., y: 810.), (x: 120., y: 80.)
        ];
        let heights = Heights::level(Vec2::ZERO, 50.0, [22, 22]);
        (Region::new(&MultiPolygon::new(vec![area])), heights)
    }

    fn area_from_above(solid: &Solid) -> f32 {
        let triangles = solid.triangles();
        let areas = triangles.map(|corners| {
            let [a, b, c] = corners.map(|n| solid.positions()[n as usize]);
            0.5 * (b - a).cross(c - a).y
        });
        areas.sum()
    }

    #[test]
    fn the_land_covers_the_region_exactly_and_looks_up() {
        let (region, heights) = model();
        let ring: Vec<Vec2> = region.rings().next().unwrap().to_vec();
        let expected: f32 = edges(&ring).map(|[a, b]| 0.5 * a.perp_dot(b)).sum();
        let pieces = land(&region, &heights);
        let (cut, tops) = pieces.split_last().unwrap();
        let covered: f32 = tops.iter().map(area_from_above).sum();
        approx::assert_relative_eq!(covered, expected.abs(), max_relative = 1e-4);
        assert!(
            !cut.is_empty() && area_from_above(cut).abs() < 1.0,
            "the cut stands upright"
        );
    }

    #[test]
    fn the_cut_looks_outwards() {
        let (region, heights) = model();
        let pieces = land(&region, &heights);
        let cut = pieces.last().unwrap();
        for (at, normal) in cut.positions().iter().zip(cut.normals()) {
            let beyond = Vec2::new(at.x, at.z) + Vec2::new(normal.x, normal.z) * 5.0;
            assert!(!region.holds(beyond), "{at} looks inwards");
        }
    }
}
