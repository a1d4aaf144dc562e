//! `twin plan day`: the collection of a territory on one day.

mod files;
mod options;
mod outcome;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use gis_data::crs::planar_crs;
use gis_data::import::embedded::{EmbeddedOptions, Preset, embedded_pack};
use gis_data::pack::{self, Manifest, Pack};
use simulator::calendar::LocalDay;
use simulator::collection::check::check;
use simulator::collection::day::{Day, DayProblem, DayRequest, Policy};
use simulator::collection::rules::Rules;
use simulator::random::Seed;
use simulator::roads::HourClass;
use twin_core::{Fraction, Ground, HealthRules, Inventory, Stream, Twin};

use self::files::FileArgs;
use self::options::{PolicyName, parse_day, parse_share, policy, read_rules};
use self::outcome::{Outcome, Planned, Told};
use super::budget::BudgetArgs;
use super::interrupt::stop_when_interrupted;
use super::progress::SearchLine;
use super::search::{self, Found, Watch, search};
use crate::cli::roads::tell_replaced;
use crate::cli::{note, print, print_json};
use crate::collection::{
    Morning, MorningRequest, Rounds, RoundsRequest, Tracks, TracksRequest, Ways, WaysRequest,
};
use crate::error::ApiResult;

/// Plan a day's collection: which containers, by which vehicles, over the roads of a pack.
///
/// How full containers are is synthetic: the steady state of the policy under the filling model. The
/// rules of crews, vehicles, costs and streams are those of assets/collection.toml, or of a file.
/// Interrupted (Ctrl-C), it tells what it found so far. It ends with status 1 where the plan that it
/// found breaks a rule.
///
/// Example: twin plan day --embedded --date 2022-05-17 --policy prize --json
///
/// Example: twin plan day --pack packs/pma --date 2022-05-17 --policy threshold --threshold 0.4
///     --settled-by prize
#[derive(Debug, clap::Args)]
pub(super) struct DayCommand {
    #[command(flatten)]
    territory: TerritoryArgs,

    /// The day, as 2022-05-17
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_day)]
    date: LocalDay,

    /// How containers are chosen: prize (by the probability that they overflow), threshold, fixed
    /// (by the interval of their stream), or fullest
    #[arg(long, value_name = "POLICY", default_value = "prize")]
    policy: PolicyName,

    /// From which share of its volume on the policy threshold empties a container
    #[arg(long, value_name = "SHARE", default_value = "0.7", value_parser = parse_share)]
    threshold: Fraction,

    /// How many containers the policy fullest takes
    #[arg(long, value_name = "N", default_value_t = 300)]
    fullest: usize,

    /// The policy that the territory was collected by until that day [default: the same]
    #[arg(long, value_name = "POLICY")]
    settled_by: Option<PolicyName>,

    /// A stream that is collected on the day; again for more [default: all that the rules have]
    #[arg(long = "stream", value_name = "STREAM")]
    streams: Vec<Stream>,

    /// Rules of the collection, in the form of assets/collection.toml
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,

    /// When vehicles drive: off-peak or peak
    #[arg(long, value_name = "HOUR", default_value = "off-peak")]
    hour: HourClass,

    #[command(flatten)]
    effort: Effort,

    #[command(flatten)]
    files: FileArgs,

    /// Print it as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct TerritoryArgs {
    /// Folder of a pack; the order of its roads is kept there
    #[arg(long, value_name = "DIR")]
    pack: Option<PathBuf>,

    /// The synthetic territory that comes with the program
    #[arg(long)]
    embedded: bool,
}

/// How long a plan is searched for, and from which random numbers.
#[derive(Clone, Copy, Debug, clap::Args, serde::Serialize)]
struct Effort {
    #[command(flatten)]
    #[serde(flatten)]
    budget: BudgetArgs,

    /// Compute on so many threads
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: u16,

    /// What everything random follows from
    #[arg(long, value_name = "K", default_value_t = 1)]
    seed: u64,
}

/// A territory in memory.
struct Territory {
    manifest: Manifest,
    twin: Twin,
    ground: Ground,
}

impl DayCommand {
    pub(super) fn run(&self) -> ApiResult<ExitCode> {
        let rules = read_rules(self.rules.as_deref())?;
        let territory = self.territory.open()?;
        let streams = self.streams(&rules);
        let started = Instant::now();
        let morning = self.morning(&territory, &rules)?;
        let day = Day::new(
            &DayRequest {
                inventory: territory.twin.inventory(),
                rules: &rules,
                date: self.date.date(),
                policy: self.policy(self.policy),
                streams: &streams,
            },
            |container| morning.known(container),
        )?;
        let morning_s = started.elapsed().as_secs_f64();
        let left = day.left().to_vec();
        let profiles = day.profiles().to_vec();
        let started = Instant::now();
        let (problem, ways) = self.problem(day, &territory.ground)?;
        let told = Told {
            command: self,
            territory: &territory,
            rules: &rules,
            profiles: &profiles,
            left: &left,
            off_road: &ways.off_road,
            morning_s,
            roads_s: started.elapsed().as_secs_f64() - ways.tables_s,
            tables_s: ways.tables_s,
        };
        let found = self.search(&problem)?;
        let verdict = check(&problem.problem, &found.plan);
        let mut rounds = self.rounds(&problem, &territory, &found);
        let request = TracksRequest {
            day: &problem,
            rules: &rules,
            roads: &ways.roads,
        };
        let tracks = Tracks::new(&request, &mut rounds);
        let planned = Planned::new((&problem, &rules), (&found, &verdict), (&rounds, &tracks));
        let outcome = Outcome::new(&problem, &told, planned);
        self.files.write((&rounds, &tracks), &territory)?;
        if self.json {
            print_json(&outcome)?;
        } else {
            print(&outcome.to_text())?;
        }
        Ok(super::status(&verdict))
    }

    /// Searches for a plan while a person looks on, who may stop it.
    fn search(&self, day: &DayProblem) -> ApiResult<Found> {
        let watch = Arc::new(Watch::default());
        stop_when_interrupted(Arc::clone(&watch))?;
        let line = if self.json {
            SearchLine::untold()
        } else {
            note(&format!(
                "{} stops, Ctrl-C for what is found",
                day.problem.stops().len()
            ));
            SearchLine::told()
        };
        let effort = search::Effort {
            budget: self.effort.budget.from(Instant::now()),
            threads: self.effort.threads,
            seed: self.effort.seed,
        };
        let euros = |cost: i64| format!("{:.2} EUR", cost as f64 / 1e6);
        let found = search(&day.problem, &effort, &watch, || line.show(&watch, euros));
        line.end();
        Ok(found?)
    }

    fn rounds(&self, day: &DayProblem, territory: &Territory, found: &Found) -> Rounds {
        let request = RoundsRequest {
            inventory: territory.twin.inventory(),
            day,
            date: &self.date,
            territory: &territory.manifest.title,
            is_synthetic: true,
        };
        Rounds::new(&request, &found.plan)
    }

    fn morning(&self, territory: &Territory, rules: &Rules) -> ApiResult<Morning> {
        let request = MorningRequest {
            twin: &territory.twin,
            manifest: &territory.manifest,
            rules,
            policy: self.policy(self.settled_by.unwrap_or(self.policy)),
            seed: Seed(self.effort.seed),
        };
        Morning::synthetic(&request, &self.date)
    }

    /// The day with its ways, and what else is known of these.
    fn problem(&self, day: Day, ground: &Ground) -> ApiResult<(DayProblem, Ways)> {
        let places: Vec<_> = day.places().iter().map(|place| place.at).collect();
        let request = WaysRequest {
            ground,
            dir: self.territory.pack.as_deref(),
            hour: self.hour,
            profiles: day.profiles(),
            threads: self.effort.threads.into(),
        };
        let mut ways = Ways::new(&request, &places)?;
        ways.kept.iter().for_each(tell_replaced);
        let travels = std::mem::take(&mut ways.travels);
        let turning = day.clone().problem(travels)?;
        ways.head(&turning.problem, Seed(self.effort.seed), request.threads)?;
        drop(turning);
        let travels = std::mem::take(&mut ways.travels);
        Ok((day.problem(travels)?, ways))
    }

    fn policy(&self, name: PolicyName) -> Policy {
        policy(name, self.threshold, self.fullest)
    }

    /// The streams of the day: those asked for, or all that the rules have.
    fn streams(&self, rules: &Rules) -> Vec<Stream> {
        if self.streams.is_empty() {
            return rules.streams.keys().copied().collect();
        }
        for stream in &self.streams {
            if !rules.streams.contains_key(stream) {
                note(&format!("the rules do not say how {stream} is collected"));
            }
        }
        self.streams.clone()
    }
}

impl TerritoryArgs {
    fn open(&self) -> ApiResult<Territory> {
        let pack = match &self.pack {
            Some(dir) => pack::read(dir)?,
            None => embedded_pack(Preset::default(), EmbeddedOptions::SEED)?,
        };
        let Pack {
            manifest,
            layers,
            ground,
        } = pack;
        let inventory = Inventory::new(layers, planar_crs(&manifest.crs)?);
        let inventory = inventory.map_err(gis_data::GisError::from)?;
        Ok(Territory {
            manifest,
            twin: Twin::new(inventory, HealthRules::default()),
            ground,
        })
    }
}
