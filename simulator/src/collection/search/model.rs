//! A problem laid out for a search.

use super::segment::Segment;
use super::solution::NONE;
use super::tails::{Tail, hull, tails};
use super::ways::{BLOCKED, Ways};
use crate::collection::check::check;
use crate::collection::schedule::schedule;
use crate::collection::{
    Begun, Compartment, Need, Outfit, Plan, Problem, Route, Stop, StreamSet, Trip, VehicleClass,
    Window,
};
use crate::error::{SimError, SimResult};
use crate::numbers::{f64_of, f64_of_i64, f64_of_index, floor_u64, index_u32, trunc_i64};

/// What a trip carries: up to three compartments, and the mass of all.
pub(super) type Load = [i32; 4];

/// More than any vehicle can carry; what a stop loads into a vehicle that may not serve it.
const TOO_MUCH: i32 = 1 << 30;

/// A problem laid out for a search.
#[derive(Debug)]
pub(super) struct Model<'p, W> {
    pub(super) problem: &'p Problem,
    pub(super) ways: W,
    pub(super) stops: Vec<StopFacts>,
    pub(super) classes: Vec<ClassFacts>,
    /// The outfits of all classes, one after another.
    pub(super) outfits: Vec<OutfitFacts>,
    /// The tails of all classes, one after another.
    pub(super) tails: Vec<Tail>,
    /// Whether anything but the length of ways matters.
    pub(super) is_timed: bool,
    /// Whether a class has times that segments only bound.
    pub(super) is_exact: bool,
}

/// What a search asks of a stop.
#[derive(Clone, Copy, Debug)]
pub(super) struct StopFacts {
    pub(super) place: u32,
    pub(super) stream: u8,
    /// What coming to its place adds to serving it.
    pub(super) setup: i32,
    pub(super) mass: i64,
    pub(super) release: i32,
    /// From the first begin to the last, whatever lies between.
    pub(super) serve: Segment,
    /// What leaving it out costs.
    pub(super) absence: i64,
    /// What a search minds it while it is missing, in thousandths of the mean; 0 where it need not be
    /// served.
    pub(super) weight: i64,
    pub(super) is_required: bool,
}

/// What a search asks of a class.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClassFacts {
    pub(super) base: usize,
    pub(super) count: u32,
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) prepare: Segment,
    pub(super) finish: Segment,
    pub(super) max_duration: i32,
    pub(super) normal_duration: i32,
    pub(super) fixed: i64,
    pub(super) per_length: i64,
    pub(super) per_tick: i64,
    pub(super) per_overtime_tick: i64,
    pub(super) max_trips: u32,
    /// Its outfits, among the model's.
    pub(super) outfits: (u32, u32),
    /// Its tails, among the model's.
    pub(super) tails: (u32, u32),
    pub(super) unload_at_end: bool,
    /// Whether what is unloaded costs something by mass.
    pub(super) pays_by_mass: bool,
    /// Whether its times are more than segments can tell: breaks, several windows, several tails.
    pub(super) is_exact: bool,
    /// What one of its vehicles costs that is under way and serves nothing more; `None` where none
    /// is under way.
    pub(super) begun: Option<BegunFacts>,
}

/// What a search asks of a vehicle under way.
#[derive(Clone, Copy, Debug)]
pub(super) struct BegunFacts {
    /// Ticks on duty before the plan begins.
    pub(super) duty: i32,
    /// What it costs where it serves nothing more.
    pub(super) idle: i64,
    pub(super) outfit: u32,
    pub(super) load: Load,
    pub(super) streams: StreamSet,
    /// What it carries of each stream.
    pub(super) masses: [i64; 16],
}

/// What the compartments of a class can be used for.
#[derive(Clone, Debug)]
pub(super) struct OutfitFacts {
    pub(super) room: Load,
    /// What each stop takes of it.
    pub(super) loads: Vec<Load>,
}

impl<'p, W: Ways> Model<'p, W> {
    /// What a required stop costs that is missing; 0 where none must be served.
    pub(super) fn absence(&self) -> i64 {
        let required = self.stops.iter().find(|stop| stop.is_required);
        required.map_or(0, |stop| stop.absence)
    }

    pub(super) fn new(problem: &'p Problem, ways: W) -> Self {
        let mut outfits = Vec::new();
        let mut classes = Vec::new();
        let mut all_tails = Vec::new();
        for (index, class) in problem.fleet().iter().enumerate() {
            let first = index_u32(outfits.len());
            outfits.extend(class.outfits.iter().map(|outfit| {
                OutfitFacts {
                    room: room(outfit),
                    loads: problem
                        .stops()
                        .iter()
                        .map(|stop| load(outfit, stop, index))
                        .collect(),
                }
            }));
            let range = (first, index_u32(outfits.len()));
            let tails = tails(problem, &ways, ways.base(class), class);
            let from = index_u32(all_tails.len());
            all_tails.extend(tails);
            let tails = (from, index_u32(all_tails.len()));
            let mut facts = class_facts(problem, &ways, class, (range, tails));
            if let Some(begun) = &mut facts.begun {
                let tails = &all_tails[tails.0 as usize..];
                let idle = idle_route(problem, index_u32(index), begun.streams, tails);
                begun.idle = idle.map_or(0, |(_, cost)| cost);
            }
            classes.push(facts);
        }
        let missing = missing(problem, &ways, &classes);
        let stops = problem.stops().iter().zip(weights(problem));
        Self {
            problem,
            stops: stops
                .map(|(stop, weight)| StopFacts {
                    weight,
                    ..stop_facts(problem, stop, missing)
                })
                .collect(),
            is_timed: is_timed(problem),
            is_exact: classes.iter().any(|class| class.is_exact),
            tails: all_tails,
            ways,
            classes,
            outfits,
        }
    }
}

fn stop_facts(problem: &Problem, stop: &Stop, missing: i64) -> StopFacts {
    let (absence, is_required) = match stop.need {
        Need::Required => (missing, true),
        Need::Optional { prize } => (prize, false),
    };
    StopFacts {
        place: stop.place,
        stream: stop.stream,
        setup: problem.setup(stop.place),
        mass: i64::from(stop.mass),
        release: stop.release,
        serve: Segment::new(hull(&stop.windows), stop.service),
        absence,
        weight: 0,
        is_required,
    }
}

fn class_facts<W: Ways>(
    problem: &Problem,
    ways: &W,
    class: &VehicleClass,
    (outfits, tails): ((u32, u32), (u32, u32)),
) -> ClassFacts {
    let close = class.shift.close.saturating_sub(class.finish);
    let begun = class.begun.as_ref();
    let leaves = begun.map_or(class.shift, |begun| Window {
        open: begun.at,
        close: begun.at,
    });
    let costs = class.costs;
    let mut facts = ClassFacts {
        base: ways.base(class),
        count: class.count,
        start: begun.map_or(class.start, |begun| begun.place),
        end: class.end,
        prepare: Segment::new(leaves, if begun.is_some() { 0 } else { class.prepare }),
        finish: Segment::new(Window { open: 0, close }, class.finish),
        max_duration: class.max_duration,
        normal_duration: class.normal_duration,
        fixed: costs.fixed,
        per_length: costs.per_length,
        per_tick: costs.per_tick,
        per_overtime_tick: costs.per_overtime_tick,
        max_trips: class.max_trips,
        outfits,
        tails,
        unload_at_end: class.unload_at_end,
        pays_by_mass: class
            .unloadings
            .iter()
            .any(|&index| problem.unloadings()[index as usize].cost_per_mass > 0),
        is_exact: is_exact(problem, class),
        begun: None,
    };
    if let Some(begun) = begun {
        let duty = begun.at.saturating_sub(begun.on_duty_since);
        facts.max_duration = facts.max_duration.saturating_sub(duty);
        facts.normal_duration = facts.normal_duration.saturating_sub(duty);
        facts.begun = Some(begun_facts(class, begun, &facts, duty));
    }
    facts
}

fn begun_facts(class: &VehicleClass, begun: &Begun, facts: &ClassFacts, duty: i32) -> BegunFacts {
    let outfit = &class.outfits[begun.outfit as usize];
    let mut load = [0; 4];
    let mut streams = StreamSet::NONE;
    let mut masses = [0; 16];
    for loading in &begun.loads {
        masses[usize::from(loading.stream & 15)] += i64::from(loading.mass);
        let (volume, mass) = (loading.volume, loading.mass);
        let loaded = loaded(outfit, loading.stream, volume, mass);
        for (sum, part) in load.iter_mut().zip(loaded) {
            *sum = i32::min(TOO_MUCH, *sum + part);
        }
        if volume > 0 || mass > 0 {
            streams = streams.with(StreamSet::of(loading.stream));
        }
    }
    BegunFacts {
        duty,
        idle: 0,
        outfit: facts.outfits.0 + begun.outfit,
        load,
        streams,
        masses,
    }
}

/// The cheapest route of a vehicle under way that serves nothing more, and what it costs: it unloads
/// what it has, and goes home. `None` where it cannot.
pub(super) fn idle_route(
    problem: &Problem,
    class: u32,
    loaded: StreamSet,
    tails: &[Tail],
) -> Option<(Route, i64)> {
    let facts = &problem.fleet()[class as usize];
    let trip = |unloadings: &[u32]| Trip {
        outfit: facts.begun.as_ref().map_or(0, |begun| begun.outfit),
        stops: Vec::new(),
        unloadings: unloadings.to_vec(),
    };
    let takes_all = |tail: &&Tail| loaded.without(tail.streams).is_empty();
    let must_unload = facts.unload_at_end && !loaded.is_empty();
    let without = (!must_unload).then(|| trip(&[]));
    let with = tails.iter().filter(takes_all);
    let trips = without
        .into_iter()
        .chain(with.map(|tail| trip(&tail.unloadings)));
    let routes = trips.filter_map(|trip| {
        let trips = vec![trip];
        let timeline = schedule(problem, class, &trips).ok()?;
        let plan = Plan {
            routes: vec![Route {
                class,
                trips,
                timeline,
            }],
            unserved: Vec::new(),
        };
        let bill = check(problem, &plan).bill;
        let route = plan.routes.into_iter().next()?;
        Some((route, bill.total() - bill.unserved_cost))
    });
    routes.min_by_key(|&(_, cost)| cost)
}

/// Whether breaks, several windows or several tails make times that segments only bound.
fn is_exact(problem: &Problem, class: &VehicleClass) -> bool {
    let unloads_somewhere_else = class.unloadings.len() > 1;
    let several = |windows: &[Window]| windows.len() > 1;
    let index = problem
        .fleet()
        .iter()
        .position(|other| std::ptr::eq(other, class));
    let serves = |stop: &&Stop| index.is_some_and(|index| stop.classes >> index & 1 == 1);
    class.breaks.work.is_some()
        || class.breaks.driving.is_some()
        || unloads_somewhere_else
        || problem
            .stops()
            .iter()
            .filter(serves)
            .any(|stop| several(&stop.windows))
        || class
            .unloadings
            .iter()
            .any(|&index| several(&problem.unloadings()[index as usize].windows))
        || class
            .unloadings
            .iter()
            .any(|&index| problem.unloadings()[index as usize].streams != StreamSet::ALL)
}

fn room(outfit: &Outfit) -> Load {
    let mut room = [0; 4];
    for (slot, compartment) in room.iter_mut().zip(&outfit.compartments) {
        *slot = i32::try_from(compartment.volume).unwrap_or(TOO_MUCH);
    }
    room[3] = i32::try_from(outfit.payload).unwrap_or(TOO_MUCH);
    room
}

fn load(outfit: &Outfit, stop: &Stop, class: usize) -> Load {
    if stop.classes >> class & 1 == 0 {
        return [TOO_MUCH, 0, 0, 0];
    }
    loaded(outfit, stop.stream, stop.volume, stop.mass)
}

fn loaded(outfit: &Outfit, stream: u8, volume: u32, mass: u32) -> Load {
    let takes = |compartment: &Compartment| compartment.takes.has(stream);
    let Some(slot) = outfit.compartments.iter().position(takes) else {
        return [TOO_MUCH, 0, 0, 0];
    };
    let compaction = outfit.compartments[slot].compaction;
    let volume = libm::ceil(f64_of(u64::from(volume)) / compaction);
    let mut load = [0; 4];
    load[slot] = i32::try_from(floor_u64(volume)).unwrap_or(TOO_MUCH);
    load[3] = i32::try_from(mass).unwrap_or(TOO_MUCH);
    load
}

fn is_timed(problem: &Problem) -> bool {
    let stops = problem.stops().iter();
    let is_always = |class: &VehicleClass| {
        class.shift.open == 0
            && class.shift.close == Window::LAST
            && class.max_duration == Window::LAST
            && class.costs.per_tick == 0
            && (class.costs.per_overtime_tick == 0 || class.normal_duration == Window::LAST)
    };
    stops
        .into_iter()
        .any(|stop| !stop.windows.is_empty() || stop.release > 0)
        || !problem.fleet().iter().all(is_always)
        || problem
            .unloadings()
            .iter()
            .any(|unloading| !unloading.windows.is_empty())
}

/// What each required stop weighs, in thousandths of the mean: mostly as much as it holds.
fn weights(problem: &Problem) -> impl Iterator<Item = i64> {
    const BY_VOLUME: f64 = 0.7;
    let is_required = |stop: &&Stop| stop.need == Need::Required;
    let required = || problem.stops().iter().filter(is_required);
    let volume: f64 = required().map(|stop| f64::from(stop.volume)).sum();
    let mean = volume / f64_of_index(required().count().max(1));
    problem.stops().iter().map(move |stop| {
        if stop.need != Need::Required {
            return 0;
        }
        let volume = if mean > 0.0 {
            f64::from(stop.volume) / mean
        } else {
            1.0
        };
        trunc_i64(1000.0 * (1.0 - BY_VOLUME + BY_VOLUME * volume)).max(1)
    })
}

/// More than what can be saved by leaving out a stop: what the dearest one costs alone, and more than
/// all prizes.
fn missing<W: Ways>(problem: &Problem, ways: &W, classes: &[ClassFacts]) -> i64 {
    let prizes = problem.stops().iter().map(|stop| match stop.need {
        Need::Required => 0,
        Need::Optional { prize } => prize,
    });
    let mut dearest = 0;
    for class in classes {
        let rates = class.per_length + class.per_tick + class.per_overtime_tick;
        let mut longest = 0;
        for stop in problem.stops() {
            let there = ways.leg(class.base, class.start, stop.place);
            let back = ways.leg(class.base, stop.place, class.end);
            for leg in [there, back] {
                if leg.length < BLOCKED && leg.duration < BLOCKED {
                    longest = longest.max(i64::from(leg.length.max(leg.duration)));
                }
            }
        }
        dearest = i64::max(dearest, class.fixed + rates.saturating_mul(4 * longest + 4));
    }
    prizes
        .sum::<i64>()
        .saturating_add(dearest)
        .saturating_add(1)
}

/// Refuses costs whose sums a search could not hold: those of ways that are as long as can be, of all
/// prizes and all loads, once for each stop.
pub(super) fn check_costs(problem: &Problem) -> SimResult<()> {
    let stops = problem.stops().iter();
    let mut sum: f64 = 0.0;
    for stop in stops.clone() {
        if let Need::Optional { prize } = stop.need {
            sum += f64_of_i64(prize);
        }
    }
    let mass: f64 = stops.map(|stop| f64::from(stop.mass)).sum();
    for unloading in problem.unloadings() {
        sum += f64_of_i64(unloading.cost_per_visit) + f64_of_i64(unloading.cost_per_mass) * mass;
    }
    for class in problem.fleet() {
        let costs = class.costs;
        let longest = f64::from(BLOCKED) * f64_of_i64(costs.per_length);
        let day = f64::from(i32::MAX)
            * (f64_of_i64(costs.per_tick) + f64_of_i64(costs.per_overtime_tick));
        let carried = class.begun.iter().flat_map(|begun| &begun.loads);
        let carried: f64 = carried.map(|load| f64::from(load.mass)).sum();
        let dearest = class
            .unloadings
            .iter()
            .map(|&unloading| f64_of_i64(problem.unloadings()[unloading as usize].cost_per_mass));
        sum +=
            f64_of_i64(costs.fixed) + longest * 8.0 + day + carried * dearest.fold(0.0, f64::max);
    }
    let value = sum * (f64_of_index(problem.stops().len()) + 2.0);
    if value < 4e18 {
        return Ok(());
    }
    Err(SimError::InvalidParameter {
        parameter: "the most that a plan could cost",
        value,
        expected: "less than 4e18 units of cost",
    })
}

impl ClassFacts {
    /// What a route of a length costs that keeps its crew on duty for a while, without its unloading.
    pub(super) fn cost(&self, length: i64, duration: i32) -> i64 {
        let overtime = duration.saturating_sub(self.normal_duration).max(0);
        let duty = i64::from(self.begun.map_or(0, |begun| begun.duty));
        self.fixed
            + self.per_length * length
            + self.per_tick * (i64::from(duration) + duty)
            + self.per_overtime_tick * i64::from(overtime)
    }

    /// What it costs more to be on duty longer than now.
    pub(super) fn longer(&self, now: i32, longer: i32) -> i64 {
        let overtime =
            |duration: i32| i64::from(duration.saturating_sub(self.normal_duration).max(0));
        self.per_tick * i64::from(longer)
            + self.per_overtime_tick * (overtime(now.saturating_add(longer)) - overtime(now))
    }

    /// What its vehicle under way costs where it serves nothing more.
    pub(super) fn idle_cost(&self) -> i64 {
        self.begun.map_or(0, |begun| begun.idle)
    }

    /// Whether a longer day costs more.
    pub(super) const fn has_time_costs(&self) -> bool {
        self.per_tick != 0 || self.per_overtime_tick != 0
    }

    /// The one tail of a class whose tails make no difference, [`NONE`] where it cannot unload.
    pub(super) const fn first_tail(&self) -> u32 {
        if self.tails.0 < self.tails.1 {
            self.tails.0
        } else {
            NONE
        }
    }
}
