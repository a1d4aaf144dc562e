//! The command line of `twin`: one subcommand per thing a person wants.

mod backup;
mod calibrate;
mod decode;
mod doctor;
mod forecast;
mod ingest;
mod interrupt;
mod isochrone;
mod matrix;
mod pack;
mod plan;
mod roads;
mod route;
mod serve;
mod simulate;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use self::backup::{BackupCommand, RestoreCommand};
pub use self::calibrate::CalibrateCommand;
pub use self::decode::DecodeCommand;
pub use self::doctor::Doctor;
pub use self::forecast::ForecastCommand;
pub use self::ingest::IngestCommand;
pub use self::isochrone::IsochroneCommand;
pub use self::matrix::MatrixCommand;
pub use self::pack::PackCommand;
pub use self::plan::PlanCommand;
pub use self::route::RouteCommand;
pub use self::serve::Serve;
pub use self::simulate::{CompareCommand, SimulateCommand};
use crate::error::{ApiError, ApiResult, cannot_tell};

/// Maquette: the spatial digital twin of the 72 communes of Pays de Montbéliard Agglomération.
#[derive(Debug, Parser)]
#[command(name = "twin", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(Serve),
    Pack(PackCommand),
    Matrix(Box<MatrixCommand>),
    Route(Box<RouteCommand>),
    Isochrone(Box<IsochroneCommand>),
    Plan(Box<PlanCommand>),
    Forecast(ForecastCommand),
    Simulate(SimulateCommand),
    Compare(CompareCommand),
    Calibrate(Box<CalibrateCommand>),
    Decode(DecodeCommand),
    Ingest(IngestCommand),
    Backup(BackupCommand),
    Restore(RestoreCommand),
    Doctor(Doctor),
}

impl Cli {
    /// The name of the subcommand that was asked for.
    pub fn name(&self) -> &'static str {
        match &self.command {
            Command::Serve(_) => "serve",
            Command::Pack(_) => "pack",
            Command::Matrix(_) => "matrix",
            Command::Route(_) => "route",
            Command::Isochrone(_) => "isochrone",
            Command::Plan(_) => "plan",
            Command::Forecast(_) => "forecast",
            Command::Simulate(_) => "simulate",
            Command::Compare(_) => "compare",
            Command::Calibrate(_) => "calibrate",
            Command::Decode(_) => "decode",
            Command::Ingest(_) => "ingest",
            Command::Backup(_) => "backup",
            Command::Restore(_) => "restore",
            Command::Doctor(_) => "doctor",
        }
    }

    /// Does what was asked for, and returns when it is done: the status that the program ends with,
    /// where there is nothing to refuse.
    pub fn run(self) -> ApiResult<ExitCode> {
        match self.command {
            Command::Serve(serve) => serve.run()?,
            Command::Pack(pack) => return pack.run(),
            Command::Matrix(matrix) => return matrix.run(),
            Command::Route(route) => route.run()?,
            Command::Isochrone(isochrone) => isochrone.run()?,
            Command::Plan(plan) => return plan.run(),
            Command::Forecast(forecast) => return forecast.run(),
            Command::Simulate(simulate) => return simulate.run(),
            Command::Compare(compare) => return compare.run(),
            Command::Calibrate(calibrate) => return calibrate.run(),
            Command::Decode(decode) => return decode.run(),
            Command::Ingest(ingest) => return ingest.run(),
            Command::Backup(backup) => backup.run()?,
            Command::Restore(restore) => restore.run()?,
            Command::Doctor(doctor) => doctor.run()?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Writes to the standard output.
fn print(text: &str) -> ApiResult<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|source| ApiError::Run {
            action: "write to the standard output",
            source,
        })
}

/// Tells the person who waits something that is no part of the outcome, on the error stream.
fn note(text: &str) {
    let _nobody_reads = writeln!(std::io::stderr().lock(), "{text}");
}

/// Prints an outcome as JSON.
fn print_json(outcome: &impl serde::Serialize) -> ApiResult<()> {
    let json = serde_json::to_string(outcome).map_err(cannot_tell)?;
    print(&(json + "\n"))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_operator_token_is_no_flag() {
        let outcome = Cli::try_parse_from(["twin", "serve", "--operator-token", "s3cret"]);
        assert!(outcome.is_err());
    }
}
