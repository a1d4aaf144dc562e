//! The thread that works: it is there as long as jobs wait, and looks nobody in the way.

use std::cell::Cell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::sync::watch;
use twin_core::Timestamp;

use super::book::{Book, Bounds, Cancelled, Ended, EntryOf, Refused, Turn};
use super::craft::{Craft, End, Followed as _, Shelf};
use super::job::{JobId, JobState, JobView};
use crate::engine::TwinClock;
use crate::error::{ApiError, ApiResult};

/// What does the work of an order: it looks at the watch whether it shall end, and calls the function now
/// and then.
pub(crate) type Work<C> = dyn Fn(&<C as Craft>::Order, &<C as Craft>::Watch, &dyn Fn()) -> ApiResult<<C as Craft>::Product>
    + Send
    + Sync;

/// Does jobs one after the other. Cloning it is cheap.
pub(crate) struct Workshop<C: Craft>(Arc<Inner<C>>);

struct Inner<C: Craft> {
    desk: Mutex<Desk<C>>,
    work: Box<Work<C>>,
    shelf: Option<Box<dyn Shelf<C>>>,
}

struct Desk<C: Craft> {
    book: Book<C>,
    has_thread: bool,
}

/// Why a job could not be submitted.
#[derive(Debug)]
pub(crate) enum NotTaken {
    /// There is no place for it.
    Refused(Refused),
    /// It could not be kept.
    Failed(ApiError),
}

/// Who follows a job.
#[derive(Debug)]
pub(crate) struct Listener<C: Craft> {
    workshop: Workshop<C>,
    id: JobId,
    last: u64,
    told: watch::Receiver<u64>,
}

/// What a listener hears.
#[derive(Debug)]
pub(crate) enum Heard<C: Craft> {
    /// Events, at least one.
    Events(Vec<EntryOf<C>>),
    /// Nothing for a while; how the job is.
    Silence(Box<JobView<C>>),
    /// The job is over, or removed, and nothing more comes.
    End,
}

impl<C: Craft> Clone for Workshop<C> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<C: Craft> fmt::Debug for Workshop<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Workshop").field(&self.desk().book).finish()
    }
}

impl<C: Craft> Workshop<C> {
    /// A workshop without any job, and without a thread as long as it has none. It forgets its jobs when
    /// the program ends.
    pub(crate) fn new(bounds: Bounds, work: Box<Work<C>>) -> Self {
        Self::made(Book::new(bounds, Vec::new()), work, None)
    }

    /// A workshop whose jobs outlive the program: those on the shelf that are not over begin again.
    pub(crate) fn with_shelf(bounds: Bounds, work: Box<Work<C>>, shelf: Box<dyn Shelf<C>>) -> Self {
        let book = Book::new(bounds, shelf.jobs());
        let workshop = Self::made(book, work, Some(shelf));
        let gone = workshop.desk().book.forget();
        workshop.clear(&gone);
        workshop.start(&mut workshop.desk());
        workshop
    }

    fn made(book: Book<C>, work: Box<Work<C>>, shelf: Option<Box<dyn Shelf<C>>>) -> Self {
        let desk = Mutex::new(Desk {
            book,
            has_thread: false,
        });
        Self(Arc::new(Inner { desk, work, shelf }))
    }

    /// Takes a job. Where there is a shelf this waits for the disk.
    ///
    /// # Errors
    /// No place for it, or none on the disk.
    pub(crate) fn submit(&self, order: C::Order) -> Result<JobView<C>, NotTaken> {
        let at = now();
        let id = self.desk().book.promise(at).map_err(NotTaken::Refused)?;
        if let Some(shelf) = &self.0.shelf
            && let Err(error) = shelf.keep_order(id, &order, at)
        {
            self.desk().book.release(id);
            return Err(NotTaken::Failed(error));
        }
        let mut desk = self.desk();
        let view = desk.book.take(id, order, at);
        self.start(&mut desk);
        Ok(view)
    }

    /// Has a thread as long as something waits.
    fn start(&self, desk: &mut Desk<C>) {
        if desk.has_thread {
            return;
        }
        let workshop = self.clone();
        let thread = thread::Builder::new().name(C::NOUN.into());
        match thread.spawn(move || workshop.run()) {
            Ok(_runs_alone) => desk.has_thread = true,
            // Whoever comes next tries again.
            Err(error) => tracing::error!(
                error = &error as &dyn std::error::Error,
                "cannot start a thread for a {}",
                C::NOUN
            ),
        }
    }

    /// A job as it is now.
    pub(crate) fn view(&self, id: JobId) -> Option<JobView<C>> {
        self.desk().book.view(id)
    }

    /// All jobs, the newest first.
    pub(crate) fn views(&self) -> Vec<JobView<C>> {
        self.desk().book.views()
    }

    /// Ends a job, or removes one that is over; `None` where there is no such job. Where there is a shelf
    /// this waits for the disk.
    pub(crate) fn cancel(&self, id: JobId) -> Option<Cancelled<C>> {
        let (cancelled, gone) = {
            let mut desk = self.desk();
            (desk.book.cancel(id, now())?, desk.book.forget())
        };
        match &cancelled {
            Cancelled::Stopped(job) | Cancelled::Stopping(job) => self.keep_stopped(job),
            Cancelled::Removed => self.clear(&[id]),
        }
        self.clear(&gone);
        Some(cancelled)
    }

    /// Ends all jobs, and takes no more. On the shelf they stay as they are.
    pub(crate) fn close(&self) {
        self.desk().book.close(now());
    }

    /// Follows a job from after the event with a number; one that never was counts as none.
    pub(crate) fn listen(&self, id: JobId, after: u64) -> Option<Listener<C>> {
        let told = self.desk().book.listen(id)?;
        let after = if after > *told.borrow() { 0 } else { after };
        Some(Listener {
            workshop: self.clone(),
            id,
            last: after,
            told,
        })
    }

    /// Works as long as there is something to do.
    fn run(&self) {
        while let Some(turn) = self.turn() {
            let ended = self.make(&turn);
            if let Err(error) = &ended
                && !matches!(error, ApiError::Abandoned)
            {
                let id = turn.id;
                tracing::warn!(error = error as &dyn std::error::Error, %id, "a {} failed", C::NOUN);
            }
            metrics::counter!(C::COUNTER).increment(1);
            let end = turn.end(ended, now());
            // What was stopped was kept so when somebody said it, or goes on when the program is back.
            if end.state != JobState::Stopped
                && let Some(shelf) = &self.0.shelf
            {
                told(shelf.keep_end(turn.id, &end, &turn.watch));
            }
            let gone = self.desk().book.end(turn.id, end);
            self.clear(&gone);
        }
    }

    fn turn(&self) -> Option<Turn<C>> {
        let mut desk = self.desk();
        let turn = desk.book.turn(now());
        desk.has_thread = turn.is_some();
        turn
    }

    /// A panic ends the job, not the thread.
    fn make(&self, turn: &Turn<C>) -> Ended<C> {
        let last = Cell::new(turn.watch.step());
        let look = || {
            let step = turn.watch.step();
            if step != last.replace(step) {
                self.desk().book.step(turn.id);
            }
        };
        let work = || (self.0.work)(&turn.order, &turn.watch, &look);
        catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_told_by_the_hook| {
            Err(ApiError::Run {
                action: "work at it, because of an error in the program",
                source: std::io::Error::other("a thread panicked"),
            })
        })
    }

    /// Keeps that somebody ended a job, so that it does not begin again.
    fn keep_stopped(&self, job: &JobView<C>) {
        let Some(shelf) = &self.0.shelf else {
            return;
        };
        let end = End {
            state: JobState::Stopped,
            began_at: job.began_at,
            ended_at: Some(now()),
            reason: None,
            product: None,
        };
        told(shelf.keep_end(job.id, &end, &C::Watch::default()));
    }

    fn clear(&self, gone: &[JobId]) {
        if let Some(shelf) = &self.0.shelf {
            for id in gone {
                told(shelf.remove(*id));
            }
        }
    }

    /// What it guards is whole at any time.
    fn desk(&self) -> MutexGuard<'_, Desk<C>> {
        self.0.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who asked has his answer; what a shelf could not do is for the log.
fn told(kept: ApiResult<()>) {
    if let Err(error) = kept {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "a job could not be kept"
        );
    }
}

impl<C: Craft> Listener<C> {
    /// Whether the job is over, and its last event is none that the listener lacks.
    pub(crate) fn has_all(&self) -> bool {
        let events = self.workshop.desk().book.events(self.id, self.last);
        events.is_none_or(|(events, is_going_on)| events.is_empty() && !is_going_on)
    }

    /// The next events, at once where there are some; else after `patience` how the job is.
    pub(crate) async fn next(&mut self, patience: Duration) -> Heard<C> {
        loop {
            self.told.borrow_and_update();
            let events = self.workshop.desk().book.events(self.id, self.last);
            let Some((events, is_going_on)) = events else {
                return Heard::End;
            };
            if let Some(last) = events.last() {
                self.last = last.number;
                return Heard::Events(events);
            }
            if !is_going_on {
                return Heard::End;
            }
            // Where the job is removed, the next look tells.
            if tokio::time::timeout(patience, self.told.changed())
                .await
                .is_err()
            {
                let view = self.workshop.view(self.id);
                return view.map_or(Heard::End, |view| Heard::Silence(Box::new(view)));
            }
        }
    }
}

/// What the machine's clock shows.
fn now() -> Timestamp {
    TwinClock::wall().now()
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::super::book::tests::{BOUNDS, Knitting, Needles, Pattern, order, product};
    use super::super::job::JobState;
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(20);

    /// All events of a job, as their names.
    async fn story(workshop: &Workshop<Knitting>, id: JobId) -> Vec<&'static str> {
        let mut listener = workshop.listen(id, 0).unwrap();
        let mut names = Vec::new();
        loop {
            match listener.next(PATIENCE).await {
                Heard::Events(events) => {
                    names.extend(events.iter().map(|it| it.kind.name(Needles::STEP)));
                }
                Heard::Silence(view) => panic!("{:?}", view.progress),
                Heard::End => return names,
            }
        }
    }

    #[tokio::test]
    async fn a_listener_hears_everything_to_the_end_and_whoever_comes_later_too() {
        let workshop = Workshop::<Knitting>::new(BOUNDS, Box::new(|_, _, _| Ok(product(1))));
        let id = workshop.submit(order()).unwrap().id;
        assert_eq!(story(&workshop, id).await, ["state", "state", "end"]);
        assert_eq!(story(&workshop, id).await, ["state", "state", "end"]);
        let mut late = workshop.listen(id, 3).unwrap();
        assert!(late.has_all());
        assert!(!workshop.listen(id, 4).unwrap().has_all(), "no such event");
        assert!(matches!(late.next(PATIENCE).await, Heard::End));
    }

    #[tokio::test]
    async fn who_waits_for_long_hears_how_the_job_is() {
        let (open, opened) = mpsc::sync_channel::<()>(0);
        let opened = Mutex::new(opened);
        let work = move |_: &Pattern, _: &Needles, _: &dyn Fn()| {
            let _closed = opened.lock().unwrap().recv();
            Ok(product(1))
        };
        let workshop = Workshop::<Knitting>::new(BOUNDS, Box::new(work));
        let id = workshop.submit(order()).unwrap().id;
        let mut listener = workshop.listen(id, 0).unwrap();
        let mut events = 0;
        while events < 2 {
            let heard = listener.next(PATIENCE).await;
            let Heard::Events(entries) = heard else {
                panic!("{heard:?}");
            };
            events += entries.len();
        }
        let heard = listener.next(Duration::from_millis(1)).await;
        assert!(matches!(heard, Heard::Silence(_)), "{heard:?}");
        drop(open);
        assert!(matches!(listener.next(PATIENCE).await, Heard::Events(_)));
    }

    #[tokio::test]
    async fn a_stopped_job_gives_its_turn_to_the_next() {
        let work = |_: &Pattern, watch: &Needles, look: &dyn Fn()| {
            while !watch.is_stopped() {
                look();
                thread::yield_now();
            }
            Err(ApiError::Abandoned)
        };
        let workshop = Workshop::<Knitting>::new(BOUNDS, Box::new(work));
        let ids = [(); 2].map(|()| workshop.submit(order()).unwrap().id);
        for id in ids {
            // Whether it waits or runs, it is over soon.
            workshop.cancel(id).unwrap();
            assert_eq!(story(&workshop, id).await.last(), Some(&"end"));
            let state = workshop.view(id).unwrap().progress.state;
            assert_eq!(state, JobState::Stopped);
        }
    }

    #[tokio::test]
    async fn a_panic_fails_one_job_only() {
        let work = |order: &Pattern, _: &Needles, _: &dyn Fn()| match order.0 {
            1 => panic!("broken"),
            _ => Ok(product(1)),
        };
        let workshop = Workshop::<Knitting>::new(BOUNDS, Box::new(work));
        let broken = workshop.submit(order()).unwrap().id;
        let whole = workshop.submit(Pattern(2)).unwrap().id;
        for (id, expected) in [(broken, JobState::Failed), (whole, JobState::Done)] {
            story(&workshop, id).await;
            assert_eq!(workshop.view(id).unwrap().progress.state, expected);
        }
    }

    #[tokio::test]
    async fn a_closed_workshop_ends_its_job() {
        let work = |_: &Pattern, watch: &Needles, _: &dyn Fn()| {
            while !watch.is_stopped() {
                thread::yield_now();
            }
            Ok(product(1))
        };
        let workshop = Workshop::<Knitting>::new(BOUNDS, Box::new(work));
        let id = workshop.submit(order()).unwrap().id;
        workshop.close();
        assert_eq!(story(&workshop, id).await.last(), Some(&"end"));
        let refused = workshop.submit(order()).unwrap_err();
        assert!(matches!(refused, NotTaken::Refused(Refused::Closed)));
    }
}
