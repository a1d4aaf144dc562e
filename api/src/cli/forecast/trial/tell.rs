//! What a trial came to, for people and for programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;
use simulator::forecast::TrialOutcome;
use simulator::forecast::trial::{ContenderScore, EmptyingScore, HorizonScore, KindScore};
use twin_core::Timestamp;

use crate::cli::forecast::tell::rounded;

/// Fields and their names are those of `--json`; percents are those of a container's capacity.
#[derive(Debug, Serialize)]
pub(super) struct TrialReport {
    /// All of it is simulated.
    synthetic: bool,
    sensors: usize,
    /// Of them, those of new sites.
    new_sensors: usize,
    first_origin: Timestamp,
    last_origin: Timestamp,
    /// All forecasts, by horizon.
    all: Vec<HorizonReport>,
    /// Those whose sensor worked at the origin.
    working: Vec<HorizonReport>,
    /// Those whose sensor was broken.
    broken: Vec<HorizonReport>,
    /// Those of new sites in their first three weeks.
    new_sites: Vec<HorizonReport>,
    time_to_80: WaitReport,
    faults: FaultReport,
    emptyings: EmptyingReport,
    changes: Vec<ChangeReport>,
}

#[derive(Debug, Serialize)]
struct HorizonReport {
    hours: i64,
    n: usize,
    best_rule: &'static str,
    /// The chance that the forecaster is no better than the best rule, by CRPS and container.
    p_no_better: f64,
    contenders: BTreeMap<&'static str, ContenderReport>,
}

#[derive(Debug, Serialize)]
struct ContenderReport {
    mae_pct: f64,
    rmse_pct: f64,
    pinball10_pct: f64,
    pinball50_pct: f64,
    pinball90_pct: f64,
    crps_pct: f64,
    coverage80: f64,
    width80_pct: f64,
    coverage90: f64,
    width90_pct: f64,
    /// Brier score of an overflow by then.
    brier_overflow: f64,
}

#[derive(Debug, Serialize)]
struct WaitReport {
    n: usize,
    /// The share of waits that were over within 10 to 90 %.
    coverage80: Option<f64>,
}

#[derive(Debug, Serialize)]
struct FaultReport {
    base_rate: f64,
    precision: Option<f64>,
    recall: Option<f64>,
    delay_days_median: Option<f64>,
    false_alarms_per_sensor_month: f64,
    kinds: Vec<KindReport>,
}

#[derive(Debug, Serialize)]
struct KindReport {
    kind: &'static str,
    faults: usize,
    recall: Option<f64>,
    suspicions: usize,
    precision: Option<f64>,
    delay_days_median: Option<f64>,
    delay_days_p90: Option<f64>,
}

#[derive(Debug, Serialize)]
struct EmptyingReport {
    emptyings: usize,
    recall: Option<f64>,
    told: usize,
    precision: Option<f64>,
}

#[derive(Debug, Serialize)]
struct ChangeReport {
    stream: &'static str,
    since: Timestamp,
    noticed: Timestamp,
    factor: f64,
}

fn share(part: usize, of: usize) -> Option<f64> {
    (of > 0).then(|| rounded(part as f64 / of as f64))
}

impl TrialReport {
    pub(super) fn of(outcome: &TrialOutcome) -> Self {
        let horizons = |scores: &[HorizonScore]| scores.iter().map(HorizonReport::of).collect();
        let faults = &outcome.faults;
        let changes = outcome.changes.iter().map(|change| ChangeReport {
            stream: change.stream.name(),
            since: change.since,
            noticed: change.noticed,
            factor: rounded(change.factor),
        });
        Self {
            synthetic: true,
            sensors: outcome.sensors,
            new_sensors: outcome.new_sensors,
            first_origin: outcome.judged.0,
            last_origin: outcome.judged.1,
            all: horizons(&outcome.all),
            working: horizons(&outcome.working),
            broken: horizons(&outcome.broken),
            new_sites: horizons(&outcome.new_sites),
            time_to_80: WaitReport {
                n: outcome.time_to_threshold.1,
                coverage80: outcome.time_to_threshold.0.map(rounded),
            },
            faults: FaultReport {
                base_rate: rounded(faults.base_rate),
                precision: faults.precision.map(rounded),
                recall: faults.recall.map(rounded),
                delay_days_median: faults.delay_days.map(|[median, _]| rounded(median)),
                false_alarms_per_sensor_month: rounded(faults.false_alarms_per_month),
                kinds: faults.kinds.iter().map(KindReport::of).collect(),
            },
            emptyings: EmptyingReport::of(outcome.emptyings),
            changes: changes.collect(),
        }
    }

    pub(super) fn to_text(&self) -> String {
        let mut text = format!(
            "  {} simulated sensors, {} of them at new sites; origins from {} to {}\n  \
             Levels in percent of a container; \"in\" and \"wide\" before levels end at the rim\n",
            self.sensors, self.new_sensors, self.first_origin, self.last_origin,
        );
        for (title, horizons) in [
            ("All forecasts", &self.all),
            ("Sensors that work", &self.working),
            ("Sensors that are broken", &self.broken),
            ("New sites, in their first three weeks", &self.new_sites),
        ] {
            let _never_fails = write!(text, "\n  {title}\n");
            for horizon in horizons {
                text += &horizon.to_text();
            }
        }
        if let Some(share) = self.time_to_80.coverage80 {
            let _never_fails = write!(
                text,
                "\n  {:.1} % of {} waits until 80 % are over within 10 to 90 %\n",
                100.0 * share,
                self.time_to_80.n,
            );
        }
        text + &self.faults.to_text() + &self.emptyings.to_text() + &self.changes_to_text()
    }

    fn changes_to_text(&self) -> String {
        if self.changes.is_empty() {
            return "\n  No change of flows was noticed\n".to_owned();
        }
        let line = |change: &ChangeReport| {
            format!(
                "  {}: {:.2} times as much since {}, noticed {}\n",
                change.stream, change.factor, change.since, change.noticed,
            )
        };
        let lines: String = self.changes.iter().map(line).collect();
        format!("\n  Changes of flows\n{lines}")
    }
}

impl HorizonReport {
    fn of(score: &HorizonScore) -> Self {
        let contenders = score.contenders.iter();
        Self {
            hours: score.horizon.as_secs() / 3600,
            n: score.n,
            best_rule: score.best_rule.name(),
            p_no_better: rounded(score.p_no_better),
            contenders: contenders
                .map(|score| (score.contender.name(), ContenderReport::of(score)))
                .collect(),
        }
    }

    fn to_text(&self) -> String {
        let mut text = format!(
            "\n  {:<30}{:>9}{:>7}{:>7}{:>9}{:>7}{:>9}{:>9}\n",
            format!("in {} h ({} forecasts)", self.hours, self.n),
            "MAE",
            "RMSE",
            "CRPS",
            "80 % in",
            "wide",
            "90 % in",
            "Brier",
        );
        let order = ["forecast", "persistence", "last_rate", "seasonal_naive"];
        let order = order.into_iter().chain(["site_mean_calendar", "oracle"]);
        for (name, row) in order.filter_map(|name| Some((name, self.contenders.get(name)?))) {
            let _never_fails = writeln!(
                text,
                "    {:<28}{:>9.2}{:>7.2}{:>7.2}{:>7.1} %{:>7.1}{:>7.1} %{:>9.4}",
                name.replace('_', " "),
                row.mae_pct,
                row.rmse_pct,
                row.crps_pct,
                100.0 * row.coverage80,
                row.width80_pct,
                100.0 * row.coverage90,
                row.brier_overflow,
            );
        }
        let _never_fails = writeln!(
            text,
            "    no better than {}: p = {:.4}",
            self.best_rule.replace('_', " "),
            self.p_no_better,
        );
        text
    }
}

impl ContenderReport {
    fn of(score: &ContenderScore) -> Self {
        let [low, middle, high] = score.pinball_pct.map(rounded);
        Self {
            mae_pct: rounded(score.mae_pct),
            rmse_pct: rounded(score.rmse_pct),
            pinball10_pct: low,
            pinball50_pct: middle,
            pinball90_pct: high,
            crps_pct: rounded(score.crps_pct),
            coverage80: rounded(score.coverage[0]),
            width80_pct: rounded(score.width_pct[0]),
            coverage90: rounded(score.coverage[1]),
            width90_pct: rounded(score.width_pct[1]),
            brier_overflow: rounded(score.brier_overflow),
        }
    }
}

impl KindReport {
    fn of(score: &KindScore) -> Self {
        Self {
            kind: score.kind,
            faults: score.faults,
            recall: share(score.found, score.faults),
            suspicions: score.suspicions,
            precision: share(score.right, score.suspicions),
            delay_days_median: score.delay_days.map(|[median, _]| rounded(median)),
            delay_days_p90: score.delay_days.map(|[_, late]| rounded(late)),
        }
    }
}

/// A number with some decimals, or a dash.
fn told(value: Option<f64>, decimals: usize) -> String {
    value.map_or("-".to_owned(), |value| format!("{value:.decimals$}"))
}

impl FaultReport {
    fn to_text(&self) -> String {
        let mut text = format!(
            "\n  Faults of sensors, which are broken in {:.1} % of the time\n    {:<10}{:>8}{:>8}{:>12}{:>11}{:>14}{:>8}\n",
            100.0 * self.base_rate,
            "",
            "faults",
            "recall",
            "suspicions",
            "precision",
            "days, median",
            "90 %",
        );
        for kind in &self.kinds {
            let _never_fails = writeln!(
                text,
                "    {:<10}{:>8}{:>8}{:>12}{:>11}{:>14}{:>8}",
                kind.kind,
                kind.faults,
                told(kind.recall, 2),
                kind.suspicions,
                told(kind.precision, 2),
                told(kind.delay_days_median, 1),
                told(kind.delay_days_p90, 1),
            );
        }
        let _never_fails = writeln!(
            text,
            "    all: recall {}, precision {}, {:.3} false alarms for each sensor and month",
            told(self.recall, 2),
            told(self.precision, 2),
            self.false_alarms_per_sensor_month,
        );
        text
    }
}

impl EmptyingReport {
    fn of(score: EmptyingScore) -> Self {
        Self {
            emptyings: score.emptyings,
            recall: share(score.found, score.emptyings),
            told: score.told,
            precision: share(score.right, score.told),
        }
    }

    fn to_text(&self) -> String {
        format!(
            "\n  Emptyings: {} of 25 % and more, recall {}; {} told, precision {}\n",
            self.emptyings,
            told(self.recall, 3),
            self.told,
            told(self.precision, 3),
        )
    }
}
