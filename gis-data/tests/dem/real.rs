//! Real tiles of SRTM.

use std::collections::BTreeMap;

use gis_data::import::{WarningCode, dem};
use gis_data::pack::{self, IfPresent, LayerInfo, Manifest, Pack};
use twin_core::{Ground, Layers, LonLat, LonLatBox};

use crate::gdal::{self, text};
use crate::{SIDE, count_filled, read, read_well, shared};

const ANDORRA: &str = "elevation/N42E001.hgt.zip";
const MONACO: &str = "elevation/N43E007.hgt.zip";

#[rstest::rstest]
#[case::andorra(ANDORRA, 7652)]
#[case::monaco(MONACO, 1595)]
fn a_tile_has_the_heights_that_gdal_reads_and_its_voids_are_filled(
    #[case] name: &str,
    #[case] voids: usize,
) {
    let Some(file) = shared(name) else { return };
    let (dem, report) = read(std::slice::from_ref(&file), None);
    let dem = dem.unwrap();

    let grid = dem.terrain.grid();
    assert_eq!((grid.columns as usize, grid.rows as usize), (SIDE, SIDE));
    assert_eq!(count_filled(&dem), voids);
    assert_eq!(report.count(WarningCode::HeightsFilled), 1);
    let told = report.warnings().next().unwrap().message.to_string();
    assert!(
        told.starts_with(&format!("{voids} of 1442401 posts")),
        "{told}"
    );

    let home = tempfile::tempdir().unwrap();
    let Some(theirs) = gdal::heights(&gdal::unpacked(&file, home.path())) else {
        return;
    };
    let ours = dem.terrain.heights_m().iter().zip(dem.terrain.is_filled());
    for ((height, is_filled), theirs) in ours.zip(&theirs) {
        assert_eq!(*is_filled, *theirs == -32768.0);
        assert!(
            *is_filled || f64::from(*height) == *theirs,
            "{height} for {theirs}"
        );
    }
}

#[test]
fn filled_heights_lie_between_those_around_their_hole() {
    let Some(file) = shared(ANDORRA) else { return };
    let dem = read_well(&[file], None);
    let (heights, is_filled) = (dem.terrain.heights_m(), dem.terrain.is_filled());
    let known = |ix: usize| !is_filled[ix];
    // From each filled post to the first known one in each direction: the Pyrenees' steepest rise
    // is the bound for how far a filled height may be from them.
    for (ix, height) in heights.iter().enumerate().filter(|(ix, _)| is_filled[*ix]) {
        let row = ix / SIDE;
        let west = (row * SIDE..ix).rev().find(|ix| known(*ix));
        let east = (ix..(row + 1) * SIDE).find(|ix| known(*ix));
        let north = (1..=row).map(|up| ix - up * SIDE).find(|ix| known(*ix));
        let south = (row + 1..SIDE)
            .map(|at| ix + (at - row) * SIDE)
            .find(|ix| known(*ix));
        let rim: Vec<f32> = [west, east, north, south]
            .into_iter()
            .flatten()
            .map(|ix| heights[ix])
            .collect();
        let low = rim.iter().copied().fold(f32::MAX, f32::min);
        let high = rim.iter().copied().fold(f32::MIN, f32::max);
        assert!(
            (low - 120.0..=high + 120.0).contains(height),
            "{height} beside {rim:?}"
        );
    }
}

#[test]
fn a_territory_gets_the_posts_of_the_tile_with_two_kilometres_around() {
    let Some(file) = shared(ANDORRA) else { return };
    let whole = read_well(std::slice::from_ref(&file), None).terrain;
    let andorra = LonLatBox::new(1.4134, 42.4288, 1.7866, 42.6559).unwrap();
    let cut = read_well(&[file], Some(andorra)).terrain;

    let grid = cut.grid();
    let south_east = grid.place(grid.columns - 1, grid.rows - 1).unwrap();
    let north_west = grid.north_west;
    let west = north_west
        .distance(LonLat::new(andorra.west(), north_west.lat()).unwrap())
        .get();
    let south = south_east
        .distance(LonLat::new(south_east.lon(), andorra.south()).unwrap())
        .get();
    for margin in [west, south] {
        assert!(
            (dem::MARGIN_M..dem::MARGIN_M + 120.0).contains(&margin),
            "{margin}"
        );
    }
    for row in 0..grid.rows {
        for column in 0..grid.columns {
            let place = grid.place(column, row).unwrap();
            let ix = row as usize * grid.columns as usize + column as usize;
            let height = whole.height_m(place).unwrap();
            let is_same = (f64::from(cut.heights_m()[ix]) - height).abs() < 1e-3;
            assert!(is_same || cut.is_filled()[ix], "{height} at {place}");
        }
    }
}

#[test]
fn a_territory_that_no_tile_reaches_has_no_terrain() {
    let Some(file) = shared(ANDORRA) else { return };
    let montbeliard = LonLatBox::new(6.6, 47.3, 7.0, 47.6).unwrap();
    let message = read(&[file], Some(montbeliard)).0.unwrap_err().to_string();
    assert!(
        message.starts_with("no height lies in the territory"),
        "{message}"
    );
}

#[test]
fn a_territory_that_is_partly_covered_is_told_how_far() {
    let Some(file) = shared(ANDORRA) else { return };
    let beyond = LonLatBox::new(1.8, 42.4, 2.4, 42.6).unwrap();
    let (dem, report) = read(&[file], Some(beyond));
    let grid = *dem.unwrap().terrain.grid();
    let east = grid.place(grid.columns - 1, 0).unwrap().lon();
    approx::assert_abs_diff_eq!(east, 2.0, epsilon = 1e-9);
    assert_eq!(report.count(WarningCode::PartialTerrain), 1);
    let told = report
        .warnings()
        .find(|it| it.code == WarningCode::PartialTerrain)
        .unwrap();
    assert!(
        told.message.contains("2.0000") && told.message.contains("2.4000"),
        "{told}"
    );
}

#[test]
fn the_terrain_of_a_pack_lies_for_gdal_where_the_tile_lies() {
    let Some(file) = shared(MONACO) else { return };
    let terrain = read_well(
        &[file],
        Some(LonLatBox::new(7.40, 43.72, 7.44, 43.76).unwrap()),
    )
    .terrain;
    let info = LayerInfo {
        source: "SRTM".into(),
        licence: "public domain".into(),
        vintage: "2000".into(),
        synthetic: false,
    };
    let manifest = Manifest {
        version: Manifest::VERSION,
        name: "monaco".into(),
        title: "Monaco".into(),
        crs: "EPSG:2154".into(),
        preset: None,
        notice: BTreeMap::new(),
        simulated_sensors: false,
        layers: BTreeMap::from([("terrain".into(), info)]),
    };
    let ground = Ground {
        terrain: Some(terrain.clone()),
        ..Ground::default()
    };
    let pack = Pack {
        manifest,
        layers: Layers::default(),
        ground,
    };
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("pack");
    pack::write(&dir, &pack, IfPresent::Refuse).unwrap();
    let written = dir.join("terrain.tif");

    let Some(summary) = gdal::run("gdalinfo", &[text(&written)]) else {
        return;
    };
    assert!(summary.contains("ID[\"EPSG\",4326]]"), "{summary}");
    let pair = |key: &str| -> [f64; 2] {
        let line = summary
            .lines()
            .find_map(|line| line.strip_prefix(key))
            .unwrap();
        let (x, y) = line.trim_matches(['(', ')']).split_once(',').unwrap();
        [x.parse().unwrap(), y.parse().unwrap()]
    };
    let grid = terrain.grid();
    let (corner, size) = (pair("Origin = "), pair("Pixel Size = "));
    let first = [corner[0] + size[0] / 2.0, corner[1] + size[1] / 2.0];
    approx::assert_abs_diff_eq!(first[0], grid.north_west.lon(), epsilon = 1e-9);
    approx::assert_abs_diff_eq!(first[1], grid.north_west.lat(), epsilon = 1e-9);
    approx::assert_abs_diff_eq!(size[0], grid.lon_step, epsilon = 1e-12);
    approx::assert_abs_diff_eq!(size[1], -grid.lat_step, epsilon = 1e-12);
    let theirs = gdal::heights(&written).unwrap();
    let ours: Vec<f64> = terrain.heights_m().iter().copied().map(f64::from).collect();
    assert_eq!(ours, theirs);
    assert_eq!(pack::read(&dir).unwrap().ground.terrain.unwrap(), terrain);
}
