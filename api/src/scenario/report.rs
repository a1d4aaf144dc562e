//! What ensembles say, for programs and as tables for people.

mod changes;
mod sites;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;
use sha2::{Digest as _, Sha256};
use simulator::ensemble::{Better, Difference, Kpi, Summary};
use simulator::random::Draws;
use simulator::scenario::{Outcome, PartSums};
use twin_core::Stream;

use self::changes::CommuneChange;
use self::sites::SitesReport;
use super::ensemble::Ensemble;
use super::stage::Staged;
use super::tune::Trial;

/// A figure with its interval and unit.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct KpiReport {
    mean: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    lo95: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hi95: Option<f64>,
    sd: f64,
    unit: &'static str,
}

/// A difference with its interval.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct DifferenceReport {
    mean: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    lo95: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hi95: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    percent: Option<f64>,
    /// How probable it is that the second one is better; absent where neither way is.
    #[serde(skip_serializing_if = "Option::is_none")]
    probability_better: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    better_in_runs: Option<f64>,
    unit: &'static str,
}

/// What one scenario says.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SimulateReport {
    name: String,
    territory: String,
    synthetic: bool,
    policy: simulator::scenario::PolicyRule,
    information: &'static str,
    from: String,
    days: u32,
    seed: u64,
    draws: Draws,
    replications: usize,
    containers: usize,
    sensors: usize,
    kpis: BTreeMap<&'static str, KpiReport>,
    by_commune: Vec<PartReport>,
    by_stream: Vec<PartReport>,
    by_site: SitesReport,
    /// What was tried to bring it to the service of another: points of its trade-off.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    trade_off: Vec<Trial>,
    /// SHA-256 of all runs.
    checksum: String,
}

/// What one scenario says of a commune, or of a stream: means over the runs, of the whole period.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PartReport {
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    name: String,
    emptyings: f64,
    overflowed: f64,
    overflow_h: f64,
    beside_l: f64,
}

impl PartReport {
    fn new(
        (code, name): (Option<String>, String),
        runs: &[Outcome],
        part: impl Fn(&Outcome) -> Option<PartSums>,
    ) -> Self {
        let of = |value: fn(&PartSums) -> f64| {
            let values = runs.iter().filter_map(&part);
            values.map(|sums| value(&sums)).sum::<f64>() / runs.len().max(1) as f64
        };
        Self {
            code,
            name,
            emptyings: of(|sums| sums.emptyings as f64),
            overflowed: of(|sums| sums.overflowed as f64),
            overflow_h: of(|sums| sums.overflow_h),
            beside_l: of(|sums| sums.beside_l),
        }
    }

    const fn is_something(&self) -> bool {
        self.emptyings > 0.0 || self.overflow_h > 0.0
    }
}

/// What several scenarios say beside the first of them.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CompareReport {
    scenarios: Vec<SimulateReport>,
    /// Of the first scenario, as in `twin simulate`.
    kpis: BTreeMap<&'static str, KpiReport>,
    /// By the name of the other scenario, then by figure.
    differences: BTreeMap<String, BTreeMap<&'static str, DifferenceReport>>,
    /// By the name of the other scenario: where overflow differs.
    commune_differences: BTreeMap<String, Vec<CommuneChange>>,
    pub(crate) checksum: String,
}

impl SimulateReport {
    pub(crate) fn new(staged: &Staged, ensemble: &Ensemble) -> Self {
        let setting = &staged.setting;
        let scenario = setting.scenario();
        Self {
            name: scenario.name.en.clone(),
            territory: staged.territory.clone(),
            synthetic: staged.is_synthetic,
            policy: scenario.policy,
            information: scenario.information.name(),
            from: scenario.period.from.to_string(),
            days: scenario.period.days,
            seed: scenario.seed,
            draws: scenario.draws,
            replications: ensemble.runs.len(),
            containers: setting.container_count(),
            sensors: setting.sensor_count(),
            kpis: kpis(ensemble),
            by_commune: communes(staged, ensemble),
            by_stream: streams(ensemble),
            by_site: SitesReport::new(staged, ensemble),
            trade_off: staged.tried.clone(),
            checksum: checksum(&ensemble.runs),
        }
    }

    /// Tables that a person reads.
    pub(crate) fn to_text(&self) -> String {
        let mut text = format!(
            "{}\n{} · {} containers · {} days from {} · {} runs\n\n",
            self.name, self.territory, self.containers, self.days, self.from, self.replications
        );
        for kpi in Kpi::ALL {
            let Some(told) = self.kpis.get(kpi.key()) else {
                continue;
            };
            let interval = told
                .lo95
                .zip(told.hi95)
                .map_or_else(String::new, |(lo, hi)| {
                    format!("{} to {}", shown(lo), shown(hi))
                });
            let line = format!(
                "{:<32}{:>12} {:<14} {interval}",
                kpi.key(),
                shown(told.mean),
                told.unit
            );
            let _infallible = writeln!(text, "{}", line.trim_end());
        }
        let _infallible = writeln!(
            text,
            "\n{:<32}{:>12}{:>14}{:>16}",
            "of the period", "emptyings", "overflowed", "full hours"
        );
        for part in &self.by_stream {
            let _infallible = writeln!(
                text,
                "{:<32}{:>12}{:>14}{:>16}",
                part.name,
                shown(part.emptyings),
                shown(part.overflowed),
                shown(part.overflow_h)
            );
        }
        if self.synthetic {
            text.push_str(
                "\nSynthetic territory; levels are simulated. Intervals: 95 % of the mean.\n",
            );
        } else {
            text.push_str("\nLevels are simulated. Intervals: 95 % of the mean.\n");
        }
        text
    }
}

impl CompareReport {
    pub(crate) fn new(compared: &[(Staged, Ensemble)]) -> Self {
        let reports: Vec<SimulateReport> = compared
            .iter()
            .map(|(staged, ensemble)| SimulateReport::new(staged, ensemble))
            .collect();
        let mut differences = BTreeMap::new();
        let mut commune_differences = BTreeMap::new();
        if let Some((first, others)) = compared.split_first() {
            let (_, base) = first;
            for (nth, (staged, ensemble)) in others.iter().enumerate() {
                let name = &staged.setting.scenario().name.en;
                let is_taken = differences.contains_key(name);
                let name = if is_taken {
                    format!("{name} ({})", nth + 2)
                } else {
                    name.clone()
                };
                let changes = changes::changes(first, ensemble);
                commune_differences.insert(name.clone(), changes);
                differences.insert(name, between(base, ensemble));
            }
        }
        let all: Vec<u8> = reports
            .iter()
            .flat_map(|report| report.checksum.bytes())
            .collect();
        Self {
            kpis: reports
                .first()
                .map(|first| first.kpis.clone())
                .unwrap_or_default(),
            differences,
            commune_differences,
            checksum: hex(&Sha256::digest(all)),
            scenarios: reports,
        }
    }

    /// Tables that a person reads: the first scenario, then what each other one changes.
    pub(crate) fn to_text(&self) -> String {
        let mut text = self
            .scenarios
            .first()
            .map(SimulateReport::to_text)
            .unwrap_or_default();
        for (name, differences) in &self.differences {
            let _infallible = write!(text, "\n{name}, compared with it\n\n");
            for kpi in Kpi::ALL {
                let Some(told) = differences.get(kpi.key()) else {
                    continue;
                };
                let percent = told
                    .percent
                    .map_or_else(String::new, |percent| format!("{percent:+.1} %"));
                let interval = told
                    .lo95
                    .zip(told.hi95)
                    .map_or_else(String::new, |(lo, hi)| {
                        format!("{} to {}", signed(lo), signed(hi))
                    });
                let better = told
                    .probability_better
                    .map_or_else(String::new, |p| format!("better with {:.0} %", 100.0 * p));
                let line = format!(
                    "{:<32}{:>12} {:<14}{percent:>9}  {interval:<24} {better}",
                    kpi.key(),
                    signed(told.mean),
                    told.unit
                );
                let _infallible = writeln!(text, "{}", line.trim_end());
            }
        }
        text + &self.in_short()
    }

    /// One line for each scenario: its service, and what distance and money it takes.
    fn in_short(&self) -> String {
        let mut text = format!(
            "\n{:<50}{:>9}{:>10}{:>9}{:>11}{:>9}  tuned\n",
            "in short", "service", "km/day", "", "EUR/day", ""
        );
        for (nth, scenario) in self.scenarios.iter().enumerate() {
            let mean = |kpi: Kpi| scenario.kpis.get(kpi.key()).map_or(0.0, |told| told.mean);
            let base = |kpi: Kpi| self.kpis.get(kpi.key()).map_or(0.0, |told| told.mean);
            let changed = |kpi: Kpi| match base(kpi) {
                base if nth > 0 && base > 0.0 => {
                    format!("{:+.1} %", 100.0 * (mean(kpi) / base - 1.0))
                }
                _ => String::new(),
            };
            let tuned = scenario.trade_off.first().and_then(|trial| {
                let value = trial.of(scenario.policy)?;
                Some(format!("{} {}", trial.knob, shown(value)))
            });
            let line = format!(
                "{:<50}{:>7.1} %{:>10}{:>9}{:>11}{:>9}  {}",
                scenario.name,
                100.0 * mean(Kpi::Service),
                shown(mean(Kpi::KmPerDay)),
                changed(Kpi::KmPerDay),
                shown(mean(Kpi::Euros)),
                changed(Kpi::Euros),
                tuned.unwrap_or_default(),
            );
            let _infallible = writeln!(text, "{}", line.trim_end());
        }
        text
    }
}

fn kpis(ensemble: &Ensemble) -> BTreeMap<&'static str, KpiReport> {
    let each = Kpi::ALL.iter().map(|kpi| {
        let Summary {
            mean,
            lo95,
            hi95,
            sd,
        } = ensemble.summary(*kpi);
        let report = KpiReport {
            mean,
            lo95: finite(lo95),
            hi95: finite(hi95),
            sd,
            unit: kpi.unit(),
        };
        (kpi.key(), report)
    });
    each.collect()
}

fn between(base: &Ensemble, other: &Ensemble) -> BTreeMap<&'static str, DifferenceReport> {
    let each = Kpi::ALL.iter().map(|kpi| {
        let Difference {
            mean,
            lo95,
            hi95,
            percent,
            better,
            better_runs,
        } = base.difference(*kpi, other);
        let is_judged = kpi.better() != Better::Neutral;
        let report = DifferenceReport {
            mean,
            lo95: finite(lo95),
            hi95: finite(hi95),
            percent,
            probability_better: is_judged.then_some(better),
            better_in_runs: is_judged.then_some(better_runs),
            unit: kpi.unit(),
        };
        (kpi.key(), report)
    });
    each.collect()
}

fn communes(staged: &Staged, ensemble: &Ensemble) -> Vec<PartReport> {
    let communes = staged.setting.inventory().communes().iter();
    let told = communes.map(|(ix, commune)| {
        let names = (Some(commune.code.to_string()), commune.name.to_string());
        PartReport::new(names, &ensemble.runs, |run| {
            run.communes.get(usize::from(ix.0)).copied()
        })
    });
    told.filter(PartReport::is_something).collect()
}

fn streams(ensemble: &Ensemble) -> Vec<PartReport> {
    let told = Stream::ALL.iter().map(|stream| {
        let part = |run: &Outcome| run.streams.get(stream).copied();
        PartReport::new((None, stream.to_string()), &ensemble.runs, part)
    });
    told.filter(PartReport::is_something).collect()
}

/// SHA-256 of the runs as they are written: the same bytes for the same scenario and seed.
fn checksum(runs: &[Outcome]) -> String {
    let bytes = serde_json::to_vec(runs).unwrap_or_default();
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        let _infallible = write!(text, "{byte:02x}");
    }
    text
}

const fn finite(value: f64) -> Option<f64> {
    if value.is_finite() { Some(value) } else { None }
}

/// Four significant digits, or all of a whole part.
fn shown(value: f64) -> String {
    let size = value.abs();
    if size >= 1000.0 {
        format!("{value:.0}")
    } else if size >= 100.0 {
        format!("{value:.1}")
    } else if size >= 1.0 {
        format!("{value:.2}")
    } else {
        format!("{value:.4}")
    }
}

fn signed(value: f64) -> String {
    if value > 0.0 {
        format!("+{}", shown(value))
    } else {
        shown(value)
    }
}
