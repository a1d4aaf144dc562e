//! One scenario after the other, each with the luck of the first.

use std::str::FromStr;

use simulator::scenario::Scenario;

use super::ensemble::{Ensemble, RunRequest, Running};
use super::origin::Origin;
use super::stage::Staged;
use super::tune::tune;
use crate::error::{ApiError, ApiResult};

/// How scenarios are followed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FollowRequest {
    /// How many runs; `None`: those of the first scenario.
    pub(crate) replications: Option<u32>,
    /// What everything random follows from; `None`: that of the first scenario.
    pub(crate) seed: Option<u64>,
    /// Runs end earlier where figures are known so narrowly, as a share of their means.
    pub(crate) precision: Option<f64>,
    /// The service level to which policies are tuned, if any.
    pub(crate) service: Option<ServiceGoal>,
    /// How many threads there are.
    pub(crate) threads: usize,
}

/// A service level that scenarios are compared at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ServiceGoal {
    /// That of the first scenario, as it is.
    First,
    /// A share of emptyings, for all of them.
    Level(f64),
}

impl FromStr for ServiceGoal {
    type Err = ApiError;

    fn from_str(text: &str) -> Result<Self, ApiError> {
        if text == "first" {
            return Ok(Self::First);
        }
        let level = text.parse::<f64>().ok();
        let level = level.filter(|level| (0.5..1.0).contains(level));
        level
            .map(Self::Level)
            .ok_or_else(|| ApiError::InvalidOption {
                option: "the service level",
                value: text.into(),
                expected: "first, or a share from 0.5 to just below 1",
            })
    }
}

/// Scenarios that are followed one after the other.
#[derive(Debug)]
pub(crate) struct Following<'a> {
    request: FollowRequest,
    running: &'a Running,
    compared: Vec<(Staged, Ensemble)>,
}

impl<'a> Following<'a> {
    /// None yet; `running` tells how far they are, and ends them.
    pub(crate) const fn new(request: FollowRequest, running: &'a Running) -> Self {
        Self {
            request,
            running,
            compared: Vec::new(),
        }
    }

    /// A scenario with the seed, the draws and the number of runs that it is to have here.
    pub(crate) fn lucky(&self, mut scenario: Scenario) -> Scenario {
        if let Some((first, _)) = self.compared.first() {
            let first = first.setting.scenario();
            (scenario.seed, scenario.replications) = (first.seed, first.replications);
            scenario.draws = first.draws;
        }
        scenario.seed = self.request.seed.unwrap_or(scenario.seed);
        scenario.replications = self.request.replications.unwrap_or(scenario.replications);
        scenario
    }

    /// Follows a scenario, and calls `look` now and then with the number of its runs that are done.
    ///
    /// # Errors
    /// Those of its territory, its edits and its runs; [`ApiError::NoRun`] where it was stopped before
    /// the first run ended.
    pub(crate) fn follow(
        &mut self,
        scenario: Scenario,
        origin: Origin<'_>,
        look: impl Fn(u32),
    ) -> ApiResult<&Ensemble> {
        let scenario = self.lucky(scenario);
        let staged = Staged::new(scenario, origin, self.request.threads)?;
        self.follow_staged(staged, look)
    }

    /// Follows a scenario that has its luck and is on its territory.
    ///
    /// # Errors
    /// Those of its runs; [`ApiError::NoRun`] where it was stopped before the first run ended.
    pub(crate) fn follow_staged(
        &mut self,
        mut staged: Staged,
        look: impl Fn(u32),
    ) -> ApiResult<&Ensemble> {
        let request = RunRequest {
            replications: staged.setting.scenario().replications,
            precision: self.request.precision,
            threads: self.request.threads,
        };
        let level = match self.request.service {
            None => None,
            Some(ServiceGoal::Level(level)) => Some(level),
            Some(ServiceGoal::First) => self.compared.first().map(|(_, first)| first.service()),
        };
        if let Some(level) = level {
            staged = tune(staged, level, (&request, self.running))?;
        }
        let before = self.running.done();
        let look = || look(self.running.done() - before);
        let ensemble = Ensemble::new(&mut staged, &request, (self.running, look))?;
        if ensemble.runs.is_empty() {
            return Err(ApiError::NoRun);
        }
        self.compared.push((staged, ensemble));
        let last = self.compared.last().map(|(_, ensemble)| ensemble);
        last.ok_or(ApiError::NoRun)
    }

    /// What was followed.
    pub(crate) fn into_compared(self) -> Vec<(Staged, Ensemble)> {
        self.compared
    }
}
