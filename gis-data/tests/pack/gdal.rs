//! What GDAL makes of our files, and we of GDAL's.

use std::fs;
use std::path::Path;
use std::process::Command;

use gis_data::pack::{self, IfPresent, Pack};

use crate::samples;

/// The output of a tool of GDAL; `None`, and a loud word, where GDAL is not installed.
#[expect(clippy::print_stderr, reason = "a test that skips must say so")]
fn gdal(tool: &str, arguments: &[&str]) -> Option<String> {
    let Ok(output) = Command::new(tool).args(arguments).output() else {
        let is_required = std::env::var_os("TWIN_REQUIRE_TOOLS").is_some_and(|value| value == "1");
        assert!(!is_required, "{tool} is required, but is not installed");
        eprintln!("SKIPPED: {tool} is not installed (Debian package gdal-bin)");
        return None;
    };
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.success() && told.is_empty(),
        "{tool} {arguments:?}: {told}"
    );
    Some(String::from_utf8(output.stdout).unwrap())
}

fn written(dir: &Path) -> Pack {
    let pack = samples::pack();
    pack::write(dir, &pack, IfPresent::Refuse).unwrap();
    pack
}

#[rstest::rstest]
#[case::communes("communes", "Multi Polygon", 1)]
#[case::sites("sites", "Point", 2)]
#[case::containers("containers", "Point", 2)]
#[case::sensors("sensors", "Point", 1)]
#[case::cameras("cameras", "Point", 2)]
#[case::restricted("cameras_restricted", "Point", 1)]
#[case::health_facilities("health_facilities", "Point", 1)]
#[case::fibre_nodes("fibre_nodes", "Point", 2)]
#[case::fibre_links("fibre_links", "Line String", 1)]
#[case::depots("depots", "Point", 1)]
#[case::unloading_sites("unloading_sites", "Point", 1)]
#[case::vehicles("vehicles", "Point", 1)]
#[case::addresses("addresses", "Point", 1)]
#[case::roads("roads", "Line String", 1)]
#[case::water("water", "Line String", 2)]
fn gdal_sees_the_layer_as_we_mean_it(
    #[case] layer: &str,
    #[case] geometry: &str,
    #[case] count: usize,
) {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("pack");
    written(&dir);
    let file = dir.join(format!("{layer}.fgb"));
    let Some(summary) = gdal("ogrinfo", &["-al", "-so", file.to_str().unwrap()]) else {
        return;
    };
    for line in [
        format!("Layer name: {layer}"),
        format!("Geometry: {geometry}"),
        format!("Feature Count: {count}"),
        "    ID[\"EPSG\",4326]]".into(),
        "Data axis to CRS axis mapping: 2,1".into(),
        "ix: Integer64".into(),
    ] {
        assert!(summary.contains(&line), "'{line}' is not in:\n{summary}");
    }
}

#[test]
fn gdal_reads_our_values_and_finds_them_by_place() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("pack");
    written(&dir);
    let file = dir.join("containers.fgb");
    let arguments = [
        "-al",
        file.to_str().unwrap(),
        "-spat",
        "6.79",
        "47.51",
        "6.80",
        "47.52",
    ];
    let Some(found) = gdal("ogrinfo", &arguments) else {
        return;
    };
    for line in [
        "Feature Count: 1",
        "site (String) = 25388-0001",
        "stream (String) = glass",
        "volume_l (Real) = 4000",
        "max_load_kg (Real) = 1200.5",
        "POINT (6.7981 47.5105)",
    ] {
        assert!(found.contains(line), "'{line}' is not in:\n{found}");
    }
}

#[test]
fn an_empty_layer_is_empty_to_gdal_and_to_us() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("pack");
    let mut pack = samples::pack();
    pack.layers.depots.clear();
    pack::write(&dir, &pack, IfPresent::Refuse).unwrap();
    assert_eq!(pack::read(&dir).unwrap(), pack);
    let file = dir.join("depots.fgb");
    let Some(summary) = gdal("ogrinfo", &["-al", "-so", file.to_str().unwrap()]) else {
        return;
    };
    assert!(summary.contains("Feature Count: 0"), "{summary}");
}

#[test]
fn every_layer_that_gdal_wrote_reads_as_ours() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("pack");
    let pack = written(&dir);
    for entry in fs::read_dir(&dir).unwrap() {
        let ours = entry.unwrap().path();
        if ours.extension().is_none_or(|extension| extension != "fgb") {
            continue;
        }
        let theirs = home.path().join(ours.file_name().unwrap());
        let arguments = [
            "-f",
            "FlatGeobuf",
            theirs.to_str().unwrap(),
            ours.to_str().unwrap(),
        ];
        if gdal("ogr2ogr", &arguments).is_none() {
            return;
        }
        fs::rename(theirs, ours).unwrap();
    }
    assert_eq!(pack::read(&dir).unwrap(), pack);
}

#[test]
fn columns_that_gdal_turned_into_text_read_as_ours() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("pack");
    let pack = written(&dir);
    let (ours, theirs) = (dir.join("sensors.fgb"), home.path().join("sensors.fgb"));
    let (from, to) = (ours.to_str().unwrap(), theirs.to_str().unwrap());
    let arguments = [
        "-f",
        "FlatGeobuf",
        "-fieldTypeToString",
        "All",
        "-lco",
        "SPATIAL_INDEX=NO",
    ];
    if gdal("ogr2ogr", &[&arguments[..], &[to, from]].concat()).is_none() {
        return;
    }
    fs::rename(&theirs, &ours).unwrap();
    assert_eq!(pack::read(&dir).unwrap(), pack);
}

#[test]
fn a_layer_that_gdal_projected_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("pack");
    written(&dir);
    let (ours, theirs) = (dir.join("sites.fgb"), home.path().join("sites.fgb"));
    let (from, to) = (ours.to_str().unwrap(), theirs.to_str().unwrap());
    if gdal(
        "ogr2ogr",
        &["-f", "FlatGeobuf", "-t_srs", "EPSG:2154", to, from],
    )
    .is_none()
    {
        return;
    }
    fs::rename(&theirs, &ours).unwrap();
    let refused = pack::read(&dir).unwrap_err().to_string();
    assert!(
        refused.starts_with("layer sites is in EPSG:2154"),
        "{refused}"
    );
}
