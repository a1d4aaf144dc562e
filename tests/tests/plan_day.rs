//! A planner has a collection day of the embedded territory planned: what must be emptied and what
//! may, by which vehicles, what the rules make of it, and what the crews are given.

use std::process::Command;

use serde_json::Value;
use tests::HarnessResult;
use tests::house::root;
use tests::needs::program;
use tests::server::{output_of, twin};

/// A Tuesday outside of holidays.
const TUESDAY: &str = "2022-05-17";

/// What `twin plan day` prints for the embedded territory.
fn day(arguments: &[&str]) -> HarnessResult<Value> {
    let mut command = twin(&["plan", "day", "--embedded", "--json"])?;
    command.args(["--iterations", "3000"]).args(arguments);
    let output = output_of(command)?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(stderr, "");
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    // A plan that breaks a rule is told as a whole, and the status says so.
    assert_eq!(told["feasible"], output.status.success());
    Ok(told)
}

fn number(value: &Value, path: &str) -> f64 {
    let found = value.pointer(path).and_then(Value::as_f64);
    found.unwrap_or_else(|| panic!("no number {path} in {value}"))
}

/// The sum of the numbers of an object.
fn sum(value: &Value) -> f64 {
    let object = value.as_object().expect("an object");
    object.values().filter_map(Value::as_f64).sum()
}

#[test]
fn a_day_of_the_embedded_territory_is_set_up_without_any_file() -> HarnessResult<()> {
    let told = day(&["--date", TUESDAY, "--threads", "2"])?;
    assert_eq!(told["fill"], "synthetic");
    assert_eq!(told["synthetic"], true);
    assert_eq!(told["collection_day"], true);
    // About 140 containers of crane trucks at about 100 sites, and up to 200 park bins.
    let trucks = &told["vehicles"][0];
    assert_eq!(trucks["profile"], "truck-26t");
    assert_eq!(trucks["depot"], "la-charmotte");
    let may_and_must = |class: &Value, what: &str| {
        number(class, &format!("/required/{what}")) + number(class, &format!("/optional/{what}"))
    };
    let containers = may_and_must(trucks, "containers");
    assert!(
        (110.0..=260.0).contains(&containers),
        "{containers} containers"
    );
    let bins = may_and_must(&told["vehicles"][2], "containers");
    assert!((60.0..=250.0).contains(&bins), "{bins} park bins");
    // Every container is in the day or told as left, and every stream has its part of the whole.
    let all = sum(&told["reasons"]) + sum(&told["left"]);
    assert!(all > 2_500.0, "{all} containers");
    for need in ["required", "optional"] {
        for what in ["stops", "containers", "m3", "t"] {
            let streams = told["streams"].as_object().unwrap();
            let parts = streams
                .values()
                .map(|stream| number(stream, &format!("/{need}/{what}")));
            let whole = number(&told, &format!("/{need}/{what}"));
            assert!((parts.sum::<f64>() - whole).abs() < 1e-6, "{need} {what}");
        }
    }
    assert_eq!(told["unreachable"], Value::Array(Vec::new()));
    assert_eq!(
        trucks["unloadings"],
        serde_json::json!(["verre-voujeaucourt", "tri-montevillars"])
    );
    Ok(())
}

#[test]
fn a_day_is_planned_within_the_rules_and_told_as_a_whole() -> HarnessResult<()> {
    let told = day(&["--date", TUESDAY, "--seed", "3"])?;
    assert_eq!(told["feasible"], true);
    assert_eq!(told["violations"], Value::Array(Vec::new()));
    assert_eq!(told["iterations"], 3000);
    let bill = sum(&told["bill"]);
    assert!((bill - number(&told, "/cost")).abs() < 1e-6, "{bill}");
    let routes = told["routes"].as_array().unwrap();
    let total = |path: &str| routes.iter().map(|route| number(route, path)).sum::<f64>();
    assert!((total("/km") - number(&told, "/km")).abs() < 1e-6);
    // What the plan reckons with is what is driven: each way is rounded to a metre.
    let (km, road_km) = (number(&told, "/km"), number(&told, "/road_km"));
    let calls = routes
        .iter()
        .map(|route| route["calls"].as_array().unwrap().len());
    let rounding_km = 0.0005 * calls.sum::<usize>() as f64 + 0.001;
    assert!((road_km - km).abs() < rounding_km, "{km} and {road_km}");
    let (h, road_h) = (number(&told, "/driving_h"), number(&told, "/road_h"));
    assert!((road_h - h).abs() < 1e-9, "{h} and {road_h}");
    // Trucks emit about 1 to 2 kg on a kilometre, light ones a fifth of it.
    let co2_kg = number(&told, "/co2_kg");
    assert!(
        (0.4 * km..2.0 * km).contains(&co2_kg),
        "{co2_kg} kg on {km} km"
    );
    let trips = || {
        routes
            .iter()
            .flat_map(|route| route["trips"].as_array().unwrap())
    };
    let t: f64 = trips().map(|trip| number(trip, "/load_kg") / 1000.0).sum();
    assert!((t - number(&told, "/tonnes")).abs() < 1e-6, "{t}");
    for trip in trips() {
        let filled = trip["filled"].as_array().unwrap().iter();
        assert!(
            filled.clone().all(|share| share.as_f64() <= Some(1.0)),
            "{trip}"
        );
    }
    Ok(())
}

#[test]
fn a_person_reads_when_each_vehicle_leaves_and_comes_back() -> HarnessResult<()> {
    let arguments = ["plan", "day", "--embedded", "--date", TUESDAY];
    let mut command = twin(&arguments)?;
    command.args(["--iterations", "3000", "--seed", "3"]);
    let output = output_of(command)?;
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    let line = text.lines().find(|line| line.contains("crane-truck 1"));
    let words: Vec<&str> = line.unwrap().split_whitespace().collect();
    assert!(words[2] >= "04:30" && words[3] <= "20:00", "{words:?}");
    assert!(text.contains("  cost           "), "{text}");
    Ok(())
}

/// Kind, name, arrival and departure of every call.
type Calls = Vec<[String; 4]>;

fn calls_of<'a>(rows: impl IntoIterator<Item = &'a Value>) -> Calls {
    let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
    let keys = ["kind", "name", "arrival", "departure"];
    let rows = rows.into_iter();
    rows.map(|row| keys.map(|key| text(row, key))).collect()
}

#[test]
fn the_files_of_a_plan_tell_the_same_calls_as_the_plan() -> HarnessResult<()> {
    let home = tempfile::tempdir().unwrap();
    let path = |name: &str| home.path().join(name).to_str().unwrap().to_owned();
    let [geojson, csv, gpx, sheet] = ["d.geojson", "d.csv", "d.gpx", "d.html"].map(path);
    let told = day(&[
        "--date",
        TUESDAY,
        "--geojson",
        &geojson,
        "--csv",
        &csv,
        "--gpx",
        &gpx,
        "--sheet",
        &sheet,
    ])?;
    let routes = told["routes"].as_array().unwrap();
    let calls = calls_of(
        routes
            .iter()
            .flat_map(|route| route["calls"].as_array().unwrap()),
    );
    assert!(calls.len() > 100, "{}", calls.len());
    let read = |path: &str| std::fs::read_to_string(path).unwrap();

    let features: Value = serde_json::from_str(&read(&geojson)).unwrap();
    let features = features["features"].as_array().unwrap();
    let points = features.iter().map(|feature| &feature["properties"]);
    assert_eq!(
        calls_of(points.filter(|told| told["kind"] != "trip")),
        calls
    );
    let trips = features
        .iter()
        .filter(|feature| feature["properties"]["kind"] == "trip");
    for trip in trips {
        assert!(
            trip["geometry"]["coordinates"].as_array().unwrap().len() > 10,
            "{trip}"
        );
    }

    // Names of this territory need quotes, but hold none.
    let table = read(&csv);
    let lines: Vec<&str> = table.lines().skip(1).collect();
    assert_eq!(lines.len(), calls.len());
    for (line, [kind, name, arrival, departure]) in lines.iter().zip(&calls) {
        assert!(
            line.contains(&format!(",{kind},")) && line.contains(name.as_str()),
            "{line}"
        );
        assert!(line.contains(&format!(",{arrival},{departure},")), "{line}");
    }

    let gpx = read(&gpx);
    let points: Vec<&str> = gpx.split("<wpt ").skip(1).collect();
    assert_eq!(points.len(), calls.len());
    assert_eq!(gpx.matches("<trk>").count(), features.len() - calls.len());

    let sheet = read(&sheet);
    assert!(sheet.contains("données synthétiques") && sheet.contains("mardi 17 mai 2022"));
    assert_eq!(sheet.matches("<article>").count(), routes.len());
    // It needs nothing from anywhere.
    for word in ["http:", "https:", "<script", "src=", "url("] {
        assert!(!sheet.contains(word), "{word}");
    }
    Ok(())
}

#[test]
fn gdal_reads_what_devices_of_drivers_get() -> HarnessResult<()> {
    let Some(ogrinfo) = program("ogrinfo")? else {
        return Ok(());
    };
    let home = tempfile::tempdir().unwrap();
    let gpx = home.path().join("day.gpx");
    let told = day(&["--date", TUESDAY, "--gpx", gpx.to_str().unwrap()])?;
    let routes = told["routes"].as_array().unwrap();
    let sum = |what: &str| {
        routes
            .iter()
            .map(|route| route[what].as_array().unwrap().len())
            .sum::<usize>()
    };
    for (layer, count) in [("waypoints", sum("calls")), ("tracks", sum("trips"))] {
        let mut command = Command::new(ogrinfo);
        command.args(["-ro", "-so"]).arg(&gpx).arg(layer);
        let output = output_of(command)?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            text.contains(&format!("Feature Count: {count}\n")),
            "{text} {errors}"
        );
        assert!(errors.is_empty(), "{errors}");
    }
    Ok(())
}

#[test]
fn the_same_seed_plans_the_same_day() -> HarnessResult<()> {
    let timeless = |arguments: &[&str]| -> HarnessResult<Value> {
        let mut told = day(arguments)?;
        for field in ["morning_s", "roads_s", "tables_s", "cpu_s", "budget"] {
            told[field] = Value::Null;
        }
        Ok(told)
    };
    let first = timeless(&["--date", TUESDAY, "--seed", "7", "--threads", "2"])?;
    let again = timeless(&["--date", TUESDAY, "--seed", "7", "--threads", "2"])?;
    assert_eq!(first, again);
    assert_ne!(first, timeless(&["--date", TUESDAY, "--seed", "8"])?);
    Ok(())
}

#[test]
fn a_fuller_day_takes_every_container_above_a_level() -> HarnessResult<()> {
    let told = day(&[
        "--date",
        TUESDAY,
        "--policy",
        "threshold",
        "--threshold",
        "0.4",
        "--settled-by",
        "prize",
    ])?;
    assert!(number(&told, "/required/visits") >= 300.0);
    assert_eq!(number(&told, "/optional/stops"), 0.0);
    assert!(number(&told, "/reasons/level") > 0.0);
    Ok(())
}

#[test]
fn rules_that_cannot_be_are_refused_with_key_and_value() -> HarnessResult<()> {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("rules.toml");
    let built_in = std::fs::read_to_string(root().join("assets/collection.toml")).unwrap();
    let text = built_in.replacen("density_kg_m3 = 330", "density_kg_m3 = 0.3", 1);
    std::fs::write(&path, text).unwrap();
    let mut command = twin(&["plan", "day", "--embedded", "--date", TUESDAY, "--rules"])?;
    command.arg(&path);
    let output = output_of(command)?;
    assert!(!output.status.success());
    let stderr = String::from_utf8_lossy(&output.stderr);
    for word in [
        "streams.glass.density_kg_m3",
        "0.3",
        "1 to 2000 kg/m3",
        "rules.toml",
    ] {
        assert!(stderr.contains(word), "{word} in {stderr}");
    }
    Ok(())
}
