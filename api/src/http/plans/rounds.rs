//! The rounds of a day: those of the newest plan that there is, and in a demonstration of one that the server
//! makes by itself.

use std::sync::PoisonError;
use std::time::Duration;

use axum::body::Bytes;
use simulator::calendar::LocalDay;
use simulator::collection::day::Policy;
use simulator::collection::rules::Rules;
use simulator::random::Seed;
use simulator::roads::HourClass;

use super::ServedPlans;
use crate::collection::jobs::{PlanOrder, Planning};
use crate::collection::{Effort, Levels, LevelsFrom, Limits};
use crate::engine::TwinClock;
use crate::jobs::{Bounds, JobState, JobView, Workshop};

/// What is held of the plans that the server makes by itself: of some days, for those who look back.
pub(super) const BOUNDS: Bounds = Bounds {
    queued: 2,
    kept: 8,
    kept_bytes: 32 * 1024 * 1024,
};
/// How long a plan that the server makes by itself is searched for: some seconds, by steps, so that the same day is planned
/// alike; the clock only ends what a slow machine would never.
const SECONDS: u64 = 120;
const STEPS: u64 = 30_000;
/// After how long a day that could not be planned is tried again.
const TRY_AGAIN_MS: i64 = 10 * 60 * 1000;

/// What is known of the rounds of a day.
#[derive(Clone, Debug)]
pub(in crate::http) enum DayRounds {
    /// The rounds of a plan as JSON, and a weak tag that no other has.
    Planned {
        /// The tag.
        tag: String,
        /// The rounds.
        json: Bytes,
    },
    /// They will be there soon.
    BeingPlanned,
    /// The server could not plan it.
    Failed,
    /// Nobody has planned it.
    None,
}

impl ServedPlans {
    /// Whether the rounds are for everybody: those of a demonstration are.
    pub(in crate::http) const fn are_rounds_open(&self) -> bool {
        self.own.is_some()
    }

    /// The rounds of a day. In a demonstration those of today are planned if nobody has: once, beside the
    /// threads that answer, and giving way to them.
    pub(in crate::http) fn rounds(
        &self,
        date: &LocalDay,
        is_today: bool,
        has_sensors: bool,
    ) -> DayRounds {
        // One who asks at a time: two who ask first would have it planned twice.
        let _first = self.asking.lock().unwrap_or_else(PoisonError::into_inner);
        let is_of_day = |job: &JobView<Planning>| job.order.date.date() == date.date();
        let all = [Some(self.workshop()), self.own.as_ref()];
        let jobs = all.into_iter().flatten().flat_map(Workshop::views);
        let jobs: Vec<_> = jobs.filter(is_of_day).collect();
        let newest = jobs
            .iter()
            .filter_map(|job| Some((job.ended_at?, job.id, job.product.as_ref()?.rounds()?)))
            .max_by_key(|(ended_at, ..)| *ended_at);
        if let Some((_, id, json)) = newest {
            return DayRounds::Planned {
                tag: format!("W/\"plan-{id}\""),
                json: Bytes::from_owner(json),
            };
        }
        let mut own = self.own.iter().flat_map(Workshop::views);
        let own = own.find(is_of_day);
        let state = own.as_ref().map(|job| job.progress.state);
        match state {
            Some(JobState::Queued | JobState::Running) => DayRounds::BeingPlanned,
            Some(_) if own.as_ref().is_some_and(is_recent) => DayRounds::Failed,
            _ if is_today => self.plan_own(date, has_sensors),
            _ => DayRounds::None,
        }
    }

    fn plan_own(&self, date: &LocalDay, has_sensors: bool) -> DayRounds {
        let Some(own) = &self.own else {
            return DayRounds::None;
        };
        match own.submit(order(date, self.rules(), has_sensors)) {
            Ok(_waits) => DayRounds::BeingPlanned,
            Err(_full_or_closed) => DayRounds::None,
        }
    }
}

fn is_recent(job: &JobView<Planning>) -> bool {
    let now = TwinClock::wall().now();
    job.ended_at
        .is_none_or(|ended_at| now.since(ended_at).as_millis() < TRY_AGAIN_MS)
}

/// What the server plans by itself: the usual plan of a day, in little time and on one thread.
fn order(date: &LocalDay, rules: &Rules, has_sensors: bool) -> PlanOrder {
    const SEED: u64 = 1;
    PlanOrder {
        date: date.clone(),
        policy: Policy::Prize,
        streams: rules.streams.keys().copied().collect(),
        levels: Levels {
            from: if has_sensors {
                LevelsFrom::Live
            } else {
                LevelsFrom::Synthetic
            },
            settled_by: Policy::Prize,
            seed: Seed(SEED),
        },
        hour: HourClass::OffPeak,
        effort: Effort {
            limits: Limits {
                wall: Some(Duration::from_secs(SECONDS)),
                cpu: None,
                iterations: Some(STEPS),
            },
            threads: 1,
            seed: SEED,
        },
        start: None,
    }
}
