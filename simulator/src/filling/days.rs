//! What all containers of a stream share on one local day: its rate and the weights of its hours.

use std::collections::BTreeMap;
use std::sync::Arc;

use twin_core::{Stream, Timestamp};

use super::clock::DayClock;
use super::params::FillingParams;
use crate::calendar::{Calendar, LocalDay};
use crate::error::SimResult;

/// At most this many days are kept; more are made again when asked for.
const KEPT_DAYS: usize = 40;

/// Days that were computed already. Only a cache: it never changes a result.
#[derive(Clone, Debug, Default)]
pub(super) struct DayTables {
    days: BTreeMap<Timestamp, Arc<DayTable>>,
    /// The day that was asked for last.
    last: Option<Arc<DayTable>>,
}

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
    pub(super) clock: Arc<DayClock>,
}

impl DayTables {
    /// The table of the day that holds `at`.
    pub(super) fn day(
        &mut self,
        (params, calendar): (&FillingParams, &Calendar),
        at: Timestamp,
    ) -> SimResult<Arc<DayTable>> {
        let holds = |table: &&Arc<DayTable>| table.day.start() <= at && at < table.day.end();
        if let Some(last) = self.last.as_ref().filter(holds) {
            return Ok(Arc::clone(last));
        }
        let earlier = self.days.range(..=at).next_back();
        let known = earlier.map(|(_, table)| table).filter(holds).cloned();
        let table = if let Some(known) = known {
            known
        } else {
            let table = DayTable::new((params, calendar), LocalDay::containing(at)?);
            let table = Arc::new(table);
            if self.days.len() >= KEPT_DAYS {
                self.days.clear();
            }
            self.days.insert(table.day.start(), Arc::clone(&table));
            table
        };
        self.last = Some(Arc::clone(&table));
        Ok(table)
    }
}

impl DayTable {
    /// Its last instant: deposits hold in (from, until], and the instant after is the next day's.
    pub(super) fn last(&self) -> Timestamp {
        Timestamp::from_millis(self.day.end().as_millis() - 1)
    }

    /// Whether what comes after an instant is of this day.
    pub(super) fn is_next_of(&self, at: Timestamp) -> bool {
        Timestamp::from_millis(self.day.start().as_millis() - 1) <= at && at < self.last()
    }

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
                clock: Arc::new(DayClock::new(&weights)),
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
