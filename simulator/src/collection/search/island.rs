//! A population whose members are annealed one after another.

use super::anneal::Annealing;
use super::population::Population;
use super::solution::Solution;
use super::ways::Ways;
use crate::collection::Plan;

/// A population whose members are annealed one after another.
#[derive(Debug)]
pub(super) struct Island<'p, W> {
    pub(super) annealing: Annealing<'p, W>,
    population: Population,
    best: Option<Solution>,
    /// The progress at which the descent under way began.
    begun: f64,
    /// How many descents there will be, once that can be told.
    descents: Option<f64>,
    done: u32,
    is_warm: bool,
}

impl<'p, W: Ways> Island<'p, W> {
    pub(super) fn new(annealing: Annealing<'p, W>) -> Self {
        Self {
            annealing,
            population: Population::default(),
            best: None,
            begun: 0.0,
            descents: None,
            done: 0,
            is_warm: false,
        }
    }

    pub(super) fn start_from(&mut self, plan: &Plan) {
        let before = self.best().clone();
        self.annealing.start_from(plan);
        self.population.add(before.clone());
        self.best = Some(before);
        self.is_warm = true;
    }

    /// Takes a plan that was found elsewhere among its own: a descent to come may begin with its rounds.
    pub(super) fn welcome(&mut self, plan: &Plan) {
        let guest = self.annealing.followed(plan);
        if !guest.is_broken {
            self.population.add(guest);
        }
    }

    pub(super) fn round_off(&mut self) {
        let best = self.best().clone();
        self.annealing.round_off(best);
    }

    pub(super) fn run(&mut self, iterations: u64, progress: f64) {
        let progress = progress.clamp(0.0, 1.0);
        if self.descents.is_none() && progress >= 0.01 {
            let all = self.annealing.steps as f64 / progress;
            let stops = self.annealing.model.stops.len();
            self.descents = Some(self.annealing.rules.descents(all, stops));
        }
        let length = 1.0 / self.descents.unwrap_or(1.0);
        let mut share = (progress - self.begun) / length;
        if share >= 1.0 && progress < 1.0 - 0.5 * length {
            self.next_descent();
            self.begun = progress;
            share = 0.0;
        }
        let rules = self.annealing.rules;
        let hot = if self.is_warm { rules.warm } else { rules.hot };
        let cold = rules.cold;
        let temperature = hot * libm::pow(cold / hot, share.clamp(0.0, 1.0));
        for _ in 0..iterations {
            self.annealing.step(temperature);
        }
    }

    fn next_descent(&mut self) {
        let found = self.annealing.best().clone();
        if self.best.as_ref().is_none_or(|best| found.cost < best.cost) {
            self.best = Some(found.clone());
        }
        self.population.add(found);
        self.done += 1;
        let fresh = (self.descents.unwrap_or(1.0) / 3.0).clamp(2.0, 4.0);
        if f64::from(self.done) < fresh {
            self.is_warm = false;
            self.annealing.begin_anew();
            return;
        }
        self.is_warm = true;
        let parents = self.population.parents(self.annealing.random());
        if let Some((one, other)) = parents {
            self.annealing.cross(one, other);
        }
    }

    pub(super) fn best_cost(&self) -> i64 {
        let now = self.annealing.best_cost();
        self.best.as_ref().map_or(now, |best| best.cost.min(now))
    }

    pub(super) fn best(&self) -> &Solution {
        let now = self.annealing.best();
        match &self.best {
            Some(best) if best.cost <= now.cost => best,
            _ => now,
        }
    }
}
