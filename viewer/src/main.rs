//! `twin-viewer`: the 3D viewer as a program of its own.

use std::process::ExitCode;

use clap::Parser as _;
use viewer::Options;

fn main() -> ExitCode {
    viewer::run(&Options::parse())
}
