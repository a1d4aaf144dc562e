//! `twin plan`: who empties what, in which order, and when.

mod budget;
mod day;
mod explain;
mod outcome;
mod problem_file;
mod progress;
mod replan;
mod solve;
mod tell;

use std::process::ExitCode;
use std::sync::Arc;

use simulator::collection::check::Verdict;

use self::day::DayCommand;
use self::explain::ExplainCommand;
use self::replan::ReplanCommand;
use self::solve::Solve;
use super::interrupt::when_interrupted;
use super::note;
use crate::collection::Watch;
use crate::error::ApiResult;

/// Plan the collection: which vehicle empties what, and in which order.
#[derive(Debug, clap::Args)]
pub struct PlanCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    Solve(Box<Solve>),
    Day(Box<DayCommand>),
    Explain(Box<ExplainCommand>),
    Replan(Box<ReplanCommand>),
}

/// What the program ends with: 1 where a plan breaks a rule.
fn status(verdict: &Verdict) -> ExitCode {
    tell::status(verdict.is_feasible())
}

impl PlanCommand {
    /// Does what was asked for.
    pub fn run(&self) -> ApiResult<ExitCode> {
        match &self.action {
            Action::Solve(solve) => solve.run(),
            Action::Day(day) => day.run(),
            Action::Explain(explain) => explain.run(),
            Action::Replan(replan) => replan.run(),
        }
    }
}

/// Lets a search end with what it has found where a person has waited long enough.
fn stop_when_interrupted(watch: Arc<Watch>) -> ApiResult<()> {
    when_interrupted(move || {
        watch.stop();
        note("stopping with the best plan so far");
    })
}
