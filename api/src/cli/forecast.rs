//! `twin forecast`: how full containers will be, and will be found.

mod fit;
mod log;
mod score;
mod tell;
mod trial;

use std::process::ExitCode;

use self::fit::Fit;
use self::score::ScoreCommand;
use self::trial::TrialCommand;
use crate::error::ApiResult;

/// Forecast how full containers will be found, from logs of collections, or will be, from sensors.
#[derive(Debug, clap::Args)]
pub struct ForecastCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    Score(ScoreCommand),
    Fit(Fit),
    Trial(TrialCommand),
}

impl ForecastCommand {
    /// Does what was asked for.
    pub fn run(&self) -> ApiResult<ExitCode> {
        match &self.action {
            Action::Score(score) => score.run()?,
            Action::Fit(fit) => fit.run()?,
            Action::Trial(trial) => trial.run()?,
        }
        Ok(ExitCode::SUCCESS)
    }
}
