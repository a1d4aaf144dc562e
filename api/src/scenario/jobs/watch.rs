//! How far scenarios are.

use std::sync::atomic::{AtomicU32, Ordering};

use serde::{Deserialize, Serialize};

use crate::jobs::Followed;
use crate::scenario::Running;

/// How far scenarios are, and by what they are stopped.
#[derive(Debug, Default)]
pub(crate) struct SimulationWatch {
    /// What runs look at.
    pub(super) running: Running,
    done: AtomicU32,
    all: AtomicU32,
}

/// How far scenarios are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RunNews {
    /// Runs that are done.
    pub(super) runs_done: u32,
    /// Of how many at most; 0 as long as nobody has begun.
    pub(super) runs: u32,
}

impl SimulationWatch {
    /// As it was at the end of an earlier program.
    pub(super) fn at(news: RunNews) -> Self {
        let watch = Self::default();
        watch.tell(news);
        watch
    }

    /// Tells how far the work is.
    pub(super) fn tell(&self, news: RunNews) {
        self.all.store(news.runs, Ordering::Relaxed);
        self.done.store(news.runs_done, Ordering::Relaxed);
    }
}

impl Followed for SimulationWatch {
    const STEP: &'static str = "progress";
    type News = RunNews;

    fn news(&self) -> RunNews {
        RunNews {
            runs_done: self.done.load(Ordering::Relaxed),
            runs: self.all.load(Ordering::Relaxed),
        }
    }

    fn share(&self) -> f64 {
        let RunNews { runs_done, runs } = self.news();
        f64::from(runs_done) / f64::from(runs.max(1))
    }

    fn step(&self) -> i64 {
        self.done.load(Ordering::Relaxed).into()
    }

    fn stop(&self) {
        self.running.stop();
    }

    fn is_stopped(&self) -> bool {
        self.running.is_stopped()
    }
}
