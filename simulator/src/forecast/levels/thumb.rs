//! Rules of thumb that anybody could use instead, from the same readings without their echoes.

use twin_core::{Span, Timestamp};

use super::forecaster::LevelForecaster;
use super::track::GAP;
use super::watched::days_between;

/// A rule of thumb that forecasts a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LevelRule {
    /// The level stays as it was told last.
    Persistence,
    /// It rises on as it did since it was emptied, or since it is told without a gap.
    LastRate,
    /// It rises as it did in the same hours a week ago.
    SeasonalNaive,
    /// It rises at the container's mean rate so far, by the rhythm of its stream's week.
    SiteMean,
}

impl LevelRule {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Persistence,
        Self::LastRate,
        Self::SeasonalNaive,
        Self::SiteMean,
    ];

    /// Its name in outcomes.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Persistence => "persistence",
            Self::LastRate => "last_rate",
            Self::SeasonalNaive => "seasonal_naive",
            Self::SiteMean => "site_mean_calendar",
        }
    }
}

/// A last rate is that of so many days at least.
const LEAST_DAYS: f64 = 0.5;
/// A week ago is known where so much of the time is.
const LEAST_KNOWN: f64 = 0.6;
const WEEK: Span = Span::from_hours(168);

impl LevelForecaster {
    /// What a rule of thumb says a container will hold, in shares of its capacity, above 1 where more was
    /// brought; `None` where its sensor never told anything.
    pub fn thumb(
        &self,
        rule: LevelRule,
        container: usize,
        (at, horizon): (Timestamp, Span),
    ) -> Option<f64> {
        let (watched, pace) = self.of(container)?;
        let (told, level) = watched.track.last?;
        // Nobody would add up weeks to a level that is out of date.
        let last = told.max(at - GAP);
        let level = level.clamp(0.0, 1.0);
        let to = at + horizon;
        let by_mean = || {
            let rate = if watched.account.days >= 1.0 {
                watched.account.came / watched.account.days
            } else {
                self.prior(&watched.facts)
            };
            rate.max(0.0) * pace.rhythm.days(last, to)
        };
        let rises = match rule {
            LevelRule::Persistence => 0.0,
            LevelRule::LastRate => {
                let (begun, from) = watched.track.begin?;
                let days = days_between(begun, told);
                if days >= LEAST_DAYS {
                    ((level - from) / days).max(0.0) * days_between(last, to)
                } else {
                    by_mean()
                }
            }
            LevelRule::SeasonalNaive => {
                let (from, until) = (at - WEEK, to - WEEK);
                let within = watched.recent.iter();
                let within = within.filter(|risen| risen.to > from && risen.from < until);
                let (mut by, mut known) = (0.0, 0.0);
                for risen in within {
                    let whole = days_between(risen.from, risen.to);
                    let part = days_between(risen.from.max(from), risen.to.min(until));
                    by += risen.by * part / whole;
                    known += part;
                }
                let all = days_between(from, until);
                if known >= LEAST_KNOWN * all {
                    (by * all / known).max(0.0)
                } else {
                    by_mean()
                }
            }
            LevelRule::SiteMean => by_mean(),
        };
        Some(level + rises)
    }
}
