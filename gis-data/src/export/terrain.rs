//! The height of the terrain as raster tiles in the encoding "terrarium": metres above the sea are
//! red × 256 + green + blue ÷ 256 − 32,768.

use std::io;

use twin_core::{LonLat, Terrain};

use super::tiles::TileId;

/// Pixels of a tile from edge to edge.
pub const TILE_PX: u32 = 256;

/// A tile of the terrain as PNG; `None` where it does not touch the terrain. Beyond its edge the
/// terrain goes on level, so that no cliff is drawn around it.
///
/// # Errors
/// When the picture cannot be encoded.
pub fn tile(terrain: &Terrain, id: TileId) -> io::Result<Option<Vec<u8>>> {
    if !touches(terrain, id) {
        return Ok(None);
    }
    let mut pixels = Vec::with_capacity(TILE_PX as usize * TILE_PX as usize * 3);
    for row in 0..TILE_PX {
        for column in 0..TILE_PX {
            let share = |pixel: u32| (f64::from(pixel) + 0.5) / f64::from(TILE_PX);
            let place = id.place(share(column), share(row));
            let height_m = place.and_then(|at| terrain.height_m(nearest(terrain, at)));
            pixels.extend(terrarium(height_m.unwrap_or(0.0)));
        }
    }
    png(&pixels).map(Some)
}

/// The place itself, or the nearest one that the terrain covers.
fn nearest(terrain: &Terrain, place: LonLat) -> LonLat {
    let [west, south, east, north] = extent(terrain);
    let (lon, lat) = (
        place.lon().clamp(west, east),
        place.lat().clamp(south, north),
    );
    LonLat::new(lon, lat).unwrap_or(place)
}

fn touches(terrain: &Terrain, id: TileId) -> bool {
    let [west, south, east, north] = extent(terrain);
    let corners = id.place(0.0, 0.0).zip(id.place(1.0, 1.0));
    corners.is_some_and(|(north_west, south_east)| {
        let is_beside = south_east.lon() < west || north_west.lon() > east;
        let is_above_or_below = south_east.lat() > north || north_west.lat() < south;
        !is_beside && !is_above_or_below
    })
}

/// West, south, east, north of the outermost posts, in degrees.
fn extent(terrain: &Terrain) -> [f64; 4] {
    let grid = terrain.grid();
    let (west, north) = (grid.north_west.lon(), grid.north_west.lat());
    let last = grid.place(grid.columns - 1, grid.rows - 1);
    last.map_or([west, north, west, north], |corner| {
        [west, corner.lat(), corner.lon(), north]
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and 2^24 − 1"
)]
fn terrarium(height_m: f64) -> [u8; 3] {
    let steps = ((height_m + 32_768.0) * 256.0).round();
    let [_, red, green, blue] = (steps.clamp(0.0, 16_777_215.0) as u32).to_be_bytes();
    [red, green, blue]
}

fn png(pixels: &[u8]) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, TILE_PX, TILE_PX);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().map_err(io::Error::other)?;
    writer.write_image_data(pixels).map_err(io::Error::other)?;
    writer.finish().map_err(io::Error::other)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use twin_core::TerrainGrid;

    use super::*;

    fn slope() -> Terrain {
        let grid = TerrainGrid {
            north_west: LonLat::new(6.5, 47.6).unwrap(),
            lon_step: 0.25,
            lat_step: 0.125,
            columns: 3,
            rows: 3,
        };
        let heights_m = (0..9_u8).map(|post| 300.0 + 50.0 * f32::from(post % 3));
        Terrain::new(grid, heights_m.collect(), vec![false; 9]).unwrap()
    }

    #[rstest::rstest]
    #[case::the_sea(0.0, [128, 0, 0])]
    #[case::a_hill(321.5, [129, 65, 128])]
    #[case::below_the_sea(-1.0, [127, 255, 0])]
    fn a_height_is_three_bytes(#[case] height_m: f64, #[case] bytes: [u8; 3]) {
        assert_eq!(terrarium(height_m), bytes);
    }

    #[test]
    fn the_pixels_of_a_tile_are_the_heights_of_their_places() {
        let id = TileId::new(10, 531, 358).unwrap();
        let bytes = tile(&slope(), id).unwrap().unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes))
            .read_info()
            .unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        let place = id.place(100.5 / 256.0, 7.5 / 256.0).unwrap();
        let at = (7 * 256 + 100) * 3;
        let [red, green, blue] = [0, 1, 2].map(|band| f64::from(pixels[at + band]));
        let height_m = red * 256.0 + green + blue / 256.0 - 32_768.0;
        approx::assert_abs_diff_eq!(
            height_m,
            slope().height_m(place).unwrap(),
            epsilon = 1.0 / 256.0
        );
    }

    #[test]
    fn elsewhere_there_is_no_tile() {
        assert_eq!(
            tile(&slope(), TileId::new(10, 0, 0).unwrap()).unwrap(),
            None
        );
    }
}
