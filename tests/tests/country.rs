//! A real country comes in as an extract, is served as an independent reader counts it, and
//! outlives the death of its process; so do the real outlines with five thousand sensors.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use serde_json::Value;
use tempfile::TempDir;
use tests::HarnessResult;
use tests::client::{LiveEvent, all_features, changes, get_json};
use tests::house::root;
use tests::needs::{python_with, say, shared};
use tests::server::{TwinServer, output_of, twin};

const ANDORRA: &str = "roads/andorra-2025-01.osm.pbf";
const OUTLINES: &str = "contours/communes72.geojson";

/// A pack that was imported, and a data directory of its own.
struct Country {
    home: TempDir,
    outcome: Value,
}

impl Country {
    /// Imports with the built program, and keeps what it says.
    fn import(arguments: &[&str]) -> HarnessResult<Self> {
        let home = tempfile::tempdir().unwrap();
        let pack = home.path().join("pack");
        let mut command = twin(&["pack", "import", "--json", "--out"])?;
        command.arg(pack).args(arguments);
        let output = output_of(command)?;
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{stderr}");
        let outcome = serde_json::from_slice(&output.stdout).unwrap();
        Ok(Self { home, outcome })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Serves it on the data directory that it had before.
    fn serve(&self, clock: &str) -> HarnessResult<TwinServer> {
        let mut command = twin(&["serve", "--listen", "127.0.0.1:0", "--clock", clock])?;
        command
            .env("TWIN_LOG", "error")
            .arg("--pack")
            .arg(self.path("pack"))
            .arg("--data")
            .arg(self.path("data"));
        TwinServer::start(command)
    }

    /// What the import said that a layer holds.
    fn count(&self, layer: &str) -> u64 {
        let layers = self.outcome["layers"].as_array().unwrap();
        let found = layers.iter().find(|row| row["name"] == layer);
        found.map_or(0, |row| row["count"].as_u64().unwrap())
    }
}

fn andorra() -> HarnessResult<Option<Country>> {
    let Some(extract) = shared(ANDORRA)? else {
        return Ok(None);
    };
    let extract = extract.to_string_lossy();
    Country::import(&["--osm", &extract, "--virtual-sensors"]).map(Some)
}

/// What pyosmium finds in an extract.
fn counted(python: &Path, extract: &Path) -> HarnessResult<Value> {
    let mut command = Command::new(python);
    command
        .arg(root().join("tests/python/osm_count.py"))
        .arg(extract);
    let output = output_of(command)?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    Ok(serde_json::from_slice(&output.stdout).unwrap())
}

#[test]
fn an_extract_is_served_as_an_independent_reader_counts_it() -> HarnessResult<()> {
    let (Some(extract), Some(python)) = (shared(ANDORRA)?, python_with("osmium")?) else {
        return Ok(());
    };
    let expected = counted(&python, &extract)?;
    let Some(country) = andorra()? else {
        return Ok(());
    };
    for line in ["roads", "water"] {
        assert_eq!(country.count(line), expected[line], "{line}");
    }
    let server = country.serve("1x")?;
    let base = server.base_url();
    let kinds = [
        "site",
        "container",
        "camera",
        "health-facility",
        "unloading-site",
        "address",
    ];
    for kind in kinds {
        let served = all_features(base, &format!("/assets?kind={kind}&limit=7"))?;
        assert_eq!(served.len() as u64, expected[kind], "{kind}");
    }
    let containers = all_features(base, "/assets?kind=container&limit=4")?;
    let mut streams = BTreeMap::<String, u64>::new();
    for container in &containers {
        let stream = container["properties"]["stream"].as_str().unwrap();
        *streams.entry(stream.to_owned()).or_default() += 1;
    }
    for (stream, count) in streams {
        assert_eq!(expected[format!("container:{stream}")], count, "{stream}");
    }
    let everything = all_features(base, "/assets?limit=10")?;
    let sensors = containers.len() as u64;
    let sum = kinds.iter().map(|kind| expected[kind].as_u64().unwrap());
    assert_eq!(everything.len() as u64, sum.sum::<u64>() + sensors);
    assert_eq!(
        everything.len() as u64,
        total(&get_json(&format!("{base}/readyz"))?)
    );

    let parishes = all_features(base, "/communes?limit=3")?;
    assert_eq!(parishes.len() as u64, expected["units"]["7"]);
    Ok(())
}

fn total(ready: &Value) -> u64 {
    let counts = ready["counts"].as_object().unwrap();
    counts.values().map(|count| count.as_u64().unwrap()).sum()
}

#[test]
fn an_import_tells_programs_what_it_came_to() -> HarnessResult<()> {
    let Some(country) = andorra()? else {
        return Ok(());
    };
    let layers = country.outcome["layers"].as_array().unwrap();
    let synthetic = layers.iter().filter(|layer| layer["synthetic"] == true);
    let synthetic: Vec<_> = synthetic.map(|layer| &layer["name"]).collect();
    assert_eq!(synthetic, ["sensors"]);
    assert_eq!(country.count("sensors"), country.count("containers"));
    for warning in country.outcome["warnings"].as_array().unwrap() {
        for field in ["code", "where", "message"] {
            assert!(!warning[field].as_str().unwrap().is_empty(), "{warning}");
        }
    }
    assert!(country.outcome["seconds"].as_f64().unwrap() > 0.0);
    assert!(country.outcome["peak_rss_mib"].as_f64().unwrap() > 1.0);
    Ok(())
}

#[test]
fn a_folder_with_other_things_is_refused_before_anything_is_read() -> HarnessResult<()> {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("thesis.odt"), "years of work").unwrap();
    let mut command = twin(&["pack", "import", "--osm", "absent.osm.pbf", "--out"])?;
    command.arg(home.path());
    let refusal = output_of(command)?;
    let stderr = String::from_utf8_lossy(&refusal.stderr);
    assert_eq!(refusal.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("other things than a pack"), "{stderr}");
    Ok(())
}

#[test]
fn a_country_comes_back_as_it_was_when_its_process_is_killed() -> HarnessResult<()> {
    match andorra()? {
        Some(country) => outlives_its_process(&country, "600x"),
        None => Ok(()),
    }
}

#[test]
fn five_thousand_sensors_stand_on_the_real_outlines_and_outlive_their_process() -> HarnessResult<()>
{
    let Some(outlines) = shared(OUTLINES)? else {
        return Ok(());
    };
    let outlines = outlines.to_string_lossy();
    let arguments = [
        "--communes",
        &outlines,
        "--virtual-sites",
        "5000",
        "--virtual-sensors",
    ];
    let country = Country::import(&arguments)?;
    assert_eq!(country.count("communes"), 72);
    {
        let started = Instant::now();
        let server = country.serve("60x")?;
        let took = started.elapsed().as_secs_f64();
        say(&format!(
            "5,000 sensors: ready {took:.1} s after the first start"
        ));
        let ready = get_json(&format!("{}/readyz", server.base_url()))?;
        for kind in ["site", "container", "sensor"] {
            assert_eq!(ready["counts"][kind], 5000, "{kind}");
        }
        let communes = all_features(server.base_url(), "/communes?limit=50")?;
        assert_eq!(communes.len(), 72);
        let sites = communes
            .iter()
            .map(|row| row["properties"]["sites"].as_u64().unwrap());
        assert_eq!(sites.clone().sum::<u64>(), 5000);
        assert!(sites.min() > Some(0));
    }
    outlives_its_process(&country, "60x")
}

/// A twin that has told of a change is killed, and starts again where it was.
fn outlives_its_process(country: &Country, clock: &str) -> HarnessResult<()> {
    let mut server = country.serve(clock)?;
    let since = seq(&snapshot(&server)?);
    changes(server.base_url(), since, |_first| true)?;
    let before = snapshot(&server)?;
    let told = history(&server, seq(&before))?;
    server.signal("KILL")?;
    server.wait()?;

    let started = Instant::now();
    let server = country.serve(clock)?;
    let took = started.elapsed().as_secs_f64();
    let after = snapshot(&server)?;
    let (first, second) = (seq(&before), seq(&after));
    say(&format!(
        "killed at {first}, ready again {took:.1} s later at {second}"
    ));
    assert!(second >= first, "{second} comes before {first}");

    let told_again = history(&server, second)?;
    assert_eq!(
        told_again[..told.len()],
        told,
        "a change is told differently"
    );
    let touched = touched(&told_again[told.len()..]);
    assert_eq!(before["sites"], after["sites"]);
    let ids = before["containers"]["id"].as_array().unwrap();
    let untouched = (0..ids.len()).filter(|row| !touched.contains(ids[*row].as_str().unwrap()));
    let mut compared = 0;
    for row in untouched {
        compared += 1;
        for (column, values) in before["containers"].as_object().unwrap() {
            let now = &after["containers"][column][row];
            assert_eq!(&values[row], now, "{column} of {}", ids[row]);
        }
    }
    assert!(compared > 0, "nothing stayed as it was");
    Ok(())
}

fn snapshot(server: &TwinServer) -> HarnessResult<Value> {
    get_json(&format!("{}/live/snapshot", server.base_url()))
}

fn seq(snapshot: &Value) -> u64 {
    snapshot["seq"].as_u64().unwrap()
}

/// Every change from the first one to `last`, without a gap.
fn history(server: &TwinServer, last: u64) -> HarnessResult<Vec<LiveEvent>> {
    let told = changes(server.base_url(), 0, |event| event.seq >= last)?;
    let numbers: Vec<u64> = told.iter().map(|event| event.seq).collect();
    assert_eq!(numbers, (1..=last).collect::<Vec<_>>());
    Ok(told)
}

/// The containers that some changes are about.
fn touched(events: &[LiveEvent]) -> BTreeSet<String> {
    let names = |event: &LiveEvent| {
        let fields = [&event.data["asset"], &event.data["container"]];
        fields.map(|field| field.as_str().unwrap_or_default().to_owned())
    };
    let names = events.iter().flat_map(names);
    names
        .filter(|name| name.starts_with("container/"))
        .collect()
}
