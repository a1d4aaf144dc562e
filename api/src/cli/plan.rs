//! `twin plan`: who empties what, in which order, and when.

mod budget;
mod day;
mod interrupt;
mod outcome;
mod progress;
mod solve;

use std::process::ExitCode;

use simulator::collection::check::Verdict;

use self::day::DayCommand;
use self::solve::Solve;
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
}

/// What the program ends with: 1 where a plan breaks a rule.
fn status(verdict: &Verdict) -> ExitCode {
    if verdict.is_feasible() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

impl PlanCommand {
    /// Does what was asked for.
    pub fn run(&self) -> ApiResult<ExitCode> {
        match &self.action {
            Action::Solve(solve) => solve.run(),
            Action::Day(day) => day.run(),
        }
    }
}
