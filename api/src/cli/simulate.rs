//! `twin simulate` and `twin compare`: what if.

mod progress;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use simulator::scenario::Scenario;

use self::progress::RunsLine;
use super::interrupt::when_interrupted;
use super::{note, print, print_json};
use crate::collection::Language;
use crate::error::{ApiError, ApiResult};
use crate::scenario::{
    CompareReport, FollowRequest, Following, Origin, Running, ServiceGoal, SimulateReport, Staged,
    matrix, page, read_scenario,
};

/// Follow a scenario, day by day and again and again, and tell its figures with their intervals.
///
/// A scenario is a YAML or TOML file: a territory, edits, a period, a policy, what is known of levels. See
/// assets/scenarios for examples, and --schema for the form. The same file and seed give the same figures,
/// on any number of threads.
///
/// Example: twin simulate assets/scenarios/today.yaml --seed 1 --json
#[derive(Debug, clap::Args)]
pub struct SimulateCommand {
    /// The scenario
    #[arg(value_name = "FILE", required_unless_present = "schema")]
    file: Option<PathBuf>,

    #[command(flatten)]
    runs: RunArgs,

    /// Print the form of scenario files as a JSON Schema, and nothing else
    #[arg(long)]
    schema: bool,
}

/// Follow several scenarios with the same luck, and tell what each changes against the first.
///
/// Run by run they have the same deposits, the same faults of sensors and the same traffic, so that the
/// intervals are those of the differences.
///
/// With --matrix one scenario is followed under every policy with all that may be known of levels.
///
/// Example: twin compare assets/scenarios/today.yaml assets/scenarios/sensors-target.yaml --equal-service
/// Example: twin compare assets/scenarios/sensors-target.yaml --matrix --equal-service=0.98
#[derive(Debug, clap::Args)]
pub struct CompareCommand {
    /// The scenarios, the one to compare with first
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// Follow the one scenario as fixed rounds, and under each other policy with each information
    #[arg(long)]
    matrix: bool,

    /// Tune policies (rho, threshold or stretch) until their service level is that of the first scenario,
    /// or all of them to a level, as a share
    #[arg(long, value_name = "LEVEL", num_args = 0..=1, require_equals = true, default_missing_value = "first")]
    equal_service: Option<ServiceGoal>,

    /// Write the comparison as a page for officials, which needs nothing else
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,

    /// The language of that page: fr or en
    #[arg(long, value_name = "LANGUAGE", default_value = "fr")]
    language: Language,

    #[command(flatten)]
    runs: RunArgs,
}

#[derive(Clone, Copy, Debug, clap::Args)]
struct RunArgs {
    /// How many runs [default: those of the scenario]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    replications: Option<u32>,

    /// What everything random follows from [default: that of the scenario]
    #[arg(long, value_name = "K")]
    seed: Option<u64>,

    /// End earlier where kilometres and service level are known to this share of their means
    #[arg(long, value_name = "SHARE", value_parser = parse_precision)]
    precision: Option<f64>,

    /// Compute on so many threads
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: u16,

    /// Print it as JSON
    #[arg(long)]
    json: bool,
}

impl SimulateCommand {
    /// Runs the scenario and tells what came out.
    pub fn run(&self) -> ApiResult<ExitCode> {
        let Some(file) = self.file.as_deref().filter(|_| !self.schema) else {
            print_json(&Scenario::json_schema())?;
            return Ok(ExitCode::SUCCESS);
        };
        let running = running()?;
        let mut following = Following::new(self.runs.request(None), &running);
        self.runs.follow(&mut following, file, &running)?;
        let compared = following.into_compared();
        let (staged, ensemble) = compared.first().ok_or(ApiError::NoRun)?;
        let report = SimulateReport::new(staged, ensemble);
        if self.runs.json {
            print_json(&report)?;
        } else {
            print(&report.to_text())?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl CompareCommand {
    /// Runs the scenarios and tells how they differ.
    pub fn run(&self) -> ApiResult<ExitCode> {
        self.check_files()?;
        let running = running()?;
        let mut following = Following::new(self.runs.request(self.equal_service), &running);
        for file in &self.files {
            if self.matrix {
                self.runs.follow_matrix(&mut following, file, &running)?;
            } else {
                self.runs.follow(&mut following, file, &running)?;
            }
        }
        let compared = following.into_compared();
        let report = CompareReport::new(&compared);
        if let Some(path) = &self.html {
            let html = page(&compared, self.language, &report.checksum);
            std::fs::write(path, html).map_err(|source| gis_data::GisError::Io {
                action: "write",
                path: path.clone(),
                source,
            })?;
        }
        if self.runs.json {
            print_json(&report)?;
        } else {
            print(&report.to_text())?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl CompareCommand {
    fn check_files(&self) -> ApiResult<()> {
        let expected = if self.matrix {
            "one with --matrix"
        } else {
            "two or more, or one with --matrix"
        };
        let is_fit = (self.files.len() == 1) == self.matrix;
        is_fit.then_some(()).ok_or_else(|| ApiError::InvalidOption {
            option: "the number of scenarios",
            value: self.files.len().to_string().into(),
            expected,
        })
    }
}

impl RunArgs {
    const fn request(&self, service: Option<ServiceGoal>) -> FollowRequest {
        FollowRequest {
            replications: self.replications,
            seed: self.seed,
            precision: self.precision,
            service,
            threads: self.threads as usize,
        }
    }

    /// Reads a scenario and follows it, with a line for who waits.
    fn follow(
        &self,
        following: &mut Following<'_>,
        file: &Path,
        running: &Running,
    ) -> ApiResult<()> {
        self.follow_staged(following, self.stage(following, file)?, running)
    }

    /// The same under every policy with every information.
    fn follow_matrix(
        &self,
        following: &mut Following<'_>,
        file: &Path,
        running: &Running,
    ) -> ApiResult<()> {
        let staged = self.stage(following, file)?;
        matrix(&staged)
            .into_iter()
            .try_for_each(|one| self.follow_staged(following, one, running))
    }

    fn stage(&self, following: &Following<'_>, file: &Path) -> ApiResult<Staged> {
        let scenario = following.lucky(read_scenario(file)?);
        let folder = file.parent().unwrap_or(Path::new("."));
        Staged::new(scenario, Origin::Folder(folder), self.threads.into())
    }

    fn follow_staged(
        &self,
        following: &mut Following<'_>,
        staged: Staged,
        running: &Running,
    ) -> ApiResult<()> {
        let scenario = staged.setting.scenario();
        let line = if self.json {
            RunsLine::untold()
        } else {
            RunsLine::told(&scenario.name.en, scenario.replications)
        };
        let ensemble = following.follow_staged(staged, |done| line.show(done))?;
        line.end();
        if running.is_stopped() && !self.json {
            note(&format!("stopped after {} runs", ensemble.runs.len()));
        }
        Ok(())
    }
}

/// Runs that end where a person says so.
fn running() -> ApiResult<Arc<Running>> {
    let running = Arc::new(Running::default());
    when_interrupted({
        let running = Arc::clone(&running);
        move || running.stop()
    })?;
    Ok(running)
}

fn parse_precision(text: &str) -> ApiResult<f64> {
    let share = text.parse::<f64>().ok();
    let share = share.filter(|share| (1e-4..=1.0).contains(share));
    share.ok_or_else(|| ApiError::InvalidOption {
        option: "the precision",
        value: text.into(),
        expected: "a share from 0.0001 to 1",
    })
}
