//! What all containers of a stream share on one local day: its rate and the weights of its hours.

use std::collections::BTreeMap;
use std::sync::Arc;

use twin_core::{Stream, Timestamp};

use super::params::FillingParams;
use crate::calendar::{Calendar, LocalDay};
use crate::error::SimResult;
use crate::numbers::{f64_of_i64, f64_of_index, floor_u64, trunc_i64};

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
    /// The hours in which something is brought, in order.
    pub(super) busy: Vec<BusyHour>,
    /// By 256th of the day's deposits: the first busy hour in which one of them can fall.
    guide: [u8; GUIDES],
}

/// An hour with a share above 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct BusyHour {
    /// When it begins, in milliseconds after the day does.
    pub(super) begin_ms: i64,
    /// The share of all hours before it.
    pub(super) before: f64,
    pub(super) share: f64,
}

/// A power of two, so that a share times it is exact.
const GUIDES: usize = 256;
const HOUR_MS: i64 = 3_600_000;

impl DayShape {
    fn new(factor: f64, hours: Vec<f64>) -> Self {
        let mut before = 0.0;
        let mut busy = Vec::with_capacity(hours.len());
        for (begin_ms, share) in (0..).step_by(3_600_000).zip(&hours) {
            if *share > 0.0 {
                busy.push(BusyHour {
                    begin_ms,
                    before,
                    share: *share,
                });
                before += *share;
            }
        }
        let first = |part: usize| {
            let part = f64_of_index(part) / f64_of_index(GUIDES);
            let passed = busy
                .iter()
                .take_while(|hour| hour.before + hour.share <= part);
            u8::try_from(passed.count()).unwrap_or(u8::MAX)
        };
        Self {
            factor,
            guide: core::array::from_fn(first),
            hours,
            busy,
        }
    }

    /// Where the cumulated share reaches `target`, in milliseconds after the day's beginning.
    #[inline]
    pub(super) fn instant_ms(&self, target: f64) -> i64 {
        let part = floor_u64(target * f64_of_index(GUIDES));
        let part = usize::try_from(part).unwrap_or(0).min(GUIDES - 1);
        let first = usize::from(self.guide[part]).min(self.busy.len());
        for hour in &self.busy[first..] {
            if target < hour.before + hour.share {
                let within = (target - hour.before) / hour.share * f64_of_i64(HOUR_MS);
                return hour.begin_ms + trunc_i64(within).clamp(0, HOUR_MS - 1);
            }
        }
        self.busy
            .last()
            .map_or(0, |hour| hour.begin_ms + HOUR_MS - 1)
    }
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
            DayShape::new(
                calendar.day_factor(*stream, day.date(), &params.weather),
                weights.into_iter().map(|weight| weight / sum).collect(),
            )
        };
        Self {
            number: u64::from(day.number()),
            phase: params.flows.phase_at(day.start()),
            shapes: Stream::ALL.iter().map(shape).collect(),
            day,
        }
    }
}
