//! `twin pack`: makes packs out of other people's files, and looks into them.

mod compose;
mod diff;
mod fetch;
mod inspect;
mod make;
mod outcome;
mod progress;
mod registers;
mod sites;
mod terrain;
mod validate;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use gis_data::import::Report;
use gis_data::pack::{self, IfPresent, LayerInfo};

use self::diff::Diff;
use self::fetch::Fetch;
use self::inspect::Inspect;
use self::make::Make;
use self::outcome::Outcome;
use self::progress::Steps;
use self::registers::RegisterArgs;
use self::sites::{SitesArgs, changes_of};
use self::terrain::TerrainArgs;
use self::validate::Validate;
use super::print;
use crate::error::ApiResult;

/// Make packs and look into them: the folders that `twin serve --pack` serves.
#[derive(Debug, clap::Args)]
pub struct PackCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    Import(Box<Import>),
    Fetch(Fetch),
    Make(Make),
    Inspect(Inspect),
    Diff(Diff),
    Validate(Validate),
}

/// Compose a pack out of other people's files.
///
/// What cannot be used is left out and told; the import goes on. The folder is there completely
/// or not at all: one that holds another pack, or anything else, is left as it is.
///
/// Example: twin pack import --osm andorra.osm.pbf --virtual-sensors --out packs/andorra
///
/// Example: twin pack import --communes communes.geojson --sites pav.csv --out packs/ours
#[derive(Debug, Default, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line")]
struct Import {
    /// OpenStreetMap extract (.osm.pbf): roads, water, buildings, land cover, places, addresses,
    /// outlines
    #[arg(long, value_name = "FILE", required_unless_present_any = ["communes", "sites", "registers", "dem"])]
    osm: Option<PathBuf>,

    /// Outlines of communes (GeoJSON with code and nom); they take the place of the extract's
    #[arg(long, value_name = "FILE")]
    communes: Option<PathBuf>,

    #[command(flatten)]
    terrain: TerrainArgs,

    /// Leave out what the extract holds beyond the communes of --communes; roads, water, buildings
    /// and land reach 2 km over the border
    #[arg(long, requires = "osm", requires = "communes")]
    clip: bool,

    /// Scatter so many synthetic recycling sites over the communes, by their population
    #[arg(long, value_name = "N", default_value_t = 0)]
    virtual_sites: usize,

    /// Give each container a synthetic sensor, whose readings are simulated
    #[arg(long)]
    virtual_sensors: bool,

    #[command(flatten)]
    own: SitesArgs,

    #[command(flatten)]
    registers: RegisterArgs,

    /// Folder of the new pack; with --sites, also of an earlier one of the same name, which it
    /// replaces
    #[arg(long, value_name = "DIR", required_unless_present_any = ["map_init", "dry_run"])]
    out: Option<PathBuf>,

    /// Read everything and tell what comes of it, and write nothing
    #[arg(long)]
    dry_run: bool,

    /// Short name of the pack [default: after the file]
    #[arg(long)]
    name: Option<String>,

    /// Name of the pack for people, shown on the page [default: the short name]
    #[arg(long)]
    title: Option<String>,

    /// Print the outcome as JSON, and no progress
    #[arg(long)]
    json: bool,

    /// Provenance of layers, by name, where more is known of it than the files say.
    #[arg(skip)]
    provenance: BTreeMap<&'static str, LayerInfo>,

    /// What happens to an earlier pack of the same name.
    #[arg(skip)]
    earlier: Earlier,
}

/// What happens to an earlier pack of the same name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Earlier {
    /// It stays, unless `--sites` brings what is newer.
    #[default]
    Stays,
    /// It gives way.
    GivesWay,
}

/// The flags of the import alone, for what must know them.
#[cfg(test)]
#[derive(Debug, clap::Parser)]
struct ImportFlags {
    #[command(flatten)]
    _import: Import,
}

/// A pack that was composed, and written unless it was only tried.
struct Imported {
    outcome: Outcome,
    report: Report,
}

impl PackCommand {
    /// Does what was asked for, and returns the status that the program ends with.
    pub(super) fn run(self) -> ApiResult<ExitCode> {
        match self.action {
            Action::Import(import) => import.run()?,
            Action::Fetch(fetch) => fetch.run()?,
            Action::Make(make) => make.run()?,
            Action::Inspect(inspect) => inspect.run()?,
            Action::Diff(diff) => return diff.run(),
            Action::Validate(validate) => return validate.run(),
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Import {
    fn run(self) -> ApiResult<()> {
        if self.own.map_init {
            return print(&self.own.proposed_mapping()?);
        }
        let started = Instant::now();
        if let Some(out) = self.written_to() {
            pack::check_place(out)?;
        }
        let steps = if self.json {
            Steps::untold()
        } else {
            Steps::told()
        };
        let imported = self.make(started, &steps)?;
        steps.end();
        if self.json {
            print(&imported.outcome.to_json()?)
        } else {
            let text = imported
                .outcome
                .to_text(&imported.report, self.written_to());
            print(&text)
        }
    }

    /// Composes the pack, and writes it where it is wanted.
    fn make(&self, started: Instant, steps: &Steps) -> ApiResult<Imported> {
        let mut report = steps.report();
        let (pack, told) = self.compose(&mut report, steps)?;
        let mut changes = None;
        if let Some(out) = self.written_to() {
            let may_replace = self.earlier == Earlier::GivesWay || self.own.sites.is_some();
            changes = may_replace.then(|| changes_of(out, &pack)).flatten();
            let present = match changes {
                Some(_) => IfPresent::Replace,
                None => IfPresent::Refuse,
            };
            steps.begin("writing the pack");
            pack::write(out, &pack, present)?;
        }
        let outcome = Outcome::new(&pack, &report, started.elapsed())
            .with_assumptions(told.assumptions)
            .with_changes(changes.unwrap_or_default());
        Ok(Imported { outcome, report })
    }

    /// Where the pack is to be written, if at all.
    fn written_to(&self) -> Option<&Path> {
        self.out.as_deref().filter(|_| !self.dry_run)
    }
}
