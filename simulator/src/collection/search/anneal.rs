//! One solution that is taken apart and put together again, ever more carefully.

mod descend;
mod fleet;
mod recreate;
mod resplit;
mod rules;
mod tolerance;

use std::cmp::Reverse;

pub(super) use self::rules::Rules;
use self::tolerance::Tolerance;
use super::clock::Clock;
use super::exchange::{Exchange, Exchanges};
use super::insert::Spot;
use super::model::{ClassFacts, Model};
use super::near::{Near, Nearness};
use super::ruin::{Ruin, below};
use super::saved::Saved;
use super::solution::Solution;
use super::ways::Ways;
use crate::numbers::{index_u32, indexed, trunc_i64};
use crate::random::Stream;

/// One solution on its way down.
#[derive(Debug)]
pub(super) struct Annealing<'p, W> {
    pub(super) model: Model<'p, W>,
    pub(super) rules: Rules,
    /// Stops near each one, and those that may well be served before it and behind it.
    close: Near,
    before: Near,
    behind: Near,
    current: Solution,
    best: Solution,
    /// Whether the current solution is the best one, and not kept yet.
    is_best: bool,
    best_cost: i64,
    random: Stream,
    saved: Saved,
    clock: Clock<'p>,
    spots: Vec<(i64, Spot)>,
    chosen: Vec<u32>,
    stale: Vec<u32>,
    blink: Blink,
    /// The cost of a mean way between neighbours.
    unit: f64,
    tolerance: Tolerance,
    /// How many times its prize an optional stop may cost in this step.
    generosity: f64,
    has_trips: bool,
    /// Whether a step may use another vehicle.
    may_open: bool,
    /// Steps taken so far, exchanges not counted.
    pub(super) steps: u64,
}

impl<'p, W: Ways> Annealing<'p, W> {
    pub(super) fn new(model: Model<'p, W>, mut random: Stream) -> Self {
        let rules = Rules::of(&model);
        let [before, behind] = if model.is_timed {
            [Nearness::From, Nearness::Towards]
        } else {
            [Nearness::Either; 2]
        };
        let problem = model.problem;
        let current = Solution::empty(&model);
        let close = Near::new(&model, 128, Nearness::Either);
        let unit = mean_way(&model, &close);
        let mut annealing = Self {
            unit,
            tolerance: Tolerance::new(rules.is_tolerant, unit, model.absence()),
            best: current.clone(),
            best_cost: current.cost,
            is_best: false,
            before: Near::new(&model, rules.spots, before),
            behind: Near::new(&model, rules.spots, behind),
            blink: Blink::new(rules.blink, &mut random),
            model,
            rules,
            close,
            current,
            random,
            saved: Saved::default(),
            clock: Clock::new(problem),
            spots: Vec::new(),
            chosen: Vec::new(),
            stale: Vec::new(),
            generosity: 1.0,
            may_open: true,
            has_trips: problem.fleet().iter().any(|class| class.max_trips > 1),
            steps: 0,
        };
        annealing.construct();
        annealing
    }

    fn construct(&mut self) {
        self.saved.begin(&mut self.current);
        self.chosen = (0..index_u32(self.model.stops.len())).collect();
        self.sort_chosen(Order::Closest);
        // Everything that can be served is: what is not worth it is left out later.
        self.generosity = f64::INFINITY;
        self.recreate();
        self.note_best();
    }

    /// The cost of the best solution.
    pub(super) const fn best_cost(&self) -> i64 {
        self.best_cost
    }

    /// The best solution.
    pub(super) fn best(&self) -> &Solution {
        if self.is_best {
            &self.current
        } else {
            &self.best
        }
    }

    /// One step at a temperature, as a share of the mean way.
    pub(super) fn step(&mut self, temperature: f64) {
        self.steps += 1;
        if self.model.stops.is_empty() {
            return;
        }
        let heat = temperature * self.unit;
        let wanted = || self.rules.complete(temperature);
        self.tolerance.begin(self.current.missing == 0, wanted);
        for _ in 0..self.rules.exchanges {
            self.try_exchange(heat);
        }
        if self.has_trips && self.random.chance(self.rules.splits) {
            self.resplit(heat);
        }
        self.saved.begin(&mut self.current);
        self.generosity = self.rules.generosity(&mut self.random);
        let mut heat = heat;
        if self.rules.retirements > 0.0 && self.random.chance(self.rules.retirements) {
            let share = self.rules.daring * temperature / self.rules.hot;
            heat = heat.max(share * self.retire() as f64);
        } else if self.rules.ventures > 0.0 && self.random.chance(self.rules.ventures) {
            self.venture();
        } else {
            self.ruin();
            self.sort_chosen_somehow();
            self.recreate();
        }
        let slack = self.slack(heat);
        self.accept(slack);
        self.tolerance.end();
    }

    /// How much more a step may cost.
    fn slack(&mut self, heat: f64) -> f64 {
        -heat * libm::log(1.0 - self.random.unit())
    }

    /// Keeps a step where it does not cost more than it may, or takes it back.
    fn accept(&mut self, slack: f64) {
        let current = &self.current;
        let before = self
            .tolerance
            .judge(self.saved.cost(), self.saved.missing());
        let now = self
            .tolerance
            .judge(current.cost, (current.missing, current.lack));
        if !current.is_broken && now < before + slack {
            if self.current.cost > self.saved.cost() && self.is_best {
                self.best.clone_from(&self.current);
                self.saved.restore(&mut self.best);
                self.is_best = false;
            }
            self.note_best();
        } else {
            self.saved.restore(&mut self.current);
        }
    }

    /// Tries exchanges of a random stop with those near it, until one may be kept.
    fn try_exchange(&mut self, heat: f64) {
        let stop = below(&mut self.random, index_u32(self.model.stops.len()));
        if !self.current.is_served(stop) {
            return;
        }
        let slack = self.slack(heat);
        let limit = trunc_i64(slack);
        let exchanges = Exchanges {
            model: &self.model,
            solution: &self.current,
        };
        let found = if self.random.chance(self.rules.swaps) {
            let around = |stop: u32| self.close.up_to(stop, self.rules.swap_beside);
            let with = self.close.up_to(stop, self.rules.swap_with).iter();
            let swap = |with: u32| exchanges.swap([stop, with], [stop, with].map(around), limit);
            { with }.find_map(|near| swap(near.stop))
        } else {
            let near = self.behind.up_to(stop, self.rules.exchange_with).iter();
            { near }.find_map(|near| exchanges.find(stop, near.stop, limit))
        };
        let Some(found) = found else { return };
        self.saved.begin(&mut self.current);
        let routes = found.stops().map(|stop| self.current.route_of(stop));
        for route in routes {
            self.saved.touch(&self.current, route);
        }
        match found {
            Exchange::Tails { first, second } => {
                self.current.exchange_tails(&self.model, first, second);
            }
            Exchange::Turn { first, last } => self.current.turn(first, last),
            Exchange::Swap { stops, behind } => self.current.swap(&self.model, stops, behind),
        }
        self.current
            .refresh(&self.model, &mut self.clock, routes[0]);
        if routes[1] != routes[0] {
            self.current
                .refresh(&self.model, &mut self.clock, routes[1]);
        }
        self.accept(slack);
    }

    fn note_best(&mut self) {
        if self.current.cost < self.best_cost {
            self.best_cost = self.current.cost;
            self.is_best = true;
        }
    }

    /// Takes stops out around a random one, and puts absent ones near it beside them.
    fn ruin(&mut self) {
        let seed = self.seed();
        let mut chosen = std::mem::take(&mut self.chosen);
        let ruin = Ruin {
            solution: &self.current,
            near: &self.close,
            rules: self.rules.ruin,
        };
        if self.has_trips && self.random.chance(self.rules.whole_trips) {
            ruin.whole_trips(seed, &mut self.random, &mut chosen);
        } else {
            ruin.strings(seed, &mut self.random, &mut chosen);
        }
        self.take_out(&chosen);
        self.add_absent(seed, &mut chosen);
        self.chosen = chosen;
    }

    fn take_out(&mut self, stops: &[u32]) {
        self.stale.clear();
        for &stop in stops {
            let route = self.current.route_of(stop);
            if self.saved.touch(&self.current, route) {
                self.stale.push(route);
            }
            self.current.unlink(&self.model, stop);
        }
        for &route in &self.stale {
            self.current.refresh(&self.model, &mut self.clock, route);
        }
    }

    /// Where a step takes stops out: around a random one, or just as often around one that is missing.
    fn seed(&mut self) -> u32 {
        let stops = index_u32(self.model.stops.len());
        let seed = below(&mut self.random, stops);
        if self.current.missing == 0 || self.random.chance(0.5) {
            return seed;
        }
        let is_missing = |&stop: &u32| {
            self.model.stops[stop as usize].is_required && !self.current.is_served(stop)
        };
        { seed..stops }
            .chain(0..seed)
            .find(is_missing)
            .unwrap_or(seed)
    }

    /// Adds absent stops near a place to the ones taken out there, about as many.
    fn add_absent(&mut self, seed: u32, chosen: &mut Vec<u32>) {
        let removed = chosen.len();
        if self.current.absent == removed {
            return;
        }
        let more = if self.generosity > self.rules.generosity {
            24
        } else {
            removed.max(8)
        };
        let most = removed + 1 + below(&mut self.random, index_u32(more)) as usize;
        for stop in std::iter::once(seed).chain(self.close.of(seed).iter().map(|near| near.stop)) {
            if chosen.len() >= most {
                break;
            }
            let is_absent = !self.current.is_served(stop);
            if is_absent && !chosen[..removed].contains(&stop) {
                let is_required = self.model.stops[stop as usize].is_required;
                if is_required || self.random.chance(0.5) {
                    chosen.push(stop);
                }
            }
        }
    }

    /// Sorts in one of the orders that Christiaens and Vanden Berghe use, as often as they do.
    fn sort_chosen_somehow(&mut self) {
        let how = below(&mut self.random, 11);
        self.sort_chosen(match how {
            0..=3 => Order::Random,
            4..=7 => Order::Largest,
            8..=9 => Order::Farthest,
            _ => Order::Closest,
        });
    }

    fn sort_chosen(&mut self, order: Order) {
        let model = &self.model;
        let from_start = |&stop: &u32| {
            let place = model.stops[stop as usize].place;
            let way = |class: &ClassFacts| model.ways.leg(class.base, class.start, place).length;
            model.classes.first().map_or(0, way)
        };
        match order {
            Order::Random => {
                for at in (1..self.chosen.len()).rev() {
                    let other = below(&mut self.random, index_u32(at + 1));
                    self.chosen.swap(at, other as usize);
                }
            }
            Order::Largest => self
                .chosen
                .sort_by_key(|&stop| Reverse(model.problem.stops()[stop as usize].volume)),
            Order::Farthest => {
                self.chosen.sort_by_key(from_start);
                self.chosen.reverse();
            }
            Order::Closest => self.chosen.sort_by_key(from_start),
            Order::Dearest => self
                .chosen
                .sort_by_key(|&stop| Reverse(model.stops[stop as usize].absence)),
        }
    }
}

/// In which order stops are put back.
#[derive(Clone, Copy, Debug)]
enum Order {
    Random,
    /// By what they hold.
    Largest,
    /// By the way from the depot.
    Farthest,
    Closest,
    /// By what leaving them out costs.
    Dearest,
}

/// Overlooks a spot now and then, so that not always the same ones are found.
#[derive(Clone, Copy, Debug)]
struct Blink {
    /// The share of spots that are overlooked, more than 0.
    rate: f64,
    /// Spots to look at before the next one is overlooked.
    left: u32,
}

impl Blink {
    fn new(rate: f64, random: &mut Stream) -> Self {
        let spots = trunc_i64(random.exponential(1.0 / rate));
        let left = u32::try_from(spots).unwrap_or(u32::MAX);
        Self { rate, left }
    }

    /// Whether the next spot is overlooked.
    fn overlooks(&mut self, random: &mut Stream) -> bool {
        if self.left == 0 {
            *self = Self::new(self.rate, random);
            return true;
        }
        self.left -= 1;
        false
    }
}

/// The mean way from a stop to its nearest neighbours, in cost.
fn mean_way<W: Ways>(model: &Model<'_, W>, close: &Near) -> f64 {
    let Some(class) = model.classes.first() else {
        return 1.0;
    };
    let mut sum = 0.0;
    let mut count = 0.0;
    for (stop, facts) in indexed(&model.stops) {
        for near in close.of(stop).iter().take(8) {
            let other = model.stops[near.stop as usize].place;
            let leg = model.ways.leg(class.base, facts.place, other);
            let length = class.per_length * i64::from(leg.length);
            sum += (length + class.per_tick * i64::from(leg.duration)) as f64;
            count += 1.0;
        }
    }
    if sum > 0.0 { sum / count } else { 1.0 }
}
