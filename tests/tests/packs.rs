//! Packs that are made, compared and checked with the built program.

use std::path::{Path, PathBuf};
use std::process::Output;

use rstest::rstest;
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::HarnessResult;
use tests::client::get_json;
use tests::house::root;
use tests::needs::shared;
use tests::server::{TwinServer, output_of, twin};

const NEIGHBOURS: &str = "contours/neighbours_25_90.geojson";

/// A folder for packs.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Makes a pack; what is said of it.
    fn make(&self, name: &str, arguments: &[&str]) -> HarnessResult<Value> {
        let mut command = twin(&["pack", "make", "--json"])?;
        command.args(arguments).arg("--out").arg(self.path(name));
        let output = output_of(command)?;
        assert!(output.status.success(), "{}", stderr(&output));
        Ok(serde_json::from_slice(&output.stdout).unwrap())
    }

    fn pack(&self, what: &str, names: &[&str], arguments: &[&str]) -> HarnessResult<Output> {
        let mut command = twin(&["pack", what])?;
        command.args(arguments);
        command.args(names.iter().map(|name| self.path(name)));
        output_of(command)
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn count(outcome: &Value, layer: &str) -> u64 {
    let layers = outcome["layers"].as_array().unwrap();
    let found = layers.iter().find(|row| row["name"] == layer);
    found.map_or(0, |row| row["count"].as_u64().unwrap())
}

#[rstest]
#[case::demo("demo-2022", 200)]
#[case::plan("target-2023", 1910)]
#[case::as_built("as-built", 1100)]
fn a_preset_becomes_a_pack_without_errors(
    #[case] preset: &str,
    #[case] sensors: u64,
) -> HarnessResult<()> {
    let home = Home::new();
    let outcome = home.make("pack", &["--preset", preset])?;
    assert_eq!(count(&outcome, "sensors"), sensors);
    assert_eq!(count(&outcome, "communes"), 73);
    let checked = home.pack("validate", &["pack"], &["--json"])?;
    let findings: Value = serde_json::from_slice(&checked.stdout).unwrap();
    assert!(checked.status.success(), "{findings}");
    assert_eq!(findings["errors"], 0, "{findings}");
    Ok(())
}

#[test]
fn the_same_seed_makes_the_same_pack_and_another_seed_another_one() -> HarnessResult<()> {
    let home = Home::new();
    for (name, seed) in [("a", "7"), ("b", "7"), ("c", "8")] {
        home.make(
            name,
            &[
                "--preset",
                "demo-2022",
                "--date",
                "2021-10-31",
                "--seed",
                seed,
            ],
        )?;
    }
    let same = home.pack("diff", &["a", "b"], &["--exit-code"])?;
    assert_eq!(same.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&same.stdout), "no difference\n");
    let other = home.pack("diff", &["a", "c"], &["--exit-code"])?;
    assert_eq!(other.status.code(), Some(1));
    let other = home.pack("diff", &["a", "c"], &["--json"])?;
    assert_eq!(other.status.code(), Some(0), "only --exit-code ends with 1");
    let diff: Value = serde_json::from_slice(&other.stdout).unwrap();
    assert_eq!(diff["differs"], true);
    let sites = diff["layers"].as_array().unwrap();
    let sites = sites.iter().find(|layer| layer["name"] == "sites").unwrap();
    assert!(sites["changes"]["moved"].as_u64().unwrap() > 0, "{sites}");
    assert_eq!(sites["examples"].as_array().unwrap().len(), 3, "{sites}");
    Ok(())
}

#[test]
fn a_pack_with_a_broken_file_ends_with_status_1_and_a_finding() -> HarnessResult<()> {
    let home = Home::new();
    home.make("pack", &["--preset", "demo-2022"])?;
    let file = home.path("pack").join("sites.fgb");
    let bytes = std::fs::read(&file).unwrap();
    std::fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
    let checked = home.pack("validate", &["pack"], &["--json"])?;
    assert_eq!(checked.status.code(), Some(1), "{}", stderr(&checked));
    let findings: Value = serde_json::from_slice(&checked.stdout).unwrap();
    let first = &findings["findings"][0];
    assert_eq!(first["code"], "unreadable-layer");
    assert_eq!(first["where"], "sites.fgb");
    assert_eq!(first["severity"], "error");
    let text = home.pack("validate", &["pack"], &[])?;
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(text.contains("dangling-reference"), "{text}");
    Ok(())
}

#[test]
fn a_folder_that_is_no_pack_is_a_finding_too() -> HarnessResult<()> {
    let home = Home::new();
    let checked = home.pack("validate", &["nowhere"], &["--json"])?;
    assert_eq!(checked.status.code(), Some(1));
    let findings: Value = serde_json::from_slice(&checked.stdout).unwrap();
    assert_eq!(findings["findings"][0]["code"], "unreadable-manifest");
    Ok(())
}

/// The middle and the area in km² of an outline, on a sphere: near enough for facts.
fn measured(outline: &Value) -> ([f64; 2], f64) {
    let parts = match outline["type"].as_str().unwrap() {
        "Polygon" => vec![outline["coordinates"].clone()],
        _ => outline["coordinates"].as_array().unwrap().clone(),
    };
    let (mut doubled, mut moment) = (0.0, [0.0; 2]);
    for part in &parts {
        let ring: Vec<[f64; 2]> = serde_json::from_value(part[0].clone()).unwrap();
        let mut own = (0.0, [0.0; 2]);
        for pair in ring.windows(2) {
            let [a, b] = [pair[0], pair[1]];
            let cross = a[0] * b[1] - b[0] * a[1];
            own.0 += cross;
            own.1 = [
                own.1[0] + (a[0] + b[0]) * cross,
                own.1[1] + (a[1] + b[1]) * cross,
            ];
        }
        let sign = f64::signum(own.0);
        doubled += own.0 * sign;
        moment = [moment[0] + own.1[0] * sign, moment[1] + own.1[1] * sign];
    }
    let middle = moment.map(|sum| sum / (3.0 * doubled));
    let km_per_degree = 111.195;
    let area = doubled / 2.0 * km_per_degree * km_per_degree * middle[1].to_radians().cos();
    (middle, area)
}

/// The communes of Deux Vallées Vertes, west of ours, by the ends of their codes in the Doubs.
const TWO_GREEN_VALLEYS: [&str; 27] = [
    "005", "018", "019", "022", "066", "067", "083", "140", "156", "198", "226", "232", "264",
    "266", "311", "315", "327", "365", "369", "372", "431", "461", "470", "479", "516", "552",
    "553",
];

/// How far from the territory its ring reaches, in degrees of latitude: some 4 km.
const RING: f64 = 0.036;

fn degrees_apart(a: [f64; 2], b: [f64; 2]) -> f64 {
    let shrink = a[1].to_radians().cos();
    f64::hypot((a[0] - b[0]) * shrink, a[1] - b[1])
}

/// Facts about another agglomeration, in the form of our own: a copy in which only what is known
/// of it is written anew.
fn facts_about_the_neighbours(outlines: &Path) -> String {
    let text = std::fs::read_to_string(root().join("assets/territory/pma.toml")).unwrap();
    let mut facts: toml::Table = text.parse().unwrap();
    let outlines: Value = serde_json::from_slice(&std::fs::read(outlines).unwrap()).unwrap();
    let features = outlines["features"].as_array().unwrap().iter();
    let measured: Vec<Measured> = features.map(Measured::of).collect();
    let (communes, others): (Vec<_>, Vec<_>) = measured
        .into_iter()
        .partition(|it| TWO_GREEN_VALLEYS.contains(&&it.code[2..]) && it.code.starts_with("25"));
    let ours = facts["communes"]
        .as_array()
        .unwrap()
        .iter()
        .map(Measured::of_facts);
    let is_near = |it: &Measured| {
        let mut apart = communes
            .iter()
            .map(|own| degrees_apart(own.middle, it.middle));
        apart.any(|apart| apart < RING)
    };
    let ring: Vec<Measured> = others.into_iter().chain(ours).filter(is_near).collect();
    let row = |list: &str, it: &Measured| {
        let mut row = facts[list].as_array().unwrap()[0]
            .as_table()
            .unwrap()
            .clone();
        row.remove("member_from");
        row["name"] = it.name.as_str().into();
        row["area_km2"] = it.area_km2.into();
        row["centroid"] = it.middle.to_vec().into();
        row
    };
    let own_rows = communes.iter().map(|it| {
        let mut row = row("communes", it);
        row["population"] = if it.name.starts_with("Isle") {
            3000
        } else {
            300
        }
        .into();
        row["code"] = it.code.as_str().into();
        row["center"] = it.middle.to_vec().into();
        toml::Value::from(row)
    });
    let own_rows: Vec<toml::Value> = own_rows.collect();
    let ring_rows = ring
        .iter()
        .map(|it| toml::Value::from(row("neighbours", it)));
    let ring_rows: Vec<toml::Value> = ring_rows.collect();
    // What else our own facts tell is about places that are not there.
    for (name, value) in &mut facts {
        if value.is_array() && !["communes", "neighbours"].contains(&name.as_str()) {
            *value = toml::Value::Array(Vec::new());
        }
    }
    facts.retain(|name, value| !value.is_table() || name == "depot");
    facts["name"] = "vallees".into();
    facts["title"] = "Deux Vallées Vertes".into();
    facts["depot"]["commune"] = communes[0].name.as_str().into();
    facts["communes"] = own_rows.into();
    facts["neighbours"] = ring_rows.into();
    toml::to_string(&facts).unwrap()
}

/// What facts tell of a commune.
struct Measured {
    code: String,
    name: String,
    middle: [f64; 2],
    area_km2: f64,
}

impl Measured {
    fn of(feature: &Value) -> Self {
        let (middle, area_km2) = measured(&feature["geometry"]);
        let text = |name: &str| feature["properties"][name].as_str().unwrap().to_owned();
        Self {
            code: text("code"),
            name: text("nom"),
            middle,
            area_km2,
        }
    }

    fn of_facts(row: &toml::Value) -> Self {
        let text = |name: &str| row[name].as_str().unwrap().to_owned();
        let number = |value: &toml::Value| value.as_float().unwrap();
        Self {
            code: text("code"),
            name: text("name"),
            middle: [0, 1].map(|axis: usize| number(&row["centroid"][axis])),
            area_km2: number(&row["area_km2"]),
        }
    }
}

#[test]
fn the_facts_of_another_agglomeration_make_another_territory() -> HarnessResult<()> {
    let Some(outlines) = shared(NEIGHBOURS)? else {
        return Ok(());
    };
    let home = Home::new();
    let facts = home.path("vallees.toml");
    std::fs::write(&facts, facts_about_the_neighbours(&outlines)).unwrap();
    let facts = facts.to_str().unwrap();
    let outcome = home.make("pack", &["--facts", facts, "--preset", "demo-2022"])?;
    assert_eq!(count(&outcome, "communes"), 27);
    assert_eq!(count(&outcome, "sensors"), 200);
    let checked = home.pack("validate", &["pack"], &[])?;
    let told = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(checked.status.success(), "{told}");

    let mut command = twin(&["serve", "--listen", "127.0.0.1:0"])?;
    command
        .env("TWIN_LOG", "error")
        .arg("--pack")
        .arg(home.path("pack"));
    command.arg("--data").arg(home.path("data"));
    let server = TwinServer::start(command)?;
    let ready = get_json(&format!("{}/readyz", server.base_url()))?;
    assert_eq!(ready["pack"]["title"], "Deux Vallées Vertes");
    let notice = ready["pack"]["notice"]["en"].as_str().unwrap();
    assert!(notice.contains("here it is an assumption"), "{notice}");
    Ok(())
}

#[test]
fn facts_that_cannot_be_are_refused_with_file_field_and_value() -> HarnessResult<()> {
    let home = Home::new();
    let facts = home.path("facts.toml");
    let text = std::fs::read_to_string(root().join("assets/territory/pma.toml")).unwrap();
    std::fs::write(
        &facts,
        text.replacen("population = 1099,", "population = 5000000,", 1),
    )
    .unwrap();
    let mut command = twin(&["pack", "make", "--facts"])?;
    command.arg(&facts).arg("--out").arg(home.path("pack"));
    let output = output_of(command)?;
    assert_eq!(output.status.code(), Some(1));
    let told = stderr(&output);
    let expected =
        "communes.population of Abbévillers is 5000000, expected 3,000,000 people at most";
    assert!(
        told.contains(expected) && told.contains("facts.toml"),
        "{told}"
    );
    assert!(!home.path("pack").exists());
    Ok(())
}

#[test]
fn differences_are_json_with_the_promised_fields() -> HarnessResult<()> {
    let home = Home::new();
    home.make("a", &["--preset", "demo-2022"])?;
    home.make("b", &["--preset", "as-built"])?;
    let output = home.pack("diff", &["a", "b"], &["--json", "--limit", "1"])?;
    let diff: Value = serde_json::from_slice(&output.stdout).unwrap();
    let layers = diff["layers"].as_array().unwrap();
    let sensors = layers
        .iter()
        .find(|layer| layer["name"] == "sensors")
        .unwrap();
    assert_eq!(sensors["before"], 200);
    assert_eq!(sensors["after"], 1100);
    let changes = json!({ "added": 900, "moved": 0, "changed": 0, "removed": 0, "kept": 200 });
    assert_eq!(sensors["changes"], changes);
    assert_eq!(sensors["examples"].as_array().unwrap().len(), 1);
    let preset = diff["manifest"].as_array().unwrap();
    let preset = preset
        .iter()
        .find(|entry| entry["field"] == "preset")
        .unwrap();
    assert_eq!(
        (&preset["before"], &preset["after"]),
        (&json!("demo-2022"), &json!("as-built"))
    );
    Ok(())
}
