//! How long routes take whose times are more than segments can tell.

use super::model::Model;
use super::solution::{NONE, Route, Solution};
use super::ways::Ways;
use crate::collection::Problem;
use crate::collection::schedule::{ClockRules, Step, Walker};

/// Walks routes as their crews would.
#[derive(Debug)]
pub(super) struct Clock<'p> {
    problem: &'p Problem,
    rules: Vec<ClockRules>,
    walker: Walker,
    steps: Vec<Step<'p>>,
}

impl<'p> Clock<'p> {
    pub(super) fn new(problem: &'p Problem) -> Self {
        Self {
            problem,
            rules: problem.fleet().iter().map(ClockRules::new).collect(),
            walker: Walker::default(),
            steps: Vec::new(),
        }
    }

    /// The ticks of the best timeline of a route, those before a plan that found it under way left
    /// out; `None` where no timeline keeps the rules.
    pub(super) fn duration<W: Ways>(
        &mut self,
        model: &Model<'p, W>,
        solution: &Solution,
        route: &Route,
    ) -> Option<i32> {
        self.take_steps(model, solution, (route, None));
        self.span(model, route)
    }

    /// The same if a stop is served after another one as well.
    pub(super) fn duration_with<W: Ways>(
        &mut self,
        model: &Model<'p, W>,
        solution: &Solution,
        one_more: OneMore,
    ) -> Option<i32> {
        let route = solution.trips[one_more.trip as usize].route;
        let route = &solution.routes[route as usize];
        self.take_steps(model, solution, (route, Some(one_more)));
        self.span(model, route)
    }

    fn span<W: Ways>(&mut self, model: &Model<'p, W>, route: &Route) -> Option<i32> {
        let rules = &self.rules[route.class as usize];
        let span = self.walker.span(rules, &self.steps)?;
        let duty = model.classes[route.class as usize]
            .begun
            .map_or(0, |begun| begun.duty);
        Some(span.duration - duty)
    }

    fn take_steps<W: Ways>(
        &mut self,
        model: &Model<'p, W>,
        solution: &Solution,
        (route, one_more): (&Route, Option<OneMore>),
    ) {
        self.steps.clear();
        let problem = self.problem;
        let class = &model.classes[route.class as usize];
        let mut pace = Pace {
            model,
            base: class.base,
            here: class.start,
        };
        let mut trip = route.first;
        while trip != NONE {
            let of = &solution.trips[trip as usize];
            let one_more = one_more.filter(|more| more.trip == trip);
            let released = one_more.map_or(0, |more| model.stops[more.stop as usize].release);
            let mut not_before = of.release.max(released);
            let mut serve = |stop: u32| {
                let not_before = std::mem::take(&mut not_before);
                self.steps.push(pace.serve(problem, stop, not_before));
            };
            if let Some(more) = one_more.filter(|more| more.after == NONE) {
                serve(more.stop);
            }
            let mut stop = of.first;
            while stop != NONE {
                serve(stop);
                if let Some(more) = one_more.filter(|more| more.after == stop) {
                    serve(more.stop);
                }
                stop = solution.nodes[stop as usize].next;
            }
            let tail = model.tails.get(of.tail as usize);
            for &index in tail.iter().flat_map(|tail| &tail.unloadings) {
                let unloading = &problem.unloadings()[index as usize];
                self.steps.push(Step {
                    drive: pace.drive(unloading.place).0,
                    fixed: unloading.duration,
                    not_before: 0,
                    windows: &unloading.windows,
                });
            }
            trip = of.next;
        }
        self.steps.push(Step {
            drive: pace.drive(class.end).0,
            fixed: problem.fleet()[route.class as usize].finish,
            ..Step::default()
        });
    }
}

/// A stop that a trip could serve as well: after one of its stops, or first where that is [`NONE`].
#[derive(Clone, Copy, Debug)]
pub(super) struct OneMore {
    pub(super) trip: u32,
    pub(super) after: u32,
    pub(super) stop: u32,
}

/// A vehicle on its way from place to place.
struct Pace<'m, 'p, W> {
    model: &'m Model<'p, W>,
    base: usize,
    here: u32,
}

impl<'p, W: Ways> Pace<'_, 'p, W> {
    /// The ticks of the way to a place, and whether the vehicle was elsewhere.
    fn drive(&mut self, to: u32) -> (i32, bool) {
        let from = std::mem::replace(&mut self.here, to);
        if from == to {
            return (0, false);
        }
        (self.model.ways.leg(self.base, from, to).duration, true)
    }

    fn serve(&mut self, problem: &'p Problem, stop: u32, not_before: i32) -> Step<'p> {
        let facts = &self.model.stops[stop as usize];
        let (drive, has_come) = self.drive(facts.place);
        Step {
            drive,
            fixed: facts.serve.duration + if has_come { facts.setup } else { 0 },
            not_before,
            windows: &problem.stops()[stop as usize].windows,
        }
    }
}
