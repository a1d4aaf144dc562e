//! What was fitted, for people and for programs.

use std::fmt::Write as _;

use serde::Serialize;
use simulator::calibrate::{Calibration, ChangeOfRegime, Estimate, Factor};

use super::territory::Perimeter;

/// What a rate is a rate of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) enum Quantity {
    #[serde(rename = "kg")]
    Kilograms,
    #[serde(rename = "%")]
    Percents,
}

/// Fields and their names are those of `--json`.
#[derive(Debug, Serialize)]
pub(super) struct Outcome {
    /// Whose waste it is; no communes where only a number was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) perimeter: Option<Perimeter>,
    pub(super) weighings: Vec<FittedReport>,
    pub(super) collections: Vec<FittedReport>,
}

#[derive(Debug, Serialize)]
pub(super) struct FittedReport {
    /// The stream of tickets, the content of a log.
    name: Box<str>,
    /// Of a container, where it is percents.
    unit: Quantity,
    first_day: String,
    last_day: String,
    /// On how many intervals between visits it stands.
    intervals: usize,
    /// How many of them ended at a full container.
    found_full: usize,
    /// Visits with no earlier one.
    first_visits: usize,
    /// Visits of the same container within an hour.
    repeated: usize,
    /// Amounts that are five standard deviations off.
    far_off: usize,
    total_per_day: Between,
    #[serde(skip_serializing_if = "Option::is_none")]
    kg_per_inhabitant_year: Option<Between>,
    /// Since when, and in which proportion to before, all rates are as told.
    change: Option<ChangeReport>,
    /// The share of a deviation of what rounds leave behind that is left at the next visit.
    #[serde(skip_serializing_if = "Option::is_none")]
    stock_persistence: Option<f64>,
    /// Whether crews came because containers were full, so that weekdays are not told.
    follows_levels: bool,
    /// Whether visits cover a year; if not, rates are those of these days, and no months are told.
    covers_a_year: bool,
    rates: Vec<RateReport>,
    /// Monday to Sunday.
    week: Vec<FactorReport>,
    /// January to December.
    months: Vec<FactorReport>,
    public_holiday: FactorReport,
    school_holiday: FactorReport,
}

/// A number, and within what it lies in 90 % of all cases.
#[derive(Clone, Copy, Debug, Serialize)]
struct Between {
    value: f64,
    lo90: f64,
    hi90: f64,
}

#[derive(Debug, Serialize)]
struct ChangeReport {
    from: String,
    earliest: String,
    latest: String,
    ratio: Between,
}

#[derive(Debug, Serialize)]
struct RateReport {
    name: Box<str>,
    visits: usize,
    per_day: Between,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct FactorReport {
    #[serde(flatten)]
    factor: Between,
    /// Whether visits tell it at all.
    told: bool,
}

const DAYS_PER_YEAR: f64 = 365.2425;
const WEEK: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

impl FittedReport {
    pub(super) fn of(
        (name, keys, fit): (&str, &[Box<str>], &Calibration),
        unit: Quantity,
        people: Option<f64>,
    ) -> Self {
        let people = people.filter(|_| unit == Quantity::Kilograms);
        let yearly = |people: f64| fit.total_per_day.times(DAYS_PER_YEAR / people);
        let key = |number: u32| usize::try_from(number).ok().and_then(|at| keys.get(at));
        let rates = fit.rates.iter().map(|rate| RateReport {
            name: key(rate.key).cloned().unwrap_or_default(),
            visits: rate.visits,
            per_day: Between::of(&rate.per_day),
        });
        Self {
            name: name.into(),
            unit,
            first_day: fit.days.0.to_string(),
            last_day: fit.days.1.to_string(),
            intervals: fit.intervals,
            found_full: fit.bounds,
            first_visits: fit.starts,
            repeated: fit.repeated,
            far_off: fit.far_off,
            total_per_day: Between::of(&fit.total_per_day),
            kg_per_inhabitant_year: people.map(|people| Between::of(&yearly(people))),
            change: fit.change.as_ref().map(ChangeReport::of),
            stock_persistence: fit.stock.map(|stock| stock.persistence),
            follows_levels: fit.follows_levels,
            covers_a_year: fit.covers_a_year,
            rates: rates.collect(),
            week: fit.week.iter().map(FactorReport::of).collect(),
            months: fit.months.iter().map(FactorReport::of).collect(),
            public_holiday: FactorReport::of(&fit.public_holiday),
            school_holiday: FactorReport::of(&fit.school_holiday),
        }
    }

    fn tell(&self, text: &mut String) {
        let unit = match self.unit {
            Quantity::Kilograms => "kg/day",
            Quantity::Percents => "%/day",
        };
        let _never_fails = writeln!(
            text,
            "\n  {}: {} intervals from {} to {}, {} found full, {} far off\n",
            self.name, self.intervals, self.first_day, self.last_day, self.found_full, self.far_off
        );
        let width = self.rates.iter().map(|rate| rate.name.chars().count());
        let width = width.max().unwrap_or(0).max(5);
        let heading = format!("  {:<width$} {:>7} {unit:>10}   90 % between", "", "visits");
        let _never_fails = writeln!(text, "{heading}");
        for rate in &self.rates {
            let name = &rate.name;
            let per_day = rate.per_day.columns(2);
            let _never_fails = writeln!(text, "  {name:<width$} {:>7} {per_day}", rate.visits);
        }
        let total = self.total_per_day.columns(2);
        let _never_fails = writeln!(text, "  {:<width$} {:>7} {total}", "all", self.intervals);
        if let Some(yearly) = &self.kg_per_inhabitant_year {
            let yearly = yearly.columns(2);
            let what = "kg per inhabitant and year";
            let _never_fails = writeln!(text, "\n  {what} {yearly}");
        }
        self.tell_calendar(text);
    }

    fn tell_calendar(&self, text: &mut String) {
        match &self.change {
            Some(change) => {
                let _never_fails = writeln!(
                    text,
                    "\n  since {} (90 % between {} and {}) times {:.3} ({:.3} to {:.3}); rates are those since",
                    change.from,
                    change.earliest,
                    change.latest,
                    change.ratio.value,
                    change.ratio.lo90,
                    change.ratio.hi90
                );
            }
            None => *text += "\n  no change of regime\n",
        }
        if self.stock_persistence.is_some() {
            *text += "  rounds leave some behind and take it later; intervals reckon with it\n";
        }
        if !self.covers_a_year {
            *text += "  less than a year: rates are those of these days, months are not told\n";
        }
        if self.follows_levels {
            *text += "  crews came when containers were full: weekdays are not told by that\n";
        }
        let _never_fails = writeln!(text, "\n  {:<16} {:>10}   90 % between", "", "factor");
        let named = WEEK.into_iter().zip(&self.week);
        let named = named.chain(MONTHS.into_iter().zip(&self.months));
        let alone = [
            ("public holidays", &self.public_holiday),
            ("school holidays", &self.school_holiday),
        ];
        for (name, factor) in named.chain(alone) {
            let columns = factor.factor.columns(3);
            let told = if factor.told {
                ""
            } else {
                "  not told by these visits"
            };
            let _never_fails = writeln!(text, "  {name:<16} {columns}{told}");
        }
    }
}

impl Outcome {
    pub(super) fn to_text(&self) -> String {
        let mut text = String::new();
        if let Some(Perimeter {
            communes,
            inhabitants,
        }) = self.perimeter
        {
            let _never_fails = if communes > 0 {
                writeln!(
                    text,
                    "  Perimeter: {communes} communes, {inhabitants} inhabitants"
                )
            } else {
                writeln!(text, "  Perimeter: {inhabitants} inhabitants, as given")
            };
        }
        for fitted in self.weighings.iter().chain(&self.collections) {
            fitted.tell(&mut text);
        }
        text
    }
}

impl Between {
    fn of(estimate: &Estimate) -> Self {
        Self {
            value: rounded(estimate.value),
            lo90: rounded(estimate.low),
            hi90: rounded(estimate.high),
        }
    }

    fn columns(&self, decimals: usize) -> String {
        let Self { value, lo90, hi90 } = self;
        format!("{value:>10.decimals$}   {lo90:.decimals$} to {hi90:.decimals$}")
    }
}

impl ChangeReport {
    fn of(change: &ChangeOfRegime) -> Self {
        Self {
            from: change.from.to_string(),
            earliest: change.earliest.to_string(),
            latest: change.latest.to_string(),
            ratio: Between::of(&change.ratio),
        }
    }
}

impl FactorReport {
    fn of(factor: &Factor) -> Self {
        Self {
            factor: Between::of(&factor.factor),
            told: factor.is_told,
        }
    }
}

/// With five decimals.
fn rounded(value: f64) -> f64 {
    (value * 1e5).round() / 1e5
}
