//! The inputs of the filling model as they were fitted: a file that a scenario reads back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use twin_core::{Stream, Timestamp};

use super::outcome::{Calibration, Factor};
use crate::calendar::{CalendarProfile, StreamProfile, local_midnight};
use crate::error::{SimError, SimResult};
use crate::filling::{FillingParams, Flow, FlowPhase, FlowPlan};

/// The form of the file.
pub const CALIBRATED_FORMAT: u16 = 1;
/// Days in a mean Gregorian year.
const DAYS_PER_YEAR: f64 = 365.2425;

/// Flows and calendar of the streams that were fitted; those of all others stay as they are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibrated {
    /// [`CALIBRATED_FORMAT`].
    pub format: u16,
    /// By phase, of the streams whose inhabitants are known.
    #[serde(default)]
    pub flows: FlowPlan,
    /// By stream; what the visits did not tell is as it was supposed.
    #[serde(default)]
    pub calendar: BTreeMap<Stream, StreamProfile>,
}

impl Calibrated {
    /// From calibrations on tickets, and how many inhabitants bring each stream; `None` where that is not
    /// known, which leaves the flow as it is. Densities are those of `supposed`: no ticket tells them.
    pub fn new(fitted: &[(&Calibration, Option<f64>)], supposed: &FillingParams) -> Self {
        let mut from: Vec<Option<Timestamp>> = vec![None];
        let changes = fitted.iter().filter_map(|(fit, _)| fit.change);
        from.extend(changes.map(|change| local_midnight(change.from)));
        from.sort_unstable();
        from.dedup();
        let phase = |from: Option<Timestamp>| FlowPhase {
            from,
            flows: fitted
                .iter()
                .filter_map(|(fit, people)| flow(fit, (*people)?, (from, supposed)))
                .collect(),
        };
        let phases = from.into_iter().map(phase);
        let phases = phases.filter(|phase| !phase.flows.is_empty());
        let calendar = fitted.iter();
        Self {
            format: CALIBRATED_FORMAT,
            flows: FlowPlan(phases.collect()),
            calendar: calendar
                .map(|(fit, _)| (fit.stream, profile(fit, supposed)))
                .collect(),
        }
    }

    /// The file's text.
    ///
    /// # Errors
    /// None but what numbers that are none would bring.
    pub fn to_toml(&self) -> SimResult<String> {
        toml::to_string(self).map_err(|source| SimError::UnwritableCalibration {
            source: Box::new(source),
        })
    }

    /// Reads what [`Calibrated::to_toml`] wrote, or what a person changed in it.
    ///
    /// # Errors
    /// What is no TOML of the form, and another format. Values are checked where they are used.
    pub fn from_toml(text: &str) -> SimResult<Self> {
        let read: Self =
            toml::from_str(text).map_err(|source| SimError::UnreadableCalibration {
                source: Box::new(source),
            })?;
        if read.format != CALIBRATED_FORMAT {
            return Err(SimError::UnknownFormat {
                found: read.format,
                expected: CALIBRATED_FORMAT,
            });
        }
        Ok(read)
    }

    /// Puts the fitted inputs in the place of others: where either plan changes, the new one does.
    pub fn apply(&self, params: &mut FillingParams) {
        let supposed = params.flows.clone();
        let both = supposed.0.iter().chain(&self.flows.0);
        let mut from: Vec<Option<Timestamp>> = both.map(|phase| phase.from).collect();
        from.sort_unstable();
        from.dedup();
        let phase = |from: Option<Timestamp>| {
            let fitted = in_force(&self.flows, from).map_or(&[][..], |phase| &phase.flows);
            let is_fitted = |stream: Stream| fitted.iter().any(|flow| flow.stream == stream);
            let rest = in_force(&supposed, from).map_or(&[][..], |phase| &phase.flows);
            let rest = rest.iter().filter(|flow| !is_fitted(flow.stream));
            FlowPhase {
                from,
                flows: rest.chain(fitted).cloned().collect(),
            }
        };
        params.flows = FlowPlan(from.into_iter().map(phase).collect());
        for (stream, profile) in &self.calendar {
            params.calendar.0.insert(*stream, profile.clone());
        }
    }
}

/// The phase that holds from an instant on.
fn in_force(plan: &FlowPlan, from: Option<Timestamp>) -> Option<&FlowPhase> {
    plan.0.iter().rfind(|phase| phase.from <= from)
}

fn flow(
    fit: &Calibration,
    people: f64,
    (from, supposed): (Option<Timestamp>, &FillingParams),
) -> Option<Flow> {
    let is_before = fit
        .change
        .filter(|change| from < local_midnight(change.from));
    let now = fit.total_per_day.times(DAYS_PER_YEAR / people);
    let kg = is_before.map_or(now.value, |change| now.value / change.ratio.value);
    let density = in_force(&supposed.flows, from)?
        .flow(fit.stream)?
        .density_kg_m3;
    let within = if is_before.is_some() {
        String::new()
    } else {
        format!(", 90 % between {:.2} and {:.2}", now.low, now.high)
    };
    Some(Flow {
        stream: fit.stream,
        kg_per_inhabitant_year: kg,
        density_kg_m3: density,
        source: format!(
            "fitted to {} tickets of {} to {} and {people:.0} inhabitants{within}; density supposed",
            fit.intervals, fit.days.0, fit.days.1
        ),
    })
}

fn profile(fit: &Calibration, supposed: &FillingParams) -> StreamProfile {
    let default = CalendarProfile::default();
    let known = supposed.calendar.0.get(&fit.stream);
    let mut profile = known.unwrap_or(&default.0[&fit.stream]).clone();
    let mut told = Vec::new();
    if fit.week.iter().all(|day| day.is_told) {
        profile.week = fit.week.map(value);
        told.push("week");
    }
    if fit.months.iter().all(|month| month.is_told) {
        profile.months = fit.months.map(value);
        told.push("months");
    }
    if fit.public_holiday.is_told {
        profile.public_holiday = fit.public_holiday.factor.value;
        told.push("public holidays");
    }
    if fit.school_holiday.is_told {
        profile.school_holiday = fit.school_holiday.factor.value;
        told.push("school holidays");
    }
    if !told.is_empty() {
        profile.source = format!(
            "{} fitted to {} visits of {} to {}; the rest supposed",
            told.join(", "),
            fit.intervals,
            fit.days.0,
            fit.days.1
        );
    }
    profile
}

const fn value(factor: Factor) -> f64 {
    factor.factor.value
}
