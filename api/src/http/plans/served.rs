//! What plans days for a server.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use gis_data::pack::Manifest;
use simulator::collection::rules::Rules;

use super::rounds;
use crate::collection::jobs::{PlanSource, Planning};
use crate::engine::Engine;
use crate::jobs::{Bounds, Workshop};

/// What is held at most: a job that runs, some that wait, and the plans of some that are over. A plan of
/// the embedded territory takes some 8 MiB.
const BOUNDS: Bounds = Bounds {
    queued: 8,
    kept: 32,
    kept_bytes: 128 * 1024 * 1024,
};

/// Plans days of the served territory. Cloning it is cheap; it takes no memory to speak of until
/// somebody has a day planned.
#[derive(Clone, Debug)]
pub struct ServedPlans {
    workshop: Workshop<Planning>,
    /// What plans by itself, in a demonstration.
    pub(super) own: Option<Workshop<Planning>>,
    /// Held by who asks for rounds.
    pub(super) asking: Arc<Mutex<()>>,
    rules: Rules,
}

impl ServedPlans {
    /// Plans for a running twin, whose pack lies in a folder and says something of itself.
    pub fn new(engine: Engine, folder: PathBuf, manifest: Manifest) -> Self {
        let rules = Rules::built_in();
        let source = PlanSource {
            engine,
            manifest,
            folder,
            rules: rules.clone(),
        };
        let is_demonstration = source.manifest.simulated_sensors;
        let own = is_demonstration.then(|| source.clone()).map(|source| {
            let work =
                move |order: &_, watch: &_, look: &dyn Fn()| source.plan_rounds(order, watch, look);
            Workshop::new(rounds::BOUNDS, Box::new(work))
        });
        let work = move |order: &_, watch: &_, look: &dyn Fn()| source.plan(order, watch, look);
        Self {
            workshop: Workshop::new(BOUNDS, Box::new(work)),
            own,
            asking: Arc::default(),
            rules,
        }
    }

    /// Ends the job that runs, and takes no more: for a server that stops.
    pub fn close(&self) {
        self.workshop.close();
        if let Some(own) = &self.own {
            own.close();
        }
    }

    pub(super) const fn workshop(&self) -> &Workshop<Planning> {
        &self.workshop
    }

    pub(super) const fn rules(&self) -> &Rules {
        &self.rules
    }
}
