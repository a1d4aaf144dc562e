//! Searches beside the threads that answer everybody: a few at a time, given up when the client goes.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::error::{ApiError, ApiResult};
use crate::roads::Stop;

/// How long a request waits for a thread before it is told to come again.
const PATIENCE: Duration = Duration::from_secs(1);

/// A bound on searches at the same time. Cloning it is cheap.
#[derive(Clone, Debug)]
pub(super) struct Jobs(Arc<Semaphore>);

/// Stops the work when whoever waits for it is dropped.
struct StopOnDrop(Stop);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.set();
    }
}

/// Counts a search for as long as it runs.
struct Running;

impl Running {
    fn new() -> Self {
        metrics::gauge!("twin_road_searches").increment(1.0);
        Self
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        metrics::gauge!("twin_road_searches").decrement(1.0);
    }
}

impl Jobs {
    /// Room for so many searches at once.
    pub(super) fn new(count: usize) -> Self {
        Self(Arc::new(Semaphore::new(count)))
    }

    /// Runs a search on a thread that may block. Dropped, it stops the search, which gives its place
    /// free at its next look.
    ///
    /// # Errors
    /// [`ApiError::Busy`] where no place comes free within a second, and what the search refuses.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        kind: &'static str,
        search: impl FnOnce(&Stop) -> ApiResult<T> + Send + 'static,
    ) -> ApiResult<T> {
        let place = tokio::time::timeout(PATIENCE, Arc::clone(&self.0).acquire_owned()).await;
        let Ok(Ok(place)) = place else {
            metrics::counter!("twin_road_searches_refused_total", "kind" => kind).increment(1);
            return Err(ApiError::Busy);
        };
        let stop = Stop::default();
        let guard = StopOnDrop(stop.clone());
        let work = tokio::task::spawn_blocking(move || {
            let running = Running::new();
            let started = std::time::Instant::now();
            let outcome = search(&stop);
            tell(kind, started.elapsed(), &outcome);
            drop((place, running));
            outcome
        });
        let outcome = work.await;
        drop(guard);
        outcome.map_err(|error| ApiError::Run {
            action: "finish a search",
            source: std::io::Error::other(error),
        })?
    }
}

fn tell<T>(kind: &'static str, took: Duration, outcome: &ApiResult<T>) {
    if matches!(outcome, Err(ApiError::Abandoned)) {
        metrics::counter!("twin_road_searches_abandoned_total", "kind" => kind).increment(1);
        return;
    }
    metrics::counter!("twin_road_searches_total", "kind" => kind).increment(1);
    metrics::histogram!("twin_road_search_seconds", "kind" => kind).record(took.as_secs_f64());
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// A search that goes on until it is stopped, and tells when it begins and how it ends.
    fn endless(
        told: mpsc::SyncSender<Option<ApiError>>,
    ) -> impl FnOnce(&Stop) -> ApiResult<()> + Send + 'static {
        move |stop| {
            told.send(None).unwrap();
            let end = loop {
                if let Err(error) = stop.check() {
                    break error;
                }
                std::thread::yield_now();
            };
            told.send(Some(end)).unwrap();
            Err(ApiError::Abandoned)
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_search_that_nobody_waits_for_gives_its_place_free() {
        let jobs = Jobs::new(1);
        let (told, heard) = mpsc::sync_channel(2);
        let asking = tokio::spawn({
            let jobs = jobs.clone();
            async move { jobs.run("test", endless(told)).await }
        });
        let heard = tokio::task::spawn_blocking(move || {
            assert!(heard.recv().unwrap().is_none());
            heard
        });
        let heard = heard.await.unwrap();
        asking.abort();
        let end = tokio::task::spawn_blocking(move || heard.recv().unwrap());
        assert!(matches!(end.await.unwrap(), Some(ApiError::Abandoned)));
        assert_eq!(jobs.run("test", |_| Ok(7)).await.unwrap(), 7);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn where_all_places_are_taken_one_is_told_to_come_again() {
        let jobs = Jobs::new(1);
        let (told, heard) = mpsc::sync_channel(2);
        let asking = tokio::spawn({
            let jobs = jobs.clone();
            async move { jobs.run("test", endless(told)).await }
        });
        let begun = tokio::task::spawn_blocking(move || (heard.recv().unwrap(), heard));
        let _heard = begun.await.unwrap();
        let refused = jobs.run("test", |_| Ok(7)).await;
        assert!(matches!(refused, Err(ApiError::Busy)), "{refused:?}");
        asking.abort();
    }

    #[tokio::test]
    async fn a_search_that_panics_is_an_error_and_gives_its_place_free() {
        let jobs = Jobs::new(1);
        let broken = jobs.run::<()>("test", |_| panic!("broken")).await;
        assert!(broken.is_err());
        assert_eq!(jobs.run("test", |_| Ok(7)).await.unwrap(), 7);
    }
}
