//! The height of the land, put together from the server's terrain tiles.

use bevy::ecs::resource::Resource;
use bevy::math::{DVec2, Vec2, Vec3};

use crate::error::ViewerError;
use crate::space::Space;

/// Pixels of a terrain tile from edge to edge, the whole of it or at least this many.
const LARGEST_PX: u32 = 1024;

/// The height of the land on a regular grid of the plane.
///
/// Heights of the scene are drawn ones: above the table, [`Space::RELIEF`] times too high.
#[derive(Resource, Clone, Debug, PartialEq)]
pub struct Heights {
    north_west: Vec2,
    step_m: f32,
    columns: usize,
    rows: usize,
    drawn: Vec<f32>,
}

impl Heights {
    /// How far below the lowest point of the territory the table lies, in true metres.
    pub const SOCLE_M: f32 = 260.0;
    /// How much steeper than drawn slopes are shaded.
    pub const SLOPES: f32 = 2.2;

    /// A grid of posts `step_m` apart, all at the height 0 above the table's socle.
    pub fn level(north_west: Vec2, step_m: f32, [columns, rows]: [usize; 2]) -> Self {
        Self {
            north_west,
            step_m,
            columns,
            rows,
            drawn: vec![Self::SOCLE_M * Space::RELIEF; columns * rows],
        }
    }

    /// The drawn height at a point, between its four posts; beyond the rim, that of the rim.
    pub fn at(&self, at: Vec2) -> f32 {
        let (column, east) = cell((at.x - self.north_west.x) / self.step_m, self.columns);
        let (row, south) = cell((at.y - self.north_west.y) / self.step_m, self.rows);
        let post =
            |c: usize, r: usize| self.drawn.get(r * self.columns + c).copied().unwrap_or(0.0);
        let north = post(column, row) * (1.0 - east) + post(column + 1, row) * east;
        let next = post(column, row + 1) * (1.0 - east) + post(column + 1, row + 1) * east;
        north * (1.0 - south) + next * south
    }

    /// How far posts are apart, in metres.
    pub const fn step_m(&self) -> f32 {
        self.step_m
    }

    /// Where the drawn land looks to at a point, for its shading; of length one. Slopes count
    /// [`Heights::SLOPES`] times, so that gentle hills are seen.
    pub fn normal(&self, at: Vec2) -> Vec3 {
        let step = self.step_m;
        let slope =
            |aside: Vec2| Self::SLOPES * (self.at(at + aside) - self.at(at - aside)) / (2.0 * step);
        Vec3::new(-slope(Vec2::X * step), 1.0, -slope(Vec2::Y * step)).normalize()
    }

    /// The cell in which a point lies: column, row.
    pub(super) fn cell_of(&self, at: Vec2) -> [usize; 2] {
        let position = (at - self.north_west) / self.step_m;
        [
            cell(position.x, self.columns).0,
            cell(position.y, self.rows).0,
        ]
    }

    /// Where the north-western post of a cell stands.
    pub(super) fn post(&self, [column, row]: [usize; 2]) -> Vec2 {
        self.north_west + Vec2::new(column as f32, row as f32) * self.step_m
    }
}

/// Collects tiles into [`Heights`].
#[derive(Clone, Debug)]
pub(super) struct Survey {
    heights: Heights,
    metres: Vec<Option<f32>>,
}

/// A terrain tile, decoded: metres above the sea, row by row from the north-west.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TerrainTile {
    pub size_px: usize,
    pub metres: Vec<f32>,
}

/// Where a tile lies in the tile matrix set WebMercatorQuad.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct TileAddress {
    /// How often the world was halved.
    pub zoom: u8,
    /// From the west.
    pub column: u32,
    /// From the north.
    pub row: u32,
}

impl TileAddress {
    /// The tiles of a zoom that touch a box of the plane.
    pub fn within(space: &Space, zoom: u8, area: bevy::math::Rect) -> Vec<Self> {
        let across = f64::from(1_u32 << zoom.min(31));
        let number = |share: f64| (share * across).floor().clamp(0.0, across - 1.0);
        let (low, high) = (space.to_mercator(area.min), space.to_mercator(area.max));
        let span = |low: f64, high: f64| whole(number(low))..=whole(number(high));
        let columns = span(low.x, high.x);
        span(low.y, high.y)
            .flat_map(|row| {
                columns
                    .clone()
                    .map(move |column| Self { zoom, column, row })
            })
            .collect()
    }

    /// A point of the tile, 0–1 from its north-western corner, in the square of Web Mercator.
    pub fn point(self, share: DVec2) -> DVec2 {
        let across = f64::from(1_u32 << self.zoom.min(31));
        (DVec2::new(f64::from(self.column), f64::from(self.row)) + share) / across
    }
}

impl Survey {
    pub(super) fn new(area: bevy::math::Rect, step_m: f32) -> Self {
        let size = area.size() / step_m;
        let heights = Heights::level(area.min, step_m, [posts(size.x), posts(size.y)]);
        let metres = vec![None; heights.drawn.len()];
        Self { heights, metres }
    }

    /// Takes the posts that lie on a tile.
    pub(super) fn take(&mut self, space: &Space, address: TileAddress, tile: &TerrainTile) {
        let low = space.from_mercator(address.point(DVec2::ZERO));
        let high = space.from_mercator(address.point(DVec2::ONE));
        let per_m = tile.size_px as f32 / (high.x - low.x);
        let Heights {
            north_west,
            step_m,
            columns,
            rows,
            ..
        } = self.heights;
        for row in 0..rows {
            for column in 0..columns {
                let at = north_west + Vec2::new(column as f32, row as f32) * step_m;
                if at.x >= low.x && at.x <= high.x && at.y >= low.y && at.y <= high.y {
                    self.metres[row * columns + column] = tile.at((at - low) * per_m);
                }
            }
        }
    }

    /// The heights; the table lies below the lowest post for which `is_inside` holds.
    pub(super) fn finish(self, is_inside: impl Fn(Vec2) -> bool) -> Heights {
        let Self {
            mut heights,
            metres,
        } = self;
        let place = |n: usize| {
            let (column, row) = (n % heights.columns, n / heights.columns);
            heights.north_west + Vec2::new(column as f32, row as f32) * heights.step_m
        };
        let inside = metres
            .iter()
            .enumerate()
            .filter(|(n, _)| is_inside(place(*n)));
        let lowest = inside
            .filter_map(|(_, metres)| *metres)
            .fold(f32::INFINITY, f32::min);
        let base = if lowest.is_finite() { lowest } else { 0.0 };
        let drawn = metres.iter().map(|metres| {
            let above = metres.unwrap_or(base) - base + Heights::SOCLE_M;
            above.max(0.0) * Space::RELIEF
        });
        heights.drawn = drawn.collect();
        heights
    }
}

impl TerrainTile {
    /// Reads a PNG in the encoding "terrarium": metres above the sea are red × 256 + green +
    /// blue ÷ 256 − 32,768.
    pub(super) fn read(png: &[u8]) -> Result<Self, ViewerError> {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
        decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
        let mut reader = decoder.read_info().map_err(ViewerError::Terrain)?;
        let info = reader.info();
        let (width, height) = (info.width, info.height);
        if width != height || width == 0 || width > LARGEST_PX {
            return Err(ViewerError::TerrainSize { width, height });
        }
        let size = reader.output_buffer_size().unwrap_or_default();
        let mut bytes = vec![0; size];
        let frame = reader
            .next_frame(&mut bytes)
            .map_err(ViewerError::Terrain)?;
        let channels = frame.color_type.samples();
        if channels < 3 {
            return Err(ViewerError::TerrainColour { channels });
        }
        let metres = bytes.chunks_exact(channels).map(|pixel| {
            let [red, green, blue] = [pixel[0], pixel[1], pixel[2]].map(f32::from);
            red * 256.0 + green + blue / 256.0 - 32_768.0
        });
        Ok(Self {
            size_px: width as usize,
            metres: metres.collect(),
        })
    }

    /// The height at a point, in pixels from the north-western corner; pixels stand for their middles.
    fn at(&self, pixel: Vec2) -> Option<f32> {
        let (column, east) = cell(pixel.x - 0.5, self.size_px);
        let (row, south) = cell(pixel.y - 0.5, self.size_px);
        let get = |c: usize, r: usize| self.metres.get(r * self.size_px + c).copied();
        let north = get(column, row)? * (1.0 - east) + get(column + 1, row)? * east;
        let next = get(column, row + 1)? * (1.0 - east) + get(column + 1, row + 1)? * east;
        Some(north * (1.0 - south) + next * south)
    }
}

/// The cell of a grid with `posts` posts in which a position lies, and where in it, 0–1.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the grid first"
)]
fn cell(position: f32, posts: usize) -> (usize, f32) {
    let last = posts.saturating_sub(2);
    let position = position.clamp(0.0, last as f32 + 1.0);
    let cell = (position as usize).min(last);
    (cell, position - cell as f32)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a territory has some thousands of posts along a side"
)]
fn posts(cells: f32) -> usize {
    cells.ceil().clamp(1.0, 4096.0) as usize + 1
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a whole number below 2^31"
)]
fn whole(number: f64) -> u32 {
    number as u32
}

#[cfg(test)]
mod tests {
    use bevy::math::Rect;
    use twin_core::LonLat;

    use super::*;

    fn space() -> Space {
        Space::around(LonLat::new(6.8, 47.5).unwrap())
    }

    #[test]
    fn a_slope_is_read_between_posts() {
        let space = space();
        let area = Rect::from_center_half_size(Vec2::ZERO, Vec2::splat(1000.0));
        let mut survey = Survey::new(area, 100.0);
        for address in TileAddress::within(&space, 11, area) {
            let low = space.from_mercator(address.point(DVec2::ZERO));
            let pixel_m = (space.from_mercator(address.point(DVec2::ONE)).x - low.x) / 256.0;
            // 300 m at the origin, one metre more every ten to the east.
            let metres =
                (0..256 * 256).map(|n| 300.0 + (low.x + ((n % 256) as f32 + 0.5) * pixel_m) / 10.0);
            let tile = TerrainTile {
                size_px: 256,
                metres: metres.collect(),
            };
            survey.take(&space, address, &tile);
        }
        let heights = survey.finish(|_| true);
        let rise = heights.at(Vec2::new(500.0, 10.0)) - heights.at(Vec2::new(0.0, 10.0));
        approx::assert_abs_diff_eq!(rise, 50.0 * Space::RELIEF, epsilon = 0.5);
        let lowest = heights.at(Vec2::new(-1000.0, 0.0));
        approx::assert_abs_diff_eq!(lowest, Heights::SOCLE_M * Space::RELIEF, epsilon = 8.0);
        assert_eq!(
            heights.at(Vec2::new(9e9, 0.0)),
            heights.at(Vec2::new(1000.0, 0.0))
        );
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        assert!(TerrainTile::read(b"not a picture").is_err());
    }

    #[test]
    fn tiles_cover_their_area() {
        let space = space();
        let area = Rect::from_center_half_size(Vec2::ZERO, Vec2::splat(20_000.0));
        let tiles = TileAddress::within(&space, 11, area);
        assert!((16..=25).contains(&tiles.len()), "{}", tiles.len());
        let low = space.from_mercator(tiles[0].point(DVec2::ZERO));
        assert!(low.x <= area.min.x && low.y <= area.min.y);
    }
}
