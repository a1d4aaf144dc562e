//! The day of all vehicles together, event by event.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use serde::{Deserialize, Serialize};
use twin_core::Timestamp;

use super::conduct::{Conduct, lognormal};
use super::crew::{Breakdown, Crew, Phase, Task};
use super::tariff::{Bill, Tariff};
use super::truth::Truth;
use crate::calendar::LocalDay;
use crate::collection::day::DayProblem;
use crate::collection::rules::Rules;
use crate::collection::{Plan, Travel, UNREACHABLE, Window};
use crate::error::SimResult;
use crate::filling::ContainerFill;
use crate::numbers::{entity, f64_of, f64_of_index, index_u32, trunc_i64};
use crate::random::{Model, Seed};

/// A plan that is carried out.
#[derive(Clone, Copy, Debug)]
pub struct DayTask<'a> {
    /// What was planned, with the ways that the plan reckoned with.
    pub problem: &'a DayProblem,
    /// The ways as they are off the peak and in it, one travel each for each of the problem's.
    pub ways: [&'a [Travel]; 2],
    /// How.
    pub plan: &'a Plan,
    /// On which day.
    pub day: &'a LocalDay,
    /// How it is collected.
    pub rules: &'a Rules,
    /// What each class of the problem costs.
    pub tariffs: &'a [Tariff],
    /// How the day differs from its plan.
    pub conduct: &'a Conduct,
    /// Where everything random comes from. Each container, vehicle and unloading has its own numbers, so
    /// that scenarios with the same seed have the same luck.
    pub seed: Seed,
    /// The place of a container of the inventory in the filling model.
    pub model_of: &'a [Option<usize>],
}

/// A container that was emptied.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Emptied {
    /// Its number in the filling model.
    pub container: usize,
    /// When.
    pub at: Timestamp,
    /// What was in it, in millilitres.
    pub held_ml: u64,
    /// What lay beside it, in millilitres.
    pub beside_ml: u64,
    /// Whether it had overflowed since it was emptied last.
    pub was_full: bool,
    /// The account of all deposits until then.
    pub deposits: u64,
}

impl Emptied {
    /// A container as it was found.
    pub(super) const fn of(container: usize, at: Timestamp, found: &ContainerFill) -> Self {
        Self {
            container,
            at,
            held_ml: found.held_ml,
            beside_ml: found.beside_ml,
            was_full: found.full_since.is_some() || found.beside_ml > 0,
            deposits: found.deposits,
        }
    }
}

/// What a day came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DayDone {
    /// The containers that were emptied, in order of time.
    pub emptied: Vec<Emptied>,
    /// Sums over the vehicles.
    pub sums: DaySums,
}

/// Sums over the vehicles of a day, or of several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DaySums {
    /// Vehicles that left their depot.
    pub vehicles: u32,
    /// Driven, in kilometres.
    pub km: f64,
    /// On duty, in hours.
    pub duty_h: f64,
    /// At containers, in hours.
    pub service_h: f64,
    /// In queues at unloadings, in hours.
    pub queue_h: f64,
    /// Visits to unloadings.
    pub unloadings: u32,
    /// Of these, those that the plan did not have: the vehicle was full earlier.
    pub extra_unloadings: u32,
    /// Breakdowns.
    pub breakdowns: u32,
    /// Containers that were planned and not reached before the end of the shift.
    pub not_reached: u32,
    /// What was taken away, in kilograms.
    pub kg: f64,
    /// Money, fuel and CO2.
    pub bill: Bill,
}

/// Carries a plan out: every vehicle does what it is told as long as the day lasts, unloads earlier where
/// it is full, and goes home in time.
///
/// # Errors
/// Those of the truth, whose instants must not be behind it.
pub fn carry_out(task: &DayTask<'_>, truth: &mut Truth<'_>) -> SimResult<DayDone> {
    let mut day = Execution {
        task,
        crews: task.crews(),
        bays: task
            .problem
            .problem
            .unloadings()
            .iter()
            .map(|_| vec![0; task.conduct.bays as usize])
            .collect(),
        visits: vec![0; task.problem.problem.unloadings().len()],
        done: DayDone::default(),
    };
    let mut due: BinaryHeap<Reverse<(i32, usize)>> = BinaryHeap::new();
    due.extend(
        day.crews
            .iter()
            .enumerate()
            .map(|(number, crew)| Reverse((crew.now, number))),
    );
    while let Some(Reverse((_, number))) = due.pop() {
        day.act(number, truth)?;
        if day.crews[number].phase != Phase::Over {
            due.push(Reverse((day.crews[number].now, number)));
        }
    }
    day.done.sums.vehicles = index_u32(day.crews.len());
    Ok(day.done)
}

impl<'a> DayTask<'a> {
    fn crews(&self) -> Vec<Crew<'a>> {
        let mut used = vec![0_u32; self.problem.problem.fleet().len()];
        let mut crews = Vec::new();
        for route in &self.plan.routes {
            let nth = &mut used[route.class as usize];
            let mut random = self
                .seed
                .stream(Model::Vehicle, route.class << 16 | *nth)
                .at_slot(self.slot());
            *nth += 1;
            let problem = &self.problem.problem;
            let crew = Crew::new(problem, route, (self.conduct.driving_cv, &mut random));
            if let Some(mut crew) = crew.filter(|crew| !crew.tasks.is_empty()) {
                let breaks_down = random.chance(self.conduct.breakdown);
                let ends_day = random.chance(self.conduct.breakdown_ends_day);
                let into = random.unit() * f64::from(crew.class.normal_duration);
                let repair = random.exponential(self.conduct.repair_h * 36_000.0);
                crew.breakdown = breaks_down.then(|| Breakdown {
                    at: crew.began + ticks(into),
                    repair: (!ends_day).then(|| ticks(repair)),
                });
                crews.push(crew);
            }
        }
        crews
    }

    fn slot(&self) -> u64 {
        u64::from(self.day.number())
    }

    fn instant(&self, tick: i32) -> Timestamp {
        Timestamp::from_millis(self.day.start().as_millis() + i64::from(tick) * 100)
    }

    /// Ticks and length of a way at a time of day.
    fn way(&self, crew: &Crew<'_>, to: u32) -> (u32, u32) {
        let number = crew.class.travel as usize;
        let is_peak =
            self.conduct.is_peak(crew.now) && self.day.date().weekday().to_monday_zero_offset() < 5;
        let travel = self.ways[usize::from(is_peak)].get(number);
        let travel = travel.unwrap_or(&self.problem.problem.travels()[number]);
        let [length, duration] = travel.way(crew.place, to);
        (duration, length)
    }
}

/// A day under way.
struct Execution<'t, 'a> {
    task: &'t DayTask<'a>,
    crews: Vec<Crew<'a>>,
    /// By unloading: when each of its bays is free.
    bays: Vec<Vec<i32>>,
    visits: Vec<u32>,
    done: DayDone,
}

impl Execution<'_, '_> {
    fn act(&mut self, number: usize, truth: &mut Truth<'_>) -> SimResult<()> {
        match self.crews[number].phase {
            Phase::Ready => self.leave(number),
            Phase::There(Task::Serve { stop, from }) => {
                return self.serve(number, (stop, from), truth);
            }
            Phase::There(Task::Unload(unloading)) => self.unload(number, unloading),
            Phase::There(Task::Outfit(_)) => self.crews[number].phase = Phase::Ready,
            Phase::Home => self.close(number),
            Phase::Over => {}
        }
        Ok(())
    }

    /// Goes on to the next task that the rest of the day allows.
    fn leave(&mut self, number: usize) {
        if self.break_down(number) {
            return;
        }
        if self.pause(number) {
            return;
        }
        let Some(task) = self.crews[number].tasks.pop_front() else {
            let class = self.crews[number].class;
            let way = self.task.way(&self.crews[number], class.end);
            self.crews[number].drive(class.end, way);
            self.crews[number].phase = Phase::Home;
            return;
        };
        match task {
            Task::Outfit(outfit) => self.crews[number].fit_out(outfit),
            Task::Unload(unloading) => {
                let one = &self.task.problem.problem.unloadings()[unloading as usize];
                // What it brought away may have been left elsewhere on the way.
                if self.crews[number].hold.streams() & one.streams.0 != 0 {
                    self.go(number, task, one.place);
                }
            }
            Task::Serve { stop, .. } if self.can_serve(number, stop) => {
                let place = self.task.problem.problem.stops()[stop as usize].place;
                self.go(number, task, place);
            }
            Task::Serve { stop, from } => self.skip(stop, from),
        }
    }

    /// Drives to the depot for the next break there, if the next stop would make the crew late for it.
    fn pause(&mut self, number: usize) -> bool {
        let crew = &self.crews[number];
        let Some(next) = self.task.conduct.depot_breaks.get(crew.paused) else {
            return false;
        };
        let (at, length) = next.ticks();
        if at < crew.began {
            self.crews[number].paused += 1;
            return self.pause(number);
        }
        let Some(Task::Serve { stop, .. }) = crew.tasks.front().copied() else {
            return false;
        };
        let problem = &self.task.problem.problem;
        let stop = &problem.stops()[stop as usize];
        let home = problem
            .travel(crew.class)
            .duration(stop.place, crew.class.end);
        let back = [self.task.way(crew, stop.place).0, home]
            .into_iter()
            .map(|way| crew.ticks(way))
            .fold(stop.service, i32::saturating_add);
        let way = self.task.way(crew, crew.class.end);
        if crew.now.saturating_add(back) <= at || way.0 == UNREACHABLE {
            return false;
        }
        let crew = &mut self.crews[number];
        crew.drive(crew.class.end, way);
        crew.pause((at, length));
        true
    }

    fn go(&mut self, number: usize, task: Task, place: u32) {
        let way = self.task.way(&self.crews[number], place);
        let crew = &mut self.crews[number];
        if way.0 == UNREACHABLE {
            return;
        }
        crew.drive(place, way);
        crew.phase = Phase::There(task);
    }

    /// Whether the rest of the shift is long enough to serve a stop, unload and come home.
    fn can_serve(&self, number: usize, stop: u32) -> bool {
        let crew = &self.crews[number];
        let problem = &self.task.problem.problem;
        let stop = &problem.stops()[stop as usize];
        let travel = problem.travel(crew.class);
        let mut tails = crew.class.unloadings.iter().filter_map(|&unloading| {
            let one = &problem.unloadings()[unloading as usize];
            let ways = [
                travel.duration(stop.place, one.place),
                travel.duration(one.place, crew.class.end),
            ];
            let is_fit = one.streams.has(stop.stream) && !ways.contains(&UNREACHABLE);
            is_fit.then(|| {
                crew.ticks(ways[0])
                    .saturating_add(crew.ticks(ways[1]))
                    .saturating_add(one.duration)
            })
        });
        let Some(tail) = tails.by_ref().min() else {
            return false;
        };
        let there = crew.ticks(self.task.way(crew, stop.place).0);
        let arrival = crew.now.saturating_add(there);
        let last = stop.windows.last().map_or(i32::MAX, |window| window.close);
        let first = arrival.saturating_add(wait(&stop.windows, arrival));
        let end = first
            .saturating_add(stop.service)
            .saturating_add(tail)
            .saturating_add(crew.class.finish);
        arrival <= last && end <= crew.latest_end(self.task.conduct.reserve())
    }

    fn skip(&mut self, stop: u32, from: usize) {
        let containers = self.task.problem.stops[stop as usize].containers.len();
        self.done.sums.not_reached += index_u32(containers.saturating_sub(from));
    }

    /// Empties the next container of a stop; where the vehicle is full, it unloads first and comes back.
    /// One at a time, so that everything happens in order of time.
    fn serve(
        &mut self,
        number: usize,
        (stop, nth): (u32, usize),
        truth: &mut Truth<'_>,
    ) -> SimResult<()> {
        let planned = &self.task.problem.problem.stops()[stop as usize];
        let origin = &self.task.problem.stops[stop as usize];
        let crew = &mut self.crews[number];
        let wait = wait(&planned.windows, crew.now);
        if wait > 0 {
            crew.work(wait);
            return Ok(());
        }
        if crew.has_driven {
            crew.has_driven = false;
            crew.work(self.task.problem.problem.setup(planned.place));
            return Ok(());
        }
        let Some(load) = origin.containers.get(nth) else {
            crew.phase = Phase::Ready;
            return Ok(());
        };
        let expected = (f64::from(load.litres), f64::from(load.kg));
        if !crew.hold.has_room(planned.stream, expected) {
            self.detour(number, (stop, nth));
            return Ok(());
        }
        crew.phase = Phase::There(Task::Serve {
            stop,
            from: nth + 1,
        });
        let share = f64::from(planned.service) / f64_of_index(origin.containers.len().max(1));
        self.empty(number, (load.container, share), truth)
    }

    /// Empties a container of the inventory, which takes so many ticks in the mean.
    fn empty(
        &mut self,
        number: usize,
        (container, mean): (u32, f64),
        truth: &mut Truth<'_>,
    ) -> SimResult<()> {
        let task = self.task;
        let Some(container) = task.model_of.get(container as usize).copied().flatten() else {
            return Ok(());
        };
        let crew = &mut self.crews[number];
        let at = task.instant(crew.now);
        let (found, stream) = truth.empty(container, at)?;
        let litres = f64_of(found.held_ml + found.beside_ml) / 1000.0;
        let density = task.rules.streams.get(&stream);
        let kg = litres / 1000.0 * density.map_or(0.0, |stream| stream.density_kg_m3);
        let stream_of = task.seed.stream(Model::Service, entity(container));
        let mut random = stream_of.at_slot(task.slot());
        let ticks = ticks(mean * lognormal(task.conduct.service_cv, random.normal()));
        crew.hold.load(stream as u8, (litres, kg));
        crew.work(ticks);
        crew.service_ticks += u64::from(ticks.unsigned_abs());
        self.done.sums.kg += kg;
        self.done.emptied.push(Emptied::of(container, at, &found));
        Ok(())
    }

    /// Unloads at the nearest place that takes the most, then comes back to a stop.
    fn detour(&mut self, number: usize, (stop, from): (u32, usize)) {
        let problem = &self.task.problem.problem;
        let crew = &self.crews[number];
        let travel = problem.travel(crew.class);
        let useful = |unloading: &&u32| {
            problem.unloadings()[**unloading as usize].streams.0 & crew.hold.streams() != 0
        };
        let nearest = crew
            .class
            .unloadings
            .iter()
            .filter(useful)
            .min_by_key(|unloading| {
                travel.duration(crew.place, problem.unloadings()[**unloading as usize].place)
            });
        let Some(unloading) = nearest.copied() else {
            self.skip(stop, from);
            self.crews[number].phase = Phase::Ready;
            return;
        };
        self.done.sums.extra_unloadings += 1;
        let crew = &mut self.crews[number];
        crew.tasks.push_front(Task::Serve { stop, from });
        crew.tasks.push_front(Task::Unload(unloading));
        crew.phase = Phase::Ready;
    }

    fn unload(&mut self, number: usize, unloading: u32) {
        let one = &self.task.problem.problem.unloadings()[unloading as usize];
        let crew = &mut self.crews[number];
        crew.phase = Phase::Ready;
        crew.has_driven = false;
        if crew.hold.streams() & one.streams.0 == 0 {
            return;
        }
        let nth = &mut self.visits[unloading as usize];
        let mut random = self
            .task
            .seed
            .stream(Model::Unloading, unloading << 16 | *nth)
            .at_slot(self.task.slot());
        *nth += 1;
        let open_at = crew.now.saturating_add(wait(&one.windows, crew.now));
        let duration = ticks(
            f64::from(one.duration) * lognormal(self.task.conduct.unloading_cv, random.normal()),
        );
        let Some(bay) = self.bays[unloading as usize].iter_mut().min() else {
            return;
        };
        let begins = open_at.max(*bay);
        *bay = begins.saturating_add(duration);
        let wait = begins - crew.now;
        self.done.sums.queue_h += hours(wait);
        crew.work(wait);
        crew.work(duration);
        crew.hold.unload(one.streams.0);
        self.done.sums.unloadings += 1;
    }

    /// Whether the vehicle's breakdown has come: it stands until it is repaired, or for the day.
    fn break_down(&mut self, number: usize) -> bool {
        let crew = &mut self.crews[number];
        let Some(breakdown) = crew.breakdown.filter(|breakdown| breakdown.at <= crew.now) else {
            return false;
        };
        crew.breakdown = None;
        self.done.sums.breakdowns += 1;
        if let Some(repair) = breakdown.repair {
            crew.work(repair);
            return true;
        }
        let left: Vec<Task> = crew.tasks.drain(..).collect();
        crew.phase = Phase::Home;
        for task in left {
            if let Task::Serve { stop, from } = task {
                self.skip(stop, from);
            }
        }
        true
    }

    fn close(&mut self, number: usize) {
        let crew = &mut self.crews[number];
        crew.work(crew.class.finish);
        crew.phase = Phase::Over;
        let (km, service_h) = (
            f64_of(crew.length) / 1000.0,
            f64_of(crew.service_ticks) / 36_000.0,
        );
        let duty_h = hours(crew.now - crew.began);
        let sums = &mut self.done.sums;
        sums.km += km;
        sums.duty_h += duty_h;
        sums.service_h += service_h;
        if let Some(tariff) = self.task.tariffs.get(crew.class_number as usize) {
            sums.bill += tariff.bill(km, service_h, duty_h);
        }
    }
}

impl core::ops::AddAssign for DaySums {
    fn add_assign(&mut self, other: Self) {
        self.vehicles += other.vehicles;
        self.km += other.km;
        self.duty_h += other.duty_h;
        self.service_h += other.service_h;
        self.queue_h += other.queue_h;
        self.unloadings += other.unloadings;
        self.extra_unloadings += other.extra_unloadings;
        self.breakdowns += other.breakdowns;
        self.not_reached += other.not_reached;
        self.kg += other.kg;
        self.bill += other.bill;
    }
}

/// Ticks from an instant until the next of some windows opens; none where one is open, or none comes.
fn wait(windows: &[Window], now: i32) -> i32 {
    let next = windows.iter().find(|window| now <= window.close);
    next.map_or(0, |window| (window.open - now).max(0))
}

fn ticks(value: f64) -> i32 {
    i32::try_from(trunc_i64(libm::round(value))).unwrap_or(i32::MAX / 4)
}

fn hours(ticks: i32) -> f64 {
    f64::from(ticks) / 36_000.0
}
