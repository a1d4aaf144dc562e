//! What all containers of a stream share on one local day: its rate and the weights of its hours.

use std::collections::BTreeMap;

use twin_core::{Stream, Timestamp};

use super::params::FillingParams;
use crate::calendar::{Calendar, LocalDay};
use crate::error::SimResult;

/// At most this many days are kept; more are made again when asked for.
const KEPT_DAYS: usize = 40;

/// Days that were computed already. Only a cache: it never changes a result.
#[derive(Clone, Debug, Default)]
pub struct DayTables(BTreeMap<Timestamp, DayTable>);

/// One local day.
#[derive(Clone, Debug)]
pub(super) struct DayTable {
    pub(super) day: LocalDay,
    pub(super) number: u64,
    /// The phase of the flow plan; `None`: no flow yet.
    pub(super) phase: Option<usize>,
    /// By stream, in the order of [`Stream::ALL`].
    pub(super) shapes: Vec<DayShape>,
}

/// One stream on one local day.
#[derive(Clone, Debug)]
pub(super) struct DayShape {
    /// The calendar's multiplier, 1 in the mean of a year.
    pub(super) factor: f64,
    /// The share of each hour in the day; sums to 1.
    pub(super) hours: Vec<f64>,
}

impl DayTables {
    /// The table of the day that holds `at`.
    pub(super) fn day(
        &mut self,
        (params, calendar): (&FillingParams, &Calendar),
        at: Timestamp,
    ) -> SimResult<&DayTable> {
        let known = self
            .0
            .range(..=at)
            .next_back()
            .filter(|(_, table)| at < table.day.end());
        let start = if let Some((start, _)) = known {
            *start
        } else {
            let table = DayTable::new((params, calendar), LocalDay::containing(at)?);
            let start = table.day.start();
            if self.0.len() >= KEPT_DAYS {
                self.0.clear();
            }
            self.0.insert(start, table);
            start
        };
        Ok(&self.0[&start])
    }
}

impl DayTable {
    pub(super) fn new((params, calendar): (&FillingParams, &Calendar), day: LocalDay) -> Self {
        let hours = day.hours();
        let shape = |stream: &Stream| {
            let weights: Vec<f64> = hours
                .iter()
                .map(|h| calendar.hour_weight(*stream, *h))
                .collect();
            let sum = weights.iter().sum::<f64>().max(f64::MIN_POSITIVE);
            DayShape {
                factor: calendar.day_factor(*stream, day.date(), &params.weather),
                hours: weights.into_iter().map(|weight| weight / sum).collect(),
            }
        };
        Self {
            number: u64::from(day.number()),
            phase: params.flows.phase_at(day.start()),
            shapes: Stream::ALL.iter().map(shape).collect(),
            day,
        }
    }
}
