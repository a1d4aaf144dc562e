//! `twin pack`: makes packs out of other people's files.

mod compose;
mod inspect;
mod outcome;
mod progress;
mod registers;
mod sites;
mod terrain;

use std::path::{Path, PathBuf};
use std::time::Instant;

use gis_data::pack::{self, IfPresent};

use self::inspect::Inspect;
use self::outcome::Outcome;
use self::progress::Steps;
use self::registers::RegisterArgs;
use self::sites::{SitesArgs, changes_of};
use self::terrain::TerrainArgs;
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
    Inspect(Inspect),
}

/// Compose a pack out of other people's files.
///
/// What cannot be used is left out and told; the import goes on. The folder is there completely
/// or not at all: one that holds another pack, or anything else, is left as it is.
///
/// Example: twin pack import --osm andorra.osm.pbf --virtual-sensors --out packs/andorra
///
/// Example: twin pack import --communes communes.geojson --sites pav.csv --out packs/ours
#[derive(Debug, clap::Args)]
struct Import {
    /// OpenStreetMap extract (.osm.pbf): points of interest, roads, water, outlines
    #[arg(long, value_name = "FILE", required_unless_present_any = ["communes", "sites", "registers", "dem"])]
    osm: Option<PathBuf>,

    /// Outlines of communes (GeoJSON with code and nom); they take the place of the extract's
    #[arg(long, value_name = "FILE")]
    communes: Option<PathBuf>,

    #[command(flatten)]
    terrain: TerrainArgs,

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
}

impl PackCommand {
    /// Does what was asked for.
    pub(super) fn run(self) -> ApiResult<()> {
        match self.action {
            Action::Import(import) => import.run(),
            Action::Inspect(inspect) => inspect.run(),
        }
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
        let mut report = steps.report();
        let (pack, told) = self.compose(&mut report, &steps)?;
        let mut changes = None;
        if let Some(out) = self.written_to() {
            changes = self.own.sites.as_ref().and_then(|_| changes_of(out, &pack));
            let present = match changes {
                Some(_) => IfPresent::Replace,
                None => IfPresent::Refuse,
            };
            steps.begin("writing the pack");
            pack::write(out, &pack, present)?;
        }
        steps.end();
        let outcome = Outcome::new(&pack, &report, started.elapsed())
            .with_assumptions(told.assumptions)
            .with_changes(changes.unwrap_or_default());
        if self.json {
            print(&outcome.to_json()?)
        } else {
            print(&outcome.to_text(&report, self.written_to()))
        }
    }

    /// Where the pack is to be written, if at all.
    fn written_to(&self) -> Option<&Path> {
        self.out.as_deref().filter(|_| !self.dry_run)
    }
}
