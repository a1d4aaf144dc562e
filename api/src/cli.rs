//! The command line of `twin`: one subcommand per thing a person wants.

mod serve;

use clap::{Parser, Subcommand};

pub use self::serve::Serve;
use crate::error::ApiResult;

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
}

impl Cli {
    /// The name of the subcommand that was asked for.
    pub fn name(&self) -> &'static str {
        match &self.command {
            Command::Serve(_) => "serve",
        }
    }

    /// Does what was asked for, and returns when it is done.
    pub fn run(self) -> ApiResult<()> {
        match self.command {
            Command::Serve(serve) => serve.run(),
        }
    }
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
