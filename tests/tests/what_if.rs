//! A planner follows scenarios, compares them, and takes the comparison to a meeting.

use std::path::PathBuf;
use std::process::Output;

use serde_json::Value;
use simulator::scenario::Scenario;
use tempfile::TempDir;
use tests::HarnessResult;
use tests::house::root;
use tests::server::{output_of, twin};

/// A small city: everything in it takes a second.
pub(crate) fn city(name: &str, policy: &str, information: &str) -> String {
    format!(
        "format: 1
name: {{ fr: Ville {name}, en: City {name} }}
territory:
  city:
    {{ sites: 40, containers: 60, capacity_l: 4000, stream: packaging, deposits_per_day: 16,
      area_km2: 12, middle: [6.6, 53.2], depot_km: 3, detour: 1.35, speeds_kmh: [35, 28] }}
period: {{ from: 2022-05-02, days: 14, warm_up_days: 28, run_in_days: 3 }}
policy: {policy}
information: {information}
"
    )
}

/// The same in a file.
pub(crate) fn write(folder: &TempDir, name: &str, policy: &str, information: &str) -> PathBuf {
    let text = city(name, policy, information);
    let path = folder.path().join(format!("{name}.yaml"));
    std::fs::write(&path, text).unwrap();
    path
}

pub(crate) fn run(command: &str, files: &[&PathBuf], more: &[&str]) -> HarnessResult<Output> {
    let mut asked = twin(&[command])?;
    asked.args(files).args(more);
    output_of(asked)
}

pub(crate) fn json_of(output: &Output) -> Value {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_scenario_is_followed_the_same_on_one_thread_and_on_two() -> HarnessResult<()> {
    let folder = TempDir::new().unwrap();
    let file = write(&folder, "dynamic", "{ kind: prize }", "sensors");
    let told =
        |more: &[&str]| Ok::<_, tests::HarnessError>(json_of(&run("simulate", &[&file], more)?));
    let one = told(&["--replications", "3", "--threads", "1", "--json"])?;
    let two = told(&["--replications", "3", "--threads", "2", "--json"])?;
    assert_eq!(one["checksum"], two["checksum"]);
    assert_eq!(one, two);
    let other = told(&["--replications", "3", "--seed", "2", "--json"])?;
    assert_ne!(
        one["checksum"], other["checksum"],
        "another seed has other luck"
    );
    let km = &one["kpis"]["km_per_day"];
    assert_eq!(km["unit"], "km/day");
    let [low, mean, high] = ["lo95", "mean", "hi95"].map(|key| km[key].as_f64().unwrap());
    assert!(0.0 < low && low < mean && mean < high, "{km}");
    assert_eq!(one["synthetic"], true);
    Ok(())
}

#[test]
fn a_comparison_tells_paired_differences_and_makes_a_page() -> HarnessResult<()> {
    let folder = TempDir::new().unwrap();
    let fixed = write(&folder, "fixed", "{ kind: fixed }", "none");
    let dynamic = write(&folder, "dynamic", "{ kind: prize }", "perfect");
    let page = folder.path().join("report.html");
    let page_text = page.to_str().unwrap();
    let more = ["--replications", "4", "--json", "--html", page_text];
    let told = json_of(&run("compare", &[&fixed, &dynamic], &more)?);
    let km = &told["differences"]["City dynamic"]["km_per_day"];
    let number = |value: &Value| value.as_f64().unwrap();
    let means: Vec<f64> = told["scenarios"]
        .as_array()
        .unwrap()
        .iter()
        .map(|scenario| number(&scenario["kpis"]["km_per_day"]["mean"]))
        .collect();
    assert!((number(&km["mean"]) - (means[1] - means[0])).abs() < 1e-9);
    assert!(number(&km["lo95"]) <= number(&km["mean"]));
    assert!((0.0..=1.0).contains(&number(&km["probability_better"])));
    let html = std::fs::read_to_string(&page).unwrap();
    assert!(html.contains("lang=\"fr\"") && html.contains("Ville dynamic"));
    assert!(html.contains("Données synthétiques"));
    let is_alone =
        !html.contains("http://") && !html.contains("https://") && !html.contains("<script");
    assert!(is_alone, "the page needs nothing else");
    Ok(())
}

#[test]
fn each_policy_meets_each_information_at_one_level_of_service() -> HarnessResult<()> {
    let folder = TempDir::new().unwrap();
    let file = write(&folder, "all", "{ kind: rolling }", "sensors");
    let more = [
        "--matrix",
        "--equal-service=0.95",
        "--replications=2",
        "--json",
    ];
    let told = json_of(&run("compare", &[&file], &more)?);
    let number = |value: &Value| value.as_f64().unwrap();
    let mut pairs = std::collections::BTreeMap::new();
    for one in told["scenarios"].as_array().unwrap() {
        let pair = [&one["policy"]["kind"], &one["information"]].map(|key| key.as_str().unwrap());
        let [km, service] =
            ["km_per_day", "service_level"].map(|kpi| number(&one["kpis"][kpi]["mean"]));
        assert!((service - 0.95).abs() < 0.01, "{pair:?}: {service}");
        let tried = one["trade_off"].as_array().unwrap();
        assert!(!tried.is_empty(), "{pair:?} has a curve");
        pairs.insert(pair, km);
    }
    // Fixed rounds do not ask what anything holds.
    assert_eq!(pairs.len(), 1 + 3 * 4, "{pairs:?}");
    let least = |kind: &str| {
        let of_kind = pairs.iter().filter(|([policy, _], _)| *policy == kind);
        of_kind.map(|(_, km)| *km).fold(f64::INFINITY, f64::min)
    };
    assert!(least("rolling") < least("fixed"), "{pairs:?}");
    let perfect = pairs[&["rolling", "perfect"]];
    assert!(perfect < pairs[&["rolling", "none"]], "{pairs:?}");
    Ok(())
}

#[test]
fn what_is_wrong_with_a_scenario_is_told_by_file_and_line() -> HarnessResult<()> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("typo.yaml");
    std::fs::write(&path, "format: 1\nname: { fr: a, en: b }\nbegin: 3\n").unwrap();
    let output = run("simulate", &[&path], &[])?;
    assert!(!output.status.success());
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(
        told.contains("typo.yaml") && told.contains("begin"),
        "{told}"
    );
    assert!(told.contains("line 3") || told.contains("3:1"), "{told}");
    Ok(())
}

#[test]
fn the_worked_scenarios_are_read_and_their_schema_is_published() -> HarnessResult<()> {
    let folder = root().join("assets/scenarios");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "yaml") {
            let text = std::fs::read_to_string(&path).unwrap();
            let scenario = Scenario::parse(&text);
            assert!(scenario.is_ok(), "{}: {scenario:?}", path.display());
            count += 1;
        }
    }
    assert!(count >= 8, "{count}");
    let schema = json_of(&run("simulate", &[], &["--schema"])?);
    assert_eq!(schema["additionalProperties"], false);
    Ok(())
}
