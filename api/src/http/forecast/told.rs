//! Forecasts as they are told.

use serde::Serialize;
use twin_core::{AssetId, Span, Timestamp};

use crate::forecast::{Outlook, Overview, Unforeseen};

/// What every forecast goes by: nobody empties anything.
const CONDITION: &str = "no-collection";

/// How full a container will be.
#[derive(Debug, Serialize)]
pub(super) struct ToldOutlook {
    asset: AssetId,
    at: Timestamp,
    condition: &'static str,
    basis: ToldBasis,
    /// The chances that `steps` give, in the same order.
    quantiles: [f64; 5],
    steps: Vec<Step>,
    full: Full,
}

#[derive(Debug, Serialize)]
struct ToldBasis {
    readings: u32,
    since: Timestamp,
    last_reading_at: Timestamp,
    last_reading_age_s: i64,
    emptied_at: Option<Timestamp>,
    /// What the sensor is suspected of: silent, stuck, tilted, drift or outliers.
    suspicion: Option<&'static str>,
}

/// Seconds since 1970, and shares of the capacity, above 1 where more will have been brought than fits.
#[derive(Debug, Serialize)]
struct Step(i64, [f64; 5]);

/// When it is full: nine cases in ten lie between earliest and latest; nothing beyond 60 days.
#[derive(Debug, Serialize)]
struct Full {
    fill: f64,
    earliest_at: Option<Timestamp>,
    median_at: Option<Timestamp>,
    latest_at: Option<Timestamp>,
    /// The chance that it is full after so many hours, 0 to 1.
    chance_after_h: Vec<(i64, f64)>,
}

/// Why nothing is forecast of a container.
#[derive(Debug, Serialize)]
pub(super) struct ToldUnforeseen {
    asset: AssetId,
    condition: &'static str,
    /// no-sensor, unread, unbelieved, too-little or too-old.
    unforeseen: &'static str,
    because: String,
}

impl ToldUnforeseen {
    pub(super) fn of(asset: AssetId, why: Unforeseen) -> Self {
        Self {
            condition: CONDITION,
            unforeseen: why.name(),
            because: why.sentence(&asset.to_string()),
            asset,
        }
    }
}

impl ToldOutlook {
    pub(super) fn of(asset: AssetId, outlook: &Outlook) -> Self {
        let Outlook { at, basis, .. } = *outlook;
        let moment = |hours: Option<f64>| Some(at + hours_span(hours?));
        let [earliest_at, median_at, latest_at] = outlook.hours_until_full.map(moment);
        let step = |(at, load): &(Timestamp, [f64; 5])| Step(at.as_secs(), load.map(rounded));
        let chance = |(hours, chance): &(i64, f64)| (*hours, rounded(*chance));
        Self {
            asset,
            at,
            condition: CONDITION,
            basis: ToldBasis {
                readings: basis.readings,
                since: basis.since,
                last_reading_at: basis.last,
                last_reading_age_s: at.since(basis.last).as_secs().max(0),
                emptied_at: basis.emptied,
                suspicion: basis.suspicion.map(simulator::forecast::Suspicion::name),
            },
            quantiles: [0.05, 0.25, 0.5, 0.75, 0.95],
            steps: outlook.steps.iter().map(step).collect(),
            full: Full {
                fill: Outlook::FULL,
                earliest_at,
                median_at,
                latest_at,
                chance_after_h: outlook.chance_full.iter().map(chance).collect(),
            },
        }
    }
}

/// More than three decimals of a share tell nothing.
fn rounded(share: f64) -> f64 {
    (share * 1000.0).round() / 1000.0
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "hours of sixty days in milliseconds"
)]
fn hours_span(hours: f64) -> Span {
    Span::from_millis((hours * 3_600_000.0) as i64)
}

/// How full all containers will be, in the order of `/live/snapshot`.
#[derive(Debug, Serialize)]
pub(super) struct ToldOverview {
    /// When it was made.
    at: Timestamp,
    /// The instant that it is of.
    forecast_of: Timestamp,
    condition: &'static str,
    /// The digest of the containers and their order.
    numbering: String,
    /// What is exceeded in one of ten cases, in half of them, in nine of ten, in thousandths of the capacity.
    high: Vec<Option<u16>>,
    median: Vec<Option<u16>>,
    low: Vec<Option<u16>>,
    full: FullCount,
}

/// How many containers will be full.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
struct FullCount {
    /// In nine of ten cases, each for itself.
    certain: usize,
    /// In half of the cases.
    likely: usize,
    /// In one of ten cases.
    possible: usize,
    /// Of so many that are forecast.
    forecast: usize,
}

impl ToldOverview {
    pub(super) fn of(
        overview: Overview,
        (at, forecast_of): (Timestamp, Timestamp),
        numbering: String,
    ) -> Self {
        let full = |column: &[Option<u16>]| {
            let values = column.iter().flatten();
            values
                .filter(|value| f64::from(**value) >= 1000.0 * Outlook::FULL)
                .count()
        };
        let full = FullCount {
            certain: full(&overview.low),
            likely: full(&overview.median),
            possible: full(&overview.high),
            forecast: overview.median.iter().flatten().count(),
        };
        let Overview { median, low, high } = overview;
        Self {
            at,
            forecast_of,
            condition: CONDITION,
            numbering,
            high,
            median,
            low,
            full,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_ones_are_counted_by_their_chances() {
        let overview = Overview {
            low: vec![Some(960), Some(300), None, Some(100)],
            median: vec![Some(1_200), Some(950), None, Some(400)],
            high: vec![Some(1_500), Some(1_300), None, Some(949)],
        };
        let now = Timestamp::from_secs(0);
        let told = ToldOverview::of(overview, (now, now), String::new());
        let expected = FullCount {
            certain: 1,
            likely: 2,
            possible: 2,
            forecast: 3,
        };
        assert_eq!(told.full, expected);
    }
}
