//! `twin calibrate --weighings --collections`: rates and calendar from what was measured.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use simulator::calibrate::{
    Calibrated, Calibration, ChangeRule, LevelRules, TicketRules, calibrate_levels,
    calibrate_tickets,
};
use simulator::filling::FillingParams;

use super::tables::{levels, tickets};
use super::tell::{FittedReport, Outcome, Quantity};
use super::territory::{Perimeter, TerritoryArgs};
use crate::cli::{note, print, print_json};
use crate::collection::Territory;
use crate::error::{ApiError, ApiResult};

#[derive(Debug, clap::Args)]
pub(super) struct Fit {
    /// Weighbridge tickets: date or date_time, round or vehicle, stream, kg
    #[arg(long, value_name = "CSV", required_unless_present = "collections")]
    weighings: Option<PathBuf>,

    /// A log of collections: site, collected_at_local, fill_before_pct, and perhaps content
    #[arg(long, value_name = "CSV")]
    collections: Option<PathBuf>,

    /// How many inhabitants the tickets are of [default: those of the territory, where one is named]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    inhabitants: Option<u32>,

    #[command(flatten)]
    territory: TerritoryArgs,

    /// Since when everything is in another proportion: find, never, or a day as 2023-01-01
    #[arg(long, value_name = "DAY", default_value = "find", value_parser = change)]
    change: ChangeRule,

    /// How many hours a round collects before it is weighed, 0 to 24
    #[arg(long, value_name = "H", default_value_t = 6.0, value_parser = hours)]
    round_lasts: f64,

    /// When rounds are weighed whose tickets tell no time, in hours after midnight
    #[arg(long, value_name = "H", default_value_t = 11.0, value_parser = hours)]
    weighed_at: f64,

    /// From which level on a container may have had no room for more, in percent
    #[arg(long, value_name = "PCT", default_value_t = 99.5, value_parser = full)]
    full: f64,

    /// Write flows and calendar for scenarios into a file
    #[arg(long, value_name = "TOML", requires = "weighings")]
    out: Option<PathBuf>,

    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

impl Fit {
    pub(super) fn run(&self) -> ApiResult<ExitCode> {
        let territory = self.territory.open()?;
        let (mut weighed, mut found) = (Vec::new(), Vec::new());
        if let Some(path) = &self.weighings {
            for sheet in tickets(path)? {
                let fit = calibrate_tickets(sheet.stream, &sheet.rows, &self.ticket_rules())?;
                weighed.extend(kept(sheet.name, sheet.keys, fit));
            }
        }
        if let Some(path) = &self.collections {
            for sheet in levels(path)? {
                let fit = calibrate_levels(sheet.stream, &sheet.rows, &self.level_rules())?;
                found.extend(kept(sheet.name, sheet.keys, fit));
            }
        }
        if weighed.is_empty() && found.is_empty() {
            let path = self.weighings.as_ref().or(self.collections.as_ref());
            let path = path.cloned().unwrap_or_default();
            return Err(ApiError::NothingToCalibrate { path });
        }
        if let Some(path) = &self.out {
            self.write(path, &weighed, territory.as_ref())?;
        }
        let report = |(name, keys, fit): &Kept, quantity| {
            let people = self.people(territory.as_ref(), fit);
            FittedReport::of((name, keys, fit), quantity, people)
        };
        let outcome = Outcome {
            perimeter: self.perimeter(territory.as_ref(), &weighed),
            weighings: weighed
                .iter()
                .map(|k| report(k, Quantity::Kilograms))
                .collect(),
            collections: found
                .iter()
                .map(|k| report(k, Quantity::Percents))
                .collect(),
        };
        if self.json {
            print_json(&outcome)?;
        } else {
            print(&outcome.to_text())?;
        }
        Ok(ExitCode::SUCCESS)
    }

    const fn ticket_rules(&self) -> TicketRules {
        TicketRules {
            round_lasts_h: self.round_lasts,
            weighed_at_h: self.weighed_at,
            change: self.change,
        }
    }

    const fn level_rules(&self) -> LevelRules {
        LevelRules {
            full_pct: self.full,
            change: self.change,
        }
    }

    /// How many inhabitants bring what a calibration is of: as given, or those of the communes that
    /// belonged to the territory in its last year.
    fn people(&self, territory: Option<&Territory>, fit: &Calibration) -> Option<f64> {
        if let Some(inhabitants) = self.inhabitants {
            return Some(f64::from(inhabitants));
        }
        let twin = &territory?.twin;
        let perimeter = Perimeter::of(twin, fit.days.1.year());
        let people = u32::try_from(perimeter.inhabitants).ok()?;
        (people > 0).then(|| f64::from(people))
    }

    /// Who the tickets are of: a number that was given names no commune.
    fn perimeter(&self, territory: Option<&Territory>, weighed: &[Kept]) -> Option<Perimeter> {
        if let Some(inhabitants) = self.inhabitants {
            return Some(Perimeter {
                communes: 0,
                inhabitants: inhabitants.into(),
            });
        }
        let years = weighed.iter().map(|(_, _, fit)| fit.days.1.year());
        let last = years.max()?;
        territory.map(|territory| Perimeter::of(&territory.twin, last))
    }

    fn write(&self, path: &Path, weighed: &[Kept], of: Option<&Territory>) -> ApiResult<()> {
        let fitted = weighed
            .iter()
            .map(|(_, _, fit)| (fit, self.people(of, fit)));
        let fitted: Vec<(&Calibration, Option<f64>)> = fitted.collect();
        if fitted.iter().all(|(_, people)| people.is_none()) {
            note(
                "without --inhabitants, --pack or --embedded no flow is written, only the calendar",
            );
        }
        let text = Calibrated::new(&fitted, &FillingParams::default()).to_toml()?;
        std::fs::write(path, text).map_err(|source| ApiError::Write {
            path: path.into(),
            source,
        })
    }
}

/// A calibration with its name and those of its rounds or sites.
type Kept = (Box<str>, Vec<Box<str>>, Calibration);

/// Tells a stream of which no round has two tickets, and leaves it out.
fn kept(name: Box<str>, keys: Vec<Box<str>>, fit: Option<Calibration>) -> Option<Kept> {
    if fit.is_none() {
        note(&format!("{name}: nobody came twice, so there is no rate"));
    }
    Some((name, keys, fit?))
}

fn change(text: &str) -> Result<ChangeRule, String> {
    match text {
        "find" => Ok(ChangeRule::Find),
        "never" => Ok(ChangeRule::Never),
        day => {
            let day = day.parse().ok().map(ChangeRule::At);
            day.ok_or_else(|| format!("'{text}' is no day, expected find, never or 2023-01-01"))
        }
    }
}

fn hours(text: &str) -> Result<f64, String> {
    within(text, (0.0, 24.0)).ok_or_else(|| format!("'{text}' is no hour, expected 0 to 24"))
}

fn full(text: &str) -> Result<f64, String> {
    let full = within(text, (1.0, 1000.0));
    full.ok_or_else(|| format!("'{text}' is no level, expected 1 to 1000 percent"))
}

fn within(text: &str, (low, high): (f64, f64)) -> Option<f64> {
    let number: Option<f64> = text.parse().ok();
    number.filter(|number| (low..=high).contains(number))
}
