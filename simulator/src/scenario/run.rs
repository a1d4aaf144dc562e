//! One run of a scenario: every day from the warm-up to the end, a pure function of its luck.

mod outcome;

use jiff::civil::Date;
use twin_core::{Span, Timestamp};

use self::outcome::Tally;
pub use self::outcome::{Outcome, PartSums};
use super::planned::Planned;
use super::present::{FirstLevel, MOST_REPEATS};
use super::setting::Setting;
use crate::calendar::LocalDay;
use crate::collecting::{Believed, DayTask, Emptied, Information, Truth, carry_out};
use crate::collection::day::{Judge, Knowledge};
use crate::error::{SimError, SimResult};
use crate::filling::{FillingModel, FillingState};
use crate::numbers::{entity, f64_of};
use crate::random::{Luck, Model, Seed};
use crate::rounds::Rounds;
use crate::sensing::{Network, NetworkCheckpoint, NetworkSpec, SensorReport};

/// Sensors are listened to for so many days before there are routes.
const LISTENING_DAYS: u32 = 21;
/// When crews are taken to come in the warm-up, in hours after midnight.
const PASS_HOUR: i64 = 9;
/// The level, in thousandths, up to which the warm-up begins uniformly.
const FIRST_FILL: u16 = 700;

impl Setting {
    /// Runs the scenario with some luck.
    ///
    /// # Errors
    /// Days outside the calendar; what days and ways refuse.
    pub fn run(&self, luck: impl Into<Luck>) -> SimResult<Outcome> {
        let luck = luck.into();
        let model = self.model(luck);
        let mut run = Run::new(self, &model, luck.seed)?;
        let mut day = day_of(self.scenario.period.begins())?;
        let first_routes = self.scenario.period.first_routes();
        while day.date() < first_routes {
            run.warm_up(&day)?;
            day = next(&day)?;
        }
        run.meet_present(&day)?;
        while day.date() < self.scenario.period.ends() {
            if day.date() == self.scenario.period.from.0 {
                run.begin_to_count()?;
            }
            run.live(&day)?;
            day = next(&day)?;
        }
        run.finish(day.start())
    }
}

/// A run under way.
struct Run<'s> {
    setting: &'s Setting,
    model: &'s FillingModel,
    seed: Seed,
    truth: Truth<'s>,
    believed: Believed,
    tally: Option<Tally>,
}

impl<'s> Run<'s> {
    fn new(setting: &'s Setting, model: &'s FillingModel, seed: Seed) -> SimResult<Self> {
        let at = day_of(setting.scenario.period.begins())?.start();
        let information = setting.scenario.information;
        let exposure = setting.exposure.clone();
        let sensors = setting
            .sensors
            .iter()
            .map(|sensor| (sensor.container, sensor.mounting));
        Ok(Self {
            setting,
            model,
            seed,
            truth: Truth::Unseen {
                model,
                state: model.stationary_state(at, FIRST_FILL),
                days: Box::default(),
            },
            believed: Believed::new(information, exposure, &setting.typical, at)?
                .with_sensors(sensors),
            tally: None,
        })
    }

    /// A day without routes: whatever the policy asks for is emptied at one hour.
    fn warm_up(&mut self, day: &LocalDay) -> SimResult<()> {
        let left = day
            .date()
            .until(self.setting.scenario.period.first_routes());
        let is_listening = left.is_ok_and(|left| left.get_days() <= LISTENING_DAYS.cast_signed())
            && self.setting.present.is_none();
        if is_listening && matches!(self.truth, Truth::Unseen { .. }) {
            self.listen(day.start())?;
        }
        if let Some(pass) = self.setting.pass(day.date()) {
            let judge = Judge::new(&self.setting.rules, self.setting.policy(), day.date());
            let known = self.known(day, (pass, judge.over_in_days()))?;
            let at = day.start() + Span::from_hours(PASS_HOUR);
            let mut emptied = Vec::new();
            for (container, known) in known.into_iter().enumerate() {
                let is_emptied =
                    known.is_some_and(|known| self.setting.is_emptied(&judge, container, known));
                if is_emptied {
                    emptied.push(self.truth.take(container, at)?);
                }
            }
            self.follow(&emptied, day);
        }
        self.end(day)
    }

    /// What the running twin knows takes the place of what was drawn, in the truth and for planners who
    /// have sensors: from then on these are listened to.
    fn meet_present(&mut self, day: &LocalDay) -> SimResult<()> {
        if self.setting.present.is_none() {
            return Ok(());
        }
        let at = day.start();
        let levels = self.setting.first_levels(at)?;
        if let Truth::Unseen { state, .. } = &mut self.truth {
            for level in &levels {
                level.put(&mut state.containers[level.container], at);
            }
        }
        if self.setting.scenario.information == Information::Sensors {
            for level in &levels {
                self.hear_first(level, day)?;
            }
        }
        self.listen(at)
    }

    /// Planners hear what a sensor told last, until they believe it: the running twin did.
    fn hear_first(&mut self, level: &FirstLevel, day: &LocalDay) -> SimResult<()> {
        let (at, container) = (day.start(), level.container);
        let mut sensors = self.setting.sensors.iter().enumerate();
        let Some((sensor, spec)) = sensors.find(|(_, spec)| spec.container == container) else {
            return Ok(());
        };
        let report = level.report((sensor, spec.mounting), at);
        let when = (at, day.end(), day.number());
        for _ in 0..MOST_REPEATS {
            if self.believed.morning(container, when, None)?.is_fresh {
                break;
            }
            self.believed.hear(core::slice::from_ref(&report));
        }
        Ok(())
    }

    /// A day with routes.
    fn live(&mut self, day: &LocalDay) -> SimResult<()> {
        if let Some(pass) = self.setting.pass(day.date()) {
            let made;
            let planned = if let Some(planned) = self.fixed(pass) {
                planned
            } else {
                made = self.plan(day, pass)?;
                &made
            };
            let task = DayTask {
                problem: &planned.problem,
                ways: [&planned.ways[0], &planned.ways[1]],
                plan: &planned.plan,
                day,
                rules: &self.setting.rules,
                tariffs: &self.setting.tariffs,
                conduct: &self.setting.scenario.conduct,
                seed: self.seed,
                model_of: &self.setting.model_of,
            };
            let done = carry_out(&task, &mut self.truth)?;
            for emptied in &done.emptied {
                self.count_late(emptied, day);
            }
            self.follow(&done.emptied, day);
            if let Some(tally) = &mut self.tally {
                tally.add_day(self.setting, planned, &done);
            }
        }
        self.end(day)
    }

    fn fixed(&self, pass: u32) -> Option<&'s Planned> {
        let day = pass % self.setting.sectors.cycle();
        self.setting.fixed.get(&day).map(|day| &day.0)
    }

    fn plan(&mut self, day: &LocalDay, pass: u32) -> SimResult<Planned> {
        let policy = self.setting.policy();
        let judge = Judge::new(&self.setting.rules, policy, day.date());
        let known = self.known(day, (pass, judge.over_in_days()))?;
        let of = |number: u32| {
            let place = self
                .setting
                .model_of
                .get(number as usize)
                .copied()
                .flatten()?;
            known[place]
        };
        let steps = self.setting.scenario.effort.steps_per_stop;
        self.setting
            .plan(policy, day.date(), (steps, day.number().into()), of)
    }

    /// What is known of each container in the morning, of those that the policy may see.
    fn known(
        &mut self,
        day: &LocalDay,
        (pass, days): (u32, f64),
    ) -> SimResult<Vec<Option<Knowledge>>> {
        let at = day.start();
        let horizon = at + Span::from_millis(crate::numbers::trunc_i64(days * 86_400_000.0));
        let truth = self.truth.seen();
        let mut known = Vec::with_capacity(self.setting.specs.len());
        let (mut asked, mut fresh) = (0, 0);
        for (container, number) in self.setting.numbers.iter().enumerate() {
            let is_there = self.setting.model_of[*number as usize].is_some();
            if !is_there || !self.setting.is_looked_at(*number, pass) {
                known.push(None);
                continue;
            }
            let fill = truth.and_then(|state| state.containers.get(container));
            let morning = self
                .believed
                .morning(container, (at, horizon, day.number()), fill)?;
            asked += 1;
            fresh += u64::from(morning.is_fresh);
            known.push(Some(morning.knowledge));
        }
        if let Some(tally) = &mut self.tally {
            tally.add_morning(asked, fresh);
        }
        self.setting.keep(pass, &mut known);
        Ok(known)
    }

    /// Planners hear what a crew found, with its error.
    fn tell(&mut self, emptied: &Emptied, day: &LocalDay) {
        let litres = f64_of(emptied.held_ml + emptied.beside_ml) / 1000.0;
        let capacity_l = self.setting.specs[emptied.container].capacity.get();
        let stream = self
            .seed
            .stream(Model::CrewReport, entity(emptied.container));
        let mut random = stream.at_slot(day.number().into());
        let error_l = self.setting.scenario.conduct.crew_error * capacity_l * random.normal();
        self.believed
            .emptied(emptied, (litres + error_l).max(0.0), day.number());
    }

    fn count_late(&mut self, emptied: &Emptied, day: &LocalDay) {
        let stream = self.setting.specs[emptied.container].stream;
        let rules = self.setting.rules.streams.get(&stream);
        let since = self
            .believed
            .days_since_emptied(emptied.container, day.number());
        let most = rules.and_then(|rules| rules.max_interval_days);
        let is_late = most.zip(since).is_some_and(|(most, days)| days > most);
        if let Some(tally) = &mut self.tally {
            tally.add_late(is_late);
        }
    }

    /// The night: everything fills up to midnight, and sensors are heard.
    fn end(&mut self, day: &LocalDay) -> SimResult<()> {
        self.truth.advance(day.end())?;
        self.follow(&[], day);
        Ok(())
    }

    /// Planners hear sensors and crews in the order of time: what a sensor tells after an emptying is
    /// nothing to compare a crew's word with.
    fn follow(&mut self, emptied: &[Emptied], day: &LocalDay) {
        let reports = self.reports(day.date());
        let mut heard = 0;
        for emptied in emptied {
            let earlier = reports[heard..].partition_point(|report| report.at <= emptied.at);
            self.believed.hear(&reports[heard..heard + earlier]);
            heard += earlier;
            self.tell(emptied, day);
        }
        self.believed.hear(&reports[heard..]);
    }

    /// What sensors told since they were heard last, but for those that are lost.
    fn reports(&mut self, date: Date) -> Vec<SensorReport> {
        let mut reports = self.truth.take_reports();
        let now = self
            .setting
            .losses
            .iter()
            .filter(|lost| lost.from <= date && date < lost.until);
        for lost in now {
            reports.retain(|report| !lost.sensors.contains(&report.sensor));
        }
        reports
    }

    /// From now on sensors look into the containers.
    fn listen(&mut self, at: Timestamp) -> SimResult<()> {
        let Truth::Unseen { state, .. } = &self.truth else {
            return Ok(());
        };
        if self.setting.scenario.information != Information::Sensors {
            return Ok(());
        }
        let spec = NetworkSpec {
            filling: self.model.clone(),
            rounds: Rounds::none(),
            sensors: self.setting.sensors.clone(),
            params: self.setting.sensing,
            seed: self.seed,
            coverage: self.setting.coverage.clone(),
        };
        let checkpoint = NetworkCheckpoint {
            format: match &self.setting.coverage {
                Some(_) => NetworkCheckpoint::WITH_GATEWAYS,
                None => NetworkCheckpoint::FORMAT,
            },
            gateways: self
                .setting
                .coverage
                .iter()
                .flat_map(|one| one.gateways.clone())
                .collect(),
            start: at,
            at,
            filling: state.clone(),
            next_f_cnt: vec![0; self.setting.sensors.len()],
        };
        self.truth = Truth::Sensed {
            network: Box::new(Network::resume(spec, &checkpoint)?),
            reports: Vec::new(),
        };
        Ok(())
    }

    fn begin_to_count(&mut self) -> SimResult<()> {
        let from = day_of(self.setting.scenario.period.from.0)?.start();
        self.tally = Some(Tally::new(self.truth.state()?, from));
        Ok(())
    }

    fn finish(self, to: Timestamp) -> SimResult<Outcome> {
        let state: FillingState = self.truth.state()?;
        let tally = self.tally.ok_or(SimError::Missing { what: "day" })?;
        Ok(tally.close(self.setting, &state, to))
    }
}

fn day_of(date: Date) -> SimResult<LocalDay> {
    let outside = SimError::OutsideCalendar { at: Timestamp::MIN };
    LocalDay::of(date).ok_or(outside)
}

fn next(day: &LocalDay) -> SimResult<LocalDay> {
    let outside = SimError::OutsideCalendar { at: day.end() };
    day.next().ok_or(outside)
}
