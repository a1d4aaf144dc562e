//! How good forecasts were, for people and for programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;
use simulator::forecast::{Baseline, Score};

/// Fields and their names are those of `--json`; percents are those of a container.
#[derive(Debug, Serialize)]
pub(super) struct ScoreReport {
    /// How many collections were forecast.
    n: usize,
    /// The mean absolute error of the forecasts.
    mae_pct: f64,
    /// The share of collections within the forecasts' 80 % intervals.
    coverage80: f64,
    /// The mean width of these, in percent.
    width80: f64,
    /// The mean pinball loss at 0.1, 0.5 and 0.9.
    pinball: f64,
    /// The mean continuous ranked probability score.
    crps: f64,
    /// The coverage where the site's history is short, middling and long, a third of the rows each.
    coverage80_by_history: [f64; 3],
    /// Of rows whose site has five earlier ones: the mean widths of the interval, and of the site's own
    /// from 10 to 90 %.
    #[serde(skip_serializing_if = "Option::is_none")]
    widths_of_known_sites: Option<Widths>,
    /// The rules of thumb.
    baselines: BTreeMap<&'static str, BaselineReport>,
    /// The chance that forecasts are not better than the best rule, by CRPS and by site.
    p_no_better: Option<f64>,
}

#[derive(Debug, Serialize)]
struct Widths {
    forecast: f64,
    site: f64,
}

#[derive(Debug, Serialize)]
struct BaselineReport {
    mae_pct: f64,
    crps: f64,
}

impl ScoreReport {
    pub(super) fn of(score: &Score) -> Self {
        let baselines = Baseline::ALL.into_iter().zip(score.baselines);
        let report = |(mae_pct, crps)| BaselineReport {
            mae_pct: rounded(mae_pct),
            crps: rounded(crps),
        };
        Self {
            n: score.n,
            mae_pct: rounded(score.mae_pct),
            coverage80: rounded(score.coverage80),
            width80: rounded(score.width80),
            pinball: rounded(score.pinball),
            crps: rounded(score.crps),
            coverage80_by_history: score.coverage80_by_history.map(rounded),
            widths_of_known_sites: score.widths_of_known.map(|(forecast, site)| Widths {
                forecast: rounded(forecast),
                site: rounded(site),
            }),
            baselines: baselines
                .map(|(baseline, measured)| (baseline.name(), report(measured)))
                .collect(),
            p_no_better: score.p_of_no_better,
        }
    }

    pub(super) fn to_text(&self) -> String {
        let mut text = format!("  {} collections\n\n", self.n);
        let _never_fails = writeln!(text, "  {:<16}{:>10}  {:>8}", "", "MAE, %", "CRPS, %");
        let row =
            |name: &str, mae: f64, crps: f64| format!("  {name:<16}{mae:>10.2}  {crps:>8.2}\n");
        text += &row("forecast", self.mae_pct, self.crps);
        for (name, baseline) in &self.baselines {
            text += &row(&name.replace('_', " "), baseline.mae_pct, baseline.crps);
        }
        let [short, middle, long] = self.coverage80_by_history.map(|share| 100.0 * share);
        let _never_fails = write!(
            text,
            "\n  {:.1} % lie within the 80 % interval, which is {:.1} % wide\n  \
             {short:.0} %, {middle:.0} % and {long:.0} % where the site's history is short, middling and long\n",
            100.0 * self.coverage80,
            self.width80,
        );
        if let Some(widths) = &self.widths_of_known_sites {
            let _never_fails = writeln!(
                text,
                "  of sites with five collections and more it is {:.1} % wide, their own {:.1} %",
                widths.forecast, widths.site
            );
        }
        if let Some(p) = self.p_no_better {
            let told = if p < 1e-4 {
                "below 0.0001".to_owned()
            } else {
                format!("{p:.4}")
            };
            let _never_fails = writeln!(
                text,
                "  the chance that the best rule of thumb is as good: {told}"
            );
        }
        text
    }
}

/// With four decimals.
pub(super) fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}
