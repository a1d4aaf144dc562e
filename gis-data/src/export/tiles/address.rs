//! Which tile: its zoom, column and row.

use twin_core::LonLat;

use super::feature::{BUFFER, EXTENT};

/// A tile of the tile matrix set WebMercatorQuad (OGC 17-083r4): columns run from the west, rows
/// from the north.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    zoom: u8,
    column: u32,
    row: u32,
}

impl TileId {
    /// The closest zoom that tiles are cut for.
    pub const MAX_ZOOM: u8 = 22;

    /// `None` beyond the world or [`TileId::MAX_ZOOM`].
    pub fn new(zoom: u8, column: u32, row: u32) -> Option<Self> {
        let is_there = zoom <= Self::MAX_ZOOM && column.max(row) < 1 << zoom;
        is_there.then_some(Self { zoom, column, row })
    }

    /// How close, 0 (the world) to [`TileId::MAX_ZOOM`].
    pub const fn zoom(self) -> u8 {
        self.zoom
    }

    /// Column, from the west.
    pub const fn column(self) -> u32 {
        self.column
    }

    /// Row, from the north.
    pub const fn row(self) -> u32 {
        self.row
    }

    /// How many tiles there are from west to east.
    pub(super) fn across(self) -> f64 {
        f64::from(1_u32 << self.zoom)
    }

    /// The place at a share, 0–1, of the tile's width and height from its north-western corner.
    pub(crate) fn place(self, right: f64, down: f64) -> Option<LonLat> {
        let x = (f64::from(self.column) + right) / self.across();
        let y = (f64::from(self.row) + down) / self.across();
        let north = (0.5 - y) * std::f64::consts::TAU;
        let lat = (libm::atan(libm::sinh(north))).to_degrees();
        LonLat::new((x - 0.5) * 360.0, lat).ok()
    }

    /// The corners, in the plane of Web Mercator, of what a tile draws: itself and a rim for the
    /// width of lines.
    pub(super) fn drawn_extent(self) -> [[f64; 2]; 2] {
        let rim = BUFFER / EXTENT;
        let low = |number: u32| (f64::from(number) - rim) / self.across();
        let high = |number: u32| (f64::from(number) + 1.0 + rim) / self.across();
        [
            [low(self.column), low(self.row)],
            [high(self.column), high(self.row)],
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::super::mercator;
    use super::*;

    #[rstest::rstest]
    #[case::the_world(0, 0, 0, true)]
    #[case::beyond_the_world(0, 1, 0, false)]
    #[case::last_of_zoom_3(3, 7, 7, true)]
    #[case::row_too_far(3, 7, 8, false)]
    #[case::too_close(23, 0, 0, false)]
    fn tiles_beyond_the_world_are_refused(
        #[case] zoom: u8,
        #[case] column: u32,
        #[case] row: u32,
        #[case] is_there: bool,
    ) {
        assert_eq!(TileId::new(zoom, column, row).is_some(), is_there);
    }

    #[test]
    fn the_corner_of_a_tile_projects_to_its_number() {
        let id = TileId::new(12, 2125, 1430).unwrap();
        let [x, y] = mercator(id.place(0.25, 0.5).unwrap());
        approx::assert_relative_eq!(x * 4096.0, 2125.25, max_relative = 1e-12);
        approx::assert_relative_eq!(y * 4096.0, 1430.5, max_relative = 1e-12);
    }
}
