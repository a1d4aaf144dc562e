//! `twin forecast fit`: what a log of collections says of its sites.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use gis_data::import::collections::CollectionRecord;
use serde::Serialize;
use simulator::forecast::{Collection, Forecaster, Score, learned, score};

use super::log::Keys;
use super::tell::{ScoreReport, rounded};
use crate::cli::{print, print_json};
use crate::error::{ApiError, ApiResult};

/// Learn from a log of collections how its sites fill, and when each will be full.
///
/// The last part of the log is forecast from the part before it, to tell how good that is; then all of it
/// is learned. For each site it tells the hours after its last collection until its level comes to the
/// threshold: as likely earlier as later, and within what that lies in 80 % of all cases.
///
/// Example: twin forecast fit --collections 2016.csv --threshold 90
#[derive(Debug, clap::Args)]
pub(super) struct Fit {
    /// The log: a table with the columns site, collected_at_local and fill_before_pct, and perhaps address
    /// and content
    #[arg(long, value_name = "CSV")]
    collections: PathBuf,

    /// The level that is waited for, in percent
    #[arg(long, value_name = "PCT", default_value_t = 80.0, value_parser = percent)]
    threshold: f64,

    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

/// The share of the log, by its rows, that is forecast to judge the rest.
const JUDGED: usize = 3;

#[derive(Debug, Serialize)]
struct Fitted {
    rows: usize,
    sites: Vec<FittedSite>,
    threshold_pct: f64,
    /// How good forecasts of the last third of the log are.
    #[serde(skip_serializing_if = "Option::is_none")]
    backtest: Option<ScoreReport>,
}

#[derive(Debug, Serialize)]
struct FittedSite {
    site: Box<str>,
    collections: usize,
    last_collected_at_local: Box<str>,
    /// Percents a day, drawn towards those of all sites.
    rate_pct_per_day: f64,
    /// Hours after the last collection; none where the level is not reached within two weeks.
    hours_to_threshold: Option<f64>,
    hours_to_threshold_lo80: Option<f64>,
    hours_to_threshold_hi80: Option<f64>,
}

impl Fit {
    pub(super) fn run(&self) -> ApiResult<()> {
        let (records, mut collections) = Keys::default().read(&self.collections)?;
        if collections.is_empty() {
            return Err(ApiError::NothingToForecast {
                path: self.collections.clone(),
            });
        }
        let names = names(&records, &collections);
        collections.sort_by_key(|row| (row.visit.at, row.visit.site));
        let (train, test) = collections.split_at(collections.len() - collections.len() / JUDGED);
        let backtest = Score::of(&score(train, test));
        let forecaster = learned(&collections);
        let fitted = Fitted {
            rows: collections.len(),
            sites: self.sites(&forecaster, &names, &collections),
            threshold_pct: self.threshold,
            backtest: backtest.as_ref().map(ScoreReport::of),
        };
        if self.json {
            return print_json(&fitted);
        }
        print(&fitted.to_text())
    }

    fn sites(
        &self,
        forecaster: &Forecaster,
        names: &BTreeMap<u32, &CollectionRecord>,
        collections: &[Collection],
    ) -> Vec<FittedSite> {
        let mut last: BTreeMap<u32, &Collection> = BTreeMap::new();
        for collection in collections {
            last.insert(collection.visit.site, collection);
        }
        let sites = last.iter().filter_map(|(site, last)| {
            let record = names.get(site)?;
            let [early, middle, late] = forecaster.hours_until(&last.visit, self.threshold);
            Some(FittedSite {
                site: record.site.clone(),
                collections: forecaster.known(*site).0,
                last_collected_at_local: last.visit.at.to_string().into(),
                rate_pct_per_day: rounded(24.0 * forecaster.rate_pct_per_hour(*site)),
                hours_to_threshold: middle,
                hours_to_threshold_lo80: early,
                hours_to_threshold_hi80: late,
            })
        });
        sites.collect()
    }
}

/// A row of each site, by its number.
fn names<'r>(
    records: &'r [CollectionRecord],
    collections: &[Collection],
) -> BTreeMap<u32, &'r CollectionRecord> {
    let sites = collections.iter().map(|row| row.visit.site);
    sites.zip(records).collect()
}

impl Fitted {
    fn to_text(&self) -> String {
        let mut text = String::new();
        if let Some(backtest) = &self.backtest {
            text += "  The last third of the log, forecast from what was known before each row:\n";
            text += &backtest.to_text();
        }
        let width = self.sites.iter().map(|site| site.site.chars().count());
        let width = width.max().unwrap_or(0).max(4);
        let _never_fails = writeln!(
            text,
            "\n  {:<width$}  collections  %/day  hours to {:.0} %  80 % of all cases",
            "site", self.threshold_pct
        );
        let hours = |hours: Option<f64>| hours.map_or("> 336".to_owned(), |h| format!("{h:.0}"));
        for site in &self.sites {
            let _never_fails = writeln!(
                text,
                "  {:<width$}  {:>11}  {:>5.1}  {:>13}  {:>6} to {}",
                site.site,
                site.collections,
                site.rate_pct_per_day,
                hours(site.hours_to_threshold),
                hours(site.hours_to_threshold_lo80),
                hours(site.hours_to_threshold_hi80),
            );
        }
        text
    }
}

fn percent(text: &str) -> Result<f64, String> {
    let percent = text.parse().ok();
    let percent = percent.filter(|percent| (1.0..=100.0).contains(percent));
    percent.ok_or_else(|| format!("'{text}' is no percentage, expected a number from 1 to 100"))
}
