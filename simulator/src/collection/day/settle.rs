//! A synthetic morning: how full containers are where a policy has been followed for long.

use jiff::ToSpan as _;
use jiff::civil::Date;
use twin_core::{Span, Timestamp};

use super::overflow::Level;
use super::policy::{Candidate, Decision, Knowledge, Outlook, Policy, is_collection_day};
use crate::calendar::{LocalDay, local_midnight};
use crate::collection::rules::Rules;
use crate::error::{SimError, SimResult};
use crate::filling::{FillingModel, FillingState};
use crate::numbers::f64_of;

/// Days that are lived through before the morning that is asked for.
const WARM_UP_DAYS: i64 = 42;
/// The level, in thousandths, up to which the warm-up begins uniformly.
const WARM_UP_FILL: u16 = 900;
/// Hours after midnight at which crews come in the warm-up.
const PASS_HOUR: i64 = 8;
/// Spreads the sites over the days of an interval.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// The steady state of a policy: what the filling model comes to where on every collection day all
/// containers are emptied that must be, and those that are worth a visit.
#[derive(Clone, Copy, Debug)]
pub struct Steady<'a> {
    /// How containers fill.
    pub model: &'a FillingModel,
    /// How they are collected.
    pub rules: &'a Rules,
    /// The policy that was followed; [`Policy::Fullest`] and [`Policy::Listed`], which have no steady state of their own, count
    /// as [`Policy::Prize`].
    pub policy: Policy,
    /// By container of the model, whether a sensor tells its level; one that is missing has none.
    pub is_measured: &'a [bool],
}

impl Steady<'_> {
    /// The state at local midnight of a date, after six weeks under the policy. The same model, with
    /// its seed, gives the same state.
    ///
    /// # Errors
    /// [`SimError::OutsideCalendar`] for dates without a calendar.
    pub fn state(&self, date: Date) -> SimResult<FillingState> {
        let first = date.saturating_sub(WARM_UP_DAYS.days());
        let mut day = LocalDay::of(first).ok_or(outside(first))?;
        let mut state = self.begin(day.start())?;
        while day.date() < date {
            if is_collection_day(&self.rules.plan, day.date()) {
                self.pass(&mut state, &day)?;
            }
            day = day.next().ok_or(outside(date))?;
            self.model.advance(&mut state, day.start())?;
        }
        Ok(state)
    }

    /// What is known of a container of the model in the morning of a date, from the truth.
    ///
    /// # Errors
    /// [`SimError::UnknownIndex`] for a container that the model does not have.
    pub fn knowledge(
        &self,
        state: &FillingState,
        container: usize,
        date: Date,
    ) -> SimResult<Knowledge> {
        let morning = LocalDay::of(date).ok_or(outside(date))?;
        let count = state.containers.len();
        let fill = state
            .containers
            .get(container)
            .ok_or(SimError::UnknownIndex {
                what: "container",
                index: container,
                count,
            })?;
        let spec = self.model.spec(container)?;
        let rate = self
            .model
            .mean_deposits_per_day(container, morning.start())?;
        let since = fill.emptied_at.map(LocalDay::containing).transpose()?;
        let since = since.map(|then| morning.number().saturating_sub(then.number()));
        let level = if self.is_measured.get(container).copied().unwrap_or_default() {
            Level::Measured {
                litres: f64_of(fill.held_ml) / 1000.0,
            }
        } else {
            Level::Expected {
                deposits: rate * since.map_or(0.0, f64::from),
            }
        };
        Ok(Knowledge {
            capacity_l: spec.capacity.get(),
            level,
            deposits_per_day: rate,
            deposit: self.model.params().deposit(spec.container_type),
            days_since_emptied: since,
        })
    }

    /// Levels spread evenly, and the sites' turns over the interval of the fixed plan.
    fn begin(&self, at: Timestamp) -> SimResult<FillingState> {
        let mut state = self.model.stationary_state(at, WARM_UP_FILL);
        for (container, fill) in state.containers.iter_mut().enumerate() {
            let spec = self.model.spec(container)?;
            let Some(stream) = self.rules.streams.get(&spec.stream) else {
                continue;
            };
            let turn = u64::from(spec.site).wrapping_mul(SPREAD) >> 32;
            let interval_days = u64::from(stream.interval_passes) * 7
                / self.rules.plan.collection_days.len().max(1) as u64;
            let ago = i64::try_from(turn % interval_days.max(1)).unwrap_or(0);
            fill.emptied_at = Some(at - Span::from_hours(24 * ago + 24 - PASS_HOUR));
        }
        Ok(state)
    }

    /// Crews empty what must be, and what is worth a visit.
    fn pass(&self, state: &mut FillingState, day: &LocalDay) -> SimResult<()> {
        let outlook = Outlook::new(&self.rules.plan, day.date());
        let policy = match self.policy {
            Policy::Fullest(_) | Policy::Listed => Policy::Prize,
            policy => policy,
        };
        let at = day.start() + Span::from_hours(PASS_HOUR);
        for container in 0..self.model.container_count() {
            let spec = self.model.spec(container)?;
            let Some(stream) = self.rules.streams.get(&spec.stream) else {
                continue;
            };
            let knowledge = self.knowledge(state, container, day.date())?;
            let candidate = Candidate { knowledge, stream };
            let decision = candidate.decide(policy, self.rules, outlook);
            let is_emptied = match decision {
                Decision::Required(_) => true,
                Decision::Optional(euros) => euros >= self.rules.plan.visit_eur,
                Decision::Left => false,
            };
            if is_emptied {
                self.model.empty(state, container, at)?;
                self.model.sweep(state, container, at)?;
            }
        }
        Ok(())
    }
}

fn outside(date: Date) -> SimError {
    SimError::OutsideCalendar {
        at: local_midnight(date).unwrap_or(Timestamp::MIN),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use twin_core::{ContainerType, Fraction, Litres, Stream};

    use super::*;
    use crate::filling::{ContainerSpec, FillingParams};
    use crate::random::Seed;

    /// A Wednesday after a collection day.
    const WEDNESDAY: Date = date(2022, 5, 18);

    fn model(seed: u64) -> FillingModel {
        let spec = |n: u32| ContainerSpec {
            site: n / 3,
            stream: if n.is_multiple_of(3) {
                Stream::Glass
            } else {
                Stream::Packaging
            },
            container_type: ContainerType::Column,
            capacity: Litres::new(4000.0).unwrap(),
            catchment: 200.0,
        };
        let specs: Vec<ContainerSpec> = (0..90).map(spec).collect();
        FillingModel::new(&specs, FillingParams::default(), Seed(seed)).unwrap()
    }

    fn known(model: &FillingModel, policy: Policy, is_measured: &[bool]) -> Vec<Knowledge> {
        let rules = Rules::built_in();
        let steady = Steady {
            model,
            rules: &rules,
            policy,
            is_measured,
        };
        let state = steady.state(WEDNESDAY).unwrap();
        let all = 0..model.container_count();
        all.map(|container| steady.knowledge(&state, container, WEDNESDAY).unwrap())
            .collect()
    }

    #[test]
    fn the_same_seed_gives_the_same_morning() {
        let morning = |seed| known(&model(seed), Policy::Prize, &[true; 90]);
        assert_eq!(morning(1), morning(1));
        assert_ne!(morning(1), morning(2));
    }

    #[test]
    fn a_threshold_keeps_levels_near_it() {
        let policy = Policy::Threshold(Fraction::saturating(0.5));
        for known in known(&model(1), policy, &[true; 90]) {
            // Yesterday morning it was below, and two days bring no more than three times the mean.
            let two_days_l = 2.0 * known.deposits_per_day * known.deposit.mean_l();
            let level_l = known.level.litres(known.deposit);
            assert!(level_l < 2000.0 + 3.0 * two_days_l + 300.0, "{known:?}");
        }
    }

    #[test]
    fn the_fixed_plan_leaves_nothing_for_longer_than_its_interval() {
        let rules = Rules::built_in();
        let model = model(1);
        for (container, known) in known(&model, Policy::Fixed, &[]).into_iter().enumerate() {
            let stream = model.spec(container).unwrap().stream;
            // Five collection days are seven days.
            let most = rules.streams[&stream].interval_passes * 7 / 5;
            let since = known.days_since_emptied.unwrap();
            assert!((1..=most).contains(&since), "{stream}: {since}");
        }
    }

    #[test]
    fn without_a_sensor_the_level_is_what_came_in_the_mean() {
        let mut is_measured = vec![true; 90];
        is_measured[7] = false;
        let known = known(&model(1), Policy::Prize, &is_measured)[7];
        let days = f64::from(known.days_since_emptied.unwrap());
        let deposits = known.deposits_per_day * days;
        assert_eq!(known.level, Level::Expected { deposits });
    }
}
