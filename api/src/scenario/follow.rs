//! One scenario after the other, each with the luck of the first.

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
    /// Whether the policies of all but the first are tuned to its service level.
    pub(crate) is_equal_service: bool,
    /// How many threads there are.
    pub(crate) threads: usize,
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

    /// A scenario with the seed and the number of runs that it is to have here.
    pub(crate) fn lucky(&self, mut scenario: Scenario) -> Scenario {
        if let Some((first, _)) = self.compared.first() {
            let first = first.setting.scenario();
            (scenario.seed, scenario.replications) = (first.seed, first.replications);
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
        let request = RunRequest {
            replications: scenario.replications,
            precision: self.request.precision,
            threads: self.request.threads,
        };
        let mut staged = Staged::new(scenario, origin, request.threads)?;
        if let Some((_, first)) = self.compared.first()
            && self.request.is_equal_service
        {
            staged = tune(staged, first.service(), (&request, self.running))?;
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
