//! `twin plan explain`: why a saved day is as it is.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use simulator::collection::explain::{Budget, FleetEstimate, fleet_sizes};
use simulator::collection::saved::SavedDay;
use simulator::collection::{Plan, Problem};
use simulator::random::Seed;
use simulator::{SimError, SimResult};

use super::tell::{TellArgs, status};
use crate::cli::note;
use crate::collection::{
    Effort, Explained, Found, Limits, Question, SearchRequest, Watch, asked_route, asked_stops,
    read_day, search,
};
use crate::error::{ApiError, ApiResult};

/// Explain a saved day: what is left and why, and what would help.
///
/// Without a question, every stop that is left is told with the least that is in its way. The file is
/// one that `twin plan day --save` or `twin plan replan --save` wrote; its plan may have been changed by
/// hand. It ends with status 1 where the plan breaks a rule.
///
/// Example: twin plan explain day.json
///
/// Example: twin plan explain day.json --stop 25031-0040-1 --vehicle "crane-truck 2" --lang fr
///
/// Example: twin plan explain day.json --fleet --seconds 30
#[derive(Debug, clap::Args)]
pub(super) struct ExplainCommand {
    /// The day, as it was saved
    file: PathBuf,

    /// Why a stop is left, and what would help: the key of a container or a site, or the number of a
    /// stop; again for more
    #[arg(long = "stop", value_name = "KEY|N")]
    stops: Vec<String>,

    /// Why a vehicle's route cannot be driven: its name, such as "crane-truck 2", or its number among the
    /// plan's vehicles, from 1; again for more
    #[arg(long = "vehicle", value_name = "NAME|N")]
    vehicles: Vec<String>,

    /// What one vehicle more or less of each class would cost
    #[arg(long)]
    fleet: bool,

    #[command(flatten)]
    effort: FleetArgs,

    #[command(flatten)]
    tell: TellArgs,
}

/// How long other fleets are looked at.
#[derive(Clone, Copy, Debug, clap::Args)]
struct FleetArgs {
    /// Look at other fleets for about so many seconds, all together
    #[arg(long, value_name = "S", default_value_t = 10.0, value_parser = parse_seconds)]
    seconds: f64,

    /// Look at each fleet for so many steps instead; the same seed gives the same answer
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    iterations: Option<u64>,

    /// What everything random follows from
    #[arg(long, value_name = "K", default_value_t = 1)]
    seed: u64,
}

fn parse_seconds(text: &str) -> ApiResult<f64> {
    let seconds = text.parse::<f64>().ok();
    let seconds = seconds.filter(|&seconds| seconds > 0.0 && seconds <= 1e6);
    seconds.ok_or_else(|| ApiError::InvalidOption {
        option: "a time",
        value: text.into(),
        expected: "seconds above 0, at most 1000000",
    })
}

impl ExplainCommand {
    pub(super) fn run(&self) -> ApiResult<ExitCode> {
        let day = read_day(&self.file)?;
        let words = self.tell.words();
        let told = Explained::new(&day, &self.question(&day)?, &words)?;
        self.tell.print(&told, || told.to_text(&words))?;
        Ok(status(told.is_feasible()))
    }

    fn question(&self, day: &SavedDay) -> ApiResult<Question> {
        let stops = self.stops.iter().map(|key| asked_stops(day, key));
        let routes = self.vehicles.iter().map(|name| asked_route(day, name));
        Ok(Question {
            stops: stops.collect::<ApiResult<Vec<_>>>()?.concat(),
            routes: routes.collect::<ApiResult<_>>()?,
            fleet: self.fleet.then(|| self.fleet(day)).transpose()?,
        })
    }

    fn fleet(&self, day: &SavedDay) -> ApiResult<FleetEstimate> {
        if !self.tell.json {
            note("looking at other fleets");
        }
        let iterations = match self.effort.iterations {
            Some(iterations) => iterations,
            None => self.affordable(day)?,
        };
        let budget = Budget {
            seed: Seed(self.effort.seed),
            iterations,
        };
        Ok(fleet_sizes(&day.problem, &day.plan, budget, look)?)
    }

    /// How many steps each fleet can have in the time that there is, by how many a tenth of it holds.
    fn affordable(&self, day: &SavedDay) -> SimResult<u64> {
        let limits = Limits {
            wall: Some(Duration::from_secs_f64(self.effort.seconds / 10.0)),
            ..Limits::default()
        };
        let seed = self.effort.seed;
        let tried = found(&day.problem, &day.plan, (limits, seed))?;
        let fleets = 2 * day.problem.fleet().len() as u64 + 1;
        Ok((tried.iterations.saturating_mul(9) / fleets).max(1))
    }
}

/// The best plan from a given one on.
fn look(problem: &Problem, plan: &Plan, budget: Budget) -> Result<Plan, SimError> {
    let limits = Limits {
        iterations: Some(budget.iterations),
        ..Limits::default()
    };
    Ok(found(problem, plan, (limits, budget.seed.0))?.plan)
}

fn found(problem: &Problem, plan: &Plan, (limits, seed): (Limits, u64)) -> SimResult<Found> {
    let effort = Effort {
        limits,
        threads: 1,
        seed,
    };
    let request = SearchRequest {
        problem,
        start: Some(plan),
        effort: &effort,
        began: Instant::now(),
    };
    search(&request, &Watch::default(), || ())
}
