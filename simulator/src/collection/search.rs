//! The solver.

mod anneal;
mod chain;
mod clock;
mod exchange;
mod insert;
mod island;
mod memo;
mod model;
mod near;
mod population;
mod ruin;
mod saved;
mod segment;
mod solution;
mod split;
mod tails;
mod vicinity;
mod ways;

use self::anneal::Annealing;
use self::island::Island;
use self::model::{Model, check_costs, idle_route};
use self::solution::{NONE, Solution};
use self::ways::{EqualWays, Layout, LentWays, PlaneWays, TimedWays, Ways};
use super::schedule::schedule;
use super::{Plan, Problem, Route, Trip};
use crate::error::SimResult;
use crate::numbers::indexed;
use crate::random::{Model as RandomModel, Seed, Stream};

/// Looks for plans of a problem, better and better ones.
#[derive(Debug)]
pub struct Solver<'p> {
    engine: Engine<'p>,
}

#[derive(Debug)]
enum Engine<'p> {
    Equal(Island<'p, EqualWays>),
    Timed(Island<'p, TimedWays>),
    Plane(Island<'p, PlaneWays>),
    Lent(Island<'p, LentWays<'p>>),
}

macro_rules! each {
    ($engine:expr, $island:ident => $body:expr) => {
        match $engine {
            Engine::Equal($island) => $body,
            Engine::Timed($island) => $body,
            Engine::Plane($island) => $body,
            Engine::Lent($island) => $body,
        }
    };
}

impl<'p> Solver<'p> {
    /// A first plan, made from nothing. Refused are costs whose sums 64 bits could not hold.
    pub fn new(problem: &'p Problem, seed: Seed) -> SimResult<Self> {
        check_costs(problem)?;
        let random = seed.stream(RandomModel::CollectionPlans, 0);
        let engine = match Layout::of(problem) {
            Layout::Equal(ways) => Engine::Equal(island(problem, ways, random)),
            Layout::Timed(ways) => Engine::Timed(island(problem, ways, random)),
            Layout::Plane(ways) => Engine::Plane(island(problem, ways, random)),
            Layout::Lent(ways) => Engine::Lent(island(problem, ways, random)),
        };
        Ok(Self { engine })
    }

    /// Starts over from a plan, as far as it can be followed: what it cannot is planned anew. What
    /// was found before counts as long as nothing is better.
    pub fn start_from(&mut self, plan: &Plan) {
        each!(&mut self.engine, island => island.start_from(plan));
    }

    /// Takes a plan that another solver of the problem found among those that descents begin with. What
    /// this one found best stays what it is.
    pub fn welcome(&mut self, plan: &Plan) {
        each!(&mut self.engine, island => island.welcome(plan));
    }

    /// Takes steps; `progress` says how much of all the time has passed, from 0 to 1.
    pub fn run(&mut self, iterations: u64, progress: f64) {
        each!(&mut self.engine, island => island.run(iterations, progress));
    }

    /// At the end: serves what the best plan leaves out though it would be cheaper to serve it.
    pub fn round_off(&mut self) {
        each!(&mut self.engine, island => island.round_off());
    }

    /// What the best plan costs, with what it leaves undone.
    pub fn best_cost(&self) -> i64 {
        each!(&self.engine, island => island.best_cost())
    }

    /// Steps taken.
    pub fn iterations(&self) -> u64 {
        each!(&self.engine, island => island.annealing.steps)
    }

    /// The best plan.
    pub fn best(&self) -> Plan {
        each!(&self.engine, island => plan(&island.annealing.model, island.best()))
    }
}

fn island<W: Ways>(problem: &Problem, ways: W, random: Stream) -> Island<'_, W> {
    Island::new(Annealing::new(Model::new(problem, ways), random))
}

/// A solution as a plan. A route without a timeline would be an error of ours: it is left out, its
/// stops unserved, rather than told wrongly.
fn plan<W: Ways>(model: &Model<'_, W>, solution: &Solution) -> Plan {
    let mut routes = Vec::new();
    let mut is_served = vec![false; model.stops.len()];
    for of in solution.routes.iter().filter(|route| route.trips > 0) {
        let trips = trips(model, solution, of);
        let Ok(timeline) = schedule(model.problem, of.class, &trips) else {
            continue;
        };
        for &stop in trips.iter().flat_map(|trip| &trip.stops) {
            is_served[stop as usize] = true;
        }
        routes.push(Route {
            class: of.class,
            trips,
            timeline,
        });
    }
    routes.extend(idle_routes(model, solution));
    let unserved = indexed(&is_served)
        .filter(|(_, is_served)| !**is_served)
        .map(|(stop, _)| stop)
        .collect();
    Plan { routes, unserved }
}

/// The routes of vehicles under way that serve nothing more: they unload what they have, and go home.
fn idle_routes<W: Ways>(model: &Model<'_, W>, solution: &Solution) -> Vec<Route> {
    let mut routes = Vec::new();
    for (class, facts) in indexed(&model.classes) {
        let Some(begun) = facts.begun.filter(|_| solution.used[class as usize] == 0) else {
            continue;
        };
        let tails = &model.tails[facts.tails.0 as usize..facts.tails.1 as usize];
        let idle = idle_route(model.problem, class, begun.streams, tails);
        routes.extend(idle.map(|(route, _)| route));
    }
    routes
}

fn trips<W: Ways>(model: &Model<'_, W>, solution: &Solution, route: &solution::Route) -> Vec<Trip> {
    let first_outfit = model.classes[route.class as usize].outfits.0;
    let mut trips = Vec::new();
    let mut trip = route.first;
    while trip != NONE {
        let of = &solution.trips[trip as usize];
        let tail = model.tails.get(of.tail as usize);
        let mut stops = Vec::new();
        let mut stop = of.first;
        while stop != NONE {
            stops.push(stop);
            stop = solution.nodes[stop as usize].next;
        }
        trips.push(Trip {
            outfit: of.outfit - first_outfit,
            stops,
            unloadings: tail.map_or_else(Vec::new, |tail| tail.unloadings.clone()),
        });
        trip = of.next;
    }
    trips
}
