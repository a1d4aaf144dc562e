//! `twin calibrate`: what measured waste says of the model's inputs.

mod balance;
mod fit;
mod tables;
mod tell;
mod territory;

use std::process::ExitCode;

use self::balance::BalanceCommand;
use self::fit::Fit;
use crate::error::ApiResult;

/// Fit rates and calendar of the filling model to weighbridge tickets and logs of collections, or hold the
/// model against its inputs.
///
/// Tickets are a table with the columns date (or date_time), round (or vehicle), stream and kg; a log has
/// the columns site, collected_at_local and fill_before_pct, and perhaps content. Every rate stands within
/// what it lies in 90 % of all cases. What changed at once, as in January 2023, is found.
///
/// Example: twin calibrate --weighings tickets.csv --embedded --out calibrated.toml
///
/// Example: twin calibrate balance --params calibrated.toml
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct CalibrateCommand {
    #[command(subcommand)]
    action: Option<Action>,

    #[command(flatten)]
    fit: Fit,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    Balance(BalanceCommand),
}

impl CalibrateCommand {
    /// Does what was asked for.
    pub fn run(&self) -> ApiResult<ExitCode> {
        match &self.action {
            Some(Action::Balance(balance)) => balance.run(),
            None => self.fit.run(),
        }
    }
}
