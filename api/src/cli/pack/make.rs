//! `twin pack make`: the territory that is computed from plain facts, as a pack.

use std::path::PathBuf;
use std::time::Instant;

use gis_data::import::Report;
use gis_data::import::embedded::{EmbeddedOptions, Preset, TerritoryFacts, pack_from};
use gis_data::pack::{self, IfPresent};
use twin_core::Timestamp;

use super::outcome::Outcome;
use super::progress::Steps;
use crate::cli::print;
use crate::config::parse_date;
use crate::error::ApiResult;

/// Write the synthetic territory as a pack, or that of another agglomeration's facts.
///
/// The same facts, preset, date and seed make the same pack on every machine.
///
/// Example: twin pack make --preset demo-2022 --out packs/demo
///
/// Example: twin pack make --facts belfort.toml --out packs/belfort
#[derive(Debug, clap::Args)]
pub(super) struct Make {
    /// Which containers have sensors: demo-2022, target-2023 or as-built
    #[arg(long, default_value_t = Preset::default())]
    preset: Preset,

    /// The day whose state is told, where facts have several, like 2021-10-31 [default: the latest]
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    date: Option<Timestamp>,

    /// What random draws begin with
    #[arg(long, value_name = "N", default_value_t = EmbeddedOptions::SEED)]
    seed: u64,

    /// Facts about another territory, in the form of assets/territory/pma.toml
    #[arg(long, value_name = "FILE")]
    facts: Option<PathBuf>,

    /// Folder of the new pack
    #[arg(long, value_name = "DIR")]
    out: PathBuf,

    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

impl Make {
    pub(super) fn run(&self) -> ApiResult<()> {
        let started = Instant::now();
        pack::check_place(&self.out)?;
        let facts = match &self.facts {
            Some(path) => TerritoryFacts::read(path)?,
            None => TerritoryFacts::embedded()?,
        };
        let steps = if self.json {
            Steps::untold()
        } else {
            Steps::told()
        };
        steps.begin("computing the territory");
        let options = EmbeddedOptions {
            preset: self.preset,
            seed: self.seed,
            date: self.date,
        };
        let pack = pack_from(&facts, &options)?;
        steps.begin("writing the pack");
        pack::write(&self.out, &pack, IfPresent::Refuse)?;
        steps.end();
        let report = Report::default();
        let outcome = Outcome::new(&pack, &report, started.elapsed());
        if self.json {
            print(&outcome.to_json()?)
        } else {
            print(&outcome.to_text(&report, Some(&self.out)))
        }
    }
}
