//! What a job is to follow.

use std::sync::Arc;

use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Serialize, Serializer};
use simulator::scenario::{Scenario, Words};

use crate::error::{ApiError, ApiResult};
use crate::scenario::Fork;

/// What is asked for, besides the scenarios.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// How many runs; without it those of the first scenario.
    #[serde(default)]
    pub(crate) replications: Option<u32>,
    /// What everything random follows from; without it that of the first scenario.
    #[serde(default)]
    pub(crate) seed: Option<u64>,
    /// In millionths: runs end earlier where figures are known to this share of their means.
    #[serde(default)]
    pub(crate) precision_ppm: Option<u32>,
    /// Whether the other policies are tuned to the service level of the first.
    #[serde(default)]
    pub(crate) equal_service: bool,
}

/// What a job is to follow: one scenario, or several that are compared with the first of them.
#[derive(Clone, Debug)]
pub(crate) struct SimulationOrder {
    /// The scenarios as they were given: what is kept of them.
    pub(crate) documents: Vec<Box<str>>,
    /// What they say.
    pub(crate) scenarios: Vec<Scenario>,
    /// What else is asked for.
    pub(crate) asked: Asked,
    /// The live state, where one of them plays there.
    pub(crate) fork: Option<Arc<Fork>>,
}

impl SimulationOrder {
    /// Reads scenarios, at least one.
    ///
    /// # Errors
    /// [`ApiError::NthScenario`] for the first that cannot be used, with its line or key.
    pub(crate) fn new(documents: Vec<Box<str>>, asked: Asked) -> ApiResult<Self> {
        let read = documents.iter().enumerate().map(|(nth, text)| {
            Scenario::parse(text).map_err(|source| ApiError::NthScenario {
                nth: nth + 1,
                source: Box::new(source.into()),
            })
        });
        let scenarios = read.collect::<ApiResult<Vec<Scenario>>>()?;
        Ok(Self {
            scenarios,
            documents,
            asked,
            fork: None,
        })
    }

    /// The same with the live state.
    #[must_use]
    pub(crate) fn with_fork(self, fork: Fork) -> Self {
        let fork = Some(Arc::new(fork));
        Self { fork, ..self }
    }

    /// Whether one of the scenarios plays in the live state.
    pub(crate) fn is_live(&self) -> bool {
        self.scenarios.iter().any(|one| one.territory.live)
    }

    /// How many runs there are at most, of all scenarios.
    pub(crate) fn runs(&self) -> u32 {
        let count = u32::try_from(self.scenarios.len()).unwrap_or(u32::MAX);
        count.saturating_mul(self.replications())
    }

    /// How many runs of each scenario there are at most.
    pub(crate) fn replications(&self) -> u32 {
        let first = self.scenarios.first();
        let usual = first.map_or(0, |first| first.replications);
        self.asked.replications.unwrap_or(usual)
    }

    /// Whether scenarios are compared, not one followed.
    pub(crate) const fn is_comparison(&self) -> bool {
        self.scenarios.len() > 1
    }
}

impl Asked {
    /// The precision as a share.
    pub(crate) fn precision(&self) -> Option<f64> {
        self.precision_ppm.map(|ppm| f64::from(ppm) / 1e6)
    }
}

impl Serialize for SimulationOrder {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let names: Vec<&Words> = self.scenarios.iter().map(|one| &one.name).collect();
        let seed = self.scenarios.first().map(|first| first.seed);
        let mut told = serializer.serialize_struct("SimulationOrder", 6)?;
        told.serialize_field("scenarios", &names)?;
        told.serialize_field("replications", &self.replications())?;
        told.serialize_field("seed", &self.asked.seed.or(seed))?;
        told.serialize_field("precision", &self.asked.precision())?;
        told.serialize_field("equal_service", &self.asked.equal_service)?;
        let live = self.fork.as_ref().map(|fork| fork.moment());
        told.serialize_field("live", &live)?;
        told.end()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) const CALM: &str = "format: 1
name: { fr: Calme, en: Calm }
territory: { preset: demo-2022 }
period: { from: 2022-05-02, days: 7 }
replications: 3
policy: { kind: prize }
";

    #[test]
    fn what_is_not_asked_for_is_that_of_the_first_scenario() {
        let documents = vec![CALM.into(), CALM.replace("Calm", "Other").into()];
        let order = SimulationOrder::new(documents, Asked::default()).unwrap();
        assert_eq!((order.replications(), order.runs()), (3, 6));
        let told = serde_json::to_value(&order).unwrap();
        assert_eq!(told["scenarios"][1]["en"], "Other");
        assert_eq!(told["seed"], 1);
    }

    #[test]
    fn the_scenario_that_cannot_be_used_is_told_with_its_line() {
        let documents = vec![CALM.into(), CALM.replace("policy", "police").into()];
        let error = SimulationOrder::new(documents, Asked::default()).unwrap_err();
        let told = crate::error::with_causes(&error);
        assert!(
            told.contains("scenario 2") && told.contains("police"),
            "{told}"
        );
        assert!(told.contains("line 6") || told.contains("6:"), "{told}");
    }
}
