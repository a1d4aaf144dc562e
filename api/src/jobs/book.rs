//! Which jobs there are: those that wait, the one that runs, and those that are over, as many as are
//! kept. Pure data; who calls it says what time it is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use twin_core::Timestamp;

use super::craft::{Craft, End, Followed, KeptJob, Made};
use super::job::{Job, JobId, JobState, JobView};
use super::log::{Entry, EventKind};
use crate::error::{ApiError, with_causes};

/// How long a job takes that does not say so: a guess, for those who have to come again.
const USUAL_BUDGET: Duration = Duration::from_mins(1);

/// The events of a craft's jobs.
pub(super) type EntryOf<C> = Entry<<<C as Craft>::Watch as Followed>::News>;

/// How much a book holds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Jobs that may wait.
    pub(crate) queued: usize,
    /// Jobs that are kept when they are over.
    pub(crate) kept: usize,
    /// Bytes of what came of them; the newest one is kept whatever it takes.
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
#[derive(Debug)]
pub(crate) enum Cancelled<C: Craft> {
    /// It waited, and is over now.
    Stopped(JobView<C>),
    /// It runs, and ends soon.
    Stopping(JobView<C>),
    /// It was over, and is gone.
    Removed,
}

/// What came of the work.
pub(super) type Ended<C> = Result<<C as Craft>::Product, ApiError>;

/// A job whose turn has come.
pub(super) struct Turn<C: Craft> {
    pub(super) id: JobId,
    pub(super) order: Arc<C::Order>,
    pub(super) watch: Arc<C::Watch>,
    began_at: Timestamp,
}

impl<C: Craft> Turn<C> {
    /// How it ended, by what came of it.
    pub(super) fn end(&self, ended: Ended<C>, now: Timestamp) -> End<C> {
        let (state, reason, product) = match ended {
            Ok(product) if self.watch.is_stopped() => (JobState::Stopped, None, Some(product)),
            Ok(product) => (JobState::Done, None, Some(product)),
            Err(ApiError::Abandoned) => (JobState::Stopped, None, None),
            Err(error) => (JobState::Failed, Some(with_causes(&error).into()), None),
        };
        End {
            state,
            began_at: Some(self.began_at),
            ended_at: Some(now),
            reason,
            product: product.map(Arc::new),
        }
    }
}

/// The jobs.
#[derive(Debug)]
pub(super) struct Book<C: Craft> {
    bounds: Bounds,
    jobs: BTreeMap<JobId, Job<C>>,
    /// Numbers that are given to jobs which are yet to come.
    promised: BTreeSet<JobId>,
    last: u64,
    is_closed: bool,
}

impl<C: Craft> Book<C> {
    /// With the jobs that were there when the program ended.
    pub(super) fn new(bounds: Bounds, kept: Vec<KeptJob<C>>) -> Self {
        let jobs = kept.into_iter().map(|job| (job.id, Job::kept(job)));
        let jobs: BTreeMap<JobId, Job<C>> = jobs.collect();
        Self {
            bounds,
            promised: BTreeSet::new(),
            last: jobs.last_key_value().map_or(0, |(id, _)| id.0),
            jobs,
            is_closed: false,
        }
    }

    /// Keeps a place among those that wait.
    pub(super) fn promise(&mut self, now: Timestamp) -> Result<JobId, Refused> {
        if self.is_closed {
            return Err(Refused::Closed);
        }
        let queued = self.in_state(JobState::Queued).count() + self.promised.len();
        if queued >= self.bounds.queued {
            let left_s: u64 = self.in_state(JobState::Running).map(left_s).sum();
            let retry_after_s = left_s.max(1);
            return Err(Refused::Full { retry_after_s });
        }
        let now_ms = u64::try_from(now.as_millis()).unwrap_or(0);
        self.last = now_ms.max(self.last + 1);
        let id = JobId(self.last);
        self.promised.insert(id);
        Ok(id)
    }

    /// Gives a place free again.
    pub(super) fn release(&mut self, id: JobId) {
        self.promised.remove(&id);
    }

    /// Takes a job to its place, where it waits for its turn.
    pub(super) fn take(&mut self, id: JobId, order: C::Order, now: Timestamp) -> JobView<C> {
        self.promised.remove(&id);
        let mut job = Job::new(id, order, now);
        if self.is_closed {
            job.stop(now);
        }
        let view = job.view();
        self.jobs.insert(id, job);
        view
    }

    /// The job that waits longest, which runs from now on; `None` where none waits, or one runs.
    pub(super) fn turn(&mut self, now: Timestamp) -> Option<Turn<C>> {
        let is_busy = self.in_state(JobState::Running).next().is_some();
        let mut jobs = self.jobs.values_mut();
        let next = jobs.find(|job| job.state == JobState::Queued && !is_busy)?;
        next.begin(now);
        Some(Turn {
            id: next.id,
            order: Arc::clone(&next.order),
            watch: Arc::clone(&next.watch),
            began_at: now,
        })
    }

    /// A job came a step further.
    pub(super) fn step(&mut self, id: JobId) {
        if let Some(job) = self.jobs.get_mut(&id) {
            job.tell(EventKind::Step);
        }
    }

    /// A job is over. Those that are kept no longer.
    pub(super) fn end(&mut self, id: JobId, end: End<C>) -> Vec<JobId> {
        if let Some(job) = self.jobs.get_mut(&id) {
            job.end(end);
        }
        self.forget()
    }

    /// Ends a job, or removes one that is over; `None` where there is no such job.
    pub(super) fn cancel(&mut self, id: JobId, now: Timestamp) -> Option<Cancelled<C>> {
        let job = self.jobs.get_mut(&id)?;
        Some(match job.state {
            JobState::Queued => {
                job.stop(now);
                Cancelled::Stopped(job.view())
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
                job.stop(now);
            }
        }
    }

    pub(super) fn view(&self, id: JobId) -> Option<JobView<C>> {
        self.jobs.get(&id).map(Job::view)
    }

    /// All jobs, the newest first.
    pub(super) fn views(&self) -> Vec<JobView<C>> {
        self.jobs.values().rev().map(Job::view).collect()
    }

    /// The events of a job after a number, and whether more can come.
    pub(super) fn events(&self, id: JobId, after: u64) -> Option<(Vec<EntryOf<C>>, bool)> {
        let job = self.jobs.get(&id)?;
        Some((job.log.after(after), !job.state.is_over()))
    }

    /// Hears the number of the last event of a job.
    pub(super) fn listen(&self, id: JobId) -> Option<tokio::sync::watch::Receiver<u64>> {
        self.jobs.get(&id).map(|job| job.told.subscribe())
    }

    fn in_state(&self, state: JobState) -> impl Iterator<Item = &Job<C>> {
        self.jobs.values().filter(move |job| job.state == state)
    }

    /// Forgets the oldest jobs that are over, beyond what is kept.
    pub(super) fn forget(&mut self) -> Vec<JobId> {
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
        for id in &gone {
            self.jobs.remove(id);
        }
        gone
    }
}

/// How long a job still takes, in seconds from 1 on: by its budget, or a minute at most.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates, and is a hint"
)]
fn left_s<C: Craft>(job: &Job<C>) -> u64 {
    let budget = C::budget(&job.order).unwrap_or(USUAL_BUDGET);
    let left = budget.as_secs_f64() * (1.0 - job.progress().share);
    (left.ceil() as u64).max(1)
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

    use serde::Serialize;
    use serde_json::value::RawValue;

    use super::*;

    pub(in super::super) const BOUNDS: Bounds = Bounds {
        queued: 2,
        kept: 3,
        kept_bytes: 1_000,
    };

    /// Work that takes half a minute and comes to so many bytes.
    #[derive(Debug)]
    pub(in super::super) struct Knitting;

    #[derive(Debug, Serialize)]
    pub(in super::super) struct Pattern(pub(in super::super) u64);

    #[derive(Debug, Default)]
    pub(in super::super) struct Needles {
        stitches: AtomicI64,
        is_stopped: AtomicBool,
    }

    #[derive(Debug)]
    pub(in super::super) struct Scarf(Box<RawValue>);

    impl Craft for Knitting {
        const NOUN: &'static str = "scarf";
        const COUNTER: &'static str = "test_scarves_total";
        type Order = Pattern;
        type Watch = Needles;
        type Product = Scarf;

        fn budget(_: &Pattern) -> Option<Duration> {
            Some(Duration::from_secs(30))
        }
    }

    impl Followed for Needles {
        const STEP: &'static str = "stitch";
        type News = ();

        fn news(&self) {}

        fn share(&self) -> f64 {
            0.0
        }

        fn step(&self) -> i64 {
            self.stitches.load(Ordering::Relaxed)
        }

        fn stop(&self) {
            self.is_stopped.store(true, Ordering::Relaxed);
        }

        fn is_stopped(&self) -> bool {
            self.is_stopped.load(Ordering::Relaxed)
        }
    }

    impl Made for Scarf {
        fn outcome(&self) -> &RawValue {
            &self.0
        }

        fn size(&self) -> usize {
            self.0.get().len()
        }
    }

    pub(in super::super) fn order() -> Pattern {
        Pattern(1)
    }

    pub(in super::super) fn product(bytes: usize) -> Scarf {
        let text = "x".repeat(bytes.saturating_sub(2));
        Scarf(serde_json::value::to_raw_value(&text).unwrap())
    }

    fn book() -> Book<Knitting> {
        Book::new(BOUNDS, Vec::new())
    }

    fn submit(book: &mut Book<Knitting>) -> Result<JobId, Refused> {
        let id = book.promise(at(0))?;
        Ok(book.take(id, order(), at(0)).id)
    }

    /// The job whose turn it is ends so.
    fn end(book: &mut Book<Knitting>, turn: &Turn<Knitting>, ended: Ended<Knitting>) {
        book.end(turn.id, turn.end(ended, at(2)));
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_secs(1_652_745_600 + seconds)
    }

    /// Submits a job and has it done.
    fn knitted(book: &mut Book<Knitting>, bytes: usize) -> JobId {
        let id = submit(book).unwrap();
        let turn = book.turn(at(1)).unwrap();
        assert_eq!(turn.id, id);
        end(book, &turn, Ok(product(bytes)));
        id
    }

    fn state(book: &Book<Knitting>, id: JobId) -> Option<JobState> {
        book.view(id).map(|view| view.progress.state)
    }

    #[test]
    fn one_job_runs_the_others_wait_in_their_order() {
        let mut book = book();
        let first = submit(&mut book).unwrap();
        let second = submit(&mut book).unwrap();
        assert!(first < second, "the same moment gives two numbers");
        let turn = book.turn(at(1)).unwrap();
        assert_eq!(turn.id, first);
        assert!(book.turn(at(1)).is_none());
        assert_eq!(state(&book, second), Some(JobState::Queued));
        end(&mut book, &turn, Ok(product(1)));
        assert_eq!(state(&book, first), Some(JobState::Done));
        assert_eq!(book.turn(at(3)).unwrap().id, second);
    }

    #[test]
    fn who_comes_when_too_many_wait_is_told_when_to_come_again() {
        let mut book = book();
        for _ in 0..2 {
            submit(&mut book).unwrap();
        }
        book.turn(at(0)).unwrap();
        submit(&mut book).unwrap();
        let refused = submit(&mut book).unwrap_err();
        assert_eq!(refused, Refused::Full { retry_after_s: 30 });
    }

    #[test]
    fn a_job_that_waits_is_stopped_one_that_runs_ends_soon_one_that_is_over_goes() {
        let mut book = book();
        let running = submit(&mut book).unwrap();
        let turn = book.turn(at(0)).unwrap();
        let waiting = submit(&mut book).unwrap();
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
        end(&mut book, &turn, Ok(product(1)));
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
    fn the_oldest_are_forgotten(#[case] sizes: &[usize], #[case] kept: usize) {
        let mut book = book();
        let ids: Vec<JobId> = sizes.iter().map(|&size| knitted(&mut book, size)).collect();
        let left: Vec<JobId> = book.views().iter().map(|view| view.id).collect();
        let newest: Vec<JobId> = ids.into_iter().rev().take(kept).collect();
        assert_eq!(left, newest);
    }

    #[test]
    fn a_job_of_which_nothing_came_says_why() {
        let mut book = book();
        let id = submit(&mut book).unwrap();
        let turn = book.turn(at(0)).unwrap();
        end(&mut book, &turn, Err(ApiError::NoWay));
        let view = book.view(id).unwrap();
        assert_eq!(view.progress.state, JobState::Failed);
        assert!(view.reason.unwrap().contains("there is no way"));
    }

    #[test]
    fn a_closed_book_takes_nothing_and_ends_what_there_is() {
        let mut book = book();
        let running = submit(&mut book).unwrap();
        let turn = book.turn(at(0)).unwrap();
        let waiting = submit(&mut book).unwrap();
        book.close(at(1));
        assert!(turn.watch.is_stopped());
        assert_eq!(state(&book, waiting), Some(JobState::Stopped));
        assert_eq!(submit(&mut book).unwrap_err(), Refused::Closed);
        end(&mut book, &turn, Err(ApiError::Abandoned));
        assert_eq!(state(&book, running), Some(JobState::Stopped));
        assert!(book.turn(at(3)).is_none());
    }

    #[test]
    fn every_job_ends_with_one_last_event() {
        let mut book = book();
        let id = submit(&mut book).unwrap();
        let turn = book.turn(at(0)).unwrap();
        book.step(id);
        assert!(book.events(id, 0).unwrap().1, "more can come");
        end(&mut book, &turn, Ok(product(1)));
        let (events, is_going_on) = book.events(id, 0).unwrap();
        let kinds: Vec<&str> = events
            .iter()
            .map(|event| event.kind.name(Needles::STEP))
            .collect();
        assert_eq!(kinds, ["state", "state", "stitch", "end"]);
        assert!(!is_going_on);
    }

    #[test]
    fn a_promised_place_is_nobody_elses_until_it_is_given_back() {
        let mut book = book();
        let first = book.promise(at(0)).unwrap();
        let second = book.promise(at(0)).unwrap();
        assert!(matches!(submit(&mut book), Err(Refused::Full { .. })));
        book.release(first);
        assert!(book.take(second, order(), at(1)).id < submit(&mut book).unwrap());
    }

    #[test]
    fn what_was_kept_waits_again_or_is_over() {
        let kept = |id, end| KeptJob {
            id: JobId(id),
            order: order(),
            queued_at: at(0),
            watch: Needles::default(),
            end,
        };
        let done = End {
            state: JobState::Done,
            began_at: Some(at(1)),
            ended_at: Some(at(2)),
            reason: None,
            product: Some(Arc::new(product(5))),
        };
        let far = 4_000_000_000_000;
        let mut book = Book::<Knitting>::new(BOUNDS, vec![kept(7, Some(done)), kept(far, None)]);
        assert_eq!(state(&book, JobId(7)), Some(JobState::Done));
        assert!(!book.events(JobId(7), 0).unwrap().1);
        assert_eq!(
            submit(&mut book).unwrap(),
            JobId(far + 1),
            "numbers only grow"
        );
        assert_eq!(book.turn(at(3)).unwrap().id, JobId(far));
    }
}
