//! From what is known in the morning to a plan for the day's vehicles.

use std::collections::BTreeSet;

use jiff::civil::Date;
use twin_core::Fraction;

use super::file::PolicyKind;
use super::setting::Setting;
use crate::collection::day::{
    Day, DayProblem, DayRequest, Decision, Judge, Knowledge, Level, Policy,
};
use crate::collection::{Plan, Solver, Travel};
use crate::error::SimResult;
use crate::numbers::f64_of_index;
use crate::random::Seed;

/// A day's problem with its plan, and the ways off the peak and in it.
#[derive(Clone, Debug)]
pub(super) struct Planned {
    pub(super) problem: DayProblem,
    pub(super) ways: [Vec<Travel>; 2],
    pub(super) plan: Plan,
}

/// The plan of a day of fixed rounds, the same in every run.
#[derive(Clone, Debug)]
pub struct FixedDay(pub(super) Planned);

/// A search takes so many steps at a temperature.
const STEPS_AT_ONCE: u64 = 50;
/// Even a plan of one stop is looked at so many times.
const FEWEST_STEPS: u64 = 500;

impl Setting {
    /// The days of the fixed rounds' cycle that have routes in the period, in order: numbers for
    /// [`Setting::plan_fixed`], whose plans are made beforehand. None under other policies.
    pub fn fixed_days(&self) -> Vec<u32> {
        let first = self.scenario.period.first_routes();
        let with_routes = self.passes.iter().filter(|(date, _)| first <= *date);
        let days: BTreeSet<u32> = with_routes
            .filter(|_| self.has_fixed_rounds())
            .map(|(_, pass)| pass % self.sectors.cycle())
            .collect();
        days.into_iter().collect()
    }

    /// Makes the plan of one day of the fixed rounds' cycle: each container with what it is brought between two rounds
    /// in the mean. It is the same whenever and on whatever thread it is made.
    ///
    /// # Errors
    /// Those of the day and its ways.
    pub fn plan_fixed(&self, number: u32) -> SimResult<FixedDay> {
        // The last days of the cycle that are lived through, so that the calendar of the period counts.
        let same = self
            .passes
            .iter()
            .rev()
            .find(|(_, pass)| pass % self.sectors.cycle() == number);
        let date = same.map_or(self.scenario.period.from.0, |(date, _)| *date);
        let at = self.scenario.period.from.0;
        let at = crate::calendar::local_midnight(at).unwrap_or(twin_core::Timestamp::MIN);
        let known = |container: u32| {
            let place = self.model_of.get(container as usize).copied().flatten()?;
            if !self.sectors.is_due(container, number) {
                return None;
            }
            let spec = self.specs[place];
            let rate = self.model.mean_deposits_per_day(place, at).ok()?;
            let week = f64_of_index(self.rules.plan.collection_days.len()).max(1.0);
            let days = f64::from(self.sectors.interval(container)?) * 7.0 / week;
            Some(Knowledge {
                capacity_l: spec.capacity.get(),
                level: Level::Expected {
                    deposits: rate * days,
                },
                deposits_per_day: rate,
                deposit: self.params.deposit(spec.container_type),
                days_since_emptied: None,
            })
        };
        let steps = self.scenario.effort.fixed_steps_per_stop;
        self.plan(Policy::Listed, date, (steps, number.into()), known)
            .map(FixedDay)
    }

    /// Takes in the plans of all [`Setting::fixed_days`], in their order.
    pub fn set_fixed(&mut self, plans: Vec<FixedDay>) {
        self.fixed = self.fixed_days().into_iter().zip(plans).collect();
    }

    /// Plans a day of which so much is known, with so many steps for each stop; nothing random in it
    /// differs between runs that know the same.
    pub(super) fn plan(
        &self,
        policy: Policy,
        date: Date,
        (steps_per_stop, salt): (u32, u64),
        known: impl Fn(u32) -> Option<Knowledge>,
    ) -> SimResult<Planned> {
        let request = DayRequest {
            inventory: &self.inventory,
            rules: &self.planning,
            date,
            policy,
            streams: &self.streams,
        };
        let day = Day::new(&request, known)?;
        let peak_share = self.scenario.conduct.peak_share();
        let [usual, peak, reckoned] = self.ways.of_day(&day, peak_share)?;
        let problem = day.problem(reckoned)?;
        let mut solver = Solver::new(&problem.problem, Seed(self.scenario.seed ^ salt))?;
        let stops = problem.problem.stops().len() as u64;
        let steps = stops
            .saturating_mul(steps_per_stop.into())
            .max(FEWEST_STEPS);
        while solver.iterations() < steps && stops > 0 {
            let share = crate::numbers::f64_of(solver.iterations()) / crate::numbers::f64_of(steps);
            solver.run(STEPS_AT_ONCE, share);
        }
        solver.round_off();
        let plan = solver.best();
        Ok(Planned {
            problem,
            ways: [usual, peak],
            plan,
        })
    }

    /// What the scenario's policy asks of a day's planning, and which of the containers it leaves to it.
    pub(super) fn policy(&self) -> Policy {
        let rule = self.scenario.policy;
        match rule.kind {
            PolicyKind::Fixed | PolicyKind::FixedThreshold | PolicyKind::Soonest => Policy::Listed,
            PolicyKind::Threshold => Policy::Threshold(self.threshold()),
            PolicyKind::Prize => Policy::Prize,
            PolicyKind::Rolling => Policy::Rolling(rule.horizon_days.unwrap_or(3)),
        }
    }

    pub(super) fn threshold(&self) -> Fraction {
        Fraction::saturating(self.scenario.policy.threshold.unwrap_or(0.7))
    }

    /// Whether anybody asks what a container of the inventory holds on a collection day: fixed rounds ask
    /// for nothing outside their sector.
    pub(super) fn is_looked_at(&self, number: u32, pass: u32) -> bool {
        !self.has_fixed_rounds() || self.sectors.is_due(number, pass)
    }

    /// Keeps of what is known in a morning, by container of the model, what the policy is to see: rounds
    /// that pass by see what is full enough, the soonest so many sites.
    pub(super) fn keep(&self, pass: u32, known: &mut [Option<Knowledge>]) {
        let rule = self.scenario.policy;
        match rule.kind {
            PolicyKind::FixedThreshold => self.keep_full(pass, known),
            PolicyKind::Soonest => self.keep_soonest(rule.count.unwrap_or(1), known),
            PolicyKind::Fixed | PolicyKind::Threshold | PolicyKind::Prize | PolicyKind::Rolling => {
            }
        }
    }

    /// What is due and full enough.
    fn keep_full(&self, pass: u32, known: &mut [Option<Knowledge>]) {
        let least = self.threshold().get();
        for (number, slot) in self.numbers.iter().zip(known) {
            let is_due = self.sectors.is_due(*number, pass);
            *slot = slot.filter(|known| is_due && fill(known) >= least);
        }
    }

    /// All containers of the sites of which one is expected to be full soonest.
    fn keep_soonest(&self, count: usize, known: &mut [Option<Knowledge>]) {
        let mut soonest: std::collections::BTreeMap<u32, f64> = std::collections::BTreeMap::new();
        for (spec, known) in self.specs.iter().zip(known.iter()) {
            if let Some(known) = known {
                let days = soonest.entry(spec.site).or_insert(f64::INFINITY);
                *days = days.min(days_until_full(known));
            }
        }
        let mut sites: Vec<(f64, u32)> = soonest
            .into_iter()
            .map(|(site, days)| (days, site))
            .collect();
        sites.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let chosen = sites.into_iter().take(count).map(|(_, site)| site);
        let chosen: std::collections::BTreeSet<u32> = chosen.collect();
        for (spec, slot) in self.specs.iter().zip(known) {
            if !chosen.contains(&spec.site) {
                *slot = None;
            }
        }
    }

    /// Whether a container would be emptied in the warm-up, where there are no routes: what must be, and
    /// what is worth an average visit.
    pub(super) fn is_emptied(&self, judge: &Judge<'_>, place: usize, known: Knowledge) -> bool {
        match judge.decide(self.specs[place].stream, known) {
            Decision::Required(_) => true,
            Decision::Optional(euros) => euros >= self.rules.plan.visit_eur,
            Decision::Left => false,
        }
    }
}

fn fill(known: &Knowledge) -> f64 {
    known.level.litres(known.deposit) / known.capacity_l.max(1.0)
}

/// Days until it is expected to be full, 0 where it overflows.
fn days_until_full(known: &Knowledge) -> f64 {
    let room_l = known.capacity_l - known.level.litres(known.deposit);
    let daily_l = known.deposits_per_day * known.deposit.mean_l();
    room_l.max(0.0) / daily_l.max(f64::MIN_POSITIVE)
}
