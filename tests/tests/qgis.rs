//! QGIS opens what a pack holds, as a planner would drag it onto the map.

use std::process::Command;

use serde_json::{Value, json};
use tests::HarnessResult;
use tests::house::root;
use tests::needs::python_with_qgis;
use tests::server::{output_of, twin};

/// What one `twin` command prints as JSON.
fn told(arguments: &[&str]) -> HarnessResult<Value> {
    let output = output_of(twin(arguments)?)?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    Ok(serde_json::from_slice(&output.stdout).unwrap())
}

fn geometry_of(layer: &str) -> &'static str {
    match layer {
        "roads" | "water" | "fibre_links" => "LineString",
        "communes" | "buildings" | "land_cover" => "MultiPolygon",
        "terrain" => "Raster",
        _ => "Point",
    }
}

#[test]
fn qgis_opens_every_layer_where_it_lies_and_counts_the_same() -> HarnessResult<()> {
    let Some(python) = python_with_qgis()? else {
        return Ok(());
    };
    let home = tempfile::tempdir().unwrap();
    let pack = home.path().join("pack");
    let pack = pack.to_str().unwrap();
    told(&[
        "pack",
        "make",
        "--preset",
        "demo-2022",
        "--json",
        "--out",
        pack,
    ])?;
    let inspected = told(&["pack", "inspect", "--json", pack])?;

    let mut open = Command::new(python);
    open.arg(root().join("tests/python/qgis_layers.py"))
        .arg(pack);
    let output = output_of(open)?;
    let seen: Value = serde_json::from_slice(&output.stdout).unwrap();
    for layer in inspected["layers"].as_array().unwrap() {
        let name = layer["name"].as_str().unwrap();
        let expected = json!({
            "count": layer["count"],
            "crs": "EPSG:4326",
            "geometry": geometry_of(name),
            "is_placed": true,
        });
        assert_eq!(seen[name], expected, "{name}");
    }
    Ok(())
}
