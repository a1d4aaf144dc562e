//! Several files become one terrain.

use std::fs;

use twin_core::{LonLat, LonLatBox};

use crate::formats::{inside, made, mountains};
use crate::gdal::{self, text};
use crate::{read_well, tile};

#[test]
fn tiles_that_lie_side_by_side_in_a_plane_have_no_seam() {
    let options = [
        "-t_srs",
        "EPSG:2154",
        "-r",
        "bilinear",
        "-ot",
        "Float32",
        "-tr",
        "100",
        "100",
        "-dstnodata",
        "-9999",
    ];
    let Some((home, whole)) = made("gdalwarp", &options, "a.tif") else {
        return;
    };
    let size = gdal::run("gdalinfo", &[text(&whole)]).unwrap();
    let size = size
        .lines()
        .find_map(|line| line.strip_prefix("Size is "))
        .unwrap();
    let (columns, rows) = size.split_once(", ").unwrap();
    let (columns, rows): (usize, usize) = (columns.parse().unwrap(), rows.parse().unwrap());
    let (left, above) = (columns / 2, rows / 2);
    let parts = [
        (0, 0, left, above),
        (left, 0, columns - left, above),
        (0, above, left, rows - above),
        (left, above, columns - left, rows - above),
    ];
    let mut files = Vec::new();
    for (number, (column, row, wide, long)) in parts.into_iter().enumerate() {
        let file = home.path().join(format!("{number}.tif"));
        let window = [column, row, wide, long].map(|it| it.to_string());
        let arguments = [
            "-q",
            "-srcwin",
            &window[0],
            &window[1],
            &window[2],
            &window[3],
            text(&whole),
            text(&file),
        ];
        gdal::run("gdal_translate", &arguments).unwrap();
        files.push(file);
    }
    let joined = read_well(&files, Some(inside())).terrain;
    let single = read_well(&[whole], Some(inside())).terrain;
    assert_eq!(joined.grid().columns, single.grid().columns);
    for (joined, single) in joined.heights_m().iter().zip(single.heights_m()) {
        assert!((joined - single).abs() < 0.001, "{joined} for {single}");
    }
}

#[test]
fn tiles_of_srtm_share_the_posts_of_their_edge() {
    let height = |column: usize, row: usize| i16::try_from(column + row).unwrap();
    let (home, west) = tile("N47E006.hgt", height);
    let east = home.path().join("N47E007.hgt");
    fs::write(
        &east,
        crate::tile_bytes(|column, row| height(column + 1200, row)),
    )
    .unwrap();
    let north = home.path().join("N48E006.hgt");
    fs::write(
        &north,
        crate::tile_bytes(|column, row| height(column, row).saturating_sub(1200)),
    )
    .unwrap();

    let terrain = read_well(&[west.clone(), east.clone()], None).terrain;
    assert_eq!((terrain.grid().columns, terrain.grid().rows), (2401, 1201));
    for (ix, found) in terrain.heights_m().iter().enumerate() {
        assert_eq!(*found, f32::from(height(ix % 2401, ix / 2401)));
    }
    let corner = LonLatBox::new(6.8, 47.9, 7.2, 47.95).unwrap();
    let around = read_well(&[west, east, north], Some(corner)).terrain;
    let seam = LonLat::new(7.0, 47.92).unwrap();
    approx::assert_abs_diff_eq!(
        around.height_m(seam).unwrap(),
        1200.0 + 96.0,
        epsilon = 1e-3
    );
}

#[test]
fn the_finer_of_two_files_holds_and_the_coarser_fills_the_rest() {
    let Some((_home, coarse)) = made(
        "gdal_translate",
        &["-ot", "Float32", "-tr", "0.0025", "0.0025", "-r", "average"],
        "coarse.tif",
    ) else {
        return;
    };
    let (_other, fine) = tile("N47E006.hgt", |column, row| {
        if (500..520).contains(&column) && (500..520).contains(&row) {
            -32768
        } else {
            mountains(column, row)
        }
    });
    let terrain = read_well(&[coarse, fine], Some(inside())).terrain;
    approx::assert_abs_diff_eq!(terrain.grid().lon_step, 1.0 / 1200.0, epsilon = 1e-12);
    assert!(terrain.is_filled().iter().all(|is_filled| !is_filled));
    let grid = *terrain.grid();
    for row in 0..grid.rows {
        for column in 0..grid.columns {
            let place = grid.place(column, row).unwrap();
            let (x, y) = ((place.lon() - 6.0) * 1200.0, (48.0 - place.lat()) * 1200.0);
            let (x, y) = (x.round() as usize, y.round() as usize);
            let expected = f32::from(mountains(x, y));
            let height = terrain.heights_m()[(row * grid.columns + column) as usize];
            let is_hole = (500..520).contains(&x) && (500..520).contains(&y);
            let slack = if is_hole { 90.0 } else { 0.0 };
            assert!(
                (height - expected).abs() <= slack,
                "{height} for {expected} at {place}"
            );
        }
    }
}
