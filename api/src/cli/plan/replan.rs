//! `twin plan replan`: a saved day that changes while it is under way.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use simulator::collection::replan::Weights;
use simulator::collection::rules::Clock;

use super::tell::{TellArgs, status};
use crate::collection::{News, Replanned, csv, read_day, write_day};
use crate::error::{ApiError, ApiResult};

/// How many routes are timed while looking for something better.
const TRIALS: u32 = 2_000;

/// Change a saved day while it is under way, for the crews as little as it is worth.
///
/// What is done at that time, or bound to be, is taken off; a crew finishes what it is at. The rest is
/// changed as asked for, and every crew for which anything is new is told what. It ends with status 1
/// where the plan then breaks a rule.
///
/// Example: twin plan replan day.json --at 10:15 --add 25031-0040-1 --save later.json
///
/// Example: twin plan replan day.json --at 10:15 --breakdown "crane-truck 2" --lang fr
#[derive(Debug, clap::Args)]
pub(super) struct ReplanCommand {
    /// The day, as it was saved
    file: PathBuf,

    /// The time on the clock
    #[arg(long, value_name = "HH:MM", value_parser = parse_clock)]
    at: i32,

    /// Empty a stop that the plan leaves: the key of a container or a site, or the number of a stop;
    /// again for more
    #[arg(long, value_name = "KEY|N")]
    add: Vec<String>,

    /// Do not empty a stop; again for more
    #[arg(long, value_name = "KEY|N")]
    drop: Vec<String>,

    /// A vehicle is out of service: its name, such as "crane-truck 2", or its number among the plan's
    /// vehicles, from 1; again for more
    #[arg(long, value_name = "NAME|N")]
    breakdown: Vec<String>,

    /// What it is worth, in euros, that a stop stays on its vehicle
    #[arg(long, value_name = "EUR", default_value_t = 10.0, value_parser = parse_euros)]
    per_moved: f64,

    /// What it is worth, in euros, that a stop comes after the same one as before
    #[arg(long, value_name = "EUR", default_value_t = 1.0, value_parser = parse_euros)]
    per_reordered: f64,

    /// Save what is left of the day
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,

    /// Write all calls from then on as CSV
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,

    #[command(flatten)]
    tell: TellArgs,
}

fn parse_clock(text: &str) -> ApiResult<i32> {
    let clock = Clock::try_from(text.to_owned()).ok();
    let clock = clock.ok_or_else(|| ApiError::InvalidOption {
        option: "the time",
        value: text.into(),
        expected: "a time like 10:15",
    });
    Ok(clock?.ticks())
}

fn parse_euros(text: &str) -> ApiResult<f64> {
    let euros = text.parse::<f64>().ok();
    let euros = euros.filter(|euros| (0.0..=1e6).contains(euros));
    euros.ok_or_else(|| ApiError::InvalidOption {
        option: "an amount",
        value: text.into(),
        expected: "euros from 0 to 1000000",
    })
}

impl ReplanCommand {
    pub(super) fn run(&self) -> ApiResult<ExitCode> {
        let day = read_day(&self.file)?;
        let words = self.tell.words();
        let news = News {
            at: self.at,
            add: &self.add,
            drop: &self.drop,
            breakdown: &self.breakdown,
            weights: Weights {
                per_moved: micros(self.per_moved),
                per_reordered: micros(self.per_reordered),
                trials: TRIALS,
            },
        };
        let began = Instant::now();
        let mut replanned = Replanned::new(&day, &news, &words)?;
        replanned.told.replan_s = began.elapsed().as_secs_f64();
        if let Some(path) = &self.save {
            write_day(path, &replanned.day)?;
        }
        if let Some(path) = &self.csv {
            write(path, &csv(&replanned.rounds))?;
        }
        self.tell
            .print(&replanned.told, || replanned.told.to_text(&words))?;
        Ok(status(replanned.is_feasible()))
    }
}

fn write(path: &Path, text: &str) -> ApiResult<()> {
    std::fs::write(path, text).map_err(|source| ApiError::Write {
        path: path.into(),
        source,
    })
}

/// Millionths of so many euros.
#[expect(
    clippy::cast_possible_truncation,
    reason = "at most a million euros, in millionths"
)]
fn micros(euros: f64) -> i64 {
    (euros * 1e6).round() as i64
}
