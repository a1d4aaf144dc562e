//! A territory gets its terrain from the files that it has of it.

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;
use tests::HarnessResult;
use tests::needs::{say, shared};
use tests::server::{output_of, twin};

const ANDORRA: &str = "elevation/N42E001.hgt.zip";
const EXTRACT: &str = "roads/andorra-2025-01.osm.pbf";

/// Imports with these arguments into a new pack; what `--json` tells.
fn import(home: &TempDir, arguments: &[&Path]) -> HarnessResult<Value> {
    let mut command = twin(&["pack", "import", "--json", "--out"])?;
    command.arg(home.path().join("pack")).args(arguments);
    let output = output_of(command)?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    Ok(serde_json::from_slice(&output.stdout).unwrap())
}

fn posts(told: &Value) -> u64 {
    let layers = told["layers"].as_array().unwrap();
    let terrain = layers.iter().find(|layer| layer["name"] == "terrain");
    terrain.unwrap()["count"].as_u64().unwrap()
}

fn message<'a>(told: &'a Value, code: &str) -> &'a str {
    let warnings = told["warnings"].as_array().unwrap();
    let warning = warnings.iter().find(|warning| warning["code"] == code);
    warning.unwrap()["message"].as_str().unwrap()
}

#[test]
fn a_country_gets_the_terrain_around_it_and_a_tile_alone_all_of_its_own() -> HarnessResult<()> {
    let (Some(tile), Some(extract)) = (shared(ANDORRA)?, shared(EXTRACT)?) else {
        return Ok(());
    };
    let home = tempfile::tempdir().unwrap();
    let alone = import(&home, &[Path::new("--dem"), &tile])?;
    assert_eq!(posts(&alone), 1201 * 1201);
    assert!(message(&alone, "heights-filled").starts_with("7652 of 1442401 posts"));
    let peak = alone["peak_rss_mib"].as_f64().unwrap();
    say(&format!("a tile of 1,442,401 posts: {peak} MiB at most"));
    assert!(peak < 60.0, "{peak} MiB");

    let home = tempfile::tempdir().unwrap();
    let country = import(
        &home,
        &[Path::new("--dem"), &tile, Path::new("--osm"), &extract],
    )?;
    assert!((100_000..300_000).contains(&posts(&country)), "{country}");

    let mut inspect = twin(&["pack", "inspect", "--json"])?;
    inspect.arg(home.path().join("pack"));
    let inspection: Value = serde_json::from_slice(&output_of(inspect)?.stdout).unwrap();
    let layers = inspection["layers"].as_array().unwrap();
    let terrain = layers.iter().find(|it| it["name"] == "terrain").unwrap();
    assert_eq!(terrain["count"].as_u64(), Some(posts(&country)));
    assert_eq!(terrain["source"], "Altitudes du fichier N42E001.hgt.zip");
    assert_eq!(terrain["synthetic"], false);
    Ok(())
}

#[test]
fn a_file_that_is_no_terrain_is_refused_with_its_name() -> HarnessResult<()> {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("N47E006.hgt");
    std::fs::write(&file, "no heights").unwrap();
    let mut command = twin(&["pack", "import", "--out"])?;
    let pack = home.path().join("pack");
    command.arg(&pack).arg("--dem").arg(&file);
    let output = output_of(command)?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && !pack.exists());
    assert!(
        stderr.contains("N47E006.hgt") && stderr.contains("10 bytes"),
        "{stderr}"
    );
    Ok(())
}
