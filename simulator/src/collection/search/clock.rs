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
        self.take_steps(model, solution, route);
        let rules = &self.rules[route.class as usize];
        let span = self.walker.span(rules, &self.steps)?;
        let duty = model.classes[route.class as usize]
            .begun
            .map_or(0, |begun| begun.duty);
        Some(span.duration - duty)
    }

    fn take_steps<W: Ways>(&mut self, model: &Model<'p, W>, solution: &Solution, route: &Route) {
        self.steps.clear();
        let problem = self.problem;
        let class = &model.classes[route.class as usize];
        let mut here = class.start;
        let mut way = |to: u32| {
            let from = std::mem::replace(&mut here, to);
            if from == to {
                return (0, false);
            }
            (model.ways.leg(class.base, from, to).duration, true)
        };
        let mut trip = route.first;
        while trip != NONE {
            let of = &solution.trips[trip as usize];
            let mut not_before = of.release;
            let mut stop = of.first;
            while stop != NONE {
                let facts = &model.stops[stop as usize];
                let (drive, has_come) = way(facts.place);
                self.steps.push(Step {
                    drive,
                    fixed: facts.serve.duration + if has_come { facts.setup } else { 0 },
                    not_before,
                    windows: &problem.stops()[stop as usize].windows,
                });
                not_before = 0;
                stop = solution.nodes[stop as usize].next;
            }
            let tail = model.tails.get(of.tail as usize);
            for &index in tail.iter().flat_map(|tail| &tail.unloadings) {
                let unloading = &problem.unloadings()[index as usize];
                self.steps.push(Step {
                    drive: way(unloading.place).0,
                    fixed: unloading.duration,
                    not_before: 0,
                    windows: &unloading.windows,
                });
            }
            trip = of.next;
        }
        self.steps.push(Step {
            drive: way(class.end).0,
            fixed: problem.fleet()[route.class as usize].finish,
            ..Step::default()
        });
    }
}
