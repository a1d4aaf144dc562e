//! What GDAL wrote out of tiles, in every kind of file, comes back as the tiles' heights.

use std::fs;
use std::path::{Path, PathBuf};

use twin_core::LonLatBox;

use crate::gdal::{self, text};
use crate::{SIDE, read_well, tile};

/// Mountains of 200 to 1700 m with slopes up to 45°, without voids.
pub(crate) fn mountains(column: usize, row: usize) -> i16 {
    let (x, y) = (column as f64, row as f64);
    let height =
        950.0 + 500.0 * (x / 17.0).sin() * (y / 23.0).cos() + 250.0 * ((x + y) / 61.0).sin();
    height.round() as i16
}

/// A file that GDAL makes out of the mountains; `None` where there is no GDAL.
pub(crate) fn made(
    tool: &str,
    arguments: &[&str],
    name: &str,
) -> Option<(tempfile::TempDir, PathBuf)> {
    let (home, tile) = tile("N47E006.hgt", mountains);
    let file = home.path().join(name);
    let all = [&["-q"], arguments, &[text(&tile), text(&file)]].concat();
    gdal::run(tool, &all)?;
    Some((home, file))
}

#[rstest::rstest]
#[case::int16("a.tif", &[])]
#[case::deflated("a.tif", &["-co", "COMPRESS=DEFLATE"])]
#[case::deflated_with_predictor("a.tif", &["-co", "COMPRESS=DEFLATE", "-co", "PREDICTOR=2"])]
#[case::lzw("a.tif", &["-co", "COMPRESS=LZW"])]
#[case::lzw_with_predictor("a.tif", &["-co", "COMPRESS=LZW", "-co", "PREDICTOR=2"])]
#[case::tiles("a.tif", &["-co", "TILED=YES", "-co", "COMPRESS=DEFLATE"])]
#[case::uneven_tiles("a.tif", &["-co", "TILED=YES", "-co", "BLOCKXSIZE=112", "-co", "BLOCKYSIZE=48"])]
#[case::one_strip("a.tif", &["-co", "BLOCKYSIZE=1201"])]
#[case::uint16("a.tif", &["-ot", "UInt16", "-a_nodata", "65535"])]
#[case::int32("a.tif", &["-ot", "Int32"])]
#[case::float32("a.tif", &["-ot", "Float32", "-co", "COMPRESS=DEFLATE", "-co", "PREDICTOR=3"])]
#[case::float64("a.tif", &["-ot", "Float64", "-co", "COMPRESS=LZW"])]
#[case::big_endian("a.tif", &["-co", "ENDIANNESS=BIG"])]
#[case::big_tiff("a.tif", &["-co", "BIGTIFF=YES", "-co", "TILED=YES"])]
#[case::pixels_are_areas("a.tif", &["-mo", "AREA_OR_POINT=Area"])]
#[case::ascii_grid("a.asc", &["-of", "AAIGrid"])]
fn every_kind_of_file_has_the_heights_of_the_tile(#[case] name: &str, #[case] options: &[&str]) {
    let Some((_home, file)) = made("gdal_translate", options, name) else {
        return;
    };
    let terrain = read_well(&[file], None).terrain;
    let grid = terrain.grid();
    assert_eq!((grid.columns as usize, grid.rows as usize), (SIDE, SIDE));
    approx::assert_abs_diff_eq!(grid.north_west.lon(), 6.0, epsilon = 1e-7);
    approx::assert_abs_diff_eq!(grid.north_west.lat(), 48.0, epsilon = 1e-7);
    for (ix, height) in terrain.heights_m().iter().enumerate() {
        assert_eq!(
            *height,
            f32::from(mountains(ix % SIDE, ix / SIDE)),
            "post {ix}"
        );
    }
}

/// The heights of `file`, interpolated by GDAL, at the posts of a terrain.
fn warped_by_gdal(file: &Path, terrain: &twin_core::Terrain) -> Vec<f64> {
    let grid = terrain.grid();
    let (columns, rows) = (grid.columns.to_string(), grid.rows.to_string());
    let far = grid.place(grid.columns - 1, grid.rows - 1).unwrap();
    let half = [grid.lon_step / 2.0, grid.lat_step / 2.0];
    let rim = [
        grid.north_west.lon() - half[0],
        far.lat() - half[1],
        far.lon() + half[0],
        grid.north_west.lat() + half[1],
    ]
    .map(|degrees| format!("{degrees:.12}"));
    let warped = file.with_extension("back.tif");
    let arguments = [
        "-q",
        "-wo",
        "XSCALE=1",
        "-wo",
        "YSCALE=1",
        "-r",
        "bilinear",
        "-et",
        "0",
        "-ot",
        "Float64",
        "-t_srs",
        "EPSG:4326",
        "-te",
        &rim[0],
        &rim[1],
        &rim[2],
        &rim[3],
        "-ts",
        &columns,
        &rows,
        text(file),
        text(&warped),
    ];
    gdal::run("gdalwarp", &arguments).unwrap();
    gdal::heights(&warped).unwrap()
}

/// Where the mountains are, less its rim, which GDAL leaves out or not by rules of its own.
pub(crate) fn inside() -> LonLatBox {
    LonLatBox::new(6.3, 47.3, 6.7, 47.7).unwrap()
}

#[rstest::rstest]
#[case::lambert_93("EPSG:2154", "a.tif")]
#[case::conical_zone("EPSG:3947", "a.tif")]
#[case::equal_area("EPSG:3035", "a.tif")]
#[case::web("EPSG:3857", "a.tif")]
fn a_file_in_a_plane_has_the_heights_that_gdal_interpolates(#[case] crs: &str, #[case] name: &str) {
    let options = [
        "-t_srs",
        crs,
        "-r",
        "bilinear",
        "-ot",
        "Float32",
        "-tr",
        "70",
        "70",
        "-dstnodata",
        "-9999",
    ];
    let Some((_home, file)) = made("gdalwarp", &options, name) else {
        return;
    };
    let terrain = read_well(std::slice::from_ref(&file), Some(inside())).terrain;
    let theirs = warped_by_gdal(&file, &terrain);
    for (ours, theirs) in terrain.heights_m().iter().zip(&theirs) {
        assert!(
            (f64::from(*ours) - theirs).abs() < 0.02,
            "{ours} for {theirs}"
        );
    }
}

#[test]
fn an_ascii_grid_in_lambert_93_is_known_as_such_and_says_so() {
    let options = [
        "-t_srs",
        "EPSG:2154",
        "-r",
        "bilinear",
        "-ot",
        "Float32",
        "-tr",
        "75",
        "75",
        "-dstnodata",
        "-99999",
    ];
    let Some((home, projected)) = made("gdalwarp", &options, "a.tif") else {
        return;
    };
    let file = home.path().join("BDALTI.asc");
    let arguments = [
        "-q",
        "-of",
        "AAIGrid",
        "-co",
        "DECIMAL_PRECISION=4",
        text(&projected),
        text(&file),
    ];
    gdal::run("gdal_translate", &arguments).unwrap();
    let comma = fs::read_to_string(&file).unwrap().replace('.', ",");
    fs::write(&file, comma).unwrap();

    let dem = read_well(&[file], Some(inside()));
    let told = dem.assumptions.join(" ");
    assert!(
        told.contains("BDALTI.asc") && told.contains("EPSG:2154"),
        "{told}"
    );
    let theirs = warped_by_gdal(&projected, &dem.terrain);
    for (ours, theirs) in dem.terrain.heights_m().iter().zip(&theirs) {
        assert!(
            (f64::from(*ours) - theirs).abs() < 0.02,
            "{ours} for {theirs}"
        );
    }
}
