//! `twin forecast`: how full containers will be found.

mod fit;
mod log;
mod score;
mod tell;

use std::process::ExitCode;

use self::fit::Fit;
use self::score::ScoreCommand;
use crate::error::ApiResult;

/// Forecast how full containers will be found, from logs of collections.
#[derive(Debug, clap::Args)]
pub struct ForecastCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    Score(ScoreCommand),
    Fit(Fit),
}

impl ForecastCommand {
    /// Does what was asked for.
    pub fn run(&self) -> ApiResult<ExitCode> {
        match &self.action {
            Action::Score(score) => score.run()?,
            Action::Fit(fit) => fit.run()?,
        }
        Ok(ExitCode::SUCCESS)
    }
}
