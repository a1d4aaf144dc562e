//! `twin pack fetch`: a territory out of open data, from the servers of those who publish them.

mod bring;
mod content;
mod list;
mod outcome;
mod roles;
mod sources;
mod vintage;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use gis_data::pack;

use self::bring::{Brought, Courier};
pub(super) use self::outcome::{Download, FetchWarning};
use self::roles::Role;
use self::sources::{Source, Sources};
use super::outcome::Outcome;
use super::progress::Steps;
use super::{Earlier, Import};
use crate::cli::print;
use crate::download::{Client, Patience};
use crate::error::{ApiError, ApiResult};

/// Download open data, and compose a pack out of them.
///
/// Without names, everything comes that the pack is made of. A download that was cut goes on where
/// it was; what is here already is asked for only where its publisher has something newer. A source
/// that cannot be had is told, and the others go on, except for those without which there is no
/// territory.
///
/// Example: twin pack fetch --out packs/pma
///
/// Example: twin pack fetch communes osm --virtual-sensors --out packs/pma
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line")]
pub(super) struct Fetch {
    /// Sources by name; see --list [default: all that are not marked otherwise]
    #[arg(value_name = "NAME")]
    names: Vec<String>,

    /// Folder of the pack; an earlier one of the same name is replaced
    #[arg(long, value_name = "DIR", required_unless_present_any = ["list", "only_download"])]
    out: Option<PathBuf>,

    /// Show the sources: who publishes them, under which licence, how large they are
    #[arg(long)]
    list: bool,

    /// Download, and compose no pack
    #[arg(long)]
    only_download: bool,

    /// Sources in the place of those that come with twin (TOML)
    #[arg(long, value_name = "FILE")]
    sources: Option<PathBuf>,

    /// Where downloads are kept [default: beside the pack, DIR.downloads; without one, downloads]
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,

    /// How many seconds a server may keep silent
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,

    /// How often in a row a source may fail without having sent anything to speak of
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=20))]
    attempts: u32,

    /// Give each container a synthetic sensor, whose readings are simulated
    #[arg(long)]
    virtual_sensors: bool,

    /// Print the outcome as JSON, and no progress
    #[arg(long)]
    json: bool,
}

/// The pause after the first failure.
const PAUSE: Duration = Duration::from_millis(500);
/// How long one source may take: the largest one at 0.2 Mbit/s.
const LONGEST: Duration = Duration::from_hours(12);

/// What came of the sources.
#[derive(Debug, Default)]
struct Harvest<'s> {
    brought: Vec<(&'s Source, Brought)>,
    warnings: Vec<FetchWarning>,
}

impl Harvest<'_> {
    /// Goes on without the source whose file an import refused, where one may.
    fn give_up(&mut self, error: ApiError) -> ApiResult<()> {
        let message = error.to_string();
        let is_refused = |(source, brought): &(&Source, Brought)| {
            !source.is_required && message.contains(&*brought.file.to_string_lossy())
        };
        let Some(refused) = self.brought.iter().position(is_refused) else {
            return Err(error);
        };
        let (source, _) = self.brought.remove(refused);
        self.warnings.push(FetchWarning::failed(source, &error));
        if self.brought.is_empty() {
            return Err(error);
        }
        Ok(())
    }
}

impl Fetch {
    pub(super) fn run(&self) -> ApiResult<()> {
        let sources = match &self.sources {
            Some(path) => Sources::read(path)?,
            None => Sources::embedded()?,
        };
        if self.list {
            return print(&list::list(&sources, self.json)?);
        }
        let started = Instant::now();
        if let Some(out) = &self.out {
            pack::check_place(out)?;
        }
        let steps = if self.json {
            Steps::untold()
        } else {
            Steps::told()
        };
        let mut harvest = self.harvest(&sources, &steps)?;
        let downloads = outcome::downloads(&harvest.brought);
        let (Some(out), false) = (&self.out, self.only_download) else {
            steps.end();
            let outcome = Outcome::without_pack(started.elapsed());
            let outcome = outcome.with_fetched(downloads, harvest.warnings);
            let text = outcome.fetched_text();
            return print(&if self.json { outcome.to_json()? } else { text });
        };
        let imported = loop {
            match self.import(out, &sources, &harvest).make(started, &steps) {
                Ok(imported) => break imported,
                Err(error) => harvest.give_up(error)?,
            }
        };
        steps.end();
        let outcome = imported.outcome.with_fetched(downloads, harvest.warnings);
        if self.json {
            return print(&outcome.to_json()?);
        }
        let told = outcome.to_text(&imported.report, Some(out));
        print(&format!("{}\n{told}", outcome.fetched_text()))
    }

    /// Brings the sources, one after the other.
    fn harvest<'s>(&self, sources: &'s Sources, steps: &Steps) -> ApiResult<Harvest<'s>> {
        let mut harvest = Harvest::default();
        let chosen = self.chosen(sources, &mut harvest.warnings)?;
        let courier = Courier {
            client: Client::new(self.patience()),
            cache: self.cache(),
            steps,
        };
        for source in chosen {
            match courier.bring(source) {
                Ok(brought) => {
                    let note = brought.not_refreshed.as_ref();
                    let note = note.map(|why| FetchWarning::not_refreshed(source, why));
                    harvest.warnings.extend(note);
                    harvest.brought.push((source, brought));
                }
                Err(error) if source.is_required => return Err(error),
                Err(error) => harvest.warnings.push(FetchWarning::failed(source, &error)),
            }
        }
        if harvest.brought.is_empty() {
            return Err(ApiError::NothingFetched);
        }
        Ok(harvest)
    }

    /// The named sources, or those that come by default; what no import takes is told.
    fn chosen<'s>(
        &self,
        sources: &'s Sources,
        warnings: &mut Vec<FetchWarning>,
    ) -> ApiResult<Vec<&'s Source>> {
        let asked = sources.chosen(&self.names)?;
        let (taken, left): (Vec<_>, Vec<_>) = asked
            .into_iter()
            .partition(|source| Role::of(source).is_some());
        warnings.extend(left.iter().map(|source| FetchWarning::not_imported(source)));
        let is_wanted = self.only_download || !self.names.is_empty();
        let left = left.into_iter().filter(|_| is_wanted);
        Ok(taken.into_iter().chain(left).collect())
    }

    fn patience(&self) -> Patience {
        Patience {
            silence: Duration::from_secs(self.timeout),
            total: LONGEST,
            attempts: self.attempts,
            pause: PAUSE,
        }
    }

    fn cache(&self) -> PathBuf {
        let beside = |out: &Path| {
            let mut name = out.file_name().unwrap_or_default().to_owned();
            name.push(".downloads");
            out.with_file_name(name)
        };
        let given = self.cache.clone();
        given
            .or_else(|| self.out.as_deref().map(beside))
            .unwrap_or_else(|| "downloads".into())
    }

    /// What `twin pack import` is to do with what came.
    fn import(&self, out: &Path, sources: &Sources, harvest: &Harvest<'_>) -> Import {
        let mut import = Import {
            out: Some(out.to_path_buf()),
            name: Some(sources.pack.name.clone()),
            title: Some(sources.pack.title.clone()),
            virtual_sensors: self.virtual_sensors,
            earlier: Earlier::GivesWay,
            ..Import::default()
        };
        for (source, brought) in &harvest.brought {
            let Some(role) = Role::of(source) else {
                continue;
            };
            (role.set)(&mut import, brought.file.clone());
            let info = source.layer_info(&brought.vintage);
            let told = role.layers.iter().map(|layer| (*layer, info.clone()));
            import.provenance.extend(told);
        }
        // An extract is of a whole region, as a rule.
        import.clip = import.osm.is_some() && import.communes.is_some();
        import
    }
}
