//! `twin plan solve`: a problem of a file, such as solvers are compared on.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use clap::ValueEnum;
use simulator::collection::Plan;
use simulator::collection::check::check;
use simulator::collection::vrplib::{Instance, Round, Solution};

use super::budget::BudgetArgs;
use super::interrupt::stop_when_interrupted;
use super::outcome::Outcome;
use super::progress::SearchLine;
use crate::cli::{note, print, print_json};
use crate::collection::{Effort, SearchRequest, Watch, search};
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

    /// Begin with the routes of a file, in the format of VRPLIB's solutions
    #[arg(long, value_name = "FILE")]
    start: Option<PathBuf>,

    /// Write the routes into a file, in the format of VRPLIB's solutions
    #[arg(long, value_name = "FILE")]
    sol: Option<PathBuf>,

    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// CVRPLIB and VRPLIB, the successors of TSPLIB
    Vrplib,
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
        let instance = self.read()?;
        let start = self.start.as_deref();
        let start = start.map(|path| read_start(&instance, path));
        let start = start.transpose()?;
        let watch = Arc::new(Watch::default());
        stop_when_interrupted(Arc::clone(&watch))?;
        let line = if self.json {
            SearchLine::untold()
        } else {
            note(&format!(
                "{}: {} customers, Ctrl-C for what is found",
                self.name(),
                instance.problem().stops().len()
            ));
            SearchLine::told()
        };
        let effort = Effort {
            limits: self.budget.limits(),
            threads: self.threads,
            seed: self.seed,
        };
        let problem = instance.problem();
        let request = SearchRequest {
            problem,
            start: start.as_ref(),
            effort: &effort,
            began,
        };
        let found = search(&request, &watch, || {
            line.show(&watch, |cost| instance.display_cost(cost));
        });
        line.end();
        let found = found.map_err(|source| self.cannot_use(source))?;
        let verdict = check(problem, &found.plan);
        let outcome = Outcome::new((&instance, self.name()), &found, &verdict, began.elapsed());
        self.write(&outcome)?;
        if self.json {
            print_json(&outcome)?;
        } else {
            print(&outcome.to_text())?;
        }
        Ok(super::status(&verdict))
    }

    fn read(&self) -> ApiResult<Instance> {
        let text = read_text(&self.file)?;
        match self.format {
            Format::Vrplib => Instance::read(&text, self.round.map(Into::into))
                .map_err(|source| self.cannot_use(source)),
        }
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

/// The text of a file. Only remarks have letters beyond ASCII, in whatever encoding.
fn read_text(path: &Path) -> ApiResult<String> {
    let bytes = std::fs::read(path).map_err(|source| ApiError::ReadProblem {
        path: path.into(),
        source,
    })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The plan of a solution's file, to begin with.
fn read_start(instance: &Instance, path: &Path) -> ApiResult<Plan> {
    let solution = Solution::read(&read_text(path)?);
    let plan = solution.and_then(|solution| instance.plan(&solution));
    plan.map_err(|source| ApiError::InvalidProblem {
        path: path.into(),
        source,
    })
}
