//! Searching until the budget is spent or a person says stop, while others look on.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use simulator::SimResult;
use simulator::collection::{Plan, Problem, Solver};
use simulator::random::Seed;

use super::budget::{Budget, Limits};
use super::meeting::Meeting;
use crate::effort::thread_cpu_time;

/// How long a search has to look for, and from where.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub(crate) struct Effort {
    /// What each thread may take.
    #[serde(flatten)]
    pub(crate) limits: Limits,
    /// How many threads there are.
    pub(crate) threads: u16,
    /// Where the search begins; the same one searches the same way.
    pub(crate) seed: u64,
}

/// What is searched for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SearchRequest<'a> {
    /// The problem.
    pub(crate) problem: &'a Problem,
    /// A plan of it to begin with, as far as it can be followed.
    pub(crate) start: Option<&'a Plan>,
    /// How long, and from where.
    pub(crate) effort: &'a Effort,
    /// When its time began.
    pub(crate) began: Instant,
}

/// The best plan that was found, and what that took.
#[derive(Debug)]
pub(crate) struct Found {
    /// The plan.
    pub(crate) plan: Plan,
    /// Steps of all threads.
    pub(crate) iterations: u64,
    /// Processor time of all threads.
    pub(crate) cpu: Duration,
}

/// What a search tells while it runs, and by which it is stopped.
#[derive(Debug)]
pub(crate) struct Watch {
    best_cost: AtomicI64,
    iterations: AtomicU64,
    spent_ppm: AtomicU64,
    is_stopped: AtomicBool,
}

impl Default for Watch {
    fn default() -> Self {
        Self {
            best_cost: AtomicI64::new(i64::MAX),
            iterations: AtomicU64::new(0),
            spent_ppm: AtomicU64::new(0),
            is_stopped: AtomicBool::new(false),
        }
    }
}

impl Watch {
    /// What the best plan costs so far; `None` while there is none.
    pub(crate) fn best_cost(&self) -> Option<i64> {
        let cost = self.best_cost.load(Ordering::Relaxed);
        (cost < i64::MAX).then_some(cost)
    }

    /// Steps so far.
    pub(crate) fn iterations(&self) -> u64 {
        self.iterations.load(Ordering::Relaxed)
    }

    /// How much of the budget is spent, in millionths.
    pub(crate) fn spent_ppm(&self) -> u64 {
        self.spent_ppm.load(Ordering::Relaxed)
    }

    /// Lets the search end soon, with what it has.
    pub(crate) fn stop(&self) {
        self.is_stopped.store(true, Ordering::Relaxed);
    }

    /// Whether it shall end.
    pub(crate) fn is_stopped(&self) -> bool {
        self.is_stopped.load(Ordering::Relaxed)
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of the budget, from 0 to 1"
    )]
    /// Takes in how far a thread is; whether it found something better than all of them before.
    fn tell(&self, best_cost: i64, steps: u64, spent: f64) -> bool {
        let before = self.best_cost.fetch_min(best_cost, Ordering::Relaxed);
        self.iterations.fetch_add(steps, Ordering::Relaxed);
        let ppm = (spent.clamp(0.0, 1.0) * 1e6) as u64;
        self.spent_ppm.fetch_max(ppm, Ordering::Relaxed);
        best_cost < before
    }
}

/// Searches on threads of its own, and calls `look` on the caller's until it is over: at each
/// improvement that it sees, and now and then.
pub(crate) fn search(
    request: &SearchRequest<'_>,
    watch: &Watch,
    look: impl Fn(),
) -> SimResult<Found> {
    let caller = &thread::current();
    let threads = request.effort.threads.max(1);
    let meeting = &Meeting::new(threads.into());
    thread::scope(|scope| {
        let begin = |number: u16| {
            scope.spawn(move || {
                let _leaves = Leaves(meeting, number.into());
                let island = search_island(request, (watch, meeting, number), || caller.unpark());
                caller.unpark();
                island
            })
        };
        let islands: Vec<_> = (0..threads).map(begin).collect();
        while !islands.iter().all(thread::ScopedJoinHandle::is_finished) {
            look();
            thread::park_timeout(LOOK_EVERY);
        }
        let joined = islands.into_iter().map(|island| {
            let joined = island.join();
            joined.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        joined.collect::<SimResult<Vec<_>>>().map(best_of)
    })
}

/// Leaves a meeting at its end, whatever that is.
struct Leaves<'m>(&'m Meeting, usize);

impl Drop for Leaves<'_> {
    fn drop(&mut self) {
        self.0.leave(self.1);
    }
}

/// How often islands meet, in shares of their time: often enough that the descents of small problems
/// hear of each other, and seldom enough that islands stay different.
const MEETINGS: f64 = 12.0;

/// How often the caller looks.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// What one thread found.
struct Island {
    best_cost: i64,
    found: Found,
}

/// Searches on this thread, whose processor time begins with it, and calls `wake` at each improvement.
/// Each island begins elsewhere, and hears of what the others found best at the same moments.
fn search_island(
    request: &SearchRequest<'_>,
    (watch, meeting, number): (&Watch, &Meeting, u16),
    wake: impl Fn(),
) -> SimResult<Island> {
    let budget = Budget::new(&request.effort.limits, request.began);
    let seed = request.effort.seed ^ (u64::from(number) << 48);
    let mut solver = Solver::new(request.problem, Seed(seed))?;
    if let Some(plan) = request.start {
        solver.start_from(plan);
    }
    let mut pace = budget.pace();
    // What clocks show before the first step must not tell one search from another of the same seed.
    let mut spent = 0.0;
    let mut next_meeting = 1.0;
    let tell = |solver: &Solver<'_>, steps, spent| {
        if watch.tell(solver.best_cost(), steps, spent) {
            wake();
        }
    };
    tell(&solver, 0, spent);
    while spent < 1.0 && !watch.is_stopped() {
        let began = Instant::now();
        let steps = pace.steps(solver.iterations());
        solver.run(steps, spent);
        pace = pace.after(began.elapsed());
        spent = budget.spent(solver.iterations());
        tell(&solver, steps, spent);
        while request.effort.threads > 1 && spent < 1.0 && spent * MEETINGS >= next_meeting {
            next_meeting += 1.0;
            let is_over = || watch.is_stopped();
            for plan in meeting.exchange(number.into(), solver.best(), is_over) {
                solver.welcome(&plan);
            }
        }
    }
    solver.round_off();
    tell(&solver, 0, spent);
    Ok(Island {
        best_cost: solver.best_cost(),
        found: Found {
            plan: solver.best(),
            iterations: solver.iterations(),
            cpu: thread_cpu_time(),
        },
    })
}

/// The best plan, the first one where several cost the same, and what all of them took.
fn best_of(islands: Vec<Island>) -> Found {
    let iterations = islands.iter().map(|island| island.found.iterations).sum();
    let cpu = islands.iter().map(|island| island.found.cpu).sum();
    let best = islands.into_iter().min_by_key(|island| island.best_cost);
    Found {
        plan: best.map(|island| island.found.plan).unwrap_or_default(),
        iterations,
        cpu,
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use simulator::collection::vrplib::Instance;

    use super::*;

    /// Sixty customers here and there.
    fn instance() -> Instance {
        let (mut places, mut demands) = (String::new(), String::new());
        for node in 0..=60_i32 {
            let (x, y) = (node * 37 % 101, node * node * 13 % 97);
            let _never_fails = writeln!(places, "{} {x} {y}", node + 1);
            let _never_fails = writeln!(demands, "{} {}", node + 1, node.min(1) * (1 + node % 7));
        }
        let file = format!(
            "NAME: sixty\nTYPE: CVRP\nDIMENSION: 61\nCAPACITY: 30\nEDGE_WEIGHT_TYPE: EUC_2D\n\
             NODE_COORD_SECTION\n{places}DEMAND_SECTION\n{demands}DEPOT_SECTION\n1\n-1\nEOF\n"
        );
        Instance::read(&file, None).unwrap()
    }

    fn found(threads: u16, watch: &Watch) -> Found {
        let instance = instance();
        let effort = Effort {
            limits: Limits {
                wall: None,
                cpu: None,
                iterations: Some(60_000),
            },
            threads,
            seed: 3,
        };
        let request = SearchRequest {
            problem: instance.problem(),
            start: None,
            effort: &effort,
            began: Instant::now(),
        };
        search(&request, watch, || ()).unwrap()
    }

    #[test]
    fn islands_that_hear_of_each_other_find_the_same_again() {
        let first = found(3, &Watch::default());
        let second = found(3, &Watch::default());
        assert_eq!(first.plan, second.plan);
        assert_eq!((first.iterations, second.iterations), (180_000, 180_000));
    }

    #[test]
    fn a_search_that_is_stopped_ends_with_what_it_has() {
        let watch = Watch::default();
        watch.stop();
        let found = found(2, &watch);
        assert_eq!(found.iterations, 0);
        assert!(found.plan.unserved.is_empty());
    }
}
