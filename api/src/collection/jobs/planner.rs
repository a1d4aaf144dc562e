//! The thread that plans: it is there as long as jobs wait, and looks nobody in the way.

use std::cell::Cell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::sync::watch;
use twin_core::Timestamp;

use super::book::{Book, Bounds, Cancelled, Ended, Refused, Turn};
use super::job::{JobId, JobView};
use super::log::Entry;
use super::order::PlanOrder;
use super::product::Product;
use crate::collection::Watch;
use crate::engine::TwinClock;
use crate::error::{ApiError, ApiResult};

/// What plans a job: it looks at the watch whether it shall end, and calls the function now and then
/// while it searches.
pub(crate) type Work = dyn Fn(&PlanOrder, &Watch, &dyn Fn()) -> ApiResult<Product> + Send + Sync;

/// Plans jobs one after the other. Cloning it is cheap.
#[derive(Clone)]
pub(crate) struct Planner(Arc<Inner>);

struct Inner {
    desk: Mutex<Desk>,
    work: Box<Work>,
}

struct Desk {
    book: Book,
    has_thread: bool,
}

/// Who follows a job.
#[derive(Debug)]
pub(crate) struct Listener {
    planner: Planner,
    id: JobId,
    last: u64,
    told: watch::Receiver<u64>,
}

/// What a listener hears.
#[derive(Debug)]
pub(crate) enum Heard {
    /// Events, at least one.
    Events(Vec<Entry>),
    /// Nothing for a while; how the job is.
    Silence(Box<JobView>),
    /// The job is over, or removed, and nothing more comes.
    End,
}

impl fmt::Debug for Planner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Planner").field(&self.desk().book).finish()
    }
}

impl Planner {
    /// A planner without any job, and without a thread as long as it has none.
    pub(crate) fn new(bounds: Bounds, work: Box<Work>) -> Self {
        let desk = Mutex::new(Desk {
            book: Book::new(bounds),
            has_thread: false,
        });
        Self(Arc::new(Inner { desk, work }))
    }

    /// Takes a job.
    pub(crate) fn submit(&self, order: PlanOrder) -> Result<JobView, Refused> {
        let mut desk = self.desk();
        let view = desk.book.submit(order, now())?;
        if !desk.has_thread {
            let planner = self.clone();
            let thread = thread::Builder::new().name("planner".into());
            match thread.spawn(move || planner.run()) {
                Ok(_runs_alone) => desk.has_thread = true,
                Err(source) => {
                    let action = "start a thread for a plan";
                    let ended = Err(ApiError::Run { action, source });
                    desk.book.end(view.id, ended, now());
                }
            }
        }
        Ok(view)
    }

    /// A job as it is now.
    pub(crate) fn view(&self, id: JobId) -> Option<JobView> {
        self.desk().book.view(id)
    }

    /// All jobs, the newest first.
    pub(crate) fn views(&self) -> Vec<JobView> {
        self.desk().book.views()
    }

    /// Ends a job, or removes one that is over; `None` where there is no such job.
    pub(crate) fn cancel(&self, id: JobId) -> Option<Cancelled> {
        self.desk().book.cancel(id, now())
    }

    /// Ends all jobs, and takes no more.
    pub(crate) fn close(&self) {
        self.desk().book.close(now());
    }

    /// Follows a job from after the event with a number; one that never was counts as none.
    pub(crate) fn listen(&self, id: JobId, after: u64) -> Option<Listener> {
        let told = self.desk().book.listen(id)?;
        let after = if after > *told.borrow() { 0 } else { after };
        Some(Listener {
            planner: self.clone(),
            id,
            last: after,
            told,
        })
    }

    /// Plans as long as there is something to plan.
    fn run(&self) {
        while let Some(turn) = self.turn() {
            let ended = self.plan(&turn);
            if let Err(error) = &ended
                && !matches!(error, ApiError::Abandoned)
            {
                let id = turn.id;
                tracing::warn!(error = error as &dyn std::error::Error, %id, "a plan failed");
            }
            metrics::counter!("twin_plans_total").increment(1);
            self.desk().book.end(turn.id, ended, now());
        }
    }

    fn turn(&self) -> Option<Turn> {
        let mut desk = self.desk();
        let turn = desk.book.turn(now());
        desk.has_thread = turn.is_some();
        turn
    }

    /// A panic ends the job, not the thread.
    fn plan(&self, turn: &Turn) -> Ended {
        let best = Cell::new(i64::MAX);
        let look = || {
            let cost = turn.watch.best_cost();
            if let Some(cost) = cost.filter(|&cost| cost < best.get()) {
                best.set(cost);
                self.desk().book.improve(turn.id);
            }
        };
        let work = || (self.0.work)(&turn.order, &turn.watch, &look);
        catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_told_by_the_hook| {
            Err(ApiError::Run {
                action: "plan, because of an error in the program",
                source: std::io::Error::other("a thread panicked"),
            })
        })
    }

    /// What it guards is whole at any time.
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.0.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listener {
    /// Whether the job is over, and its last event is none that the listener lacks.
    pub(crate) fn has_all(&self) -> bool {
        let events = self.planner.desk().book.events(self.id, self.last);
        events.is_none_or(|(events, is_going_on)| events.is_empty() && !is_going_on)
    }

    /// The next events, at once where there are some; else after `patience` how the job is.
    pub(crate) async fn next(&mut self, patience: Duration) -> Heard {
        loop {
            self.told.borrow_and_update();
            let events = self.planner.desk().book.events(self.id, self.last);
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
                let view = self.planner.view(self.id);
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

    use super::super::book::tests::{BOUNDS, order, product};
    use super::super::job::JobState;
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(20);

    /// All events of a job, as their names.
    async fn story(planner: &Planner, id: JobId) -> Vec<&'static str> {
        let mut listener = planner.listen(id, 0).unwrap();
        let mut names = Vec::new();
        loop {
            match listener.next(PATIENCE).await {
                Heard::Events(events) => names.extend(events.iter().map(|it| it.kind.name())),
                Heard::Silence(view) => panic!("{:?}", view.progress),
                Heard::End => return names,
            }
        }
    }

    #[tokio::test]
    async fn a_listener_hears_everything_to_the_end_and_whoever_comes_later_too() {
        let planner = Planner::new(BOUNDS, Box::new(|_, _, _| Ok(product(1))));
        let id = planner.submit(order()).unwrap().id;
        assert_eq!(story(&planner, id).await, ["state", "state", "end"]);
        assert_eq!(story(&planner, id).await, ["state", "state", "end"]);
        let mut late = planner.listen(id, 3).unwrap();
        assert!(late.has_all());
        assert!(!planner.listen(id, 4).unwrap().has_all(), "no such event");
        assert!(matches!(late.next(PATIENCE).await, Heard::End));
    }

    #[tokio::test]
    async fn who_waits_for_long_hears_how_the_job_is() {
        let (open, opened) = mpsc::sync_channel::<()>(0);
        let opened = Mutex::new(opened);
        let work = move |_: &PlanOrder, _: &Watch, _: &dyn Fn()| {
            let _closed = opened.lock().unwrap().recv();
            Ok(product(1))
        };
        let planner = Planner::new(BOUNDS, Box::new(work));
        let id = planner.submit(order()).unwrap().id;
        let mut listener = planner.listen(id, 0).unwrap();
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
        let work = |_: &PlanOrder, watch: &Watch, look: &dyn Fn()| {
            while !watch.is_stopped() {
                look();
                thread::yield_now();
            }
            Err(ApiError::Abandoned)
        };
        let planner = Planner::new(BOUNDS, Box::new(work));
        let ids = [(); 2].map(|()| planner.submit(order()).unwrap().id);
        for id in ids {
            // Whether it waits or runs, it is over soon.
            planner.cancel(id).unwrap();
            assert_eq!(story(&planner, id).await.last(), Some(&"end"));
            let state = planner.view(id).unwrap().progress.state;
            assert_eq!(state, JobState::Stopped);
        }
    }

    #[tokio::test]
    async fn a_panic_fails_one_job_only() {
        let work = |order: &PlanOrder, _: &Watch, _: &dyn Fn()| match order.effort.seed {
            1 => panic!("broken"),
            _ => Ok(product(1)),
        };
        let planner = Planner::new(BOUNDS, Box::new(work));
        let broken = planner.submit(order()).unwrap().id;
        let mut whole = order();
        whole.effort.seed = 2;
        let whole = planner.submit(whole).unwrap().id;
        for (id, expected) in [(broken, JobState::Failed), (whole, JobState::Done)] {
            story(&planner, id).await;
            assert_eq!(planner.view(id).unwrap().progress.state, expected);
        }
    }

    #[tokio::test]
    async fn a_closed_planner_ends_its_job() {
        let work = |_: &PlanOrder, watch: &Watch, _: &dyn Fn()| {
            while !watch.is_stopped() {
                thread::yield_now();
            }
            Ok(product(1))
        };
        let planner = Planner::new(BOUNDS, Box::new(work));
        let id = planner.submit(order()).unwrap().id;
        planner.close();
        assert_eq!(story(&planner, id).await.last(), Some(&"end"));
        assert_eq!(planner.submit(order()).unwrap_err(), Refused::Closed);
    }
}
