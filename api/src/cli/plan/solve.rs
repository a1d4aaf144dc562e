//! `twin plan solve`: a problem of a file, such as solvers are compared on.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use clap::ValueEnum;
use simulator::collection::Plan;
use simulator::collection::check::check;
use simulator::collection::vrplib::Round;

use super::budget::BudgetArgs;
use super::outcome::Outcome;
use super::problem_file::{Format, ProblemFile};
use super::progress::SearchLine;
use super::stop_when_interrupted;
use crate::cli::{note, print, print_json};
use crate::collection::{Effort, SearchRequest, Watch, search, write_day};
use crate::error::{ApiError, ApiResult};

/// Solve a routing problem of a file, such as solvers are compared on.
///
/// The file says by its TYPE how numbers are rounded: to whole numbers, or to one decimal with time
/// windows. Interrupted (Ctrl-C), it tells what it found so far. It ends with status 1 where the
/// plan that it found breaks a rule.
///
/// Example: twin plan solve X-n101-k25.vrp --seconds 60 --seed 1 --json
///
/// Example: twin plan solve R1_10_1.vrp --cpu-seconds 10 --sol R1_10_1.sol
///
/// Example: twin plan solve R1_10_1.vrp --start R1_10_1.sol --seconds 60
///
/// Example: twin plan solve day.json --format day --seconds 60 --save better.json
#[derive(Debug, clap::Args)]
pub(super) struct Solve {
    /// The problem
    file: PathBuf,

    #[command(flatten)]
    budget: BudgetArgs,

    /// Search on so many threads
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: u16,

    /// Where the search begins
    #[arg(long, value_name = "K", default_value_t = 1)]
    seed: u64,

    /// The format of the file
    #[arg(long, value_name = "FORMAT", default_value = "vrplib")]
    format: Format,

    /// Round numbers in another way than the file's TYPE says: to whole numbers, to one decimal
    /// (dimacs), or to thousandths (exact)
    #[arg(long, value_name = "HOW")]
    round: Option<RoundArg>,

    /// Begin with the routes of a file: in the format of VRPLIB's solutions, or of another saved day
    #[arg(long, value_name = "FILE")]
    start: Option<PathBuf>,

    /// Write the routes into a file, in the format of VRPLIB's solutions
    #[arg(long, value_name = "FILE")]
    sol: Option<PathBuf>,

    /// Save the day with the plan that was found
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,

    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum RoundArg {
    Nearest,
    Down,
    Up,
    Dimacs,
    Exact,
}

impl From<RoundArg> for Round {
    fn from(round: RoundArg) -> Self {
        match round {
            RoundArg::Nearest => Self::Nearest,
            RoundArg::Down => Self::Down,
            RoundArg::Up => Self::Up,
            RoundArg::Dimacs => Self::Dimacs,
            RoundArg::Exact => Self::Exact,
        }
    }
}

impl Solve {
    /// Reads, searches, checks and tells.
    pub(super) fn run(&self) -> ApiResult<ExitCode> {
        let began = Instant::now();
        let file = self.read()?;
        let start = self.start.as_deref();
        let start = start.map(|path| file.read_start(path)).transpose()?;
        let watch = Arc::new(Watch::default());
        stop_when_interrupted(Arc::clone(&watch))?;
        let line = if self.json {
            SearchLine::untold()
        } else {
            note(&format!(
                "{}: {} stops, Ctrl-C for what is found",
                self.name(),
                file.problem().stops().len()
            ));
            SearchLine::told()
        };
        let effort = Effort {
            limits: self.budget.limits(),
            threads: self.threads,
            seed: self.seed,
        };
        let problem = file.problem();
        let request = SearchRequest {
            problem,
            start: start.as_ref(),
            effort: &effort,
            began,
        };
        let found = search(&request, &watch, || {
            line.show(&watch, |cost| file.display_cost(cost));
        });
        line.end();
        let found = found.map_err(|source| self.cannot_use(source))?;
        let verdict = check(problem, &found.plan);
        let outcome = Outcome::new((&file, self.name()), &found, &verdict, began.elapsed());
        self.write(&outcome)?;
        self.save(&file, &found.plan)?;
        if self.json {
            print_json(&outcome)?;
        } else {
            print(&outcome.to_text())?;
        }
        Ok(super::status(&verdict))
    }

    fn read(&self) -> ApiResult<ProblemFile> {
        let not_with = |value: &str, expected| ApiError::InvalidOption {
            option: "--format",
            value: value.into(),
            expected,
        };
        match self.format {
            Format::Vrplib if self.save.is_some() => {
                return Err(not_with("vrplib", "day, as a day is to be saved"));
            }
            Format::Day if self.round.is_some() => {
                return Err(not_with("day", "vrplib, as its numbers are to be rounded"));
            }
            _ => {}
        }
        ProblemFile::read(&self.file, self.format, self.round.map(Into::into))
    }

    /// What the file is called where it does not say.
    fn name(&self) -> String {
        let stem = self.file.file_stem().unwrap_or_default();
        stem.to_string_lossy().into_owned()
    }

    fn cannot_use(&self, source: simulator::SimError) -> ApiError {
        ApiError::InvalidProblem {
            path: self.file.clone(),
            source,
        }
    }

    fn save(&self, file: &ProblemFile, plan: &Plan) -> ApiResult<()> {
        let day = self.save.as_deref().zip(file.with_plan(plan));
        day.map_or(Ok(()), |(path, day)| write_day(path, &day))
    }

    fn write(&self, outcome: &Outcome<'_>) -> ApiResult<()> {
        let Some(path) = &self.sol else {
            return Ok(());
        };
        let text = outcome.solution().to_string();
        std::fs::write(path, text).map_err(|source| ApiError::Write {
            path: path.clone(),
            source,
        })
    }
}
