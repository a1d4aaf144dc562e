//! `twin ingest`: measured values from a file into a data directory.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use gis_data::import::observations::{Measurements, ObservationFormat};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::serve::store_from_environment;
use super::{note, print, print_json};
use crate::engine::{self, ClockKind, EngineError, EngineRules, OpenRequest, PackChoice};
use crate::error::{ApiError, ApiResult};
use crate::ingest::{Reception, Tally, observe};

/// Lines between two looks at how far it has come.
const EVERY: u64 = 1_000;
/// Refused lines that a person is told of.
const MOST_TOLD: usize = 10;

/// Take measured values from a file into a data directory that no server uses.
///
/// Each line is a value: a JSON object with "sensor", "phenomenon", "value" and "observed_at", or values
/// separated by commas below the names of their columns. Phenomena are distance (mm), fill (0 to 1),
/// temperature (°C), battery (0 to 1) and tilt (0 or 1); times have their offset. What was measured more
/// than a week ago is refused unless --backfill says that the past is told. A running server takes the same
/// lines at POST /observations.
///
/// Ends with status 1 where a line could not be taken in; the others are.
///
/// Example: twin ingest --data ./data --backfill last-year.csv
#[derive(Debug, clap::Args)]
pub struct IngestCommand {
    /// The file; - for the standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// The data directory
    #[arg(long, value_name = "DIR", default_value = "./data")]
    data: PathBuf,

    /// How the lines are written; by the file's ending unless told: csv, or JSON in each line
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Format>,

    /// What the file tells is the past, however long ago
    #[arg(long)]
    backfill: bool,

    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

/// How lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Values separated by commas
    Csv,
    /// A JSON object in each line
    Jsonl,
}

impl IngestCommand {
    /// Takes in what can be, and tells what cannot.
    pub(super) fn run(&self) -> ApiResult<ExitCode> {
        if !self.data.join("pack").exists() {
            return Err(ApiError::NoDataDirectory {
                path: self.data.clone(),
            });
        }
        let source = open(&self.file)?;
        let runtime = tokio::runtime::Runtime::new().map_err(|source| ApiError::Run {
            action: "start the threads of the twin",
            source,
        })?;
        let lines = Measurements::new(source, self.format());
        let tally = runtime.block_on(self.take_in(lines))?;
        if self.json {
            print_json(&tally)?;
        } else {
            self.tell(&tally)?;
        }
        Ok(if tally.refused > 0 {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        })
    }

    fn format(&self) -> ObservationFormat {
        let is_csv = self
            .file
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
        let is_in_lines = match self.format {
            Some(format) => format == Format::Jsonl,
            None => !is_csv,
        };
        if is_in_lines {
            ObservationFormat::Lines
        } else {
            ObservationFormat::Csv
        }
    }

    async fn take_in<R: BufRead>(&self, lines: Measurements<R>) -> ApiResult<Tally> {
        let request = OpenRequest {
            data: self.data.clone(),
            pack: PackChoice::Kept,
            rate: 1.0,
            date: None,
            rules: EngineRules::default(),
            store: store_from_environment()?,
            carrier: None,
        };
        let directory = engine::open(&request, "")?;
        let engine = &directory.engine;
        if engine.clock().kind() == ClockKind::Simulated {
            return Err(ApiError::InSimulatedTime);
        }
        let reception = if self.backfill {
            Reception::ThenAndThere
        } else {
            Reception::Now
        };
        let bar = progress(self.json);
        let seen = |line: u64| {
            if line.is_multiple_of(EVERY) {
                bar.set_position(line);
            }
        };
        let tally = observe(engine, lines, reception, seen).await;
        bar.finish_and_clear();
        engine.stop().await;
        Ok(tally.map_err(EngineError::from)?)
    }

    fn tell(&self, tally: &Tally) -> ApiResult<()> {
        for fault in tally.faults.iter().take(MOST_TOLD) {
            note(&format!(
                "{}, line {}: {}",
                self.file.display(),
                fault.line,
                fault.why
            ));
        }
        let untold = tally.refused.saturating_sub(MOST_TOLD as u64);
        if untold > 0 {
            note(&format!("… and {untold} more lines"));
        }
        let Tally {
            taken,
            known,
            refused,
            ..
        } = tally;
        print(&format!(
            "{taken} values taken in, {known} known already, {refused} refused\n"
        ))
    }
}

fn progress(is_quiet: bool) -> ProgressBar {
    let target = if is_quiet {
        ProgressDrawTarget::hidden()
    } else {
        ProgressDrawTarget::stderr()
    };
    let bar = ProgressBar::with_draw_target(None, target);
    let style = ProgressStyle::with_template("{spinner} {human_pos} lines  {per_sec}  {elapsed}");
    bar.with_style(style.unwrap_or_else(|_invalid| ProgressStyle::default_spinner()))
}

fn open(file: &Path) -> ApiResult<Box<dyn BufRead>> {
    if file == Path::new("-") {
        return Ok(Box::new(BufReader::new(std::io::stdin())));
    }
    let opened = File::open(file).map_err(|source| ApiError::ReadValues {
        path: file.into(),
        source,
    })?;
    Ok(Box::new(BufReader::new(opened)))
}
