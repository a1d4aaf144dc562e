//! What an extract becomes, layer by layer, as two independent readers see it: pyosmium counts the
//! objects, GDAL tells where they lie. And how much memory that takes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use gis_data::pack::{self, Pack};
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::HarnessResult;
use tests::house::root;
use tests::needs::{program, python_with, say, shared};
use tests::server::{output_of, twin};

const EXTRACTS: [&str; 2] = [
    "roads/andorra-2025-01.osm.pbf",
    "roads/monaco-planetiler.osm.pbf",
];

/// A pack made of an extract alone.
struct Imported {
    home: TempDir,
    outcome: Value,
}

impl Imported {
    fn of(extract: &Path) -> HarnessResult<Self> {
        Self::with(&[], extract)
    }

    /// What of the extract lies in one commune, given as the ring of its corners.
    fn clipped(extract: &Path, ring: &[[f64; 2]]) -> HarnessResult<Self> {
        let outlines = json!({ "type": "FeatureCollection", "features": [{
            "type": "Feature",
            "properties": { "code": "99001", "nom": "Commune" },
            "geometry": { "type": "Polygon", "coordinates": [ring] },
        }] });
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("communes.geojson");
        std::fs::write(&path, outlines.to_string()).unwrap();
        Self::with(&["--clip", "--communes", path.to_str().unwrap()], extract)
    }

    fn with(arguments: &[&str], extract: &Path) -> HarnessResult<Self> {
        let home = tempfile::tempdir().unwrap();
        let mut command = twin(&["pack", "import", "--json"])?;
        let out = home.path().join("pack");
        command.args(arguments).arg("--osm").arg(extract);
        command.arg("--out").arg(out);
        let outcome = json_of(command)?;
        Ok(Self { home, outcome })
    }

    fn folder(&self) -> PathBuf {
        self.home.path().join("pack")
    }

    fn pack(&self) -> Pack {
        pack::read(&self.folder()).unwrap()
    }

    fn peak_mib(&self) -> f64 {
        self.outcome["peak_rss_mib"].as_f64().unwrap()
    }

    /// How many warnings of a code were told.
    fn warnings(&self, code: &str) -> usize {
        let warnings = self.outcome["warnings"].as_array().unwrap();
        warnings
            .iter()
            .filter(|warning| warning["code"] == code)
            .count()
    }

    /// How many objects all layers have together.
    fn objects(&self) -> u64 {
        let layers = self.outcome["layers"].as_array().unwrap();
        layers
            .iter()
            .map(|row| row["count"].as_u64().unwrap())
            .sum()
    }
}

/// What a command prints, which must be JSON and its only success.
fn json_of(command: Command) -> HarnessResult<Value> {
    let output = output_of(command)?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    Ok(serde_json::from_slice(&output.stdout).unwrap())
}

fn script(python: &Path, name: &str) -> Command {
    let mut command = Command::new(python);
    command.arg(root().join("tests/python").join(name));
    command
}

/// Counts by layer, and within a layer by class, under the names that `osm_count.py` uses.
fn counted(pack: &Pack) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    let mut add = |layer: &str, class: Option<&str>| {
        *counts.entry(layer.to_owned()).or_insert(0) += 1;
        if let Some(class) = class {
            *counts.entry(format!("{layer}:{class}")).or_insert(0) += 1;
        }
    };
    let ground = &pack.ground;
    ground
        .roads
        .iter()
        .for_each(|road| add("roads", Some(&road.class)));
    ground.waterways.iter().for_each(|_| add("water", None));
    ground
        .road_nodes
        .iter()
        .for_each(|_| add("road_nodes", None));
    ground
        .turn_restrictions
        .iter()
        .for_each(|_| add("turn_restrictions", None));
    for building in &ground.buildings {
        add(
            "buildings",
            Some(if building.is_part { "part" } else { "whole" }),
        );
    }
    ground
        .land_cover
        .iter()
        .for_each(|cover| add("land_cover", Some(&cover.class)));
    for place in &ground.points_of_interest {
        add("points_of_interest", Some(place.theme.name()));
    }
    pack.layers
        .addresses
        .iter()
        .for_each(|_| add("address", None));
    counts
}

#[test]
fn every_layer_of_an_extract_has_what_an_independent_reader_counts() -> HarnessResult<()> {
    let Some(python) = python_with("osmium")? else {
        return Ok(());
    };
    for name in EXTRACTS {
        let Some(extract) = shared(name)? else {
            return Ok(());
        };
        let mut command = script(&python, "osm_count.py");
        command.arg(&extract);
        let expected = json_of(command)?;
        let found = counted(&Imported::of(&extract)?.pack());

        let layers = [
            "roads",
            "water",
            "road_nodes",
            "turn_restrictions",
            "buildings",
        ];
        let others = ["land_cover", "points_of_interest", "address"];
        let is_compared = |key: &str| {
            let layer = key.split(':').next().unwrap_or_default();
            layers.contains(&layer) || others.contains(&layer)
        };
        let expected: BTreeMap<String, u64> = expected
            .as_object()
            .unwrap()
            .iter()
            .filter(|(key, _)| is_compared(key) && *key != "address:by-relation")
            .map(|(key, count)| (key.clone(), count.as_u64().unwrap()))
            .filter(|(_, count)| *count > 0)
            .collect();
        assert_eq!(found, expected, "{name}");
    }
    Ok(())
}

#[test]
fn an_extract_lies_where_gdal_has_it() -> HarnessResult<()> {
    let (Some(python), Some(_)) = (python_with("json")?, program("ogr2ogr")?) else {
        return Ok(());
    };
    for name in EXTRACTS {
        let Some(extract) = shared(name)? else {
            return Ok(());
        };
        let imported = Imported::of(&extract)?;
        let mut command = script(&python, "osm_gdal.py");
        command.arg(imported.folder()).arg(&extract);
        let compared = json_of(command)?;

        let layers = [
            "roads",
            "buildings",
            "land_cover",
            "road_nodes",
            "points_of_interest",
            "addresses",
        ];
        for layer in layers {
            let outcome = &compared[layer];
            let list = |name: &str| outcome[name].as_array().unwrap();
            assert_eq!(list("different"), &Vec::<Value>::new(), "{name}, {layer}");
            // GDAL gives no area that is not wholly in the file; of such, a place is kept.
            let may_be_absent = match layer {
                "points_of_interest" => imported.warnings("approximate-place"),
                _ => 0,
            };
            assert!(
                list("absent").len() <= may_be_absent,
                "{name}, {layer}: {outcome}"
            );
            let both = outcome["compared"].as_u64().unwrap();
            assert!(both > 0, "{name}, {layer}");
            assert_eq!(both, outcome["equal"], "{name}, {layer}");
        }
    }
    Ok(())
}

/// Twenty Andorras take no more for each than one takes, besides what the program takes by itself:
/// memory grows with what is kept. The bounds are gross; the figures are in `tests/bench`.
#[test]
fn twenty_countries_take_at_most_twenty_times_the_memory_of_one() -> HarnessResult<()> {
    const COPIES: u64 = 20;
    let (Some(python), Some(extract)) = (python_with("zlib")?, shared(EXTRACTS[0])?) else {
        return Ok(());
    };
    let one = Imported::of(&extract)?;
    let folder = tempfile::tempdir().unwrap();
    let repeated = folder.path().join("twenty.osm.pbf");
    let mut command = script(&python, "osm_repeat.py");
    command.arg(&extract).arg(COPIES.to_string()).arg(&repeated);
    assert!(output_of(command)?.status.success());
    let many = Imported::of(&repeated)?;

    assert_eq!(many.objects(), COPIES * one.objects());
    say(&format!(
        "peak memory: {:.0} MiB for one country, {:.0} MiB for {COPIES}",
        one.peak_mib(),
        many.peak_mib()
    ));
    assert!(one.peak_mib() < 150.0);
    assert!(many.peak_mib() < COPIES as f64 * one.peak_mib());
    Ok(())
}

/// Of twenty Andorras side by side, one is asked for: it is what it is alone, and takes the memory of
/// one, whatever else is in the file.
#[test]
fn a_territory_out_of_a_large_extract_takes_the_memory_of_the_territory() -> HarnessResult<()> {
    const COPIES: &str = "20";
    const AROUND_ANDORRA: [[f64; 2]; 5] = [
        [1.40, 42.42],
        [1.80, 42.42],
        [1.80, 42.67],
        [1.40, 42.67],
        [1.40, 42.42],
    ];
    let (Some(python), Some(extract)) = (python_with("zlib")?, shared(EXTRACTS[0])?) else {
        return Ok(());
    };
    let alone = Imported::clipped(&extract, &AROUND_ANDORRA)?;
    let folder = tempfile::tempdir().unwrap();
    let repeated = folder.path().join("side-by-side.osm.pbf");
    let mut command = script(&python, "osm_repeat.py");
    command.arg(&extract).arg(COPIES).arg(&repeated).arg("1");
    assert!(output_of(command)?.status.success());
    let among_others = Imported::clipped(&repeated, &AROUND_ANDORRA)?;

    assert!(alone.objects() > 20_000, "{}", alone.objects());
    assert_eq!(among_others.outcome["layers"], alone.outcome["layers"]);
    say(&format!(
        "peak memory: {:.0} MiB for a country alone, {:.0} MiB among {COPIES}",
        alone.peak_mib(),
        among_others.peak_mib()
    ));
    assert!(among_others.peak_mib() < 2.0 * alone.peak_mib());
    Ok(())
}
