//! The program `twin`.

use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser as _;

fn main() -> anyhow::Result<ExitCode> {
    let cli = api::cli::Cli::parse();
    let name = cli.name();
    cli.run()
        .with_context(|| format!("while running `twin {name}`"))
}
