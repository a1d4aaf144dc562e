//! `twin forecast score`: how good forecasts of collections are that are known by now.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use gis_data::import::collections::CollectionRecord;
use simulator::forecast::{Score, Scored, score};

use super::log::Keys;
use super::tell::{ScoreReport, rounded};
use crate::cli::{note, print, print_json};
use crate::error::{ApiError, ApiResult};

/// Forecast each collection of a log from what was known before it, and tell how good that is.
///
/// Each row of --test is forecast from all rows of both logs that are strictly earlier, and from nothing
/// later; their order in the files does not matter. Beside it stand four rules of thumb that know the same:
/// the site's mean, its last level, its rate for the hours since its last collection, and its mean on the
/// weekday. Logs are tables with the columns site, collected_at_local and fill_before_pct, and perhaps
/// address and content.
///
/// Example: twin forecast score --train 2016.csv --test 2017.csv --out forecasts.csv
#[derive(Debug, clap::Args)]
pub(super) struct ScoreCommand {
    /// What is known already
    #[arg(long, value_name = "CSV")]
    train: PathBuf,

    /// What is forecast
    #[arg(long, value_name = "CSV")]
    test: PathBuf,

    /// Write each forecast into a table, in the order of --test
    #[arg(long, value_name = "CSV")]
    out: Option<PathBuf>,

    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

impl ScoreCommand {
    pub(super) fn run(&self) -> ApiResult<()> {
        let mut keys = Keys::default();
        let (_, train) = keys.read(&self.train)?;
        let (records, test) = keys.read(&self.test)?;
        let scored = score(&train, &test);
        let Some(score) = Score::of(&scored) else {
            return Err(ApiError::NothingToForecast {
                path: self.test.clone(),
            });
        };
        if let Some(path) = &self.out {
            write(path, &records, &scored)?;
        }
        let report = ScoreReport::of(&score);
        if self.json {
            return print_json(&report);
        }
        print(&report.to_text())?;
        if let Some(path) = &self.out {
            note(&format!("{}: {} forecasts", path.display(), scored.len()));
        }
        Ok(())
    }
}

fn write(path: &Path, records: &[CollectionRecord], scored: &[Scored]) -> ApiResult<()> {
    let mut text = String::from(
        "site,collected_at_local,predicted_pct,lo80_pct,hi80_pct,\
         site_mean_pct,last_pct,rate_pct,weekday_pct\n",
    );
    for (record, row) in records.iter().zip(scored) {
        let (low, high) = row.forecast.within_80_pct();
        let site = quoted(&record.site);
        let at = quoted(&record.collected_at_local);
        let _never_fails = write!(text, "{site},{at}");
        let baselines = row.baselines_pct;
        for value in [row.forecast.median_pct(), low, high]
            .iter()
            .chain(&baselines)
        {
            let _never_fails = write!(text, ",{}", rounded(*value));
        }
        text.push('\n');
    }
    std::fs::write(path, text).map_err(|source| ApiError::Write {
        path: path.to_path_buf(),
        source,
    })
}

/// A value of a table as RFC 4180 has it.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text.to_owned()
}
