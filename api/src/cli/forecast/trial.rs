//! `twin forecast trial`: how good forecasts of levels are, where the truth is known.

mod tell;

use gis_data::import::embedded::{EmbeddedOptions, Preset, embedded_pack};
use simulator::filling::FlowPlan;
use simulator::forecast::Trial;
use simulator::random::Seed;
use twin_core::Timestamp;

use self::tell::TrialReport;
use crate::cli::{print, print_json};
use crate::collection::Territory;
use crate::config::parse_date;
use crate::error::ApiResult;
use crate::ingest::{flows_of, network_spec};

/// Forecast the levels of a simulated sensor network, and tell how good that is beside the truth.
///
/// Sensors have noise, faults and losses, and the forecaster hears nothing but their reports. Each
/// morning after four weeks of learning it says what every container will hold in 1, 2, 3 and 7 days if
/// nobody empties it, beside four rules of thumb and an oracle that knows the true rates and levels. One
/// site in five is new: its sensors begin to report three days before the first forecast.
///
/// Example: twin forecast trial --preset demo-2022 --days 120 --seed 1
///
/// Example: twin forecast trial --date 2022-10-15 --flows as-happened
#[derive(Debug, clap::Args)]
pub(super) struct TrialCommand {
    /// Which containers have sensors: demo-2022, target-2023 or as-built
    #[arg(long, default_value_t = Preset::Demo2022)]
    preset: Preset,

    /// How many days it runs, 42 to 1500, of which 28 are for learning
    #[arg(long, value_name = "N", default_value_t = 120)]
    days: u16,

    /// What random draws begin with
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// The day on which it begins
    #[arg(long, value_name = "DATE", default_value = "2022-03-01", value_parser = parse_date)]
    date: Timestamp,

    /// What people bring: that of before 2023 for all times, or as it happened, with the change of 2023
    #[arg(long, value_enum, default_value_t = Flows::Preset)]
    flows: Flows,

    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Flows {
    /// Those of the preset: before 2023.
    Preset,
    /// With the change of 1 January 2023.
    AsHappened,
}

/// Forecasts are made so long after midnight UTC, before the first crews leave.
const MORNING_H: i64 = 2;

impl TrialCommand {
    pub(super) fn run(&self) -> ApiResult<()> {
        let territory = Territory::new(embedded_pack(self.preset, EmbeddedOptions::SEED)?)?;
        let flows = match self.flows {
            Flows::Preset => flows_of(&territory.manifest),
            Flows::AsHappened => FlowPlan::as_happened(),
        };
        let (network, _) = network_spec(&territory.twin, flows, Seed(self.seed))?;
        let trial = Trial {
            network,
            start: self.date + twin_core::Span::from_hours(MORNING_H),
            days: self.days,
        };
        let report = TrialReport::of(&trial.run()?);
        if self.json {
            return print_json(&report);
        }
        print(&report.to_text())
    }
}
