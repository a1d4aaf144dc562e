//! A person has collections forecast from a log, and sees how good that is beside rules of thumb.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;
use tempfile::TempDir;
use tests::HarnessResult;
use tests::needs::shared;
use tests::server::{output_of, twin};

const HEADER: &str = "site,site_name,address,content,collected_at_local,fill_before_pct\n";
const REAL: &str = "sensors/edinburgh/enevo_collections_2016_train.csv";

/// A row of a log as the tests read it: site, content, time and level.
#[derive(Clone, Debug)]
struct Row {
    line: String,
    site: String,
    content: String,
    at: String,
    fill: f64,
}

/// The rows of a log without quotes in the fields that are looked at.
fn rows(text: &str) -> Vec<Row> {
    let row = |line: &str| {
        let mut fields = Vec::new();
        let (mut field, mut is_quoted) = (String::new(), false);
        for letter in line.chars() {
            match letter {
                '"' => is_quoted = !is_quoted,
                ',' if !is_quoted => fields.push(std::mem::take(&mut field)),
                _ => field.push(letter),
            }
        }
        fields.push(field);
        Row {
            line: line.to_owned(),
            site: fields[0].clone(),
            content: fields[3].clone(),
            at: fields[4].clone(),
            fill: fields[5].parse().unwrap(),
        }
    };
    text.lines().skip(1).map(row).collect()
}

/// Two logs in a folder.
struct Logs {
    folder: TempDir,
}

impl Logs {
    fn with(train: &str, test: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.csv"), train).unwrap();
        std::fs::write(folder.path().join("b.csv"), test).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn score(&self, arguments: &[&str]) -> HarnessResult<Output> {
        let mut command = twin(&["forecast", "score"])?;
        command.arg("--train").arg(self.path("a.csv"));
        command.arg("--test").arg(self.path("b.csv"));
        command.arg("--out").arg(self.path("out.csv"));
        output_of({
            command.args(arguments);
            command
        })
    }
}

fn json_of(output: &Output) -> Value {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The numbers of a line of forecasts, after its site and time.
fn numbers(line: &str) -> Vec<f64> {
    let fields = line.rsplit(',').take(7);
    let mut numbers: Vec<f64> = fields.map(|field| field.parse().unwrap()).collect();
    numbers.reverse();
    numbers
}

fn mean(values: &[f64]) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "few values")]
    let count = values.len() as f64;
    values.iter().sum::<f64>() / count
}

fn time(text: &str) -> jiff::civil::DateTime {
    text.parse().unwrap()
}

/// The rules of thumb, from the words of their definition: site mean, last, rate, weekday.
fn rules_of_thumb(all: &[Row], row: &Row) -> [f64; 4] {
    let earlier = || all.iter().filter(|other| other.at < row.at);
    let mut site: Vec<&Row> = earlier().filter(|other| other.site == row.site).collect();
    site.sort_by(|one, other| one.at.cmp(&other.at));
    let fills: Vec<f64> = site.iter().map(|row| row.fill).collect();
    let content = earlier().filter(|other| other.content == row.content);
    let content: Vec<f64> = content.map(|row| row.fill).collect();
    let site_mean = if !fills.is_empty() {
        mean(&fills)
    } else if content.is_empty() {
        50.0
    } else {
        mean(&content)
    };
    let hours =
        |from: &Row, to: &Row| time(&to.at).duration_since(time(&from.at)).as_secs_f64() / 3600.0;
    let rates = site
        .windows(2)
        .map(|two| two[1].fill / hours(two[0], two[1]));
    let rates: Vec<f64> = rates.collect();
    let rate = match site.last() {
        Some(last) if !rates.is_empty() => (mean(&rates) * hours(last, row)).min(100.0),
        _ => site_mean,
    };
    let weekday = time(&row.at).weekday();
    let same = site.iter().filter(|row| time(&row.at).weekday() == weekday);
    let same: Vec<f64> = same.map(|row| row.fill).collect();
    let on_weekday = if same.len() >= 3 {
        mean(&same)
    } else {
        site_mean
    };
    let last = fills.last().copied().unwrap_or(site_mean);
    [site_mean, last, rate, on_weekday]
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

/// Forecasts are better than every rule of thumb, and as sure as they say.
fn assert_better(told: &Value) {
    for rule in ["site_mean", "last", "rate", "weekday"] {
        let rule = &told["baselines"][rule];
        assert!(
            number(&told["mae_pct"]) < 0.85 * number(&rule["mae_pct"]),
            "{told}"
        );
        assert!(
            number(&told["crps"]) < 0.85 * number(&rule["crps"]),
            "{told}"
        );
    }
    assert!(
        (0.75..=0.85).contains(&number(&told["coverage80"])),
        "{told}"
    );
    for share in told["coverage80_by_history"].as_array().unwrap() {
        assert!((0.65..=0.95).contains(&number(share)), "{told}");
    }
    assert!(number(&told["p_no_better"]) < 0.05, "{told}");
    let widths = &told["widths_of_known_sites"];
    assert!(
        number(&widths["forecast"]) < number(&widths["site"]),
        "{told}"
    );
}

#[test]
fn real_collections_are_forecast_better_than_by_rules_of_thumb() -> HarnessResult<()> {
    let Some(path) = shared(REAL)? else {
        return Ok(());
    };
    let text = std::fs::read_to_string(path).unwrap();
    let all = rows(&text);
    let log = |rows: &[Row]| {
        let header = text.lines().next().unwrap().to_owned() + "\n";
        rows.iter().fold(header, |log, row| log + &row.line + "\n")
    };
    let (earlier, later): (Vec<Row>, Vec<Row>) =
        all.iter().cloned().partition(|row| &*row.at < "2016-07-08");
    let logs = Logs::with(&log(&earlier), &log(&later));

    let told = json_of(&logs.score(&["--json"])?);

    assert_eq!(told["n"], later.len());
    let out = std::fs::read_to_string(logs.path("out.csv")).unwrap();
    let mut lines = out.lines();
    assert_eq!(
        lines.next(),
        Some(
            "site,collected_at_local,predicted_pct,lo80_pct,hi80_pct,\
             site_mean_pct,last_pct,rate_pct,weekday_pct"
        )
    );
    let mut errors = Vec::new();
    for (at, (line, row)) in lines.zip(&later).enumerate() {
        assert!(
            line.starts_with(&format!("{},{},", row.site, row.at)),
            "{line}"
        );
        let numbers = numbers(line);
        errors.push((numbers[0] - row.fill).abs());
        assert!(
            numbers[1] <= numbers[0] && numbers[0] <= numbers[2],
            "{line}"
        );
        if at % 7 == 0 {
            for (told, expected) in numbers[3..].iter().zip(rules_of_thumb(&all, row)) {
                assert!((told - expected).abs() < 1e-3, "{line}: {expected}");
            }
        }
    }
    assert_eq!(errors.len(), later.len());
    assert!((number(&told["mae_pct"]) - mean(&errors)).abs() < 1e-3);
    assert_better(&told);
    Ok(())
}

#[test]
fn sites_that_nobody_knows_are_forecast_too_in_the_order_they_are_asked_for() -> HarnessResult<()> {
    let row = |site: &str, day: u32, fill: u32| {
        format!("\"{site}\",,\"Rue du Moulin, Bart\",Glass,2022-03-{day:02} 08:00:00,{fill}\n")
    };
    let wide = row("a", 1, 60).replace('\n', ",more\n");
    let train = HEADER.to_owned() + &row("a", 3, 40) + &wide;
    let test = HEADER.to_owned() + &row("new, one", 9, 80) + &row("a", 2, 10) + &row("a", 1, 60);
    let logs = Logs::with(&train, &test);

    let output = logs.score(&[])?;

    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("3 collections") && text.contains("site mean"),
        "{text}"
    );
    let out = std::fs::read_to_string(logs.path("out.csv")).unwrap();
    let lines: Vec<&str> = out.lines().skip(1).collect();
    assert!(
        lines[0].starts_with("\"new, one\",2022-03-09 08:00:00,"),
        "{out}"
    );
    // The row that stands in both logs is one collection: 60, 10 and 40 are known by then.
    let known = numbers(lines[0]);
    assert!((known[3] - 110.0 / 3.0).abs() < 1e-3, "{out}");
    let [first, second] = [numbers(lines[2]), numbers(lines[1])];
    assert!(
        first[3..].iter().all(|said| (said - 50.0).abs() < 1e-9),
        "{out}"
    );
    assert!(
        second[3..].iter().all(|said| (said - 60.0).abs() < 1e-9),
        "{out}"
    );
    Ok(())
}

#[test]
fn a_log_with_a_wrong_value_is_refused_with_its_line() -> HarnessResult<()> {
    let train = HEADER.to_owned() + "a,,,Glass,2022-03-01 08:00:00,12\na,,,Glass,yesterday,12\n";
    let logs = Logs::with(&train, HEADER);
    let output = logs.score(&["--json"])?;
    assert!(!output.status.success() && output.stdout.is_empty());
    let told = String::from_utf8(output.stderr).unwrap();
    let expected = "line 3: collected_at_local is 'yesterday', expected a local time";
    assert!(told.contains(expected) && told.contains("a.csv"), "{told}");

    let logs = Logs::with(HEADER, HEADER);
    let told = String::from_utf8(logs.score(&[])?.stderr).unwrap();
    assert!(told.contains("there is no collection in"), "{told}");
    assert!(!logs.path("out.csv").exists());
    Ok(())
}

#[test]
fn what_a_log_says_of_its_sites_is_told() -> HarnessResult<()> {
    let mut log = HEADER.to_owned();
    for week in 0..40 {
        for (site, fill) in [("slow", 30), ("fast", 90)] {
            let day = jiff::civil::date(2022, 1, 3) + jiff::Span::new().weeks(week);
            let _never_fails = writeln!(log, "{site},,{site} street,Glass,{day} 08:00:00,{fill}");
        }
    }
    let logs = Logs::with(&log, HEADER);
    let fit = |arguments: &[&str]| -> HarnessResult<Output> {
        let mut command = twin(&["forecast", "fit", "--collections"])?;
        command.arg(Path::new(&logs.path("a.csv"))).args(arguments);
        output_of(command)
    };

    let told = json_of(&fit(&["--threshold", "70", "--json"])?);

    assert_eq!(told["rows"], 80);
    let site = |name: &str| -> Value {
        let sites = told["sites"].as_array().unwrap().iter();
        { sites }.find(|site| site["site"] == name).unwrap().clone()
    };
    let (slow, fast) = (site("slow"), site("fast"));
    assert_eq!(fast["collections"], 40);
    let rate = |site: &Value| site["rate_pct_per_day"].as_f64().unwrap();
    assert!((rate(&fast) - 90.0 / 7.0).abs() < 1.0 && (rate(&slow) - 30.0 / 7.0).abs() < 1.0);
    assert!(fast["hours_to_threshold"].as_f64().is_some(), "{told}");
    assert!(
        told["backtest"]["mae_pct"].as_f64().unwrap() < 10.0,
        "{told}"
    );
    let text = String::from_utf8(fit(&[])?.stdout).unwrap();
    assert!(
        text.contains("hours to 80 %") && text.contains("fast"),
        "{text}"
    );

    let refused = String::from_utf8(fit(&["--threshold", "0"])?.stderr).unwrap();
    assert!(
        refused.contains("expected a number from 1 to 100"),
        "{refused}"
    );
    Ok(())
}

#[test]
fn a_trial_tells_how_good_forecasts_of_levels_are_beside_the_truth() -> HarnessResult<()> {
    let trial = |arguments: &[&str]| -> HarnessResult<Output> {
        let mut command = twin(&["forecast", "trial", "--preset", "demo-2022"])?;
        command.args(arguments);
        output_of(command)
    };

    let output = trial(&["--days", "60", "--seed", "5", "--json"])?;
    let told = json_of(&output);

    assert_eq!(
        (&told["synthetic"], &told["sensors"]),
        (&true.into(), &200.into())
    );
    let horizons = told["all"].as_array().unwrap();
    let hours: Vec<&Value> = horizons.iter().map(|horizon| &horizon["hours"]).collect();
    assert_eq!(hours, [24, 48, 72, 168]);
    for horizon in horizons {
        let of = |name: &str| &horizon["contenders"][name];
        let best = of(horizon["best_rule"].as_str().unwrap());
        let [oracle, forecast, best] =
            [of("oracle"), of("forecast"), best].map(|told| number(&told["crps_pct"]));
        assert!(oracle <= forecast && forecast < best, "{horizon}");
        // A week ahead of so few origins the difference may be chance.
        let chance = if horizon["hours"] == 168 { 0.1 } else { 0.05 };
        assert!(number(&horizon["p_no_better"]) < chance, "{horizon}");
        let coverage = number(&of("forecast")["coverage80"]);
        assert!((0.7..=0.9).contains(&coverage), "{horizon}");
    }
    assert!(number(&told["faults"]["recall"]) > 0.6, "{told}");
    assert!(number(&told["emptyings"]["precision"]) > 0.9, "{told}");
    assert_eq!(
        output.stdout,
        trial(&["--days", "60", "--seed", "5", "--json"])?.stdout,
        "the same seed tells the same"
    );

    let refused = String::from_utf8(trial(&["--days", "20"])?.stderr).unwrap();
    assert!(refused.contains("expected 42 to 1500"), "{refused}");
    Ok(())
}
