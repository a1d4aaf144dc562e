//! What follows scenarios for a server.

use std::path::{Path, PathBuf};

use gis_data::pack::Manifest;

use crate::engine::Engine;
use crate::jobs::{Bounds, Workshop};
use crate::scenario::jobs::{FolderShelf, Simulating, SimulationSource, simulate};

/// What is held at most: a job that runs, some that wait, and some that are over. A comparison of the
/// embedded territory takes less than 1 MiB.
const BOUNDS: Bounds = Bounds {
    queued: 8,
    kept: 64,
    kept_bytes: 64 * 1024 * 1024,
};
/// Where jobs are kept in the data directory.
const FOLDER: &str = "simulations";

/// Follows scenarios, one job after the other. Cloning it is cheap.
#[derive(Clone, Debug)]
pub struct ServedSimulations {
    workshop: Workshop<Simulating>,
    source: SimulationSource,
}

impl ServedSimulations {
    /// For a running twin, whose pack lies in a folder and says something of itself, with the jobs that a
    /// data directory keeps: those that are not over begin again.
    pub fn new(engine: Engine, (data, folder): (&Path, PathBuf), manifest: Manifest) -> Self {
        let shelf = FolderShelf::new(data.join(FOLDER));
        let source = SimulationSource {
            engine,
            manifest,
            folder,
        };
        let roads = source.folder.clone();
        let work =
            move |order: &_, watch: &_, look: &dyn Fn()| simulate((order, &roads), watch, look);
        Self {
            workshop: Workshop::with_shelf(BOUNDS, Box::new(work), Box::new(shelf)),
            source,
        }
    }

    /// Ends the job that runs, until the next start, and takes no more: for a server that stops.
    pub fn close(&self) {
        self.workshop.close();
    }

    pub(super) const fn workshop(&self) -> &Workshop<Simulating> {
        &self.workshop
    }

    pub(super) const fn source(&self) -> &SimulationSource {
        &self.source
    }
}
