//! `twin plan day`: the collection of a territory on one day.

mod files;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use gis_data::import::embedded::{EmbeddedOptions, Preset, embedded_pack};
use gis_data::pack;
use simulator::calendar::LocalDay;
use simulator::collection::Plan;
use simulator::collection::day::Policy;
use simulator::collection::rules::Rules;
use simulator::collection::saved::SavedDay;
use simulator::random::Seed;
use simulator::roads::HourClass;
use twin_core::{Fraction, Stream};

use self::files::FileArgs;
use super::budget::BudgetArgs;
use super::progress::SearchLine;
use super::stop_when_interrupted;
use crate::cli::roads::tell_replaced;
use crate::cli::{note, print, print_json};
use crate::collection::{
    DayOrder, DayTask, Effort, Found, Levels, LevelsFrom, PolicyName, Territory, Watch, euros,
    parse_day, parse_share, policy, read_day, read_rules, write_day,
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
    effort: EffortArgs,

    /// Begin with the rounds of another day, as it was saved
    #[arg(long, value_name = "FILE")]
    start: Option<PathBuf>,

    /// Save the day, to explain it, to change it, or to begin another one with
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,

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
#[derive(Clone, Copy, Debug, clap::Args)]
struct EffortArgs {
    #[command(flatten)]
    budget: BudgetArgs,

    /// Compute on so many threads
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: u16,

    /// What everything random follows from
    #[arg(long, value_name = "K", default_value_t = 1)]
    seed: u64,
}

impl DayCommand {
    pub(super) fn run(&self) -> ApiResult<ExitCode> {
        let rules = read_rules(self.rules.as_deref())?;
        let territory = self.territory.open()?;
        let streams = self.streams(&rules);
        let earlier = self.start.as_deref().map(read_day).transpose()?;
        let task = DayTask::new(DayOrder {
            territory: &territory,
            dir: self.territory.pack.as_deref(),
            rules: &rules,
            date: &self.date,
            policy: self.policy(self.policy),
            streams: &streams,
            levels: Levels {
                from: LevelsFrom::Synthetic,
                settled_by: self.policy(self.settled_by.unwrap_or(self.policy)),
                seed: Seed(self.effort.seed),
            },
            hour: self.hour,
            effort: self.effort.effort(),
        })?;
        task.ways.kept.iter().for_each(tell_replaced);
        let start = earlier.map(|earlier| self.carry(&task, &earlier));
        let found = self.search(&task, start.as_ref())?;
        let planned = task.tell(&found);
        if let Some(path) = &self.save {
            write_day(path, &task.save(&found.plan))?;
        }
        self.files.write(&planned, &territory)?;
        if self.json {
            print_json(&planned.outcome)?;
        } else {
            print(&planned.outcome.to_text())?;
        }
        Ok(super::status(&planned.verdict))
    }

    /// The rounds of another day, and a word of how much of them there is today.
    fn carry(&self, task: &DayTask<'_>, earlier: &SavedDay) -> Plan {
        let plan = task.carry(earlier);
        if !self.json {
            let stops = task.problem.problem.stops().len();
            let carried = stops - plan.unserved.len();
            note(&format!(
                "{} rounds of {} carried over, with {carried} of {stops} stops",
                plan.routes.len(),
                earlier.date
            ));
        }
        plan
    }

    /// Searches for a plan while a person looks on, who may stop it.
    fn search(&self, task: &DayTask<'_>, start: Option<&Plan>) -> ApiResult<Found> {
        let watch = Arc::new(Watch::default());
        stop_when_interrupted(Arc::clone(&watch))?;
        let line = if self.json {
            SearchLine::untold()
        } else {
            let stops = task.problem.problem.stops().len();
            note(&format!("{stops} stops, Ctrl-C for what is found"));
            SearchLine::told()
        };
        let display = |cost: i64| format!("{:.2} EUR", euros(cost));
        let found = task.search(start, &watch, || line.show(&watch, display));
        line.end();
        found
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

impl EffortArgs {
    fn effort(&self) -> Effort {
        Effort {
            limits: self.budget.limits(),
            threads: self.threads,
            seed: self.seed,
        }
    }
}

impl TerritoryArgs {
    fn open(&self) -> ApiResult<Territory> {
        Territory::new(match &self.pack {
            Some(dir) => pack::read(dir)?,
            None => embedded_pack(Preset::default(), EmbeddedOptions::SEED)?,
        })
    }
}
