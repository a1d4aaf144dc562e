//! Which jobs there are: those that wait, the one that runs, and those that are over, as many as are
//! kept. Pure data; who calls it says what time it is.

use std::collections::BTreeMap;
use std::sync::Arc;

use twin_core::Timestamp;

use super::job::{Job, JobId, JobState, JobView};
use super::log::{Entry, EventKind};
use super::order::PlanOrder;
use super::product::Product;
use crate::collection::Watch;
use crate::error::{ApiError, with_causes};

/// How much a book holds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Jobs that may wait.
    pub(crate) queued: usize,
    /// Jobs that are kept when they are over.
    pub(crate) kept: usize,
    /// Bytes of their plans; the newest one is kept whatever it takes.
    pub(crate) kept_bytes: usize,
}

/// Why a job is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Too many wait.
    Full {
        /// When one of them has its turn, at the earliest.
        retry_after_s: u64,
    },
    /// The program ends.
    Closed,
}

/// What became of a job that nobody wants any more.
#[derive(Clone, Debug)]
pub(crate) enum Cancelled {
    /// It waited, and is over now.
    Stopped(JobView),
    /// It runs, and ends soon.
    Stopping(JobView),
    /// It was over, and is gone.
    Removed,
}

/// How a job ended.
pub(super) type Ended = Result<Product, ApiError>;

/// A job whose turn has come.
pub(super) struct Turn {
    pub(super) id: JobId,
    pub(super) order: Arc<PlanOrder>,
    pub(super) watch: Arc<Watch>,
}

/// The jobs.
#[derive(Debug)]
pub(super) struct Book {
    bounds: Bounds,
    jobs: BTreeMap<JobId, Job>,
    last: u64,
    is_closed: bool,
}

impl Book {
    pub(super) const fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            jobs: BTreeMap::new(),
            last: 0,
            is_closed: false,
        }
    }

    /// Takes a job, which then waits for its turn.
    pub(super) fn submit(&mut self, order: PlanOrder, now: Timestamp) -> Result<JobView, Refused> {
        if self.is_closed {
            return Err(Refused::Closed);
        }
        let queued = self.in_state(JobState::Queued).count();
        if queued >= self.bounds.queued {
            let left_s: u64 = self.in_state(JobState::Running).map(left_s).sum();
            let retry_after_s = left_s.max(1);
            return Err(Refused::Full { retry_after_s });
        }
        let now_ms = u64::try_from(now.as_millis()).unwrap_or(0);
        self.last = now_ms.max(self.last + 1);
        let id = JobId(self.last);
        let job = Job::new(id, order, now);
        let view = job.view();
        self.jobs.insert(id, job);
        Ok(view)
    }

    /// The job that waits longest, which runs from now on; `None` where none waits, or one runs.
    pub(super) fn turn(&mut self, now: Timestamp) -> Option<Turn> {
        let is_busy = self.in_state(JobState::Running).next().is_some();
        let mut jobs = self.jobs.values_mut();
        let next = jobs.find(|job| job.state == JobState::Queued && !is_busy)?;
        next.enter(JobState::Running, now);
        Some(Turn {
            id: next.id,
            order: Arc::clone(&next.order),
            watch: Arc::clone(&next.watch),
        })
    }

    /// The search of a job found something better.
    pub(super) fn improve(&mut self, id: JobId) {
        if let Some(job) = self.jobs.get_mut(&id) {
            job.tell(EventKind::Improvement);
        }
    }

    /// A job is over.
    pub(super) fn end(&mut self, id: JobId, ended: Ended, now: Timestamp) {
        let Some(job) = self.jobs.get_mut(&id) else {
            return;
        };
        let is_stopped = job.watch.is_stopped();
        let state = match ended {
            Ok(product) => {
                job.product = Some(Arc::new(product));
                if is_stopped {
                    JobState::Stopped
                } else {
                    JobState::Done
                }
            }
            Err(ApiError::Abandoned) => JobState::Stopped,
            Err(error) => {
                job.reason = Some(with_causes(&error).into());
                JobState::Failed
            }
        };
        job.enter(state, now);
        self.forget();
    }

    /// Ends a job, or removes one that is over; `None` where there is no such job.
    pub(super) fn cancel(&mut self, id: JobId, now: Timestamp) -> Option<Cancelled> {
        let job = self.jobs.get_mut(&id)?;
        Some(match job.state {
            JobState::Queued => {
                job.enter(JobState::Stopped, now);
                let view = job.view();
                self.forget();
                Cancelled::Stopped(view)
            }
            JobState::Running => {
                job.watch.stop();
                Cancelled::Stopping(job.view())
            }
            JobState::Done | JobState::Stopped | JobState::Failed => {
                self.jobs.remove(&id);
                Cancelled::Removed
            }
        })
    }

    /// Takes no more jobs, and ends those that there are.
    pub(super) fn close(&mut self, now: Timestamp) {
        self.is_closed = true;
        for job in self.jobs.values_mut() {
            job.watch.stop();
            if job.state == JobState::Queued {
                job.enter(JobState::Stopped, now);
            }
        }
    }

    pub(super) fn view(&self, id: JobId) -> Option<JobView> {
        self.jobs.get(&id).map(Job::view)
    }

    /// All jobs, the newest first.
    pub(super) fn views(&self) -> Vec<JobView> {
        self.jobs.values().rev().map(Job::view).collect()
    }

    /// The events of a job after a number, and whether more can come.
    pub(super) fn events(&self, id: JobId, after: u64) -> Option<(Vec<Entry>, bool)> {
        let job = self.jobs.get(&id)?;
        Some((job.log.after(after), !job.state.is_over()))
    }

    /// Hears the number of the last event of a job.
    pub(super) fn listen(&self, id: JobId) -> Option<tokio::sync::watch::Receiver<u64>> {
        self.jobs.get(&id).map(|job| job.told.subscribe())
    }

    fn in_state(&self, state: JobState) -> impl Iterator<Item = &Job> {
        self.jobs.values().filter(move |job| job.state == state)
    }

    /// Forgets the oldest jobs that are over, beyond what is kept.
    fn forget(&mut self) {
        let over = self.jobs.values().rev().filter(|job| job.state.is_over());
        let (mut count, mut bytes) = (0, 0_usize);
        let mut gone = Vec::new();
        for job in over {
            let size = job.product.as_ref().map_or(0, |product| product.size());
            bytes = bytes.saturating_add(size);
            count += 1;
            if count > self.bounds.kept || (count > 1 && bytes > self.bounds.kept_bytes) {
                gone.push(job.id);
            }
        }
        for id in gone {
            self.jobs.remove(&id);
        }
    }
}

/// How long a job still takes by its budget, in seconds from 1 on.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates, and is a hint"
)]
fn left_s(job: &Job) -> u64 {
    let wall = job.order.effort.limits.wall.unwrap_or_default();
    let left = wall.as_secs_f64() * (1.0 - job.progress().share);
    (left.ceil() as u64).max(1)
}

#[cfg(test)]
pub(super) mod tests {
    use std::time::Duration;

    use simulator::calendar::LocalDay;
    use simulator::collection::day::Policy;
    use simulator::random::Seed;
    use simulator::roads::HourClass;

    use super::*;
    use crate::collection::{Effort, Levels, LevelsFrom, Limits};

    pub(in super::super) const BOUNDS: Bounds = Bounds {
        queued: 2,
        kept: 3,
        kept_bytes: 1_000,
    };

    pub(in super::super) fn order() -> PlanOrder {
        PlanOrder {
            date: LocalDay::containing(at(0)).unwrap(),
            policy: Policy::Prize,
            streams: Vec::new(),
            levels: Levels {
                from: LevelsFrom::Synthetic,
                settled_by: Policy::Prize,
                seed: Seed(1),
            },
            hour: HourClass::OffPeak,
            effort: Effort {
                limits: Limits {
                    wall: Some(Duration::from_secs(30)),
                    ..Limits::default()
                },
                threads: 1,
                seed: 1,
            },
            start: None,
        }
    }

    pub(in super::super) fn product(bytes: usize) -> Product {
        Product::new(&"x".repeat(bytes), Vec::new()).unwrap()
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_secs(1_652_745_600 + seconds)
    }

    /// Submits a job and has it end with a plan.
    fn planned(book: &mut Book, bytes: usize) -> JobId {
        let id = book.submit(order(), at(0)).unwrap().id;
        assert_eq!(book.turn(at(1)).unwrap().id, id);
        book.end(id, Ok(product(bytes)), at(2));
        id
    }

    fn state(book: &Book, id: JobId) -> Option<JobState> {
        book.view(id).map(|view| view.progress.state)
    }

    #[test]
    fn one_job_runs_the_others_wait_in_their_order() {
        let mut book = Book::new(BOUNDS);
        let first = book.submit(order(), at(0)).unwrap().id;
        let second = book.submit(order(), at(0)).unwrap().id;
        assert!(first < second, "the same moment gives two numbers");
        assert_eq!(book.turn(at(1)).unwrap().id, first);
        assert!(book.turn(at(1)).is_none());
        assert_eq!(state(&book, second), Some(JobState::Queued));
        book.end(first, Ok(product(1)), at(2));
        assert_eq!(state(&book, first), Some(JobState::Done));
        assert_eq!(book.turn(at(3)).unwrap().id, second);
    }

    #[test]
    fn who_comes_when_too_many_wait_is_told_when_to_come_again() {
        let mut book = Book::new(BOUNDS);
        for _ in 0..2 {
            book.submit(order(), at(0)).unwrap();
        }
        book.turn(at(0)).unwrap();
        book.submit(order(), at(0)).unwrap();
        let refused = book.submit(order(), at(0)).unwrap_err();
        assert_eq!(refused, Refused::Full { retry_after_s: 30 });
    }

    #[test]
    fn a_job_that_waits_is_stopped_one_that_runs_ends_soon_one_that_is_over_goes() {
        let mut book = Book::new(BOUNDS);
        let running = book.submit(order(), at(0)).unwrap().id;
        let turn = book.turn(at(0)).unwrap();
        let waiting = book.submit(order(), at(0)).unwrap().id;
        assert!(matches!(
            book.cancel(waiting, at(1)),
            Some(Cancelled::Stopped(_))
        ));
        assert!(matches!(
            book.cancel(running, at(1)),
            Some(Cancelled::Stopping(_))
        ));
        assert!(turn.watch.is_stopped());
        assert_eq!(state(&book, running), Some(JobState::Running));
        book.end(running, Ok(product(1)), at(2));
        let view = book.view(running).unwrap();
        assert_eq!(view.progress.state, JobState::Stopped);
        assert!(view.product.is_some(), "what was found stays");
        assert!(matches!(
            book.cancel(running, at(3)),
            Some(Cancelled::Removed)
        ));
        assert!(book.cancel(running, at(4)).is_none());
        assert!(book.turn(at(5)).is_none());
    }

    #[rstest::rstest]
    #[case::by_number(&[1, 1, 1, 1, 1], 3)]
    #[case::by_bytes(&[1, 600, 600], 1)]
    #[case::the_newest_stays(&[5_000], 1)]
    #[case::few(&[10, 10], 2)]
    fn the_oldest_plans_are_forgotten(#[case] sizes: &[usize], #[case] kept: usize) {
        let mut book = Book::new(BOUNDS);
        let ids: Vec<JobId> = sizes.iter().map(|&size| planned(&mut book, size)).collect();
        let left: Vec<JobId> = book.views().iter().map(|view| view.id).collect();
        let newest: Vec<JobId> = ids.into_iter().rev().take(kept).collect();
        assert_eq!(left, newest);
    }

    #[test]
    fn a_job_without_a_plan_says_why() {
        let mut book = Book::new(BOUNDS);
        let id = book.submit(order(), at(0)).unwrap().id;
        book.turn(at(0)).unwrap();
        book.end(id, Err(ApiError::NoWay), at(1));
        let view = book.view(id).unwrap();
        assert_eq!(view.progress.state, JobState::Failed);
        assert!(view.reason.unwrap().contains("there is no way"));
    }

    #[test]
    fn a_closed_book_takes_nothing_and_ends_what_there_is() {
        let mut book = Book::new(BOUNDS);
        let running = book.submit(order(), at(0)).unwrap().id;
        let turn = book.turn(at(0)).unwrap();
        let waiting = book.submit(order(), at(0)).unwrap().id;
        book.close(at(1));
        assert!(turn.watch.is_stopped());
        assert_eq!(state(&book, waiting), Some(JobState::Stopped));
        assert_eq!(book.submit(order(), at(2)).unwrap_err(), Refused::Closed);
        book.end(running, Err(ApiError::Abandoned), at(2));
        assert_eq!(state(&book, running), Some(JobState::Stopped));
        assert!(book.turn(at(3)).is_none());
    }

    #[test]
    fn every_job_ends_with_one_last_event() {
        let mut book = Book::new(BOUNDS);
        let id = book.submit(order(), at(0)).unwrap().id;
        book.turn(at(0)).unwrap();
        book.improve(id);
        assert!(book.events(id, 0).unwrap().1, "more can come");
        book.end(id, Ok(product(1)), at(1));
        let (events, is_going_on) = book.events(id, 0).unwrap();
        let kinds: Vec<&str> = events.iter().map(|event| event.kind.name()).collect();
        assert_eq!(kinds, ["state", "state", "improvement", "end"]);
        assert!(!is_going_on);
    }
}
