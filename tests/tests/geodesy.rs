//! Coordinates, lengths and areas are those of PROJ and GeographicLib, by `tests/python/geodesy.py`:
//! over the territory and around, Andorra, Monaco, and the whole of metropolitan France.

use std::collections::BTreeMap;
use std::process::Command;

use gis_data::crs::planar_crs;
use gis_data::import::{Report, communes};
use serde::Deserialize;
use serde_json::json;
use tests::HarnessResult;
use tests::house::root;
use tests::needs::{python_with, say};
use tests::server::output_of;
use twin_core::{Address, Asset, AssetKind, Inventory, Layers, LonLat, Planar};

/// What lengths and areas may be off, relative to their size.
const PPM_10: f64 = 10e-6;
/// What coordinates may be off.
const MILLIMETRE: f64 = 1e-3;
/// Lines that are too short for ten parts in a million to be more than what a float rounds.
const SHORT_M: f64 = 1.0;

/// What pyproj says.
#[derive(Debug, Deserialize)]
struct Figures {
    points: Vec<Point>,
    lines: Vec<Line>,
    areas: Vec<Area>,
}

#[derive(Debug, Deserialize)]
struct Point {
    crs: String,
    place: LonLat,
    planar: Planar,
}

#[derive(Debug, Deserialize)]
struct Line {
    region: String,
    from: LonLat,
    to: LonLat,
    /// The length of the geodesic, in metres.
    length: f64,
}

#[derive(Debug, Deserialize)]
struct Area {
    ring: Vec<[f64; 2]>,
    /// In square metres.
    area: f64,
}

fn figures() -> HarnessResult<Option<Figures>> {
    let Some(python) = python_with("pyproj")? else {
        return Ok(None);
    };
    let mut command = Command::new(python);
    command.arg(root().join("tests/python/geodesy.py"));
    let output = output_of(command)?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    Ok(Some(serde_json::from_slice(&output.stdout).unwrap()))
}

#[test]
fn coordinates_are_those_of_proj_to_a_millimetre_both_ways() -> HarnessResult<()> {
    let Some(figures) = figures()? else {
        return Ok(());
    };
    assert_eq!(figures.points.len(), 4 * 200 * 13);
    let mut worst: BTreeMap<&str, f64> = BTreeMap::new();
    for point in &figures.points {
        let crs = planar_crs(&point.crs).unwrap();
        let [x, y] = crs.project(point.place).unwrap();
        let off = (x - point.planar[0]).hypot(y - point.planar[1]);
        let back = crs.unproject(point.planar).unwrap();
        let off = off.max(back.distance(point.place).get());
        let worst = worst.entry(&point.crs).or_default();
        *worst = worst.max(off);
    }
    for (crs, off) in &worst {
        say(&format!("{crs}: at most {:.6} mm from PROJ", off * 1e3));
        assert!(*off <= MILLIMETRE, "{crs} is off by {off} m");
    }
    Ok(())
}

/// The territory of a pack: an address at the end of each line.
fn inventory(lines: &[&Line], crs: &str) -> Inventory {
    let address = |(number, line): (usize, &&Line)| Asset {
        key: number.to_string().into(),
        place: line.to,
        detail: Address {
            label: "somewhere".into(),
            premises: 1,
        },
    };
    let layers = Layers {
        addresses: lines.iter().enumerate().map(address).collect(),
        ..Layers::default()
    };
    Inventory::new(layers, planar_crs(crs).unwrap()).unwrap()
}

#[rstest::rstest]
#[case::lambert_93("EPSG:2154")]
#[case::conical_zone("EPSG:3947")]
#[case::web_mercator("EPSG:3857")]
fn lengths_that_leave_the_twin_are_those_of_the_ellipsoid_to_10_ppm(
    #[case] crs: &str,
) -> HarnessResult<()> {
    let Some(figures) = figures()? else {
        return Ok(());
    };
    for (region, lines) in by_region(&figures.lines) {
        let inventory = inventory(&lines, crs);
        let mut worst: f64 = 0.0;
        for (number, line) in (0_u32..).zip(&lines) {
            let geodesic = line.from.distance(line.to).get();
            assert!((geodesic - line.length).abs() < MILLIMETRE, "{line:?}");
            let found = inventory.nearest(AssetKind::Address, line.from, lines.len());
            let found = found.iter().find(|found| found.ix == number).unwrap();
            let error = (found.distance.get() - line.length).abs();
            worst = worst.max(error / line.length.max(SHORT_M));
        }
        say(&format!(
            "{crs}, {region}: lengths within {:.3} ppm",
            worst * 1e6
        ));
        assert!(worst <= PPM_10, "{crs}, {region}: {} ppm", worst * 1e6);
    }
    Ok(())
}

fn by_region(lines: &[Line]) -> BTreeMap<&str, Vec<&Line>> {
    let mut regions: BTreeMap<&str, Vec<&Line>> = BTreeMap::new();
    for line in lines {
        regions.entry(&line.region).or_default().push(line);
    }
    regions
}

#[test]
fn areas_of_outlines_are_those_of_the_ellipsoid_to_10_ppm() -> HarnessResult<()> {
    let Some(figures) = figures()? else {
        return Ok(());
    };
    let feature = |(code, area): (usize, &Area)| {
        let ring: Vec<&[f64; 2]> = area.ring.iter().chain(area.ring.first()).collect();
        json!({
            "type": "Feature",
            "properties": { "code": format!("{code:05}") },
            "geometry": { "type": "Polygon", "coordinates": [ring] },
        })
    };
    let features: Vec<_> = figures.areas.iter().enumerate().map(feature).collect();
    let collection = json!({ "type": "FeatureCollection", "features": features });
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("outlines.geojson");
    std::fs::write(&file, collection.to_string()).unwrap();

    let communes = communes::read(&file, &mut Report::default()).unwrap();
    assert_eq!(communes.len(), figures.areas.len());
    let errors = communes
        .iter()
        .zip(&figures.areas)
        .map(|(commune, theirs)| {
            let ours = commune.area.unwrap().get();
            (ours - theirs.area).abs() / theirs.area
        });
    let worst = errors.fold(0.0, f64::max);
    say(&format!("areas within {:.6} ppm", worst * 1e6));
    assert!(worst <= PPM_10, "{} ppm", worst * 1e6);
    Ok(())
}
