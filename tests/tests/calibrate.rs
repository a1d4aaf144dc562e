//! A person asks whether the filling model brings what its inputs say, and has its inputs fitted to what
//! was weighed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;
use simulator::calendar::{LocalDay, local_midnight};
use simulator::filling::{ContainerSpec, FillingModel, FillingParams};
use simulator::random::Seed;
use simulator::rounds::{RoundRule, Rounds};
use tempfile::TempDir;
use tests::HarnessResult;
use tests::needs::shared;
use tests::server::{output_of, twin};
use twin_core::{ContainerType, Fraction, Litres, Stream};

fn calibrate(arguments: &[&str]) -> HarnessResult<Output> {
    let mut command = twin(&["calibrate"])?;
    command.args(arguments);
    output_of(command)
}

fn json_of(output: &Output) -> Value {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("no number: {value}"))
}

/// What domain 1.9 says of an inhabitant's year, before the change of 2023 and after it.
const FLOWS: [(&str, f64, f64); 3] = [
    ("glass", 30.0, 30.0),
    ("packaging", 23.0, 3.45),
    ("paper", 20.0, 3.0),
];

#[test]
fn the_mass_balance_of_the_embedded_territory_closes_before_and_after_2023() -> HarnessResult<()> {
    let told = json_of(&calibrate(&["balance", "--json"])?);
    assert_eq!(told["is_closed"], true, "{told}");
    assert_eq!(told["synthetic"], true);
    let years = told["years"].as_array().unwrap();
    for (at, (year, name)) in years.iter().zip([2022, 2023]).enumerate() {
        assert_eq!(year["year"], name);
        assert_eq!(year["perimeter"]["communes"], 72, "Dampjoux came in 2024");
        let people = number(&year["perimeter"]["inhabitants"]);
        assert!((137_000.0..140_000.0).contains(&people), "{people}");
        let streams = year["streams"].as_array().unwrap();
        for (stream, before, after) in FLOWS {
            let row = streams.iter().find(|row| row["stream"] == stream).unwrap();
            let kg = if at == 0 { before } else { after };
            let served = number(&row["inhabitants"]);
            assert!(served <= people * 1.001 && served > 0.9 * people, "{row}");
            let expected = kg * served * 365.0 / 365.2425 / 1000.0;
            assert!((number(&row["simulated_t"]) / expected - 1.0).abs() < 0.03);
            assert!(number(&row["standard_error_pct"]) < 1.0, "{row}");
        }
        for row in streams {
            assert!(number(&row["difference_pct"]).abs() < 3.0, "{row}");
            assert_eq!(row["accounts_ml"]["is_conserved"], true, "{row}");
            assert_ne!(row["inputs"][0]["source"], "");
        }
    }
    let text = calibrate(&["balance", "--year", "2024"])?;
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(
        text.contains("73 communes") && text.contains("closes within 3 %"),
        "{text}"
    );
    Ok(())
}

/// Bins for residual waste whose crews come every third day, and what they bring in 2022.
struct Weighed {
    folder: TempDir,
    /// Kilograms a day of each round.
    truth: BTreeMap<String, f64>,
    inhabitants: f64,
}

const SITES: u32 = 96;
const TURNS: u32 = 3;
const DISTRICTS: u32 = 8;
const KG_PER_LITRE: f64 = 0.160;

impl Weighed {
    fn new() -> Self {
        let spec = |site| ContainerSpec {
            site,
            stream: Stream::Residual,
            container_type: ContainerType::FourWheeled,
            capacity: Litres::new(1100.0).unwrap(),
            catchment: 40.0,
        };
        let specs: Vec<ContainerSpec> = (0..SITES).map(spec).collect();
        let model = FillingModel::new(&specs, FillingParams::default(), Seed(3)).unwrap();
        let rule = RoundRule {
            stream: Stream::Residual,
            every_days: 3,
            start_hour: 5,
            threshold: Fraction::saturating(0.0),
            max_interval: None,
        };
        let rounds = Rounds::new(&[rule]).unwrap();
        let midnight = |year| local_midnight(jiff::civil::date(year, 1, 1)).unwrap();
        let mut state = model.empty_state(midnight(2022));
        let within = (midnight(2022), midnight(2023));
        let (mut truth, mut loads) = (BTreeMap::new(), BTreeMap::new());
        for emptying in rounds.run(&model, &mut state, within).unwrap() {
            let day = LocalDay::containing(emptying.at).unwrap();
            let container = u32::try_from(emptying.container).unwrap();
            let round = format!("R{}-{}", container % DISTRICTS, day.number() % TURNS);
            let litres = emptying.emptied.get() + emptying.swept.get();
            *loads.entry((day.date(), round.clone())).or_insert(0.0) += litres * KG_PER_LITRE;
            let mean = model.mean_deposits_per_day(emptying.container, within.0);
            let litres = mean.unwrap() * FillingParams::default().bag_deposit.mean_l();
            let of_round: &mut BTreeMap<u32, f64> = truth.entry(round).or_default();
            of_round.insert(container, litres * KG_PER_LITRE);
        }
        // As a French weighbridge exports it.
        let mut text = String::from("\u{feff}Date;Heure de rien;Tournée;Flux;Poids net (kg)\r\n");
        for ((date, round), kg) in loads {
            let date = date.strftime("%d/%m/%Y 11:00");
            let kg = format!("{kg:.1}").replace('.', ",");
            let _never_fails = write!(text, "{date};;{round};OMR;{kg}\r\n");
        }
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("tickets.csv"), text).unwrap();
        let truth = truth.into_iter();
        let truth = truth.map(|(round, rates)| (round, rates.values().sum()));
        Self {
            folder,
            truth: truth.collect(),
            inhabitants: 40.0 * f64::from(SITES),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn text_of(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn holds(between: &Value, truth: f64) -> bool {
    (number(&between["lo90"])..=number(&between["hi90"])).contains(&truth)
}

/// What was fitted takes the place of the model's input, and its balance closes on it.
fn assert_balance_takes(out: &Path, yearly: &Value) -> HarnessResult<()> {
    let params = [
        "balance",
        "--json",
        "--year",
        "2022",
        "--params",
        text_of(out),
    ];
    let balance = json_of(&calibrate(&params)?);
    let streams = balance["years"][0]["streams"].as_array().unwrap();
    let row = streams
        .iter()
        .find(|row| row["stream"] == "residual")
        .unwrap();
    let input = &row["inputs"][0];
    assert!((number(&input["kg_per_inhabitant_year"]) - number(&yearly["value"])).abs() < 1e-3);
    assert!(
        input["source"].as_str().unwrap().starts_with("fitted to"),
        "{input}"
    );
    Ok(())
}

#[test]
fn rates_are_recovered_from_tickets_and_serve_the_model() -> HarnessResult<()> {
    let weighed = Weighed::new();
    let (tickets, out) = (weighed.path("tickets.csv"), weighed.path("fitted.toml"));
    let people = weighed.inhabitants.to_string();
    let arguments = ["--weighings", text_of(&tickets), "--inhabitants", &people];
    let told = json_of(&calibrate(
        &[&arguments[..], &["--json", "--out", text_of(&out)]].concat(),
    )?);
    let residual = &told["weighings"][0];
    assert_eq!(
        (&residual["name"], &residual["unit"]),
        (&"residual".into(), &"kg".into())
    );
    assert_eq!(residual["change"], Value::Null, "{residual}");
    let rates = residual["rates"].as_array().unwrap();
    assert_eq!(rates.len(), weighed.truth.len());
    let is_held = |rate: &&Value| {
        holds(
            &rate["per_day"],
            weighed.truth[rate["name"].as_str().unwrap()],
        )
    };
    let held = rates.iter().filter(is_held).count();
    assert!(
        held * 100 >= 75 * rates.len(),
        "{held} of {}: {residual}",
        rates.len()
    );
    let yearly = &residual["kg_per_inhabitant_year"];
    assert!(
        (number(&yearly["value"]) / 215.0 - 1.0).abs() < 0.02,
        "{yearly}"
    );
    assert!(
        number(&yearly["hi90"]) / number(&yearly["lo90"]) < 1.03,
        "{yearly}"
    );
    assert_eq!(residual["week"][0]["told"], true);
    assert!(number(&residual["week"][0]["value"]) > number(&residual["week"][6]["value"]));

    assert_balance_takes(&out, yearly)?;

    let text = String::from_utf8(calibrate(&arguments)?.stdout).unwrap();
    for expected in [
        "Perimeter: 3840 inhabitants, as given",
        "kg per inhabitant",
        "R0-0",
        "Mon",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    Ok(())
}

#[rstest::rstest]
#[case::ambiguous(
    "date;round;stream;kg\n2022-05-17;R;glass;6,420\n",
    "line 2: kg is '6,420'"
)]
#[case::no_stream("date,round,kg\n2022-05-17,R,5\n", "it lacks stream")]
#[case::once(
    "date,round,stream,kg\n2022-05-17,R,glass,5\n",
    "nothing can be fitted to"
)]
fn tickets_that_cannot_be_used_are_refused(
    #[case] tickets: &str,
    #[case] expected: &str,
) -> HarnessResult<()> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tickets.csv");
    std::fs::write(&path, tickets).unwrap();
    let output = calibrate(&["--weighings", text_of(&path)])?;
    assert!(!output.status.success() && output.stdout.is_empty());
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        told.contains(expected) && told.contains("tickets.csv"),
        "{told}"
    );

    std::fs::write(&path, "format = 1\n[flows]\n").unwrap();
    let output = calibrate(&["balance", "--params", text_of(&path)])?;
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("cannot use the calibration"), "{told}");
    let told = String::from_utf8(calibrate(&[])?.stderr).unwrap();
    assert!(told.contains("--weighings"), "{told}");
    Ok(())
}

#[test]
fn a_real_log_of_collections_gives_a_rate_to_each_of_its_sites() -> HarnessResult<()> {
    let Some(path) = shared("sensors/edinburgh/enevo_collections_2016_train.csv")? else {
        return Ok(());
    };
    let told = json_of(&calibrate(&["--collections", text_of(&path), "--json"])?);
    let contents = told["collections"].as_array().unwrap();
    let mixed = contents
        .iter()
        .find(|content| content["name"] == "Mixed")
        .unwrap();
    assert!(number(&mixed["intervals"]) > 5000.0, "{mixed}");
    assert_eq!(mixed["covers_a_year"], false, "seven weeks tell no months");
    assert_eq!(mixed["follows_levels"], true, "sensors said where to go");
    for rate in mixed["rates"].as_array().unwrap() {
        let per_day = &rate["per_day"];
        let (value, low) = (number(&per_day["value"]), number(&per_day["lo90"]));
        assert!((0.1..300.0).contains(&value) && low < value, "{rate}");
        assert!(number(&per_day["hi90"]) > value, "{rate}");
    }
    Ok(())
}
