//! The height of the terrain on a regular grid.

use crate::error::{TwinError, TwinResult};
use crate::place::LonLat;

/// Where the posts of a [`Terrain`] stand: a grid in degrees of WGS84, north up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TerrainGrid {
    /// The north-western post.
    pub north_west: LonLat,
    /// From one column to the next, in degrees; positive.
    pub lon_step: f64,
    /// From one row to the next one south of it, in degrees; positive.
    pub lat_step: f64,
    /// Posts from west to east, 2 at least.
    pub columns: u32,
    /// Posts from north to south, 2 at least.
    pub rows: u32,
}

/// The height of the terrain at the posts of a grid, in metres above the sea.
#[derive(Clone, Debug, PartialEq)]
pub struct Terrain {
    grid: TerrainGrid,
    heights_m: Vec<f32>,
    is_filled: Vec<bool>,
}

impl Terrain {
    /// The most posts that a terrain may have.
    pub const MAX_POSTS: usize = 100_000_000;

    /// Takes heights row by row, from the north-west, and for each whether it was filled in because
    /// the source had none.
    ///
    /// # Errors
    /// A grid without extent or beyond [`Terrain::MAX_POSTS`], another number of heights or flags
    /// than posts, and heights that are no numbers.
    pub fn new(grid: TerrainGrid, heights_m: Vec<f32>, is_filled: Vec<bool>) -> TwinResult<Self> {
        let posts = grid.columns as usize * grid.rows as usize;
        let is_grid = grid.lon_step > 0.0
            && grid.lat_step > 0.0
            && grid.columns.min(grid.rows) >= 2
            && posts <= Self::MAX_POSTS
            && grid.place(grid.columns - 1, grid.rows - 1).is_some();
        let is_full = heights_m.len() == posts && is_filled.len() == posts;
        if !is_grid || !is_full || heights_m.iter().any(|height| !height.is_finite()) {
            return Err(TwinError::InvalidTerrain {
                columns: grid.columns,
                rows: grid.rows,
                heights: heights_m.len(),
            });
        }
        Ok(Self {
            grid,
            heights_m,
            is_filled,
        })
    }

    /// Where its posts stand.
    pub const fn grid(&self) -> &TerrainGrid {
        &self.grid
    }

    /// The heights in metres, row by row from the north-west.
    pub fn heights_m(&self) -> &[f32] {
        &self.heights_m
    }

    /// For each height, whether the source had none and it was filled in.
    pub fn is_filled(&self) -> &[bool] {
        &self.is_filled
    }

    /// The height at a place, in metres, between its four posts by bilinear interpolation; `None`
    /// outside of the grid.
    pub fn height_m(&self, place: LonLat) -> Option<f64> {
        let grid = &self.grid;
        let (column, across) = cell(
            (place.lon() - grid.north_west.lon()) / grid.lon_step,
            grid.columns,
        )?;
        let (row, down) = cell(
            (grid.north_west.lat() - place.lat()) / grid.lat_step,
            grid.rows,
        )?;
        let post = |column: u32, row: u32| {
            let ix = row as usize * grid.columns as usize + column as usize;
            self.heights_m.get(ix).copied().map(f64::from)
        };
        let along = |row| {
            let (west, east) = (post(column, row)?, post(column + 1, row)?);
            Some(west + (east - west) * across)
        };
        let (north, south) = (along(row)?, along(row + 1)?);
        Some(north + (south - north) * down)
    }
}

impl TerrainGrid {
    /// Where a post stands; `None` beyond the grid or the globe.
    pub fn place(&self, column: u32, row: u32) -> Option<LonLat> {
        if column >= self.columns || row >= self.rows {
            return None;
        }
        let lon = self.north_west.lon() + f64::from(column) * self.lon_step;
        let lat = self.north_west.lat() - f64::from(row) * self.lat_step;
        LonLat::new(lon, lat).ok()
    }
}

/// The cell that a position in steps lies in, and how far into it, 0–1.
fn cell(steps: f64, posts: u32) -> Option<(u32, f64)> {
    let last = f64::from(posts - 1);
    if !(0.0..=last).contains(&steps) {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and the number of posts"
    )]
    let cell = (steps as u32).min(posts - 2);
    Some((cell, steps - f64::from(cell)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> TerrainGrid {
        TerrainGrid {
            north_west: LonLat::new(6.0, 48.0).unwrap(),
            lon_step: 0.5,
            lat_step: 0.25,
            columns: 3,
            rows: 2,
        }
    }

    fn terrain() -> Terrain {
        let heights_m = vec![0.0, 10.0, 20.0, 100.0, 110.0, 120.0];
        Terrain::new(grid(), heights_m, vec![false; 6]).unwrap()
    }

    #[rstest::rstest]
    #[case::first_post(6.0, 48.0, Some(0.0))]
    #[case::last_post(7.0, 47.75, Some(120.0))]
    #[case::between_four(6.25, 47.875, Some(55.0))]
    #[case::on_the_eastern_edge(7.0, 47.875, Some(70.0))]
    #[case::west_of_it(5.9, 48.0, None)]
    #[case::south_of_it(6.5, 47.7, None)]
    fn heights_are_interpolated_inside_only(
        #[case] lon: f64,
        #[case] lat: f64,
        #[case] height: Option<f64>,
    ) {
        assert_eq!(terrain().height_m(LonLat::new(lon, lat).unwrap()), height);
    }

    #[rstest::rstest]
    #[case::too_few_heights(vec![0.0; 5])]
    #[case::no_number(vec![0.0, 0.0, f32::NAN, 0.0, 0.0, 0.0])]
    fn what_is_no_terrain_is_refused(#[case] heights_m: Vec<f32>) {
        assert!(Terrain::new(grid(), heights_m, vec![false; 6]).is_err());
    }
}
