//! The runs of a scenario, on several threads.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use simulator::ensemble::{Difference, Kpi, Summary, difference, is_enough, summary};
use simulator::random::Draws;
use simulator::scenario::Outcome;

use super::stage::Staged;
use crate::error::ApiResult;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RunRequest {
    /// How many runs at most.
    pub(crate) replications: u32,
    /// Runs end earlier where the interval of kilometres and of the service level is so narrow, as a share of the mean.
    pub(crate) precision: Option<f64>,
    /// How many threads there are.
    pub(crate) threads: usize,
}

/// How far runs are, and whether they shall end.
#[derive(Debug, Default)]
pub(crate) struct Running {
    done: AtomicU32,
    is_stopped: AtomicBool,
}

/// The runs of a scenario, in the order of their numbers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ensemble {
    /// What each came to.
    pub(crate) runs: Vec<Outcome>,
    /// How their luck goes together.
    pub(crate) draws: Draws,
}

/// So many runs are made between two looks at intervals, whatever the number of threads: where runs end
/// does not depend on it.
const BATCH: u32 = 4;
/// How often the caller looks.
const LOOK_EVERY: Duration = Duration::from_millis(20);

impl Running {
    /// Runs that are done.
    pub(crate) fn done(&self) -> u32 {
        self.done.load(Ordering::Relaxed)
    }

    /// Lets runs end soon, with those that are done.
    pub(crate) fn stop(&self) {
        self.is_stopped.store(true, Ordering::Relaxed);
    }

    /// Whether they shall.
    pub(crate) fn is_stopped(&self) -> bool {
        self.is_stopped.load(Ordering::Relaxed)
    }
}

impl Ensemble {
    /// The mean service level.
    pub(crate) fn service(&self) -> f64 {
        self.summary(Kpi::Service).mean
    }

    /// A figure over the runs.
    pub(crate) fn summary(&self, kpi: Kpi) -> Summary {
        let values: Vec<f64> = self.runs.iter().map(|run| kpi.of(run)).collect();
        summary(&values, self.draws)
    }

    /// How another one, whose luck was drawn alike, differs from this in a figure.
    pub(crate) fn difference(&self, kpi: Kpi, other: &Self) -> Difference {
        difference(kpi, [&self.runs, &other.runs], self.draws)
    }

    /// Makes the runs, and calls `look` on the caller's thread now and then. Fixed rounds are planned
    /// first, once for all runs.
    ///
    /// # Errors
    /// The first that a run ends with.
    pub(crate) fn new(
        staged: &mut Staged,
        request: &RunRequest,
        (running, look): (&Running, impl Fn()),
    ) -> ApiResult<Self> {
        let setting = &staged.setting;
        let draws = setting.scenario().draws;
        let days = setting.fixed_days();
        let count = u32::try_from(days.len()).unwrap_or(u32::MAX);
        let planned = each((0..count, request.threads), running, &look, |nth| {
            setting.plan_fixed(days[nth as usize])
        })?;
        if running.is_stopped() {
            let runs = Vec::new();
            return Ok(Self { runs, draws });
        }
        staged.setting.set_fixed(planned);
        let setting = &staged.setting;
        let mut runs: Vec<Outcome> = Vec::new();
        let mut next = 0;
        while next < request.replications && !running.is_stopped() {
            let until = match request.precision {
                Some(_) => (next + BATCH).min(request.replications),
                None => request.replications,
            };
            runs.extend(each(
                (next..until, request.threads),
                running,
                &look,
                |number| {
                    let outcome = setting.run(setting.luck_of(number));
                    running.done.fetch_add(1, Ordering::Relaxed);
                    outcome
                },
            )?);
            next = until;
            let is_narrow = |precision| {
                [Kpi::KmPerDay, Kpi::Service]
                    .iter()
                    .all(|kpi| is_enough(*kpi, (&runs, draws), precision))
            };
            if request.precision.is_some_and(is_narrow) {
                break;
            }
        }
        Ok(Self { runs, draws })
    }
}

/// Does something for each number of a range, on so many threads, and gives what came out in the order of
/// the numbers. Where it shall stop, what comes without a gap from the first number on is given.
fn each<T: Send>(
    (numbers, threads): (std::ops::Range<u32>, usize),
    running: &Running,
    look: &impl Fn(),
    act: impl Fn(u32) -> simulator::SimResult<T> + Sync,
) -> ApiResult<Vec<T>> {
    let next = AtomicU32::new(numbers.start);
    let work = || {
        let mut done = Vec::new();
        while !running.is_stopped() {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= numbers.end {
                break;
            }
            done.push((number, act(number)));
        }
        done
    };
    let mut all = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(work)).collect();
        while !workers.iter().all(thread::ScopedJoinHandle::is_finished) {
            look();
            thread::sleep(LOOK_EVERY);
        }
        let joined = workers.into_iter().flat_map(|worker| {
            worker
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        joined.collect::<Vec<_>>()
    });
    all.sort_by_key(|(number, _)| *number);
    let in_order = all
        .into_iter()
        .zip(numbers)
        .take_while(|((number, _), wanted)| number == wanted);
    let results = in_order.map(|((_, result), _)| result);
    Ok(results.collect::<simulator::SimResult<Vec<T>>>()?)
}
